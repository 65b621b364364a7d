-- The conversation with each client: by far the largest table, so one partition per month.
-- Months are those of UTC, whatever time zone the session has.

CREATE TABLE IF NOT EXISTS messages (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    company_id  integer     NOT NULL,
    client_id   integer,
    phone       text        NOT NULL,
    direction   text        NOT NULL,
    message     text        NOT NULL,
    external_id text,
    metadata    jsonb       NOT NULL DEFAULT '{}',
    processed   boolean     NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT messages_pkey PRIMARY KEY (id, created_at),
    CONSTRAINT messages_company_id_fkey FOREIGN KEY (company_id)
        REFERENCES companies (id) ON DELETE CASCADE,
    CONSTRAINT messages_client_id_fkey FOREIGN KEY (client_id)
        REFERENCES clients (id) ON DELETE CASCADE,
    CONSTRAINT messages_phone_check CHECK (phone ~ '^7[0-9]{10}$'),
    CONSTRAINT messages_direction_check CHECK (direction IN ('incoming', 'outgoing'))
) PARTITION BY RANGE (created_at);

-- This month and five ahead.
DO $$
DECLARE
    first_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    month       timestamp;
BEGIN
    FOR month IN
        SELECT generate_series(first_month, first_month + interval '5 months', interval '1 month')
    LOOP
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF messages FOR VALUES FROM (%L) TO (%L)',
                       to_char(month, '"messages_"YYYY_MM'),
                       month AT TIME ZONE 'UTC',
                       (month + interval '1 month') AT TIME ZONE 'UTC');
    END LOOP;
END
$$;

CREATE INDEX IF NOT EXISTS idx_messages_conversation ON messages (company_id, phone, created_at DESC);
CREATE INDEX IF NOT EXISTS idx_messages_phone ON messages (phone, created_at DESC);
CREATE INDEX IF NOT EXISTS idx_messages_client ON messages (client_id);
CREATE INDEX IF NOT EXISTS idx_messages_created_at ON messages (created_at);
CREATE INDEX IF NOT EXISTS idx_messages_external_id ON messages (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_messages_unprocessed ON messages (company_id, created_at) WHERE NOT processed;

COMMENT ON TABLE messages IS 'Messages in and out, one partition per month (UTC), six months kept';
