/*
 * baseline_derive_node.c
 *		What follows from a migration as given: version, name, checksum.
 *
 * Here: what most tools have in common, and those of the JavaScript world.
 * Each tool has its own manner of naming files, and its ledger holds what the
 * tool makes of the name.  A function here does the same, and refuses what the
 * tool would not have read.  Nothing is looked up; no locks.
 */
#include "postgres.h"

#include "ledger/baseline.h"
#include "ledger/hash.h"

/* The name of the file, with its ending: Knex, Sequelize and others. */
void
dbmig_derive_file(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];

	if (m->file == NULL)
		m->file = m->name;
	if (m->file == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"file\"", NULL);
	m->file = dbmig_name_last_part(m->file);
	if (strchr(m->file, '.') == NULL)
		dbmig_baseline_refuse(
			run, number, "the file's ending is missing",
			"The tool records the name of the file with its ending, such as \".js\" or \".sql\".");
	m->name = m->file;
}

/* Any name, as it is: Umzug leaves it to the application. */
void
dbmig_derive_any_name(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];

	if (m->name == NULL && m->file != NULL)
		m->name = dbmig_name_last_part(m->file);
	if (m->name == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"name\"", NULL);
}

/* The name of the file without its ending. */
void
dbmig_derive_stem(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];

	if (m->name == NULL && m->file != NULL)
		m->name = dbmig_name_stem(m->file);
	if (m->name == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"name\" or \"file\"",
							  NULL);
}

/* The number at the front of the file's name. */
void
dbmig_derive_number(BaselineRun *run, int number)
{
	dbmig_baseline_split_number(run, number);
	dbmig_baseline_need_number(run, number,
							   strcmp(run->recipe->tool, "tern") == 0 ? 32 : 64);
}

/* The version as it is, or the file's name without its ending. */
void
dbmig_derive_version(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];

	if (m->version == NULL)
		m->version = m->name;
	if (m->version == NULL && m->file != NULL)
		m->version = dbmig_name_stem(m->file);
	if (m->version == NULL || *m->version == '\0')
		dbmig_baseline_refuse(run, number, "it needs \"version\"", NULL);
}

/*
 * Drizzle before 1.0 counts by the journal's "when"; Drizzle 1.0 by the name of
 * the folder, which begins with the time.
 */
void
dbmig_derive_drizzle(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	char *when = dbmig_baseline_given(m, "when");

	if (m->name == NULL && m->file != NULL)
		m->name = strchr(m->file, '/') != NULL &&
						  strcmp(dbmig_name_last_part(m->file),
								 "migration.sql") == 0 ?
					  dbmig_name_folder(m->file) :
					  dbmig_name_stem(m->file);
	if (run->recipe->alien != NULL)
	{
		if (when == NULL || !dbmig_name_is_number(when) || strlen(when) > 18)
			dbmig_baseline_refuse(
				run, number, "it needs \"when\", in milliseconds",
				"Take it from meta/_journal.json: the tool runs nothing that is not newer than the newest one recorded.");
		m->version = when;
	}
	else
	{
		if (m->name == NULL || strspn(m->name, "0123456789") < 14)
			dbmig_baseline_refuse(
				run, number,
				"it needs \"name\", the folder's, which begins with 14 digits",
				"Folders without a time in front are of Drizzle 0.x: use the tool \"drizzle\" with \"when\".");
		m->version = pnstrdup(m->name, 14);
	}
	dbmig_baseline_need_content(run, number);
	m->checksum = dbmig_hash_hex(PG_SHA256, m->content, strlen(m->content));
}

/* Prisma: the folder's name and the SHA-256 of its migration.sql. */
void
dbmig_derive_prisma(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];

	if (m->name == NULL && m->file != NULL)
		m->name = dbmig_name_folder(m->file);
	if (m->name == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"name\", the folder's",
							  NULL);
	dbmig_baseline_need_content(run, number);
	m->checksum = dbmig_hash_hex(PG_SHA256, m->content, strlen(m->content));
}

/* TypeORM: the class's name, which ends in thirteen digits. */
void
dbmig_derive_typeorm(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	size_t length;

	if (m->name == NULL && m->file != NULL)
	{
		char *base = dbmig_name_stem(m->file);
		size_t digits = strspn(base, "0123456789");

		/* 1704067200001-CreateWidgets.ts holds CreateWidgets1704067200001 */
		if (digits == 13 && base[digits] == '-' &&
			strpbrk(base + digits + 1, "-_. ") == NULL &&
			base[digits + 1] >= 'A' && base[digits + 1] <= 'Z')
			m->name = psprintf("%s%.13s", base + digits + 1, base);
		else
			m->name = base;
	}
	length = m->name ? strlen(m->name) : 0;
	if (length <= 13 || !dbmig_name_is_number(m->name + length - 13))
		dbmig_baseline_refuse(run, number,
							  "it needs \"name\", the class's, which ends in 13 digits",
							  NULL);
	m->version = pstrdup(m->name + length - 13);
	m->scope = m->name;
}

