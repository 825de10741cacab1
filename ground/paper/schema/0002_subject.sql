-- +goose Up
CREATE INDEX paper_subject_paper ON paper_subject (paper);
