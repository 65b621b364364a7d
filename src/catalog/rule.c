/*
 * rule.c
 *		Reading rewrite rules, other than those that make a view a view.
 *
 * A rule is rare, so the server prints it whole.  It locks the relations of the
 * rule for that (ACCESS SHARE); where it would have to wait, the definition is
 * skipped and the rule says so.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/pg_class.h"
#include "catalog/pg_rewrite.h"
#include "catalog/read.h"
#include "rewrite/rewriteDefine.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/* Returns CREATE RULE … without the semicolon at the end; NULL if locked. */
static char *
print_rule(CatalogRead *read, Oid rule, const char *action)
{
	ResourceOwner previous;
	char *result;
	int length;

	if (!dbmig_deparse_begin(stringToNode(action), &previous))
		return NULL;
	result = TextDatumGetCString(DirectFunctionCall1(pg_get_ruledef,
													 ObjectIdGetDatum(rule)));
	dbmig_deparse_end(previous);
	length = strlen(result);
	if (length > 0 && result[length - 1] == ';')
		result[length - 1] = '\0';
	return MemoryContextStrdup(read->context, result);
}

/* Returns when a rule is in force; NULL for the default. */
static const char *
enabled_name(char enabled)
{
	switch (enabled)
	{
		case RULE_DISABLED:
			return "disabled";
		case RULE_FIRES_ON_REPLICA:
			return "replica";
		case RULE_FIRES_ALWAYS:
			return "always";
		default:
			return NULL;
	}
}

/* Reads all rules. */
void
dbmig_catalog_rules(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, RewriteRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_rewrite form = (Form_pg_rewrite) GETSTRUCT(tuple);
		SchemaObject *relation;
		SchemaObject *rule;
		char *definition;

		if (form->ev_type == '0' + CMD_SELECT)
			continue;
		relation =
			dbmig_read_registered(read, RelationRelationId, form->ev_class, 0);
		if (relation == NULL)
			continue;
		rule =
			dbmig_object_add(read->model, KIND_RULE, relation, NULL,
							 MemoryContextStrdup(read->context,
												 quote_identifier(NameStr(form->rulename))),
							 NULL);
		dbmig_read_register(read, RewriteRelationId, form->oid, 0, rule);
		definition = print_rule(read, form->oid,
								dbmig_read_attr_text(&scan, tuple,
													 Anum_pg_rewrite_ev_action));
		if (definition == NULL)
			dbmig_read_skip(rule, "locked");
		dbmig_object_set_text(rule, "definition", definition);
		dbmig_object_set_text(rule, "enabled", enabled_name(form->ev_enabled));
	}
	dbmig_read_end(&scan);
}
