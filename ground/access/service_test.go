package access_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/seal"
)

// A token asks for what it names and its account's grants allow, nothing else.
func TestTokenScope(t *testing.T) {
	each(t, func(w world) {
		const day = 24 * time.Hour
		var id, token string
		w.do(start, func(tx *db.Tx) (err error) {
			id, err = w.a.AddService(ctx, tx, "his", "H33040200001", "南湖医院信息系统")
			return err
		})
		w.do(start, w.grant(access.Grant{Holder: id, Role: access.InsuranceOffice, Organisation: "H33040200001"}))
		issue := func(holder string, ends time.Time, operations ...string) func(tx *db.Tx) error {
			return func(tx *db.Tx) (err error) {
				token, err = w.a.IssueToken(ctx, tx, holder, operations, ends)
				return err
			}
		}
		w.refused(start, access.ErrInvalid, "token_operations", issue(id, start.Add(day)))
		w.refused(start, access.ErrInvalid, "token_operations", issue(id, start.Add(day), "test.unknown"))
		w.refused(start, access.ErrInvalid, "token_ends", issue(id, start, "test.look"))
		w.refused(start, access.ErrInvalid, "token_ends", issue(id, start.Add(366*day), "test.look"))
		w.refused(start, access.ErrNotFound, "not_found", issue(w.person("zhang", "J330402"), start.Add(day), "test.look"))
		w.do(start, issue(id, start.Add(day), "test.look", "test.decide", "test.look"))
		wantNowhere(w, token, token[4:20])

		actor, err := w.a.ResumeToken(ctx, token, start)
		if err != nil {
			w.Fatal(err)
		}
		own, other := access.Target{Organisation: "H33040200001"}, access.Target{Organisation: "J330402"}
		w.wants(w.a.Authorize(ctx, w.d, actor, look, own), nil, "")
		w.wants(w.a.Authorize(ctx, w.d, actor, look, other), access.ErrNotFound, "not_found")
		w.wants(w.a.Authorize(ctx, w.d, actor, answer, own), access.ErrForbidden, "token_scope")
		w.wants(w.a.Authorize(ctx, w.d, actor, decide, own), access.ErrForbidden, "role")
		w.wants(w.a.Authorize(ctx, w.d, actor, access.OwnAccount, access.Target{}), access.ErrForbidden, "token_scope")
		for _, op := range []*access.Operation{answer, decide} {
			n, err := w.d.NewSelect().Table("organisation").ApplyQueryBuilder(actor.Reach(op, access.Columns{Region: "region", Organisation: "code"})).Count(ctx)
			if err != nil || n != 0 {
				w.Errorf("a query for %s reaches %d rows beyond the token, %v", op.Name, n, err)
			}
		}
		if w.resumes(token, start) {
			w.Error("a service token opens the people's door")
		}
		w.wantService(token, start.Add(day-time.Second), true)
		w.wantService(token, start.Add(day), false)

		list, err := w.a.Tokens(ctx, w.d, id, start)
		if err != nil || len(list) != 1 || len(list[0].Operations) != 2 {
			w.Fatalf("%+v, %v", list, err)
		}
		w.refused(start, access.ErrNotFound, "not_found", func(tx *db.Tx) error { return w.a.RevokeToken(ctx, tx, "FW404404", list[0].ID) })
		w.do(start, func(tx *db.Tx) error { return w.a.RevokeToken(ctx, tx, id, list[0].ID) })
		w.wantService(token, start, false)
		w.do(start, issue(id, start.Add(day), "test.look"))
		w.do(start, func(tx *db.Tx) error { return w.a.CloseHolder(ctx, tx, id) })
		w.wantService(token, start, false)
	})
}

func (w world) wantService(token string, at time.Time, want bool) {
	w.Helper()
	if _, err := w.a.ResumeToken(ctx, token, at); (err == nil) != want {
		w.Errorf("token at %s: %v, want alive %t", at, err, want)
	}
}

// TestReseal turns the data key and the master and seals all values anew in
// steps, the first of which are cut off; in between and after, all of them open.
func TestReseal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		home := t.TempDir()
		keyFile, ringFile := filepath.Join(home, "seal.key"), filepath.Join(home, "data.keys")
		open := func() (*seal.Ring, *access.Access) {
			key, err := seal.OpenKey(keyFile)
			if err != nil {
				t.Fatal(err)
			}
			ring, err := seal.OpenRing(ringFile, key)
			if err != nil {
				t.Fatal(err)
			}
			a, err := access.Open(ctx, d, ring, accesstest.Policy())
			if err != nil {
				t.Fatal(err)
			}
			return ring, a
		}
		w := world{TB: t, d: d}
		w.ring, w.a = open()
		w.grantor = accesstest.Grantor(t, d, w.a, start)
		w.do(start, func(tx *db.Tx) error {
			return w.a.AddOrganisation(ctx, tx, access.Organisation{Code: "X330402", Kind: access.Administration, Name: "南湖区医疗保障局", Region: "330402"})
		})
		for i := range 7 {
			id := w.person("person"+string(rune('a'+i)), "X330402", access.Grant{Role: access.Officer})
			w.do(start, func(tx *db.Tx) error {
				if err := w.a.SetCertificate(ctx, tx, access.Certificate{Holder: id, Number: "33040012345678", ValidTo: "2030-12-31"}); err != nil {
					return err
				}
				_, err := w.a.Enrol(ctx, tx, id, "")
				return err
			})
		}
		leader := w.actor(w.person("leader", "X330402", access.Grant{Role: access.SupervisorLeader}), start)
		wantAll := func() {
			t.Helper()
			list, err := w.a.CertificatesUntil(ctx, d, leader, access.Certificates, "2030-12-31")
			persons, err2 := w.a.Persons(ctx, d, leader, access.OwnStaff)
			if err != nil || err2 != nil || len(list) != 7 || len(persons) != 8 {
				t.Fatalf("%d certificates, %v, %d persons, %v", len(list), err, len(persons), err2)
			}
		}
		if done, err := w.a.Reseal(ctx, 100); err != nil || done != 0 {
			t.Errorf("nothing is stale and %d were sealed anew, %v", done, err)
		}
		if err := seal.AddSecret(keyFile); err != nil {
			t.Fatal(err)
		}
		w.ring, w.a = open()
		if err := w.ring.Turn(); err != nil {
			t.Fatal(err)
		}
		if done, err := w.a.Reseal(ctx, 2); err != nil || done != 6 {
			t.Errorf("the first step did %d, %v", done, err)
		}
		wantAll()
		w.ring, w.a = open() // as after a kill
		all := 6
		for {
			done, err := w.a.Reseal(ctx, 2)
			if err != nil {
				t.Fatal(err)
			}
			if done == 0 {
				break
			}
			all += done
			wantAll()
		}
		if all != 7+7+8+2 {
			t.Errorf("%d values were sealed anew", all)
		}
		if _, err := access.Open(ctx, d, accesstest.Ring(t), accesstest.Policy()); !errors.Is(err, seal.ErrKey) {
			t.Errorf("with a foreign ring: %v", err)
		}
	})
}
