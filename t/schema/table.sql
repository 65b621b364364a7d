-- Tables: options, inheritance, persistence, what they are.

-- pair: made and dropped
-- before
CREATE TABLE a (id int PRIMARY KEY, n text NOT NULL DEFAULT 'x');
CREATE TABLE b (id int);
-- after
CREATE TABLE b (id int);
CREATE TABLE c (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a numeric(10,2) CHECK (a > 0), b text UNIQUE, ts timestamptz DEFAULT now());
CREATE INDEX ON c (ts DESC);

-- pair: nothing at all
-- before
CREATE TABLE a (id int PRIMARY KEY, b text);
CREATE TABLE b (id serial PRIMARY KEY, a_id int REFERENCES a);
CREATE VIEW v AS SELECT * FROM a JOIN b USING (id);
CREATE TYPE e AS ENUM ('x');
CREATE FUNCTION f(e) RETURNS e LANGUAGE sql AS 'SELECT $1';
-- after
SELECT 1;

-- pair: storage parameters
-- before
CREATE TABLE t (id int, s text) WITH (fillfactor = 70, autovacuum_enabled = false);
-- after
CREATE TABLE t (id int, s text) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_enabled = false, toast_tuple_target = 4000);

-- pair: storage parameters go
-- before
CREATE TABLE t (id int, s text) WITH (fillfactor = 70, toast.autovacuum_vacuum_threshold = 5);
-- after
CREATE TABLE t (id int, s text);

-- pair: unlogged
-- before
CREATE TABLE t (id int PRIMARY KEY, s text);
CREATE UNLOGGED TABLE u (id serial PRIMARY KEY, s text);
-- after
CREATE UNLOGGED TABLE t (id int PRIMARY KEY, s text);
CREATE TABLE u (id serial PRIMARY KEY, s text);

-- pair: unlogged with foreign keys
-- before
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE u (id int PRIMARY KEY REFERENCES t);
-- after
CREATE UNLOGGED TABLE t (id int PRIMARY KEY);
CREATE UNLOGGED TABLE u (id int PRIMARY KEY REFERENCES t);

-- pair: replica identity
-- both
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);
CREATE UNIQUE INDEX t_n ON t (n);
CREATE TABLE u (id int);
CREATE TABLE w (id int);
-- before
ALTER TABLE u REPLICA IDENTITY FULL;
ALTER TABLE w REPLICA IDENTITY NOTHING;
-- after
ALTER TABLE t REPLICA IDENTITY USING INDEX t_n;
ALTER TABLE u REPLICA IDENTITY NOTHING;

-- pair: replica identity by an index that is replaced
-- before
CREATE TABLE t (id int, n int NOT NULL, m int NOT NULL);
CREATE UNIQUE INDEX t_n ON t (n);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_n;
-- after
CREATE TABLE t (id int, n int NOT NULL, m int NOT NULL);
CREATE UNIQUE INDEX t_n ON t (n, m);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_n;

-- pair: replica identity by an index that goes
-- before
CREATE TABLE t (id int, n int NOT NULL);
CREATE UNIQUE INDEX t_n ON t (n);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_n;
-- after
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey;

-- pair: comment
-- both
CREATE TABLE t (id int);
CREATE TABLE u (id int);
-- before
COMMENT ON TABLE t IS 'old';
-- after
COMMENT ON TABLE t IS E'new\n-- not a comment; $$ \\ ''';
COMMENT ON TABLE u IS 'u';

-- pair: grants
-- both
CREATE TABLE t (id int, n int, "S s" text);
-- before
GRANT SELECT, INSERT ON t TO regress_dbmig_reader;
GRANT UPDATE (n) ON t TO regress_dbmig_writer;
-- after
GRANT SELECT ON t TO regress_dbmig_reader WITH GRANT OPTION;
GRANT ALL ON t TO regress_dbmig_writer;
GRANT SELECT (id), UPDATE ("S s") ON t TO PUBLIC;
GRANT DELETE ON t TO "regress_dbmig Odd ""Role""";

