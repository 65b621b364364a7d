/*
 * journal.c
 *		The table dbmig.journal: everything that dbmig did, well or badly.
 *
 * A row is written in the transaction of the work that it tells of, so that
 * there is never one without the other; failures are written after the
 * rollback.  Takes ROW EXCLUSIVE on dbmig.journal.
 */
#include "postgres.h"

#include "base/journal.h"
#include "base/sql.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/*
 * Writes one row.  To be called with SPI connected and a scope of our own
 * begun.  The detail is jsonb as text; detail, sqlstate and error may be NULL.
 */
void
dbmig_journal_write(const char *part, const char *action, const char *object,
					const char *state, TimestampTz started_at,
					const char *detail, const char *sqlstate, const char *error)
{
	static SqlPlan plan =
		{"INSERT INTO dbmig.journal"
		 " (part, action, object, state, started_at, finished_at, detail, sqlstate, error)"
		 " VALUES ($1, $2, $3, $4, $5, pg_catalog.clock_timestamp(), $6::pg_catalog.jsonb, $7, $8)",
		 8,
		 {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, TEXTOID,
		  TEXTOID}};
	const char *texts[8] = {part, action, object,	state,
							NULL, detail, sqlstate, error};
	Datum values[8];
	char nulls[9] = "        ";

	for (int i = 0; i < 8; i++)
	{
		if (i == 4)
			values[i] = TimestampTzGetDatum(started_at);
		else if (texts[i] == NULL)
			nulls[i] = 'n';
		else
			values[i] = CStringGetTextDatum(texts[i]);
	}
	(void) dbmig_sql_run_plan(&plan, values, nulls, false);
}
