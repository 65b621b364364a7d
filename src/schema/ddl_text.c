/*
 * ddl_text.c
 *		What can be said of a text of DDL without running it: the schemas that it
 *		makes something in, and what stands in the way of trying it out.
 *
 * The text is read by the server's own lexer and parser, so this knows every
 * statement that the server knows; names without a schema are followed through
 * the search_path that the text itself may set.  What a DO block or a function
 * does cannot be seen here: whoever runs the text looks afterwards whether
 * something was made elsewhere.  Looks up schemas and relations by name, takes
 * no lock.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/script.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_language.h"
#include "catalog/pg_publication.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "schema/ddl_text.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

#define NAME_KEY (2 * NAMEDATALEN)

/* Reading a text. */
typedef struct Reading
{
	DdlText *text;
	MemoryContext context; /* of the result */
	List *path;			   /* of char *: search_path at this place */
	HTAB *made;			   /* "schema\0name" of what the text makes */
	int line;			   /* of the statement */
} Reading;

/* Is this a schema that users make things in? */
bool
dbmig_ddl_is_own_schema(const char *name)
{
	return strncmp(name, "pg_", 3) != 0 &&
		   strcmp(name, "information_schema") != 0 && strcmp(name, "dbmig") != 0;
}

/*
 * Opens a text.  What pg_dump puts around its output for psql's sake is passed
 * over; any other meta-command is an error.
 */
Script *
dbmig_ddl_text_open(const char *sql)
{
	Script *script = dbmig_script_open(sql, 1);

	script->skip_restrict = true;
	return script;
}

/* Finds or adds a schema. */
static DdlSchema *
add_schema(Reading *reading, const char *name)
{
	MemoryContext previous;
	DdlSchema *schema;
	ListCell *cell;

	if (name == NULL || !dbmig_ddl_is_own_schema(name))
		return NULL;
	foreach(cell, reading->text->schemas)
	{
		schema = lfirst(cell);
		if (strcmp(schema->name, name) == 0)
			return schema;
	}
	previous = MemoryContextSwitchTo(reading->context);
	schema = palloc0(sizeof(DdlSchema));
	schema->name = pstrdup(name);
	reading->text->schemas = lappend(reading->text->schemas, schema);
	MemoryContextSwitchTo(previous);
	return schema;
}

/* Adds a schema that was found by running the text. */
void
dbmig_ddl_text_add_schema(DdlText *text, const char *name)
{
	Reading reading = {.text = text, .context = CurrentMemoryContext};

	(void) add_schema(&reading, name);
}

/* Notes a statement, if it is the first of its sort. */
static void
remark(Reading *reading, DdlRemark *place, const char *what)
{
	if (place->what != NULL)
		return;
	place->what = what;
	place->line = reading->line;
}

/* Sets the search_path from the text of the setting. */
static void
set_path(Reading *reading, const char *value)
{
	MemoryContext previous = MemoryContextSwitchTo(reading->context);
	List *names = NIL;
	ListCell *cell;

	reading->path = NIL;
	if (value == NULL || !SplitIdentifierString(pstrdup(value), ',', &names))
		names = NIL;
	foreach(cell, names)
	{
		const char *name = lfirst(cell);

		if (strcmp(name, "$user") == 0)
			name = GetUserNameFromId(GetUserId(), false);
		if (strcmp(name, "pg_temp") != 0)
			reading->path = lappend(reading->path, pstrdup(name));
	}
	MemoryContextSwitchTo(previous);
}

/* Is there, or will there be, a schema of this name? */
static bool
schema_exists(Reading *reading, const char *name)
{
	ListCell *cell;

	foreach(cell, reading->text->schemas)
	{
		if (strcmp(((DdlSchema *) lfirst(cell))->name, name) == 0)
			return true;
	}
	return OidIsValid(get_namespace_oid(name, true));
}

/* Returns the schema that something without a schema is made in, or NULL. */
static const char *
creation_schema(Reading *reading)
{
	ListCell *cell;

	foreach(cell, reading->path)
	{
		if (schema_exists(reading, lfirst(cell)))
			return lfirst(cell);
	}
	return NULL;
}

