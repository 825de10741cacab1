package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// forge changes the database of a home behind the program's back.
func forge(t *testing.T, home, query string, args ...any) {
	t.Helper()
	d, err := db.Open(t.Context(), home)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.NewRaw(query, args...).Exec(t.Context())
	if err = errors.Join(err, d.Close()); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// TestForgedAccounts: a certificate of enforcement that somebody prolongs, a password that
// somebody puts in the place of another's, a second factor that is taken away, each in the
// database, are found out; what the door does with them is not.
func TestForgedAccounts(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		w.admin.does("PUT", "/api/people/"+w.leader.id+"/certificate", `{"number":"33010012345","valid_to":"2026-01-31"}`, nil)
		w.officer.does("POST", "/api/people/"+w.other.id+"/factor/drop", `{"reason":"手机遗失"}`, nil)
		var given struct {
			Password string `json:"one_off_password"`
		}
		w.officer.does("POST", "/api/people/"+w.other.id+"/password", `{"reason":"忘记口令"}`, &given)
		w.other.does("POST", "/api/login", fmt.Sprintf(`{"login":"other","password":%q}`, given.Password), nil)
		for k := range 6 { // more than are kept
			next := fmt.Sprintf("Okapi-Numbat-%d", k)
			w.other.does("PUT", "/api/me/password", fmt.Sprintf(`{"current":%q,"password":%q}`, given.Password, next), nil)
			given.Password = next
		}
		w.other.does("POST", "/api/me/factor", fmt.Sprintf(`{"current":%q}`, given.Password), nil)
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
		yiheng(t, home, "seal", "rotate")
		wantText(t, yiheng(t, home, "verify"), "未发现改动")

		forge(t, home, "UPDATE certificate SET valid_to = '2099-12-31'")
		wantText(t, fails(t, home, "verify"), "certificate "+w.leader.id+" 被改动", "1 处")
		forge(t, home, "UPDATE password SET hash = (SELECT hash FROM password WHERE holder = ? ORDER BY id DESC LIMIT 1) WHERE holder = ?", w.other.id, w.admin.id)
		wantText(t, fails(t, home, "verify"), "password "+w.admin.id+" 被改动", "2 处")
		forge(t, home, "INSERT INTO password SELECT id + 1000, ?, hash, set_at, expires, one_off FROM password WHERE holder = ? ORDER BY id DESC LIMIT 1", w.officer.id, w.other.id)
		wantText(t, fails(t, home, "verify"), "password "+w.officer.id+" 被改动", "3 处")
		forge(t, home, "DELETE FROM second_factor WHERE holder = ?", w.officer.id)
		wantText(t, fails(t, home, "verify"), "factor "+w.officer.id+" 缺失", "4 处")
		forge(t, home, "UPDATE second_factor SET confirmed = ? WHERE holder = ?", true, w.other.id)
		wantText(t, fails(t, home, "verify"), "factor "+w.other.id+" 被改动", "5 处")
	})
}

// TestHashStoredAnew: a password of another cost is stored anew by the login, whose entry
// says so.
func TestHashStoredAnew(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		w.stop()
		w.cheapen(t, w.leader)
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
		d := serve(t, home)
		v := &visitor{T: t, door: d, login: "leader"}
		code := accesstest.Code(w.leader.secret, time.Now().Add(30*time.Second))
		v.does("POST", "/api/login", fmt.Sprintf(`{"login":"leader","password":%q,"code":%q}`, w.leader.password, code), nil)
		d.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
		forge(t, home, "UPDATE password SET hash = replace(hash, 'm=65536,', 'm=65537,') WHERE holder = ?", w.leader.id)
		wantText(t, fails(t, home, "verify"), "password "+w.leader.id+" 被改动") // so it had the cost of the policy
	})
}

// cheapen gives somebody a password of a lesser cost.
func (w *town) cheapen(t *testing.T, v *visitor) {
	t.Helper()
	ctx := t.Context()
	h, a := w.opened(t, accesstest.Policy())
	defer h.Close()
	v.password = "Okapi-Numbat-47"
	change, err := a.PreparePassword(ctx, v.id, v.password, h.db.Now())
	if err != nil {
		t.Fatal(err)
	}
	err = h.db.Write(ctx, func(tx *db.Tx) error {
		if err := a.SetPassword(ctx, tx, change); err != nil {
			return err
		}
		found, err := committed[access.PasswordRow].Read(ctx, tx, []string{v.id})
		if err != nil {
			return err
		}
		_, err = journal.Append(ctx, tx, journal.Entry{
			Actor: v.id, Act: "access.change_password", Kind: access.HolderRow, ID: v.id,
			Rows: []journal.Row{{Kind: access.PasswordRow, ID: v.id, Content: found[v.id]}},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
