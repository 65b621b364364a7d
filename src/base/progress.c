/*
 * progress.c
 *		What a long task shows of itself to other sessions.
 *
 * A task must be visible before it commits, on a standby, and without the
 * library being preloaded, so neither a table nor fixed shared memory will do.
 * Instead the task makes a small dynamic shared memory segment and holds an
 * advisory lock whose second number is the segment's handle.  Readers find
 * the locks in the lock table, attach, copy, detach.  When the backend ends,
 * however it ends, lock and segment are gone: there is nothing to clean up.
 *
 * Anyone can hold an advisory lock with any number; so a reader attaches to
 * what the number names, but believes only a segment that carries our magic
 * number and the pid of the lock's holder.
 *
 * Locks: the advisory lock (DBMIG_PROGRESS_CLASS, handle), for the session.
 */
#include "postgres.h"

#include "base/compat.h"
#include "base/lock.h"
#include "base/progress.h"
#include "catalog/pg_authid.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/dsm.h"
#include "storage/spin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define PROGRESS_MAGIC 0x64626d6967507231
#define PROGRESS_TEXT  256 /* bytes of a text shown, with its NUL */

/* What is shown. */
typedef struct ProgressState
{
	char task[PROGRESS_TEXT];	/* what is being done */
	char object[PROGRESS_TEXT]; /* to what */
	char phase[PROGRESS_TEXT];	/* how far, in words */
	char unit[PROGRESS_TEXT];	/* what done and total count */
	int64 done;					/* units finished */
	int64 total;				/* units in all; 0 if unknown */
	TimestampTz started_at;		/* when the task began */
} ProgressState;

/* The segment. */
typedef struct ProgressSegment
{
	uint64 magic;		 /* PROGRESS_MAGIC */
	int pid;			 /* whose it is */
	Oid role;			 /* as whom it runs */
	slock_t mutex;		 /* protects state */
	ProgressState state; /* what is shown */
} ProgressSegment;

static dsm_segment *own_segment = NULL; /* this backend's, if a task runs */
static ProgressSegment *own = NULL;		/* the same, mapped */

PG_FUNCTION_INFO_V1(dbmig_progress_rows);

/* Copies a text, cut at a character's boundary. */
static void
copy_text(char *target, const char *source)
{
	int length = pg_mbcliplen(source, strlen(source), PROGRESS_TEXT - 1);

	memcpy(target, source, length);
	target[length] = '\0';
}

/* Begins to show a task; a task left over from an error is replaced. */
void
dbmig_progress_begin(const char *task, const char *unit, int64 total)
{
	LOCKTAG tag;

	dbmig_progress_end();
	own_segment =
		dsm_create(sizeof(ProgressSegment), DSM_CREATE_NULL_IF_MAXSEGMENTS);
	if (own_segment == NULL)
		return; /* no room to show it: go on unseen */
	dsm_pin_mapping(own_segment);
	own = dsm_segment_address(own_segment);
	memset(own, 0, sizeof(ProgressSegment));
	SpinLockInit(&own->mutex);
	own->pid = MyProcPid;
	own->role = GetUserId();
	copy_text(own->state.task, task);
	copy_text(own->state.unit, unit);
	own->state.total = total;
	own->state.started_at = GetCurrentTimestamp();
	own->magic = PROGRESS_MAGIC;

	dbmig_lock_tag(&tag, DBMIG_PROGRESS_CLASS, dsm_segment_handle(own_segment));
	(void) LockAcquire(&tag, ExclusiveLock, true, true);
}

/* Shows what is being worked on. */
void
dbmig_progress_object(const char *object)
{
	if (own == NULL)
		return;
	SpinLockAcquire(&own->mutex);
	copy_text(own->state.object, object);
	SpinLockRelease(&own->mutex);
}

/* Shows what is being done with it. */
void
dbmig_progress_phase(const char *phase)
{
	if (own == NULL)
		return;
	SpinLockAcquire(&own->mutex);
	copy_text(own->state.phase, phase);
	SpinLockRelease(&own->mutex);
}

