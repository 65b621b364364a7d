/*
 * object.h
 *		A schema as values: a tree of objects with attributes, read from the
 *		catalogs or from a snapshot, and the same in both cases.
 *
 * Everything that compares, prints or repairs schemas works on this tree and
 * never asks the catalogs again.  Names are kept as a user would type them,
 * that is, quoted where they must be.
 */
#ifndef DBMIG_CATALOG_OBJECT_H
#define DBMIG_CATALOG_OBJECT_H

#include "postgres.h"
#include "nodes/pg_list.h"
#include "utils/hsearch.h"

/* Kinds of objects, in the order in which they are printed. */
typedef enum ObjectKind
{
	KIND_NONE = -1,
	KIND_SCHEMA,
	KIND_EXTENSION,
	KIND_LANGUAGE,
	KIND_COLLATION,
	KIND_ENUM,
	KIND_DOMAIN,
	KIND_DOMAIN_CONSTRAINT, /* child of a domain */
	KIND_COMPOSITE,
	KIND_ATTRIBUTE, /* child of a composite type */
	KIND_RANGE,
	KIND_SEQUENCE,
	KIND_FUNCTION,
	KIND_PROCEDURE,
	KIND_AGGREGATE,
	KIND_OPERATOR,
	KIND_OPERATOR_FAMILY,
	KIND_OPERATOR_CLASS,
	KIND_CAST,
	KIND_CONVERSION,
	KIND_TRANSFORM,
	KIND_ACCESS_METHOD,
	KIND_TS_PARSER,
	KIND_TS_TEMPLATE,
	KIND_TS_DICTIONARY,
	KIND_TS_CONFIGURATION,
	KIND_FOREIGN_DATA_WRAPPER,
	KIND_SERVER,
	KIND_USER_MAPPING,
	KIND_TABLE,
	KIND_COLUMN,	 /* child of a table */
	KIND_CONSTRAINT, /* child of a table */
	KIND_VIEW,
	KIND_MATERIALIZED_VIEW,
	KIND_INDEX,	  /* child of a table or materialized view */
	KIND_TRIGGER, /* child of a table or view */
	KIND_POLICY,  /* child of a table */
	KIND_RULE,	  /* child of a table or view */
	KIND_STATISTICS,
	KIND_EVENT_TRIGGER,
	KIND_PUBLICATION,
	KIND_SUBSCRIPTION,
	KIND_DEFAULT_PRIVILEGES,
	KIND_UNMODELLED, /* what dbmig sees and cannot describe */
	KIND_COUNT
} ObjectKind;

typedef enum AttrType
{
	ATTR_TEXT,
	ATTR_BOOL, /* only true is ever kept: absent means false */
	ATTR_INT,
	ATTR_LIST,	/* of text, in an order that means something */
	ATTR_MAP,	/* text to text, sorted by key */
	ATTR_ABSENT /* an expectation says false or null: must not be there */
} AttrType;

/* An entry of an attribute of type map. */
typedef struct MapEntry
{
	const char *key;
	const char *value;
} MapEntry;

typedef struct SchemaAttr
{
	const char *name; /* as in the snapshot */
	AttrType type;
	const char *text; /* if ATTR_TEXT */
	int64 number;	  /* if ATTR_INT */
	List *list;		  /* of char * if ATTR_LIST, of MapEntry * if ATTR_MAP */
} SchemaAttr;

typedef struct SchemaObject
{
	ObjectKind kind;
	struct SchemaObject *parent; /* NULL at the top level */
	const char *key;			 /* in its container: app.users, email */
	const char *identity;		 /* in the whole schema: app.users.email */
	const char *schema;			 /* quoted name of its schema, or NULL */
	const char *name;			 /* quoted name without schema */
	List *attrs;				 /* of SchemaAttr *, in order of setting */
	List *children;				 /* of SchemaObject *, any order */
	List *depends;				 /* of char *: "table app.users" */
	bool stated;				 /* false: nobody expects it, it only stays */
	bool defer;					 /* the planner's: create on its own */
	bool defer_default;			 /* the planner's: default on its own */
	const char *ref;			 /* cached by dbmig_object_ref() */
	void *plan;					 /* the planner's */
} SchemaObject;

