-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY booking_room_id_idx ON lay_dbmate.booking (room_id);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY lay_dbmate.booking_room_id_idx;
