/*
 * history.c
 *		The table migration_run: what was run, and how it ended.
 *
 * The history is only added to.  The one exception is a row that says
 * "running": it is closed once, as succeeded or failed, and never changes
 * again; a trigger on the table refuses everything else, so that a failure
 * cannot be made to vanish by accident.
 *
 * Each function here needs SPI connected and works in a scope of its own.
 * Locks: ROW EXCLUSIVE on migration_run and journal.
 */
#include "postgres.h"

#include "base/args.h"
#include "base/journal.h"
#include "base/sql.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "migration/history.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(dbmig_guard_history);

/* Names a migration in messages. */
char *
dbmig_history_describe(const char *version, const char *name)
{
	if (name && name[0])
		return psprintf("%s (%s)", version, name);
	return pstrdup(version);
}

/* Raises, with the GRANT that helps, if the caller may not write history. */
void
dbmig_history_require_privileges(void)
{
	static const TableNeed needs[] = {
		{"migration", ACL_SELECT},
		{"migration_run", ACL_SELECT | ACL_INSERT | ACL_UPDATE},
		{"journal", ACL_INSERT},
	};

	dbmig_require_privileges(needs, lengthof(needs), "run migrations");
}

/* Inserts the row of a run in the given state and takes its number. */
static void
insert_run(Run *run, const char *state)
{
	static SqlPlan plan =
		{"INSERT INTO dbmig.migration_run"
		 " (version, action, state, checksum, started_at, finished_at,"
		 "  executed_by, backend_pid, statements, standing, statement_checksums,"
		 "  detail, schema_before, schema_after)"
		 " VALUES ($1, $2, $3, $4, $5,"
		 "  CASE WHEN $3 <> 'running' THEN pg_catalog.clock_timestamp() END,"
		 "  CURRENT_USER, $6, $7, $8, $9::pg_catalog._text,"
		 "  CASE WHEN $10 IS NOT NULL THEN pg_catalog.jsonb_build_object("
		 "   'statement', $7 + 1, 'known_indexes', $10) END, $11, $12)"
		 " RETURNING run_id",
		 12,
		 {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, INT4OID, INT4OID,
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}};
	Datum values[12];
	char nulls[13] = "            ";

	run->started_at = run->started_at ? run->started_at : GetCurrentTimestamp();
	values[0] = CStringGetTextDatum(run->version);
	values[1] = CStringGetTextDatum(run->action);
	values[2] = CStringGetTextDatum(state);
	nulls[3] = run->checksum ? ' ' : 'n';
	values[3] = run->checksum ? CStringGetTextDatum(run->checksum) : (Datum) 0;
	values[4] = TimestampTzGetDatum(run->started_at);
	values[5] = Int32GetDatum(MyProcPid);
	values[6] = Int32GetDatum(run->statements);
	nulls[7] = run->standing ? ' ' : 'n';
	values[7] = run->standing ? CStringGetTextDatum(run->standing) : (Datum) 0;
	nulls[8] = run->statement_checksums ? ' ' : 'n';
	values[8] = run->statement_checksums ?
					CStringGetTextDatum(run->statement_checksums) :
					(Datum) 0;
	nulls[9] = run->known_indexes ? ' ' : 'n';
	values[9] = run->known_indexes ? CStringGetTextDatum(run->known_indexes) :
									 (Datum) 0;
	nulls[10] = run->schema_before ? ' ' : 'n';
	values[10] = run->schema_before ? CStringGetTextDatum(run->schema_before) :
									  (Datum) 0;
	nulls[11] = run->schema_after ? ' ' : 'n';
	values[11] =
		run->schema_after ? CStringGetTextDatum(run->schema_after) : (Datum) 0;
	(void) dbmig_sql_run_plan(&plan, values, nulls, false);
	run->run_id = dbmig_sql_int64(0, 1, 0);
}

/* Writes the journal's row of a run that has ended. */
static void
write_journal(const Run *run, const RunFailure *failure)
{
	dbmig_journal_write("migration", run->action, run->version,
						failure ? "failed" : "succeeded", run->started_at,
						psprintf("{\"run_id\": " INT64_FORMAT
								 ", \"statements\": %d}",
								 run->run_id, run->statements),
						failure ? unpack_sql_state(failure->error->sqlerrcode) :
								  NULL,
						failure ? failure->error->message : NULL);
}

/* Adds the row of a run that begins, as "running". */
void
dbmig_history_open(Run *run)
{
	const char *standing = run->standing;
	SqlScope scope = dbmig_sql_own_begin();

	run->standing = NULL;
	insert_run(run, "running");
	run->standing = standing;
	dbmig_sql_own_end(scope);
}

