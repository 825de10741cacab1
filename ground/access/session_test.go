package access_test

import (
	"strings"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

// resumes says whether a token still is somebody.
func (w world) resumes(token string, at time.Time) bool {
	w.Helper()
	actor, err := w.a.Resume(ctx, token, at)
	if err != nil {
		w.wants(err, access.ErrUnauthenticated, "unauthenticated")
	}
	return actor != nil
}

func (w world) wantAlive(name string, token string, at time.Time, want bool) {
	w.Helper()
	if w.resumes(token, at) != want {
		w.Errorf("%s: alive %t, want %t", name, !want, want)
	}
}

func TestSessionLife(t *testing.T) {
	each(t, func(w world) {
		w.person("zhang", "J330402")
		token := w.login("zhang", goodPassword, "", start)
		wantNowhere(w, token, token[4:20])
		w.wantAlive("at once", token, start, true)
		w.wantAlive("idle to the limit", token, start.Add(30*time.Minute-time.Second), true) // and so in use
		w.wantAlive("in use", token, start.Add(59*time.Minute), true)
		w.wantAlive("idle too long", token, start.Add(90*time.Minute), false)

		token = w.login("zhang", goodPassword, "", start)
		for m := time.Duration(0); m < 12*time.Hour; m += 20 * time.Minute {
			w.wantAlive("in use all day", token, start.Add(m), true)
		}
		w.wantAlive("after twelve hours", token, start.Add(12*time.Hour), false)
	})
}

func TestForgedTokens(t *testing.T) {
	each(t, func(w world) {
		w.person("zhang", "J330402")
		token := w.login("zhang", goodPassword, "", start)
		other := w.login("zhang", goodPassword, "", start)
		for name, forged := range map[string]string{
			"nothing": "", "a word": "admin", "the kind alone": "yhs_", "cut": token[:len(token)-1], "longer": token + "0",
			"half of each": token[:20] + other[20:], "one letter": strings.Replace(token, token[10:11], "~", 1),
			"as a service": "yht_" + token[4:], "SQL": "yhs_' OR '1'='1", "spaces": " " + token, "an endless one": strings.Repeat(token, 10000),
		} {
			w.wantAlive(name, forged, start, false)
			if _, err := w.a.ResumeToken(ctx, forged, start); err == nil {
				w.Errorf("%s: a service token", name)
			}
		}
		if _, err := w.a.ResumeToken(ctx, token, start); err == nil {
			w.Error("a session's token opens the machines' door")
		}
		w.wantAlive("the real one", token, start, true)
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(w world) {
		id := w.person("zhang", "J330402", access.Grant{Role: access.FirstReviewer})
		beside := w.person("wang", "J330402")
		one, two := w.login("zhang", goodPassword, "", start), w.login("zhang", goodPassword, "", start)
		foreign := w.login("wang", goodPassword, "", start)
		list, err := w.a.Sessions(ctx, w.d, id, start)
		if err != nil || len(list) != 2 || list[0].Address != "10.0.0.1" {
			w.Fatalf("sessions: %+v, %v", list, err)
		}
		actor, err := w.a.Resume(ctx, one, start)
		if err != nil {
			w.Fatal(err)
		}
		w.refused(start, access.ErrNotFound, "not_found", func(tx *db.Tx) error { return w.a.EndSession(ctx, tx, beside, actor.Session) })
		w.do(start, func(tx *db.Tx) error { return w.a.EndSession(ctx, tx, id, actor.Session) })
		w.wantAlive("the one ended", one, start, false)
		w.wantAlive("its sibling", two, start, true)
		w.do(start, func(tx *db.Tx) error { return w.a.Logout(ctx, tx, two) })
		w.do(start, func(tx *db.Tx) error { return w.a.Logout(ctx, tx, "yhs_nothing") })
		w.wantAlive("logged out", two, start, false)

		turned := w.login("wang", goodPassword, "", start)
		var next string
		w.do(start, func(tx *db.Tx) (err error) {
			next, err = w.a.Rotate(ctx, tx, turned)
			return err
		})
		w.wantAlive("turned", turned, start, false)
		w.wantAlive("its successor", next, start, true)
		for _, token := range []string{turned, "yhs_nothing"} {
			w.refused(start, access.ErrUnauthenticated, "unauthenticated", func(tx *db.Tx) error {
				_, err := w.a.Rotate(ctx, tx, token)
				return err
			})
		}

		// A login ends the session that the browser had, whoever put it there.
		planted := w.login("wang", goodPassword, "", start)
		v, err := w.verify("zhang", goodPassword, "", start)
		if err != nil {
			w.Fatal(err)
		}
		var fresh string
		w.do(start, func(tx *db.Tx) (err error) {
			fresh, err = w.a.Begin(ctx, tx, v, planted)
			return err
		})
		w.wantAlive("planted", planted, start, false)
		w.wantAlive("fresh", fresh, start, true)
		w.refused(start.Add(2*time.Minute), access.ErrUnauthenticated, "unauthenticated", func(tx *db.Tx) error {
			_, err := w.a.Begin(ctx, tx, v, "")
			return err
		})

		// A new password ends all; so does closing.
		again := w.login("zhang", goodPassword, "", start)
		w.password(id, "Neues-Passwort-7", start)
		for name, token := range map[string]string{"fresh": fresh, "again": again} {
			w.wantAlive(name+" after the password changed", token, start, false)
		}
		w.refused(start, access.ErrUnauthenticated, "unauthenticated", func(tx *db.Tx) error {
			_, err := w.a.Begin(ctx, tx, v, "")
			return err
		})
		last := w.login("zhang", "Neues-Passwort-7", "", start)
		w.do(start, func(tx *db.Tx) error { return w.a.CloseHolder(ctx, tx, id) })
		w.refused(start, access.ErrNotFound, "not_found", func(tx *db.Tx) error { return w.a.CloseHolder(ctx, tx, id) })
		w.wantAlive("of a closed person", last, start, false)
		w.wantAlive("of somebody else", foreign, start, true)
		w.do(start.Add(48*time.Hour), func(tx *db.Tx) error { return w.a.Sweep(ctx, tx) })
		for _, table := range []string{"session", "attempt"} {
			if n, err := w.d.NewSelect().Table(table).Count(ctx); err != nil || n != 0 {
				w.Errorf("%d rows of %s are kept after their time, %v", n, table, err)
			}
		}
	})
}

// A grant that ends, ends in the sessions under way too.
func TestRightsOfNow(t *testing.T) {
	each(t, func(w world) {
		id := w.person("zhang", "J330402", access.Grant{Role: access.FirstReviewer})
		token := w.login("zhang", goodPassword, "", start)
		may := func() error {
			actor, err := w.a.Resume(ctx, token, start)
			if err != nil {
				w.Fatal(err)
			}
			return actor.May(decide)
		}
		w.wants(may(), nil, "")
		grants, err := w.a.Grants(ctx, w.d, id)
		if err != nil || len(grants) != 1 {
			w.Fatalf("%+v, %v", grants, err)
		}
		w.do(start, func(tx *db.Tx) error { return w.a.EndGrant(ctx, tx, w.grantor, grants[0].ID) })
		w.wants(may(), access.ErrForbidden, "role")
	})
}
