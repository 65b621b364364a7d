/*
 * scan.c
 *		Finds the tables that could be ledgers, in one pass over pg_class and
 *		one over pg_attribute.
 *
 * Every name that occurs in a signature has a bit; a table is a candidate if
 * it has all columns that some signature demands, and not many others, or if
 * it is called like a hand-written ledger.  Types and rows are looked at
 * later, for the candidates alone.  Reading the two catalogs from end to end
 * costs the same whatever the planner thinks of them, and a third of what a
 * query would.
 *
 * The same pass notes who made each table and its last column, by xmin.  What
 * was frozen since is not noted: its xmin means nothing any more.
 *
 * Locks: ACCESS SHARE on the two catalogs, given back at once.  No table is
 * opened.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/rel.h"

#define MAX_NAMES		   192 /* different column names of all signatures */
#define MASK_WORDS		   (MAX_NAMES / 64)
#define SLOTS			   1024 /* of the dictionary, a power of two */
#define MAX_STRANGERS	   12	/* unknown columns, where more are allowed */
#define MAX_LEGACY_COLUMNS 10

typedef struct NameMask
{
	uint64 words[MASK_WORDS];
} NameMask;

/* What a tool demands. */
typedef struct Demand
{
	NameMask required;
	int columns; /* in its signature */
	bool more;	 /* others are allowed */
} Demand;

/* What a table has. */
typedef struct TableNames
{
	Oid relid; /* hash key */
	NameMask has;
	int columns;
	bool hint;				 /* it is called like a ledger */
	LedgerStamp made;		 /* of a system column, which nothing changes */
	LedgerStamp first, last; /* of these columns */
	AttrNumber first_number, last_number;
} TableNames;

static const char *names[MAX_NAMES];
static int name_count = 0;
static int16 slots[SLOTS]; /* number of the name + 1 */
static Demand demands[MAX_NAMES];
static int demand_count = 0;

/*
 * Finds the slot of a column name in the dictionary.  It is asked for each
 * column of the database, so the hash is a plain one; it takes upper and lower
 * case for the same.
 */
static int
find_slot(const char *name)
{
	uint32 hash = 0;
	uint32 slot;

	for (const char *p = name; *p; p++)
		hash = hash * 31 + (*p | 0x20);
	slot = (hash ^ (hash >> 10)) & (SLOTS - 1);
	while (slots[slot] && pg_strcasecmp(names[slots[slot] - 1], name) != 0)
		slot = (slot + 1) & (SLOTS - 1);
	return slot;
}

/* Sets the bit of a name. */
static inline void
mask_add(NameMask *mask, int number)
{
	mask->words[number / 64] |= UINT64CONST(1) << (number % 64);
}

/* Makes the dictionary and the demands of all tools, once per session. */
static void
prepare(void)
{
	const LedgerTool *tool;

	if (demand_count > 0)
		return;
	for (int i = 0; (tool = dbmig_ledger_tool(i)) != NULL; i++)
	{
		Demand *demand = &demands[i];

		memset(demand, 0, sizeof(Demand));
		for (const LedgerColumn *c = tool->columns; c->name; c++)
		{
			int slot = find_slot(c->name);

			if (slots[slot] == 0)
			{
				if (name_count == MAX_NAMES)
					elog(ERROR, "too many column names in ledger signatures");
				names[name_count] = c->name;
				slots[slot] = ++name_count;
			}
			if (!c->optional)
				mask_add(&demand->required, slots[slot] - 1);
			demand->columns++;
		}
		demand->more = (tool->flags & LEDGER_MORE_COLUMNS) != 0;
		demand_count = i + 1;
	}
}

/* Tells whether some tool's signature could fit. */
static bool
could_fit(const TableNames *table)
{
	for (int i = 0; i < demand_count; i++)
	{
		const Demand *demand = &demands[i];
		bool all = table->columns <=
				   demand->columns + (demand->more ? MAX_STRANGERS : 0);

		for (int w = 0; w < MASK_WORDS && all; w++)
			all = (demand->required.words[w] & ~table->has.words[w]) == 0;
		if (all)
			return true;
	}
	return false;
}

/* Tells whether a table is called as people call a ledger. */
bool
dbmig_ledger_name_hint(const char *name)
{
	static const char *const hints[] = {"migrat",		  "schema_version",
										"schemaversion",  "schema_history",
										"schemahistory",  "db_version",
										"dbversion",	  "changelog",
										"change_log",	  "schema_change",
										"db_patch",		  "schema_patch",
										"sql_patch",	  "applied_patch",
										"applied_script", "db_upgrade",
										"schema_update",  "schema_upgrade"};
	char lower[NAMEDATALEN];
	int length;

	for (length = 0; name[length] && length < NAMEDATALEN - 1; length++)
		lower[length] = pg_ascii_tolower((unsigned char) name[length]);
	lower[length] = '\0';
	for (int i = 0; i < lengthof(hints); i++)
	{
		if (strstr(lower, hints[i]))
			return true;
	}
	return false;
}

