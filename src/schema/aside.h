/*
 * aside.h
 *		Setting schemas aside, so that DDL can make them anew under their own
 *		names.
 */
#ifndef DBMIG_SCHEMA_ASIDE_H
#define DBMIG_SCHEMA_ASIDE_H

#include "postgres.h"
#include "nodes/nodes.h"
#include "nodes/pg_list.h"

#include "catalog/object.h"
#include "schema/ddl_text.h"

/* What a schema is by itself, without what is in it. */
typedef struct SchemaShell
{
	const char *name;
	Oid oid; /* in this database; InvalidOid: not there */
	Oid owner;
	const char *acl;	 /* aclitem[] as text, or NULL */
	const char *comment; /* or NULL */
} SchemaShell;

typedef struct Aside
{
	MemoryContext context;
	TransactionId since; /* own transaction; Invalid: every object counts */
	List *schemas;		 /* of SchemaShell *: as they were */
	List *hidden;		 /* of ObjectAddress *: there before the text */
} Aside;

extern SchemaShell *dbmig_aside_shell(const char *name);
extern void dbmig_aside_make(const SchemaShell *shell);
extern void dbmig_aside_dress(Oid oid, const SchemaShell *shell);
extern Aside *dbmig_aside_begin(const DdlText *text, List *shells,
								bool subtransaction, MemoryContext context);
extern bool dbmig_aside_before(Aside *aside, Node *node);
extern void dbmig_aside_after(Aside *aside, Node *node);
extern List *dbmig_aside_strays(Aside *aside);
extern SchemaModel *
dbmig_aside_read(Aside *aside, const DdlText *text, MemoryContext context);

#endif /* DBMIG_SCHEMA_ASIDE_H */
