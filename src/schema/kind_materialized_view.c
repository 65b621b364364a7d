/*
 * kind_materialized_view.c
 *		Materialized views.
 *
 * Makes text only.  The query of a materialized view cannot be changed, so
 * another query or other columns mean another view; its rows are made anew from
 * the tables it reads, which are locked ACCESS SHARE meanwhile.  Whether it is
 * populated is not schema: it always is when it has been made here.
 */
#include "postgres.h"

#include "schema/code.h"

/* Emits one ALTER COLUMN. */
static void
emit_column(StepSink *sink, const SchemaObject *object, StepLock lock,
			const char *column, const char *action, const char *value,
			const char *after)
{
	dbmig_step(sink, object, lock, HAZARD_NONE, true,
			   "ALTER MATERIALIZED VIEW %s ALTER COLUMN %s %s%s%s",
			   object->identity, column, action, value, after);
}

/* How an attribute of a column is set, and what it is if nothing is said. */
typedef struct ColumnSetting
{
	const char *attr; /* a map by column */
	StepLock lock;
	const char *set; /* before the value */
	const char *after;
	const char *reset; /* NULL: there is no word for it */
} ColumnSetting;

static const ColumnSetting column_settings[] = {
	{"column_statistics", LOCK_SHARE_UPDATE_EXCLUSIVE, "SET STATISTICS ", "",
	 "SET STATISTICS -1"},
	{"column_storage", LOCK_ACCESS_EXCLUSIVE, "SET STORAGE ", "", NULL},
	{"column_compression", LOCK_ACCESS_EXCLUSIVE, "SET COMPRESSION ", "",
	 "SET COMPRESSION default"},
	{"column_options", LOCK_SHARE_UPDATE_EXCLUSIVE, "SET (", ")",
	 "RESET (n_distinct, n_distinct_inherited)"},
};

/* Emits what makes one attribute of columns into another. */
static void
emit_setting(StepSink *sink, const ColumnSetting *setting,
			 const SchemaObject *from, const SchemaObject *to)
{
	ListCell *cell;

	foreach(cell, from ? dbmig_object_list(from, setting->attr) : NIL)
	{
		MapEntry *entry = lfirst(cell);
		const char *now = dbmig_object_get(to, setting->attr, entry->key);

		if (now && strcmp(now, entry->value) == 0)
			continue;
		/* SET adds to options, it does not take any away */
		if (now == NULL || *setting->after)
			emit_column(sink, to, setting->lock, entry->key, setting->reset, "",
						"");
	}
	foreach(cell, dbmig_object_list(to, setting->attr))
	{
		MapEntry *entry = lfirst(cell);
		const char *before =
			from ? dbmig_object_get(from, setting->attr, entry->key) : NULL;

		if (before == NULL || strcmp(before, entry->value) != 0)
			emit_column(sink, to, setting->lock, entry->key, setting->set,
						entry->value, setting->after);
	}
}

/* Does a column lose a setting for whose absence there is no word? */
static bool
loses_setting(const ColumnSetting *setting, const SchemaObject *from,
			  const SchemaObject *to)
{
	ListCell *cell;

	if (setting->reset)
		return false;
	foreach(cell, dbmig_object_list(from, setting->attr))
		if (dbmig_object_get(to, setting->attr,
							 ((MapEntry *) lfirst(cell))->key) == NULL)
			return true;
	return false;
}

/* Emits CREATE MATERIALIZED VIEW. */
static void
create_materialized_view(StepSink *sink, const SchemaObject *object)
{
	const char *definition = dbmig_object_text(object, "definition");
	const char *method = dbmig_object_text(object, "access_method");
	const char *tablespace = dbmig_object_text(object, "tablespace");
	List *options = dbmig_object_list(object, "options");
	StringInfoData sql;

	/* one whose definition could not be read is left alone */
	if (definition == NULL)
		return;
	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE MATERIALIZED VIEW %s", object->identity);
	if (method)
		appendStringInfo(&sql, " USING %s", method);
	if (options)
	{
		appendStringInfoString(&sql, " WITH (");
		dbmig_code_options(&sql, options, true);
		appendStringInfoChar(&sql, ')');
	}
	if (tablespace)
		appendStringInfo(&sql, " TABLESPACE %s", tablespace);
	appendStringInfo(&sql, " AS\n%s", definition);
	dbmig_code_step(sink, object, LOCK_NONE, definition, sql.data);
	for (int i = 0; i < lengthof(column_settings); i++)
		emit_setting(sink, &column_settings[i], NULL, object);
	dbmig_code_column_grants(sink, NULL, object);
}

