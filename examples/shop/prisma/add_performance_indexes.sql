-- Written for production, and never applied.

CREATE INDEX idx_products_name_search ON products USING gin (to_tsvector('english', name));
CREATE INDEX idx_products_category_active ON products (category_id, is_active);
CREATE INDEX idx_products_active_created ON products (created_at DESC) WHERE is_active;
CREATE INDEX idx_products_price ON products (price) WHERE is_active;
CREATE INDEX idx_product_images_product_position ON product_images (product_id, position);
CREATE INDEX idx_product_skus_product ON product_skus (product_id);
CREATE INDEX idx_product_skus_stock_levels ON product_skus (stock, reserved_stock) WHERE is_active;
CREATE INDEX idx_stock_reservations_expires ON stock_reservations (expires_at);
CREATE INDEX idx_stock_reservations_sku ON stock_reservations (sku_id, expires_at);
CREATE INDEX idx_orders_user_status ON orders (user_id, status);
CREATE INDEX idx_orders_status_created ON orders (status, created_at DESC);
CREATE INDEX idx_orders_customer ON orders (customer_id);
CREATE INDEX idx_orders_shipping_email ON orders (lower(shipping_email));
CREATE INDEX idx_order_items_order ON order_items (order_id);
CREATE INDEX idx_order_items_sku ON order_items (sku_id);
CREATE INDEX idx_order_logs_order_created ON order_logs (order_id, created_at);
CREATE INDEX idx_payments_order ON payments (order_id);
CREATE INDEX idx_payments_status ON payments (status, created_at);
CREATE INDEX idx_reviews_product_approved ON reviews (product_id, created_at DESC) WHERE is_approved;
CREATE INDEX idx_wishlist_items_product ON wishlist_items (product_id);
CREATE INDEX idx_user_addresses_user ON user_addresses (user_id);
CREATE INDEX idx_future_letters_due ON future_letters (send_at) WHERE sent_at IS NULL;
CREATE INDEX idx_customers_status ON customers (status, last_order_date);
CREATE INDEX idx_telegram_sessions_expires ON telegram_sessions (expires_at);
