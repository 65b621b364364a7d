-- Indexes asked for once the salons were open: built without blocking anybody.
-- CREATE INDEX CONCURRENTLY cannot run inside a transaction, so each statement stands for itself.

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_clients_name_search
    ON clients (company_id, lower(name) text_pattern_ops);

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_clients_preferences
    ON clients USING gin (preferences jsonb_path_ops);

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_clients_favorite_staff
    ON clients USING gin (favorite_staff_ids);

-- One client cannot hold two open bookings at the same time.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS idx_bookings_one_open_per_client
    ON bookings (client_id, datetime) WHERE status IN ('pending', 'confirmed');

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_whatsapp_keys_key_id
    ON whatsapp_keys (key_id);

ANALYZE clients, bookings, whatsapp_keys;
