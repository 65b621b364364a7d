/*
 * from_sql.c
 *		dbmig.schema_from_sql(): what a text of DDL makes, under the names that it
 *		says; nothing of it stays.
 *
 * In one subtransaction the schemas that the text fills are set aside
 * (aside.c), the text is run as the caller, the catalogs are read, and all is
 * rolled back.  What cannot be done so goes to a scratch database (scratch.c):
 * COMMIT and CONCURRENTLY, more tables than one transaction can lock, schemas
 * of other roles.  Both give the same bytes.
 *
 * The rollback gives back every lock that the text took, and ends the settings
 * that it made.  Statements whose effect on the session a rollback does not
 * undo are not run this way.
 *
 * Locks: see aside.c; those of the text's statements, on what it has made
 * itself.  Lock waits are limited by dbmig.lock_timeout.
 */
#include "postgres.h"

#include "access/twophase.h"
#include "access/xact.h"
#include "base/args.h"
#include "base/compat.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/script.h"
#include "base/settings.h"
#include "base/sql.h"
#include "catalog/namespace.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "schema/aside.h"
#include "schema/cache.h"
#include "schema/ddl_text.h"
#include "schema/document.h"
#include "schema/scratch.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#define MAX_TRIES			 10	   /* schemas found only by running the text */
#define MAX_QUOTED_STATEMENT 65536 /* longer ones are not sent with errors */

/* How the text is tried out. */
typedef enum TrialWay
{
	WAY_AUTO,
	WAY_ROLLBACK,
	WAY_DATABASE
} TrialWay;

static const struct
{
	TrialWay way;
	const char *label;
} ways[] = {{WAY_AUTO, "auto"},
			{WAY_ROLLBACK, "rollback"},
			{WAY_DATABASE, "database"}};

/* One try in this database. */
typedef struct Trial
{
	DdlText *text;
	MemoryContext context;	   /* of the result */
	ScriptStatement statement; /* being run */
	List *strays;			   /* schemas that should have been set aside */
	Jsonb *result;
	ErrorData *error;
} Trial;

PG_FUNCTION_INFO_V1(dbmig_schema_from_sql);

/* Reads the argument "how". */
static TrialWay
parse_way(const char *label)
{
	StringInfoData labels;

	initStringInfo(&labels);
	for (int i = 0; i < lengthof(ways); i++)
	{
		if (strcmp(ways[i].label, label) == 0)
			return ways[i].way;
		appendStringInfo(&labels, "%s%s", i ? ", " : "", ways[i].label);
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("how \"%s\" is not known", label),
					errhint("It is one of: %s.", labels.data)));
}

/*
 * Says in an error's context where in the text its statement is, or the very
 * place, if the error is about one.
 */
void
dbmig_from_sql_locate(ErrorData *error, const char *sql, int number, Size start,
					  const char *statement)
{
	Size offset = start;
	const char *line_start;

	if (statement && error->internalpos > 0 && error->internalquery &&
		strcmp(error->internalquery, statement) == 0)
		offset += pg_mbcharcliplen(statement, strlen(statement),
								   error->internalpos - 1);
	if (error->internalquery &&
		strlen(error->internalquery) > MAX_QUOTED_STATEMENT)
	{
		error->internalquery = NULL;
		error->internalpos = 0;
	}
	line_start = sql + offset;
	while (line_start > sql && line_start[-1] != '\n')
		line_start--;
	dbmig_error_append_context(error,
							   psprintf("statement %d, line %d, column %d, of the DDL",
										number, dbmig_script_line(sql, offset),
										dbmig_script_character(line_start,
															   sql + offset -
																   line_start)));
}