/* Fills the key of what the text makes. */
static void
fill_key(char *key, const char *schema, const char *name)
{
	memset(key, 0, NAME_KEY);
	strlcpy(key, schema, NAMEDATALEN);
	strlcpy(key + NAMEDATALEN, name, NAMEDATALEN);
}

/* Finds the schema of a name without one that is not being made. */
static const char *
find_schema(Reading *reading, const char *name)
{
	char key[NAME_KEY];
	ListCell *cell;

	foreach(cell, reading->path)
	{
		fill_key(key, lfirst(cell), name);
		if (hash_search(reading->made, key, HASH_FIND, NULL) != NULL)
			return lfirst(cell);
	}
	foreach(cell, reading->path)
	{
		Oid namespace = get_namespace_oid(lfirst(cell), true);

		if (OidIsValid(namespace) &&
			OidIsValid(get_relname_relid(name, namespace)))
			return lfirst(cell);
	}
	return creation_schema(reading);
}

/* Notes something by its schema, which may be NULL, and its name. */
static void
note_name(Reading *reading, const char *schema, const char *name, bool made)
{
	char key[NAME_KEY];

	if (schema == NULL)
		schema = made ? creation_schema(reading) : find_schema(reading, name);
	if (schema == NULL)
		return;
	(void) add_schema(reading, schema);
	if (made)
	{
		fill_key(key, schema, name);
		(void) hash_search(reading->made, key, HASH_ENTER, NULL);
	}
}

/* Notes a relation. */
static void
note_relation(Reading *reading, RangeVar *relation, bool made)
{
	if (relation == NULL || relation->relpersistence == RELPERSISTENCE_TEMP)
		return;
	note_name(reading, relation->schemaname, relation->relname, made);
}

/* Notes a name that is a list of strings, without its last "skip" parts. */
static void
note_list(Reading *reading, List *names, int skip, bool made)
{
	int count = list_length(names) - skip;

	if (count < 1 || !IsA(list_nth(names, count - 1), String))
		return;
	note_name(reading, count > 1 ? strVal(list_nth(names, count - 2)) : NULL,
			  strVal(list_nth(names, count - 1)), made);
}

/* Notes an object as DROP, COMMENT, RENAME and their like name it. */
static void
note_object(Reading *reading, ObjectType type, Node *object)
{
	if (object == NULL)
		return;
	if (IsA(object, TypeName))
		note_list(reading, ((TypeName *) object)->names, 0, false);
	else if (IsA(object, ObjectWithArgs))
		note_list(reading, ((ObjectWithArgs *) object)->objname, 0, false);
	else if (IsA(object, RangeVar))
		note_relation(reading, (RangeVar *) object, false);
	else if (IsA(object, String) && type == OBJECT_SCHEMA)
		(void) add_schema(reading, strVal(object));
	else if (IsA(object, List))
	{
		List *list = (List *) object;

		switch (type)
		{
			case OBJECT_COLUMN:
			case OBJECT_TABCONSTRAINT:
			case OBJECT_TRIGGER:
			case OBJECT_RULE:
			case OBJECT_POLICY:
				note_list(reading, list, 1, false);
				break;
			case OBJECT_DOMCONSTRAINT:
				note_object(reading, OBJECT_DOMAIN, linitial(list));
				break;
			case OBJECT_OPCLASS:
			case OBJECT_OPFAMILY:
				note_list(reading, list_copy_tail(list, 1), 0, false);
				break;
			case OBJECT_CAST:
			case OBJECT_TRANSFORM:
				break;
			default:
				note_list(reading, list, 0, false);
		}
	}
}

/* Notes an object that belongs to the whole database. */
static void
note_global(Reading *reading, Oid classid, const char *name)
{
	MemoryContext previous = MemoryContextSwitchTo(reading->context);
	DdlGlobal *global = palloc0(sizeof(DdlGlobal));

	global->classid = classid;
	global->name = pstrdup(name);
	reading->text->globals = lappend(reading->text->globals, global);
	MemoryContextSwitchTo(previous);
}

