/*
 * column.c
 *		Columns of tables as children of them, columns of views as a list.
 *
 * One scan of pg_attribute, whose rows come in any order, and one of
 * pg_attrdef.  There are many of both, so everything that repeats is made
 * once: names, types, and the text of a default, which is known by its stored
 * tree (with the positions in the source text blanked).  nextval() of a
 * sequence that was read is recognised without the deparser.
 *
 * A table lists all of its columns.  One that comes from a parent of INHERITS
 * is "inherited", and "local" too if the table would keep it without the
 * parent; a partition's columns all come from its parent, so nothing is said
 * there.  On 17 and later a partition has the identity of its parent, before
 * that it had none: it is the parent's alone here.
 *
 * Locks: ACCESS SHARE on the catalogs, given back at once.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/toast_compression.h"
#include "base/compat.h"
#include "catalog/name.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "common/hashfn.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* What a type gives to its columns. */
typedef struct TypeDefaults
{
	Oid type; /* hash key */
	Oid collation;
	char storage;
} TypeDefaults;

/* A name and how it is quoted. */
typedef struct QuotedName
{
	NameData name; /* hash key */
	const char *quoted;
} QuotedName;

/* A stored expression and its text. */
typedef struct PrintedDefault
{
	const char *tree; /* hash key */
	const char *text;
} PrintedDefault;

/* A column of a view, or a dropped column of a table. */
typedef struct ColumnPlace
{
	Oid relid;
	int attnum;
	SchemaObject *relation;
	const char *text; /* name and type; NULL: dropped */
} ColumnPlace;

/* A growing array of these. */
typedef struct ColumnPlaces
{
	ColumnPlace *items;
	int count;
	int size;
} ColumnPlaces;

/* The state of reading. */
typedef struct ColumnsRead
{
	CatalogRead *read;
	HTAB *types;
	HTAB *names;
	HTAB *defaults;
	Oid relid;				/* the relation of the row before */
	SchemaObject *relation; /* its object, or NULL */
	bool partition;			/* it is one */
	ColumnPlaces places;
} ColumnsRead;

/* Returns what a type gives to its columns. */
static const TypeDefaults *
type_defaults(ColumnsRead *columns, Oid type)
{
	bool found;
	TypeDefaults *entry = hash_search(columns->types, &type, HASH_ENTER, &found);

	if (!found)
	{
		HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));

		entry->collation = InvalidOid;
		entry->storage = '\0';
		if (HeapTupleIsValid(tuple))
		{
			entry->collation = ((Form_pg_type) GETSTRUCT(tuple))->typcollation;
			entry->storage = ((Form_pg_type) GETSTRUCT(tuple))->typstorage;
			ReleaseSysCache(tuple);
		}
	}
	return entry;
}

/* Returns a name, quoted where it must be. */
static const char *
quoted_name(ColumnsRead *columns, const NameData *name)
{
	bool found;
	QuotedName *entry = hash_search(columns->names, name, HASH_ENTER, &found);

	if (!found)
		entry->quoted = MemoryContextStrdup(columns->read->context,
											quote_identifier(NameStr(*name)));
	return entry->quoted;
}

/* Notes a column of a view or a dropped one. */
static void
note_place(ColumnsRead *columns, Form_pg_attribute form, const char *text)
{
	ColumnPlaces *places = &columns->places;
	ColumnPlace *place;

	if (places->count == places->size)
	{
		places->size *= 2;
		places->items =
			repalloc_huge(places->items, sizeof(ColumnPlace) * places->size);
	}
	place = &places->items[places->count++];
	place->relid = form->attrelid;
	place->attnum = form->attnum;
	place->relation = columns->relation;
	place->text = text;
}

/* Returns the name of a way of storing values. */
static const char *
storage_name(char storage)
{
	switch (storage)
	{
		case TYPSTORAGE_PLAIN:
			return "plain";
		case TYPSTORAGE_EXTERNAL:
			return "external";
		case TYPSTORAGE_MAIN:
			return "main";
		default:
			return "extended";
	}
}

/* Returns the name of a compression method; NULL if it is the default. */
static const char *
compression_name(char compression)
{
	switch (compression)
	{
		case TOAST_PGLZ_COMPRESSION:
			return "pglz";
		case TOAST_LZ4_COMPRESSION:
			return "lz4";
		default:
			return NULL;
	}
}

