/*
 * plan.c
 *		The table migration: registering migrations, one by one or a directory.
 *
 * Nothing is stored that could not run: a text is read by the server's parser
 * first.  A text whose effects are in the database does not change under the
 * same version, unless dbmig.accept_modified says so; a text that was never
 * applied, or whose effects were rolled back or reverted, may.
 *
 * A directory is registered whole or not at all.
 *
 * Locks: ROW EXCLUSIVE on migration and journal, ACCESS SHARE on
 * migration_run.
 */
#include "postgres.h"

#include "base/args.h"
#include "base/journal.h"
#include "base/settings.h"
#include "base/sql.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "migration/directory.h"
#include "migration/history.h"
#include "migration/state.h"
#include "migration/text.h"
#include "migration/version.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* What registering a migration has come to. */
typedef enum RegisterResult
{
	REGISTER_NEW,
	REGISTER_UPDATED,
	REGISTER_UNCHANGED
} RegisterResult;

static const char *const register_labels[] = {[REGISTER_NEW] = "registered",
											  [REGISTER_UPDATED] = "updated",
											  [REGISTER_UNCHANGED] =
												  "unchanged"};

PG_FUNCTION_INFO_V1(dbmig_register_migration);
PG_FUNCTION_INFO_V1(dbmig_register_directory);

/* Raises, with the GRANT that helps, if the caller may not write the plan. */
static void
require_privileges(void)
{
	static const TableNeed needs[] = {
		{"migration", ACL_SELECT | ACL_INSERT | ACL_UPDATE},
		{"journal", ACL_INSERT},
	};

	dbmig_require_privileges(needs, lengthof(needs), "register migrations");
}

/* Says in an error's context which text was to be registered. */
static void
registering_callback(void *arg)
{
	errcontext("registration of %s", (const char *) arg);
}

/* Takes a byte order mark off a text; returns the rest. */
static char *
without_bom(char *text)
{
	if (GetDatabaseEncoding() == PG_UTF8 && strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		return text + 3;
	return text;
}

/*
 * Decides whether a text runs in a transaction: as its statements need, or as
 * was asked for if they allow it.
 */
static bool
decide_transactional(const char *text, int first_line, const char *what,
					 TransactionWish wish)
{
	ErrorContextCallback callback;
	TextAnalysis analysis;

	callback.callback = registering_callback;
	callback.arg = unconstify(char *, what);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	dbmig_text_analyze(text, Max(first_line, 1), what, &analysis);
	error_context_stack = callback.previous;
	if (wish == TRANSACTION_YES && !analysis.transactional)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s in line %d of %s cannot run inside a transaction",
						analysis.reason, analysis.reason_line, what),
				 errhint("Leave transactional out, or set it to false.")));
	if (wish == TRANSACTION_NO)
		return false;
	return analysis.transactional;
}

/* Refuses to change a text whose effects are in the database. */
static void
check_change(const MigrationState *state, const char *checksum)
{
	if (state == NULL || state->repeatable)
		return;
	if (state->status == STATUS_RUNNING && state->plan_checksum &&
		strcmp(state->plan_checksum, checksum) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("migration %s is being run by process %d and cannot be changed now",
						dbmig_history_describe(state->version, state->name),
						state->last_pid)));
	if (!dbmig_state_stands(state) || state->applied_checksum == NULL ||
		strcmp(state->applied_checksum, checksum) == 0 ||
		dbmig_setting_accept_modified)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the text of migration %s was changed after it was applied",
					dbmig_history_describe(state->version, state->name)),
			 errdetail("Applied was the text with SHA-256 %s, offered is %s.",
					   state->applied_checksum, checksum),
			 errhint("Put the change into a new migration. If only a comment was changed, "
					 "SET dbmig.accept_modified = on, register it again and SELECT dbmig.repair(%s).",
					 quote_literal_cstr(state->version))));
}

/* Fills a parameter that may be NULL. */
static void
set_text(Datum *value, char *null, const char *text)
{
	*null = text ? ' ' : 'n';
	*value = text ? CStringGetTextDatum(text) : (Datum) 0;
}

