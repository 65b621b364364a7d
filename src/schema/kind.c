/*
 * kind.c
 *		All kinds of objects, and the statements that are the same for each.
 *
 * Reads nothing and takes no locks: it makes text.
 */
#include "postgres.h"

#include "schema/kind.h"

static const SchemaKind *const kinds[KIND_COUNT] = {
	[KIND_SCHEMA] = &dbmig_kind_schema,
	[KIND_EXTENSION] = &dbmig_kind_extension,
	[KIND_LANGUAGE] = &dbmig_kind_language,
	[KIND_COLLATION] = &dbmig_kind_collation,
	[KIND_ENUM] = &dbmig_kind_enum,
	[KIND_DOMAIN] = &dbmig_kind_domain,
	[KIND_DOMAIN_CONSTRAINT] = &dbmig_kind_domain_constraint,
	[KIND_COMPOSITE] = &dbmig_kind_composite,
	[KIND_ATTRIBUTE] = &dbmig_kind_attribute,
	[KIND_RANGE] = &dbmig_kind_range,
	[KIND_SEQUENCE] = &dbmig_kind_sequence,
	[KIND_FUNCTION] = &dbmig_kind_function,
	[KIND_PROCEDURE] = &dbmig_kind_procedure,
	[KIND_AGGREGATE] = &dbmig_kind_aggregate,
	[KIND_OPERATOR] = &dbmig_kind_operator,
	[KIND_OPERATOR_FAMILY] = &dbmig_kind_operator_family,
	[KIND_OPERATOR_CLASS] = &dbmig_kind_operator_class,
	[KIND_CAST] = &dbmig_kind_cast,
	[KIND_CONVERSION] = &dbmig_kind_conversion,
	[KIND_TRANSFORM] = &dbmig_kind_transform,
	[KIND_ACCESS_METHOD] = &dbmig_kind_access_method,
	[KIND_TS_PARSER] = &dbmig_kind_ts_parser,
	[KIND_TS_TEMPLATE] = &dbmig_kind_ts_template,
	[KIND_TS_DICTIONARY] = &dbmig_kind_ts_dictionary,
	[KIND_TS_CONFIGURATION] = &dbmig_kind_ts_configuration,
	[KIND_FOREIGN_DATA_WRAPPER] = &dbmig_kind_foreign_data_wrapper,
	[KIND_SERVER] = &dbmig_kind_server,
	[KIND_USER_MAPPING] = &dbmig_kind_user_mapping,
	[KIND_TABLE] = &dbmig_kind_table,
	[KIND_COLUMN] = &dbmig_kind_column,
	[KIND_CONSTRAINT] = &dbmig_kind_constraint,
	[KIND_VIEW] = &dbmig_kind_view,
	[KIND_MATERIALIZED_VIEW] = &dbmig_kind_materialized_view,
	[KIND_INDEX] = &dbmig_kind_index,
	[KIND_TRIGGER] = &dbmig_kind_trigger,
	[KIND_POLICY] = &dbmig_kind_policy,
	[KIND_RULE] = &dbmig_kind_rule,
	[KIND_STATISTICS] = &dbmig_kind_statistics,
	[KIND_EVENT_TRIGGER] = &dbmig_kind_event_trigger,
	[KIND_PUBLICATION] = &dbmig_kind_publication,
	[KIND_SUBSCRIPTION] = &dbmig_kind_subscription,
	[KIND_DEFAULT_PRIVILEGES] = &dbmig_kind_default_privileges,
};

/* Returns what can be done to objects of this kind; NULL if nothing can. */
const SchemaKind *
dbmig_schema_kind(ObjectKind kind)
{
	return kinds[kind];
}

/* Adds a statement. */
void
dbmig_step(StepSink *sink, const SchemaObject *object, StepLock lock,
		   int hazards, bool transactional, const char *format, ...)
{
	FixStep *step = palloc(sizeof(FixStep));
	StringInfoData sql;

	initStringInfo(&sql);
	for (;;)
	{
		va_list args;
		int needed;

		va_start(args, format);
		needed = appendStringInfoVA(&sql, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&sql, needed);
	}
	step->kind = dbmig_object_label(object);
	step->object = object->identity;
	step->sql = sql.data;
	step->lock = sink->fresh ? LOCK_NONE : lock;
	step->hazards = sink->fresh ? HAZARD_NONE : hazards;
	step->transactional = transactional;
	sink->steps = lappend(sink->steps, step);
}
