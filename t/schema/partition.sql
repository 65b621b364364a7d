-- Partitioned tables.

-- pair: range made
-- before
CREATE TABLE z (id int);
-- after
CREATE TABLE z (id int);
CREATE TABLE t (id int, at date NOT NULL, n int DEFAULT 1 CHECK (n > 0), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE t_2024 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE t_2025 PARTITION OF t FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
CREATE TABLE t_rest PARTITION OF t DEFAULT;
CREATE INDEX t_n ON t (n);
COMMENT ON TABLE t_2024 IS 'a year';

-- pair: list made
-- before
CREATE TABLE z (id int);
-- after
CREATE TABLE z (id int);
CREATE TABLE t (id int, s text COLLATE "C") PARTITION BY LIST (s);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a', 'it''s', NULL);
CREATE TABLE "t_B" PARTITION OF t FOR VALUES IN ('b');

-- pair: hash made
-- before
CREATE TABLE z (id int);
-- after
CREATE TABLE z (id int);
CREATE TABLE t (id int PRIMARY KEY, s text) PARTITION BY HASH (id);
CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 4, REMAINDER 1);

-- pair: by expressions and several columns
-- before
CREATE TABLE z (id int);
-- after
CREATE TABLE z (id int);
CREATE TABLE t (a int, b text, c timestamp) PARTITION BY RANGE (a, lower(b) COLLATE "C" text_pattern_ops, (date_trunc('day', c)));
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1, 'a', MINVALUE) TO (1, 'b', MAXVALUE);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (2, MINVALUE, MINVALUE) TO (3, 'x', '2024-01-01');

