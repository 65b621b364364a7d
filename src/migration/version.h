/*
 * version.h
 *		How versions of migrations order.
 */
#ifndef DBMIG_MIGRATION_VERSION_H
#define DBMIG_MIGRATION_VERSION_H

extern int dbmig_version_compare(const char *a, const char *b);
extern void dbmig_version_check(const char *version);

#endif /* DBMIG_MIGRATION_VERSION_H */
