/*
 * kind_constraint.c
 *		Constraints of tables.
 *
 * Makes text only.  On a table that is in use no statement scans rows under a
 * lock that stops writers, as far as the server offers a way: foreign keys and
 * checks are added NOT VALID and validated afterwards, keys get their index
 * CONCURRENTLY first.  A changed check, foreign key or key takes the place of
 * the old one in a single ALTER TABLE, so that no row slips through in between.
 *
 * The key of a partitioned table is made for the parent alone; those of the
 * partitions are attached to it.
 */
#include "postgres.h"

#include "base/compat.h"
#include "schema/index_step.h"
#include "utils/builtins.h"

typedef enum ConstraintType
{
	TYPE_PRIMARY_KEY,
	TYPE_UNIQUE,
	TYPE_FOREIGN_KEY,
	TYPE_CHECK,
	TYPE_EXCLUSION,
	TYPE_UNKNOWN
} ConstraintType;

/* How the definitions of each type begin. */
static const char *const beginnings[] = {[TYPE_PRIMARY_KEY] = "PRIMARY KEY ",
										 [TYPE_UNIQUE] = "UNIQUE ",
										 [TYPE_FOREIGN_KEY] = "FOREIGN KEY ",
										 [TYPE_CHECK] = "CHECK ",
										 [TYPE_EXCLUSION] = "EXCLUDE "};

/* Tells what type a constraint has by its definition. */
static ConstraintType
get_type(const SchemaObject *object)
{
	const char *definition = dbmig_object_text(object, "definition");

	if (definition)
		for (int i = 0; i < lengthof(beginnings); i++)
			if (strncmp(definition, beginnings[i], strlen(beginnings[i])) == 0)
				return i;
	return TYPE_UNKNOWN;
}

/* Is this the kind of its table? */
static bool
is_table_kind(const SchemaObject *table, const char *kind)
{
	const char *text = table ? dbmig_object_text(table, "kind") : NULL;

	return text && strcmp(text, kind) == 0;
}

/* Returns the identity of the table that a foreign key points to. */
static char *
referenced_table(const SchemaObject *object)
{
	const char *definition = dbmig_object_text(object, "definition");
	bool quoted = false;
	const char *start = NULL;

	for (const char *c = definition; *c; c++)
	{
		if (*c == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		if (start == NULL && strncmp(c, ") REFERENCES ", 13) == 0)
			start = c + 13;
		else if (start && *c == '(' && c > start)
			return pnstrdup(start, c - start);
	}
	return NULL;
}

/* Prints how far checking may be put off. */
static void
print_deferrable(StringInfo text, const SchemaObject *object)
{
	const char *deferrable = dbmig_object_text(object, "deferrable");

	if (deferrable == NULL)
		return;
	appendStringInfoString(text, " DEFERRABLE");
	if (strcmp(deferrable, "initially deferred") == 0)
		appendStringInfoString(text, " INITIALLY DEFERRED");
}

/* Prints what follows ADD CONSTRAINT name, without NOT VALID. */
static char *
print_body(const SchemaObject *object)
{
	const char *condition = dbmig_object_text(object, "where");
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, dbmig_object_text(object, "definition"));
	dbmig_index_print_storage(&text, object, "USING INDEX ");
	if (condition)
		appendStringInfo(&text, " WHERE (%s)", condition);
	if (dbmig_object_bool(object, "no_inherit"))
		appendStringInfoString(&text, " NO INHERIT");
	print_deferrable(&text, object);
	if (dbmig_object_bool(object, "not_enforced"))
		appendStringInfoString(&text, " NOT ENFORCED");
	return text.data;
}

/* Is the table made by the same plan? */
static bool
is_new_table(const StepSink *sink, const char *identity)
{
	return sink->actual ?
			   dbmig_model_find(sink->actual, KIND_TABLE, identity) == NULL :
			   sink->fresh;
}

