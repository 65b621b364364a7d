/*
 * read.h
 *		Reading a schema from the catalogs: what the readers share.
 *
 * Every reader scans its catalog once, adds an object to the model for each row
 * that is wanted, and registers the row's OID.  When all have read, read.c goes
 * once through pg_depend, pg_description and pg_seclabel and gives each object
 * its dependencies and its comment.  No reader locks a user's relation or waits
 * for one, and none fills the relation cache.
 */
#ifndef DBMIG_CATALOG_READ_H
#define DBMIG_CATALOG_READ_H

#include "postgres.h"
#include "access/htup.h"
#include "catalog/objectaccess.h"
#include "nodes/nodes.h"
#include "nodes/parsenodes.h"
#include "utils/acl.h"
#include "utils/relcache.h"
#include "utils/resowner.h"
#include "utils/snapshot.h"

#include "catalog/object.h"

typedef struct CatalogRead
{
	SchemaModel *model;
	MemoryContext context;			  /* results */
	MemoryContext scratch;			  /* reset by read.c between readers */
	Snapshot snapshot;				  /* for every scan */
	bool privileges;				  /* owners are read, too */
	Oid usual_owner;				  /* who is not worth a word */
	List *schema_names;				  /* limited to these, or NIL */
	bool globals;					  /* also what lives in no schema */
	struct registry_hash *registered; /* (class, oid, subid) to object */
	struct member_hash *members;	  /* (class, oid) of extension members */
	HTAB *namespaces;				  /* oid to wanted, quoted name */
	HTAB *types;					  /* (type, typmod) to name */
	HTAB *roles;					  /* oid to quoted name */
	HTAB *columns;				/* oid to RelationColumns, see column_names.c */
	List *index_columns;		/* of IndexColumn *, see column_names.c */
	struct IndexState *indexes; /* see index.c */
	struct DeparseState *deparse; /* see deparse.c */
} CatalogRead;

/* What a registered row stands for. */
typedef struct RegisteredKey
{
	Oid classid;
	Oid objid;
	int32 subid;
} RegisteredKey;

typedef struct Registered
{
	RegisteredKey key;
	SchemaObject *object;
	char part;	 /* 0: the object; 'd': the default of a column */
	char status; /* the hash table's */
} Registered;

/* Is an object in this namespace to be read?  False for members of extensions. */
extern bool
dbmig_read_wanted(CatalogRead *read, Oid classid, Oid objid, Oid namespace);
/* The same for objects that live in no schema; false below FirstNormalObjectId,
 * and if read is limited to some schemas. */
extern bool dbmig_read_wanted_global(CatalogRead *read, Oid classid, Oid objid);
extern void dbmig_read_register(CatalogRead *read, Oid classid, Oid objid,
								int32 subid, SchemaObject *object);
extern void dbmig_read_register_part(CatalogRead *read, Oid classid, Oid objid,
									 SchemaObject *object, char part);
extern SchemaObject *
dbmig_read_registered(CatalogRead *read, Oid classid, Oid objid, int32 subid);

/* Names, quoted; palloc'd in read->context and cached. */
extern const char *dbmig_read_namespace(CatalogRead *read, Oid namespace);
extern const char *dbmig_read_role(CatalogRead *read, Oid role);
extern const char *
dbmig_read_type(CatalogRead *read, Oid type, int32 typmod); /* format_type */
/* schema.name of a collation, a relation, a function with arguments, … */
extern const char *
dbmig_read_qualified(CatalogRead *read, Oid namespace, const char *name);

/* Sets "owner", if asked for or not the usual one. */
extern void dbmig_read_owner(CatalogRead *read, SchemaObject *object, Oid owner);
/* Sets "owner" likewise, and "grants", if not the default. */
extern void
dbmig_read_privileges(CatalogRead *read, SchemaObject *object, ObjectType type,
					  Oid owner, Datum acl, bool acl_isnull);
/* Sets a map from role to privileges, of the owner too if so asked. */
extern void
dbmig_read_acl(CatalogRead *read, SchemaObject *object, const char *attr,
			   const Acl *acl, Oid owner, bool with_owner);
/* reloptions, attoptions, …: {a=1,b=2} to a map; entries "pg_…" are left out. */
extern void dbmig_read_options(CatalogRead *read, SchemaObject *object,
							   const char *attr, Datum options, bool isnull);

/*
 * A scan of a whole catalog under read->snapshot:
 *
 *	CatalogScan scan;
 *	dbmig_read_begin(read, &scan, ProcedureRelationId);
 *	while ((tuple = dbmig_read_next(&scan)) != NULL) …
 *	dbmig_read_end(&scan);
 *
 * dbmig_read_attr() is heap_getattr() for the columns behind the fixed part.
 */
typedef struct CatalogScan
{
	Relation relation;
	struct SysScanDescData *scan;
} CatalogScan;

