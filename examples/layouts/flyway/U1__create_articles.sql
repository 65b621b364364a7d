DROP TABLE lay_flyway.article;
DROP SCHEMA lay_flyway;
