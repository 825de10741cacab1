package access_test

import (
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

const issuer = "https://login.example"

// A subject means a person once somebody bound it, until the binding ends; a login that the
// provider vouches for binds by itself, once.
func TestSubject(t *testing.T) {
	each(t, func(w world) {
		zhang, li := w.person("zhang", "J330402"), w.person("lisi", "J330402")
		vouch := func(subject, login string, at time.Time) error {
			_, err := w.a.VerifySubject(ctx, access.Provided{Issuer: issuer, Subject: subject, Login: login, Address: "1.2.3.4", At: at})
			return err
		}
		bind := func(holder, subject string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				_, err := w.a.BindSubject(ctx, tx, holder, issuer, subject)
				return err
			}
		}
		w.wants(vouch("s-1", "", start), access.ErrUnauthenticated, "oidc_account")
		w.wants(vouch("s-1", "nobody", start), access.ErrUnauthenticated, "oidc_account")
		w.refused(start, access.ErrInvalid, "subject", bind(zhang, ""))
		w.refused(start, access.ErrInvalid, "subject", bind(zhang, "a\x00b"))
		w.refused(start, access.ErrNotFound, "not_found", bind("RY999999", "s-1"))
		w.do(start, bind(zhang, "s-1"))
		w.refused(start, access.ErrConflict, "subject_taken", bind(zhang, "s-2"))
		w.refused(start, access.ErrConflict, "subject_taken", bind(li, "s-1"))
		wantNowhere(w, "s-1")
		w.wants(vouch("s-1", "", start), nil, "")
		w.wants(vouch("s-2", "zhang", start), access.ErrUnauthenticated, "oidc_account") // the login has another subject

		token := w.enters(access.Provided{Issuer: issuer, Subject: "s-2", Login: "LISI", Address: "1.2.3.4", At: start})
		if s, err := w.a.SubjectOf(ctx, w.d, issuer, li); err != nil || s == nil {
			w.Errorf("the login of the first time did not bind: %v, %v", s, err)
		}
		w.wants(vouch("s-3", "lisi", start), access.ErrUnauthenticated, "oidc_account")
		late := start.Add(100 * 24 * time.Hour) // the password is too old, and is not what this session hangs on
		actor, err := w.a.Resume(ctx, w.enters(access.Provided{Issuer: issuer, Subject: "s-2", Address: "1.2.3.4", At: late}), late)
		if err != nil || actor.ID != li || actor.MustChange {
			w.Errorf("%+v, %v", actor, err)
		}
		v, err := w.a.VerifySubject(ctx, access.Provided{Issuer: issuer, Subject: "s-2", Address: "1.2.3.4", At: start})
		if err != nil {
			w.Fatal(err)
		}
		w.do(start, func(tx *db.Tx) error {
			_, err := w.a.DropSubject(ctx, tx, issuer, li)
			return err
		})
		if w.resumes(token, start) {
			w.Error("the session outlives the binding")
		}
		w.refused(start, access.ErrUnauthenticated, "unauthenticated", func(tx *db.Tx) error {
			_, err := w.a.Begin(ctx, tx, v, "")
			return err
		})
		w.do(start, func(tx *db.Tx) error { return w.a.CloseHolder(ctx, tx, zhang) })
		w.wants(vouch("s-1", "", start), access.ErrUnauthenticated, "oidc_account")
		for range mostKnocks {
			if err = w.a.Knock(ctx, "9.9.9.9", start); err != nil {
				break
			}
		}
		w.wants(err, access.ErrLocked, "locked")
	})
}

// mostKnocks are more tries than any address has.
const mostKnocks = 100

// enters logs in whom a provider vouches for.
func (w world) enters(p access.Provided) (token string) {
	w.Helper()
	v, err := w.a.VerifySubject(ctx, p)
	if err != nil {
		w.Fatal(err)
	}
	w.do(p.At, func(tx *db.Tx) (err error) {
		token, err = w.a.Begin(ctx, tx, v, "")
		return err
	})
	return token
}

// A ticket opens for its purpose until its end, unchanged.
func TestTicket(t *testing.T) {
	each(t, func(w world) {
		text, err := w.a.SealTicket("oidc", map[string]string{"state": "x"}, start.Add(time.Minute))
		if err != nil {
			w.Fatal(err)
		}
		var got map[string]string
		for _, c := range []struct {
			name, purpose, text string
			at                  time.Time
			opens               bool
		}{
			{"as made", "oidc", text, start, true},
			{"for another purpose", "reset", text, start, false},
			{"over", "oidc", text, start.Add(time.Minute), false},
			{"altered", "oidc", text[:len(text)-2] + "AA", start, false},
			{"nothing", "oidc", "", start, false},
			{"no base64", "oidc", "%%%", start, false},
		} {
			if opens := w.a.OpenTicket(c.purpose, c.text, &got, c.at); opens != c.opens {
				w.Errorf("%s: opens %v", c.name, opens)
			}
		}
	})
}
