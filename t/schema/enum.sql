-- Enums.

-- pair: made
-- before
CREATE TABLE t (id int, s text DEFAULT 'a');
-- after
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e DEFAULT 'a');
-- rows
INSERT INTO t VALUES (1, 'b');
-- check
SELECT * FROM t;
--> 1|b

-- pair: without values
-- before
CREATE TYPE e AS ENUM ();
-- after
CREATE TYPE e AS ENUM ('a');
CREATE TYPE f AS ENUM ();

-- pair: value at the end
-- before
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e NOT NULL DEFAULT 'a');
-- after
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e NOT NULL DEFAULT 'a');
-- rows
INSERT INTO t VALUES (1, 'b');

-- pair: value at the front and in the middle
-- before
CREATE TYPE e AS ENUM ('b', 'd');
CREATE TABLE t (id int, s e);
-- after
CREATE TYPE e AS ENUM ('a', 'b', 'c', 'c2', 'd', 'it''s');
CREATE TABLE t (id int, s e);
-- rows
INSERT INTO t VALUES (1, 'b'), (2, 'd');
-- check
SELECT * FROM t WHERE s > 'c' ORDER BY s;
--> 2|d

-- pair: new value is a default and in a check
-- before
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e DEFAULT 'a', CHECK (s <> 'b' OR id > 0));
-- after
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e DEFAULT 'c', CHECK (s <> 'c' OR id > 0));
CREATE INDEX t_c ON t (id) WHERE s = 'c';
CREATE VIEW v AS SELECT * FROM t WHERE s = 'c';
-- rows
INSERT INTO t VALUES (1, 'b');

-- pair: order
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e DEFAULT 'a');
CREATE INDEX t_s ON t (s);
-- after
CREATE TYPE e AS ENUM ('c', 'b', 'a');
CREATE TABLE t (id int, s e DEFAULT 'a');
CREATE INDEX t_s ON t (s);
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'c');
-- check
SELECT * FROM t ORDER BY s;
--> 2|c
--> 1|a

-- pair: other values in other cases
-- before
CREATE TYPE e AS ENUM ('new', 'done');
CREATE TABLE t (id int, s e);
-- after
CREATE TYPE e AS ENUM ('NEW', 'Done');
CREATE TABLE t (id int, s e);

-- pair: removed value with a default on it
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e DEFAULT 'c');
-- after
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e DEFAULT 'a');
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b');
-- check
SELECT * FROM t ORDER BY 1;
--> 1|a
--> 2|b

-- pair: swapped under arrays and defaults
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e[] DEFAULT '{a}', z e DEFAULT 'b');
-- after
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e[] DEFAULT '{a}', z e DEFAULT 'b');
-- rows
INSERT INTO t VALUES (1, '{b,a}', 'a');
-- check
SELECT * FROM t;
--> 1|{b,a}|a

-- pair: swapped under views
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e);
CREATE VIEW v AS SELECT id, s FROM t WHERE s = 'a';
CREATE VIEW w AS SELECT s::text FROM v;
CREATE MATERIALIZED VIEW m AS SELECT s FROM t;
CREATE INDEX m_s ON m (s);
GRANT SELECT ON v TO regress_dbmig_reader;
COMMENT ON VIEW v IS 'a';
-- after
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e);
CREATE VIEW v AS SELECT id, s FROM t WHERE s = 'a';
CREATE VIEW w AS SELECT s::text FROM v;
CREATE MATERIALIZED VIEW m AS SELECT s FROM t;
CREATE INDEX m_s ON m (s);
GRANT SELECT ON v TO regress_dbmig_reader;
COMMENT ON VIEW v IS 'a';

