/*
 * state.c
 *		How every migration stands: the plan held against the history.
 *
 * This is the only place that judges.  The runner asks it what is due, and the
 * view migration_status and the functions of summary.c show what it says, so
 * that what a user sees is what the runner acts upon.
 *
 * Both tables are read in the order of their indexes and merged, which keeps
 * ten thousand migrations within a few milliseconds.  A run that says
 * "running" is believed while its backend holds the runner's lock; on a
 * standby, where locks of the primary cannot be seen, it always is.
 *
 * Locks: ACCESS SHARE on migration and migration_run.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "base/lock.h"
#include "base/sql.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "migration/state.h"
#include "migration/version.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

static const char *const status_labels[] =
	{[STATUS_PENDING] = "pending",	   [STATUS_APPLIED] = "applied",
	 [STATUS_BASELINED] = "baselined", [STATUS_FAILED] = "failed",
	 [STATUS_RUNNING] = "running",	   [STATUS_REVERTED] = "reverted",
	 [STATUS_MODIFIED] = "modified",   [STATUS_MISSING] = "missing"};

#define PLAN_SQL                                                \
	"SELECT version, name, checksum, transactional, repeatable" \
	" FROM dbmig.migration ORDER BY version"

#define RUNS_SQL(error)                                                                   \
	"SELECT version, run_id, action, state, checksum,"                                    \
	" (EXTRACT(epoch FROM started_at) OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8,"  \
	" (EXTRACT(epoch FROM finished_at) OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8," \
	" executed_by, backend_pid, statements, sqlstate, standing, " error                   \
	" FROM dbmig.migration_run ORDER BY version, run_id"

/* Returns the label of a status. */
const char *
dbmig_status_label(MigrationStatus status)
{
	return status_labels[status];
}

/* Tells whether the effects of a migration are in the database. */
bool
dbmig_state_stands(const MigrationState *state)
{
	return state->standing == STANDING_APPLIED ||
		   state->standing == STANDING_BASELINED;
}

