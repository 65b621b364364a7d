/*
 * function.c
 *		Reading functions, procedures and aggregates.
 *
 * One scan of pg_proc; an aggregate's other half comes from the system cache.
 * A body is kept byte for byte as it was given, since that is what runs: two
 * bodies that differ in white space or line ends are different.  Only a body in
 * standard SQL (BEGIN ATOMIC, RETURN), which the server keeps as a tree, is
 * printed by the server; it locks the relations in it, so where it would have
 * to wait the body is skipped.  No other lock is taken.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/name.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "commands/proclang.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

/* A row of pg_proc while it is read. */
typedef struct FunctionRow
{
	CatalogRead *read;
	CatalogScan *scan;
	HeapTuple tuple;
	Form_pg_proc form;
	SchemaObject *object;
	int nargs;
	Oid *types;
	char **names; /* NULL if no argument has a name */
	char *modes;  /* NULL if all are IN */
} FunctionRow;

/* Copies a text into the results. */
static char *
keep(CatalogRead *read, const char *text)
{
	return MemoryContextStrdup(read->context, text);
}

/* Returns OPERATOR(schema.name); NULL for none. */
static const char *
operator_name(CatalogRead *read, Oid operator)
{
	const char *name = dbmig_name_operator(read, operator);

	return name ? keep(read, psprintf("OPERATOR(%s)", name)) : NULL;
}

/* Is this a function that the server made for a range type? */
static bool
is_range_constructor(const FunctionRow *row, const char *source)
{
	return row->form->prolang == INTERNALlanguageId &&
		   (strcmp(source, "range_constructor2") == 0 ||
			strcmp(source, "range_constructor3") == 0 ||
			strcmp(source, "multirange_constructor0") == 0 ||
			strcmp(source, "multirange_constructor1") == 0 ||
			strcmp(source, "multirange_constructor2") == 0);
}

/* Prints mode, name and type of an argument. */
static void
print_argument(StringInfo text, const FunctionRow *row, int number)
{
	char mode = row->modes ? row->modes[number] : PROARGMODE_IN;
	const char *name = row->names ? row->names[number] : "";

	if (mode == PROARGMODE_OUT)
		appendStringInfoString(text, "OUT ");
	else if (mode == PROARGMODE_INOUT)
		appendStringInfoString(text, "INOUT ");
	else if (mode == PROARGMODE_VARIADIC)
		appendStringInfoString(text, "VARIADIC ");
	if (name && name[0])
		appendStringInfo(text, "%s ", quote_identifier(name));
	appendStringInfoString(text,
						   dbmig_read_type(row->read, row->types[number], -1));
}

/* Is this argument a column of RETURNS TABLE? */
static bool
is_result_column(const FunctionRow *row, int number)
{
	return row->modes && row->modes[number] == PROARGMODE_TABLE;
}

/* Adds an entry to the list of arguments. */
static List *
add_argument(const FunctionRow *row, List *arguments, const char *text)
{
	MemoryContext previous = MemoryContextSwitchTo(row->read->context);

	arguments = lappend(arguments, pstrdup(text));
	MemoryContextSwitchTo(previous);
	return arguments;
}

/* Reads the defaults, which the last input arguments have. */
static List *
read_defaults(const FunctionRow *row)
{
	char *text = dbmig_read_attr_text(row->scan, row->tuple,
									  Anum_pg_proc_proargdefaults);

	return text ? castNode(List, stringToNode(text)) : NIL;
}

/* Reads the arguments of a function or procedure. */
static void
read_arguments(const FunctionRow *row)
{
	List *defaults = read_defaults(row);
	List *arguments = NIL;
	int input = 0;

	for (int i = 0; i < row->nargs; i++)
	{
		StringInfoData text;
		int position = -1;

		if (is_result_column(row, i))
			continue;
		initStringInfo(&text);
		print_argument(&text, row, i);
		if (row->modes == NULL || row->modes[i] != PROARGMODE_OUT)
			position = input++ - (row->form->pronargs - list_length(defaults));
		if (position >= 0)
		{
			char *expression =
				dbmig_deparse_node(row->read, list_nth(defaults, position),
								   InvalidOid);

			if (expression == NULL)
				dbmig_read_skip(row->object, "locked");
			else
				appendStringInfo(&text, " DEFAULT %s", expression);
		}
		arguments = add_argument(row, arguments, text.data);
	}
	dbmig_object_set_list(row->object, "arguments", arguments);
}

/*
 * Reads the arguments of an aggregate; the first one that is aggregated by an
 * ordered-set aggregate begins with ORDER BY.
 */
