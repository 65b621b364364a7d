CREATE INDEX CONCURRENTLY article_title_idx ON lay_flyway.article (title);
