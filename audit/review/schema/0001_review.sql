-- +goose Up
-- One row a delivery of a screening. Times of clocks are civil seconds since 1970.
CREATE TABLE review_batch (
    id         TEXT        NOT NULL PRIMARY KEY,
    title      TEXT        NOT NULL,
    region     TEXT        NOT NULL,
    from_day   INTEGER     NOT NULL,
    to_day     INTEGER     NOT NULL,
    rules      TEXT        NOT NULL,
    snapshot   TEXT        NOT NULL,
    knowledge  TEXT        NOT NULL,
    rule_set   TEXT        NOT NULL,
    taken_by   TEXT        NOT NULL,
    taken_at   TIMESTAMPTZ NOT NULL,
    complete   BOOLEAN     NOT NULL,
    added      BIGINT      NOT NULL,
    same       BIGINT      NOT NULL,
    changed    BIGINT      NOT NULL,
    offered    BIGINT      NOT NULL,
    gone       BIGINT      NOT NULL
);

-- One row a finding: where it stands, and what became of its money (fen). due is the
-- earliest end of a running clock, 9223372036854775807 for none.
CREATE TABLE review_finding (
    id              TEXT    NOT NULL PRIMARY KEY,
    batch           TEXT    NOT NULL,
    seen            TEXT    NOT NULL,
    gone_in         TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    latest          INTEGER NOT NULL,
    region          TEXT    NOT NULL,
    fixmedins_code  TEXT    NOT NULL,
    fixmedins_name  TEXT    NOT NULL,
    desk            TEXT    NOT NULL,
    asked_doctor    TEXT    NOT NULL,
    rule_id         TEXT    NOT NULL,
    rule_name       TEXT    NOT NULL,
    rule_version    TEXT    NOT NULL,
    kp_id           TEXT    NOT NULL,
    result          TEXT    NOT NULL,
    severity        INTEGER NOT NULL,
    psn_no          TEXT    NOT NULL,
    mdtrt_id        TEXT    NOT NULL,
    dept_name       TEXT    NOT NULL,
    dr_code         TEXT    NOT NULL,
    first_day       INTEGER NOT NULL,
    last_day        INTEGER NOT NULL,
    main_finding_id TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    since           BIGINT  NOT NULL,
    due             BIGINT  NOT NULL,
    ended           BOOLEAN NOT NULL,
    sent            BOOLEAN NOT NULL,
    answer          TEXT    NOT NULL,
    outcome         TEXT    NOT NULL,
    steps           INTEGER NOT NULL,
    own             BIGINT  NOT NULL,
    counted         BIGINT  NOT NULL,
    stake           BIGINT  NOT NULL,
    accepted        BIGINT  NOT NULL,
    deducted        BIGINT  NOT NULL,
    recovered       BIGINT  NOT NULL,
    dropped         BIGINT  NOT NULL,
    returned        BIGINT  NOT NULL
);
CREATE INDEX review_finding_money ON review_finding (counted, id);
CREATE INDEX review_finding_due ON review_finding (due, id);
CREATE INDEX review_finding_state_money ON review_finding (state, counted, id);
CREATE INDEX review_finding_state_due ON review_finding (state, due, id);
CREATE INDEX review_finding_institution ON review_finding (fixmedins_code, counted, id);
CREATE INDEX review_finding_rule ON review_finding (rule_id, counted, id);
CREATE INDEX review_finding_region ON review_finding (region, counted, id);
CREATE INDEX review_finding_department ON review_finding (fixmedins_code, dept_name);
CREATE INDEX review_finding_desk ON review_finding (desk, asked_doctor);
CREATE INDEX review_finding_person ON review_finding (psn_no);
CREATE INDEX review_finding_doctor ON review_finding (dr_code);
CREATE INDEX review_finding_main ON review_finding (main_finding_id);
CREATE INDEX review_finding_seen ON review_finding (seen);
CREATE INDEX review_finding_gone ON review_finding (gone_in);

-- What each screening said of a finding. Rows are only ever added.
CREATE TABLE review_revision (
    id         TEXT        NOT NULL PRIMARY KEY,
    finding_id TEXT        NOT NULL,
    n          INTEGER     NOT NULL,
    batch      TEXT        NOT NULL,
    standing   TEXT        NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    changes    TEXT        NOT NULL,
    content    TEXT        NOT NULL
);
CREATE INDEX review_revision_finding ON review_revision (finding_id, n);

-- What people and clocks did with a finding, with their words. Rows are only ever added.
CREATE TABLE review_step (
    id         TEXT        NOT NULL PRIMARY KEY,
    finding_id TEXT        NOT NULL,
    n          INTEGER     NOT NULL,
    move       TEXT        NOT NULL,
    from_state TEXT        NOT NULL,
    to_state   TEXT        NOT NULL,
    actor      TEXT        NOT NULL,
    org        TEXT        NOT NULL,
    at         BIGINT      NOT NULL,
    recorded   TIMESTAMPTZ NOT NULL,
    reason     TEXT        NOT NULL,
    document   TEXT        NOT NULL,
    paper      TEXT        NOT NULL,
    amount     BIGINT      NOT NULL,
    files      TEXT        NOT NULL
);
CREATE INDEX review_step_finding ON review_step (finding_id, n);

-- Attachments: the content lies in the home under its hash.
CREATE TABLE review_file (
    id         TEXT        NOT NULL PRIMARY KEY,
    finding_id TEXT        NOT NULL,
    sha256     TEXT        NOT NULL,
    name       TEXT        NOT NULL,
    type       TEXT        NOT NULL,
    size       BIGINT      NOT NULL,
    actor      TEXT        NOT NULL,
    org        TEXT        NOT NULL,
    own        BOOLEAN     NOT NULL,
    at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX review_file_finding ON review_file (finding_id);

-- Findings added up, kept by every write, so that totals need not read the findings.
CREATE TABLE review_tally (
    batch          TEXT    NOT NULL,
    region         TEXT    NOT NULL,
    fixmedins_code TEXT    NOT NULL,
    rule_id        TEXT    NOT NULL,
    rule_version   TEXT    NOT NULL,
    result         TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    outcome        TEXT    NOT NULL,
    sent           BOOLEAN NOT NULL,
    n              BIGINT  NOT NULL,
    counted        BIGINT  NOT NULL,
    stake          BIGINT  NOT NULL,
    accepted       BIGINT  NOT NULL,
    deducted       BIGINT  NOT NULL,
    recovered      BIGINT  NOT NULL,
    dropped        BIGINT  NOT NULL,
    PRIMARY KEY (batch, region, fixmedins_code, rule_id, rule_version, result, state, outcome, sent)
);
