-- Primary keys, unique constraints, checks, exclusions.  Foreign keys have a
-- file of their own.

-- pair: primary key added
-- both
CREATE TABLE t (id int, n int);
-- after
ALTER TABLE t ADD PRIMARY KEY (id);
-- rows
INSERT INTO t VALUES (1, 1), (2, 2);

-- pair: primary key on other columns
-- before
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);
-- after
CREATE TABLE t (id int NOT NULL, n int NOT NULL, PRIMARY KEY (n, id));

-- pair: primary key renamed
-- before
CREATE TABLE t (id int CONSTRAINT a PRIMARY KEY);
CREATE TABLE u (t_id int REFERENCES t);
-- after
CREATE TABLE t (id int CONSTRAINT "B b" PRIMARY KEY);
CREATE TABLE u (t_id int REFERENCES t);

-- pair: primary key with included columns
-- before
CREATE TABLE t (id int PRIMARY KEY, n int, m int);
-- after
CREATE TABLE t (id int, n int, m int, PRIMARY KEY (id) INCLUDE (n, m));

-- pair: primary key deferrable
-- before
CREATE TABLE t (id int PRIMARY KEY);
-- after
CREATE TABLE t (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);

-- pair: primary key under foreign keys
-- before
CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL UNIQUE);
CREATE TABLE u (id int, t_id int REFERENCES t);
CREATE TABLE w (id int, t_code text REFERENCES t (code));
-- after
CREATE TABLE t (id int NOT NULL UNIQUE, code text PRIMARY KEY);
CREATE TABLE u (id int, t_id int REFERENCES t (id));
CREATE TABLE w (id int, t_code text REFERENCES t (code));

-- pair: primary key that a view groups by
-- before
CREATE TABLE t (id int PRIMARY KEY, n text);
CREATE VIEW v AS SELECT id, n, count(*) FROM t GROUP BY id;
-- after
CREATE TABLE t (id int, n text, CONSTRAINT other PRIMARY KEY (id));
CREATE VIEW v AS SELECT id, n, count(*) FROM t GROUP BY id;

-- pair: primary key fillfactor
-- before
CREATE TABLE t (id int PRIMARY KEY WITH (fillfactor = 70), n int UNIQUE);
-- after
CREATE TABLE t (id int PRIMARY KEY, n int UNIQUE WITH (fillfactor = 50));

-- pair: unique added
-- both
CREATE TABLE t (id int PRIMARY KEY, a int, b text);
-- after
ALTER TABLE t ADD UNIQUE (a), ADD CONSTRAINT ab UNIQUE (b, a);

-- pair: unique deferrable
-- before
CREATE TABLE t (a int UNIQUE, b int UNIQUE DEFERRABLE, c int UNIQUE DEFERRABLE INITIALLY DEFERRED);
-- after
CREATE TABLE t (a int UNIQUE DEFERRABLE, b int UNIQUE DEFERRABLE INITIALLY DEFERRED, c int UNIQUE);

-- pair: unique nulls not distinct
-- before
CREATE TABLE t (a int UNIQUE, b int UNIQUE NULLS NOT DISTINCT);
-- after
CREATE TABLE t (a int UNIQUE NULLS NOT DISTINCT, b int UNIQUE);

-- pair: unique constraint or unique index
-- before
CREATE TABLE t (a int, b int CONSTRAINT t_b UNIQUE);
CREATE UNIQUE INDEX t_a ON t (a);
-- after
CREATE TABLE t (a int CONSTRAINT t_a UNIQUE, b int);
CREATE UNIQUE INDEX t_b ON t (b);

-- pair: unique on changed columns of the same name
-- before
CREATE TABLE t (a int, b int, c int, CONSTRAINT k UNIQUE (a, b));
COMMENT ON CONSTRAINT k ON t IS 'a and b';
-- after
CREATE TABLE t (a int, b int, c int, CONSTRAINT k UNIQUE (a, c) INCLUDE (b));
COMMENT ON CONSTRAINT k ON t IS 'a and c';

-- pair: check added
-- both
CREATE TABLE t (id int, a int, b int);
-- after
ALTER TABLE t ADD CHECK (a > 0), ADD CONSTRAINT ab CHECK (a < b OR b IS NULL);

-- pair: check changed
-- before
CREATE TABLE t (id int, s text, CONSTRAINT s_ok CHECK (s IN ('a', 'b')));
-- after
CREATE TABLE t (id int, s text, CONSTRAINT s_ok CHECK (s IN ('a', 'b', 'c') AND length(s) = 1));

