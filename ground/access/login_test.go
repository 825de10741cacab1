package access_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// Whatever is wrong with login and password, the answer is one.
func TestOneAnswer(t *testing.T) {
	each(t, func(w world) {
		w.person("zhang", "J330402")
		closed := w.person("closed", "J330402")
		w.do(start, func(tx *db.Tx) error { return w.a.CloseHolder(ctx, tx, closed) })
		var late, oneOff string
		w.do(start, func(tx *db.Tx) (err error) {
			if late, err = w.a.AddPerson(ctx, tx, "late", "J330402", access.Identity{Name: "迟"}); err != nil {
				return err
			}
			if _, err = w.a.AddPerson(ctx, tx, "fresh", "J330402", access.Identity{Name: "新"}); err != nil {
				return err
			}
			if _, err = w.a.AddService(ctx, tx, "service", "J330402", "系统"); err != nil {
				return err
			}
			return nil
		})
		admin := w.actor("RY000001", start)
		w.do(start, func(tx *db.Tx) (err error) {
			oneOff, err = w.a.GiveOneOff(ctx, tx, admin, late)
			return err
		})
		_, wrong := w.verify("zhang", goodPassword+"x", "", start)
		w.wants(wrong, access.ErrUnauthenticated, "credentials")
		for name, c := range map[string]struct {
			login, password string
			at              time.Time
		}{
			"an unknown login":       {"nobody", goodPassword, start},
			"no login":               {"", goodPassword, start},
			"SQL":                    {"zhang' --", goodPassword, start},
			"no password":            {"zhang", "", start},
			"an endless password":    {"zhang", string(make([]byte, 1<<20)), start},
			"a closed person":        {"closed", goodPassword, start.Add(time.Second)},
			"a person without one":   {"fresh", "", start},
			"a service account":      {"service", "", start},
			"a one-off that is over": {"late", oneOff, start.Add(73 * time.Hour)},
			"a zero byte":            {"zhang\x00", goodPassword, start},
			"half a character":       {"zhang\xe5", goodPassword, start},
		} {
			if _, err := w.verify(c.login, c.password, "", c.at); err == nil || err.Error() != wrong.Error() || !errors.Is(err, access.ErrUnauthenticated) {
				w.Errorf("%s: %v, want %v", name, err, wrong)
			}
		}
		if v, err := w.verify(" ZHANG ", goodPassword, "", start); err != nil || v.MustChange {
			w.Errorf("the right password: %+v, %v", v, err)
		}
		if v, err := w.verify("late", oneOff, "", start.Add(time.Hour)); err != nil || !v.MustChange {
			w.Errorf("a one-off in time: %+v, %v", v, err)
		}
	})
}

// An unknown login costs the hash that a known one costs: the quickest of several
// measurements differs by less than the hash itself.
func TestOneWork(t *testing.T) {
	policy := accesstest.Policy()
	policy.Hash = access.HashCost{Memory: 16 << 10, Passes: 3, Lanes: 1}
	policy.FreeFailures, policy.AddressFailures = 1000, 1000
	w := newWorld(t, dbtest.OpenSQLite(t), policy)
	w.person("zhang", "J330402")
	quickest := func(login string) time.Duration {
		var all []time.Duration
		for range 7 {
			before := time.Now()
			if _, err := w.verify(login, "wrong", "", start); err == nil {
				w.Fatal("let in")
			}
			all = append(all, time.Since(before))
		}
		return slices.Min(all)
	}
	known, unknown := quickest("zhang"), quickest("nobody")
	w.Logf("wrong password %v, unknown login %v", known, unknown)
	if known > 2*unknown || unknown > 2*known {
		w.Errorf("wrong password takes %v, unknown login %v", known, unknown)
	}
}

