/*
 * hash.h
 *		The checksums that migration tools write into their ledgers.
 */
#ifndef DBMIG_LEDGER_HASH_H
#define DBMIG_LEDGER_HASH_H

#include "postgres.h"
#include "common/cryptohash.h"

extern char *
dbmig_hash_hex(pg_cryptohash_type type, const char *data, Size length);
extern uint32 dbmig_hash_crc32(const char *data, Size length);
extern int32 dbmig_hash_flyway(const char *text, Size length);
extern uint64 dbmig_hash_siphash13(const char *data, Size length);

#endif /* DBMIG_LEDGER_HASH_H */
