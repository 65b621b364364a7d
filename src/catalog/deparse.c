/*
 * deparse.c
 *		Expressions and queries as text, without locks on users' relations.
 *
 * The server's own printing of an expression opens the relation whose columns
 * it names, and so waits behind whoever is altering it.  It does not need the
 * relation, only the names of its columns: here it is told that the expression
 * belongs to a plan over a list of VALUES which has those columns.  The text is
 * the same.
 *
 * Where relations must be opened all the same – for a query, for a value of
 * composite type – they are locked first, ACCESS SHARE and only if that is
 * possible at once; if it is not, there is no text, and the caller says so.
 * These locks go as soon as the text is made, so that any number of views can
 * be read in one transaction.
 *
 * Tables of the same shape have the same expressions: texts are kept by what
 * the expression stores, less the places in the original statement, with the
 * names of columns in place of their numbers.
 */
#include "postgres.h"

#include "access/transam.h"
#include "base/compat.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/resowner.h"
#include "utils/ruleutils.h"

#define CACHE_BYTES (8 * 1024 * 1024)

/* Key of a text that was made before. */
typedef struct CacheKey
{
	const char *data;
	uint32 size;
	uint32 hash;
} CacheKey;

typedef struct CacheEntry
{
	CacheKey key;
	char *text;
} CacheEntry;

struct DeparseState
{
	MemoryContext work;	   /* reset after each text */
	MemoryContext memory;  /* of the cache */
	HTAB *cache;		   /* CacheKey to text */
	Size cached;		   /* bytes in keys */
	StringInfoData key;	   /* of the current expression */
	MemoryContext columns; /* of the following */
	Oid relid;			   /* relation that names stands for */
	bool named;			   /* its own name is in it, too */
	List *names;		   /* deparse context, see ruleutils.c */
};

/* What a tree needs in order to be printed. */
typedef struct TreeNeeds
{
	List *relations; /* OIDs of relations that will be opened */
	bool name;		 /* the name of the expression's own relation */
	bool system;	 /* system columns of it */
	bool arrays;	 /* a cast of ARRAY[…] as a whole */
	int depth;		 /* of the sub-query that is looked at */
} TreeNeeds;

/* Hashes a key. */
static uint32
hash_key(const void *key, Size size)
{
	return ((const CacheKey *) key)->hash;
}

/* Compares two keys. */
static int
match_key(const void *a, const void *b, Size size)
{
	const CacheKey *x = a;
	const CacheKey *y = b;

	return x->size == y->size ? memcmp(x->data, y->data, x->size) : 1;
}

