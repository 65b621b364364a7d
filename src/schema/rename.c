/*
 * rename.c
 *		Renames: an object of another name that is the one expected.
 *
 * A rename is known from the caller's map, or it is found: the one table, index
 * or key that is not expected, for the one that is missing and has the same
 * structure.  Columns are never matched by structure, since two texts of the
 * same type are as a rule two things.
 *
 * What a rename does to the texts of views, checks and defaults only the server
 * knows.  So it is done, the catalogs are read, and it is undone, in a
 * subtransaction that holds ACCESS EXCLUSIVE on the relations renamed for as
 * long as the reading takes, and waits for such a lock LOCK_TIMEOUT at most.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/error.h"
#include "base/sql.h"
#include "catalog/read.h"
#include "schema/plan.h"
#include "schema/rename.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#define LOCK_TIMEOUT "2s"

/* Renames to try, and the schema that they leave. */
typedef struct RenameAttempt
{
	List *steps; /* of FixStep * */
	MemoryContext context;
	SchemaModel *model; /* result */
} RenameAttempt;

/* Runs the renames and reads what came of them. */
static void
rename_and_read(void *arg)
{
	RenameAttempt *attempt = arg;
	ListCell *cell;

	dbmig_sql_connect(false);
	(void) set_config_option("lock_timeout", LOCK_TIMEOUT, PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	foreach(cell, attempt->steps)
		dbmig_sql_run_user_statement(((FixStep *) lfirst(cell))->sql);
	dbmig_sql_finish();
	CommandCounterIncrement();
	attempt->model = dbmig_catalog_read(NIL, true, attempt->context);
}

/* Tries the renames in a subtransaction that is rolled back in any case. */
static ErrorData *
try_renames(RenameAttempt *attempt)
{
	MemoryContext previous = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(previous);
	PG_TRY();
	{
		rename_and_read(attempt);
	}
	PG_CATCH();
	{
		error = dbmig_error_capture(previous);
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(previous);
	CurrentResourceOwner = owner;
	return error;
}

/* Returns "ALTER TABLE x RENAME TO y" for an object; NULL if it has none. */
static char *
rename_sql(const SchemaObject *object, const char *name)
{
	const char *to = quote_identifier(name);
	const char *parent = object->parent ? object->parent->identity : NULL;

	switch (object->kind)
	{
		case KIND_COLUMN:
			return psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", parent,
							object->name, to);
		case KIND_CONSTRAINT:
			return psprintf("ALTER TABLE %s RENAME CONSTRAINT %s TO %s", parent,
							object->name, to);
		case KIND_DOMAIN_CONSTRAINT:
			return psprintf("ALTER DOMAIN %s RENAME CONSTRAINT %s TO %s",
							parent, object->name, to);
		case KIND_ATTRIBUTE:
			return psprintf("ALTER TYPE %s RENAME ATTRIBUTE %s TO %s", parent,
							object->name, to);
		case KIND_TRIGGER:
			return psprintf("ALTER TRIGGER %s ON %s RENAME TO %s", object->name,
							parent, to);
		case KIND_POLICY:
			return psprintf("ALTER POLICY %s ON %s RENAME TO %s", object->name,
							parent, to);
		case KIND_RULE:
			return psprintf("ALTER RULE %s ON %s RENAME TO %s", object->name,
							parent, to);
		case KIND_TABLE:
			return psprintf("ALTER TABLE %s RENAME TO %s", object->identity, to);
		case KIND_INDEX:
			return psprintf("ALTER INDEX %s RENAME TO %s", object->identity, to);
		case KIND_ENUM:
		case KIND_COMPOSITE:
		case KIND_RANGE:
			return psprintf("ALTER TYPE %s RENAME TO %s", object->identity, to);
		case KIND_STATISTICS:
			return psprintf("ALTER STATISTICS %s RENAME TO %s",
							object->identity, to);
		case KIND_SCHEMA:
		case KIND_DOMAIN:
		case KIND_SEQUENCE:
		case KIND_FUNCTION:
		case KIND_PROCEDURE:
		case KIND_VIEW:
		case KIND_MATERIALIZED_VIEW:
		case KIND_COLLATION:
		case KIND_EVENT_TRIGGER:
		case KIND_PUBLICATION:
		case KIND_SERVER:
			return psprintf("ALTER %s %s RENAME TO %s",
							asc_toupper(dbmig_object_kinds[object->kind].label,
										strlen(dbmig_object_kinds[object->kind]
												   .label)),
							object->identity, to);
		default:
			return NULL;
	}
}

/* Adds the statement that renames a value of an enum; false if it is none. */
static bool
rename_value(StepSink *sink, const SchemaModel *actual, const char *key,
			 const char *name)
{
	const char *identity = key + strlen("enum value ");
	ListCell *cell;

	if (strncmp(key, "enum value ", strlen("enum value ")) != 0)
		return false;
	foreach(cell, actual->objects[KIND_ENUM])
	{
		SchemaObject *type = lfirst(cell);
		Size length = strlen(type->identity);

		if (strncmp(identity, type->identity, length) != 0 ||
			identity[length] != '.')
			continue;
		dbmig_step(sink, type, LOCK_NONE, HAZARD_NONE, true,
				   "ALTER TYPE %s RENAME VALUE %s TO %s", type->identity,
				   quote_literal_cstr(identity + length + 1),
				   quote_literal_cstr(name));
		return true;
	}
	return false;
}

/* Finds what "table public.user" names: the label of a kind and an identity. */
static SchemaObject *
find_named(const SchemaModel *model, const char *key)
{
	SchemaObject *object = dbmig_model_find_ref(model, key);
	const char *space;

	if (object)
		return object;
	/* "type x" and the kinds of constraints are understood, too */
	space = strchr(key, ' ');
	if (space && strncmp(key, "type ", 5) == 0)
	{
		static const ObjectKind types[] = {KIND_ENUM, KIND_DOMAIN,
										   KIND_COMPOSITE, KIND_RANGE};

		for (int i = 0; i < lengthof(types) && object == NULL; i++)
			object = dbmig_model_find(model, types[i], space + 1);
	}
	return object;
}

/* Adds the statement for one entry of the map. */
static void
add_given(StepSink *sink, const SchemaModel *actual, const char *key,
		  const char *name)
{
	SchemaObject *object = find_named(actual, key);
	char *sql;

	if (object == NULL)
	{
		if (rename_value(sink, actual, key, name))
			return;
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no %s to rename", key),
				 errhint("Keys of renames are a kind and a name as in the "
						 "columns kind and object of dbmig.schema_diff(), for "
						 "example \"table public.user\" or \"column "
						 "public.users.mail\".")));
	}
	sql = rename_sql(object, name);
	if (sql == NULL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("%s cannot be renamed", key)));
	dbmig_step(sink, object,
			   object->kind == KIND_INDEX ? LOCK_SHARE_UPDATE_EXCLUSIVE :
											LOCK_ACCESS_EXCLUSIVE,
			   HAZARD_NONE, true, "%s", sql);
}

