/*
 * column_type.c
 *		How the values of a column get from one type to another, and what that
 *		costs.
 *
 * Where the server itself converts on assignment nothing is said, so that a
 * value which does not fit is an error and never cut off in silence.  Otherwise
 * the expression is one that at least parses for any pair of types, since the
 * table may well be empty: an explicit cast where there is one, a detour through
 * another type, and in the end the text of the value.
 *
 * The types are known by their names alone; domains and enums are looked up in
 * the two schemas.  The catalogs are not asked: the schema to be changed may be
 * another database's.  Takes no locks.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "pgtime.h"
#include "schema/column.h"
#include "utils/builtins.h"

/* What conversions go by. */
typedef enum TypeClass
{
	CLASS_OTHER,
	CLASS_BOOL,
	CLASS_INT,
	CLASS_NUMERIC,
	CLASS_FLOAT,
	CLASS_MONEY,
	CLASS_STRING,
	CLASS_JSON,
	CLASS_JSONB,
	CLASS_UUID,
	CLASS_BYTEA,
	CLASS_DATE,
	CLASS_TIMESTAMP,
	CLASS_TIMESTAMPTZ,
	CLASS_TIME,
	CLASS_TIMETZ,
	CLASS_INTERVAL,
	CLASS_INET,
	CLASS_CIDR,
	CLASS_BIT,
	CLASS_VARBIT,
	CLASS_OID,
	CLASS_XML
} TypeClass;

/* A type the server brings. */
typedef struct KnownType
{
	const char *name; /* as format_type prints it, without modifiers */
	TypeClass class;
	int rank;			 /* among types of a class: which is wider */
	const char *storage; /* "plain", "extended", … */
} KnownType;

static const KnownType known_types[] =
	{{"boolean", CLASS_BOOL, 0, "plain"},
	 {"smallint", CLASS_INT, 0, "plain"},
	 {"integer", CLASS_INT, 1, "plain"},
	 {"bigint", CLASS_INT, 2, "plain"},
	 {"numeric", CLASS_NUMERIC, 0, "main"},
	 {"real", CLASS_FLOAT, 0, "plain"},
	 {"double precision", CLASS_FLOAT, 1, "plain"},
	 {"money", CLASS_MONEY, 0, "plain"},
	 {"text", CLASS_STRING, 2, "extended"},
	 {"character varying", CLASS_STRING, 1, "extended"},
	 {"character", CLASS_STRING, 0, "extended"},
	 {"bpchar", CLASS_STRING, 0, "extended"},
	 {"name", CLASS_STRING, 0, "plain"},
	 {"citext", CLASS_STRING, 2, "extended"},
	 {"json", CLASS_JSON, 0, "extended"},
	 {"jsonb", CLASS_JSONB, 0, "extended"},
	 {"uuid", CLASS_UUID, 0, "plain"},
	 {"bytea", CLASS_BYTEA, 0, "extended"},
	 {"date", CLASS_DATE, 0, "plain"},
	 {"timestamp without time zone", CLASS_TIMESTAMP, 0, "plain"},
	 {"timestamp with time zone", CLASS_TIMESTAMPTZ, 0, "plain"},
	 {"time without time zone", CLASS_TIME, 0, "plain"},
	 {"time with time zone", CLASS_TIMETZ, 0, "plain"},
	 {"interval", CLASS_INTERVAL, 0, "plain"},
	 {"inet", CLASS_INET, 0, "main"},
	 {"cidr", CLASS_CIDR, 0, "main"},
	 {"bit", CLASS_BIT, 0, "extended"},
	 {"bit varying", CLASS_VARBIT, 0, "extended"},
	 {"oid", CLASS_OID, 0, "plain"},
	 {"xml", CLASS_XML, 0, "extended"},
	 {"\"char\"", CLASS_OTHER, 0, "plain"},
	 {"macaddr", CLASS_OTHER, 0, "plain"},
	 {"macaddr8", CLASS_OTHER, 0, "plain"},
	 {"point", CLASS_OTHER, 0, "plain"},
	 {"line", CLASS_OTHER, 0, "plain"},
	 {"lseg", CLASS_OTHER, 0, "plain"},
	 {"box", CLASS_OTHER, 0, "plain"},
	 {"circle", CLASS_OTHER, 0, "plain"},
	 {"tid", CLASS_OTHER, 0, "plain"},
	 {"xid", CLASS_OTHER, 0, "plain"},
	 {"xid8", CLASS_OTHER, 0, "plain"},
	 {"cid", CLASS_OTHER, 0, "plain"},
	 {"pg_lsn", CLASS_OTHER, 0, "plain"},
	 {"regclass", CLASS_OTHER, 0, "plain"},
	 {"regproc", CLASS_OTHER, 0, "plain"},
	 {"regprocedure", CLASS_OTHER, 0, "plain"},
	 {"regoper", CLASS_OTHER, 0, "plain"},
	 {"regoperator", CLASS_OTHER, 0, "plain"},
	 {"regtype", CLASS_OTHER, 0, "plain"},
	 {"regrole", CLASS_OTHER, 0, "plain"},
	 {"regnamespace", CLASS_OTHER, 0, "plain"},
	 {"regcollation", CLASS_OTHER, 0, "plain"},
	 {"regconfig", CLASS_OTHER, 0, "plain"},
	 {"regdictionary", CLASS_OTHER, 0, "plain"}};