/* Emits VALIDATE CONSTRAINT. */
static void
validate(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_SHARE_UPDATE_EXCLUSIVE,
			   HAZARD_SCANS | HAZARD_MAY_FAIL, true,
			   "ALTER TABLE %s VALIDATE CONSTRAINT %s",
			   object->parent->identity, object->name);
}

/* Is there anything to validate later, and a way to? */
static bool
can_wait(const StepSink *sink, const SchemaObject *object, ConstraintType type)
{
	const char *referenced;

	if (sink->fresh || dbmig_object_bool(object, "not_enforced") ||
		dbmig_object_bool(object, "not_valid") ||
		is_table_kind(object->parent, "foreign"))
		return false;
	if (type == TYPE_CHECK)
		return true;
	if (DBMIG_PARTITIONED_KEYS_NOT_VALID)
		return true;
	if (is_table_kind(object->parent, "partitioned"))
		return false;
	referenced = referenced_table(object);
	return referenced == NULL || sink->target == NULL ||
		   !is_table_kind(dbmig_model_find(sink->target, KIND_TABLE, referenced),
						  "partitioned");
}

/*
 * Emits ADD CONSTRAINT for a check or a foreign key; "before" is put in front of
 * ADD in the same statement.
 */
static void
add_checked(StepSink *sink, const SchemaObject *object, ConstraintType type,
			const char *before)
{
	bool later = can_wait(sink, object, type);
	bool not_valid = dbmig_object_bool(object, "not_valid");
	bool scans = !later && !not_valid &&
				 !dbmig_object_bool(object, "not_enforced") &&
				 !is_table_kind(object->parent, "foreign");
	StepLock lock = type == TYPE_FOREIGN_KEY && *before == '\0' ?
						LOCK_SHARE_ROW_EXCLUSIVE :
						LOCK_ACCESS_EXCLUSIVE;
	int hazards =
		scans ? HAZARD_SCANS | HAZARD_BLOCKS_WRITES | HAZARD_MAY_FAIL : 0;
	bool fresh = sink->fresh;

	if (fresh && type == TYPE_FOREIGN_KEY)
	{
		const char *referenced = referenced_table(object);

		/* a new table is empty, but the other one is in use and gets locked */
		if (referenced && !is_new_table(sink, referenced))
			sink->fresh = false;
		hazards = HAZARD_NONE;
	}
	dbmig_step(sink, object, lock, hazards, true,
			   "ALTER TABLE %s %sADD CONSTRAINT %s %s%s",
			   object->parent->identity, before, object->name,
			   print_body(object), later || not_valid ? " NOT VALID" : "");
	sink->fresh = fresh;
	if (later)
		validate(sink, object);
}

/* Can the key be put on top of an index that was made before? */
static bool
can_use_index(const StepSink *sink, const SchemaObject *object)
{
	return !sink->fresh && !dbmig_index_is_partitioned(object) &&
		   strstr(dbmig_object_text(object, "definition"),
				  " WITHOUT OVERLAPS") == NULL;
}

/* Emits the index of a key, under the given name. */
static void
build_index(StepSink *sink, const SchemaObject *object, ConstraintType type,
			const char *name)
{
	const char *columns =
		dbmig_object_text(object, "definition") + strlen(beginnings[type]);
	static const char nulls[] = "NULLS NOT DISTINCT ";
	bool nulls_equal = strncmp(columns, nulls, strlen(nulls)) == 0;
	StringInfoData tail;

	if (nulls_equal)
		columns += strlen(nulls);
	initStringInfo(&tail);
	if (nulls_equal)
		appendStringInfoString(&tail, " NULLS NOT DISTINCT");
	dbmig_index_print_storage(&tail, object, "");
	dbmig_step(sink, object, LOCK_SHARE_UPDATE_EXCLUSIVE,
			   HAZARD_SCANS | HAZARD_MAY_FAIL, false,
			   "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s USING btree %s%s",
			   name, object->parent->identity, columns, tail.data);
}

