/*
 * kind_table.c
 *		Tables: ordinary, partitioned, partitions, inheriting, foreign.
 *
 * CREATE TABLE prints the table's columns; constraints, indexes, triggers and
 * policies have steps of their own.  A partition is made as a table by itself
 * and attached afterwards, so that what is attached is exactly what is expected.
 * REPLICA IDENTITY and CLUSTER ON may name an index: the planner asks for them
 * as changes of a table that is there, when its indexes are.
 *
 * Nothing turns an ordinary table into a partitioned one or changes a partition
 * key: the planner has to make a new table and copy the rows.
 *
 * Locks: ACCESS EXCLUSIVE but for options, CLUSTER ON and attaching, which take
 * SHARE UPDATE EXCLUSIVE.
 */
#include "postgres.h"

#include "schema/column.h"
#include "schema/plan.h"
#include "utils/builtins.h"

/* Is this a table of a foreign server? */
static bool
is_foreign(const SchemaObject *table)
{
	return dbmig_text_equal(dbmig_object_text(table, "kind"), "foreign");
}

/* Finds the value of a key in a map; NULL if it is not there. */
static const MapEntry *
find_entry(List *map, const char *key)
{
	ListCell *cell;

	foreach(cell, map)
	{
		const MapEntry *entry = lfirst(cell);

		if (strcmp(entry->key, key) == 0)
			return entry;
	}
	return NULL;
}

/* Adds a comma unless the text is empty or has just been opened. */
static void
add_comma(StringInfo sql)
{
	if (sql->len > 0 && sql->data[sql->len - 1] != '(')
		appendStringInfoString(sql, ", ");
}

/* Adds "key = 'value', …". */
void
dbmig_options_append(StringInfo sql, List *options)
{
	ListCell *cell;

	foreach(cell, options)
	{
		MapEntry *entry = lfirst(cell);

		add_comma(sql);
		appendStringInfo(sql, "%s = %s", entry->key,
						 quote_literal_cstr(entry->value));
	}
}

/* Adds "key 'value', …". */
void
dbmig_options_append_foreign(StringInfo sql, List *options)
{
	ListCell *cell;

	foreach(cell, options)
	{
		MapEntry *entry = lfirst(cell);

		add_comma(sql);
		appendStringInfo(sql, "%s %s", entry->key,
						 quote_literal_cstr(entry->value));
	}
}

/* Adds what has to be set and what has to be reset. */
void
dbmig_options_change(StringInfo set, StringInfo reset, List *from, List *to)
{
	ListCell *cell;

	foreach(cell, to)
	{
		MapEntry *entry = lfirst(cell);
		const MapEntry *old = find_entry(from, entry->key);

		if (old && dbmig_text_equal(old->value, entry->value))
			continue;
		add_comma(set);
		appendStringInfo(set, "%s = %s", entry->key,
						 quote_literal_cstr(entry->value));
	}
	foreach(cell, from)
	{
		MapEntry *entry = lfirst(cell);

		if (find_entry(to, entry->key))
			continue;
		add_comma(reset);
		appendStringInfoString(reset, entry->key);
	}
}

/* Adds "ADD key 'value', SET …, DROP …". */
void
dbmig_options_change_foreign(StringInfo sql, List *from, List *to)
{
	ListCell *cell;

	foreach(cell, to)
	{
		MapEntry *entry = lfirst(cell);
		const MapEntry *old = find_entry(from, entry->key);

		if (old && dbmig_text_equal(old->value, entry->value))
			continue;
		add_comma(sql);
		appendStringInfo(sql, "%s %s %s", old ? "SET" : "ADD", entry->key,
						 quote_literal_cstr(entry->value));
	}
	foreach(cell, from)
	{
		MapEntry *entry = lfirst(cell);

		if (find_entry(to, entry->key))
			continue;
		add_comma(sql);
		appendStringInfo(sql, "DROP %s", entry->key);
	}
}

/* Orders columns by position. */
static int
compare_positions(const ListCell *a, const ListCell *b)
{
	int64 x = dbmig_object_int(lfirst(a), "position", PG_INT64_MAX);
	int64 y = dbmig_object_int(lfirst(b), "position", PG_INT64_MAX);

	if (x != y)
		return x < y ? -1 : 1;
	return strcmp(((SchemaObject *) lfirst(a))->key,
				  ((SchemaObject *) lfirst(b))->key);
}

