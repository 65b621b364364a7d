/*
 * kind_column.c
 *		Columns of tables: added, dropped, altered.
 *
 * A table's columns are printed inside its CREATE TABLE (kind_table.c calls
 * dbmig_column_define()); the statements here are for tables that are there.
 *
 * A column that comes from a parent, by partitioning or INHERITS, is added,
 * dropped and changed in type by the statement for the parent, which reaches all
 * descendants; nothing is emitted for it here as long as the table has the same
 * parent before and after.  What each table has for itself (default, storage,
 * statistics, options) is set with ALTER TABLE ONLY.  The parent's steps must
 * come before those of its children.
 *
 * NOT NULL is proven by a check that is added NOT VALID, validated while others
 * read and write, and dropped once the server has taken it as the proof.
 *
 * Locks: ACCESS EXCLUSIVE but for statistics, options and the validation, which
 * take SHARE UPDATE EXCLUSIVE.
 */
#include "postgres.h"

#include "commands/defrem.h"
#include "schema/column.h"
#include "schema/plan.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

/* Functions of the server whose value is another for each row. */
static const char *const volatile_functions[] = {"nextval",	  "currval",
												 "lastval",	  "setval",
												 "random",	  "uuidv4",
												 "uuidv7",	  "random_normal",
												 "setseed",	  "gen_random_uuid",
												 "timeofday", "clock_timestamp",
												 "pg_sleep"};

/* Is its type smallint, integer or bigint? */
bool
dbmig_column_is_integer(const SchemaObject *column)
{
	const char *type = dbmig_object_text(column, "type");

	return dbmig_text_equal(type, "smallint") ||
		   dbmig_text_equal(type, "integer") || dbmig_text_equal(type, "bigint");
}

/* Is this a column of a foreign table? */
static bool
is_foreign(const SchemaObject *column)
{
	return dbmig_text_equal(dbmig_object_text(column->parent, "kind"),
							"foreign");
}

/* Lists the tables that a table is a partition of or inherits from. */
static List *
parents_of(const SchemaObject *table)
{
	const char *parent = dbmig_object_text(table, "partition_of");

	if (parent)
		return list_make1(unconstify(char *, parent));
	return dbmig_object_list(table, "inherits");
}

/* Finds the column of the named table; NULL if there is none. */
static const SchemaObject *
column_of(const SchemaModel *model, const char *table, const char *key)
{
	SchemaObject *object =
		model ? dbmig_model_find(model, KIND_TABLE, table) : NULL;

	return object ? dbmig_object_child(object, KIND_COLUMN, key) : NULL;
}

/* Finds the column of the first parent that has it; NULL if none has. */
const SchemaObject *
dbmig_column_origin(const SchemaModel *model, const SchemaObject *column)
{
	ListCell *cell;

	foreach(cell, parents_of(column->parent))
	{
		const SchemaObject *origin = column_of(model, lfirst(cell), column->key);

		if (origin)
			return origin;
	}
	return NULL;
}

/*
 * Does the statement for a parent reach this column?  It does if the table has
 * the same parent before and after, which has the column in the schema given.
 */
static bool
follows_parent(const StepSink *sink, const SchemaObject *column,
			   const SchemaModel *model)
{
	SchemaObject *before;
	SchemaObject *after;
	ListCell *cell;

	if (sink->fresh || sink->actual == NULL || sink->target == NULL ||
		parents_of(column->parent) == NIL)
		return false;
	before =
		dbmig_model_find(sink->actual, KIND_TABLE, column->parent->identity);
	after = dbmig_model_find(sink->target, KIND_TABLE, column->parent->identity);
	if (before == NULL || after == NULL ||
		!dbmig_text_equal(dbmig_object_text(before, "bound"),
						  dbmig_object_text(after, "bound")))
		return false;
	foreach(cell, parents_of(before))
	{
		ListCell *other;

		foreach(other, parents_of(after))
			if (strcmp(lfirst(cell), lfirst(other)) == 0 &&
				column_of(model, lfirst(cell), column->key))
				return true;
	}
	return false;
}

