/*
 * diff.c
 *		dbmig.schema_diff(): what differs between the schema expected and the
 *		actual one.
 *
 * Both are trees of objects (catalog/object.h), wherever they come from, sorted
 * by kind and key, so one walk along both finds everything: the time is linear.
 * An expectation without the header of a snapshot is partial; it is looked up
 * object by object instead, and only what it states is compared.
 *
 * What an attribute weighs is its kind's to say (AttrRule); what weighs
 * differently by direction (NOT NULL, defaults, values of enums, privileges) is
 * decided here.  The hazard of a difference is that of the statements that
 * would repair it, so it cannot contradict schema_fix().
 *
 * Takes no locks but those of reading the catalogs.
 */
#include "postgres.h"

#include "base/args.h"
#include "base/settings.h"
#include "catalog/read.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "schema/diff.h"
#include "schema/document.h"
#include "schema/plan.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* One comparison. */
typedef struct DiffRun
{
	const SchemaModel *expected;
	const SchemaModel *actual;
	bool complete; /* the expectation names everything there is to be */
	List *result;  /* of SchemaDiff * */
} DiffRun;

static const char *const change_labels[] = {[DIFF_MISSING] = "missing",
											[DIFF_UNEXPECTED] = "unexpected",
											[DIFF_DIFFERENT] = "different"};

static const char *const severity_labels[] = {[SEVERITY_BREAKING] = "breaking",
											  [SEVERITY_INTEGRITY] = "integrity",
											  [SEVERITY_PERFORMANCE] =
												  "performance",
											  [SEVERITY_COSMETIC] = "cosmetic"};

PG_FUNCTION_INFO_V1(dbmig_schema_diff);

/* Adds a difference and returns it. */
static SchemaDiff *
add_diff(DiffRun *run, DiffChange change, const SchemaObject *object,
		 Severity severity)
{
	SchemaDiff *diff = palloc0(sizeof(SchemaDiff));

	diff->change = change;
	diff->kind = dbmig_object_label(object);
	diff->object = object->identity;
	diff->severity = severity;
	run->result = lappend(run->result, diff);
	return diff;
}

/* Collects the hazards of statements. */
static int
hazards_of(const StepSink *sink)
{
	int hazards = HAZARD_NONE;
	ListCell *cell;

	foreach(cell, sink->steps)
		hazards |= ((FixStep *) lfirst(cell))->hazards;
	return hazards;
}

/* Returns the hazards of making an object. */
static int
hazards_of_create(DiffRun *run, const SchemaObject *object)
{
	const SchemaKind *kind = dbmig_schema_kind(object->kind);
	StepSink sink = {.target = run->expected, .actual = run->actual};

	/* an expectation may lack what CREATE needs */
	if (kind == NULL || kind->create == NULL || !run->complete)
		return HAZARD_NONE;
	kind->create(&sink, object);
	return hazards_of(&sink);
}

/* Returns the hazards of removing an object. */
static int
hazards_of_drop(DiffRun *run, const SchemaObject *object)
{
	const SchemaKind *kind = dbmig_schema_kind(object->kind);
	StepSink sink = {.target = run->expected, .actual = run->actual};

	if (kind == NULL || kind->drop == NULL)
		return HAZARD_NONE;
	kind->drop(&sink, object);
	return hazards_of(&sink);
}

/* Copies an object, with the attributes that an expectation states. */
static SchemaObject *
merge(const SchemaObject *actual, const SchemaObject *expected)
{
	SchemaObject *merged = palloc(sizeof(SchemaObject));
	ListCell *cell;

	*merged = *actual;
	merged->attrs = NIL;
	foreach(cell, actual->attrs)
		dbmig_object_set_attr(merged, lfirst(cell));
	foreach(cell, expected->attrs)
	{
		SchemaAttr *attr = lfirst(cell);

		if (attr->type == ATTR_ABSENT)
			dbmig_object_unset(merged, attr->name);
		else
			dbmig_object_set_attr(merged, attr);
	}
	return merged;
}

/* Has this attribute a treatment of its own, without hazards? */
static bool
is_common(const SchemaObject *expected, const SchemaObject *actual,
		  const char *name)
{
	ListCell *cell;

	foreach(cell, dbmig_plan_diffs(actual, expected, false))
		if (strcmp(((AttrDiff *) lfirst(cell))->name, name) == 0)
			return false;
	return true;
}