-- pair: partitions come and go
-- both
CREATE TABLE t (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX t_n ON t (n);
-- before
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
-- after
CREATE TABLE t3 PARTITION OF t FOR VALUES FROM (20) TO (30);
CREATE TABLE td PARTITION OF t DEFAULT;

-- pair: attach and detach
-- before
CREATE TABLE t (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 (id int, n int);
-- after
CREATE TABLE t (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 (id int, n int);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (0) TO (10);

-- pair: detach with keys and indexes
-- before
CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 3) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX t_n ON t (n);
-- after
CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 3) PARTITION BY RANGE (id);
CREATE TABLE t1 (id int PRIMARY KEY, n int DEFAULT 3);
CREATE INDEX t1_n_idx ON t1 (n);
CREATE INDEX t_n ON t (n);

-- pair: bounds
-- both
CREATE TABLE t (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
-- before
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
-- after
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (15);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (15) TO (20);
-- rows
INSERT INTO t VALUES (1, 1), (5, 5), (16, 16);

-- pair: bounds with rows that have to move
-- both
CREATE TABLE t (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
-- before
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
-- after
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (15);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (15) TO (20);

-- pair: bounds of a list and a hash
-- before
CREATE TABLE t (id int, s text) PARTITION BY LIST (s);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('x1', 'x2');
CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('x3');
-- after
CREATE TABLE t (id int, s text) PARTITION BY LIST (s);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('x1', 'x2', 'x4');
CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('x3', NULL);

-- pair: default partition changes its name
-- conflict
-- both
CREATE TABLE t (id int, s text) PARTITION BY RANGE (id);
-- before
CREATE TABLE t_default PARTITION OF t DEFAULT;
-- after
CREATE TABLE t_other PARTITION OF t DEFAULT;
-- rows
SELECT 1;

-- pair: key
-- before
CREATE TABLE t (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
-- after
CREATE TABLE t (id int, n int) PARTITION BY RANGE (n);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);

-- pair: strategy
-- todo: partitions that nobody expects cannot stay under another strategy
-- before
CREATE TABLE t (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE VIEW v AS SELECT * FROM t;
-- after
CREATE TABLE t (id int, n int) PARTITION BY HASH (id);
CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE VIEW v AS SELECT * FROM t;

-- pair: partitioned becomes plain
-- todo: partitions that nobody expects cannot stay in a plain table
-- before
CREATE TABLE t (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE u (t_id int REFERENCES t);
-- after
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE u (t_id int REFERENCES t);

-- pair: columns of parents
-- before
CREATE TABLE t (id int, n int, s text DEFAULT 'x', old int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (n);
CREATE TABLE t2a PARTITION OF t2 FOR VALUES FROM (0) TO (100);
-- after
CREATE TABLE t (id int, n int, s varchar(20) NOT NULL DEFAULT 'y', added date DEFAULT current_date) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (n);
CREATE TABLE t2a PARTITION OF t2 FOR VALUES FROM (0) TO (100);

-- pair: columns of partitions alone
-- both
CREATE TABLE t (id int, n int DEFAULT 1, s text) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
-- before
ALTER TABLE t1 ALTER n SET DEFAULT 5, ALTER s SET NOT NULL;
-- after
ALTER TABLE t1 ALTER n DROP DEFAULT;
ALTER TABLE t2 ALTER n SET DEFAULT 7, ALTER s SET STORAGE EXTERNAL, ADD CHECK (n > 0), ALTER n SET STATISTICS 300;
COMMENT ON COLUMN t2.n IS 'seven';

-- pair: partition with columns in another order
-- before
CREATE TABLE t (a int, b text, c date) PARTITION BY RANGE (a);
CREATE TABLE t1 (c date, a int, gone int, b text);
ALTER TABLE t1 DROP gone;
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (10);
-- after
CREATE TABLE t (a int, b varchar(30), c date, d int) PARTITION BY RANGE (a);
CREATE TABLE t1 (c date, d int, a int, b varchar(30));
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (10);

-- pair: keys and uniques of parents
-- before
CREATE TABLE t (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
-- after
CREATE TABLE t (id int, n int, PRIMARY KEY (id), CONSTRAINT un UNIQUE (n, id)) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);

-- pair: keys of partitions join the parent's
-- before
CREATE TABLE t (id int NOT NULL, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t (PRIMARY KEY (id)) FOR VALUES FROM (0) TO (10);
-- after
CREATE TABLE t (id int NOT NULL, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t (PRIMARY KEY (id)) FOR VALUES FROM (0) TO (10);
ALTER TABLE t ADD PRIMARY KEY (id);

-- pair: index only on the parent
-- before
CREATE TABLE t (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX i ON ONLY t (n);
-- after
CREATE TABLE t (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX i ON t (n);

-- pair: sub-partitions
-- todo: partitions that nobody expects cannot stay in a plain table
-- before
CREATE TABLE t (id int, s text) PARTITION BY LIST (s);
CREATE TABLE t_x PARTITION OF t FOR VALUES IN ('x1', 'x2', 'x3');
-- after
CREATE TABLE t (id int, s text) PARTITION BY LIST (s);
CREATE TABLE t_x PARTITION OF t FOR VALUES IN ('x1', 'x2', 'x3') PARTITION BY RANGE (id);
CREATE TABLE t_x1 PARTITION OF t_x FOR VALUES FROM (0) TO (100);

-- pair: tree of three levels changes
-- before
CREATE TABLE t (a int, b int, c int, PRIMARY KEY (a, b, c)) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10) PARTITION BY LIST (b);
CREATE TABLE t1x PARTITION OF t1 FOR VALUES IN (1, 2, 3) PARTITION BY HASH (c);
CREATE TABLE t1x0 PARTITION OF t1x FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE INDEX t_c ON t (c);
-- after
CREATE TABLE t (a int, b int, c bigint, d text, PRIMARY KEY (a, b, c)) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10) PARTITION BY LIST (b);
CREATE TABLE t1x PARTITION OF t1 FOR VALUES IN (1, 2, 3) PARTITION BY HASH (c);
CREATE TABLE t1x0 PARTITION OF t1x FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE t1y PARTITION OF t1 FOR VALUES IN (4);
CREATE INDEX t_c ON t (c DESC);
CREATE INDEX t_d ON t (d);

-- pair: options and comments of each
-- both
CREATE TABLE t (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20) WITH (fillfactor = 50);
-- after
ALTER TABLE t1 SET (fillfactor = 70);
ALTER TABLE t2 RESET (fillfactor);
COMMENT ON TABLE t IS 'all';
COMMENT ON TABLE t1 IS 'first';
GRANT SELECT ON t1 TO regress_dbmig_reader;
GRANT SELECT ON t TO regress_dbmig_writer;
ALTER TABLE t2 ENABLE ROW LEVEL SECURITY;

-- pair: partition in another schema
-- conflict
-- both
CREATE SCHEMA parts;
CREATE TABLE t (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
-- before
CREATE TABLE parts.t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
-- after
CREATE TABLE parts.t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);

-- pair: type of the key
-- before
CREATE TABLE t (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
-- after
CREATE TABLE t (id bigint, n int) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
-- rows
INSERT INTO t VALUES (1, 1), (2, 2);

-- pair: key column by timestamps with zones
-- before
CREATE TABLE t (at timestamptz, n int) PARTITION BY RANGE (at);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2024-02-01 00:00+00');
-- after
CREATE TABLE t (at timestamptz, n int) PARTITION BY RANGE (at);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2024-02-01 00:00+00');
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM ('2024-02-01 05:00+05') TO ('2024-03-01 00:00+00');
