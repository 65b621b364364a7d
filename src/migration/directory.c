/*
 * directory.c
 *		Reading a directory of migration files, in whichever layout it is.
 *
 * The entries of the directory are shown to each layout, which claims those
 * that look like its own.  If exactly one layout has claimed something and
 * every file of SQL was claimed, that layout reads the directory.  Anything
 * else is an error that says what was seen: a guess would apply the wrong
 * texts, or leave some out in silence.  Other files than SQL are left alone,
 * unless they are evidently migrations in another language.
 *
 * What was read is put into the order of the versions.  Where a tool would run
 * its files in another order, say 10 before 9 because it sorts names, that is
 * an error too, since one of the two orders is not what was tested.
 *
 * The files are those of the server and are read with its rights, so the
 * caller must be a member of pg_read_server_files.  Nothing is written and no
 * lock is taken.
 */
#include "postgres.h"

#include "catalog/pg_authid.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "migration/layout.h"
#include "migration/version.h"

/* All layouts; of those that could claim an entry, the first one does. */
static const MigrationLayout *const layouts[] =
	{&dbmig_layout_sqitch, &dbmig_layout_drizzle, &dbmig_layout_prisma,
	 &dbmig_layout_diesel, &dbmig_layout_flyway,  &dbmig_layout_golang,
	 &dbmig_layout_dbmate, &dbmig_layout_goose,	  &dbmig_layout_supabase,
	 &dbmig_layout_plain};

/* Where projects keep their migrations below their top. */
static const char *const project_folders[] = {"migrations", "prisma/migrations",
											  "supabase/migrations",
											  "db/migrations"};

/* How many names a message lists. */
#define NAMES_SHOWN 5

/* What was seen in a directory. */
typedef struct Survey
{
	int claimed[lengthof(layouts)];			/* entries per layout */
	const char *example[lengthof(layouts)]; /* the first of them */
	int total;								/* all entries that were claimed */
	int sql;								/* files of SQL */
	int unknown; /* files of SQL that nobody claimed */
	const char *unknown_example;
	int code; /* migrations in other languages */
	LayoutEntry *code_example;
} Survey;

/* One migration, and its place in the order of the tool. */
typedef struct ReadMigration
{
	MigrationFile *migration;
	int place;
} ReadMigration;

/* Raises an error unless the caller may read files of the server. */
static void
check_privilege(void)
{
	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to read files of the server"),
				 errdetail("Only members of the role pg_read_server_files may."),
				 errhint("A superuser can run GRANT pg_read_server_files TO %s; without it, call dbmig.register_migration with the texts.",
						 quote_identifier(GetUserNameFromId(GetUserId(), false)))));
}

/* Finds a layout by its name; gives NULL for auto. */
static const MigrationLayout *
find_layout(const char *name)
{
	StringInfoData names;

	if (strcmp(name, "auto") == 0)
		return NULL;
	for (int i = 0; i < lengthof(layouts); i++)
	{
		if (strcmp(layouts[i]->name, name) == 0)
			return layouts[i];
	}

	initStringInfo(&names);
	for (int i = lengthof(layouts) - 1; i >= 0; i--)
		appendStringInfo(&names, ", %s", layouts[i]->name);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("layout \"%s\" is not known", name),
			 errhint("Layouts of dbmig.register_directory are auto%s.",
					 names.data)));
	return NULL;
}

/* Shows all entries of a directory to all layouts. */
static void
take_survey(LayoutFolder *folder, Survey *survey)
{
	memset(survey, 0, sizeof(Survey));
	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *entry = &folder->entries[i];
		bool is_sql = dbmig_layout_is_sql(entry->name);
		int j;

		CHECK_FOR_INTERRUPTS();

		survey->sql += is_sql;
		if (entry->kind != ENTRY_FOLDER && dbmig_layout_is_code(entry->name) &&
			survey->code++ == 0)
			survey->code_example = entry;

		for (j = 0; j < lengthof(layouts); j++)
		{
			if (layouts[j]->claims(folder, entry))
				break;
		}
		if (j < lengthof(layouts))
		{
			survey->total++;
			if (survey->claimed[j]++ == 0)
				survey->example[j] = entry->name;
		}
		else if (is_sql && survey->unknown++ == 0)
			survey->unknown_example = entry->name;
	}
}