/* Returns the hazards of changing one attribute. */
static int
hazards_of_alter(DiffRun *run, const SchemaObject *expected,
				 const SchemaObject *actual, const AttrDiff *diff)
{
	const SchemaKind *kind = dbmig_schema_kind(actual->kind);
	StepSink sink = {.target = run->expected, .actual = run->actual};

	if (!run->complete)
		expected = merge(actual, expected);
	if (kind == NULL || is_common(expected, actual, diff->name))
		return HAZARD_NONE;
	switch (kind->alter ? kind->alter(&sink, actual, expected, diff, 1) :
						  ALTER_REPLACE)
	{
		case ALTER_DONE:
			break;
		case ALTER_REPLACE:
			sink.steps = NIL;
			if (kind->drop)
				kind->drop(&sink, actual);
			if (kind->create)
				kind->create(&sink, expected);
			break;
		case ALTER_SWAP:
		case ALTER_REBUILD:
			return HAZARD_REWRITES | HAZARD_MAY_FAIL;
	}
	return hazards_of(&sink);
}

/* Returns the rule for an attribute; NULL if its kind has none. */
static const AttrRule *
find_rule(ObjectKind object_kind, const char *name)
{
	const SchemaKind *kind = dbmig_schema_kind(object_kind);

	if (kind && kind->rules)
		for (const AttrRule *rule = kind->rules; rule->name; rule++)
			if (strcmp(rule->name, name) == 0)
				return rule;
	return NULL;
}

/* Can an attribute of this name be a difference at all? */
bool
dbmig_diff_compares(const SchemaObject *object, const char *name)
{
	const AttrRule *rule;

	if (strcmp(name, "default_depends_on") == 0)
		return false;
	rule = find_rule(object->kind, name);
	return rule == NULL || !rule->ignored;
}

/* Is an attribute compared?  Either side may lack it (NULL). */
static bool
is_compared(const SchemaObject *object, const char *name,
			const SchemaAttr *expected, const SchemaAttr *actual, bool complete)
{
	if (expected == NULL && !complete)
		return false;
	/* Privileges are compared if they are asked for, or expected in words. */
	if (strcmp(name, "owner") == 0)
		return actual && expected;
	if (strcmp(name, "grants") == 0 || strcmp(name, "column_grants") == 0)
		return expected || dbmig_setting_schema_privileges;
	return dbmig_diff_compares(object, name);
}

/* Orders differences by name. */
static int
compare_attr_diffs(const void *a, const void *b)
{
	return strcmp(((const AttrDiff *) a)->name, ((const AttrDiff *) b)->name);
}

/* Returns the attributes in which two objects differ, by name. */
AttrDiff *
dbmig_diff_attributes(const SchemaObject *expected, const SchemaObject *actual,
					  bool complete, int *count)
{
	AttrDiff *diffs = NULL;
	ListCell *cell;
	int limit = list_length(expected->attrs) + list_length(actual->attrs);

	*count = 0;
	foreach(cell, expected->attrs)
	{
		const SchemaAttr *to = lfirst(cell);
		const SchemaAttr *from = dbmig_object_attr(actual, to->name);
		const SchemaAttr *value = to->type == ATTR_ABSENT ? NULL : to;

		if (dbmig_attr_equal(from, value) ||
			!is_compared(actual, to->name, to, from, complete))
			continue;
		if (diffs == NULL)
			diffs = palloc(sizeof(AttrDiff) * limit);
		diffs[*count].name = to->name;
		diffs[*count].from = from;
		diffs[(*count)++].to = value;
	}
	foreach(cell, actual->attrs)
	{
		const SchemaAttr *from = lfirst(cell);

		if (dbmig_object_attr(expected, from->name) != NULL ||
			!is_compared(actual, from->name, NULL, from, complete))
			continue;
		if (diffs == NULL)
			diffs = palloc(sizeof(AttrDiff) * limit);
		diffs[*count].name = from->name;
		diffs[*count].from = from;
		diffs[(*count)++].to = NULL;
	}
	if (*count > 1)
		qsort(diffs, *count, sizeof(AttrDiff), compare_attr_diffs);
	return diffs;
}