/* Lists the columns of a table that come with it, in their order. */
static List *
columns_of(const SchemaObject *table)
{
	List *columns = NIL;
	ListCell *cell;

	foreach(cell, table->children)
	{
		SchemaObject *child = lfirst(cell);

		if (child->kind == KIND_COLUMN && !child->defer)
			columns = lappend(columns, child);
	}
	list_sort(columns, compare_positions);
	return columns;
}

/* Does a column come from a parent alone? */
static bool
is_inherited(const SchemaObject *column)
{
	return dbmig_object_bool(column, "inherited") &&
		   !dbmig_object_bool(column, "local");
}

/* Does a column of a typed table say anything that its type does not? */
static bool
has_options(const SchemaObject *column)
{
	return dbmig_object_bool(column, "not_null") ||
		   dbmig_object_text(column, "generated") ||
		   dbmig_object_text(column, "identity") ||
		   (dbmig_object_text(column, "default") && !column->defer_default);
}

/* Adds the parenthesised columns of CREATE TABLE. */
static void
add_columns(StringInfo sql, const SchemaObject *table, List *columns)
{
	bool typed = dbmig_object_text(table, "of_type") != NULL;
	ListCell *cell;
	int count = 0;

	foreach(cell, columns)
	{
		SchemaObject *column = lfirst(cell);

		if (is_inherited(column) || (typed && !has_options(column)))
			continue;
		appendStringInfoString(sql, count++ ? ",\n\t" : " (\n\t");
		dbmig_column_define(sql, column);
	}
	if (count > 0)
		appendStringInfoString(sql, "\n)");
	else if (!typed)
		appendStringInfoString(sql, " ()");
}

/* Is there one of the parents already? */
static bool
is_any_there(const StepSink *sink, List *parents)
{
	ListCell *cell;

	if (sink->actual == NULL)
		return false;
	foreach(cell, parents)
		if (dbmig_model_find(sink->actual, KIND_TABLE, lfirst(cell)))
			return true;
	return false;
}

/* Adds a list joined by commas. */
static void
add_list(StringInfo sql, List *list)
{
	ListCell *cell;

	foreach(cell, list)
	{
		add_comma(sql);
		appendStringInfoString(sql, lfirst(cell));
	}
}

/* Adds what stands behind the columns. */
static void
add_clauses(StringInfo sql, const SchemaObject *table)
{
	List *inherits = dbmig_object_list(table, "inherits");
	List *options = dbmig_object_list(table, "options");
	const char *key = dbmig_object_text(table, "partition_key");
	const char *method = dbmig_object_text(table, "access_method");
	const char *tablespace = dbmig_object_text(table, "tablespace");

	if (inherits)
	{
		appendStringInfoString(sql, " INHERITS (");
		add_list(sql, inherits);
		appendStringInfoChar(sql, ')');
	}
	if (is_foreign(table))
	{
		appendStringInfo(sql, " SERVER %s", dbmig_object_text(table, "server"));
		if (options)
		{
			appendStringInfoString(sql, " OPTIONS (");
			dbmig_options_append_foreign(sql, options);
			appendStringInfoChar(sql, ')');
		}
		return;
	}
	if (key)
		appendStringInfo(sql, " PARTITION BY %s", key);
	if (method)
		appendStringInfo(sql, " USING %s", method);
	if (options)
	{
		appendStringInfoString(sql, " WITH (");
		dbmig_options_append(sql, options);
		appendStringInfoChar(sql, ')');
	}
	if (tablespace)
		appendStringInfo(sql, " TABLESPACE %s", tablespace);
}

/* Returns the words for a replica identity. */
static const char *
replica_identity(const SchemaObject *table)
{
	const char *identity = dbmig_object_text(table, "replica_identity");

	if (identity == NULL)
		return "DEFAULT";
	if (strncmp(identity, "index ", 6) == 0)
		return psprintf("USING INDEX %s", identity + 6);
	return strcmp(identity, "full") == 0 ? "FULL" : "NOTHING";
}

