/*
 * settings.c
 *		The settings dbmig.*: names, limits, and when one would set them.
 *
 * Defined when the library is loaded, that is at the first call of one of its
 * functions, or at server start where it is preloaded.
 */
#include "postgres.h"

#include <limits.h>

#include "base/settings.h"
#include "utils/guc.h"

int dbmig_setting_lock_timeout = 2000;
int dbmig_setting_lock_retries = 10;
bool dbmig_setting_accept_modified = false;
bool dbmig_setting_schema_privileges = false;

/* Defines all settings and reserves the prefix. */
void
dbmig_settings_init(void)
{
	DefineCustomIntVariable("dbmig.lock_timeout",
							"How long one try of dbmig's own DDL waits for a lock.",
							"While a lock is waited for, everybody behind it waits too. "
							"Lower it where even two seconds of that are too much; "
							"0 means the session's own lock_timeout, without retries.",
							&dbmig_setting_lock_timeout, 2000, 0, INT_MAX,
							PGC_USERSET, GUC_UNIT_MS, NULL, NULL, NULL);

	DefineCustomIntVariable("dbmig.lock_retries",
							"How often dbmig tries again after a lock was not to be had.",
							"The pauses between tries grow. Raise it where long reports "
							"run beside deployments.",
							&dbmig_setting_lock_retries, 10, 0, 1000,
							PGC_USERSET, 0, NULL, NULL, NULL);

	DefineCustomBoolVariable("dbmig.accept_modified",
							 "Accepts changed texts of migrations that were applied.",
							 "Set it for one registration when only a comment of an applied "
							 "file was corrected, then call dbmig.repair(version).",
							 &dbmig_setting_accept_modified, false, PGC_USERSET,
							 0, NULL, NULL, NULL);

	DefineCustomBoolVariable("dbmig.schema_privileges",
							 "Compares owners and privileges of schemas, too.",
							 "Set it where every database has the same roles. Owners "
							 "are then in snapshots, and grants and default privileges "
							 "that nobody expects are differences.",
							 &dbmig_setting_schema_privileges, false,
							 PGC_USERSET, 0, NULL, NULL, NULL);

	MarkGUCPrefixReserved("dbmig");
}
