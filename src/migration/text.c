/*
 * text.c
 *		What can be said of a migration's text without running it: its checksum,
 *		whether it is SQL that the server can run, and whether in a transaction.
 *
 * The text is read by the server's own lexer and parser (base/script.c), one
 * statement at a time.  No catalog is looked at and no lock is taken.
 */
#include "postgres.h"

#include "base/script.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "mb/pg_wchar.h"
#include "migration/text.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/*
 * Returns the SHA-256 of a text, in hexadecimal.  The text counts in UTF-8,
 * without a byte order mark, with CRLF as LF, and without white space at its
 * end, so that neither editors nor git change it.
 */
char *
dbmig_text_checksum(const char *text)
{
	static const char digits[] = "0123456789abcdef";
	const char *utf8 = pg_server_to_any(text, strlen(text), PG_UTF8);
	size_t length = strlen(utf8);
	size_t start = 0;
	uint8 digest[PG_SHA256_DIGEST_LENGTH];
	char *hex = palloc(2 * PG_SHA256_DIGEST_LENGTH + 1);
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);
	bool good;

	if (strncmp(utf8, "\xEF\xBB\xBF", 3) == 0)
		start = 3;
	while (length > start && strchr(" \t\r\n\f\v", utf8[length - 1]))
		length--;

	good = hash != NULL && pg_cryptohash_init(hash) >= 0;
	while (good && start < length)
	{
		const char *cr = memchr(utf8 + start, '\r', length - start);
		size_t end = cr ? cr - utf8 : length;
		bool crlf = cr && cr[1] == '\n';

		if (cr && !crlf)
			end++; /* a lone CR stays */
		good = pg_cryptohash_update(hash, (const uint8 *) utf8 + start,
									end - start) >= 0;
		start = crlf ? end + 1 : end;
	}
	good = good && pg_cryptohash_final(hash, digest, sizeof(digest)) >= 0;
	pg_cryptohash_free(hash);
	if (!good)
		elog(ERROR, "could not compute SHA-256");

	for (int i = 0; i < PG_SHA256_DIGEST_LENGTH; i++)
	{
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[2 * PG_SHA256_DIGEST_LENGTH] = '\0';
	return hex;
}

/* Returns the line of the file that a byte offset of the text is in. */
static int
line_of(const Script *script, Size offset)
{
	return dbmig_script_line(script->text, offset) + script->first_line - 1;
}

/* Remembers the first reason why a text cannot run in a transaction. */
static void
add_reason(TextAnalysis *analysis, const char *reason, const Script *script,
		   Size offset)
{
	if (!analysis->transactional)
		return;
	analysis->transactional = false;
	analysis->reason = reason;
	analysis->reason_line = line_of(script, offset);
}

/*
 * Tells whether a statement mentions an enum label that an earlier one of the
 * text has added: such a label can only be used after a commit (before 17 even
 * if the type is new itself, so that is not told apart).
 */
static bool
uses_new_label(List *labels, const char *sql)
{
	ListCell *cell;

	foreach(cell, labels)
	{
		if (strstr(sql, lfirst(cell)) != NULL)
			return true;
	}
	return false;
}

/*
 * Refuses COMMIT AND CHAIN: between it and the next block there is no moment
 * outside of a transaction, at which could be recorded what is done for good.
 */
static void
refuse_commit_and_chain(const TransactionStmt *transaction, int line,
						const char *what)
{
	if (transaction->kind == TRANS_STMT_COMMIT && transaction->chain)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("COMMIT AND CHAIN in line %d of %s", line, what),
				 errdetail("What it commits could not be recorded before the next block begins."),
				 errhint("Write COMMIT; BEGIN;")));
}

/*
 * Reads a text and raises what is wrong with it, with its line, counted from
 * first_line; "what" names the text in messages ("up_sql of migration "003"").
 */
void
dbmig_text_analyze(const char *text, int first_line, const char *what,
				   TextAnalysis *analysis)
{
	MemoryContext work =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig text analysis",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext previous = CurrentMemoryContext;
	Script *script = dbmig_script_open(text, first_line);
	ScriptStatement statement;
	List *new_labels = NIL;
	int level = NewGUCNestLevel();

	memset(analysis, 0, sizeof(*analysis));
	analysis->transactional = true;

	MemoryContextSwitchTo(work);
	while (dbmig_script_next(script, true, &statement))
	{
		Node *node = statement.raw->stmt;
		const char *name;

		switch (dbmig_statement_place(node, &name))
		{
			case STATEMENT_CLIENT:
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("%s in line %d of %s", name,
								line_of(script, statement.start), what),
						 errdetail("The server has no client to copy from or to while it runs a migration."),
						 errhint("Use INSERT, or COPY with a file on the server.")));
				break;
			case STATEMENT_TRANSACTION:
				refuse_commit_and_chain((TransactionStmt *) node,
										line_of(script, statement.start), what);
				add_reason(analysis, name, script, statement.start);
				break;
			case STATEMENT_TOP_LEVEL:
				add_reason(analysis, name, script, statement.start);
				break;
			case STATEMENT_ANYWHERE:
				if (uses_new_label(new_labels, statement.sql))
					add_reason(analysis, "use of a new enum value", script,
							   statement.start);
				break;
		}

		MemoryContextSwitchTo(previous);
		if (IsA(node, AlterEnumStmt) && ((AlterEnumStmt *) node)->oldVal == NULL)
			new_labels =
				lappend(new_labels,
						quote_literal_cstr(((AlterEnumStmt *) node)->newVal));
		(void) dbmig_statement_apply_lexer_setting(node);
		MemoryContextReset(work);
		MemoryContextSwitchTo(work);
		analysis->statements++;
	}
	MemoryContextSwitchTo(previous);
	AtEOXact_GUC(true, level);
	dbmig_script_close(script);
	MemoryContextDelete(work);

	if (analysis->statements == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s has no statement", what),
				 errdetail("It is empty, or holds only comments and semicolons."),
				 errhint("A migration that is to do nothing can say SELECT 1;")));
}
