-- Up Migration
-- The template of the library that it was made of; null for templates in their business's own words.
ALTER TABLE message_templates ADD COLUMN library_name text;

-- Down Migration
ALTER TABLE message_templates DROP COLUMN library_name;
