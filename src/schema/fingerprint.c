/*
 * fingerprint.c
 *		dbmig.schema_fingerprint(): a whole schema in 64 characters, and the
 *		question whether the catalogs have changed at all.
 *
 * The fingerprint is the SHA-256 of everything in a model that schema_diff()
 * compares: kinds, names and attributes in their order.  Column order and
 * dependencies are left out, for they are no differences.
 *
 * The state of the catalogs is the SHA-256 of what identifies the content of
 * every catalog that a schema is made of, page by page.  A page whose rows are
 * visible to all is its LSN: no row on it can be changed without another LSN, and
 * without the page losing that property at once, before the change is committed.
 * Of any other page it is place and inserting transaction (xmin) of each visible
 * row, for a row that is changed gets another place or transaction.  So an equal
 * state means an equal schema, at the price of a look at each page.  The
 * contrary is not true: VACUUM, a temporary table or a change taken back make
 * another state of the same schema, which then is read.
 *
 * What could make different schemas look alike is in the hash as well: the
 * cluster, its timeline, the database, the server's version, the settings that
 * count.  The number of the next transaction stands beside it: a state is
 * forgotten before numbers can come round again.  And since a state may come
 * back after it was left (a table made and dropped), a schema that is read is
 * only taken for that of a state if the state was the same before and after.
 *
 * Takes ACCESS SHARE on the catalogs.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xlog.h"
#include "access/xlogrecovery.h"
#include "base/error.h"
#include "base/settings.h"
#include "catalog/catalog.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_description.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_namespace.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_range.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_seclabel.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_tablespace.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_config_map.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "schema/diff.h"
#include "schema/document.h"
#include "schema/fingerprint.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#define HEX_LENGTH	(2 * PG_SHA256_DIGEST_LENGTH)
#define BUFFER_SIZE 8192
/* Transaction numbers come round after 2^32; be sure to be gone by then. */
#define STATE_LIFETIME (UINT64CONST(1) << 31)

/* A hash that is fed in small pieces. */
typedef struct Digest
{
	pg_cryptohash_ctx *hash;
	int used; /* bytes that wait in the buffer */
	uint8 buffer[BUFFER_SIZE];
} Digest;

/* The last state that this session has seen, and what it meant. */
static struct
{
	char state[24 + HEX_LENGTH];
	char fingerprint[HEX_LENGTH + 1]; /* empty: nothing is known */
} seen;

/* Every catalog that has a part in a schema. */
static const Oid catalogs[] = {AggregateRelationId,
							   AccessMethodRelationId,
							   AccessMethodOperatorRelationId,
							   AccessMethodProcedureRelationId,
							   AttrDefaultRelationId,
							   AttributeRelationId,
							   AuthIdRelationId,
							   CastRelationId,
							   RelationRelationId,
							   CollationRelationId,
							   ConstraintRelationId,
							   ConversionRelationId,
							   DefaultAclRelationId,
							   DependRelationId,
							   DescriptionRelationId,
							   EnumRelationId,
							   EventTriggerRelationId,
							   ExtensionRelationId,
							   ForeignDataWrapperRelationId,
							   ForeignServerRelationId,
							   ForeignTableRelationId,
							   IndexRelationId,
							   InheritsRelationId,
							   LanguageRelationId,
							   NamespaceRelationId,
							   OperatorClassRelationId,
							   OperatorRelationId,
							   OperatorFamilyRelationId,
							   PartitionedRelationId,
							   PolicyRelationId,
							   ProcedureRelationId,
							   PublicationRelationId,
							   PublicationNamespaceRelationId,
							   PublicationRelRelationId,
							   RangeRelationId,
							   RewriteRelationId,
							   SecLabelRelationId,
							   SequenceRelationId,
							   StatisticExtRelationId,
							   SubscriptionRelationId,
							   TableSpaceRelationId,
							   TransformRelationId,
							   TriggerRelationId,
							   TSConfigRelationId,
							   TSConfigMapRelationId,
							   TSDictionaryRelationId,
							   TSParserRelationId,
							   TSTemplateRelationId,
							   TypeRelationId,
							   UserMappingRelationId};

PG_FUNCTION_INFO_V1(dbmig_schema_fingerprint);
PG_FUNCTION_INFO_V1(dbmig_run_fingerprint);