/* Counts the indexes and sequences that constraints of a column make. */
static int
count_column(ColumnDef *column)
{
	static const char *const serials[] = {"serial",	   "serial4",
										  "serial8",   "serial2",
										  "bigserial", "smallserial"};
	int count = 0;
	ListCell *cell;

	foreach(cell, column->constraints)
	{
		Constraint *constraint = lfirst(cell);

		if (!IsA(constraint, Constraint))
			continue;
		if (constraint->contype == CONSTR_PRIMARY ||
			constraint->contype == CONSTR_UNIQUE ||
			constraint->contype == CONSTR_IDENTITY)
			count++;
	}
	if (column->typeName && list_length(column->typeName->names) == 1)
	{
		const char *name = strVal(linitial(column->typeName->names));

		for (int i = 0; i < lengthof(serials); i++)
			if (strcmp(name, serials[i]) == 0)
				count++;
	}
	return count;
}

/* Counts the relations that a part of a table's definition makes. */
static int
count_element(Node *element)
{
	if (element == NULL)
		return 0;
	if (IsA(element, ColumnDef))
		return count_column((ColumnDef *) element);
	if (IsA(element, Constraint))
	{
		Constraint *constraint = (Constraint *) element;

		if (constraint->indexname == NULL &&
			(constraint->contype == CONSTR_PRIMARY ||
			 constraint->contype == CONSTR_UNIQUE ||
			 constraint->contype == CONSTR_EXCLUSION))
			return 1;
	}
	return 0;
}

/* Reads CREATE TABLE. */
static void
read_create_table(Reading *reading, CreateStmt *create)
{
	ListCell *cell;

	note_relation(reading, create->relation, true);
	reading->text->locks += create->partspec ? 1 : 3; /* with its TOAST */
	foreach(cell, create->tableElts)
	{
		reading->text->locks += count_element(lfirst(cell));
		if (IsA(lfirst(cell), TableLikeClause))
			reading->text->opaque = true;
	}
}

/* Reads ALTER TABLE and its like. */
static void
read_alter_table(Reading *reading, AlterTableStmt *alter)
{
	ListCell *cell;

	note_relation(reading, alter->relation, false);
	foreach(cell, alter->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		reading->text->locks += count_element(command->def);
	}
}

static void read_node(Reading *reading, Node *node);

/* Reads CREATE SCHEMA with what it holds. */
static void
read_create_schema(Reading *reading, CreateSchemaStmt *create)
{
	const char *name = create->schemaname;
	bool known;
	DdlSchema *schema;
	List *path = reading->path;
	ListCell *cell;

	if (name == NULL && create->authrole)
		name = create->authrole->roletype == ROLESPEC_CSTRING ?
				   create->authrole->rolename :
				   GetUserNameFromId(GetUserId(), false);
	if (name == NULL)
		return;
	known = false;
	foreach(cell, reading->text->schemas)
		if (strcmp(((DdlSchema *) lfirst(cell))->name, name) == 0)
			known = true;
	schema = add_schema(reading, name);
	if (schema == NULL)
		return;
	if (!known)
		schema->made = true;
	if (create->schemaElts == NIL)
		return;
	reading->path = lcons(pstrdup(name), list_copy(path));
	foreach(cell, create->schemaElts)
		read_node(reading, lfirst(cell));
	reading->path = path;
}

/* Reads DROP SCHEMA: what it drops first is not filled before. */
static void
read_drop_schema(Reading *reading, DropStmt *drop)
{
	ListCell *cell;

	foreach(cell, drop->objects)
	{
		const char *name = strVal(lfirst(cell));
		int before = list_length(reading->text->schemas);
		DdlSchema *schema = add_schema(reading, name);

		if (schema && list_length(reading->text->schemas) > before)
		{
			schema->bare = !drop->missing_ok;
			schema->made = drop->missing_ok;
		}
	}
}

/* Reads the schemas and objects of GRANT. */
static void
read_grant(Reading *reading, GrantStmt *grant)
{
	ListCell *cell;

	foreach(cell, grant->objects)
	{
		Node *object = lfirst(cell);

		if (grant->targtype == ACL_TARGET_ALL_IN_SCHEMA ||
			grant->objtype == OBJECT_SCHEMA)
			(void) add_schema(reading, strVal(object));
		else
			note_object(reading, grant->objtype, object);
	}
}

/* Reads the schemas of ALTER DEFAULT PRIVILEGES. */
static void
read_default_privileges(Reading *reading, AlterDefaultPrivilegesStmt *alter)
{
	ListCell *cell;
	ListCell *name;

	foreach(cell, alter->options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "schemas") == 0)
			foreach(name, (List *) option->arg)
				(void) add_schema(reading, strVal(lfirst(name)));
	}
}

