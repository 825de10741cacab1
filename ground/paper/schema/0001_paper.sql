-- +goose Up
CREATE TABLE paper (
    id             TEXT PRIMARY KEY,
    kind           TEXT NOT NULL,
    title          TEXT NOT NULL,
    word           TEXT NOT NULL,
    organ          TEXT NOT NULL,
    organ_name     TEXT NOT NULL,
    region         TEXT NOT NULL,
    recipient      TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    shown_to       TEXT NOT NULL,
    personal       BOOLEAN NOT NULL,
    state          TEXT NOT NULL,
    edits          BIGINT NOT NULL,
    drafted_by     TEXT NOT NULL,
    drafted_at     TIMESTAMPTZ NOT NULL,
    short          TEXT NOT NULL,
    year           BIGINT NOT NULL,
    number         BIGINT NOT NULL,
    document       TEXT NOT NULL,
    issued_by      TEXT NOT NULL,
    issued_at      TIMESTAMPTZ,
    lost           TEXT NOT NULL,
    sha256         TEXT NOT NULL,
    sm3            TEXT NOT NULL,
    size           BIGINT NOT NULL,
    signature      TEXT NOT NULL,
    served_how     TEXT NOT NULL,
    served_day     TEXT NOT NULL,
    served_to      TEXT NOT NULL,
    served_note    TEXT NOT NULL,
    served_by      TEXT NOT NULL,
    served_at      TIMESTAMPTZ,
    void_by        TEXT NOT NULL,
    void_reason    TEXT NOT NULL,
    void_at        TIMESTAMPTZ
);

-- A number is given once; drafts have none.
CREATE UNIQUE INDEX paper_number ON paper (organ, word, year, number) WHERE number > 0;
CREATE INDEX paper_sha256 ON paper (sha256) WHERE sha256 <> '';
CREATE INDEX paper_of_organ ON paper (organ, state, id);
CREATE INDEX paper_region ON paper (region, id);
CREATE INDEX paper_shown ON paper (shown_to, id);

CREATE TABLE paper_content (
    id   TEXT PRIMARY KEY,
    text TEXT NOT NULL
);

CREATE TABLE paper_subject (
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    paper   TEXT NOT NULL,
    PRIMARY KEY (kind, subject, paper)
);

CREATE TABLE paper_organ (
    code  TEXT PRIMARY KEY,
    short TEXT NOT NULL
);
