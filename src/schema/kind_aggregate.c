/*
 * kind_aggregate.c
 *		Aggregates.
 *
 * Makes text only and locks no table.  CREATE OR REPLACE AGGREGATE takes every
 * change but one of arguments, result or kind.
 */
#include "postgres.h"

#include "schema/code.h"
#include "utils/builtins.h"

/* How an option is written. */
typedef enum OptionForm
{
	OPTION_PLAIN, /* a name, a type, a number, a keyword */
	OPTION_TEXT,  /* a literal */
	OPTION_FLAG	  /* by its name alone */
} OptionForm;

/* The options of an aggregate, under the names that attributes have, too. */
static const struct
{
	const char *name;
	OptionForm form;
} options[] = {{"sfunc", OPTION_PLAIN},
			   {"stype", OPTION_PLAIN},
			   {"sspace", OPTION_PLAIN},
			   {"finalfunc", OPTION_PLAIN},
			   {"finalfunc_extra", OPTION_FLAG},
			   {"finalfunc_modify", OPTION_PLAIN},
			   {"combinefunc", OPTION_PLAIN},
			   {"serialfunc", OPTION_PLAIN},
			   {"deserialfunc", OPTION_PLAIN},
			   {"initcond", OPTION_TEXT},
			   {"msfunc", OPTION_PLAIN},
			   {"minvfunc", OPTION_PLAIN},
			   {"mstype", OPTION_PLAIN},
			   {"msspace", OPTION_PLAIN},
			   {"mfinalfunc", OPTION_PLAIN},
			   {"mfinalfunc_extra", OPTION_FLAG},
			   {"mfinalfunc_modify", OPTION_PLAIN},
			   {"minitcond", OPTION_TEXT},
			   {"sortop", OPTION_PLAIN},
			   {"parallel", OPTION_PLAIN}};

/* Prints the arguments, of which one may begin with ORDER BY. */
static char *
print_arguments(const SchemaObject *object)
{
	List *arguments = dbmig_object_list(object, "arguments");
	StringInfoData text;
	ListCell *cell;

	if (arguments == NIL)
		return "*";
	initStringInfo(&text);
	foreach(cell, arguments)
	{
		const char *argument = lfirst(cell);

		if (text.len > 0)
			appendStringInfoString(&text, strncmp(argument, "ORDER BY ", 9) == 0 ?
											  " " :
											  ", ");
		appendStringInfoString(&text, argument);
	}
	return text.data;
}

/* Emits CREATE [OR REPLACE] AGGREGATE. */
static void
emit_create(StepSink *sink, const SchemaObject *object, bool replace)
{
	const char *kind = dbmig_object_text(object, "kind");
	const char *between = "";
	StringInfoData sql;

	if (dbmig_object_text(object, "sfunc") == NULL ||
		dbmig_object_text(object, "stype") == NULL)
		return;
	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %sAGGREGATE %s.%s(%s) (",
					 replace ? "OR REPLACE " : "", object->schema, object->name,
					 print_arguments(object));
	for (int i = 0; i < lengthof(options); i++)
	{
		SchemaAttr *attr = dbmig_object_attr(object, options[i].name);

		if (attr == NULL)
			continue;
		appendStringInfo(&sql, "%s%s", between, options[i].name);
		between = ", ";
		if (options[i].form == OPTION_PLAIN)
			appendStringInfo(&sql, " = %s", dbmig_attr_print(attr));
		else if (options[i].form == OPTION_TEXT)
			appendStringInfo(&sql, " = %s", quote_literal_cstr(attr->text));
	}
	if (kind && strcmp(kind, "hypothetical-set") == 0)
		appendStringInfo(&sql, "%shypothetical", between);
	appendStringInfoChar(&sql, ')');
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "%s", sql.data);
}

/* Emits CREATE AGGREGATE. */
static void
create_aggregate(StepSink *sink, const SchemaObject *object)
{
	emit_create(sink, object, false);
}

/* Names an aggregate for COMMENT and DROP. */
static char *
aggregate_target(const SchemaObject *object)
{
	List *types = dbmig_code_types(object->identity);

	return psprintf("AGGREGATE %s.%s(%s)", object->schema, object->name,
					types ? dbmig_code_join(types, ", ") : "*");
}

/* Names an aggregate for GRANT, which knows functions only. */
static char *
aggregate_grant_target(const SchemaObject *object)
{
	return psprintf("FUNCTION %s", object->identity);
}

/* Names an aggregate for OWNER TO. */
static char *
aggregate_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER %s", aggregate_target(object));
}

/* Emits DROP AGGREGATE. */
static void
drop_aggregate(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP %s",
			   aggregate_target(object));
}

/* Emits CREATE OR REPLACE AGGREGATE. */
static AlterResult
alter_aggregate(StepSink *sink, const SchemaObject *from,
				const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	if (dbmig_code_diff(diffs, ndiffs, "arguments") ||
		dbmig_code_diff(diffs, ndiffs, "result") ||
		dbmig_code_diff(diffs, ndiffs, "kind"))
		return ALTER_REPLACE;
	emit_create(sink, to, true);
	return ALTER_DONE;
}

static const AttrRule aggregate_rules[] = {
	{"sspace", SEVERITY_PERFORMANCE},	   {"msspace", SEVERITY_PERFORMANCE},
	{"sortop", SEVERITY_PERFORMANCE},	   {"parallel", SEVERITY_PERFORMANCE},
	{"combinefunc", SEVERITY_PERFORMANCE}, {NULL},
};

const SchemaKind dbmig_kind_aggregate = {
	.kind = KIND_AGGREGATE,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.rules = aggregate_rules,
	.create = create_aggregate,
	.drop = drop_aggregate,
	.alter = alter_aggregate,
	.comment_target = aggregate_target,
	.grant_target = aggregate_grant_target,
	.owner_target = aggregate_owner_target,
};
