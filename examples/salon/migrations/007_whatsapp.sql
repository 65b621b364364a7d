-- Login state of the messenger and its session keys, formerly files on a disk that was lost at each deployment.

CREATE TABLE IF NOT EXISTS whatsapp_auth (
    company_id   integer     NOT NULL,
    phone        text,
    creds        jsonb       NOT NULL,
    status       text        NOT NULL DEFAULT 'disconnected',
    last_seen_at timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT whatsapp_auth_pkey PRIMARY KEY (company_id),
    CONSTRAINT whatsapp_auth_company_id_fkey FOREIGN KEY (company_id)
        REFERENCES companies (id) ON DELETE CASCADE,
    CONSTRAINT whatsapp_auth_phone_check CHECK (phone ~ '^7[0-9]{10}$'),
    CONSTRAINT whatsapp_auth_status_check CHECK (status IN ('disconnected', 'pairing', 'connected', 'banned'))
);

CREATE INDEX IF NOT EXISTS idx_whatsapp_auth_phone ON whatsapp_auth (phone);
CREATE INDEX IF NOT EXISTS idx_whatsapp_auth_status ON whatsapp_auth (status);

CREATE TABLE IF NOT EXISTS whatsapp_keys (
    company_id integer     NOT NULL,
    key_type   text        NOT NULL,
    key_id     text        NOT NULL,
    value      jsonb       NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT whatsapp_keys_pkey PRIMARY KEY (company_id, key_type, key_id),
    CONSTRAINT whatsapp_keys_company_id_fkey FOREIGN KEY (company_id)
        REFERENCES whatsapp_auth (company_id) ON DELETE CASCADE,
    CONSTRAINT whatsapp_keys_key_type_check
        CHECK (key_type IN ('pre-key', 'session', 'sender-key', 'app-state-sync-key', 'lid-mapping'))
);

CREATE INDEX IF NOT EXISTS idx_whatsapp_keys_expires ON whatsapp_keys (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_whatsapp_keys_updated_at ON whatsapp_keys (company_id, updated_at);

COMMENT ON COLUMN whatsapp_keys.expires_at IS 'NULL = kept for ever';