/* Raises what cannot happen. */
static void
require_hash(bool good)
{
	if (!good)
		elog(ERROR, "could not compute SHA-256");
}

/* Begins a hash. */
static Digest *
digest_begin(void)
{
	Digest *digest = palloc(sizeof(Digest));

	digest->used = 0;
	digest->hash = pg_cryptohash_create(PG_SHA256);
	require_hash(digest->hash && pg_cryptohash_init(digest->hash) >= 0);
	return digest;
}

/* Adds bytes. */
static void
digest_bytes(Digest *digest, const void *data, Size length)
{
	if (digest->used + length > BUFFER_SIZE)
	{
		require_hash(pg_cryptohash_update(digest->hash, digest->buffer,
										  digest->used) >= 0);
		digest->used = 0;
		if (length > BUFFER_SIZE)
		{
			require_hash(pg_cryptohash_update(digest->hash, data, length) >= 0);
			return;
		}
	}
	memcpy(digest->buffer + digest->used, data, length);
	digest->used += length;
}

/* Adds a text with its end. */
static void
digest_text(Digest *digest, const char *text)
{
	digest_bytes(digest, text ? text : "", text ? strlen(text) + 1 : 1);
}

/* Ends a hash; returns it in hexadecimal. */
static char *
digest_end(Digest *digest)
{
	uint8 result[PG_SHA256_DIGEST_LENGTH];
	char *hex = palloc(HEX_LENGTH + 1);

	require_hash(pg_cryptohash_update(digest->hash, digest->buffer,
									  digest->used) >= 0 &&
				 pg_cryptohash_final(digest->hash, result, sizeof(result)) >= 0);
	pg_cryptohash_free(digest->hash);
	pfree(digest);
	hex[hex_encode((const char *) result, sizeof(result), hex)] = '\0';
	return hex;
}

/* Orders attributes by name. */
static int
compare_attrs(const ListCell *a, const ListCell *b)
{
	return strcmp(((const SchemaAttr *) lfirst(a))->name,
				  ((const SchemaAttr *) lfirst(b))->name);
}

/* Adds an attribute. */
static void
digest_attr(Digest *digest, const SchemaAttr *attr)
{
	char type = 'a' + attr->type;
	ListCell *cell;

	digest_text(digest, attr->name);
	digest_bytes(digest, &type, 1);
	switch (attr->type)
	{
		case ATTR_TEXT:
			digest_text(digest, attr->text);
			break;
		case ATTR_INT:
			digest_text(digest, psprintf(INT64_FORMAT, attr->number));
			break;
		case ATTR_LIST:
			foreach(cell, attr->list)
				digest_text(digest, lfirst(cell));
			break;
		case ATTR_MAP:
			foreach(cell, attr->list)
			{
				digest_text(digest, ((MapEntry *) lfirst(cell))->key);
				digest_text(digest, ((MapEntry *) lfirst(cell))->value);
			}
			break;
		default:
			break;
	}
	digest_bytes(digest, "", 1);
}

/* Adds an object with everything in it. */
static void
digest_object(Digest *digest, const SchemaObject *object)
{
	List *attrs = list_copy(object->attrs);
	ListCell *cell;

	CHECK_FOR_INTERRUPTS();
	digest_text(digest, dbmig_object_kinds[object->kind].container);
	digest_text(digest, object->key);
	list_sort(attrs, compare_attrs);
	foreach(cell, attrs)
		if (dbmig_diff_compares(object, ((SchemaAttr *) lfirst(cell))->name))
			digest_attr(digest, lfirst(cell));
	list_free(attrs);
	digest_bytes(digest, "\001", 2);
	foreach(cell, object->children)
		digest_object(digest, lfirst(cell));
	digest_bytes(digest, "\002", 2);
}

/* Returns the fingerprint of a sorted model. */
char *
dbmig_fingerprint(const SchemaModel *model)
{
	Digest *digest = digest_begin();
	ListCell *cell;

	digest_text(digest, model->complete ? "snapshot" : "expectation");
	for (int kind = 0; kind < KIND_COUNT; kind++)
		foreach(cell, model->objects[kind])
			digest_object(digest, lfirst(cell));
	return digest_end(digest);
}