/* Is every privilege in "SELECT, UPDATE*" one of those in another text? */
static bool
grants_within(const char *wanted, const char *given)
{
	while (*wanted)
	{
		Size length = strcspn(wanted, ",");
		const char *place = given;
		bool found = false;

		while (*place && !found)
		{
			Size place_length = strcspn(place, ",");

			found = place_length >= length &&
					strncmp(place, wanted, length) == 0 &&
					(place_length == length || place[length] == '*');
			place += place_length;
			place += strspn(place, ", ");
		}
		if (!found)
			return false;
		wanted += length;
		wanted += strspn(wanted, ", ");
	}
	return true;
}

/* Is something that is expected not granted? */
static bool
lacks_grants(const AttrDiff *diff)
{
	ListCell *cell;
	ListCell *other;

	if (diff->to == NULL || diff->to->type != ATTR_MAP)
		return false;
	foreach(cell, diff->to->list)
	{
		const MapEntry *wanted = lfirst(cell);
		const char *given = "";

		if (diff->from && diff->from->type == ATTR_MAP)
			foreach(other, diff->from->list)
				if (strcmp(((MapEntry *) lfirst(other))->key, wanted->key) == 0)
					given = ((MapEntry *) lfirst(other))->value;
		if (wanted->value && !grants_within(wanted->value, given ? given : ""))
			return true;
	}
	return false;
}

/* Returns how much a difference of an attribute matters. */
static Severity
attribute_severity(const SchemaObject *actual, const AttrDiff *diff)
{
	const SchemaKind *kind = dbmig_schema_kind(actual->kind);
	const AttrRule *rule;

	if (strcmp(diff->name, "comment") == 0 ||
		strcmp(diff->name, "column_comments") == 0)
		return SEVERITY_COSMETIC;
	if (strcmp(diff->name, "owner") == 0)
		return SEVERITY_INTEGRITY;
	if (strcmp(diff->name, "grants") == 0 ||
		strcmp(diff->name, "column_grants") == 0)
		return lacks_grants(diff) ? SEVERITY_BREAKING : SEVERITY_INTEGRITY;
	if (actual->kind == KIND_COLUMN)
	{
		/* stricter than expected: inserts fail; laxer: nulls come in */
		if (strcmp(diff->name, "not_null") == 0)
			return diff->from ? SEVERITY_BREAKING : SEVERITY_INTEGRITY;
		/* without its default a column that must not be null is not filled */
		if (strcmp(diff->name, "default") == 0)
			return diff->from == NULL && dbmig_object_bool(actual, "not_null") ?
					   SEVERITY_BREAKING :
					   SEVERITY_INTEGRITY;
	}
	if (kind == NULL)
		return SEVERITY_INTEGRITY;
	if (strcmp(diff->name, "skipped") == 0)
		return kind->missing;
	rule = find_rule(actual->kind, diff->name);
	return rule ? rule->severity : kind->different;
}

/* Returns how much it matters that an object is missing. */
static Severity
missing_severity(const SchemaObject *object)
{
	const SchemaKind *kind = dbmig_schema_kind(object->kind);

	/* what a unique index keeps out is there for good */
	if (object->kind == KIND_INDEX && dbmig_object_bool(object, "unique"))
		return SEVERITY_INTEGRITY;
	return kind ? kind->missing : SEVERITY_INTEGRITY;
}

/* Returns how much it matters that an object is there. */
static Severity
unexpected_severity(const SchemaObject *object)
{
	switch (object->kind)
	{
		case KIND_COLUMN:
			/* must be filled by whoever does not know of it */
			return dbmig_object_bool(object, "not_null") &&
						   !dbmig_object_attr(object, "default") &&
						   !dbmig_object_attr(object, "identity") &&
						   !dbmig_object_attr(object, "generated") ?
					   SEVERITY_BREAKING :
					   SEVERITY_COSMETIC;
		case KIND_ATTRIBUTE:
			return SEVERITY_BREAKING;
		case KIND_INDEX:
			return dbmig_object_bool(object, "unique") ? SEVERITY_INTEGRITY :
														 SEVERITY_PERFORMANCE;
		case KIND_STATISTICS:
			return SEVERITY_PERFORMANCE;
		case KIND_CONSTRAINT:
		case KIND_DOMAIN_CONSTRAINT:
		case KIND_TRIGGER:
		case KIND_POLICY:
		case KIND_RULE:
		case KIND_EVENT_TRIGGER:
		case KIND_UNMODELLED:
			return SEVERITY_INTEGRITY;
		default:
			return SEVERITY_COSMETIC;
	}
}

