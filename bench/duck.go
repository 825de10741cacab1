package main

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the engine that screening is measured against

	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// Each rule is one query, written by hand and tuned: it finds suspects in one scan
// of the columns that tell, then is exact about those few persons.
//
//go:embed sql/*.sql
var queries embed.FS

// rulesInSQL are the rules that are measured side by side, one of each shape.
var rulesInSQL = []string{
	"GZ10000301004000", "GZ10000102012000", "GZ10000102014000", "BD2025031", "GZ10000101010000", "GZ10000201008000",
}

// objection is a line that a rule objects to under a point.
type objection struct{ point, line string }

// engine is DuckDB over the files of an epoch.
type engine struct{ db *sql.DB }

// openEngine makes views of the files as they are on disk, read by field id, without
// the rows of retired sources.
func openEngine(ctx context.Context, m *machine, c *city, from, to calendar.Day) (*engine, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // views, variables and settings are of one connection
	e := &engine{db}
	settings := []string{
		fmt.Sprintf("SET threads=%d", m.workers), "SET memory_limit='" + m.memoryLimit + "'", "SET preserve_insertion_order=false",
		"SET temp_directory='" + quote(m.work) + "/spill'",
		fmt.Sprintf("SET VARIABLE \"from\" = DATE '%s'", from), fmt.Sprintf("SET VARIABLE \"to\" = DATE '%s'", to),
		fmt.Sprintf("SET VARIABLE horizon = TIMESTAMP '%04d-01-01 00:00:00'", from.Year()-1),
		"CREATE TABLE live(tag VARCHAR, seq BIGINT)",
	}
	for _, s := range c.live {
		settings = append(settings, fmt.Sprintf("INSERT INTO live VALUES ('%s', %d)", s.Tag, s.Seq))
	}
	for _, t := range claim.Tables {
		settings = append(settings, view(t, c))
	}
	text, err := queries.ReadFile("sql/views.sql")
	if err != nil {
		return nil, err
	}
	for _, s := range append(settings, string(text)) {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return nil, fmt.Errorf("%.200s: %w", s, err)
		}
	}
	return e, nil
}

// view is a table as its files hold it. A table without files has no rows.
func view(t *lake.Table, c *city) string {
	columns := slices.Concat([]lake.Column{
		{Name: lake.ColExtra},
		{Name: lake.ColSource},
		{Name: lake.ColLine, Kind: lake.Integer},
		{Name: lake.ColMonth, Kind: lake.Integer},
		{Name: lake.ColBucket, Kind: lake.Integer},
	}, t.Columns)
	var fields, nulls []string
	for i, col := range columns {
		fields = append(fields, fmt.Sprintf("%d: {name: '%s', type: '%s', default_value: NULL}", i+1, col.Name, sqlType(col.Kind)))
		nulls = append(nulls, fmt.Sprintf("NULL::%s AS %s", sqlType(col.Kind), col.Name))
	}
	var paths []string
	for _, f := range c.files[t.Name] {
		paths = append(paths, "'"+quote(f.Path)+"'")
	}
	if len(paths) == 0 {
		return fmt.Sprintf("CREATE VIEW %s AS SELECT %s WHERE false", t.Name, strings.Join(nulls, ", "))
	}
	gone := ""
	if len(c.retired) > 0 {
		gone = " WHERE _source NOT IN ('" + strings.Join(c.retired, "', '") + "')"
	}
	return fmt.Sprintf("CREATE VIEW %s AS SELECT * FROM read_parquet([%s], schema = MAP {%s})%s",
		t.Name, strings.Join(paths, ", "), strings.Join(fields, ", "), gone)
}

func sqlType(k lake.Kind) string {
	switch k {
	case lake.Money:
		return "DECIMAL(18,2)"
	case lake.Price:
		return "DECIMAL(18,6)"
	case lake.Quantity:
		return "DECIMAL(18,4)"
	case lake.Integer:
		return "BIGINT"
	case lake.Day:
		return "DATE"
	case lake.Time:
		return "TIMESTAMP"
	}
	return "VARCHAR"
}

func quote(s string) string { return strings.ReplaceAll(s, "'", "''") }

// learn loads the points from their exchange file.
func (e *engine) learn(ctx context.Context, path string) error {
	_, err := e.db.ExecContext(ctx, fmt.Sprintf(`CREATE TABLE point AS
		SELECT * REPLACE (CAST(nullif(valid_from, '') AS DATE) AS valid_from, CAST(nullif(valid_to, '') AS DATE) AS valid_to,
			coalesce(region, '') AS region, CAST(coalesce(nullif(params, ''), '{}') AS JSON) AS params)
		FROM read_csv('%s', all_varchar = true, header = true)`, quote(path)))
	return err
}

// find runs the query of a rule.
func (e *engine) find(ctx context.Context, rule string) (map[objection]bool, time.Duration, error) {
	text, err := query(rule)
	if err != nil {
		return nil, 0, err
	}
	start := time.Now()
	rows, err := e.db.QueryContext(ctx, text)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", rule, err)
	}
	defer rows.Close()
	found := make(map[objection]bool)
	for rows.Next() {
		var o objection
		if err := rows.Scan(&o.point, &o.line); err != nil {
			return nil, 0, err
		}
		found[o] = true
	}
	return found, time.Since(start), rows.Err()
}

// query is the text of a rule's query with what it includes.
func query(rule string) (string, error) {
	text, err := queries.ReadFile("sql/" + rule + ".sql")
	if err != nil {
		return "", err
	}
	out := string(text)
	for _, name := range []string{"lines.sql", "result.sql"} {
		part, err := queries.ReadFile("sql/" + name)
		if err != nil {
			return "", err
		}
		out = strings.ReplaceAll(out, "-- include "+name, string(part))
	}
	return out, nil
}

func (e *engine) close() { e.db.Close() }
