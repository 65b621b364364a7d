/*
 * expect.c
 *		dbmig.expect_schema() and dbmig.schema_drift(): snapshots that are kept
 *		under a label, and what has changed since.
 *
 * The table dbmig.schema_expectation holds them; one label is ours, for the
 * schema as migrate() or revert() left it.  Beside each stands the fingerprint
 * and, if the snapshot was that of this database, the state of its catalogs
 * (fingerprint.c).  schema_drift() asks the cheapest question first: is the
 * state the same, is the fingerprint, what differs.
 *
 * States are in a table of their own, schema_state, which pg_dump leaves out:
 * they mean nothing in another database, even one that looks like this.
 *
 * Locks: ACCESS SHARE on the two tables and on migration_run to read, ROW
 * EXCLUSIVE on the two to write.
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "base/args.h"
#include "base/error.h"
#include "base/journal.h"
#include "base/settings.h"
#include "base/sql.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "schema/diff.h"
#include "schema/document.h"
#include "schema/expect.h"
#include "schema/fingerprint.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define MIGRATED_LABEL "last migration"

/* An expectation that is kept, but for its snapshot. */
typedef struct Expectation
{
	char *fingerprint;
	char *state;	   /* of the catalogs, or NULL */
	bool out_of_date;  /* of the last migration: a later run is not in it */
	char *later_state; /* fingerprint after that run, or NULL */
} Expectation;

/* A snapshot of this database. */
typedef struct Taken
{
	Jsonb *snapshot;
	char *fingerprint;
	char *state;
} Taken;

static const TableNeed keep_needs[] = {
	{"schema_expectation", ACL_SELECT | ACL_INSERT | ACL_UPDATE},
	{"schema_state", ACL_SELECT | ACL_INSERT | ACL_UPDATE},
};

PG_FUNCTION_INFO_V1(dbmig_expect_schema);
PG_FUNCTION_INFO_V1(dbmig_schema_drift);

/* Writes what is kept under a label, in the place of what was. */
static void
write_expectation(const char *label, const Taken *taken)
{
	static SqlPlan plan =
		{"INSERT INTO dbmig.schema_expectation (label, snapshot, fingerprint, run_id)"
		 " SELECT $1, $2, $3, pg_catalog.max(r.run_id)"
		 "  FROM dbmig.migration_run r WHERE $4"
		 " ON CONFLICT (label) DO UPDATE SET snapshot = EXCLUDED.snapshot,"
		 "  fingerprint = EXCLUDED.fingerprint, run_id = EXCLUDED.run_id,"
		 "  kept_at = EXCLUDED.kept_at, kept_by = EXCLUDED.kept_by",
		 4,
		 {TEXTOID, JSONBOID, TEXTOID, BOOLOID}};
	Datum values[4] = {CStringGetTextDatum(label),
					   JsonbPGetDatum(taken->snapshot),
					   CStringGetTextDatum(taken->fingerprint),
					   BoolGetDatum(strcmp(label, MIGRATED_LABEL) == 0)};

	(void) dbmig_sql_run_plan(&plan, values, NULL, false);
}

/* Notes that what is kept is still what it was, after other runs. */
static void
confirm_expectation(const char *label)
{
	static SqlPlan plan =
		{"UPDATE dbmig.schema_expectation SET run_id ="
		 "  (SELECT pg_catalog.max(r.run_id) FROM dbmig.migration_run r)"
		 " WHERE label = $1",
		 1,
		 {TEXTOID}};
	Datum values[1] = {CStringGetTextDatum(label)};

	(void) dbmig_sql_run_plan(&plan, values, NULL, false);
}

/* Writes the state of the catalogs that an expectation was taken in. */
static void
write_state(const char *label, const Taken *taken)
{
	static SqlPlan plan =
		{"INSERT INTO dbmig.schema_state (label, fingerprint, catalog_state)"
		 " VALUES ($1, $2, $3)"
		 " ON CONFLICT (label) DO UPDATE SET fingerprint = EXCLUDED.fingerprint,"
		 "  catalog_state = EXCLUDED.catalog_state",
		 3,
		 {TEXTOID, TEXTOID, TEXTOID}};
	Datum values[3] = {CStringGetTextDatum(label),
					   CStringGetTextDatum(taken->fingerprint),
					   CStringGetTextDatum(taken->state ? taken->state : "")};

	(void) dbmig_sql_run_plan(&plan, values, NULL, false);
}