/* Makes an empty cache. */
static void
make_cache(struct DeparseState *state)
{
	HASHCTL ctl = {0};

	ctl.keysize = sizeof(CacheKey);
	ctl.entrysize = sizeof(CacheEntry);
	ctl.hash = hash_key;
	ctl.match = match_key;
	ctl.hcxt = state->memory;
	state->cache =
		hash_create("dbmig texts", 256, &ctl,
					HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
	state->cached = 0;
}

/* Returns what is kept from one text to the next. */
static struct DeparseState *
get_state(CatalogRead *read)
{
	struct DeparseState *state = read->deparse;
	MemoryContext previous;

	if (state)
		return state;
	previous = MemoryContextSwitchTo(read->scratch);
	state = palloc0(sizeof(struct DeparseState));
	state->work = AllocSetContextCreate(read->scratch, "dbmig deparse",
										ALLOCSET_DEFAULT_SIZES);
	state->memory = AllocSetContextCreate(read->scratch, "dbmig texts",
										  ALLOCSET_DEFAULT_SIZES);
	state->columns = AllocSetContextCreate(read->scratch, "dbmig deparse names",
										   ALLOCSET_DEFAULT_SIZES);
	initStringInfo(&state->key);
	make_cache(state);
	read->deparse = state;
	MemoryContextSwitchTo(previous);
	return state;
}

/*
 * Makes the key of a stored expression: its text without places in the original
 * statement, and with names of columns for numbers.  Returns false for what is
 * not kept: sub-queries, whole rows, system columns.
 */
static bool
make_key(CatalogRead *read, StringInfo key, const char *text, Oid relid)
{
	int count = 0;
	const char **names = NULL;

	resetStringInfo(key);
	for (;;)
	{
		const char *colon = strchr(text, ':');

		if (colon == NULL)
		{
			appendStringInfoString(key, text);
			return true;
		}
		colon++;
		appendBinaryStringInfo(key, text, colon - text);
		text = colon;
		if (strncmp(text, "location ", 9) == 0)
			text += 9;
		else if (strncmp(text, "varattnosyn ", 12) == 0)
			text += 12;
		else if (strncmp(text, "varattno ", 9) == 0)
		{
			int attnum = atoi(text + 9);

			if (names == NULL && OidIsValid(relid))
				names = dbmig_read_columns(read, relid, &count);
			if (attnum <= 0 || attnum > count || names[attnum - 1] == NULL)
				return false;
			appendStringInfo(key, "%s:", quote_identifier(names[attnum - 1]));
			text += 9;
		}
		else if (strncmp(text, "commandType ", 12) == 0)
			return false;
		else
			continue;
		text += strspn(text, "-0123456789");
	}
}

/* Keeps a text under the key that was made for it. */
static void
keep_text(struct DeparseState *state, const CacheKey *key, char *text)
{
	CacheKey copy = *key;
	CacheEntry *entry;
	char *data;

	if (state->cached + key->size > CACHE_BYTES)
	{
		MemoryContextReset(state->memory);
		make_cache(state);
	}
	data = MemoryContextAlloc(state->memory, key->size);
	memcpy(data, key->data, key->size);
	copy.data = data;
	entry = hash_search(state->cache, &copy, HASH_ENTER, NULL);
	entry->key = copy;
	entry->text = text;
	state->cached += key->size;
}

/* Notes the relation whose row type this is, if it is one. */
static void
need_type(TreeNeeds *needs, Oid type)
{
	Oid element;
	Oid relid;

	/* the columns of a join that nobody uses may be of a type long dropped */
	if (type < FirstNormalObjectId ||
		!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(type)))
		return;
	element = get_element_type(type);
	relid = get_typ_typrelid(getBaseType(OidIsValid(element) ? element : type));
	if (OidIsValid(relid))
		needs->relations = list_append_unique_oid(needs->relations, relid);
}

/* Looks for what a tree needs. */
static bool
find_needs(Node *node, TreeNeeds *needs)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Var:
		{
			Var *var = (Var *) node;

			if (var->varlevelsup == needs->depth)
			{
				needs->name |= var->varattno == 0;
				needs->system |= var->varattno < 0;
			}
			/* the row type of the relation itself is printed by name */
			if (var->varattno != 0)
				need_type(needs, var->vartype);
			break;
		}
		case T_Query:
		{
			Query *query = (Query *) node;
			ListCell *cell;
			bool found;

			needs->name = true;
			foreach(cell, query->rtable)
			{
				RangeTblEntry *rte = lfirst(cell);

				if (rte->rtekind == RTE_RELATION)
					needs->relations =
						list_append_unique_oid(needs->relations, rte->relid);
			}
			needs->depth++;
			found = query_tree_walker(query, find_needs, needs, 0);
			needs->depth--;
			return found;
		}
		case T_RelabelType:
		case T_ArrayCoerceExpr:
			needs->arrays |= dbmig_deparse_is_array_cast(node);
			need_type(needs, exprType(node));
			break;
		case T_RowExpr:
		case T_FieldStore:
		case T_ConvertRowtypeExpr:
		case T_FieldSelect:
		case T_Const:
		case T_Param:
		case T_FuncExpr:
		case T_OpExpr:
		case T_Aggref:
		case T_WindowFunc:
		case T_SubscriptingRef:
		case T_CoerceViaIO:
		case T_CoerceToDomain:
		case T_CaseExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_NullIfExpr:
		case T_ArrayExpr:
			need_type(needs, exprType(node));
			break;
		default:
			break;
	}
	return expression_tree_walker(node, find_needs, needs);
}

/* Gives system columns numbers behind those of the user's columns. */
typedef struct SystemShift
{
	int count; /* of the user's columns */
	int depth;
} SystemShift;

static bool
shift_system_columns(Node *node, SystemShift *shift)
{
	bool found;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var *var = (Var *) node;

		if (var->varlevelsup == shift->depth && var->varattno < 0)
		{
			var->varattno = shift->count - var->varattno;
			var->varattnosyn = var->varattno;
		}
		return false;
	}
	if (!IsA(node, Query))
		return expression_tree_walker(node, shift_system_columns, shift);
	shift->depth++;
	found = query_tree_walker((Query *) node, shift_system_columns, shift, 0);
	shift->depth--;
	return found;
}

