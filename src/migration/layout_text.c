/*
 * layout_text.c
 *		Names, lines and settings: what the layouts' parsers have in common.
 *
 * Everything here works on text in the server's encoding, which is always one
 * whose letters, digits and punctuation of ASCII stand for themselves and
 * never occur inside another character; so bytes may be looked at one by one.
 * Digits and letters are those of ASCII in whatever locale the server runs.
 *
 * Pure functions: no file is opened and no catalog read.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "migration/layout.h"

/* Files in which other tools keep migrations as programs. */
static const char *const program_suffixes[] =
	{".js",	 ".cjs",  ".mjs", ".ts",   ".cts",	  ".mts",	".rb",	 ".py",
	 ".go",	 ".java", ".kt",  ".kts",  ".groovy", ".scala", ".php",	 ".cs",
	 ".fs",	 ".ex",	  ".exs", ".rs",   ".pl",	  ".sh",	".bash", ".ps1",
	 ".bat", ".cmd",  ".xml", ".yaml", ".yml"};

/* Tells whether a string ends in a suffix, in upper or lower case. */
static bool
has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name);
	size_t suffix_len = strlen(suffix);

	return len > suffix_len &&
		   pg_strcasecmp(name + len - suffix_len, suffix) == 0;
}

/* Tells whether a file is called something.sql. */
bool
dbmig_layout_is_sql(const char *name)
{
	return has_suffix(name, ".sql");
}

/* Tells whether a file is written in one of the languages of other tools. */
bool
dbmig_layout_is_program(const char *name)
{
	for (int i = 0; i < lengthof(program_suffixes); i++)
	{
		if (has_suffix(name, program_suffixes[i]))
			return true;
	}
	return false;
}

/* Tells whether a file is a migration in one of those languages. */
bool
dbmig_layout_is_code(const char *name)
{
	const char *p = name;

	/* golang's embed.go, an index.ts or a mod.rs are no migrations. */
	if (*p == 'V' || *p == 'U' || *p == 'B')
		p++;
	if (dbmig_layout_digits(p) == 0 && strncmp(name, "R__", 3) != 0)
		return false;
	return dbmig_layout_is_program(name) && !has_suffix(name, "_test.go");
}

/* Copies a file's name without the ".sql" it ends in. */
char *
dbmig_layout_stem(const char *name)
{
	return pnstrdup(name, strlen(name) - strlen(".sql"));
}

