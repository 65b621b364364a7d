/*
 * layout_dbmate.c
 *		Layout "dbmate": both ways in one file, each behind a directive.
 *
 *		-- migrate:up transaction:false
 *		CREATE INDEX CONCURRENTLY ...;
 *		-- migrate:down
 *		DROP INDEX ...;
 *
 * The version is the number in front of the file's name; dbmate runs files in
 * the order of their names.  A directive stands at the very beginning of a
 * line and knows one option, transaction:false.  dbmate passes over options
 * that it does not know; here they are refused, since a misspelt one would
 * silently mean the opposite.
 *
 * Newer versions of dbmate allow several pairs of sections in one file, each
 * in a transaction of its own.  That is several migrations under one version,
 * which a history of one row per version cannot tell apart, so it is refused.
 */
#include "postgres.h"

#include "migration/layout.h"

/* What a directive of dbmate says. */
typedef struct DbmateDirective
{
	bool up; /* up or down */
	TransactionWish transaction;
} DbmateDirective;

/* Reads the options behind a directive. */
static TransactionWish
parse_options(LayoutEntry *entry, LayoutLine *line, const char *p)
{
	TransactionWish wish = TRANSACTION_UNSAID;
	const char *end = line->start + line->len;

	for (;;)
	{
		const char *word;

		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		if (p == end)
			return wish;
		word = p;
		while (p < end && *p != ' ' && *p != '\t')
			p++;
		if (p - word == strlen("transaction:false") &&
			strncmp(word, "transaction:false", p - word) == 0)
			wish = TRANSACTION_NO;
		else if (p - word == strlen("transaction:true") &&
				 strncmp(word, "transaction:true", p - word) == 0)
			wish = TRANSACTION_YES;
		else
			ereport(ERROR,
					(errcode(ERRCODE_SYNTAX_ERROR),
					 errmsg("option \"%s\" in file \"%s\" is not known",
							pnstrdup(word, p - word), entry->shown),
					 errdetail("It is in line %d.", line->number),
					 errhint("Write transaction:false or transaction:true, or nothing.")));
	}
}

/* Tells whether a line is a directive, and gives what stands behind it. */
static bool
is_directive(LayoutLine *line, bool *up, const char **options)
{
	const char *p = line->start;
	const char *end = line->start + line->len;

	if (line->len < 2 || p[0] != '-' || p[1] != '-')
		return false;
	p += 2;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (end - p >= strlen("migrate:up") &&
		strncmp(p, "migrate:up", strlen("migrate:up")) == 0)
	{
		*up = true;
		p += strlen("migrate:up");
	}
	else if (end - p >= strlen("migrate:down") &&
			 strncmp(p, "migrate:down", strlen("migrate:down")) == 0)
	{
		*up = false;
		p += strlen("migrate:down");
	}
	else
		return false;
	*options = p;
	return p == end || *p == ' ' || *p == '\t';
}

/* Tells whether a file has a section that goes up. */
bool
dbmig_layout_is_dbmate(LayoutEntry *entry)
{
	LayoutLine line;
	const char *options;
	bool up;

	dbmig_layout_lines(&line, dbmig_layout_text(entry));
	while (dbmig_layout_next_line(&line))
	{
		if (is_directive(&line, &up, &options) && up)
			return true;
	}
	return false;
}

/* Tells whether an entry is a numbered file with such sections. */
static bool
dbmate_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	return dbmig_layout_is_sql(entry->name) &&
		   dbmig_layout_digits(entry->name) > 0 && dbmig_layout_is_dbmate(entry);
}

/* Raises the error of a file whose sections are not as dbmate wants them. */
static void
raise_section_error(LayoutEntry *entry, int line, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("file \"%s\" is not a migration of dbmate", entry->shown),
			 line > 0 ?
			 errdetail("Line %d %s.", line, what) :
			 errdetail("It %s.", what),
			 errhint("A file has one section \"-- migrate:up\" and behind it at most one \"-- migrate:down\", each written at the beginning of a line.")));
}

/* Reads one file of two sections. */
static MigrationFile *
read_file(const MigrationLayout *layout, LayoutEntry *entry)
{
	MigrationFile *migration = palloc0(sizeof(MigrationFile));
	const char *up_begin = NULL;
	const char *up_end = NULL;
	const char *down_begin = NULL;
	LayoutLine line;
	char *stem;
	int digits;

	stem = dbmig_layout_stem(entry->name);
	digits = dbmig_layout_digits(stem);
	if (digits == 0)
		dbmig_layout_misfit(layout, entry);
	migration->version = pnstrdup(stem, digits);
	migration->name = pstrdup(dbmig_layout_after(stem + digits));
	migration->path = entry->shown;

	dbmig_layout_lines(&line, dbmig_layout_text(entry));
	while (dbmig_layout_next_line(&line))
	{
		const char *options;
		bool up;

		if (!is_directive(&line, &up, &options))
		{
			const char *p = line.start + strspn(line.start, " \t");

			/* Comments may introduce a file, statements may not. */
			if (up_begin == NULL && line.len > 0 && strncmp(p, "--", 2) != 0)
				raise_section_error(entry, line.number,
									"stands before the section \"-- migrate:up\"");
			continue;
		}
		if (up && up_begin != NULL)
			raise_section_error(entry, line.number,
								"begins a second section \"-- migrate:up\"");
		if (!up && up_begin == NULL)
			raise_section_error(entry, line.number,
								"begins the section \"-- migrate:down\" before there is a section \"-- migrate:up\"");
		if (!up && down_begin != NULL)
			raise_section_error(entry, line.number,
								"begins a second section \"-- migrate:down\"");
		if (up)
		{
			up_begin = line.next;
			migration->up_line = line.number + 1;
			migration->transaction = parse_options(entry, &line, options);
		}
		else
		{
			up_end = line.start;
			down_begin = line.next;
			migration->down_line = line.number + 1;
			migration->down_transaction = parse_options(entry, &line, options);
		}
	}
	if (up_begin == NULL)
		raise_section_error(entry, 0, "has no section \"-- migrate:up\"");
	if (up_end == NULL)
		up_end = line.next;

	migration->up_sql = dbmig_layout_section(entry->text, up_begin, up_end,
											 &migration->up_char);
	if (down_begin != NULL && !dbmig_layout_is_wordless(down_begin, line.next))
	{
		migration->down_sql =
			dbmig_layout_section(entry->text, down_begin, line.next,
								 &migration->down_char);
		migration->down_path = entry->shown;
	}

	dbmig_layout_forget(entry);
	pfree(stem);
	return migration;
}

/* Reads a directory of files with two sections each. */
static List *
dbmate_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	return dbmig_layout_read_each(layout, folder, read_file);
}

const MigrationLayout dbmig_layout_dbmate =
	{.name = "dbmate",
	 .looks =
		 "20251109143000_name.sql, with sections \"-- migrate:up\" and \"-- migrate:down\"",
	 .ordered = true,
	 .claims = dbmate_claims,
	 .read = dbmate_read};
