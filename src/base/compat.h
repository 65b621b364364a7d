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
#include "storage/lock.h"
#include "tcop/pquery.h"
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

/*
 * 18 lets sessions write while ALTER DOMAIN … VALIDATE CONSTRAINT reads their
 * tables; before, it took a SHARE lock.
 */
#define DBMIG_DOMAIN_VALIDATE_LETS_WRITE (PG_VERSION_NUM >= 180000)

#endif /* DBMIG_BASE_COMPAT_H */