// Guesses come to an end, also with the right one among them, also all at once,
// also for an account that does not exist; the wait grows, and ends.
func TestBruteForce(t *testing.T) {
	each(t, func(w world) {
		w.person("zhang", "J330402")
		for _, login := range []string{"zhang", "nobody"} {
			var mu sync.Mutex
			answers := map[string]int{}
			var all sync.WaitGroup
			for i := range 40 {
				all.Go(func() {
					_, err := w.verify(login, fmt.Sprint("guess", i), "", start)
					var p *access.Problem
					if !errors.As(err, &p) {
						w.Errorf("%v", err)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					answers[p.Code]++
				})
			}
			all.Wait()
			if answers["credentials"] != 5 || answers["locked"] != 35 {
				w.Errorf("%s: %v, want 5 guesses measured", login, answers)
			}
		}
		_, err := w.verify("zhang", goodPassword, "", start.Add(59*time.Second))
		w.wants(err, access.ErrLocked, "locked")
		_, err = w.verify("zhang", "wrong", "", start.Add(time.Minute))
		w.wants(err, access.ErrUnauthenticated, "credentials")
		_, err = w.verify("zhang", goodPassword, "", start.Add(2*time.Minute))
		w.wants(err, access.ErrLocked, "locked")
		if _, err = w.verify("zhang", goodPassword, "", start.Add(3*time.Minute)); err != nil {
			w.Errorf("after the wait: %v", err)
		}
		for range 4 {
			_, err = w.verify("zhang", "wrong", "", start.Add(4*time.Minute))
			w.wants(err, access.ErrUnauthenticated, "credentials")
		}
		if _, err = w.verify("zhang", goodPassword, "", start.Add(4*time.Minute)); err != nil {
			w.Errorf("a login clears the count of before: %v", err)
		}
		for range 5 {
			_, _ = w.verify("zhang", "wrong", "", start.Add(5*time.Minute))
		}
		w.do(start.Add(5*time.Minute), func(tx *db.Tx) error { return w.a.Unlock(ctx, tx, "Zhang") })
		if _, err = w.verify("zhang", goodPassword, "", start.Add(5*time.Minute)); err != nil {
			w.Errorf("unlocked: %v", err)
		}
	})
}

// One password tried on many accounts from one address comes to an end, and an
// account of one's own does not help.
func TestSpraying(t *testing.T) {
	each(t, func(w world) {
		w.person("thief", "J330402")
		measured := 0
		for i := range 200 {
			_, err := w.verify(fmt.Sprint("user", i), "Spring2026!", "", start)
			if errors.Is(err, access.ErrUnauthenticated) {
				measured++
			}
			_, _ = w.verify("thief", goodPassword, "", start)
		}
		if measured != 30 {
			w.Errorf("%d accounts tried, want 30", measured)
		}
		if _, err := w.a.Verify(ctx, access.Attempt{Login: "thief", Password: goodPassword, Address: "10.0.0.2", At: start}); err != nil {
			w.Errorf("from another address: %v", err)
		}
		// A hospital behind one address, where somebody errs every minute, goes on working.
		for i := range 200 {
			at := start.Add(24*time.Hour + time.Duration(i)*time.Minute)
			if _, err := w.verify(fmt.Sprint("staff", i), "wrong", "", at); !errors.Is(err, access.ErrUnauthenticated) {
				w.Fatalf("error %d of a large institution: %v", i, err)
			}
		}
	})
}

func TestSecondFactor(t *testing.T) {
	each(t, func(w world) {
		id := w.person("zhang", "J330402", access.Grant{Role: access.SystemAdministrator})
		token := w.login("zhang", goodPassword, "", start)
		actor, err := w.a.Resume(ctx, token, start)
		if err != nil {
			w.Fatal(err)
		}
		w.wants(actor.May(access.KeepDirectory), access.ErrForbidden, "second_factor")
		confirm := func(code string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				_, err := w.a.ConfirmFactor(ctx, tx, actor, code)
				return err
			}
		}
		w.refused(start, access.ErrConflict, "factor_not_enrolled", confirm("123456"))
		var otp access.OTP
		enrol := func(given string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				fresh, err := w.a.Enrol(ctx, tx, id, given)
				if err == nil {
					otp = fresh
				}
				return err
			}
		}
		w.refused(start, access.ErrInvalid, "otp_uri", enrol("https://example.org"))
		w.do(start, enrol("otpauth://totp/Token:T-001?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
		w.do(start, enrol("")) // the first was not confirmed
		if _, err := w.verify("zhang", goodPassword, "", start); err != nil {
			w.Errorf("an unconfirmed factor locks out: %v", err)
		}
		w.refused(start, access.ErrInvalid, "factor_code", confirm("000000"))
		var recovery []string
		w.do(start, func(tx *db.Tx) (err error) {
			recovery, err = w.a.ConfirmFactor(ctx, tx, actor, accesstest.Code(otp, start))
			return err
		})
		if actor, err = w.a.Resume(ctx, token, start); err != nil || actor.May(access.KeepDirectory) != nil {
			w.Errorf("after confirming: %v, %v", err, actor.May(access.KeepDirectory))
		}
		w.refused(start, access.ErrConflict, "factor_exists", enrol(""))
		wantNowhere(w, recovery[0], recovery[9], otp.URI(), string(otp.Secret))

		later := start.Add(10 * time.Minute)
		code := accesstest.Code(otp, later)
		_, err = w.verify("zhang", goodPassword, "", later)
		w.wants(err, access.ErrUnauthenticated, "second_factor_needed")
		_, err = w.verify("zhang", "wrong", code, later)
		w.wants(err, access.ErrUnauthenticated, "credentials")
		_, err = w.verify("zhang", goodPassword, accesstest.Code(otp, later.Add(-2*time.Minute)), later)
		w.wants(err, access.ErrUnauthenticated, "second_factor_wrong")
		if actor, err = w.a.Resume(ctx, w.login("zhang", goodPassword, code, later), later); err != nil || !actor.SecondFactor {
			w.Errorf("with both: %+v, %v", actor, err)
		}
		// The code is worth nothing again, nor is the one before it.
		for _, used := range []string{code, accesstest.Code(otp, later.Add(-30*time.Second))} {
			_, err = w.verify("zhang", goodPassword, used, later.Add(10*time.Second))
			w.wants(err, access.ErrUnauthenticated, "second_factor_wrong")
		}
		w.login("zhang", goodPassword, recovery[0], later)
		_, err = w.verify("zhang", goodPassword, recovery[0], later)
		w.wants(err, access.ErrUnauthenticated, "second_factor_wrong")

		// Of one code used at once, one login comes.
		at := later.Add(time.Hour)
		var mu sync.Mutex
		in := 0
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := w.verify("zhang", goodPassword, accesstest.Code(otp, at), at); err == nil {
					mu.Lock()
					defer mu.Unlock()
					in++
				}
			})
		}
		all.Wait()
		if in != 1 {
			w.Errorf("one code let in %d", in)
		}
		w.do(at, func(tx *db.Tx) error { return w.a.DropFactor(ctx, tx, w.grantor, id) })
		w.refused(at, access.ErrNotFound, "not_found", func(tx *db.Tx) error { return w.a.DropFactor(ctx, tx, w.grantor, id) })
		w.do(at, func(tx *db.Tx) error { return w.a.Unlock(ctx, tx, "zhang") })
		w.login("zhang", goodPassword, "", at)
	})
}