/* Adds a command to a list that is joined by commas. */
static void
begin_command(StringInfo commands, const SchemaObject *column)
{
	appendStringInfo(commands, "%sALTER COLUMN %s ",
					 commands->len > 0 ? ", " : "", column->name);
}

/* Adds "COLLATE …" where the collation is not the type's. */
static void
add_collation(StringInfo sql, const SchemaObject *column)
{
	const char *collation = dbmig_object_text(column, "collation");

	if (collation)
		appendStringInfo(sql, " COLLATE %s", collation);
}

/* Adds "GENERATED … AS IDENTITY (…)". */
static void
add_identity(StringInfo sql, const SchemaObject *column)
{
	const char *name = dbmig_object_get(column, "identity_options", "name");
	StringInfoData options;

	initStringInfo(&options);
	if (name)
		appendStringInfo(&options, " SEQUENCE NAME %s", name);
	dbmig_identity_options_define(&options, column);
	appendStringInfo(sql, "GENERATED %s AS IDENTITY",
					 dbmig_text_equal(dbmig_object_text(column, "identity"),
									  "always") ?
						 "ALWAYS" :
						 "BY DEFAULT");
	if (options.len > 0)
		appendStringInfo(sql, " (%s)", options.data + 1);
}

/* Prints a column as CREATE TABLE and ADD COLUMN want it. */
void
dbmig_column_define(StringInfo sql, const SchemaObject *column)
{
	const char *compression = dbmig_object_text(column, "compression");
	const char *generated = dbmig_object_text(column, "generated");
	const char *expression = dbmig_object_text(column, "expression");
	const char *def = dbmig_object_text(column, "default");
	List *options = dbmig_object_list(column, "foreign_options");

	appendStringInfoString(sql, column->name);
	/* a typed table has types and collations from its type */
	if (dbmig_object_text(column->parent, "of_type"))
		appendStringInfoString(sql, " WITH OPTIONS");
	else
	{
		appendStringInfo(sql, " %s", dbmig_object_text(column, "type"));
		if (compression)
			appendStringInfo(sql, " COMPRESSION %s", compression);
		if (options)
		{
			appendStringInfoString(sql, " OPTIONS (");
			dbmig_options_append_foreign(sql, options);
			appendStringInfoChar(sql, ')');
		}
		add_collation(sql, column);
	}
	if (generated && expression)
		appendStringInfo(sql, " GENERATED ALWAYS AS (%s) %s", expression,
						 strcmp(generated, "virtual") == 0 ? "VIRTUAL" :
															 "STORED");
	else if (dbmig_object_text(column, "identity"))
	{
		appendStringInfoChar(sql, ' ');
		add_identity(sql, column);
	}
	else if (def && !column->defer_default)
		appendStringInfo(sql, " DEFAULT %s", def);
	if (dbmig_object_bool(column, "not_null"))
		appendStringInfoString(sql, " NOT NULL");
}

/* Adds what CREATE TABLE cannot say of a column. */
void
dbmig_column_add_settings(StringInfo commands, const SchemaObject *column)
{
	const char *storage = dbmig_object_text(column, "storage");
	int64 statistics = dbmig_object_int(column, "statistics", -1);
	List *options = dbmig_object_list(column, "options");
	const char *compression = dbmig_object_text(column, "compression");

	if (storage)
	{
		begin_command(commands, column);
		appendStringInfo(commands, "SET STORAGE %s",
						 asc_toupper(storage, strlen(storage)));
	}
	if (compression && dbmig_object_text(column->parent, "of_type"))
	{
		begin_command(commands, column);
		appendStringInfo(commands, "SET COMPRESSION %s", compression);
	}
	if (statistics >= 0)
	{
		begin_command(commands, column);
		appendStringInfo(commands, "SET STATISTICS " INT64_FORMAT, statistics);
	}
	if (options)
	{
		begin_command(commands, column);
		appendStringInfoString(commands, "SET (");
		dbmig_options_append(commands, options);
		appendStringInfoChar(commands, ')');
	}
}

