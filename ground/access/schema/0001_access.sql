-- +goose Up
CREATE TABLE organisation (
    code   TEXT NOT NULL PRIMARY KEY,
    kind   TEXT NOT NULL,
    name   TEXT NOT NULL,
    region TEXT NOT NULL,
    parent TEXT NOT NULL, -- '' at the top
    path   TEXT NOT NULL, -- /code/ of every organisation from the top down to itself
    closed TIMESTAMPTZ
);
CREATE INDEX organisation_region ON organisation (region);

-- Who can log in or hold a token: persons RY…, service accounts FW….
CREATE TABLE holder (
    id           TEXT        NOT NULL PRIMARY KEY,
    login        TEXT        NOT NULL UNIQUE, -- of a service account: its name
    organisation TEXT        NOT NULL,        -- '' the first administrator
    sealed       BYTEA       NOT NULL,        -- name, phone, certificate number
    name_blind   BYTEA       NOT NULL,
    phone_blind  BYTEA       NOT NULL,
    cert_blind   BYTEA       NOT NULL,
    created      TIMESTAMPTZ NOT NULL,
    closed       TIMESTAMPTZ
);
CREATE INDEX holder_organisation ON holder (organisation);
CREATE INDEX holder_name ON holder (name_blind);
CREATE INDEX holder_phone ON holder (phone_blind);
CREATE INDEX holder_cert ON holder (cert_blind);

CREATE TABLE certificate (
    holder   TEXT  NOT NULL PRIMARY KEY,
    number   BYTEA NOT NULL, -- sealed
    valid_to TEXT  NOT NULL  -- the last day, 2006-01-02
);
CREATE INDEX certificate_valid_to ON certificate (valid_to);

CREATE TABLE role_grant (
    id           BIGINT      NOT NULL PRIMARY KEY,
    holder       TEXT        NOT NULL,
    role         TEXT        NOT NULL,
    organisation TEXT        NOT NULL, -- '' the installation: the three officers only
    region       TEXT        NOT NULL,
    doctor       TEXT        NOT NULL, -- national doctor code, role doctor only
    starts       TIMESTAMPTZ NOT NULL,
    ends         TIMESTAMPTZ,
    granted_by   TEXT        NOT NULL
);
CREATE INDEX role_grant_holder ON role_grant (holder);

-- The passwords of a person, the newest last.
CREATE TABLE password (
    id      BIGINT      NOT NULL PRIMARY KEY,
    holder  TEXT        NOT NULL,
    hash    TEXT        NOT NULL,
    set_at  TIMESTAMPTZ NOT NULL,
    expires TIMESTAMPTZ,         -- when it must be changed
    one_off BOOLEAN     NOT NULL -- given by somebody else: refused once it expires
);
CREATE INDEX password_holder ON password (holder, id);

-- Failed logins by account and by address, both as blind indexes.
CREATE TABLE attempt (
    who      BYTEA       NOT NULL PRIMARY KEY,
    failures BIGINT      NOT NULL,
    last     TIMESTAMPTZ NOT NULL,
    until    TIMESTAMPTZ
);

CREATE TABLE second_factor (
    holder    TEXT    NOT NULL PRIMARY KEY,
    secret    BYTEA   NOT NULL, -- sealed otpauth URI
    confirmed BOOLEAN NOT NULL,
    step      BIGINT  NOT NULL  -- of the last code taken: it and older ones are refused
);
CREATE TABLE recovery_code (
    holder TEXT  NOT NULL,
    blind  BYTEA NOT NULL,
    PRIMARY KEY (holder, blind)
);

CREATE TABLE session (
    blind         BYTEA       NOT NULL PRIMARY KEY, -- of the token, which is kept nowhere
    id            TEXT        NOT NULL UNIQUE,
    holder        TEXT        NOT NULL,
    address       TEXT        NOT NULL,
    started       TIMESTAMPTZ NOT NULL,
    seen          TIMESTAMPTZ NOT NULL,
    ends          TIMESTAMPTZ NOT NULL,
    second_factor BOOLEAN     NOT NULL
);
CREATE INDEX session_holder ON session (holder);

CREATE TABLE service_token (
    blind      BYTEA       NOT NULL PRIMARY KEY,
    id         TEXT        NOT NULL UNIQUE,
    holder     TEXT        NOT NULL,
    operations TEXT        NOT NULL, -- names, separated by spaces
    created    TIMESTAMPTZ NOT NULL,
    ends       TIMESTAMPTZ NOT NULL
);
CREATE INDEX service_token_holder ON service_token (holder);