/* Finds an object that could not be read, among some and what is in them. */
static const SchemaObject *
find_gap(const List *objects)
{
	ListCell *cell;

	foreach(cell, objects)
	{
		const SchemaObject *object = lfirst(cell);
		const SchemaObject *inside;

		if (dbmig_object_attr(object, "skipped"))
			return object;
		if ((inside = find_gap(object->children)) != NULL)
			return inside;
	}
	return NULL;
}

/* Returns an object that could not be read; NULL if all were. */
const SchemaObject *
dbmig_fingerprint_gap(const SchemaModel *model)
{
	const SchemaObject *gap = NULL;

	for (int kind = 0; kind < KIND_COUNT && gap == NULL; kind++)
		gap = find_gap(model->objects[kind]);
	return gap;
}

/* Adds place and transaction of each visible row of a page. */
static void
digest_rows(Digest *digest, Oid catalog, Buffer buffer, Snapshot snapshot)
{
	Page page = BufferGetPage(buffer);
	BlockNumber block = BufferGetBlockNumber(buffer);
	OffsetNumber last = PageGetMaxOffsetNumber(page);

	for (OffsetNumber place = FirstOffsetNumber; place <= last; place++)
	{
		ItemId item = PageGetItemId(page, place);
		HeapTupleData tuple;
		TransactionId xmin;

		if (!ItemIdIsNormal(item))
			continue;
		tuple.t_tableOid = catalog;
		tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
		tuple.t_len = ItemIdGetLength(item);
		ItemPointerSet(&tuple.t_self, block, place);
		if (!HeapTupleSatisfiesVisibility(&tuple, snapshot, buffer))
			continue;
		xmin = HeapTupleHeaderGetRawXmin(tuple.t_data);
		digest_bytes(digest, &tuple.t_self, sizeof(tuple.t_self));
		digest_bytes(digest, &xmin, sizeof(xmin));
	}
}

/* Adds what identifies the rows of a catalog. */
static void
digest_catalog(Digest *digest, Oid catalog, Snapshot snapshot)
{
	Relation relation = table_open(catalog, AccessShareLock);
	BlockNumber blocks = RelationGetNumberOfBlocks(relation);

	digest_bytes(digest, &catalog, sizeof(catalog));
	for (BlockNumber block = 0; block < blocks; block++)
	{
		Buffer buffer = ReadBuffer(relation, block);
		Page page = BufferGetPage(buffer);
		XLogRecPtr lsn;

		CHECK_FOR_INTERRUPTS();
		LockBuffer(buffer, BUFFER_LOCK_SHARE);
		lsn = BufferGetLSNAtomic(buffer);
		/* without one if it was written without WAL (wal_level = minimal) */
		if (PageIsAllVisible(page) && !XLogRecPtrIsInvalid(lsn))
		{
			digest_bytes(digest, &block, sizeof(block));
			digest_bytes(digest, &lsn, sizeof(lsn));
		}
		else if (!PageIsNew(page))
			digest_rows(digest, catalog, buffer, snapshot);
		UnlockReleaseBuffer(buffer);
	}
	table_close(relation, AccessShareLock);
}

/* Returns the timeline, which tells clusters of the same origin apart. */
static TimeLineID
current_timeline(void)
{
	TimeLineID timeline;

	if (!RecoveryInProgress())
		return GetWALInsertionTimeLine();
	(void) GetXLogReplayRecPtr(&timeline);
	return timeline;
}

/* Returns the state of the catalogs: the next transaction and their hash. */
char *
dbmig_fingerprint_state(void)
{
	uint64 next = U64FromFullTransactionId(ReadNextFullTransactionId());
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	Digest *digest = digest_begin();
	struct
	{
		uint64 cluster;
		uint32 version;
		uint32 timeline;
		uint32 database;
		uint32 format;
		uint32 privileges;
		uint32 unused;
	} where = {.cluster = GetSystemIdentifier(),
			   .version = PG_VERSION_NUM,
			   .timeline = current_timeline(),
			   .database = MyDatabaseId,
			   .format = DBMIG_SNAPSHOT_FORMAT,
			   .privileges = dbmig_setting_schema_privileges};

	digest_bytes(digest, &where, sizeof(where));
	for (int i = 0; i < lengthof(catalogs); i++)
		digest_catalog(digest, catalogs[i], snapshot);
	UnregisterSnapshot(snapshot);
	return psprintf(UINT64_FORMAT ":%s", next, digest_end(digest));
}