/* Returns the value of a constant string, or NULL. */
static const char *
constant_text(Node *node)
{
	A_Const *constant = (A_Const *) node;

	if (node == NULL || !IsA(node, A_Const) || constant->isnull ||
		!IsA(&constant->val, String))
		return NULL;
	return strVal(&constant->val);
}

/*
 * Reads one column of a SELECT: set_config('search_path', …) is what pg_dump
 * writes; other functions of the system are believed to make nothing.
 */
static void
read_select_target(Reading *reading, Node *node)
{
	FuncCall *call = (FuncCall *) node;
	const char *function;
	const char *setting;

	if (node == NULL || IsA(node, A_Const))
		return;
	if (!IsA(node, FuncCall))
	{
		reading->text->opaque = true;
		return;
	}
	function = strVal(llast(call->funcname));
	if (list_length(call->funcname) == 1 ||
		strcmp(strVal(linitial(call->funcname)), "pg_catalog") != 0)
		reading->text->opaque = true;
	if (strcmp(function, "set_config") != 0 || list_length(call->args) != 3)
		return;
	setting = constant_text(linitial(call->args));
	if (setting && pg_strcasecmp(setting, "search_path") == 0)
		set_path(reading, constant_text(lsecond(call->args)));
}

/* Reads SELECT. */
static void
read_select(Reading *reading, SelectStmt *select)
{
	ListCell *cell;

	if (select->intoClause)
	{
		note_relation(reading, select->intoClause->rel, true);
		reading->text->locks += 3;
		reading->text->opaque = true;
		remark(reading, &reading->text->rows, "SELECT INTO");
		reading->text->row_statements++;
		return;
	}
	if (select->fromClause || select->withClause || select->whereClause)
		reading->text->opaque = true;
	foreach(cell, select->targetList)
	{
		if (IsA(lfirst(cell), ResTarget))
			read_select_target(reading, lfirst_node(ResTarget, cell)->val);
		else
			reading->text->opaque = true;
	}
}

/* Reads SET and RESET. */
static void
read_set(Reading *reading, VariableSetStmt *set)
{
	if (set->kind == VAR_RESET_ALL ||
		(set->name && pg_strcasecmp(set->name, "search_path") == 0 &&
		 (set->kind == VAR_RESET || set->kind == VAR_SET_DEFAULT)))
		set_path(reading, GetConfigOptionResetString("search_path"));
	else if (set->name && set->kind == VAR_SET_VALUE &&
			 pg_strcasecmp(set->name, "search_path") == 0)
		set_path(reading, ExtractSetVariableArgs(set));
}

/* Notes a statement that changes rows. */
static void
read_change(Reading *reading, RangeVar *relation, const char *what)
{
	note_relation(reading, relation, false);
	remark(reading, &reading->text->rows, what);
	reading->text->row_statements++;
}

/* Does ALTER … RENAME name a relation or something inside one? */
static void
read_rename(Reading *reading, RenameStmt *rename)
{
	if (rename->renameType == OBJECT_SCHEMA)
	{
		DdlSchema *schema;
		int before;

		(void) add_schema(reading, rename->subname);
		before = list_length(reading->text->schemas);
		schema = add_schema(reading, rename->newname);
		if (schema && list_length(reading->text->schemas) > before)
			schema->made = true;
		return;
	}
	note_relation(reading, rename->relation, false);
	note_object(reading, rename->renameType, rename->object);
}

/* Notes the relations in a list. */
static void
note_relations(Reading *reading, List *relations)
{
	ListCell *cell;

	foreach(cell, relations)
		note_relation(reading, lfirst_node(RangeVar, cell), false);
}

/* Notes the objects in a list. */
static void
note_objects(Reading *reading, ObjectType type, List *objects)
{
	ListCell *cell;

	foreach(cell, objects)
		note_object(reading, type, lfirst(cell));
}

