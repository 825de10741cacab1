package web

import (
	"context"
	"fmt"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// BenchmarkPeople reads a page of 100,000 people, in whose list every row is sealed.
func BenchmarkPeople(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{db.SQLite: dbtest.OpenSQLite, db.Postgres: dbtest.OpenPostgres} {
		d := open(b)
		l, c := crowd(b, d, 100_000)
		for what, in := range map[string]Query{
			"first":       {},
			"deep":        {Cursor: (&place{"", "RY090000", "RY090000"}).cursor()},
			"by login":    {Sort: "-login"},
			"by hospital": {Sort: "organisation", Cursor: (&place{"organisation", "H0500", "RY000500"}).cursor()},
			"filtered":    {Filter: []string{"organisation:H0500"}},
			"searched":    {Search: "p0999"},
		} {
			b.Run(name+"/"+what, func(b *testing.B) {
				in.Limit = 50
				for b.Loop() {
					if p, err := l.page(b.Context(), c, &in, &in); err != nil || len(p.Items) < 10 {
						b.Fatal(len(p.Items), err)
					}
				}
			})
		}
	}
}

// crowd stores so many people of a thousand hospitals, and is the list of them.
func crowd(b *testing.B, d *db.DB, n int) (*List[access.Person, Query], *Call) {
	ring := accesstest.Ring(b)
	a, err := access.Open(b.Context(), d, ring, accesstest.Policy())
	if err != nil {
		b.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	officer := accesstest.Grantor(b, d, a, at)
	err = d.Write(b.Context(), func(tx *db.Tx) error {
		for i := range n {
			id := fmt.Sprintf("RY%06d", 1000+i)
			_, err := tx.ExecContext(b.Context(), "INSERT INTO holder (id, login, organisation, sealed, name_blind, phone_blind, cert_blind, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
				id, fmt.Sprintf("p%06d", i), fmt.Sprintf("H%04d", i%1000), ring.Seal([]byte(`{"name":"张三"}`), "holder/"+id), []byte{}, []byte{}, []byte{}, at)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return &List[access.Person, Query]{
		Columns: []Column[access.Person]{
			By("id", "编号", func(p *access.Person) string { return p.ID }).In("holder.id"),
			By("login", "用户名", func(p *access.Person) string { return p.Login }).In("holder.login"),
			By("organisation", "机构", func(p *access.Person) string { return p.Organisation }).In("holder.organisation"),
		},
		From: func(_ context.Context, c *Call, _ *Query) (Source[access.Person], error) {
			q, scan := a.SelectPersons(d, c.Actor, access.ReadRights)
			return Source[access.Person]{q, scan}, nil
		},
	}, &Call{Actor: officer, At: at}
}