/* Is a text in a list of texts? */
static bool
list_has(const List *list, const char *text)
{
	ListCell *cell;

	foreach(cell, list)
		if (strcmp(lfirst(cell), text) == 0)
			return true;
	return false;
}

/* Returns what of one list is in the other, in the order of the first. */
static List *
common_of(const List *list, const List *other)
{
	List *result = NIL;
	ListCell *cell;

	foreach(cell, list)
		if (list_has(other, lfirst(cell)))
			result = lappend(result, lfirst(cell));
	return result;
}

/* Does a difference of an enum consist of values that are there or not? */
static bool
values_keep_order(const AttrDiff *diff)
{
	ListCell *x;
	ListCell *y;
	List *to;
	List *from;

	if (diff->from == NULL || diff->to == NULL ||
		diff->from->type != ATTR_LIST || diff->to->type != ATTR_LIST)
		return false;
	to = common_of(diff->to->list, diff->from->list);
	from = common_of(diff->from->list, diff->to->list);
	forboth(x, to, y, from)
		if (strcmp(lfirst(x), lfirst(y)) != 0)
			return false;
	return list_length(to) < list_length(diff->to->list) ||
		   list_length(from) < list_length(diff->from->list);
}

/* Adds one line for each value that an enum lacks or has besides. */
static void
diff_values(DiffRun *run, const SchemaObject *actual, const AttrDiff *diff,
			int hazards)
{
	ListCell *cell;

	foreach(cell, diff->to->list)
		if (!list_has(diff->from->list, lfirst(cell)))
		{
			SchemaDiff *line =
				add_diff(run, DIFF_MISSING, actual, SEVERITY_BREAKING);

			line->attribute = diff->name;
			line->expected = lfirst(cell);
		}
	foreach(cell, diff->from->list)
		if (!list_has(diff->to->list, lfirst(cell)))
		{
			SchemaDiff *line =
				add_diff(run, DIFF_UNEXPECTED, actual, SEVERITY_BREAKING);

			line->attribute = diff->name;
			line->actual = lfirst(cell);
			line->hazards = hazards;
		}
}

/* Prints one side of a difference; a flag that is absent is false. */
static char *
print_side(const SchemaAttr *attr, const SchemaAttr *other)
{
	if (attr == NULL && other && other->type == ATTR_BOOL)
		return pstrdup("false");
	return dbmig_attr_print(attr);
}

/* Compares the attributes of two objects. */
static void
diff_attributes(DiffRun *run, const SchemaObject *expected,
				const SchemaObject *actual)
{
	int count;
	AttrDiff *diffs;

	/* What could not be read cannot be compared. */
	if (dbmig_object_attr(actual, "skipped") ||
		dbmig_object_attr(expected, "skipped"))
	{
		AttrDiff diff = {.name = "skipped",
						 .from = dbmig_object_attr(actual, "skipped"),
						 .to = dbmig_object_attr(expected, "skipped")};
		SchemaDiff *line = add_diff(run, DIFF_DIFFERENT, actual,
									attribute_severity(actual, &diff));

		line->attribute = diff.name;
		line->expected = dbmig_attr_print(diff.to);
		line->actual = dbmig_attr_print(diff.from);
		return;
	}
	diffs = dbmig_diff_attributes(expected, actual, run->complete, &count);
	for (int i = 0; i < count; i++)
	{
		int hazards = hazards_of_alter(run, expected, actual, &diffs[i]);
		SchemaDiff *line;

		if (actual->kind == KIND_ENUM && strcmp(diffs[i].name, "values") == 0 &&
			values_keep_order(&diffs[i]))
		{
			diff_values(run, actual, &diffs[i], hazards);
			continue;
		}
		line = add_diff(run, DIFF_DIFFERENT, actual,
						attribute_severity(actual, &diffs[i]));
		line->attribute = diffs[i].name;
		line->expected = print_side(diffs[i].to, diffs[i].from);
		line->actual = print_side(diffs[i].from, diffs[i].to);
		line->hazards = hazards;
	}
}

