-- Columns: everything that can change in one.

-- pair: added
-- both
CREATE TABLE t (id int PRIMARY KEY);
-- after
ALTER TABLE t ADD note text;

-- pair: added not null with default
-- both
CREATE TABLE t (id int PRIMARY KEY);
-- after
ALTER TABLE t ADD note text NOT NULL DEFAULT 'none';
-- rows
INSERT INTO t VALUES (1), (2);
-- check
SELECT * FROM t ORDER BY 1;
--> 1|none
--> 2|none

-- pair: added not null without default
-- both
CREATE TABLE t (id int PRIMARY KEY);
-- after
ALTER TABLE t ADD note text NOT NULL;

-- pair: added in the middle
-- before
CREATE TABLE t (id int PRIMARY KEY, z int);
-- after
CREATE TABLE t (id int PRIMARY KEY, a text, b text DEFAULT 'b', z int);

-- pair: several added and removed
-- before
CREATE TABLE t (id int, a int, b text, c date NOT NULL);
-- after
CREATE TABLE t (id int, c date NOT NULL, d uuid DEFAULT gen_random_uuid(), e timestamptz NOT NULL DEFAULT now(), f text[] DEFAULT '{}');

-- pair: not null
-- both
CREATE TABLE t (id int PRIMARY KEY, note text);
-- after
ALTER TABLE t ALTER note SET NOT NULL;
-- rows
INSERT INTO t VALUES (1, 'one'), (2, 'two');
-- check
SELECT * FROM t ORDER BY 1;
--> 1|one
--> 2|two

-- pair: not null of several
-- before
CREATE TABLE t (a int NOT NULL, b int, c text NOT NULL, "D d" int);
-- after
CREATE TABLE t (a int, b int NOT NULL, c text, "D d" int NOT NULL);

-- pair: default added
-- both
CREATE TABLE t (id int, n int);
-- after
ALTER TABLE t ALTER n SET DEFAULT 42;

-- pair: default changed
-- before
CREATE TABLE t (id int, n int DEFAULT 1, s text DEFAULT 'a', d timestamptz DEFAULT now());
-- after
CREATE TABLE t (id int, n int DEFAULT 2, s text DEFAULT 'it''s', d timestamptz DEFAULT clock_timestamp());

-- pair: default removed and type changed
-- before
CREATE TABLE t (id int, n text DEFAULT 'x');
-- after
CREATE TABLE t (id int, n varchar(20));

-- pair: default kept while type changes
-- before
CREATE TABLE t (id int, n text DEFAULT '7');
-- after
CREATE TABLE t (id int, n int DEFAULT 7);
-- rows
INSERT INTO t VALUES (1, '12');
-- check
SELECT * FROM t;
--> 1|12

-- pair: default of type that cannot be cast
-- before
CREATE TABLE t (id int, b text DEFAULT 'no' NOT NULL);
-- after
CREATE TABLE t (id int, b boolean DEFAULT false NOT NULL);
-- rows
INSERT INTO t VALUES (1, 'no'), (2, 'yes');
-- check
SELECT * FROM t ORDER BY 1;
--> 1|f
--> 2|t

-- pair: default with arrays and json
-- both
CREATE TABLE t (id int, a int[], j jsonb, i interval, n numeric(10,2), f float8, b bytea, x "char");
-- after
ALTER TABLE t ALTER a SET DEFAULT '{1,2,NULL}', ALTER j SET DEFAULT '{"a": [1, "x"]}', ALTER i SET DEFAULT '1 day 02:03',
	ALTER n SET DEFAULT -1.50, ALTER f SET DEFAULT 1e-7, ALTER b SET DEFAULT '\x00ff', ALTER x SET DEFAULT 'a';

-- pair: default by a function
-- before
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (id int, n int DEFAULT f());
-- after
CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE TABLE t (id int, n int DEFAULT g(3));

