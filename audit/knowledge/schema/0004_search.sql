-- +goose Up
-- What is in force is found in the set's file; what a change proposes, by the order of lists.
CREATE INDEX knowledge_point_proposed ON knowledge_point (tag, rule_id, code, kp_id);
DROP INDEX knowledge_point_listed;
DROP INDEX knowledge_point_code;

-- base: the version that it was made out of, 0 for none; restores: the one whose list holds
-- again; journalled: an entry of the journal commits to the row.
ALTER TABLE exclusion_set ADD COLUMN base BIGINT NOT NULL DEFAULT 0;
ALTER TABLE exclusion_set ADD COLUMN restores BIGINT NOT NULL DEFAULT 0;
ALTER TABLE exclusion_set ADD COLUMN journalled BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE exclusion_set SET base = id - 1;
-- +goose Down
ALTER TABLE exclusion_set DROP COLUMN base;
ALTER TABLE exclusion_set DROP COLUMN restores;
ALTER TABLE exclusion_set DROP COLUMN journalled;
DROP INDEX knowledge_point_proposed;
CREATE INDEX knowledge_point_listed ON knowledge_point (until, rule_id, code, kp_id);
CREATE INDEX knowledge_point_code ON knowledge_point (code);