/* Are two children the same but for their names and comments? */
static bool
same_definition(const SchemaObject *a, const SchemaObject *b)
{
	ListCell *cell;

	foreach(cell, a->attrs)
	{
		SchemaAttr *attr = lfirst(cell);

		if (strcmp(attr->name, "comment") != 0 &&
			!dbmig_attr_equal(attr, dbmig_object_attr(b, attr->name)))
			return false;
	}
	foreach(cell, b->attrs)
	{
		SchemaAttr *attr = lfirst(cell);

		if (strcmp(attr->name, "comment") != 0 &&
			!dbmig_object_attr(a, attr->name))
			return false;
	}
	return a->attrs != NIL;
}

/* The keys of an index or constraint, as its definition spells them. */
typedef struct IndexKeys
{
	char *columns; /* "(a, b DESC)"; NULL: not a btree */
	bool unique;
	bool nulls_not_distinct;
	bool more; /* has INCLUDE columns or a condition as well */
} IndexKeys;

/* Reads the keys of an index, or of a unique constraint or primary key. */
static IndexKeys
index_keys(const SchemaObject *object)
{
	IndexKeys keys = {0};
	const char *definition = dbmig_object_text(object, "definition");
	const char *type = dbmig_object_text(object, "type");
	const char *open;
	const char *close;
	bool quoted = false;
	int depth = 0;

	if (definition == NULL || (open = strchr(definition, '(')) == NULL)
		return keys;
	if (object->kind == KIND_INDEX)
	{
		if (strncmp(definition, "USING btree ", strlen("USING btree ")) != 0)
			return keys;
		keys.unique = dbmig_object_bool(object, "unique");
	}
	else if (type &&
			 (strcmp(type, "unique") == 0 || strcmp(type, "primary key") == 0))
		keys.unique = true;
	else
		return keys;
	for (close = open; *close; close++)
	{
		if (*close == '"')
			quoted = !quoted;
		else if (!quoted && *close == '(')
			depth++;
		else if (!quoted && *close == ')' && --depth == 0)
			break;
	}
	keys.columns = pnstrdup(open, close - open + 1);
	keys.nulls_not_distinct = strstr(definition, "NULLS NOT DISTINCT") != NULL;
	keys.more = strstr(close, "INCLUDE") != NULL ||
				dbmig_object_attr(object, "where") != NULL;
	return keys;
}

/* Does a unique index or constraint serve for what an object is there for? */
static bool
is_covered_by(const SchemaObject *object, const SchemaObject *by)
{
	IndexKeys wanted = index_keys(object);
	IndexKeys given;
	const char *type = dbmig_object_text(object, "type");

	/* nothing stands in for a primary key */
	if (wanted.columns == NULL || wanted.more ||
		(type && strcmp(type, "primary key") == 0))
		return false;
	given = index_keys(by);
	return given.columns && given.unique &&
		   strcmp(given.columns, wanted.columns) == 0 &&
		   (!wanted.unique ||
			wanted.nulls_not_distinct == given.nulls_not_distinct) &&
		   !dbmig_object_attr(by, "where") &&
		   !dbmig_object_attr(by, "invalid") &&
		   !dbmig_object_attr(by, "skipped");
}

/* Finds what does the same as an index or constraint under another name. */
static const SchemaObject *
find_equivalent(const SchemaObject *object, const SchemaObject *among,
				const SchemaObject *names, bool *same)
{
	ListCell *cell;

	if (among == NULL ||
		(object->kind != KIND_INDEX && object->kind != KIND_CONSTRAINT))
		return NULL;
	*same = true;
	foreach(cell, among->children)
	{
		const SchemaObject *other = lfirst(cell);

		if (other->kind == object->kind && same_definition(object, other) &&
			dbmig_object_child(names, other->kind, other->key) == NULL)
			return other;
	}
	*same = false;
	foreach(cell, among->children)
	{
		const SchemaObject *other = lfirst(cell);

		if ((other->kind == KIND_INDEX || other->kind == KIND_CONSTRAINT) &&
			is_covered_by(object, other))
			return other;
	}
	return NULL;
}

/* Is a sequence only there for a column that the other side lacks? */
static bool
belongs_to_absent(const SchemaObject *object, const SchemaModel *other)
{
	const char *column;

	if (object->kind != KIND_SEQUENCE)
		return false;
	column = dbmig_object_text(object, "owned_by");
	return column && dbmig_model_find(other, KIND_COLUMN, column) == NULL;
}