/* Reads what one statement makes or changes. */
static void
read_node(Reading *reading, Node *node)
{
	DdlText *text = reading->text;

	switch (nodeTag(node))
	{
		case T_CreateSchemaStmt:
			read_create_schema(reading, (CreateSchemaStmt *) node);
			break;
		case T_CreateForeignTableStmt:
			note_relation(reading,
						  ((CreateForeignTableStmt *) node)->base.relation,
						  true);
			text->locks++;
			break;
		case T_CreateStmt:
			read_create_table(reading, (CreateStmt *) node);
			break;
		case T_CreateTableAsStmt:
			note_relation(reading, ((CreateTableAsStmt *) node)->into->rel,
						  true);
			text->locks += 3;
			if (((CreateTableAsStmt *) node)->objtype == OBJECT_TABLE)
			{
				text->opaque = true;
				if (!((CreateTableAsStmt *) node)->into->skipData)
				{
					remark(reading, &text->rows, "CREATE TABLE AS");
					text->row_statements++;
				}
			}
			break;
		case T_ViewStmt:
			note_relation(reading, ((ViewStmt *) node)->view, true);
			text->locks++;
			break;
		case T_CreateSeqStmt:
			note_relation(reading, ((CreateSeqStmt *) node)->sequence, true);
			text->locks++;
			break;
		case T_CompositeTypeStmt:
			note_relation(reading, ((CompositeTypeStmt *) node)->typevar, true);
			text->locks++;
			break;
		case T_IndexStmt:
			note_relation(reading, ((IndexStmt *) node)->relation, false);
			text->locks++;
			break;
		case T_AlterTableStmt:
			read_alter_table(reading, (AlterTableStmt *) node);
			break;
		case T_AlterSeqStmt:
			note_relation(reading, ((AlterSeqStmt *) node)->sequence, false);
			break;
		case T_RuleStmt:
			note_relation(reading, ((RuleStmt *) node)->relation, false);
			break;
		case T_CreateTrigStmt:
			note_relation(reading, ((CreateTrigStmt *) node)->relation, false);
			break;
		case T_CreatePolicyStmt:
			note_relation(reading, ((CreatePolicyStmt *) node)->table, false);
			break;
		case T_AlterPolicyStmt:
			note_relation(reading, ((AlterPolicyStmt *) node)->table, false);
			break;
		case T_RefreshMatViewStmt:
			note_relation(reading, ((RefreshMatViewStmt *) node)->relation,
						  false);
			break;
		case T_ClusterStmt:
			note_relation(reading, ((ClusterStmt *) node)->relation, false);
			break;
		case T_ReindexStmt:
			note_relation(reading, ((ReindexStmt *) node)->relation, false);
			break;
		case T_TruncateStmt:
			note_relations(reading, ((TruncateStmt *) node)->relations);
			break;
		case T_LockStmt:
			note_relations(reading, ((LockStmt *) node)->relations);
			break;
		case T_VacuumStmt:
		{
			ListCell *cell;

			foreach(cell, ((VacuumStmt *) node)->rels)
				note_relation(reading,
							  lfirst_node(VacuumRelation, cell)->relation,
							  false);
			break;
		}
		case T_CreateEnumStmt:
			note_list(reading, ((CreateEnumStmt *) node)->typeName, 0, true);
			break;
		case T_CreateRangeStmt:
			note_list(reading, ((CreateRangeStmt *) node)->typeName, 0, true);
			break;
		case T_CreateDomainStmt:
			note_list(reading, ((CreateDomainStmt *) node)->domainname, 0, true);
			break;
		case T_CreateFunctionStmt:
			note_list(reading, ((CreateFunctionStmt *) node)->funcname, 0, true);
			break;
		case T_DefineStmt:
			note_list(reading, ((DefineStmt *) node)->defnames, 0, true);
			break;
		case T_CreateOpClassStmt:
			note_list(reading, ((CreateOpClassStmt *) node)->opclassname, 0,
					  true);
			break;
		case T_CreateOpFamilyStmt:
			note_list(reading, ((CreateOpFamilyStmt *) node)->opfamilyname, 0,
					  true);
			break;
		case T_CreateConversionStmt:
			note_list(reading, ((CreateConversionStmt *) node)->conversion_name,
					  0, true);
			break;
		case T_CreateStatsStmt:
			if (((CreateStatsStmt *) node)->defnames)
				note_list(reading, ((CreateStatsStmt *) node)->defnames, 0,
						  true);
			else if (IsA(linitial(((CreateStatsStmt *) node)->relations),
						 RangeVar))
				note_relation(reading,
							  linitial(((CreateStatsStmt *) node)->relations),
							  false);
			break;
		case T_AlterEnumStmt:
			note_list(reading, ((AlterEnumStmt *) node)->typeName, 0, false);
			break;
		case T_AlterTypeStmt:
			note_list(reading, ((AlterTypeStmt *) node)->typeName, 0, false);
			break;
		case T_AlterDomainStmt:
			note_list(reading, ((AlterDomainStmt *) node)->typeName, 0, false);
			break;
		case T_AlterFunctionStmt:
			note_list(reading, ((AlterFunctionStmt *) node)->func->objname, 0,
					  false);
			break;
		case T_AlterOperatorStmt:
			note_list(reading, ((AlterOperatorStmt *) node)->opername->objname,
					  0, false);
			break;
		case T_AlterOpFamilyStmt:
			note_list(reading, ((AlterOpFamilyStmt *) node)->opfamilyname, 0,
					  false);
			break;
		case T_AlterStatsStmt:
			note_list(reading, ((AlterStatsStmt *) node)->defnames, 0, false);
			break;
		case T_AlterTSDictionaryStmt:
			note_list(reading, ((AlterTSDictionaryStmt *) node)->dictname, 0,
					  false);
			break;
		case T_AlterTSConfigurationStmt:
			note_list(reading, ((AlterTSConfigurationStmt *) node)->cfgname, 0,
					  false);
			break;
		case T_AlterCollationStmt:
			note_list(reading, ((AlterCollationStmt *) node)->collname, 0,
					  false);
			break;
		case T_RenameStmt:
			read_rename(reading, (RenameStmt *) node);
			break;
		case T_AlterObjectSchemaStmt:
			note_relation(reading, ((AlterObjectSchemaStmt *) node)->relation,
						  false);
			note_object(reading, ((AlterObjectSchemaStmt *) node)->objectType,
						((AlterObjectSchemaStmt *) node)->object);
			(void) add_schema(reading,
							  ((AlterObjectSchemaStmt *) node)->newschema);
			break;
		case T_AlterObjectDependsStmt:
			note_relation(reading, ((AlterObjectDependsStmt *) node)->relation,
						  false);
			note_object(reading, ((AlterObjectDependsStmt *) node)->objectType,
						((AlterObjectDependsStmt *) node)->object);
			break;
		case T_AlterOwnerStmt:
			note_relation(reading, ((AlterOwnerStmt *) node)->relation, false);
			note_object(reading, ((AlterOwnerStmt *) node)->objectType,
						((AlterOwnerStmt *) node)->object);
			break;
		case T_CommentStmt:
			note_object(reading, ((CommentStmt *) node)->objtype,
						((CommentStmt *) node)->object);
			break;
		case T_SecLabelStmt:
			note_object(reading, ((SecLabelStmt *) node)->objtype,
						((SecLabelStmt *) node)->object);
			break;
		case T_DropStmt:
			if (((DropStmt *) node)->removeType == OBJECT_SCHEMA)
				read_drop_schema(reading, (DropStmt *) node);
			else
				note_objects(reading, ((DropStmt *) node)->removeType,
							 ((DropStmt *) node)->objects);
			break;
		case T_GrantStmt:
			read_grant(reading, (GrantStmt *) node);
			break;
		case T_AlterDefaultPrivilegesStmt:
			read_default_privileges(reading,
									(AlterDefaultPrivilegesStmt *) node);
			break;
		case T_ImportForeignSchemaStmt:
			(void) add_schema(reading,
							  ((ImportForeignSchemaStmt *) node)->local_schema);
			text->opaque = true;
			break;
		case T_InsertStmt:
			read_change(reading, ((InsertStmt *) node)->relation, "INSERT");
			break;
		case T_UpdateStmt:
			read_change(reading, ((UpdateStmt *) node)->relation, "UPDATE");
			break;
		case T_DeleteStmt:
			read_change(reading, ((DeleteStmt *) node)->relation, "DELETE");
			break;
		case T_MergeStmt:
			read_change(reading, ((MergeStmt *) node)->relation, "MERGE");
			break;
		case T_CopyStmt:
			if (((CopyStmt *) node)->is_from)
				read_change(reading, ((CopyStmt *) node)->relation, "COPY");
			break;
		case T_SelectStmt:
			read_select(reading, (SelectStmt *) node);
			break;
		case T_VariableSetStmt:
			read_set(reading, (VariableSetStmt *) node);
			break;
		case T_DoStmt:
		case T_CallStmt:
		case T_ExecuteStmt:
			text->opaque = true;
			break;
		case T_CreatePublicationStmt:
			note_global(reading, PublicationRelationId,
						((CreatePublicationStmt *) node)->pubname);
			break;
		case T_CreateEventTrigStmt:
			note_global(reading, EventTriggerRelationId,
						((CreateEventTrigStmt *) node)->trigname);
			break;
		case T_CreateFdwStmt:
			note_global(reading, ForeignDataWrapperRelationId,
						((CreateFdwStmt *) node)->fdwname);
			break;
		case T_CreateForeignServerStmt:
			note_global(reading, ForeignServerRelationId,
						((CreateForeignServerStmt *) node)->servername);
			break;
		case T_CreatePLangStmt:
			note_global(reading, LanguageRelationId,
						((CreatePLangStmt *) node)->plname);
			break;
		case T_CreateAmStmt:
			note_global(reading, AccessMethodRelationId,
						((CreateAmStmt *) node)->amname);
			break;
		default:
			break;
	}
}

