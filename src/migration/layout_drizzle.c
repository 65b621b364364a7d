/*
 * layout_drizzle.c
 *		Layout "drizzle": what drizzle-kit generates.
 *
 * Up to 0.x there are files 0000_name.sql and a journal, meta/_journal.json,
 * whose entries name them by their tags; drizzle runs what the journal lists,
 * in its order, and nothing else.  A file that is not in the journal would
 * never be run and a tag without file cannot be, so either is an error, and so
 * is an order that the tags themselves contradict.
 *
 * From 1.0 on there is a folder 20251109143000_name for each migration with
 * migration.sql and snapshot.json in it, and no journal.
 *
 * "--> statement-breakpoint" is a comment to SQL and stays where it is.
 *
 * The journal is read by the server's own jsonb parser.  A tag only ever
 * selects among the files that were listed, so none can lead elsewhere.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "migration/layout.h"

/* Says which file is being read when something in it cannot be. */
static void
journal_error_callback(void *arg)
{
	errcontext("reading file \"%s\"", (const char *) arg);
}

/* Raises the error of a journal that is not one of drizzle's. */
static void
raise_journal_error(LayoutEntry *journal, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("file \"%s\" is not a journal of drizzle-kit",
					journal->shown),
			 errdetail("It %s.", what),
			 errhint("Make it anew with drizzle-kit generate, or take it from version control.")));
}

/* Gives a member of an object if it is of the type asked for, else NULL. */
static JsonbValue *
get_member(JsonbContainer *object, const char *key, enum jbvType type)
{
	JsonbValue *value;

	value = getKeyJsonValueFromContainer(object, key, strlen(key), NULL);
	return value != NULL && value->type == type ? value : NULL;
}

/* Refuses a journal that was made for another kind of database. */
static void
check_dialect(LayoutEntry *journal, JsonbContainer *root)
{
	JsonbValue *dialect = get_member(root, "dialect", jbvString);
	char *name;

	if (dialect == NULL)
		return;
	name = pnstrdup(dialect->val.string.val, dialect->val.string.len);
	/* drizzle-kit wrote "pg" before 0.21. */
	if (strcmp(name, "postgresql") != 0 && strcmp(name, "pg") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the migrations that \"%s\" lists are for \"%s\", not for PostgreSQL",
						journal->shown, name),
				 errhint("Set dialect: \"postgresql\" in drizzle.config.ts and make them anew with drizzle-kit generate.")));
}

/* Reads one entry of the journal and adds the migration that it names. */
static List *
read_entry(LayoutFolder *folder, LayoutEntry *journal, JsonbValue *item,
		   int64 *last_idx, bool *used, List *result)
{
	JsonbValue *tag = NULL;
	JsonbValue *idx = NULL;
	LayoutEntry *file;
	char *name;
	int64 position;

	if (item->type == jbvBinary && JsonContainerIsObject(item->val.binary.data))
	{
		tag = get_member(item->val.binary.data, "tag", jbvString);
		idx = get_member(item->val.binary.data, "idx", jbvNumeric);
	}
	if (tag == NULL || idx == NULL)
		raise_journal_error(journal, "has an entry without \"tag\" or \"idx\"");

	name = pnstrdup(tag->val.string.val, tag->val.string.len);
	position =
		DatumGetInt64(DirectFunctionCall1(numeric_int8,
										  NumericGetDatum(idx->val.numeric)));
	if (position <= *last_idx)
		raise_journal_error(journal,
							psprintf("lists \"%s\" with idx " INT64_FORMAT
									 " after idx " INT64_FORMAT,
									 name, position, *last_idx));
	*last_idx = position;

	/* Only a name that was listed is opened, whatever the tag says. */
	file =
		dbmig_layout_find(folder,
						  psprintf("%s.sql", pg_server_to_any(name, strlen(name),
															  PG_UTF8)));
	if (file == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FILE),
				 errmsg("file \"%s.sql\" is missing in directory \"%s\"",
						name, folder->shown),
				 errdetail("File \"%s\" lists it.", journal->shown),
				 errhint("Restore the file, or take its entry out of the journal.")));
	if (used[file - folder->entries])
		raise_journal_error(journal, psprintf("lists \"%s\" twice", name));
	used[file - folder->entries] = true;

	return lappend(result,
				   dbmig_layout_migration(name,
										  dbmig_layout_after(name +
															 dbmig_layout_digits(name)),
										  file));
}

