-- Up Migration
-- What an operator's reading role may see: figures, and what businesses say of themselves; no secret and no grant.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA operator;
CREATE VIEW operator.figures AS
  SELECT 'businesses' AS figure, '' AS part, count(*) AS value FROM businesses
  UNION ALL
  SELECT 'whatsapp_business_accounts', '', count(*) FROM whatsapp_business_accounts
  UNION ALL
  SELECT 'phone_numbers', status, count(*) FROM phone_numbers GROUP BY status
  UNION ALL
  SELECT 'apps', '', count(*) FROM apps
  UNION ALL
  SELECT 'access_tokens', CASE WHEN revoked_at_ms IS NULL THEN 'kept' ELSE 'revoked' END AS part, count(*)
    FROM access_tokens GROUP BY part;

CREATE VIEW operator.businesses AS SELECT id, name FROM businesses;
CREATE VIEW operator.whatsapp_business_accounts AS
  SELECT id, business_id, name, currency, timezone_id FROM whatsapp_business_accounts;
CREATE VIEW operator.phone_numbers AS
  SELECT id, waba_id, phone_number, verified_name, status FROM phone_numbers;

-- Down Migration
DROP VIEW operator.figures, operator.businesses, operator.whatsapp_business_accounts, operator.phone_numbers;
DROP SCHEMA operator;
GRANT USAGE ON SCHEMA public TO PUBLIC;
