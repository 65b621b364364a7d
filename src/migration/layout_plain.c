/*
 * layout_plain.c
 *		Layouts of numbered SQL files: "plain", "golang-migrate", "supabase".
 *
 * plain is what people write who use no tool, and what many tools read too:
 * a number, a separator and a name.  The number is the version, with one
 * exception: a stamp of a day (20251109_a.sql, 2025-11-09-a.sql) is shared by
 * all migrations of that day, so there the whole name is the version, always,
 * lest the version of one file change when a second one joins it.  Stamps of
 * different lengths order as numbers do, which is not how days follow each
 * other, so a directory in which that matters is refused.
 *
 * A file that holds the way back as well, in a section as goose, dbmate and
 * others keep it, must never be read as plain: it would be run down to its
 * end, and the way back with it.  Such files are refused.
 *
 * golang-migrate has two files per migration: 001_name.up.sql applies what
 * 001_name.down.sql undoes.  It reads the version as a number and pairs the
 * two by it alone: titles may differ and zeros in front do not count.  The way
 * back may be missing, the way there may not.  Reversible migrations of sqlx
 * have the same names.
 *
 * supabase is plain with stamps of 14 digits, in supabase/migrations.
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "migration/layout.h"

/* Lines with which other tools begin the text that undoes a migration. */
static const struct
{
	const char *marker; /* without dashes and blanks before it */
	const char *tool;
	bool options; /* more may follow in the line */
} down_markers[] = {{"migrate:down", "dbmate", true},
					{"+goose down", "goose", false},
					{"+migrate down", "sql-migrate", true},
					{"down migration", "node-pg-migrate", false},
					{"create above / drop below", "tern", false},
					{"rambler down", "rambler", false},
					{"//@undo", "MyBatis Migrations", false}};

/* Ends of names that say that a file undoes something. */
static const char *const down_names[] = {".up", ".down", ".undo", ".revert",
										 ".rollback"};

/* Reads a number of so many digits. */
static int
number(const char *s, int digits)
{
	int result = 0;

	while (digits-- > 0)
		result = result * 10 + (*s++ - '0');
	return result;
}

/* Tells whether year, month and day are a day of the calendar. */
static bool
is_day(int year, int month, int day)
{
	return year >= 1970 && year < 2200 && month >= 1 && month <= 12 &&
		   day >= 1 && day <= day_tab[isleap(year)][month - 1];
}

/* Gives the length of the day that a name begins with, or 0. */
static int
day_stamp(const char *s)
{
	int digits = dbmig_layout_digits(s);

	if (digits == 8)
		return is_day(number(s, 4), number(s + 4, 2), number(s + 6, 2)) ? 8 : 0;

	if (digits == 4 && (s[4] == '-' || s[4] == '_') &&
		dbmig_layout_digits(s + 5) == 2 && s[7] == s[4] &&
		dbmig_layout_digits(s + 8) == 2 &&
		is_day(number(s, 4), number(s + 5, 2), number(s + 8, 2)))
		return 10;

	return 0;
}

/* Earliest and latest day among the stamps of one length. */
typedef struct StampRange
{
	int first; /* as YYYYMMDD, or 0 if there are none */
	int last;
	LayoutEntry *first_entry;
	LayoutEntry *last_entry;
} StampRange;

/* Lengths of stamps in the order of their numbers: 2025-11-09 begins 2025. */
#define STAMP_LENGTHS 4

/* Takes note of the day in a file's name, if it begins with one. */
static void
note_stamp(StampRange *ranges, LayoutEntry *entry)
{
	const char *s = entry->name;
	int digits = dbmig_layout_digits(s);
	StampRange *range;
	int day;

	if (digits == 4 && day_stamp(s) > 0)
	{
		range = &ranges[0];
		day = number(s, 4) * 10000 + number(s + 5, 2) * 100 + number(s + 8, 2);
	}
	else if ((digits == 8 || digits == 12 || digits == 14) &&
			 is_day(number(s, 4), number(s + 4, 2), number(s + 6, 2)))
	{
		range = &ranges[digits == 8 ? 1 : digits == 12 ? 2 : 3];
		day = number(s, 8);
	}
	else
		return;

	if (range->first == 0 || day < range->first)
	{
		range->first = day;
		range->first_entry = entry;
	}
	if (day > range->last)
	{
		range->last = day;
		range->last_entry = entry;
	}
}

