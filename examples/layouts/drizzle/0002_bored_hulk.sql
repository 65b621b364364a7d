ALTER TABLE "lay_drizzle"."product" ADD COLUMN "price" numeric(10, 2);--> statement-breakpoint
CREATE INDEX "order_line_product_id_index" ON "lay_drizzle"."order_line" USING btree ("product_id");