-- pair: grants and column grants together
-- both
CREATE TABLE t (id int, n int);
-- before
GRANT SELECT ON t TO regress_dbmig_reader;
GRANT UPDATE (n) ON t TO regress_dbmig_reader;
-- after
GRANT SELECT (id, n) ON t TO regress_dbmig_reader;
GRANT UPDATE ON t TO regress_dbmig_reader;

-- pair: grants of the owner
-- both
CREATE TABLE t (id int, n int);
-- before
REVOKE ALL ON t FROM postgres;
-- after
REVOKE DELETE, TRUNCATE ON t FROM postgres;
GRANT SELECT ON t TO regress_dbmig_reader;

-- pair: inheritance begins
-- before
CREATE TABLE p (id int, n int);
CREATE TABLE c (id int, n int, x text);
-- after
CREATE TABLE p (id int, n int);
CREATE TABLE c (x text) INHERITS (p);

-- pair: inheritance made
-- before
CREATE TABLE q (z int);
-- after
CREATE TABLE p (id int NOT NULL, n int DEFAULT 5 CHECK (n > 0));
CREATE TABLE q (z int);
CREATE TABLE c (x text, n int DEFAULT 6) INHERITS (p, q);
CREATE TABLE d () INHERITS (c);

-- pair: inherited columns
-- before
CREATE TABLE p (id int, n int DEFAULT 1, s text);
CREATE TABLE c (x text) INHERITS (p);
CREATE TABLE d (y int) INHERITS (c);
-- after
CREATE TABLE p (id int, n bigint DEFAULT 2 NOT NULL, z date);
CREATE TABLE c (x text) INHERITS (p);
CREATE TABLE d (y int) INHERITS (c);

-- pair: inherited columns with a default of their own
-- before
CREATE TABLE p (id int, n int DEFAULT 1);
CREATE TABLE c (n int DEFAULT 2) INHERITS (p);
CREATE TABLE d () INHERITS (p);
-- after
CREATE TABLE p (id int, n int DEFAULT 3);
CREATE TABLE c (n int DEFAULT 4) INHERITS (p);
CREATE TABLE d () INHERITS (p);
ALTER TABLE d ALTER n SET DEFAULT 5;

-- pair: inherited checks
-- before
CREATE TABLE p (id int, CONSTRAINT a CHECK (id > 0));
CREATE TABLE c (x int, CONSTRAINT b CHECK (x > 0)) INHERITS (p);
-- after
CREATE TABLE p (id int, CONSTRAINT a CHECK (id > 1), CONSTRAINT d CHECK (id < 100) NO INHERIT);
CREATE TABLE c (x int, CONSTRAINT b CHECK (x > 1)) INHERITS (p);

-- pair: inherits another parent
-- before
CREATE TABLE p (id int);
CREATE TABLE q (id int, z int);
CREATE TABLE c (z int) INHERITS (p);
-- after
CREATE TABLE p (id int);
CREATE TABLE q (id int, z int);
CREATE TABLE c () INHERITS (q);

-- pair: inheritance of not null
-- before
CREATE TABLE p (id int, n int);
CREATE TABLE c (x int) INHERITS (p);
ALTER TABLE c ALTER n SET NOT NULL;
-- after
CREATE TABLE p (id int NOT NULL, n int);
CREATE TABLE c (x int) INHERITS (p);

-- pair: table becomes a view
-- loses data
-- conflict
-- before
CREATE TABLE base (id int, n int);
CREATE TABLE t (id int, n int);
CREATE VIEW w AS SELECT id FROM t;
-- after
CREATE TABLE base (id int, n int);
CREATE VIEW t AS SELECT id, n FROM base;
CREATE VIEW w AS SELECT id FROM t;

