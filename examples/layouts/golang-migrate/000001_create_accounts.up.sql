CREATE SCHEMA lay_golang;

CREATE TABLE lay_golang.account (
    id     bigserial PRIMARY KEY,
    owner  text NOT NULL
);
