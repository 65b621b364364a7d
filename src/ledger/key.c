/*
 * key.c
 *		Advisory-lock keys that depend on the place of a ledger, computed as
 *		the tools compute them.  No SPI, no locks.
 */
#include "postgres.h"

#include "ledger/hash.h"
#include "ledger/key.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#define FLYWAY_MAGIC		INT64CONST(77431708279161)
#define GOLANG_MAGIC		1486364155
#define RAILS_MAGIC			INT64CONST(2053462845)
#define SQLX_MAGIC			INT64CONST(0x3d32ad9e)
#define JAVA_HASH_FACTOR	31
#define FIRST_SUPPLEMENTARY 0x10000

/* Gives what Java's String.hashCode() gives: over UTF-16 units, signed. */
static int32
java_hash(const char *text)
{
	const unsigned char *p = (const unsigned char *) text;
	uint32 hash = 0;

	while (*p)
	{
		pg_wchar c = utf8_to_unicode(p);

		p += pg_encoding_mblen(PG_UTF8, (const char *) p);
		if (c >= FIRST_SUPPLEMENTARY)
		{
			c -= FIRST_SUPPLEMENTARY;
			hash = hash * JAVA_HASH_FACTOR + (0xd800 + (c >> 10));
			c = 0xdc00 + (c & 0x3ff);
		}
		hash = hash * JAVA_HASH_FACTOR + c;
	}
	return (int32) hash;
}

/* Flyway hashes the quoted name of its table. */
int64
dbmig_ledger_key_flyway(const char *schema, const char *table,
						const char *database)
{
	char *name = psprintf("\"%s\".\"%s\"", schema, table);
	char *utf8 = pg_server_to_any(name, strlen(name), PG_UTF8);

	return FLYWAY_MAGIC + java_hash(utf8);
}

/* golang-migrate hashes schema, table and database, with NULs between. */
static int64
golang_key(const char *schema, const char *table, const char *slash,
		   const char *database)
{
	StringInfoData name;

	initStringInfo(&name);
	appendBinaryStringInfo(&name, schema, strlen(schema) + 1);
	appendBinaryStringInfo(&name, table, strlen(table) + 1);
	appendStringInfo(&name, "%s%s", slash, database);
	return (uint32) (dbmig_hash_crc32(name.data, name.len) *
					 (uint32) GOLANG_MAGIC);
}

/* The key of a golang-migrate that was given a ready connection. */
int64
dbmig_ledger_key_golang_migrate(const char *schema, const char *table,
								const char *database)
{
	return golang_key(schema, table, "", database);
}

/* The key of a golang-migrate that was given a URL: its path has a slash. */
int64
dbmig_ledger_key_golang_migrate_url(const char *schema, const char *table,
									const char *database)
{
	return golang_key(schema, table, "/", database);
}

/* Rails locks the database by its name. */
int64
dbmig_ledger_key_rails(const char *schema, const char *table,
					   const char *database)
{
	return RAILS_MAGIC * dbmig_hash_crc32(database, strlen(database));
}

/* So does sqlx. */
int64
dbmig_ledger_key_sqlx(const char *schema, const char *table,
					  const char *database)
{
	return SQLX_MAGIC * dbmig_hash_crc32(database, strlen(database));
}
