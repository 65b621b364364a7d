ALTER TABLE lay_golang.account
    ADD COLUMN balance numeric(12, 2) NOT NULL DEFAULT 0,
    ADD CONSTRAINT account_balance_check CHECK (balance >= 0);
