/*
 * baseline_input.c
 *		The migrations that baseline_ledger() is given: from JSON, and back.
 *
 * Everything is checked here before anything is locked or written: unknown
 * keys, what is missing, what comes twice.
 */
#include "postgres.h"

#include "fmgr.h"
#include "ledger/baseline.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/numeric.h"

/* Keys that an object may have for any tool. */
static const char *const common_keys[] = {"version", "name", "file", "content"};

/* Refuses a key that no tool, or not this one, has a use for. */
static void
check_keys(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	JsonbIterator *iterator = JsonbIteratorInit(&m->given->root);
	JsonbIteratorToken token;
	JsonbValue value;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		char *key;
		bool good = false;

		if (token != WJB_KEY)
			continue;
		key = pnstrdup(value.val.string.val, value.val.string.len);
		for (int i = 0; i < lengthof(common_keys); i++)
			good = good || strcmp(key, common_keys[i]) == 0;
		for (int i = 0; run->recipe->keys && run->recipe->keys[i]; i++)
			good = good || strcmp(key, run->recipe->keys[i]) == 0;
		if (!good)
		{
			StringInfoData known;

			initStringInfo(&known);
			for (int i = 0; run->recipe->keys && run->recipe->keys[i]; i++)
				appendStringInfo(&known, ", %s", run->recipe->keys[i]);
			dbmig_baseline_refuse(run, number,
								  psprintf("unknown key \"%s\"", key),
								  psprintf("Known are version, name, file, content%s.",
										   known.data));
		}
	}
}

/* Returns a text in UTF-8, as it is in the file. */
char *
dbmig_baseline_utf8(char *text)
{
	return text ? pg_server_to_any(text, strlen(text), PG_UTF8) : NULL;
}

/* Reads one element of the array, before anything is derived. */
static void
read_migration(BaselineRun *run, int number, JsonbValue *value)
{
	BaselineMigration *m = &run->migrations[number];
	char *plain = NULL;

	if (value->type == jbvString)
		plain = pnstrdup(value->val.string.val, value->val.string.len);
	else if (value->type == jbvNumeric)
		plain = numeric_normalize(value->val.numeric);
	else if (value->type != jbvBinary ||
			 !JsonContainerIsObject(value->val.binary.data))
		dbmig_baseline_refuse(run, number,
							  "it is neither a string nor an object", NULL);

	if (plain != NULL && *plain == '\0')
		dbmig_baseline_refuse(run, number, "it is empty", NULL);
	if (plain != NULL && value->type == jbvNumeric)
		m->version = plain;
	else if (plain != NULL && strcmp(run->recipe->strings, "version") == 0)
		m->version = plain;
	else if (plain != NULL && strcmp(run->recipe->strings, "name") == 0)
		m->name = plain;
	else if (plain != NULL)
		m->file = plain;
	else
	{
		m->given = JsonbValueToJsonb(value);
		m->version = dbmig_baseline_given(m, "version");
		m->name = dbmig_baseline_given(m, "name");
		m->file = dbmig_baseline_given(m, "file");
		m->content = dbmig_baseline_utf8(dbmig_baseline_given(m, "content"));
		m->scope = dbmig_baseline_given(m, "namespace");
		if (m->scope == NULL)
			m->scope = dbmig_baseline_given(m, "scope");
		check_keys(run, number);
	}
	if ((m->version && !*m->version) || (m->name && !*m->name) ||
		(m->file && !*m->file))
		dbmig_baseline_refuse(run, number, "a name in it is empty", NULL);
}

/* Reads all elements of the array. */
void
dbmig_baseline_read(BaselineRun *run, Jsonb *migrations)
{
	run->count = JB_ROOT_COUNT(migrations);
	run->migrations = palloc0(sizeof(BaselineMigration) * Max(run->count, 1));
	for (int i = 0; i < run->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		read_migration(run, i,
					   getIthJsonbValueFromContainer(&migrations->root, i));
	}
}

/* Orders two migrations by what the tool knows them by. */
static int
compare_migrations(const void *a, const void *b)
{
	const BaselineMigration *x = *(BaselineMigration *const *) a;
	const BaselineMigration *y = *(BaselineMigration *const *) b;
	const char *const xs[] = {x->version ? x->version : x->name, x->scope};
	const char *const ys[] = {y->version ? y->version : y->name, y->scope};

	for (int i = 0; i < lengthof(xs); i++)
	{
		int order = strcmp(xs[i] ? xs[i] : "", ys[i] ? ys[i] : "");

		if (order != 0)
			return order;
	}
	return 0;
}

/* Derives what follows of each migration, and refuses one that comes twice. */
void
dbmig_baseline_derive(BaselineRun *run)
{
	BaselineMigration **sorted =
		palloc(sizeof(BaselineMigration *) * Max(run->count, 1));

	for (int i = 0; i < run->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		run->recipe->derive(run, i);
		sorted[i] = &run->migrations[i];
	}
	qsort(sorted, run->count, sizeof(BaselineMigration *), compare_migrations);
	for (int i = 1; i < run->count; i++)
	{
		if (compare_migrations(&sorted[i - 1], &sorted[i]) == 0)
			dbmig_baseline_refuse(run,
								  Max(sorted[i], sorted[i - 1]) - run->migrations,
								  "it is listed twice", NULL);
	}
}

/* Appends a member of an object, if there is a value. */
static void
append_member(StringInfo json, const char *key, const char *value)
{
	if (value == NULL)
		return;
	appendStringInfo(json, ", \"%s\": ", key);
	escape_json(json, value);
}

/* Makes the array that {m} reads. */
char *
dbmig_baseline_json(BaselineRun *run)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int i = 0; i < run->count; i++)
	{
		BaselineMigration *m = &run->migrations[i];

		appendStringInfo(&json, "%s{\"position\": %d", i ? ", " : "", i + 1);
		append_member(&json, "version", m->version);
		append_member(&json, "name", m->name);
		append_member(&json, "file", m->file);
		append_member(&json, "checksum", m->checksum);
		if (run->recipe->stores_content && m->content != NULL)
			append_member(&json, "content",
						  pg_any_to_server(m->content, strlen(m->content),
										   PG_UTF8));
		if (m->given != NULL && run->recipe->keys != NULL)
		{
			Datum given =
				DirectFunctionCall2(jsonb_delete, JsonbPGetDatum(m->given),
									CStringGetTextDatum("content"));

			appendStringInfoString(&json, ", \"given\": ");
			appendStringInfoString(&json,
								   DatumGetCString(DirectFunctionCall1(jsonb_out,
																	   given)));
		}
		appendStringInfoChar(&json, '}');
	}
	appendStringInfoChar(&json, ']');
	return json.data;
}
