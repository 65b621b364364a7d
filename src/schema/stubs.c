/*
 * stubs.c
 *		Kinds that are not written yet.
 */
#include "postgres.h"

#include "schema/kind.h"

const SchemaKind dbmig_kind_language = {.kind = KIND_LANGUAGE};
const SchemaKind dbmig_kind_collation = {.kind = KIND_COLLATION};
const SchemaKind dbmig_kind_sequence = {.kind = KIND_SEQUENCE};
const SchemaKind dbmig_kind_function = {.kind = KIND_FUNCTION};
const SchemaKind dbmig_kind_procedure = {.kind = KIND_PROCEDURE};
const SchemaKind dbmig_kind_aggregate = {.kind = KIND_AGGREGATE};
const SchemaKind dbmig_kind_operator = {.kind = KIND_OPERATOR};
const SchemaKind dbmig_kind_operator_family = {.kind = KIND_OPERATOR_FAMILY};
const SchemaKind dbmig_kind_operator_class = {.kind = KIND_OPERATOR_CLASS};
const SchemaKind dbmig_kind_cast = {.kind = KIND_CAST};
const SchemaKind dbmig_kind_conversion = {.kind = KIND_CONVERSION};
const SchemaKind dbmig_kind_transform = {.kind = KIND_TRANSFORM};
const SchemaKind dbmig_kind_access_method = {.kind = KIND_ACCESS_METHOD};
const SchemaKind dbmig_kind_ts_parser = {.kind = KIND_TS_PARSER};
const SchemaKind dbmig_kind_ts_template = {.kind = KIND_TS_TEMPLATE};
const SchemaKind dbmig_kind_ts_dictionary = {.kind = KIND_TS_DICTIONARY};
const SchemaKind dbmig_kind_ts_configuration = {.kind = KIND_TS_CONFIGURATION};
const SchemaKind dbmig_kind_foreign_data_wrapper = {
	.kind = KIND_FOREIGN_DATA_WRAPPER};
const SchemaKind dbmig_kind_server = {.kind = KIND_SERVER};
const SchemaKind dbmig_kind_user_mapping = {.kind = KIND_USER_MAPPING};
const SchemaKind dbmig_kind_table = {.kind = KIND_TABLE};
const SchemaKind dbmig_kind_column = {.kind = KIND_COLUMN};
const SchemaKind dbmig_kind_view = {.kind = KIND_VIEW};
const SchemaKind dbmig_kind_materialized_view = {.kind = KIND_MATERIALIZED_VIEW};
const SchemaKind dbmig_kind_trigger = {.kind = KIND_TRIGGER};
const SchemaKind dbmig_kind_policy = {.kind = KIND_POLICY};
const SchemaKind dbmig_kind_rule = {.kind = KIND_RULE};
const SchemaKind dbmig_kind_event_trigger = {.kind = KIND_EVENT_TRIGGER};
const SchemaKind dbmig_kind_publication = {.kind = KIND_PUBLICATION};
const SchemaKind dbmig_kind_subscription = {.kind = KIND_SUBSCRIPTION};
const SchemaKind dbmig_kind_default_privileges = {.kind =
													  KIND_DEFAULT_PRIVILEGES};

/* Not written yet. */
void
dbmig_column_default_set(StepSink *sink, const SchemaObject *column)
{
}

/* Not written yet. */
void
dbmig_column_default_drop(StepSink *sink, const SchemaObject *column)
{
}

/* Not written yet. */
void
dbmig_sequence_owner_set(StepSink *sink, const SchemaObject *sequence)
{
}

/* Not written yet. */
void
dbmig_sequence_owner_drop(StepSink *sink, const SchemaObject *sequence)
{
}

/* Not written yet. */
void
dbmig_table_attach(StepSink *sink, const SchemaObject *table)
{
}

/* Not written yet. */
void
dbmig_table_detach(StepSink *sink, const SchemaObject *table)
{
}
