/*
 * layout_file.c
 *		Listing directories and reading files on behalf of the layouts.
 *
 * A directory of migrations is written by people and by tools, so anything may
 * lie in it.  What is opened is looked at first and again once it is open: only
 * regular files are read, so that neither a FIFO nor a device can hang the
 * backend or be woken up by us.  Symbolic links are followed, since deployments
 * are full of them; the system finds their loops.
 *
 * Names and texts are UTF-8 on disk, as every migration tool writes them, and
 * are converted to the server's encoding.  The bytes of a name are kept beside
 * it, because that is what opens the file.  A fault in a text is reported with
 * the file and the line.
 *
 * Files and directories are opened through fd.c, so that nothing stays open
 * after an error.  Nothing is ever written, and no lock is taken.
 */
#include "postgres.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/memutils.h"

#include "migration/layout.h"

/* The parser and the conversion of encodings each need room for copies. */
#define FILE_SIZE_MAX ((int64) (MaxAllocSize / 2))

/* How much is read between two looks at whether we were cancelled. */
#define READ_CHUNK (1024 * 1024)

/* Gives the SQLSTATE of an errno, also where the server's own table has none. */
static int
errcode_for_path(int error)
{
	switch (error)
	{
		case ELOOP:
			return errcode(ERRCODE_WRONG_OBJECT_TYPE);
		case ENAMETOOLONG:
			return errcode(ERRCODE_NAME_TOO_LONG);
		default:
			return errcode_for_file_access();
	}
}

/* Adds the advice that belongs to an errno, if there is any. */
static int
errhint_for_path(int error)
{
	switch (error)
	{
		case ENOENT:
			return errhint("Paths are looked up on the machine of the server, not of the client.");
		case EACCES:
			return errhint("Give the operating-system user that runs the server the right to read it, and to enter the directories above it, with chmod or chown.");
		case ELOOP:
			return errhint("A symbolic link leads back to itself; mend it with ln -sfn.");
		default:
			return 0;
	}
}

/* Raises the error of a system call that failed on a path. */
static void
raise_for_path(int error, const char *action, const char *shown)
{
	errno = error;
	ereport(ERROR,
			(errcode_for_path(error),
			 errmsg("could not %s \"%s\": %m", action, shown),
			 errhint_for_path(error)));
}

/* Says what kind of thing a file is that is no regular file. */
static const char *
mode_label(mode_t mode)
{
	if (S_ISDIR(mode))
		return "directory";
	if (S_ISFIFO(mode))
		return "FIFO";
	if (S_ISSOCK(mode))
		return "socket";
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return "device";
	return "special file";
}

/* Writes a name with every byte escaped that could not be printed as it is. */
static char *
escape_name(const char *name)
{
	StringInfoData buf;
	const unsigned char *p;

	initStringInfo(&buf);
	for (p = (const unsigned char *) name; *p != '\0'; p++)
	{
		if (*p < 0x20 || *p >= 0x7f)
			appendStringInfo(&buf, "\\x%02x", *p);
		else
			appendStringInfoChar(&buf, *p);
	}
	return buf.data;
}

/* Says which file is being converted when a conversion fails. */
static void
convert_error_callback(void *arg)
{
	/* The name itself may be what cannot be converted. */
	errcontext("converting file \"%s\" to the encoding of the database",
			   escape_name((const char *) arg));
}

/*
 * Converts UTF-8 that was verified to the server's encoding; shown names its
 * file, in whichever encoding.
 */
static char *
convert(char *text, int len, const char *shown)
{
	ErrorContextCallback callback;
	char *result;

	if (GetDatabaseEncoding() == PG_UTF8 ||
		GetDatabaseEncoding() == PG_SQL_ASCII)
		return text;

	callback.callback = convert_error_callback;
	callback.arg = unconstify(char *, shown);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	result = pg_any_to_server(text, len, PG_UTF8);
	error_context_stack = callback.previous;
	return result;
}

/* Tells whether a name is UTF-8 without control characters. */
static bool
name_is_clean(const char *name)
{
	int len = strlen(name);
	const unsigned char *p;

	if (pg_encoding_verifymbstr(PG_UTF8, name, len) != len)
		return false;
	for (p = (const unsigned char *) name; *p != '\0'; p++)
	{
		if (*p < 0x20 || *p == 0x7f)
			return false;
	}
	return true;
}