/* Does CREATE SUBSCRIPTION leave the publisher alone? */
static bool
connects_nowhere(Node *node)
{
	ListCell *cell;

	if (!IsA(node, CreateSubscriptionStmt))
		return false;
	foreach(cell, ((CreateSubscriptionStmt *) node)->options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "connect") == 0 && option->arg)
			return strcmp(defGetString(option), "false") == 0 ||
				   strcmp(defGetString(option), "off") == 0 ||
				   strcmp(defGetString(option), "0") == 0;
	}
	return false;
}

/* Does an object of this type belong to all databases? */
static bool
is_shared_type(ObjectType type)
{
	return type == OBJECT_DATABASE || type == OBJECT_ROLE ||
		   type == OBJECT_TABLESPACE || type == OBJECT_SUBSCRIPTION ||
		   type == OBJECT_PARAMETER_ACL;
}

/* Names a statement that changes what all databases share; NULL for others. */
const char *
dbmig_ddl_shared(Node *node)
{
	switch (nodeTag(node))
	{
		case T_CreateRoleStmt:
			return "CREATE ROLE";
		case T_AlterRoleStmt:
		case T_AlterRoleSetStmt:
			return "ALTER ROLE";
		case T_DropRoleStmt:
			return "DROP ROLE";
		case T_GrantRoleStmt:
			return "GRANT of a role";
		case T_CreateTableSpaceStmt:
			return "CREATE TABLESPACE";
		case T_DropTableSpaceStmt:
			return "DROP TABLESPACE";
		case T_AlterTableSpaceOptionsStmt:
			return "ALTER TABLESPACE";
		case T_CreatedbStmt:
			return "CREATE DATABASE";
		case T_DropdbStmt:
			return "DROP DATABASE";
		case T_AlterDatabaseStmt:
		case T_AlterDatabaseSetStmt:
		case T_AlterDatabaseRefreshCollStmt:
			return "ALTER DATABASE";
		case T_AlterSystemStmt:
			return "ALTER SYSTEM";
		case T_ReassignOwnedStmt:
			return "REASSIGN OWNED";
		case T_DropOwnedStmt:
			return "DROP OWNED";
		case T_CreateSubscriptionStmt:
			return "CREATE SUBSCRIPTION";
		case T_AlterSubscriptionStmt:
			return "ALTER SUBSCRIPTION";
		case T_DropSubscriptionStmt:
			return "DROP SUBSCRIPTION";
		case T_TransactionStmt:
			switch (((TransactionStmt *) node)->kind)
			{
				case TRANS_STMT_PREPARE:
					return "PREPARE TRANSACTION";
				case TRANS_STMT_COMMIT_PREPARED:
					return "COMMIT PREPARED";
				case TRANS_STMT_ROLLBACK_PREPARED:
					return "ROLLBACK PREPARED";
				default:
					return NULL;
			}
		case T_CommentStmt:
			return is_shared_type(((CommentStmt *) node)->objtype) ?
					   "COMMENT on what all databases share" :
					   NULL;
		case T_SecLabelStmt:
			return is_shared_type(((SecLabelStmt *) node)->objtype) ?
					   "SECURITY LABEL on what all databases share" :
					   NULL;
		case T_GrantStmt:
			return is_shared_type(((GrantStmt *) node)->objtype) ?
					   "GRANT on what all databases share" :
					   NULL;
		case T_RenameStmt:
			return is_shared_type(((RenameStmt *) node)->renameType) ?
					   "RENAME of what all databases share" :
					   NULL;
		case T_AlterOwnerStmt:
			return is_shared_type(((AlterOwnerStmt *) node)->objectType) ?
					   "ALTER … OWNER of what all databases share" :
					   NULL;
		default:
			return NULL;
	}
}

