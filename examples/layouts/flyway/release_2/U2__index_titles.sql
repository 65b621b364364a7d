DROP INDEX CONCURRENTLY lay_flyway.article_title_idx;