/* Returns the way in which a type is stored, as ALTER TABLE wants it. */
static const char *
normal_storage(const char *type)
{
	const char *storage = dbmig_type_storage(type);

	if (storage == NULL)
		storage = "extended";
	return asc_toupper(storage, strlen(storage));
}

/* Adds what an inherited column has that its parents do not give it. */
void
dbmig_column_add_own(const StepSink *sink, StringInfo commands,
					 const SchemaObject *column)
{
	const SchemaObject *origin =
		sink->target ? dbmig_column_origin(sink->target, column) : NULL;
	const char *def = dbmig_object_text(column, "default");
	const char *inherited = origin ? dbmig_object_text(origin, "default") : NULL;
	const char *compression = dbmig_object_text(column, "compression");

	if (!dbmig_text_equal(def, inherited) &&
		!dbmig_object_text(column, "generated") && !column->defer_default)
	{
		begin_command(commands, column);
		appendStringInfo(commands, def ? "SET DEFAULT %s" : "DROP DEFAULT", def);
	}
	if (dbmig_object_bool(column, "not_null") &&
		!(origin && dbmig_object_bool(origin, "not_null")))
	{
		begin_command(commands, column);
		appendStringInfoString(commands, "SET NOT NULL");
	}
	if (!dbmig_text_equal(origin ? dbmig_object_text(origin, "compression") :
								   NULL,
						  compression))
	{
		begin_command(commands, column);
		appendStringInfo(commands, "SET COMPRESSION %s",
						 compression ? compression : "DEFAULT");
	}
	if (origin && dbmig_object_text(origin, "storage") &&
		!dbmig_object_text(column, "storage"))
	{
		begin_command(commands, column);
		appendStringInfo(commands, "SET STORAGE %s",
						 normal_storage(dbmig_object_text(column, "type")));
	}
	dbmig_column_add_settings(commands, column);
}

/* Emits ALTER TABLE ONLY with commands, if there are any. */
static void
alter_only(StepSink *sink, const SchemaObject *column, StepLock lock,
		   const char *commands)
{
	if (*commands)
		dbmig_step(sink, column, lock, HAZARD_NONE, true,
				   "ALTER TABLE ONLY %s %s", column->parent->identity, commands);
}

/* Is a function of this name in the schema, and not volatile? */
static bool
is_stable_function(const StepSink *sink, const char *name)
{
	ListCell *cell;
	Size length = strlen(name);
	bool found = false;

	if (sink->target == NULL)
		return false;
	foreach(cell, sink->target->objects[KIND_FUNCTION])
	{
		SchemaObject *function = lfirst(cell);
		const char *volatility;

		if (strncmp(function->identity, name, length) != 0 ||
			function->identity[length] != '(')
			continue;
		found = true;
		volatility = dbmig_object_text(function, "volatility");
		if (volatility == NULL || pg_strcasecmp(volatility, "volatile") == 0)
			return false;
	}
	return found;
}

/*
 * Must a default be evaluated for each row?  It must if it calls a function that
 * is volatile: one of the server's that is known to be, or any other that is not
 * known not to be.
 */
