/*
 * column.h
 *		What the kinds table, column and sequence share.
 */
#ifndef DBMIG_SCHEMA_COLUMN_H
#define DBMIG_SCHEMA_COLUMN_H

#include "postgres.h"
#include "lib/stringinfo.h"

#include "schema/kind.h"

/* kind_column.c: "email text COLLATE … NOT NULL", as in CREATE TABLE. */
extern void dbmig_column_define(StringInfo sql, const SchemaObject *column);
/* What CREATE TABLE cannot say of a column: ALTER COLUMN …, joined by commas. */
extern void
dbmig_column_add_settings(StringInfo commands, const SchemaObject *column);
/* What an inherited column has that its parents do not give it. */
extern void dbmig_column_add_own(const StepSink *sink, StringInfo commands,
								 const SchemaObject *column);
/* The column of a parent that a column comes from; NULL if there is none. */
extern const SchemaObject *
dbmig_column_origin(const SchemaModel *model, const SchemaObject *column);

/* Is its type smallint, integer or bigint? */
extern bool dbmig_column_is_integer(const SchemaObject *column);

/* The expression that finds the sequence of an identity column. */
extern char *dbmig_identity_sequence(const SchemaObject *column);

/* kind_table.c: a map as "key = 'value', …" and as the changes of a map. */
extern void dbmig_options_append(StringInfo sql, List *options);
extern void dbmig_options_append_foreign(StringInfo sql, List *options);
extern void
dbmig_options_change(StringInfo set, StringInfo reset, List *from, List *to);
extern void dbmig_options_change_foreign(StringInfo sql, List *from, List *to);

/* column_type.c: how values of a column get from one type to another. */
typedef struct TypeChange
{
	const char *expression; /* after USING; NULL: the server knows how */
	int hazards;
} TypeChange;

extern TypeChange
dbmig_column_type_change(const StepSink *sink, const SchemaObject *from,
						 const SchemaObject *to);
/* The way in which values of a type are stored by default; NULL if unknown. */
extern const char *dbmig_type_storage(const char *type);

/* kind_sequence.c: options with their defaults filled in. */
typedef struct SequenceOptions
{
	int64 increment;
	int64 minimum;
	int64 maximum;
	int64 start;
	int64 cache;
	bool cycle;
} SequenceOptions;

extern SequenceOptions dbmig_sequence_options(const SchemaObject *sequence);
extern SequenceOptions dbmig_identity_options(const SchemaObject *column);
extern void dbmig_sequence_options_change(StringInfo sql, const char *before,
										  const SequenceOptions *from,
										  const SequenceOptions *to);
extern void
dbmig_identity_options_define(StringInfo sql, const SchemaObject *column);
extern void dbmig_sequence_clamp(StepSink *sink, const SchemaObject *object,
								 const char *sequence, const char *position,
								 const char *source, const SequenceOptions *from,
								 const SequenceOptions *to);
extern void
dbmig_sequence_follow(StepSink *sink, const SchemaObject *object,
					  const char *sequence, const SchemaObject *column,
					  const SequenceOptions *options);

#endif /* DBMIG_SCHEMA_COLUMN_H */
