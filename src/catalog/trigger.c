/*
 * trigger.c
 *		Reading triggers.
 *
 * The definition is the server's CREATE TRIGGER, built from the row itself,
 * since a database may have tens of thousands of triggers.  Triggers that the
 * server made for foreign keys, and those that a partition has from its parent,
 * are not read: who has the key or the parent has them.  Where somebody has
 * switched one of those off by hand, that is said as unmodelled.  Takes no
 * locks, but for a condition on a value of composite type, which the server
 * looks into; where it would have to wait, the trigger says that it was skipped.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "base/compat.h"
#include "catalog/heap.h"
#include "catalog/name.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_trigger.h"
#include "catalog/read.h"
#include "commands/trigger.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/ruleutils.h"

/* A row of pg_trigger while it is read. */
typedef struct TriggerRow
{
	CatalogRead *read;
	CatalogScan *scan;
	HeapTuple tuple;
	Form_pg_trigger form;
	SchemaObject *relation;
} TriggerRow;

/* Returns schema.name of a relation. */
static const char *
relation_name(CatalogRead *read, Oid relid)
{
	char *name = get_rel_name(relid);

	if (name == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation with OID %u does not exist", relid)));
	return dbmig_read_qualified(read, get_rel_namespace(relid), name);
}

/* Returns when a trigger fires; NULL for the default. */
static const char *
enabled_name(char enabled)
{
	switch (enabled)
	{
		case TRIGGER_DISABLED:
			return "disabled";
		case TRIGGER_FIRES_ON_REPLICA:
			return "replica";
		case TRIGGER_FIRES_ALWAYS:
			return "always";
		default:
			return NULL;
	}
}

/* Prints UPDATE [OF columns]. */
static void
print_update(StringInfo text, const TriggerRow *row)
{
	appendStringInfoString(text, "UPDATE");
	for (int i = 0; i < row->form->tgattr.dim1; i++)
	{
		char *column =
			get_attname(row->form->tgrelid, row->form->tgattr.values[i], false);

		appendStringInfo(text, "%s%s", i == 0 ? " OF " : ", ",
						 quote_identifier(column));
	}
}

/* Prints when the trigger fires and for which events. */
static void
print_events(StringInfo text, const TriggerRow *row)
{
	int16 type = row->form->tgtype;
	const char *between = " ";

	appendStringInfoString(text, TRIGGER_FOR_BEFORE(type)  ? "BEFORE" :
								 TRIGGER_FOR_INSTEAD(type) ? "INSTEAD OF" :
															 "AFTER");
	if (TRIGGER_FOR_INSERT(type))
	{
		appendStringInfo(text, "%sINSERT", between);
		between = " OR ";
	}
	if (TRIGGER_FOR_DELETE(type))
	{
		appendStringInfo(text, "%sDELETE", between);
		between = " OR ";
	}
	if (TRIGGER_FOR_UPDATE(type))
	{
		appendStringInfoString(text, between);
		print_update(text, row);
		between = " OR ";
	}
	if (TRIGGER_FOR_TRUNCATE(type))
		appendStringInfo(text, "%sTRUNCATE", between);
}

/* Prints what only constraint triggers have. */
static void
print_constraint(StringInfo text, const TriggerRow *row)
{
	Form_pg_trigger form = row->form;

	if (!OidIsValid(form->tgconstraint))
		return;
	if (OidIsValid(form->tgconstrrelid))
		appendStringInfo(text, " FROM %s",
						 relation_name(row->read, form->tgconstrrelid));
	appendStringInfo(text, "%s DEFERRABLE INITIALLY %s",
					 form->tgdeferrable ? "" : " NOT",
					 form->tginitdeferred ? "DEFERRED" : "IMMEDIATE");
}

/* Prints the names of the transition tables. */
static void
print_transition_tables(StringInfo text, const TriggerRow *row)
{
	bool old_null;
	bool new_null;
	Datum old = dbmig_read_attr(row->scan, row->tuple,
								Anum_pg_trigger_tgoldtable, &old_null);
	Datum new = dbmig_read_attr(row->scan, row->tuple,
								Anum_pg_trigger_tgnewtable, &new_null);

	if (old_null && new_null)
		return;
	appendStringInfoString(text, " REFERENCING");
	if (!old_null)
		appendStringInfo(text, " OLD TABLE AS %s",
						 quote_identifier(NameStr(*DatumGetName(old))));
	if (!new_null)
		appendStringInfo(text, " NEW TABLE AS %s",
						 quote_identifier(NameStr(*DatumGetName(new))));
}

/* Makes a range table entry that names the columns of OLD or NEW. */
static RangeTblEntry *
make_entry(const char *alias, List *columns)
{
	RangeTblEntry *entry = makeNode(RangeTblEntry);

	/* no relation, or the server would open it to see its columns */
	entry->rtekind = RTE_VALUES;
	entry->alias = makeAlias(alias, columns);
	entry->eref = entry->alias;
	return entry;
}

/* What redirect_system_columns() needs to know. */
typedef struct Redirect
{
	int columns; /* without the system columns that follow them */
} Redirect;

/* Points system columns to where list_columns() has put them. */
static bool
redirect_system_columns(Node *node, void *context)
{
	Redirect *redirect = context;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var *var = (Var *) node;

		if (var->varattno < 0)
			var->varattno = redirect->columns - var->varattno;
		if (var->varattnosyn < 0)
			var->varattnosyn = redirect->columns - var->varattnosyn;
		return false;
	}
	return expression_tree_walker(node, redirect_system_columns, context);
}

