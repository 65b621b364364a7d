/*
 * stubs.c
 *		Kinds that are not written yet.
 */
#include "postgres.h"

#include "schema/kind.h"

const SchemaKind dbmig_kind_sequence = {.kind = KIND_SEQUENCE};
const SchemaKind dbmig_kind_function = {.kind = KIND_FUNCTION};
const SchemaKind dbmig_kind_procedure = {.kind = KIND_PROCEDURE};
const SchemaKind dbmig_kind_aggregate = {.kind = KIND_AGGREGATE};
const SchemaKind dbmig_kind_table = {.kind = KIND_TABLE};
const SchemaKind dbmig_kind_column = {.kind = KIND_COLUMN};
const SchemaKind dbmig_kind_constraint = {.kind = KIND_CONSTRAINT};
const SchemaKind dbmig_kind_view = {.kind = KIND_VIEW};
const SchemaKind dbmig_kind_materialized_view = {.kind = KIND_MATERIALIZED_VIEW};
const SchemaKind dbmig_kind_index = {.kind = KIND_INDEX};
const SchemaKind dbmig_kind_trigger = {.kind = KIND_TRIGGER};
const SchemaKind dbmig_kind_policy = {.kind = KIND_POLICY};
const SchemaKind dbmig_kind_rule = {.kind = KIND_RULE};
const SchemaKind dbmig_kind_statistics = {.kind = KIND_STATISTICS};
const SchemaKind dbmig_kind_event_trigger = {.kind = KIND_EVENT_TRIGGER};

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

/* Not written yet. */
void
dbmig_index_attach(StepSink *sink, const SchemaObject *index)
{
}
