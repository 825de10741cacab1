-- +goose Up
-- change: the row of knowledge_change that made the version; 0: an import at the machine, a
-- taking back, an older program.
ALTER TABLE exclusion_set ADD COLUMN change BIGINT NOT NULL DEFAULT 0;

-- What a change does to each exclusion: content before and after, as JSON; '' where there is none.
CREATE TABLE exclusion_difference (
    tag    TEXT NOT NULL,
    n      BIGINT NOT NULL,
    made   TEXT NOT NULL,
    ex_id  TEXT NOT NULL,
    before TEXT NOT NULL,
    after  TEXT NOT NULL,
    words  TEXT NOT NULL,
    PRIMARY KEY (tag, n)
);
-- +goose Down
DROP TABLE exclusion_difference;
ALTER TABLE exclusion_set DROP COLUMN change;
