/*
 * key.h
 *		Advisory-lock keys that depend on the place of a ledger.
 */
#ifndef DBMIG_LEDGER_KEY_H
#define DBMIG_LEDGER_KEY_H

#include "postgres.h"

extern int64 dbmig_ledger_key_flyway(const char *schema, const char *table,
									 const char *database);
extern int64
dbmig_ledger_key_golang_migrate(const char *schema, const char *table,
								const char *database);
extern int64
dbmig_ledger_key_golang_migrate_url(const char *schema, const char *table,
									const char *database);
extern int64 dbmig_ledger_key_rails(const char *schema, const char *table,
									const char *database);
extern int64 dbmig_ledger_key_sqlx(const char *schema, const char *table,
								   const char *database);

#endif /* DBMIG_LEDGER_KEY_H */
