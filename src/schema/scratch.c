/*
 * scratch.c
 *		Trying out DDL in a database of its own, which is made for it and dropped.
 *
 * The database is like the caller's in encoding, locale and extensions; the
 * schemas are what aside.c makes of them, so that the result has the same
 * bytes as a try in the caller's own.  A worker runs the text there at top
 * level, as the caller, who owns the database: COMMIT, CONCURRENTLY and VACUUM
 * work, and no transaction holds all the locks.
 *
 * What all databases share would stay, so it is refused, before by its
 * statement and there at any depth.  An extension that the caller may not make
 * is entered without its members, which is said.
 *
 * The database is dropped after the work, after an error, and when the caller
 * is cancelled or ends (scratch_database.c).
 *
 * Locks: an advisory lock for the name, in no database.  Nothing in the
 * caller's database is locked.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/script.h"
#include "base/sql.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "schema/aside.h"
#include "schema/document.h"
#include "schema/scratch.h"
#include "storage/ipc.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "worker/worker.h"

/* What the worker keeps between the moments at which it is called. */
static MemoryContext scratch_context = NULL;
static DdlText *scratch_text;
static Aside *scratch_aside;
static List *scratch_lent = NIL; /* of LentSchema * */
static ProcessUtility_hook_type next_utility_hook = NULL;

/* A schema that is the caller's here, because it belongs to another role. */
typedef struct LentSchema
{
	SchemaShell real; /* as it is in the real database */
	const char *acl;  /* as it is lent, or NULL */
} LentSchema;

PGDLLEXPORT bool
dbmig_scratch_callback(WorkerMoment moment, const WorkerJob *job,
					   Node *statement, StringInfo answer);

/* May the caller make databases? */
static bool
may_create_database(void)
{
	HeapTuple tuple;
	bool result;

	if (superuser())
		return true;
	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(GetUserId()));
	result = HeapTupleIsValid(tuple) &&
			 ((Form_pg_authid) GETSTRUCT(tuple))->rolcreatedb;
	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return result;
}

/*
 * Refuses what cannot be tried out in a scratch database; "reason" is why the
 * text is not tried out in this one, NULL if nobody asked for that.
 */
void
dbmig_scratch_check(const DdlText *text, const char *reason)
{
	if (text->shared.what)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s in line %d cannot be tried out in a scratch database",
						text->shared.what, text->shared.line),
				 errdetail("It changes what all databases share, and would stay."),
				 errhint("Leave it out of the DDL%s.",
						 reason ? "" : ", or use how => 'rollback'")));
	if (!may_create_database())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to create a scratch database"),
				 reason ? errdetail("It is needed: %s.", reason) : 0,
				 errhint("ALTER ROLE %s CREATEDB; allows it.",
						 quote_identifier(GetUserNameFromId(GetUserId(),
															false)))));
}

/* Makes the database. */
static void
create_database(const ScratchDatabase *database)
{
	WorkerJob job = {0};
	ErrorData *error;

	job.label = psprintf("scratch database %s", database->name);
	job.script = dbmig_scratch_create_sql(database);
	job.first_statement = 1;
	error = dbmig_worker_run(&job, NULL);
	if (error)
	{
		dbmig_error_append_context(error, "making a scratch database");
		dbmig_error_raise(error);
	}
}

/* Says where in the text the worker was when it failed. */
static void
locate(ErrorData *error, const DdlText *text, int number)
{
	Script *script = dbmig_ddl_text_open(text->sql);
	ScriptStatement statement = {0};

	while (statement.number < number &&
		   dbmig_script_next(script, true, &statement))
		(void) dbmig_statement_apply_lexer_setting(statement.raw->stmt);
	if (statement.number == number && number > 0)
		dbmig_from_sql_locate(error, text->sql, number, statement.start,
							  statement.sql);
	else
		dbmig_error_append_context(error, number == DBMIG_WORKER_AT_END ?
											  "end of the DDL" :
											  "preparing a scratch database");
	dbmig_script_close(script);
}

/* Runs the text in the database; returns what it made. */
static Jsonb *
fill_database(const ScratchDatabase *database, const DdlText *text)
{
	const char *args[1] = {
		dbmig_scratch_plan_write(dbmig_scratch_plan_make(text))};
	WorkerJob job = {0};
	StringInfoData answer;
	int number = 0;
	int level;
	ErrorData *error;

	initStringInfo(&answer);
	job.label = "trial of DDL";
	job.script = text->sql;
	job.first_statement = 1;
	job.database = get_database_oid(database->name, false);
	job.call = "dbmig_scratch_callback";
	job.answer = &answer;
	job.nargs = lengthof(args);
	job.args = args;
	error = dbmig_worker_run(&job, &number);
	if (error)
	{
		level = NewGUCNestLevel();
		locate(error, text, number);
		AtEOXact_GUC(true, level);
		dbmig_error_raise(error);
	}
	if (answer.len < VARHDRSZ || VARSIZE(answer.data) != answer.len)
		elog(ERROR, "the worker sent no schema");
	return (Jsonb *) answer.data;
}

