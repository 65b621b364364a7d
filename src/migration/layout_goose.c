/*
 * layout_goose.c
 *		Layout "goose": both ways in one file, parted by annotations.
 *
 *		-- +goose NO TRANSACTION
 *		-- +goose Up
 *		CREATE TABLE ...;
 *		-- +goose Down
 *		DROP TABLE ...;
 *
 * The version is the number before the first underscore of the file's name.
 * Annotations are lines that begin with two dashes and hold "+goose"; upper
 * and lower case are alike, blanks before the dashes and annotations that are
 * not known are errors, as they are for goose.  StatementBegin and
 * StatementEnd help goose to find the ends of statements; the server's own
 * parser needs no help, so they are checked for pairs and stay in the text as
 * comments.
 *
 * ENVSUB ON has goose replace names by variables of its environment.  A server
 * has no business to do so, and the text would not run without, so such a file
 * is refused.  So are migrations written in Go.
 */
#include "postgres.h"

#include "migration/layout.h"

/* Annotations of goose. */
typedef enum GooseAnnotation
{
	GOOSE_NONE, /* the line is no annotation */
	GOOSE_UP,
	GOOSE_DOWN,
	GOOSE_BEGIN,
	GOOSE_END,
	GOOSE_NO_TRANSACTION,
	GOOSE_ENVSUB_ON,
	GOOSE_ENVSUB_OFF,
	GOOSE_UNKNOWN /* an annotation, but none that goose knows */
} GooseAnnotation;

/* How they are written. */
static const struct
{
	GooseAnnotation value;
	const char *label;
} annotations[] = {{GOOSE_UP, "Up"},
				   {GOOSE_DOWN, "Down"},
				   {GOOSE_BEGIN, "StatementBegin"},
				   {GOOSE_END, "StatementEnd"},
				   {GOOSE_NO_TRANSACTION, "NO TRANSACTION"},
				   {GOOSE_ENVSUB_ON, "ENVSUB ON"},
				   {GOOSE_ENVSUB_OFF, "ENVSUB OFF"}};

/* Where a file's sections are, while its lines are read. */
typedef struct GooseFile
{
	LayoutEntry *entry;
	MigrationFile *migration;
	const char *up_begin;
	const char *up_end;
	const char *down_begin;
	int begin_line; /* line of an open StatementBegin, or 0 */
} GooseFile;

/* Finds out which annotation a line is. */
static GooseAnnotation
parse_annotation(LayoutLine *line)
{
	const char *p = line->start;
	const char *end = line->start + line->len;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (end - p < 2 || p[0] != '-' || p[1] != '-')
		return GOOSE_NONE;
	for (; end - p >= strlen("+goose"); p++)
	{
		if (strncmp(p, "+goose", strlen("+goose")) == 0)
			break;
	}
	if (end - p < strlen("+goose"))
		return GOOSE_NONE;
	if (line->start[0] != '-' ||
		line->start + 2 + strspn(line->start + 2, "- \t") != p)
		return GOOSE_UNKNOWN;
	p += strlen("+goose");
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	for (int i = 0; i < lengthof(annotations); i++)
	{
		const char *label = annotations[i].label;

		if (end - p == strlen(label) && pg_strncasecmp(p, label, end - p) == 0)
			return annotations[i].value;
	}
	return GOOSE_UNKNOWN;
}

/* Tells whether a file has a section that goes up. */
bool
dbmig_layout_is_goose(LayoutEntry *entry)
{
	LayoutLine line;

	dbmig_layout_lines(&line, dbmig_layout_text(entry));
	while (dbmig_layout_next_line(&line))
	{
		if (parse_annotation(&line) == GOOSE_UP)
			return true;
	}
	return false;
}

/* Tells whether an entry is a numbered file with such sections. */
static bool
goose_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	return dbmig_layout_is_sql(entry->name) &&
		   dbmig_layout_digits(entry->name) > 0 && dbmig_layout_is_goose(entry);
}

/* Raises the error of a line that goose would not understand either. */
static void
raise_line_error(GooseFile *file, int line, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("file \"%s\" is not a migration of goose",
					file->entry->shown),
			 line > 0 ?
			 errdetail("Line %d %s.", line, what) :
			 errdetail("It %s.", what),
			 errhint("A file has one line \"-- +goose Up\" and below it at most one \"-- +goose Down\"; StatementBegin and StatementEnd come in pairs.")));
}