/* Raises the error of a directory that holds nothing to read. */
static void
raise_none_found(LayoutFolder *folder)
{
	StringInfoData seen;
	bool programs = false;

	initStringInfo(&seen);
	for (int i = 0; i < folder->count; i++)
	{
		if (i < NAMES_SHOWN)
			appendStringInfo(&seen, "%s\"%s\"", i > 0 ? ", " : "",
							 folder->entries[i].name);
		programs |= dbmig_layout_is_program(folder->entries[i].name);
	}
	if (folder->count > NAMES_SHOWN)
		appendStringInfo(&seen, " and %d more", folder->count - NAMES_SHOWN);

	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_FILE),
			 errmsg("no migrations found in directory \"%s\"", folder->shown),
			 folder->count > 0 ? errdetail("It holds %s.", seen.data) :
			 folder->hidden > 0 ? errdetail("It holds only hidden files.") :
			 errdetail("It is empty."),
			 programs ?
			 errhint("Migrations that are programs are run by the tool they were written for; write them in SQL to have dbmig.migrate() run them.") :
			 errhint("Call dbmig.register_directory with the directory that holds the files themselves.")));
}

/* Raises the error of migrations that are no SQL. */
static void
raise_not_sql(Survey *survey)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("file \"%s\" is a migration, but not in SQL",
					survey->code_example->shown),
			 errdetail_plural("The directory holds %d such file, and %d in SQL.",
							  "The directory holds %d such files, and %d in SQL.",
							  survey->code, survey->code, survey->sql),
			 errhint("Migrations that are programs are run by the tool they were written for; write them in SQL to have dbmig.migrate() run them.")));
}

/* Raises the error of a directory that more than one layout claims. */
static void
raise_mixed(LayoutFolder *folder, Survey *survey)
{
	StringInfoData seen;

	initStringInfo(&seen);
	for (int i = 0; i < lengthof(layouts); i++)
	{
		if (survey->claimed[i] == 0)
			continue;
		appendStringInfo(&seen, "%s\"%s\"", seen.len > 0 ? ", " : "",
						 survey->example[i]);
		if (survey->claimed[i] > 1)
			appendStringInfo(&seen, " and %d more", survey->claimed[i] - 1);
		appendStringInfo(&seen, " %s like %s",
						 survey->claimed[i] > 1 ? "look" : "looks",
						 layouts[i]->name);
	}
	if (survey->unknown > 0)
	{
		appendStringInfo(&seen, "%s\"%s\"", seen.len > 0 ? ", " : "",
						 survey->unknown_example);
		if (survey->unknown > 1)
			appendStringInfo(&seen, " and %d more", survey->unknown - 1);
		appendStringInfo(&seen, " %s like none of them",
						 survey->unknown > 1 ? "look" : "looks");
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
			 errmsg("layout of directory \"%s\" is ambiguous", folder->shown),
			 errdetail("%s.", seen.data),
			 errhint("Keep migrations of one layout in a directory, or name the layout in dbmig.register_directory to see which files do not fit.")));
}

/* Raises the error of a file of SQL that no layout knows. */
static void
raise_unknown(LayoutFolder *folder, Survey *survey)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_NAME),
			 errmsg("file \"%s/%s\" fits no layout", folder->shown,
					survey->unknown_example),
			 errdetail_plural("%d file of SQL in the directory has a name without version.",
							  "%d files of SQL in the directory have names without version.",
							  survey->unknown, survey->unknown),
			 errhint("Rename it, as in 001_%s, or move it out of the directory.",
					 survey->unknown_example)));
}

/* Goes down to where a project keeps its migrations, if this is its top. */
static LayoutFolder *
descend(LayoutFolder *folder, Survey *survey)
{
	const char *found = NULL;
	const char *top = NULL;

	/* What lies here is read here, unless it is that very folder. */
	if (survey->total > 1 || survey->code > 0)
		return NULL;

	top = dbmig_layout_sqitch_top(folder);
	for (int i = 0; i <= lengthof(project_folders); i++)
	{
		const char *name = i > 0 ? project_folders[i - 1] : top;
		struct stat st;

		if (name == NULL ||
			stat(psprintf("%s/%s", folder->path, name), &st) != 0 ||
			!S_ISDIR(st.st_mode))
			continue;
		if (found != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("directory \"%s\" has more than one directory of migrations",
							folder->shown),
					 errdetail("They are \"%s\" and \"%s\".", found, name),
					 errhint("Call dbmig.register_directory with one of them.")));
		found = name;
	}
	if (found == NULL)
		return NULL;
	for (int i = 0; i < lengthof(layouts) && survey->total > 0; i++)
	{
		if (survey->example[i] != NULL &&
			(strcspn(found, "/") != strlen(survey->example[i]) ||
			 strncmp(found, survey->example[i], strcspn(found, "/")) != 0))
			return NULL;
	}
	return dbmig_layout_list(psprintf("%s/%s", folder->path, found),
							 psprintf("%s/%s", folder->shown, found));
}