/* Emits ADD CONSTRAINT … USING INDEX. */
static void
add_using_index(StepSink *sink, const SchemaObject *object, ConstraintType type,
				const char *index, const char *before)
{
	StringInfoData tail;

	initStringInfo(&tail);
	print_deferrable(&tail, object);
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s %sADD CONSTRAINT %s %sUSING INDEX %s%s",
			   object->parent->identity, before, object->name, beginnings[type],
			   index, tail.data);
}

/* Is there an index that only needs to become this key? */
static bool
has_ready_index(const StepSink *sink, const SchemaObject *object,
				ConstraintType type)
{
	const char *name = dbmig_index_qualified(object);
	const SchemaObject *index;
	const char *wanted =
		dbmig_object_text(object, "definition") + strlen(beginnings[type]);
	const char *definition;

	/* in the target, too: or it will have been dropped by then */
	if (sink->actual == NULL || sink->target == NULL ||
		dbmig_model_find(sink->target, KIND_INDEX, name) == NULL)
		return false;
	index = dbmig_model_find(sink->actual, KIND_INDEX, name);
	if (index == NULL ||
		strcmp(index->parent->identity, object->parent->identity) != 0 ||
		!dbmig_object_bool(index, "unique") ||
		dbmig_object_bool(index, "invalid") || dbmig_object_text(index, "where"))
		return false;
	definition = dbmig_object_text(index, "definition");
	return definition && strncmp(definition, "USING btree ", 12) == 0 &&
		   strcmp(definition + 12, wanted) == 0 &&
		   dbmig_attr_equal(dbmig_object_attr(index, "options"),
							dbmig_object_attr(object, "options")) &&
		   dbmig_attr_equal(dbmig_object_attr(index, "tablespace"),
							dbmig_object_attr(object, "tablespace"));
}

/* Emits what makes a constraint that owns an index. */
static void
add_indexed(StepSink *sink, const SchemaObject *object, ConstraintType type)
{
	bool partitioned = dbmig_index_is_partitioned(object);

	if (type != TYPE_EXCLUSION && can_use_index(sink, object))
	{
		if (!has_ready_index(sink, object, type))
		{
			dbmig_index_make_room(sink, object);
			build_index(sink, object, type, object->name);
		}
		add_using_index(sink, object, type, object->name, "");
	}
	else
	{
		dbmig_index_make_room(sink, object);
		dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE,
				   partitioned ?
					   HAZARD_NONE :
					   HAZARD_SCANS | HAZARD_BLOCKS_WRITES | HAZARD_MAY_FAIL,
				   true, "ALTER TABLE %s%s ADD CONSTRAINT %s %s",
				   partitioned ? "ONLY " : "", object->parent->identity,
				   object->name, print_body(object));
	}
	if (!sink->fresh)
		dbmig_index_restore_marks(sink, object);
}

/* Emits what makes a constraint. */
static void
create_constraint(StepSink *sink, const SchemaObject *object)
{
	ConstraintType type = get_type(object);

	switch (type)
	{
		case TYPE_PRIMARY_KEY:
		case TYPE_UNIQUE:
		case TYPE_EXCLUSION:
			add_indexed(sink, object, type);
			break;
		case TYPE_FOREIGN_KEY:
		case TYPE_CHECK:
			add_checked(sink, object, type, "");
			break;
		case TYPE_UNKNOWN:
			break;
	}
}

/* Emits DROP CONSTRAINT. */
static void
drop_constraint(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s DROP CONSTRAINT %s", object->parent->identity,
			   object->name);
}

/* Emits ALTER CONSTRAINT for a foreign key that may be put off otherwise. */
static void
alter_deferrable(StepSink *sink, const SchemaObject *object)
{
	StringInfoData text;

	initStringInfo(&text);
	print_deferrable(&text, object);
	if (text.len == 0)
		appendStringInfoString(&text, " NOT DEFERRABLE");
	else if (strstr(text.data, "INITIALLY") == NULL)
		appendStringInfoString(&text, " INITIALLY IMMEDIATE");
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s ALTER CONSTRAINT %s%s", object->parent->identity,
			   object->name, text.data);
}

