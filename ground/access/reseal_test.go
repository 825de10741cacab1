package access_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/seal"
)

// openHome opens the keys of a home and the room with them.
func openHome(t testing.TB, home string, d *db.DB) (*seal.Ring, *access.Access) {
	t.Helper()
	key, err := seal.OpenKey(filepath.Join(home, "seal.key"))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.OpenRing(filepath.Join(home, "data.keys"), key)
	if err != nil {
		t.Fatal(err)
	}
	a, err := access.Open(ctx, d, ring, accesstest.Policy())
	if err != nil {
		t.Fatal(err)
	}
	return ring, a
}

// TestKilledWhileResealing kills a process that turns the data key and seals anew,
// over and over, at one moment after the other: every value always opens, and what
// was left over is sealed anew afterwards.
func TestKilledWhileResealing(t *testing.T) {
	home := os.Getenv("ACCESS_TEST_HOME")
	child := home != ""
	if !child {
		home = t.TempDir()
	}
	d, err := db.OpenAt(ctx, home, "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ring, a := openHome(t, home, d)
	for child {
		if err := ring.Turn(); err != nil {
			t.Fatal(err)
		}
		for done := 1; done > 0; {
			if done, err = a.Reseal(ctx, 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	w := world{TB: t, d: d, a: a, grantor: accesstest.Grantor(t, d, a, start)}
	for i := range 20 {
		w.do(start, func(tx *db.Tx) error {
			_, err := a.AddPerson(ctx, tx, fmt.Sprint("person", i), "GRANTOR", access.Identity{Name: "张三", Phone: "13812345678"})
			return err
		})
	}
	admin := w.actor("RY000001", start)
	for i := range 4 {
		soon, cancel := context.WithTimeout(ctx, time.Duration(300+90*i)*time.Millisecond)
		process := exec.CommandContext(soon, os.Args[0], "-test.run=^TestKilledWhileResealing$")
		process.Env = append(os.Environ(), "ACCESS_TEST_HOME="+home)
		out, err := process.CombinedOutput()
		cancel()
		if err == nil || process.ProcessState.Exited() {
			t.Fatalf("the child was not killed: %v\n%s", err, out)
		}
		_, a = openHome(t, home, d)
		found, err := a.FindPersons(ctx, d, admin, access.KeepDirectory, "13812345678")
		if err != nil || len(found) != 20 {
			t.Fatalf("after kill %d: %d persons, %v", i, len(found), err)
		}
	}
	for done := 1; done > 0; {
		if done, err = a.Reseal(ctx, 100); err != nil {
			t.Fatal(err)
		}
	}
	ring, _ = openHome(t, home, d)
	var sealed [][]byte
	if err := d.NewSelect().Table("holder").Column("sealed").Scan(ctx, &sealed); err != nil {
		t.Fatal(err)
	}
	for _, value := range sealed {
		if ring.Stale(value) {
			t.Error("a value is sealed with an older key")
		}
	}
}

// TestReseal turns the data key and the master and seals all values anew in
// steps, the first of which are cut off; in between and after, all of them open.
func TestReseal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		home := t.TempDir()
		w := world{TB: t, d: d}
		w.ring, w.a = openHome(t, home, d)
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
		if err := seal.AddSecret(filepath.Join(home, "seal.key")); err != nil {
			t.Fatal(err)
		}
		w.ring, w.a = openHome(t, home, d)
		if err := w.ring.Turn(); err != nil {
			t.Fatal(err)
		}
		if done, err := w.a.Reseal(ctx, 2); err != nil || done != 6 {
			t.Errorf("the first step did %d, %v", done, err)
		}
		wantAll()
		w.ring, w.a = openHome(t, home, d) // as after a kill
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
