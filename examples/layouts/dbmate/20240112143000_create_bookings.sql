-- migrate:up
CREATE TABLE lay_dbmate.booking (
    id       serial PRIMARY KEY,
    room_id  int NOT NULL REFERENCES lay_dbmate.room (id),
    during   tstzrange NOT NULL
);

-- migrate:down
DROP TABLE lay_dbmate.booking;