/* Adds the line of an object that is expected and not there. */
static void
add_missing(DiffRun *run, const SchemaObject *object,
			const SchemaObject *actual_parent)
{
	bool same;
	const SchemaObject *equivalent = NULL;
	SchemaDiff *line;
	ListCell *cell;

	if (belongs_to_absent(object, run->actual) && run->complete)
		return;
	if (object->parent)
		equivalent =
			find_equivalent(object, actual_parent, object->parent, &same);
	line = add_diff(run, DIFF_MISSING, object,
					equivalent ? SEVERITY_COSMETIC : missing_severity(object));
	line->expected = dbmig_object_describe(object, run->complete);
	if (dbmig_object_attr(object, "skipped"))
		line->attribute = "skipped";
	if (equivalent)
	{
		line->actual =
			psprintf(same ? "the same as %s %s" : "covered by %s %s",
					 dbmig_object_label(equivalent), equivalent->name);
		if (same)
			line->attribute = "name";
	}
	else
		line->hazards = hazards_of_create(run, object);
	/* Indexes have names of their own, and are asked for by them. */
	foreach(cell, object->children)
	{
		SchemaObject *child = lfirst(cell);

		if (child->kind == KIND_INDEX)
			add_missing(run, child, NULL);
	}
}

/* Adds the line of an object that is there and not expected. */
static void
add_unexpected(DiffRun *run, const SchemaObject *object,
			   const SchemaObject *expected_parent)
{
	bool same;
	const SchemaObject *equivalent = NULL;
	SchemaDiff *line;

	if (belongs_to_absent(object, run->expected))
		return;
	if (object->kind == KIND_DEFAULT_PRIVILEGES &&
		!dbmig_setting_schema_privileges)
		return;
	if (object->parent)
		equivalent =
			find_equivalent(object, expected_parent, object->parent, &same);
	if (equivalent && !same)
		equivalent = NULL;
	line =
		add_diff(run, DIFF_UNEXPECTED, object,
				 equivalent ? SEVERITY_COSMETIC : unexpected_severity(object));
	line->actual = dbmig_object_describe(object, true);
	if (dbmig_object_attr(object, "skipped"))
		line->attribute = "skipped";
	if (equivalent)
	{
		line->attribute = "name";
		line->expected =
			psprintf("the same as %s %s", dbmig_object_label(equivalent),
					 equivalent->name);
	}
	line->hazards = hazards_of_drop(run, object);
}

static void diff_lists(DiffRun *run, const List *expected, const List *actual,
					   const SchemaObject *expected_parent,
					   const SchemaObject *actual_parent);

/* Compares two objects and what is in them. */
static void
diff_objects(DiffRun *run, const SchemaObject *expected,
			 const SchemaObject *actual)
{
	ListCell *cell;

	diff_attributes(run, expected, actual);
	if (run->complete)
	{
		diff_lists(run, expected->children, actual->children, expected, actual);
		return;
	}
	foreach(cell, expected->children)
	{
		const SchemaObject *child = lfirst(cell);
		const SchemaObject *found =
			dbmig_object_child(actual, child->kind, child->key);

		if (found)
			diff_objects(run, child, found);
		else
			add_missing(run, child, actual);
	}
}

/* Is an object in what a snapshot is limited to? */
static bool
in_scope(const SchemaModel *model, const SchemaObject *object)
{
	const char *schema =
		object->kind == KIND_SCHEMA ? object->name : object->schema;
	ListCell *cell;

	if (model->schemas == NIL || schema == NULL)
		return true;
	foreach(cell, model->schemas)
		if (strcmp(quote_identifier(lfirst(cell)), schema) == 0)
			return true;
	return false;
}

