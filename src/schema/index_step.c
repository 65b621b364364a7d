/*
 * index_step.c
 *		Statements about indexes, for indexes and for constraints that own one.
 *
 * Makes text only.  The lock that a step names counts the index as part of its
 * table: who locks an index makes every query on the table wait.
 */
#include "postgres.h"

#include "commands/tablespace.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "schema/index_step.h"
#include "utils/builtins.h"

#define TEMPORARY_SUFFIX "_dbmig_new"

/* Returns schema.name of an index, or of the index of a constraint. */
char *
dbmig_index_qualified(const SchemaObject *object)
{
	if (object->kind == KIND_INDEX)
		return pstrdup(object->identity);
	return psprintf("%s.%s", object->parent->schema, object->name);
}

/* Is its table partitioned? */
bool
dbmig_index_is_partitioned(const SchemaObject *object)
{
	const char *kind = dbmig_object_text(object->parent, "kind");

	return kind && strcmp(kind, "partitioned") == 0;
}

/* Does the object or one in it name this reference? */
static bool
tree_needs(const SchemaObject *object, const char *ref)
{
	ListCell *cell;

	foreach(cell, object->depends)
		if (strcmp(lfirst(cell), ref) == 0)
			return true;
	foreach(cell, object->children)
		if (tree_needs(lfirst(cell), ref))
			return true;
	return false;
}

/* Does anything in the schema need the object of this reference? */
static bool
model_needs(const SchemaModel *model, const char *ref)
{
	ListCell *cell;

	for (int kind = 0; model && kind < KIND_COUNT; kind++)
		foreach(cell, model->objects[kind])
			if (tree_needs(lfirst(cell), ref))
				return true;
	return false;
}

/* Does another object, now or later, need this one as it is? */
bool
dbmig_index_is_needed(const StepSink *sink, const SchemaObject *object)
{
	const char *ref = dbmig_object_ref(object);

	return model_needs(sink->actual, ref) || model_needs(sink->target, ref);
}

/* Takes the quotes off a name. */
static char *
unquote(const char *name)
{
	char *bare = palloc(strlen(name) + 1);
	char *end = bare;

	if (*name != '"')
		return strcpy(bare, name);
	for (name++; *name; name++)
	{
		if (*name == '"' && *++name != '"')
			break;
		*end++ = *name;
	}
	*end = '\0';
	return bare;
}

/* Returns a name for the new index while the old one is still there. */
char *
dbmig_index_temporary_name(const SchemaObject *object)
{
	char *bare = unquote(object->name);
	int length = pg_mbcliplen(bare, strlen(bare),
							  NAMEDATALEN - 1 - strlen(TEMPORARY_SUFFIX));

	bare[length] = '\0';
	return pstrdup(quote_identifier(psprintf("%s%s", bare, TEMPORARY_SUFFIX)));
}

/* Prints storage options and tablespace. */
void
dbmig_index_print_storage(StringInfo text, const SchemaObject *object,
						  const char *before_tablespace)
{
	List *options = dbmig_object_list(object, "options");
	const char *tablespace = dbmig_object_text(object, "tablespace");
	ListCell *cell;

	foreach(cell, options)
	{
		MapEntry *entry = lfirst(cell);

		appendStringInfo(text, "%s%s=%s",
						 cell == list_head(options) ? " WITH (" : ", ",
						 entry->key, quote_literal_cstr(entry->value));
	}
	if (options != NIL)
		appendStringInfoChar(text, ')');
	if (tablespace)
		appendStringInfo(text, " %sTABLESPACE %s", before_tablespace,
						 tablespace);
}

/* Finds an entry of a map that may be absent. */
static const char *
find_entry(const SchemaAttr *attr, const char *key)
{
	ListCell *cell;

	if (attr == NULL || attr->type != ATTR_MAP)
		return NULL;
	foreach(cell, attr->list)
	{
		MapEntry *entry = lfirst(cell);

		if (strcmp(entry->key, key) == 0)
			return entry->value;
	}
	return NULL;
}

