-- migrate:up
CREATE SCHEMA lay_dbmate;

CREATE TABLE lay_dbmate.room (
    id    serial PRIMARY KEY,
    name  text NOT NULL UNIQUE
);

-- migrate:down
DROP TABLE lay_dbmate.room;
DROP SCHEMA lay_dbmate;
