-- Functions, procedures, aggregates.

-- pair: made
-- before
CREATE TABLE t (id int);
-- after
CREATE TABLE t (id int);
CREATE FUNCTION f(a int, b text DEFAULT 'x', VARIADIC c int[] DEFAULT '{}') RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'SELECT a';
CREATE FUNCTION g(OUT a int, INOUT b text) LANGUAGE plpgsql AS 'BEGIN a := 1; END';
CREATE FUNCTION h(x int) RETURNS TABLE (a int, "B b" text) LANGUAGE sql ROWS 7 STABLE AS 'SELECT 1, ''x''';
CREATE PROCEDURE p(a int, INOUT b int DEFAULT 3) LANGUAGE plpgsql AS 'BEGIN b := a; END';
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');

-- pair: body
-- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN 'a'; END$$;
-- after
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1';
CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $x$BEGIN RETURN $$it's \ 'quoted' $y$ $$; END$x$;

-- pair: attributes
-- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql IMMUTABLE STRICT SECURITY DEFINER PARALLEL SAFE COST 10 SET search_path = pg_catalog AS 'SELECT a';
-- after
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql STABLE LEAKPROOF PARALLEL RESTRICTED COST 1000 SET search_path = public, pg_temp SET work_mem = '8MB' AS 'SELECT a';
CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT a';

-- pair: settings with odd values
-- before
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- after
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' SET datestyle = 'ISO, DMY' SET app.x TO 'it''s' SET "temp_tablespaces" = '' AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int LANGUAGE sql SET search_path = "Odd schema", "a""b", pg_temp SET statement_timeout = '5s' AS 'SELECT 1';

