/*
 * meta.c
 *		Comment, owner and grants: the same for every kind of object.
 *
 * Attributes that are absent mean what the server does by itself: no comment,
 * and the grants of a new object.  Makes text only.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "schema/plan.h"
#include "utils/builtins.h"

/* Quotes a text as a literal; NULL for no text. */
static const char *
literal(const char *text)
{
	return text ? quote_literal_cstr(text) : "NULL";
}

/* Is this a relation of its own? */
static bool
is_relation(const SchemaObject *object)
{
	return object->kind == KIND_TABLE || object->kind == KIND_VIEW ||
		   object->kind == KIND_MATERIALIZED_VIEW ||
		   object->kind == KIND_SEQUENCE;
}

/* Returns the lock that COMMENT takes on a table. */
static StepLock
comment_lock(const SchemaObject *object)
{
	switch (object->kind)
	{
		case KIND_CONSTRAINT:
		case KIND_TRIGGER:
		case KIND_POLICY:
		case KIND_RULE:
			return LOCK_ACCESS_SHARE;
		case KIND_COLUMN:
		case KIND_INDEX:
			return LOCK_SHARE_UPDATE_EXCLUSIVE;
		default:
			return is_relation(object) ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_NONE;
	}
}

/* Comments on an object, and on its columns that are no objects. */
static void
comment_steps(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	const SchemaKind *kind = dbmig_schema_kind(to->kind);
	const char *before = from ? dbmig_object_text(from, "comment") : NULL;
	const char *after = dbmig_object_text(to, "comment");
	ListCell *cell;

	if (kind->comment_target && !dbmig_text_equal(before, after))
		dbmig_step(sink, to, comment_lock(to), HAZARD_NONE, true,
				   "COMMENT ON %s IS %s", kind->comment_target(to),
				   literal(after));
	before = from ? dbmig_object_text(from, "index_comment") : NULL;
	after = dbmig_object_text(to, "index_comment");
	if (!dbmig_text_equal(before, after))
		dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
				   "COMMENT ON INDEX %s.%s IS %s", to->schema, to->name,
				   literal(after));
	foreach(cell, dbmig_object_list(to, "column_comments"))
	{
		MapEntry *entry = lfirst(cell);

		before =
			from ? dbmig_object_get(from, "column_comments", entry->key) : NULL;
		if (!dbmig_text_equal(before, entry->value))
			dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
					   "COMMENT ON COLUMN %s.%s IS %s", to->identity,
					   entry->key, literal(entry->value));
	}
	if (from == NULL)
		return;
	foreach(cell, dbmig_object_list(from, "column_comments"))
	{
		MapEntry *entry = lfirst(cell);

		if (dbmig_object_get(to, "column_comments", entry->key) == NULL)
			dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
					   "COMMENT ON COLUMN %s.%s IS NULL", to->identity,
					   entry->key);
	}
}

/* Returns what the server grants to PUBLIC on a new object of this kind. */
static const char *
public_default(const SchemaObject *object)
{
	switch (object->kind)
	{
		case KIND_FUNCTION:
		case KIND_PROCEDURE:
		case KIND_AGGREGATE:
			return "EXECUTE";
		case KIND_ENUM:
		case KIND_DOMAIN:
		case KIND_COMPOSITE:
		case KIND_RANGE:
		case KIND_LANGUAGE:
			return "USAGE";
		case KIND_SCHEMA:
			/* initdb's grant; not a new schema's */
			return strcmp(object->name, "public") == 0 ? "USAGE" : NULL;
		default:
			return NULL;
	}
}

/* Returns the privileges of a role on an object; NULL if it has none. */
static const char *
privileges_of(const SchemaObject *object, const SchemaObject *like,
			  const char *role)
{
	if (object && dbmig_object_attr(object, "grants"))
		return dbmig_object_get(object, "grants", role);
	return strcmp(role, "PUBLIC") == 0 ? public_default(like) : NULL;
}

