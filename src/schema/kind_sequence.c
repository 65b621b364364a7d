/*
 * kind_sequence.c
 *		Sequences, and what the sequence of an identity column shares with them.
 *
 * The position of a sequence is data, and must survive: it is touched only
 * where a new range would not hold it, and then before the range is changed,
 * since the server refuses a range without the position.  A sequence made for a
 * column that has rows begins behind them.
 *
 * Locks: on the sequence, SHARE ROW EXCLUSIVE to alter it, ACCESS EXCLUSIVE to
 * drop it.
 */
#include "postgres.h"

#include "schema/column.h"
#include "utils/builtins.h"

/* Returns the limits of a type of sequence. */
static void
type_limits(const char *type, int64 *lowest, int64 *highest)
{
	*lowest = PG_INT64_MIN;
	*highest = PG_INT64_MAX;
	if (type && strcmp(type, "integer") == 0)
	{
		*lowest = PG_INT32_MIN;
		*highest = PG_INT32_MAX;
	}
	else if (type && strcmp(type, "smallint") == 0)
	{
		*lowest = PG_INT16_MIN;
		*highest = PG_INT16_MAX;
	}
}

/* Returns a number from a map; the other one where it is absent. */
static int64
number_of(const SchemaObject *object, const char *map, const char *name,
		  int64 if_absent)
{
	const char *text;

	if (map == NULL)
		return dbmig_object_int(object, name, if_absent);
	text = dbmig_object_get(object, map, name);
	return text ? pg_strtoint64(text) : if_absent;
}

/* Returns what the server would choose for a type and a direction. */
static SequenceOptions
normal_options(const char *type, int64 increment)
{
	SequenceOptions options = {increment};
	int64 lowest;
	int64 highest;

	type_limits(type, &lowest, &highest);
	options.minimum = increment > 0 ? 1 : lowest;
	options.maximum = increment > 0 ? highest : -1;
	options.start = increment > 0 ? options.minimum : options.maximum;
	options.cache = 1;
	return options;
}

/* Returns the options with their defaults filled in. */
static SequenceOptions
options_of(const SchemaObject *object, const char *map)
{
	int64 increment = number_of(object, map, "increment", 1);
	SequenceOptions options =
		normal_options(dbmig_object_text(object, "type"), increment);

	options.minimum = number_of(object, map, "minimum", options.minimum);
	options.maximum = number_of(object, map, "maximum", options.maximum);
	options.start = number_of(object, map, "start",
							  increment > 0 ? options.minimum : options.maximum);
	options.cache = number_of(object, map, "cache", 1);
	options.cycle = map ? dbmig_object_get(object, map, "cycle") != NULL :
						  dbmig_object_bool(object, "cycle");
	return options;
}

/* Returns the options of a sequence. */
SequenceOptions
dbmig_sequence_options(const SchemaObject *sequence)
{
	return options_of(sequence, NULL);
}

/* Returns the options of the sequence of an identity column. */
SequenceOptions
dbmig_identity_options(const SchemaObject *column)
{
	return options_of(column, "identity_options");
}

/* Adds the options that differ, each with a word before it ("SET "). */
void
dbmig_sequence_options_change(StringInfo sql, const char *before,
							  const SequenceOptions *from,
							  const SequenceOptions *to)
{
	if (from->increment != to->increment)
		appendStringInfo(sql, " %sINCREMENT BY " INT64_FORMAT, before,
						 to->increment);
	if (from->minimum != to->minimum)
		appendStringInfo(sql, " %sMINVALUE " INT64_FORMAT, before, to->minimum);
	if (from->maximum != to->maximum)
		appendStringInfo(sql, " %sMAXVALUE " INT64_FORMAT, before, to->maximum);
	if (from->start != to->start)
		appendStringInfo(sql, " %sSTART WITH " INT64_FORMAT, before, to->start);
	if (from->cache != to->cache)
		appendStringInfo(sql, " %sCACHE " INT64_FORMAT, before, to->cache);
	if (from->cycle != to->cycle)
		appendStringInfo(sql, " %s%s", before, to->cycle ? "CYCLE" : "NO CYCLE");
	/* no position can be in both ranges */
	if (to->minimum > from->maximum || to->maximum < from->minimum)
		appendStringInfoString(sql, " RESTART");
}