/* Returns a text column of a fetched row, copied, or NULL. */
static char *
copy_text(uint64 row, int column)
{
	bool isnull;
	Datum value = dbmig_sql_datum(row, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* Compares a fetched text column with a label. */
static bool
text_is(uint64 row, int column, const char *label)
{
	bool isnull;
	Datum value = dbmig_sql_datum(row, column, &isnull);
	text *datum;

	if (isnull)
		return false;
	datum = DatumGetTextPP(value);
	return VARSIZE_ANY_EXHDR(datum) == strlen(label) &&
		   memcmp(VARDATA_ANY(datum), label, strlen(label)) == 0;
}

/* Returns an int4 column of a fetched row. */
static int
get_int(uint64 row, int column)
{
	bool isnull;
	Datum value = dbmig_sql_datum(row, column, &isnull);

	return isnull ? 0 : DatumGetInt32(value);
}

/* Turns microseconds of the Unix epoch into a timestamp. */
static TimestampTz
from_unix(int64 microseconds)
{
	return microseconds -
		   (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
}

/* Takes one run of a migration into account; they come oldest first. */
static void
add_run(MigrationState *state, uint64 row)
{
	bool succeeded = text_is(row, 4, "succeeded");
	bool running = text_is(row, 4, "running");
	int64 run_id = dbmig_sql_int64(row, 2, 0);
	int64 started = dbmig_sql_int64(row, 6, 0);
	int64 finished = dbmig_sql_int64(row, 7, started);

	state->last_run = run_id;
	state->last_is_apply = text_is(row, 3, "apply");
	state->last_pid = get_int(row, 9);
	state->last_statements = get_int(row, 10);
	state->last_died = false;
	state->last_failed = text_is(row, 4, "failed");
	state->sqlstate = copy_text(row, 11);
	state->error = copy_text(row, 13);
	state->status = running ? STATUS_RUNNING : STATUS_PENDING;
	if (!succeeded)
	{
		if (state->applied_run == 0)
			state->executed_by = copy_text(row, 8);
		return;
	}

	if (text_is(row, 12, "applied") || text_is(row, 12, "baselined"))
	{
		state->standing =
			text_is(row, 12, "applied") ? STANDING_APPLIED : STANDING_BASELINED;
		state->applied_checksum = copy_text(row, 5);
		if (!text_is(row, 3, "repair"))
		{
			state->applied_run = run_id;
			state->applied_at = from_unix(finished);
			state->duration = finished - started;
			state->executed_by = copy_text(row, 8);
		}
	}
	else if (text_is(row, 12, "reverted"))
		state->standing = STANDING_REVERTED;
	else if (text_is(row, 12, "forgotten"))
		state->standing = STANDING_FORGOTTEN;
	/* a repair without standing only clears the failure before it */
}

/* Returns the pid of whoever migrates this database now, or 0. */
static int
find_runner(void)
{
	return dbmig_lock_held(DBMIG_LOCK_RUNNER) ?
			   MyProcPid :
			   dbmig_lock_holder(DBMIG_LOCK_RUNNER);
}

/* Tells whether a run says "running" in what is committed at this moment. */
static bool
says_running_now(int64 run_id)
{
	static SqlPlan plan = {
		"SELECT FROM dbmig.migration_run WHERE run_id = $1 AND state = 'running'",
		1,
		{INT8OID},
	};
	Datum values[1] = {Int64GetDatum(run_id)};
	bool running;

	PushActiveSnapshot(GetLatestSnapshot());
	running = dbmig_sql_run_plan(&plan, values, NULL, true) > 0;
	SPI_freetuptable(SPI_tuptable);
	PopActiveSnapshot();
	return running;
}

/*
 * Finds out whether a run that says "running" has died.  A runner closes its
 * row before it gives back its lock.  So if the lock is seen free first, and
 * the row still says "running" afterwards, nobody will ever close it.  A row
 * that was closed meanwhile was running when our snapshot was taken.
 */
static void
look_for_death(MigrationState *state)
{
	if (RecoveryInProgress() || state->last_pid == find_runner() ||
		!says_running_now(state->last_run))
		return;
	state->last_died = true;
	state->last_failed = true;
	state->status = STATUS_PENDING;
	state->sqlstate = pstrdup("MG006");
	state->error =
		psprintf("the runner (process %d) is gone: killed, crashed or disconnected",
				 state->last_pid);
}

/* Judges one migration from what was read of it. */
static void
judge(MigrationState *state)
{
	bool stands = dbmig_state_stands(state);
	bool changed = stands && state->in_plan && state->applied_checksum &&
				   strcmp(state->applied_checksum, state->plan_checksum) != 0;

	if (state->status == STATUS_RUNNING)
		return;
	/* A revert that was rolled back whole has changed nothing. */
	if (state->last_failed &&
		(state->last_is_apply || state->last_statements > 0 || !stands))
		state->status = STATUS_FAILED;
	else if (!stands)
		state->status = state->standing == STANDING_REVERTED ? STATUS_REVERTED :
															   STATUS_PENDING;
	else if (!state->in_plan)
		state->status = STATUS_MISSING;
	else if (changed && state->repeatable)
		state->status = STATUS_PENDING;
	else if (changed)
		state->status = STATUS_MODIFIED;
	else
		state->status = state->standing == STANDING_APPLIED ? STATUS_APPLIED :
															  STATUS_BASELINED;

	state->due =
		state->in_plan &&
		(state->status == STATUS_PENDING || state->status == STATUS_REVERTED ||
		 (state->status == STATUS_FAILED && state->last_is_apply));
}

/* Tells whether a migration has left the plan and has no effects left. */
static bool
is_history_only(const MigrationState *state)
{
	if (state->in_plan || dbmig_state_stands(state) ||
		state->status == STATUS_RUNNING)
		return false;
	return state->status != STATUS_FAILED || state->last_statements == 0;
}

/* Orders two migrations. */
static int
compare_states(const void *a, const void *b)
{
	const MigrationState *x = a;
	const MigrationState *y = b;

	if (x->repeatable != y->repeatable)
		return x->repeatable ? 1 : -1;
	return dbmig_version_compare(x->version, y->version);
}

/* Finds out which migrations were, or would be, applied out of order. */
static void
find_disorder(MigrationStates *states)
{
	int64 first_later = PG_INT64_MAX;

	for (int i = states->count - 1; i >= 0; i--)
	{
		MigrationState *state = &states->items[i];

		if (state->repeatable)
			continue;
		if (dbmig_state_stands(state) && state->applied_run > 0)
		{
			state->out_of_order = state->applied_run > first_later;
			first_later = Min(first_later, state->applied_run);
		}
		else if (state->due)
			state->out_of_order = first_later != PG_INT64_MAX;
	}
}

/* Reads the plan; the items' memory is the current context. */
static int
read_plan(MigrationState **items, int *capacity)
{
	static SqlPlan plan = {PLAN_SQL, 0};
	uint64 rows = dbmig_sql_run_plan(&plan, NULL, NULL, true);

	*capacity = (int) rows + 64;
	*items = palloc_extended(sizeof(MigrationState) * *capacity,
							 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint64 row = 0; row < rows; row++)
	{
		MigrationState *state = &(*items)[row];

		state->version = copy_text(row, 1);
		state->name = copy_text(row, 2);
		state->plan_checksum = copy_text(row, 3);
		state->transactional = dbmig_sql_bool(row, 4);
		state->repeatable = dbmig_sql_bool(row, 5);
		state->in_plan = true;
	}
	SPI_freetuptable(SPI_tuptable);
	return (int) rows;
}

/* Runs the query for the history, with the errors if the caller may see them. */
static uint64
read_runs(void)
{
	static SqlPlan may_see =
		{"SELECT pg_catalog.has_column_privilege('dbmig.migration_run', 'error', 'SELECT')",
		 0};
	static SqlPlan with_error = {RUNS_SQL("error"), 0};
	static SqlPlan without_error =
		{RUNS_SQL("CASE WHEN state OPERATOR(pg_catalog.=) 'failed' THEN"
				  " 'not shown: needs GRANT SELECT ON dbmig.migration_run' END"),
		 0};
	bool allowed;

	(void) dbmig_sql_run_plan(&may_see, NULL, NULL, true);
	allowed = dbmig_sql_bool(0, 1);
	SPI_freetuptable(SPI_tuptable);
	return dbmig_sql_run_plan(allowed ? &with_error : &without_error, NULL,
							  NULL, true);
}

/* Reads and judges everything; the result is in the current context. */
MigrationStates *
dbmig_states_load(void)
{
	MigrationStates *states = palloc0(sizeof(MigrationStates));
	MemoryContext context = CurrentMemoryContext;
	SqlScope scope;
	MigrationState *items;
	MigrationState *state = NULL;
	int capacity;
	int planned;
	int next = 0;
	uint64 rows;
	int kept = 0;

	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	MemoryContextSwitchTo(context);
	planned = read_plan(&items, &capacity);
	states->count = planned;
	rows = read_runs();
	for (uint64 row = 0; row < rows; row++)
	{
		char *version = copy_text(row, 1);

		if (state == NULL || strcmp(state->version, version) != 0)
		{
			while (next < planned && strcmp(items[next].version, version) < 0)
				next++;
			if (next < planned && strcmp(items[next].version, version) == 0)
				state = &items[next];
			else
			{
				if (states->count == capacity)
				{
					capacity *= 2;
					items =
						repalloc_huge(items, sizeof(MigrationState) * capacity);
				}
				state = &items[states->count++];
				memset(state, 0, sizeof(*state));
				state->version = pstrdup(version);
				state->name = pstrdup("");
			}
		}
		pfree(version);
		add_run(state, row);
	}
	SPI_freetuptable(SPI_tuptable);
	for (int i = 0; i < states->count; i++)
	{
		if (items[i].status == STATUS_RUNNING)
			look_for_death(&items[i]);
	}
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
	MemoryContextSwitchTo(context);

	for (int i = 0; i < states->count; i++)
	{
		judge(&items[i]);
		if (!is_history_only(&items[i]))
			items[kept++] = items[i];
	}
	states->count = kept;
	states->items = items;
	qsort(items, states->count, sizeof(MigrationState), compare_states);
	find_disorder(states);
	return states;
}

/* Finds a migration by its version, or NULL. */
MigrationState *
dbmig_states_find(MigrationStates *states, const char *version)
{
	MigrationState wanted = {0};
	MigrationState *found;

	wanted.version = unconstify(char *, version);
	found = bsearch(&wanted, states->items, states->count,
					sizeof(MigrationState), compare_states);
	if (found == NULL)
	{
		wanted.repeatable = true;
		found = bsearch(&wanted, states->items, states->count,
						sizeof(MigrationState), compare_states);
	}
	return found;
}
