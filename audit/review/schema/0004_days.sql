-- +goose Up
-- What each day changed of the sums of an institution: the sums over all days are those of
-- review_tally. day counts from 1970-01-01, civil. Money in fen.
CREATE TABLE review_day (
    day            INTEGER NOT NULL,
    region         TEXT    NOT NULL,
    fixmedins_code TEXT    NOT NULL,
    n              BIGINT  NOT NULL,
    decided        BIGINT  NOT NULL,
    upheld         BIGINT  NOT NULL,
    counted        BIGINT  NOT NULL,
    confirmed      BIGINT  NOT NULL,
    collected      BIGINT  NOT NULL,
    PRIMARY KEY (day, region, fixmedins_code)
);
-- Findings that were there before count on the day on which they last changed state.
INSERT INTO review_day
SELECT since / 86400, region, fixmedins_code, count(*),
    sum(CASE WHEN outcome = '' THEN 0 ELSE 1 END), sum(CASE WHEN outcome IN ('upheld', 'partly') THEN 1 ELSE 0 END),
    sum(counted), sum(accepted + deducted + recovered), sum(deducted + recovered)
FROM review_finding GROUP BY 1, 2, 3;

-- What a delivered screening read, judged and did not run, as JSON; batch is its id.
CREATE TABLE review_screened (
    batch TEXT NOT NULL PRIMARY KEY,
    said  TEXT NOT NULL
);