/* Returns the collation if it is not that of the type; NULL if it is. */
static const char *
collation_name(ColumnsRead *columns, Form_pg_attribute form)
{
	if (!OidIsValid(form->attcollation) ||
		form->attcollation == type_defaults(columns, form->atttypid)->collation)
		return NULL;
	return dbmig_name_collation(columns->read, form->attcollation);
}

/* Does an array of options hold nothing but one that is the server's own? */
static bool
is_internal_option(Datum options)
{
	ArrayType *array = DatumGetArrayTypeP(options);
	bool result = false;

	if (ARR_NDIM(array) == 1 && ARR_DIMS(array)[0] == 1 && !ARR_HASNULL(array))
	{
		text *first = (text *) ARR_DATA_PTR(array);

		result = VARSIZE_ANY_EXHDR(first) > 3 &&
				 memcmp(VARDATA_ANY(first), "pg_", 3) == 0;
	}
	if ((Pointer) array != DatumGetPointer(options))
		pfree(array);
	return result;
}

/* Returns the owner of a relation. */
static Oid
relation_owner(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/* Reads a column of a table. */
static void
read_column(ColumnsRead *columns, CatalogScan *scan, HeapTuple tuple)
{
	CatalogRead *read = columns->read;
	Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
	SchemaObject *column =
		dbmig_object_add(read->model, KIND_COLUMN, columns->relation, NULL,
						 quoted_name(columns, &form->attname), NULL);
	const TypeDefaults *normal = type_defaults(columns, form->atttypid);
	int statistics =
		dbmig_statistics_target(tuple, RelationGetDescr(scan->relation));
	Datum value;
	bool isnull;

	dbmig_read_register(read, RelationRelationId, form->attrelid, form->attnum,
						column);
	dbmig_object_set_text(column, "type",
						  dbmig_read_type(read, form->atttypid, form->atttypmod));
	dbmig_object_set_int(column, "position", form->attnum);
	dbmig_object_set_text(column, "collation", collation_name(columns, form));
	dbmig_object_set_bool(column, "not_null", form->attnotnull);
	if (form->attinhcount > 0 && !columns->partition)
	{
		dbmig_object_set_bool(column, "inherited", true);
		dbmig_object_set_bool(column, "local", form->attislocal);
	}
	if (form->attidentity != '\0' &&
		!(columns->partition && DBMIG_PARTITIONS_HAVE_IDENTITY))
		dbmig_object_set_text(column, "identity",
							  form->attidentity == ATTRIBUTE_IDENTITY_ALWAYS ?
								  "always" :
								  "by default");
	if (form->attgenerated != '\0')
		dbmig_object_set_text(column, "generated",
							  form->attgenerated == ATTRIBUTE_GENERATED_STORED ?
								  "stored" :
								  "virtual");
	if (form->attstorage != normal->storage && normal->storage != '\0')
		dbmig_object_set_text(column, "storage", storage_name(form->attstorage));
	dbmig_object_set_text(column, "compression",
						  compression_name(form->attcompression));
	if (statistics >= 0)
		dbmig_object_set_int(column, "statistics", statistics);
	value = dbmig_read_attr(scan, tuple, Anum_pg_attribute_attacl, &isnull);
	if (!isnull)
		dbmig_read_privileges(read, column, OBJECT_COLUMN,
							  relation_owner(form->attrelid), value, false);
	value = dbmig_read_attr(scan, tuple, Anum_pg_attribute_attoptions, &isnull);
	if (!isnull && !is_internal_option(value))
		dbmig_read_options(read, column, "options", value, false);
	value =
		dbmig_read_attr(scan, tuple, Anum_pg_attribute_attfdwoptions, &isnull);
	dbmig_read_options(read, column, "foreign_options", value, isnull);
}

/* Puts an entry into a map of a view, whose key is a column. */
static void
put_for_view(ColumnsRead *columns, const char *map, const char *column,
			 const char *value)
{
	if (value)
		dbmig_object_put(columns->relation, map, column,
						 MemoryContextStrdup(columns->read->context, value));
}

/* Puts the grants on a column of a view into a map of the view. */
static void
read_view_grants(ColumnsRead *columns, const char *column, Oid relid, Datum acl)
{
	CatalogRead *read = columns->read;
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	SchemaObject *grants = palloc0(sizeof(SchemaObject));
	ListCell *cell;

	dbmig_read_privileges(read, grants, OBJECT_COLUMN, relation_owner(relid),
						  acl, false);
	foreach(cell, dbmig_object_list(grants, "grants"))
	{
		MapEntry *entry = lfirst(cell);

		dbmig_object_put(columns->relation, "column_grants",
						 psprintf("%s to %s", column, entry->key), entry->value);
	}
	MemoryContextSwitchTo(previous);
}

/* Reads a column of a view or a materialized view. */
static void
read_view_column(ColumnsRead *columns, CatalogScan *scan, HeapTuple tuple)
{
	CatalogRead *read = columns->read;
	Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
	const char *name = quoted_name(columns, &form->attname);
	const char *type = dbmig_read_type(read, form->atttypid, form->atttypmod);
	const char *collation = collation_name(columns, form);
	int statistics =
		dbmig_statistics_target(tuple, RelationGetDescr(scan->relation));
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	Datum value;
	bool isnull;

	note_place(columns, form,
			   collation ? psprintf("%s %s COLLATE %s", name, type, collation) :
						   psprintf("%s %s", name, type));
	MemoryContextSwitchTo(previous);
	value = dbmig_read_attr(scan, tuple, Anum_pg_attribute_attacl, &isnull);
	if (!isnull)
		read_view_grants(columns, name, form->attrelid, value);
	if (columns->relation->kind != KIND_MATERIALIZED_VIEW)
		return;
	if (form->attstorage != type_defaults(columns, form->atttypid)->storage)
		put_for_view(columns, "column_storage", name,
					 storage_name(form->attstorage));
	put_for_view(columns, "column_compression", name,
				 compression_name(form->attcompression));
	if (statistics >= 0)
		put_for_view(columns, "column_statistics", name,
					 psprintf("%d", statistics));
	value = dbmig_read_attr(scan, tuple, Anum_pg_attribute_attoptions, &isnull);
	if (!isnull && !is_internal_option(value))
	{
		SchemaObject *options;

		previous = MemoryContextSwitchTo(read->context);
		options = palloc0(sizeof(SchemaObject));
		dbmig_read_options(read, options, "options", value, false);
		put_for_view(columns, "column_options", name,
					 dbmig_attr_print(dbmig_object_attr(options, "options")));
		MemoryContextSwitchTo(previous);
	}
}

/* Orders columns by relation and place. */
static int
compare_places(const void *a, const void *b)
{
	const ColumnPlace *x = a;
	const ColumnPlace *y = b;

	if (x->relid != y->relid)
		return x->relid < y->relid ? -1 : 1;
	return x->attnum - y->attnum;
}

/* Takes dropped columns out of the numbering of a table's columns. */
static void
close_gaps(SchemaObject *table, const ColumnPlace *dropped, int count)
{
	ListCell *cell;

	foreach(cell, table->children)
	{
		SchemaObject *column = lfirst(cell);
		int attnum;
		int before = 0;

		if (column->kind != KIND_COLUMN)
			continue;
		attnum = dbmig_object_int(column, "position", 0);
		while (before < count && dropped[before].attnum < attnum)
			before++;
		if (before > 0)
			dbmig_object_set_int(column, "position", attnum - before);
	}
}

/* Gives views their lists of columns, and tables positions without gaps. */
static void
join_places(ColumnsRead *columns)
{
	ColumnPlace *items = columns->places.items;
	int count = columns->places.count;
	int next;

	qsort(items, count, sizeof(ColumnPlace), compare_places);
	for (int first = 0; first < count; first = next)
	{
		List *list = NIL;
		MemoryContext previous;

		for (next = first; next < count; next++)
			if (items[next].relid != items[first].relid)
				break;
		if (items[first].relation->kind == KIND_TABLE)
		{
			close_gaps(items[first].relation, items + first, next - first);
			continue;
		}
		previous = MemoryContextSwitchTo(columns->read->context);
		for (int i = first; i < next; i++)
			if (items[i].text)
				list = lappend(list, unconstify(char *, items[i].text));
		dbmig_object_set_list(items[first].relation, "columns", list);
		MemoryContextSwitchTo(previous);
	}
}

/* Reads pg_attribute. */
static void
read_attributes(ColumnsRead *columns)
{
	CatalogRead *read = columns->read;
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, AttributeRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);

		if (form->attnum <= 0)
			continue;
		if (form->attrelid != columns->relid)
		{
			SchemaObject *object =
				dbmig_read_registered(read, RelationRelationId, form->attrelid,
									  0);

			columns->relid = form->attrelid;
			columns->relation = NULL;
			if (object &&
				(object->kind == KIND_TABLE || object->kind == KIND_VIEW ||
				 object->kind == KIND_MATERIALIZED_VIEW))
			{
				columns->relation = object;
				columns->partition =
					dbmig_object_text(object, "partition_of") != NULL;
			}
		}
		if (columns->relation == NULL)
			continue;
		if (form->attisdropped)
			note_place(columns, form, NULL);
		else if (columns->relation->kind == KIND_TABLE)
			read_column(columns, &scan, tuple);
		else
			read_view_column(columns, &scan, tuple);
	}
	dbmig_read_end(&scan);
	join_places(columns);
}

