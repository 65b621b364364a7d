/* placeholder */
#include "postgres.h"

#include "schema/scratch.h"

Jsonb *
dbmig_scratch_try(DdlText *text, const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("how => 'database' is not there yet"),
			 reason ? errdetail("It is needed because %s.", reason) : 0));
}