/* Names a statement whose effect on the session outlives a rollback. */
static const char *
outlives_rollback(Node *node)
{
	switch (nodeTag(node))
	{
		case T_PrepareStmt:
			return "PREPARE";
		case T_DeallocateStmt:
			return "DEALLOCATE";
		case T_DiscardStmt:
			return "DISCARD";
		case T_LoadStmt:
			return "LOAD";
		default:
			return NULL;
	}
}

/* Reads one statement. */
static void
read_statement(Reading *reading, Node *node)
{
	DdlText *text = reading->text;
	const char *shared = dbmig_ddl_shared(node);
	const char *name;

	switch (dbmig_statement_place(node, &name))
	{
		case STATEMENT_CLIENT:
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("%s in line %d of the DDL", name, reading->line),
					 errdetail("Rows are not schema, and the server has no client to copy them from."),
					 errhint("Leave the rows out: pg_dump -s writes a schema without them.")));
			break;
		case STATEMENT_TOP_LEVEL:
			if (connects_nowhere(node))
				break;
			/* FALLTHROUGH */
		case STATEMENT_TRANSACTION:
			remark(reading, &text->top_level, name);
			if (shared)
				remark(reading, &text->stays, shared);
			break;
		case STATEMENT_ANYWHERE:
			break;
	}
	if (shared)
		remark(reading, &text->shared, shared);
	name = outlives_rollback(node);
	if (name)
		remark(reading, &text->session, name);
	read_node(reading, node);
}