/* Splits "SELECT, INSERT*" into a list. */
static List *
split_privileges(const char *text)
{
	List *list = NIL;

	while (text && *text)
	{
		const char *end = strstr(text, ", ");

		list = lappend(list, end ? pnstrdup(text, end - text) : pstrdup(text));
		text = end ? end + 2 : NULL;
	}
	return list;
}

/* Finds a privilege in a list, with or without its star; 0, 1, or 2 with it. */
static int
find_privilege(List *list, const char *privilege)
{
	Size length = strcspn(privilege, "*");
	ListCell *cell;

	foreach(cell, list)
	{
		const char *text = lfirst(cell);

		if (strcspn(text, "*") == length && strncmp(text, privilege, length) == 0)
			return text[length] == '*' ? 2 : 1;
	}
	return 0;
}

/* Lists the privileges of one list that the other lacks, as SQL would. */
static char *
missing_privileges(List *wanted, List *present, int level,
				   const SchemaObject *object)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, wanted)
	{
		const char *privilege = lfirst(cell);
		int want = find_privilege(wanted, privilege);
		int have = find_privilege(present, privilege);

		if (want < level || have >= level)
			continue;
		appendStringInfo(&text, "%s%.*s", text.len ? ", " : "",
						 (int) strcspn(privilege, "*"), privilege);
		if (object->kind == KIND_COLUMN)
			appendStringInfo(&text, " (%s)", object->name);
	}
	return text.data;
}

/* Brings the privileges of one role from one state to another. */
static void
grant_role(StepSink *sink, const SchemaObject *object, const char *target,
		   const char *role, const char *before, const char *after)
{
	List *have = split_privileges(before);
	List *want = split_privileges(after);
	char *text;

	if (dbmig_text_equal(before, after))
		return;
	text = missing_privileges(have, want, 1, object);
	if (*text)
		dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
				   "REVOKE %s ON %s FROM %s", text, target, role);
	for (ListCell *cell = list_head(have); cell; cell = lnext(have, cell))
	{
		const char *privilege = lfirst(cell);

		if (find_privilege(have, privilege) == 2 &&
			find_privilege(want, privilege) == 1)
			dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
					   "REVOKE GRANT OPTION FOR %.*s%s%s%s ON %s FROM %s",
					   (int) strcspn(privilege, "*"), privilege,
					   object->kind == KIND_COLUMN ? " (" : "",
					   object->kind == KIND_COLUMN ? object->name : "",
					   object->kind == KIND_COLUMN ? ")" : "", target, role);
	}
	/* those with the grant option first, the others without it */
	text = missing_privileges(want, have, 2, object);
	if (*text)
		dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
				   "GRANT %s ON %s TO %s WITH GRANT OPTION", text, target, role);
	for (ListCell *cell = list_head(want); cell;)
	{
		ListCell *next = lnext(want, cell);

		if (find_privilege(want, lfirst(cell)) == 2)
			want = list_delete_cell(want, cell);
		else
		{
			cell = next;
			continue;
		}
		cell = list_head(want);
	}
	text = missing_privileges(want, have, 1, object);
	if (*text)
		dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
				   "GRANT %s ON %s TO %s", text, target, role);
}

/* Returns what ALTER DEFAULT PRIVILEGES calls objects of this kind, or NULL. */
static const char *
default_objects(ObjectKind kind)
{
	switch (kind)
	{
		case KIND_TABLE:
		case KIND_VIEW:
		case KIND_MATERIALIZED_VIEW:
			return "TABLES";
		case KIND_SEQUENCE:
			return "SEQUENCES";
		case KIND_FUNCTION:
		case KIND_PROCEDURE:
		case KIND_AGGREGATE:
			return "FUNCTIONS";
		case KIND_ENUM:
		case KIND_DOMAIN:
		case KIND_COMPOSITE:
		case KIND_RANGE:
			return "TYPES";
		case KIND_SCHEMA:
			return "SCHEMAS";
		default:
			return NULL;
	}
}

