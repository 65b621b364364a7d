/*
 * layout_sqitch.c
 *		Layout "sqitch": a plan, and scripts that it names.
 *
 *		%project=flipr
 *
 *		users 2013-12-30T23:49:00Z Ann <ann@example.org> # a note
 *		flips [users] 2013-12-30T23:49:00Z Ann <ann@example.org>
 *		@v1.0 2013-12-30T23:49:00Z Ann <ann@example.org>
 *		users [users@v1.0] 2014-01-02T10:00:00Z Ann <ann@example.org>
 *
 * sqitch.plan lists changes in the order in which they are deployed, and is
 * only ever added to.  So the position in it is the version, with zeros in
 * front to make at least four digits, and the change's name is the name.
 *
 * deploy/NAME.sql applies a change and revert/NAME.sql undoes it; verify is
 * not read.  A change that was reworked appears again behind a tag; the
 * scripts of the earlier one are called NAME@TAG.sql, after the newest such tag
 * of which a script exists.
 *
 * The plan is checked as Sqitch checks it: form of each line, names, tags,
 * dependencies on changes of this project.  Names select among the scripts
 * that were found below deploy and revert, so none can lead elsewhere.
 */
#include "postgres.h"

#include "migration/layout.h"

/* Deeper folders below deploy than this are an accident. */
#define SQITCH_DEPTH_MAX 16

/* Signs that a name may neither begin nor end with; "_" is not one of them. */
#define SQITCH_PUNCTUATION "-!\"$%&'()*+,./;<=>?[]^`{|}~"

/* A change of the plan. */
typedef struct SqitchChange
{
	char *name;
	char *requires; /* between brackets, or NULL */
	int line;		/* of the plan */
	int position;	/* in the plan, from 0 */
	int next;		/* position of the change that reworks it, or 0 */
	int first_tag;	/* number of tags before it */
} SqitchChange;

/* A tag of the plan; it belongs to the change before it. */
typedef struct SqitchTag
{
	char *name; /* with "@" */
	int line;
} SqitchTag;

/* The plan as a whole. */
typedef struct SqitchPlan
{
	LayoutEntry *file;
	SqitchChange *changes;
	int change_count;
	int change_room;
	SqitchTag *tags;
	int tag_count;
	int tag_room;
	SqitchChange **by_name; /* changes sorted by name, then position */
} SqitchPlan;

/* A script below deploy or revert. */
typedef struct SqitchScript
{
	char *name; /* path below that folder */
	LayoutEntry *entry;
	bool used; /* the plan names it */
} SqitchScript;

/* All scripts below deploy or revert, sorted by name. */
typedef struct SqitchScripts
{
	SqitchScript *scripts;
	int count;
	int room;
} SqitchScripts;

/* Raises the error of a line that Sqitch would not understand either. */
static void
raise_plan_error(SqitchPlan *plan, int line, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("file \"%s\" is not a plan of Sqitch", plan->file->shown),
			 line > 0 ?
			 errdetail("Line %d %s.", line, what) :
			 errdetail("It %s.", what),
			 errhint("Check it with sqitch plan.")));
}

/* Gives the length of the name that a text begins with, or 0. */
static int
name_length(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && strchr(" \t@:#\\", *p) == NULL)
		p++;
	if (p == start || strchr(SQITCH_PUNCTUATION, *start) != NULL ||
		strchr(SQITCH_PUNCTUATION, p[-1]) != NULL)
		return 0;
	return p - start;
}