/* A name of a type, taken apart. */
typedef struct ParsedType
{
	const char *full;	   /* as it was */
	const char *element;   /* without [] */
	const char *name;	   /* without modifiers */
	const char *modifiers; /* "10,2"; NULL if there are none */
	bool array;
	bool checked;			/* a domain that refuses values */
	const KnownType *known; /* of the base type; NULL if unknown */
} ParsedType;

/* Finds a type that the server brings. */
static const KnownType *
find_known(const char *name)
{
	Size length = strlen(name);

	/* citext lives where the user wanted it */
	if (length > 7 && strcmp(name + length - 7, ".citext") == 0)
		name += length - 6;
	for (int i = 0; i < lengthof(known_types); i++)
		if (strcmp(known_types[i].name, name) == 0)
			return &known_types[i];
	return NULL;
}

/* Takes the modifiers out of the name of a type: "numeric(10,2)". */
static void
split_modifiers(ParsedType *type)
{
	StringInfoData name;
	bool quoted = false;

	initStringInfo(&name);
	for (const char *p = type->element; *p; p++)
	{
		if (*p == '"')
			quoted = !quoted;
		if (!quoted && *p == '(' && strchr(p, ')'))
		{
			const char *end = strchr(p, ')');

			type->modifiers = pnstrdup(p + 1, end - p - 1);
			p = end;
			continue;
		}
		appendStringInfoChar(&name, *p);
	}
	type->name = name.data;
	/* "interval day to second" stores what an interval does */
	if (strncmp(type->name, "interval ", 9) == 0)
	{
		if (type->modifiers == NULL)
			type->modifiers = type->name + 9;
		type->name = "interval";
	}
}

/* Takes the name of a type apart; a domain is taken for what is under it. */
static ParsedType
parse_type(const SchemaModel *model, const char *full)
{
	ParsedType type = {full};
	Size length = strlen(full);

	type.element = full;
	if (length > 2 && strcmp(full + length - 2, "[]") == 0)
	{
		type.array = true;
		type.element = pnstrdup(full, length - 2);
	}
	split_modifiers(&type);
	type.known = find_known(type.name);
	if (model && !type.array && type.known == NULL)
	{
		SchemaObject *domain = dbmig_model_find(model, KIND_DOMAIN, type.name);
		const char *base = domain ? dbmig_object_text(domain, "type") : NULL;

		if (base)
		{
			type = parse_type(model, base);
			type.full = full;
			type.checked = type.checked || domain->children != NIL ||
						   dbmig_object_bool(domain, "not_null");
		}
	}
	return type;
}