/* Copies a column of the row that was fetched; NULL if it is null. */
static char *
fetched_text(MemoryContext context, int column)
{
	char *value = dbmig_sql_text(0, column);

	return value ? MemoryContextStrdup(context, value) : NULL;
}

/* Reads what is kept under a label; NULL if nothing is. */
static Expectation *
read_expectation(const char *label)
{
	static SqlPlan plan =
		{"SELECT e.fingerprint, s.catalog_state,"
		 "  r.run_id > e.run_id, r.schema_after"
		 " FROM dbmig.schema_expectation e"
		 "  LEFT JOIN dbmig.schema_state s ON s.label = e.label"
		 "   AND s.fingerprint = e.fingerprint"
		 "  LEFT JOIN LATERAL (SELECT run_id, schema_after"
		 "    FROM dbmig.migration_run WHERE e.run_id IS NOT NULL"
		 "     AND run_id > e.run_id AND action IN ('apply', 'revert')"
		 "     AND (state = 'succeeded' OR state = 'failed' AND statements > 0)"
		 "    ORDER BY run_id DESC LIMIT 1) r ON true"
		 " WHERE e.label = $1",
		 1,
		 {TEXTOID}};
	MemoryContext context = CurrentMemoryContext;
	Datum values[1] = {CStringGetTextDatum(label)};
	Expectation *expectation = NULL;
	SqlScope scope = dbmig_sql_own_begin();

	if (dbmig_sql_run_plan(&plan, values, NULL, true) > 0)
	{
		expectation = MemoryContextAllocZero(context, sizeof(Expectation));
		expectation->fingerprint = fetched_text(context, 1);
		expectation->state = fetched_text(context, 2);
		expectation->out_of_date = dbmig_sql_bool(0, 3);
		expectation->later_state = fetched_text(context, 4);
	}
	dbmig_sql_own_end(scope);
	MemoryContextSwitchTo(context);
	return expectation;
}

/* Reads the snapshot that is kept under a label. */
static Jsonb *
read_snapshot(const char *label)
{
	static SqlPlan plan =
		{"SELECT snapshot FROM dbmig.schema_expectation WHERE label = $1",
		 1,
		 {TEXTOID}};
	MemoryContext context = CurrentMemoryContext;
	Datum values[1] = {CStringGetTextDatum(label)};
	Jsonb *snapshot = NULL;
	SqlScope scope = dbmig_sql_own_begin();

	if (dbmig_sql_run_plan(&plan, values, NULL, true) > 0)
	{
		bool isnull;
		Datum datum = dbmig_sql_datum(0, 1, &isnull);

		MemoryContextSwitchTo(context);
		snapshot = DatumGetJsonbPCopy(datum);
	}
	dbmig_sql_own_end(scope);
	MemoryContextSwitchTo(context);
	return snapshot;
}

/* Reads the fingerprint after the last of our own migrations; NULL if unknown. */
static char *
read_last_fingerprint(void)
{
	static SqlPlan plan =
		{"SELECT schema_after FROM dbmig.migration_run"
		 " WHERE action IN ('apply', 'revert')"
		 "  AND (state = 'succeeded' OR state = 'failed' AND statements > 0)"
		 " ORDER BY run_id DESC LIMIT 1",
		 0};
	MemoryContext context = CurrentMemoryContext;
	SqlScope scope = dbmig_sql_own_begin();
	char *fingerprint = NULL;

	if (dbmig_sql_run_plan(&plan, NULL, NULL, true) > 0)
		fingerprint = fetched_text(context, 1);
	dbmig_sql_own_end(scope);
	MemoryContextSwitchTo(context);
	return fingerprint;
}

/* Takes a snapshot of this database. */
static Taken
take_snapshot(bool whole)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context =
		AllocSetContextCreate(caller, "dbmig snapshot", ALLOCSET_DEFAULT_SIZES);
	Taken taken;
	SchemaModel *model;
	const SchemaObject *gap;

	taken.state = dbmig_fingerprint_state();
	MemoryContextSwitchTo(context);
	model = dbmig_schema_current(NIL, context);
	gap = dbmig_fingerprint_gap(model);
	if (gap && whole)
		dbmig_fingerprint_refuse(gap);
	MemoryContextSwitchTo(caller);
	taken.fingerprint = dbmig_fingerprint(model);
	taken.snapshot = dbmig_document_write(model);
	if (gap || !dbmig_fingerprint_note(taken.state, taken.fingerprint))
		taken.state = NULL;
	MemoryContextDelete(context);
	return taken;
}