/* Finds out which layout a directory has. */
static const MigrationLayout *
detect_layout(LayoutFolder *folder, Survey *survey)
{
	const MigrationLayout *found = NULL;

	for (int i = 0; i < lengthof(layouts); i++)
	{
		if (survey->claimed[i] == 0)
			continue;
		if (found != NULL)
			raise_mixed(folder, survey);
		found = layouts[i];
	}
	/* A project of Sqitch's may have any files beside the plan. */
	if (found == &dbmig_layout_sqitch)
		return found;

	if (survey->code > 0)
		raise_not_sql(survey);
	if (survey->unknown > 0)
	{
		if (found != NULL)
			raise_mixed(folder, survey);
		raise_unknown(folder, survey);
	}
	if (found == NULL)
		raise_none_found(folder);
	return found;
}

/* Orders two migrations by version, those without behind them all. */
static int
compare_read(const void *a, const void *b)
{
	const ReadMigration *read_a = a;
	const ReadMigration *read_b = b;
	int order;

	if (read_a->migration->repeatable != read_b->migration->repeatable)
		return read_a->migration->repeatable ? 1 : -1;
	order = dbmig_version_compare(read_a->migration->version,
								  read_b->migration->version);
	return order != 0 ? order : read_a->place - read_b->place;
}

/* Refuses two neighbours of the sorted list that cannot both be right. */
static void
check_neighbours(const MigrationLayout *layout, ReadMigration *a,
				 ReadMigration *b)
{
	if (dbmig_layout_compare_numbers(a->migration->version,
									 b->migration->version) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("two files have version \"%s\"", a->migration->version),
				 errdetail("They are \"%s\" and \"%s\".",
						   a->migration->path, b->migration->path),
				 errhint("Give one of them another version with mv.")));
	/* Flyway sorts what has no version by its description. */
	if ((layout->ordered && a->place > b->place) ||
		(a->migration->repeatable && b->migration->repeatable &&
		 strcmp(a->migration->name, b->migration->name) > 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("version \"%s\" comes before \"%s\", but %s runs it after",
						a->migration->version, b->migration->version,
						layout->name),
				 errdetail("Their files are \"%s\" and \"%s\".",
						   a->migration->path, b->migration->path),
				 errhint("Give them versions that sort alike as numbers and as text, for instance with mv to names with zeros in front.")));
}

/* Puts what was read into the order of the versions. */
static List *
sort_migrations(const MigrationLayout *layout, List *migrations)
{
	int count = list_length(migrations);
	ReadMigration *sorted = palloc(sizeof(ReadMigration) * count);
	List *result = NIL;

	for (int i = 0; i < count; i++)
	{
		sorted[i].migration = list_nth(migrations, i);
		sorted[i].place = i;
	}
	qsort(sorted, count, sizeof(ReadMigration), compare_read);

	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			check_neighbours(layout, &sorted[i - 1], &sorted[i]);
		result = lappend(result, sorted[i].migration);
	}
	pfree(sorted);
	list_free(migrations);
	return result;
}

/*
 * Reads a directory of migrations and returns them as a List of MigrationFile,
 * sorted by version, in the current memory context; layout_found becomes the
 * name of the layout, also where it was given.
 */
List *
dbmig_directory_read(const char *path, const char *layout,
					 const char **layout_found)
{
	const MigrationLayout *wanted;
	LayoutFolder *folder;
	LayoutFolder *below;
	Survey survey;
	char *clean_path;
	char *disk_path;
	List *migrations;

	if (!is_absolute_path(path))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("path \"%s\" is not absolute", path),
				 errhint("Call dbmig.register_directory with a path of the server that begins with \"/\".")));
	wanted = find_layout(layout);
	check_privilege();

	clean_path = pstrdup(path);
	canonicalize_path(clean_path);
	disk_path = pg_server_to_any(clean_path, strlen(clean_path), PG_UTF8);
	folder = dbmig_layout_list(disk_path, clean_path);
	take_survey(folder, &survey);
	below = descend(folder, &survey);
	if (below != NULL)
	{
		folder = below;
		take_survey(folder, &survey);
	}

	if (wanted == NULL)
		wanted = detect_layout(folder, &survey);
	else if (survey.code > 0 && wanted != &dbmig_layout_sqitch)
		raise_not_sql(&survey);

	migrations = wanted->read(wanted, folder);
	if (migrations == NIL)
		raise_none_found(folder);
	*layout_found = wanted->name;
	return sort_migrations(wanted, migrations);
}
