-- Up Migration
-- What phones ask about flows, until it is answered. It names a row of "messages", in which the question is sealed.
CREATE TABLE flow_requests (
  phone_number_id text NOT NULL,
  message_id text NOT NULL,
  accepted_s bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, message_id)
);

-- Down Migration
DROP TABLE flow_requests;
