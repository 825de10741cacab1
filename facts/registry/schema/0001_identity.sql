-- +goose Up
-- What identifies a subject, sealed: the fields as JSON, bound to kind and id.
CREATE TABLE identity (
    n       BIGINT      NOT NULL PRIMARY KEY,
    kind    TEXT        NOT NULL,
    id      TEXT        NOT NULL,
    sealed  BYTEA       NOT NULL,
    changed TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX identity_subject ON identity (id, kind);

-- Half of the blind index of a field's value: where to look, never proof. Find
-- opens what it finds.
CREATE TABLE identity_blind (
    blind   BIGINT NOT NULL,
    subject BIGINT NOT NULL
);
CREATE INDEX identity_blind_of ON identity_blind (blind, subject);

-- The key that sealed them, by its id.
CREATE TABLE identity_key (
    key_id BIGINT NOT NULL PRIMARY KEY
);