-- pair: text to varchar
-- before
CREATE TABLE t (id int PRIMARY KEY, s text);
-- after
CREATE TABLE t (id int PRIMARY KEY, s varchar(40));

-- pair: varchar longer
-- before
CREATE TABLE t (id int PRIMARY KEY, s varchar(10) NOT NULL DEFAULT 'x');
-- after
CREATE TABLE t (id int PRIMARY KEY, s varchar(20) NOT NULL DEFAULT 'x');

-- pair: varchar unlimited with index
-- before
CREATE TABLE t (id int PRIMARY KEY, s varchar(10) UNIQUE);
CREATE INDEX t_s ON t (lower(s));
-- after
CREATE TABLE t (id int PRIMARY KEY, s varchar UNIQUE);
CREATE INDEX t_s ON t (lower(s));

-- pair: int to bigint
-- before
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE u (id int PRIMARY KEY, t_id int REFERENCES t);
-- after
CREATE TABLE t (id bigint PRIMARY KEY, n bigint);
CREATE TABLE u (id bigint PRIMARY KEY, t_id bigint REFERENCES t);
-- rows
INSERT INTO t VALUES (1, 2), (3, 4);
INSERT INTO u VALUES (1, 1), (2, 3);
-- check
SELECT * FROM u JOIN t ON t.id = t_id ORDER BY 1;
--> 1|1|1|2
--> 2|3|3|4

-- pair: int to text
-- before
CREATE TABLE t (id int PRIMARY KEY, n int);
-- after
CREATE TABLE t (id int PRIMARY KEY, n text);
-- rows
INSERT INTO t VALUES (1, 2), (3, NULL);
-- check
SELECT * FROM t ORDER BY 1;
--> 1|2
--> 3|
-- check back
SELECT id, n + 1 FROM t ORDER BY 1;
--> 1|3
--> 3|

