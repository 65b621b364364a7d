/*
 * legacy.c
 *		Ledgers that people wrote by hand: schema_migrations(version, name,
 *		applied_at) and its kin, whatever the columns are called.
 *
 * The table is called like a ledger; then its columns get roles, by their
 * names where these say something, else by type and place: what identifies a
 * migration, its name, when it ran, a checksum, whether it went well.  A table
 * of which too little can be made out is not a ledger.  No SPI, no locks.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "ledger/ledger.h"

/* Places in the signature of the legacy tool. */
enum
{
	ROLE_VERSION,
	ROLE_NAME,
	ROLE_APPLIED_AT,
	ROLE_CHECKSUM,
	ROLE_SUCCESS,
	ROLE_COUNT
};

#define MAX_COLUMNS 10

/* Words that name a role; a word in "=" must be the whole name. */
static const char *const version_words[] = {"version",	  "=ver",
											"=nr",		  "revision",
											"=number",	  "script",
											"file",		  "patch",
											"=migration", "migration_",
											"=step",	  "=change",
											NULL};
static const char *const name_words[] = {"name",	"descr",	 "title",
										 "comment", "label",	 "script",
										 "file",	"migration", NULL};
static const char *const time_words[] = {"appl",  "exec",	"run",	"inst",
										 "creat", "migrat", "done", "finish",
										 "compl", "date",	"time", "_at",
										 "_on",	  NULL};
static const char *const checksum_words[] = {"checksum", "hash",   "md5",
											 "sha",		 "digest", NULL};
static const char *const success_words[] = {"succe", "=ok",	   "appl", "done",
											"compl", "finish", NULL};

/* Tells whether a column is called by one of the words. */
static bool
called(const LedgerAttribute *att, const char *const *words)
{
	char lower[NAMEDATALEN];
	int length;

	for (length = 0; att->name[length] && length < NAMEDATALEN - 1; length++)
		lower[length] = pg_ascii_tolower((unsigned char) att->name[length]);
	lower[length] = '\0';
	for (; *words; words++)
	{
		if ((*words)[0] == '=' ? strcmp(lower, *words + 1) == 0 :
								 strstr(lower, *words) != NULL)
			return true;
	}
	return false;
}

static bool
is_text(Oid type)
{
	return type == TEXTOID || type == VARCHAROID || type == BPCHAROID ||
		   type == NAMEOID;
}

static bool
is_number(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID ||
		   type == NUMERICOID;
}

static bool
is_time(Oid type)
{
	return type == TIMESTAMPTZOID || type == TIMESTAMPOID || type == DATEOID;
}

static bool
is_boolean(Oid type)
{
	return type == BOOLOID;
}

static bool
is_id(Oid type)
{
	return is_text(type) || is_number(type);
}

/* Finds a column that is still free: called so, else merely of the type. */
static int
take(const LedgerTable *table, int *map, bool (*type)(Oid),
	 const char *const *words, bool or_any)
{
	for (int pass = 0; pass < (or_any ? 2 : 1); pass++)
	{
		for (int i = 0; i < table->natts; i++)
		{
			bool taken = false;

			for (int role = 0; role < ROLE_COUNT; role++)
				taken |= map[role] == i;
			if (!taken && type(table->atts[i].type) &&
				(pass == 1 || called(&table->atts[i], words)))
				return i;
		}
	}
	return -1;
}

/* Finds what identifies a migration: by name, else the key, else the first. */
static int
take_version(const LedgerTable *table, int *map)
{
	int found = take(table, map, is_id, version_words, false);

	for (int i = 0; found < 0 && i < table->natts; i++)
	{
		if (table->atts[i].key && is_id(table->atts[i].type))
			found = i;
	}
	if (found < 0 && table->natts > 0 && is_id(table->atts[0].type))
		found = 0;
	return found;
}

/* Gives the columns their roles; false if it is no ledger. */
bool
dbmig_ledger_map_legacy(LedgerTable *table)
{
	int *map = palloc_array(int, ROLE_COUNT);
	const LedgerAttribute *version;
	int known = 0;
	int roles = 0;
	char *column;

	if (table->natts < 1 || table->natts > MAX_COLUMNS ||
		!dbmig_ledger_name_hint(table->name))
		return false;
	for (int role = 0; role < ROLE_COUNT; role++)
		map[role] = -1;
	map[ROLE_CHECKSUM] = take(table, map, is_text, checksum_words, false);
	map[ROLE_VERSION] = take_version(table, map);
	if (map[ROLE_VERSION] < 0)
		return false;
	map[ROLE_APPLIED_AT] = take(table, map, is_time, time_words, true);
	map[ROLE_NAME] = take(table, map, is_text, name_words, true);
	map[ROLE_SUCCESS] = take(table, map, is_boolean, success_words, false);
	version = &table->atts[map[ROLE_VERSION]];
	known += called(version, version_words);
	known +=
		map[ROLE_NAME] >= 0 && called(&table->atts[map[ROLE_NAME]], name_words);
	known += map[ROLE_APPLIED_AT] >= 0 &&
			 called(&table->atts[map[ROLE_APPLIED_AT]], time_words);
	for (int role = 0; role < ROLE_COUNT; role++)
		roles += map[role] >= 0;

	/*
	 * One column must be called version, or the key must stand beside both a
	 * name and a time, and hardly anything else may be there.
	 */
	if (table->natts == 1)
	{
		if (!called(version, version_words))
			return false;
	}
	else if (map[ROLE_NAME] < 0 && map[ROLE_APPLIED_AT] < 0)
		return false;
	else if (!called(version, version_words) &&
			 !(version->key && map[ROLE_NAME] >= 0 && map[ROLE_APPLIED_AT] >= 0 &&
			   (known >= 2 || table->natts == roles)))
		return false;
	if (table->natts - roles > (called(version, version_words) ? 3 : 1))
		return false;

	column = is_number(version->type) ? "l.version::pg_catalog.numeric" :
										"l.version";
	table->version_order =
		is_number(version->type) ?
			pstrdup(column) :
			psprintf("pg_catalog.string_to_array(pg_catalog.substring(%s,"
					 " '^\\D{0,3}(\\d{1,30}(?:\\.\\d{1,30})*)'), '.')::pg_catalog._numeric NULLS FIRST,"
					 " %s COLLATE \"C\"",
					 column, column);
	table->map = map;
	return true;
}
