-- Up Migration
-- Whether whoever calls with a token of the app has to prove that they know its secret.
ALTER TABLE apps ADD COLUMN requires_secret_proof boolean NOT NULL DEFAULT false;

-- Down Migration
ALTER TABLE apps DROP COLUMN requires_secret_proof;