-- pair: text to date, uuid, jsonb, boolean, array
-- before
CREATE TABLE t (id int, d text, u text, j text, b text, a text, n varchar(9), i text);
-- after
CREATE TABLE t (id int, d date, u uuid, j jsonb, b boolean, a int[], n numeric(6,2), i inet);
-- rows
INSERT INTO t VALUES (1, '2024-02-03', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": 1}', 't', '{1,2}', '12.5', '10.0.0.1');
-- check
SELECT * FROM t;
--> 1|2024-02-03|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|{"a": 1}|t|{1,2}|12.50|10.0.0.1

-- pair: boolean to int
-- before
CREATE TABLE t (id int, b boolean DEFAULT true);
-- after
CREATE TABLE t (id int, b int DEFAULT 1);
-- rows
INSERT INTO t VALUES (1, true), (2, false);
-- check
SELECT * FROM t ORDER BY 1;
--> 1|1
--> 2|0

-- pair: timestamp to timestamptz
-- before
CREATE TABLE t (id int, at timestamp NOT NULL DEFAULT now());
-- after
CREATE TABLE t (id int, at timestamptz NOT NULL DEFAULT now());

-- pair: numeric scale
-- before
CREATE TABLE t (id int, n numeric(10,2), m numeric, p numeric(5));
-- after
CREATE TABLE t (id int, n numeric(12,4), m numeric(8,3), p numeric);

-- pair: bigint to timestamp
-- before
CREATE TABLE t (id int, at bigint);
-- after
CREATE TABLE t (id int, at timestamptz);

-- pair: json to jsonb, char to text, time precision, bits
-- before
CREATE TABLE t (id int, j json, c char(5), m timestamp(3), b bit(4), i interval day to second, x xml);
-- after
CREATE TABLE t (id int, j jsonb, c text, m timestamp(6), b bit varying(8), i interval, x text);

-- pair: scalar to array
-- before
CREATE TABLE t (id int, tag text NOT NULL DEFAULT '');
-- after
CREATE TABLE t (id int, tag text[] NOT NULL DEFAULT '{}');

-- pair: type under a view
-- before
CREATE TABLE t (id int, n int);
CREATE VIEW v AS SELECT id, n FROM t WHERE n > 0;
COMMENT ON VIEW v IS 'positive';
GRANT SELECT ON v TO regress_dbmig_reader;
-- after
CREATE TABLE t (id int, n bigint);
CREATE VIEW v AS SELECT id, n FROM t WHERE n > 0;
COMMENT ON VIEW v IS 'positive';
GRANT SELECT ON v TO regress_dbmig_reader;

-- pair: type under a chain of views
-- before
CREATE TABLE t (id int, s varchar(10));
CREATE VIEW a AS SELECT id, s FROM t;
CREATE VIEW b AS SELECT s || 'x' AS s FROM a;
CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n, max(s) AS s FROM b;
CREATE UNIQUE INDEX m_n ON m (n);
CREATE VIEW c AS SELECT * FROM m;
-- after
CREATE TABLE t (id int, s text);
CREATE VIEW a AS SELECT id, s FROM t;
CREATE VIEW b AS SELECT s || 'x' AS s FROM a;
CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n, max(s) AS s FROM b;
CREATE UNIQUE INDEX m_n ON m (n);
CREATE VIEW c AS SELECT * FROM m;

-- pair: type under a policy
-- before
CREATE TABLE t (id int, owner_id int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (owner_id = 1) WITH CHECK (owner_id > 0);
COMMENT ON POLICY own ON t IS 'own rows';
-- after
CREATE TABLE t (id int, owner_id text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (owner_id = '1') WITH CHECK (owner_id > '0');
COMMENT ON POLICY own ON t IS 'own rows';

-- pair: type under an unchanged policy of another table
-- before
CREATE TABLE t (id int, owner_id int);
CREATE TABLE u (id int, t_id int);
ALTER TABLE u ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON u FOR SELECT TO regress_dbmig_reader USING (EXISTS (SELECT FROM t WHERE t.id = u.t_id AND t.owner_id > 5));
-- after
CREATE TABLE t (id int, owner_id bigint);
CREATE TABLE u (id int, t_id int);
ALTER TABLE u ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON u FOR SELECT TO regress_dbmig_reader USING (EXISTS (SELECT FROM t WHERE t.id = u.t_id AND t.owner_id > 5));

-- pair: type under a generated column
-- before
CREATE TABLE t (id int, n int, twice int GENERATED ALWAYS AS (n * 2) STORED);
CREATE INDEX t_twice ON t (twice);
-- after
CREATE TABLE t (id int, n bigint, twice bigint GENERATED ALWAYS AS (n * 2) STORED);
CREATE INDEX t_twice ON t (twice);
-- rows
INSERT INTO t VALUES (1, 21);
-- check
SELECT twice FROM t;
--> 42

-- pair: type under an unchanged generated column
-- before
CREATE TABLE t (id int, s varchar(20), up text GENERATED ALWAYS AS (upper(s)) STORED NOT NULL);
CREATE VIEW v AS SELECT up FROM t;
COMMENT ON COLUMN t.up IS 'big';
-- after
CREATE TABLE t (id int, s text, up text GENERATED ALWAYS AS (upper(s)) STORED NOT NULL);
CREATE VIEW v AS SELECT up FROM t;
COMMENT ON COLUMN t.up IS 'big';
-- rows
INSERT INTO t VALUES (1, 'a');
-- check
SELECT id, s, up FROM t;
--> 1|a|A

-- pair: type under indexes and keys
-- before
CREATE TABLE t (id int PRIMARY KEY, n int UNIQUE, s varchar(5) CHECK (s <> ''));
CREATE INDEX ON t (n DESC) WHERE n > 0;
CREATE INDEX ON t ((n + 1)) INCLUDE (s);
-- after
CREATE TABLE t (id bigint PRIMARY KEY, n numeric UNIQUE, s varchar(9) CHECK (s <> ''));
CREATE INDEX ON t (n DESC) WHERE n > 0;
CREATE INDEX ON t ((n + 1)) INCLUDE (s);

-- pair: type under a trigger
-- before
CREATE TABLE t (id int, n int, s text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER a BEFORE UPDATE OF n ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER b AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.n IS DISTINCT FROM NEW.n) EXECUTE FUNCTION f();
-- after
CREATE TABLE t (id int, n bigint, s text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER a BEFORE UPDATE OF n ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER b AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.n IS DISTINCT FROM NEW.n) EXECUTE FUNCTION f();

-- pair: type under a rule
-- before
CREATE TABLE t (id int, n int);
CREATE TABLE log (n int);
CREATE RULE r AS ON UPDATE TO t WHERE NEW.n > 5 DO ALSO INSERT INTO log VALUES (NEW.n);
-- after
CREATE TABLE t (id int, n smallint);
CREATE TABLE log (n int);
CREATE RULE r AS ON UPDATE TO t WHERE NEW.n > 5 DO ALSO INSERT INTO log VALUES (NEW.n);

-- pair: type under statistics
-- before
CREATE TABLE t (a int, b int);
CREATE STATISTICS s ON a, b FROM t;
CREATE STATISTICS e (mcv) ON a, (b + 1) FROM t;
-- after
CREATE TABLE t (a bigint, b bigint);
CREATE STATISTICS s ON a, b FROM t;
CREATE STATISTICS e (mcv) ON a, (b + 1) FROM t;

-- pair: type under a publication
-- before
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE PUBLICATION p FOR TABLE t (id, n) WHERE (id > 0);
-- after
CREATE TABLE t (id bigint PRIMARY KEY, n bigint);
CREATE PUBLICATION p FOR TABLE t (id, n) WHERE (id > 0);

-- pair: type under a SQL function body
-- before
CREATE TABLE t (id int, n int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT sum(n) FROM t; END;
-- after
CREATE TABLE t (id int, n smallint);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT sum(n) FROM t; END;

-- pair: removed under a view, policy and index that go
-- before
CREATE TABLE t (id int, n int);
CREATE INDEX t_n ON t (n);
CREATE VIEW v AS SELECT n FROM t;
CREATE POLICY p ON t USING (n > 0);
-- after
CREATE TABLE t (id int);

-- pair: removed under a view that stays
-- before
CREATE TABLE t (id int, n int);
CREATE VIEW v AS SELECT id, n FROM t;
-- after
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id FROM t;

-- pair: collation
-- before
CREATE TABLE t (id int, s text COLLATE "C", n text);
CREATE INDEX t_s ON t (s);
-- after
CREATE TABLE t (id int, s text, n text COLLATE "POSIX");
CREATE INDEX t_s ON t (s);

-- pair: collation of an own kind
-- both
CREATE COLLATION c (locale = 'C');
-- before
CREATE TABLE t (id int, s text);
CREATE VIEW v AS SELECT s FROM t ORDER BY s;
-- after
CREATE TABLE t (id int, s text COLLATE c);
CREATE VIEW v AS SELECT s FROM t ORDER BY s;

-- pair: serial
-- before
CREATE TABLE t (id int PRIMARY KEY, n int);
-- after
CREATE TABLE t (id serial PRIMARY KEY, n int);
-- rows
INSERT INTO t VALUES (1, 10), (7, 70);
-- check
INSERT INTO t (n) VALUES (80) RETURNING id > 7;
--> t

-- pair: serial to identity
-- before
CREATE TABLE t (id serial PRIMARY KEY, n int);
-- after
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n int);
-- rows
INSERT INTO t (n) SELECT generate_series(1, 5);
-- check
INSERT INTO t (n) VALUES (6) RETURNING id > 5;
--> t
-- check back
INSERT INTO t (n) VALUES (7) RETURNING id > 6;
--> t

-- pair: bigserial to identity always
-- before
CREATE TABLE t (id bigserial PRIMARY KEY, n int);
CREATE TABLE u (id int, t_id bigint REFERENCES t);
-- after
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int);
CREATE TABLE u (id int, t_id bigint REFERENCES t);
-- rows
INSERT INTO t (n) SELECT generate_series(1, 5);
-- check
INSERT INTO t (n) VALUES (6) RETURNING id > 5;
--> t

-- pair: identity on a plain column
-- before
CREATE TABLE t (id int NOT NULL, n int);
-- after
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n int);
-- rows
INSERT INTO t VALUES (4, 1), (9, 2);
-- check
INSERT INTO t (n) VALUES (3) RETURNING id > 9;
--> t

-- pair: identity on a nullable column
-- before
CREATE TABLE t (id int, n int);
-- after
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY, n int);

