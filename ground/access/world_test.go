package access_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/seal"
)

var (
	ctx   = context.Background()
	start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
)

const goodPassword = "南湖Dwell7Rivers"

// world is a county with its agency, a hospital with a department, and the county
// beside it.
type world struct {
	testing.TB
	d    *db.DB
	a    *access.Access
	ring *seal.Ring

	grantor *access.Actor // the security officer who gives the grants of a test
}

func each(t *testing.T, f func(w world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newWorld(t, d, accesstest.Policy())) })
}

func newWorld(t testing.TB, d *db.DB, policy access.Policy) world {
	t.Helper()
	w := newHouse(t, d, policy)
	w.grantor = accesstest.Grantor(t, d, w.a, start)
	return w
}

// newHouse is a world in which nobody has started yet.
func newHouse(t testing.TB, d *db.DB, policy access.Policy) world {
	t.Helper()
	w := world{TB: t, d: d, ring: accesstest.Ring(t)}
	var err error
	if w.a, err = access.Open(ctx, d, w.ring, policy); err != nil {
		t.Fatal(err)
	}
	w.do(start, func(tx *db.Tx) error {
		for _, o := range []access.Organisation{
			{Code: "X330402", Kind: access.Administration, Name: "南湖区医疗保障局", Region: "330402"},
			{Code: "J330402", Kind: access.Agency, Name: "南湖区医保中心", Region: "330402"},
			{Code: "J330411", Kind: access.Agency, Name: "秀洲区医保中心", Region: "330411"},
			{Code: "J330400", Kind: access.Agency, Name: "嘉兴市医保中心", Region: "330400"},
			{Code: "P330402", Kind: access.Partner, Name: "南湖区公安分局", Region: "330402"},
			{Code: "H33040200001", Kind: access.Institution, Name: "南湖医院", Region: "330402"},
			{Code: "H33040200001.YB", Kind: access.Office, Name: "医保办", Parent: "H33040200001"},
			{Code: "H33040200001.GK", Kind: access.Department, Name: "骨科", Parent: "H33040200001"},
		} {
			if err := w.a.AddOrganisation(ctx, tx, o); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

// sub runs a part of the test under a name.
func (w world) sub(name string, f func(w world)) {
	w.TB.(*testing.T).Run(name, func(t *testing.T) {
		w.TB = t
		f(w)
	})
}

// do writes at an instant and must succeed, refused must not.
func (w world) do(at time.Time, f func(tx *db.Tx) error) {
	w.Helper()
	if err := accesstest.Write(w.d, at, f); err != nil {
		w.Fatal(err)
	}
}

func (w world) refused(at time.Time, kind error, code string, f func(tx *db.Tx) error) {
	w.Helper()
	w.wants(accesstest.Write(w.d, at, f), kind, code)
}

// wants checks an answer; a nil kind is no error.
func (w world) wants(err, kind error, code string) {
	w.Helper()
	var p *access.Problem
	if kind == nil && err == nil {
		return
	}
	if !errors.Is(err, kind) || !errors.As(err, &p) || p.Code != code || p.Text == "" {
		w.Errorf("answers %v, want %v, %q", err, kind, code)
	}
}

func (w world) grant(g access.Grant) func(tx *db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := w.a.AddGrant(ctx, tx, w.grantor, g)
		return err
	}
}

// person adds a person with a password and grants; login is the name.
func (w world) person(login, organisation string, grants ...access.Grant) (id string) {
	w.Helper()
	w.do(start, func(tx *db.Tx) (err error) {
		id, err = w.a.AddPerson(ctx, tx, login, organisation, access.Identity{Name: "张" + login})
		return err
	})
	for _, g := range grants {
		g.Holder = id
		if g.Organisation == "" && !g.Role.IsOfficer() {
			g.Organisation = organisation
		}
		w.do(start, w.grant(g))
	}
	w.password(id, goodPassword, start)
	return id
}

func (w world) password(id, password string, at time.Time) {
	w.Helper()
	c, err := w.a.PreparePassword(ctx, id, password, at)
	if err != nil {
		w.Fatal(err)
	}
	w.do(at, func(tx *db.Tx) error { return w.a.SetPassword(ctx, tx, c) })
}

func (w world) verify(login, password, code string, at time.Time) (*access.Verified, error) {
	return w.a.Verify(ctx, access.Attempt{Login: login, Password: password, Code: code, Address: "10.0.0.1", At: at})
}

// login logs in and returns the session's token.
func (w world) login(login, password, code string, at time.Time) (token string) {
	w.Helper()
	v, err := w.verify(login, password, code, at)
	if err != nil {
		w.Fatal(err)
	}
	w.do(at, func(tx *db.Tx) error {
		token, err = w.a.Begin(ctx, tx, v, "")
		return err
	})
	return token
}

func (w world) actor(id string, at time.Time) *access.Actor {
	w.Helper()
	actor, err := w.a.ActorOf(ctx, w.d, id, at)
	if err != nil {
		w.Fatal(err)
	}
	actor.SecondFactor = true
	return actor
}
