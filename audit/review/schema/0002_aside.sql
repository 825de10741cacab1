-- +goose Up
-- The latest revision that people looked at and set aside, 0 for none.
ALTER TABLE review_finding ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;
