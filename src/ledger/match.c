/*
 * match.c
 *		Finds out which migration of a ledger a name means.
 *
 * People and files call a migration otherwise than its ledger does:
 * "20240101000001_create_widgets.ts", "V1__create_widgets.sql" and
 * "0001-create.up.sql" are recorded as a name, as "1" and as a number.  So a
 * name matches if it is the recorded version or name; or that without path and
 * file extensions; or if one of the two is nothing but a number and the other
 * begins with that number.  Two names that share a number, as several of one
 * day do, are never taken for each other.
 *
 * No locks but those of the ledger.
 */
#include "postgres.h"

#include "base/sql.h"
#include "common/hashfn.h"
#include "ledger/match.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define DIGITS "0123456789"

/* An entry by one of its names. */
typedef struct IndexItem
{
	char *key; /* hash key */
	int number;
} IndexItem;

static uint32
hash_key(const void *key, Size size)
{
	const char *text = *(char *const *) key;

	return hash_bytes((const unsigned char *) text, strlen(text));
}

static int
compare_keys(const void *a, const void *b, Size size)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Tells whether a migration's effects are there, as its ledger says. */
bool
dbmig_ledger_stands(const LedgerEntry *entry)
{
	return strcmp(entry->state, "applied") == 0 ||
		   strcmp(entry->state, "baselined") == 0;
}

/* Returns a name without path and extensions. */
static char *
bare_name(const char *name)
{
	static const char *const endings[] = {".sql", ".js",   ".ts",  ".cjs",
										  ".mjs", ".mts",  ".cts", ".py",
										  ".rb",  ".php",  ".cs",  ".java",
										  ".go",  ".exs",  ".xml", ".yaml",
										  ".yml", ".json", ".up",  ".down",
										  ".do"};
	const char *slash = strrchr(name, '/');
	char *bare = pstrdup(slash ? slash + 1 : name);
	bool again = true;

	while (again)
	{
		size_t length = strlen(bare);

		again = false;
		for (int i = 0; i < lengthof(endings) && !again; i++)
		{
			size_t ending = strlen(endings[i]);

			if (length > ending &&
				strcmp(bare + length - ending, endings[i]) == 0)
			{
				bare[length - ending] = '\0';
				again = true;
			}
		}
	}
	return bare;
}

/*
 * Returns the number that a name begins with, without zeros in front, or NULL.
 * Dashes of a date belong to it, and Flyway's V before it does not.
 */
char *
dbmig_ledger_number(const char *name)
{
	StringInfoData number;
	const char *p = name;

	if ((*p == 'V' || *p == 'v') && strstr(p, "__") != NULL)
		p++;
	initStringInfo(&number);
	if (strspn(p, DIGITS) == 4 && p[4] == '-' && strspn(p + 5, DIGITS) == 2 &&
		p[7] == '-' && strspn(p + 8, DIGITS) == 2 && p[10] == '-' &&
		strspn(p + 11, DIGITS) == 6)
		appendStringInfo(&number, "%.4s%.2s%.2s%.6s", p, p + 5, p + 8, p + 11);
	else
		appendBinaryStringInfo(&number, p, strspn(p, DIGITS));
	if (number.len == 0)
		return NULL;
	p = number.data + strspn(number.data, "0");
	return pstrdup(*p ? p : "0");
}

/* Compares two such numbers. */
int
dbmig_ledger_compare_numbers(const char *a, const char *b)
{
	size_t x = strlen(a);
	size_t y = strlen(b);

	if (x != y)
		return x < y ? -1 : 1;
	return strcmp(a, b);
}

/* Tells whether a name is nothing but a number. */
static bool
only_number(const char *name)
{
	return name[0] && name[strspn(name, DIGITS)] == '\0';
}

/* Remembers an entry under a key, unless another one has it. */
static void
remember(LedgerEntries *entries, char *key, int number)
{
	bool found;
	IndexItem *item = hash_search(entries->index, &key, HASH_ENTER, &found);

	/* of several rows the one that stands is meant, else the last */
	if (!found || !dbmig_ledger_stands(&entries->items[item->number]))
		item->number = number;
}

