-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION lay_goose.latest_reading(sensor bigint) RETURNS double precision
LANGUAGE plpgsql STABLE AS $$
DECLARE
    result double precision;
BEGIN
    SELECT value INTO result
    FROM lay_goose.reading
    WHERE sensor_id = sensor
    ORDER BY taken_at DESC
    LIMIT 1;
    RETURN result;
END;
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION lay_goose.latest_reading(bigint);