/*
 * Moves the position into the new range, where it is not there: to where the
 * sequence would begin, or to its end if it is used up.  "sequence" and
 * "position" are expressions, "source" is what they are read from.
 */
void
dbmig_sequence_clamp(StepSink *sink, const SchemaObject *object,
					 const char *sequence, const char *position,
					 const char *source, const SequenceOptions *from,
					 const SequenceOptions *to)
{
	bool ascending = to->increment > 0;

	if (to->minimum > from->maximum || to->maximum < from->minimum)
		return;
	if (to->minimum > from->minimum)
		dbmig_step(sink, object, LOCK_ROW_EXCLUSIVE, HAZARD_NONE, true,
				   "SELECT pg_catalog.setval(%s, " INT64_FORMAT ", %s) FROM %s "
				   "WHERE %s < " INT64_FORMAT,
				   sequence, to->minimum, ascending ? "false" : "true", source,
				   position, to->minimum);
	if (to->maximum < from->maximum)
		dbmig_step(sink, object, LOCK_ROW_EXCLUSIVE, HAZARD_NONE, true,
				   "SELECT pg_catalog.setval(%s, " INT64_FORMAT ", %s) FROM %s "
				   "WHERE %s > " INT64_FORMAT,
				   sequence, to->maximum, ascending ? "true" : "false", source,
				   position, to->maximum);
}

/* Moves a new sequence behind the values that a column holds already. */
void
dbmig_sequence_follow(StepSink *sink, const SchemaObject *object,
					  const char *sequence, const SchemaObject *column,
					  const SequenceOptions *options)
{
	bool ascending = options->increment > 0;
	const char *last =
		psprintf("%s(%s)", ascending ? "max" : "min", column->name);

	dbmig_step(sink, object, LOCK_ACCESS_SHARE, HAZARD_SCANS, true,
			   "SELECT pg_catalog.setval(%s, %s) FROM %s HAVING %s BETWEEN " INT64_FORMAT
			   " AND " INT64_FORMAT,
			   sequence, last, column->parent->identity, last,
			   ascending ? options->start : options->minimum,
			   ascending ? options->maximum : options->start);
}

/* Adds the options that a new sequence must be given. */
static void
define_options(StringInfo sql, const SchemaObject *object, const char *map)
{
	SequenceOptions options = options_of(object, map);
	SequenceOptions normal =
		normal_options(dbmig_object_text(object, "type"), options.increment);

	normal.increment = 1;
	normal.start = options.increment > 0 ? options.minimum : options.maximum;
	dbmig_sequence_options_change(sql, "", &normal, &options);
}

/* Adds the options that the sequence of a new identity column must be given. */
void
dbmig_identity_options_define(StringInfo sql, const SchemaObject *column)
{
	define_options(sql, column, "identity_options");
}

/* Emits CREATE SEQUENCE. */
static void
create_sequence(StepSink *sink, const SchemaObject *object)
{
	const char *type = dbmig_object_text(object, "type");
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %sSEQUENCE %s",
					 dbmig_object_bool(object, "unlogged") ? "UNLOGGED " : "",
					 object->identity);
	if (type)
		appendStringInfo(&sql, " AS %s", type);
	define_options(&sql, object, NULL);
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "%s", sql.data);
}

/* Emits DROP SEQUENCE. */
static void
drop_sequence(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE,
			   dbmig_object_text(object, "owned_by") ? HAZARD_NONE :
													   HAZARD_LOSES_DATA,
			   true, "DROP SEQUENCE %s", object->identity);
}

