CREATE SCHEMA "lay_drizzle";
--> statement-breakpoint
CREATE TABLE "lay_drizzle"."product" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL
);