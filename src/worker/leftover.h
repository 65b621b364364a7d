/*
 * leftover.h
 *		What a CONCURRENTLY statement leaves behind when it fails.
 */
#ifndef DBMIG_WORKER_LEFTOVER_H
#define DBMIG_WORKER_LEFTOVER_H

#include "postgres.h"
#include "nodes/nodes.h"

extern char *dbmig_leftover_known(Node *statement);
extern void dbmig_leftover_drop(Node *statement);
extern bool dbmig_leftover_after_crash(Node *statement, const char *known);

#endif							/* DBMIG_WORKER_LEFTOVER_H */
