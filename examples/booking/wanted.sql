-- What the tables should be: the same, with keys between them, ids of one type,
-- the two indexes that the calendar reads by, and no appointment of no length.

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
	account_id varchar(255) REFERENCES accounts (id) ON DELETE SET NULL,
	bot_config_id uuid REFERENCES bot_configs (id) ON DELETE SET NULL,
	name varchar(255) NOT NULL,
	duration integer NOT NULL DEFAULT 60
);

CREATE TABLE appointments (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id varchar(255) REFERENCES accounts (id) ON DELETE SET NULL,
	appointment_type uuid REFERENCES services (id) ON DELETE SET NULL,
	customer_name varchar(255),
	customer_phone varchar(255),
	datetime timestamptz NOT NULL,
	duration integer NOT NULL DEFAULT 60 CHECK (duration > 0),
	status varchar(255) NOT NULL DEFAULT 'booked'
);
CREATE INDEX appointments_account_id_datetime_index ON appointments (account_id, datetime);
CREATE INDEX appointments_customer_phone_index ON appointments (customer_phone);

CREATE TABLE availability_configs (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id varchar(255) REFERENCES accounts (id) ON DELETE SET NULL,
	day_of_week integer NOT NULL,
	opens time NOT NULL,
	closes time NOT NULL
);

CREATE TABLE blackout_dates (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id varchar(255) REFERENCES accounts (id) ON DELETE SET NULL,
	date date NOT NULL
);

CREATE TABLE test_chat_sessions (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id varchar(255) REFERENCES accounts (id) ON DELETE SET NULL,
	messages jsonb NOT NULL DEFAULT '[]',
	created_at timestamptz NOT NULL DEFAULT now()
);
