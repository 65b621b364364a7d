/*
 * compat.h
 *		The one place that knows server versions: wrappers that carry the newest
 *		signature, each with the reason why it is needed.
 */
#ifndef DBMIG_BASE_COMPAT_H
#define DBMIG_BASE_COMPAT_H

#include "postgres.h"
#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_database.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_statistic_ext.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "tcop/pquery.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"

#if PG_VERSION_NUM < 150000
#error "dbmig needs PostgreSQL 15 or newer"
#endif

/* 16 took the macros for varlena out of postgres.h. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* palloc_array() came with 16 and with late minor releases of 15. */
#ifndef palloc_array
#define palloc_array(type, count) ((type *) palloc(sizeof(type) * (count)))
#endif

/* 17 added the argument "orstronger" to LockHeldByMe(). */
static inline bool
dbmig_lock_held_by_me(const LOCKTAG *tag, LOCKMODE mode)
{
#if PG_VERSION_NUM >= 170000
	return LockHeldByMe(tag, mode, false);
#else
	return LockHeldByMe(tag, mode);
#endif
}

/* 18 dropped the argument "run_once" of PortalRun(). */
static inline bool
dbmig_portal_run(Portal portal, long count, bool top_level, DestReceiver *dest,
				 DestReceiver *altdest, QueryCompletion *qc)
{
#if PG_VERSION_NUM >= 180000
	return PortalRun(portal, count, top_level, dest, altdest, qc);
#else
	return PortalRun(portal, count, top_level, true, dest, altdest, qc);
#endif
}

/* 16 made get_guc_variables() return the count as well. */
static inline struct config_generic **
dbmig_guc_variables(int *count)
{
#if PG_VERSION_NUM >= 160000
	return get_guc_variables(count);
#else
	*count = GetNumConfigOptions();
	return get_guc_variables();
#endif
}

/* 16 made the checks of privileges one function, object_aclcheck(). */
static inline AclResult
dbmig_database_aclcheck(Oid role, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(DatabaseRelationId, MyDatabaseId, role, mode);
#else
	return pg_database_aclcheck(MyDatabaseId, role, mode);
#endif
}

/*
 * 17 moved attstattarget behind the fixed part of pg_attribute, where NULL means
 * what -1 meant before.
 */
static inline int
dbmig_statistics_target(HeapTuple tuple, TupleDesc desc)
{
#if PG_VERSION_NUM >= 170000
	bool isnull;
	Datum value =
		heap_getattr(tuple, Anum_pg_attribute_attstattarget, desc, &isnull);

	return isnull ? -1 : DatumGetInt16(value);
#else
	return ((Form_pg_attribute) GETSTRUCT(tuple))->attstattarget;
#endif
}

/* 17 let partitions have the identity column of their parent. */
#define DBMIG_PARTITIONS_HAVE_IDENTITY (PG_VERSION_NUM >= 170000)

/* 16 gave collations rules; 17 renamed the column of the locale. */
#if PG_VERSION_NUM >= 170000
#define DBMIG_ANUM_COLLATION_LOCALE Anum_pg_collation_colllocale
#else
#define DBMIG_ANUM_COLLATION_LOCALE Anum_pg_collation_colliculocale
#endif
#if PG_VERSION_NUM >= 160000
#define DBMIG_ANUM_COLLATION_RULES Anum_pg_collation_collicurules
#else
#define DBMIG_ANUM_COLLATION_RULES 0
#endif

/* 16 replaced the function for each kind of object by object_aclcheck(). */
static inline bool
dbmig_may_use_server(Oid server, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(ForeignServerRelationId, server, role, ACL_USAGE) ==
		   ACLCHECK_OK;
#else
	return pg_foreign_server_aclcheck(server, role, ACL_USAGE) == ACLCHECK_OK;
#endif
}

/* 18 can publish generated columns. */
static inline bool
dbmig_publishes_generated(Form_pg_publication form)
{
#if PG_VERSION_NUM >= 180000
	return form->pubgencols == 's';
#else
	return false;
#endif
}

/* 17 made stxstattarget nullable; -1 meant the default before. */
static inline int
dbmig_statistics_object_target(HeapTuple tuple, TupleDesc desc)
{
#if PG_VERSION_NUM >= 170000
	bool isnull;
	Datum value =
		heap_getattr(tuple, Anum_pg_statistic_ext_stxstattarget, desc, &isnull);

	return isnull ? -1 : DatumGetInt16(value);
#else
	return ((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxstattarget;
#endif
}

/* 18 knows constraints that are not enforced. */
static inline bool
dbmig_constraint_enforced(Form_pg_constraint form)
{
#if PG_VERSION_NUM >= 180000
	return form->conenforced;
#else
	return true;
#endif
}

/* 18 knows keys over periods. */
static inline bool
dbmig_constraint_period(Form_pg_constraint form)
{
#if PG_VERSION_NUM >= 180000
	return form->conperiod;
#else
	return false;
#endif
}

/* 18 has default privileges for large objects. */
#if PG_VERSION_NUM >= 180000
#define DBMIG_DEFACLOBJ_LARGEOBJECT DEFACLOBJ_LARGEOBJECT
#else
#define DBMIG_DEFACLOBJ_LARGEOBJECT 'L'
#endif

/* Up to 17, a foreign key of a partitioned table is validated at once. */
#define DBMIG_PARTITIONED_KEYS_NOT_VALID (PG_VERSION_NUM >= 180000)

/* 16 made the last argument of parseTypeString() an error context. */
#if PG_VERSION_NUM >= 160000
#define DBMIG_PARSE_TYPE_RAISE NULL
#else
#define DBMIG_PARSE_TYPE_RAISE false
#endif

#endif /* DBMIG_BASE_COMPAT_H */