/* A whole schema. */
typedef struct SchemaModel
{
	MemoryContext context;	   /* all of it lives here */
	bool complete;			   /* false: an expectation that names parts */
	bool privileges;		   /* no word about grants means the usual ones */
	const char *owner;		   /* of the database, quoted; NULL: not known */
	List *schemas;			   /* names (not quoted) it is limited to, or NIL */
	List *objects[KIND_COUNT]; /* top-level objects by kind */
	bool stated[KIND_COUNT];   /* does it say anything about this kind? */
	HTAB *index;			   /* "label identity" to object, children too */
} SchemaModel;

/* One row for each kind. */
typedef struct ObjectKindInfo
{
	const char *label;	   /* schema_diff.kind: "materialized view" */
	const char *container; /* key in the snapshot: "materialized_views" */
	bool child;			   /* lives inside another object */
	bool qualified;		   /* its key begins with a schema */
} ObjectKindInfo;

extern const ObjectKindInfo dbmig_object_kinds[KIND_COUNT];

extern SchemaModel *dbmig_model_create(MemoryContext context);
extern SchemaObject *dbmig_model_find(const SchemaModel *model, ObjectKind kind,
									  const char *identity);
extern SchemaObject *
dbmig_model_find_ref(const SchemaModel *model, const char *ref);
extern void dbmig_model_sort(SchemaModel *model);

/*
 * Adds an object.  schema and name are quoted already; args is the list of
 * argument types of a function, with its parentheses, or any other text that
 * is part of the key, or NULL.  Nothing is copied.
 */
extern SchemaObject *
dbmig_object_add(SchemaModel *model, ObjectKind kind, SchemaObject *parent,
				 const char *schema, const char *name, const char *args);
extern const char *dbmig_object_label(const SchemaObject *object);
extern const char *dbmig_object_ref(const SchemaObject *object);
extern SchemaObject *
dbmig_object_child(const SchemaObject *object, ObjectKind kind, const char *key);

/* Setting to NULL, false or an empty list or map keeps the attribute absent. */
extern void
dbmig_object_set_text(SchemaObject *object, const char *name, const char *value);
extern void
dbmig_object_set_bool(SchemaObject *object, const char *name, bool value);
extern void
dbmig_object_set_int(SchemaObject *object, const char *name, int64 value);
extern void
dbmig_object_set_list(SchemaObject *object, const char *name, List *value);
extern void dbmig_object_put(SchemaObject *object, const char *name,
							 const char *key, const char *value);
/* An empty map that is kept, e.g. grants of which all were revoked. */
extern void dbmig_object_set_empty_map(SchemaObject *object, const char *name);
extern void dbmig_object_unset(SchemaObject *object, const char *name);
extern void dbmig_object_set_attr(SchemaObject *object, const SchemaAttr *attr);

extern SchemaAttr *
dbmig_object_attr(const SchemaObject *object, const char *name);
extern const char *
dbmig_object_text(const SchemaObject *object, const char *name);
extern bool dbmig_object_bool(const SchemaObject *object, const char *name);
extern int64
dbmig_object_int(const SchemaObject *object, const char *name, int64 if_absent);
extern List *dbmig_object_list(const SchemaObject *object, const char *name);
extern const char *
dbmig_object_get(const SchemaObject *object, const char *name, const char *key);
extern bool dbmig_attr_equal(const SchemaAttr *a, const SchemaAttr *b);
extern char *dbmig_attr_print(const SchemaAttr *attr);

extern void dbmig_object_depend(SchemaObject *object, const char *ref);

#endif /* DBMIG_CATALOG_OBJECT_H */
