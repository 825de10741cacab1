-- +goose Up
-- One row a stored version of a rule. Days are days since 1970, -2147483648 for none; since is
-- civil seconds. Institutions are JSON: those in grey use.
CREATE TABLE rule_version (
    id           TEXT        NOT NULL PRIMARY KEY,
    rule_id      TEXT        NOT NULL,
    version      TEXT        NOT NULL,
    name         TEXT        NOT NULL,
    region       TEXT        NOT NULL,
    from_day     INTEGER     NOT NULL,
    to_day       INTEGER     NOT NULL,
    reason       TEXT        NOT NULL,
    document     TEXT        NOT NULL,
    definition   TEXT        NOT NULL,
    cases        TEXT        NOT NULL,
    hash         TEXT        NOT NULL,
    author       TEXT        NOT NULL,
    authored_at  TIMESTAMPTZ NOT NULL,
    state        TEXT        NOT NULL,
    since        BIGINT      NOT NULL,
    institutions TEXT        NOT NULL,
    steps        INTEGER     NOT NULL
);
CREATE INDEX rule_version_rule ON rule_version (rule_id, region);
CREATE INDEX rule_version_state ON rule_version (state);

-- One row a step of a version's life; rows are only ever added.
CREATE TABLE rule_step (
    id         TEXT        NOT NULL PRIMARY KEY,
    version_id TEXT        NOT NULL,
    n          INTEGER     NOT NULL,
    move       TEXT        NOT NULL,
    from_state TEXT        NOT NULL,
    to_state   TEXT        NOT NULL,
    actor      TEXT        NOT NULL,
    org        TEXT        NOT NULL,
    at         BIGINT      NOT NULL,
    recorded   TIMESTAMPTZ NOT NULL,
    reason     TEXT        NOT NULL,
    document   TEXT        NOT NULL,
    hash       TEXT        NOT NULL
);
CREATE INDEX rule_step_version ON rule_step (version_id, n);

-- One row a trial run on history, or a run in a clean city.
CREATE TABLE rule_tryout (
    id         TEXT        NOT NULL PRIMARY KEY,
    kind       TEXT        NOT NULL,
    version_id TEXT        NOT NULL,
    hash       TEXT        NOT NULL,
    region     TEXT        NOT NULL,
    from_day   INTEGER     NOT NULL,
    to_day     INTEGER     NOT NULL,
    job        TEXT        NOT NULL,
    asked_by   TEXT        NOT NULL,
    asked_at   TIMESTAMPTZ NOT NULL,
    done       BOOLEAN     NOT NULL,
    passed     BOOLEAN     NOT NULL,
    ended_at   TIMESTAMPTZ NOT NULL,
    result     TEXT        NOT NULL
);
CREATE INDEX rule_tryout_version ON rule_tryout (version_id, kind);