/* Adds the settings of a new table that CREATE TABLE cannot name. */
static void
add_settings(const StepSink *sink, StringInfo commands,
			 const SchemaObject *table, List *columns)
{
	ListCell *cell;

	foreach(cell, columns)
	{
		if (is_inherited(lfirst(cell)))
			dbmig_column_add_own(sink, commands, lfirst(cell));
		else
			dbmig_column_add_settings(commands, lfirst(cell));
	}
	if (dbmig_object_bool(table, "row_security"))
	{
		add_comma(commands);
		appendStringInfoString(commands, "ENABLE ROW LEVEL SECURITY");
	}
	if (dbmig_object_bool(table, "force_row_security"))
	{
		add_comma(commands);
		appendStringInfoString(commands, "FORCE ROW LEVEL SECURITY");
	}
}

/* Emits CREATE TABLE. */
static void
create_table(StepSink *sink, const SchemaObject *table)
{
	List *columns = columns_of(table);
	const char *type = dbmig_object_text(table, "of_type");
	bool fresh = sink->fresh;
	StringInfoData sql;
	StringInfoData commands;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %s%sTABLE %s",
					 dbmig_object_bool(table, "unlogged") ? "UNLOGGED " : "",
					 is_foreign(table) ? "FOREIGN " : "", table->identity);
	if (type)
		appendStringInfo(&sql, " OF %s", type);
	add_columns(&sql, table, columns);
	add_clauses(&sql, table);
	/* the table is new, but perhaps not its parents */
	sink->fresh = false;
	dbmig_step(sink, table,
			   is_any_there(sink, dbmig_object_list(table, "inherits")) ?
				   LOCK_SHARE_UPDATE_EXCLUSIVE :
				   LOCK_NONE,
			   HAZARD_NONE, true, "%s", sql.data);
	sink->fresh = fresh;
	initStringInfo(&commands);
	add_settings(sink, &commands, table, columns);
	if (commands.len > 0)
		dbmig_step(sink, table, LOCK_NONE, HAZARD_NONE, true,
				   "ALTER TABLE ONLY %s %s", table->identity, commands.data);
}

/* Emits DROP TABLE. */
static void
drop_table(StepSink *sink, const SchemaObject *table)
{
	dbmig_step(sink, table, LOCK_ACCESS_EXCLUSIVE,
			   is_foreign(table) ? HAZARD_NONE : HAZARD_LOSES_DATA, true,
			   "DROP %sTABLE %s", is_foreign(table) ? "FOREIGN " : "",
			   table->identity);
}

/* Emits NO INHERIT and INHERIT, so that the order of parents is right. */
static void
change_parents(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	List *have = dbmig_object_list(from, "inherits");
	List *want = dbmig_object_list(to, "inherits");
	ListCell *have_cell;
	ListCell *want_cell;
	int same = 0;

	forboth(have_cell, have, want_cell, want)
	{
		if (strcmp(lfirst(have_cell), lfirst(want_cell)) != 0)
			break;
		same++;
	}
	for (int i = same; i < list_length(have); i++)
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER TABLE %s NO INHERIT %s", to->identity,
				   (char *) list_nth(have, i));
	for (int i = same; i < list_length(want); i++)
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER TABLE %s INHERIT %s", to->identity,
				   (char *) list_nth(want, i));
}

/* Emits what changes the options. */
static void
change_options(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	List *have = dbmig_object_list(from, "options");
	List *want = dbmig_object_list(to, "options");
	StringInfoData set;
	StringInfoData reset;

	initStringInfo(&set);
	initStringInfo(&reset);
	if (is_foreign(to))
	{
		dbmig_options_change_foreign(&set, have, want);
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER FOREIGN TABLE %s OPTIONS (%s)", to->identity,
				   set.data);
		return;
	}
	dbmig_options_change(&set, &reset, have, want);
	if (set.len > 0)
		dbmig_step(sink, to,
				   strstr(set.data, "user_catalog_table") ?
					   LOCK_ACCESS_EXCLUSIVE :
					   LOCK_SHARE_UPDATE_EXCLUSIVE,
				   HAZARD_NONE, true, "ALTER TABLE %s SET (%s)", to->identity,
				   set.data);
	if (reset.len > 0)
		dbmig_step(sink, to,
				   strstr(reset.data, "user_catalog_table") ?
					   LOCK_ACCESS_EXCLUSIVE :
					   LOCK_SHARE_UPDATE_EXCLUSIVE,
				   HAZARD_NONE, true, "ALTER TABLE %s RESET (%s)", to->identity,
				   reset.data);
}