/* Tells whether every part of a path is the name of something below. */
static bool
is_inside(const char *path)
{
	for (;;)
	{
		int len = strcspn(path, "/");

		if (len == 0 || (len == 1 && path[0] == '.') ||
			(len == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (path[len] == '\0')
			return true;
		path += len + 1;
	}
}

/* Tells whether a text begins with a time such as 2013-12-30T23:49:00Z. */
static bool
is_time(const char *p, const char *end)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";

	if (end - p < strlen(form))
		return false;
	for (int i = 0; form[i] != '\0'; i++)
	{
		if (form[i] == 'd' ? (p[i] < '0' || p[i] > '9') : p[i] != form[i])
			return false;
	}
	return true;
}

/* Skips blanks. */
static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* Takes note of a change. */
static void
add_change(SqitchPlan *plan, char *name, char *requires, int line)
{
	SqitchChange *change;

	if (!is_inside(name))
		raise_plan_error(plan, line, "has a name that leads out of the project");
	if (plan->change_count == plan->change_room)
	{
		plan->change_room *= 2;
		plan->changes =
			repalloc(plan->changes, plan->change_room * sizeof(SqitchChange));
	}
	change = &plan->changes[plan->change_count];
	change->name = name;
	change->requires = requires;
	change->line = line;
	change->position = plan->change_count++;
	change->next = 0;
	change->first_tag = plan->tag_count;
}

/* Takes note of a tag. */
static void
add_tag(SqitchPlan *plan, char *name, char *requires, int line)
{
	if (strchr(name, '/') != NULL)
		raise_plan_error(plan, line, "has a tag with \"/\" in it");
	if (requires != NULL)
		raise_plan_error(plan, line, "has a tag with dependencies");
	if (plan->change_count == 0)
		raise_plan_error(plan, line, "has a tag without a change before it");
	for (int i = 0; i < plan->tag_count; i++)
	{
		if (strcmp(plan->tags[i].name + 1, name) == 0)
			raise_plan_error(plan, line,
							 psprintf("repeats the tag of line %d",
									  plan->tags[i].line));
	}
	if (plan->tag_count == plan->tag_room)
	{
		plan->tag_room *= 2;
		plan->tags = repalloc(plan->tags, plan->tag_room * sizeof(SqitchTag));
	}
	plan->tags[plan->tag_count].name = psprintf("@%s", name);
	plan->tags[plan->tag_count].line = line;
	plan->tag_count++;
}

/* Reads a line that is a change or a tag; end is where its note begins. */
static void
parse_line(SqitchPlan *plan, LayoutLine *line, const char *end)
{
	const char *p = skip_blanks(line->start, end);
	bool is_tag = *p == '@';
	char *name;
	char *requires = NULL;
	const char *close;
	int len;

	if (*p == '-')
		raise_plan_error(plan, line->number,
						 "takes a change back, which Sqitch itself has given up");
	if (*p == '@' || *p == '+')
		p++;
	if (!is_tag)
		p = skip_blanks(p, end);

	len = name_length(p, end);
	if (len == 0)
		raise_plan_error(plan, line->number,
						 "has a name that begins or ends with a punctuation mark, or none");
	name = pnstrdup(p, len);
	if (strcmp(name, "ROOT") == 0 || strcmp(name, "HEAD") == 0)
		raise_plan_error(plan, line->number, "has a reserved name");
	p += len;

	if (p < end && *p != ' ' && *p != '\t')
		raise_plan_error(plan, line->number,
						 "has a name with one of the characters \"@\", \":\", \"#\" or \"\\\"");
	p = skip_blanks(p, end);
	if (p < end && *p == '[')
	{
		close = memchr(p, ']', end - p);
		if (close == NULL)
			raise_plan_error(plan, line->number,
							 "has dependencies without a closing bracket");
		requires = pnstrdup(p + 1, close - p - 1);
		p = skip_blanks(close + 1, end);
	}

	if (!is_time(p, end))
		raise_plan_error(plan, line->number,
						 "has no time such as 2013-12-30T23:49:00Z behind the name");
	p = skip_blanks(p + strlen("2013-12-30T23:49:00Z"), end);
	if (p == end || *p == '<' || end[-1] != '>' ||
		memchr(p, '<', end - p) == NULL)
		raise_plan_error(plan, line->number,
						 "does not end in the planner's name and <e-mail address>");

	if (is_tag)
		add_tag(plan, name, requires, line->number);
	else
		add_change(plan, name, requires, line->number);
}

/* Orders two changes by name, then by position. */
static int
compare_changes(const void *a, const void *b)
{
	const SqitchChange *change_a = *(SqitchChange *const *) a;
	const SqitchChange *change_b = *(SqitchChange *const *) b;
	int order = strcmp(change_a->name, change_b->name);

	return order != 0 ? order : change_a->position - change_b->position;
}

/* Finds the changes that occur again, and those that may not. */
static void
link_reworked(SqitchPlan *plan)
{
	plan->by_name = palloc(sizeof(SqitchChange *) * Max(plan->change_count, 1));
	for (int i = 0; i < plan->change_count; i++)
		plan->by_name[i] = &plan->changes[i];
	qsort(plan->by_name, plan->change_count, sizeof(SqitchChange *),
		  compare_changes);

	for (int i = 1; i < plan->change_count; i++)
	{
		SqitchChange *change = plan->by_name[i - 1];
		SqitchChange *next = plan->by_name[i];

		if (strcmp(change->name, next->name) != 0)
			continue;
		if (change->first_tag == next->first_tag)
			raise_plan_error(plan, next->line,
							 psprintf("repeats the change of line %d, and no tag stands between them",
									  change->line));
		change->next = next->position;
	}
}

/* Tells whether a change of that name stands before a position. */
static bool
is_planned(SqitchPlan *plan, const char *name, int position)
{
	int low = 0;
	int high = plan->change_count;

	/* The first of that name in by_name is also the first in the plan. */
	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (strcmp(plan->by_name[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < plan->change_count &&
		   strcmp(plan->by_name[low]->name, name) == 0 &&
		   plan->by_name[low]->position < position;
}

/* Checks that what a change requires stands before it. */
static void
check_requires(SqitchPlan *plan, SqitchChange *change)
{
	char *save = NULL;

	if (change->requires == NULL)
		return;
	for (char *word = strtok_r(pstrdup(change->requires), " \t", &save);
		 word != NULL; word = strtok_r(NULL, " \t", &save))
	{
		char *tag;

		/* Conflicts and changes of other projects are not ours to check. */
		if (*word == '!' || strchr(word, ':') != NULL)
			continue;
		/* Nor are changes named by their hash or by their place. */
		if (strspn(word, "0123456789abcdef") >= 40 ||
			strpbrk(word, "^~") != NULL)
			continue;

		tag = strchr(word, '@');
		if (tag != NULL)
		{
			bool found = false;

			for (int i = 0; i < change->first_tag && !found; i++)
				found = strcmp(plan->tags[i].name, tag) == 0;
			if (!found)
				raise_plan_error(plan, change->line,
								 psprintf("requires the tag \"%s\", which does not stand above",
										  tag));
			*tag = '\0';
		}
		if (*word != '\0' && !is_planned(plan, word, change->position))
			raise_plan_error(plan, change->line,
							 psprintf("requires the change \"%s\", which does not stand above",
									  word));
	}
}

/* Reads the plan. */
static void
read_plan(SqitchPlan *plan)
{
	LayoutLine line;
	bool in_header = true;
	bool has_project = false;

	plan->change_room = 64;
	plan->changes = palloc(plan->change_room * sizeof(SqitchChange));
	plan->tag_room = 16;
	plan->tags = palloc(plan->tag_room * sizeof(SqitchTag));

	dbmig_layout_lines(&line, dbmig_layout_text(plan->file));
	while (dbmig_layout_next_line(&line))
	{
		const char *end = memchr(line.start, '#', line.len);
		const char *p;

		end = end ? end : line.start + line.len;
		while (end > line.start && (end[-1] == ' ' || end[-1] == '\t'))
			end--;
		p = skip_blanks(line.start, end);
		if (p == end)
		{
			/* An empty line, unlike a comment, ends the header. */
			if (line.len == 0)
				in_header = false;
			continue;
		}
		if (in_header)
		{
			if (*p != '%')
				raise_plan_error(plan, line.number,
								 "is not a pragma such as %project=name; an empty line must part pragmas from changes");
			p = skip_blanks(p + 1, end);
			if (strncmp(p, "project", 7) == 0)
			{
				p = skip_blanks(p + 7, end);
				has_project |= p < end && *p == '=';
			}
			continue;
		}
		parse_line(plan, &line, end);
	}
	if (!has_project)
		raise_plan_error(plan, 0, "has no line %project=name at its top");

	link_reworked(plan);
	for (int i = 0; i < plan->change_count; i++)
		check_requires(plan, &plan->changes[i]);
}

/* Gathers the scripts in a folder and below it. */
static void
gather_scripts(SqitchScripts *scripts, LayoutEntry *entry, const char *prefix,
			   int depth)
{
	LayoutFolder *folder = dbmig_layout_enter(entry);

	if (depth == SQITCH_DEPTH_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("directory \"%s\" is nested too deeply", folder->shown),
				 errdetail("At most %d levels are read.", SQITCH_DEPTH_MAX)));
	for (int i = 0; i < folder->count; i++)
	{
		LayoutEntry *inside = &folder->entries[i];
		char *name = psprintf("%s%s", prefix, inside->name);

		if (inside->kind == ENTRY_FOLDER)
		{
			gather_scripts(scripts, inside, psprintf("%s/", name), depth + 1);
			continue;
		}
		if (!dbmig_layout_is_sql(name))
			continue;
		if (scripts->count == scripts->room)
		{
			scripts->room = Max(scripts->room * 2, 64);
			scripts->scripts =
				scripts->scripts == NULL ?
					palloc(scripts->room * sizeof(SqitchScript)) :
					repalloc(scripts->scripts,
							 scripts->room * sizeof(SqitchScript));
		}
		scripts->scripts[scripts->count].name = name;
		scripts->scripts[scripts->count].entry = inside;
		scripts->scripts[scripts->count].used = false;
		scripts->count++;
	}
}

/* Orders two scripts by name. */
static int
compare_scripts(const void *a, const void *b)
{
	return strcmp(((const SqitchScript *) a)->name,
				  ((const SqitchScript *) b)->name);
}

/* Lists all scripts below a folder of the project, if it is there. */
static void
list_scripts(SqitchScripts *scripts, LayoutFolder *folder, const char *name)
{
	LayoutEntry *entry = dbmig_layout_find(folder, name);

	memset(scripts, 0, sizeof(SqitchScripts));
	if (entry == NULL)
		return;
	gather_scripts(scripts, entry, "", 0);
	if (scripts->count > 0)
		qsort(scripts->scripts, scripts->count, sizeof(SqitchScript),
			  compare_scripts);
}

/* Finds the script of a change, and takes note that it is needed. */
static LayoutEntry *
find_script(SqitchScripts *scripts, const char *name, const char *tag)
{
	SqitchScript key;
	SqitchScript *script;

	if (scripts->count == 0)
		return NULL;
	key.name = psprintf("%s%s.sql", name, tag);
	script = bsearch(&key, scripts->scripts, scripts->count,
					 sizeof(SqitchScript), compare_scripts);
	if (script == NULL)
		return NULL;
	script->used = true;
	return script->entry;
}

/* Finds out under which tag the scripts of a reworked change are kept. */
static const char *
script_tag(SqitchPlan *plan, SqitchChange *change, SqitchScripts *deploy)
{
	const char *newest = NULL;

	if (change->next == 0)
		return "";

	/* From the newest change backwards, but the tags of one in their order. */
	for (int i = change->next - 1; i >= change->position; i--)
	{
		for (int j = plan->changes[i].first_tag;
			 j < plan->changes[i + 1].first_tag; j++)
		{
			const char *tag = plan->tags[j].name;

			newest = newest ? newest : tag;
			if (find_script(deploy, change->name, tag) != NULL)
				return tag;
		}
	}
	return newest;
}

/* Refuses scripts that the plan does not name. */
static void
refuse_unplanned(SqitchPlan *plan, SqitchScripts *deploy)
{
	for (int i = 0; i < deploy->count; i++)
	{
		if (!deploy->scripts[i].used)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_NAME),
					 errmsg("file \"%s\" would not be run",
							deploy->scripts[i].entry->shown),
					 errdetail("File \"%s\" does not name it.",
							   plan->file->shown),
					 errhint("Add it with sqitch add, or move it out of the directory.")));
	}
}

