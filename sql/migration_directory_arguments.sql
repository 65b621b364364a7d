-- What register_directory refuses before and while it looks at a directory.
\getenv srcdir PG_ABS_SRCDIR
\set layouts :srcdir '/examples/layouts'
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- Registers a directory and gives its error, with the machine's path left out.
CREATE FUNCTION public.directory_error(path text, layout text, hidden text)
RETURNS TABLE (state text, message text, detail text, hint text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM dbmig.register_directory(path, layout);
    state := 'none';
    RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    state := SQLSTATE;
    message := replace(message, hidden, '');
    detail := replace(detail, hidden, '');
    RETURN NEXT;
END;
$$;
\x on

-- arguments
SELECT dbmig.register_directory(NULL);
SELECT dbmig.register_directory('/', NULL);
SELECT dbmig.register_directory('');
SELECT dbmig.register_directory('migrations');
SELECT dbmig.register_directory('/', 'rails');
SELECT dbmig.register_directory('/', 'Plain');
SELECT dbmig.register_directory('/no such directory');
SELECT * FROM public.directory_error(:'srcdir' || '/dbmig.control', 'auto', :'srcdir');

-- another layout than the directory has
SELECT * FROM public.directory_error(:'layouts' || '/plain', 'flyway', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/plain', 'golang-migrate', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/plain', 'supabase', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/plain', 'dbmate', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/plain', 'sqitch', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/plain', 'prisma', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/dbmate', 'goose', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/goose', 'plain', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/dbmate', 'plain', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/golang-migrate', 'plain', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/prisma', 'diesel', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/diesel', 'prisma', :'layouts');

-- nothing that could be read
SELECT * FROM public.directory_error(:'layouts' || '/sqitch/verify', 'auto', :'layouts');
SELECT * FROM public.directory_error(:'layouts' || '/drizzle/meta', 'auto', :'layouts');
\x off

-- nothing of all that was kept
SELECT count(*) FROM dbmig.migration;

-- paths are cleaned, and the second time nothing changes
\set dir :layouts '/flyway/../plain//'
SELECT * FROM dbmig.register_directory(:'dir');
SELECT * FROM dbmig.register_directory(:'dir');

-- it takes a privilege of its own
CREATE ROLE regress_dbmig_reader;
GRANT USAGE ON SCHEMA dbmig TO regress_dbmig_reader;
SET ROLE regress_dbmig_reader;
SELECT dbmig.register_directory('/');
RESET ROLE;
GRANT EXECUTE ON FUNCTION dbmig.register_directory(text, text) TO regress_dbmig_reader;
SET ROLE regress_dbmig_reader;
SELECT dbmig.register_directory('/');
RESET ROLE;

DROP FUNCTION public.directory_error(text, text, text);
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;
DROP OWNED BY regress_dbmig_reader;
DROP ROLE regress_dbmig_reader;
