-- Up Migration
-- A business account as far as templates are concerned. Its row is made when somebody first asks for its templates, and
-- locked by every change to them.
CREATE TABLE template_accounts (
  waba_id text PRIMARY KEY,
  -- The hour of creations that is being counted.
  counted_since_ms bigint NOT NULL,
  creations integer NOT NULL DEFAULT 0
);

-- Message templates. They are business information: what is filled into them is in no table but sealed messages.
CREATE TABLE message_templates (
  waba_id text NOT NULL,
  template_id text NOT NULL,
  -- Where in a list it stands; rises with each template that is made.
  place bigint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  language text NOT NULL,
  category text NOT NULL CHECK (category IN ('MARKETING', 'UTILITY', 'AUTHENTICATION')),
  sub_category text CHECK (sub_category IN ('ORDER_DETAILS', 'ORDER_STATUS')),
  previous_category text,
  -- What an operator has announced that the category will be.
  correct_category text,
  status text NOT NULL CHECK (status IN ('APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED', 'ARCHIVED')),
  parameter_format text NOT NULL CHECK (parameter_format IN ('POSITIONAL', 'NAMED')),
  components json NOT NULL,
  ttl_seconds integer,
  link_tracking_opted_out boolean,
  quality text NOT NULL DEFAULT 'UNKNOWN' CHECK (quality IN ('GREEN', 'YELLOW', 'RED', 'UNKNOWN')),
  quality_at_ms bigint,
  rejected_reason text,
  -- Why it was rejected, in the operator's words.
  rejection_note text,
  -- Whether its name is locked when it is deleted.
  was_approved boolean NOT NULL DEFAULT false,
  -- When the review decides by itself; null while nobody has to or a person has to.
  review_at_ms bigint,
  pauses integer NOT NULL DEFAULT 0,
  paused_until_ms bigint,
  archived_at_ms bigint,
  -- When an approved template was edited, within the last 30 days.
  edits_at_ms bigint[] NOT NULL DEFAULT '{}',
  created_at_ms bigint NOT NULL,
  updated_at_ms bigint NOT NULL,
  PRIMARY KEY (waba_id, template_id),
  UNIQUE (waba_id, name, language)
);
CREATE INDEX message_templates_place ON message_templates (waba_id, place);
CREATE INDEX message_templates_id ON message_templates (template_id);
CREATE INDEX message_templates_review ON message_templates (review_at_ms) WHERE review_at_ms IS NOT NULL;
CREATE INDEX message_templates_pause ON message_templates (paused_until_ms) WHERE paused_until_ms IS NOT NULL;

-- Names of approved templates that were deleted: nobody takes them for a while.
CREATE TABLE locked_template_names (
  waba_id text NOT NULL,
  name text NOT NULL,
  language text NOT NULL,
  locked_until_ms bigint NOT NULL,
  PRIMARY KEY (waba_id, name, language)
);
CREATE INDEX locked_template_names_until ON locked_template_names (locked_until_ms);

-- Down Migration
DROP TABLE locked_template_names, message_templates, template_accounts;