/* Sets what holds while the text runs; the text may set it otherwise. */
static void
apply_settings(void)
{
	char value[16];

	if (dbmig_setting_lock_timeout > 0)
	{
		pg_ltoa(dbmig_setting_lock_timeout, value);
		(void) set_config_option("lock_timeout", value, PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	}
	if (client_min_messages < WARNING)
		(void) set_config_option("client_min_messages", "warning", PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (GetConfigOption("citus.enable_ddl_propagation", true, false))
		(void) set_config_option("citus.enable_ddl_propagation", "off",
								 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
								 true, 0, false);
}

/* Runs the statements of the text. */
static void
run_text(Trial *trial, Aside *aside)
{
	MemoryContext previous = CurrentMemoryContext;
	Script *script = dbmig_ddl_text_open(trial->text->sql);
	MemoryContext work = AllocSetContextCreate(previous, "dbmig DDL statement",
											   ALLOCSET_DEFAULT_SIZES);

	for (;;)
	{
		ScriptStatement *statement = &trial->statement;
		Node *node;

		MemoryContextReset(work);
		MemoryContextSwitchTo(work);
		memset(statement, 0, sizeof(*statement));
		if (!dbmig_script_next(script, true, statement))
			break;
		node = statement->raw->stmt;
		if (!dbmig_aside_before(aside, node))
			dbmig_sql_run_user_statement(statement->sql);
		dbmig_aside_after(aside, node);
	}
	memset(&trial->statement, 0, sizeof(trial->statement));
	MemoryContextSwitchTo(previous);
	MemoryContextDelete(work);
	dbmig_script_close(script);
}

/* Runs the text and reads what it made, in the subtransaction that is open. */
static void
run_and_read(Trial *trial)
{
	MemoryContext work =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig trial",
							  ALLOCSET_DEFAULT_SIZES);
	int level = NewGUCNestLevel();
	Aside *aside;
	Oid user;
	int security;

	MemoryContextSwitchTo(work);
	error_context_stack = NULL; /* is added when an error is raised again */
	GetUserIdAndSecContext(&user, &security);
	apply_settings();
	aside = dbmig_aside_begin(trial->text, NIL, true, work);
	run_text(trial, aside);
	AtEOXact_GUC(false, level);
	SetUserIdAndSecContext(user, security);
	CommandCounterIncrement();

	trial->strays = dbmig_aside_strays(aside);
	if (trial->strays == NIL)
	{
		SchemaModel *model = dbmig_aside_read(aside, trial->text, work);

		MemoryContextSwitchTo(trial->context);
		trial->result = dbmig_document_write(model);
	}
	else
	{
		ListCell *cell;

		MemoryContextSwitchTo(trial->context);
		foreach(cell, trial->strays)
			dbmig_ddl_text_add_schema(trial->text, lfirst(cell));
	}
	MemoryContextDelete(work);
}

/* Tries the text out once, in a subtransaction that is rolled back. */
static void
try_once(Trial *trial)
{
	ResourceOwner owner = CurrentResourceOwner;
	List *locked = dbmig_lock_relations();

	trial->result = NULL;
	trial->error = NULL;
	trial->strays = NIL;
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(trial->context);
	PG_TRY();
	{
		run_and_read(trial);
	}
	PG_CATCH();
	{
		trial->error = dbmig_error_capture(trial->context);
		if (trial->statement.sql)
			dbmig_from_sql_locate(trial->error, trial->text->sql,
								  trial->statement.number,
								  trial->statement.start, trial->statement.sql);
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(trial->context);
	CurrentResourceOwner = owner;
	dbmig_lock_release_relations(locked);
	list_free(locked);
}

/* Did something exist already that was believed not to be concerned? */
static bool
is_duplicate(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_DUPLICATE_TABLE ||
		   error->sqlerrcode == ERRCODE_DUPLICATE_OBJECT ||
		   error->sqlerrcode == ERRCODE_DUPLICATE_FUNCTION;
}

/* Adds the schema that things are made in by default; false if it is known. */
static bool
add_creation_schema(DdlText *text)
{
	int before = list_length(text->schemas);
	List *path = fetch_search_path(false);

	if (path != NIL)
		dbmig_ddl_text_add_schema(text, get_namespace_name(linitial_oid(path)));
	return list_length(text->schemas) > before;
}

/* Tries the text out in this database, until all its schemas are known. */
static void
try_here(Trial *trial)
{
	for (int tries = 0; tries < MAX_TRIES; tries++)
	{
		try_once(trial);
		if (trial->error == NULL && trial->strays == NIL)
			return;
		if (trial->error && !(trial->text->opaque && is_duplicate(trial->error) &&
							  add_creation_schema(trial->text)))
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("the DDL makes things in other schemas with every try")));
}

/* Returns how many locks one transaction may be believed to get. */
static int64
lock_limit(void)
{
	return (int64) max_locks_per_xact * (MaxBackends + max_prepared_xacts) * 9 /
		   10;
}

/* Why the text cannot be tried out in this database. */
typedef struct Obstacle
{
	int code;			/* SQLSTATE; 0: there is none */
	const char *reason; /* a phrase */
} Obstacle;

/* Finds what speaks against trying the text out in this database. */
static Obstacle
find_obstacle(const DdlText *text)
{
	Obstacle obstacle = {0};
	ListCell *cell;

	if (text->top_level.what || text->session.what)
	{
		const DdlRemark *place =
			text->top_level.what ? &text->top_level : &text->session;

		obstacle.code = ERRCODE_FEATURE_NOT_SUPPORTED;
		obstacle.reason = psprintf("%s in line %d cannot be rolled back",
								   place->what, place->line);
		return obstacle;
	}
	if (text->locks > lock_limit())
	{
		obstacle.code = ERRCODE_CONFIGURATION_LIMIT_EXCEEDED;
		obstacle.reason =
			psprintf("the DDL needs about %lld locks in one transaction, and there are about %lld for all sessions",
					 (long long) text->locks, (long long) lock_limit());
		return obstacle;
	}
	foreach(cell, text->schemas)
	{
		const char *name = ((DdlSchema *) lfirst(cell))->name;
		SchemaShell *shell = dbmig_aside_shell(name);

		if (shell && !has_privs_of_role(GetUserId(), shell->owner))
		{
			obstacle.code = ERRCODE_INSUFFICIENT_PRIVILEGE;
			obstacle.reason =
				psprintf("schema \"%s\" belongs to role %s", name,
						 quote_identifier(GetUserNameFromId(shell->owner,
															false)));
			return obstacle;
		}
	}
	return obstacle;
}

/* Refuses to try a text out here. */
static void
refuse(const Obstacle *obstacle)
{
	ereport(ERROR,
			(errcode(obstacle->code),
			 errmsg("the DDL cannot be tried out in this database: %s",
					obstacle->reason),
			 obstacle->code == ERRCODE_CONFIGURATION_LIMIT_EXCEEDED ?
				 errhint("Use how => 'database', or raise \"max_locks_per_transaction\".") :
				 errhint("Use how => 'database', which makes a scratch database for it.")));
}

/* Does an error come from running everything in one transaction? */
static bool
needs_database(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_UNSAFE_NEW_ENUM_VALUE_USAGE ||
		   error->sqlerrcode == ERRCODE_ACTIVE_SQL_TRANSACTION ||
		   error->sqlerrcode == ERRCODE_INVALID_TRANSACTION_TERMINATION ||
		   (error->sqlerrcode == ERRCODE_OUT_OF_MEMORY && error->hint &&
			strstr(error->hint, "max_locks_per_transaction"));
}

/* Tells that the rows of the text are lost. */
static void
warn_of_rows(const DdlText *text)
{
	if (text->row_statements == 0)
		return;
	ereport(WARNING,
			(errmsg("the DDL changes rows, which are not schema"),
			 errdetail("%s in line %d%s: what became of the rows is lost.",
					   text->rows.what, text->rows.line,
					   text->row_statements > 1 ? ", and later" : "")));
}

/* Tries a text out in this database, or raises why it cannot be. */
static Jsonb *
from_rollback(DdlText *text, TrialWay way, const char **reason)
{
	Trial trial = {.text = text, .context = CurrentMemoryContext};

	dbmig_sql_connect(false);
	MemoryContextSwitchTo(trial.context);
	try_here(&trial);
	dbmig_sql_finish();
	MemoryContextSwitchTo(trial.context);
	if (trial.error == NULL)
		return trial.result;
	if (way == WAY_AUTO && needs_database(trial.error))
	{
		*reason = trial.error->message;
		return NULL;
	}
	if (needs_database(trial.error))
		trial.error->hint =
			trial.error->hint ?
				psprintf("%s Or use how => 'database'.", trial.error->hint) :
				pstrdup("Use how => 'database'.");
	dbmig_error_raise(trial.error);
	pg_unreachable();
}

/* SQL: schema_from_sql(ddl text, how text) returns jsonb */
Datum
dbmig_schema_from_sql(PG_FUNCTION_ARGS)
{
	char *sql = dbmig_arg_text(fcinfo, 0, "ddl");
	TrialWay way = parse_way(dbmig_arg_text(fcinfo, 1, "how"));
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig schema_from_sql",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext previous = MemoryContextSwitchTo(context);
	const char *reason = NULL;
	const char *key;
	Jsonb *result = NULL;
	DdlText *text;
	Obstacle obstacle = {0};

	if (InSecurityRestrictedOperation())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("cannot call schema_from_sql within security-restricted operation")));
	text = dbmig_ddl_text_analyze(sql);
	if (text->stays.what)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s in line %d cannot be tried out", text->stays.what,
						text->stays.line),
				 errdetail("Neither a rollback nor dropping a database would undo it."),
				 errhint("Leave it out of the DDL.")));
	if (way != WAY_DATABASE)
	{
		obstacle = find_obstacle(text);
		if (obstacle.code && way == WAY_ROLLBACK)
			refuse(&obstacle);
		reason = obstacle.reason;
	}
	if (way == WAY_DATABASE || obstacle.code)
		dbmig_scratch_check(text, reason);

	key = dbmig_cache_key(text);
	if (key)
		result = dbmig_cache_find(key);
	if (result == NULL)
	{
		dbmig_require_writable("schema_from_sql");
		if (way != WAY_DATABASE && obstacle.code == 0)
			result = from_rollback(text, way, &reason);
		if (result == NULL)
		{
			dbmig_scratch_check(text, reason);
			result = dbmig_scratch_try(text);
		}
		dbmig_cache_keep(key, text, result);
	}
	warn_of_rows(text);

	MemoryContextSwitchTo(previous);
	{
		Jsonb *copy = palloc(VARSIZE(result));

		memcpy(copy, result, VARSIZE(result));
		MemoryContextDelete(context);
		PG_RETURN_JSONB_P(copy);
	}
}