/* Copies a stored tree without the positions of its parts in a source text. */
static char *
blank_locations(const char *tree)
{
	static const char label[] = ":location ";
	char *result = palloc(strlen(tree) + 1);
	char *out = result;
	const char *next;

	while ((next = strstr(tree, label)) != NULL)
	{
		next += sizeof(label) - 1;
		memcpy(out, tree, next - tree);
		out += next - tree;
		tree = next + strspn(next, "-0123456789");
	}
	strcpy(out, tree);
	return result;
}

/* Skips the beginning of a text; returns NULL if it is another. */
static const char *
skip(const char *text, const char *start)
{
	Size length = strlen(start);

	return text && strncmp(text, start, length) == 0 ? text + length : NULL;
}

/* Skips the beginning of the tree of a function call, up to its arguments. */
static const char *
skip_call(const char *tree, Oid function, Oid result, int format)
{
	char start[200];

	snprintf(start, sizeof(start),
			 "{FUNCEXPR :funcid %u :funcresulttype %u :funcretset false "
			 ":funcvariadic false :funcformat %d :funccollid 0 "
			 ":inputcollid 0 :args (",
			 function, result, format);
	return skip(tree, start);
}

/*
 * Prints nextval() of a sequence that was read; NULL if the tree is anything
 * else.  The tree is that of a function call with one constant of type
 * regclass, whose bytes are listed as signed numbers, in an implicit cast if
 * the column is not a bigint.
 */