/* Are two states the same?  Never true if a row has changed between them. */
bool
dbmig_fingerprint_same_state(const char *before, const char *now)
{
	const char *hash = strchr(before, ':');
	const char *other = strchr(now, ':');
	uint64 age;

	if (hash == NULL || other == NULL || strcmp(hash, other) != 0)
		return false;
	age = strtou64(now, NULL, 10) - strtou64(before, NULL, 10);
	return age < STATE_LIFETIME;
}

/*
 * Notes what the catalogs in this state mean, after they were read; false if
 * they are in another state meanwhile, so that nobody knows what was read.
 */
bool
dbmig_fingerprint_note(const char *state, const char *fingerprint)
{
	if (!dbmig_fingerprint_same_state(state, dbmig_fingerprint_state()))
		return false;
	strlcpy(seen.state, state, sizeof(seen.state));
	strlcpy(seen.fingerprint, fingerprint, sizeof(seen.fingerprint));
	return true;
}

/* Returns the fingerprint of this database; NULL if it cannot be read whole. */
char *
dbmig_fingerprint_current(void)
{
	char *state = dbmig_fingerprint_state();
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	SchemaModel *model;
	char *fingerprint = NULL;

	if (seen.fingerprint[0] && dbmig_fingerprint_same_state(seen.state, state))
		return pstrdup(seen.fingerprint);
	context = AllocSetContextCreate(caller, "dbmig fingerprint",
									ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	model = dbmig_schema_current(NIL, context);
	if (dbmig_fingerprint_gap(model) == NULL)
	{
		fingerprint = MemoryContextStrdup(caller, dbmig_fingerprint(model));
		(void) dbmig_fingerprint_note(state, fingerprint);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return fingerprint;
}

/* Stores the fingerprint where the argument points. */
static void
fetch_current(void *arg)
{
	char **fingerprint = arg;
	MemoryContext previous =
		MemoryContextSwitchTo(GetMemoryChunkContext(fingerprint));

	*fingerprint = dbmig_fingerprint_current();
	MemoryContextSwitchTo(previous);
}

/*
 * Returns the fingerprint for the history.  It is worth a WARNING if it cannot
 * be had, but not a migration.
 */
char *
dbmig_fingerprint_try(void)
{
	char **fingerprint = palloc0(sizeof(char *));
	ErrorData *error =
		dbmig_error_catch(fetch_current, fingerprint, CurrentMemoryContext);

	if (error == NULL)
		return *fingerprint;
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
		error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
		dbmig_error_raise(error);
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("the schema could not be read for the history: %s",
					error->message)));
	return NULL;
}

/* Raises the error for a schema of which something is locked. */
void
dbmig_fingerprint_refuse(const SchemaObject *gap)
{
	ereport(ERROR,
			(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			 errmsg("the schema has no fingerprint now: %s %s could not be read",
					dbmig_object_label(gap), gap->identity),
			 errdetail("%s", dbmig_object_text(gap, "skipped")),
			 errhint("Try again when the lock is gone.")));
}

/* schema_fingerprint(schemas text[]) */
Datum
dbmig_schema_fingerprint(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "dbmig fingerprint",
												  ALLOCSET_DEFAULT_SIZES);
	SchemaModel *model;
	const SchemaObject *gap;
	text *result;

	MemoryContextSwitchTo(context);
	model = dbmig_schema_current(dbmig_schemas_argument(fcinfo, 0), context);
	if ((gap = dbmig_fingerprint_gap(model)) != NULL)
		dbmig_fingerprint_refuse(gap);
	MemoryContextSwitchTo(caller);
	result = cstring_to_text(dbmig_fingerprint(model));
	MemoryContextDelete(context);
	PG_RETURN_TEXT_P(result);
}

/* _run_fingerprint(): for the history that a worker writes */
Datum
dbmig_run_fingerprint(PG_FUNCTION_ARGS)
{
	char *fingerprint = dbmig_fingerprint_try();

	if (fingerprint == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(fingerprint));
}