/* Returns the class of a type. */
static TypeClass
class_of(const ParsedType *type)
{
	return type->known ? type->known->class : CLASS_OTHER;
}

/* Is this a point in time, with a date? */
static bool
is_date(TypeClass class)
{
	return class == CLASS_DATE || class == CLASS_TIMESTAMP ||
		   class == CLASS_TIMESTAMPTZ;
}

/* Is this a number? */
static bool
is_number(TypeClass class)
{
	return class == CLASS_INT || class == CLASS_NUMERIC || class == CLASS_FLOAT;
}

/* Is this a time of day or a length of time? */
static bool
is_time(TypeClass class)
{
	return class == CLASS_TIME || class == CLASS_TIMETZ ||
		   class == CLASS_INTERVAL;
}

/* Does the server convert these on assignment? */
static bool
is_assignable(const ParsedType *from, const ParsedType *to)
{
	TypeClass a = class_of(from);
	TypeClass b = class_of(to);

	if (strcmp(from->name, to->name) == 0 || b == CLASS_STRING)
		return true;
	if (from->known == NULL || to->known == NULL || a == CLASS_OTHER ||
		b == CLASS_OTHER)
		return false;
	if (a == b)
		return true;
	if ((is_number(a) && is_number(b)) || (is_date(a) && is_date(b)))
		return true;
	switch (b)
	{
		case CLASS_JSON:
			return a == CLASS_JSONB;
		case CLASS_JSONB:
			return a == CLASS_JSON;
		case CLASS_MONEY:
			return a == CLASS_NUMERIC ||
				   (a == CLASS_INT && from->known->rank > 0);
		case CLASS_NUMERIC:
			return a == CLASS_MONEY;
		case CLASS_TIME:
			return a == CLASS_TIMESTAMP || a == CLASS_TIMESTAMPTZ ||
				   a == CLASS_TIMETZ || a == CLASS_INTERVAL;
		case CLASS_TIMETZ:
			return a == CLASS_TIMESTAMPTZ || a == CLASS_TIME;
		case CLASS_INTERVAL:
			return a == CLASS_TIME;
		case CLASS_INET:
			return a == CLASS_CIDR;
		case CLASS_CIDR:
			return a == CLASS_INET;
		case CLASS_BIT:
			return a == CLASS_VARBIT;
		case CLASS_VARBIT:
			return a == CLASS_BIT;
		case CLASS_OID:
			return a == CLASS_INT;
		case CLASS_INT:
			return a == CLASS_OID && to->known->rank > 0;
		default:
			return false;
	}
}

/* Converts to a number, or to true and false; NULL if there is no way. */
static char *
cast_to_number(const ParsedType *from, const ParsedType *to, const char *value)
{
	TypeClass a = class_of(from);
	TypeClass b = class_of(to);

	if (b == CLASS_BOOL)
	{
		if (a == CLASS_INT && from->known->rank == 1)
			return psprintf("%s::%s", value, to->full);
		if (is_number(a))
			return psprintf("(%s <> 0)::%s", value, to->full);
		if (a == CLASS_MONEY || a == CLASS_OID)
			return psprintf("(%s::%s <> 0)::%s", value,
							a == CLASS_MONEY ? "numeric" : "bigint", to->full);
		/* no number of seconds is true or false */
		if (is_date(a) || is_time(a))
			return NULL;
	}
	if (a == CLASS_BOOL)
		return psprintf("%s::integer::%s", value, to->full);
	if (b == CLASS_BOOL && a != CLASS_JSON && a != CLASS_JSONB)
		return NULL;
	if (a == CLASS_MONEY)
		return psprintf("%s::numeric::%s", value, to->full);
	if (a == CLASS_JSONB)
		return psprintf("%s::%s", value, to->full);
	if (a == CLASS_JSON)
		return psprintf("%s::jsonb::%s", value, to->full);
	if (is_date(a) || is_time(a))
		return psprintf("extract(epoch FROM %s)::%s", value, to->full);
	if (a == CLASS_OID)
		return psprintf("%s::bigint::%s", value, to->full);
	if (a == CLASS_BIT && b == CLASS_INT)
		return to->known->rank == 0 ?
				   psprintf("%s::integer::%s", value, to->full) :
				   psprintf("%s::%s", value, to->full);
	return NULL;
}

