/*
 * script.c
 *		Splitting a text into its SQL statements, and telling where each may run.
 *
 * The server's lexer finds the semicolons that can end a statement: it knows
 * dollar quotes, nested comments and standard_conforming_strings.  The
 * server's parser decides about BEGIN ATOMIC bodies, which contain semicolons:
 * a piece that holds one is extended until it parses.  Statements are found
 * one by one, so that a SET standard_conforming_strings in the text is in
 * force for what follows it, and memory does not grow with the text.
 *
 * Errors of lexer and parser are reported with line and column of the whole
 * text.  Nothing here looks at the catalogs or takes a lock.
 */
#include "postgres.h"

#include "base/compat.h"
#include "base/script.h"
#include "catalog/pg_type.h"
#include "common/keywords.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "parser/parser.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/*
 * Opens a script; everything it needs is kept in the current context.  Errors
 * count lines from first_line.
 */
Script *
dbmig_script_open(const char *text, int first_line)
{
	Script *script = palloc0(sizeof(Script));

	script->text = text;
	script->length = strlen(text);
	script->first_line = first_line;
	script->context = AllocSetContextCreate(CurrentMemoryContext, "dbmig script",
											ALLOCSET_DEFAULT_SIZES);
	return script;
}

/* Frees what the script holds. */
void
dbmig_script_close(Script *script)
{
	MemoryContextDelete(script->context);
	pfree(script);
}

/* Goes to an offset that a statement was found to begin or end at. */
void
dbmig_script_seek(Script *script, Size offset, int number)
{
	script->offset = offset;
	script->number = number;
	script->scanner = NULL;
}

/* Returns the 1-based line of a byte offset. */
int
dbmig_script_line(const char *text, Size offset)
{
	int line = 1;

	for (const char *p = text; p < text + offset && *p; p++)
	{
		if (*p == '\n')
			line++;
	}
	return line;
}

/* Returns the 1-based character number of a byte offset. */
int
dbmig_script_character(const char *text, Size offset)
{
	return pg_mbstrlen_with_len(text, (int) offset) + 1;
}

/*
 * Says in an error's detail where in the whole text it is: the lexer and the
 * parser only know the piece that they were given.
 */
static void
position_callback(void *arg)
{
	Script *script = arg;
	int position = geterrposition();
	const char *p = script->text + script->error_base;
	const char *line_start;
	const char *line_end;
	int line;

	if (position <= 0)
		return;
	while (--position > 0 && *p)
		p += pg_mblen(p);
	for (line_start = p; line_start > script->text && line_start[-1] != '\n';)
		line_start--;
	line_end = line_start + strcspn(line_start, "\r\n");
	line = dbmig_script_line(script->text, line_start - script->text) +
		   script->first_line - 1;

	errposition(0);
	errdetail("Line %d, column %d: %.*s", line,
			  pg_mbstrlen_with_len(line_start, p - line_start) + 1,
			  pg_mbcliplen(line_start, line_end - line_start, 200), line_start);
}

/* Tells whether the scanner was started under other lexer settings. */
static bool
lexer_settings_changed(const Script *script)
{
	return script->extra.backslash_quote != backslash_quote ||
		   script->extra.escape_string_warning != escape_string_warning ||
		   script->extra.standard_conforming_strings !=
			   standard_conforming_strings;
}

/* Starts the scanner at the script's offset. */
static void
start_scanner(Script *script)
{
	MemoryContext previous;

	MemoryContextReset(script->context);
	previous = MemoryContextSwitchTo(script->context);
	script->scanner = scanner_init(script->text + script->offset, &script->extra,
								   &ScanKeywords, ScanKeywordTokens);
	script->scanner_base = script->offset;
	MemoryContextSwitchTo(previous);
}

/* Compares a token of the text with a keyword. */
static bool
token_is(const char *token, const char *keyword)
{
	size_t length = strlen(keyword);
	unsigned char after;

	if (pg_strncasecmp(token, keyword, length) != 0)
		return false;
	after = (unsigned char) token[length];
	return !isalnum(after) && after != '_' && after != '$' && after < 0x80;
}

/*
 * Tells how long a line is that pg_dump writes to guard psql, \restrict or
 * \unrestrict with a key; 0 for anything else.
 */
static Size
restrict_length(const char *line)
{
	Size word = strncmp(line, "\\restrict ", 10) == 0	? 10 :
				strncmp(line, "\\unrestrict ", 12) == 0 ? 12 :
														  0;
	Size key = strspn(line + word, "abcdefghijklmnopqrstuvwxyz"
								   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	char end = line[word + key];

	if (word == 0 || key == 0 || !(end == '\0' || end == '\n' || end == '\r'))
		return 0;
	return word + key;
}

/* Refuses a psql meta-command, with its line. */
static void
refuse_meta_command(const Script *script, Size offset)
{
	const char *command = script->text + offset;

	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("psql meta-command \"%.*s\" in line %d",
					(int) strcspn(command, " \t\r\n"), command,
					dbmig_script_line(script->text, offset) +
					script->first_line - 1),
			 errdetail("Meta-commands are run by psql, not by the server."),
			 errhint("Write plain SQL, or run this file with psql.")));
}

