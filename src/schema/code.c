/*
 * code.c
 *		Pieces of statements about code: functions, views, triggers, rules and
 *		policies.
 *
 * Makes text only.  What it takes apart are texts that this server or another
 * has printed, so identifiers are quoted where they must be and quotes are
 * doubled inside them; nothing else is known of their grammar.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "schema/code.h"
#include "schema/plan.h"
#include "utils/builtins.h"

/* Is this a relation, or a part of one, that sessions may be using? */
static bool
is_old_relation(const StepSink *sink, const char *ref)
{
	const SchemaObject *object;
	const PlanItem *item;

	if (strncmp(ref, "table ", 6) != 0 && strncmp(ref, "column ", 7) != 0 &&
		strncmp(ref, "view ", 5) != 0 &&
		strncmp(ref, "materialized view ", 18) != 0)
		return false;
	object = sink->target ? dbmig_model_find_ref(sink->target, ref) : NULL;
	if (object && object->parent)
		object = object->parent;
	item = object ? object->plan : NULL;
	return item == NULL || item->action != PLAN_CREATE;
}

/*
 * Does the object need a relation that sessions may be using?  Running a query
 * goes through views, parsing it does not.
 */
static bool
reads_relations(const StepSink *sink, const SchemaObject *object, bool through)
{
	ListCell *cell;

	check_stack_depth();
	foreach(cell, object->depends)
	{
		const char *ref = lfirst(cell);
		const SchemaObject *view;

		if (is_old_relation(sink, ref))
			return true;
		if (!through || strncmp(ref, "view ", 5) != 0)
			continue;
		view = dbmig_model_find_ref(sink->target, ref);
		if (view && reads_relations(sink, view, true))
			return true;
	}
	return false;
}

/*
 * Returns the lock that parsing takes: the server locks what a query names,
 * just as if it were to be run.
 */
static StepLock
parsing_lock(const StepSink *sink, const SchemaObject *object, const char *query)
{
	if (query == NULL ||
		!reads_relations(sink, object, object->kind == KIND_MATERIALIZED_VIEW))
		return LOCK_NONE;
	if (strstr(query, "INSERT INTO ") || strstr(query, "UPDATE ") ||
		strstr(query, "DELETE FROM ") || strstr(query, "MERGE INTO "))
		return LOCK_ROW_EXCLUSIVE;
	return LOCK_ACCESS_SHARE;
}

/* Emits a statement with a query in it, see code.h. */
void
dbmig_code_step(StepSink *sink, const SchemaObject *object, StepLock lock,
				const char *query, const char *sql)
{
	bool fresh = sink->fresh;
	StepLock parsing = parsing_lock(sink, object, query);

	if (fresh)
		lock = LOCK_NONE;
	sink->fresh = false;
	dbmig_step(sink, object, Max(lock, parsing), HAZARD_NONE, true, "%s", sql);
	sink->fresh = fresh;
}

/* Puts OR REPLACE behind the CREATE of a definition. */
char *
dbmig_code_or_replace(const char *definition)
{
	if (strncmp(definition, "CREATE ", 7) != 0)
		return pstrdup(definition);
	return psprintf("CREATE OR REPLACE %s", definition + 7);
}

/* Returns the words that switch a trigger or a rule. */
const char *
dbmig_code_enable(const char *enabled)
{
	if (enabled == NULL)
		return "ENABLE";
	if (strcmp(enabled, "disabled") == 0)
		return "DISABLE";
	if (strcmp(enabled, "replica") == 0)
		return "ENABLE REPLICA";
	if (strcmp(enabled, "always") == 0)
		return "ENABLE ALWAYS";
	return "ENABLE";
}

/* Can the value of an option stand without quotes? */
static bool
is_plain(const char *value)
{
	if (*value == '\0')
		return false;
	if (strspn(value, "0123456789") == strlen(value))
		return true;
	return strspn(value, "abcdefghijklmnopqrstuvwxyz") == strlen(value);
}

/* Prints options, of MapEntry *, with or without their values. */
void
dbmig_code_options(StringInfo text, List *options, bool values)
{
	const char *between = "";
	ListCell *cell;

	foreach(cell, options)
	{
		MapEntry *option = lfirst(cell);

		appendStringInfo(text, "%s%s", between, option->key);
		if (values && option->value)
			appendStringInfo(text, "=%s",
							 is_plain(option->value) ?
								 option->value :
								 quote_literal_cstr(option->value));
		between = ", ";
	}
}

/* Finds an entry by its key; NULL if there is none. */
static MapEntry *
find_entry(List *entries, const char *key)
{
	ListCell *cell;

	foreach(cell, entries)
	{
		MapEntry *entry = lfirst(cell);

		if (strcmp(entry->key, key) == 0)
			return entry;
	}
	return NULL;
}

