/*
 * baseline_sqitch.c
 *		How Sqitch's registry is written: six tables, and ids that must be exact.
 *
 * The id of a change is the SHA-1, in the manner of git objects, of what the
 * plan says of it: project, name, the id of the change before it, planner,
 * time, dependencies and note.  So all changes of the plan must be given, from
 * the first and in its order.  A tag's id is made in the same way.
 */
#include "postgres.h"

#include "ledger/baseline.h"
#include "ledger/hash.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/timestamp.h"

/* Returns a time as Sqitch writes it: in UTC, to the second. */
static char *
utc_time(const char *text)
{
	TimestampTz time =
		DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in,
												CStringGetDatum(text),
												ObjectIdGetDatum(InvalidOid),
												Int32GetDatum(-1)));
	struct pg_tm tm;
	fsec_t fsec;

	if (TIMESTAMP_NOT_FINITE(time) ||
		timestamp2tm(time, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range: \"%s\"", text)));
	return psprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year, tm.tm_mon,
					tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Returns a text of a migration's object, or refuses. */
static char *
need(BaselineRun *run, int number, const char *key)
{
	char *value = dbmig_baseline_given(&run->migrations[number], key);

	if (value == NULL)
		dbmig_baseline_refuse(
			run, number, psprintf("it needs \"%s\"", key),
			"Sqitch's change ids cover project, planned_at, planner_name, planner_email, requires, conflicts and note, as the plan has them.");
	return value;
}

/* Appends dependencies as the plan's text of a change has them. */
static void
append_list(StringInfo info, const char *title, char sign, List *items)
{
	ListCell *cell;

	if (items == NIL)
		return;
	appendStringInfo(info, "\n%s", title);
	foreach(cell, items)
	{
		appendStringInfo(info, "\n  %c %s", sign, (char *) lfirst(cell));
	}
}

/* Returns the SHA-1 of a kind of object, as git makes it. */
static char *
object_id(const char *kind, const StringInfoData *info)
{
	char *text = dbmig_baseline_utf8(info->data);
	StringInfoData object;

	initStringInfo(&object);
	appendStringInfo(&object, "%s %d", kind, (int) strlen(text));
	appendStringInfoChar(&object, '\0');
	appendStringInfoString(&object, text);
	return dbmig_hash_hex(PG_SHA1, object.data, object.len);
}

/* Appends one tag of a change, with its id, to a JSON array. */
static void
append_tag(BaselineRun *run, int number, BaselineMigration *tag,
		   const char *plain, StringInfo json)
{
	BaselineMigration *m = &run->migrations[number];
	char *uri = dbmig_baseline_given(m, "uri");
	const char *keys[] = {"planned_at", "planner_name", "planner_email"};
	char *values[lengthof(keys)];
	const char *name = plain ? plain : dbmig_baseline_given(tag, "name");
	char *note = plain ? NULL : dbmig_baseline_given(tag, "note");
	StringInfoData info;

	if (name == NULL)
		dbmig_baseline_refuse(run, number, "a tag needs \"name\"", NULL);
	if (*name != '@')
		name = psprintf("@%s", name);
	for (int i = 0; i < lengthof(keys); i++)
	{
		values[i] = plain ? NULL : dbmig_baseline_given(tag, keys[i]);
		if (values[i] == NULL)
			values[i] = need(run, number, keys[i]);
	}
	values[0] = utc_time(values[0]);

	initStringInfo(&info);
	appendStringInfo(&info, "project %s", need(run, number, "project"));
	if (uri != NULL)
		appendStringInfo(&info, "\nuri %s", uri);
	appendStringInfo(&info, "\ntag %s\nchange %s\nplanner %s <%s>\ndate %s",
					 name, m->version, values[1], values[2], values[0]);
	if (note != NULL && *note)
		appendStringInfo(&info, "\n\n%s", note);

	appendStringInfo(json, "%s{\"tag_id\": \"%s\", \"tag\": ",
					 json->len > 1 ? ", " : "", object_id("tag", &info));
	escape_json(json, name);
	appendStringInfoString(json, ", \"note\": ");
	escape_json(json, note ? note : "");
	for (int i = 0; i < lengthof(keys); i++)
	{
		appendStringInfo(json, ", \"%s\": ", keys[i]);
		escape_json(json, values[i]);
	}
	appendStringInfoChar(json, '}');
}

