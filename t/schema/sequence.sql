-- Sequences.

-- pair: made
-- before
CREATE TABLE t (id int);
-- after
CREATE TABLE t (id int);
CREATE SEQUENCE s;
CREATE SEQUENCE "S s" AS smallint INCREMENT -2 MINVALUE -100 MAXVALUE 100 START 50 CACHE 7 CYCLE;

-- pair: options
-- before
CREATE SEQUENCE a;
CREATE SEQUENCE b INCREMENT 5 CACHE 10 CYCLE;
-- after
CREATE SEQUENCE a INCREMENT 5 MINVALUE 0 MAXVALUE 1000 START 10 CACHE 3 CYCLE;
CREATE SEQUENCE b;
-- rows
SELECT setval('a', 500), nextval('b');
-- check
SELECT nextval('a') > 500;
--> t

-- pair: type
-- before
CREATE SEQUENCE a AS int;
CREATE SEQUENCE b AS bigint MAXVALUE 1000;
CREATE SEQUENCE c AS bigint;
-- after
CREATE SEQUENCE a AS bigint;
CREATE SEQUENCE b AS smallint MAXVALUE 1000;
CREATE SEQUENCE c AS smallint;

-- pair: minimum above the value
-- before
CREATE SEQUENCE a;
-- after
CREATE SEQUENCE a MINVALUE 1000 START 1000;
-- rows
SELECT nextval('a');

-- pair: descending
-- before
CREATE SEQUENCE a;
-- after
CREATE SEQUENCE a INCREMENT -1;

-- pair: owned
-- before
CREATE TABLE t (id int, n int);
CREATE SEQUENCE a;
CREATE SEQUENCE b OWNED BY t.id;
CREATE SEQUENCE c OWNED BY t.id;
-- after
CREATE TABLE t (id int, n int);
CREATE SEQUENCE a OWNED BY t.id;
CREATE SEQUENCE b;
CREATE SEQUENCE c OWNED BY t.n;

-- pair: owned by a column that goes
-- before
CREATE TABLE t (id int, n int);
CREATE SEQUENCE a OWNED BY t.n;
-- after
CREATE TABLE t (id int);
CREATE SEQUENCE a;
-- rows
SELECT setval('a', 77);
-- check
SELECT nextval('a');
--> 78

-- pair: owned by a table that goes
-- before
CREATE TABLE t (id serial);
-- after
CREATE SEQUENCE t_id_seq;

-- pair: default of another table
-- before
CREATE SEQUENCE s;
CREATE TABLE t (id int DEFAULT nextval('s'), n int);
CREATE TABLE u (id int);
-- after
CREATE SEQUENCE s;
CREATE TABLE t (id int, n int DEFAULT nextval('s'));
CREATE TABLE u (id int DEFAULT nextval('s') NOT NULL);

-- pair: default keeps an old sequence while another is owned
-- before
CREATE TABLE t (id serial, n int);
-- after
CREATE SEQUENCE my_seq AS int;
CREATE TABLE t (id int NOT NULL DEFAULT nextval('my_seq'), n int);
ALTER SEQUENCE my_seq OWNED BY t.id;

-- pair: unlogged
-- needs: server 15
-- before
CREATE SEQUENCE a;
CREATE UNLOGGED SEQUENCE b;
-- after
CREATE UNLOGGED SEQUENCE a;
CREATE SEQUENCE b;

-- pair: comment and grants
-- both
CREATE SEQUENCE a;
CREATE TABLE t (id serial);
-- after
COMMENT ON SEQUENCE a IS 'numbers';
COMMENT ON SEQUENCE t_id_seq IS 'more numbers';
GRANT USAGE ON SEQUENCE a TO regress_dbmig_reader;
GRANT SELECT, UPDATE ON SEQUENCE t_id_seq TO PUBLIC;

-- pair: of an identity column with comment and grants
-- both
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY);
-- after
COMMENT ON SEQUENCE t_id_seq IS 'more numbers';
GRANT SELECT ON SEQUENCE t_id_seq TO regress_dbmig_reader;

-- pair: becomes a table
-- conflict
-- before
CREATE SEQUENCE x;
-- after
CREATE TABLE x (id int);

-- pair: used in a view and a function
-- before
CREATE SEQUENCE s;
CREATE VIEW v AS SELECT nextval('s') AS n;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT nextval('s'); END;
-- after
CREATE SEQUENCE s2;
CREATE VIEW v AS SELECT nextval('s2') AS n;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT nextval('s2'); END;

-- pair: in another schema than its table
-- before
CREATE SCHEMA s;
CREATE TABLE t (id serial);
-- after
CREATE SCHEMA s;
CREATE SEQUENCE s.q AS int;
CREATE TABLE t (id int NOT NULL DEFAULT nextval('s.q'));