/* Emits what makes one set of options into another. */
void
dbmig_code_alter_options(StepSink *sink, const SchemaObject *object,
						 StepLock lock, const char *alter,
						 const SchemaAttr *from, const SchemaAttr *to)
{
	List *before = from ? from->list : NIL;
	List *after = to ? to->list : NIL;
	List *set = NIL;
	List *reset = NIL;
	StringInfoData text;
	ListCell *cell;

	foreach(cell, before)
		if (find_entry(after, ((MapEntry *) lfirst(cell))->key) == NULL)
			reset = lappend(reset, lfirst(cell));
	foreach(cell, after)
	{
		MapEntry *entry = lfirst(cell);
		MapEntry *old = find_entry(before, entry->key);

		if (old == NULL || strcmp(old->value, entry->value) != 0)
			set = lappend(set, entry);
	}
	initStringInfo(&text);
	if (reset)
	{
		dbmig_code_options(&text, reset, false);
		dbmig_step(sink, object, lock, HAZARD_NONE, true, "%s RESET (%s)",
				   alter, text.data);
	}
	if (set)
	{
		resetStringInfo(&text);
		dbmig_code_options(&text, set, true);
		dbmig_step(sink, object, lock, HAZARD_NONE, true, "%s SET (%s)", alter,
				   text.data);
	}
}

/* Joins texts. */
char *
dbmig_code_join(List *texts, const char *between)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, texts)
		appendStringInfo(&text, "%s%s", text.len > 0 ? between : "",
						 (char *) lfirst(cell));
	return text.data;
}

/* Returns where the identifier at the start of a text ends. */
static const char *
skip_identifier(const char *text)
{
	if (*text != '"')
		return text + strcspn(text, " ");
	for (text++; *text; text++)
	{
		if (*text != '"')
			continue;
		if (text[1] != '"')
			return text + 1;
		text++;
	}
	return text;
}

/* Prints "SELECT, UPDATE*" as a list with the column: those with a star, or not. */
static char *
print_column_privileges(const char *privileges, const char *column, bool starred)
{
	StringInfoData text;

	initStringInfo(&text);
	while (*privileges)
	{
		int length = strcspn(privileges, ",");
		bool star = length > 0 && privileges[length - 1] == '*';

		if (star == starred)
			appendStringInfo(&text, "%s%.*s (%s)", text.len > 0 ? ", " : "",
							 star ? length - 1 : length, privileges, column);
		privileges += length;
		privileges += strspn(privileges, ", ");
	}
	return text.data;
}

/* Emits GRANT for the privileges with a star, or for those without. */
static void
grant_column(StepSink *sink, const SchemaObject *object, const MapEntry *entry,
			 bool starred)
{
	const char *end = skip_identifier(entry->key);
	char *column = pnstrdup(entry->key, end - entry->key);
	char *list = print_column_privileges(entry->value, column, starred);

	if (*list)
		dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
				   "GRANT %s ON TABLE %s TO %s%s", list, object->identity,
				   end + strlen(" to "), starred ? " WITH GRANT OPTION" : "");
}

/*
 * Emits what makes the privileges on columns of a view what they are to be.
 * Keys are "column to role".
 */
void
dbmig_code_column_grants(StepSink *sink, const SchemaObject *from,
						 const SchemaObject *to)
{
	List *before = from ? dbmig_object_list(from, "column_grants") : NIL;
	List *after = dbmig_object_list(to, "column_grants");
	ListCell *cell;

	foreach(cell, before)
	{
		MapEntry *old = lfirst(cell);
		MapEntry *new = find_entry(after, old->key);
		const char *end = skip_identifier(old->key);

		if (new == NULL || strcmp(old->value, new->value) != 0)
			dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
					   "REVOKE ALL (%.*s) ON TABLE %s FROM %s",
					   (int) (end - old->key), old->key, to->identity,
					   end + strlen(" to "));
	}
	foreach(cell, after)
	{
		MapEntry *new = lfirst(cell);
		MapEntry *old = find_entry(before, new->key);

		if (old && strcmp(old->value, new->value) == 0)
			continue;
		grant_column(sink, to, new, false);
		grant_column(sink, to, new, true);
	}
}

/* Returns where the list of arguments in an identity begins; NULL if nowhere. */
static const char *
find_arguments(const char *identity)
{
	bool quoted = false;

	for (; *identity; identity++)
	{
		if (*identity == '"')
			quoted = !quoted;
		else if (*identity == '(' && !quoted)
			return identity + 1;
	}
	return NULL;
}

/* Returns the types in the parentheses of a function's identity. */
List *
dbmig_code_types(const char *identity)
{
	const char *start = find_arguments(identity);
	List *types = NIL;
	bool quoted = false;

	if (start == NULL || *start == ')')
		return NIL;
	for (const char *at = start; *at; at++)
	{
		if (*at == '"')
			quoted = !quoted;
		if (quoted || (*at != ',' && *at != ')'))
			continue;
		types = lappend(types, pnstrdup(start, at - start));
		if (*at == ')')
			break;
		start = at + 1 + strspn(at + 1, " ");
		at = start - 1;
	}
	return types;
}

/* Finds an attribute among those that differ; NULL if it is the same. */
const AttrDiff *
dbmig_code_diff(const AttrDiff *diffs, int ndiffs, const char *name)
{
	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, name) == 0)
			return &diffs[i];
	return NULL;
}