/* Takes back what default privileges give on a new object beyond its grants. */
static void
revoke_defaults(StepSink *sink, const SchemaModel *model,
				const SchemaObject *object, const char *target)
{
	const char *objects = default_objects(object->kind);
	ListCell *cell;

	if (model == NULL || objects == NULL)
		return;
	foreach(cell, model->objects[KIND_DEFAULT_PRIVILEGES])
	{
		SchemaObject *defaults = lfirst(cell);
		const char *schema = dbmig_object_text(defaults, "schema");
		ListCell *other;

		if (!dbmig_text_equal(dbmig_object_text(defaults, "objects"), objects) ||
			(schema && !dbmig_text_equal(schema, object->schema)))
			continue;
		foreach(other, dbmig_object_list(defaults, "privileges"))
		{
			MapEntry *entry = lfirst(other);
			char *extra;

			if (dbmig_text_equal(entry->key, dbmig_object_text(defaults, "role")))
				continue;
			extra =
				missing_privileges(split_privileges(entry->value),
								   split_privileges(dbmig_object_get(object,
																	 "grants",
																	 entry->key)),
								   1, object);
			if (*extra)
				dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
						   "REVOKE %s ON %s FROM %s", extra, target, entry->key);
		}
	}
}

/* Grants and revokes. */
static void
grant_steps(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	const SchemaKind *kind = dbmig_schema_kind(to->kind);
	const char *target;
	ListCell *cell;
	List *roles = list_make1(pstrdup("PUBLIC"));

	if (kind->grant_target == NULL || (target = kind->grant_target(to)) == NULL)
		return;
	if (dbmig_object_attr(to, "grants") == NULL &&
		(from == NULL || dbmig_object_attr(from, "grants") == NULL))
		return;
	if (from == NULL)
	{
		revoke_defaults(sink, sink->actual, to, target);
		revoke_defaults(sink, sink->target, to, target);
	}
	for (int i = 0; i < 2; i++)
	{
		const SchemaObject *object = i == 0 ? from : to;

		if (object == NULL)
			continue;
		foreach(cell, dbmig_object_list(object, "grants"))
		{
			MapEntry *entry = lfirst(cell);
			ListCell *other;
			bool known = false;

			foreach(other, roles)
				known |= strcmp(lfirst(other), entry->key) == 0;
			if (!known)
				roles = lappend(roles, unconstify(char *, entry->key));
		}
	}
	foreach(cell, roles)
		grant_role(sink, to, target, lfirst(cell),
				   privileges_of(from, to, lfirst(cell)),
				   privileges_of(to, to, lfirst(cell)));
}

/* Returns who owns what the statements make. */
static const char *
creator(void)
{
	return quote_identifier(GetUserNameFromId(GetUserId(), false));
}

/* Adds the statements; from is NULL for a new object. */
void
dbmig_meta_steps(StepSink *sink, const SchemaObject *from,
				 const SchemaObject *to)
{
	const SchemaKind *kind = dbmig_schema_kind(to->kind);
	const char *owner = dbmig_object_text(to, "owner");

	if (kind == NULL)
		return;
	/* a sequence goes with its table */
	if (from && to->kind == KIND_SEQUENCE && dbmig_object_text(to, "owned_by"))
		owner = NULL;
	if (owner && kind->owner_target &&
		!dbmig_text_equal(from ? dbmig_object_text(from, "owner") : creator(),
						  owner))
		dbmig_step(sink, to, is_relation(to) ? LOCK_ACCESS_EXCLUSIVE : LOCK_NONE,
				   HAZARD_NONE, true, "%s OWNER TO %s",
				   to->kind == KIND_SEQUENCE ?
					   psprintf("ALTER SEQUENCE %s", to->identity) :
					   kind->owner_target(to),
				   owner);
	comment_steps(sink, from, to);
	grant_steps(sink, from, to);
}
