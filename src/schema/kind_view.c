/*
 * kind_view.c
 *		Views.
 *
 * Makes text only.  A view is replaced in place if its columns stay and others
 * are at most added behind them; then what depends on it stays, too.  Making a
 * view reads no rows, but locks the tables in it ACCESS SHARE.
 */
#include "postgres.h"

#include "schema/code.h"

/* Emits CREATE [OR REPLACE] VIEW. */
static void
emit_create(StepSink *sink, const SchemaObject *object, bool replace)
{
	const char *definition = dbmig_object_text(object, "definition");
	List *options = dbmig_object_list(object, "options");
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %sVIEW %s", replace ? "OR REPLACE " : "",
					 object->identity);
	if (options)
	{
		appendStringInfoString(&sql, " WITH (");
		dbmig_code_options(&sql, options, true);
		appendStringInfoChar(&sql, ')');
	}
	appendStringInfo(&sql, " AS\n%s", definition);
	dbmig_code_step(sink, object, replace ? LOCK_ACCESS_EXCLUSIVE : LOCK_NONE,
					definition, sql.data);
}

/* Emits the defaults of columns, which INSERT into the view uses. */
static void
emit_defaults(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	ListCell *cell;

	foreach(cell, from ? dbmig_object_list(from, "column_defaults") : NIL)
	{
		const char *column = ((MapEntry *) lfirst(cell))->key;

		if (dbmig_object_get(to, "column_defaults", column) == NULL)
			dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
					   "ALTER VIEW %s ALTER COLUMN %s DROP DEFAULT",
					   to->identity, column);
	}
	foreach(cell, dbmig_object_list(to, "column_defaults"))
	{
		MapEntry *entry = lfirst(cell);
		const char *old =
			from ? dbmig_object_get(from, "column_defaults", entry->key) : NULL;

		if (old == NULL || strcmp(old, entry->value) != 0)
			dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
					   "ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s",
					   to->identity, entry->key, entry->value);
	}
}

/* Emits CREATE VIEW. */
static void
create_view(StepSink *sink, const SchemaObject *object)
{
	/* one whose definition could not be read is left alone */
	if (dbmig_object_text(object, "definition") == NULL)
		return;
	emit_create(sink, object, false);
	emit_defaults(sink, NULL, object);
	dbmig_code_column_grants(sink, NULL, object);
}

/* Emits DROP VIEW. */
static void
drop_view(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "DROP VIEW %s", object->identity);
}

/* Does one list of columns begin with the other? */
static bool
begins_with(List *columns, List *start)
{
	ListCell *x;
	ListCell *y;

	if (list_length(columns) < list_length(start))
		return false;
	forboth(x, columns, y, start)
		if (strcmp(lfirst(x), lfirst(y)) != 0)
			return false;
	return true;
}

/* Emits CREATE OR REPLACE VIEW or ALTER VIEW. */
static AlterResult
alter_view(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
		   const AttrDiff *diffs, int ndiffs)
{
	const AttrDiff *options = dbmig_code_diff(diffs, ndiffs, "options");

	if (dbmig_object_text(to, "definition") == NULL)
		return ALTER_DONE;
	if (!begins_with(dbmig_object_list(to, "columns"),
					 dbmig_object_list(from, "columns")))
		return ALTER_REPLACE;
	if (dbmig_code_diff(diffs, ndiffs, "definition") ||
		dbmig_code_diff(diffs, ndiffs, "columns"))
		emit_create(sink, to, true);
	else if (options)
		dbmig_code_alter_options(sink, to, LOCK_ACCESS_EXCLUSIVE,
								 psprintf("ALTER VIEW %s", to->identity),
								 options->from, options->to);
	if (dbmig_code_diff(diffs, ndiffs, "column_defaults"))
		emit_defaults(sink, from, to);
	if (dbmig_code_diff(diffs, ndiffs, "column_grants"))
		dbmig_code_column_grants(sink, from, to);
	return ALTER_DONE;
}

/* Names a view for COMMENT. */
static char *
view_target(const SchemaObject *object)
{
	return psprintf("VIEW %s", object->identity);
}

/* Names a view for GRANT, which knows it as a table. */
static char *
view_grant_target(const SchemaObject *object)
{
	return psprintf("TABLE %s", object->identity);
}

/* Names a view for OWNER TO. */
static char *
view_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER VIEW %s", object->identity);
}

const SchemaKind dbmig_kind_view = {
	.kind = KIND_VIEW,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_view,
	.drop = drop_view,
	.alter = alter_view,
	.comment_target = view_target,
	.grant_target = view_grant_target,
	.owner_target = view_owner_target,
};
