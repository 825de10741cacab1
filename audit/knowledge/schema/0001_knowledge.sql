-- +goose Up
-- One row each time that the set in force changes; the newest row is in force.
CREATE TABLE knowledge_set (
    id          BIGINT PRIMARY KEY,
    hash        TEXT NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    imported_by TEXT NOT NULL,
    points      BIGINT NOT NULL,
    in_force    BIGINT NOT NULL,
    sources     TEXT NOT NULL
);
-- +goose Down
DROP TABLE knowledge_set;
