-- Indexes.

-- pair: added
-- both
CREATE TABLE t (a int, b text, c int[], d tsrange);
-- after
CREATE INDEX t_a ON t (a);
CREATE UNIQUE INDEX t_ab ON t (a, b);
CREATE INDEX t_c ON t USING gin (c);
CREATE INDEX t_d ON t USING gist (d);
CREATE INDEX t_brin ON t USING brin (a) WITH (pages_per_range = 32);
CREATE INDEX t_hash ON t USING hash (b);
CREATE INDEX t_spgist ON t USING spgist (b);

-- pair: columns
-- both
CREATE TABLE t (a int, b int, c int);
-- before
CREATE INDEX i ON t (a, b);
-- after
CREATE INDEX i ON t (b, a, c);

-- pair: unique
-- both
CREATE TABLE t (a int, b int);
-- before
CREATE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b);
-- after
CREATE UNIQUE INDEX i ON t (a);
CREATE INDEX j ON t (b);

-- pair: nulls not distinct
-- both
CREATE TABLE t (a int, b int);
-- before
CREATE UNIQUE INDEX i ON t (a);
-- after
CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT;

-- pair: order
-- both
CREATE TABLE t (a int, b int);
-- before
CREATE INDEX i ON t (a, b DESC);
CREATE INDEX j ON t (a NULLS FIRST);
-- after
CREATE INDEX i ON t (a DESC NULLS LAST, b);
CREATE INDEX j ON t (a DESC);

-- pair: partial
-- both
CREATE TABLE t (a int, b text, c boolean);
-- before
CREATE INDEX i ON t (a) WHERE c;
CREATE INDEX j ON t (b);
-- after
CREATE INDEX i ON t (a) WHERE NOT c AND b = 'x';
CREATE INDEX j ON t (b) WHERE b IS NOT NULL;

-- pair: expression
-- both
CREATE TABLE t (a int, b text, j jsonb);
-- before
CREATE INDEX i ON t (lower(b));
CREATE INDEX k ON t ((j ->> 'a'));
-- after
CREATE INDEX i ON t (upper(b), (a + 1), a);
CREATE INDEX k ON t ((j -> 'a'), ((j ->> 'b')::int));