static bool
is_volatile(const StepSink *sink, const char *expression)
{
	const char *start = NULL;
	bool qualified = false;

	for (const char *p = expression; *p; p++)
	{
		if (*p == '\'')
		{
			for (p++; *p && *p != '\''; p++)
				;
			if (*p == '\0')
				break;
			start = NULL;
		}
		else if (*p == '"')
		{
			if (start == NULL)
			{
				start = p;
				qualified = false;
			}
			for (p++; *p && *p != '"'; p++)
				;
			if (*p == '\0')
				break;
		}
		else if (isalnum((unsigned char) *p) || *p == '_' || *p == '$' ||
				 IS_HIGHBIT_SET(*p))
		{
			if (start == NULL)
			{
				start = p;
				qualified = false;
			}
		}
		else if (*p == '.' && start)
			qualified = true;
		else
		{
			if (*p == '(' && start)
			{
				const char *name = pnstrdup(start, p - start);

				if (qualified)
				{
					/* numeric(10,2) and the like are never qualified */
					if (!is_stable_function(sink, name))
						return true;
				}
				else
					for (int i = 0; i < lengthof(volatile_functions); i++)
						if (strcmp(volatile_functions[i], name) == 0)
							return true;
			}
			start = NULL;
		}
	}
	return false;
}

/* Is the type of a column a domain that refuses values? */
static bool
is_checked_domain(const StepSink *sink, const SchemaObject *column)
{
	const char *type = dbmig_object_text(column, "type");
	SchemaObject *domain =
		sink->target ? dbmig_model_find(sink->target, KIND_DOMAIN, type) : NULL;

	return domain && (domain->children || dbmig_object_bool(domain, "not_null"));
}

/* Emits ADD COLUMN. */
static void
create_column(StepSink *sink, const SchemaObject *column)
{
	const char *def = dbmig_object_text(column, "default");
	const char *generated = dbmig_object_text(column, "generated");
	int hazards = HAZARD_NONE;
	StringInfoData sql;
	StringInfoData commands;

	initStringInfo(&commands);
	if (follows_parent(sink, column, sink->target))
	{
		dbmig_column_add_own(sink, &commands, column);
		alter_only(sink, column, LOCK_ACCESS_EXCLUSIVE, commands.data);
		return;
	}
	if (column->defer_default)
		def = NULL;
	if (is_foreign(column))
		;
	else if (dbmig_text_equal(generated, "stored") ||
			 dbmig_object_text(column, "identity") ||
			 (def && is_volatile(sink, def)) || is_checked_domain(sink, column))
		hazards = HAZARD_REWRITES;
	else if (dbmig_object_bool(column, "not_null") && !def)
		hazards = HAZARD_SCANS;
	if (!is_foreign(column) && !generated && !def &&
		!dbmig_object_text(column, "identity") &&
		(dbmig_object_bool(column, "not_null") ||
		 is_checked_domain(sink, column)))
		hazards |= HAZARD_MAY_FAIL;
	initStringInfo(&sql);
	dbmig_column_define(&sql, column);
	dbmig_step(sink, column, LOCK_ACCESS_EXCLUSIVE, hazards, true,
			   "ALTER TABLE %s ADD COLUMN %s", column->parent->identity,
			   sql.data);
	dbmig_column_add_settings(&commands, column);
	alter_only(sink, column,
			   dbmig_object_text(column, "storage") ?
				   LOCK_ACCESS_EXCLUSIVE :
				   LOCK_SHARE_UPDATE_EXCLUSIVE,
			   commands.data);
}

/* Does a child of the table keep the column as its own? */
static bool
is_kept_by_child(const StepSink *sink, const SchemaObject *column)
{
	ListCell *cell;
	ListCell *parent;

	if (sink->target == NULL)
		return false;
	foreach(cell, sink->target->objects[KIND_TABLE])
	{
		const SchemaObject *table = lfirst(cell);

		foreach(parent, dbmig_object_list(table, "inherits"))
			if (strcmp(lfirst(parent), column->parent->identity) == 0 &&
				column_of(sink->actual, table->identity, column->key) &&
				dbmig_object_child(table, KIND_COLUMN, column->key))
				return true;
	}
	return false;
}