/* Returns the lock under which an option of an index is changed. */
static StepLock
option_lock(const char *option)
{
	return strcmp(option, "fillfactor") == 0 ||
				   strcmp(option, "deduplicate_items") == 0 ?
			   LOCK_SHARE_UPDATE_EXCLUSIVE :
			   LOCK_ACCESS_EXCLUSIVE;
}

/* Emits what makes the one map of options into the other. */
static void
alter_options(StepSink *sink, const SchemaObject *to, const AttrDiff *diff)
{
	const char *index = dbmig_index_qualified(to);
	StringInfoData set;
	StringInfoData reset;
	StepLock set_lock = LOCK_SHARE_UPDATE_EXCLUSIVE;
	StepLock reset_lock = LOCK_SHARE_UPDATE_EXCLUSIVE;
	ListCell *cell;

	initStringInfo(&set);
	initStringInfo(&reset);
	foreach(cell, diff->to ? diff->to->list : NIL)
	{
		MapEntry *entry = lfirst(cell);
		const char *before = find_entry(diff->from, entry->key);

		if (before && strcmp(before, entry->value) == 0)
			continue;
		appendStringInfo(&set, "%s%s=%s", set.len ? ", " : "", entry->key,
						 quote_literal_cstr(entry->value));
		set_lock = Max(set_lock, option_lock(entry->key));
	}
	foreach(cell, diff->from ? diff->from->list : NIL)
	{
		MapEntry *entry = lfirst(cell);

		if (find_entry(diff->to, entry->key))
			continue;
		appendStringInfo(&reset, "%s%s", reset.len ? ", " : "", entry->key);
		reset_lock = Max(reset_lock, option_lock(entry->key));
	}
	if (set.len)
		dbmig_step(sink, to, set_lock, HAZARD_NONE, true,
				   "ALTER INDEX %s SET (%s)", index, set.data);
	if (reset.len)
		dbmig_step(sink, to, reset_lock, HAZARD_NONE, true,
				   "ALTER INDEX %s RESET (%s)", index, reset.data);
}

/* Emits the statistics targets of an index's columns. */
static void
alter_statistics(StepSink *sink, const SchemaObject *to, const AttrDiff *diff)
{
	const char *index = dbmig_index_qualified(to);
	ListCell *cell;

	foreach(cell, diff->to ? diff->to->list : NIL)
	{
		MapEntry *entry = lfirst(cell);
		const char *before = find_entry(diff->from, entry->key);

		if (before == NULL || strcmp(before, entry->value) != 0)
			dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
					   "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s",
					   index, entry->key, entry->value);
	}
	foreach(cell, diff->from ? diff->from->list : NIL)
	{
		MapEntry *entry = lfirst(cell);

		if (find_entry(diff->to, entry->key) == NULL)
			dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
					   "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS -1",
					   index, entry->key);
	}
}

/* Emits the move to another tablespace. */
static void
alter_tablespace(StepSink *sink, const SchemaObject *to, const AttrDiff *diff)
{
	const char *index = dbmig_index_qualified(to);
	const char *tablespace = diff->to ? diff->to->text : NULL;

	if (tablespace == NULL)
		tablespace = quote_identifier(get_tablespace_name(MyDatabaseTableSpace));
	if (dbmig_index_is_partitioned(to))
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER INDEX %s SET TABLESPACE %s", index, tablespace);
	else
		dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_SCANS, false,
				   "REINDEX (TABLESPACE %s) INDEX CONCURRENTLY %s", tablespace,
				   index);
}

/* Changes what can be changed in place; returns false if it cannot be. */
bool
dbmig_index_alter_attribute(StepSink *sink, const SchemaObject *to,
							const AttrDiff *diff)
{
	if (strcmp(diff->name, "options") == 0)
	{
		if (dbmig_index_is_partitioned(to))
			return false;
		alter_options(sink, to, diff);
		return true;
	}
	if (strcmp(diff->name, "tablespace") == 0)
	{
		alter_tablespace(sink, to, diff);
		return true;
	}
	if (strcmp(diff->name, "statistics") == 0)
	{
		alter_statistics(sink, to, diff);
		return true;
	}
	if (strcmp(diff->name, "invalid") == 0)
	{
		/* nobody can want an index to be broken */
		if (diff->to == NULL)
			dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE,
					   HAZARD_SCANS |
						   (dbmig_object_bool(to, "unique") ? HAZARD_MAY_FAIL :
															  0),
					   false, "REINDEX INDEX CONCURRENTLY %s",
					   dbmig_index_qualified(to));
		return true;
	}
	return false;
}

