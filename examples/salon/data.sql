-- Three salons and their first weeks. The same rows whenever it runs; only the dates follow today.
-- Needs migrations 001 to 007.

BEGIN;

INSERT INTO companies (yclients_company_id, title, phone, email, address, settings)
SELECT 960000 + n,
       (ARRAY['Fringe & Co', 'Barber on Lenin Street', 'Studio Aurora'])[n],
       (79160000000 + n)::text,
       'hello' || n || '@salon.example',
       n || ' Main Street',
       jsonb_build_object('language', 'ru', 'reminders', n <> 2, 'work_hours', jsonb_build_array(10, 21))
FROM generate_series(1, 3) AS n;

INSERT INTO clients (company_id, yclients_client_id, name, phone, email, visit_count, last_visit_date,
                     total_spent, average_bill, loyalty_level, client_segment,
                     favorite_staff_ids, preferred_time_slots, preferences)
SELECT 1 + n % 3,
       500000 + n,
       (ARRAY['Anna', 'Boris', 'Vera', 'Gleb', 'Daria', 'Yegor', 'Zoya'])[1 + n % 7] || ' '
           || (ARRAY['Ivanova', 'Petrov', 'Smirnova', 'Volkov', 'Orlova'])[1 + n % 5],
       (79001000000 + n * 7919)::text,
       CASE WHEN n % 4 = 0 THEN 'client' || n || '@mail.example' END,
       n % 23,
       CASE WHEN n % 23 > 0 THEN date_trunc('day', now()) - make_interval(days => n % 180, hours => -(10 + n % 9)) END,
       (n % 23) * (1200 + n % 900),
       CASE WHEN n % 23 > 0 THEN 1200 + n % 900 ELSE 0 END,
       (ARRAY['new', 'bronze', 'silver', 'gold'])[1 + least(n % 23 / 6, 3)],
       (ARRAY['regular', 'sleeping', 'vip', 'lost'])[1 + n % 4],
       ARRAY[1 + n % 12, 1 + (n + 5) % 12],
       ARRAY[(ARRAY['morning', 'day', 'evening'])[1 + n % 3]],
       jsonb_build_object('coffee', n % 2 = 0, 'talk', (ARRAY['little', 'much'])[1 + n % 2])
FROM generate_series(1, 1299) AS n;

INSERT INTO services (company_id, yclients_service_id, title, category, price_min, price_max, duration, declensions)
SELECT 1 + (n - 1) / 21,
       700000 + n,
       (ARRAY['Cut', 'Shave', 'Colour', 'Styling', 'Manicure', 'Care', 'Massage'])[1 + n % 7] || ' no. ' || 1 + (n - 1) % 21,
       (ARRAY['hair', 'beard', 'nails'])[1 + n % 3],
       800 + 50 * (n % 21),
       1200 + 90 * (n % 21),
       make_interval(mins => 30 + 15 * (n % 5)),
       '{"genitive": "…", "accusative": "…"}'
FROM generate_series(1, 63) AS n;

INSERT INTO staff (company_id, yclients_staff_id, name, position, phone, rating)
SELECT 1 + (n - 1) / 4,
       800000 + n,
       (ARRAY['Olga', 'Sergey', 'Maria', 'Timur'])[1 + n % 4] || ' ' || chr(64 + n) || '.',
       (ARRAY['stylist', 'barber', 'nail artist'])[1 + n % 3],
       (79260000000 + n)::text,
       4 + (n % 10) / 10.0
FROM generate_series(1, 12) AS n;

INSERT INTO staff_schedules (company_id, staff_id, work_date, is_working, starts_at, ends_at)
SELECT s.company_id, s.id, current_date + n / 12, n % 9 <> 0,
       CASE WHEN n % 9 <> 0 THEN time '10:00' END,
       CASE WHEN n % 9 <> 0 THEN time '20:00' END
FROM generate_series(0, 55) AS n
JOIN staff s ON s.id = 1 + n % 12;

INSERT INTO bookings (company_id, yclients_record_id, client_id, service_id, staff_id, client_phone,
                      datetime, duration, status, price, booking_data)
SELECT c.company_id, 900000 + n, c.id, v.id, f.id, c.phone,
       date_trunc('day', now()) + make_interval(days => n / 4 - 4, hours => 10 + n % 9),
       v.duration,
       CASE WHEN n / 4 < 4 THEN (ARRAY['completed', 'completed', 'no_show', 'cancelled'])[1 + n % 4]
            ELSE (ARRAY['confirmed', 'pending'])[1 + n % 2] END,
       v.price_min,
       jsonb_build_object('source', (ARRAY['whatsapp', 'phone', 'site'])[1 + n % 3])