static char *
print_nextval(CatalogRead *read, const char *tree)
{
	const char *p = tree;
	const char *inner;
	bool cast = true;
	Oid sequence = InvalidOid;
	SchemaObject *object;

	if ((inner = skip_call(p, F_INT4_INT8, INT4OID, COERCE_IMPLICIT_CAST)) ||
		(inner = skip_call(p, F_INT2_INT8, INT2OID, COERCE_IMPLICIT_CAST)))
		p = inner;
	else
		cast = false;
	p = skip_call(p, F_NEXTVAL, INT8OID, COERCE_EXPLICIT_CALL);
	p = skip(p, "{CONST :consttype 2205 :consttypmod -1 :constcollid 0 "
				":constlen 4 :constbyval true :constisnull false "
				":location  :constvalue 4 [");
	if (p == NULL)
		return NULL;
	for (int i = 0; i < sizeof(Datum); i++)
	{
		char *end;
		long byte = strtol(p, &end, 10);
		int place = i;

		if (end == p)
			return NULL;
		p = end;
#ifdef WORDS_BIGENDIAN
		place = sizeof(Datum) - 1 - i;
#endif
		if (place < sizeof(Oid))
			sequence |= ((Oid) (byte & 0xff)) << (8 * place);
	}
	if (strcmp(p, cast ? " ]}) :location }) :location }" :
						 " ]}) :location }") != 0)
		return NULL;
	object = dbmig_read_registered(read, RelationRelationId, sequence, 0);
	if (object == NULL || object->kind != KIND_SEQUENCE ||
		strchr(object->identity, '\\'))
		return NULL;
	return psprintf("nextval(%s::regclass)",
					quote_literal_cstr(object->identity));
}

