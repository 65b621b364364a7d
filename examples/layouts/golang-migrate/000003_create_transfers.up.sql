CREATE TABLE lay_golang.transfer (
    id        bigserial PRIMARY KEY,
    from_id   bigint NOT NULL REFERENCES lay_golang.account (id),
    to_id     bigint NOT NULL REFERENCES lay_golang.account (id),
    amount    numeric(12, 2) NOT NULL CHECK (amount > 0),
    made_at   timestamptz NOT NULL DEFAULT now()
);
