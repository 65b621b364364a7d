/*
 * kind_operator.c
 *		Operators, operator families and operator classes.
 *
 * Makes text only; none of these statements locks a table.  A class always names
 * its family, which is made before it.  The members of a family that belong to
 * none of its classes are added to it right away.
 */
#include "postgres.h"

#include "schema/kind.h"

/* Emits CREATE OPERATOR. */
static void
create_operator(StepSink *sink, const SchemaObject *object)
{
	static const struct
	{
		const char *option;
		const char *attr;
	} options[] = {{"LEFTARG", "left"},			 {"RIGHTARG", "right"},
				   {"COMMUTATOR", "commutator"}, {"NEGATOR", "negator"},
				   {"RESTRICT", "restrict"},	 {"JOIN", "join"}};
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE OPERATOR %s.%s (FUNCTION = %s",
					 object->schema, object->name,
					 dbmig_object_text(object, "function"));
	for (int i = 0; i < lengthof(options); i++)
	{
		const char *value = dbmig_object_text(object, options[i].attr);

		if (value)
			appendStringInfo(&text, ", %s = %s", options[i].option, value);
	}
	if (dbmig_object_bool(object, "hashes"))
		appendStringInfoString(&text, ", HASHES");
	if (dbmig_object_bool(object, "merges"))
		appendStringInfoString(&text, ", MERGES");
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "%s)", text.data);
}

/* Emits DROP of an operator, a family or a class. */
static void
drop_any(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP %s %s",
			   object->kind == KIND_OPERATOR		? "OPERATOR" :
			   object->kind == KIND_OPERATOR_FAMILY ? "OPERATOR FAMILY" :
													  "OPERATOR CLASS",
			   object->identity);
}

/* Emits ALTER OPERATOR for what can be altered on every server. */
static AlterResult
alter_operator(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			   const AttrDiff *diffs, int ndiffs)
{
	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "restrict") != 0 &&
			strcmp(diffs[i].name, "join") != 0)
			return ALTER_REPLACE;
	for (int i = 0; i < ndiffs; i++)
	{
		const char *value = dbmig_object_text(to, diffs[i].name);

		dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
				   "ALTER OPERATOR %s SET (%s = %s)", to->identity,
				   strcmp(diffs[i].name, "join") == 0 ? "JOIN" : "RESTRICT",
				   value ? value : "NONE");
	}
	return ALTER_DONE;
}

/* Names an operator for COMMENT. */
static char *
operator_target(const SchemaObject *object)
{
	return psprintf("OPERATOR %s", object->identity);
}

/* Names an operator for OWNER TO. */
static char *
operator_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER OPERATOR %s", object->identity);
}

static const AttrRule operator_rules[] =
	{{"restrict", SEVERITY_PERFORMANCE, false},
	 {"join", SEVERITY_PERFORMANCE, false},
	 {"hashes", SEVERITY_PERFORMANCE, false},
	 {"merges", SEVERITY_PERFORMANCE, false},
	 {NULL}};

const SchemaKind dbmig_kind_operator = {
	.kind = KIND_OPERATOR,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.rules = operator_rules,
	.create = create_operator,
	.drop = drop_any,
	.alter = alter_operator,
	.comment_target = operator_target,
	.owner_target = operator_owner_target,
};

/*
 * Prints a member as ADD wants it.  The types of an operator are in its
 * signature; those of a function stand before it.
 */
static char *
print_member(const MapEntry *member)
{
	const char *types = strchr(member->key, '(');

	if (strncmp(member->key, "OPERATOR", strlen("OPERATOR")) == 0 && types)
		return psprintf("%.*s%s", (int) (types - member->key), member->key,
						member->value);
	return psprintf("%s %s", member->key, member->value);
}

/* Prints those members of one object that the other has not got. */
static char *
print_members(const SchemaObject *object, const SchemaObject *other, bool bare)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, dbmig_object_list(object, "members"))
	{
		MapEntry *member = lfirst(cell);
		const char *there =
			other ? dbmig_object_get(other, "members", member->key) : NULL;

		if (there && strcmp(there, member->value) == 0)
			continue;
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "",
						 bare ? member->key : print_member(member));
	}
	return text.data;
}

/* Emits CREATE OPERATOR FAMILY, and its own members. */
static void
create_family(StepSink *sink, const SchemaObject *object)
{
	char *members = print_members(object, NULL, false);

	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE OPERATOR FAMILY %s", object->identity);
	if (*members)
		dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
				   "ALTER OPERATOR FAMILY %s ADD %s", object->identity, members);
}

/* Emits ALTER OPERATOR FAMILY. */
static AlterResult
alter_family(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			 const AttrDiff *diffs, int ndiffs)
{
	char *gone = print_members(from, to, true);
	char *added = print_members(to, from, false);

	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "members") != 0)
			return ALTER_REPLACE;
	if (*gone)
		dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
				   "ALTER OPERATOR FAMILY %s DROP %s", to->identity, gone);
	if (*added)
		dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
				   "ALTER OPERATOR FAMILY %s ADD %s", to->identity, added);
	return ALTER_DONE;
}

/* Names a family for COMMENT. */
static char *
family_target(const SchemaObject *object)
{
	return psprintf("OPERATOR FAMILY %s", object->identity);
}

/* Names a family for OWNER TO. */
static char *
family_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER OPERATOR FAMILY %s", object->identity);
}

const SchemaKind dbmig_kind_operator_family = {
	.kind = KIND_OPERATOR_FAMILY,
	.missing = SEVERITY_PERFORMANCE,
	.different = SEVERITY_PERFORMANCE,
	.create = create_family,
	.drop = drop_any,
	.alter = alter_family,
	.comment_target = family_target,
	.owner_target = family_owner_target,
};

/* Emits CREATE OPERATOR CLASS. */
static void
create_class(StepSink *sink, const SchemaObject *object)
{
	const char *type = dbmig_object_text(object, "type");
	const char *storage = dbmig_object_text(object, "storage");
	const char *method = dbmig_object_text(object, "method");
	char *members = print_members(object, NULL, false);
	Size name = strlen(object->identity) - strlen(" USING ") - strlen(method);
	StringInfoData text;

	/* the method is part of the identity, but stands elsewhere here */
	initStringInfo(&text);
	appendStringInfo(&text,
					 "CREATE OPERATOR CLASS %.*s%s FOR TYPE %s USING %s FAMILY %s "
					 "AS ",
					 (int) name, object->identity,
					 dbmig_object_bool(object, "default") ? " DEFAULT" : "",
					 type, method, dbmig_object_text(object, "family"));
	/* one clause there must be; the type itself is what is stored by default */
	if (storage || *members == '\0')
		appendStringInfo(&text, "STORAGE %s%s", storage ? storage : type,
						 *members ? ", " : "");
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "%s%s", text.data,
			   members);
}

/* Names a class for COMMENT. */
static char *
class_target(const SchemaObject *object)
{
	return psprintf("OPERATOR CLASS %s", object->identity);
}

/* Names a class for OWNER TO. */
static char *
class_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER OPERATOR CLASS %s", object->identity);
}

const SchemaKind dbmig_kind_operator_class = {
	.kind = KIND_OPERATOR_CLASS,
	.missing = SEVERITY_PERFORMANCE,
	.different = SEVERITY_PERFORMANCE,
	.create = create_class,
	.drop = drop_any,
	.comment_target = class_target,
	.owner_target = class_owner_target,
};