/* Lists the columns of a relation, then the system's. */
static List *
list_columns(CatalogRead *read, Oid relid, int *count)
{
	List *list = NIL;
	const char **names;

	*count = 0;
	names = dbmig_read_columns(read, relid, count);

	for (int i = 0; i < *count; i++)
		list = lappend(list, makeString(pstrdup(names[i] ? names[i] : "")));
	for (int i = -1; i > FirstLowInvalidHeapAttributeNumber; i--)
		list = lappend(list,
					   makeString(pstrdup(NameStr(SystemAttributeDefinition(i)
													  ->attname))));
	return list;
}

/* Prints a condition on OLD and NEW.  Returns false if it would wait. */
static bool
print_condition(StringInfo text, const TriggerRow *row)
{
	char *tree =
		dbmig_read_attr_text(row->scan, row->tuple, Anum_pg_trigger_tgqual);
	Node *node;
	PlannedStmt *holder;
	Redirect redirect;
	List *columns;
	ResourceOwner previous;

	if (tree == NULL)
		return true;
	node = dbmig_deparse_settle(stringToNode(tree));
	if (!dbmig_deparse_begin(node, &previous))
		return false;
	columns = list_columns(row->read, row->form->tgrelid, &redirect.columns);
	redirect_system_columns(node, &redirect);
	holder = makeNode(PlannedStmt);
	holder->rtable =
		list_make2(make_entry("old", columns), make_entry("new", columns));
	appendStringInfo(text, " WHEN (%s)",
					 deparse_expression(node,
										deparse_context_for_plan_tree(holder,
																	  list_make2("old",
																				 "new")),
										true, false));
	dbmig_deparse_end(previous);
	return true;
}

/* Prints the function and its arguments. */
static void
print_call(StringInfo text, const TriggerRow *row)
{
	Form_pg_trigger form = row->form;
	bool isnull;
	Datum value;
	char *argument;

	appendStringInfo(text, " EXECUTE FUNCTION %s(",
					 dbmig_name_function(row->read, form->tgfoid));
	if (form->tgnargs > 0)
	{
		value = dbmig_read_attr(row->scan, row->tuple, Anum_pg_trigger_tgargs,
								&isnull);
		argument = VARDATA_ANY(DatumGetByteaPP(value));
		for (int i = 0; i < form->tgnargs; i++)
		{
			appendStringInfo(text, "%s%s", i > 0 ? ", " : "",
							 quote_literal_cstr(argument));
			argument += strlen(argument) + 1;
		}
	}
	appendStringInfoChar(text, ')');
}

/* Returns CREATE TRIGGER …; NULL if that would wait. */
static char *
print_trigger(const TriggerRow *row)
{
	Form_pg_trigger form = row->form;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE %sTRIGGER %s ",
					 OidIsValid(form->tgconstraint) ? "CONSTRAINT " : "",
					 quote_identifier(NameStr(form->tgname)));
	print_events(&text, row);
	appendStringInfo(&text, " ON %s", row->relation->identity);
	print_constraint(&text, row);
	print_transition_tables(&text, row);
	appendStringInfo(&text, " FOR EACH %s",
					 TRIGGER_FOR_ROW(form->tgtype) ? "ROW" : "STATEMENT");
	if (!print_condition(&text, row))
		return NULL;
	print_call(&text, row);
	return text.data;
}

/* Says that a trigger that is not ours to describe was switched by hand. */
static void
report_switched(CatalogRead *read, const char *what, char enabled)
{
	const char *state = enabled_name(enabled);
	SchemaObject *unmodelled =
		dbmig_object_add(read->model, KIND_UNMODELLED, NULL, NULL,
						 MemoryContextStrdup(read->context, what), NULL);

	dbmig_object_set_text(unmodelled, "enabled", state ? state : "origin");
}