/* Emits what changes one attribute with a single command. */
static void
change_attribute(StepSink *sink, const SchemaObject *from,
				 const SchemaObject *to, const char *name)
{
	/* a partitioned table has no rows of its own */
	int rewrites =
		dbmig_object_text(to, "partition_key") ? HAZARD_NONE : HAZARD_REWRITES;
	const char *text = dbmig_object_text(to, name);
	bool on = dbmig_object_bool(to, name);
	int hazards = HAZARD_NONE;
	StepLock lock = LOCK_ACCESS_EXCLUSIVE;
	char *command = NULL;

	if (strcmp(name, "unlogged") == 0)
	{
		command = on ? "SET UNLOGGED" : "SET LOGGED";
		hazards = rewrites;
	}
	else if (strcmp(name, "access_method") == 0)
	{
		command = psprintf("SET ACCESS METHOD %s", text ? text : "heap");
		hazards = rewrites;
	}
	else if (strcmp(name, "tablespace") == 0)
	{
		command = psprintf("SET TABLESPACE %s", text ? text : "pg_default");
		hazards = rewrites;
	}
	else if (strcmp(name, "of_type") == 0)
		command = text ? psprintf("OF %s", text) : "NOT OF";
	else if (strcmp(name, "row_security") == 0)
		command =
			on ? "ENABLE ROW LEVEL SECURITY" : "DISABLE ROW LEVEL SECURITY";
	else if (strcmp(name, "force_row_security") == 0)
		command =
			on ? "FORCE ROW LEVEL SECURITY" : "NO FORCE ROW LEVEL SECURITY";
	else if (strcmp(name, "replica_identity") == 0)
		command = psprintf("REPLICA IDENTITY %s", replica_identity(to));
	else if (strcmp(name, "cluster_on") == 0)
	{
		command = text ? psprintf("CLUSTER ON %s", text) : "SET WITHOUT CLUSTER";
		lock = LOCK_SHARE_UPDATE_EXCLUSIVE;
	}
	if (command)
		dbmig_step(sink, to, lock, hazards, true, "ALTER TABLE %s%s %s",
				   strcmp(name, "access_method") == 0 ||
						   strcmp(name, "tablespace") == 0 ?
					   "ONLY " :
					   "",
				   to->identity, command);
}

/* Emits what makes one table into the other, but for its children. */
static AlterResult
alter_table(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			const AttrDiff *diffs, int ndiffs)
{
	for (int i = 0; i < ndiffs; i++)
	{
		const char *name = diffs[i].name;

		/* a foreign table has no rows here, and may not be asked for them */
		if (strcmp(name, "server") == 0 ||
			(strcmp(name, "kind") == 0 && (is_foreign(from) || is_foreign(to))))
			return ALTER_REPLACE;
	}
	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "kind") == 0 ||
			strcmp(diffs[i].name, "partition_key") == 0)
			return ALTER_REBUILD;
	for (int i = 0; i < ndiffs; i++)
	{
		const char *name = diffs[i].name;

		if (strcmp(name, "inherits") == 0)
			change_parents(sink, from, to);
		else if (strcmp(name, "options") == 0)
			change_options(sink, from, to);
		else if (strcmp(name, "detach_pending") == 0)
		{
			if (!dbmig_object_bool(to, name))
				dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
						   "ALTER TABLE %s DETACH PARTITION %s FINALIZE",
						   dbmig_object_text(from, "partition_of"),
						   to->identity);
		}
		else
			change_attribute(sink, from, to, name);
	}
	return ALTER_DONE;
}

/* Has a partitioned table a default partition, in a model that may be NULL? */
static bool
has_default_partition(const SchemaModel *model, const char *parent)
{
	ListCell *cell;

	if (model)
		foreach(cell, model->objects[KIND_TABLE])
		{
			const SchemaObject *table = lfirst(cell);

			if (dbmig_text_equal(dbmig_object_text(table, "partition_of"),
								 parent) &&
				dbmig_text_equal(dbmig_object_text(table, "bound"), "DEFAULT"))
				return true;
		}
	return false;
}