-- pair: table becomes partitioned
-- todo: partitions that nobody expects cannot stay in a plain table
-- before
CREATE TABLE t (id int NOT NULL, n int);
CREATE INDEX t_n ON t (n);
CREATE VIEW v AS SELECT * FROM t;
-- after
CREATE TABLE t (id int NOT NULL, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE tx PARTITION OF t DEFAULT;
CREATE INDEX t_n ON t (n);
CREATE VIEW v AS SELECT * FROM t;
-- rows
INSERT INTO t VALUES (1, 2), (200, 3);
-- check
SELECT * FROM t ORDER BY 1;
--> 1|2
--> 200|3

-- pair: table in another schema
-- todo: a rename found by structure is not known to the check of rows
-- both
CREATE SCHEMA s;
-- before
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE s.u (id int PRIMARY KEY REFERENCES t);
-- after
CREATE TABLE s.t (id int PRIMARY KEY);
CREATE TABLE u (id int PRIMARY KEY REFERENCES s.t);

-- pair: statistics objects
-- both
CREATE TABLE t (a int, b int, c int);
-- before
CREATE STATISTICS s1 ON a, b FROM t;
CREATE STATISTICS s2 (ndistinct) ON a, c FROM t;
CREATE STATISTICS s3 (mcv) ON b, c FROM t;
-- after
CREATE STATISTICS s1 (dependencies, mcv) ON a, b FROM t;
CREATE STATISTICS s2 (ndistinct) ON a, b, c FROM t;
CREATE STATISTICS s4 ON (a + b), (c % 10) FROM t;
CREATE STATISTICS s5 ON (lower(c::text)) FROM t;
ALTER STATISTICS s4 SET STATISTICS 500;
COMMENT ON STATISTICS s4 IS 'sums';

-- pair: statistics object in another schema, with a target
-- both
CREATE SCHEMA s;
CREATE TABLE t (a int, b int, c int);
-- before
CREATE STATISTICS s.x ON a, b FROM t;
ALTER STATISTICS s.x SET STATISTICS 100;
-- after
CREATE STATISTICS s.x ON a, b FROM t;

-- pair: table of a type goes and comes
-- before
CREATE TYPE c AS (a int);
CREATE TABLE t OF c;
-- after
CREATE TYPE d AS (a int);
CREATE TABLE t OF d;

-- pair: access method
-- before
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE t (id int) USING heap2;
CREATE TABLE u (id int);
-- after
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE t (id int);
CREATE TABLE u (id int) USING heap2;

-- pair: table with everything changes
-- before
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE p (id serial PRIMARY KEY, m mood DEFAULT 'ok', j jsonb, CHECK (id > 0));
CREATE INDEX p_j ON p USING gin (j);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON p FOR EACH ROW EXECUTE FUNCTION tf();
ALTER TABLE p ENABLE ROW LEVEL SECURITY;
CREATE POLICY pol ON p USING (m = 'ok');
CREATE TABLE c (id int REFERENCES p ON DELETE CASCADE);
CREATE VIEW v AS SELECT p.*, c.id AS cid FROM p LEFT JOIN c USING (id);
CREATE MATERIALIZED VIEW mv AS SELECT m, count(*) FROM p GROUP BY m;
CREATE UNIQUE INDEX mv_m ON mv (m);
COMMENT ON TABLE p IS 'p';
GRANT SELECT ON p, v, mv TO regress_dbmig_reader;
-- after
CREATE TYPE mood AS ENUM ('ok', 'happy');
CREATE TABLE p (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m mood NOT NULL DEFAULT 'happy', j json, extra text, CHECK (id >= 0));
CREATE INDEX p_j ON p ((j ->> 'a'));
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.extra := 1; RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT OR UPDATE ON p FOR EACH ROW WHEN (NEW.m = 'happy') EXECUTE FUNCTION tf();
ALTER TABLE p ENABLE ROW LEVEL SECURITY;
CREATE POLICY pol ON p USING (m = 'happy') WITH CHECK (true);
CREATE TABLE c (id bigint REFERENCES p);
CREATE VIEW v AS SELECT p.*, c.id AS cid FROM p LEFT JOIN c USING (id);
CREATE MATERIALIZED VIEW mv AS SELECT m, count(*) FROM p GROUP BY m;
CREATE UNIQUE INDEX mv_m ON mv (m);
COMMENT ON TABLE p IS 'p';
GRANT SELECT ON p, v, mv TO regress_dbmig_reader;
