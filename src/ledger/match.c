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
	const char *p = name;
	char *number;

	if ((*p == 'V' || *p == 'v') && strstr(p, "__") != NULL)
		p++;
	if (strspn(p, DIGITS) == 4 && p[4] == '-' && strspn(p + 5, DIGITS) == 2 &&
		p[7] == '-' && strspn(p + 8, DIGITS) == 2 && p[10] == '-' &&
		strspn(p + 11, DIGITS) == 6)
		number = psprintf("%.4s%.2s%.2s%.6s", p, p + 5, p + 8, p + 11);
	else
		number = pnstrdup(p, strspn(p, DIGITS));
	if (number[0] == '\0')
		return NULL;
	while (number[0] == '0' && number[1] != '\0')
		number++;
	return number;
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

/* Prepares the index for a key that will be asked for. */
static void
want(LedgerEntries *entries, char *key)
{
	bool found;
	IndexItem *item = hash_search(entries->index, &key, HASH_ENTER, &found);

	if (!found)
		item->number = -1;
}

/* Returns what Alembic calls a revision in a file's name, or NULL. */
static char *
revision_of(const LedgerEntries *entries, const char *bare)
{
	const char *end = strchr(bare, '_');

	if (end == NULL || strcmp(entries->tool->name, "alembic") != 0)
		return NULL;
	return pnstrdup(bare, end - bare);
}

/* Prepares the index for all spellings of a name. */
static void
want_name(LedgerEntries *entries, const char *name)
{
	char *bare = bare_name(name);
	char *number = dbmig_ledger_number(bare);
	char *revision = revision_of(entries, bare);

	want(entries, psprintf("=%s", name));
	want(entries, psprintf("~%s", bare));
	if (number)
		want(entries, psprintf("#%s", number));
	if (number && only_number(bare))
		want(entries, psprintf("+%s", number));
	if (revision)
		want(entries, psprintf("=%s", revision));
}

/* Remembers an entry under a key, if that will be asked for. */
static void
remember(LedgerEntries *entries, char *key, int number)
{
	IndexItem *item = hash_search(entries->index, &key, HASH_FIND, NULL);

	/* of several rows the one that stands is meant, else the last */
	if (item && (item->number < 0 ||
				 !dbmig_ledger_stands(&entries->items[item->number])))
		item->number = number;
}

/* Puts a name of an entry into the index. */
static void
index_name(LedgerEntries *entries, const char *name, bool is_title, int number)
{
	char *bare;
	char *digits;

	if (name == NULL || name[0] == '\0')
		return;
	remember(entries, psprintf("=%s", name), number);
	/* a description is no file name */
	if (is_title && strchr(name, ' ') != NULL)
		return;
	bare = bare_name(name);
	remember(entries, psprintf("~%s", bare), number);
	digits = dbmig_ledger_number(bare);
	if (digits)
		remember(entries,
				 psprintf("%c%s", only_number(name) ? '#' : '+', digits),
				 number);
}

/* Returns the one copy of a state's name. */
static const char *
known_state(const char *state)
{
	static const char *const states[] = {"applied",		"baselined",
										 "in_progress", "rolled_back",
										 "reverted",	"skipped"};

	for (int i = 0; state && i < lengthof(states); i++)
	{
		if (strcmp(state, states[i]) == 0)
			return states[i];
	}
	return "failed";
}

/*
 * Loads the migrations of a ledger, to be asked for by the given names; NULL
 * and words if that fails.
 */
LedgerEntries *
dbmig_ledger_load(const LedgerTable *table, bool at_work, char **names,
				  int count, char **error)
{
	LedgerEntries *entries = palloc0(sizeof(LedgerEntries));
	const char *args[1] = {at_work ? "in_progress" : "failed"};
	HASHCTL control = {.keysize = sizeof(char *),
					   .entrysize = sizeof(IndexItem),
					   .hash = hash_key,
					   .match = compare_keys,
					   .hcxt = CurrentMemoryContext};
	MemoryContext row_context =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig ledger row",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext context = CurrentMemoryContext;
	char *sql =
		psprintf("SELECT e.version, e.name, e.state, e.applied_at, e.checksum"
				 " FROM (%s) e WHERE e.version <> '' ORDER BY e.\"position\"",
				 dbmig_ledger_rows_sql(table));
	SqlScope scope = dbmig_sql_own_begin();

	entries->tool = table->tool;
	entries->index =
		hash_create("dbmig ledger entries", 1024, &control,
					HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
	for (int i = 0; i < count; i++)
		want_name(entries, names[i]);
	if (!dbmig_ledger_try(sql, 1, args, error))
	{
		dbmig_sql_own_end(scope);
		return NULL;
	}
	entries->items = MemoryContextAllocHuge(context, Max(SPI_processed, 1) *
														 sizeof(LedgerEntry));
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		LedgerEntry *entry = &entries->items[entries->count];
		bool isnull;
		char *name;

		CHECK_FOR_INTERRUPTS();
		memset(entry, 0, sizeof(LedgerEntry));
		entry->version = dbmig_sql_text(row, 1);
		entry->applied_at =
			DatumGetTimestampTz(dbmig_sql_datum(row, 4, &isnull));
		entry->has_applied_at = !isnull;
		entry->checksum = dbmig_sql_text(row, 5);

		MemoryContextSwitchTo(row_context);
		entry->state = known_state(dbmig_sql_text(row, 3));
		name = dbmig_sql_text(row, 2);
		index_name(entries, entry->version, false, entries->count);
		index_name(entries, name, true, entries->count);
		MemoryContextSwitchTo(context);
		/* mostly the name is the version once more */
		if (name)
			entry->name = strcmp(name, entry->version) == 0 ? entry->version :
															  pstrdup(name);
		MemoryContextReset(row_context);
		entries->count++;
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

	return item && item->number >= 0 ? &entries->items[item->number] : NULL;
}

/*
 * Finds the migration that one of the names means; NULL if it is not recorded.
 */
LedgerEntry *
dbmig_ledger_match(LedgerEntries *entries, const char *name)
{
	char *bare = bare_name(name);
	char *number = dbmig_ledger_number(bare);
	char *revision = revision_of(entries, bare);
	LedgerEntry *entry = look_up(entries, '=', name);

	if (entry == NULL)
		entry = look_up(entries, '~', bare);
	if (entry == NULL && number)
		entry = look_up(entries, '#', number);
	if (entry == NULL && number && only_number(bare))
		entry = look_up(entries, '+', number);
	if (entry == NULL && revision)
		entry = look_up(entries, '=', revision);
	return entry;
}