/* Has the table this mark now, and shall it keep it? */
static bool
keeps_mark(const StepSink *sink, const SchemaObject *to, const char *mark,
		   const char *value)
{
	const char *wanted = dbmig_object_text(to->parent, mark);
	const SchemaObject *before;
	const char *had;

	if (sink->actual == NULL || wanted == NULL || strcmp(wanted, value) != 0)
		return false;
	before =
		dbmig_model_find(sink->actual, to->parent->kind, to->parent->identity);
	had = before ? dbmig_object_text(before, mark) : NULL;
	return had && strcmp(had, value) == 0;
}

/*
 * Makes a table be clustered on, or identified by, an index again that took the
 * place of one of the same name.
 */
void
dbmig_index_restore_marks(StepSink *sink, const SchemaObject *to)
{
	if (keeps_mark(sink, to, "replica_identity", psprintf("index %s", to->name)))
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER TABLE %s REPLICA IDENTITY USING INDEX %s",
				   to->parent->identity, to->name);
	if (keeps_mark(sink, to, "cluster_on", to->name))
		dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER %s %s CLUSTER ON %s",
				   to->parent->kind == KIND_TABLE ? "TABLE" :
													"MATERIALIZED VIEW",
				   to->parent->identity, to->name);
}

/* Gives an object that took the place of another its comment. */
void
dbmig_index_restore_comment(StepSink *sink, const SchemaObject *from,
							const SchemaObject *to)
{
	const char *before = dbmig_object_text(from, "comment");
	const char *after = dbmig_object_text(to, "comment");

	/* another comment is the caller's */
	if (before && after && strcmp(before, after) == 0)
		dbmig_step(sink, to,
				   to->kind == KIND_CONSTRAINT ? LOCK_ACCESS_SHARE :
												 LOCK_SHARE_UPDATE_EXCLUSIVE,
				   HAZARD_NONE, true, "COMMENT ON %s IS %s",
				   dbmig_schema_kind(to->kind)->comment_target(to),
				   quote_literal_cstr(after));
}

/* Returns the object as it stays in the target; NULL if it goes anyway. */
static const SchemaObject *
kept_object(const StepSink *sink, const SchemaObject *object)
{
	const SchemaObject *table;

	if (object == NULL || sink->target == NULL)
		return NULL;
	table = dbmig_model_find(sink->target, object->parent->kind,
							 object->parent->identity);
	return table ? dbmig_object_child(table, object->kind, object->key) : NULL;
}

/*
 * Drops what has this name in the schema, is another object, and is not dropped
 * anyway: an index of another table, or, for an index, a constraint of the same
 * table, or the reverse.  Both cannot be there.
 */
void
dbmig_index_make_room(StepSink *sink, const SchemaObject *object)
{
	const char *name = dbmig_index_qualified(object);
	const SchemaObject *other;

	if (sink->actual == NULL || sink->fresh)
		return;
	other = kept_object(sink, dbmig_model_find(sink->actual, KIND_INDEX, name));
	if (other && (object->kind != KIND_INDEX ||
				  strcmp(other->parent->identity, object->parent->identity) != 0))
	{
		if (dbmig_index_is_partitioned(other))
			dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
					   "DROP INDEX %s", name);
		else
			dbmig_step(sink, object, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE,
					   false, "DROP INDEX CONCURRENTLY %s", name);
	}
	if (object->kind != KIND_INDEX || object->parent->kind != KIND_TABLE)
		return;
	other =
		kept_object(sink,
					dbmig_model_find(sink->actual, KIND_CONSTRAINT,
									 psprintf("%s.%s", object->parent->identity,
											  object->name)));
	if (other)
	{
		const char *type = dbmig_object_text(other, "type");

		if (type && strcmp(type, "check") != 0 &&
			strcmp(type, "foreign key") != 0)
			dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
					   "ALTER TABLE %s DROP CONSTRAINT %s",
					   object->parent->identity, object->name);
	}
}