static void
read_aggregate_arguments(const FunctionRow *row, Form_pg_aggregate aggregate)
{
	bool ordered = AGGKIND_IS_ORDERED_SET(aggregate->aggkind);
	List *arguments = NIL;
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < row->nargs; i++)
	{
		resetStringInfo(&text);
		if (ordered && i == aggregate->aggnumdirectargs)
			appendStringInfoString(&text, "ORDER BY ");
		print_argument(&text, row, i);
		arguments = add_argument(row, arguments, text.data);
	}
	/* a variadic argument may be both direct and aggregated: said twice */
	if (ordered && row->nargs > 0 && row->nargs == aggregate->aggnumdirectargs)
	{
		resetStringInfo(&text);
		appendStringInfoString(&text, "ORDER BY ");
		print_argument(&text, row, row->nargs - 1);
		arguments = add_argument(row, arguments, text.data);
	}
	dbmig_object_set_list(row->object, "arguments", arguments);
}

/* Reads what a function returns. */
static void
read_result(const FunctionRow *row)
{
	StringInfoData text;
	int columns = 0;

	initStringInfo(&text);
	for (int i = 0; i < row->nargs; i++)
	{
		if (!is_result_column(row, i))
			continue;
		appendStringInfoString(&text, columns++ > 0 ? ", " : "TABLE(");
		print_argument(&text, row, i);
	}
	if (columns > 0)
		appendStringInfoChar(&text, ')');
	else
		appendStringInfo(&text, "%s%s", row->form->proretset ? "SETOF " : "",
						 dbmig_read_type(row->read, row->form->prorettype, -1));
	dbmig_object_set_text(row->object, "result", keep(row->read, text.data));
}

/*
 * Can the server print the arguments by name?  It takes the number of a
 * parameter, which counts input arguments, as a place among all arguments, and
 * prints "" for one without a name.
 */
static bool
can_print_names(const FunctionRow *row)
{
	for (int i = 0; i < row->form->pronargs; i++)
	{
		if (row->modes && (row->modes[i] == PROARGMODE_OUT ||
						   row->modes[i] == PROARGMODE_TABLE))
			return false;
		if (row->names && row->names[i][0] == '\0')
			return false;
	}
	return true;
}

/* Prints a body in standard SQL with its arguments as $1, $2, …. */
static char *
print_numbered_body(Node *tree)
{
	StringInfoData text;
	ListCell *cell;

	if (!IsA(tree, List))
	{
		char *body = pg_get_querydef(castNode(Query, tree), false);

		return body + strspn(body, " ");
	}
	initStringInfo(&text);
	appendStringInfoString(&text, "BEGIN ATOMIC\n");
	foreach(cell, linitial_node(List, (List *) tree))
		appendStringInfo(&text, "%s;\n",
						 pg_get_querydef(lfirst_node(Query, cell), false));
	appendStringInfoString(&text, "END");
	return text.data;
}

/* Returns a body in standard SQL as text; NULL if that would wait. */
static char *
print_sql_body(const FunctionRow *row, const char *tree)
{
	Node *node = stringToNode(tree);
	ResourceOwner previous;
	char *body;

	if (!dbmig_deparse_begin(node, &previous))
		return NULL;
	if (can_print_names(row))
		body =
			TextDatumGetCString(DirectFunctionCall1(pg_get_function_sqlbody,
													ObjectIdGetDatum(row->form
																		 ->oid)));
	else
		body = print_numbered_body(node);
	dbmig_deparse_end(previous);
	return body;
}

/* Reads what a function does. */
static void
read_body(const FunctionRow *row, const char *source)
{
	char *tree =
		dbmig_read_attr_text(row->scan, row->tuple, Anum_pg_proc_prosqlbody);
	char *library =
		dbmig_read_attr_text(row->scan, row->tuple, Anum_pg_proc_probin);

	if (tree)
	{
		char *body = print_sql_body(row, tree);

		if (body == NULL)
			dbmig_read_skip(row->object, "locked");
		else
			dbmig_object_set_text(row->object, "sql_body",
								  keep(row->read, body));
	}
	else if (library)
	{
		dbmig_object_set_text(row->object, "library", keep(row->read, library));
		dbmig_object_set_text(row->object, "symbol", keep(row->read, source));
	}
	else
		dbmig_object_set_text(row->object, "body", keep(row->read, source));
}

/* Sets a number that need not be whole. */
static void
set_number(const FunctionRow *row, const char *attr, double number)
{
	if (number == (double) (int64) number)
		dbmig_object_set_int(row->object, attr, (int64) number);
	else
		dbmig_object_set_text(row->object, attr,
							  keep(row->read, psprintf("%g", number)));
}

/* Says whether a function or aggregate may run in parallel, if it may. */
static void
read_parallel(const FunctionRow *row)
{
	if (row->form->proparallel == PROPARALLEL_SAFE)
		dbmig_object_set_text(row->object, "parallel", "safe");
	else if (row->form->proparallel == PROPARALLEL_RESTRICTED)
		dbmig_object_set_text(row->object, "parallel", "restricted");
}