/* Emits ALTER CONSTRAINT for a foreign key that comes into force, or out of it. */
static void
alter_enforced(StepSink *sink, const SchemaObject *object)
{
	bool enforced = !dbmig_object_bool(object, "not_enforced");

	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE,
			   enforced ? HAZARD_SCANS | HAZARD_BLOCKS_WRITES | HAZARD_MAY_FAIL :
						  HAZARD_NONE,
			   true, "ALTER TABLE %s ALTER CONSTRAINT %s %sENFORCED",
			   object->parent->identity, object->name, enforced ? "" : "NOT ");
}

/* Alters a constraint in one attribute; returns false if it cannot be. */
static bool
alter_attribute(StepSink *sink, const SchemaObject *to, ConstraintType type,
				const AttrDiff *diff)
{
	if (strcmp(diff->name, "not_valid") == 0 && diff->to == NULL)
	{
		validate(sink, to);
		return true;
	}
	if (type == TYPE_FOREIGN_KEY && strcmp(diff->name, "deferrable") == 0)
	{
		alter_deferrable(sink, to);
		return true;
	}
	if (type == TYPE_FOREIGN_KEY && strcmp(diff->name, "not_enforced") == 0 &&
		!dbmig_object_bool(to, "not_valid"))
	{
		alter_enforced(sink, to);
		return true;
	}
	if (type != TYPE_FOREIGN_KEY && type != TYPE_CHECK)
		return dbmig_index_alter_attribute(sink, to, diff);
	return false;
}

/* Emits what puts a new constraint in the place of the old one. */
static AlterResult
swap_constraint(StepSink *sink, const SchemaObject *from,
				const SchemaObject *to, ConstraintType type)
{
	char *before = psprintf("DROP CONSTRAINT %s, ", from->name);

	switch (type)
	{
		case TYPE_FOREIGN_KEY:
		case TYPE_CHECK:
			if (get_type(from) != type || !can_wait(sink, to, type))
				return ALTER_REPLACE;
			add_checked(sink, to, type, before);
			break;
		case TYPE_PRIMARY_KEY:
		case TYPE_UNIQUE:
			if (dbmig_object_text(from, "attached_to") ||
				dbmig_object_text(to, "attached_to") ||
				get_type(from) == TYPE_FOREIGN_KEY ||
				get_type(from) == TYPE_CHECK || !can_use_index(sink, to) ||
				dbmig_index_is_needed(sink, from))
				return ALTER_REPLACE;
			{
				char *name = dbmig_index_temporary_name(to);

				build_index(sink, to, type, name);
				add_using_index(sink, to, type, name, before);
				dbmig_index_restore_marks(sink, to);
			}
			break;
		default:
			return ALTER_REPLACE;
	}
	dbmig_index_restore_comment(sink, from, to);
	return ALTER_DONE;
}

/* Emits what makes the one constraint into the other. */
static AlterResult
alter_constraint(StepSink *sink, const SchemaObject *from,
				 const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	ConstraintType type = get_type(to);
	int length = list_length(sink->steps);

	for (int i = 0; i < ndiffs; i++)
		if (!alter_attribute(sink, to, type, &diffs[i]))
		{
			sink->steps = list_truncate(sink->steps, length);
			return swap_constraint(sink, from, to, type);
		}
	return ALTER_DONE;
}

/* Names a constraint for COMMENT. */
static char *
constraint_target(const SchemaObject *object)
{
	return psprintf("CONSTRAINT %s ON %s", object->name,
					object->parent->identity);
}

static const AttrRule constraint_rules[] = {{"options", SEVERITY_PERFORMANCE,
											 false},
											{"tablespace", SEVERITY_PERFORMANCE,
											 false},
											{NULL}};

const SchemaKind dbmig_kind_constraint = {
	.kind = KIND_CONSTRAINT,
	.missing = SEVERITY_INTEGRITY,
	.different = SEVERITY_INTEGRITY,
	.rules = constraint_rules,
	.create = create_constraint,
	.drop = drop_constraint,
	.alter = alter_constraint,
	.comment_target = constraint_target,
};