/* Refuses files of SQL that the journal does not list. */
static void
refuse_unlisted(LayoutFolder *folder, LayoutEntry *journal, bool *used)
{
	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *entry = &folder->entries[i];

		if (!used[i] && dbmig_layout_is_sql(entry->name))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_NAME),
					 errmsg("file \"%s\" would not be run", entry->shown),
					 errdetail("File \"%s\" does not list it.", journal->shown),
					 errhint("Add it with drizzle-kit generate --custom, or move it out of the directory.")));
		if (dbmig_layout_holds(entry, "migration.sql"))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("directory \"%s\" holds migrations of drizzle-kit 0.x and 1.0",
							folder->shown),
					 errdetail("\"%s\" is a journal, \"%s\" is a folder.",
							   journal->shown, entry->shown),
					 errhint("Bring them into one form with drizzle-kit up.")));
	}
}

/* Reads the files that the journal lists. */
static List *
read_journal(LayoutFolder *folder, LayoutEntry *journal)
{
	ErrorContextCallback callback;
	char *text = dbmig_layout_text(journal);
	Jsonb *json;
	JsonbValue *entries;
	JsonbContainer *array;
	List *result = NIL;
	int64 last_idx = -1;
	bool *used = palloc0(sizeof(bool) * (folder->count + 1));

	callback.callback = journal_error_callback;
	callback.arg = journal->shown;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	json = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	if (!JB_ROOT_IS_OBJECT(json))
		raise_journal_error(journal, "is not a JSON object");
	check_dialect(journal, &json->root);
	entries = get_member(&json->root, "entries", jbvBinary);
	if (entries == NULL || !JsonContainerIsArray(entries->val.binary.data))
		raise_journal_error(journal, "has no array \"entries\"");
	array = entries->val.binary.data;

	for (uint32 i = 0; i < JsonContainerSize(array); i++)
	{
		CHECK_FOR_INTERRUPTS();
		result =
			read_entry(folder, journal, getIthJsonbValueFromContainer(array, i),
					   &last_idx, used, result);
	}
	error_context_stack = callback.previous;
	refuse_unlisted(folder, journal, used);
	return result;
}

/* Tells whether a directory has a journal. */
static bool
has_journal(LayoutFolder *folder)
{
	LayoutEntry *meta = dbmig_layout_find(folder, "meta");

	return meta != NULL && dbmig_layout_holds(meta, "_journal.json");
}

/* Tells whether an entry is one that drizzle-kit makes. */
static bool
drizzle_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	if (strcmp(entry->name, "meta") == 0)
		return dbmig_layout_holds(entry, "_journal.json");
	if (entry->kind == ENTRY_FOLDER)
		return dbmig_layout_holds(entry, "migration.sql") &&
			   dbmig_layout_holds(entry, "snapshot.json");
	return dbmig_layout_is_sql(entry->name) && has_journal(folder);
}

/* Reads a directory of drizzle-kit's, of either form. */
static List *
drizzle_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	LayoutFolder *meta;

	if (!has_journal(folder))
		return dbmig_layout_read_folders(layout, folder);

	meta = dbmig_layout_enter(dbmig_layout_find(folder, "meta"));
	return read_journal(folder, dbmig_layout_find(meta, "_journal.json"));
}

const MigrationLayout dbmig_layout_drizzle =
	{.name = "drizzle",
	 .looks =
		 "0000_name.sql, listed in meta/_journal.json, or 20251109143000_name/migration.sql",
	 .ordered = true,
	 .claims = drizzle_claims,
	 .read = drizzle_read};
