ALTER TABLE lay_golang.account DROP COLUMN balance;
