/*
 * directory.h
 *		Reading a directory of migration files, in whichever layout it is.
 */
#ifndef DBMIG_MIGRATION_DIRECTORY_H
#define DBMIG_MIGRATION_DIRECTORY_H

#include "postgres.h"
#include "nodes/pg_list.h"

/* What a file says of running inside a transaction. */
typedef enum TransactionWish
{
	TRANSACTION_UNSAID, /* let the statements decide */
	TRANSACTION_YES,	/* the file demands one */
	TRANSACTION_NO		/* the file forbids one */
} TransactionWish;

/*
 * One migration as a directory holds it, from one file or from several.
 *
 * A text that is only a section of its file says where it begins there: line
 * and char refer to the file without its BOM, so that a position in the text
 * can be reported as a position in the file.
 */
typedef struct MigrationFile
{
	char *version;	 /* as it orders; for repeatables "R__name" */
	char *name;		 /* human part of the file's name, may be "" */
	char *up_sql;	 /* text in the server's encoding, without BOM */
	char *down_sql;	 /* the same, or NULL */
	char *path;		 /* file that up_sql came from, for messages */
	char *down_path; /* file that down_sql came from, or NULL */
	int up_line;	 /* line of the file where up_sql begins, from 1 */
	int up_char;	 /* characters of the file before up_sql */
	int down_line;	 /* the same for down_sql */
	int down_char;
	TransactionWish transaction;	  /* what the file says of up_sql */
	TransactionWish down_transaction; /* what the file says of down_sql */
	bool repeatable;				  /* run again whenever its text changed */
} MigrationFile;

extern List *dbmig_directory_read(const char *path, const char *layout,
								  const char **layout_found);

#endif /* DBMIG_MIGRATION_DIRECTORY_H */
