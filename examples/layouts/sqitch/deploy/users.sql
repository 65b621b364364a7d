-- Deploy flipr:users to pg

BEGIN;

CREATE TABLE lay_sqitch.users (
    nickname  TEXT PRIMARY KEY,
    active    BOOLEAN NOT NULL DEFAULT TRUE
);

COMMIT;
