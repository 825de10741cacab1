-- +goose Up
-- Jobs; none is ever deleted here. attempts also tells the holders of a job apart: a
-- runner writes only while runner and attempts are still its own.
CREATE TABLE job (
    id         TEXT        NOT NULL PRIMARY KEY,
    kind       TEXT        NOT NULL,
    argument   TEXT        NOT NULL, -- JSON
    same       TEXT        NOT NULL, -- idempotence key, '' none
    priority   BIGINT      NOT NULL,
    asked_by   TEXT        NOT NULL,
    region     TEXT        NOT NULL,
    state      TEXT        NOT NULL,
    attempts   BIGINT      NOT NULL,
    not_before TIMESTAMPTZ NOT NULL,
    runner     TEXT        NOT NULL, -- '' nobody's
    lease      TIMESTAMPTZ,          -- until when it is the runner's
    cancel     TEXT        NOT NULL, -- who wants it stopped, '' nobody
    done       BIGINT      NOT NULL,
    total      BIGINT      NOT NULL,
    unit       TEXT        NOT NULL,
    text       TEXT        NOT NULL,
    result     TEXT,                 -- JSON
    error      TEXT        NOT NULL,
    created    TIMESTAMPTZ NOT NULL,
    started    TIMESTAMPTZ,
    ended      TIMESTAMPTZ
);
CREATE INDEX job_queue ON job (state, priority, id);
CREATE INDEX job_same ON job (kind, same);
CREATE INDEX job_region ON job (region, id);

-- The newest lines of a job's log.
CREATE TABLE job_log (
    job  TEXT        NOT NULL,
    n    BIGINT      NOT NULL,
    at   TIMESTAMPTZ NOT NULL,
    text TEXT        NOT NULL,
    PRIMARY KEY (job, n)
);