/*
 * Parses a piece of the text.  With may_be_incomplete a syntax error only
 * means that the piece ends too early: NULL is returned.  Catching it without
 * a subtransaction is safe because the raw parser touches memory alone.
 */
static RawStmt *
parse_piece(Script *script, const char *sql, Size start, bool may_be_incomplete)
{
	List *volatile list = NIL;
	MemoryContext context = CurrentMemoryContext;

	script->error_base = start;
	if (may_be_incomplete)
	{
		PG_TRY();
		{
			list = raw_parser(sql, RAW_PARSE_DEFAULT);
		}
		PG_CATCH();
		{
			MemoryContextSwitchTo(context);
			if (geterrcode() != ERRCODE_SYNTAX_ERROR)
				PG_RE_THROW();
			FlushErrorState();
			return NULL;
		}
		PG_END_TRY();
	}
	else
		list = raw_parser(sql, RAW_PARSE_DEFAULT);
	if (list_length(list) != 1)
		return NULL;
	return linitial_node(RawStmt, list);
}

/*
 * Finds the next statement.  Returns false at the end of the text.  The
 * statement's memory is the caller's current context.
 */
bool
dbmig_script_next(Script *script, bool parse, ScriptStatement *statement)
{
	ErrorContextCallback callback;
	bool begun = false;
	bool atomic = false;
	bool after_begin = false;
	int depth = 0;
	int token;
	Size start = 0;
	Size end;

	CHECK_FOR_INTERRUPTS();

	callback.callback = position_callback;
	callback.arg = script;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	if (script->scanner == NULL || lexer_settings_changed(script))
		start_scanner(script);

	for (;;)
	{
		core_YYSTYPE value;
		YYLTYPE location;
		MemoryContext previous;
		const char *here;

		script->error_base = script->scanner_base;
		previous = MemoryContextSwitchTo(script->context);
		token = core_yylex(&value, &location, script->scanner);
		MemoryContextSwitchTo(previous);
		end = token == 0 ? script->length :
						   script->scanner_base + (Size) location;
		here = script->text + end;

		if (token == '\\')
		{
			Size length =
				script->skip_restrict && !begun ? restrict_length(here) : 0;

			if (length == 0)
				refuse_meta_command(script, end);
			script->offset = end + length;
			start_scanner(script);
			after_begin = false;
			continue;
		}
		if (token == '(')
			depth++;
		else if (token == ')')
			depth--;
		else if (after_begin && token_is(here, "atomic"))
			atomic = true;
		after_begin = token != 0 && token_is(here, "begin");

		if (!begun && token == ';')
			continue; /* empty statement */
		if (!begun && token != 0)
		{
			begun = true;
			start = end;
		}
		if (token == 0 && !begun)
		{
			script->offset = script->length;
			error_context_stack = callback.previous;
			return false;
		}
		if (token == 0 || (token == ';' && depth <= 0))
		{
			char *sql = pnstrdup(script->text + start, end - start);
			RawStmt *raw = NULL;

			if (parse || atomic)
			{
				raw = parse_piece(script, sql, start, atomic && token != 0);
				if (raw == NULL && token != 0)
				{
					pfree(sql);
					continue; /* a semicolon inside BEGIN ATOMIC */
				}
			}
			statement->number = ++script->number;
			statement->start = start;
			statement->length = end - start;
			statement->sql = sql;
			statement->raw = raw;
			script->offset = token == 0 ? script->length : end + 1;
			error_context_stack = callback.previous;
			return true;
		}
	}
}

/* Returns the truth of a utility option such as CONCURRENTLY. */
static bool
has_option(List *options, const char *name)
{
	ListCell *cell;

	foreach(cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
		{
			if (option->arg == NULL)
				return true;
			if (IsA(option->arg, Boolean))
				return boolVal(option->arg);
			if (IsA(option->arg, Integer))
				return intVal(option->arg) != 0;
			if (IsA(option->arg, String))
				return pg_strcasecmp(strVal(option->arg), "true") == 0 ||
					   pg_strcasecmp(strVal(option->arg), "on") == 0;
			return true;
		}
	}
	return false;
}

/* Tells about ALTER TABLE: only detaching concurrently is particular. */
static bool
detaches_concurrently(AlterTableStmt *alter)
{
	ListCell *cell;

	foreach(cell, alter->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);

		if (cmd->subtype == AT_DetachPartitionFinalize)
			return true;
		if (cmd->subtype == AT_DetachPartition &&
			castNode(PartitionCmd, cmd->def)->concurrent)
			return true;
	}
	return false;
}