/* Emits DROP MATERIALIZED VIEW. */
static void
drop_materialized_view(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "DROP MATERIALIZED VIEW %s", object->identity);
}

/* Emits what is not a matter of columns. */
static void
alter_storage(StepSink *sink, const SchemaObject *to, const AttrDiff *diff)
{
	const char *alter = psprintf("ALTER MATERIALIZED VIEW %s", to->identity);
	const char *value = dbmig_object_text(to, diff->name);

	if (strcmp(diff->name, "options") == 0)
		dbmig_code_alter_options(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, alter,
								 diff->from, diff->to);
	else if (strcmp(diff->name, "access_method") == 0)
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_REWRITES, true,
				   "%s SET ACCESS METHOD %s", alter, value ? value : "heap");
	else if (strcmp(diff->name, "tablespace") == 0)
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_REWRITES, true,
				   "%s SET TABLESPACE %s", alter, value ? value : "pg_default");
	else if (value)
		dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
				   "%s CLUSTER ON %s", alter, value);
	else
		dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
				   "%s SET WITHOUT CLUSTER", alter);
}

/* Emits ALTER MATERIALIZED VIEW where that is possible. */
static AlterResult
alter_materialized_view(StepSink *sink, const SchemaObject *from,
						const SchemaObject *to, const AttrDiff *diffs,
						int ndiffs)
{
	if (dbmig_object_text(to, "definition") == NULL)
		return ALTER_DONE;
	for (int i = 0; i < lengthof(column_settings); i++)
		if (loses_setting(&column_settings[i], from, to))
			return ALTER_REPLACE;
	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "options") == 0 ||
			strcmp(diffs[i].name, "access_method") == 0 ||
			strcmp(diffs[i].name, "tablespace") == 0 ||
			strcmp(diffs[i].name, "cluster_on") == 0)
			alter_storage(sink, to, &diffs[i]);
		else if (strncmp(diffs[i].name, "column_", 7) != 0)
			return ALTER_REPLACE;
	for (int i = 0; i < lengthof(column_settings); i++)
		if (dbmig_code_diff(diffs, ndiffs, column_settings[i].attr))
			emit_setting(sink, &column_settings[i], from, to);
	if (dbmig_code_diff(diffs, ndiffs, "column_grants"))
		dbmig_code_column_grants(sink, from, to);
	return ALTER_DONE;
}

/* Names a materialized view for COMMENT. */
static char *
materialized_view_target(const SchemaObject *object)
{
	return psprintf("MATERIALIZED VIEW %s", object->identity);
}

/* Names a materialized view for GRANT, which knows it as a table. */
static char *
materialized_view_grant_target(const SchemaObject *object)
{
	return psprintf("TABLE %s", object->identity);
}

/* Names a materialized view for OWNER TO. */
static char *
materialized_view_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER MATERIALIZED VIEW %s", object->identity);
}

static const AttrRule materialized_view_rules[] = {
	{"options", SEVERITY_PERFORMANCE},
	{"access_method", SEVERITY_PERFORMANCE},
	{"tablespace", SEVERITY_PERFORMANCE},
	{"cluster_on", SEVERITY_PERFORMANCE},
	{"column_statistics", SEVERITY_PERFORMANCE},
	{"column_storage", SEVERITY_PERFORMANCE},
	{"column_compression", SEVERITY_PERFORMANCE},
	{"column_options", SEVERITY_PERFORMANCE},
	{NULL},
};

const SchemaKind dbmig_kind_materialized_view = {
	.kind = KIND_MATERIALIZED_VIEW,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.rules = materialized_view_rules,
	.create = create_materialized_view,
	.drop = drop_materialized_view,
	.alter = alter_materialized_view,
	.comment_target = materialized_view_target,
	.grant_target = materialized_view_grant_target,
	.owner_target = materialized_view_owner_target,
};
