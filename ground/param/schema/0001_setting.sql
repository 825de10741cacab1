-- +goose Up
-- What an office stored over what the program brings along. A row is never changed but
-- for its withdrawal; of two that hold in one place on one day the later one counts.
CREATE TABLE param_setting (
    n                BIGINT      NOT NULL PRIMARY KEY,
    key              TEXT        NOT NULL,
    region           TEXT        NOT NULL,
    from_day         TEXT        NOT NULL,
    to_day           TEXT        NOT NULL,
    value            TEXT        NOT NULL,
    certainty        TEXT        NOT NULL,
    document         TEXT        NOT NULL,
    article          TEXT        NOT NULL,
    note             TEXT        NOT NULL,
    who              TEXT        NOT NULL,
    reason           TEXT        NOT NULL,
    at               TIMESTAMPTZ NOT NULL,
    withdrawn_who    TEXT        NOT NULL,
    withdrawn_reason TEXT        NOT NULL,
    withdrawn_at     TIMESTAMPTZ
);
CREATE INDEX param_setting_key ON param_setting (key, region, n);
