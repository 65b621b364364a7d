/*
 * leftover.h
 *		What a CONCURRENTLY statement leaves behind when it fails.
 */
#ifndef DBMIG_WORKER_LEFTOVER_H
#define DBMIG_WORKER_LEFTOVER_H

#include "postgres.h"
#include "nodes/nodes.h"

extern char *dbmig_leftover_known(Node *statement, const char *noted);
extern void dbmig_leftover_drop(Node *statement, int retries);
extern void
dbmig_leftover_drop_unknown(Node *statement, const char *known, int retries);
extern bool dbmig_leftover_is_complete(Node *statement, const char *known);

#endif /* DBMIG_WORKER_LEFTOVER_H */
