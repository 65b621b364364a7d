/*
 * stubs.c
 *		Kinds that are not written yet.
 */
#include "postgres.h"

#include "schema/kind.h"

const SchemaKind dbmig_kind_constraint = {.kind = KIND_CONSTRAINT};
const SchemaKind dbmig_kind_index = {.kind = KIND_INDEX};
const SchemaKind dbmig_kind_statistics = {.kind = KIND_STATISTICS};

/* Not written yet. */
void
dbmig_index_attach(StepSink *sink, const SchemaObject *index)
{
}