/* Returns the tags of a change as a JSON array. */
static char *
tags_of(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	JsonbValue buffer;
	JsonbValue *tags =
		getKeyJsonValueFromContainer(&m->given->root, "tags", 4, &buffer);
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	if (tags != NULL && tags->type == jbvBinary &&
		JsonContainerIsArray(tags->val.binary.data))
	{
		JsonbContainer *array = tags->val.binary.data;

		for (uint32 i = 0; i < JsonContainerSize(array); i++)
		{
			JsonbValue *item = getIthJsonbValueFromContainer(array, i);
			BaselineMigration tag = {0};

			if (item->type == jbvString)
				append_tag(run, number, &tag,
						   pnstrdup(item->val.string.val, item->val.string.len),
						   &json);
			else if (item->type == jbvBinary &&
					 JsonContainerIsObject(item->val.binary.data))
			{
				tag.given = JsonbValueToJsonb(item);
				append_tag(run, number, &tag, NULL, &json);
			}
		}
	}
	appendStringInfoChar(&json, ']');
	return json.data;
}

/* Fills in change id (version), name, script hash and time (file). */
void
dbmig_derive_sqitch(BaselineRun *run, int number)
{
	BaselineMigration *m = &run->migrations[number];
	char *uri = dbmig_baseline_given(m, "uri");
	char *note = dbmig_baseline_given(m, "note");
	char *project;
	char *planned;
	StringInfoData info;

	if (m->name == NULL)
		dbmig_baseline_refuse(run, number, "it needs \"name\", the change's",
							  NULL);
	project = need(run, number, "project");
	planned = utc_time(need(run, number, "planned_at"));

	initStringInfo(&info);
	appendStringInfo(&info, "project %s", project);
	if (uri != NULL)
		appendStringInfo(&info, "\nuri %s", uri);
	appendStringInfo(&info, "\nchange %s", m->name);
	for (int i = number - 1; i >= 0; i--)
	{
		if (strcmp(dbmig_baseline_given(&run->migrations[i], "project"),
				   project) == 0)
		{
			appendStringInfo(&info, "\nparent %s", run->migrations[i].version);
			break;
		}
	}
	appendStringInfo(&info, "\nplanner %s <%s>\ndate %s",
					 need(run, number, "planner_name"),
					 need(run, number, "planner_email"), planned);
	append_list(&info, "requires", '+',
				dbmig_baseline_given_list(m, "requires"));
	append_list(&info, "conflicts", '-',
				dbmig_baseline_given_list(m, "conflicts"));
	if (note != NULL && *note)
		appendStringInfo(&info, "\n\n%s", note);
	m->version = object_id("change", &info);
	dbmig_baseline_need_content(run, number);
	m->checksum = dbmig_hash_hex(PG_SHA1, m->content, strlen(m->content));
	m->file = planned;
	m->content = tags_of(run, number); /* what {m}.content gets */
}


static const char *const sqitch_keys[] =
	{"project",			"uri",		"note",		 "planned_at", "planner_name",
	 "planner_email",	"requires", "conflicts", "tags",	   "committer_name",
	 "committer_email", NULL};

#define COMMITTER_NAME "COALESCE(m.given ->> 'committer_name', CURRENT_USER)"
#define COMMITTER_EMAIL \
	"COALESCE(m.given ->> 'committer_email', CURRENT_USER || '@localhost')"
#define NOTE "COALESCE(m.given ->> 'note', '')"
#define COMMITTED \
	"pg_catalog.clock_timestamp() + m.position * interval '1 microsecond'"

/* A list in the object as text[]; a plain text is a list of one. */
#define TEXT_LIST(key)                                                       \
	"ARRAY(SELECT x FROM pg_catalog.jsonb_array_elements_text("              \
	"CASE pg_catalog.jsonb_typeof(m.given -> '" key "')"                     \
	" WHEN 'array' THEN m.given -> '" key "'"                                \
	" WHEN 'string' THEN pg_catalog.jsonb_build_array(m.given -> '" key "')" \
	" ELSE '[]' END) WITH ORDINALITY x (x, n) ORDER BY n)"

#define PLANNED \
	"m.file::timestamptz, m.given ->> 'planner_name', m.given ->> 'planner_email'"