/* Tells whether a row of pg_class is a user's table. */
static bool
is_user_table(Form_pg_class class, Oid own_schema)
{
	if (class->relkind != RELKIND_RELATION &&
		class->relkind != RELKIND_PARTITIONED_TABLE)
		return false;
	return class->oid >= FirstNormalObjectId && !class->relispartition &&
		   class->relpersistence != RELPERSISTENCE_TEMP &&
		   class->relnamespace != own_schema;
}

/* Collects the users' tables. */
static HTAB *
read_classes(void)
{
	Oid own_schema = get_namespace_oid("dbmig", true);
	HASHCTL control = {.keysize = sizeof(Oid), .entrysize = sizeof(TableNames)};
	HTAB *tables = hash_create("dbmig ledger scan", 1024, &control,
							   HASH_ELEM | HASH_BLOBS);
	Relation catalog = table_open(RelationRelationId, AccessShareLock);
	SysScanDesc scan =
		systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_class class = (Form_pg_class) GETSTRUCT(tuple);
		TableNames *table;

		if (!is_user_table(class, own_schema))
			continue;
		table = hash_search(tables, &class->oid, HASH_ENTER, NULL);
		memset((char *) table + sizeof(Oid), 0,
			   sizeof(TableNames) - sizeof(Oid));
		table->hint = dbmig_ledger_name_hint(NameStr(class->relname));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return tables;
}

/* Returns who wrote a row of a catalog; nobody, if it is frozen. */
static LedgerStamp
stamp_of(HeapTuple tuple)
{
	LedgerStamp stamp = {InvalidTransactionId, FirstCommandId};

	if (!HeapTupleHeaderXminFrozen(tuple->t_data) &&
		TransactionIdIsNormal(HeapTupleHeaderGetRawXmin(tuple->t_data)))
	{
		stamp.xid = HeapTupleHeaderGetRawXmin(tuple->t_data);
		stamp.command = HeapTupleHeaderGetRawCommandId(tuple->t_data);
	}
	return stamp;
}

/* Notes a column of a table. */
static void
add_column(TableNames *table, Form_pg_attribute att, LedgerStamp stamp)
{
	int number = slots[find_slot(NameStr(att->attname))];

	table->columns++;
	if (number > 0)
		mask_add(&table->has, number - 1);
	if (table->first_number == 0 || att->attnum < table->first_number)
	{
		table->first_number = att->attnum;
		table->first = stamp;
	}
	if (att->attnum > table->last_number)
	{
		table->last_number = att->attnum;
		table->last = stamp;
	}
}

/* Notes which known columns each of them has, and who made them. */
static void
read_attributes(HTAB *tables)
{
	Relation catalog = table_open(AttributeRelationId, AccessShareLock);
	SysScanDesc scan =
		systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;
	TableNames *table = NULL;
	Oid relid = InvalidOid;
	int count = 0;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_attribute att = (Form_pg_attribute) GETSTRUCT(tuple);

		if (++count % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		if (att->attisdropped ||
			(att->attnum <= 0 && att->attnum != SelfItemPointerAttributeNumber))
			continue;
		if (att->attrelid != relid)
		{
			relid = att->attrelid;
			table = hash_search(tables, &relid, HASH_FIND, NULL);
		}
		if (table == NULL)
			continue;
		if (att->attnum > 0)
			add_column(table, att, stamp_of(tuple));
		else
			table->made = stamp_of(tuple);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/*
 * Adds a table to those that were made or got a column not long ago.  Where
 * all columns have one stamp, they were made with it or changed all together,
 * as ATTACH and DETACH do.
 */
static void
note_growth(LedgerGrowth *growth, const TableNames *table)
{
	LedgerGrown *grown = &growth->items[growth->count];

	memset(grown, 0, sizeof(LedgerGrown));
	grown->relid = table->relid;
	grown->made = table->made;
	if (table->last.xid != table->first.xid)
	{
		grown->added = table->last;
		grown->column = table->last_number;
	}
	if (TransactionIdIsValid(grown->made.xid) ||
		TransactionIdIsValid(grown->added.xid))
		growth->count++;
}

/* Returns the OIDs of all candidates, in order; and how all tables grew. */
List *
dbmig_ledger_scan(LedgerGrowth *growth)
{
	HTAB *tables;
	HASH_SEQ_STATUS status;
	TableNames *table;
	List *found = NIL;

	prepare();
	tables = read_classes();
	read_attributes(tables);
	growth->count = 0;
	growth->items = palloc_array(LedgerGrown, hash_get_num_entries(tables));
	hash_seq_init(&status, tables);
	while ((table = hash_seq_search(&status)) != NULL)
	{
		note_growth(growth, table);
		if (!could_fit(table) &&
			!(table->hint && table->columns <= MAX_LEGACY_COLUMNS))
			continue;
		if (OidIsValid(getExtensionOfObject(RelationRelationId, table->relid)))
			continue;
		found = lappend_oid(found, table->relid);
	}
	hash_destroy(tables);
	list_sort(found, list_oid_cmp);
	return found;
}