/* Emits DROP COLUMN. */
static void
drop_column(StepSink *sink, const SchemaObject *column)
{
	if (dbmig_object_bool(column, "local") == false &&
		follows_parent(sink, column, sink->actual))
		return;
	dbmig_step(sink, column, LOCK_ACCESS_EXCLUSIVE,
			   dbmig_object_text(column, "generated") || is_foreign(column) ?
				   HAZARD_NONE :
				   HAZARD_LOSES_DATA,
			   true, "ALTER TABLE %s%s DROP COLUMN %s",
			   is_kept_by_child(sink, column) ? "ONLY " : "",
			   column->parent->identity, column->name);
}

/* Emits SET DEFAULT. */
void
dbmig_column_default_set(StepSink *sink, const SchemaObject *column)
{
	const char *def = dbmig_object_text(column, "default");

	if (def)
		dbmig_step(sink, column, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER TABLE ONLY %s ALTER COLUMN %s SET DEFAULT %s",
				   column->parent->identity, column->name, def);
}

/* Emits DROP DEFAULT. */
void
dbmig_column_default_drop(StepSink *sink, const SchemaObject *column)
{
	dbmig_step(sink, column, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE ONLY %s ALTER COLUMN %s DROP DEFAULT",
			   column->parent->identity, column->name);
}

/* Has the table anything whose order depends on a collation? */
static bool
has_indexes(const SchemaObject *table)
{
	ListCell *cell;

	foreach(cell, table->children)
	{
		ObjectKind kind = ((SchemaObject *) lfirst(cell))->kind;

		if (kind == KIND_INDEX || kind == KIND_CONSTRAINT)
			return true;
	}
	return false;
}

/* Emits ALTER COLUMN … TYPE; the planner has taken the default away. */
static void
change_type(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	TypeChange change = dbmig_column_type_change(sink, from, to);
	StringInfoData sql;

	if (is_foreign(to))
		change.hazards = HAZARD_NONE;
	else if (!dbmig_text_equal(dbmig_object_text(from, "collation"),
							   dbmig_object_text(to, "collation")) &&
			 has_indexes(from->parent))
		change.hazards |= HAZARD_SCANS;
	initStringInfo(&sql);
	appendStringInfo(&sql, "ALTER COLUMN %s TYPE %s", to->name,
					 dbmig_object_text(to, "type"));
	add_collation(&sql, to);
	if (change.expression && !is_foreign(to))
		appendStringInfo(&sql, " USING %s", change.expression);
	dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, change.hazards, true,
			   "ALTER TABLE %s %s", to->parent->identity, sql.data);
}

/* Returns the name of a column without its quotes. */
static char *
bare_name(const SchemaObject *column)
{
	char *name = pstrdup(column->name);
	char *out = name;

	if (*name != '"')
		return name;
	for (const char *p = name + 1; *p && !(*p == '"' && p[1] == '\0'); p++)
	{
		*out++ = *p;
		if (*p == '"')
			p++;
	}
	*out = '\0';
	return name;
}