/* Refuses stamps that would not order as their days do. */
static void
check_stamps(StampRange *ranges)
{
	for (int i = 0; i < STAMP_LENGTHS; i++)
	{
		for (int j = i + 1; j < STAMP_LENGTHS; j++)
		{
			if (ranges[i].first == 0 || ranges[j].first == 0 ||
				ranges[i].last <= ranges[j].first)
				continue;
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("stamps of different lengths do not order by day"),
					 errdetail("\"%s\" would come before \"%s\", since its number is smaller.",
							   ranges[i].last_entry->shown,
							   ranges[j].first_entry->shown),
					 errhint("Give all stamps the same length with mv.")));
		}
	}
}

/* Splits a name into version and rest; returns false if it has no version. */
static bool
split_plain(const char *stem, char **version, const char **name)
{
	int len = day_stamp(stem);

	if (len > 0)
	{
		const char *rest = dbmig_layout_after(stem + len);

		/* A time of day behind the day is no part of the name either. */
		if (rest > stem + len && dbmig_layout_digits(rest) == 6 &&
			(rest[6] == '\0' || dbmig_layout_after(rest + 6) > rest + 6))
			rest = dbmig_layout_after(rest + 6);
		else if (rest == stem + len && *rest != '\0')
			return false;
		*version = pstrdup(stem);
		*name = rest;
		return true;
	}

	len = dbmig_layout_digits(stem);
	if (len == 0)
		return false;
	while (stem[len] == '.' && dbmig_layout_digits(stem + len + 1) > 0)
		len += 1 + dbmig_layout_digits(stem + len + 1);
	*name = dbmig_layout_after(stem + len);
	if (*name == stem + len && **name != '\0')
		return false;
	*version = pnstrdup(stem, len);
	return true;
}

/* Refuses a file that another tool would run only in part. */
static void
refuse_sections(LayoutEntry *entry)
{
	LayoutLine line;

	dbmig_layout_lines(&line, dbmig_layout_text(entry));
	while (dbmig_layout_next_line(&line))
	{
		const char *p = line.start;

		if (p[0] != '-' || p[1] != '-')
			continue;
		p += strspn(p, "- \t");
		for (int i = 0; i < lengthof(down_markers); i++)
		{
			const char *rest = p + strlen(down_markers[i].marker);

			if (pg_strncasecmp(p, down_markers[i].marker, rest - p) != 0)
				continue;
			if (!down_markers[i].options &&
				rest + strspn(rest, "- \t") < line.start + line.len)
				continue;
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("file \"%s\" holds the way back as well",
							entry->shown),
					 errdetail("Line %d begins it, as %s writes it; read as plain SQL the file would be undone right after it was applied.",
							   line.number, down_markers[i].tool),
					 i < 2 ?
					 errhint("Call dbmig.register_directory with layout '%s' if the whole directory is written like this.",
							 down_markers[i].tool) :
					 errhint("Keep the way back in a file of its own, as in 001_name.up.sql and 001_name.down.sql, or call dbmig.register_migration with both texts.")));
		}
	}
}

/* Tells whether an entry is a file with a number in front. */
static bool
plain_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	return dbmig_layout_is_sql(entry->name) &&
		   dbmig_layout_digits(entry->name) > 0;
}

/* Reads a directory of numbered files. */
static List *
plain_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	List *result = NIL;
	StampRange ranges[STAMP_LENGTHS];

	memset(ranges, 0, sizeof(ranges));
	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *entry = &folder->entries[i];
		char *stem;
		char *version = NULL;
		const char *name = NULL;

		if (!dbmig_layout_is_sql(entry->name))
			continue;
		stem = dbmig_layout_stem(entry->name);
		if (!split_plain(stem, &version, &name))
			dbmig_layout_misfit(layout, entry);
		for (int j = 0; j < lengthof(down_names); j++)
		{
			size_t len = strlen(down_names[j]);

			if (strlen(stem) > len &&
				pg_strcasecmp(stem + strlen(stem) - len, down_names[j]) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_NAME),
						 errmsg("file \"%s\" is one half of a migration",
								entry->shown),
						 errdetail("Layout \"plain\" would apply a file called \"*%s.sql\" like any other.",
								   down_names[j]),
						 errhint("Call dbmig.register_directory with layout 'golang-migrate', which reads 001_name.up.sql and 001_name.down.sql.")));
		}
		refuse_sections(entry);
		note_stamp(ranges, entry);
		result = lappend(result, dbmig_layout_migration(version, name, entry));
		pfree(stem);
	}
	check_stamps(ranges);
	return result;
}