-- pair: swapped under functions
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE FUNCTION f(x e) RETURNS e LANGUAGE sql AS $$SELECT x$$;
CREATE FUNCTION g(x e DEFAULT 'a') RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN x; END$$;
CREATE FUNCTION h() RETURNS SETOF e[] LANGUAGE sql AS $$SELECT '{a}'::e[]$$;
CREATE TABLE t (id int, s e DEFAULT f('a'));
-- after
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION f(x e) RETURNS e LANGUAGE sql AS $$SELECT x$$;
CREATE FUNCTION g(x e DEFAULT 'a') RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN x; END$$;
CREATE FUNCTION h() RETURNS SETOF e[] LANGUAGE sql AS $$SELECT '{a}'::e[]$$;
CREATE TABLE t (id int, s e DEFAULT f('a'));

-- pair: swapped under indexes, checks, policies, triggers, generated columns
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e NOT NULL CHECK (s <> 'b'), g boolean GENERATED ALWAYS AS (s = 'a'::e) STORED, UNIQUE (id, s));
CREATE INDEX t_s ON t (s) WHERE s = 'a';
CREATE INDEX t_x ON t ((s = 'a'));
CREATE POLICY p ON t USING (s = 'a');
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.s = 'a') EXECUTE FUNCTION f();
CREATE TRIGGER tr2 BEFORE UPDATE OF s ON t FOR EACH ROW EXECUTE FUNCTION f();
-- after
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e NOT NULL CHECK (s <> 'b'), g boolean GENERATED ALWAYS AS (s = 'a'::e) STORED, UNIQUE (id, s));
CREATE INDEX t_s ON t (s) WHERE s = 'a';
CREATE INDEX t_x ON t ((s = 'a'));
CREATE POLICY p ON t USING (s = 'a');
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.s = 'a') EXECUTE FUNCTION f();
CREATE TRIGGER tr2 BEFORE UPDATE OF s ON t FOR EACH ROW EXECUTE FUNCTION f();

-- pair: swapped under a partition key
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e) PARTITION BY LIST (s);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE tb PARTITION OF t FOR VALUES IN ('b');
-- after
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (id int, s e) PARTITION BY LIST (s);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE tb PARTITION OF t FOR VALUES IN ('b');
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b');

-- pair: value added under a partition key
-- before
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e) PARTITION BY LIST (s);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a');
-- after
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e) PARTITION BY LIST (s);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE tc PARTITION OF t FOR VALUES IN ('c');
-- rows
INSERT INTO t VALUES (1, 'a');

-- pair: swapped under partitions
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e DEFAULT 'b') PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX t_s ON t (s);
-- after
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (id int, s e DEFAULT 'b') PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX t_s ON t (s);
-- rows
INSERT INTO t VALUES (1, 'a');

-- pair: swapped under a domain and a composite
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN d AS e DEFAULT 'a' CHECK (VALUE <> 'b');
CREATE TYPE c AS (x e, y int);
CREATE TABLE t (id int, d d);
-- after
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e DEFAULT 'a' CHECK (VALUE <> 'b');
CREATE TYPE c AS (x e, y int);
CREATE TABLE t (id int, d d);
-- rows
INSERT INTO t VALUES (1, 'a');
-- check
SELECT * FROM t;
--> 1|a

-- pair: swapped in several tables with inheritance
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int, s e);
CREATE TABLE u (x int) INHERITS (t);
CREATE TABLE w (s e PRIMARY KEY);
CREATE TABLE x (s e REFERENCES w);
-- after
CREATE TYPE e AS ENUM ('c', 'a');
CREATE TABLE t (id int, s e);
CREATE TABLE u (x int) INHERITS (t);
CREATE TABLE w (s e PRIMARY KEY);
CREATE TABLE x (s e REFERENCES w);
-- rows
INSERT INTO u VALUES (1, 'a');
INSERT INTO w VALUES ('a');
INSERT INTO x VALUES ('a');

-- pair: column from one to another
-- both
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE f AS ENUM ('b', 'a', 'x');
-- before
CREATE TABLE t (id int, s e DEFAULT 'a');
-- after
CREATE TABLE t (id int, s f DEFAULT 'x');
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b');
-- check
SELECT * FROM t ORDER BY 1;
--> 1|a
--> 2|b

