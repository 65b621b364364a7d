/*
 * ddl_text.h
 *		What can be said of a text of DDL without running it.
 */
#ifndef DBMIG_SCHEMA_DDL_TEXT_H
#define DBMIG_SCHEMA_DDL_TEXT_H

#include "postgres.h"
#include "nodes/nodes.h"
#include "nodes/pg_list.h"

/* A schema that the text makes something in, or changes. */
typedef struct DdlSchema
{
	const char *name;
	bool made; /* the first thing the text does with it is CREATE SCHEMA */
	bool bare; /* … or DROP SCHEMA: it is to be there, and empty */
} DdlSchema;

/* An object of the whole database that the text makes. */
typedef struct DdlGlobal
{
	Oid classid; /* catalog */
	const char *name;
} DdlGlobal;

/* A statement worth telling of. */
typedef struct DdlRemark
{
	const char *what; /* NULL: there is none */
	int line;
} DdlRemark;

typedef struct DdlText
{
	const char *sql;
	int statements;
	List *schemas;		 /* of DdlSchema * */
	List *globals;		 /* of DdlGlobal * */
	DdlRemark top_level; /* first that cannot run in a transaction */
	DdlRemark session;	 /* first that a rollback does not undo */
	DdlRemark shared;	 /* first that changes what all databases share */
	DdlRemark stays;	 /* first that would stay in either way */
	DdlRemark rows;		 /* first that changes rows */
	int row_statements;	 /* how many of them */
	bool opaque;		 /* runs code, or copies shapes of existing tables */
	int64 locks;		 /* about as many as one transaction needs */
} DdlText;

extern DdlText *dbmig_ddl_text_analyze(const char *sql);
extern void dbmig_ddl_text_add_schema(DdlText *text, const char *name);
extern struct Script *dbmig_ddl_text_open(const char *sql);
extern const char *dbmig_ddl_shared(Node *node);
extern bool dbmig_ddl_is_own_schema(const char *name);

#endif /* DBMIG_SCHEMA_DDL_TEXT_H */