/* Refuses a configuration by which other files would be read. */
static void
check_configuration(LayoutFolder *folder)
{
	static const struct
	{
		const char *key;
		const char *value; /* the only one that can be followed */
	} fixed[] = {{"engine", "pg"},
				 {"plan_file", "sqitch.plan"},
				 {"deploy_dir", "deploy"},
				 {"revert_dir", "revert"},
				 {"reworked_dir", "."},
				 {"reworked_deploy_dir", "deploy"},
				 {"reworked_revert_dir", "revert"},
				 {"extension", "sql"}};
	LayoutEntry *conf = dbmig_layout_find(folder, "sqitch.conf");
	LayoutSetting setting;

	if (conf == NULL)
		return;
	dbmig_layout_settings(&setting, dbmig_layout_text(conf));
	while (dbmig_layout_next_setting(&setting))
	{
		if (setting.section == NULL ||
			(strcmp(setting.section, "core") != 0 &&
			 strcmp(setting.section, "engine \"pg\"") != 0))
			continue;
		for (int i = 0; i < lengthof(fixed); i++)
		{
			if (strcmp(setting.key, fixed[i].key) == 0 &&
				strcmp(setting.value, fixed[i].value) != 0)
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("file \"%s\" has a setting that cannot be followed",
								conf->shown),
						 errdetail("Line %d sets \"%s\" to \"%s\"; only \"%s\" is read.",
								   setting.line.number, setting.key,
								   setting.value, fixed[i].value)));
		}
	}
}

