-- +goose Up
-- Counts the writes of the tally, so that who has added it up knows whether the sums are still true.
CREATE TABLE review_edition (
    n BIGINT NOT NULL
);
INSERT INTO review_edition (n) VALUES (0);
