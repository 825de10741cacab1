-- +goose Up
-- The entries, from 0 without gaps. text is what the tree hashes; the other columns
-- repeat parts of it for look-up, but for salt, whose SHA-256 is in the text.
CREATE TABLE journal_entry (
    n     BIGINT NOT NULL PRIMARY KEY,
    actor TEXT   NOT NULL,
    kind  TEXT   NOT NULL,
    id    TEXT   NOT NULL,
    text  TEXT   NOT NULL,
    salt  BYTEA  NOT NULL
);
CREATE INDEX journal_entry_about ON journal_entry (kind, id, n);
CREATE INDEX journal_entry_actor ON journal_entry (actor, n);

-- The nodes of the tree in the order of tlog.StoredHashIndex.
CREATE TABLE journal_hash (
    n    BIGINT NOT NULL PRIMARY KEY,
    hash BYTEA  NOT NULL
);

-- Signed checkpoints by the number of entries that they cover.
CREATE TABLE journal_checkpoint (
    size BIGINT NOT NULL PRIMARY KEY,
    note TEXT   NOT NULL
);