-- pair: enum becomes text with check
-- todo: a check that nobody expects stays, and does not fit the type
-- before
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e NOT NULL DEFAULT 'a');
CREATE VIEW v AS SELECT s FROM t;
-- after
CREATE TABLE t (id int, s text NOT NULL DEFAULT 'a' CHECK (s IN ('a', 'b')));
CREATE VIEW v AS SELECT s FROM t;
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b');

-- pair: enum becomes a domain of the same name
-- conflict
-- before
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e DEFAULT 'a');
-- after
CREATE DOMAIN e AS text CHECK (VALUE IN ('a', 'b'));
CREATE TABLE t (id int, s e DEFAULT 'a');

-- pair: comment and grants
-- both
CREATE TYPE e AS ENUM ('a', 'b');
-- before
COMMENT ON TYPE e IS 'old';
-- after
COMMENT ON TYPE e IS 'new';
GRANT USAGE ON TYPE e TO regress_dbmig_reader;
REVOKE USAGE ON TYPE e FROM PUBLIC;

-- pair: comment and grants of a swapped one
-- before
CREATE TYPE e AS ENUM ('a', 'b');
COMMENT ON TYPE e IS 'mine';
GRANT USAGE ON TYPE e TO regress_dbmig_reader;
REVOKE USAGE ON TYPE e FROM PUBLIC;
-- after
CREATE TYPE e AS ENUM ('b', 'a');
COMMENT ON TYPE e IS 'mine';
GRANT USAGE ON TYPE e TO regress_dbmig_reader;
REVOKE USAGE ON TYPE e FROM PUBLIC;

-- pair: with odd names
-- before
CREATE TYPE "Mixed ""Enum""" AS ENUM ('', 'a b', 'Ü', 'x''y', 'x"y');
CREATE TABLE "T t" ("C c" "Mixed ""Enum""" DEFAULT '');
-- after
CREATE TYPE "Mixed ""Enum""" AS ENUM ('Ü', '', 'x"y', 'x''y');
CREATE TABLE "T t" ("C c" "Mixed ""Enum""" DEFAULT 'Ü');

-- pair: in another schema
-- both
CREATE SCHEMA a;
CREATE SCHEMA b;
-- before
CREATE TYPE a.e AS ENUM ('x', 'y');
CREATE TYPE b.e AS ENUM ('x');
CREATE TABLE t (id int, s a.e DEFAULT 'x');
-- after
CREATE TYPE a.e AS ENUM ('x');
CREATE TYPE b.e AS ENUM ('x', 'y');
CREATE TABLE t (id int, s b.e DEFAULT 'x');

-- pair: swapped and used by an aggregate, cast and operator
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE FUNCTION e_int(e) RETURNS int IMMUTABLE LANGUAGE sql AS $$SELECT 1$$;
CREATE CAST (e AS int) WITH FUNCTION e_int(e);
CREATE FUNCTION e_or(e, e) RETURNS e IMMUTABLE LANGUAGE sql AS $$SELECT $1$$;
CREATE OPERATOR ||| (LEFTARG = e, RIGHTARG = e, FUNCTION = e_or);
CREATE AGGREGATE e_any(e) (SFUNC = e_or, STYPE = e);
-- after
CREATE TYPE e AS ENUM ('b', 'a');
CREATE FUNCTION e_int(e) RETURNS int IMMUTABLE LANGUAGE sql AS $$SELECT 1$$;
CREATE CAST (e AS int) WITH FUNCTION e_int(e);
CREATE FUNCTION e_or(e, e) RETURNS e IMMUTABLE LANGUAGE sql AS $$SELECT $1$$;
CREATE OPERATOR ||| (LEFTARG = e, RIGHTARG = e, FUNCTION = e_or);
CREATE AGGREGATE e_any(e) (SFUNC = e_or, STYPE = e);
