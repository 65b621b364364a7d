/*
 * baseline_derive_others.c
 *		What follows from a migration as given: version, name, checksum.
 *
 * Here: the tools of other languages.
 * Each tool has its own manner of naming files, and its ledger holds what the
 * tool makes of the name.  A function here does the same, and refuses what the
 * tool would not have read.  Nothing is looked up; no locks.
 */
#include "postgres.h"

#include "base/script.h"
#include "ledger/baseline.h"
#include "ledger/hash.h"

/*
 * Flyway: V1_1__create_widgets.sql is version 1.1, "create widgets".  A "type"
 * of BASELINE makes the marker below which all counts as done.
 */
void
dbmig_derive_flyway(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	char *type = dbmig_baseline_given(m, "type");
	bool marker = type != NULL && strcmp(type, "BASELINE") == 0;

	if (marker)
	{
		if (m->version == NULL)
			dbmig_baseline_refuse(run, number, "it needs \"version\"", NULL);
		if (m->name == NULL)
			m->name = "<< Flyway Baseline >>";
		m->file = "<< Flyway Baseline >>";
		return;
	}
	if (m->file == NULL)
		dbmig_baseline_refuse(run, number,
							  "it needs \"file\", such as \"V1__create_widgets.sql\"",
							  NULL);
	else
	{
		char *base = dbmig_name_stem(m->file);
		char *words = strstr(base, "__");

		if (strchr("VRB", base[0]) == NULL || words == NULL ||
			(base[0] == 'R') != (words == base + 1))
			dbmig_baseline_refuse(
				run, number,
				"the file's name is not one of a versioned or repeatable migration",
				"Versioned ones are called V<version>__<description>.sql, repeatable ones R__<description>.sql.");
		if (base[0] == 'R')
			m->version = NULL;
		else if (m->version == NULL)
			m->version =
				dbmig_name_replaced(pnstrdup(base + 1, words - base - 1), "_",
									'.');
		if (m->name == NULL)
			m->name = dbmig_name_replaced(words + 2, "_", ' ');
		if (m->version != NULL &&
			strspn(m->version, "0123456789.") != strlen(m->version))
			dbmig_baseline_refuse(run, number,
								  "the version must be numbers and dots", NULL);
	}
	if (type != NULL && strcmp(type, "JDBC") == 0)
		return;
	dbmig_baseline_need_content(run, number);
	m->checksum =
		psprintf("%d", dbmig_hash_flyway(m->content, strlen(m->content)));
}

/* Liquibase: id, author and the path as the tool is given it. */
void
dbmig_derive_liquibase(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];

	m->version = dbmig_baseline_given(m, "id") ? dbmig_baseline_given(m, "id") :
												 m->version;
	if (m->version == NULL || m->file == NULL ||
		dbmig_baseline_given(m, "author") == NULL)
		dbmig_baseline_refuse(
			run, number, "it needs \"id\", \"author\" and \"file\"",
			"The file is the changelog's path, written as the tool is given it.");
	m->scope = psprintf("%s %s", dbmig_baseline_given(m, "author"), m->file);
}

/* Django: app and name; "app.name" and app/migrations/name.py say both. */
void
dbmig_derive_django(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	char *app = dbmig_baseline_given(m, "app");
	char *text = m->name ? m->name : m->file;

	if (text != NULL && app == NULL)
	{
		char *migrations = strstr(text, "/migrations/");

		if (migrations != NULL)
		{
			app = dbmig_name_last_part(pnstrdup(text, migrations - text));
			text = dbmig_name_stem(migrations + 12);
		}
		else if (strchr(text, '.') != NULL || strchr(text, '/') != NULL)
		{
			char *split = strpbrk(text, "./");

			app = pnstrdup(text, split - text);
			text = dbmig_name_stem(split + 1);
		}
	}
	else if (text != NULL)
		text = dbmig_name_stem(text);
	if (text == NULL || app == NULL || *app == '\0' || *text == '\0')
		dbmig_baseline_refuse(run, number,
							  "it needs \"app\" and \"name\", or \"app.name\"",
							  NULL);
	m->version = app;
	m->name = text;
	m->scope = text;
}

/* yoyo: the name of the file without its ending, and its SHA-256. */
void
dbmig_derive_yoyo(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	char *utf8;

	dbmig_derive_stem(run, number);
	utf8 = dbmig_baseline_utf8(m->name);
	m->checksum = dbmig_hash_hex(PG_SHA256, utf8, strlen(utf8));
}

