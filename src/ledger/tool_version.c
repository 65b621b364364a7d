/*
 * tool_version.c
 *		Ledgers of a single column, which several tools share, and those that
 *		were written by hand.
 *
 * Descriptions only.  A single column says little: it needs a neighbour, a
 * usual name, or rows that cannot be anything else.
 */
#include "postgres.h"

#include "ledger/key.h"
#include "ledger/tool.h"

static const LedgerColumn version_text[] = {{"version", LEDGER_TEXT}, {NULL}};

static const LedgerColumn version_number[] = {{"version", LEDGER_INTEGER},
											  {NULL}};

static const LedgerColumn sequel_columns[] = {{"filename", LEDGER_TEXT}, {NULL}};

/* What shape.c finds in a table that was written by hand. */
static const LedgerColumn legacy_columns[] = {{"version", LEDGER_ANY},
											  {"name", LEDGER_TEXT, true},
											  {"applied_at", LEDGER_TIME, true},
											  {"checksum", LEDGER_TEXT, true},
											  {"success", LEDGER_BOOLEAN, true},
											  {NULL}};

/* Numbers in text, without making numbers of them. */
#define TEXT_NUMBER_ORDER \
	"pg_catalog.length(l.version), l.version COLLATE \"C\""

const LedgerTool dbmig_ledger_tools_version[] =
	{{.name = "rails",
	  .aliases = ",activerecord,",
	  .flags = LEDGER_NEEDS_NAME,
	  .columns = version_text,
	  .names = ",schema_migrations,",
	  .beside = "ar_internal_metadata",
	  .unnamed_rows = "l.version ~ '^\\d+$'",
	  .order = TEXT_NUMBER_ORDER,
	  .version = "l.version",
	  .key = dbmig_ledger_key_rails},

	 /* the two make the very same table; only Rails' neighbour tells */
	 {.name = "rails or dbmate",
	  .aliases = ",activerecord,",
	  .flags = LEDGER_NEEDS_NAME,
	  .columns = version_text,
	  .names = ",schema_migrations,",
	  .not_beside = "ar_internal_metadata",
	  .unnamed_rows = "l.version ~ '^\\d{8,20}$'",
	  .order = TEXT_NUMBER_ORDER,
	  .version = "l.version",
	  .note = "no ar_internal_metadata beside it: dbmate, or Rails before 5",
	  .key = dbmig_ledger_key_rails},

	 {.name = "sequel",
	  .flags = LEDGER_NEEDS_NAME,
	  .columns = sequel_columns,
	  .names = ",schema_migrations,",
	  .unnamed_rows = "l.filename ~ '^\\d{8,}_.*\\.(rb|sql)$'",
	  .order = "l.filename COLLATE \"C\"",
	  .version = "l.filename",
	  .title = "l.filename"},

	 {.name = "sequel",
	  .flags = LEDGER_NEEDS_NAME | LEDGER_HEAD_ONLY | LEDGER_NUMBERED,
	  .columns = version_number,
	  .names = ",schema_info,",
	  .where = "l.version > 0",
	  .order = "l.version",
	  .version = "l.version::text",
	  .note = "keeps the current version only"},

	 {.name = "tern",
	  .flags = LEDGER_NEEDS_NAME | LEDGER_HEAD_ONLY | LEDGER_NUMBERED,
	  .columns = version_number,
	  .names = ",schema_version,",
	  .where = "l.version > 0",
	  .order = "l.version",
	  .version = "l.version::text",
	  .note = "keeps the current version only",
	  .keys = {INT64CONST(9628173550095224)}},

	 {.name = "tern or sequel",
	  .flags = LEDGER_NEEDS_NAME | LEDGER_HEAD_ONLY | LEDGER_NUMBERED,
	  .columns = version_number,
	  .names = ",tern_version,db_version,db_schema_version,schema_migration,"
			   "schema_versions,schema_migrations,migration_version,",
	  .where = "l.version > 0",
	  .order = "l.version",
	  .version = "l.version::text",
	  .note = "keeps the current version only",
	  .keys = {INT64CONST(9628173550095224)}},

	 {NULL}};

const LedgerTool dbmig_ledger_tool_legacy =
	{.name = "legacy",
	 .aliases = ",hand-written,",
	 .columns = legacy_columns,
	 .order = "{version_order}",
	 .version = "l.version::text",
	 .title = "l.name",
	 .checksum = "l.checksum",
	 .applied_at = "l.applied_at",
	 .state = "CASE WHEN NOT l.success THEN 'failed' ELSE 'applied' END"};
