CREATE OR REPLACE VIEW lay_flyway.priced_article AS
    SELECT id, title, price FROM lay_flyway.article WHERE price IS NOT NULL;
