-- The new database, designed anew. It does not fit.

CREATE TABLE companies (
	id serial PRIMARY KEY,
	yclients_company_id integer NOT NULL UNIQUE,
	name text NOT NULL,
	phone text,
	timezone text,
	settings jsonb DEFAULT '{}',
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE clients (
	id serial PRIMARY KEY,
	company_id integer NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
	yclients_client_id integer,
	name text,
	phone text NOT NULL,
	total_visits integer,
	total_spent numeric(10,2),
	last_visit_at timestamptz,
	notes text,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX clients_phone_idx ON clients (phone);

CREATE TABLE services (
	id serial PRIMARY KEY,
	company_id integer NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
	yclients_service_id integer,
	name text NOT NULL,
	price_min numeric(10,2),
	duration_minutes integer,
	settings jsonb DEFAULT '{}',
	created_at timestamptz NOT NULL DEFAULT now()
);
