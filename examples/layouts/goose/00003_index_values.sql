-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY reading_value_idx ON lay_goose.reading (value);

-- +goose Down
DROP INDEX CONCURRENTLY lay_goose.reading_value_idx;
