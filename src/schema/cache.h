/*
 * cache.h
 *		What texts of DDL made when they were tried out, kept.
 */
#ifndef DBMIG_SCHEMA_CACHE_H
#define DBMIG_SCHEMA_CACHE_H

#include "postgres.h"
#include "utils/jsonb.h"

#include "schema/ddl_text.h"

extern char *dbmig_cache_key(const DdlText *text);
extern Jsonb *dbmig_cache_find(const char *key);
extern void
dbmig_cache_keep(const char *key, const DdlText *text, Jsonb *result);

#endif /* DBMIG_SCHEMA_CACHE_H */