/* Emits SET NOT NULL so that others can read and write meanwhile. */
static void
set_not_null(StepSink *sink, const SchemaObject *column)
{
	const char *table = column->parent->identity;
	const char *name = column->name;
	const char *check;

	if (sink->fresh || is_foreign(column))
	{
		dbmig_step(sink, column, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", table, name);
		return;
	}
	check =
		quote_identifier(makeObjectName("dbmig", bare_name(column), "not_null"));
	dbmig_step(sink, column, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID",
			   table, check, name);
	dbmig_step(sink, column, LOCK_SHARE_UPDATE_EXCLUSIVE,
			   HAZARD_SCANS | HAZARD_MAY_FAIL, true,
			   "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, check);
	dbmig_step(sink, column, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", table, name);
	dbmig_step(sink, column, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s DROP CONSTRAINT %s", table, check);
}

/* Emits what makes a column NOT NULL or nullable. */
static void
change_not_null(StepSink *sink, const SchemaObject *to)
{
	if (!dbmig_object_bool(to, "not_null"))
	{
		/* a child keeps its own, so this is not left to the parent */
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
				   to->parent->identity, to->name);
		return;
	}
	if (follows_parent(sink, to, sink->target))
	{
		const SchemaObject *origin = dbmig_column_origin(sink->target, to);

		if (origin && dbmig_object_bool(origin, "not_null"))
			return;
	}
	set_not_null(sink, to);
}

/* Returns the expression that finds the sequence of an identity column. */
char *
dbmig_identity_sequence(const SchemaObject *column)
{
	/* the function wants the column's name as it is */
	return psprintf("pg_catalog.pg_get_serial_sequence(%s, %s)",
					quote_literal_cstr(column->parent->identity),
					quote_literal_cstr(bare_name(column)));
}

/* Emits DROP IDENTITY. */
static void
drop_identity(StepSink *sink, const SchemaObject *column)
{
	dbmig_step(sink, column, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY",
			   column->parent->identity, column->name);
}

/* Takes sequences that stay from a column that will have one of its own. */
static void
disown_sequences(StepSink *sink, const SchemaObject *column)
{
	ListCell *cell;

	if (sink->actual == NULL)
		return;
	foreach(cell, sink->actual->objects[KIND_SEQUENCE])
	{
		SchemaObject *sequence = lfirst(cell);

		if (dbmig_text_equal(dbmig_object_text(sequence, "owned_by"),
							 column->identity) &&
			dbmig_model_find(sink->target, KIND_SEQUENCE, sequence->identity))
			dbmig_sequence_owner_drop(sink, sequence);
	}
}

/* Emits ADD GENERATED … AS IDENTITY, and goes on behind the values there are. */
static void
create_identity(StepSink *sink, const SchemaObject *to)
{
	SequenceOptions options = dbmig_identity_options(to);
	StringInfoData sql;

	disown_sequences(sink, to);
	initStringInfo(&sql);
	appendStringInfo(&sql, "ALTER COLUMN %s ADD ", to->name);
	add_identity(&sql, to);
	dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s %s", to->parent->identity, sql.data);
	if (!sink->fresh)
		dbmig_sequence_follow(sink, to, dbmig_identity_sequence(to), to,
							  &options);
}

/* Emits what changes the kind and the options of an identity column. */
static void
change_identity(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	SequenceOptions before = dbmig_identity_options(from);
	SequenceOptions after = dbmig_identity_options(to);
	const char *old_name = dbmig_object_get(from, "identity_options", "name");
	const char *new_name = dbmig_object_get(to, "identity_options", "name");
	const char *identity = dbmig_object_text(to, "identity");
	StringInfoData sql;
	StringInfoData source;

	if (old_name && new_name && strcmp(old_name, new_name) != 0)
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER SEQUENCE %s RENAME TO %s", old_name,
				   strrchr(new_name, '.') + 1);
	initStringInfo(&sql);
	if (!dbmig_text_equal(identity, dbmig_object_text(from, "identity")))
		appendStringInfo(&sql, " SET GENERATED %s",
						 strcmp(identity, "always") == 0 ? "ALWAYS" :
														   "BY DEFAULT");
	/* the type of the sequence has changed with that of the column */
	dbmig_sequence_options_change(&sql, "SET ", &before, &after);
	if (sql.len == 0)
		return;
	initStringInfo(&source);
	appendStringInfo(&source, "(SELECT %s::regclass AS s) AS q",
					 dbmig_identity_sequence(to));
	dbmig_sequence_clamp(sink, to, "s",
						 psprintf("coalesce(pg_catalog.pg_sequence_last_value("
								  "s), " INT64_FORMAT ")",
								  before.start),
						 source.data, &before, &after);
	dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s ALTER COLUMN %s%s", to->parent->identity,
			   to->name, sql.data);
}

/* Emits what changes storage, compression, statistics and options. */
static void
change_settings(StepSink *sink, const SchemaObject *from,
				const SchemaObject *to, bool retyped, bool reoptioned)
{
	const char *storage = dbmig_object_text(to, "storage");
	const char *compression = dbmig_object_text(to, "compression");
	int64 statistics = dbmig_object_int(to, "statistics", -1);
	StepLock lock = LOCK_SHARE_UPDATE_EXCLUSIVE;
	StringInfoData commands;
	StringInfoData set;
	StringInfoData reset;

	initStringInfo(&commands);
	initStringInfo(&set);
	initStringInfo(&reset);
	/* a new type brings its own storage */
	if (retyped ? storage != NULL :
				  !dbmig_text_equal(storage, dbmig_object_text(from, "storage")))
	{
		begin_command(&commands, to);
		appendStringInfo(&commands, "SET STORAGE %s",
						 storage ?
							 asc_toupper(storage, strlen(storage)) :
							 normal_storage(dbmig_object_text(to, "type")));
		lock = LOCK_ACCESS_EXCLUSIVE;
	}
	if (!dbmig_text_equal(compression, dbmig_object_text(from, "compression")))
	{
		begin_command(&commands, to);
		appendStringInfo(&commands, "SET COMPRESSION %s",
						 compression ? compression : "DEFAULT");
		lock = LOCK_ACCESS_EXCLUSIVE;
	}
	if (statistics != dbmig_object_int(from, "statistics", -1))
	{
		begin_command(&commands, to);
		appendStringInfo(&commands, "SET STATISTICS " INT64_FORMAT, statistics);
	}
	dbmig_options_change(&set, &reset, dbmig_object_list(from, "options"),
						 dbmig_object_list(to, "options"));
	if (set.len > 0)
	{
		begin_command(&commands, to);
		appendStringInfo(&commands, "SET (%s)", set.data);
	}
	if (reset.len > 0)
	{
		begin_command(&commands, to);
		appendStringInfo(&commands, "RESET (%s)", reset.data);
	}
	if (reoptioned)
	{
		begin_command(&commands, to);
		appendStringInfoString(&commands, "OPTIONS (");
		dbmig_options_change_foreign(&commands,
									 dbmig_object_list(from, "foreign_options"),
									 dbmig_object_list(to, "foreign_options"));
		appendStringInfoChar(&commands, ')');
		lock = LOCK_ACCESS_EXCLUSIVE;
	}
	alter_only(sink, to, lock, commands.data);
}

/* Is a column named in the partition key of its table? */
static bool
is_partition_key(const SchemaObject *column)
{
	const char *key = dbmig_object_text(column->parent, "partition_key");
	Size length = strlen(column->name);

	for (const char *p = key; p && (p = strstr(p, column->name)); p += length)
		if (p > key && strchr(" (,", p[-1]) &&
			(p[length] == '\0' || strchr(" ),:", p[length])))
			return true;
	return false;
}

/* Names of attributes that can differ, and what to do. */
typedef struct ColumnChange
{
	bool type;
	bool not_null;
	bool generated;
	bool expression;
	bool identity;
	bool foreign_options;
} ColumnChange;

/* Sorts out what differs. */
static ColumnChange
sort_changes(const AttrDiff *diffs, int ndiffs)
{
	ColumnChange change = {0};

	for (int i = 0; i < ndiffs; i++)
	{
		const char *name = diffs[i].name;

		if (strcmp(name, "type") == 0 || strcmp(name, "collation") == 0)
			change.type = true;
		else if (strcmp(name, "not_null") == 0)
			change.not_null = true;
		else if (strcmp(name, "generated") == 0)
			change.generated = true;
		else if (strcmp(name, "expression") == 0)
			change.expression = true;
		else if (strcmp(name, "identity") == 0 ||
				 strcmp(name, "identity_options") == 0)
			change.identity = true;
		else if (strcmp(name, "foreign_options") == 0)
			change.foreign_options = true;
	}
	return change;
}

/* Is the sequence of an identity column to be another one altogether? */
static bool
is_other_sequence(const SchemaObject *from, const SchemaObject *to)
{
	const char *a = dbmig_object_get(from, "identity_options", "name");
	const char *b = dbmig_object_get(to, "identity_options", "name");
	const char *a_end = a ? strrchr(a, '.') : NULL;
	const char *b_end = b ? strrchr(b, '.') : NULL;

	if (a == NULL && b == NULL)
		return false;
	/* within one schema it is renamed */
	return !(a_end && b_end && a_end - a == b_end - b &&
			 strncmp(a, b, a_end - a) == 0 && !strchr(a_end, '"') &&
			 !strchr(b_end, '"'));
}

/* Emits what makes one column into the other. */
static AlterResult
alter_column(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			 const AttrDiff *diffs, int ndiffs)
{
	ColumnChange change = sort_changes(diffs, ndiffs);
	bool was_identity = dbmig_object_text(from, "identity") != NULL;
	bool is_identity = dbmig_object_text(to, "identity") != NULL;
	bool structural = !follows_parent(sink, to, sink->target);
	bool new_identity;

	if (structural && (change.generated || change.expression || change.type))
	{
		const char *was = dbmig_object_text(from, "generated");
		bool drops = was && !dbmig_object_text(to, "generated");

		/* only a stored expression can be taken away, nothing can be put */
		if ((change.generated || change.expression) &&
			!(drops && strcmp(was, "stored") == 0))
			return ALTER_REPLACE;
		if (change.type && was && !drops)
			return ALTER_REPLACE;
		if (change.type && is_partition_key(from))
			return ALTER_REBUILD;
		if (drops)
			dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
					   "ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION",
					   to->parent->identity, to->name);
	}
	new_identity = is_identity && (!was_identity || is_other_sequence(from, to));
	if (change.identity && was_identity && (!is_identity || new_identity))
		drop_identity(sink, from);
	if (change.type && structural)
		change_type(sink, from, to);
	if (change.not_null)
		change_not_null(sink, to);
	if (change.identity && new_identity)
		create_identity(sink, to);
	else if (change.identity && is_identity)
		change_identity(sink, from, to);
	change_settings(sink, from, to, change.type, change.foreign_options);
	return ALTER_DONE;
}