/*
 * Has the database dropped when the caller is interrupted; runs while an error
 * is raised, and when the process exits.  The worker that drops it needs
 * nobody to wait for it.
 */
static void
abandon(int code, Datum arg)
{
	ScratchDatabase *database = (ScratchDatabase *) DatumGetPointer(arg);

	if (!dbmig_scratch_drop(database, !proc_exit_inprogress))
		ereport(WARNING,
				(errmsg("scratch database \"%s\" is left: no background worker is free to drop it",
						database->name),
				 errhint("The next call of schema_from_sql drops it.")));
	if (!proc_exit_inprogress)
	{
		dbmig_scratch_release(database);
		dbmig_progress_end();
	}
}

/* Tries a text out that has been checked. */
Jsonb *
dbmig_scratch_try(const DdlText *text)
{
	ScratchDatabase *database =
		MemoryContextAlloc(TopMemoryContext, sizeof(ScratchDatabase));
	Jsonb *result;

	dbmig_scratch_drop_leftovers();
	dbmig_progress_begin("schema_from_sql", "statements", text->statements);
	dbmig_scratch_reserve(database);
	PG_ENSURE_ERROR_CLEANUP(abandon, PointerGetDatum(database));
	{
		dbmig_progress_phase("making a scratch database");
		create_database(database);
		result = fill_database(database, text);
		dbmig_progress_phase("dropping the scratch database");
	}
	PG_END_ENSURE_ERROR_CLEANUP(abandon, PointerGetDatum(database));
	abandon(0, PointerGetDatum(database));
	pfree(database);
	return result;
}

/* Refuses what would stay, wherever it comes from. */
static void
refuse_shared(PlannedStmt *planned, const char *query, bool read_only_tree,
			  ProcessUtilityContext context, ParamListInfo params,
			  QueryEnvironment *environment, DestReceiver *dest,
			  QueryCompletion *completion)
{
	const char *shared = dbmig_ddl_shared(planned->utilityStmt);

	if (shared)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s cannot be tried out in a scratch database", shared),
				 errdetail("It changes what all databases share, and would stay.")));
	if (next_utility_hook)
		next_utility_hook(planned, query, read_only_tree, context, params,
						  environment, dest, completion);
	else
		standard_ProcessUtility(planned, query, read_only_tree, context, params,
								environment, dest, completion);
}

/* An extension being made. */
static void
create_extension(void *arg)
{
	const ScratchExtension *extension = arg;

	dbmig_sql_connect(false);
	dbmig_sql_run_user_statement(psprintf(
		"CREATE EXTENSION %s WITH%s%s VERSION %s",
		quote_identifier(extension->name),
		OidIsValid(get_namespace_oid(extension->schema, true)) ? " SCHEMA " : "",
		OidIsValid(get_namespace_oid(extension->schema, true)) ?
			quote_identifier(extension->schema) :
			"",
		quote_identifier(extension->version)));
	dbmig_sql_finish();
}

/* Enters an extension that cannot be made here, without its members. */
static void
enter_extension(const ScratchExtension *extension, const ErrorData *error)
{
	Oid schema = get_namespace_oid(extension->schema, true);
	ObjectAddress address;

	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("extension \"%s\" could not be created in the scratch database: %s",
					extension->name, error->message),
			 errdetail("It is taken as installed, without what it brings: DDL that uses it fails."),
			 errhint("%s", error->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE ?
							   "A superuser can create it, or use how => 'rollback'." :
							   "Use how => 'rollback' for DDL that uses it.")));
	if (!OidIsValid(schema))
		schema = NamespaceCreate(extension->schema, GetUserId(), false);
	CommandCounterIncrement();
	address = InsertExtensionTuple(extension->name, GetUserId(), schema, true,
								   extension->version, PointerGetDatum(NULL),
								   PointerGetDatum(NULL), NIL);
	CreateComments(address.objectId, ExtensionRelationId, 0,
				   unconstify(char *, extension->comment));
	CommandCounterIncrement();
}

