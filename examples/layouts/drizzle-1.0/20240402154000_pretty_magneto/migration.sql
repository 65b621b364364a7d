CREATE TABLE "lay_drizzle1"."comment" (
	"id" serial PRIMARY KEY,
	"ticket_id" integer NOT NULL,
	"body" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "lay_drizzle1"."comment" ADD CONSTRAINT "comment_ticket_id_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "lay_drizzle1"."ticket"("id");