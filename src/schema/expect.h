/*
 * expect.h
 *		Snapshots that are kept, to compare with later.
 */
#ifndef DBMIG_SCHEMA_EXPECT_H
#define DBMIG_SCHEMA_EXPECT_H

#include "postgres.h"

/*
 * Keeps the schema as it is after migrate() or revert(), for schema_drift()
 * without a label.  Needs SPI connected; raises nothing but a cancel.
 */
extern void dbmig_expect_keep_migrated(void);

#endif /* DBMIG_SCHEMA_EXPECT_H */