/* Emits ALTER SEQUENCE. */
static AlterResult
alter_sequence(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			   const AttrDiff *diffs, int ndiffs)
{
	SequenceOptions before = dbmig_sequence_options(from);
	SequenceOptions after = dbmig_sequence_options(to);
	const char *sequence = quote_literal_cstr(to->identity);
	const char *type = dbmig_object_text(to, "type");
	StringInfoData sql;
	bool retyped = false;
	bool relogged = false;

	for (int i = 0; i < ndiffs; i++)
	{
		if (strcmp(diffs[i].name, "type") == 0)
			retyped = true;
		else if (strcmp(diffs[i].name, "unlogged") == 0)
			relogged = true;
	}
	initStringInfo(&sql);
	if (retyped)
		appendStringInfo(&sql, " AS %s", type ? type : "bigint");
	dbmig_sequence_options_change(&sql, "", &before, &after);
	if (sql.len > 0)
	{
		dbmig_sequence_clamp(sink, to, sequence, "last_value", to->identity,
							 &before, &after);
		dbmig_step(sink, to, LOCK_SHARE_ROW_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER SEQUENCE %s%s", to->identity, sql.data);
	}
	if (relogged)
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER SEQUENCE %s SET %s", to->identity,
				   dbmig_object_bool(to, "unlogged") ? "UNLOGGED" : "LOGGED");
	return ALTER_DONE;
}

/* Finds the column that owns a sequence; NULL if it is not in the model. */
static SchemaObject *
owning_column(const SchemaModel *model, const SchemaObject *sequence)
{
	const char *owner = dbmig_object_text(sequence, "owned_by");

	return owner && model ? dbmig_model_find(model, KIND_COLUMN, owner) : NULL;
}

/*
 * Emits ALTER SEQUENCE … OWNED BY.  A new sequence of a column that is there
 * already begins behind the values of the column.
 */
void
dbmig_sequence_owner_set(StepSink *sink, const SchemaObject *sequence)
{
	const char *owner = dbmig_object_text(sequence, "owned_by");
	SchemaObject *column = owning_column(sink->target, sequence);
	SchemaObject *old = owning_column(sink->actual, sequence);
	SequenceOptions options = dbmig_sequence_options(sequence);
	bool is_new;

	if (owner == NULL)
		return;
	is_new = sink->actual &&
			 !dbmig_model_find(sink->actual, KIND_SEQUENCE, sequence->identity);
	dbmig_step(sink, sequence,
			   is_new ? LOCK_ACCESS_SHARE : LOCK_SHARE_ROW_EXCLUSIVE,
			   HAZARD_NONE, true, "ALTER SEQUENCE %s OWNED BY %s",
			   sequence->identity, owner);
	if (column && old && dbmig_column_is_integer(column) && is_new)
		dbmig_sequence_follow(sink, sequence,
							  quote_literal_cstr(sequence->identity), column,
							  &options);
}

/* Emits ALTER SEQUENCE … OWNED BY NONE. */
void
dbmig_sequence_owner_drop(StepSink *sink, const SchemaObject *sequence)
{
	dbmig_step(sink, sequence, LOCK_SHARE_ROW_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER SEQUENCE %s OWNED BY NONE", sequence->identity);
}

/* Names a sequence for COMMENT and GRANT. */
static char *
sequence_target(const SchemaObject *object)
{
	return psprintf("SEQUENCE %s", object->identity);
}

/* Names a sequence for OWNER TO; one that a column owns goes with its table. */
static char *
sequence_owner_target(const SchemaObject *object)
{
	if (dbmig_object_text(object, "owned_by"))
		return NULL;
	return psprintf("ALTER SEQUENCE %s", object->identity);
}

static const AttrRule sequence_rules[] =
	{{"type", SEVERITY_INTEGRITY, false},
	 {"minimum", SEVERITY_INTEGRITY, false},
	 {"maximum", SEVERITY_INTEGRITY, false},
	 {"increment", SEVERITY_INTEGRITY, false},
	 {"cycle", SEVERITY_INTEGRITY, false},
	 {"start", SEVERITY_COSMETIC, false},
	 {"owned_by", SEVERITY_COSMETIC, false},
	 {"cache", SEVERITY_PERFORMANCE, false},
	 {"unlogged", SEVERITY_INTEGRITY, false},
	 {NULL}};

const SchemaKind dbmig_kind_sequence = {
	.kind = KIND_SEQUENCE,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_INTEGRITY,
	.rules = sequence_rules,
	.create = create_sequence,
	.drop = drop_sequence,
	.alter = alter_sequence,
	.comment_target = sequence_target,
	.grant_target = sequence_target,
	.owner_target = sequence_owner_target,
};
