-- Production as it was found: made by Knex, with one foreign key, and the ids
-- of accounts as text where half of the tables keep them as uuid.

CREATE TABLE knex_migrations (
	id serial PRIMARY KEY,
	name varchar(255),
	batch integer,
	migration_time timestamptz
);

CREATE TABLE knex_migrations_lock (
	index serial PRIMARY KEY,
	is_locked integer
);

CREATE TABLE accounts (
	id varchar(255) PRIMARY KEY DEFAULT gen_random_uuid(),
	name varchar(255) NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	email varchar(255) NOT NULL UNIQUE,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE bot_configs (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name varchar(255) NOT NULL,
	settings jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE services (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id varchar(255),
	bot_config_id uuid REFERENCES bot_configs (id) ON DELETE SET NULL,
	name varchar(255) NOT NULL,
	duration integer NOT NULL DEFAULT 60
);

CREATE TABLE appointments (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id varchar(255),
	appointment_type varchar(255),
	customer_name varchar(255),
	customer_phone varchar(255),
	datetime timestamptz NOT NULL,
	duration integer NOT NULL DEFAULT 60,
	status varchar(255) NOT NULL DEFAULT 'booked'
);

CREATE TABLE availability_configs (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id varchar(255),
	day_of_week integer NOT NULL,
	opens time NOT NULL,
	closes time NOT NULL
);

CREATE TABLE blackout_dates (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id uuid,
	date date NOT NULL
);

CREATE TABLE test_chat_sessions (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id uuid,
	messages jsonb NOT NULL DEFAULT '[]',
	created_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO knex_migrations (name, batch, migration_time) VALUES
	('20240110090000_init.js', 1, '2024-01-10 09:05+00'),
	('20240214110000_bot_configs.js', 2, '2024-02-14 11:30+00');
INSERT INTO knex_migrations_lock VALUES (1, 0);
INSERT INTO accounts (id, name) VALUES ('0b0e4c4e-6f0d-4b47-9f3f-2f2f9a2b6c11', 'Salon Anna');
INSERT INTO services (id, account_id, name)
VALUES ('5a1c9a52-3f55-4a7e-8c02-7f6b0f5d9e21', '0b0e4c4e-6f0d-4b47-9f3f-2f2f9a2b6c11', 'Haircut');
INSERT INTO appointments (account_id, appointment_type, customer_phone, datetime)
SELECT '0b0e4c4e-6f0d-4b47-9f3f-2f2f9a2b6c11', '5a1c9a52-3f55-4a7e-8c02-7f6b0f5d9e21', '7900' || n, '2025-06-01 10:00+00'::timestamptz + n * interval '1 hour'
FROM generate_series(1000001, 1000020) n;
INSERT INTO blackout_dates (account_id, date) VALUES ('0b0e4c4e-6f0d-4b47-9f3f-2f2f9a2b6c11', '2025-12-31');
INSERT INTO test_chat_sessions (account_id) VALUES ('0b0e4c4e-6f0d-4b47-9f3f-2f2f9a2b6c11');
