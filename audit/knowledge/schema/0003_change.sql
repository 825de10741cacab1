-- +goose Up
-- base: the edition that it was made out of, 0 for none; change: the row below that
-- made it, 0 for those of before; restores: the edition whose points hold again.
ALTER TABLE knowledge_set ADD COLUMN base BIGINT NOT NULL DEFAULT 0;
ALTER TABLE knowledge_set ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE knowledge_set ADD COLUMN restores BIGINT NOT NULL DEFAULT 0;
UPDATE knowledge_set SET base = id - 1;

-- One row a change of the points: proposed, shown, decided.
CREATE TABLE knowledge_change (
    id          BIGINT PRIMARY KEY,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    region      TEXT NOT NULL,
    document    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    options     TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    base        BIGINT NOT NULL,
    hash        TEXT NOT NULL,
    tag         TEXT NOT NULL,
    files       TEXT NOT NULL,
    counts      TEXT NOT NULL,
    job         TEXT NOT NULL,
    failure     TEXT NOT NULL,
    decided_by  TEXT NOT NULL,
    decided_at  TIMESTAMPTZ,
    decision    TEXT NOT NULL,
    edition     BIGINT NOT NULL
);

-- The rows of a file that a change leaves out, and why.
CREATE TABLE knowledge_quarantine (
    tag         TEXT NOT NULL,
    n           BIGINT NOT NULL,
    file        TEXT NOT NULL,
    sheet       TEXT NOT NULL,
    line        BIGINT NOT NULL,
    place       TEXT NOT NULL,
    why         TEXT NOT NULL,
    PRIMARY KEY (tag, n)
);

-- Every version of every point, for search and history; the editions' files decide what
-- is judged by. since and until are the editions between which it held: since 0, it is
-- only proposed; until 0, it holds.
CREATE TABLE knowledge_point (
    tag         TEXT NOT NULL,
    n           BIGINT NOT NULL,
    made        TEXT NOT NULL,
    since       BIGINT NOT NULL,
    until       BIGINT NOT NULL,
    kp_id       TEXT NOT NULL,
    rule_id     TEXT NOT NULL,
    code        TEXT NOT NULL,
    other_code  TEXT NOT NULL,
    params      TEXT NOT NULL,
    valid_from  TEXT NOT NULL,
    valid_to    TEXT NOT NULL,
    supersedes  TEXT NOT NULL,
    region      TEXT NOT NULL,
    basis       TEXT NOT NULL,
    note        TEXT NOT NULL,
    words       TEXT NOT NULL,
    needs       BOOLEAN NOT NULL,
    ousts       BOOLEAN NOT NULL,
    digest      TEXT NOT NULL,
    PRIMARY KEY (tag, n)
);
CREATE INDEX knowledge_point_listed ON knowledge_point (until, rule_id, code, kp_id);
CREATE INDEX knowledge_point_id ON knowledge_point (kp_id);
CREATE INDEX knowledge_point_code ON knowledge_point (code);
CREATE INDEX knowledge_point_heir ON knowledge_point (supersedes);
-- +goose Down
DROP TABLE knowledge_point;
DROP TABLE knowledge_quarantine;
DROP TABLE knowledge_change;
ALTER TABLE knowledge_set DROP COLUMN base;
ALTER TABLE knowledge_set DROP COLUMN change;
ALTER TABLE knowledge_set DROP COLUMN restores;
