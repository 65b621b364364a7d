DROP TABLE lay_diesel.tasks;