/* Shows how many units are finished. */
void
dbmig_progress_done(int64 done)
{
	if (own == NULL)
		return;
	SpinLockAcquire(&own->mutex);
	own->state.done = done;
	SpinLockRelease(&own->mutex);
}

/* Ends the showing, if there is any. */
void
dbmig_progress_end(void)
{
	LOCKTAG tag;

	if (own_segment == NULL)
		return;
	dbmig_lock_tag(&tag, DBMIG_PROGRESS_CLASS, dsm_segment_handle(own_segment));
	if (dbmig_lock_held_by_me(&tag, ExclusiveLock))
		(void) LockRelease(&tag, ExclusiveLock, true);
	own->magic = 0;
	dsm_detach(own_segment);
	own_segment = NULL;
	own = NULL;
}

/* Copies the state that a lock's number leads to; false if it leads nowhere. */
static bool
read_segment(dsm_handle handle, int pid, ProgressState *state, Oid *role)
{
	dsm_segment *segment;
	ProgressSegment *shown;
	bool found = false;

	if (own_segment != NULL && dsm_segment_handle(own_segment) == handle)
	{
		*state = own->state;
		*role = own->role;
		return true;
	}
	if (dsm_find_mapping(handle) != NULL)
		return false; /* ours, but no progress */
	segment = dsm_attach(handle);
	if (segment == NULL)
		return false;
	shown = dsm_segment_address(segment);
	if (dsm_segment_map_length(segment) >= sizeof(ProgressSegment) &&
		shown->magic == PROGRESS_MAGIC && shown->pid == pid)
	{
		SpinLockAcquire(&shown->mutex);
		*state = shown->state;
		SpinLockRelease(&shown->mutex);
		*role = shown->role;
		found = true;
	}
	dsm_detach(segment);
	return found;
}

/*
 * Returns one row per running task of this database: the view dbmig.progress.
 * The object is shown to those who may see the query in pg_stat_activity.
 */
Datum
dbmig_progress_rows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	LockData *locks;

	InitMaterializedSRF(fcinfo, 0);
	locks = GetLockStatusData();
	for (int i = 0; i < locks->nelements; i++)
	{
		LockInstanceData *lock = &locks->locks[i];
		ProgressState state;
		Oid role;
		Datum values[10];
		bool nulls[10] = {0};
		double seconds;

		if (lock->locktag.locktag_type != LOCKTAG_ADVISORY ||
			lock->locktag.locktag_field1 != MyDatabaseId ||
			lock->locktag.locktag_field2 != DBMIG_PROGRESS_CLASS ||
			lock->locktag.locktag_field4 != 2 || lock->holdMask == 0)
			continue;
		if (!read_segment(lock->locktag.locktag_field3, lock->pid, &state, &role))
			continue;

		seconds = (GetCurrentTimestamp() - state.started_at) / 1000000.0;
		values[0] = CStringGetTextDatum(state.task);
		nulls[1] = !has_privs_of_role(GetUserId(), role) &&
				   !has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);
		values[1] = CStringGetTextDatum(state.object);
		values[2] = CStringGetTextDatum(state.phase);
		values[3] = Int64GetDatum(state.done);
		values[4] = Int64GetDatum(state.total);
		nulls[4] = state.total == 0;
		values[5] = CStringGetTextDatum(state.unit);
		values[6] = TimestampTzGetDatum(state.started_at);
		nulls[7] = state.done == 0 || seconds <= 0;
		values[7] = Float8GetDatum(nulls[7] ? 0 : state.done / seconds);
		nulls[8] = nulls[7] || state.total < state.done;
		values[8] =
			TimestampTzGetDatum(nulls[8] ?
									0 :
									GetCurrentTimestamp() +
										(TimestampTz) ((state.total - state.done) *
													   (seconds / state.done) *
													   1000000));
		values[9] = Int32GetDatum(lock->pid);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
