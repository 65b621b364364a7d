/*
 * sequence.c
 *		The options of sequences and whom they belong to.
 *
 * A sequence of its own is an object; the sequence of an identity column is a
 * property of that column ("identity_options"), and its name is only noted
 * where it is not one that the server would choose.  What is the server's
 * default for the type and direction is left out.  Positions are data.
 *
 * Locks: ACCESS SHARE on the catalogs, given back at once.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_type.h"
#include "catalog/sequence.h"
#include "commands/defrem.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* Finds the column that a sequence belongs to. */
SequenceOwner
dbmig_sequence_owner(CatalogRead *read, Oid sequence)
{
	SequenceOwner owner = {0};
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(sequence));
	scan = systable_beginscan(depend, DependDependerIndexId, true,
							  read->snapshot, 2, keys);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->refclassid == RelationRelationId && form->refobjsubid > 0 &&
			(form->deptype == DEPENDENCY_AUTO ||
			 form->deptype == DEPENDENCY_INTERNAL))
		{
			owner.deptype = form->deptype;
			owner.relid = form->refobjid;
			owner.attnum = form->refobjsubid;
			break;
		}
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return owner;
}

/* Returns the limits of a type of sequence. */
static void
type_limits(Oid type, int64 *lowest, int64 *highest)
{
	switch (type)
	{
		case INT2OID:
			*lowest = PG_INT16_MIN;
			*highest = PG_INT16_MAX;
			break;
		case INT4OID:
			*lowest = PG_INT32_MIN;
			*highest = PG_INT32_MAX;
			break;
		default:
			*lowest = PG_INT64_MIN;
			*highest = PG_INT64_MAX;
			break;
	}
}

/* Sets an option, of the object or in its map, unless it is the default. */
static void
set_option(SchemaObject *object, const char *map, const char *name, int64 value,
		   int64 normal)
{
	MemoryContext previous;

	if (value == normal)
		return;
	if (map == NULL)
	{
		dbmig_object_set_int(object, name, value);
		return;
	}
	previous = MemoryContextSwitchTo(GetMemoryChunkContext(object));
	dbmig_object_put(object, map, name, psprintf(INT64_FORMAT, value));
	MemoryContextSwitchTo(previous);
}

/* Sets what differs from the defaults of CREATE SEQUENCE. */
static void
set_options(SchemaObject *object, const char *map, Form_pg_sequence form)
{
	bool ascending = form->seqincrement > 0;
	int64 lowest;
	int64 highest;

	type_limits(form->seqtypid, &lowest, &highest);
	set_option(object, map, "increment", form->seqincrement, 1);
	set_option(object, map, "minimum", form->seqmin, ascending ? 1 : lowest);
	set_option(object, map, "maximum", form->seqmax, ascending ? highest : -1);
	set_option(object, map, "start", form->seqstart,
			   ascending ? form->seqmin : form->seqmax);
	set_option(object, map, "cache", form->seqcache, 1);
	if (form->seqcycle && map)
		dbmig_object_put(object, map, "cycle", "true");
	else
		dbmig_object_set_bool(object, "cycle", form->seqcycle);
}

/*
 * Is this the name that the server gives to the sequence of a column, or the
 * same with a number behind it, as where the name was taken?
 */
static bool
is_chosen_name(const char *name, const char *table, const char *column)
{
	char label[NAMEDATALEN];
	const char *end = name + strlen(name);
	const char *digits = end;

	while (digits > name && digits[-1] >= '0' && digits[-1] <= '9')
		digits--;
	if (end - digits > 9)
		return false;
	snprintf(label, sizeof(label), "seq%s", digits);
	return strcmp(name, makeObjectName(table, column, label)) == 0;
}

/* Gives an identity column the options of its sequence. */
static void
read_identity(CatalogRead *read, Form_pg_sequence form)
{
	SequenceOwner owner = dbmig_sequence_owner(read, form->seqrelid);
	SchemaObject *column;
	char *name;
	char *table;

	if (owner.deptype != DEPENDENCY_INTERNAL)
		return;
	column = dbmig_read_registered(read, RelationRelationId, owner.relid,
								   owner.attnum);
	if (column == NULL || column->kind != KIND_COLUMN)
		return;
	dbmig_read_register_part(read, RelationRelationId, form->seqrelid, column,
							 'i');
	set_options(column, "identity_options", form);
	name = get_rel_name(form->seqrelid);
	table = get_rel_name(owner.relid);
	if (name == NULL || table == NULL)
		return;
	if (!is_chosen_name(name, table,
						get_attname(owner.relid, owner.attnum, false)))
		dbmig_object_put(column, "identity_options", "name",
						 dbmig_read_qualified(read,
											  get_rel_namespace(form->seqrelid),
											  name));
}

/* Reads the options of all sequences. */
void
dbmig_catalog_sequences(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, SequenceRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_sequence form = (Form_pg_sequence) GETSTRUCT(tuple);
		SchemaObject *object =
			dbmig_read_registered(read, RelationRelationId, form->seqrelid, 0);
		SequenceOwner owner;
		SchemaObject *column;

		if (object == NULL)
		{
			read_identity(read, form);
			continue;
		}
		if (object->kind != KIND_SEQUENCE)
			continue;
		if (form->seqtypid != INT8OID)
			dbmig_object_set_text(object, "type",
								  dbmig_read_type(read, form->seqtypid, -1));
		set_options(object, NULL, form);
		owner = dbmig_sequence_owner(read, form->seqrelid);
		if (owner.deptype != DEPENDENCY_AUTO)
			continue;
		column = dbmig_read_registered(read, RelationRelationId, owner.relid,
									   owner.attnum);
		if (column)
			dbmig_object_set_text(object, "owned_by", column->identity);
		else
		{
			/* of a table that is not read */
			char *table = get_rel_name(owner.relid);
			char *name = get_attname(owner.relid, owner.attnum, true);
			MemoryContext previous = MemoryContextSwitchTo(read->context);

			if (table && name)
				dbmig_object_set_text(
					object, "owned_by",
					psprintf("%s.%s",
							 dbmig_read_qualified(read,
												  get_rel_namespace(owner.relid),
												  table),
							 quote_identifier(name)));
			MemoryContextSwitchTo(previous);
		}
	}
	dbmig_read_end(&scan);
}
