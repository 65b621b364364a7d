/*
 * state.h
 *		How every migration stands: the plan held against the history.
 */
#ifndef DBMIG_MIGRATION_STATE_H
#define DBMIG_MIGRATION_STATE_H

#include "postgres.h"
#include "datatype/timestamp.h"

/* What the view migration_status shows. */
typedef enum MigrationStatus
{
	STATUS_PENDING,
	STATUS_APPLIED,
	STATUS_BASELINED,
	STATUS_FAILED,
	STATUS_RUNNING,
	STATUS_REVERTED,
	STATUS_MODIFIED,
	STATUS_MISSING
} MigrationStatus;

/* What the history's last word on the effects of a migration is. */
typedef enum MigrationStanding
{
	STANDING_NONE, /* never applied */
	STANDING_APPLIED,
	STANDING_BASELINED,
	STANDING_REVERTED,
	STANDING_FORGOTTEN /* repaired after it left the plan */
} MigrationStanding;

/* One migration. */
typedef struct MigrationState
{
	char *version;
	char *name;
	bool in_plan;		/* is it registered? */
	bool transactional; /* as registered */
	bool repeatable;
	char *plan_checksum; /* of the registered text */

	MigrationStanding standing; /* its effects */
	char *applied_checksum;		/* of the text that had them, or NULL */
	int64 applied_run;			/* run that applied it, 0 if none */
	TimestampTz applied_at;
	int64 duration;	   /* of that run, microseconds */
	char *executed_by; /* of that run, or of the last one */

	int64 last_run;		 /* its newest run, 0 if none */
	bool last_is_apply;	 /* was that an apply? */
	bool last_failed;	 /* did it fail, or die? */
	bool last_died;		 /* it says running, but its runner is gone */
	int last_pid;		 /* its backend */
	int last_statements; /* statements it finished for good */
	char *sqlstate;		 /* of its failure, or NULL */
	char *error;

	MigrationStatus status;
	bool out_of_order; /* a later one was applied before it */
	bool due;		   /* migrate() would apply it */
} MigrationState;

/* All migrations, in the order of their versions, repeatables at the end. */
typedef struct MigrationStates
{
	int count;
	MigrationState *items;
} MigrationStates;

extern MigrationStates *dbmig_states_load(void);
extern MigrationState *
dbmig_states_find(MigrationStates *states, const char *version);
extern const char *dbmig_status_label(MigrationStatus status);
extern bool dbmig_state_stands(const MigrationState *state);

#endif /* DBMIG_MIGRATION_STATE_H */