/* Reads a snapshot that was given, to see that it is one. */
static Taken
check_snapshot(Jsonb *snapshot)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context =
		AllocSetContextCreate(caller, "dbmig snapshot", ALLOCSET_DEFAULT_SIZES);
	Taken taken = {.snapshot = snapshot};
	SchemaModel *model = dbmig_document_read(snapshot, context);

	taken.fingerprint = dbmig_fingerprint(model);
	MemoryContextDelete(context);
	return taken;
}

/* Returns the label, which must be one that a user may have. */
static char *
label_argument(FunctionCallInfo fcinfo)
{
	char *label = dbmig_arg_text(fcinfo, 0, "label");

	if (label[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the label of an expectation must not be empty")));
	if (strcmp(label, MIGRATED_LABEL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RESERVED_NAME),
				 errmsg("the label \"%s\" is reserved", label),
				 errdetail("migrate() and revert() keep the schema under it."),
				 errhint("Choose another one.")));
	return label;
}

/* expect_schema(label text, snapshot jsonb) */
Datum
dbmig_expect_schema(PG_FUNCTION_ARGS)
{
	char *label = label_argument(fcinfo);
	TimestampTz started_at = GetCurrentTimestamp();
	MemoryContext context = CurrentMemoryContext;
	static const TableNeed journal = {"journal", ACL_INSERT};
	Taken taken;
	SqlScope scope;

	dbmig_require_writable("expect_schema()");
	dbmig_require_privileges(keep_needs, lengthof(keep_needs),
							 "keep an expectation");
	dbmig_require_privileges(&journal, 1, "keep an expectation");
	taken = PG_ARGISNULL(1) ? take_snapshot(true) :
							  check_snapshot(PG_GETARG_JSONB_P(1));
	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	write_expectation(label, &taken);
	write_state(label, &taken);
	dbmig_journal_write("schema", "expect", label, "succeeded", started_at,
						psprintf("{\"fingerprint\": \"%s\"}", taken.fingerprint),
						NULL, NULL);
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
	MemoryContextSwitchTo(context);
	PG_RETURN_TEXT_P(cstring_to_text(taken.fingerprint));
}

/* May this role keep what it has migrated? */
static bool
may_keep(void)
{
	Oid schema = get_namespace_oid("dbmig", false);

	for (int i = 0; i < lengthof(keep_needs); i++)
	{
		Oid table = get_relname_relid(keep_needs[i].table, schema);
		AclMode mode = keep_needs[i].mode;

		if (!OidIsValid(table) ||
			pg_class_aclmask(table, GetUserId(), mode, ACLMASK_ALL) != mode)
			return false;
	}
	return true;
}

/* Keeps the schema as it is now, unless it is kept already. */
static void
keep_migrated(void *arg)
{
	Expectation *kept = read_expectation(MIGRATED_LABEL);
	char *fingerprint = kept ? dbmig_fingerprint_current() : NULL;
	SqlScope scope;

	if (fingerprint && strcmp(kept->fingerprint, fingerprint) == 0)
	{
		Taken same = {.fingerprint = fingerprint,
					  .state = dbmig_fingerprint_state()};

		scope = dbmig_sql_own_begin();
		confirm_expectation(MIGRATED_LABEL);
		if (kept->state == NULL ||
			!dbmig_fingerprint_same_state(kept->state, same.state))
			write_state(MIGRATED_LABEL, &same);
	}
	else
	{
		Taken taken = take_snapshot(false);

		scope = dbmig_sql_own_begin();
		write_expectation(MIGRATED_LABEL, &taken);
		write_state(MIGRATED_LABEL, &taken);
	}
	dbmig_sql_own_end(scope);
}

/*
 * Keeps the schema as it is after our own migrations.  That this cannot be done
 * is no reason to fail; schema_drift() finds out and says so.
 */
void
dbmig_expect_keep_migrated(void)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	ErrorData *error;

	if (!may_keep())
		return;
	context = AllocSetContextCreate(caller, "dbmig kept schema",
									ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	error = dbmig_error_catch(keep_migrated, NULL, caller);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	if (error == NULL)
		return;
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
		error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
		dbmig_error_raise(error);
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("the schema could not be kept for schema_drift(): %s",
					error->message)));
}

