/*
 * layout.h
 *		What a directory layout is, and the tools its readers share.
 *
 * A layout is a struct of three things: its name, a test whether one entry of
 * a directory looks like it, and a reader.  Each lives with its kin in one
 * layout_<name>.c; the table of them is in directory.c.  layout_file.c lists
 * directories and reads files for all of them, layout_text.c takes names and
 * lines apart.
 */
#ifndef DBMIG_MIGRATION_LAYOUT_H
#define DBMIG_MIGRATION_LAYOUT_H

#include "migration/directory.h"

#include <sys/stat.h>

/* What an entry of a directory is, symbolic links followed. */
typedef enum EntryKind
{
	ENTRY_FILE,	  /* regular file */
	ENTRY_FOLDER, /* directory */
	ENTRY_OTHER,  /* FIFO, socket, device */
	ENTRY_BROKEN  /* cannot be looked at, see its error */
} EntryKind;

/* One entry of a directory. */
typedef struct LayoutEntry
{
	char *file;	 /* name as the operating system has it */
	char *name;	 /* the same in the server's encoding */
	char *path;	 /* full path, to open it */
	char *shown; /* the same in the server's encoding */
	EntryKind kind;
	mode_t mode;  /* its type, unless broken */
	int error;	  /* errno, if broken */
	char *text;	  /* what it holds, once it was read */
	int text_len; /* length of text in bytes */
} LayoutEntry;

/* A directory, its entries sorted by name; dot files are left out. */
typedef struct LayoutFolder
{
	char *path;	 /* full path, to open it */
	char *shown; /* the same in the server's encoding */
	LayoutEntry *entries;
	int count;	/* number of entries */
	int hidden; /* number of dot files left out */
} LayoutFolder;

/* A line of a text, while walking through it. */
typedef struct LayoutLine
{
	const char *text;  /* the whole text */
	const char *start; /* where the line begins */
	int len;		   /* its length without line end and its blanks */
	int number;		   /* counted from 1 */
	const char *next;  /* where the next line begins */
} LayoutLine;

/* A key and its value, while walking through a configuration file. */
typedef struct LayoutSetting
{
	LayoutLine line; /* where it stands */
	char *section;	 /* "[...]" above it, without brackets, or NULL */
	char *key;
	char *value; /* without quotes */
} LayoutSetting;

/* A file that undoes a migration, until that migration is found. */
typedef struct LayoutDown
{
	const char *version;
	LayoutEntry *entry;
	TransactionWish transaction; /* what is said of it */
} LayoutDown;

/* One layout. */
typedef struct MigrationLayout
{
	const char *name;  /* as users say it */
	const char *looks; /* what its files are called, for messages */
	bool ordered;	   /* read() returns the order the tool runs them
								 * in, and versions must agree with it */
	bool (*claims)(LayoutFolder *folder, LayoutEntry *entry);
	List *(*read)(const struct MigrationLayout *layout, LayoutFolder *folder);
} MigrationLayout;

/* layout_file.c */
extern LayoutFolder *dbmig_layout_list(const char *path, const char *shown);
extern LayoutFolder *dbmig_layout_enter(LayoutEntry *entry);
extern LayoutEntry *dbmig_layout_find(LayoutFolder *folder, const char *name);
extern bool dbmig_layout_holds(LayoutEntry *entry, const char *name);
extern char *dbmig_layout_text(LayoutEntry *entry);
extern void dbmig_layout_forget(LayoutEntry *entry);

/* layout_text.c */
extern bool dbmig_layout_is_sql(const char *name);
extern bool dbmig_layout_is_program(const char *name);
extern bool dbmig_layout_is_code(const char *name);
extern char *dbmig_layout_stem(const char *name);
extern int dbmig_layout_digits(const char *s);
extern const char *dbmig_layout_after(const char *s);
extern int dbmig_layout_compare_numbers(const char *a, const char *b);
extern void dbmig_layout_lines(LayoutLine *line, const char *text);
extern bool dbmig_layout_next_line(LayoutLine *line);
extern void dbmig_layout_settings(LayoutSetting *setting, const char *text);
extern bool dbmig_layout_next_setting(LayoutSetting *setting);
extern char *dbmig_layout_section(const char *text, const char *begin,
								  const char *end, int *char_offset);
extern bool dbmig_layout_is_wordless(const char *begin, const char *end);
extern MigrationFile *
dbmig_layout_migration(const char *version, const char *name, LayoutEntry *up);
extern void dbmig_layout_set_down(MigrationFile *migration, LayoutEntry *down);
extern LayoutDown *dbmig_layout_down(const char *version, LayoutEntry *entry,
									 TransactionWish transaction);
extern void dbmig_layout_join_downs(List *migrations, List *downs,
									const char *prefix, const char *suffix);
extern void
dbmig_layout_misfit(const MigrationLayout *layout, LayoutEntry *entry);

/* layout_plain.c, layout_dbmate.c, layout_goose.c, layout_folders.c */
extern bool dbmig_layout_is_golang(const char *name);
extern bool dbmig_layout_is_dbmate(LayoutEntry *entry);
extern bool dbmig_layout_is_goose(LayoutEntry *entry);
extern List *
dbmig_layout_read_folders(const MigrationLayout *layout, LayoutFolder *folder);

/* layout_sqitch.c */
extern char *dbmig_layout_sqitch_top(LayoutFolder *folder);

/* the layouts themselves */
extern const MigrationLayout dbmig_layout_plain;
extern const MigrationLayout dbmig_layout_supabase;
extern const MigrationLayout dbmig_layout_golang;
extern const MigrationLayout dbmig_layout_dbmate;
extern const MigrationLayout dbmig_layout_goose;
extern const MigrationLayout dbmig_layout_flyway;
extern const MigrationLayout dbmig_layout_prisma;
extern const MigrationLayout dbmig_layout_diesel;
extern const MigrationLayout dbmig_layout_drizzle;
extern const MigrationLayout dbmig_layout_sqitch;

/* Reads one file as a migration. */
typedef MigrationFile *(*LayoutFileReader)(const MigrationLayout *layout,
										   LayoutEntry *entry);

extern List *
dbmig_layout_read_each(const MigrationLayout *layout, LayoutFolder *folder,
					   LayoutFileReader reader);

#endif /* DBMIG_MIGRATION_LAYOUT_H */