/* Reads the properties that are not the server's defaults. */
static void
read_properties(const FunctionRow *row)
{
	Form_pg_proc form = row->form;
	SchemaObject *object = row->object;
	bool compiled =
		form->prolang == INTERNALlanguageId || form->prolang == ClanguageId;

	if (form->provolatile == PROVOLATILE_IMMUTABLE)
		dbmig_object_set_text(object, "volatility", "immutable");
	else if (form->provolatile == PROVOLATILE_STABLE)
		dbmig_object_set_text(object, "volatility", "stable");
	dbmig_object_set_bool(object, "strict", form->proisstrict);
	dbmig_object_set_bool(object, "security_definer", form->prosecdef);
	dbmig_object_set_bool(object, "leakproof", form->proleakproof);
	dbmig_object_set_bool(object, "window", form->prokind == PROKIND_WINDOW);
	read_parallel(row);
	if (form->procost != (compiled ? 1 : 100))
		set_number(row, "cost", form->procost);
	if (form->proretset && form->prorows != 1000)
		set_number(row, "rows", form->prorows);
	dbmig_object_set_text(object, "support",
						  dbmig_name_function(row->read, form->prosupport));
}

/* Reads the settings that hold while the function runs. */
static void
read_settings(const FunctionRow *row)
{
	bool isnull;
	Datum value =
		dbmig_read_attr(row->scan, row->tuple, Anum_pg_proc_proconfig, &isnull);
	Datum *items;
	int count;

	if (isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false,
					  TYPALIGN_INT, &items, NULL, &count);
	for (int i = 0; i < count; i++)
	{
		char *name = keep(row->read, TextDatumGetCString(items[i]));
		char *equals = strchr(name, '=');

		if (equals == NULL)
			continue;
		*equals = '\0';
		dbmig_object_put(row->object, "settings", name, equals + 1);
	}
}

/* Reads the types whose transforms are used. */
static void
read_transforms(const FunctionRow *row)
{
	Oid *types;
	int count = get_func_trftypes(row->tuple, &types);
	List *names = NIL;
	MemoryContext previous = MemoryContextSwitchTo(row->read->context);

	for (int i = 0; i < count; i++)
		names = lappend(names,
						unconstify(char *,
								   dbmig_read_type(row->read, types[i], -1)));
	MemoryContextSwitchTo(previous);
	dbmig_object_set_list(row->object, "transforms", names);
}

/* Returns how a final function treats its state; NULL for the default. */
static const char *
final_modify(char aggkind, char modify)
{
	char normal = AGGKIND_IS_ORDERED_SET(aggkind) ? AGGMODIFY_READ_WRITE :
													AGGMODIFY_READ_ONLY;

	if (modify == normal)
		return NULL;
	return modify == AGGMODIFY_READ_ONLY ? "read_only" :
		   modify == AGGMODIFY_SHAREABLE ? "shareable" :
										   "read_write";
}

/* Reads the moving half of an aggregate. */
static void
read_moving_aggregate(const FunctionRow *row, Form_pg_aggregate form,
					  const char *initial)
{
	CatalogRead *read = row->read;
	SchemaObject *object = row->object;

	if (!OidIsValid(form->aggmtransfn))
		return;
	dbmig_object_set_text(object, "msfunc",
						  dbmig_name_function(read, form->aggmtransfn));
	dbmig_object_set_text(object, "minvfunc",
						  dbmig_name_function(read, form->aggminvtransfn));
	dbmig_object_set_text(object, "mstype",
						  dbmig_read_type(read, form->aggmtranstype, -1));
	if (form->aggmtransspace != 0)
		dbmig_object_set_int(object, "msspace", form->aggmtransspace);
	dbmig_object_set_text(object, "mfinalfunc",
						  dbmig_name_function(read, form->aggmfinalfn));
	dbmig_object_set_bool(object, "mfinalfunc_extra", form->aggmfinalextra);
	dbmig_object_set_text(object, "mfinalfunc_modify",
						  final_modify(form->aggkind, form->aggmfinalmodify));
	dbmig_object_set_text(object, "minitcond", initial);
}

/* Returns a text column of pg_aggregate, kept; NULL if it is null. */
static char *
aggregate_text(CatalogRead *read, HeapTuple tuple, int attnum)
{
	bool isnull;
	Datum value = SysCacheGetAttr(AGGFNOID, tuple, attnum, &isnull);

	return isnull ? NULL : keep(read, TextDatumGetCString(value));
}

