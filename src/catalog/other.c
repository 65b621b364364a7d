/*
 * other.c
 *		Reads what few schemas have: collations, casts, conversions, languages,
 *		transforms and access methods.
 *
 * The version of a collation is the operating system's business and left out.
 * The cast from a range to its multirange comes with the range.  Takes no locks.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/name.h"
#include "catalog/pg_am.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_language.h"
#include "catalog/pg_transform.h"
#include "catalog/read.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Copies a string, which may be NULL, into the results. */
static char *
keep(CatalogRead *read, const char *text)
{
	return text ? MemoryContextStrdup(read->context, text) : NULL;
}

/* Sets the locale of a collation, one or two. */
static void
read_locale(CatalogRead *read, CatalogScan *scan, HeapTuple tuple,
			SchemaObject *object)
{
	char *collate =
		dbmig_read_attr_text(scan, tuple, Anum_pg_collation_collcollate);
	char *ctype = dbmig_read_attr_text(scan, tuple, Anum_pg_collation_collctype);
	char *locale =
		dbmig_read_attr_text(scan, tuple, DBMIG_ANUM_COLLATION_LOCALE);

	if (locale == NULL && collate && ctype && strcmp(collate, ctype) == 0)
		locale = collate;
	else
	{
		dbmig_object_set_text(object, "lc_collate", keep(read, collate));
		dbmig_object_set_text(object, "lc_ctype", keep(read, ctype));
	}
	dbmig_object_set_text(object, "locale", keep(read, locale));
	if (DBMIG_ANUM_COLLATION_RULES != 0)
		dbmig_object_set_text(object, "rules",
							  keep(read,
								   dbmig_read_attr_text(scan, tuple,
														DBMIG_ANUM_COLLATION_RULES)));
}

/* Reads the collations. */
static void
read_collations(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, CollationRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_collation form = (Form_pg_collation) GETSTRUCT(tuple);
		SchemaObject *object;

		/* the same name may be there for an encoding that is not ours */
		if ((form->collencoding != -1 &&
			 form->collencoding != GetDatabaseEncoding()) ||
			!dbmig_read_wanted(read, CollationRelationId, form->oid,
							   form->collnamespace))
			continue;
		object =
			dbmig_object_add(read->model, KIND_COLLATION, NULL,
							 dbmig_read_namespace(read, form->collnamespace),
							 keep(read,
								  quote_identifier(NameStr(form->collname))),
							 NULL);
		dbmig_read_register(read, CollationRelationId, form->oid, 0, object);
		dbmig_object_set_text(object, "provider",
							  form->collprovider == COLLPROVIDER_ICU ?
								  "icu" :
							  form->collprovider == COLLPROVIDER_LIBC ?
								  "libc" :
								  "builtin");
		read_locale(read, &scan, tuple, object);
		dbmig_object_set_bool(object, "nondeterministic",
							  !form->collisdeterministic);
		dbmig_read_owner(read, object, form->collowner);
	}
	dbmig_read_end(&scan);
}

/* Reads the casts. */
static void
read_casts(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, CastRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_cast form = (Form_pg_cast) GETSTRUCT(tuple);
		SchemaObject *object;
		MemoryContext previous;

		if (!dbmig_read_wanted_global(read, CastRelationId, form->oid) ||
			dbmig_read_registered(read, CastRelationId, form->oid, 0) ||
			(type_is_range(form->castsource) &&
			 get_range_multirange(form->castsource) == form->casttarget))
			continue;
		previous = MemoryContextSwitchTo(read->context);
		object =
			dbmig_object_add(read->model, KIND_CAST, NULL, NULL,
							 psprintf("(%s AS %s)",
									  dbmig_read_type(read, form->castsource, -1),
									  dbmig_read_type(read, form->casttarget,
													  -1)),
							 NULL);
		MemoryContextSwitchTo(previous);
		dbmig_read_register(read, CastRelationId, form->oid, 0, object);
		dbmig_object_set_text(object, "function",
							  dbmig_name_signature(read, form->castfunc));
		dbmig_object_set_bool(object, "inout",
							  form->castmethod == COERCION_METHOD_INOUT);
		if (form->castcontext != COERCION_CODE_EXPLICIT)
			dbmig_object_set_text(object, "context",
								  form->castcontext == COERCION_CODE_IMPLICIT ?
									  "implicit" :
									  "assignment");
	}
	dbmig_read_end(&scan);
}