/*
 * Reads a text, and raises what is wrong with its grammar, with line and
 * column.  A text that makes nothing concerns the schema that it would make
 * something in.
 */
DdlText *
dbmig_ddl_text_analyze(const char *sql)
{
	MemoryContext work =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig DDL analysis",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext statements = AllocSetContextCreate(work, "dbmig DDL statement",
													 ALLOCSET_DEFAULT_SIZES);
	Reading reading = {.context = CurrentMemoryContext};
	HASHCTL ctl = {.keysize = NAME_KEY, .entrysize = NAME_KEY, .hcxt = work};
	Script *script = dbmig_ddl_text_open(sql);
	ScriptStatement statement;
	Size counted = 0;
	int level = NewGUCNestLevel();

	reading.text = palloc0(sizeof(DdlText));
	reading.text->sql = sql;
	reading.line = 1;
	reading.made = hash_create("dbmig DDL names", 256, &ctl,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	set_path(&reading, namespace_search_path);

	MemoryContextSwitchTo(statements);
	while (dbmig_script_next(script, true, &statement))
	{
		reading.line +=
			dbmig_script_line(sql + counted, statement.start - counted) - 1;
		counted = statement.start;
		reading.text->statements++;
		read_statement(&reading, statement.raw->stmt);
		(void) dbmig_statement_apply_lexer_setting(statement.raw->stmt);
		MemoryContextReset(statements);
	}
	MemoryContextSwitchTo(reading.context);
	AtEOXact_GUC(true, level);
	dbmig_script_close(script);
	if (reading.text->schemas == NIL)
	{
		set_path(&reading, namespace_search_path);
		(void) add_schema(&reading, creation_schema(&reading));
	}
	MemoryContextDelete(work);
	if (reading.text->schemas == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("the DDL makes nothing in any schema"),
				 errdetail("No schema has been selected to create in, either."),
				 errhint("Name schemas in the DDL, or SET search_path.")));
	return reading.text;
}