/* Makes the names that expressions over a relation are printed with. */
static List *
name_columns(CatalogRead *read, struct DeparseState *state, Oid relid,
			 bool named)
{
	static const char *const system_names[] = {"ctid", "xmin", "cmin",
											   "xmax", "cmax", "tableoid"};
	MemoryContext previous;
	RangeTblEntry *rte;
	PlannedStmt *plan;
	List *columns = NIL;
	const char **names;
	char *name = NULL;
	int count;

	if (state->relid == relid && (state->named || !named))
		return state->names;
	names = dbmig_read_columns(read, relid, &count);
	state->relid = InvalidOid;
	MemoryContextReset(state->columns);
	previous = MemoryContextSwitchTo(state->columns);
	for (int i = 0; i < count; i++)
		columns =
			lappend(columns,
					makeString(unconstify(char *, names[i] ? names[i] : "")));
	for (int i = 0; i < lengthof(system_names); i++)
		columns =
			lappend(columns, makeString(unconstify(char *, system_names[i])));
	if (named)
		name = get_rel_name(relid);
	if (name == NULL)
		name = "?";
	rte = makeNode(RangeTblEntry);
	rte->rtekind = RTE_VALUES;
	rte->eref = makeAlias(name, columns);
	plan = makeNode(PlannedStmt);
	plan->rtable = list_make1(rte);
	state->names = deparse_context_for_plan_tree(plan, list_make1(name));
	state->named = named;
	state->relid = relid;
	MemoryContextSwitchTo(previous);
	return state->names;
}

/* Locks all relations or none. */
static bool
lock_relations(List *relations)
{
	ListCell *cell;

	foreach(cell, relations)
		if (!ConditionalLockRelationOid(lfirst_oid(cell), AccessShareLock))
			return false;
	return true;
}

/*
 * Begins to own locks apart from the transaction's.  Nothing is lost if an
 * error leaves the owner behind: it goes with its parent.
 */
static ResourceOwner
begin_locks(void)
{
	ResourceOwner previous = CurrentResourceOwner;

	CurrentResourceOwner = ResourceOwnerCreate(previous, "dbmig deparse");
	return previous;
}

/* Lets go of the locks, also of those the server took on its own. */
static void
end_locks(ResourceOwner previous)
{
	ResourceOwner owner = CurrentResourceOwner;

	ResourceOwnerRelease(owner, RESOURCE_RELEASE_BEFORE_LOCKS, false, false);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_LOCKS, false, false);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_AFTER_LOCKS, false, false);
	CurrentResourceOwner = previous;
	ResourceOwnerDelete(owner);
}

/* Prints a tree in the current memory context. */
static char *
print_node(CatalogRead *read, struct DeparseState *state, Node *node, Oid relid)
{
	TreeNeeds needs = {0};
	List *names = NIL;
	ResourceOwner previous;
	char *text = NULL;

	find_needs(node, &needs);
	if (needs.arrays)
		node = dbmig_deparse_settle(node);
	if (OidIsValid(relid))
	{
		names = name_columns(read, state, relid, needs.name);
		if (needs.system)
		{
			SystemShift shift = {0};

			(void) dbmig_read_columns(read, relid, &shift.count);
			node = copyObject(node);
			shift_system_columns(node, &shift);
		}
	}
	if (needs.relations == NIL)
		return deparse_expression(node, names, false, false);
	previous = begin_locks();
	if (lock_relations(needs.relations))
		text = deparse_expression(node, names, false, false);
	end_locks(previous);
	return text;
}

/*
 * Prints an expression over the columns of a relation, which may be
 * InvalidOid.  Returns NULL if a relation in it is locked by others.
 */
char *
dbmig_deparse_node(CatalogRead *read, Node *node, Oid relid)
{
	struct DeparseState *state = get_state(read);
	MemoryContext previous = MemoryContextSwitchTo(state->work);
	char *text = print_node(read, state, node, relid);

	if (text)
		text = MemoryContextStrdup(read->context, text);
	MemoryContextSwitchTo(previous);
	MemoryContextReset(state->work);
	return text;
}

/*
 * The same for an expression as it is stored.  The result may be shared with
 * other expressions: it must not be changed.
 */
