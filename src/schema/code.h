/*
 * code.h
 *		Pieces of statements that functions, views, triggers, rules and policies
 *		share: those whose definition is a text of the server's.
 */
#ifndef DBMIG_SCHEMA_CODE_H
#define DBMIG_SCHEMA_CODE_H

#include "postgres.h"
#include "lib/stringinfo.h"

#include "schema/kind.h"

/*
 * Emits a statement with a query in it.  Parsing that locks what it names, even
 * where the object itself is new; "lock" is what the statement takes besides,
 * and query may be NULL.
 */
extern void dbmig_code_step(StepSink *sink, const SchemaObject *object,
							StepLock lock, const char *query, const char *sql);
/* CREATE … with OR REPLACE put in. */
extern char *dbmig_code_or_replace(const char *definition);
/* What stands before TRIGGER x or RULE x for "enabled": NULL is ENABLE. */
extern const char *dbmig_code_enable(const char *enabled);
/* "a=1, b='x y'" for WITH (…) and SET (…); names only for RESET (…). */
extern void dbmig_code_options(StringInfo text, List *options, bool values);
/* ALTER … SET (…) and RESET (…) from one map of options to the other. */
extern void
dbmig_code_alter_options(StepSink *sink, const SchemaObject *object,
						 StepLock lock, const char *alter,
						 const SchemaAttr *from, const SchemaAttr *to);
/* "a, b, c" */
extern char *dbmig_code_join(List *texts, const char *between);
/* GRANT and REVOKE on columns of views: "column_grants". */
extern void dbmig_code_column_grants(StepSink *sink, const SchemaObject *from,
									 const SchemaObject *to);
/* The types in "app.f(integer, text)", each on its own. */
extern List *dbmig_code_types(const char *identity);
/* Is an attribute among those that differ? */
extern const AttrDiff *
dbmig_code_diff(const AttrDiff *diffs, int ndiffs, const char *name);

#endif /* DBMIG_SCHEMA_CODE_H */