/* Raises the error for a label that nothing is kept under. */
static void
refuse_label(const char *label)
{
	static const char *const sql =
		"SELECT pg_catalog.string_agg(pg_catalog.quote_literal(label), ', ' ORDER BY label)"
		" FROM dbmig.schema_expectation WHERE label <> $1";
	const char *args[1] = {MIGRATED_LABEL};
	SqlScope scope = dbmig_sql_own_begin();
	char *labels = NULL;

	if (dbmig_sql_run_text(sql, 1, args, true) > 0)
		labels = dbmig_sql_text(0, 1);
	labels = labels ? pstrdup(labels) : NULL;
	dbmig_sql_own_end(scope);
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("no schema is expected under the label \"%s\"", label),
			 labels ?
				 errhint("There are: %s.", labels) :
				 errhint("Keep the schema as it is now: SELECT dbmig.expect_schema(%s);",
						 quote_literal_cstr(label))));
}

/* Raises the error for a past that nobody knows. */
static void
refuse_unknown_past(bool changed)
{
	const char *role = quote_identifier(GetUserNameFromId(GetUserId(), false));

	if (!changed)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("there is no migration of dbmig to compare the schema with"),
				 errdetail("The schema is kept at the end of migrate() and revert(), which have applied nothing here."),
				 errhint("Keep the schema as it is now with SELECT dbmig.expect_schema('now'), and later ask schema_drift('now').")));
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the schema has changed since the last migration, but what it was then was not kept"),
			 errdetail("The runner died, is still at work, or lacks privileges on dbmig.schema_expectation and dbmig.schema_state."),
			 errhint("GRANT SELECT, INSERT, UPDATE ON dbmig.schema_expectation, dbmig.schema_state to the role that migrates, here perhaps %s; the next migration then keeps the schema.",
					 role)));
}

/* Is the schema that of this fingerprint?  NULL is not known. */
static bool
is_current(const char *fingerprint)
{
	char *current = fingerprint ? dbmig_fingerprint_current() : NULL;

	return current && strcmp(current, fingerprint) == 0;
}

/* Returns what has changed since an expectation was kept. */
static List *
drift_from(const char *label, const Expectation *kept, MemoryContext context)
{
	SchemaModel *expected;
	SchemaModel *actual;

	if (kept->state && kept->state[0] &&
		dbmig_fingerprint_same_state(kept->state, dbmig_fingerprint_state()))
		return NIL;
	if (is_current(kept->fingerprint))
		return NIL;
	expected = dbmig_document_read(read_snapshot(label), context);
	actual = dbmig_diff_current(expected, context);
	dbmig_expectation_resolve(expected, actual);
	return dbmig_diff(expected, actual);
}

/* schema_drift(label text) */
Datum
dbmig_schema_drift(PG_FUNCTION_ARGS)
{
	char *label = dbmig_arg_text_or_null(fcinfo, 0);
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "dbmig schema drift",
												  ALLOCSET_DEFAULT_SIZES);
	Expectation *kept;
	List *diffs = NIL;
	char *last = NULL;

	dbmig_sql_connect(false);
	MemoryContextSwitchTo(context);
	kept = read_expectation(label ? label : MIGRATED_LABEL);
	if (label && kept == NULL)
		refuse_label(label);
	if (kept == NULL && (last = read_last_fingerprint()) == NULL)
		refuse_unknown_past(false);
	if (kept && kept->out_of_date)
		last = kept->later_state ? kept->later_state : "";
	/* A run that is not in what was kept may have changed nothing. */
	if (kept && (last == NULL || strcmp(last, kept->fingerprint) == 0))
		diffs = drift_from(label ? label : MIGRATED_LABEL, kept, context);
	else if (!is_current(last))
		refuse_unknown_past(true);
	dbmig_sql_finish();
	MemoryContextSwitchTo(caller);
	dbmig_diff_return(fcinfo, diffs);
	MemoryContextDelete(context);
	return (Datum) 0;
}
