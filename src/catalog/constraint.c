/*
 * constraint.c
 *		Reads the constraints of tables: keys, foreign keys, checks, exclusions.
 *
 * Definitions are spelt as pg_get_constraintdef() does, but put together from
 * the catalog rows: only a check's expression is the server's own text.  What
 * can be altered alone – deferrability, validity, storage options – is an
 * attribute of its own and not in the definition.
 *
 * Not here: NOT NULL, which is a property of its column on every version;
 * constraint triggers, which are triggers; constraints of domains; and what a
 * partition or an inheriting table has only because its parent has it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/index_row.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/read.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "nodes/parsenodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* The row that is being read. */
typedef struct ConstraintRow
{
	CatalogRead *read;
	CatalogScan *scan;
	HeapTuple tuple;
	Form_pg_constraint form;
	SchemaObject *object;
	StringInfo text; /* reused */
} ConstraintRow;

/* What a constraint is called; NULL for kinds that are not read here. */
static const char *
type_name(char type)
{
	switch (type)
	{
		case CONSTRAINT_PRIMARY:
			return "primary key";
		case CONSTRAINT_UNIQUE:
			return "unique";
		case CONSTRAINT_FOREIGN:
			return "foreign key";
		case CONSTRAINT_CHECK:
			return "check";
		case CONSTRAINT_EXCLUSION:
			return "exclusion";
		default:
			return NULL;
	}
}

/* Prints columns, separated by commas; false if the array is null. */
static bool
print_columns(ConstraintRow *row, int attribute, Oid relid, const char *before,
			  const char *last_before, const char *last_after)
{
	bool isnull;
	Datum datum = dbmig_read_attr(row->scan, row->tuple, attribute, &isnull);
	ArrayType *array;
	const int16 *numbers;
	const RelationColumns *columns;
	int count;

	if (isnull)
		return false;
	array = DatumGetArrayTypeP(datum);
	numbers = (const int16 *) ARR_DATA_PTR(array);
	count = ARR_NDIM(array) == 1 ? ARR_DIMS(array)[0] : 0;
	columns = dbmig_read_relation_columns(row->read, relid);
	appendStringInfoString(row->text, before);
	for (int i = 0; i < count; i++)
	{
		int number = numbers[i];
		bool last = i == count - 1;

		if (number < 1 || number > columns->count ||
			columns->names[number - 1] == NULL)
			elog(ERROR, "constraint %u has no column %d", row->form->oid,
				 number);
		appendStringInfo(row->text, "%s%s%s%s", i > 0 ? ", " : "",
						 last ? last_before : "",
						 quote_identifier(columns->names[number - 1]),
						 last ? last_after : "");
	}
	appendStringInfoChar(row->text, ')');
	return true;
}

/* Prints an action of a foreign key. */
static void
print_action(StringInfo text, const char *event, char action)
{
	switch (action)
	{
		case FKCONSTR_ACTION_RESTRICT:
			appendStringInfo(text, " ON %s RESTRICT", event);
			break;
		case FKCONSTR_ACTION_CASCADE:
			appendStringInfo(text, " ON %s CASCADE", event);
			break;
		case FKCONSTR_ACTION_SETNULL:
			appendStringInfo(text, " ON %s SET NULL", event);
			break;
		case FKCONSTR_ACTION_SETDEFAULT:
			appendStringInfo(text, " ON %s SET DEFAULT", event);
			break;
		default:
			break;
	}
}

/* Prints the name of the table that a foreign key points to. */
static void
print_referenced(ConstraintRow *row)
{
	Oid relid = row->form->confrelid;
	SchemaObject *table =
		dbmig_read_registered(row->read, RelationRelationId, relid, 0);
	char *name;

	appendStringInfoString(row->text, " REFERENCES ");
	if (table)
	{
		appendStringInfoString(row->text, table->identity);
		return;
	}
	name = get_rel_name(relid);
	if (name == NULL)
		elog(ERROR, "cache lookup failed for relation %u", relid);
	appendStringInfo(row->text, "%s.%s",
					 dbmig_read_namespace(row->read, get_rel_namespace(relid)),
					 quote_identifier(name));
}

/* Prints a foreign key. */
static void
print_foreign_key(ConstraintRow *row)
{
	Form_pg_constraint form = row->form;
	const char *period = dbmig_constraint_period(form) ? "PERIOD " : "";

	appendStringInfoString(row->text, "FOREIGN KEY ");
	print_columns(row, Anum_pg_constraint_conkey, form->conrelid, "(", period,
				  "");
	print_referenced(row);
	print_columns(row, Anum_pg_constraint_confkey, form->confrelid, "(", period,
				  "");
	if (form->confmatchtype == FKCONSTR_MATCH_FULL)
		appendStringInfoString(row->text, " MATCH FULL");
	print_action(row->text, "UPDATE", form->confupdtype);
	print_action(row->text, "DELETE", form->confdeltype);
	print_columns(row, Anum_pg_constraint_confdelsetcols, form->conrelid, " (",
				  "", "");
}