/* Tells about REINDEX, which has forms of both kinds. */
static bool
reindexes_outside_transaction(ReindexStmt *reindex)
{
	return has_option(reindex->params, "concurrently") ||
		   (reindex->kind != REINDEX_OBJECT_INDEX &&
			reindex->kind != REINDEX_OBJECT_TABLE);
}

/*
 * Tells where a statement may run, and its name for messages.  The list is
 * that of PreventInTransactionBlock()'s callers in the server.
 */
StatementPlace
dbmig_statement_place(Node *node, const char **what)
{
	*what = NULL;
	switch (nodeTag(node))
	{
		case T_TransactionStmt:
			*what = "transaction control";
			return STATEMENT_TRANSACTION;
		case T_CopyStmt:
		{
			CopyStmt *copy = (CopyStmt *) node;

			if (copy->filename == NULL)
			{
				*what = copy->is_from ? "COPY FROM stdin" : "COPY TO stdout";
				return STATEMENT_CLIENT;
			}
			return STATEMENT_ANYWHERE;
		}
		case T_IndexStmt:
			*what = "CREATE INDEX CONCURRENTLY";
			return ((IndexStmt *) node)->concurrent ? STATEMENT_TOP_LEVEL :
													  STATEMENT_ANYWHERE;
		case T_DropStmt:
			*what = "DROP INDEX CONCURRENTLY";
			return ((DropStmt *) node)->concurrent ? STATEMENT_TOP_LEVEL :
													 STATEMENT_ANYWHERE;
		case T_ReindexStmt:
			*what = "REINDEX";
			return reindexes_outside_transaction((ReindexStmt *) node) ?
					   STATEMENT_TOP_LEVEL :
					   STATEMENT_ANYWHERE;
		case T_AlterTableStmt:
			*what = "DETACH PARTITION CONCURRENTLY";
			return detaches_concurrently((AlterTableStmt *) node) ?
					   STATEMENT_TOP_LEVEL :
					   STATEMENT_ANYWHERE;
		case T_VacuumStmt:
			*what = "VACUUM";
			return ((VacuumStmt *) node)->is_vacuumcmd ? STATEMENT_TOP_LEVEL :
														 STATEMENT_ANYWHERE;
		case T_ClusterStmt:
			*what = "CLUSTER";
			return ((ClusterStmt *) node)->relation == NULL ?
					   STATEMENT_TOP_LEVEL :
					   STATEMENT_ANYWHERE;
		case T_DiscardStmt:
			*what = "DISCARD ALL";
			return ((DiscardStmt *) node)->target == DISCARD_ALL ?
					   STATEMENT_TOP_LEVEL :
					   STATEMENT_ANYWHERE;
		case T_AlterSystemStmt:
			*what = "ALTER SYSTEM";
			return STATEMENT_TOP_LEVEL;
		case T_CreatedbStmt:
			*what = "CREATE DATABASE";
			return STATEMENT_TOP_LEVEL;
		case T_DropdbStmt:
			*what = "DROP DATABASE";
			return STATEMENT_TOP_LEVEL;
		case T_AlterDatabaseStmt:
			*what = "ALTER DATABASE SET TABLESPACE";
			return has_option(((AlterDatabaseStmt *) node)->options,
							  "tablespace") ?
					   STATEMENT_TOP_LEVEL :
					   STATEMENT_ANYWHERE;
		case T_CreateTableSpaceStmt:
			*what = "CREATE TABLESPACE";
			return STATEMENT_TOP_LEVEL;
		case T_DropTableSpaceStmt:
			*what = "DROP TABLESPACE";
			return STATEMENT_TOP_LEVEL;
		case T_CreateSubscriptionStmt:
			*what = "CREATE SUBSCRIPTION";
			return STATEMENT_TOP_LEVEL;
		case T_DropSubscriptionStmt:
			*what = "DROP SUBSCRIPTION";
			return STATEMENT_TOP_LEVEL;
		case T_AlterSubscriptionStmt:
			*what = "ALTER SUBSCRIPTION";
			return STATEMENT_TOP_LEVEL;
		default:
			return STATEMENT_ANYWHERE;
	}
}

/*
 * Puts a SET of a lexer setting into force, for a script that is read without
 * being run.  Returns whether the statement was one.
 */
bool
dbmig_statement_apply_lexer_setting(Node *node)
{
	VariableSetStmt *set;

	if (!IsA(node, VariableSetStmt))
		return false;
	set = (VariableSetStmt *) node;
	if (set->name == NULL ||
		(pg_strcasecmp(set->name, "standard_conforming_strings") != 0 &&
		 pg_strcasecmp(set->name, "backslash_quote") != 0 &&
		 pg_strcasecmp(set->name, "escape_string_warning") != 0))
		return false;
	(void) set_config_option(set->name,
							 set->kind == VAR_SET_VALUE ?
								 ExtractSetVariableArgs(set) :
								 NULL,
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true,
							 0, false);
	return true;
}
