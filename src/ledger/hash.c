/*
 * hash.c
 *		The checksums that migration tools write into their ledgers.
 *
 * MD5 and the SHA family are the server's.  CRC-32 is the polynomial of zlib,
 * for which the server has the table.  SipHash-1-3, which Rust's programs use,
 * is written out here.  All of them take bytes; a text must be in UTF-8, as it
 * is in the file that the tool reads.
 *
 * Nothing here is for security: these are the numbers that the tools compare.
 */
#include "postgres.h"

#include "base/compat.h"
#include "fmgr.h"
#include "ledger/hash.h"
#include "utils/builtins.h"
#include "utils/pg_crc.h"

/* The names by which dbmig._ledger_hash() knows what it can compute. */
typedef struct HashName
{
	const char *name;
	pg_cryptohash_type type;
	int digest; /* bytes; 0 if it is not the server's */
} HashName;

static const HashName hash_names[] = {{"md5", PG_MD5, 16},
									  {"sha1", PG_SHA1, 20},
									  {"sha256", PG_SHA256, 32},
									  {"sha384", PG_SHA384, 48},
									  {"crc32", PG_MD5, 0},
									  {"flyway", PG_MD5, 0},
									  {"siphash13", PG_MD5, 0}};

PG_FUNCTION_INFO_V1(dbmig_ledger_hash);

/* Returns how many bytes a hash has. */
static int
digest_length(pg_cryptohash_type type)
{
	for (int i = 0; i < lengthof(hash_names); i++)
	{
		if (hash_names[i].type == type)
			return hash_names[i].digest;
	}
	elog(ERROR, "unexpected hash %d", (int) type);
	return 0;
}

/* Returns MD5 or a SHA of some bytes, in hexadecimal. */
char *
dbmig_hash_hex(pg_cryptohash_type type, const char *data, Size length)
{
	static const char digits[] = "0123456789abcdef";
	int size = digest_length(type);
	uint8 digest[64];
	char *hex = palloc(2 * size + 1);
	pg_cryptohash_ctx *hash = pg_cryptohash_create(type);

	if (hash == NULL || pg_cryptohash_init(hash) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) data, length) < 0 ||
		pg_cryptohash_final(hash, digest, size) < 0)
	{
		char *reason =
			pstrdup(hash ? pg_cryptohash_error(hash) : "out of memory");

		pg_cryptohash_free(hash);
		/* a server in FIPS mode has no MD5 */
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("this server could not compute a checksum: %s", reason)));
	}
	pg_cryptohash_free(hash);

	for (int i = 0; i < size; i++)
	{
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[2 * size] = '\0';
	return hex;
}

/* Returns the CRC-32 that zlib computes. */
uint32
dbmig_hash_crc32(const char *data, Size length)
{
	pg_crc32 crc;

	INIT_TRADITIONAL_CRC32(crc);
	COMP_TRADITIONAL_CRC32(crc, data, length);
	FIN_TRADITIONAL_CRC32(crc);
	return crc;
}

/*
 * Returns Flyway's checksum: one CRC-32 over all lines without their ends (LF,
 * CRLF or CR) and without a byte order mark, as a signed number.
 */
int32
dbmig_hash_flyway(const char *text, Size length)
{
	const char *end = text + length;
	pg_crc32 crc;

	if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	INIT_TRADITIONAL_CRC32(crc);
	while (text < end)
	{
		const char *stop = text;

		while (stop < end && *stop != '\n' && *stop != '\r')
			stop++;
		COMP_TRADITIONAL_CRC32(crc, text, stop - text);
		text = stop + 1;
	}
	FIN_TRADITIONAL_CRC32(crc);
	return (int32) crc;
}

/* The state of a SipHash. */
typedef struct SipState
{
	uint64 v0;
	uint64 v1;
	uint64 v2;
	uint64 v3;
} SipState;

/* Turns a number to the left. */
static inline uint64
rotate(uint64 value, int bits)
{
	return (value << bits) | (value >> (64 - bits));
}

/* Does one round of SipHash. */
static inline void
sip_round(SipState *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

/* Takes in eight bytes. */
static inline void
sip_compress(SipState *s, uint64 word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

/* Returns SipHash-1-3 with a key of zeros, as Rust's standard hasher does. */
uint64
dbmig_hash_siphash13(const char *data, Size length)
{
	SipState s = {UINT64CONST(0x736f6d6570736575),
				  UINT64CONST(0x646f72616e646f6d),
				  UINT64CONST(0x6c7967656e657261),
				  UINT64CONST(0x7465646279746573)};
	const uint8 *bytes = (const uint8 *) data;
	uint64 word = 0;

	for (Size i = 0; i < length; i++)
	{
		word |= (uint64) bytes[i] << (8 * (i % 8));
		if (i % 8 == 7)
		{
			sip_compress(&s, word);
			word = 0;
		}
	}
	sip_compress(&s, word | (uint64) (length & 0xff) << 56);
	s.v2 ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* SQL: the checksum of some bytes by the name of its algorithm. */
Datum
dbmig_ledger_hash(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	bytea *bytes = PG_GETARG_BYTEA_PP(1);
	const char *data = VARDATA_ANY(bytes);
	Size length = VARSIZE_ANY_EXHDR(bytes);

	for (int i = 0; i < lengthof(hash_names); i++)
	{
		if (strcmp(hash_names[i].name, name) == 0 && hash_names[i].digest > 0)
			PG_RETURN_TEXT_P(cstring_to_text(dbmig_hash_hex(hash_names[i].type,
															data, length)));
	}
	if (strcmp(name, "crc32") == 0)
		PG_RETURN_TEXT_P(cstring_to_text(psprintf("%u",
												  dbmig_hash_crc32(data,
																   length))));
	if (strcmp(name, "flyway") == 0)
		PG_RETURN_TEXT_P(cstring_to_text(psprintf("%d",
												  dbmig_hash_flyway(data,
																	length))));
	if (strcmp(name, "siphash13") == 0)
		PG_RETURN_TEXT_P(cstring_to_text(psprintf(UINT64_FORMAT,
												  dbmig_hash_siphash13(data,
																	   length))));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown algorithm \"%s\"", name),
			 errhint("It is md5, sha1, sha256, sha384, crc32, flyway or siphash13.")));
}