/* sqlx: number, words, SHA-384 of the file. */
void
dbmig_derive_sqlx(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];

	dbmig_baseline_split_number(run, number);
	dbmig_baseline_need_number(run, number, 64);
	m->name = m->name ? dbmig_name_replaced(m->name, "_", ' ') : "";
	dbmig_baseline_need_content(run, number);
	m->checksum = dbmig_hash_hex(PG_SHA384, m->content, strlen(m->content));
}

/* Diesel: the folder's name up to the underscore, without dashes. */
void
dbmig_derive_diesel(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	char *text = m->version ? m->version : m->name;
	char *to;

	if (text == NULL && m->file != NULL)
		text = strcmp(dbmig_name_last_part(m->file), "up.sql") == 0 ?
				   dbmig_name_folder(m->file) :
				   dbmig_name_last_part(m->file);
	if (text == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"name\", the folder's",
							  NULL);
	text = pnstrdup(text, strcspn(text, "_"));
	to = text;
	for (char *from = text; *from; from++)
	{
		if (*from != '-')
			*to++ = *from;
	}
	*to = '\0';
	m->version = text;
	if (*text == '\0')
		dbmig_baseline_refuse(run, number, "it has no version", NULL);
}

/* refinery: V1__name.sql; the checksum covers name, version and text. */
void
dbmig_derive_refinery(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	StringInfoData bytes;
	uint64 version;

	if (m->file != NULL)
	{
		char *base = dbmig_name_stem(m->file);
		char *words = strstr(base, "__");

		if ((base[0] != 'V' && base[0] != 'U') || words == NULL)
			dbmig_baseline_refuse(run, number,
								  "the file's name must be V<number>__<name>",
								  NULL);
		if (m->version == NULL)
			m->version = pnstrdup(base + 1, words - base - 1);
		if (m->name == NULL)
			m->name = pstrdup(words + 2);
	}
	if (m->name == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"name\" or \"file\"",
							  NULL);
	dbmig_baseline_need_number(run, number, run->wide ? 64 : 32);
	dbmig_baseline_need_content(run, number);

	version = strtou64(m->version, NULL, 10);
	initStringInfo(&bytes);
	appendStringInfoString(&bytes, dbmig_baseline_utf8(m->name));
	appendStringInfoChar(&bytes, '\xff');
	for (int i = 0; i < (run->wide ? 8 : 4); i++)
		appendStringInfoChar(&bytes, (char) (version >> (8 * i)));
	appendStringInfoString(&bytes, m->content);
	appendStringInfoChar(&bytes, '\xff');
	m->checksum =
		psprintf(UINT64_FORMAT, dbmig_hash_siphash13(bytes.data, bytes.len));
}

/* Phinx: number, and the file's words in CamelCase. */
void
dbmig_derive_phinx(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	bool given = m->name != NULL;

	dbmig_baseline_split_number(run, number);
	dbmig_baseline_need_number(run, number, 64);
	if (m->name != NULL && !given)
	{
		char *to = m->name;
		bool upper = true;

		for (char *from = m->name; *from; from++)
		{
			if (*from == '_')
			{
				upper = true;
				continue;
			}
			*to++ = upper ? pg_toupper((unsigned char) *from) : *from;
			upper = false;
		}
		*to = '\0';
	}
}

/* Returns how many statements a text has. */
static int
count_statements(const char *utf8)
{
	Script *script = dbmig_script_open(utf8, 1);
	ScriptStatement statement;
	int count = 0;

	while (dbmig_script_next(script, false, &statement))
		count++;
	dbmig_script_close(script);
	return count;
}

/*
 * Atlas: the checksum of a file is that of everything up to it, so all files
 * from the first one must be given, in their order.
 */
void
dbmig_derive_atlas(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];

	if (m->file == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"file\"",
							  "The checksum covers the name of the file, too.");
	m->file = dbmig_name_last_part(m->file);
	dbmig_baseline_split_number(run, number);
	if (*m->version == '\0')
		dbmig_baseline_refuse(run, number,
							  "the file's name must begin with its version",
							  NULL);
	if (m->name == NULL)
		m->name = "";
	dbmig_baseline_need_content(run, number);
	if (number == 0)
		initStringInfo(&run->running);
	appendStringInfoString(&run->running, dbmig_baseline_utf8(m->file));
	appendStringInfoString(&run->running, m->content);
	m->checksum = dbmig_hash_hex(PG_SHA256, run->running.data, run->running.len);
	/* what the ledger's columns applied and total get */
	m->content = psprintf("%d", count_statements(m->content));
}
