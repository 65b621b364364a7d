/*
 * kind_function.c
 *		Functions and procedures.
 *
 * Makes text only.  CREATE OR REPLACE is used wherever the server takes it:
 * what depends on the function then stays, and so do owner and grants.  It does
 * not take another result, other arguments, or fewer defaults.
 *
 * No table is locked, but for a body in standard SQL, which the server parses;
 * a body that is a string is not checked while the plan runs, since it says
 * "SET check_function_bodies = off" first.
 */
#include "postgres.h"

#include "schema/code.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/guc.h"
#include "utils/varlena.h"

/* Is this a procedure? */
static bool
is_procedure(const SchemaObject *object)
{
	return object->kind == KIND_PROCEDURE;
}

/* Is it known what the function does? */
static bool
has_body(const SchemaObject *object)
{
	return dbmig_object_text(object, "language") &&
		   (dbmig_object_text(object, "body") ||
			dbmig_object_text(object, "sql_body") ||
			dbmig_object_text(object, "symbol"));
}

/* Adds a text in dollar quotes that do not occur in it. */
static void
append_dollar_quoted(StringInfo sql, const char *tag, const char *body)
{
	StringInfoData quote;

	initStringInfo(&quote);
	appendStringInfo(&quote, "$%s", tag);
	while (strstr(body, quote.data))
		appendStringInfoChar(&quote, 'x');
	appendStringInfo(sql, "%s$%s%s$", quote.data, body, quote.data);
}

/* Adds SET …, one for each setting. */
static void
append_settings(StringInfo sql, const SchemaObject *object)
{
	ListCell *cell;

	foreach(cell, dbmig_object_list(object, "settings"))
	{
		MapEntry *setting = lfirst(cell);
		List *items = NIL;
		ListCell *item;
		const char *between = "";

		appendStringInfo(sql, "\n SET %s TO ", quote_identifier(setting->key));
		/* the value of a list is kept quoted, as the server keeps it */
		if (!(GetConfigOptionFlags(setting->key, true) & GUC_LIST_QUOTE) ||
			!SplitGUCList(pstrdup(setting->value), ',', &items))
		{
			appendStringInfoString(sql, quote_literal_cstr(setting->value));
			continue;
		}
		foreach(item, items)
		{
			appendStringInfo(sql, "%s%s", between,
							 quote_literal_cstr(lfirst(item)));
			between = ", ";
		}
	}
}

/* Adds an attribute that is a word or a number. */
static void
append_word(StringInfo sql, const SchemaObject *object, const char *attr,
			const char *before)
{
	SchemaAttr *value = dbmig_object_attr(object, attr);

	if (value)
		appendStringInfo(sql, " %s%s", before, dbmig_attr_print(value));
}

/* Adds what stands between the language and the body. */
static void
append_properties(StringInfo sql, const SchemaObject *object)
{
	const char *volatility = dbmig_object_text(object, "volatility");
	const char *parallel = dbmig_object_text(object, "parallel");
	List *transforms = dbmig_object_list(object, "transforms");
	const char *support = dbmig_object_text(object, "support");

	if (transforms)
		appendStringInfo(sql, " TRANSFORM FOR TYPE %s",
						 dbmig_code_join(transforms, ", FOR TYPE "));
	if (dbmig_object_bool(object, "window"))
		appendStringInfoString(sql, " WINDOW");
	if (volatility)
		appendStringInfo(sql, " %s",
						 asc_toupper(volatility, strlen(volatility)));
	if (parallel)
		appendStringInfo(sql, " PARALLEL %s",
						 asc_toupper(parallel, strlen(parallel)));
	if (dbmig_object_bool(object, "strict"))
		appendStringInfoString(sql, " STRICT");
	if (dbmig_object_bool(object, "security_definer"))
		appendStringInfoString(sql, " SECURITY DEFINER");
	if (dbmig_object_bool(object, "leakproof"))
		appendStringInfoString(sql, " LEAKPROOF");
	append_word(sql, object, "cost", "COST ");
	append_word(sql, object, "rows", "ROWS ");
	if (support)
		appendStringInfo(sql, " SUPPORT %s", support);
	append_settings(sql, object);
}

/* Adds the body. */
static void
append_body(StringInfo sql, const SchemaObject *object)
{
	const char *body = dbmig_object_text(object, "body");
	const char *sql_body = dbmig_object_text(object, "sql_body");

	if (sql_body)
		appendStringInfo(sql, "\n%s", sql_body);
	else if (body)
	{
		appendStringInfoString(sql, "\nAS ");
		append_dollar_quoted(sql,
							 is_procedure(object) ? "procedure" : "function",
							 body);
	}
	else
	{
		const char *library = dbmig_object_text(object, "library");

		appendStringInfoString(sql, "\nAS ");
		if (library)
			appendStringInfo(sql, "%s, ", quote_literal_cstr(library));
		appendStringInfoString(sql,
							   quote_literal_cstr(dbmig_object_text(object,
																	"symbol")));
	}
}

/* Emits CREATE [OR REPLACE] FUNCTION or PROCEDURE. */
static void
emit_create(StepSink *sink, const SchemaObject *object, bool replace)
{
	const char *result = dbmig_object_text(object, "result");
	const char *sql_body = dbmig_object_text(object, "sql_body");
	StringInfoData sql;

	/* one whose body could not be read is left alone */
	if (!has_body(object))
		return;
	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %s%s %s.%s(%s)", replace ? "OR REPLACE " : "",
					 is_procedure(object) ? "PROCEDURE" : "FUNCTION",
					 object->schema, object->name,
					 dbmig_code_join(dbmig_object_list(object, "arguments"),
									 ", "));
	if (result)
		appendStringInfo(&sql, "\n RETURNS %s", result);
	appendStringInfo(&sql, "\n LANGUAGE %s",
					 dbmig_object_text(object, "language"));
	append_properties(&sql, object);
	append_body(&sql, object);
	dbmig_code_step(sink, object, LOCK_NONE, sql_body, sql.data);
}

