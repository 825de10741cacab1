-- +goose Up
-- One row an instance. Times are civil seconds since 1970. due is the earliest end of a
-- running clock, next_end the earliest that has not been dealt with; 9223372036854775807
-- stands for none. escalated lists the roles that were told, as ,leader,head,.
CREATE TABLE procedure_instance (
    procedure TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    region    TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    since     BIGINT  NOT NULL,
    ended     BOOLEAN NOT NULL,
    last      BIGINT  NOT NULL,
    events    INTEGER NOT NULL,
    due       BIGINT  NOT NULL,
    next_end  BIGINT  NOT NULL,
    missing   INTEGER NOT NULL,
    escalated TEXT    NOT NULL,
    clocks    TEXT    NOT NULL,
    made      TEXT    NOT NULL,
    PRIMARY KEY (procedure, id)
);
CREATE INDEX procedure_instance_todo ON procedure_instance (procedure, state, due, id, region);
CREATE INDEX procedure_instance_told ON procedure_instance (procedure, escalated);
CREATE INDEX procedure_instance_next ON procedure_instance (procedure, next_end);
CREATE INDEX procedure_instance_missing ON procedure_instance (procedure, missing);

-- What happened to an instance. Rows are only ever added.
CREATE TABLE procedure_event (
    procedure  TEXT        NOT NULL,
    id         TEXT        NOT NULL,
    n          INTEGER     NOT NULL,
    kind       TEXT        NOT NULL,
    move       TEXT        NOT NULL,
    clock      TEXT        NOT NULL,
    from_state TEXT        NOT NULL,
    to_state   TEXT        NOT NULL,
    actor      TEXT        NOT NULL,
    at         BIGINT      NOT NULL,
    recorded   TIMESTAMPTZ NOT NULL,
    reason     TEXT        NOT NULL,
    document   TEXT        NOT NULL,
    paper      TEXT        NOT NULL,
    PRIMARY KEY (procedure, id, n)
);