// Guessing the second factor with a stolen password is locked like the password.
func TestSecondFactorBruteForce(t *testing.T) {
	each(t, func(w world) {
		id := w.person("zhang", "J330402")
		var otp access.OTP
		w.do(start, func(tx *db.Tx) (err error) {
			otp, err = w.a.Enrol(ctx, tx, id, "")
			return err
		})
		w.do(start, func(tx *db.Tx) error {
			_, err := w.a.ConfirmFactor(ctx, tx, w.actor(id, start), accesstest.Code(otp, start))
			return err
		})
		at, wrong := start.Add(time.Hour), 0
		for i := range 50 {
			code := fmt.Sprintf("%06d", i)
			if code == accesstest.Code(otp, at) {
				continue
			}
			if _, err := w.verify("zhang", goodPassword, code, at); errors.Is(err, access.ErrUnauthenticated) {
				wrong++
			}
		}
		if wrong != 5 {
			w.Errorf("%d codes tried, want 5", wrong)
		}
	})
}

// A password of an older cost is stored anew at the next login, and only then.
func TestHashFollowsPolicy(t *testing.T) {
	each(t, func(w world) {
		w.person("zhang", "J330402")
		stored := func() (hash string) {
			if err := w.d.NewSelect().Table("password").Column("hash").Order("id DESC").Limit(1).Scan(ctx, &hash); err != nil {
				w.Fatal(err)
			}
			return hash
		}
		before := stored()
		policy := accesstest.Policy()
		policy.Hash.Passes = 2
		a, err := access.Open(ctx, w.d, w.ring, policy)
		if err != nil {
			w.Fatal(err)
		}
		w.a = a
		_, _ = w.verify("zhang", "wrong", "", start)
		if stored() != before {
			w.Error("a wrong password was stored anew")
		}
		v, err := w.verify("zhang", goodPassword, "", start)
		if err != nil || stored() != before {
			w.Error("the hash changes before the login is journalled", err)
		}
		w.do(start, func(tx *db.Tx) error {
			_, err := w.a.Begin(ctx, tx, v, "")
			return err
		})
		after := stored()
		if after == before || !v.Renewed {
			w.Error("the hash stays as it was, or nobody is told")
		}
		w.login("zhang", goodPassword, "", start)
		if stored() != after {
			w.Error("the hash is stored anew at every login")
		}
	})
}

