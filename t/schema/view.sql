-- Views and materialized views.

-- pair: made
-- before
CREATE TABLE t (a int, b text);
-- after
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM t;

-- pair: definition
-- both
CREATE TABLE t (a int, b text);
-- before
CREATE VIEW v AS SELECT a, b FROM t;
-- after
CREATE VIEW v AS SELECT a, b FROM t WHERE a > 0 ORDER BY b LIMIT 5;

-- pair: column added at the end
-- both
CREATE TABLE t (a int, b text);
-- before
CREATE VIEW v AS SELECT a FROM t;
COMMENT ON COLUMN v.a IS 'first';
-- after
CREATE VIEW v AS SELECT a, b AS c FROM t;
COMMENT ON COLUMN v.a IS 'first';
COMMENT ON COLUMN v.c IS 'second';

-- pair: column added in front
-- both
CREATE TABLE t (a int, b text);
-- before
CREATE VIEW v AS SELECT a FROM t;
-- after
CREATE VIEW v AS SELECT b, a FROM t;

-- pair: column removed, renamed, retyped
-- both
CREATE TABLE t (a int, b text, c int);
-- before
CREATE VIEW v AS SELECT a, b, c FROM t;
CREATE VIEW w AS SELECT a, b FROM t;
CREATE VIEW x AS SELECT a FROM t;
-- after
CREATE VIEW v AS SELECT a, c FROM t;
CREATE VIEW w AS SELECT a, b AS bb FROM t;
CREATE VIEW x AS SELECT a::bigint AS a FROM t;

-- pair: chain
-- both
CREATE TABLE t (a int, b text);
-- before
CREATE VIEW v1 AS SELECT a, b FROM t;
CREATE VIEW v2 AS SELECT a, b FROM v1;
CREATE VIEW v3 AS SELECT a, b FROM v2;
COMMENT ON VIEW v3 IS 'last';
-- after
CREATE VIEW v1 AS SELECT b, a FROM t;
CREATE VIEW v2 AS SELECT a, b FROM v1;
CREATE VIEW v3 AS SELECT a, b FROM v2;
COMMENT ON VIEW v3 IS 'last';

-- pair: chain turned round
-- both
CREATE TABLE t (a int, b text);
-- before
CREATE VIEW v1 AS SELECT a, b FROM t;
CREATE VIEW v2 AS SELECT a, b FROM v1;
-- after
CREATE VIEW v2 AS SELECT a, b FROM t;
CREATE VIEW v1 AS SELECT a, b FROM v2;

-- pair: chain by way of a function and a policy
-- both
CREATE TABLE t (a int, b text);
CREATE TABLE u (a int);
-- before
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION f(x int) RETURNS boolean LANGUAGE sql STABLE BEGIN ATOMIC SELECT EXISTS (SELECT FROM v WHERE v.a = x); END;
CREATE POLICY p ON u USING (f(a));
CREATE VIEW w AS SELECT * FROM u WHERE f(a);
-- after
CREATE VIEW v AS SELECT b, a FROM t;
CREATE FUNCTION f(x int) RETURNS boolean LANGUAGE sql STABLE BEGIN ATOMIC SELECT EXISTS (SELECT FROM v WHERE v.a = x); END;
CREATE POLICY p ON u USING (f(a));
CREATE VIEW w AS SELECT * FROM u WHERE f(a);

-- pair: options
-- both
CREATE TABLE t (a int, b text);
-- before
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w WITH (security_barrier) AS SELECT a FROM t;
CREATE VIEW x WITH (security_invoker = true) AS SELECT a FROM t;
CREATE VIEW y AS SELECT a FROM t WHERE a > 0 WITH CHECK OPTION;
-- after
CREATE VIEW v WITH (security_invoker = true, security_barrier = true) AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM t;
CREATE VIEW x WITH (security_invoker = false) AS SELECT a, b FROM t;
CREATE VIEW y AS SELECT a FROM t WHERE a > 0 WITH LOCAL CHECK OPTION;

-- pair: options of a replaced one
-- before
CREATE TABLE t (a int, b int);
CREATE VIEW v WITH (security_invoker = true) AS SELECT a, b FROM t;
-- after
CREATE TABLE t (a bigint, b int);
CREATE VIEW v WITH (security_invoker = true) AS SELECT a, b FROM t;

-- pair: default of a column
-- both
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT a, b FROM t;
-- before
ALTER VIEW v ALTER a SET DEFAULT 5;
ALTER VIEW w ALTER a SET DEFAULT 5;
-- after
ALTER VIEW v ALTER a SET DEFAULT 6, ALTER b SET DEFAULT 'x';

-- pair: comments and grants
-- both
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
-- before
COMMENT ON VIEW v IS 'old';
GRANT INSERT ON v TO regress_dbmig_writer;
-- after
COMMENT ON VIEW v IS 'new';
COMMENT ON MATERIALIZED VIEW m IS 'm';
COMMENT ON COLUMN m.b IS 'b';
GRANT SELECT ON v, m TO regress_dbmig_reader;
GRANT UPDATE (a) ON v TO regress_dbmig_writer;