-- pair: identity replaces a default
-- before
CREATE TABLE t (id int NOT NULL DEFAULT 5, n int);
-- after
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY, n int);

-- pair: identity always or by default
-- before
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n int);
-- after
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY, n int);
-- rows
INSERT INTO t (n) SELECT generate_series(1, 5);
-- check
INSERT INTO t (n) VALUES (6) RETURNING id;
--> 6

-- pair: identity options
-- before
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n int);
-- after
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 10 MINVALUE 50 MAXVALUE 5000 CACHE 5 CYCLE), n int);

-- pair: identity of another type
-- before
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int);
-- after
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int);
-- rows
INSERT INTO t (n) SELECT generate_series(1, 5);
-- check
INSERT INTO t (n) VALUES (6) RETURNING id;
--> 6

-- pair: identity with a sequence of another name
-- before
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n int);
-- after
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME my_seq), n int);

-- pair: serial of another type
-- before
CREATE TABLE t (id serial PRIMARY KEY, n int);
-- after
CREATE TABLE t (id bigserial PRIMARY KEY, n int);
-- rows
INSERT INTO t (n) SELECT generate_series(1, 5);
-- check
INSERT INTO t (n) VALUES (6) RETURNING id;
--> 6

-- pair: serial added and table made with serial
-- before
CREATE TABLE t (n int);
-- after
CREATE TABLE t (n int, id serial);
CREATE TABLE u (id smallserial, "Odd" bigserial);

