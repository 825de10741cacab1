-- +goose Up
-- One row each time that the exclusion list changes; the newest row is in force.
CREATE TABLE exclusion_set (
    id         BIGINT PRIMARY KEY,
    hash       TEXT NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    changed_by TEXT NOT NULL,
    exclusions BIGINT NOT NULL,
    changes    TEXT NOT NULL
);
-- +goose Down
DROP TABLE exclusion_set;