/* Takes note of one annotation. */
static void
take_annotation(GooseFile *file, GooseAnnotation annotation, LayoutLine *line)
{
	MigrationFile *migration = file->migration;

	switch (annotation)
	{
		case GOOSE_NONE:
		case GOOSE_ENVSUB_OFF:
			break;
		case GOOSE_UP:
			if (file->up_begin != NULL)
				raise_line_error(file, line->number,
								 "begins a second section \"-- +goose Up\"");
			file->up_begin = line->next;
			migration->up_line = line->number + 1;
			break;
		case GOOSE_DOWN:
			if (file->up_begin == NULL)
				raise_line_error(file, line->number,
								 "begins the section \"-- +goose Down\" before there is a section \"-- +goose Up\"");
			if (file->down_begin != NULL)
				raise_line_error(file, line->number,
								 "begins a second section \"-- +goose Down\"");
			if (file->begin_line > 0)
				raise_line_error(file, file->begin_line,
								 "has a StatementBegin without StatementEnd");
			file->up_end = line->start;
			file->down_begin = line->next;
			migration->down_line = line->number + 1;
			break;
		case GOOSE_BEGIN:
			if (file->up_begin == NULL)
				raise_line_error(file, line->number,
								 "stands before the section \"-- +goose Up\"");
			if (file->begin_line > 0)
				raise_line_error(file, line->number,
								 "has a StatementBegin inside another");
			file->begin_line = line->number;
			break;
		case GOOSE_END:
			if (file->begin_line == 0)
				raise_line_error(file, line->number,
								 "has a StatementEnd without StatementBegin");
			file->begin_line = 0;
			break;
		case GOOSE_NO_TRANSACTION:
			migration->transaction = TRANSACTION_NO;
			migration->down_transaction = TRANSACTION_NO;
			break;
		case GOOSE_ENVSUB_ON:
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("file \"%s\" wants variables of the environment replaced",
							file->entry->shown),
					 errdetail("Line %d says ENVSUB ON; a database server has no environment of yours.",
							   line->number),
					 errhint("Write the values into the text, or read them with current_setting().")));
			break;
		case GOOSE_UNKNOWN:
			raise_line_error(file, line->number,
							 "is an annotation that goose does not know, or has something before it");
			break;
	}
}

/* Reads version and name from a file's name. */
static void
parse_name(const MigrationLayout *layout, GooseFile *file)
{
	LayoutEntry *entry = file->entry;
	char *stem = dbmig_layout_stem(entry->name);
	int digits = dbmig_layout_digits(stem);

	/* goose keeps version 0 for the state before all migrations. */
	if (digits == 0 || stem[digits] != '_' || strspn(stem, "0") == digits)
		dbmig_layout_misfit(layout, entry);
	file->migration->version = pnstrdup(stem, digits);
	file->migration->name = pstrdup(stem + digits + 1);
	file->migration->path = entry->shown;
	pfree(stem);
}

/* Reads one file of two sections. */
static MigrationFile *
read_file(const MigrationLayout *layout, LayoutEntry *entry)
{
	GooseFile file;
	MigrationFile *migration = palloc0(sizeof(MigrationFile));
	LayoutLine line;

	memset(&file, 0, sizeof(file));
	file.entry = entry;
	file.migration = migration;
	parse_name(layout, &file);

	dbmig_layout_lines(&line, dbmig_layout_text(entry));
	while (dbmig_layout_next_line(&line))
	{
		GooseAnnotation annotation = parse_annotation(&line);
		const char *p = line.start + strspn(line.start, " \t");

		if (annotation != GOOSE_NONE)
			take_annotation(&file, annotation, &line);
		else if (file.up_begin == NULL && line.len > 0 &&
				 strncmp(p, "--", 2) != 0)
			raise_line_error(&file, line.number,
							 "stands before the section \"-- +goose Up\"");
	}
	if (file.begin_line > 0)
		raise_line_error(&file, file.begin_line,
						 "has a StatementBegin without StatementEnd");
	if (file.up_begin == NULL)
		raise_line_error(&file, 0, "has no section \"-- +goose Up\"");
	if (file.up_end == NULL)
		file.up_end = line.next;

	migration->up_sql = dbmig_layout_section(entry->text, file.up_begin,
											 file.up_end, &migration->up_char);
	if (file.down_begin != NULL &&
		!dbmig_layout_is_wordless(file.down_begin, line.next))
	{
		migration->down_sql =
			dbmig_layout_section(entry->text, file.down_begin, line.next,
								 &migration->down_char);
		migration->down_path = entry->shown;
	}
	dbmig_layout_forget(entry);
	return migration;
}

/* Reads a directory of files with two sections each. */
static List *
goose_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	return dbmig_layout_read_each(layout, folder, read_file);
}

const MigrationLayout dbmig_layout_goose =
	{.name = "goose",
	 .looks =
		 "00001_name.sql, with sections \"-- +goose Up\" and \"-- +goose Down\"",
	 .claims = goose_claims,
	 .read = goose_read};
