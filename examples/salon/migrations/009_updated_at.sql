-- updated_at is kept true by the database, not by whoever remembers it.

CREATE OR REPLACE FUNCTION update_updated_at_column()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'companies', 'clients', 'services', 'staff', 'staff_schedules',
        'bookings', 'dialog_contexts', 'whatsapp_auth', 'whatsapp_keys']
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE UPDATE ON %I
                            FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()',
                       'update_' || table_name || '_updated_at', table_name);
    END LOOP;
END
$$;
