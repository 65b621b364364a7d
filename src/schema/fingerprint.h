/*
 * fingerprint.h
 *		A whole schema in 64 characters, and whether the catalogs have changed.
 */
#ifndef DBMIG_SCHEMA_FINGERPRINT_H
#define DBMIG_SCHEMA_FINGERPRINT_H

#include "postgres.h"

#include "catalog/object.h"

/* The fingerprint of a model: equal where schema_diff() finds nothing. */
extern char *dbmig_fingerprint(const SchemaModel *model);
/* An object of the model that could not be read; NULL if all were. */
extern const SchemaObject *dbmig_fingerprint_gap(const SchemaModel *model);
extern void dbmig_fingerprint_refuse(const SchemaObject *gap);

/* The fingerprint of the current database; NULL if it cannot be had now. */
extern char *dbmig_fingerprint_current(void);
/* The same, never raising but for a cancel. */
extern char *dbmig_fingerprint_try(void);

/* The state of the catalogs, in text; it differs after every change of them. */
extern char *dbmig_fingerprint_state(void);
extern bool dbmig_fingerprint_same_state(const char *before, const char *now);
/* Notes that the catalogs in this state have this fingerprint, if they do. */
extern bool dbmig_fingerprint_note(const char *state, const char *fingerprint);

#endif /* DBMIG_SCHEMA_FINGERPRINT_H */
