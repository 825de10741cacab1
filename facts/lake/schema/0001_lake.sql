-- +goose Up
-- iceberg_tables and iceberg_namespace_properties are the Iceberg JDBC catalogue, schema version V1:
-- other engines (Spark, Trino) open it as it stands.
CREATE TABLE iceberg_tables (
    catalog_name               VARCHAR(255) NOT NULL,
    table_namespace            VARCHAR(255) NOT NULL,
    table_name                 VARCHAR(255) NOT NULL,
    metadata_location          VARCHAR(1000),
    previous_metadata_location VARCHAR(1000),
    iceberg_type               VARCHAR(5),
    PRIMARY KEY (catalog_name, table_namespace, table_name)
);
CREATE TABLE iceberg_namespace_properties (
    catalog_name   VARCHAR(255) NOT NULL,
    namespace      VARCHAR(255) NOT NULL,
    property_key   VARCHAR(255) NOT NULL,
    property_value VARCHAR(1000),
    PRIMARY KEY (catalog_name, namespace, property_key)
);
CREATE TABLE lake_setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE lake_attempt (
    id      BIGINT PRIMARY KEY,
    started TIMESTAMPTZ NOT NULL,
    pid     BIGINT NOT NULL,
    tables  TEXT NOT NULL,
    epoch   BIGINT NOT NULL
);
CREATE TABLE lake_epoch (
    id   BIGINT PRIMARY KEY,
    at   TIMESTAMPTZ NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE lake_epoch_table (
    epoch      BIGINT NOT NULL,
    table_name TEXT NOT NULL,
    snapshot   BIGINT NOT NULL,
    PRIMARY KEY (epoch, table_name)
);
CREATE TABLE lake_source (
    tag         TEXT PRIMARY KEY,
    id          TEXT NOT NULL,
    table_name  TEXT NOT NULL,
    name        TEXT NOT NULL,
    path        TEXT NOT NULL,
    hash        TEXT NOT NULL,
    seq         BIGINT NOT NULL UNIQUE,
    rows_read   BIGINT NOT NULL,
    kept        BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    epoch       BIGINT NOT NULL,
    retired_in  BIGINT NOT NULL,
    replaced_by TEXT NOT NULL
);
CREATE INDEX lake_source_id ON lake_source (id);
CREATE TABLE lake_pin (
    epoch BIGINT NOT NULL,
    holder TEXT NOT NULL,
    at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (epoch, holder)
);

-- +goose Down
DROP TABLE lake_pin;
DROP TABLE lake_source;
DROP TABLE lake_epoch_table;
DROP TABLE lake_epoch;
DROP TABLE lake_attempt;
DROP TABLE lake_setting;
DROP TABLE iceberg_namespace_properties;
DROP TABLE iceberg_tables;
