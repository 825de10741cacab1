package access_test

import (
	"testing"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

// Ids that are made up, whatever they are made of, are not found: no statement
// breaks, and none is bent.
func TestForgedIDs(t *testing.T) {
	each(t, func(w world) {
		id := w.person("zhang", "J330402", access.Grant{Role: access.SystemAdministrator, Organisation: "J330402"})
		token := w.login("zhang", goodPassword, "", start)
		actor := w.actor(id, start)
		for _, forged := range []string{"", "404", "' OR '1'='1", "x\x00' --", "\xff\xfe", "?", "%", "../../etc/passwd", "J330402\n", "机构"} {
			w.wants(w.a.Authorize(ctx, w.d, actor, access.KeepDirectory, access.Target{Organisation: forged, Region: "330411"}), access.ErrNotFound, "not_found")
			w.wants(w.a.Authorize(ctx, w.d, actor, access.KeepDirectory, access.Target{Region: access.Region(forged)}), access.ErrNotFound, "not_found")
			w.wants(w.a.Authorize(ctx, w.d, actor, access.KeepDirectory, access.Target{Holder: forged}), access.ErrNotFound, "not_found")
			for name, f := range map[string]func(tx *db.Tx) error{
				"reveal": func(tx *db.Tx) error {
					_, err := w.a.Reveal(ctx, tx, actor, access.KeepDirectory, forged, "核对身份")
					return err
				},
				"close":       func(tx *db.Tx) error { return w.a.CloseHolder(ctx, tx, forged) },
				"close body":  func(tx *db.Tx) error { return w.a.CloseOrganisation(ctx, tx, forged) },
				"end session": func(tx *db.Tx) error { return w.a.EndSession(ctx, tx, id, forged) },
				"revoke":      func(tx *db.Tx) error { return w.a.RevokeToken(ctx, tx, forged, forged) },
				"one-off": func(tx *db.Tx) error {
					_, err := w.a.GiveOneOff(ctx, tx, actor, forged)
					return err
				},
				"identity": func(tx *db.Tx) error { return w.a.SetIdentity(ctx, tx, forged, access.Identity{Name: "李四"}) },
				"enrol": func(tx *db.Tx) error {
					_, err := w.a.Enrol(ctx, tx, forged, "")
					return err
				},
			} {
				w.sub(name, func(w world) { w.refused(start, access.ErrNotFound, "not_found", f) })
			}
			_, err := w.a.ActorOf(ctx, w.d, forged, start)
			w.wants(err, access.ErrUnauthenticated, "unauthenticated")
			if found, err := w.a.FindPersons(ctx, w.d, actor, access.KeepDirectory, forged); err != nil || len(found) != 0 {
				w.Errorf("%q finds %+v, %v", forged, found, err)
			}
		}
		w.wantAlive("the session of the one who was not named", token, start, true)
	})
}

// What lies elsewhere and what is nowhere have one answer; here, a wrong role is
// told apart.
func TestForeignIsNotFound(t *testing.T) {
	each(t, func(w world) {
		reviewer := w.actor(w.person("zhang", "J330402", access.Grant{Role: access.FirstReviewer}), start)
		office := w.actor(w.person("wang", "H33040200001.YB", access.Grant{Role: access.InsuranceOffice}), start)
		beside := w.person("beside", "J330411")
		head := w.actor(w.person("zhao", "H33040200001.GK", access.Grant{Role: access.DepartmentHead}), start)
		for _, c := range []struct {
			actor  *access.Actor
			op     *access.Operation
			at     access.Target
			kind   error
			code   string
			reason string
		}{
			{reviewer, decide, access.Target{Organisation: "H33040200001.GK"}, nil, "", "its own county"},
			{reviewer, decide, access.Target{Organisation: "J330411"}, access.ErrNotFound, "not_found", "the county beside"},
			{reviewer, decide, access.Target{Organisation: "J330400"}, access.ErrNotFound, "not_found", "the city above"},
			{reviewer, decide, access.Target{Organisation: "J404"}, access.ErrNotFound, "not_found", "nowhere"},
			{reviewer, decide, access.Target{Region: "330499"}, access.ErrNotFound, "not_found", "the city's pool"},
			{reviewer, decide, access.Target{}, access.ErrNotFound, "not_found", "the installation"},
			{reviewer, answer, access.Target{Organisation: "J330402"}, access.ErrForbidden, "role", "another's work, here"},
			{reviewer, answer, access.Target{Organisation: "H33040200001"}, access.ErrNotFound, "not_found", "another organisation's own"},
			{reviewer, decide, access.Target{Holder: office.ID}, nil, "", "an account of its county"},
			{reviewer, decide, access.Target{Holder: beside}, access.ErrNotFound, "not_found", "an account of the county beside"},
			{reviewer, decide, access.Target{Holder: "RY000001"}, access.ErrNotFound, "not_found", "the installation's administrator"},
			{office, answer, access.Target{Organisation: "H33040200001"}, nil, "", "the institution of the office"},
			{office, answer, access.Target{Organisation: "H33040200001.GK"}, nil, "", "a department of it"},
			{office, decide, access.Target{Organisation: "H33040200001"}, access.ErrForbidden, "role", "a decision on itself"},
			{office, decide, access.Target{Region: "330402"}, access.ErrNotFound, "not_found", "the region around it"},
			{head, answer, access.Target{Organisation: "H33040200001.GK"}, nil, "", "the own department"},
			{head, answer, access.Target{Organisation: "H33040200001"}, access.ErrNotFound, "not_found", "the whole institution"},
			{nil, decide, access.Target{Organisation: "J330402"}, access.ErrUnauthenticated, "unauthenticated", "nobody"},
		} {
			w.sub(c.reason, func(w world) {
				w.wants(w.a.Authorize(ctx, w.d, c.actor, c.op, c.at), c.kind, c.code)
			})
		}
	})
}

// The condition of a reviewer with two roles in one region is one range of it.
func TestReachIsOneRange(t *testing.T) {
	each(t, func(w world) {
		actor := w.actor(w.person("zhang", "J330400", access.Grant{Role: access.FirstReviewer}, access.Grant{Role: access.PanelMember}), start)
		q := w.d.NewSelect().Table("organisation").ApplyQueryBuilder(actor.Reach(look, access.Columns{Region: "region"}))
		if got, want := q.String(), `SELECT * FROM "organisation" WHERE ((("region" BETWEEN '330400' AND '330499')))`; got != want {
			w.Errorf("asks %s, want %s", got, want)
		}
	})
}