/* Returns what stands behind "--! Key:" in a line, or NULL. */
static char *
header_value(const char *line, size_t length, const char *key)
{
	size_t skip = strlen(key);
	char *value;

	if (length < 4 + skip || strncmp(line, "--! ", 4) != 0 ||
		strncmp(line + 4, key, skip) != 0 || line[4 + skip] != ':')
		return NULL;
	value = pnstrdup(line + 5 + skip, length - 5 - skip);
	while (*value == ' ')
		value++;
	for (size_t end = strlen(value); end > 0; end--)
	{
		if (value[end - 1] != ' ' && value[end - 1] != '\r')
			break;
		value[end - 1] = '\0';
	}
	return value;
}

/*
 * graphile-migrate: a chain of hashes over the bodies.  The headers of a
 * committed file say what they are; without them the chain is followed here.
 */
void
dbmig_derive_graphile(BaselineRun *run, int number)
{
	static const char blanks[] = " \t\r\n\f\v";
	BaselineMigration *m = &run->migrations[number];
	const char *body = m->content;
	char *hash = NULL;
	char *previous = NULL;
	bool any = false;
	bool invalid_allowed = false;
	char *computed;
	StringInfoData text;
	size_t digits;

	m->name = m->name ? m->name : m->file;
	if (m->name != NULL)
		m->name = dbmig_name_last_part(m->name);
	digits = m->name ? strspn(m->name, "0123456789") : 0;
	if (digits == 0)
		dbmig_baseline_refuse(run, number,
							  "it needs \"file\", which begins with its number",
							  NULL);
	m->version = pnstrdup(m->name, digits);
	m->name = psprintf("%s.sql", m->version);
	dbmig_baseline_need_content(run, number);
	body = m->content;
	while (strncmp(body, "--! ", 4) == 0)
	{
		size_t length = strcspn(body, "\n");
		char *value = header_value(body, length, "Hash");

		any = true;
		if (value != NULL)
			hash = value;
		value = header_value(body, length, "Previous");
		if (value != NULL)
			previous = value;
		if (strncmp(body, "--! AllowInvalidHash", 20) == 0)
			invalid_allowed = true;
		body += length + (body[length] == '\n');
	}
	if (previous == NULL && !any && number > 0)
		previous = run->migrations[number - 1].checksum;
	if (previous != NULL && strcmp(previous, "-") == 0)
		previous = NULL;

	initStringInfo(&text);
	if (previous != NULL)
		appendStringInfo(&text, "%s\n", previous);
	body += strspn(body, blanks);
	appendStringInfoString(&text, body);
	while (text.len > 0 && strchr(blanks, text.data[text.len - 1]))
		text.data[--text.len] = '\0';
	appendStringInfoChar(&text, '\n');
	computed = psprintf("sha1:%s", dbmig_hash_hex(PG_SHA1, text.data, text.len));
	if (hash != NULL && strcmp(hash, computed) != 0 && !invalid_allowed)
		dbmig_baseline_refuse(run, number,
							  psprintf("its header says %s, but its text makes %s",
									   hash, computed),
							  "The tool refuses such a file: restore it as it was committed.");
	m->checksum = hash ? hash : computed;
	m->file = previous; /* what the ledger's previous_hash gets */
}

/* postgres-migrations: the SHA-1 of the file's name and text. */
void
dbmig_derive_postgres_migrations(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	char *base;
	size_t digits;
	char *both;

	if (m->file == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"file\"",
							  "The checksum covers the name of the file, too.");
	m->file = dbmig_name_last_part(m->file);
	base = dbmig_name_stem(m->file);
	digits = strspn(base, "0123456789");
	m->version = pnstrdup(base, digits);
	dbmig_baseline_need_number(run, number, 32);
	base += digits;
	base += (*base == '-' || *base == '_');
	m->name = *base ? base : m->file;
	dbmig_baseline_need_content(run, number);
	both = psprintf("%s%s", dbmig_baseline_utf8(m->file), m->content);
	m->checksum = dbmig_hash_hex(PG_SHA1, both, strlen(both));
}

/* marv and postgrator: number, words, and the MD5 of the file. */
void
dbmig_derive_md5(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	bool marv = strcmp(run->recipe->tool, "marv") == 0;

	dbmig_baseline_split_number(run, number);
	dbmig_baseline_need_number(run, number, marv ? 32 : 64);
	if (m->name != NULL && m->file != NULL && !marv)
	{
		/* 001.do.create-widgets */
		if (strncmp(m->name, "do.", 3) == 0)
			m->name = pnstrdup(m->name + 3, strcspn(m->name + 3, "."));
	}
	else if (m->name != NULL && marv)
		m->name = dbmig_name_replaced(m->name, "-_", ' ');
	if (run->recipe->why_content != NULL)
		dbmig_baseline_need_content(run, number);
	if (m->content != NULL)
		m->checksum = dbmig_hash_hex(PG_MD5, m->content, strlen(m->content));
}

/* @databases: the number in front, the file's name, and its whole text. */
void
dbmig_derive_databases(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];

	if (m->file == NULL)
		m->file = m->name;
	m->name = m->file ? dbmig_name_last_part(m->file) : NULL;
	if (m->name == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"file\"", NULL);
	dbmig_baseline_split_number(run, number);
	dbmig_baseline_need_number(run, number, 32);
	dbmig_baseline_need_content(run, number);
}
