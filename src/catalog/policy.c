/*
 * policy.c
 *		Reading row-security policies.
 *
 * Whether a table uses its policies is an attribute of the table.  A condition
 * may hold subqueries; where another session has locked a table in one, the
 * policy says that it was skipped.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/pg_class.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* Returns the command that a policy is for; NULL for all. */
static const char *
command_name(char command)
{
	switch (command)
	{
		case ACL_SELECT_CHR:
			return "select";
		case ACL_INSERT_CHR:
			return "insert";
		case ACL_UPDATE_CHR:
			return "update";
		case ACL_DELETE_CHR:
			return "delete";
		default:
			return NULL;
	}
}

/* Orders names of roles. */
static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* Sets the roles that a policy is for, unless it is for everybody. */
static void
read_roles(CatalogRead *read, SchemaObject *policy, Datum roles)
{
	Datum *oids;
	int count;
	List *names = NIL;
	MemoryContext previous;

	deconstruct_array(DatumGetArrayTypeP(roles), OIDOID, sizeof(Oid), true,
					  TYPALIGN_INT, &oids, NULL, &count);
	previous = MemoryContextSwitchTo(read->context);
	for (int i = 0; i < count; i++)
	{
		if (DatumGetObjectId(oids[i]) == ACL_ID_PUBLIC)
		{
			MemoryContextSwitchTo(previous);
			return;
		}
		names = lappend(names,
						unconstify(char *,
								   dbmig_read_role(read,
												   DatumGetObjectId(oids[i]))));
	}
	list_sort(names, compare_names);
	MemoryContextSwitchTo(previous);
	dbmig_object_set_list(policy, "roles", names);
}

/* Sets a condition. */
static void
read_condition(CatalogRead *read, SchemaObject *policy, const char *attr,
			   Oid relid, const char *tree)
{
	char *text;

	if (tree == NULL)
		return;
	text = dbmig_deparse_expr(read, tree, relid);
	if (text == NULL)
		dbmig_read_skip(policy, "locked");
	else
		dbmig_object_set_text(policy, attr, text);
}

/* Reads all policies. */
void
dbmig_catalog_policies(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, PolicyRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_policy form = (Form_pg_policy) GETSTRUCT(tuple);
		SchemaObject *table =
			dbmig_read_registered(read, RelationRelationId, form->polrelid, 0);
		SchemaObject *policy;
		Datum roles;
		bool isnull;

		if (table == NULL)
			continue;
		policy =
			dbmig_object_add(read->model, KIND_POLICY, table, NULL,
							 MemoryContextStrdup(read->context,
												 quote_identifier(NameStr(form->polname))),
							 NULL);
		dbmig_read_register(read, PolicyRelationId, form->oid, 0, policy);
		dbmig_object_set_bool(policy, "restrictive", !form->polpermissive);
		dbmig_object_set_text(policy, "command", command_name(form->polcmd));
		roles = dbmig_read_attr(&scan, tuple, Anum_pg_policy_polroles, &isnull);
		if (!isnull)
			read_roles(read, policy, roles);
		read_condition(read, policy, "using", form->polrelid,
					   dbmig_read_attr_text(&scan, tuple,
											Anum_pg_policy_polqual));
		read_condition(read, policy, "check", form->polrelid,
					   dbmig_read_attr_text(&scan, tuple,
											Anum_pg_policy_polwithcheck));
	}
	dbmig_read_end(&scan);
}
