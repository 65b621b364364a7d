DROP INDEX CONCURRENTLY lay_diesel.tasks_open_idx;
