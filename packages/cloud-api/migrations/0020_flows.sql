-- Up Migration
-- Flows: forms of several screens that a business makes. They are business information: what a person fills into them is in
-- no table but sealed messages.
CREATE TABLE flows (
  waba_id text NOT NULL,
  flow_id text NOT NULL,
  -- Where in a list it stands; rises with each flow that is made.
  place bigint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  categories text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('DRAFT', 'PUBLISHED', 'DEPRECATED')),
  -- The file flow.json just as it was given, because mistakes are told by line and column.
  flow_json text NOT NULL,
  json_version text,
  data_api_version text,
  validation_errors json NOT NULL,
  endpoint_uri text,
  -- The app that made it, whose secret signs what is asked of the endpoint.
  app_id text NOT NULL,
  -- When the preview's URL was made; another time makes another URL. Null when nobody asked for one.
  preview_since_ms bigint,
  created_at_ms bigint NOT NULL,
  updated_at_ms bigint NOT NULL,
  PRIMARY KEY (waba_id, flow_id),
  UNIQUE (waba_id, name)
);
CREATE INDEX flows_place ON flows (waba_id, place);
CREATE INDEX flows_id ON flows (flow_id);

-- Down Migration
DROP TABLE flows;
