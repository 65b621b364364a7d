CREATE TABLE lay_plain.loan (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id  bigint NOT NULL REFERENCES lay_plain.member (id),
    book       text NOT NULL,
    due_on     date NOT NULL
);
CREATE INDEX loan_member_id_idx ON lay_plain.loan (member_id);
