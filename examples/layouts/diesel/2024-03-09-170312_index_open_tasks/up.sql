CREATE INDEX CONCURRENTLY tasks_open_idx ON lay_diesel.tasks (id) WHERE NOT done;
