/*
 * index_step.h
 *		Statements about indexes, for indexes and for constraints that own one.
 */
#ifndef DBMIG_SCHEMA_INDEX_STEP_H
#define DBMIG_SCHEMA_INDEX_STEP_H

#include "postgres.h"

#include "schema/kind.h"

/* schema.name of an index, or of the index of a constraint. */
extern char *dbmig_index_qualified(const SchemaObject *object);
/* Is its table partitioned, so that the index itself holds nothing? */
extern bool dbmig_index_is_partitioned(const SchemaObject *object);
/* Does another object need this one as it is? */
extern bool
dbmig_index_is_needed(const StepSink *sink, const SchemaObject *object);
/* A quoted name for the new index while the old one is still there. */
extern char *dbmig_index_temporary_name(const SchemaObject *object);
/* " WITH (…) TABLESPACE …"; the word before TABLESPACE may be "USING INDEX ". */
extern void
dbmig_index_print_storage(StringInfo text, const SchemaObject *object,
						  const char *before_tablespace);
/* Changes one of options, tablespace, statistics, invalid; false if it cannot. */
extern bool dbmig_index_alter_attribute(StepSink *sink, const SchemaObject *to,
										const AttrDiff *diff);
/* Gives a remade index back what hung on the old one. */
extern void dbmig_index_restore_marks(StepSink *sink, const SchemaObject *to);
extern void dbmig_index_restore_comment(StepSink *sink, const SchemaObject *from,
										const SchemaObject *to);
/* Drops an unexpected relation of this name that is kept elsewhere. */
extern void dbmig_index_make_room(StepSink *sink, const SchemaObject *object);

#endif /* DBMIG_SCHEMA_INDEX_STEP_H */
