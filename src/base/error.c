/*
 * error.c
 *		Errors kept as values: caught, told to the history, raised again.
 *
 * An error that ends a migration has to outlive the subtransaction that it
 * ended, because it is first written down and only then raised.  Nothing here
 * swallows one: whoever captures an error either raises it or stores it with
 * SQLSTATE, message, detail and context.  Takes no locks.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/error.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

/*
 * Copies the error being handled into the given context and clears it; to be
 * called in a PG_CATCH block whose subtransaction is rolled back next.
 */
ErrorData *
dbmig_error_capture(MemoryContext context)
{
	ErrorData *edata;
	MemoryContext previous = MemoryContextSwitchTo(context);

	edata = CopyErrorData();
	FlushErrorState();
	MemoryContextSwitchTo(previous);
	return edata;
}

/* Does something in a subtransaction, which ends well only if asked for. */
static ErrorData *
attempt_in_subtransaction(ErrorAttempt attempt, void *arg,
						  MemoryContext context, bool keep)
{
	MemoryContext previous = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		attempt(arg);
		if (keep)
			ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		error = dbmig_error_capture(context);
	}
	PG_END_TRY();
	if (error || !keep)
		RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(previous);
	CurrentResourceOwner = owner;
	return error;
}

/*
 * Does something in a subtransaction, with the given memory context current.
 * Returns NULL, or the error that it raised, in that context; all of it is
 * rolled back then.
 */
ErrorData *
dbmig_error_catch(ErrorAttempt attempt, void *arg, MemoryContext context)
{
	return attempt_in_subtransaction(attempt, arg, context, true);
}

/* The same, but it is rolled back in any case: no lock is left of it. */
ErrorData *
dbmig_error_catch_undoing(ErrorAttempt attempt, void *arg, MemoryContext context)
{
	return attempt_in_subtransaction(attempt, arg, context, false);
}

/* Adds a line at the end of an error's context. */
void
dbmig_error_append_context(ErrorData *edata, const char *line)
{
	MemoryContext previous = MemoryContextSwitchTo(edata->assoc_context);

	if (edata->context)
		edata->context = psprintf("%s\n%s", edata->context, line);
	else
		edata->context = pstrdup(line);
	MemoryContextSwitchTo(previous);
}

/* Raises a captured error again, as an ERROR with all its fields. */
void
dbmig_error_raise(ErrorData *edata)
{
	edata->elevel = ERROR;
	ThrowErrorData(edata);
	pg_unreachable();
}