/* Prints a primary key or a unique constraint. */
static void
print_key(ConstraintRow *row, IndexRow *index)
{
	char *included;

	appendStringInfoString(row->text, row->form->contype == CONSTRAINT_PRIMARY ?
										  "PRIMARY KEY " :
										  "UNIQUE ");
	if (row->form->contype == CONSTRAINT_UNIQUE &&
		dbmig_index_nulls_not_distinct(index))
		appendStringInfoString(row->text, "NULLS NOT DISTINCT ");
	print_columns(row, Anum_pg_constraint_conkey, row->form->conrelid, "(", "",
				  dbmig_constraint_period(row->form) ? " WITHOUT OVERLAPS" : "");
	included = dbmig_index_included(row->read, index);
	if (included)
		appendStringInfo(row->text, " INCLUDE %s", included);
}

/* Prints a check; returns false if its expression cannot be printed. */
static bool
print_check(ConstraintRow *row)
{
	char *tree =
		dbmig_read_attr_text(row->scan, row->tuple, Anum_pg_constraint_conbin);
	char *expression;

	if (tree == NULL)
		return false;
	expression = dbmig_deparse_expr(row->read, tree, row->form->conrelid);
	pfree(tree);
	if (expression)
		appendStringInfo(row->text, "CHECK (%s)", expression);
	return expression != NULL;
}

/* Prints an exclusion constraint without its condition. */
static bool
print_exclusion(ConstraintRow *row, IndexRow *index)
{
	bool isnull;
	Datum datum = dbmig_read_attr(row->scan, row->tuple,
								  Anum_pg_constraint_conexclop, &isnull);
	char *text;

	if (isnull)
		return false;
	text =
		dbmig_index_text(row->read, index,
						 (const Oid *) ARR_DATA_PTR(DatumGetArrayTypeP(datum)));
	if (text)
		appendStringInfo(row->text, "EXCLUDE %s", text);
	return text != NULL;
}

/* Prints the definition; returns false if that is not possible. */
static bool
print_definition(ConstraintRow *row, IndexRow *index)
{
	resetStringInfo(row->text);
	switch (row->form->contype)
	{
		case CONSTRAINT_FOREIGN:
			print_foreign_key(row);
			return true;
		case CONSTRAINT_CHECK:
			return print_check(row);
		case CONSTRAINT_EXCLUSION:
			return print_exclusion(row, index);
		default:
			print_key(row, index);
			return true;
	}
}

/* Has the table this constraint only because its parent has it? */
static bool
is_inherited(Form_pg_constraint form)
{
	if (form->contype == CONSTRAINT_CHECK)
		return form->coninhcount > 0 && !form->conislocal;
	return form->contype == CONSTRAINT_FOREIGN && OidIsValid(form->conparentid);
}

/* Adds one constraint. */
static void
add_constraint(ConstraintRow *row, SchemaObject *table, const char *type)
{
	CatalogRead *read = row->read;
	Form_pg_constraint form = row->form;
	IndexRow *index = NULL;
	SchemaObject *object;

	if (form->contype != CONSTRAINT_FOREIGN && form->contype != CONSTRAINT_CHECK)
	{
		index = dbmig_index_row(read, form->conindid);
		if (index == NULL)
			elog(ERROR, "constraint %u has no index", form->oid);
	}
	object =
		dbmig_object_add(read->model, KIND_CONSTRAINT, table, NULL,
						 MemoryContextStrdup(read->context,
											 quote_identifier(NameStr(form->conname))),
						 NULL);
	dbmig_read_register(read, ConstraintRelationId, form->oid, 0, object);
	dbmig_object_set_text(object, "type", type);
	if (print_definition(row, index))
		dbmig_object_set_text(object, "definition",
							  MemoryContextStrdup(read->context,
												  row->text->data));
	else
		dbmig_read_skip(object, "locked");
	if (form->condeferrable)
		dbmig_object_set_text(object, "deferrable",
							  form->condeferred ? "initially deferred" :
												  "deferrable");
	if (form->contype == CONSTRAINT_CHECK)
		dbmig_object_set_bool(object, "no_inherit", form->connoinherit);
	if (!dbmig_constraint_enforced(form))
		dbmig_object_set_bool(object, "not_enforced", true);
	else
		dbmig_object_set_bool(object, "not_valid", !form->convalidated);
	if (index)
	{
		index->object = object;
		dbmig_read_register(read, RelationRelationId, index->oid, 0, object);
		dbmig_index_attributes(read, index, object);
	}
}

/* Reads all constraints of tables. */
void
dbmig_catalog_constraints(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;
	StringInfoData text;

	initStringInfo(&text);
	dbmig_read_begin(read, &scan, ConstraintRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
		const char *type = type_name(form->contype);
		ConstraintRow row = {read, &scan, tuple, form, NULL, &text};
		SchemaObject *table;

		if (type == NULL || !OidIsValid(form->conrelid) || is_inherited(form))
			continue;
		table =
			dbmig_read_registered(read, RelationRelationId, form->conrelid, 0);
		if (table && table->kind == KIND_TABLE)
			add_constraint(&row, table, type);
	}
	dbmig_read_end(&scan);
}