-- pair: check not valid
-- both
CREATE TABLE t (id int, a int);
-- before
ALTER TABLE t ADD CONSTRAINT a1 CHECK (a > 0) NOT VALID, ADD CONSTRAINT a2 CHECK (a > 1);
-- after
ALTER TABLE t ADD CONSTRAINT a1 CHECK (a > 0), ADD CONSTRAINT a2 CHECK (a > 1) NOT VALID;

-- pair: check not inherited
-- before
CREATE TABLE t (id int, a int, CONSTRAINT c CHECK (a > 0));
CREATE TABLE u () INHERITS (t);
-- after
CREATE TABLE t (id int, a int, CONSTRAINT c CHECK (a > 0) NO INHERIT);
CREATE TABLE u () INHERITS (t);

-- pair: check that is not null
-- before
CREATE TABLE t (id int, a int NOT NULL, b int CONSTRAINT b_there CHECK (b IS NOT NULL));
-- after
CREATE TABLE t (id int, a int CONSTRAINT a_there CHECK (a IS NOT NULL), b int NOT NULL);

-- pair: check by a function
-- before
CREATE FUNCTION ok(a int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > 0';
CREATE TABLE t (id int, a int, CHECK (ok(a)));
-- after
CREATE FUNCTION ok(b int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN b > 0; END';
CREATE TABLE t (id int, a int, CHECK (ok(a)));

-- pair: check by a function that is replaced by another
-- before
CREATE FUNCTION ok(a int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > 0';
CREATE TABLE t (id int, a int, CONSTRAINT c CHECK (ok(a)));
-- after
CREATE FUNCTION ok(a int, b int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > b';
CREATE TABLE t (id int, a int, CONSTRAINT c CHECK (ok(a, 0)));

-- pair: check of a whole row
-- before
CREATE TABLE t (id int, a int, CONSTRAINT c CHECK (t.* IS NOT NULL));
-- after
CREATE TABLE t (id int, a int, b int DEFAULT 1, CONSTRAINT c CHECK (t.* IS DISTINCT FROM NULL));

-- pair: check comment and name
-- before
CREATE TABLE t (id int, CONSTRAINT a CHECK (id > 0), CONSTRAINT b CHECK (id > 1));
COMMENT ON CONSTRAINT a ON t IS 'a';
-- after
CREATE TABLE t (id int, CONSTRAINT "A" CHECK (id > 0), CONSTRAINT b CHECK (id > 1));
COMMENT ON CONSTRAINT "A" ON t IS 'A';
COMMENT ON CONSTRAINT b ON t IS 'b';

-- pair: exclusion
-- before
CREATE TABLE t (id int, during tsrange, room int4range);
-- after
CREATE TABLE t (id int, during tsrange, room int4range, EXCLUDE USING gist (during WITH &&),
	CONSTRAINT x EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (id > 0));

-- pair: exclusion changed
-- before
CREATE TABLE t (id int, during tsrange, CONSTRAINT x EXCLUDE USING gist (during WITH &&));
-- after
CREATE TABLE t (id int, during tsrange, CONSTRAINT x EXCLUDE USING gist (during WITH =) WITH (fillfactor = 70) WHERE (id > 0) DEFERRABLE INITIALLY DEFERRED);

-- pair: exclusion of an expression
-- before
CREATE TABLE t (a int, b int, CONSTRAINT x EXCLUDE USING btree ((a + b) WITH =));
-- after
CREATE TABLE t (a bigint, b bigint, CONSTRAINT x EXCLUDE USING hash ((a + b) WITH =));

-- pair: all kinds come and go
-- before
CREATE TABLE t (a int, b int, c tsrange, PRIMARY KEY (a), UNIQUE (b), CHECK (a > 0), EXCLUDE USING gist (c WITH &&));
-- after
CREATE TABLE t (a int, b int, c tsrange);

-- pair: not null by name
-- needs: server 18
-- before
CREATE TABLE t (a int CONSTRAINT a_needed NOT NULL, b int NOT NULL, c int);
-- after
CREATE TABLE t (a int NOT NULL, b int CONSTRAINT b_needed NOT NULL, c int CONSTRAINT c_needed NOT NULL);

-- pair: without overlaps
-- needs: server 18, extension btree_gist
-- both
CREATE EXTENSION btree_gist;
-- before
CREATE TABLE t (id int, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
-- after
CREATE TABLE t (id int, during daterange, PRIMARY KEY (id, during));

-- pair: not enforced
-- needs: server 18
-- before
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT c CHECK (a > 0) NOT ENFORCED, CONSTRAINT d CHECK (a > 1));
-- after
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT c CHECK (a > 0), CONSTRAINT d CHECK (a > 1) NOT ENFORCED);
