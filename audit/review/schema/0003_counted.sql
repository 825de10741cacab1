-- +goose Up
-- The edition of the table of holidays by which running clocks were counted last: one row.
CREATE TABLE review_counted (
    id      INTEGER NOT NULL PRIMARY KEY,
    edition BIGINT  NOT NULL
);
INSERT INTO review_counted (id, edition) VALUES (1, 0);
