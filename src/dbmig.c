/*
 * dbmig.c
 *		The door: module magic and start of the library.
 */
#include "postgres.h"

#include "base/settings.h"
#include "fmgr.h"

PG_MODULE_MAGIC;

void _PG_init(void);

/* Starts the library: defines its settings. */
void
_PG_init(void)
{
	dbmig_settings_init();
}