/* Has a table a foreign key, in a model that may be NULL? */
static bool
has_foreign_key(const SchemaModel *model, const char *name)
{
	SchemaObject *table =
		model ? dbmig_model_find(model, KIND_TABLE, name) : NULL;
	ListCell *cell;

	if (table)
		foreach(cell, table->children)
		{
			const SchemaObject *child = lfirst(cell);

			if (child->kind == KIND_CONSTRAINT &&
				dbmig_text_equal(dbmig_object_text(child, "type"), "foreign key"))
				return true;
		}
	return false;
}

/*
 * Emits ATTACH PARTITION.  The rows of the table are read to prove the bound,
 * and those of a default partition, to prove that they stay there.
 */
void
dbmig_table_attach(StepSink *sink, const SchemaObject *table)
{
	const char *parent = dbmig_object_text(table, "partition_of");
	const char *bound = dbmig_object_text(table, "bound");
	bool parent_there =
		sink->actual && dbmig_model_find(sink->actual, KIND_TABLE, parent);
	bool fresh = sink->fresh;
	StepLock lock = LOCK_ACCESS_EXCLUSIVE;
	int hazards = HAZARD_SCANS | HAZARD_MAY_FAIL;

	if (parent == NULL || bound == NULL)
		return;
	if (fresh && !has_default_partition(sink->actual, parent))
	{
		hazards = HAZARD_NONE;
		lock = !parent_there ? LOCK_NONE :
			   has_foreign_key(sink->actual, parent) ?
							   LOCK_SHARE_ROW_EXCLUSIVE :
							   LOCK_SHARE_UPDATE_EXCLUSIVE;
	}
	/* what is attached may be new, what it is attached to is not */
	sink->fresh = false;
	dbmig_step(sink, table, lock, hazards, true,
			   "ALTER TABLE %s ATTACH PARTITION %s %s", parent, table->identity,
			   bound);
	sink->fresh = fresh;
}

/* Emits DETACH PARTITION. */
void
dbmig_table_detach(StepSink *sink, const SchemaObject *table)
{
	const char *parent = dbmig_object_text(table, "partition_of");

	if (parent)
		dbmig_step(sink, table, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER TABLE %s DETACH PARTITION %s", parent,
				   table->identity);
}

/* Names a table for COMMENT. */
static char *
table_comment_target(const SchemaObject *object)
{
	return psprintf("%sTABLE %s", is_foreign(object) ? "FOREIGN " : "",
					object->identity);
}

/* Names a table for GRANT. */
static char *
table_grant_target(const SchemaObject *object)
{
	return psprintf("TABLE %s", object->identity);
}

/* Names a table for OWNER TO. */
static char *
table_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER %sTABLE %s", is_foreign(object) ? "FOREIGN " : "",
					object->identity);
}

static const AttrRule table_rules[] =
	{{"kind", SEVERITY_BREAKING, false},
	 {"partition_key", SEVERITY_INTEGRITY, false},
	 {"partition_of", SEVERITY_BREAKING, false},
	 {"bound", SEVERITY_INTEGRITY, false},
	 {"inherits", SEVERITY_BREAKING, false},
	 {"server", SEVERITY_BREAKING, false},
	 {"unlogged", SEVERITY_INTEGRITY, false},
	 {"row_security", SEVERITY_INTEGRITY, false},
	 {"force_row_security", SEVERITY_INTEGRITY, false},
	 {"replica_identity", SEVERITY_INTEGRITY, false},
	 {"detach_pending", SEVERITY_INTEGRITY, false},
	 {"of_type", SEVERITY_COSMETIC, false},
	 {"options", SEVERITY_PERFORMANCE, false},
	 {"access_method", SEVERITY_PERFORMANCE, false},
	 {"tablespace", SEVERITY_PERFORMANCE, false},
	 {"cluster_on", SEVERITY_PERFORMANCE, false},
	 {NULL}};

const SchemaKind dbmig_kind_table = {
	.kind = KIND_TABLE,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_INTEGRITY,
	.rules = table_rules,
	.create = create_table,
	.drop = drop_table,
	.alter = alter_table,
	.comment_target = table_comment_target,
	.grant_target = table_grant_target,
	.owner_target = table_owner_target,
};
