-- +goose Up
-- Whom a provider of logins (OIDC) means by a subject. Rows end; none is deleted.
CREATE TABLE subject (
    id     TEXT        NOT NULL PRIMARY KEY,
    issuer TEXT        NOT NULL,
    blind  BYTEA       NOT NULL, -- of the subject, which is kept nowhere
    holder TEXT        NOT NULL,
    bound  TIMESTAMPTZ NOT NULL,
    ended  TIMESTAMPTZ
);
CREATE UNIQUE INDEX subject_blind ON subject (issuer, blind) WHERE ended IS NULL;
CREATE UNIQUE INDEX subject_holder ON subject (issuer, holder) WHERE ended IS NULL;

-- The subject by which a session was begun, '' by a password.
ALTER TABLE session ADD COLUMN subject TEXT NOT NULL DEFAULT '';
