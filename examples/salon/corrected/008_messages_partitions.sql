-- Partitions of messages, made and dropped by two functions that a scheduler calls.

CREATE OR REPLACE FUNCTION create_messages_partition(p_month date)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    month          timestamp := date_trunc('month', p_month::timestamp);
    partition_name text := to_char(month, '"messages_"YYYY_MM');
BEGIN
    IF to_regclass(partition_name) IS NOT NULL THEN
        RETURN NULL;
    END IF;

    EXECUTE format('CREATE TABLE %I PARTITION OF messages FOR VALUES FROM (%L) TO (%L)',
                   partition_name,
                   month AT TIME ZONE 'UTC',
                   (month + interval '1 month') AT TIME ZONE 'UTC');
    RETURN partition_name;
END
$$;

-- This month and five ahead exist afterwards; what ended more than six months ago is gone.
CREATE OR REPLACE FUNCTION maintain_messages_partitions()
RETURNS TABLE (action text, partition_name text)
LANGUAGE plpgsql
AS $$
DECLARE
    this_month    timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    old_partition record;
BEGIN
    FOR i IN 0..5 LOOP
        partition_name := create_messages_partition((this_month + make_interval(months => i))::date);
        IF partition_name IS NOT NULL THEN
            action := 'created';
            RETURN NEXT;
        END IF;
    END LOOP;

    FOR old_partition IN
        SELECT c.relname
        FROM pg_inherits h
        JOIN pg_class c ON c.oid = h.inhrelid
        WHERE h.inhparent = 'messages'::regclass
          AND c.relname ~ '^messages_[0-9]{4}_[0-9]{2}$'
          AND to_date(right(c.relname, 7), 'YYYY_MM') < this_month - interval '6 months'
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE %I', old_partition.relname);
        action := 'dropped';
        partition_name := old_partition.relname;
        RETURN NEXT;
    END LOOP;
END
$$;

-- Run it once: a function that has never run is not finished.
DO $$
BEGIN
    PERFORM maintain_messages_partitions();
END
$$;

COMMENT ON FUNCTION create_messages_partition(date) IS
    'Makes the partition of that month; returns its name, or NULL if it was there';
COMMENT ON FUNCTION maintain_messages_partitions() IS
    'Makes missing partitions, drops old ones; one row for each';
