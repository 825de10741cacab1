-- +goose Up
-- More parts of the text for look-up; the text, and so every hash, stays as it is. An
-- entry of before has no act until the program has read its text (look_up.go).
ALTER TABLE journal_entry ADD COLUMN region TEXT NOT NULL DEFAULT '';
ALTER TABLE journal_entry ADD COLUMN act TEXT NOT NULL DEFAULT '';
ALTER TABLE journal_entry ADD COLUMN at_micro BIGINT NOT NULL DEFAULT 0;
CREATE INDEX journal_entry_region ON journal_entry (region, n);
CREATE INDEX journal_entry_act ON journal_entry (act, n);
CREATE INDEX journal_entry_at ON journal_entry (at_micro, n);