/* Reads how an aggregate works. */
static void
read_aggregate(const FunctionRow *row)
{
	CatalogRead *read = row->read;
	SchemaObject *object = row->object;
	HeapTuple tuple =
		SearchSysCache1(AGGFNOID, ObjectIdGetDatum(row->form->oid));
	Form_pg_aggregate form;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION),
						errmsg("aggregate with OID %u does not exist",
							   row->form->oid)));
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	if (form->aggkind == AGGKIND_ORDERED_SET)
		dbmig_object_set_text(object, "kind", "ordered-set");
	else if (form->aggkind == AGGKIND_HYPOTHETICAL)
		dbmig_object_set_text(object, "kind", "hypothetical-set");
	read_aggregate_arguments(row, form);
	read_result(row);
	dbmig_object_set_text(object, "sfunc",
						  dbmig_name_function(read, form->aggtransfn));
	dbmig_object_set_text(object, "stype",
						  dbmig_read_type(read, form->aggtranstype, -1));
	if (form->aggtransspace != 0)
		dbmig_object_set_int(object, "sspace", form->aggtransspace);
	dbmig_object_set_text(object, "finalfunc",
						  dbmig_name_function(read, form->aggfinalfn));
	dbmig_object_set_bool(object, "finalfunc_extra", form->aggfinalextra);
	dbmig_object_set_text(object, "finalfunc_modify",
						  final_modify(form->aggkind, form->aggfinalmodify));
	dbmig_object_set_text(object, "combinefunc",
						  dbmig_name_function(read, form->aggcombinefn));
	dbmig_object_set_text(object, "serialfunc",
						  dbmig_name_function(read, form->aggserialfn));
	dbmig_object_set_text(object, "deserialfunc",
						  dbmig_name_function(read, form->aggdeserialfn));
	dbmig_object_set_text(object, "initcond",
						  aggregate_text(read, tuple,
										 Anum_pg_aggregate_agginitval));
	read_moving_aggregate(row, form,
						  aggregate_text(read, tuple,
										 Anum_pg_aggregate_aggminitval));
	dbmig_object_set_text(object, "sortop",
						  operator_name(read, form->aggsortop));
	read_parallel(row);
	ReleaseSysCache(tuple);
}

/* Reads a function or procedure. */
static void
read_routine(const FunctionRow *row, const char *source)
{
	char *language = get_language_name(row->form->prolang, true);

	read_arguments(row);
	if (row->form->prokind != PROKIND_PROCEDURE)
		read_result(row);
	if (language)
		dbmig_object_set_text(row->object, "language",
							  keep(row->read, quote_identifier(language)));
	read_properties(row);
	read_settings(row);
	read_transforms(row);
	read_body(row, source);
}

/* Returns the kind of a row of pg_proc. */
static ObjectKind
kind_of(Form_pg_proc form)
{
	return form->prokind == PROKIND_AGGREGATE ? KIND_AGGREGATE :
		   form->prokind == PROKIND_PROCEDURE ? KIND_PROCEDURE :
												KIND_FUNCTION;
}

/* Reads one wanted row. */
static void
read_row(FunctionRow *row)
{
	CatalogRead *read = row->read;
	Form_pg_proc form = row->form;
	char *source =
		dbmig_read_attr_text(row->scan, row->tuple, Anum_pg_proc_prosrc);
	Datum acl;
	bool isnull;

	if (is_range_constructor(row, source))
	{
		SchemaObject *type =
			dbmig_read_registered(read, TypeRelationId, form->prorettype, 0);

		if (type)
			dbmig_read_register(read, ProcedureRelationId, form->oid, 0, type);
		return;
	}
	row->nargs =
		get_func_arg_info(row->tuple, &row->types, &row->names, &row->modes);
	row->object =
		dbmig_object_add(read->model, kind_of(form), NULL,
						 dbmig_read_namespace(read, form->pronamespace),
						 keep(read, quote_identifier(NameStr(form->proname))),
						 dbmig_name_arguments(read, form->proargtypes.values,
											  form->pronargs));
	dbmig_read_register(read, ProcedureRelationId, form->oid, 0, row->object);
	if (form->prokind == PROKIND_AGGREGATE)
		read_aggregate(row);
	else
		read_routine(row, source);
	acl = dbmig_read_attr(row->scan, row->tuple, Anum_pg_proc_proacl, &isnull);
	dbmig_read_privileges(read, row->object, OBJECT_FUNCTION, form->proowner,
						  acl, isnull);
}

/* Reads all functions, procedures and aggregates. */
void
dbmig_catalog_functions(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;
	MemoryContext unit =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig function",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext previous;

	dbmig_read_begin(read, &scan, ProcedureRelationId);
	previous = MemoryContextSwitchTo(unit);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		FunctionRow row = {read, &scan, tuple, (Form_pg_proc) GETSTRUCT(tuple)};

		if (!dbmig_read_wanted(read, ProcedureRelationId, row.form->oid,
							   row.form->pronamespace))
			continue;
		read_row(&row);
		MemoryContextReset(unit);
	}
	MemoryContextSwitchTo(previous);
	MemoryContextDelete(unit);
	dbmig_read_end(&scan);
}
