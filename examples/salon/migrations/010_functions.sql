-- What the application and its scheduler call: clean-up, the last messages of a conversation, figures.

CREATE OR REPLACE FUNCTION cleanup_expired_dialog_contexts()
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    deleted bigint;
BEGIN
    DELETE FROM dialog_contexts WHERE expires_at < now();
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;

CREATE OR REPLACE FUNCTION cleanup_expired_appointments_cache()
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    deleted bigint;
BEGIN
    DELETE FROM appointments_cache WHERE expires_at < now();
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;

CREATE OR REPLACE FUNCTION cleanup_expired_whatsapp_keys()
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    deleted bigint;
BEGIN
    DELETE FROM whatsapp_keys WHERE expires_at < now();
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;

-- The bounds on created_at let the planner leave out the partitions that cannot matter.
CREATE OR REPLACE FUNCTION get_recent_messages(p_phone text, p_company_id integer, p_limit integer DEFAULT 50)
RETURNS TABLE (id bigint, direction text, message text, created_at timestamptz, processed boolean)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT m.id, m.direction, m.message, m.created_at, m.processed
    FROM messages m
    WHERE m.phone = p_phone
      AND m.company_id = p_company_id
      AND m.created_at > now() - interval '3 months'
      AND m.created_at <= now()
    ORDER BY m.created_at DESC
    LIMIT p_limit;
END;

CREATE OR REPLACE FUNCTION get_messages_stats()
RETURNS TABLE (partition_name text, partition_start timestamptz, partition_end timestamptz, row_count bigint, size text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    month timestamp;
BEGIN
    FOR partition_name IN
        SELECT c.relname
        FROM pg_inherits h
        JOIN pg_class c ON c.oid = h.inhrelid
        WHERE h.inhparent = 'messages'::regclass
        ORDER BY c.relname
    LOOP
        month := to_date(right(partition_name, 7), 'YYYY_MM')::timestamp;
        partition_start := month AT TIME ZONE 'UTC';
        partition_end := (month + interval '1 month') AT TIME ZONE 'UTC';
        EXECUTE format('SELECT count(*) FROM %I', partition_name) INTO row_count;
        size := pg_size_pretty(pg_total_relation_size(partition_name::regclass));
        RETURN NEXT;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION get_database_stats()
RETURNS TABLE (table_name name, row_count bigint, size text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT s.relname, s.n_live_tup, pg_size_pretty(pg_total_relation_size(s.relid))
    FROM pg_stat_user_tables s
    WHERE s.schemaname = current_schema
    ORDER BY pg_total_relation_size(s.relid) DESC, s.relname;
END;

CREATE OR REPLACE FUNCTION get_whatsapp_stats()
RETURNS TABLE (companies bigint, keys bigint, expired bigint, active bigint, bytes bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT (SELECT count(*) FROM whatsapp_auth),
           count(*),
           count(*) FILTER (WHERE k.expires_at < now()),
           count(*) FILTER (WHERE k.expires_at IS NULL OR k.expires_at >= now()),
           pg_total_relation_size('whatsapp_keys'::regclass)
    FROM whatsapp_keys k;
END;

COMMENT ON FUNCTION cleanup_expired_dialog_contexts() IS 'Deletes dialogues whose time is over; returns how many';
COMMENT ON FUNCTION cleanup_expired_appointments_cache() IS 'Deletes stale cache rows; returns how many';
COMMENT ON FUNCTION cleanup_expired_whatsapp_keys() IS 'Deletes expired keys; returns how many';
COMMENT ON FUNCTION get_recent_messages(text, integer, integer) IS 'Newest messages with a phone number, at most three months old';
