DROP TABLE lay_golang.account;
DROP SCHEMA lay_golang;