/* Puts all names of an entry into the index. */
static void
index_entry(LedgerEntries *entries, int number)
{
	const LedgerEntry *entry = &entries->items[number];
	const char *names[2] = {entry->version, entry->name};

	for (int i = 0; i < lengthof(names); i++)
	{
		char *digits;

		if (names[i] == NULL || names[i][0] == '\0')
			continue;
		remember(entries, psprintf("=%s", names[i]), number);
		/* a description is no file name */
		if (i == 1 && strchr(names[i], ' ') != NULL)
			continue;
		remember(entries, psprintf("~%s", bare_name(names[i])), number);
		digits = dbmig_ledger_number(bare_name(names[i]));
		if (digits)
			remember(entries,
					 psprintf("%c%s", only_number(names[i]) ? '#' : '+', digits),
					 number);
	}
}

/* Loads the migrations of a ledger; NULL and words if that fails. */
LedgerEntries *
dbmig_ledger_load(const LedgerTable *table, bool at_work, char **error)
{
	LedgerEntries *entries = palloc0(sizeof(LedgerEntries));
	const char *args[1] = {at_work ? "in_progress" : "failed"};
	HASHCTL control = {.keysize = sizeof(char *),
					   .entrysize = sizeof(IndexItem),
					   .hash = hash_key,
					   .match = compare_keys,
					   .hcxt = CurrentMemoryContext};
	char *sql =
		psprintf("SELECT e.version, e.name, e.state, e.applied_at, e.detail, e.checksum"
				 " FROM (%s) e ORDER BY e.\"position\"",
				 dbmig_ledger_rows_sql(table));
	SqlScope scope = dbmig_sql_own_begin();

	entries->tool = table->tool;
	if (!dbmig_ledger_try(sql, 1, args, error))
	{
		dbmig_sql_own_end(scope);
		return NULL;
	}
	entries->items =
		MemoryContextAllocHuge(CurrentMemoryContext,
							   Max(SPI_processed, 1) * sizeof(LedgerEntry));
	entries->index =
		hash_create("dbmig ledger entries", 1024, &control,
					HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		LedgerEntry *entry = &entries->items[entries->count];
		bool isnull;

		CHECK_FOR_INTERRUPTS();
		memset(entry, 0, sizeof(LedgerEntry));
		entry->version = dbmig_sql_text(row, 1);
		if (entry->version == NULL || entry->version[0] == '\0')
			continue;
		entry->name = dbmig_sql_text(row, 2);
		entry->state = dbmig_sql_text(row, 3);
		entry->state = entry->state ? entry->state : "failed";
		entry->applied_at =
			DatumGetTimestampTz(dbmig_sql_datum(row, 4, &isnull));
		entry->has_applied_at = !isnull;
		entry->detail = dbmig_sql_text(row, 5);
		entry->checksum = dbmig_sql_text(row, 6);
		index_entry(entries, entries->count++);
	}
	dbmig_sql_own_end(scope);
	return entries;
}

/* Looks a key up. */
static LedgerEntry *
look_up(LedgerEntries *entries, char kind, const char *name)
{
	char *key = psprintf("%c%s", kind, name);
	IndexItem *item = hash_search(entries->index, &key, HASH_FIND, NULL);

	return item ? &entries->items[item->number] : NULL;
}

/* Finds the migration that a name means; NULL if it is not recorded. */
LedgerEntry *
dbmig_ledger_match(LedgerEntries *entries, const char *name)
{
	char *bare = bare_name(name);
	char *number = dbmig_ledger_number(bare);
	LedgerEntry *entry = look_up(entries, '=', name);

	if (entry == NULL)
		entry = look_up(entries, '~', bare);
	if (entry == NULL && number)
		entry = look_up(entries, '#', number);
	if (entry == NULL && number && only_number(bare))
		entry = look_up(entries, '+', number);
	if (entry == NULL && strchr(bare, '_') != NULL)
	{
		/* Alembic: <revision>_<words>.py */
		char *revision = pnstrdup(bare, strchr(bare, '_') - bare);

		if (strcmp(entries->tool->name, "alembic") == 0)
			entry = look_up(entries, '=', revision);
	}
	return entry;
}