char *
dbmig_deparse_expr(CatalogRead *read, const char *node_text, Oid relid)
{
	struct DeparseState *state = get_state(read);
	MemoryContext previous;
	CacheKey key = {0};
	char *text;

	if (make_key(read, &state->key, node_text, relid))
	{
		CacheEntry *entry;

		key.data = state->key.data;
		key.size = state->key.len;
		key.hash = hash_bytes((const unsigned char *) key.data, key.size);
		entry = hash_search(state->cache, &key, HASH_FIND, NULL);
		if (entry)
			return entry->text;
	}
	previous = MemoryContextSwitchTo(state->work);
	text = print_node(read, state, stringToNode(node_text), relid);
	if (text)
		text = MemoryContextStrdup(read->context, text);
	MemoryContextSwitchTo(previous);
	MemoryContextReset(state->work);
	if (text && key.data)
		keep_text(state, &key, text);
	return text;
}

/* Is this the entry for OLD or NEW, which rules had up to 15? */
static bool
is_rule_entry(const RangeTblEntry *rte, Oid relid, const char *name)
{
	return rte->rtekind == RTE_RELATION && rte->relid == relid &&
		   !rte->inFromCl && rte->alias &&
		   strcmp(rte->alias->aliasname, name) == 0;
}

/*
 * Takes OLD and NEW out of a view's query.  Up to 15 they are stored in front of
 * the view's own relations, which makes a view of a single table look like one
 * of several.
 */
static void
remove_rule_entries(Query *query, Oid relid)
{
	if (list_length(query->rtable) < 2 ||
		!is_rule_entry(linitial(query->rtable), relid, "old") ||
		!is_rule_entry(lsecond(query->rtable), relid, "new"))
		return;
	query->rtable = list_delete_first_n(query->rtable, 2);
	OffsetVarNodes((Node *) query, -2, 0);
}

/* Names the results of a query, in every branch of a UNION. */
static void
name_results(Query *query, Node *set, const char **names, int count)
{
	ListCell *cell;

	if (set && IsA(set, SetOperationStmt))
	{
		name_results(query, ((SetOperationStmt *) set)->larg, names, count);
		name_results(query, ((SetOperationStmt *) set)->rarg, names, count);
		return;
	}
	if (set && IsA(set, RangeTblRef))
	{
		query =
			rt_fetch(((RangeTblRef *) set)->rtindex, query->rtable)->subquery;
		name_results(query, NULL, names, count);
		return;
	}
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst(cell);
		int place = entry->resno - 1;

		if (!entry->resjunk && place < count && names[place])
			entry->resname = pstrdup(names[place]);
	}
	if (query->setOperations)
		name_results(query, query->setOperations, names, count);
}

/*
 * Prints the query of a view with the view's own names of columns.  The query
 * is changed.  Returns NULL if a relation in it is locked by others.
 */
char *
dbmig_deparse_query(CatalogRead *read, Query *query, Oid view_relid)
{
	struct DeparseState *state = get_state(read);
	MemoryContext previous = MemoryContextSwitchTo(state->work);
	TreeNeeds needs = {0};
	ResourceOwner owner;
	char *text = NULL;

	if (OidIsValid(view_relid))
	{
		int count;
		const char **names = dbmig_read_columns(read, view_relid, &count);

		remove_rule_entries(query, view_relid);
		name_results(query, NULL, names, count);
	}
	find_needs((Node *) query, &needs);
	if (needs.arrays)
		query = (Query *) dbmig_deparse_settle((Node *) query);
	owner = begin_locks();
	if (lock_relations(needs.relations))
		text = pg_get_querydef(query, false);
	end_locks(owner);
	if (text)
		text = MemoryContextStrdup(read->context, text);
	MemoryContextSwitchTo(previous);
	MemoryContextReset(state->work);
	return text;
}

/*
 * Locks what the server will open to print this tree by itself, until
 * dbmig_deparse_end().  Returns false, and locks nothing, if it would wait.
 */
bool
dbmig_deparse_begin(Node *node, ResourceOwner *previous)
{
	TreeNeeds needs = {0};

	find_needs(node, &needs);
	*previous = begin_locks();
	if (lock_relations(needs.relations))
		return true;
	end_locks(*previous);
	return false;
}

/* Gives back those locks, and those that the server took itself. */
void
dbmig_deparse_end(ResourceOwner previous)
{
	end_locks(previous);
}
