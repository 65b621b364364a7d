-- Production as it was found: made by 18 of 26 hand-written migrations. The
-- ORM (Drizzle) never managed it.

CREATE TYPE request_status AS ENUM ('draft', 'submitted', 'approved', 'rejected');

CREATE TABLE schema_migrations (
	version integer PRIMARY KEY,
	name text NOT NULL,
	executed_at timestamptz DEFAULT now()
);

CREATE TABLE requests (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	request_id text NOT NULL UNIQUE,
	status request_status DEFAULT 'draft',
	mine_group text,
	mine_name text,
	contact jsonb,
	line_items jsonb DEFAULT '[]',
	salesperson_selection integer,
	salesperson_name text,
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now(),
	CONSTRAINT requests_salesperson_selection_check CHECK (salesperson_selection BETWEEN 0 AND 8)
);

CREATE TABLE site_visits (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	date date NOT NULL,
	salesperson text NOT NULL,
	planned_mines text[] NOT NULL,
	main_purpose text NOT NULL,
	availability text NOT NULL,
	comments text,
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz,
	CONSTRAINT check_salesperson_valid CHECK (salesperson <> ''),
	CONSTRAINT check_purpose_valid CHECK (main_purpose IN ('quote_follow_up', 'delivery', 'site_check', 'relationship')),
	CONSTRAINT check_availability_valid CHECK (availability IN ('morning', 'later_morning', 'afternoon', 'all_day'))
);

CREATE TABLE pipedrive_submissions (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	request_id text NOT NULL,
	simulated_deal_id integer,
	payload jsonb NOT NULL,
	created_at timestamptz DEFAULT now()
);

CREATE TABLE pipedrive_metric_data (
	id bigint PRIMARY KEY,
	title text,
	pipeline_id bigint,
	stage_id bigint,
	status text,
	first_fetched_at timestamptz DEFAULT now(),
	last_fetched_at timestamptz DEFAULT now()
);

CREATE TABLE pipedrive_deal_flow_data (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	deal_id bigint NOT NULL,
	pipeline_id bigint NOT NULL,
	pipedrive_event_id bigint NOT NULL UNIQUE,
	stage_id bigint NOT NULL,
	entered_at timestamptz,
	left_at timestamptz,
	duration_seconds bigint,
	created_at timestamptz DEFAULT now()
);

CREATE TABLE flow_metrics_config (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	metric_key text NOT NULL UNIQUE,
	display_title text NOT NULL,
	sort_order integer DEFAULT 0,
	is_active boolean DEFAULT true,
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now()
);

CREATE TABLE canonical_stage_mappings (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	metric_config_id uuid CONSTRAINT canonical_stage_mappings_metric_config_id_flow_metrics_config_i
		REFERENCES flow_metrics_config (id) ON DELETE CASCADE,
	canonical_stage text NOT NULL,
	start_stage text,
	end_stage text,
	start_stage_id bigint,
	end_stage_id bigint,
	avg_min_days integer,
	avg_max_days integer,
	metric_comment text,
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now()
);

-- Two of these cannot work: the sequences were dropped. The third gives two
-- callers the same number, and makes 100 of 1000.
CREATE FUNCTION generate_mock_request_id() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN 'MOCK-' || lpad(nextval('mock_request_id_seq')::text, 3, '0');
END
$$;

CREATE FUNCTION generate_prod_request_id() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN 'RQ-' || lpad(nextval('prod_request_id_seq')::text, 3, '0');
END
$$;

CREATE FUNCTION generate_request_id() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	next_number integer;
BEGIN
	SELECT coalesce(max(substring(request_id FROM 'QR-([0-9]+)')::integer), 0) + 1 INTO next_number FROM requests;
	RETURN 'QR-' || lpad(next_number::text, 3, '0');
END
$$;

-- Twins.
CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at = now();
	RETURN NEW;
END
$$;

CREATE FUNCTION update_canonical_stage_mappings_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at = now();
	RETURN NEW;
END
$$;

CREATE FUNCTION validate_contact_jsonb(contact jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN contact ?& ARRAY['personId', 'name', 'mineGroup', 'mineName'];
END
$$;

CREATE TRIGGER set_updated_at BEFORE UPDATE ON requests
	FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER update_canonical_stage_mappings_updated_at BEFORE UPDATE ON canonical_stage_mappings
	FOR EACH ROW EXECUTE FUNCTION update_canonical_stage_mappings_updated_at();

-- version 2 was run again after 14
INSERT INTO schema_migrations (version, name, executed_at) VALUES
	(1, 'initial_schema', '2025-08-12 08:00+00'),
	(2, 'add_request_status', '2025-08-25 16:40+00'),
	(3, 'add_site_visits', '2025-08-14 09:12+00'),
	(4, 'site_visits_checks', '2025-08-14 11:30+00'),
	(5, 'add_pipedrive_submissions', '2025-08-15 10:05+00'),
	(6, 'request_ids', '2025-08-15 15:45+00'),
	(7, 'mock_request_ids', '2025-08-16 08:20+00'),
	(8, 'contact_validation', '2025-08-18 09:00+00'),
	(9, 'line_items_jsonb', '2025-08-18 13:37+00'),
	(10, 'salesperson_selection', '2025-08-19 10:10+00'),
	(11, 'add_pipedrive_metric_data', '2025-08-20 09:30+00'),
	(12, 'add_deal_flow_data', '2025-08-21 14:00+00'),
	(13, 'deal_flow_unique_events', '2025-08-22 08:50+00'),
	(14, 'add_canonical_stage_mappings', '2025-08-25 09:15+00'),
	(15, 'add_flow_metrics_config', '2025-08-26 10:00+00'),
	(16, 'link_mappings_to_metrics', '2025-08-27 11:20+00'),
	(17, 'stage_ids', '2025-08-28 15:55+00'),
	(18, 'flow_metrics_thresholds_and_comments', '2025-08-29 12:00+00');
