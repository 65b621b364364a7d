/*
 * mark.c
 *		Fingerprints of the schema before and after a run, for the history.
 *
 * To take one costs about as much as a small migration, and more in a large
 * schema.  A call of migrate() therefore spends a quarter of a second on them,
 * or a tenth of its time if that is more; beyond that, only the first and the
 * last are taken, and the others stay NULL.  Takes ACCESS SHARE on catalogs.
 */
#include "postgres.h"

#include "datatype/timestamp.h"
#include "migration/mark.h"
#include "portability/instr_time.h"
#include "schema/fingerprint.h"

#define FREE_MS		 250.0
#define SHARE_OF_ALL 0.1

static instr_time begun;   /* when the call began */
static double spent = 0.0; /* on fingerprints since then, ms */
static double price = 0.0; /* of the last one, ms */

/* Returns how long ago something was. */
static double
ms_since(instr_time since)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, since);
	return INSTR_TIME_GET_MILLISEC(now);
}

/* Begins to count. */
void
dbmig_mark_begin(void)
{
	INSTR_TIME_SET_CURRENT(begun);
	spent = 0.0;
	price = 0.0;
}

/* Can another one be taken without being noticed? */
bool
dbmig_mark_affordable(void)
{
	return spent + price <= Max(FREE_MS, ms_since(begun) * SHARE_OF_ALL);
}

/* Returns the fingerprint of the schema as it is now, or NULL. */
char *
dbmig_mark_take(bool at_any_price)
{
	instr_time start;
	char *fingerprint;

	if (!at_any_price && !dbmig_mark_affordable())
		return NULL;
	INSTR_TIME_SET_CURRENT(start);
	fingerprint = dbmig_fingerprint_try();
	price = ms_since(start);
	spent += price;
	return fingerprint;
}
