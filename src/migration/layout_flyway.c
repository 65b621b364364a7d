/*
 * layout_flyway.c
 *		Layout "flyway": V...__name.sql, U...__name.sql, R__name.sql.
 *
 * The version stands between the letter and two underscores; single underscores
 * in it mean dots.  Folders are read to their depths, as Flyway reads them,
 * with hidden ones left out; a version counts once in the whole tree.  A U file
 * undoes the V file of its version.  An R file has no version and is run again
 * whenever its text changed, so its version here is "R__name".
 *
 * Beside a file may lie its configuration, V1__a.sql.conf.  Its setting
 * executeInTransaction is taken over.  What would change the text or whether
 * it runs at all cannot be, and is refused.
 *
 * Flyway does more than to run files, and what it does beyond is refused in
 * words rather than left out in silence: callbacks (beforeMigrate.sql and the
 * like), baseline migrations (B files), placeholders (${name}, found anywhere
 * in a text as Flyway finds them anywhere) and migrations in Java or as shell
 * scripts.
 */
#include "postgres.h"

#include "migration/layout.h"

/* Deeper folders than this are an accident. */
#define FLYWAY_DEPTH_MAX 16

/* How deep is looked to find out whether a directory is Flyway's at all. */
#define FLYWAY_DEPTH_SEEN 2

/* Kinds of files that Flyway knows. */
typedef enum FlywayKind
{
	FLYWAY_NONE,
	FLYWAY_VERSIONED,
	FLYWAY_UNDO,
	FLYWAY_BASELINE,
	FLYWAY_REPEATABLE,
	FLYWAY_CALLBACK
} FlywayKind;

/* The parts of a file's name. */
typedef struct FlywayName
{
	FlywayKind kind;
	char *version;	   /* with dots, unless repeatable or callback */
	char *description; /* what stands behind two underscores, or "" */
} FlywayName;

/* What is gathered while walking through the folders. */
typedef struct FlywayWalk
{
	const MigrationLayout *layout;
	List *migrations;					 /* MigrationFile * */
	List *undos;						 /* LayoutDown * */
	struct stat above[FLYWAY_DEPTH_MAX]; /* folders on the way down here */
	int depth;
} FlywayWalk;

/* Tells whether a name without suffix is that of a callback. */
static bool
is_callback(const char *stem)
{
	/* All of Flyway's events but one begin like this. */
	if (strncmp(stem, "before", 6) == 0)
		stem += 6;
	else if (strncmp(stem, "after", 5) == 0)
		stem += 5;
	else
		return strncmp(stem, "createSchema", 12) == 0 &&
			   (stem[12] == '\0' || stem[12] == '_');
	return *stem >= 'A' && *stem <= 'Z';
}

/* Takes a file's name apart; returns false if Flyway would not know it. */
static bool
parse_name(const char *file, FlywayName *name)
{
	char *stem;
	char *split;
	char *p;

	memset(name, 0, sizeof(FlywayName));
	if (!dbmig_layout_is_sql(file))
		return false;
	stem = dbmig_layout_stem(file);

	if (is_callback(stem))
	{
		name->kind = FLYWAY_CALLBACK;
		return true;
	}
	split = strstr(stem, "__");
	name->description = split ? split + 2 : "";
	if (stem[0] == 'R')
	{
		name->kind = FLYWAY_REPEATABLE;
		return split == stem + 1;
	}

	switch (stem[0])
	{
		case 'V':
			name->kind = FLYWAY_VERSIONED;
			break;
		case 'U':
			name->kind = FLYWAY_UNDO;
			break;
		case 'B':
			name->kind = FLYWAY_BASELINE;
			break;
		default:
			return false;
	}
	if (split != NULL)
		*split = '\0';
	name->version = stem + 1;
	for (p = name->version; *p != '\0'; p++)
	{
		if (*p == '_')
			*p = '.';
		/* Numbers parted by single dots, and nothing else. */
		if (*p == '.' ? (p == name->version || p[-1] == '.' || p[1] == '\0') :
						(*p < '0' || *p > '9'))
			return false;
	}
	return *name->version != '\0';
}

/* Tells whether an entry is a file of Flyway's, or a folder that has one. */
static bool
holds_flyway(LayoutEntry *entry, int depth)
{
	LayoutFolder *folder;
	FlywayName name;

	if (entry->kind != ENTRY_FOLDER)
		return parse_name(entry->name, &name);
	if (depth == FLYWAY_DEPTH_SEEN)
		return false;
	folder = dbmig_layout_enter(entry);
	for (int i = 0; i < folder->count; i++)
	{
		if (holds_flyway(&folder->entries[i], depth + 1))
			return true;
	}
	return false;
}

/* Tells whether an entry belongs to a directory of Flyway's. */
static bool
flyway_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	return holds_flyway(entry, 0);
}

/* Refuses what Flyway would do and dbmig does not. */
static void
refuse_unsupported(LayoutEntry *entry, FlywayName *name)
{
	if (name->kind == FLYWAY_CALLBACK)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("file \"%s\" is a callback of Flyway, which would not be run",
						entry->shown),
				 errhint("Move it out of the directory, and its statements into a migration R__name.sql if they belong behind every change.")));
	if (name->kind == FLYWAY_BASELINE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("file \"%s\" is a baseline migration of Flyway, which would not be run",
						entry->shown),
				 errdetail("Flyway runs it in an empty database, in place of all versions up to %s.",
						   name->version),
				 errhint("Move it out of the directory; where its objects exist already, SELECT dbmig.baseline('%s').",
						 name->version)));
}

