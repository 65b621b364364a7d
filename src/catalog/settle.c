/*
 * settle.c
 *		Expressions as they are when their text has been read again.
 *
 * The server stores "x IN ('a', 'b')" over a varchar as a cast of the array of
 * constants, and prints it as a cast of ARRAY[…].  Reading that text, it casts
 * each element instead, and prints something else from then on: after a dump and
 * a restore the same check has another text.  Here the cast goes to the elements
 * at once, so that there is one text for both.
 *
 * Makes a changed copy; looks at system catalogs through the server's caches
 * only.
 */
#include "postgres.h"

#include "catalog/read.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/lsyscache.h"

/* Returns the ARRAY[…] that is cast as a whole, or NULL. */
static ArrayExpr *
cast_array(Node *node)
{
	Node *arg = NULL;

	if (IsA(node, RelabelType))
		arg = (Node *) ((RelabelType *) node)->arg;
	else if (IsA(node, ArrayCoerceExpr))
		arg = (Node *) ((ArrayCoerceExpr *) node)->arg;
	if (arg == NULL || !IsA(arg, ArrayExpr) || ((ArrayExpr *) arg)->multidims ||
		!OidIsValid(get_element_type(exprType(node))))
		return NULL;
	return (ArrayExpr *) arg;
}

/* Is this a cast of ARRAY[…] as a whole? */
bool
dbmig_deparse_is_array_cast(Node *node)
{
	return cast_array(node) != NULL;
}

/* Casts the elements of an array, as the parser does. */
static Node *
cast_elements(const ArrayExpr *array, Node *cast)
{
	ArrayExpr *result = makeNode(ArrayExpr);
	Oid element = get_element_type(exprType(cast));
	ListCell *cell;

	*result = *array;
	result->array_typeid = exprType(cast);
	result->array_collid = exprCollation(cast);
	result->element_typeid = element;
	result->elements = NIL;
	foreach(cell, array->elements)
	{
		Node *item = lfirst(cell);

		item = coerce_to_target_type(NULL, item, exprType(item), element,
									 exprTypmod(cast), COERCION_EXPLICIT,
									 COERCE_EXPLICIT_CAST, -1);
		if (item == NULL)
			return cast;
		result->elements = lappend(result->elements, item);
	}
	return (Node *) result;
}

/* Copies a tree; casts of whole arrays become casts of their elements. */
static Node *
settle(Node *node, void *context)
{
	ArrayExpr *array;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
		return (Node *) query_tree_mutator((Query *) node, settle, context, 0);
	node = expression_tree_mutator(node, settle, context);
	array = cast_array(node);
	return array ? cast_elements(array, node) : node;
}

/* Returns the tree that the server makes of the text of this one. */
Node *
dbmig_deparse_settle(Node *node)
{
	return settle(node, NULL);
}