// Who keeps the accounts gives a first password; a further one, or a new second
// factor, is the security officer's, so that no one of them becomes another.
func TestWhoResets(t *testing.T) {
	each(t, func(w world) {
		admin := w.actor("RY000001", start)
		var id string
		w.do(start, func(tx *db.Tx) (err error) {
			id, err = w.a.AddPerson(ctx, tx, "zhang", "J330402", access.Identity{Name: "张三"})
			return err
		})
		give := func(by *access.Actor, holder string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				_, err := w.a.GiveOneOff(ctx, tx, by, holder)
				return err
			}
		}
		drop := func(by *access.Actor, holder string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error { return w.a.DropFactor(ctx, tx, by, holder) }
		}
		foreign := w.actor(w.person("foreign", "J330411", access.Grant{Role: access.SecurityOfficer, Organisation: "J330411"}), start)
		w.refused(start, access.ErrForbidden, "role", give(w.grantor, id))
		w.do(start, give(admin, id))
		w.refused(start, access.ErrForbidden, "role", give(admin, id))
		w.refused(start, access.ErrNotFound, "not_found", give(foreign, id))
		w.do(start, give(w.grantor, id))
		w.do(start, give(admin, w.grantor.ID)) // the security officer of this test has none yet
		w.refused(start, access.ErrForbidden, "role", give(admin, w.grantor.ID))
		w.refused(start, access.ErrForbidden, "one_off_self", give(w.grantor, w.grantor.ID))
		w.refused(start, access.ErrForbidden, "role", drop(admin, w.grantor.ID))
		w.refused(start, access.ErrNotFound, "not_found", drop(foreign, id))
		w.refused(start, access.ErrForbidden, "factor_self", drop(w.grantor, w.grantor.ID))
		w.refused(start, access.ErrUnauthenticated, "unauthenticated", drop(nil, id))
	})
}

func TestPasswordLife(t *testing.T) {
	each(t, func(w world) {
		id := w.person("zhang", "J330402")
		prepare := func(password string) error {
			_, err := w.a.PreparePassword(ctx, id, password, start)
			return err
		}
		w.wants(prepare("short"), access.ErrInvalid, "password_short")
		w.wants(prepare(goodPassword), access.ErrInvalid, "password_history")
		for i := range 5 {
			w.password(id, fmt.Sprint("Rivers7南湖-", i), start)
		}
		w.wants(prepare("Rivers7南湖-0"), access.ErrInvalid, "password_history")
		w.wants(prepare(goodPassword), nil, "")
		_, err := w.a.PreparePassword(ctx, "RY404404", goodPassword, start)
		w.wants(err, access.ErrNotFound, "not_found")

		// Two changes prepared at once: the second is refused.
		first, err := w.a.PreparePassword(ctx, id, "Erste-Änderung-1", start)
		if err != nil {
			w.Fatal(err)
		}
		second, err := w.a.PreparePassword(ctx, id, "Zweite-Änderung-2", start)
		if err != nil {
			w.Fatal(err)
		}
		w.do(start, func(tx *db.Tx) error { return w.a.SetPassword(ctx, tx, first) })
		w.refused(start, access.ErrConflict, "password_changed", func(tx *db.Tx) error { return w.a.SetPassword(ctx, tx, second) })

		for days, must := range map[int]bool{89: false, 90: true, 400: true} {
			at := start.Add(time.Duration(days) * 24 * time.Hour)
			v, err := w.verify("zhang", "Erste-Änderung-1", "", at)
			if err != nil || v.MustChange != must {
				w.Errorf("after %d days: %+v, %v", days, v, err)
			}
		}
	})
}
