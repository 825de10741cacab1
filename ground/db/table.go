package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Table is a table as both databases understand it.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
}

// Column is a column of a table.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
}

// Kind is what a column holds.
type Kind string

// The kinds of columns that migrations use.
const (
	Text    Kind = "text"
	Int     Kind = "int"
	Boolean Kind = "bool"
	Time    Kind = "time"
	Bytes   Kind = "bytes"
)

// kindOf reads the declared type of a column, of SQLite or of PostgreSQL.
func kindOf(declared string) (Kind, bool) {
	name, _, _ := strings.Cut(strings.ToLower(declared), "(")
	switch name {
	case "text", "varchar", "character varying":
		return Text, true
	case "bigint", "integer":
		return Int, true
	case "boolean":
		return Boolean, true
	case "timestamptz", "timestamp with time zone":
		return Time, true
	case "bytea":
		return Bytes, true
	}
	return "", false
}

// tableNames returns the names of all tables, sorted.
func (d *DB) tableNames(ctx context.Context, r Reader) (names []string, err error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
	if d.driver == Postgres {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name"
	}
	err = r.NewRaw(query).Scan(ctx, &names)
	return names, d.explain(err)
}

// tables returns the tables of the rooms with their columns in order.
func (d *DB) tables(ctx context.Context, r Reader) ([]Table, error) {
	names, err := d.tableNames(ctx, r)
	if err != nil {
		return nil, err
	}
	var tables []Table
	for _, name := range names {
		if strings.HasPrefix(name, versions) {
			continue
		}
		t, err := d.describe(ctx, r, name)
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	return tables, nil
}

func (d *DB) describe(ctx context.Context, r Reader, name string) (Table, error) {
	t := Table{Name: name}
	query := "SELECT name, type FROM pragma_table_info(?) ORDER BY cid"
	if d.driver == Postgres {
		query = "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position"
	}
	rows, err := r.QueryContext(ctx, query, name)
	if err != nil {
		return t, d.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var column, declared string
		if err := rows.Scan(&column, &declared); err != nil {
			return t, err
		}
		kind, ok := kindOf(declared)
		if !ok {
			return t, fmt.Errorf("表 %s 的列 %s 是 %s 类型，不能备份：库表脚本只用 TEXT、BIGINT、INTEGER、BOOLEAN、TIMESTAMPTZ、BYTEA", name, column, declared)
		}
		t.Columns = append(t.Columns, Column{column, kind})
	}
	return t, rows.Err()
}

// roomVersions returns the version of each room's tables.
func (d *DB) roomVersions(ctx context.Context, r Reader) (map[string]int64, error) {
	names, err := d.tableNames(ctx, r)
	if err != nil {
		return nil, err
	}
	at := map[string]int64{}
	for _, name := range names {
		room, ok := strings.CutPrefix(name, versions)
		if !ok {
			continue
		}
		var version sql.NullInt64
		if err := r.NewSelect().Table(name).ColumnExpr("max(version_id)").Where("is_applied").Scan(ctx, &version); err != nil {
			return nil, d.explain(err)
		}
		at[room] = version.Int64
	}
	return at, nil
}
