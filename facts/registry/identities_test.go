package registry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"

	"yiheng/facts/registry"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/seal"
)

var ctx = context.Background()

// openRing opens the keys of a home, or makes them.
func openRing(t testing.TB, home string) (*seal.Ring, *seal.Key) {
	t.Helper()
	key, err := seal.OpenKey(filepath.Join(home, "key"))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.OpenRing(filepath.Join(home, "ring"), key)
	if err != nil {
		t.Fatal(err)
	}
	return ring, key
}

func newRing(t testing.TB) *seal.Ring {
	ring, _ := openRing(t, t.TempDir())
	return ring
}

func open(t testing.TB, d *db.DB, ring *seal.Ring) *registry.Registry {
	t.Helper()
	r, err := registry.Open(ctx, d, ring)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func keep(t testing.TB, r *registry.Registry, kind, id string, fields map[string]string) {
	t.Helper()
	if err := r.Keep(kind, id, fields); err != nil {
		t.Fatal(err)
	}
}

func flush(t testing.TB, r *registry.Registry) {
	t.Helper()
	if err := r.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

func wantIdentity(t testing.TB, r *registry.Registry, kind, id string, want map[string]string) {
	t.Helper()
	got, err := r.Identity(ctx, kind, id)
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("identity of %s %s: %v, %v, want %v", kind, id, got, err, want)
	}
}

func wantFound(t testing.TB, r *registry.Registry, kind, field, value string, want ...string) {
	t.Helper()
	got, err := r.Find(ctx, kind, field, value)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s with %s %q: %v, %v, want %v", kind, field, value, got, err, want)
	}
}

func TestKeepAndFind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d, newRing(t))
		zhang := map[string]string{"psn_name": "张三", "certno": "33040219900101123x", "addr": "嘉兴市 'a' \\ 1号"}
		keep(t, r, "psn", "P1", zhang)
		keep(t, r, "psn", "P2", map[string]string{"psn_name": "张三", "tel": "13800000000"})
		keep(t, r, "dr", "P1", map[string]string{"bilg_dr_name": "李四"})
		keep(t, r, "psn", "", map[string]string{"psn_name": "无号"})
		keep(t, r, "psn", "P3", nil)
		flush(t, r)

		wantIdentity(t, r, "psn", "P1", zhang)
		wantIdentity(t, r, "dr", "P1", map[string]string{"bilg_dr_name": "李四"})
		wantIdentity(t, r, "psn", "P3", nil)
		wantFound(t, r, "psn", "psn_name", "张三", "P1", "P2")
		wantFound(t, r, "psn", "psn_name", "李四")
		wantFound(t, r, "psn", "certno", " 33040219900101123X ", "P1")
		wantFound(t, r, "psn", "tel", "33040219900101123X")
		if _, err := r.Find(ctx, "psn", "addr", "嘉兴市"); !errors.Is(err, registry.ErrField) {
			t.Errorf("look-up by address: %v", err)
		}
	})
}

func TestNewerValueWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ring := newRing(t)
		r := open(t, d, ring)
		keep(t, r, "psn", "P1", map[string]string{"psn_name": "张三", "tel": "1", "addr": "旧址"})
		flush(t, r)
		keep(t, r, "psn", "P1", map[string]string{"psn_name": "张三丰", "tel": "", "mob": "2"})
		flush(t, r)
		wantIdentity(t, r, "psn", "P1", map[string]string{"psn_name": "张三丰", "tel": "1", "mob": "2", "addr": "旧址"})
		wantFound(t, r, "psn", "psn_name", "张三")
		wantFound(t, r, "psn", "psn_name", "张三丰", "P1")
		wantFound(t, r, "psn", "tel", "1", "P1")

		// Within one group, back to an earlier value, and in another process.
		keep(t, r, "psn", "P1", map[string]string{"tel": "3"})
		keep(t, r, "psn", "P1", map[string]string{"tel": "4"})
		keep(t, r, "psn", "P1", map[string]string{"tel": "3"})
		flush(t, r)
		wantFound(t, r, "psn", "tel", "3", "P1")
		wantFound(t, r, "psn", "tel", "4")
		other := open(t, d, ring)
		keep(t, other, "psn", "P1", map[string]string{"tel": "5"})
		flush(t, other)
		wantFound(t, r, "psn", "tel", "5", "P1")
		if n, err := d.NewSelect().Table("identity_blind").Count(ctx); err != nil || n != 3 {
			t.Errorf("index has %d entries, %v, want those of psn_name, tel, mob", n, err)
		}
	})
}

func TestNothingReadableInTheDatabase(t *testing.T) {
	d := dbtest.OpenSQLite(t)
	r := open(t, d, newRing(t))
	secrets := map[string]string{"psn_name": "欧阳修远", "certno": "330402199001011234", "tel": "13812345678", "addr": "嘉兴市南湖区"}
	keep(t, r, "psn", "P1", secrets)
	flush(t, r)
	if _, err := d.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(d.Where())
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range secrets {
		if bytes.Contains(file, []byte(value)) {
			t.Errorf("%s stands in the database file as it is", name)
		}
	}
	if !bytes.Contains(file, []byte("P1")) {
		t.Error("the file holds not even the id: this test looks at the wrong file")
	}
}

func TestForeignKeyAndMovedRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d, newRing(t))
		keep(t, r, "psn", "P1", map[string]string{"psn_name": "张三"})
		keep(t, r, "psn", "P2", map[string]string{"psn_name": "李四"})
		flush(t, r)
		if _, err := registry.Open(ctx, d, newRing(t)); !errors.Is(err, registry.ErrKey) {
			t.Errorf("other keys: %v", err)
		}
		if _, err := d.ExecContext(ctx, "UPDATE identity SET sealed = (SELECT sealed FROM identity WHERE id = 'P2') WHERE id = 'P1'"); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Identity(ctx, "psn", "P1"); !errors.Is(err, seal.ErrTampered) {
			t.Errorf("a row that carries another person's identity: %v", err)
		}
	})
}

func TestConcurrentKeep(t *testing.T) {
	r := open(t, dbtest.OpenSQLite(t), newRing(t))
	const workers, persons = 4, 6000
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := range persons {
				id := fmt.Sprintf("P%d", (i+w*persons/2)%(persons*2))
				if err := r.Keep("psn", id, map[string]string{"psn_name": "N" + id, fmt.Sprintf("tel%d", w): id}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	flush(t, r)
	for i := range persons * 2 {
		id := fmt.Sprintf("P%d", i)
		got, err := r.Identity(ctx, "psn", id)
		if err != nil || got["psn_name"] != "N"+id {
			t.Fatalf("%s: %v, %v", id, got, err)
		}
	}
}

// BenchmarkKeep keeps new persons with six fields each, three of them searchable.
func BenchmarkKeep(b *testing.B) {
	r := open(b, dbtest.OpenSQLite(b), newRing(b))
	i := 0
	for b.Loop() {
		i++
		keep(b, r, "psn", fmt.Sprintf("33040000000000%08d", i), map[string]string{
			"psn_name": fmt.Sprintf("姓名%d", i%30000), "certno": fmt.Sprintf("330402%012d", i), "tel": fmt.Sprintf("138%08d", i),
			"addr": fmt.Sprintf("嘉兴市南湖区某某街道某某路%d号", i), "coner_name": fmt.Sprintf("亲属%d", i%30000), "hsreg_addr_poscode": "314000",
		})
	}
	flush(b, r)
}
