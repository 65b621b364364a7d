/*
 * stubs.c
 *		Kinds that are not written yet.
 */
#include "postgres.h"

#include "schema/kind.h"

const SchemaKind dbmig_kind_sequence = {.kind = KIND_SEQUENCE};
const SchemaKind dbmig_kind_table = {.kind = KIND_TABLE};
const SchemaKind dbmig_kind_column = {.kind = KIND_COLUMN};

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
