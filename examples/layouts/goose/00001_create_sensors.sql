-- +goose Up
CREATE SCHEMA lay_goose;

CREATE TABLE lay_goose.sensor (
    id    bigint PRIMARY KEY,
    kind  text NOT NULL
);

CREATE TABLE lay_goose.reading (
    sensor_id  bigint NOT NULL REFERENCES lay_goose.sensor (id),
    taken_at   timestamptz NOT NULL,
    value      double precision NOT NULL,
    PRIMARY KEY (sensor_id, taken_at)
);

-- +goose Down
DROP TABLE lay_goose.reading;
DROP TABLE lay_goose.sensor;
DROP SCHEMA lay_goose;