/* Converts to a date or a time; NULL if there is no way. */
static char *
cast_to_time(const ParsedType *from, const ParsedType *to, const char *value)
{
	TypeClass a = class_of(from);
	TypeClass b = class_of(to);

	if (is_number(a))
	{
		if (b == CLASS_TIMESTAMPTZ)
			return psprintf("to_timestamp(%s::double precision)::%s", value,
							to->full);
		if (is_date(b))
			return psprintf("(to_timestamp(%s::double precision) AT TIME ZONE "
							"'UTC')::%s",
							value, to->full);
		/* not by name: ALTER COLUMN TYPE cannot check a named argument */
		return psprintf("make_interval(0, 0, 0, 0, 0, 0, %s::double precision)"
						"%s::%s",
						value, b == CLASS_INTERVAL ? "" : "::time", to->full);
	}
	if (is_date(a) && (b == CLASS_TIME || b == CLASS_TIMETZ))
		return psprintf("%s::timestamp::time::%s", value, to->full);
	if (a == CLASS_TIMETZ && b == CLASS_INTERVAL)
		return psprintf("%s::time::%s", value, to->full);
	if (a == CLASS_INTERVAL && b == CLASS_TIMETZ)
		return psprintf("%s::time::%s", value, to->full);
	return NULL;
}

/* Converts one value that is no array; NULL if assignment will do. */
static const char *
cast_scalar(const ParsedType *from, const ParsedType *to, const char *value)
{
	TypeClass a = class_of(from);
	TypeClass b = class_of(to);
	char *result = NULL;

	if (is_assignable(from, to))
		return NULL;
	if (a == CLASS_STRING)
		return psprintf("%s::%s", value, to->full);
	if (is_number(b) || b == CLASS_BOOL)
		result = cast_to_number(from, to, value);
	else if (is_date(b) || is_time(b))
		result = cast_to_time(from, to, value);
	else if (b == CLASS_MONEY && is_number(a))
		result = psprintf("%s::numeric::%s", value, to->full);
	else if (b == CLASS_JSON)
		result = psprintf("to_json(%s)", value);
	else if (b == CLASS_JSONB)
		result = psprintf("to_jsonb(%s)", value);
	else if (a == CLASS_UUID && b == CLASS_BYTEA)
		result = psprintf("decode(replace(%s::text, '-', ''), 'hex')", value);
	else if (a == CLASS_BYTEA && b == CLASS_UUID)
		result = psprintf("encode(%s, 'hex')::uuid", value);
	else if (a == CLASS_INT && b == CLASS_BIT && from->known->rank > 0)
		result = psprintf("%s::%s", value, to->full);
	else if (a == CLASS_INT && (b == CLASS_BIT || b == CLASS_VARBIT))
		result = psprintf("%s::bigint::bit(64)::%s", value, to->full);
	else if (strstr(to->name, "multirange") && strstr(from->name, "range") &&
			 !strstr(from->name, "multirange"))
		result = psprintf("%s::%s", value, to->full);
	if (result == NULL && (a == CLASS_JSON || a == CLASS_JSONB))
		/* a string without its quotes */
		result = psprintf("(%s #>> '{}')::%s", value, to->full);
	return result ? result : psprintf("%s::text::%s", value, to->full);
}