FROM generate_series(1, 38) AS n
JOIN clients c ON c.id = n * 31
JOIN LATERAL (SELECT s.* FROM services s WHERE s.company_id = c.company_id ORDER BY s.id OFFSET n % 21 LIMIT 1) v ON true
JOIN LATERAL (SELECT s.* FROM staff s WHERE s.company_id = c.company_id ORDER BY s.id OFFSET n % 4 LIMIT 1) f ON true;

INSERT INTO reminders (company_id, booking_id, phone, kind, status, due_at, sent_at)
SELECT b.company_id, b.id, b.client_phone, 'day_before',
       CASE WHEN b.datetime < now() THEN 'sent' ELSE 'scheduled' END,
       b.datetime - interval '1 day',
       CASE WHEN b.datetime < now() THEN b.datetime - interval '1 day' END
FROM bookings b
WHERE b.status <> 'cancelled';

INSERT INTO dialog_contexts (company_id, client_id, phone, state, context, expires_at)
SELECT c.company_id, c.id, c.phone,
       (ARRAY['choosing_service', 'choosing_time', 'confirming'])[1 + n % 3],
       jsonb_build_object('step', n % 3, 'service_id', n),
       now() + make_interval(hours => n * 2 - 15)
FROM generate_series(1, 21) AS n
JOIN clients c ON c.id = n * 13;

INSERT INTO appointments_cache (company_id, cache_key, staff_id, slot_date, booking_data, expires_at)
SELECT s.company_id, 'slots:' || s.id || ':' || d, s.id, current_date + d,
       jsonb_build_object('slots', jsonb_build_array('10:00', '12:30', '17:00')),
       now() + make_interval(mins => d * 10 - 15)
FROM staff s, generate_series(0, 4) AS d;

INSERT INTO sync_status (company_id, entity, state, rows_synced, last_synced_at, next_sync_at)
SELECT c.id, e, 'succeeded', 100 * c.id, date_trunc('hour', now()), date_trunc('hour', now()) + interval '1 hour'
FROM companies c, unnest(ARRAY['clients', 'services', 'staff', 'schedules', 'bookings']) AS e;

INSERT INTO whatsapp_auth (company_id, phone, creds, status, last_seen_at)
SELECT id, phone, jsonb_build_object('registrationId', 4000 + id, 'platform', 'web'), 'connected', now()
FROM companies
WHERE id <= 2;

INSERT INTO whatsapp_keys (company_id, key_type, key_id, value, expires_at)
SELECT 1 + n % 2,
       (ARRAY['pre-key', 'session', 'sender-key', 'lid-mapping', 'app-state-sync-key'])[1 + n % 5],
       'k' || n,
       jsonb_build_object('public', md5(n::text), 'private', md5((n + 100000)::text)),
       CASE WHEN n % 3 > 0 THEN now() + make_interval(hours => n - 400) END
FROM generate_series(1, 1127) AS n;

-- Messages were kept elsewhere before: the two months before this one need partitions of their own.
DO $$
DECLARE
    this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    month      timestamp;
BEGIN
    FOR month IN
        SELECT generate_series(this_month - interval '2 months', this_month - interval '1 month', interval '1 month')
    LOOP
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF messages FOR VALUES FROM (%L) TO (%L)',
                       to_char(month, '"messages_"YYYY_MM'),
                       month AT TIME ZONE 'UTC',
                       (month + interval '1 month') AT TIME ZONE 'UTC');
    END LOOP;
END
$$;

-- 6,000 messages, evenly from the first of those months until now: 60 conversations of 100.
INSERT INTO messages (company_id, client_id, phone, direction, message, external_id, processed, created_at)
SELECT c.company_id, c.id, c.phone,
       (ARRAY['incoming', 'outgoing'])[1 + n / 60 % 2],
       (ARRAY['Good morning', 'Is Saturday at noon free?', 'You are booked', 'Thank you', 'I shall be ten minutes late'])
           [1 + n / 60 % 5],
       md5('message ' || n),
       n <= 5950,
       span.starts + (now() - span.starts) * (n / 6000.0::float8)
FROM generate_series(1, 6000) AS n
JOIN clients c ON c.id = 1 + n % 60,
     (SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '2 months') AT TIME ZONE 'UTC' AS starts) AS span;

COMMIT;

ANALYZE;