/* Looks whether a trigger of a constraint was switched by hand. */
static void
check_internal(const TriggerRow *row)
{
	Form_pg_trigger form = row->form;
	SchemaObject *constraint;

	/* a constraint has up to two on a table: one of them speaks for both */
	if (form->tgenabled == TRIGGER_FIRES_ON_ORIGIN ||
		!(TRIGGER_FOR_INSERT(form->tgtype) || TRIGGER_FOR_DELETE(form->tgtype)))
		return;
	constraint = dbmig_read_registered(row->read, ConstraintRelationId,
									   form->tgconstraint, 0);
	if (constraint)
		report_switched(row->read,
						psprintf("trigger on %s for %s of constraint %s",
								 row->relation->identity,
								 TRIGGER_FOR_INSERT(form->tgtype) ? "insert" :
																	"delete",
								 constraint->identity),
						form->tgenabled);
}

/* Reads one row that somebody has made with CREATE TRIGGER. */
static void
read_row(const TriggerRow *row)
{
	CatalogRead *read = row->read;
	Form_pg_trigger form = row->form;
	SchemaObject *trigger;
	char *definition = print_trigger(row);
	char *name = MemoryContextStrdup(read->context,
									 quote_identifier(NameStr(form->tgname)));

	trigger = dbmig_object_add(read->model, KIND_TRIGGER, row->relation, NULL,
							   name, NULL);
	dbmig_read_register(read, TriggerRelationId, form->oid, 0, trigger);
	if (definition == NULL)
		dbmig_read_skip(trigger, "locked");
	else
		dbmig_object_set_text(trigger, "definition",
							  MemoryContextStrdup(read->context, definition));
	dbmig_object_set_text(trigger, "enabled", enabled_name(form->tgenabled));
}

/* A trigger that a partition has from its parent. */
typedef struct Clone
{
	Oid oid; /* key */
	Oid parent;
	char enabled;
	SchemaObject *relation;
} Clone;

/* Notes a trigger that a partition has from its parent. */
static void
note_clone(HTAB *clones, const TriggerRow *row)
{
	Clone *clone = hash_search(clones, &row->form->oid, HASH_ENTER, NULL);

	clone->parent = row->form->tgparentid;
	clone->enabled = row->form->tgenabled;
	clone->relation = row->relation;
}

/* Looks which of those were switched apart from the trigger they come from. */
static void
check_clones(CatalogRead *read, HTAB *clones)
{
	HASH_SEQ_STATUS status;
	Clone *clone;

	hash_seq_init(&status, clones);
	while ((clone = hash_seq_search(&status)) != NULL)
	{
		Clone *parent = clone;
		Oid root = clone->oid;
		SchemaObject *trigger;
		const char *state = enabled_name(clone->enabled);
		const char *expected;

		while (parent)
		{
			root = parent->parent;
			parent = hash_search(clones, &root, HASH_FIND, NULL);
		}
		trigger = dbmig_read_registered(read, TriggerRelationId, root, 0);
		if (trigger == NULL)
			continue;
		expected = dbmig_object_text(trigger, "enabled");
		if (strcmp(state ? state : "", expected ? expected : "") != 0)
			report_switched(read,
							psprintf("trigger on %s from %s",
									 clone->relation->identity,
									 trigger->identity),
							clone->enabled);
	}
}

/* Reads all triggers. */
void
dbmig_catalog_triggers(CatalogRead *read)
{
	HASHCTL ctl = {0};
	HTAB *clones;
	CatalogScan scan;
	HeapTuple tuple;
	MemoryContext unit =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig trigger",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext previous;

	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(Clone);
	ctl.hcxt = CurrentMemoryContext;
	clones = hash_create("dbmig cloned triggers", 64, &ctl,
						 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	dbmig_read_begin(read, &scan, TriggerRelationId);
	previous = MemoryContextSwitchTo(unit);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		TriggerRow row = {read, &scan, tuple,
						  (Form_pg_trigger) GETSTRUCT(tuple)};

		row.relation = dbmig_read_registered(read, RelationRelationId,
											 row.form->tgrelid, 0);
		if (row.relation == NULL)
			continue;
		if (row.form->tgisinternal)
			check_internal(&row);
		else if (OidIsValid(row.form->tgparentid))
			note_clone(clones, &row);
		else
			read_row(&row);
		MemoryContextReset(unit);
	}
	MemoryContextSwitchTo(previous);
	MemoryContextDelete(unit);
	dbmig_read_end(&scan);
	check_clones(read, clones);
	hash_destroy(clones);
}
