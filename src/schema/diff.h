/*
 * diff.h
 *		What differs between two schemas.
 */
#ifndef DBMIG_SCHEMA_DIFF_H
#define DBMIG_SCHEMA_DIFF_H

#include "postgres.h"
#include "fmgr.h"

#include "catalog/object.h"
#include "schema/kind.h"
#include "utils/jsonb.h"

typedef enum DiffChange
{
	DIFF_MISSING,	 /* expected, not there */
	DIFF_UNEXPECTED, /* there, not expected */
	DIFF_DIFFERENT
} DiffChange;

/* One row of schema_diff(). */
typedef struct SchemaDiff
{
	DiffChange change;
	const char *kind;	   /* label */
	const char *object;	   /* identity */
	const char *attribute; /* NULL: the object as a whole */
	const char *expected;  /* in words, or NULL */
	const char *actual;
	Severity severity;
	int hazards; /* HAZARD_…, of the repair */
} SchemaDiff;

/* All differences, in order of kind, name, and attributes before children. */
extern List *dbmig_diff(const SchemaModel *expected, const SchemaModel *actual);

/*
 * The attributes in which an object differs from what is expected of it: what
 * schema_diff() does not compare is not among them.  from is what there is, to
 * what should be.
 */
extern AttrDiff *
dbmig_diff_attributes(const SchemaObject *expected, const SchemaObject *actual,
					  bool complete, int *count);

/* Can an attribute of this name be a difference at all? */
extern bool dbmig_diff_compares(const SchemaObject *object, const char *name);

/* Makes the names in a partial expectation those of the actual schema. */
extern void
dbmig_expectation_resolve(SchemaModel *expected, const SchemaModel *actual);

/* An object in one line: "text NOT NULL", "5 columns"; NULL if name is all. */
extern char *dbmig_object_describe(const SchemaObject *object, bool complete);

/* Puts differences into the result of a set-returning function. */
extern void dbmig_diff_return(FunctionCallInfo fcinfo, const List *diffs);

/* The current database, as far as an expectation speaks of it. */
extern SchemaModel *
dbmig_diff_current(const SchemaModel *expected, MemoryContext context);

/*
 * The actual schema in a document; where both are limited to one schema, under
 * the names of the expected one, and if the one was imported, reduced to what
 * foreign tables can tell.
 */
extern SchemaModel *
dbmig_diff_counterpart(SchemaModel **expected, Jsonb *expected_document,
					   Jsonb *actual_document, MemoryContext context);

#endif /* DBMIG_SCHEMA_DIFF_H */