/* Compares two sorted lists of objects, both of them complete. */
static void
diff_lists(DiffRun *run, const List *expected, const List *actual,
		   const SchemaObject *expected_parent,
		   const SchemaObject *actual_parent)
{
	int i = 0;
	int j = 0;

	while (i < list_length(expected) || j < list_length(actual))
	{
		const SchemaObject *x =
			i < list_length(expected) ? list_nth(expected, i) : NULL;
		const SchemaObject *y =
			j < list_length(actual) ? list_nth(actual, j) : NULL;
		int order;

		CHECK_FOR_INTERRUPTS();
		if (x == NULL || y == NULL)
			order = x ? -1 : 1;
		else if (x->kind != y->kind)
			order = x->kind < y->kind ? -1 : 1;
		else
			order = strcmp(x->key, y->key);
		if (order <= 0)
			i++;
		if (order >= 0)
			j++;
		if (order == 0)
			diff_objects(run, x, y);
		else if (order < 0 && in_scope(run->actual, x))
			add_missing(run, x, actual_parent);
		else if (order > 0 && in_scope(run->expected, y))
			add_unexpected(run, y, expected_parent);
	}
}

/*
 * Compares two schemas, whose names must be resolved.  The result and its texts
 * live in the current context.
 */
List *
dbmig_diff(const SchemaModel *expected, const SchemaModel *actual)
{
	DiffRun run = {.expected = expected,
				   .actual = actual,
				   .complete = expected->complete};

	for (int kind = 0; kind < KIND_COUNT; kind++)
	{
		ListCell *cell;

		if (!expected->stated[kind] ||
			(actual->complete && !actual->stated[kind]))
			continue;
		if (run.complete)
		{
			diff_lists(&run, expected->objects[kind], actual->objects[kind],
					   NULL, NULL);
			continue;
		}
		foreach(cell, expected->objects[kind])
		{
			const SchemaObject *object = lfirst(cell);
			const SchemaObject *found =
				dbmig_model_find(actual, kind, object->identity);

			if (found)
				diff_objects(&run, object, found);
			else
				add_missing(&run, object, NULL);
		}
	}
	return run.result;
}

/* Returns a text, or NULL, as a column of a row. */
static Datum
text_or_null(const char *text, bool *isnull)
{
	*isnull = text == NULL;
	return text ? CStringGetTextDatum(text) : (Datum) 0;
}

/* Puts differences into the result of a set-returning function. */
void
dbmig_diff_return(FunctionCallInfo fcinfo, const List *diffs)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	foreach(cell, diffs)
	{
		const SchemaDiff *diff = lfirst(cell);
		Datum values[8];
		bool nulls[8];

		CHECK_FOR_INTERRUPTS();
		values[0] = text_or_null(change_labels[diff->change], &nulls[0]);
		values[1] = text_or_null(diff->kind, &nulls[1]);
		values[2] = text_or_null(diff->object, &nulls[2]);
		values[3] = text_or_null(diff->attribute, &nulls[3]);
		values[4] = text_or_null(diff->expected, &nulls[4]);
		values[5] = text_or_null(diff->actual, &nulls[5]);
		values[6] = text_or_null(severity_labels[diff->severity], &nulls[6]);
		values[7] = text_or_null(dbmig_hazard_text(diff->hazards), &nulls[7]);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}

/* Does an object, or one in it, say who owns it? */
static bool
mentions_owner(const List *objects)
{
	ListCell *cell;

	foreach(cell, objects)
	{
		const SchemaObject *object = lfirst(cell);

		if (dbmig_object_attr(object, "owner") ||
			mentions_owner(object->children))
			return true;
	}
	return false;
}

/* Reads the current database, as far as an expectation speaks of it. */
SchemaModel *
dbmig_diff_current(const SchemaModel *expected, MemoryContext context)
{
	bool owners = dbmig_setting_schema_privileges;

	for (int kind = 0; kind < KIND_COUNT && !owners; kind++)
		owners = mentions_owner(expected->objects[kind]);
	return dbmig_catalog_read_like(expected, owners, context);
}

/* schema_diff(expected jsonb, actual jsonb) */
Datum
dbmig_schema_diff(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	SchemaModel *expected;
	SchemaModel *actual;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", "expected")));
	context = AllocSetContextCreate(caller, "dbmig schema diff",
									ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	expected = dbmig_document_read(PG_GETARG_JSONB_P(0), context);
	actual = PG_ARGISNULL(1) ?
				 dbmig_diff_current(expected, context) :
				 dbmig_diff_counterpart(&expected, PG_GETARG_JSONB_P(0),
										PG_GETARG_JSONB_P(1), context);
	dbmig_expectation_resolve(expected, actual);
	dbmig_diff_return(fcinfo, dbmig_diff(expected, actual));
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return (Datum) 0;
}