/* Looks at one entry of a directory and describes it. */
static void
describe_entry(LayoutFolder *folder, LayoutEntry *entry, const char *name)
{
	struct stat st;
	bool clean;

	memset(entry, 0, sizeof(LayoutEntry));
	entry->file = pstrdup(name);
	entry->path = psprintf("%s/%s", folder->path, name);

	if (stat(entry->path, &st) != 0)
	{
		entry->kind = ENTRY_BROKEN;
		entry->error = errno;
	}
	else
	{
		entry->mode = st.st_mode;
		entry->kind = S_ISREG(st.st_mode) ? ENTRY_FILE :
					  S_ISDIR(st.st_mode) ? ENTRY_FOLDER :
											ENTRY_OTHER;
	}

	/* An odd name matters only where the thing could be a migration. */
	clean = name_is_clean(name);
	if (!clean && (entry->kind == ENTRY_FOLDER || dbmig_layout_is_sql(name)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("name of a file in directory \"%s\" is not usable",
						folder->shown),
				 errdetail("The name \"%s\" holds control characters or is not UTF-8.",
						   escape_name(name)),
				 errhint("Rename it with mv.")));

	entry->name =
		clean ? convert(entry->file, strlen(name), name) : escape_name(name);
	entry->shown =
		(folder->shown == folder->path && entry->name == entry->file) ?
			entry->path :
			psprintf("%s/%s", folder->shown, entry->name);
}

/* Orders two entries by the bytes of their names. */
static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const LayoutEntry *) a)->file,
				  ((const LayoutEntry *) b)->file);
}

/* Lists a directory, sorted by name and without dot files. */
LayoutFolder *
dbmig_layout_list(const char *path, const char *shown)
{
	LayoutFolder *folder = palloc0(sizeof(LayoutFolder));
	int room = 16;
	DIR *dir;
	struct dirent *de;

	folder->path = pstrdup(path);
	folder->shown = (path == shown) ? folder->path : pstrdup(shown);
	folder->entries = palloc(room * sizeof(LayoutEntry));

	dir = AllocateDir(path);
	if (dir == NULL)
		raise_for_path(errno, "open directory", shown);

	while ((de = ReadDir(dir, path)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();

		if (de->d_name[0] == '.')
		{
			if (strcmp(de->d_name, ".") != 0 && strcmp(de->d_name, "..") != 0)
				folder->hidden++;
			continue;
		}
		if (folder->count == room)
		{
			room *= 2;
			folder->entries =
				repalloc_huge(folder->entries, room * sizeof(LayoutEntry));
		}
		describe_entry(folder, &folder->entries[folder->count++], de->d_name);
	}
	FreeDir(dir);

	qsort(folder->entries, folder->count, sizeof(LayoutEntry), compare_entries);
	return folder;
}

/* Lists a directory that is itself an entry of a directory. */
LayoutFolder *
dbmig_layout_enter(LayoutEntry *entry)
{
	return dbmig_layout_list(entry->path, entry->shown == entry->path ?
											  entry->path :
											  entry->shown);
}

/* Finds an entry by its name on disk, or returns NULL. */
LayoutEntry *
dbmig_layout_find(LayoutFolder *folder, const char *name)
{
	LayoutEntry key;

	key.file = unconstify(char *, name);
	return bsearch(&key, folder->entries, folder->count, sizeof(LayoutEntry),
				   compare_entries);
}

/* Tells whether a directory has an entry of that name, without listing it. */
bool
dbmig_layout_holds(LayoutEntry *entry, const char *name)
{
	char *path;
	struct stat st;
	bool found;

	if (entry->kind != ENTRY_FOLDER)
		return false;
	path = psprintf("%s/%s", entry->path, name);
	/* A broken link or a forbidden file is there: reading it says why not. */
	found = lstat(path, &st) == 0;
	pfree(path);
	return found;
}

/* Counts the lines up to a place in a text, for messages. */
static int
line_of(const char *text, const char *place)
{
	int line = 1;

	for (; text < place; text++)
	{
		if (*text == '\n')
			line++;
	}
	return line;
}

/* Raises an error unless the entry is a regular file. */
static void
check_regular(LayoutEntry *entry)
{
	if (entry->kind == ENTRY_BROKEN)
	{
		if (entry->error == ENOENT)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_FILE),
					 errmsg("symbolic link \"%s\" leads nowhere", entry->shown),
					 errhint("Mend the link with ln -sfn, or remove it.")));
		raise_for_path(entry->error, "open file", entry->shown);
	}
	if (entry->kind != ENTRY_FILE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a regular file", entry->shown),
				 errdetail("It is a %s.", mode_label(entry->mode))));
}