/* Prints the tree of a default or a generated column; NULL if it must wait. */
static const char *
print_default(ColumnsRead *columns, const char *tree, Oid relid)
{
	CatalogRead *read = columns->read;
	char *key;
	char *text;
	bool found;
	PrintedDefault *entry;

	if (strstr(tree, "{VAR "))
	{
		text = dbmig_deparse_expr(read, tree, relid);
		return text ? MemoryContextStrdup(read->context, text) : NULL;
	}
	key = blank_locations(tree);
	text = print_nextval(read, key);
	if (text)
	{
		pfree(key);
		return MemoryContextStrdup(read->context, text);
	}
	entry = hash_search(columns->defaults, &key, HASH_ENTER, &found);
	if (found)
		pfree(key);
	else
	{
		entry->text = NULL;
		text = dbmig_deparse_expr(read, tree, InvalidOid);
		if (text)
			entry->text = MemoryContextStrdup(read->context, text);
	}
	return entry->text;
}

/* Reads pg_attrdef. */
static void
read_defaults(ColumnsRead *columns)
{
	CatalogRead *read = columns->read;
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, AttrDefaultRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_attrdef form = (Form_pg_attrdef) GETSTRUCT(tuple);
		SchemaObject *column = dbmig_read_registered(read, RelationRelationId,
													 form->adrelid, form->adnum);
		SchemaObject *owner = column;
		char *tree;
		const char *text;

		if (owner == NULL)
			owner = dbmig_read_registered(read, RelationRelationId,
										  form->adrelid, 0);
		if (owner == NULL)
			continue;
		tree = dbmig_read_attr_text(&scan, tuple, Anum_pg_attrdef_adbin);
		if (tree == NULL)
			continue;
		text = print_default(columns, tree, form->adrelid);
		pfree(tree);
		if (text == NULL)
			dbmig_read_skip(owner, "locked");
		else if (column == NULL)
		{
			/* of a view */
			char *name = get_attname(form->adrelid, form->adnum, false);

			dbmig_object_put(owner, "column_defaults",
							 MemoryContextStrdup(read->context,
												 quote_identifier(name)),
							 text);
		}
		else
			dbmig_object_set_text(column,
								  dbmig_object_text(column, "generated") ?
									  "expression" :
									  "default",
								  text);
		dbmig_read_register_part(read, AttrDefaultRelationId, form->oid, owner,
								 column ? 'd' : 0);
	}
	dbmig_read_end(&scan);
}

/* Hashes a key that is a pointer to a string. */
static uint32
hash_text(const void *key, Size size)
{
	const char *text = *(const char *const *) key;

	return hash_bytes((const unsigned char *) text, strlen(text));
}

/* Compares two such keys. */
static int
match_text(const void *a, const void *b, Size size)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Makes a hash table. */
static HTAB *
make_table(const char *name, Size keysize, Size entrysize, int flags)
{
	HASHCTL ctl = {0};

	ctl.keysize = keysize;
	ctl.entrysize = entrysize;
	ctl.hash = hash_text;
	ctl.match = match_text;
	ctl.hcxt = CurrentMemoryContext;
	return hash_create(name, 256, &ctl, HASH_ELEM | HASH_CONTEXT | flags);
}

/* Reads the columns of tables and views. */
void
dbmig_catalog_columns(CatalogRead *read)
{
	ColumnsRead columns = {read};

	columns.types = make_table("dbmig column types", sizeof(Oid),
							   sizeof(TypeDefaults), HASH_BLOBS);
	columns.names = make_table("dbmig column names", sizeof(NameData),
							   sizeof(QuotedName), HASH_STRINGS);
	columns.defaults =
		make_table("dbmig column defaults", sizeof(char *),
				   sizeof(PrintedDefault), HASH_FUNCTION | HASH_COMPARE);
	columns.places.size = 256;
	columns.places.items = palloc_array(ColumnPlace, columns.places.size);
	read_attributes(&columns);
	read_defaults(&columns);
}
