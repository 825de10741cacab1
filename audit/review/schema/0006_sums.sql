-- +goose Up
-- Holds all that a sum of findings reads: money, and what lists are filtered by that the tally
-- does not know. Without it a sum of many of a million findings fetches each row.
CREATE INDEX review_finding_sums ON review_finding
    (counted, last_day, since, due, state, result, region, fixmedins_code, rule_id, stake, accepted, deducted, recovered, dropped);
