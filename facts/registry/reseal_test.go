package registry_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"yiheng/facts/registry"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/seal"
)

const persons = 23

func personID(i int) string { return fmt.Sprintf("P%02d", i) }

func keepPersons(t testing.TB, r *registry.Registry) {
	t.Helper()
	for i := range persons {
		keep(t, r, "psn", personID(i), map[string]string{"psn_name": "张三", "certno": fmt.Sprint("E", 1000+i)})
	}
	flush(t, r)
}

func wantPersons(t testing.TB, r *registry.Registry) {
	t.Helper()
	found, err := r.Find(ctx, "psn", "psn_name", "张三")
	if err != nil || len(found) != persons {
		t.Errorf("%d persons of one name, %v, want %d", len(found), err, persons)
	}
	wantFound(t, r, "psn", "certno", "E1007", personID(7))
}

func reseal(t testing.TB, r *registry.Registry, most int64) (all int) {
	t.Helper()
	for {
		done, err := r.Reseal(ctx, most)
		if err != nil {
			t.Fatal(err)
		}
		if done == 0 {
			return all
		}
		all += done
	}
}

func wantStale(t testing.TB, r *registry.Registry, want int64) {
	t.Helper()
	if n, err := r.Stale(ctx); err != nil || n != want {
		t.Errorf("%d identities are stale, %v, want %d", n, err, want)
	}
}

// sealedByTheKeyFile makes every identity as a registry without a ring wrote it.
func sealedByTheKeyFile(t testing.TB, d *db.DB, ring *seal.Ring, key *seal.Key) {
	t.Helper()
	var rows []struct {
		Kind, ID string
		Sealed   []byte
	}
	if err := d.NewSelect().Table("identity").Column("kind", "id", "sealed").Scan(ctx, &rows); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		plain, err := ring.Open(row.Sealed, row.Kind+"/"+row.ID)
		if err != nil {
			t.Fatal(err)
		}
		old := key.Seal(plain, row.Kind+"/"+row.ID)
		if _, err := d.NewRaw("UPDATE identity SET sealed = ? WHERE kind = ? AND id = ?", old, row.Kind, row.ID).Exec(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func TestResealWhatTheKeyFileSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		home := t.TempDir()
		ring, key := openRing(t, home)
		keepPersons(t, open(t, d, ring))
		sealedByTheKeyFile(t, d, ring, key)

		r := open(t, d, ring)
		wantPersons(t, r)
		wantStale(t, r, persons)
		keep(t, r, "psn", personID(3), map[string]string{"tel": "13800000000"})
		flush(t, r)
		wantIdentity(t, r, "psn", personID(3), map[string]string{"psn_name": "张三", "certno": "E1003", "tel": "13800000000"})
		wantStale(t, r, persons-1)
		if done, err := r.Reseal(ctx, 5); err != nil || done != 5 {
			t.Errorf("a step of 5 did %d, %v", done, err)
		}
		wantPersons(t, r)
		r = open(t, d, ring) // as after a kill
		if all := reseal(t, r, 5); all != persons-6 {
			t.Errorf("%d were sealed anew after the kill, want %d", all, persons-6)
		}
		wantStale(t, r, 0)
		wantPersons(t, r)
	})
}

// TestResealMeetsAnotherProcess turns the keys in one process while another, which
// has the ring open, goes on keeping.
func TestResealMeetsAnotherProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		home := t.TempDir()
		ring, _ := openRing(t, home)
		other, _ := openRing(t, home)
		r, there := open(t, d, ring), open(t, d, other)
		keepPersons(t, r)
		if err := ring.Turn(); err != nil {
			t.Fatal(err)
		}
		wantStale(t, r, persons)
		keep(t, there, "psn", "NEW", map[string]string{"psn_name": "李四"})
		flush(t, there)
		wantStale(t, r, persons)
		if all := reseal(t, r, 10); all != persons {
			t.Errorf("%d were sealed anew, want %d", all, persons)
		}
		wantStale(t, there, 0)
		wantPersons(t, there)
		wantFound(t, r, "psn", "psn_name", "李四", "NEW")
	})
}

func TestLostRing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		home := t.TempDir()
		ring, _ := openRing(t, home)
		keepPersons(t, open(t, d, ring))
		if err := os.Remove(filepath.Join(home, "ring")); err != nil {
			t.Fatal(err)
		}
		made, _ := openRing(t, home)
		if _, err := registry.Open(ctx, d, made); !errors.Is(err, registry.ErrKey) {
			t.Errorf("with the key file and a new ring: %v", err)
		}
	})
}

// TestKilledWhileResealing kills a process that turns the keys and seals identities
// anew, over and over: every one always opens, and what was left is sealed afterwards.
func TestKilledWhileResealing(t *testing.T) {
	home := os.Getenv("REGISTRY_TEST_HOME")
	child := home != ""
	if !child {
		home = t.TempDir()
	}
	d, err := db.OpenAt(ctx, home, "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ring, _ := openRing(t, home)
	r := open(t, d, ring)
	for child {
		if err := ring.Turn(); err != nil {
			t.Fatal(err)
		}
		reseal(t, r, 2)
	}
	keepPersons(t, r)
	for i := range 4 {
		soon, cancel := context.WithTimeout(ctx, time.Duration(250+90*i)*time.Millisecond)
		process := exec.CommandContext(soon, os.Args[0], "-test.run=^TestKilledWhileResealing$")
		process.Env = append(os.Environ(), "REGISTRY_TEST_HOME="+home)
		out, err := process.CombinedOutput()
		cancel()
		if err == nil || process.ProcessState.Exited() {
			t.Fatalf("the child was not killed: %v\n%s", err, out)
		}
		ring, _ = openRing(t, home)
		r = open(t, d, ring)
		wantPersons(t, r)
	}
	reseal(t, r, 10)
	wantStale(t, r, 0)
	wantPersons(t, r)
}