/* Counts the digits that a string begins with. */
int
dbmig_layout_digits(const char *s)
{
	int n = 0;

	while (s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

/* Skips the signs that part a version from the name behind it. */
const char *
dbmig_layout_after(const char *s)
{
	return s + strspn(s, "_-. ");
}

/*
 * Compares two versions made of numbers and dots by the numbers, so that 1, 01
 * and 1.0 are the same; other texts are compared as they are.
 */
int
dbmig_layout_compare_numbers(const char *a, const char *b)
{
	if (a[strspn(a, "0123456789.")] != '\0' ||
		b[strspn(b, "0123456789.")] != '\0')
		return strcmp(a, b);

	while (*a != '\0' || *b != '\0')
	{
		int len_a;
		int len_b;
		int order;

		while (*a == '0')
			a++;
		while (*b == '0')
			b++;
		len_a = dbmig_layout_digits(a);
		len_b = dbmig_layout_digits(b);
		if (len_a != len_b)
			return len_a < len_b ? -1 : 1;
		order = memcmp(a, b, len_a);
		if (order != 0)
			return order;
		a += len_a;
		b += len_b;
		if (*a == '.')
			a++;
		if (*b == '.')
			b++;
	}
	return 0;
}

/* Starts a walk through the lines of a text. */
void
dbmig_layout_lines(LayoutLine *line, const char *text)
{
	memset(line, 0, sizeof(LayoutLine));
	line->text = text;
	line->next = text;
}

/* Goes to the next line; returns false behind the last one. */
bool
dbmig_layout_next_line(LayoutLine *line)
{
	const char *end;

	CHECK_FOR_INTERRUPTS();

	if (*line->next == '\0')
		return false;
	line->start = line->next;
	end = strchr(line->start, '\n');
	if (end == NULL)
		end = line->start + strlen(line->start);
	line->next = (*end == '\n') ? end + 1 : end;
	line->number++;

	while (end > line->start && strchr(" \t\r\f\v", end[-1]) != NULL)
		end--;
	line->len = end - line->start;
	return true;
}

/* Starts a walk through the settings of a TOML, INI or properties file. */
void
dbmig_layout_settings(LayoutSetting *setting, const char *text)
{
	memset(setting, 0, sizeof(LayoutSetting));
	dbmig_layout_lines(&setting->line, text);
}

/* Copies a part of a line without the blanks around it. */
static char *
copy_trimmed(const char *start, const char *end)
{
	while (start < end && (*start == ' ' || *start == '\t'))
		start++;
	while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return pnstrdup(start, end - start);
}

/*
 * Goes to the next "key = value"; returns false behind the last one.
 *
 * This reads what the tools' own small files hold: one setting a line, strings
 * with or without quotes, comments.  Lines of any other form are passed over,
 * since nothing that is asked for can be in them.
 */
bool
dbmig_layout_next_setting(LayoutSetting *setting)
{
	while (dbmig_layout_next_line(&setting->line))
	{
		const char *start = setting->line.start;
		const char *end = start + setting->line.len;
		const char *equals;
		const char *value_end;

		while (start < end && (*start == ' ' || *start == '\t'))
			start++;
		if (start == end || *start == '#' || *start == ';')
			continue;
		if (*start == '[')
		{
			const char *close = memchr(start, ']', end - start);

			setting->section = copy_trimmed(start + 1, close ? close : end);
			continue;
		}
		equals = memchr(start, '=', end - start);
		if (equals == NULL)
			continue;
		setting->key = copy_trimmed(start, equals);

		start = equals + 1;
		while (start < end && (*start == ' ' || *start == '\t'))
			start++;
		if (start < end && (*start == '"' || *start == '\''))
		{
			value_end = memchr(start + 1, *start, end - start - 1);
			if (value_end != NULL)
			{
				setting->value = pnstrdup(start + 1, value_end - start - 1);
				return true;
			}
		}
		value_end = memchr(start, '#', end - start);
		setting->value = copy_trimmed(start, value_end ? value_end : end);
		return true;
	}
	return false;
}

/* Copies a section out of a text and counts the characters before it. */
char *
dbmig_layout_section(const char *text, const char *begin, const char *end,
					 int *char_offset)
{
	*char_offset = pg_mbstrlen_with_len(text, begin - text);
	return pnstrdup(begin, end - begin);
}

/*
 * Tells whether a part of a text has nothing in it but blanks and comments, as
 * a way back that its author has promised to write.
 */
bool
dbmig_layout_is_wordless(const char *begin, const char *end)
{
	while (begin < end)
	{
		if (strchr(" \t\r\n\f\v", *begin) != NULL)
			begin++;
		else if (end - begin >= 2 && begin[0] == '-' && begin[1] == '-')
		{
			begin = memchr(begin, '\n', end - begin);
			if (begin == NULL)
				return true;
		}
		else
			return false;
	}
	return true;
}

/* Makes a migration whose text is a whole file. */
MigrationFile *
dbmig_layout_migration(const char *version, const char *name, LayoutEntry *up)
{
	MigrationFile *migration = palloc0(sizeof(MigrationFile));

	migration->version = pstrdup(version);
	migration->name = pstrdup(name);
	migration->up_sql = dbmig_layout_text(up);
	migration->path = up->shown;
	migration->up_line = 1;
	return migration;
}

/* Adds a whole file as the text that undoes a migration. */
void
dbmig_layout_set_down(MigrationFile *migration, LayoutEntry *down)
{
	const char *text = dbmig_layout_text(down);

	if (dbmig_layout_is_wordless(text, text + down->text_len))
		return;
	migration->down_sql = unconstify(char *, text);
	migration->down_path = down->shown;
	migration->down_line = 1;
	migration->down_char = 0;
}

/* Takes note of a file that undoes the migration of some version. */
LayoutDown *
dbmig_layout_down(const char *version, LayoutEntry *entry,
				  TransactionWish transaction)
{
	LayoutDown *down = palloc(sizeof(LayoutDown));

	down->version = version;
	down->entry = entry;
	down->transaction = transaction;
	return down;
}

/* Orders two migrations by the numbers of their versions. */
static int
compare_migrations(const void *a, const void *b)
{
	return dbmig_layout_compare_numbers((*(MigrationFile *const *) a)->version,
										(*(MigrationFile *const *) b)->version);
}

/*
 * Gives each migration the file that undoes its version; prefix and suffix say
 * how the file of a version is called, in case it is missing.
 */
void
dbmig_layout_join_downs(List *migrations, List *downs, const char *prefix,
						const char *suffix)
{
	MigrationFile **sorted =
		palloc(sizeof(*sorted) * Max(list_length(migrations), 1));
	int count = 0;
	ListCell *lc;

	foreach(lc, migrations)
	{
		if (!((MigrationFile *) lfirst(lc))->repeatable)
			sorted[count++] = lfirst(lc);
	}
	qsort(sorted, count, sizeof(*sorted), compare_migrations);

	foreach(lc, downs)
	{
		LayoutDown *down = lfirst(lc);
		MigrationFile key;
		MigrationFile *keyp = &key;
		MigrationFile **found;

		key.version = unconstify(char *, down->version);
		found =
			bsearch(&keyp, sorted, count, sizeof(*sorted), compare_migrations);
		if (found == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_FILE),
					 errmsg("file \"%s\" undoes a migration that is not there",
							down->entry->shown),
					 errdetail("No file %s%s%s was found.",
							   prefix, down->version, suffix),
					 errhint("Add the missing file, or remove this one with rm.")));
		if ((*found)->down_path != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_OBJECT),
					 errmsg("two files undo version \"%s\"", (*found)->version),
					 errdetail("They are \"%s\" and \"%s\".",
							   (*found)->down_path, down->entry->shown),
					 errhint("Remove one of them with rm, or give it another number with mv.")));
		dbmig_layout_set_down(*found, down->entry);
		(*found)->down_transaction = down->transaction;
		/* Also where the file is blank, so that a second one is noticed. */
		(*found)->down_path = down->entry->shown;
	}

	foreach(lc, migrations)
	{
		MigrationFile *migration = lfirst(lc);

		if (migration->down_sql == NULL)
			migration->down_path = NULL;
	}
	pfree(sorted);
}

/* Refuses a file whose name the layout has no place for. */
void
dbmig_layout_misfit(const MigrationLayout *layout, LayoutEntry *entry)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_NAME),
			 errmsg("file \"%s\" does not fit layout \"%s\"",
					entry->shown, layout->name),
			 errdetail("Its migrations are called %s.", layout->looks),
			 errhint("Rename the file, move it out of the directory, or name another layout in dbmig.register_directory.")));
}
