-- Up Migration
-- What became of the messages that a business sent, added up: nobody stands in it. A cell counts half an hour; after 30 days
-- those of a day in UTC are one, and after 90 days it goes.
CREATE TABLE message_counts (
  phone_number_id text NOT NULL,
  -- Half hours since 1970: the first of those that the cell counts.
  half_hour integer NOT NULL,
  -- How many half hours the cell counts.
  half_hours smallint NOT NULL CHECK (half_hours IN (1, 48)),
  happened text NOT NULL CHECK (happened IN ('sent', 'delivered', 'read', 'tapped')),
  -- What the messages were sent as, such as 'utility'.
  category text NOT NULL,
  -- Two letters; the country that the person's number belongs to.
  country text NOT NULL,
  -- Empty for messages that were made of no template.
  template_id text NOT NULL,
  -- Which of the template's quick replies was tapped on, counted from 0; -1 for everything else.
  button smallint NOT NULL,
  waba_id text NOT NULL,
  count bigint NOT NULL CHECK (count > 0),
  PRIMARY KEY (phone_number_id, half_hour, half_hours, happened, category, country, template_id, button),
  CHECK (half_hours = 1 OR half_hour % 48 = 0),
  CHECK ((happened = 'tapped') = (button >= 0))
) WITH (fillfactor = 70);
CREATE INDEX message_counts_account ON message_counts (waba_id, half_hour);
CREATE INDEX message_counts_time ON message_counts (half_hour);

-- Down Migration
DROP TABLE message_counts;
