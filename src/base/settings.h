/*
 * settings.h
 *		The settings dbmig.*, all in one place.
 */
#ifndef DBMIG_BASE_SETTINGS_H
#define DBMIG_BASE_SETTINGS_H

#include "postgres.h"

extern int dbmig_setting_lock_timeout;		 /* ms, 0 = the session's own */
extern int dbmig_setting_lock_retries;		 /* tries after the first */
extern bool dbmig_setting_accept_modified;	 /* take changed applied texts */
extern bool dbmig_setting_schema_privileges; /* owners and grants count */

extern void dbmig_settings_init(void);

#endif /* DBMIG_BASE_SETTINGS_H */
