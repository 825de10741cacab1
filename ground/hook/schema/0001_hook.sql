-- +goose Up
-- Where a service account wants to hear of what happens. Rows end; none is deleted.
CREATE TABLE hook_subscription (
    id       TEXT        NOT NULL PRIMARY KEY,
    service  TEXT        NOT NULL,
    url      TEXT        NOT NULL,
    events   TEXT        NOT NULL, -- names, separated by spaces
    secret   BYTEA       NOT NULL, -- sealed
    created  TIMESTAMPTZ NOT NULL,
    ended    TIMESTAMPTZ
);
CREATE INDEX hook_subscription_service ON hook_subscription (service);

-- What happened, written by the act itself, and only when somebody wants to hear of it.
CREATE TABLE hook_event (
    id           BIGINT      NOT NULL PRIMARY KEY,
    name         TEXT        NOT NULL,
    region       TEXT        NOT NULL,
    organisation TEXT        NOT NULL,
    body         TEXT        NOT NULL, -- JSON, as it is sent
    at           TIMESTAMPTZ NOT NULL
);

-- An event on its way to a subscription.
CREATE TABLE hook_delivery (
    event        BIGINT      NOT NULL,
    subscription TEXT        NOT NULL,
    state        TEXT        NOT NULL,
    tries        BIGINT      NOT NULL,
    next         TIMESTAMPTZ NOT NULL, -- try, or until when a sender has it
    ended        TIMESTAMPTZ,
    PRIMARY KEY (event, subscription)
);
CREATE INDEX hook_delivery_next ON hook_delivery (state, next);
CREATE INDEX hook_delivery_subscription ON hook_delivery (subscription, event);

-- Each try of a delivery.
CREATE TABLE hook_try (
    event        BIGINT      NOT NULL,
    subscription TEXT        NOT NULL,
    n            BIGINT      NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    status       BIGINT      NOT NULL, -- of HTTP, 0 without an answer
    error        TEXT        NOT NULL,
    PRIMARY KEY (event, subscription, n)
);