/* Emits CREATE FUNCTION or PROCEDURE. */
static void
create_function(StepSink *sink, const SchemaObject *object)
{
	emit_create(sink, object, false);
}

/*
 * Names a procedure.  The modes must be said: without them p(integer) could
 * also be one that has only an output argument of that type.
 */
static char *
procedure_signature(const SchemaObject *object)
{
	List *types = dbmig_code_types(object->identity);

	return psprintf("%s.%s(%s%s)", object->schema, object->name,
					types ? "IN " : "", dbmig_code_join(types, ", IN "));
}

/* Names a function or procedure for COMMENT, GRANT and DROP. */
static char *
function_target(const SchemaObject *object)
{
	if (is_procedure(object))
		return psprintf("PROCEDURE %s", procedure_signature(object));
	return psprintf("FUNCTION %s", object->identity);
}

/* Names it for OWNER TO. */
static char *
function_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER %s", function_target(object));
}

/* Emits DROP FUNCTION or PROCEDURE. */
static void
drop_function(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP %s",
			   function_target(object));
}

/* Returns where the default of an argument begins; the end if it has none. */
static const char *
find_default(const char *argument)
{
	bool quoted = false;

	for (; *argument; argument++)
	{
		if (*argument == '"')
			quoted = !quoted;
		if (!quoted && strncmp(argument, " DEFAULT ", 9) == 0)
			break;
	}
	return argument;
}

/* Is the argument one of a type that depends on the call? */
static bool
is_polymorphic(const char *argument)
{
	return strstr(argument, "anyelement") || strstr(argument, "anyarray") ||
		   strstr(argument, "anycompatible") || strstr(argument, "anyenum") ||
		   strstr(argument, "anyrange") || strstr(argument, "anymultirange") ||
		   strstr(argument, "anynonarray");
}

/* Returns the argument without its default. */
static char *
without_default(const char *argument)
{
	return pnstrdup(argument, find_default(argument) - argument);
}

/* Returns the type of an input argument if it has no name; NULL otherwise. */
static const char *
unnamed_type(const char *argument, List *types)
{
	ListCell *cell;

	foreach(cell, types)
		if (strcmp(argument, lfirst(cell)) == 0)
			return lfirst(cell);
	return NULL;
}

/* Does an argument that had no name get one, and nothing else? */
static bool
only_gets_name(const char *from, const char *to, List *types)
{
	const char *type = unnamed_type(from, types);
	Size tail = type ? strlen(type) : 0;

	return type && unnamed_type(to, types) == NULL && strlen(to) > tail + 1 &&
		   strncmp(to, "OUT ", 4) != 0 && strncmp(to, "INOUT ", 6) != 0 &&
		   strncmp(to, "VARIADIC ", 9) != 0 &&
		   strcmp(to + strlen(to) - tail, type) == 0 &&
		   to[strlen(to) - tail - 1] == ' ';
}

/* Does the server let one list of arguments replace the other? */
static bool
can_replace_arguments(const SchemaObject *from, const SchemaObject *to)
{
	List *before = dbmig_object_list(from, "arguments");
	List *after = dbmig_object_list(to, "arguments");
	List *types = dbmig_code_types(from->identity);
	ListCell *x;
	ListCell *y;

	if (list_length(before) != list_length(after))
		return false;
	forboth(x, before, y, after)
	{
		const char *old_default = find_default(lfirst(x));
		const char *new_default = find_default(lfirst(y));
		char *old_argument = without_default(lfirst(x));
		char *new_argument = without_default(lfirst(y));

		if (*old_default && !*new_default)
			return false;
		/* a default must keep its type */
		if (strcmp(old_default, new_default) != 0 && *old_default &&
			is_polymorphic(new_argument))
			return false;
		if (strcmp(old_argument, new_argument) != 0 &&
			!only_gets_name(old_argument, new_argument, types))
			return false;
	}
	return true;
}

/* Emits CREATE OR REPLACE. */
static AlterResult
alter_function(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			   const AttrDiff *diffs, int ndiffs)
{
	if (!has_body(to))
		return ALTER_DONE;
	if (dbmig_code_diff(diffs, ndiffs, "result") ||
		dbmig_code_diff(diffs, ndiffs, "window") ||
		!can_replace_arguments(from, to))
		return ALTER_REPLACE;
	emit_create(sink, to, true);
	return ALTER_DONE;
}

static const AttrRule function_rules[] = {
	{"cost", SEVERITY_PERFORMANCE},
	{"rows", SEVERITY_PERFORMANCE},
	{"support", SEVERITY_PERFORMANCE},
	{"parallel", SEVERITY_PERFORMANCE},
	{NULL},
};

const SchemaKind dbmig_kind_function = {
	.kind = KIND_FUNCTION,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.rules = function_rules,
	.create = create_function,
	.drop = drop_function,
	.alter = alter_function,
	.comment_target = function_target,
	.grant_target = function_target,
	.owner_target = function_owner_target,
};

const SchemaKind dbmig_kind_procedure = {
	.kind = KIND_PROCEDURE,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.rules = function_rules,
	.create = create_function,
	.drop = drop_function,
	.alter = alter_function,
	.comment_target = function_target,
	.grant_target = function_target,
	.owner_target = function_owner_target,
};