-- pair: generated from plain
-- loses data
-- before
CREATE TABLE t (id int, n int, g int);
-- after
CREATE TABLE t (id int, n int, g int GENERATED ALWAYS AS (n + 1) STORED);

-- pair: generated added
-- both
CREATE TABLE t (id int, n int);
-- after
ALTER TABLE t ADD g int GENERATED ALWAYS AS (n + 1) STORED, ADD h text GENERATED ALWAYS AS (n::text || 'x') STORED;

-- pair: generated expression
-- before
CREATE TABLE t (id int, n int, g int GENERATED ALWAYS AS (n + 1) STORED);
CREATE INDEX t_g ON t (g);
CREATE VIEW v AS SELECT g FROM t;
-- after
CREATE TABLE t (id int, n int, g int GENERATED ALWAYS AS (n + 2) STORED);
CREATE INDEX t_g ON t (g);
CREATE VIEW v AS SELECT g FROM t;
-- rows
INSERT INTO t VALUES (1, 1);
-- check
SELECT g FROM t;
--> 3

-- pair: generated type
-- before
CREATE TABLE t (id int, n int, g int GENERATED ALWAYS AS (n + 1) STORED);
-- after
CREATE TABLE t (id int, n int, g bigint GENERATED ALWAYS AS (n + 1) STORED);

