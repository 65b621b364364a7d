CREATE TABLE "lay_drizzle"."order_line" (
	"id" serial PRIMARY KEY NOT NULL,
	"product_id" integer NOT NULL,
	"quantity" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "lay_drizzle"."order_line" ADD CONSTRAINT "order_line_product_id_product_id_fk" FOREIGN KEY ("product_id") REFERENCES "lay_drizzle"."product"("id") ON DELETE no action ON UPDATE no action;