/* Names a column for COMMENT. */
static char *
column_comment_target(const SchemaObject *object)
{
	return psprintf("COLUMN %s", object->identity);
}

/* Names the table of a column for GRANT, which lists the column itself. */
static char *
column_grant_target(const SchemaObject *object)
{
	return psprintf("TABLE %s", object->parent->identity);
}

static const AttrRule column_rules[] =
	{{"position", SEVERITY_COSMETIC, true},
	 {"inherited", SEVERITY_COSMETIC, true},
	 {"local", SEVERITY_COSMETIC, true},
	 {"type", SEVERITY_BREAKING, false},
	 {"not_null", SEVERITY_BREAKING, false},
	 {"default", SEVERITY_INTEGRITY, false},
	 {"identity", SEVERITY_BREAKING, false},
	 {"identity_options", SEVERITY_INTEGRITY, false},
	 {"generated", SEVERITY_BREAKING, false},
	 {"expression", SEVERITY_INTEGRITY, false},
	 {"collation", SEVERITY_INTEGRITY, false},
	 {"storage", SEVERITY_PERFORMANCE, false},
	 {"compression", SEVERITY_PERFORMANCE, false},
	 {"statistics", SEVERITY_PERFORMANCE, false},
	 {"options", SEVERITY_PERFORMANCE, false},
	 {"foreign_options", SEVERITY_BREAKING, false},
	 {NULL}};

const SchemaKind dbmig_kind_column = {
	.kind = KIND_COLUMN,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.rules = column_rules,
	.create = create_column,
	.drop = drop_column,
	.alter = alter_column,
	.comment_target = column_comment_target,
	.grant_target = column_grant_target,
};
