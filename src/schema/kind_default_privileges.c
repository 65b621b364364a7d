/*
 * kind_default_privileges.c
 *		ALTER DEFAULT PRIVILEGES, for a role, a schema and a kind of object.
 *
 * Makes text only; nothing is locked, and no object that is there changes.
 * Where there is no such object, the server's own defaults hold: in a whole
 * database the owner has all rights and PUBLIC may execute functions and use
 * types, and a schema adds nothing to that.
 */
#include "postgres.h"

#include "schema/kind.h"

/* Returns what a role gets without any default privileges; NULL for nothing. */
static const char *
built_in(const SchemaObject *object, const char *role)
{
	const char *objects = dbmig_object_text(object, "objects");

	if (dbmig_object_text(object, "schema"))
		return NULL;
	if (strcmp(role, dbmig_object_text(object, "role")) == 0)
		return "ALL";
	if (strcmp(role, "PUBLIC") != 0)
		return NULL;
	return strcmp(objects, "FUNCTIONS") == 0 ? "EXECUTE" :
		   strcmp(objects, "TYPES") == 0	 ? "USAGE" :
											   NULL;
}

/* Returns what a role gets; absent is NULL, but the owner's absence means all. */
static const char *
rights_of(const SchemaObject *object, const SchemaObject *like, const char *role)
{
	const char *rights;

	if (object == NULL)
		return built_in(like, role);
	rights = dbmig_object_get(object, "privileges", role);
	if (rights == NULL && strcmp(role, dbmig_object_text(like, "role")) == 0)
		return built_in(like, role);
	return rights && *rights ? rights : NULL;
}

/* Emits a GRANT or a REVOKE. */
static void
emit(StepSink *sink, const SchemaObject *object, const char *verb,
	 const char *privileges, const char *preposition, const char *role,
	 const char *tail)
{
	const char *schema = dbmig_object_text(object, "schema");

	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER DEFAULT PRIVILEGES FOR ROLE %s%s%s %s %s ON %s %s %s%s",
			   dbmig_object_text(object, "role"), schema ? " IN SCHEMA " : "",
			   schema ? schema : "", verb, privileges,
			   dbmig_object_text(object, "objects"), preposition, role, tail);
}

/* Picks the privileges with a star, or those without, from "SELECT, INSERT*". */
static char *
pick(const char *rights, bool starred)
{
	StringInfoData text;

	initStringInfo(&text);
	while (*rights)
	{
		Size length = strcspn(rights, ",");
		bool star = length > 0 && rights[length - 1] == '*';

		if (star == starred)
			appendStringInfo(&text, "%s%.*s", text.len > 0 ? ", " : "",
							 (int) (star ? length - 1 : length), rights);
		rights += length;
		rights += strspn(rights, ", ");
	}
	return text.data;
}

/* Emits what brings one role's rights from one state to another. */
static void
change_role(StepSink *sink, const SchemaObject *object, const char *role,
			const char *before, const char *after)
{
	char *text;

	if (before == after || (before && after && strcmp(before, after) == 0))
		return;
	if (before)
		emit(sink, object, "REVOKE", "ALL", "FROM", role, "");
	if (after == NULL)
		return;
	text = pick(after, false);
	if (*text)
		emit(sink, object, "GRANT", text, "TO", role, "");
	text = pick(after, true);
	if (*text)
		emit(sink, object, "GRANT", text, "TO", role, " WITH GRANT OPTION");
}

/* Emits what brings all rights from one state to another; NULL is built in. */
static void
change(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	const SchemaObject *like = to ? to : from;
	List *roles =
		list_make2("PUBLIC",
				   unconstify(char *, dbmig_object_text(like, "role")));

	for (int i = 0; i < 2; i++)
	{
		const SchemaObject *object = i == 0 ? from : to;
		ListCell *cell;

		if (object == NULL)
			continue;
		foreach(cell, dbmig_object_list(object, "privileges"))
		{
			const char *role = ((MapEntry *) lfirst(cell))->key;
			ListCell *other;
			bool known = false;

			foreach(other, roles)
				known |= strcmp(lfirst(other), role) == 0;
			if (!known)
				roles = lappend(roles, unconstify(char *, role));
		}
	}
	for (int i = 0; i < list_length(roles); i++)
	{
		const char *role = list_nth(roles, i);

		change_role(sink, like, role, rights_of(from, like, role),
					rights_of(to, like, role));
	}
}

/* Emits what makes default privileges out of the server's own. */
static void
create_privileges(StepSink *sink, const SchemaObject *object)
{
	change(sink, NULL, object);
}

/* Emits what leads back to the server's own. */
static void
drop_privileges(StepSink *sink, const SchemaObject *object)
{
	change(sink, object, NULL);
}

/* Emits what leads from the ones to the others. */
static AlterResult
alter_privileges(StepSink *sink, const SchemaObject *from,
				 const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	change(sink, from, to);
	return ALTER_DONE;
}

const SchemaKind dbmig_kind_default_privileges = {
	.kind = KIND_DEFAULT_PRIVILEGES,
	.missing = SEVERITY_COSMETIC,
	.different = SEVERITY_COSMETIC,
	.create = create_privileges,
	.drop = drop_privileges,
	.alter = alter_privileges,
};
