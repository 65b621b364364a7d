/*
 * layout_folders.c
 *		Layouts "prisma" and "diesel": one folder per migration.
 *
 * Prisma keeps migration.sql in a folder whose whole name is the version, and
 * names the kind of database in migration_lock.toml.  It knows no way back,
 * but its manual has people write one into a down.sql beside it, so that is
 * read.  A folder without migration.sql is an error for Prisma (P3015) and
 * here.
 *
 * Diesel keeps up.sql, down.sql and metadata.toml in a folder; the version is
 * what stands before the first underscore, without dashes, which is also what
 * its ledger stores.
 *
 * Drizzle 1.0 keeps folders of Prisma's form; its reader uses this one.
 */
#include "postgres.h"

#include "migration/layout.h"

/* Refuses files of SQL in a folder that nothing would run. */
static void
refuse_strangers(LayoutFolder *inside, const char *const *known)
{
	for (int i = 0; i < inside->count; i++)
	{
		LayoutEntry *entry = &inside->entries[i];
		bool found = false;

		if (!dbmig_layout_is_sql(entry->name))
			continue;
		for (int j = 0; known[j] != NULL; j++)
			found |= strcmp(entry->name, known[j]) == 0;
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_NAME),
					 errmsg("file \"%s\" would not be run", entry->shown),
					 errdetail("In a folder of a migration only \"%s\" and \"%s\" are read.",
							   known[0], known[1]),
					 errhint("Move it out of the folder, or make a migration of it.")));
	}
}

/* Finds the file in a folder that makes the folder a migration. */
static LayoutEntry *
require_file(LayoutFolder *inside, const char *name)
{
	LayoutEntry *entry = dbmig_layout_find(inside, name);

	if (entry == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FILE),
				 errmsg("directory \"%s\" has no file \"%s\"",
						inside->shown, name),
				 errhint("Restore the file, or remove the directory with rm -r.")));
	return entry;
}

/* Reads folders that each hold migration.sql, in the order of their names. */
List *
dbmig_layout_read_folders(const MigrationLayout *layout, LayoutFolder *folder)
{
	static const char *const known[] = {"migration.sql", "down.sql", NULL};
	List *result = NIL;

	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *entry = &folder->entries[i];
		LayoutFolder *inside;
		LayoutEntry *down;
		MigrationFile *migration;
		const char *name;

		if (dbmig_layout_is_sql(entry->name))
			dbmig_layout_misfit(layout, entry);
		if (entry->kind != ENTRY_FOLDER)
			continue;

		inside = dbmig_layout_enter(entry);
		refuse_strangers(inside, known);
		name =
			dbmig_layout_after(entry->name + dbmig_layout_digits(entry->name));
		migration = dbmig_layout_migration(entry->name, name,
										   require_file(inside, known[0]));
		down = dbmig_layout_find(inside, known[1]);
		if (down != NULL)
			dbmig_layout_set_down(migration, down);
		result = lappend(result, migration);
	}
	return result;
}

/* Tells whether an entry is a folder or the lock file of Prisma. */
static bool
prisma_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	if (entry->kind == ENTRY_FOLDER)
		return dbmig_layout_holds(entry, "migration.sql");
	return strcmp(entry->name, "migration_lock.toml") == 0;
}

/* Refuses migrations that were made for another kind of database. */
static void
check_provider(LayoutFolder *folder)
{
	LayoutEntry *lock = dbmig_layout_find(folder, "migration_lock.toml");
	LayoutSetting setting;

	if (lock == NULL)
		return;
	dbmig_layout_settings(&setting, dbmig_layout_text(lock));
	while (dbmig_layout_next_setting(&setting))
	{
		if (strcmp(setting.key, "provider") != 0)
			continue;
		if (strcmp(setting.value, "postgresql") != 0 &&
			strcmp(setting.value, "postgres") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("the migrations in directory \"%s\" are for \"%s\", not for PostgreSQL",
							folder->shown, setting.value),
					 errdetail("File \"%s\" says so in line %d.",
							   lock->shown, setting.line.number),
					 errhint("Set provider = \"postgresql\" in schema.prisma and make the migrations anew with prisma migrate dev.")));
		return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("file \"%s\" names no provider", lock->shown),
			 errhint("Write provider = \"postgresql\" into it.")));
}

