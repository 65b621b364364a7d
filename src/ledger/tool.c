/*
 * tool.c
 *		The registry of tools: their order decides where several would fit a
 *		table.  Constant; takes no locks.
 */
#include "postgres.h"

#include "ledger/tool.h"
#include "lib/stringinfo.h"

static const LedgerTool *const lists[] = {dbmig_ledger_tools_node,
										  dbmig_ledger_tools_server,
										  dbmig_ledger_tools_compiled,
										  dbmig_ledger_tools_version};

/* Returns a description by its place in the order, NULL past the end. */
const LedgerTool *
dbmig_ledger_tool(int number)
{
	for (int i = 0; i < lengthof(lists); i++)
	{
		const LedgerTool *tool;

		for (tool = lists[i]; tool->name; tool++)
		{
			if (number-- == 0)
				return tool;
		}
	}
	return NULL;
}

/* Tells whether a tool goes by that name, or by "a or b" with a part of it. */
bool
dbmig_ledger_tool_is(const LedgerTool *tool, const char *name)
{
	const char *part = tool->name;

	if (pg_strcasecmp(part, name) == 0)
		return true;
	while (*part)
	{
		const char *end = strstr(part, " or ");
		size_t length = end ? end - part : strlen(part);

		if (strlen(name) == length && pg_strncasecmp(part, name, length) == 0)
			return true;
		part += end ? length + strlen(" or ") : length;
	}
	if (tool->aliases && name[0] && strchr(name, ',') == NULL)
	{
		char *wanted = psprintf(",%s,", name);

		for (char *p = wanted; *p; p++)
			*p = pg_ascii_tolower((unsigned char) *p);
		return strstr(tool->aliases, wanted) != NULL;
	}
	return false;
}

/* Finds a tool by a name that a user gave; NULL if there is none. */
const LedgerTool *
dbmig_ledger_tool_find(const char *name)
{
	const LedgerTool *tool;

	for (int i = 0; (tool = dbmig_ledger_tool(i)) != NULL; i++)
	{
		if (dbmig_ledger_tool_is(tool, name))
			return tool;
	}
	if (dbmig_ledger_tool_is(&dbmig_ledger_tool_legacy, name))
		return &dbmig_ledger_tool_legacy;
	return NULL;
}

/* Lists the names of all tools, for a hint. */
char *
dbmig_ledger_tool_names(void)
{
	StringInfoData names;
	const LedgerTool *tool;

	initStringInfo(&names);
	for (int i = 0; (tool = dbmig_ledger_tool(i)) != NULL; i++)
	{
		/* "dbmate" stands in no list by itself */
		const char *name =
			strcmp(tool->name, "rails or dbmate") == 0 ? "dbmate" : tool->name;

		if (strstr(name, " or ") == NULL &&
			strstr(names.data, psprintf("%s, ", name)) == NULL)
			appendStringInfo(&names, "%s, ", name);
	}
	appendStringInfoString(&names, dbmig_ledger_tool_legacy.name);
	return names.data;
}