static const BaselineColumn sqitch_columns[] =
	{{"change_id", 'S', false, "m.version"},
	 {"script_hash", 'S', true, "m.checksum"},
	 {"change", 'S', false, "m.name"},
	 {"project", 'S', false, "m.given ->> 'project'"},
	 {"note", 'S', false, NOTE},
	 {"committed_at", 'D', false, COMMITTED},
	 {"committer_name", 'S', false, COMMITTER_NAME},
	 {"committer_email", 'S', false, COMMITTER_EMAIL},
	 {"planned_at", 'D', false, "m.file::timestamptz"},
	 {"planner_name", 'S', false, "m.given ->> 'planner_name'"},
	 {"planner_email", 'S', false, "m.given ->> 'planner_email'"},
	 {NULL}};

/* What a dependency "[project:]change[@tag]" of a change in m resolves to. */
#define DEPENDENCY_ID                                                                              \
	"(SELECT c.change_id FROM {ledger} c WHERE c.project = CASE"                                   \
	" WHEN pg_catalog.strpos(r.x, ':') > 0 THEN pg_catalog.split_part(r.x, ':', 1)"                \
	" ELSE m.given ->> 'project' END"                                                              \
	" AND c.change = pg_catalog.split_part(pg_catalog.regexp_replace(r.x, '^[^:]*:', ''), '@', 1)" \
	" AND (pg_catalog.strpos(r.x, '@') = 0 OR c.committed_at <="                                   \
	" (SELECT t.committed_at FROM {.tags} t WHERE t.project = c.project"                           \
	" AND t.tag = '@' || pg_catalog.split_part(r.x, '@', 2)))"                                     \
	" AND c.change_id <> m.version ORDER BY c.committed_at DESC LIMIT 1)"