/* Reads all bytes of a file, with a zero byte added behind them. */
static char *
read_bytes(LayoutEntry *entry, int *len)
{
	struct stat st;
	char *bytes;
	int fd;
	int done = 0;
	int size;

	/* Opening must not wait, should the file have been replaced meanwhile. */
	fd = OpenTransientFile(entry->path, O_RDONLY | O_NONBLOCK | PG_BINARY);
	if (fd < 0)
		raise_for_path(errno, "open file", entry->shown);
	if (fstat(fd, &st) != 0)
		raise_for_path(errno, "stat file", entry->shown);
	if (!S_ISREG(st.st_mode))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a regular file", entry->shown),
				 errdetail("It is a %s.", mode_label(st.st_mode))));
	if (st.st_size > FILE_SIZE_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("file \"%s\" is too large for a migration", entry->shown),
				 errdetail("It has %lld bytes, and at most %lld can be read.",
						   (long long) st.st_size, (long long) FILE_SIZE_MAX),
				 errhint("Load large amounts of data with COPY from a file of its own.")));

	/* One byte more is asked for, to see that the file really ends there. */
	size = (int) st.st_size;
	bytes = palloc(size + 2);
	while (done <= size)
	{
		ssize_t got;

		CHECK_FOR_INTERRUPTS();
		got = read(fd, bytes + done, Min(size + 1 - done, READ_CHUNK));
		if (got < 0)
		{
			if (errno == EINTR)
				continue;
			raise_for_path(errno, "read file", entry->shown);
		}
		if (got == 0)
			break;
		done += got;
	}
	if (done != size)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("file \"%s\" changed while it was being read",
						entry->shown),
				 errhint("Call dbmig.register_directory again once the file is complete.")));
	CloseTransientFile(fd);

	bytes[done] = '\0';
	*len = done;
	return bytes;
}

/* Raises an error unless the bytes are UTF-8 without zero bytes. */
static void
check_utf8(LayoutEntry *entry, const char *bytes, int len)
{
	int valid = pg_encoding_verifymbstr(PG_UTF8, bytes, len);

	if (valid == len)
		return;
	if (bytes[valid] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				 errmsg("file \"%s\" holds a zero byte", entry->shown),
				 errdetail("It is in line %d.", line_of(bytes, bytes + valid)),
				 errhint("Save the file as UTF-8 text.")));
	ereport(ERROR,
			(errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
			 errmsg("file \"%s\" is not valid UTF-8", entry->shown),
			 errdetail("Line %d holds the byte 0x%02x where no character begins with it or goes on with what follows.",
					   line_of(bytes, bytes + valid),
					   (unsigned char) bytes[valid]),
			 errhint("Save the file as UTF-8 text, for instance with iconv -t UTF-8.")));
}

/* Reads a file once and returns its text in the server's encoding. */
char *
dbmig_layout_text(LayoutEntry *entry)
{
	char *bytes;
	int len;

	if (entry->text != NULL)
		return entry->text;

	check_regular(entry);
	bytes = read_bytes(entry, &len);
	check_utf8(entry, bytes, len);

	if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
	{
		len -= 3;
		memmove(bytes, bytes + 3, len + 1);
	}

	entry->text = convert(bytes, len, entry->shown);
	if (entry->text != bytes)
	{
		pfree(bytes);
		len = strlen(entry->text);
	}
	entry->text_len = len;
	return entry->text;
}

/* Frees the text of an entry once its parts have been copied. */
void
dbmig_layout_forget(LayoutEntry *entry)
{
	if (entry->text != NULL)
		pfree(entry->text);
	entry->text = NULL;
}

/* Reads each SQL file of a directory as a migration of its own. */
List *
dbmig_layout_read_each(const MigrationLayout *layout, LayoutFolder *folder,
					   LayoutFileReader reader)
{
	List *result = NIL;

	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *entry = &folder->entries[i];

		if (dbmig_layout_is_sql(entry->name))
			result = lappend(result, reader(layout, entry));
	}
	return result;
}
