/*
 * baseline_name.c
 *		What was given for a migration, and the parts of a file's name.
 *
 * The functions that know how a tool names its files (baseline_derive_*.c) are
 * made of these.  Nothing is looked up; no locks.
 */
#include "postgres.h"

#include "ledger/baseline.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/* Endings that are not part of a migration's name. */
static const char *const endings[] = {".sql",  ".js",  ".mjs", ".cjs", ".ts",
									  ".mts",  ".cts", ".php", ".py",  ".rb",
									  ".exs",  ".ex",  ".rs",  ".go",  ".cs",
									  ".java", ".kt"};

/* Returns a scalar of a migration's object as text, or NULL. */
char *
dbmig_baseline_given(const BaselineMigration *migration, const char *key)
{
	JsonbValue buffer;
	JsonbValue *value;

	if (migration->given == NULL)
		return NULL;
	value = getKeyJsonValueFromContainer(&migration->given->root, key,
										 strlen(key), &buffer);
	if (value == NULL)
		return NULL;
	switch (value->type)
	{
		case jbvString:
			return pnstrdup(value->val.string.val, value->val.string.len);
		case jbvNumeric:
			return numeric_normalize(value->val.numeric);
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		default:
			return NULL;
	}
}

/* Returns the texts of an array in a migration's object; one text will do. */
List *
dbmig_baseline_given_list(const BaselineMigration *migration, const char *key)
{
	JsonbValue buffer;
	JsonbValue *value;
	List *texts = NIL;

	if (migration->given == NULL)
		return NIL;
	value = getKeyJsonValueFromContainer(&migration->given->root, key,
										 strlen(key), &buffer);
	if (value != NULL && value->type == jbvString)
		return list_make1(pnstrdup(value->val.string.val, value->val.string.len));
	if (value != NULL && value->type == jbvBinary &&
		JsonContainerIsArray(value->val.binary.data))
	{
		JsonbContainer *array = value->val.binary.data;

		for (uint32 i = 0; i < JsonContainerSize(array); i++)
		{
			JsonbValue *item = getIthJsonbValueFromContainer(array, i);

			if (item->type == jbvString)
				texts = lappend(texts, pnstrdup(item->val.string.val,
												item->val.string.len));
		}
	}
	return texts;
}

/* Returns the best name that a migration has for a message. */
char *
dbmig_baseline_label(const BaselineMigration *migration)
{
	if (migration->file)
		return migration->file;
	if (migration->name)
		return migration->name;
	return migration->version;
}

/* Raises what is wrong with a migration. */
void
dbmig_baseline_refuse(BaselineRun *run, int number, const char *what,
					  const char *hint)
{
	char *label = dbmig_baseline_label(&run->migrations[number]);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 label ? errmsg("migration %d (\"%s\") for %s: %s", number + 1,
							label, run->recipe->tool, what)
				   : errmsg("migration %d for %s: %s", number + 1,
							run->recipe->tool, what),
			 hint ? errhint("%s", hint) : 0));
}

/* Makes sure that the content is there, or says why it must be. */
void
dbmig_baseline_need_content(BaselineRun *run, int number)
{
	if (run->migrations[number].content == NULL)
		dbmig_baseline_refuse(run, number, "its \"content\" is needed",
							  run->recipe->why_content);
}

/* Returns what stands behind the last slash. */
char *
dbmig_name_last_part(char *path)
{
	char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Returns what stands before the last slash's part: the folder's own name. */
char *
dbmig_name_folder(char *path)
{
	char *slash = strrchr(path, '/');
	char *folder;

	if (slash == NULL)
		return path;
	folder = pnstrdup(path, slash - path);
	return dbmig_name_last_part(folder);
}

/* Returns a file's name without folders and a known ending. */
char *
dbmig_name_stem(const char *file)
{
	char *name = pstrdup(dbmig_name_last_part(unconstify(char *, file)));
	size_t length = strlen(name);

	for (int i = 0; i < lengthof(endings); i++)
	{
		size_t ending = strlen(endings[i]);

		if (length > ending && strcmp(name + length - ending, endings[i]) == 0)
		{
			name[length - ending] = '\0';
			break;
		}
	}
	return name;
}

/* Takes ".up" off the end of a name. */
static char *
without_up(char *name)
{
	size_t length = strlen(name);

	if (length > 3 && strcmp(name + length - 3, ".up") == 0)
		name[length - 3] = '\0';
	return name;
}

/* Turns some characters of a name into another one. */
char *
dbmig_name_replaced(const char *name, const char *these, char by)
{
	char *copy = pstrdup(name);

	for (char *at = copy; *at; at++)
	{
		if (strchr(these, *at))
			*at = by;
	}
	return copy;
}

/* Tells whether a text is a number without sign. */
bool
dbmig_name_is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/*
 * Splits the base name of the file into the number at its front and the rest;
 * sets version and name where they were not given.
 */
void
dbmig_baseline_split_number(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	char *base;
	size_t digits;

	if (m->version == NULL && m->file == NULL)
		dbmig_baseline_refuse(run, number,
							  "it needs \"version\", or \"file\" that begins with it",
							  NULL);
	if (m->file == NULL)
		return;
	base = without_up(dbmig_name_stem(m->file));
	digits = strspn(base, "0123456789");
	if (m->version == NULL)
		m->version = pnstrdup(base, digits);
	if (m->name == NULL && base[digits] && strchr("_-.", base[digits]))
		m->name = pstrdup(base + digits + 1);
}

/* Makes sure that there is a version and that it is a number of so many bits. */
void
dbmig_baseline_need_number(BaselineRun *run, int number, int bits)
{
	char *version = run->migrations[number].version;
	uint64 value = 0;

	if (version == NULL || !dbmig_name_is_number(version))
		dbmig_baseline_refuse(run, number, "the version must be a number", NULL);
	for (char *at = version; *at; at++)
	{
		if (value > (PG_INT64_MAX - (*at - '0')) / 10)
			dbmig_baseline_refuse(run, number, "the version is too large", NULL);
		value = value * 10 + (*at - '0');
	}
	if (bits == 32 && value > PG_INT32_MAX)
		dbmig_baseline_refuse(run, number, "the version is too large", NULL);
}