/* Reads the conversions. */
static void
read_conversions(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, ConversionRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_conversion form = (Form_pg_conversion) GETSTRUCT(tuple);
		SchemaObject *object;

		if (!dbmig_read_wanted(read, ConversionRelationId, form->oid,
							   form->connamespace))
			continue;
		object =
			dbmig_object_add(read->model, KIND_CONVERSION, NULL,
							 dbmig_read_namespace(read, form->connamespace),
							 keep(read, quote_identifier(NameStr(form->conname))),
							 NULL);
		dbmig_read_register(read, ConversionRelationId, form->oid, 0, object);
		dbmig_object_set_text(object, "from",
							  pg_encoding_to_char(form->conforencoding));
		dbmig_object_set_text(object, "to",
							  pg_encoding_to_char(form->contoencoding));
		dbmig_object_set_text(object, "function",
							  dbmig_name_function(read, form->conproc));
		dbmig_object_set_bool(object, "default", form->condefault);
		dbmig_read_owner(read, object, form->conowner);
	}
	dbmig_read_end(&scan);
}

/* Reads the languages. */
static void
read_languages(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, LanguageRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_language form = (Form_pg_language) GETSTRUCT(tuple);
		SchemaObject *object;
		Datum acl;
		bool isnull;

		if (strcmp(NameStr(form->lanname), "plpgsql") == 0 ||
			!dbmig_read_wanted_global(read, LanguageRelationId, form->oid))
			continue;
		object = dbmig_object_add(read->model, KIND_LANGUAGE, NULL, NULL,
								  keep(read,
									   quote_identifier(NameStr(form->lanname))),
								  NULL);
		dbmig_read_register(read, LanguageRelationId, form->oid, 0, object);
		dbmig_object_set_bool(object, "trusted", form->lanpltrusted);
		dbmig_object_set_text(object, "handler",
							  dbmig_name_function(read, form->lanplcallfoid));
		dbmig_object_set_text(object, "inline",
							  dbmig_name_function(read, form->laninline));
		dbmig_object_set_text(object, "validator",
							  dbmig_name_function(read, form->lanvalidator));
		acl = dbmig_read_attr(&scan, tuple, Anum_pg_language_lanacl, &isnull);
		dbmig_read_privileges(read, object, OBJECT_LANGUAGE, form->lanowner,
							  acl, isnull);
	}
	dbmig_read_end(&scan);
}

/* Reads the transforms. */
static void
read_transforms(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, TransformRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_transform form = (Form_pg_transform) GETSTRUCT(tuple);
		SchemaObject *object;
		MemoryContext previous;

		if (!dbmig_read_wanted_global(read, TransformRelationId, form->oid))
			continue;
		previous = MemoryContextSwitchTo(read->context);
		object =
			dbmig_object_add(read->model, KIND_TRANSFORM, NULL, NULL,
							 psprintf("FOR %s LANGUAGE %s",
									  dbmig_read_type(read, form->trftype, -1),
									  quote_identifier(get_language_name(form->trflang,
																		 false))),
							 NULL);
		MemoryContextSwitchTo(previous);
		dbmig_read_register(read, TransformRelationId, form->oid, 0, object);
		dbmig_object_set_text(object, "from_sql",
							  dbmig_name_signature(read, form->trffromsql));
		dbmig_object_set_text(object, "to_sql",
							  dbmig_name_signature(read, form->trftosql));
	}
	dbmig_read_end(&scan);
}

/* Reads the access methods. */
static void
read_access_methods(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, AccessMethodRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_am form = (Form_pg_am) GETSTRUCT(tuple);
		SchemaObject *object;

		if (!dbmig_read_wanted_global(read, AccessMethodRelationId, form->oid))
			continue;
		object =
			dbmig_object_add(read->model, KIND_ACCESS_METHOD, NULL, NULL,
							 dbmig_name_access_method(read, form->oid), NULL);
		dbmig_read_register(read, AccessMethodRelationId, form->oid, 0, object);
		dbmig_object_set_text(object, "type",
							  form->amtype == AMTYPE_TABLE ? "table" : "index");
		dbmig_object_set_text(object, "handler",
							  dbmig_name_function(read, form->amhandler));
	}
	dbmig_read_end(&scan);
}

/* Reads the rest. */
void
dbmig_catalog_others(CatalogRead *read)
{
	read_collations(read);
	read_casts(read);
	read_conversions(read);
	read_languages(read);
	read_transforms(read);
	read_access_methods(read);
}