-- pair: recursive
-- both
CREATE TABLE t (id int, parent int);
-- before
CREATE RECURSIVE VIEW v (id) AS SELECT id FROM t WHERE parent IS NULL UNION ALL SELECT t.id FROM t JOIN v ON t.parent = v.id;
-- after
CREATE RECURSIVE VIEW v (id, depth) AS SELECT id, 1 FROM t WHERE parent IS NULL UNION ALL SELECT t.id, depth + 1 FROM t JOIN v ON t.parent = v.id;

-- pair: of many shapes
-- both
CREATE TABLE t (id int PRIMARY KEY, j jsonb, at timestamptz, s text);
-- before
CREATE VIEW v AS SELECT s FROM t;
-- after
CREATE VIEW v AS WITH x AS MATERIALIZED (SELECT * FROM t WHERE s ~ '^a') SELECT s, count(*) FILTER (WHERE id > 3) AS n,
	row_number() OVER (PARTITION BY s ORDER BY max(at) DESC) AS r, grouping(s) AS g FROM x GROUP BY ROLLUP (s) HAVING count(*) > 1;
CREATE VIEW w AS SELECT t.*, l.value, CASE WHEN s IS NULL THEN 'x' ELSE s END AS c FROM t LEFT JOIN LATERAL jsonb_each_text(j) l ON l.key = 'a' WHERE id = ANY (ARRAY[1, 2]) OR s LIKE 'a%';
CREATE VIEW x AS (SELECT 1 AS a UNION SELECT 2) EXCEPT SELECT 3;
CREATE VIEW y AS VALUES (1, 'a'::text), (2, NULL);
CREATE VIEW z AS SELECT a.id FROM t a JOIN t b USING (id) WHERE NOT EXISTS (SELECT FROM t c WHERE c.id = a.id) FOR UPDATE OF a;

-- pair: over columns that are added by star
-- before
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT * FROM t;
-- after
CREATE TABLE t (a int, b text, c int);
CREATE VIEW v AS SELECT * FROM t;

-- pair: over a table that goes
-- before
CREATE TABLE t (a int);
CREATE TABLE u (a int);
CREATE VIEW v AS SELECT a FROM t;
-- after
CREATE TABLE u (a int);
CREATE VIEW v AS SELECT a FROM u;

-- pair: becomes a table
-- conflict
-- loses data
-- before
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
-- after
CREATE TABLE t (a int);
CREATE TABLE v (a int);
CREATE VIEW w AS SELECT a FROM v;

-- pair: becomes a materialized view
-- conflict
-- loses data
-- before
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
-- after
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW v AS SELECT a FROM t;
CREATE INDEX v_a ON v (a);
CREATE VIEW w AS SELECT a FROM v;

-- pair: materialized view definition
-- both
CREATE TABLE t (a int, b text);
-- before
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE UNIQUE INDEX m_a ON m (a);
COMMENT ON MATERIALIZED VIEW m IS 'm';
COMMENT ON INDEX m_a IS 'i';
GRANT SELECT ON m TO regress_dbmig_reader;
CREATE VIEW v AS SELECT * FROM m;
-- after
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE UNIQUE INDEX m_a ON m (a);
COMMENT ON MATERIALIZED VIEW m IS 'm';
COMMENT ON INDEX m_a IS 'i';
GRANT SELECT ON m TO regress_dbmig_reader;
CREATE VIEW v AS SELECT a FROM m;

-- pair: materialized view options
-- both
CREATE TABLE t (a int, b text);
-- before
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW n WITH (fillfactor = 60) AS SELECT a FROM t WITH NO DATA;
-- after
CREATE MATERIALIZED VIEW m WITH (fillfactor = 80, autovacuum_enabled = false) AS SELECT a, b FROM t;
ALTER MATERIALIZED VIEW m ALTER b SET STORAGE EXTERNAL, ALTER a SET STATISTICS 500;
CREATE MATERIALIZED VIEW n AS SELECT a FROM t;

-- pair: materialized view over one over a view
-- before
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM v;
CREATE MATERIALIZED VIEW n AS SELECT a FROM m;
CREATE INDEX n_a ON n (a);
CREATE STATISTICS st ON a, b FROM m;
-- after
CREATE TABLE t (a bigint, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM v;
CREATE MATERIALIZED VIEW n AS SELECT a FROM m;
CREATE INDEX n_a ON n (a);
CREATE STATISTICS st ON a, b FROM m;

-- pair: view with instead-of trigger and rule
-- both
CREATE TABLE t (a int, b text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
-- before
CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING;
-- after
CREATE VIEW v AS SELECT a::text, b FROM t;
CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING;

-- pair: names that need quotes
-- before
CREATE TABLE "T" ("A" int, "select" text);
CREATE VIEW "V ""1""" AS SELECT "A", "select" AS "from" FROM "T" "x y";
-- after
CREATE TABLE "T" ("A" bigint, "select" text);
CREATE VIEW "V ""1""" AS SELECT "A", "select" AS "From" FROM "T" "x y";

-- pair: view of system catalogs and functions
-- before
CREATE VIEW v AS SELECT oid, relname FROM pg_class;
-- after
CREATE VIEW v AS SELECT oid, relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid);
CREATE VIEW w AS SELECT table_name FROM information_schema.tables;