/*
 * Adds the renames that the caller gave and returns the schema that they lead
 * to.  Renames of tables come before those of what is in them, whose keys name
 * the table as it is called then.
 */
SchemaModel *
dbmig_rename_given(StepSink *sink, const SchemaModel *actual, Jsonb *renames,
				   MemoryContext context)
{
	SchemaModel *model = unconstify(SchemaModel *, actual);

	if (!JB_ROOT_IS_OBJECT(renames))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("renames must be an object"),
				 errhint("For example {\"table public.user\": \"users\"}.")));
	/* schemas, then what is in them, then what is in those */
	for (int level = 0; level < 3; level++)
	{
		JsonbIterator *it = JsonbIteratorInit(&renames->root);
		JsonbValue value;
		JsonbIteratorToken token;
		char *key = NULL;
		RenameAttempt attempt = {0};
		ErrorData *error;
		int count = list_length(sink->steps);

		while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
		{
			bool inner;
			bool schema;

			if (token == WJB_KEY)
				key = pnstrdup(value.val.string.val, value.val.string.len);
			if (token != WJB_VALUE)
				continue;
			if (value.type != jbvString || value.val.string.len == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("the new name of %s must be a text", key)));
			schema = strncmp(key, "schema ", 7) == 0;
			inner = strncmp(key, "column ", 7) == 0 ||
					strncmp(key, "constraint ", 11) == 0 ||
					strncmp(key, "trigger ", 8) == 0 ||
					strncmp(key, "policy ", 7) == 0 ||
					strncmp(key, "rule ", 5) == 0 ||
					strncmp(key, "attribute ", 10) == 0 ||
					strncmp(key, "enum value ", 11) == 0;
			if ((schema ? 0 : inner ? 2 : 1) == level)
				add_given(sink, model, key,
						  pnstrdup(value.val.string.val, value.val.string.len));
		}
		if (list_length(sink->steps) == count)
			continue;
		attempt.steps = sink->steps;
		attempt.context = context;
		error = try_renames(&attempt);
		if (error)
			dbmig_error_raise(error);
		model = attempt.model;
	}
	return model;
}

/* Do two objects agree in everything but their names? */
static bool
is_alike(const SchemaObject *a, const SchemaObject *b)
{
	return dbmig_plan_diffs(a, b, false) == NIL &&
		   (a->kind != KIND_COLUMN ||
			dbmig_text_equal(dbmig_object_text(a, "default"),
							 dbmig_object_text(b, "default")));
}

/* Have two tables the same columns, and at least two of them? */
static bool
is_same_table(const SchemaObject *a, const SchemaObject *b)
{
	int columns = 0;
	ListCell *cell;

	if (!is_alike(a, b) || dbmig_object_text(a, "partition_of") ||
		dbmig_object_text(b, "partition_of"))
		return false;
	foreach(cell, a->children)
	{
		SchemaObject *column = lfirst(cell);
		SchemaObject *other;

		if (column->kind != KIND_COLUMN)
			continue;
		other = dbmig_object_child(b, KIND_COLUMN, column->key);
		if (other == NULL || dbmig_plan_diffs(column, other, false) != NIL)
			return false;
		columns++;
	}
	foreach(cell, b->children)
		if (((SchemaObject *) lfirst(cell))->kind == KIND_COLUMN)
			columns--;
	return columns == 0 && list_length(a->children) >= 2;
}

