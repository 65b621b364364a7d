-- Domains, composite types, ranges.

-- pair: domain made
-- before
CREATE TABLE t (id int);
-- after
CREATE DOMAIN d AS varchar(20) COLLATE "C" DEFAULT 'x' NOT NULL CONSTRAINT ok CHECK (VALUE <> '') CHECK (length(VALUE) > 0);
CREATE DOMAIN d2 AS d CHECK (VALUE <> 'b');
CREATE TABLE t (id int, s d2);
-- rows
SELECT 1;

-- pair: domain checks
-- before
CREATE DOMAIN d AS int CONSTRAINT a CHECK (VALUE > 0) CONSTRAINT b CHECK (VALUE < 100);
CREATE TABLE t (id int, n d);
-- after
CREATE DOMAIN d AS int CONSTRAINT a CHECK (VALUE >= 0) CONSTRAINT c CHECK (VALUE < 1000);
CREATE TABLE t (id int, n d);

-- pair: domain not null and default
-- before
CREATE DOMAIN d AS int DEFAULT 1;
CREATE DOMAIN e AS text NOT NULL;
CREATE TABLE t (id int, n d, s e);
-- after
CREATE DOMAIN d AS int NOT NULL;
CREATE DOMAIN e AS text DEFAULT 'x';
CREATE TABLE t (id int, n d, s e);

-- pair: domain check not valid
-- both
CREATE DOMAIN d AS int;
CREATE TABLE t (n d);
-- before
ALTER DOMAIN d ADD CONSTRAINT a CHECK (VALUE > 0) NOT VALID;
ALTER DOMAIN d ADD CONSTRAINT b CHECK (VALUE > 0);
-- after
ALTER DOMAIN d ADD CONSTRAINT a CHECK (VALUE > 0);
ALTER DOMAIN d ADD CONSTRAINT b CHECK (VALUE > 0) NOT VALID;

-- pair: domain base type
-- before
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE TABLE t (id int, n d DEFAULT 5, m d[]);
CREATE VIEW v AS SELECT n FROM t;
CREATE FUNCTION f(a d) RETURNS d LANGUAGE sql AS 'SELECT a';
-- after
CREATE DOMAIN d AS bigint CHECK (VALUE > 0);
CREATE TABLE t (id int, n d DEFAULT 5, m d[]);
CREATE VIEW v AS SELECT n FROM t;
CREATE FUNCTION f(a d) RETURNS d LANGUAGE sql AS 'SELECT a';
-- rows
INSERT INTO t VALUES (1, 7, '{1,2}');
-- check
SELECT * FROM t;
--> 1|7|{1,2}

-- pair: domain length
-- before
CREATE DOMAIN d AS varchar(10);
CREATE TABLE t (s d);
-- after
CREATE DOMAIN d AS varchar(30);
CREATE TABLE t (s d);

-- pair: domain collation
-- before
CREATE DOMAIN d AS text;
CREATE TABLE t (s d);
CREATE INDEX t_s ON t (s);
-- after
CREATE DOMAIN d AS text COLLATE "C";
CREATE TABLE t (s d);
CREATE INDEX t_s ON t (s);

-- pair: domain over a domain changes below
-- before
CREATE DOMAIN a AS int;
CREATE DOMAIN b AS a CHECK (VALUE > 0);
CREATE TABLE t (n b);
-- after
CREATE DOMAIN a AS bigint;
CREATE DOMAIN b AS a CHECK (VALUE > 0);
CREATE TABLE t (n b);

-- pair: domain goes
-- before
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE TABLE t (n d DEFAULT 1);
-- after
CREATE TABLE t (n int DEFAULT 1);