/* Reads a directory of folders as Prisma makes them. */
static List *
prisma_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	check_provider(folder);
	return dbmig_layout_read_folders(layout, folder);
}

/* Tells whether an entry is a folder as Diesel makes them. */
static bool
diesel_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	return dbmig_layout_holds(entry, "up.sql");
}

/* Gives the version that Diesel reads from a folder's name. */
static char *
diesel_version(const char *name)
{
	char *version = pnstrdup(name, strcspn(name, "_"));
	char *to = version;

	for (const char *from = version; *from != '\0'; from++)
	{
		if (*from != '-')
			*to++ = *from;
	}
	*to = '\0';
	return version;
}

/* Reads what metadata.toml says of transactions. */
static TransactionWish
diesel_transaction(LayoutFolder *inside)
{
	LayoutEntry *metadata = dbmig_layout_find(inside, "metadata.toml");
	LayoutSetting setting;

	if (metadata == NULL)
		return TRANSACTION_UNSAID;
	dbmig_layout_settings(&setting, dbmig_layout_text(metadata));
	while (dbmig_layout_next_setting(&setting))
	{
		if (setting.section != NULL ||
			strcmp(setting.key, "run_in_transaction") != 0)
			continue;
		if (strcmp(setting.value, "true") == 0)
			return TRANSACTION_YES;
		if (strcmp(setting.value, "false") == 0)
			return TRANSACTION_NO;
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("file \"%s\" has a setting that is neither true nor false",
						metadata->shown),
				 errdetail("Line %d sets \"%s\" to \"%s\".",
						   setting.line.number, setting.key, setting.value)));
	}
	return TRANSACTION_UNSAID;
}

/* Orders two migrations as Diesel does, by the text of their versions. */
static int
diesel_compare(const ListCell *a, const ListCell *b)
{
	return strcmp(((MigrationFile *) lfirst(a))->version,
				  ((MigrationFile *) lfirst(b))->version);
}

/* Reads a directory of folders as Diesel makes them. */
static List *
diesel_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	static const char *const known[] = {"up.sql", "down.sql", NULL};
	List *result = NIL;

	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *entry = &folder->entries[i];
		LayoutFolder *inside;
		LayoutEntry *down;
		MigrationFile *migration;
		char *version;
		const char *name;

		if (dbmig_layout_is_sql(entry->name))
			dbmig_layout_misfit(layout, entry);
		if (entry->kind != ENTRY_FOLDER)
			continue;

		inside = dbmig_layout_enter(entry);
		refuse_strangers(inside, known);
		version = diesel_version(entry->name);
		if (*version == '\0')
			dbmig_layout_misfit(layout, entry);
		name = entry->name + strcspn(entry->name, "_");
		migration = dbmig_layout_migration(version, dbmig_layout_after(name),
										   require_file(inside, known[0]));
		migration->transaction = diesel_transaction(inside);
		migration->down_transaction = migration->transaction;
		down = dbmig_layout_find(inside, known[1]);
		if (down != NULL)
			dbmig_layout_set_down(migration, down);
		result = lappend(result, migration);
	}
	list_sort(result, diesel_compare);
	return result;
}

const MigrationLayout dbmig_layout_prisma =
	{.name = "prisma",
	 .looks = "20251109143000_name/migration.sql",
	 .ordered = true,
	 .claims = prisma_claims,
	 .read = prisma_read};

const MigrationLayout dbmig_layout_diesel =
	{.name = "diesel",
	 .looks = "2025-11-09-143000_name/up.sql and down.sql",
	 .ordered = true,
	 .claims = diesel_claims,
	 .read = diesel_read};
