// Package dbtest runs a test on every database that the program supports: a real
// SQLite file and a real private PostgreSQL server.
package dbtest

import (
	"context"
	"testing"

	"yiheng/ground/db"
)

// Each runs f as subtests "sqlite" and "postgres", each on an empty database in a
// home of its own. Without PostgreSQL's programs the test fails and says what to
// install, unless YIHENG_NO_PG is 1.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run(db.SQLite, func(t *testing.T) { f(t, OpenSQLite(t)) })
	t.Run(db.Postgres, func(t *testing.T) { f(t, OpenPostgres(t)) })
}

// OpenSQLite opens an empty SQLite database that ends with the test.
func OpenSQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, "")
}

// OpenPostgres opens an empty PostgreSQL database that ends with the test.
func OpenPostgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

func open(t testing.TB, setting string) *db.DB {
	t.Helper()
	d, err := db.OpenAt(context.Background(), t.TempDir(), setting)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}
