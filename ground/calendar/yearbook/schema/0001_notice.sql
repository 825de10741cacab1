-- +goose Up
-- The holiday notices that were imported or edited. Nothing is changed here: the
-- newest of a year holds, the older ones are its history.
CREATE TABLE calendar_notice (
    n        BIGINT      NOT NULL PRIMARY KEY,
    year     INTEGER     NOT NULL,
    days     TEXT        NOT NULL,
    who      TEXT        NOT NULL,
    reason   TEXT        NOT NULL,
    at       TIMESTAMPTZ NOT NULL
);
CREATE INDEX calendar_notice_year ON calendar_notice (year, n);
