/*
 * scratch_plan.c
 *		What a scratch database is to be like before a text of DDL runs in it:
 *		read from the real database, sent to the worker as text.
 *
 * Reads catalogs of the real database only.  Takes no lock beyond the scan.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "commands/comment.h"
#include "commands/extension.h"
#include "nodes/nodes.h"
#include "nodes/value.h"
#include "schema/aside.h"
#include "schema/scratch.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* Adds a schema of this database, unless it is known or is not there. */
static void
add_shell(ScratchPlan *plan, const char *name)
{
	SchemaShell *shell;
	ListCell *cell;

	foreach(cell, plan->shells)
		if (strcmp(((SchemaShell *) lfirst(cell))->name, name) == 0)
			return;
	shell = dbmig_aside_shell(name);
	if (shell)
		plan->shells = lappend(plan->shells, shell);
}

/* Sorts extensions in the order in which they were made. */
static int
compare_oids(const ListCell *a, const ListCell *b)
{
	Oid x = lfirst_oid(a);
	Oid y = lfirst_oid(b);

	return x < y ? -1 : x > y;
}

/* Adds one extension. */
static void
add_extension(ScratchPlan *plan, Relation catalog, HeapTuple tuple)
{
	Form_pg_extension form = (Form_pg_extension) GETSTRUCT(tuple);
	ScratchExtension *extension = palloc0(sizeof(ScratchExtension));
	char *schema = get_namespace_name(form->extnamespace);
	bool isnull;

	extension->name = pstrdup(NameStr(form->extname));
	extension->version =
		TextDatumGetCString(heap_getattr(tuple, Anum_pg_extension_extversion,
										 RelationGetDescr(catalog), &isnull));
	extension->schema = schema ? schema : "public";
	extension->comment = GetComment(form->oid, ExtensionRelationId, 0);
	plan->extensions = lappend(plan->extensions, extension);
	if (dbmig_ddl_is_own_schema(extension->schema) &&
		!OidIsValid(getExtensionOfObject(NamespaceRelationId,
										 form->extnamespace)))
		add_shell(plan, extension->schema);
}

/* Adds the extensions of this database. */
static void
add_extensions(ScratchPlan *plan)
{
	Relation catalog = table_open(ExtensionRelationId, AccessShareLock);
	SysScanDesc scan;
	HeapTuple tuple;
	List *oids = NIL;
	List *tuples = NIL;
	ListCell *cell;
	ListCell *other;

	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_extension form = (Form_pg_extension) GETSTRUCT(tuple);

		if (strcmp(NameStr(form->extname), "plpgsql") == 0)
			continue;
		oids = lappend_oid(oids, form->oid);
		tuples = lappend(tuples, heap_copytuple(tuple));
	}
	systable_endscan(scan);
	list_sort(oids, compare_oids);
	foreach(cell, oids)
		foreach(other, tuples)
			if (((Form_pg_extension) GETSTRUCT((HeapTuple) lfirst(other)))->oid ==
				lfirst_oid(cell))
				add_extension(plan, catalog, lfirst(other));
	table_close(catalog, AccessShareLock);
}

/* Makes the plan for a text that is meant for this database. */
ScratchPlan *
dbmig_scratch_plan_make(const DdlText *text)
{
	ScratchPlan *plan = palloc0(sizeof(ScratchPlan));
	ListCell *cell;

	plan->schemas = text->schemas;
	plan->globals = text->globals;
	add_shell(plan, "public");
	foreach(cell, text->schemas)
		add_shell(plan, ((DdlSchema *) lfirst(cell))->name);
	add_extensions(plan);
	return plan;
}

/* Adds a text, or nothing, to a row. */
static List *
add_text(List *row, const char *text)
{
	return lappend(row, text ? (Node *) makeString(pstrdup(text)) :
							   (Node *) makeInteger(0));
}

/* Writes the plan as text. */
char *
dbmig_scratch_plan_write(const ScratchPlan *plan)
{
	List *schemas = NIL;
	List *globals = NIL;
	List *shells = NIL;
	List *extensions = NIL;
	ListCell *cell;

	foreach(cell, plan->schemas)
	{
		DdlSchema *schema = lfirst(cell);
		List *row = add_text(NIL, schema->name);

		row = lappend(row, makeInteger(schema->made));
		schemas = lappend(schemas, lappend(row, makeInteger(schema->bare)));
	}
	foreach(cell, plan->globals)
	{
		DdlGlobal *global = lfirst(cell);

		globals = lappend(globals, add_text(add_text(NIL, global->name),
											psprintf("%u", global->classid)));
	}
	foreach(cell, plan->shells)
	{
		SchemaShell *shell = lfirst(cell);
		List *row = add_text(NIL, shell->name);

		row = add_text(row, psprintf("%u", shell->owner));
		row = add_text(row, shell->acl);
		shells = lappend(shells, add_text(row, shell->comment));
	}
	foreach(cell, plan->extensions)
	{
		ScratchExtension *extension = lfirst(cell);
		List *row = add_text(NIL, extension->name);

		row = add_text(row, extension->version);
		row = add_text(row, extension->schema);
		extensions = lappend(extensions, add_text(row, extension->comment));
	}
	/* an empty list would not come back */
	return nodeToString(list_make4(lcons(makeInteger(0), schemas),
								   lcons(makeInteger(0), globals),
								   lcons(makeInteger(0), shells),
								   lcons(makeInteger(0), extensions)));
}

/* Returns a text of a row, or NULL. */
static const char *
row_text(List *row, int place)
{
	Node *node = list_nth(row, place);

	return IsA(node, String) ? strVal(node) : NULL;
}

/* Returns an OID of a row. */
static Oid
row_oid(List *row, int place)
{
	return (Oid) strtoul(row_text(row, place), NULL, 10);
}

/* Reads what the function above has written. */
ScratchPlan *
dbmig_scratch_plan_read(const char *text)
{
	ScratchPlan *plan = palloc0(sizeof(ScratchPlan));
	List *parts = stringToNode(text);
	ListCell *cell;

	for_each_from(cell, (List *) linitial(parts), 1)
	{
		List *row = lfirst(cell);
		DdlSchema *schema = palloc0(sizeof(DdlSchema));

		schema->name = row_text(row, 0);
		schema->made = intVal(lsecond(row)) != 0;
		schema->bare = intVal(lthird(row)) != 0;
		plan->schemas = lappend(plan->schemas, schema);
	}
	for_each_from(cell, (List *) lsecond(parts), 1)
	{
		List *row = lfirst(cell);
		DdlGlobal *global = palloc0(sizeof(DdlGlobal));

		global->name = row_text(row, 0);
		global->classid = row_oid(row, 1);
		plan->globals = lappend(plan->globals, global);
	}
	for_each_from(cell, (List *) lthird(parts), 1)
	{
		List *row = lfirst(cell);
		SchemaShell *shell = palloc0(sizeof(SchemaShell));

		shell->name = row_text(row, 0);
		shell->owner = row_oid(row, 1);
		shell->acl = row_text(row, 2);
		shell->comment = row_text(row, 3);
		plan->shells = lappend(plan->shells, shell);
	}
	for_each_from(cell, (List *) lfourth(parts), 1)
	{
		List *row = lfirst(cell);
		ScratchExtension *extension = palloc0(sizeof(ScratchExtension));

		extension->name = row_text(row, 0);
		extension->version = row_text(row, 1);
		extension->schema = row_text(row, 2);
		extension->comment = row_text(row, 3);
		plan->extensions = lappend(plan->extensions, extension);
	}
	return plan;
}
