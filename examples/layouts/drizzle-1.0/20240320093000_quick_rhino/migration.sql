CREATE SCHEMA "lay_drizzle1";
--> statement-breakpoint
CREATE TABLE "lay_drizzle1"."ticket" (
	"id" serial PRIMARY KEY,
	"subject" text NOT NULL
);