/* Writes a migration into the plan and tells whether that changed anything. */
static RegisterResult
store(const MigrationFile *file, const char *checksum, bool transactional,
	  bool down_transactional)
{
	static SqlPlan plan =
		{"WITH old AS (SELECT m FROM dbmig.migration m WHERE m.version = $1),"
		 " new AS (INSERT INTO dbmig.migration AS m"
		 "  (version, name, up_sql, down_sql, checksum, transactional,"
		 "   down_transactional, repeatable, source, up_line, up_character,"
		 "   down_line, down_character, down_checksum, registered_at)"
		 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
		 "  pg_catalog.clock_timestamp())"
		 " ON CONFLICT (version) DO UPDATE SET (name, up_sql, down_sql, checksum,"
		 "  transactional, down_transactional, repeatable, source, up_line,"
		 "  up_character, down_line, down_character, down_checksum,"
		 "  registered_at, registered_by)"
		 " = ROW ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
		 "  pg_catalog.clock_timestamp(), CURRENT_USER)"
		 /* the same texts from another place, or with other line ends, are no change */
		 " WHERE (m.name, m.checksum, m.down_checksum, m.transactional,"
		 "  m.down_transactional, m.repeatable, m.up_line, m.up_character,"
		 "  m.down_line, m.down_character)"
		 " IS DISTINCT FROM ($2, $5, $14, $6, $7, $8, $10, $11, $12, $13)"
		 " RETURNING true)"
		 " SELECT EXISTS (SELECT FROM old), EXISTS (SELECT FROM new)",
		 14,
		 {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, BOOLOID,
		  BOOLOID, TEXTOID, INT4OID, INT4OID, INT4OID, INT4OID, TEXTOID}};
	Datum values[14];
	char nulls[15] = "              ";
	SqlScope scope = dbmig_sql_own_begin();
	RegisterResult result;

	set_text(&values[0], &nulls[0], file->version);
	set_text(&values[1], &nulls[1], file->name);
	set_text(&values[2], &nulls[2], file->up_sql);
	set_text(&values[3], &nulls[3], file->down_sql);
	set_text(&values[4], &nulls[4], checksum);
	values[5] = BoolGetDatum(transactional);
	values[6] = BoolGetDatum(down_transactional);
	values[7] = BoolGetDatum(file->repeatable);
	set_text(&values[8], &nulls[8], file->path);
	values[9] = Int32GetDatum(Max(file->up_line, 1));
	values[10] = Int32GetDatum(file->up_char + 1);
	values[11] = Int32GetDatum(Max(file->down_line, 1));
	values[12] = Int32GetDatum(file->down_char + 1);
	set_text(&values[13], &nulls[13],
			 file->down_sql ? dbmig_text_checksum(file->down_sql) : NULL);
	(void) dbmig_sql_run_plan(&plan, values, nulls, false);
	if (!dbmig_sql_bool(0, 2))
		result = REGISTER_UNCHANGED;
	else
		result = dbmig_sql_bool(0, 1) ? REGISTER_UPDATED : REGISTER_NEW;
	dbmig_sql_own_end(scope);
	return result;
}

/* Checks a migration and writes it into the plan. */
static RegisterResult
register_one(const MigrationFile *file, MigrationStates *states)
{
	const char *description;
	char *checksum;
	bool transactional;
	bool down_transactional = true;

	dbmig_version_check(file->version);
	description = file->path ?
					  file->path :
					  psprintf("up_sql of migration \"%s\"", file->version);
	transactional = decide_transactional(file->up_sql, file->up_line,
										 description, file->transaction);
	if (file->down_sql)
		down_transactional =
			decide_transactional(file->down_sql, file->down_line,
								 file->down_path ?
									 file->down_path :
									 psprintf("down_sql of migration \"%s\"",
											  file->version),
								 file->down_transaction);
	checksum = dbmig_text_checksum(file->up_sql);
	check_change(dbmig_states_find(states, file->version), checksum);
	return store(file, checksum, transactional, down_transactional);
}