/* Makes an extension, as well as it goes. */
static void
prepare_extension(ScratchExtension *extension)
{
	ErrorData *error =
		dbmig_error_catch(create_extension, extension, CurrentMemoryContext);

	if (error == NULL)
		CommandCounterIncrement();
	else if (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
			 error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
		dbmig_error_raise(error);
	else if (strcmp(extension->name, "dbmig") != 0)
		enter_extension(extension, error);
}

/*
 * Lends the schemas of other roles to the caller, who may do in a scratch
 * database what the owners could do in the real one.
 */
static void
lend_schemas(const ScratchPlan *plan)
{
	ListCell *cell;

	foreach(cell, plan->shells)
	{
		SchemaShell *shell = lfirst(cell);
		LentSchema *lent;

		if (has_privs_of_role(GetUserId(), shell->owner))
			continue;
		lent = palloc0(sizeof(LentSchema));
		lent->real = *shell;
		if (shell->acl)
		{
			Datum acl =
				OidInputFunctionCall(F_ARRAY_IN, unconstify(char *, shell->acl),
									 ACLITEMOID, -1);

			shell->acl =
				OidOutputFunctionCall(F_ARRAY_OUT,
									  PointerGetDatum(aclnewowner(DatumGetAclP(acl),
																  shell->owner,
																  GetUserId())));
		}
		shell->owner = GetUserId();
		lent->acl = shell->acl;
		scratch_lent = lappend(scratch_lent, lent);
	}
}

/* Takes them back, unless the text has changed who may do what with them. */
static void
take_back_schemas(void)
{
	ListCell *cell;

	foreach(cell, scratch_lent)
	{
		const LentSchema *lent = lfirst(cell);
		SchemaShell *now = dbmig_aside_shell(lent->real.name);
		SchemaShell real = lent->real;

		if (now == NULL || now->owner != GetUserId() ||
			(now->acl == NULL) != (lent->acl == NULL) ||
			(now->acl && strcmp(now->acl, lent->acl) != 0))
			continue;
		real.comment = now->comment;
		dbmig_aside_dress(now->oid, &real);
	}
}

/* Makes the schemas that there are in the real database and are needed. */
static void
prepare_schemas(const ScratchPlan *plan)
{
	ObjectAddress public;
	bool public_known = false;
	ListCell *cell;

	ObjectAddressSet(public, NamespaceRelationId,
					 get_namespace_oid("public", false));
	foreach(cell, plan->shells)
	{
		const SchemaShell *shell = lfirst(cell);

		if (strcmp(shell->name, "public") == 0)
		{
			dbmig_aside_dress(public.objectId, shell);
			public_known = true;
		}
	}
	if (!public_known)
	{
		performDeletion(&public, DROP_RESTRICT, 0);
		CommandCounterIncrement();
	}
}

/* Is a schema needed by an extension? */
static bool
holds_extension(const ScratchPlan *plan, const char *schema)
{
	ListCell *cell;

	foreach(cell, plan->extensions)
		if (strcmp(((ScratchExtension *) lfirst(cell))->schema, schema) == 0)
			return true;
	return false;
}

/* Makes the database what the text may expect. */
static void
prepare(const ScratchPlan *plan)
{
	ListCell *cell;

	if (client_min_messages < WARNING)
		SetConfigOption("client_min_messages", "warning", PGC_USERSET,
						PGC_S_SESSION);
	prepare_schemas(plan);
	foreach(cell, plan->shells)
	{
		const SchemaShell *shell = lfirst(cell);

		if (!OidIsValid(get_namespace_oid(shell->name, true)) &&
			holds_extension(plan, shell->name))
			dbmig_aside_make(shell);
	}
	foreach(cell, plan->extensions)
		prepare_extension(lfirst(cell));
}

/* Called in the worker before the script. */
static void
begin_trial(const WorkerJob *job)
{
	MemoryContext previous;
	ScratchPlan *plan;

	scratch_context =
		AllocSetContextCreate(TopMemoryContext, "dbmig scratch database",
							  ALLOCSET_DEFAULT_SIZES);
	previous = MemoryContextSwitchTo(scratch_context);
	plan = dbmig_scratch_plan_read(job->args[0]);
	lend_schemas(plan);
	prepare(plan);
	scratch_text = palloc0(sizeof(DdlText));
	scratch_text->sql = job->script;
	scratch_text->schemas = plan->schemas;
	scratch_text->globals = plan->globals;
	scratch_aside =
		dbmig_aside_begin(scratch_text, plan->shells, false, scratch_context);
	next_utility_hook = ProcessUtility_hook;
	ProcessUtility_hook = refuse_shared;
	MemoryContextSwitchTo(previous);
}

/* Called in the worker after the script. */
static void
end_trial(StringInfo answer)
{
	MemoryContext previous = MemoryContextSwitchTo(scratch_context);
	Jsonb *result;
	ListCell *cell;

	foreach(cell, dbmig_aside_strays(scratch_aside))
		dbmig_ddl_text_add_schema(scratch_text, lfirst(cell));
	take_back_schemas();
	result = dbmig_document_write(dbmig_aside_read(scratch_aside, scratch_text,
												   scratch_context));
	MemoryContextSwitchTo(previous);
	appendBinaryStringInfo(answer, (const char *) result, VARSIZE(result));
}

/* What the worker calls. */
bool
dbmig_scratch_callback(WorkerMoment moment, const WorkerJob *job,
					   Node *statement, StringInfo answer)
{
	switch (moment)
	{
		case WORKER_BEGIN:
			begin_trial(job);
			break;
		case WORKER_BEFORE:
			return dbmig_aside_before(scratch_aside, statement);
		case WORKER_AFTER:
			dbmig_aside_after(scratch_aside, statement);
			break;
		case WORKER_END:
			end_trial(answer);
			break;
	}
	return false;
}
