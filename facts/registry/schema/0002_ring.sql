-- +goose Up
-- From here on identities are sealed with the data keys of the ring. A program that
-- knows only the key file would take them for damaged: it must not open this database.
SELECT 1;
