/*
 * kind_other.c
 *		Collations, casts, conversions, languages, transforms and access methods.
 *
 * Makes text only; none of these statements locks a table.  Nothing of these can
 * be altered: whatever differs, they are dropped and made again.
 */
#include "postgres.h"

#include "schema/kind.h"
#include "utils/builtins.h"

/* Appends ", NAME = 'value'" if there is a value. */
static void
append_literal(StringInfo text, const char *name, const char *value)
{
	if (value)
		appendStringInfo(text, ", %s = %s", name, quote_literal_cstr(value));
}

/* Emits CREATE COLLATION. */
static void
create_collation(StepSink *sink, const SchemaObject *object)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "PROVIDER = %s",
					 dbmig_object_text(object, "provider"));
	append_literal(&text, "LOCALE", dbmig_object_text(object, "locale"));
	append_literal(&text, "LC_COLLATE", dbmig_object_text(object, "lc_collate"));
	append_literal(&text, "LC_CTYPE", dbmig_object_text(object, "lc_ctype"));
	if (dbmig_object_bool(object, "nondeterministic"))
		appendStringInfoString(&text, ", DETERMINISTIC = false");
	append_literal(&text, "RULES", dbmig_object_text(object, "rules"));
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE COLLATION %s (%s)", object->identity, text.data);
}

/* Emits DROP COLLATION. */
static void
drop_collation(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP COLLATION %s",
			   object->identity);
}

/* Names a collation for COMMENT. */
static char *
collation_target(const SchemaObject *object)
{
	return psprintf("COLLATION %s", object->identity);
}

/* Names a collation for OWNER TO. */
static char *
collation_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER COLLATION %s", object->identity);
}

const SchemaKind dbmig_kind_collation = {
	.kind = KIND_COLLATION,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_collation,
	.drop = drop_collation,
	.comment_target = collation_target,
	.owner_target = collation_owner_target,
};

/* Emits CREATE CAST. */
static void
create_cast(StepSink *sink, const SchemaObject *object)
{
	const char *function = dbmig_object_text(object, "function");
	const char *context = dbmig_object_text(object, "context");
	bool inout = dbmig_object_bool(object, "inout");

	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE CAST %s %s%s%s", object->identity,
			   function ? "WITH FUNCTION " :
			   inout	? "WITH INOUT" :
						  "WITHOUT FUNCTION",
			   function ? function : "",
			   context == NULL					? "" :
			   strcmp(context, "implicit") == 0 ? " AS IMPLICIT" :
												  " AS ASSIGNMENT");
}

/* Emits DROP CAST. */
static void
drop_cast(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP CAST %s",
			   object->identity);
}

/* Names a cast for COMMENT. */
static char *
cast_target(const SchemaObject *object)
{
	return psprintf("CAST %s", object->identity);
}

const SchemaKind dbmig_kind_cast = {
	.kind = KIND_CAST,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_cast,
	.drop = drop_cast,
	.comment_target = cast_target,
};

/* Emits CREATE CONVERSION. */
static void
create_conversion(StepSink *sink, const SchemaObject *object)
{
	const char *from = dbmig_object_text(object, "from");
	const char *to = dbmig_object_text(object, "to");

	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE %sCONVERSION %s FOR %s TO %s FROM %s",
			   dbmig_object_bool(object, "default") ? "DEFAULT " : "",
			   object->identity, quote_literal_cstr(from),
			   quote_literal_cstr(to), dbmig_object_text(object, "function"));
}

/* Emits DROP CONVERSION. */
static void
drop_conversion(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP CONVERSION %s",
			   object->identity);
}

/* Names a conversion for COMMENT. */
static char *
conversion_target(const SchemaObject *object)
{
	return psprintf("CONVERSION %s", object->identity);
}

/* Names a conversion for OWNER TO. */
static char *
conversion_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER CONVERSION %s", object->identity);
}

const SchemaKind dbmig_kind_conversion = {
	.kind = KIND_CONVERSION,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_conversion,
	.drop = drop_conversion,
	.comment_target = conversion_target,
	.owner_target = conversion_owner_target,
};

/* Emits CREATE LANGUAGE. */
static void
create_language(StepSink *sink, const SchemaObject *object)
{
	const char *inline_handler = dbmig_object_text(object, "inline");
	const char *validator = dbmig_object_text(object, "validator");
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE %sLANGUAGE %s HANDLER %s",
					 dbmig_object_bool(object, "trusted") ? "TRUSTED " : "",
					 object->identity, dbmig_object_text(object, "handler"));
	if (inline_handler)
		appendStringInfo(&text, " INLINE %s", inline_handler);
	if (validator)
		appendStringInfo(&text, " VALIDATOR %s", validator);
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "%s", text.data);
}

/* Emits DROP LANGUAGE. */
static void
drop_language(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP LANGUAGE %s",
			   object->identity);
}

/* Names a language for COMMENT and GRANT. */
static char *
language_target(const SchemaObject *object)
{
	return psprintf("LANGUAGE %s", object->identity);
}

/* Names a language for OWNER TO. */
static char *
language_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER LANGUAGE %s", object->identity);
}

const SchemaKind dbmig_kind_language = {
	.kind = KIND_LANGUAGE,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_language,
	.drop = drop_language,
	.comment_target = language_target,
	.grant_target = language_target,
	.owner_target = language_owner_target,
};

/* Emits CREATE TRANSFORM. */
static void
create_transform(StepSink *sink, const SchemaObject *object)
{
	const char *from_sql = dbmig_object_text(object, "from_sql");
	const char *to_sql = dbmig_object_text(object, "to_sql");

	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE TRANSFORM %s (%s%s%s%s%s)", object->identity,
			   from_sql ? "FROM SQL WITH FUNCTION " : "",
			   from_sql ? from_sql : "", from_sql && to_sql ? ", " : "",
			   to_sql ? "TO SQL WITH FUNCTION " : "", to_sql ? to_sql : "");
}

/* Emits DROP TRANSFORM. */
static void
drop_transform(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP TRANSFORM %s",
			   object->identity);
}

/* Names a transform for COMMENT. */
static char *
transform_target(const SchemaObject *object)
{
	return psprintf("TRANSFORM %s", object->identity);
}

const SchemaKind dbmig_kind_transform = {
	.kind = KIND_TRANSFORM,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_transform,
	.drop = drop_transform,
	.comment_target = transform_target,
};

/* Emits CREATE ACCESS METHOD. */
static void
create_access_method(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE ACCESS METHOD %s TYPE %s HANDLER %s", object->identity,
			   dbmig_object_text(object, "type"),
			   dbmig_object_text(object, "handler"));
}

/* Emits DROP ACCESS METHOD. */
static void
drop_access_method(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "DROP ACCESS METHOD %s", object->identity);
}

/* Names an access method for COMMENT. */
static char *
access_method_target(const SchemaObject *object)
{
	return psprintf("ACCESS METHOD %s", object->identity);
}

const SchemaKind dbmig_kind_access_method = {
	.kind = KIND_ACCESS_METHOD,
	.missing = SEVERITY_PERFORMANCE,
	.different = SEVERITY_PERFORMANCE,
	.create = create_access_method,
	.drop = drop_access_method,
	.comment_target = access_method_target,
};