-- pair: expression with a function that changes
-- before
CREATE FUNCTION f(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a';
CREATE TABLE t (a int);
CREATE INDEX i ON t (f(a)) WHERE f(a) > 0;
-- after
CREATE FUNCTION f(a int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT a::bigint';
CREATE TABLE t (a int);
CREATE INDEX i ON t (f(a)) WHERE f(a) > 0;

-- pair: operator class and collation
-- both
CREATE TABLE t (a text, b text, j jsonb);
-- before
CREATE INDEX i ON t (a text_pattern_ops);
CREATE INDEX k ON t (b COLLATE "C");
CREATE INDEX l ON t USING gin (j);
-- after
CREATE INDEX i ON t (a);
CREATE INDEX k ON t (b COLLATE "POSIX" text_pattern_ops DESC);
CREATE INDEX l ON t USING gin (j jsonb_path_ops);

-- pair: operator class options
-- both
CREATE TABLE t (v tsvector);
-- before
CREATE INDEX i ON t USING gist (v tsvector_ops (siglen = 100));
-- after
CREATE INDEX i ON t USING gist (v tsvector_ops (siglen = 200));

-- pair: included columns
-- both
CREATE TABLE t (a int, b int, c int);
-- before
CREATE INDEX i ON t (a) INCLUDE (b);
CREATE UNIQUE INDEX k ON t (c);
-- after
CREATE INDEX i ON t (a) INCLUDE (b, c);
CREATE UNIQUE INDEX k ON t (c) INCLUDE (a);

-- pair: method
-- both
CREATE TABLE t (a int);
-- before
CREATE INDEX i ON t (a);
-- after
CREATE INDEX i ON t USING hash (a);

-- pair: options
-- both
CREATE TABLE t (a int, c int[]);
-- before
CREATE INDEX i ON t (a) WITH (fillfactor = 70);
CREATE INDEX k ON t USING gin (c);
-- after
CREATE INDEX i ON t (a) WITH (deduplicate_items = off);
CREATE INDEX k ON t USING gin (c) WITH (fastupdate = off, gin_pending_list_limit = 128);

-- pair: statistics of expressions
-- both
CREATE TABLE t (a int);
CREATE INDEX i ON t ((a + 1), (a + 2));
-- after
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 1000;

-- pair: name
-- both
CREATE TABLE t (a int);
-- before
CREATE INDEX i ON t (a);
-- after
CREATE INDEX "I 2" ON t (a);

-- pair: comment
-- both
CREATE TABLE t (a int);
CREATE INDEX i ON t (a);
CREATE INDEX k ON t (a DESC);
-- before
COMMENT ON INDEX i IS 'one';
-- after
COMMENT ON INDEX i IS 'two';
COMMENT ON INDEX k IS 'three';

-- pair: comment of a replaced one
-- both
CREATE TABLE t (a int, b int);
-- before
CREATE INDEX i ON t (a);
COMMENT ON INDEX i IS 'one';
-- after
CREATE INDEX i ON t (b);
COMMENT ON INDEX i IS 'one';

-- pair: clustered
-- both
CREATE TABLE t (a int PRIMARY KEY, b int);
CREATE INDEX i ON t (b);
-- before
CLUSTER t USING t_pkey;
-- after
CLUSTER t USING i;

-- pair: clustered index replaced
-- both
CREATE TABLE t (a int PRIMARY KEY, b int);
-- before
CREATE INDEX i ON t (b);
ALTER TABLE t CLUSTER ON i;
-- after
CREATE INDEX i ON t (b DESC);
ALTER TABLE t CLUSTER ON i;

-- pair: of a materialized view
-- both
CREATE TABLE t (a int, b int);
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
-- before
CREATE INDEX i ON m (a);
-- after
CREATE UNIQUE INDEX i ON m (a);
CREATE INDEX k ON m (b) WHERE a > 0;

-- pair: of a partitioned table
-- both
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);
-- before
CREATE INDEX i ON t (a);
-- after
CREATE INDEX i ON t (a, b);
CREATE INDEX k ON t (b);

-- pair: of one partition
-- both
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);
-- before
CREATE INDEX i1 ON t1 (b);
-- after
CREATE INDEX i1 ON t1 (b);
CREATE INDEX i2 ON t2 (b);
CREATE INDEX i ON t (b);

-- pair: of a partitioned table, not attached
-- both
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);
-- before
CREATE INDEX i ON ONLY t (b);
CREATE INDEX i1 ON t1 (b);
-- after
CREATE INDEX i ON ONLY t (b);
CREATE INDEX i1 ON t1 (b);
ALTER INDEX i ATTACH PARTITION i1;

-- pair: of a partitioned table, with comments and options of children
-- both
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);
CREATE INDEX i ON t (b);
-- after
COMMENT ON INDEX i IS 'all';
COMMENT ON INDEX t1_b_idx IS 'first';
ALTER INDEX t2_b_idx SET (fillfactor = 60);

-- pair: many at once on changed columns
-- before
CREATE TABLE t (a int, b varchar(10), c timestamp);
CREATE INDEX i1 ON t (a);
CREATE INDEX i2 ON t (b varchar_pattern_ops);
CREATE INDEX i3 ON t (c) WHERE a > 1;
CREATE INDEX i4 ON t (date_trunc('day', c));
-- after
CREATE TABLE t (a bigint, b text, c timestamp(0));
CREATE INDEX i1 ON t (a);
CREATE INDEX i2 ON t (b text_pattern_ops);
CREATE INDEX i3 ON t (c) WHERE a > 1;
CREATE INDEX i4 ON t (date_trunc('day', c));

-- pair: used by a view with group by
-- both
CREATE TABLE t (a int PRIMARY KEY, b int);
CREATE VIEW v AS SELECT a, b, count(*) FROM t GROUP BY a;
-- before
CREATE INDEX i ON t (b);
-- after
CREATE INDEX k ON t (b);