/* Registers one migration. */
Datum
dbmig_register_migration(PG_FUNCTION_ARGS)
{
	MigrationFile file = {0};
	TimestampTz started_at = GetCurrentTimestamp();
	MigrationStates *states;
	RegisterResult result;

	file.version = dbmig_arg_text(fcinfo, 0, "version");
	file.up_sql = without_bom(dbmig_arg_text(fcinfo, 1, "up_sql"));
	file.down_sql = dbmig_arg_text_or_null(fcinfo, 2);
	if (file.down_sql)
		file.down_sql = without_bom(file.down_sql);
	file.name = dbmig_arg_text_or_null(fcinfo, 3);
	file.name = file.name ? file.name : pstrdup("");
	if (!PG_ARGISNULL(4))
		file.transaction = PG_GETARG_BOOL(4) ? TRANSACTION_YES : TRANSACTION_NO;
	/* a way back that cannot run in a transaction does not bind the way there */
	file.down_transaction =
		file.transaction == TRANSACTION_NO ? TRANSACTION_NO : TRANSACTION_UNSAID;

	dbmig_require_writable("register_migration()");
	dbmig_sql_connect(false);
	require_privileges();
	states = dbmig_states_load();
	result = register_one(&file, states);
	if (result != REGISTER_UNCHANGED)
	{
		SqlScope scope = dbmig_sql_own_begin();

		dbmig_journal_write("migration", "register", file.version, "succeeded",
							started_at, NULL, NULL, NULL);
		dbmig_sql_own_end(scope);
	}
	dbmig_sql_finish();
	PG_RETURN_TEXT_P(cstring_to_text(register_labels[result]));
}

/* Writes the journal's row of a directory. */
static void
journal_directory(const char *path, const char *layout, TimestampTz started_at,
				  const int *counts)
{
	SqlScope scope = dbmig_sql_own_begin();

	dbmig_journal_write("migration", "register_directory", path, "succeeded",
						started_at,
						psprintf("{\"layout\": \"%s\", \"registered\": %d, \"updated\": %d, \"unchanged\": %d}",
								 layout, counts[REGISTER_NEW],
								 counts[REGISTER_UPDATED],
								 counts[REGISTER_UNCHANGED]),
						NULL, NULL);
	dbmig_sql_own_end(scope);
}

/* Registers all migrations of a directory. */
Datum
dbmig_register_directory(PG_FUNCTION_ARGS)
{
	char *path = dbmig_arg_text(fcinfo, 0, "path");
	char *layout = dbmig_arg_text(fcinfo, 1, "layout");
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	TimestampTz started_at = GetCurrentTimestamp();
	MemoryContext context = CurrentMemoryContext;
	MemoryContext work;
	const char *layout_found;
	MigrationStates *states;
	int counts[3] = {0};
	List *files;
	ListCell *cell;

	dbmig_require_writable("register_directory()");
	InitMaterializedSRF(fcinfo, 0);
	files = dbmig_directory_read(path, layout, &layout_found);

	work = AllocSetContextCreate(context, "dbmig register",
								 ALLOCSET_DEFAULT_SIZES);
	dbmig_sql_connect(false);
	require_privileges();
	MemoryContextSwitchTo(context);
	states = dbmig_states_load();
	foreach(cell, files)
	{
		MigrationFile *file = lfirst(cell);
		RegisterResult result;
		Datum values[3];
		bool nulls[3] = {0};

		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(work);
		result = register_one(file, states);
		counts[result]++;
		values[0] = CStringGetTextDatum(file->version);
		values[1] = CStringGetTextDatum(file->name ? file->name : "");
		values[2] = CStringGetTextDatum(register_labels[result]);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		MemoryContextReset(work);
	}
	if (counts[REGISTER_NEW] + counts[REGISTER_UPDATED] > 0)
		journal_directory(path, layout_found, started_at, counts);
	dbmig_sql_finish();
	return (Datum) 0;
}