/* Converts a column of which one or both types are arrays. */
static const char *
cast_array(const ParsedType *from, const ParsedType *to, const char *value)
{
	TypeClass a = class_of(from);
	TypeClass b = class_of(to);
	const char *element;

	if (from->array && to->array)
		return is_assignable(from, to) ? NULL :
			   a == CLASS_STRING	   ? psprintf("%s::%s", value, to->full) :
								   psprintf("%s::text[]::%s", value, to->full);
	if (from->array)
	{
		ParsedType first = *from;

		if (b == CLASS_STRING)
			return NULL;
		if (b == CLASS_JSON || b == CLASS_JSONB)
			return psprintf(b == CLASS_JSON ? "to_json(%s)" : "to_jsonb(%s)",
							value);
		value = psprintf("%s[1]", value);
		first.array = false;
		element = cast_scalar(&first, to, value);
		return element ? element : psprintf("%s::%s", value, to->full);
	}
	if (a == CLASS_JSON || a == CLASS_JSONB)
	{
		value = psprintf("%s::jsonb", value);
		return psprintf("CASE jsonb_typeof(%s) WHEN 'array' THEN ('{' || "
						"substr(%s::text, 2, length(%s::text) - 2) || '}')::%s "
						"WHEN 'null' THEN NULL ELSE ARRAY[%s #>> '{}']::%s END",
						value, value, value, to->full, value, to->full);
	}
	{
		ParsedType single = *to;

		single.full = to->element;
		single.array = false;
		element = cast_scalar(from, &single, value);
	}
	/* a text may hold an array already */
	if (a == CLASS_STRING)
		return psprintf("CASE WHEN %s ~ '^\\s*{.*}\\s*$' THEN %s::%s "
						"WHEN %s IS NOT NULL THEN ARRAY[%s]::%s END",
						value, value, to->full, value,
						element ? element : value, to->full);
	return psprintf("CASE WHEN %s IS NOT NULL THEN ARRAY[%s]::%s END", value,
					element ? element : value, to->full);
}

/* Reads up to two numbers out of modifiers; a number that is not there is -1. */
static void
read_modifiers(const ParsedType *type, int *first, int *second)
{
	*first = -1;
	*second = -1;
	if (type->modifiers == NULL)
		return;
	if (sscanf(type->modifiers, "%d,%d", first, second) == 1)
		*second = 0;
}

/* Does a change of modifiers leave every value as it is? */
static bool
is_wider(const ParsedType *from, const ParsedType *to)
{
	int from_first;
	int from_second;
	int to_first;
	int to_second;

	if (to->modifiers == NULL && class_of(to) != CLASS_BIT &&
		strcmp(to->name, "character") != 0)
		return true;
	if (from->modifiers == NULL || to->modifiers == NULL)
		return from->modifiers == to->modifiers;
	if (strcmp(from->modifiers, to->modifiers) == 0)
		return true;
	read_modifiers(from, &from_first, &from_second);
	read_modifiers(to, &to_first, &to_second);
	if (from_first < 0 || to_first < 0 || class_of(to) == CLASS_BIT ||
		strcmp(to->name, "character") == 0)
		return false;
	return to_first >= from_first && from_second == to_second;
}

/* Is the time zone of this session UTC? */
static bool
is_utc(void)
{
	long offset;

	return pg_get_timezone_offset(session_timezone, &offset) && offset == 0;
}

/* Does the server see that stored values can stay as they are? */
static bool
is_stored_alike(const ParsedType *from, const ParsedType *to)
{
	TypeClass a = class_of(from);
	TypeClass b = class_of(to);

	if (to->checked)
		return false;
	if (from->array || to->array)
		return strcmp(from->full, to->full) == 0;
	if (strcmp(from->name, to->name) == 0)
		return is_wider(from, to);
	if (a == CLASS_STRING && b == CLASS_STRING)
		return from->known->rank > 0 && to->known->rank > 0 &&
			   to->modifiers == NULL;
	if (a == CLASS_XML && b == CLASS_STRING)
		return to->known->rank > 0 && to->modifiers == NULL;
	if ((a == CLASS_TIMESTAMP && b == CLASS_TIMESTAMPTZ) ||
		(a == CLASS_TIMESTAMPTZ && b == CLASS_TIMESTAMP))
		return is_wider(from, to) && is_utc();
	return (a == CLASS_CIDR && b == CLASS_INET) ||
		   (a == CLASS_OID && b == CLASS_INT && to->known->rank == 1) ||
		   (b == CLASS_OID && a == CLASS_INT && from->known->rank == 1);
}

