package access_test

import (
	"testing"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// BenchmarkRequest is what a request costs before it does anything: whose token it
// is, with all grants, and one answer of Authorize.
func BenchmarkRequest(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{db.SQLite: dbtest.OpenSQLite, db.Postgres: dbtest.OpenPostgres} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, open(b), accesstest.Policy())
			w.person("zhang", "J330402", access.Grant{Role: access.FirstReviewer}, access.Grant{Role: access.PanelMember})
			token := w.login("zhang", goodPassword, "", start)
			for b.Loop() {
				actor, err := w.a.Resume(ctx, token, start)
				if err != nil {
					b.Fatal(err)
				}
				if err := w.a.Authorize(ctx, w.d, actor, decide, access.Target{Organisation: "H33040200001"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
