-- Row-level security.

-- pair: switched on
-- both
CREATE TABLE t (id int, n int);
CREATE TABLE u (id int, n int);
-- before
ALTER TABLE u ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- after
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE u FORCE ROW LEVEL SECURITY;

-- pair: made
-- before
CREATE TABLE t (id int, n text);
-- after
CREATE TABLE t (id int, n text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t;
CREATE POLICY b ON t FOR SELECT TO regress_dbmig_reader, regress_dbmig_writer USING (n = current_user);
CREATE POLICY c ON t AS RESTRICTIVE FOR INSERT TO regress_dbmig_writer WITH CHECK (id > 0);
CREATE POLICY "D d" ON t FOR UPDATE TO "regress_dbmig Odd ""Role""" USING (true) WITH CHECK (id > 1);
CREATE POLICY e ON t FOR DELETE USING (pg_has_role(session_user, 'pg_monitor', 'member'));

-- pair: expressions
-- both
CREATE TABLE t (id int, n text);
-- before
CREATE POLICY a ON t USING (id > 0) WITH CHECK (id > 1);
CREATE POLICY b ON t USING (id > 0);
CREATE POLICY c ON t WITH CHECK (id > 0);
-- after
CREATE POLICY a ON t USING (id > 1) WITH CHECK (id > 2);
CREATE POLICY b ON t USING (id > 0) WITH CHECK (n = 'x');
CREATE POLICY c ON t USING (id > 0);

-- pair: command, roles, kind
-- both
CREATE TABLE t (id int, n text);
-- before
CREATE POLICY a ON t FOR SELECT USING (id > 0);
CREATE POLICY b ON t TO regress_dbmig_reader USING (id > 0);
CREATE POLICY c ON t AS RESTRICTIVE USING (id > 0);
-- after
CREATE POLICY a ON t FOR DELETE USING (id > 0);
CREATE POLICY b ON t TO PUBLIC USING (id > 0);
CREATE POLICY c ON t USING (id > 0);

-- pair: calling a function that changes
-- both
CREATE TABLE t (id int, n text);
-- before
CREATE FUNCTION f(a int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT a > 0';
CREATE POLICY p ON t USING (f(id));
-- after
CREATE FUNCTION f(a int, b int DEFAULT 0) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT a > b';
CREATE POLICY p ON t USING (f(id));

-- pair: over a view
-- both
CREATE TABLE t (id int, n text);
CREATE TABLE u (id int, n text);
-- before
CREATE VIEW v AS SELECT id FROM u;
CREATE POLICY p ON t USING (id IN (SELECT id FROM v));
-- after
CREATE VIEW v AS SELECT n, id FROM u;
CREATE POLICY p ON t USING (id IN (SELECT id FROM v));

-- pair: over its own and another table's rows
-- both
CREATE TABLE t (id int, n text);
CREATE TABLE u (id int, t_id int);
-- before
CREATE POLICY p ON t USING (EXISTS (SELECT FROM u WHERE u.t_id = t.id));
-- after
CREATE POLICY p ON t USING (id = (SELECT max(x.id) FROM t x WHERE x.n = t.n));
CREATE POLICY q ON u USING (EXISTS (SELECT FROM t WHERE t.id = u.t_id));

-- pair: comment
-- both
CREATE TABLE t (id int, n text);
CREATE POLICY p ON t USING (id > 0);
CREATE POLICY q ON t USING (id > 0);
-- before
COMMENT ON POLICY p ON t IS 'p';
-- after
COMMENT ON POLICY p ON t IS 'it''s p';
COMMENT ON POLICY q ON t IS 'q';

-- pair: comment of a replaced one
-- both
CREATE TABLE t (id int, n text);
-- before
CREATE POLICY p ON t FOR SELECT USING (id > 0);
COMMENT ON POLICY p ON t IS 'p';
-- after
CREATE POLICY p ON t FOR ALL USING (id > 0);
COMMENT ON POLICY p ON t IS 'p';

-- pair: of partitions
-- both
CREATE TABLE t (id int, n text) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
-- before
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (id > 0);
-- after
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (id > 1);
CREATE POLICY p ON t1 USING (id > 2);

-- pair: on a dropped column
-- before
CREATE TABLE t (id int, tenant int, n text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (tenant = 1);
-- after
CREATE TABLE t (id int, owner name, n text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (owner = current_user);

-- pair: with a setting and a cast to an enum
-- both
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, s e);
-- before
CREATE POLICY p ON t USING (s = 'a');
-- after
CREATE POLICY p ON t USING (s = current_setting('app.state', true)::e OR id::text = current_setting('app.id'));