extern void dbmig_read_begin(CatalogRead *read, CatalogScan *scan, Oid catalog);
extern HeapTuple dbmig_read_next(CatalogScan *scan);
extern void dbmig_read_end(CatalogScan *scan);
extern Datum
dbmig_read_attr(CatalogScan *scan, HeapTuple tuple, int attnum, bool *isnull);
extern char *
dbmig_read_attr_text(CatalogScan *scan, HeapTuple tuple, int attnum);

/*
 * Deparsing without locks and without the relation cache (deparse.c).  The
 * texts are those of the server under an empty search_path, made equal across
 * versions.  They return NULL where another session has locked a relation that
 * would have to be opened; the caller then says so with dbmig_read_skip().
 */
extern char *
dbmig_deparse_expr(CatalogRead *read, const char *node_text, Oid relid);
extern char *dbmig_deparse_node(CatalogRead *read, Node *node, Oid relid);
extern char *
dbmig_deparse_query(CatalogRead *read, Query *query, Oid view_relid);
/* Trees as they are when their text has been read again (settle.c). */
extern bool dbmig_deparse_is_array_cast(Node *node);
extern Node *dbmig_deparse_settle(Node *node);
/* Around printing that is done by a function of the server's. */
extern bool dbmig_deparse_begin(Node *node, ResourceOwner *previous);
extern void dbmig_deparse_end(ResourceOwner previous);
extern void dbmig_read_skip(SchemaObject *object, const char *why);

/*
 * The columns of a relation by attnum - 1 (column_names.c).  Names are as in
 * the catalog, not quoted; NULL where a column was dropped.
 */
typedef struct RelationColumns
{
	Oid relid; /* key */
	int count;
	int room;
	const char **names;
	Oid *types;
	Oid *collations;
} RelationColumns;

/* What was set by hand for a column of an index. */
typedef struct IndexColumn
{
	Oid relid;
	int attnum;
	int target;	   /* statistics target, or -1 */
	List *options; /* of the operator class: DefElem * */
} IndexColumn;

extern const RelationColumns *
dbmig_read_relation_columns(CatalogRead *read, Oid relid);
extern const char **dbmig_read_columns(CatalogRead *read, Oid relid, int *count);

/* The readers, in the order in which they are called. */
extern void dbmig_catalog_schemas(CatalogRead *read);	  /* schema.c */
extern void dbmig_catalog_extensions(CatalogRead *read);  /* extension.c */
extern void dbmig_catalog_types(CatalogRead *read);		  /* type.c */
extern void dbmig_catalog_relations(CatalogRead *read);	  /* relation.c: tables,
															* views, matviews,
															* sequences */
extern void dbmig_catalog_columns(CatalogRead *read);	  /* column.c */
extern void dbmig_catalog_sequences(CatalogRead *read);	  /* sequence.c */
extern void dbmig_catalog_constraints(CatalogRead *read); /* constraint.c */
extern void dbmig_catalog_indexes(CatalogRead *read);	  /* index.c */
extern void dbmig_catalog_functions(CatalogRead *read);	  /* function.c */
extern void dbmig_catalog_views(CatalogRead *read);		  /* view.c */
extern void dbmig_catalog_triggers(CatalogRead *read);	  /* trigger.c */
extern void dbmig_catalog_policies(CatalogRead *read);	  /* policy.c */
extern void dbmig_catalog_rules(CatalogRead *read);		  /* rule.c */
extern void dbmig_catalog_statistics(CatalogRead *read);  /* statistics.c */
extern void
dbmig_catalog_event_triggers(CatalogRead *read);		   /* event_trigger.c */
extern void dbmig_catalog_operators(CatalogRead *read);	   /* operator.c */
extern void dbmig_catalog_text_search(CatalogRead *read);  /* text_search.c */
extern void dbmig_catalog_foreign(CatalogRead *read);	   /* foreign.c */
extern void dbmig_catalog_others(CatalogRead *read);	   /* other.c: casts,
															* collations,
															* languages, … */
extern void dbmig_catalog_publications(CatalogRead *read); /* publication.c */
extern void
dbmig_catalog_default_privileges(CatalogRead *read); /* default_privileges.c */

/* Everything: the model of the current database (read.c). */
extern SchemaModel *
dbmig_catalog_read(List *schema_names, bool privileges, MemoryContext context);
/* The same with what lives in no schema, without the objects in a list of
 * ObjectAddress *. */
extern SchemaModel *dbmig_catalog_read_new(List *schema_names, bool privileges,
										   List *hidden, MemoryContext context);
/* What an expectation is to be compared with: its schemas, and what lives in
 * no schema if it says something of that. */
extern SchemaModel *
dbmig_catalog_read_like(const SchemaModel *expected, bool privileges,
						MemoryContext context);

#endif /* DBMIG_CATALOG_READ_H */