-- pair: generated by a function that changes
-- before
CREATE FUNCTION f(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a + 1';
CREATE TABLE t (id int, n int, g int GENERATED ALWAYS AS (f(n)) STORED);
-- after
CREATE FUNCTION f(a int, b int DEFAULT 5) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a + b';
CREATE TABLE t (id int, n int, g int GENERATED ALWAYS AS (f(n)) STORED);

-- pair: storage
-- needs: server 16
-- before
CREATE TABLE t (id int, s text, j jsonb);
-- after
CREATE TABLE t (id int, s text STORAGE EXTERNAL, j jsonb STORAGE MAIN);

-- pair: storage by alter
-- both
CREATE TABLE t (id int, s text, j jsonb, p text);
ALTER TABLE t ALTER p SET STORAGE PLAIN;
-- after
ALTER TABLE t ALTER s SET STORAGE EXTERNAL, ALTER j SET STORAGE MAIN, ALTER p SET STORAGE EXTENDED;

-- pair: storage with type
-- before
CREATE TABLE t (id int, s text);
ALTER TABLE t ALTER s SET STORAGE EXTERNAL;
-- after
CREATE TABLE t (id int, s bytea);
ALTER TABLE t ALTER s SET STORAGE MAIN;

-- pair: compression
-- before
CREATE TABLE t (id int, a text, b text COMPRESSION pglz);
-- after
CREATE TABLE t (id int, a text COMPRESSION pglz, b text);

-- pair: statistics target
-- both
CREATE TABLE t (id int, a text, b int);
ALTER TABLE t ALTER b SET STATISTICS 500;
-- after
ALTER TABLE t ALTER a SET STATISTICS 1000, ALTER b SET STATISTICS -1, ALTER id SET STATISTICS 0;

-- pair: options
-- both
CREATE TABLE t (id int, a text, b int);
ALTER TABLE t ALTER b SET (n_distinct = -0.5);
-- after
ALTER TABLE t ALTER a SET (n_distinct = 100, n_distinct_inherited = 50);
ALTER TABLE t ALTER b RESET (n_distinct);

-- pair: comment
-- both
CREATE TABLE t (id int, "A b" text, c int);
COMMENT ON COLUMN t.c IS 'old';
-- after
COMMENT ON COLUMN t.id IS 'it''s the key';
COMMENT ON COLUMN t."A b" IS E'two\nlines \\ and "quotes"';
COMMENT ON COLUMN t.c IS NULL;

-- pair: all at once
-- before
CREATE TABLE t (id serial, a varchar(10) DEFAULT 'x', b int NOT NULL, c text COLLATE "C");
CREATE INDEX t_a ON t (a);
COMMENT ON COLUMN t.a IS 'a';
-- after
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, a text NOT NULL DEFAULT 'y', b bigint DEFAULT 3, c varchar(10) COLLATE "POSIX");
CREATE INDEX t_a ON t (a DESC);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL;
COMMENT ON COLUMN t.a IS 'aa';

-- pair: type of a domain
-- both
CREATE DOMAIN d AS int CHECK (VALUE > 0);
-- before
CREATE TABLE t (id int, n int DEFAULT 1);
-- after
CREATE TABLE t (id int, n d DEFAULT 1);

-- pair: many dropped columns before
-- before
CREATE TABLE t (a int, b int, c int, d int, e int);
ALTER TABLE t DROP a, DROP c;
CREATE INDEX t_e ON t (e);
CREATE VIEW v AS SELECT * FROM t;
-- after
CREATE TABLE t (b int, d bigint, e int, f int);
CREATE INDEX t_e ON t (e);
CREATE VIEW v AS SELECT * FROM t;

-- pair: all columns replaced
-- before
CREATE TABLE t (a int, b int);
-- after
CREATE TABLE t (c text, d text);

-- pair: no columns
-- before
CREATE TABLE t ();
-- after
CREATE TABLE t (c text);

-- pair: system names
-- before
CREATE TABLE "select" ("from" int, "where" text, "Group" int, "a""b" int, "a.b" int, " " int, "user" int);
-- after
CREATE TABLE "select" ("from" bigint, "where" text NOT NULL DEFAULT 'x', "group" int, "a""b" text, "a.b" int DEFAULT 2, "  " int, "user" int);
