/*
 * text_search.c
 *		Reads text search parsers, templates, dictionaries and configurations.
 *
 * The kinds of tokens of a configuration are numbers in the catalog; their
 * names are asked of its parser, as the server does for ALTER MAPPING.  Takes no
 * locks.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/name.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_config_map.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/read.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "tsearch/ts_cache.h"
#include "tsearch/ts_public.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/syscache.h"

/* Adds an object that lives in a schema, and registers it. */
static SchemaObject *
add_object(CatalogRead *read, ObjectKind kind, Oid catalog, Oid oid,
		   Oid namespace, const char *name)
{
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	SchemaObject *object =
		dbmig_object_add(read->model, kind, NULL,
						 dbmig_read_namespace(read, namespace),
						 pstrdup(quote_identifier(name)), NULL);

	MemoryContextSwitchTo(previous);
	dbmig_read_register(read, catalog, oid, 0, object);
	return object;
}

/* Reads the parsers. */
static void
read_parsers(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, TSParserRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_ts_parser form = (Form_pg_ts_parser) GETSTRUCT(tuple);
		SchemaObject *object;

		if (!dbmig_read_wanted(read, TSParserRelationId, form->oid,
							   form->prsnamespace))
			continue;
		object = add_object(read, KIND_TS_PARSER, TSParserRelationId, form->oid,
							form->prsnamespace, NameStr(form->prsname));
		dbmig_object_set_text(object, "start",
							  dbmig_name_function(read, form->prsstart));
		dbmig_object_set_text(object, "gettoken",
							  dbmig_name_function(read, form->prstoken));
		dbmig_object_set_text(object, "end",
							  dbmig_name_function(read, form->prsend));
		dbmig_object_set_text(object, "lextypes",
							  dbmig_name_function(read, form->prslextype));
		dbmig_object_set_text(object, "headline",
							  dbmig_name_function(read, form->prsheadline));
	}
	dbmig_read_end(&scan);
}

/* Reads the templates. */
static void
read_templates(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, TSTemplateRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_ts_template form = (Form_pg_ts_template) GETSTRUCT(tuple);
		SchemaObject *object;

		if (!dbmig_read_wanted(read, TSTemplateRelationId, form->oid,
							   form->tmplnamespace))
			continue;
		object =
			add_object(read, KIND_TS_TEMPLATE, TSTemplateRelationId, form->oid,
					   form->tmplnamespace, NameStr(form->tmplname));
		dbmig_object_set_text(object, "init",
							  dbmig_name_function(read, form->tmplinit));
		dbmig_object_set_text(object, "lexize",
							  dbmig_name_function(read, form->tmpllexize));
	}
	dbmig_read_end(&scan);
}

/* Returns the name of a template. */
static const char *
template_name(CatalogRead *read, Oid template)
{
	HeapTuple tuple = SearchSysCache1(TSTEMPLATEOID, ObjectIdGetDatum(template));
	Form_pg_ts_template form;
	const char *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for text search template %u", template);
	form = (Form_pg_ts_template) GETSTRUCT(tuple);
	name = dbmig_read_qualified(read, form->tmplnamespace,
								NameStr(form->tmplname));
	ReleaseSysCache(tuple);
	return name;
}

/* Returns the name of a parser. */
static const char *
parser_name(CatalogRead *read, Oid parser)
{
	HeapTuple tuple = SearchSysCache1(TSPARSEROID, ObjectIdGetDatum(parser));
	Form_pg_ts_parser form;
	const char *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for text search parser %u", parser);
	form = (Form_pg_ts_parser) GETSTRUCT(tuple);
	name =
		dbmig_read_qualified(read, form->prsnamespace, NameStr(form->prsname));
	ReleaseSysCache(tuple);
	return name;
}

/* Returns the name of a dictionary. */
static const char *
dictionary_name(CatalogRead *read, Oid dictionary)
{
	HeapTuple tuple = SearchSysCache1(TSDICTOID, ObjectIdGetDatum(dictionary));
	Form_pg_ts_dict form;
	const char *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for text search dictionary %u",
			 dictionary);
	form = (Form_pg_ts_dict) GETSTRUCT(tuple);
	name = dbmig_read_qualified(read, form->dictnamespace,
								NameStr(form->dictname));
	ReleaseSysCache(tuple);
	return name;
}