/* The parts of a file's name. */
typedef struct GolangName
{
	char *version; /* digits in front */
	char *title;   /* between version and direction */
	bool up;	   /* up or down */
} GolangName;

/* Takes a file's name apart; returns false if it is of another form. */
static bool
parse_golang(const char *name, GolangName *parts)
{
	int digits = dbmig_layout_digits(name);
	char *stem;
	char *dot;

	if (digits == 0 || name[digits] != '_' || !dbmig_layout_is_sql(name))
		return false;
	stem = dbmig_layout_stem(name);
	dot = strrchr(stem, '.');
	if (dot == NULL || (strcmp(dot, ".up") != 0 && strcmp(dot, ".down") != 0))
	{
		pfree(stem);
		return false;
	}
	parts->up = strcmp(dot, ".up") == 0;
	*dot = '\0';
	stem[digits] = '\0';
	parts->version = stem;
	parts->title = stem + digits + 1;
	return true;
}

/* Tells whether a name is one of a pair with a number in front. */
bool
dbmig_layout_is_golang(const char *name)
{
	GolangName parts;

	return parse_golang(name, &parts);
}

/* Tells whether an entry is one of a pair. */
static bool
golang_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	return dbmig_layout_is_golang(entry->name);
}

/* Reads a directory of paired files. */
static List *
golang_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	List *ups = NIL;
	List *downs = NIL;

	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *entry = &folder->entries[i];
		GolangName parts;

		if (!dbmig_layout_is_sql(entry->name))
			continue;
		if (!parse_golang(entry->name, &parts))
			dbmig_layout_misfit(layout, entry);
		if (parts.up)
			ups = lappend(ups, dbmig_layout_migration(parts.version,
													  parts.title, entry));
		else
			downs = lappend(downs, dbmig_layout_down(parts.version, entry,
													 TRANSACTION_UNSAID));
	}
	dbmig_layout_join_downs(ups, downs, "", "_*.up.sql");
	return ups;
}

/* Tells whether a path ends in supabase/migrations. */
static bool
is_supabase_folder(const char *path)
{
	static const char tail[] = "/supabase/migrations";
	size_t len = strlen(path);

	return len >= strlen(tail) && strcmp(path + len - strlen(tail), tail) == 0;
}

/* Tells whether an entry is a stamped file in Supabase's own directory. */
static bool
supabase_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	return is_supabase_folder(folder->path) &&
		   dbmig_layout_is_sql(entry->name) &&
		   dbmig_layout_digits(entry->name) == 14 && entry->name[14] == '_' &&
		   !dbmig_layout_is_golang(entry->name) &&
		   !dbmig_layout_is_dbmate(entry) && !dbmig_layout_is_goose(entry);
}

/* Reads a directory of files with stamps of 14 digits. */
static List *
supabase_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	List *result = NIL;

	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *entry = &folder->entries[i];
		char *stem;

		if (!dbmig_layout_is_sql(entry->name))
			continue;
		if (dbmig_layout_digits(entry->name) != 14 || entry->name[14] != '_')
			dbmig_layout_misfit(layout, entry);
		refuse_sections(entry);
		stem = dbmig_layout_stem(entry->name);
		stem[14] = '\0';
		result = lappend(result, dbmig_layout_migration(stem, stem + 15, entry));
		pfree(stem);
	}
	return result;
}

const MigrationLayout dbmig_layout_plain =
	{.name = "plain",
	 .looks =
		 "001_name.sql, 1.10_name.sql, 20251109_name.sql or 20251109143000_name.sql",
	 .claims = plain_claims,
	 .read = plain_read};

const MigrationLayout dbmig_layout_golang =
	{.name = "golang-migrate",
	 .looks = "001_name.up.sql and 001_name.down.sql",
	 .claims = golang_claims,
	 .read = golang_read};

const MigrationLayout dbmig_layout_supabase =
	{.name = "supabase",
	 .looks = "20251109143000_name.sql, with a stamp of 14 digits",
	 .ordered = true,
	 .claims = supabase_claims,
	 .read = supabase_read};
