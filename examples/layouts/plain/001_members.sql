-- A library without any migration tool: one numbered file per step.
CREATE SCHEMA lay_plain;

CREATE TABLE lay_plain.member (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    joined_on  date NOT NULL DEFAULT CURRENT_DATE
);
