DROP FUNCTION lay_diesel.diesel_set_updated_at();
DROP SCHEMA lay_diesel;