-- pair: domain check by a function
-- before
CREATE FUNCTION ok(a int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > 0';
CREATE DOMAIN d AS int CONSTRAINT c CHECK (ok(VALUE));
-- after
CREATE FUNCTION ok(a int, b int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > b';
CREATE DOMAIN d AS int CONSTRAINT c CHECK (ok(VALUE, 0));

-- pair: domain comments
-- both
CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);
-- after
COMMENT ON DOMAIN d IS 'a domain';
COMMENT ON CONSTRAINT c ON DOMAIN d IS 'positive';

-- pair: domain grants
-- both
CREATE DOMAIN d AS int;
-- after
REVOKE ALL ON TYPE d FROM PUBLIC;
GRANT USAGE ON TYPE d TO regress_dbmig_reader WITH GRANT OPTION;

-- pair: composite made
-- before
CREATE TABLE t (id int);
-- after
CREATE TYPE c AS (a int, b text COLLATE "C", "C c" numeric(10,2)[]);
CREATE TYPE empty AS ();
CREATE TABLE t (id int, c c, cs c[]);

-- pair: composite attributes, not in use
-- todo: the order of attributes is not compared
-- before
CREATE TYPE c AS (a int, b text, z date);
-- after
CREATE TYPE c AS (a bigint, z date, n uuid);

-- pair: composite order of attributes
-- todo: the order of attributes is not compared
-- before
CREATE TYPE c AS (a int, b text);
-- after
CREATE TYPE c AS (b text, a int);

-- pair: composite in use by a table: attribute added
-- before
CREATE TYPE c AS (a int, b text);
CREATE TABLE t (id int, c c);
-- after
CREATE TYPE c AS (a int, b text, d date);
CREATE TABLE t (id int, c c);
-- rows
INSERT INTO t VALUES (1, (2, 'x'));
-- check
SELECT id, (c).a, (c).b, (c).d FROM t;
--> 1|2|x|

-- pair: composite in use by a table: attribute retyped
-- before
CREATE TYPE c AS (a int, b text);
CREATE TABLE t (id int, c c DEFAULT (1, 'x'));
-- after
CREATE TYPE c AS (a bigint, b text);
CREATE TABLE t (id int, c c DEFAULT (1, 'x'));
-- rows
INSERT INTO t VALUES (1, (2, 'x'));
-- check
SELECT id, (c).a, (c).b FROM t;
--> 1|2|x

-- pair: composite in use by a function, view, array and domain
-- before
CREATE TYPE c AS (a int, b text);
CREATE TABLE t (id int, cs c[]);
CREATE FUNCTION f(x c) RETURNS SETOF c LANGUAGE sql AS 'SELECT x';
CREATE FUNCTION g() RETURNS c LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE VIEW v AS SELECT (cs[1]).b FROM t;
-- after
CREATE TYPE c AS (a int, b varchar(10));
CREATE TABLE t (id int, cs c[]);
CREATE FUNCTION f(x c) RETURNS SETOF c LANGUAGE sql AS 'SELECT x';
CREATE FUNCTION g() RETURNS c LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE VIEW v AS SELECT (cs[1]).b FROM t;

-- pair: composite in a composite
-- before
CREATE TYPE a AS (x int);
CREATE TYPE b AS (a a, y int);
-- after
CREATE TYPE a AS (x int, z text);
CREATE TYPE b AS (a a, y bigint);

-- pair: composite comments and grants
-- both
CREATE TYPE c AS (a int, "B b" text);
-- after
COMMENT ON TYPE c IS 'both';
COMMENT ON COLUMN c.a IS 'one';
COMMENT ON COLUMN c."B b" IS 'two';
GRANT USAGE ON TYPE c TO regress_dbmig_writer;

-- pair: table of a type
-- before
CREATE TYPE c AS (a int, b text);
CREATE TABLE t OF c (PRIMARY KEY (a));
CREATE TABLE u (a int, b text);
-- after
CREATE TYPE c AS (a int, b text);
CREATE TABLE t (a int, b text, PRIMARY KEY (a));
CREATE TABLE u OF c;

-- pair: table of a type that changes
-- todo: typed tables are not taken off their type
-- before
CREATE TYPE c AS (a int, b text);
CREATE TABLE t OF c (b DEFAULT 'x');
-- after
CREATE TYPE c AS (a int, b text, d date);
CREATE TABLE t OF c (b DEFAULT 'x');

-- pair: row type of a table in use
-- before
CREATE TABLE a (id int, n int);
CREATE TABLE b (id int, a a);
CREATE FUNCTION f(x a) RETURNS int LANGUAGE sql AS 'SELECT x.n';
CREATE FUNCTION g() RETURNS SETOF a LANGUAGE sql AS 'SELECT * FROM a';
-- after
CREATE TABLE a (id int, n int, m text);
CREATE TABLE b (id int, a a);
CREATE FUNCTION f(x a) RETURNS int LANGUAGE sql AS 'SELECT x.n';
CREATE FUNCTION g() RETURNS SETOF a LANGUAGE sql AS 'SELECT * FROM a';

-- pair: row type of a table in use is retyped
-- before
CREATE TABLE a (id int, n int);
CREATE FUNCTION f(x a) RETURNS int LANGUAGE sql AS 'SELECT x.id';
CREATE VIEW v AS SELECT f(a) FROM a;
-- after
CREATE TABLE a (id int, n bigint);
CREATE FUNCTION f(x a) RETURNS int LANGUAGE sql AS 'SELECT x.id';
CREATE VIEW v AS SELECT f(a) FROM a;

-- pair: range made
-- before
CREATE TABLE t (id int);
-- after
CREATE TYPE r AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE TYPE s AS RANGE (SUBTYPE = text, COLLATION = "C", MULTIRANGE_TYPE_NAME = ss);
CREATE TABLE t (id int, r r, m r_multirange, ss ss);
CREATE INDEX ON t USING gist (r);

-- pair: range changed
-- before
CREATE TYPE r AS RANGE (SUBTYPE = int);
CREATE TABLE t (id int, r r DEFAULT '[1,2)');
-- after
CREATE TYPE r AS RANGE (SUBTYPE = bigint);
CREATE TABLE t (id int, r r DEFAULT '[1,2)');
-- rows
INSERT INTO t VALUES (1, '[3,4)');
-- check
SELECT * FROM t;
--> 1|[3,4)

-- pair: range with a function of its own
-- before
CREATE TYPE r AS RANGE (SUBTYPE = time);
-- after
CREATE FUNCTION time_diff(a time, b time) RETURNS float8 IMMUTABLE LANGUAGE sql AS 'SELECT extract(epoch FROM a - b)::float8';
CREATE TYPE r AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = time_diff);
COMMENT ON TYPE r IS 'times';

-- pair: range multirange name
-- before
CREATE TYPE r AS RANGE (SUBTYPE = float8);
-- after
CREATE TYPE r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = many);

-- pair: type of another kind, same name
-- conflict
-- before
CREATE TYPE x AS (a int);
CREATE DOMAIN y AS int;
-- after
CREATE DOMAIN x AS int;
CREATE TYPE y AS ENUM ('a');

-- pair: types need each other and tables
-- before
CREATE TABLE z (id int);
-- after
CREATE TYPE e AS ENUM ('x');
CREATE DOMAIN d AS e NOT NULL;
CREATE TYPE r AS RANGE (SUBTYPE = float8);
CREATE TABLE z (id int, r r, c text);
CREATE TYPE c AS (d d, z z[]);
CREATE FUNCTION f(c) RETURNS r_multirange LANGUAGE sql AS 'SELECT NULL::r_multirange';