-- pair: names of arguments
-- before
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT f(1, 2);
-- after
CREATE FUNCTION f(x int, "Y y" int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT f(1, 2);

-- pair: defaults of arguments
-- before
CREATE FUNCTION f(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g(a int DEFAULT 1, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION h(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f(1);
-- after
CREATE FUNCTION f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION h(a text DEFAULT current_user || 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f(1);

-- pair: result
-- before
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION f() IS 'number';
GRANT EXECUTE ON FUNCTION f() TO regress_dbmig_reader;
CREATE TABLE t (id int DEFAULT f());
-- after
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION f() IS 'number';
GRANT EXECUTE ON FUNCTION f() TO regress_dbmig_reader;
CREATE TABLE t (id int DEFAULT f());

-- pair: columns of the result
-- before
CREATE FUNCTION f() RETURNS TABLE (a int, b text) LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE VIEW v AS SELECT a FROM f();
-- after
CREATE FUNCTION f() RETURNS TABLE (a int, b text, c date) LANGUAGE sql AS 'SELECT 1, ''x'', current_date';
CREATE VIEW v AS SELECT a FROM f();

-- pair: out arguments
-- before
CREATE FUNCTION f(IN a int, OUT b int) LANGUAGE sql AS 'SELECT a';
-- after
CREATE FUNCTION f(IN a int, OUT b int, OUT c text) LANGUAGE sql AS 'SELECT a, ''x''';

-- pair: language
-- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- after
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN a; END';

-- pair: body as SQL
-- before
CREATE TABLE t (a int, b text);
CREATE FUNCTION f(x int) RETURNS text LANGUAGE sql AS 'SELECT b FROM t WHERE a = x';
-- after
CREATE TABLE t (a int, b text);
CREATE FUNCTION f(x int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT b FROM t WHERE a = x; END;
CREATE FUNCTION g(x int) RETURNS int LANGUAGE sql RETURN x + 1;
CREATE PROCEDURE p(x int) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (x, 'y'); UPDATE t SET b = 'z' WHERE a = x; DELETE FROM t WHERE a IS NULL; END;

-- pair: body as SQL over a column that changes
-- before
CREATE TABLE t (a int, b varchar(10));
CREATE FUNCTION f(x int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT b FROM t WHERE a = x; END;
CREATE VIEW v AS SELECT f(1);
-- after
CREATE TABLE t (a int, b text, c int);
CREATE FUNCTION f(x int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT b FROM t WHERE a = x; END;
CREATE VIEW v AS SELECT f(1);

-- pair: chain of bodies
-- before
CREATE FUNCTION a() RETURNS int LANGUAGE sql RETURN 1;
CREATE FUNCTION b() RETURNS int LANGUAGE sql RETURN a() + 1;
CREATE FUNCTION c() RETURNS int LANGUAGE sql RETURN b() + 1;
-- after
CREATE FUNCTION a() RETURNS bigint LANGUAGE sql RETURN 1;
CREATE FUNCTION b() RETURNS bigint LANGUAGE sql RETURN a() + 1;
CREATE FUNCTION c() RETURNS bigint LANGUAGE sql RETURN b() + 1;

-- pair: overloads
-- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 3';
-- after
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 10';
CREATE FUNCTION f(a bigint) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 3';
CREATE FUNCTION f(VARIADIC a text[]) RETURNS int LANGUAGE sql AS 'SELECT 4';

-- pair: argument types
-- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE t (id int, n int CHECK (f(n) > 0), m int DEFAULT f(1));
CREATE INDEX t_f ON t (f(id));
-- after
CREATE FUNCTION f(a bigint) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE t (id int, n int CHECK (f(n) > 0), m int DEFAULT f(1));
CREATE INDEX t_f ON t (f(id));

-- pair: replaced under everything
-- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE TABLE t (id int DEFAULT f(1), n int CHECK (f(n) > 0), g int GENERATED ALWAYS AS (f(id)) STORED);
CREATE INDEX t_f ON t (f(n)) WHERE f(n) > 5;
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (f(NEW.n) > 0) EXECUTE FUNCTION tf();
CREATE POLICY p ON t USING (f(n) > 0);
CREATE VIEW v AS SELECT f(n) FROM t;
CREATE MATERIALIZED VIEW m AS SELECT f(n) FROM t;
CREATE RULE r AS ON DELETE TO t WHERE f(OLD.n) > 5 DO INSTEAD NOTHING;
CREATE STATISTICS s ON (f(n)), id FROM t;
CREATE DOMAIN d AS int CHECK (f(VALUE) > 0);
CREATE FUNCTION g(x int DEFAULT f(3)) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT f(x); END;
-- after
CREATE FUNCTION f(b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT b';
CREATE TABLE t (id int DEFAULT f(1), n int CHECK (f(n) > 0), g int GENERATED ALWAYS AS (f(id)) STORED);
CREATE INDEX t_f ON t (f(n)) WHERE f(n) > 5;
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (f(NEW.n) > 0) EXECUTE FUNCTION tf();
CREATE POLICY p ON t USING (f(n) > 0);
CREATE VIEW v AS SELECT f(n) FROM t;
CREATE MATERIALIZED VIEW m AS SELECT f(n) FROM t;
CREATE RULE r AS ON DELETE TO t WHERE f(OLD.n) > 5 DO INSTEAD NOTHING;
CREATE STATISTICS s ON (f(n)), id FROM t;
CREATE DOMAIN d AS int CHECK (f(VALUE) > 0);
CREATE FUNCTION g(x int DEFAULT f(3)) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT f(x); END;

-- pair: function becomes procedure
-- conflict
-- before
CREATE FUNCTION f(a int) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN END';
-- after
CREATE PROCEDURE f(a int) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION p() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';

-- pair: table needs function, function needs table
-- todo: a default that goes with its table still holds the function
-- before
CREATE TABLE z (id int);
-- after
CREATE TABLE a (id int, n int);
CREATE FUNCTION f(x a) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT x.n';
CREATE FUNCTION g() RETURNS SETOF a LANGUAGE sql STABLE BEGIN ATOMIC SELECT * FROM a; END;
CREATE TABLE z (id int, a a, CHECK (f(a) > 0));
CREATE TABLE w (id int DEFAULT 1);
CREATE FUNCTION h() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM w; END;
ALTER TABLE w ALTER id SET DEFAULT h();

-- pair: body names tables that come later
-- before
CREATE TABLE z (id int);
-- after
CREATE TABLE z (id int);
CREATE TABLE zz (id int);
CREATE FUNCTION a() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM zz';
CREATE FUNCTION b() RETURNS SETOF zz LANGUAGE sql AS 'SELECT * FROM zz';

-- pair: returns a table's row that changes
-- before
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE FUNCTION g() RETURNS t LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
-- after
CREATE TABLE t (a int, b text);
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE FUNCTION g() RETURNS t LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';

-- pair: argument of a type by column
-- before
CREATE TABLE t (a int);
CREATE FUNCTION f(x t.a%TYPE) RETURNS t.a%TYPE LANGUAGE sql AS 'SELECT x';
-- after
CREATE TABLE t (a bigint);
CREATE FUNCTION f(x t.a%TYPE) RETURNS t.a%TYPE LANGUAGE sql AS 'SELECT x';

-- pair: polymorphic
-- before
CREATE FUNCTION f(anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
-- after
CREATE FUNCTION f(anyelement) RETURNS anyarray LANGUAGE sql AS 'SELECT ARRAY[$1]';
CREATE FUNCTION g(anycompatible, anycompatiblearray) RETURNS anycompatible LANGUAGE sql AS 'SELECT $1';

-- pair: window and internal
-- before
CREATE FUNCTION f() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION g(int) RETURNS int LANGUAGE internal AS 'int4up';
-- after
CREATE FUNCTION f() RETURNS bigint LANGUAGE internal WINDOW AS 'window_rank';
CREATE FUNCTION g(int) RETURNS int LANGUAGE internal IMMUTABLE AS 'int4abs';

-- pair: support function and transform
-- before
CREATE FUNCTION f(text, text) RETURNS boolean LANGUAGE internal IMMUTABLE AS 'text_starts_with';
-- after
CREATE FUNCTION f(text, text) RETURNS boolean LANGUAGE internal IMMUTABLE SUPPORT text_starts_with_support AS 'text_starts_with';

-- pair: comments and grants
-- both
CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p() LANGUAGE sql AS '';
CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int);
-- before
COMMENT ON FUNCTION f(int, text) IS 'old';
-- after
COMMENT ON FUNCTION f(int, text) IS 'new';
COMMENT ON PROCEDURE p() IS 'p';
COMMENT ON AGGREGATE a(int) IS 'a';
REVOKE EXECUTE ON FUNCTION f(int, text) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE p() TO regress_dbmig_reader WITH GRANT OPTION;
GRANT EXECUTE ON FUNCTION a(int) TO regress_dbmig_writer;

-- pair: procedure arguments
-- before
CREATE PROCEDURE p(a int, b int DEFAULT 1) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE q(a int, INOUT b int) LANGUAGE plpgsql AS 'BEGIN END';
-- after
CREATE PROCEDURE p(x int, b int DEFAULT 2) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE PROCEDURE q(a int, OUT b int) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN END';

-- pair: aggregate definition
-- before
CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE AGGREGATE b(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE VIEW v AS SELECT a(x) FROM generate_series(1, 3) x;
-- after
CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, INITCOND = '10', PARALLEL = SAFE, COMBINEFUNC = int4pl);
CREATE AGGREGATE b(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '5');
CREATE VIEW v AS SELECT a(x) FROM generate_series(1, 3) x;

-- pair: aggregates of all sorts
-- before
CREATE TABLE t (id int);
-- after
CREATE TABLE t (id int);
CREATE FUNCTION st(internal, anyelement) RETURNS internal LANGUAGE internal AS 'ordered_set_transition';
CREATE AGGREGATE pct(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_WRITE);
CREATE AGGREGATE rnk(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE mav(int) (SFUNC = int4_sum, STYPE = bigint, MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = int8[], MFINALFUNC = int2int4_sum, MINITCOND = '{0,0}');
CREATE AGGREGATE mx(text) (SFUNC = text_larger, STYPE = text, SORTOP = >);

-- pair: aggregate over a function that changes
-- before
CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE a(int) (SFUNC = f, STYPE = int);
-- after
CREATE FUNCTION f(x int, y int) RETURNS int LANGUAGE sql AS 'SELECT x';
CREATE FUNCTION g(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE a(int) (SFUNC = g, STYPE = int);
