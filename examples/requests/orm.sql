-- What the ORM (Drizzle) believes this database to be, as `drizzle-kit export`
-- prints it. It knows nothing of functions, triggers and checks.

CREATE TYPE "public"."request_status" AS ENUM('draft', 'submitted', 'failed');
CREATE TABLE "requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" text NOT NULL UNIQUE,
	"status" "request_status" DEFAULT 'draft',
	"mine_group" text,
	"mine_name" text,
	"contact" jsonb,
	"line_items" jsonb DEFAULT '[]'::jsonb,
	"salesperson_selection" integer,
	"salesperson_name" text,
	"created_at" timestamp with time zone DEFAULT now(),
	"updated_at" timestamp with time zone DEFAULT now()
);

CREATE TABLE "mock_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" text NOT NULL,
	"status" "request_status" DEFAULT 'draft',
	"mine_group" text,
	"mine_name" text,
	"contact" jsonb,
	"line_items" jsonb DEFAULT '[]'::jsonb,
	"salesperson_selection" integer,
	"salesperson_name" text,
	"created_at" timestamp with time zone DEFAULT now(),
	"updated_at" timestamp with time zone DEFAULT now()
);

CREATE TABLE "site_visits" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"date" date NOT NULL,
	"salesperson" text NOT NULL,
	"planned_mines" text[] NOT NULL,
	"main_purpose" text NOT NULL,
	"availability" text NOT NULL,
	"comments" text,
	"created_at" timestamp with time zone DEFAULT now(),
	"updated_at" timestamp with time zone DEFAULT now()
);

CREATE TABLE "pipedrive_submissions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" text NOT NULL,
	"simulated_deal_id" integer NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now()
);

CREATE TABLE "pipedrive_metric_data" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"deal_id" integer NOT NULL,
	"metric_key" text NOT NULL,
	"start_stage_id" integer,
	"end_stage_id" integer,
	"start_timestamp" timestamp,
	"end_timestamp" timestamp,
	"duration_days" integer,
	"created_at" timestamp DEFAULT now()
);

CREATE TABLE "pipedrive_deal_flow_data" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"deal_id" bigint NOT NULL,
	"event_id" text NOT NULL,
	"stage_id" bigint NOT NULL,
	"timestamp" timestamp NOT NULL,
	"created_at" timestamp with time zone DEFAULT now()
);

CREATE TABLE "flow_metrics" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"metric_key" text NOT NULL,
	"average_days" numeric(10, 2),
	"deal_count" integer,
	"computed_at" timestamp with time zone DEFAULT now()
);

CREATE TABLE "flow_metrics_config" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"metric_key" text NOT NULL UNIQUE,
	"display_title" text NOT NULL,
	"sort_order" integer DEFAULT 0,
	"is_active" boolean DEFAULT true,
	"created_at" timestamp with time zone DEFAULT now(),
	"updated_at" timestamp with time zone DEFAULT now()
);

CREATE TABLE "canonical_stage_mappings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"metric_config_id" uuid,
	"canonical_stage" text NOT NULL,
	"start_stage" text,
	"end_stage" text,
	"start_stage_id" bigint,
	"end_stage_id" bigint,
	"avg_min_days" integer,
	"avg_max_days" integer,
	"metric_comment" text,
	"created_at" timestamp with time zone DEFAULT now(),
	"updated_at" timestamp with time zone DEFAULT now()
);

CREATE TABLE "kv_cache" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"expires_at" timestamp with time zone
);

ALTER TABLE "canonical_stage_mappings" ADD CONSTRAINT "canonical_stage_mappings_metric_config_id_flow_metrics_config_id_fk" FOREIGN KEY ("metric_config_id") REFERENCES "public"."flow_metrics_config"("id") ON DELETE cascade ON UPDATE no action;

CREATE INDEX "idx_csm_canonical_stage" ON "canonical_stage_mappings" USING btree ("canonical_stage");
CREATE INDEX "idx_csm_start_stage" ON "canonical_stage_mappings" USING btree ("start_stage");
CREATE INDEX "idx_csm_end_stage" ON "canonical_stage_mappings" USING btree ("end_stage");
CREATE INDEX "idx_csm_start_stage_id" ON "canonical_stage_mappings" USING btree ("start_stage_id");
CREATE INDEX "idx_csm_end_stage_id" ON "canonical_stage_mappings" USING btree ("end_stage_id");
CREATE INDEX "idx_csm_metric_config_id" ON "canonical_stage_mappings" USING btree ("metric_config_id");
CREATE INDEX "idx_requests_request_id" ON "requests" USING btree ("request_id");
CREATE INDEX "idx_requests_created_at" ON "requests" USING btree ("created_at");
CREATE INDEX "idx_requests_status" ON "requests" USING btree ("status");
CREATE INDEX "idx_requests_mine_group" ON "requests" USING btree ("mine_group");
CREATE INDEX "idx_requests_mine_name" ON "requests" USING btree ("mine_name");
CREATE INDEX "idx_requests_salesperson" ON "requests" USING btree ("salesperson_name");
CREATE INDEX "idx_requests_line_items_gin" ON "requests" USING gin ("line_items");
CREATE INDEX "idx_requests_contact_gin" ON "requests" USING gin ("contact");
CREATE INDEX "idx_site_visits_date" ON "site_visits" USING btree ("date");
CREATE INDEX "idx_site_visits_salesperson" ON "site_visits" USING btree ("salesperson");
CREATE INDEX "idx_site_visits_created_at" ON "site_visits" USING btree ("created_at");
CREATE INDEX "idx_pipedrive_submissions_request_id" ON "pipedrive_submissions" USING btree ("request_id");
CREATE INDEX "idx_pipedrive_submissions_simulated_deal_id" ON "pipedrive_submissions" USING btree ("simulated_deal_id");
CREATE INDEX "idx_pipedrive_deal_flow_data_deal_id" ON "pipedrive_deal_flow_data" USING btree ("deal_id");
CREATE INDEX "idx_pipedrive_deal_flow_data_stage_id" ON "pipedrive_deal_flow_data" USING btree ("stage_id");
CREATE INDEX "idx_pipedrive_deal_flow_data_timestamp" ON "pipedrive_deal_flow_data" USING btree ("timestamp");
CREATE INDEX "idx_fmc_metric_key" ON "flow_metrics_config" USING btree ("metric_key");
CREATE INDEX "idx_fmc_sort_order" ON "flow_metrics_config" USING btree ("sort_order");
CREATE INDEX "idx_fmc_is_active" ON "flow_metrics_config" USING btree ("is_active");