/* Reads the dictionaries. */
static void
read_dictionaries(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, TSDictionaryRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_ts_dict form = (Form_pg_ts_dict) GETSTRUCT(tuple);
		SchemaObject *object;
		Datum options;
		bool isnull;
		ListCell *cell;

		if (!dbmig_read_wanted(read, TSDictionaryRelationId, form->oid,
							   form->dictnamespace))
			continue;
		object =
			add_object(read, KIND_TS_DICTIONARY, TSDictionaryRelationId,
					   form->oid, form->dictnamespace, NameStr(form->dictname));
		dbmig_object_set_text(object, "template",
							  template_name(read, form->dicttemplate));
		dbmig_read_owner(read, object, form->dictowner);
		options = dbmig_read_attr(&scan, tuple, Anum_pg_ts_dict_dictinitoption,
								  &isnull);
		if (isnull)
			continue;
		foreach(cell, deserialize_deflist(options))
		{
			DefElem *option = lfirst(cell);

			dbmig_object_put(object, "options",
							 MemoryContextStrdup(read->context,
												 quote_identifier(option->defname)),
							 MemoryContextStrdup(read->context,
												 defGetString(option)));
		}
	}
	dbmig_read_end(&scan);
}

/* Finds the name of a kind of token; NULL if the parser does not know it. */
static const char *
token_name(const LexDescr *tokens, int number)
{
	for (; tokens && tokens->lexid; tokens++)
		if (tokens->lexid == number)
			return tokens->alias;
	return NULL;
}

/* Reads which dictionaries a configuration asks for each kind of token. */
static void
read_mappings(CatalogRead *read, SchemaObject *object, Oid config, Oid parser)
{
	Oid lextypes = lookup_ts_parser_cache(parser)->lextypeOid;
	LexDescr *tokens =
		(LexDescr *) DatumGetPointer(OidFunctionCall1(lextypes, (Datum) 0));
	Relation relation = table_open(TSConfigMapRelationId, AccessShareLock);
	Relation index = index_open(TSConfigMapIndexId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	MemoryContext previous = MemoryContextSwitchTo(read->context);

	ScanKeyInit(&key, Anum_pg_ts_config_map_mapcfg, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(config));
	scan = systable_beginscan_ordered(relation, index, read->snapshot, 1, &key);
	while ((tuple = systable_getnext_ordered(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_ts_config_map form = (Form_pg_ts_config_map) GETSTRUCT(tuple);
		const char *token = token_name(tokens, form->maptokentype);
		const char *dictionary = dictionary_name(read, form->mapdict);
		const char *before;

		if (token == NULL)
			continue;
		token = pstrdup(quote_identifier(token));
		before = dbmig_object_get(object, "mappings", token);
		dbmig_object_put(object, "mappings", token,
						 before ? psprintf("%s, %s", before, dictionary) :
								  dictionary);
	}
	MemoryContextSwitchTo(previous);
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(relation, AccessShareLock);
}

/* Reads the configurations. */
static void
read_configurations(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, TSConfigRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_ts_config form = (Form_pg_ts_config) GETSTRUCT(tuple);
		SchemaObject *object;

		if (!dbmig_read_wanted(read, TSConfigRelationId, form->oid,
							   form->cfgnamespace))
			continue;
		object =
			add_object(read, KIND_TS_CONFIGURATION, TSConfigRelationId,
					   form->oid, form->cfgnamespace, NameStr(form->cfgname));
		dbmig_object_set_text(object, "parser",
							  parser_name(read, form->cfgparser));
		dbmig_read_owner(read, object, form->cfgowner);
		read_mappings(read, object, form->oid, form->cfgparser);
	}
	dbmig_read_end(&scan);
}

/* Reads everything about text search. */
void
dbmig_catalog_text_search(CatalogRead *read)
{
	read_parsers(read);
	read_templates(read);
	read_dictionaries(read);
	read_configurations(read);
}