/* Closes the row of a run that succeeded. */
void
dbmig_history_succeed(const Run *run)
{
	static SqlPlan plan =
		{"UPDATE dbmig.migration_run SET state = 'succeeded',"
		 " finished_at = pg_catalog.clock_timestamp(), statements = $2,"
		 " standing = $3, schema_after = $4 WHERE run_id = $1",
		 4,
		 {INT8OID, INT4OID, TEXTOID, TEXTOID}};
	Datum values[4] = {Int64GetDatum(run->run_id),
					   Int32GetDatum(run->statements),
					   CStringGetTextDatum(run->standing),
					   run->schema_after ?
						   CStringGetTextDatum(run->schema_after) :
						   (Datum) 0};
	SqlScope scope = dbmig_sql_own_begin();

	if (dbmig_sql_run_plan(&plan, values, run->schema_after ? NULL : "   n",
						   false) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the history of migration \"%s\" is gone", run->version),
				 errdetail("Its row %lld in dbmig.migration_run was removed while it ran.",
						   (long long) run->run_id)));
	write_journal(run, NULL);
	dbmig_sql_own_end(scope);
}

/* Closes the row of a run that failed, unless somebody has done so already. */
void
dbmig_history_fail(const Run *run, const RunFailure *failure)
{
	static SqlPlan plan =
		{"UPDATE dbmig.migration_run SET state = 'failed',"
		 " finished_at = pg_catalog.clock_timestamp(),"
		 " failed_statement = $2, failed_line = $3, failed_position = $4,"
		 " sqlstate = $5, error = $6, error_detail = $7, error_context = $8"
		 " WHERE run_id = $1 AND state = 'running'",
		 8,
		 {INT8OID, INT4OID, INT4OID, INT4OID, TEXTOID, TEXTOID, TEXTOID,
		  TEXTOID}};
	const ErrorData *error = failure->error;
	Datum values[8];
	char nulls[9] = "        ";
	SqlScope scope = dbmig_sql_own_begin();

	values[0] = Int64GetDatum(run->run_id);
	values[1] = Int32GetDatum(failure->statement);
	values[2] = Int32GetDatum(failure->line);
	values[3] = Int32GetDatum(failure->character);
	if (failure->statement == 0)
		nulls[1] = nulls[2] = nulls[3] = 'n';
	values[4] = CStringGetTextDatum(unpack_sql_state(error->sqlerrcode));
	values[5] = CStringGetTextDatum(error->message ? error->message : "");
	nulls[6] = error->detail ? ' ' : 'n';
	values[6] = error->detail ? CStringGetTextDatum(error->detail) : (Datum) 0;
	nulls[7] = error->context ? ' ' : 'n';
	values[7] = error->context ? CStringGetTextDatum(error->context) : (Datum) 0;
	if (dbmig_sql_run_plan(&plan, values, nulls, false) == 1)
		write_journal(run, failure);
	dbmig_sql_own_end(scope);
}

/* Adds the row of something that is done at once, such as a baseline. */
void
dbmig_history_add(Run *run)
{
	SqlScope scope = dbmig_sql_own_begin();

	insert_run(run, "succeeded");
	write_journal(run, NULL);
	dbmig_sql_own_end(scope);
}

/*
 * Closes the rows of runners that died.  To be called with the runner's lock
 * held: whoever says "running" then, does not run any more.
 */
void
dbmig_history_bury_dead(void)
{
	static SqlPlan plan =
		{"WITH dead AS (UPDATE dbmig.migration_run SET state = 'failed',"
		 "  finished_at = pg_catalog.clock_timestamp(), sqlstate = 'MG006',"
		 "  error = pg_catalog.format('the runner (process %s) is gone: killed, crashed or disconnected',"
		 "   backend_pid)"
		 " WHERE state = 'running' RETURNING *)"
		 " INSERT INTO dbmig.journal"
		 "  (part, action, object, state, started_at, finished_at, detail, sqlstate, error)"
		 " SELECT 'migration', action, version, state, started_at, finished_at,"
		 "  pg_catalog.jsonb_build_object('run_id', run_id, 'statements', statements),"
		 "  sqlstate, error FROM dead ORDER BY run_id",
		 0};
	SqlScope scope = dbmig_sql_own_begin();

	(void) dbmig_sql_run_plan(&plan, NULL, NULL, false);
	dbmig_sql_own_end(scope);
}

/*
 * The trigger that keeps the history: a row may be closed while it says
 * "running", and nothing else.
 */
Datum
dbmig_guard_history(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	TupleDesc desc;
	int column;
	bool isnull;
	Datum state;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("guard_history() must be called as a trigger")));
	if (!TRIGGER_FIRED_BY_UPDATE(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the history in dbmig.migration_run is only added to"),
				 errdetail("Its rows cannot be deleted or truncated."),
				 errhint("To set a migration right, use dbmig.repair(version).")));

	desc = RelationGetDescr(data->tg_relation);
	column = SPI_fnumber(desc, "state");
	if (column <= 0)
		elog(ERROR, "migration_run has no column \"state\"");
	state = SPI_getbinval(data->tg_trigtuple, desc, column, &isnull);
	if (isnull || strcmp(TextDatumGetCString(state), "running") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the history in dbmig.migration_run is only added to"),
				 errdetail("The run has ended; its row cannot be changed."),
				 errhint("To set a migration right, use dbmig.repair(version).")));
	return PointerGetDatum(data->tg_newtuple);
}
