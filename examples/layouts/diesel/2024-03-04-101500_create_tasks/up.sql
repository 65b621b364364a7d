CREATE TABLE lay_diesel.tasks (
    id SERIAL PRIMARY KEY,
    title VARCHAR NOT NULL,
    done BOOLEAN NOT NULL DEFAULT FALSE,
    updated_at TIMESTAMP NOT NULL DEFAULT current_timestamp
);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON lay_diesel.tasks
    FOR EACH ROW EXECUTE FUNCTION lay_diesel.diesel_set_updated_at();