const BaselineRecipe dbmig_baseline_sqitch[] = {
	{.tool = "sqitch",
	 .schema = "sqitch",
	 .table = "changes",
	 .create =
		 "COMMENT ON SCHEMA {schema} IS 'Sqitch database deployment metadata v1.1.';"
		 " CREATE TABLE {.releases} (version real PRIMARY KEY,"
		 " installed_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
		 " installer_name text NOT NULL, installer_email text NOT NULL);"
		 " CREATE TABLE {.projects} (project text PRIMARY KEY, uri text NULL UNIQUE,"
		 " created_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
		 " creator_name text NOT NULL, creator_email text NOT NULL);"
		 " CREATE TABLE {ledger} (change_id text PRIMARY KEY, script_hash text NULL,"
		 " change text NOT NULL, project text NOT NULL REFERENCES {.projects} (project)"
		 " ON UPDATE CASCADE, note text NOT NULL DEFAULT '',"
		 " committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
		 " committer_name text NOT NULL, committer_email text NOT NULL,"
		 " planned_at timestamptz NOT NULL, planner_name text NOT NULL,"
		 " planner_email text NOT NULL, UNIQUE (project, script_hash));"
		 " CREATE TABLE {.tags} (tag_id text PRIMARY KEY, tag text NOT NULL,"
		 " project text NOT NULL REFERENCES {.projects} (project) ON UPDATE CASCADE,"
		 " change_id text NOT NULL REFERENCES {ledger} (change_id) ON UPDATE CASCADE,"
		 " note text NOT NULL DEFAULT '',"
		 " committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
		 " committer_name text NOT NULL, committer_email text NOT NULL,"
		 " planned_at timestamptz NOT NULL, planner_name text NOT NULL,"
		 " planner_email text NOT NULL, UNIQUE (project, tag));"
		 " CREATE TABLE {.dependencies} (change_id text NOT NULL REFERENCES {ledger} (change_id)"
		 " ON UPDATE CASCADE ON DELETE CASCADE, type text NOT NULL, dependency text NOT NULL,"
		 " dependency_id text NULL REFERENCES {ledger} (change_id) ON UPDATE CASCADE"
		 " CONSTRAINT dependencies_check CHECK ((type = 'require' AND dependency_id IS NOT NULL)"
		 " OR (type = 'conflict' AND dependency_id IS NULL)),"
		 " PRIMARY KEY (change_id, dependency));"
		 " CREATE TABLE {.events} (event text NOT NULL CONSTRAINT events_event_check CHECK"
		 " (event IN ('deploy', 'revert', 'fail', 'merge')), change_id text NOT NULL,"
		 " change text NOT NULL, project text NOT NULL REFERENCES {.projects} (project)"
		 " ON UPDATE CASCADE, note text NOT NULL DEFAULT '',"
		 " requires text[] NOT NULL DEFAULT '{}', conflicts text[] NOT NULL DEFAULT '{}',"
		 " tags text[] NOT NULL DEFAULT '{}',"
		 " committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
		 " committer_name text NOT NULL, committer_email text NOT NULL,"
		 " planned_at timestamptz NOT NULL, planner_name text NOT NULL,"
		 " planner_email text NOT NULL, PRIMARY KEY (change_id, committed_at))",
	 .columns = sqitch_columns,
	 .strings = "name",
	 .keys = sqitch_keys,
	 .derive = dbmig_derive_sqitch,
	 .why_content =
		 "Sqitch keeps the SHA-1 of the deploy script. Give its text as \"content\".",
	 .stores_content = true,
	 .before =
		 "INSERT INTO {.releases} (version, installer_name, installer_email)"
		 " SELECT 1.1, " COMMITTER_NAME ", " COMMITTER_EMAIL " FROM {m}"
		 " WHERE m.position = 1 AND NOT EXISTS (SELECT FROM {.releases});"
		 " INSERT INTO {.projects} (project, uri, creator_name, creator_email)"
		 " SELECT DISTINCT ON (m.given ->> 'project') m.given ->> 'project',"
		 " m.given ->> 'uri', " COMMITTER_NAME ", " COMMITTER_EMAIL " FROM {m}"
		 " WHERE NOT EXISTS (SELECT FROM {.projects} p WHERE p.project = m.given ->> 'project')"
		 " ORDER BY m.given ->> 'project', m.position",
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.change_id = m.version)",
	 .after =
		 "INSERT INTO {.tags} (tag_id, tag, project, change_id, note, committed_at,"
		 " committer_name, committer_email, planned_at, planner_name, planner_email)"
		 " SELECT t.tag_id, t.tag, c.project, c.change_id, t.note, c.committed_at,"
		 " c.committer_name, c.committer_email, t.planned_at, t.planner_name, t.planner_email"
		 " FROM {m} JOIN {ledger} c ON c.change_id = m.version,"
		 " pg_catalog.jsonb_to_recordset(m.content::jsonb) t (tag_id text, tag text, note text,"
		 " planned_at timestamptz, planner_name text, planner_email text)"
		 " WHERE NOT EXISTS (SELECT FROM {.tags} o WHERE o.tag_id = t.tag_id) ORDER BY m.position;"
		 " INSERT INTO {.dependencies} (change_id, type, dependency, dependency_id)"
		 " SELECT m.version, 'require', r.x, " DEPENDENCY_ID
		 " FROM {m}, pg_catalog.unnest(" TEXT_LIST(
			 "requires") ") r (x)"
						 " WHERE NOT EXISTS (SELECT FROM {.dependencies} d WHERE d.change_id = m.version"
						 " AND d.dependency = r.x);"
						 " INSERT INTO {.dependencies} (change_id, type, dependency)"
						 " SELECT m.version, 'conflict', r.x"
						 " FROM {m}, pg_catalog.unnest(" TEXT_LIST(
							 "conflicts") ") r (x)"
										  " WHERE NOT EXISTS (SELECT FROM {.dependencies} d WHERE d.change_id = m.version"
										  " AND d.dependency = r.x);"
										  " INSERT INTO {.events} (event, change_id, change, project, note, requires, conflicts,"
										  " tags, committed_at, committer_name, committer_email, planned_at, planner_name,"
										  " planner_email) SELECT 'deploy', c.change_id, c.change, c.project, c.note, " TEXT_LIST(
											  "requires") ", " TEXT_LIST("conflicts") ","
																					  " ARRAY(SELECT t.tag FROM {.tags} t WHERE t.change_id = c.change_id ORDER BY t.committed_at, t.tag),"
																					  " c.committed_at, c.committer_name, c.committer_email, " PLANNED
																					  " FROM {m} JOIN {ledger} c ON c.change_id = m.version"
																					  " WHERE NOT EXISTS (SELECT FROM {.events} e WHERE e.change_id = m.version"
																					  " AND e.event = 'deploy' AND e.committed_at >= c.committed_at) ORDER BY m.position"},

	{NULL}};
