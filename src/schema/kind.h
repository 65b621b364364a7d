/*
 * kind.h
 *		What can be done to an object of each kind: made, dropped, altered, and
 *		how much each attribute matters.
 *
 * A kind knows nothing of order: it emits the statements for one object, and
 * plan.c decides when.  It reads nothing but the two objects it is given.
 */
#ifndef DBMIG_SCHEMA_KIND_H
#define DBMIG_SCHEMA_KIND_H

#include "postgres.h"
#include "lib/stringinfo.h"

#include "catalog/object.h"

typedef enum Severity
{
	SEVERITY_BREAKING,
	SEVERITY_INTEGRITY,
	SEVERITY_PERFORMANCE,
	SEVERITY_COSMETIC
} Severity;

/* Hazards; several may be joined with |. */
#define HAZARD_NONE			 0
#define HAZARD_REWRITES		 0x01 /* rewrites table */
#define HAZARD_SCANS		 0x02 /* scans table */
#define HAZARD_BLOCKS_WRITES 0x04 /* blocks writes */
#define HAZARD_LOSES_DATA	 0x08 /* loses data */
#define HAZARD_MAY_FAIL		 0x10 /* may fail on existing rows */

/* The strongest table lock of a statement. */
typedef enum StepLock
{
	LOCK_NONE, /* no lock on a relation that sessions use */
	LOCK_ACCESS_SHARE,
	LOCK_ROW_EXCLUSIVE,
	LOCK_SHARE_UPDATE_EXCLUSIVE,
	LOCK_SHARE,
	LOCK_SHARE_ROW_EXCLUSIVE,
	LOCK_EXCLUSIVE,
	LOCK_ACCESS_EXCLUSIVE
} StepLock;

/* One statement of a fix. */
typedef struct FixStep
{
	const char *kind;	/* label of the object */
	const char *object; /* its identity */
	const char *sql;	/* without a final semicolon */
	StepLock lock;
	int hazards;
	bool transactional; /* false: must run outside a transaction block */
} FixStep;

/* Where statements are collected. */
typedef struct StepSink
{
	List *steps; /* of FixStep * */
	bool fresh;	 /* the relation is made by the same plan and has no rows and
				  * no readers yet: no online form needed, no lock to name */
	const SchemaModel *target; /* the schema to be reached, to look things up */
	const SchemaModel *actual; /* the schema as it is; either may be NULL */
} StepSink;

extern void dbmig_step(StepSink *sink, const SchemaObject *object,
					   StepLock lock, int hazards, bool transactional,
					   const char *format, ...) pg_attribute_printf(6, 7);

/* What differs between two objects. */
typedef struct AttrDiff
{
	const char *name;
	const SchemaAttr *from; /* NULL: absent */
	const SchemaAttr *to;
} AttrDiff;

typedef enum AlterResult
{
	ALTER_DONE,	   /* the statements emitted make the one into the other */
	ALTER_REPLACE, /* the object must be dropped and made again */
	ALTER_SWAP,	   /* types: a new one must be made beside the old one, and
					* columns moved to it */
	ALTER_REBUILD  /* tables: a new one must be made and the rows copied */
} AlterResult;

/* How an attribute is compared. */
typedef struct AttrRule
{
	const char *name;
	Severity severity;
	bool ignored; /* not compared (position) */
} AttrRule;

typedef struct SchemaKind
{
	ObjectKind kind;
	Severity missing;	   /* severity if the whole object is missing */
	Severity different;	   /* severity of an attribute without a rule */
	const AttrRule *rules; /* ends with name NULL; may be NULL */
	/* Emits CREATE; comments, grants and owner are added by the caller. */
	void (*create)(StepSink *sink, const SchemaObject *object);
	void (*drop)(StepSink *sink, const SchemaObject *object);
	/*
	 * Emits what makes "from" into "to".  diffs never holds comment, grants,
	 * owner, nor the default of a column: those have a common treatment.  NULL
	 * as a function means: always replace.
	 */
	AlterResult (*alter)(StepSink *sink, const SchemaObject *from,
						 const SchemaObject *to, const AttrDiff *diffs,
						 int ndiffs);
	/* "TABLE app.users" for COMMENT ON … IS; NULL: no comment possible. */
	char *(*comment_target)(const SchemaObject *object);
	/* "TABLE app.users" for GRANT … ON; NULL: no grants. */
	char *(*grant_target)(const SchemaObject *object);
	/* "ALTER TABLE app.users" to which OWNER TO is added; NULL: no owner. */
	char *(*owner_target)(const SchemaObject *object);
} SchemaKind;

/* Indexed by kind; NULL where nobody has written it (children: too). */
extern const SchemaKind *dbmig_schema_kind(ObjectKind kind);

/* The kinds, each in kind_<noun>.c. */
extern const SchemaKind dbmig_kind_schema, dbmig_kind_extension,
	dbmig_kind_language, dbmig_kind_collation, dbmig_kind_enum,
	dbmig_kind_domain, dbmig_kind_domain_constraint, dbmig_kind_composite,
	dbmig_kind_attribute, dbmig_kind_range, dbmig_kind_sequence,
	dbmig_kind_function, dbmig_kind_procedure, dbmig_kind_aggregate,
	dbmig_kind_operator, dbmig_kind_operator_family, dbmig_kind_operator_class,
	dbmig_kind_cast, dbmig_kind_conversion, dbmig_kind_transform,
	dbmig_kind_access_method, dbmig_kind_ts_parser, dbmig_kind_ts_template,
	dbmig_kind_ts_dictionary, dbmig_kind_ts_configuration,
	dbmig_kind_foreign_data_wrapper, dbmig_kind_server, dbmig_kind_user_mapping,
	dbmig_kind_table, dbmig_kind_column, dbmig_kind_constraint, dbmig_kind_view,
	dbmig_kind_materialized_view, dbmig_kind_index, dbmig_kind_trigger,
	dbmig_kind_policy, dbmig_kind_rule, dbmig_kind_statistics,
	dbmig_kind_event_trigger, dbmig_kind_publication, dbmig_kind_subscription,
	dbmig_kind_default_privileges;

/* SET DEFAULT and DROP DEFAULT of a column (kind_column.c). */
extern void dbmig_column_default_set(StepSink *sink, const SchemaObject *column);
extern void
dbmig_column_default_drop(StepSink *sink, const SchemaObject *column);
/* ALTER SEQUENCE … OWNED BY; "owned_by" of a sequence has its own step. */
extern void
dbmig_sequence_owner_set(StepSink *sink, const SchemaObject *sequence);
extern void
dbmig_sequence_owner_drop(StepSink *sink, const SchemaObject *sequence);
/* ATTACH and DETACH PARTITION; "partition_of" and "bound" have steps of their
 * own (kind_table.c). */
extern void dbmig_table_attach(StepSink *sink, const SchemaObject *table);
extern void dbmig_table_detach(StepSink *sink, const SchemaObject *table);
/* ALTER INDEX … ATTACH PARTITION, for an index or the index of a constraint
 * with the attribute "attached_to" (kind_index.c). */
extern void dbmig_index_attach(StepSink *sink, const SchemaObject *index);

/* Renames a range type, and what came with it, out of the way (kind_range.c). */
extern void
dbmig_range_away(StepSink *sink, const SchemaObject *object, const char *away);

#endif /* DBMIG_SCHEMA_KIND_H */
