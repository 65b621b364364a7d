/*
 * kind_composite.c
 *		Composite types and their attributes.
 *
 * Makes text only.  Attributes can be added and dropped while tables have
 * columns of the type, and no row is touched; the type of an attribute cannot
 * be changed then, so the planner moves such columns to a new type.
 */
#include "postgres.h"

#include "schema/kind.h"

/* Orders attributes by position. */
static int
compare_position(const ListCell *a, const ListCell *b)
{
	int64 x = dbmig_object_int(lfirst(a), "position", PG_INT64_MAX);
	int64 y = dbmig_object_int(lfirst(b), "position", PG_INT64_MAX);

	return x < y ? -1 : x > y;
}

/* Prints "name type COLLATE collation". */
static void
print_attribute(StringInfo text, const SchemaObject *attribute)
{
	const char *collation = dbmig_object_text(attribute, "collation");

	appendStringInfo(text, "%s %s", attribute->name,
					 dbmig_object_text(attribute, "type"));
	if (collation)
		appendStringInfo(text, " COLLATE %s", collation);
}

/* Emits CREATE TYPE with those attributes that have no step of their own. */
static void
create_composite(StepSink *sink, const SchemaObject *object)
{
	List *attributes = list_copy(object->children);
	StringInfoData text;
	ListCell *cell;

	list_sort(attributes, compare_position);
	initStringInfo(&text);
	foreach(cell, attributes)
	{
		const SchemaObject *attribute = lfirst(cell);

		if (attribute->kind != KIND_ATTRIBUTE || attribute->defer)
			continue;
		if (text.len > 0)
			appendStringInfoString(&text, ", ");
		print_attribute(&text, attribute);
	}
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE TYPE %s AS (%s)", object->identity, text.data);
}

/* Emits DROP TYPE. */
static void
drop_composite(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP TYPE %s",
			   object->identity);
}

/* Names a composite type for COMMENT and GRANT. */
static char *
composite_target(const SchemaObject *object)
{
	return psprintf("TYPE %s", object->identity);
}

/* Names a composite type for OWNER TO. */
static char *
composite_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER TYPE %s", object->identity);
}

const SchemaKind dbmig_kind_composite = {
	.kind = KIND_COMPOSITE,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_composite,
	.drop = drop_composite,
	.comment_target = composite_target,
	.grant_target = composite_target,
	.owner_target = composite_owner_target,
};

/* Emits ADD ATTRIBUTE. */
static void
create_attribute(StepSink *sink, const SchemaObject *object)
{
	StringInfoData text;

	initStringInfo(&text);
	print_attribute(&text, object);
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER TYPE %s ADD ATTRIBUTE %s", object->parent->identity,
			   text.data);
}

/* Emits DROP ATTRIBUTE: rows that hold the type lose its value. */
static void
drop_attribute(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_LOSES_DATA, true,
			   "ALTER TYPE %s DROP ATTRIBUTE %s", object->parent->identity,
			   object->name);
}

/* Emits ALTER ATTRIBUTE. */
static AlterResult
alter_attribute(StepSink *sink, const SchemaObject *from,
				const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	const char *collation = dbmig_object_text(to, "collation");

	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "type") != 0 &&
			strcmp(diffs[i].name, "collation") != 0)
			return ALTER_REPLACE;
	dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER TYPE %s ALTER ATTRIBUTE %s SET DATA TYPE %s%s%s",
			   to->parent->identity, to->name, dbmig_object_text(to, "type"),
			   collation ? " COLLATE " : "", collation ? collation : "");
	return ALTER_DONE;
}

/* Names an attribute for COMMENT. */
static char *
attribute_target(const SchemaObject *object)
{
	return psprintf("COLUMN %s.%s", object->parent->identity, object->name);
}

static const AttrRule attribute_rules[] = {{"position", SEVERITY_COSMETIC, true},
										   {NULL}};

const SchemaKind dbmig_kind_attribute = {
	.kind = KIND_ATTRIBUTE,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.rules = attribute_rules,
	.create = create_attribute,
	.drop = drop_attribute,
	.alter = alter_attribute,
	.comment_target = attribute_target,
};