/* Reads a boolean of a configuration file. */
static bool
parse_boolean(LayoutEntry *conf, LayoutSetting *setting)
{
	if (pg_strcasecmp(setting->value, "true") == 0)
		return true;
	if (pg_strcasecmp(setting->value, "false") == 0)
		return false;
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("file \"%s\" has a setting that is neither true nor false",
					conf->shown),
			 errdetail("Line %d sets \"%s\" to \"%s\".",
					   setting->line.number, setting->key, setting->value)));
	return false;
}

/* Refuses a text in which Flyway would replace something. */
static void
refuse_placeholders(LayoutEntry *entry)
{
	LayoutLine line;

	/* Most texts have none, and one look over the whole of it is fast. */
	if (strstr(dbmig_layout_text(entry), "${") == NULL)
		return;
	dbmig_layout_lines(&line, entry->text);
	while (dbmig_layout_next_line(&line))
	{
		const char *place = strstr(line.start, "${");

		if (place != NULL && place < line.next)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("file \"%s\" has placeholders, which would not be replaced",
							entry->shown),
					 errdetail("Line %d holds \"${\".", line.number),
					 errhint("Write the values into the text; if it is meant as it stands, write placeholderReplacement=false into \"%s.conf\".",
							 entry->name)));
	}
}

/* Reads the configuration beside a file, and then checks the file with it. */
static TransactionWish
read_settings(LayoutFolder *folder, LayoutEntry *entry)
{
	TransactionWish wish = TRANSACTION_UNSAID;
	LayoutEntry *conf;
	LayoutSetting setting;
	bool placeholders = true;

	conf = dbmig_layout_find(folder, psprintf("%s.conf", entry->file));
	if (conf != NULL)
	{
		dbmig_layout_settings(&setting, dbmig_layout_text(conf));
		while (dbmig_layout_next_setting(&setting))
		{
			if (strcmp(setting.key, "executeInTransaction") == 0)
				wish = parse_boolean(conf, &setting) ? TRANSACTION_YES :
													   TRANSACTION_NO;
			else if (strcmp(setting.key, "placeholderReplacement") == 0)
				placeholders = parse_boolean(conf, &setting);
			else if (strcmp(setting.key, "encoding") == 0 &&
					 (pg_strcasecmp(setting.value, "UTF-8") == 0 ||
					  pg_strcasecmp(setting.value, "UTF8") == 0))
				/* what is read anyway */;
			else
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("file \"%s\" has a setting that cannot be followed",
								conf->shown),
						 errdetail("Line %d sets \"%s\" to \"%s\".",
								   setting.line.number, setting.key,
								   setting.value),
						 errhint("Only executeInTransaction, placeholderReplacement and encoding=UTF-8 are; take the line out.")));
		}
	}
	if (placeholders)
		refuse_placeholders(entry);
	return wish;
}

/* Reads one file whose name ends in .sql. */
static void
read_file(FlywayWalk *walk, LayoutFolder *folder, LayoutEntry *entry)
{
	FlywayName name;
	TransactionWish wish;
	MigrationFile *migration;

	if (!parse_name(entry->name, &name))
		dbmig_layout_misfit(walk->layout, entry);
	refuse_unsupported(entry, &name);
	wish = read_settings(folder, entry);

	if (name.kind == FLYWAY_UNDO)
	{
		walk->undos =
			lappend(walk->undos, dbmig_layout_down(name.version, entry, wish));
		return;
	}
	if (name.kind == FLYWAY_REPEATABLE)
		name.version = psprintf("R__%s", name.description);
	migration = dbmig_layout_migration(name.version, name.description, entry);
	migration->transaction = wish;
	migration->repeatable = name.kind == FLYWAY_REPEATABLE;
	walk->migrations = lappend(walk->migrations, migration);
}

/* Refuses a folder that is one of those above it, or too far down. */
static void
check_descent(FlywayWalk *walk, LayoutFolder *folder)
{
	struct stat st;

	if (walk->depth == FLYWAY_DEPTH_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("directory \"%s\" is nested too deeply", folder->shown),
				 errdetail("At most %d levels are read.", FLYWAY_DEPTH_MAX)));
	if (stat(folder->path, &st) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not stat directory \"%s\": %m", folder->shown)));
	for (int i = 0; i < walk->depth; i++)
	{
		if (walk->above[i].st_dev == st.st_dev &&
			walk->above[i].st_ino == st.st_ino)
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("directory \"%s\" is one of those that hold it",
							folder->shown),
					 errhint("A symbolic link leads back; remove it with rm.")));
	}
	walk->above[walk->depth] = st;
}

/* Reads a folder and the folders in it. */
static void
read_folder(FlywayWalk *walk, LayoutFolder *folder)
{
	check_descent(walk, folder);
	walk->depth++;
	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *entry = &folder->entries[i];

		if (entry->kind == ENTRY_FOLDER)
			read_folder(walk, dbmig_layout_enter(entry));
		else if (dbmig_layout_is_sql(entry->name))
			read_file(walk, folder, entry);
		else if (dbmig_layout_is_code(entry->name))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("file \"%s\" is a migration, but not in SQL",
							entry->shown),
					 errhint("Have Flyway run it, or write it anew in SQL.")));
	}
	walk->depth--;
}

/* Reads a directory and all below it. */
static List *
flyway_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	FlywayWalk walk;

	memset(&walk, 0, sizeof(walk));
	walk.layout = layout;
	read_folder(&walk, folder);
	dbmig_layout_join_downs(walk.migrations, walk.undos, "V", "__*.sql");
	return walk.migrations;
}

const MigrationLayout dbmig_layout_flyway =
	{.name = "flyway",
	 .looks = "V1.2__name.sql, U1.2__name.sql or R__name.sql",
	 .claims = flyway_claims,
	 .read = flyway_read};