/* Does a conversion round or cut, without an error? */
static bool
is_rounded(const ParsedType *from, const ParsedType *to)
{
	TypeClass a = class_of(from);
	TypeClass b = class_of(to);

	if (from->array && !to->array)
		return b != CLASS_STRING && b != CLASS_JSON && b != CLASS_JSONB;
	if (is_number(a) && is_number(b))
	{
		int first;
		int from_scale;
		int to_scale;

		if (a == CLASS_INT)
			return b == CLASS_FLOAT && to->known->rank <= from->known->rank - 1;
		if (b == CLASS_INT || b == CLASS_FLOAT)
			return a != b || to->known->rank < from->known->rank;
		read_modifiers(to, &first, &to_scale);
		read_modifiers(from, &first, &from_scale);
		return to->modifiers &&
			   (from->modifiers == NULL || to_scale < from_scale);
	}
	if (is_number(a) && b == CLASS_BOOL)
		return true;
	if (is_date(a) && (b == CLASS_DATE || is_time(b)))
		return a != b;
	if ((is_date(a) || is_time(a)) && b == CLASS_INT)
		return a != CLASS_DATE;
	if (a == b && (is_date(a) || is_time(a)))
		return !is_wider(from, to);
	return false;
}

/* Is there a value that the conversion refuses? */
static bool
may_fail(const ParsedType *from, const ParsedType *to)
{
	TypeClass a = class_of(from);
	TypeClass b = class_of(to);

	if (to->checked)
		return true;
	if (b == CLASS_STRING)
		return to->modifiers != NULL &&
			   !(strcmp(from->name, to->name) == 0 && is_wider(from, to));
	if (b == CLASS_JSON || b == CLASS_JSONB)
		return a == CLASS_STRING && !from->array;
	if (strcmp(from->name, to->name) == 0 && from->array == to->array)
		return (b == CLASS_NUMERIC || b == CLASS_BIT || b == CLASS_VARBIT ||
				to->known == NULL) &&
			   !is_wider(from, to);
	if (is_number(a) && is_number(b))
	{
		if (a == CLASS_INT && b == CLASS_INT)
			return to->known->rank < from->known->rank;
		return b == CLASS_INT || to->modifiers != NULL;
	}
	if (a == CLASS_BOOL)
		return !is_number(b);
	if (is_number(a))
		return b != CLASS_BOOL;
	if ((is_date(a) || is_time(a)) &&
		(is_date(b) || is_time(b) || b == CLASS_NUMERIC || b == CLASS_FLOAT))
		return false;
	return !(a == CLASS_CIDR && b == CLASS_INET) &&
		   !(a == CLASS_UUID && b == CLASS_BYTEA);
}

/* Says how to convert a column, and what that costs. */
TypeChange
dbmig_column_type_change(const StepSink *sink, const SchemaObject *from,
						 const SchemaObject *to)
{
	const char *from_type = dbmig_object_text(from, "type");
	const char *to_type = dbmig_object_text(to, "type");
	ParsedType a =
		parse_type(sink->actual ? sink->actual : sink->target, from_type);
	ParsedType b = parse_type(sink->target, to_type);
	TypeChange change = {0};

	if (strcmp(from_type, to_type) == 0)
		return change;
	change.expression = a.array || b.array ? cast_array(&a, &b, to->name) :
											 cast_scalar(&a, &b, to->name);
	if (!is_stored_alike(&a, &b))
		change.hazards |= HAZARD_REWRITES;
	if (may_fail(&a, &b))
		change.hazards |= HAZARD_MAY_FAIL;
	if (is_rounded(&a, &b))
		change.hazards |= HAZARD_LOSES_DATA;
	return change;
}

/* Returns how values of a type are stored by default; NULL if unknown. */
const char *
dbmig_type_storage(const char *type)
{
	ParsedType parsed = parse_type(NULL, type);

	if (parsed.array)
		return "extended";
	return parsed.known ? parsed.known->storage : NULL;
}
