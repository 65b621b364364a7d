/*
 * foreign.c
 *		Reads foreign-data wrappers, servers and user mappings.
 *
 * The options of a user mapping hold passwords.  They are read under the rule
 * of the view pg_user_mappings: a superuser sees all; the user of the mapping
 * sees his if he may use the server, the server's owner sees those of PUBLIC.
 * For everybody else the mapping says that its options are hidden.  Takes no
 * locks.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/reloptions.h"
#include "base/compat.h"
#include "catalog/name.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_user_mapping.h"
#include "catalog/read.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

/* Copies options into a map.  Their names are the wrapper's business. */
static void
read_options(CatalogRead *read, SchemaObject *object, CatalogScan *scan,
			 HeapTuple tuple, int attnum)
{
	bool isnull;
	Datum options = dbmig_read_attr(scan, tuple, attnum, &isnull);
	ListCell *cell;

	if (isnull)
		return;
	foreach(cell, untransformRelOptions(options))
	{
		DefElem *option = lfirst(cell);

		dbmig_object_put(object, "options",
						 MemoryContextStrdup(read->context,
											 quote_identifier(option->defname)),
						 MemoryContextStrdup(read->context,
											 option->arg ? strVal(option->arg) :
														   ""));
	}
}

/* Reads the foreign-data wrappers. */
static void
read_wrappers(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, ForeignDataWrapperRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_foreign_data_wrapper form =
			(Form_pg_foreign_data_wrapper) GETSTRUCT(tuple);
		SchemaObject *object;
		Datum acl;
		bool isnull;

		if (!dbmig_read_wanted_global(read, ForeignDataWrapperRelationId,
									  form->oid))
			continue;
		object =
			dbmig_object_add(read->model, KIND_FOREIGN_DATA_WRAPPER, NULL, NULL,
							 MemoryContextStrdup(read->context,
												 quote_identifier(NameStr(form->fdwname))),
							 NULL);
		dbmig_read_register(read, ForeignDataWrapperRelationId, form->oid, 0,
							object);
		dbmig_object_set_text(object, "handler",
							  dbmig_name_function(read, form->fdwhandler));
		dbmig_object_set_text(object, "validator",
							  dbmig_name_function(read, form->fdwvalidator));
		read_options(read, object, &scan, tuple,
					 Anum_pg_foreign_data_wrapper_fdwoptions);
		acl = dbmig_read_attr(&scan, tuple, Anum_pg_foreign_data_wrapper_fdwacl,
							  &isnull);
		dbmig_read_privileges(read, object, OBJECT_FDW, form->fdwowner, acl,
							  isnull);
	}
	dbmig_read_end(&scan);
}

/* Copies a column of type text into an attribute. */
static void
set_text(CatalogRead *read, SchemaObject *object, const char *attr,
		 const char *text)
{
	if (text)
		dbmig_object_set_text(object, attr,
							  MemoryContextStrdup(read->context, text));
}

/* Reads the servers. */
static void
read_servers(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, ForeignServerRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_foreign_server form = (Form_pg_foreign_server) GETSTRUCT(tuple);
		SchemaObject *object;
		Datum acl;
		bool isnull;

		if (!dbmig_read_wanted_global(read, ForeignServerRelationId, form->oid))
			continue;
		object =
			dbmig_object_add(read->model, KIND_SERVER, NULL, NULL,
							 MemoryContextStrdup(read->context,
												 quote_identifier(NameStr(form->srvname))),
							 NULL);
		dbmig_read_register(read, ForeignServerRelationId, form->oid, 0, object);
		set_text(read, object, "foreign_data_wrapper",
				 quote_identifier(GetForeignDataWrapper(form->srvfdw)->fdwname));
		set_text(read, object, "type",
				 dbmig_read_attr_text(&scan, tuple,
									  Anum_pg_foreign_server_srvtype));
		set_text(read, object, "version",
				 dbmig_read_attr_text(&scan, tuple,
									  Anum_pg_foreign_server_srvversion));
		read_options(read, object, &scan, tuple,
					 Anum_pg_foreign_server_srvoptions);
		acl = dbmig_read_attr(&scan, tuple, Anum_pg_foreign_server_srvacl,
							  &isnull);
		dbmig_read_privileges(read, object, OBJECT_FOREIGN_SERVER,
							  form->srvowner, acl, isnull);
	}
	dbmig_read_end(&scan);
}

/* May the current user see the options of this mapping? */
static bool
may_see_options(Oid user, const ForeignServer *server)
{
	if (superuser())
		return true;
	if (has_privs_of_role(GetUserId(), server->owner) &&
		(user == GetUserId() || !OidIsValid(user)))
		return true;
	return user == GetUserId() &&
		   dbmig_may_use_server(server->serverid, GetUserId());
}

/* Reads the user mappings. */
static void
read_mappings(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, UserMappingRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_user_mapping form = (Form_pg_user_mapping) GETSTRUCT(tuple);
		ForeignServer *server;
		SchemaObject *object;
		MemoryContext previous;

		if (!dbmig_read_wanted_global(read, UserMappingRelationId, form->oid))
			continue;
		server = GetForeignServer(form->umserver);
		previous = MemoryContextSwitchTo(read->context);
		object = dbmig_object_add(read->model, KIND_USER_MAPPING, NULL, NULL,
								  psprintf("%s SERVER %s",
										   dbmig_read_role(read, form->umuser),
										   quote_identifier(server->servername)),
								  NULL);
		MemoryContextSwitchTo(previous);
		dbmig_read_register(read, UserMappingRelationId, form->oid, 0, object);
		if (may_see_options(form->umuser, server))
			read_options(read, object, &scan, tuple,
						 Anum_pg_user_mapping_umoptions);
		else
			dbmig_read_skip(object, "its options are hidden from this role");
	}
	dbmig_read_end(&scan);
}

/* Reads everything about foreign data but the foreign tables. */
void
dbmig_catalog_foreign(CatalogRead *read)
{
	read_wrappers(read);
	read_servers(read);
	read_mappings(read);
}