/* Is this a kind whose objects may be matched by structure? */
static bool
is_matchable(const SchemaObject *object)
{
	return object->kind == KIND_TABLE || object->kind == KIND_INDEX ||
		   object->kind == KIND_CONSTRAINT;
}

/* Are the two the same thing under two names? */
static bool
is_match(const SchemaObject *a, const SchemaObject *b)
{
	if (a->kind != b->kind || !is_matchable(a))
		return false;
	if (a->kind == KIND_TABLE)
		return dbmig_text_equal(a->schema, b->schema) && is_same_table(a, b);
	return !dbmig_object_attr(a, "attached_to") &&
		   !dbmig_object_attr(b, "attached_to") && is_alike(a, b);
}

/* Looks for pairs among what is missing in one list and extra in the other. */
static void
match_lists(StepSink *sink, List *wanted, List *extra)
{
	ListCell *cell;

	foreach(cell, wanted)
	{
		SchemaObject *object = lfirst(cell);
		SchemaObject *candidate = NULL;
		ListCell *other;
		char bare[NAMEDATALEN];
		int length = 0;
		int candidates = 0;
		int rivals = 0;

		foreach(other, extra)
			if (is_match(object, lfirst(other)))
			{
				candidate = lfirst(other);
				candidates++;
			}
		if (candidates != 1)
			continue;
		foreach(other, wanted)
			if (is_match(lfirst(other), candidate))
				rivals++;
		if (rivals != 1)
			continue;
		for (const char *c = object->name; *c && length < NAMEDATALEN - 1; c++)
		{
			if (*c == '"' && (c == object->name || c[1] == '\0'))
				continue;
			bare[length++] = *c;
			if (*c == '"' && c[1] == '"')
				c++;
		}
		bare[length] = '\0';
		dbmig_step(sink, candidate,
				   object->kind == KIND_INDEX ? LOCK_SHARE_UPDATE_EXCLUSIVE :
												LOCK_ACCESS_EXCLUSIVE,
				   HAZARD_NONE, true,
				   "%s /* the only %s with the structure of %s */",
				   rename_sql(candidate, bare),
				   dbmig_object_kinds[object->kind].label, object->identity);
	}
}

/* Looks for pairs in all tables. */
static void
find_renames(StepSink *sink, const SchemaModel *expected,
			 const SchemaModel *actual, bool tables)
{
	ListCell *cell;
	List *wanted = NIL;
	List *extra = NIL;

	if (tables)
	{
		foreach(cell, expected->objects[KIND_TABLE])
			if (!dbmig_model_find(actual, KIND_TABLE,
								  ((SchemaObject *) lfirst(cell))->identity))
				wanted = lappend(wanted, lfirst(cell));
		foreach(cell, actual->objects[KIND_TABLE])
			if (!dbmig_model_find(expected, KIND_TABLE,
								  ((SchemaObject *) lfirst(cell))->identity))
				extra = lappend(extra, lfirst(cell));
		match_lists(sink, wanted, extra);
		return;
	}
	foreach(cell, expected->objects[KIND_TABLE])
	{
		SchemaObject *table = lfirst(cell);
		SchemaObject *match =
			dbmig_model_find(actual, KIND_TABLE, table->identity);
		ListCell *child;

		wanted = extra = NIL;
		if (match == NULL)
			continue;
		foreach(child, table->children)
		{
			SchemaObject *object = lfirst(child);

			if (is_matchable(object) &&
				!dbmig_object_child(match, object->kind, object->key))
				wanted = lappend(wanted, object);
		}
		if (wanted == NIL)
			continue;
		foreach(child, match->children)
		{
			SchemaObject *object = lfirst(child);

			if (is_matchable(object) &&
				!dbmig_object_child(table, object->kind, object->key))
				extra = lappend(extra, object);
		}
		match_lists(sink, wanted, extra);
	}
}

/*
 * Adds the renames that the structure shows, and returns the schema that they
 * lead to; the actual one if there are none, or the caller may not do them, or
 * somebody else holds the tables.
 */
SchemaModel *
dbmig_rename_found(StepSink *sink, const SchemaModel *expected,
				   const SchemaModel *actual, MemoryContext context)
{
	SchemaModel *model = unconstify(SchemaModel *, actual);

	if (!expected->complete)
		return model;
	for (int pass = 0; pass < 2; pass++)
	{
		int count = list_length(sink->steps);
		RenameAttempt attempt = {0};
		ErrorData *error = NULL;

		find_renames(sink, expected, model, pass == 0);
		if (list_length(sink->steps) == count)
			continue;
		attempt.steps = sink->steps;
		attempt.context = context;
		if (!XactReadOnly)
			error = try_renames(&attempt);
		if (error && (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
					  error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN))
			dbmig_error_raise(error);
		if (XactReadOnly || error)
		{
			sink->steps = list_truncate(sink->steps, count);
			continue;
		}
		model = attempt.model;
	}
	return model;
}