/* Gives the folder that sqitch.conf says the plan lies in, or NULL. */
char *
dbmig_layout_sqitch_top(LayoutFolder *folder)
{
	LayoutEntry *conf = dbmig_layout_find(folder, "sqitch.conf");
	LayoutSetting setting;

	if (conf == NULL || dbmig_layout_find(folder, "sqitch.plan") != NULL)
		return NULL;
	dbmig_layout_settings(&setting, dbmig_layout_text(conf));
	while (dbmig_layout_next_setting(&setting))
	{
		if (setting.section != NULL && strcmp(setting.section, "core") == 0 &&
			strcmp(setting.key, "top_dir") == 0 && is_inside(setting.value))
		{
			check_configuration(folder);
			return setting.value;
		}
	}
	return NULL;
}

/* Tells whether an entry is a plan. */
static bool
sqitch_claims(LayoutFolder *folder, LayoutEntry *entry)
{
	return strcmp(entry->name, "sqitch.plan") == 0;
}

/* Reads the project whose plan lies in a directory. */
static List *
sqitch_read(const MigrationLayout *layout, LayoutFolder *folder)
{
	SqitchPlan plan;
	SqitchScripts deploy;
	SqitchScripts revert;
	List *result = NIL;

	memset(&plan, 0, sizeof(plan));
	plan.file = dbmig_layout_find(folder, "sqitch.plan");
	if (plan.file == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FILE),
				 errmsg("directory \"%s\" has no file \"sqitch.plan\"",
						folder->shown),
				 errhint("Give the directory that sqitch.conf names as top_dir.")));
	check_configuration(folder);
	read_plan(&plan);
	list_scripts(&deploy, folder, "deploy");
	list_scripts(&revert, folder, "revert");

	for (int i = 0; i < plan.change_count; i++)
	{
		SqitchChange *change = &plan.changes[i];
		const char *tag = script_tag(&plan, change, &deploy);
		LayoutEntry *up = find_script(&deploy, change->name, tag);
		LayoutEntry *down = find_script(&revert, change->name, tag);
		MigrationFile *migration;

		if (up == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_FILE),
					 errmsg("file \"deploy/%s%s.sql\" is missing in directory \"%s\"",
							change->name, tag, folder->shown),
					 errdetail("Line %d of file \"%s\" names it.",
							   change->line, plan.file->shown),
					 errhint("Restore the file from version control.")));
		migration =
			dbmig_layout_migration(psprintf("%04d", i + 1), change->name, up);
		if (down != NULL)
			dbmig_layout_set_down(migration, down);
		result = lappend(result, migration);
	}
	refuse_unplanned(&plan, &deploy);
	return result;
}

const MigrationLayout dbmig_layout_sqitch =
	{.name = "sqitch",
	 .looks = "deploy/name.sql and revert/name.sql, listed in sqitch.plan",
	 .ordered = true,
	 .claims = sqitch_claims,
	 .read = sqitch_read};
