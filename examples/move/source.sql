-- The database that is to be moved: ids of the booking system (yclients) beside
-- our own, names as that system calls them.

CREATE TABLE companies (
	id serial PRIMARY KEY,
	yclients_id integer UNIQUE,
	company_id integer NOT NULL,
	title text NOT NULL,
	phone text,
	timezone text,
	raw_data jsonb,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE clients (
	id serial PRIMARY KEY,
	yclients_id integer UNIQUE,
	company_id integer NOT NULL,
	name text,
	phone text NOT NULL,
	visit_count integer,
	total_spent numeric(10,2),
	average_bill numeric(10,2),
	last_visit_date timestamptz,
	loyalty_level text,
	client_segment text,
	favorite_staff_ids integer[],
	preferred_time_slots text[],
	visit_history jsonb,
	preferences jsonb,
	ai_context jsonb,
	goods_purchases jsonb,
	raw_data jsonb,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE services (
	id serial PRIMARY KEY,
	yclients_id integer UNIQUE,
	company_id integer NOT NULL,
	title text NOT NULL,
	price_min numeric(10,2),
	duration integer,
	declensions jsonb,
	raw_data jsonb,
	created_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO companies (yclients_id, company_id, title) VALUES (962302, 962302, 'Salon on the square');
INSERT INTO clients (yclients_id, company_id, name, phone, favorite_staff_ids)
SELECT n, 962302, 'client ' || n, (79000000000 + n)::text, ARRAY[n % 12]
FROM generate_series(1, 1304) n;
INSERT INTO services (yclients_id, company_id, title, declensions)
SELECT n, 962302, 'service ' || n, '{"nominative": "haircut"}' FROM generate_series(1, 63) n;
