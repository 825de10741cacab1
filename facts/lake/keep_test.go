package lake

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// The whole life of a lake on both databases: intake, replacement, compaction, expiry.
func TestLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := must(Open(ctx, d, t.TempDir(), []*Table{feeTable, personTable}, Options{Buckets: 3}))(t)
		var batches []*Batch
		for i := range 6 {
			b := feeBatch(id(i), uint64(i), 400, 2, i*400)
			batches = append(batches, b)
			intake(t, l, b)
		}
		people := personBatch(id(50), 70)
		pinned := intake(t, l, people)
		better := personBatch(id(51), 90)
		intake(t, l, better, people.Source)
		if err := errors.Join(l.Pin(ctx, pinned.ID, "run-1"), l.Pin(ctx, pinned.ID, "run-1"), l.Pin(ctx, pinned.ID, "run-2")); err != nil {
			t.Fatal(err)
		}
		if err := l.Pin(ctx, 99, "run-1"); !errors.Is(err, ErrNoEpoch) {
			t.Errorf("pin of no epoch: %v", err)
		}
		for _, name := range l.Tables() {
			must(l.Compact(ctx, name, 2))(t)
		}
		want := expected(l, batches...)

		x := must(l.Expire(ctx, 1))(t)
		last := must(l.Epoch(ctx, 0))(t)
		if !slices.Equal(x.Epochs, []int64{9, 8, 6, 5, 4, 3, 2, 1}) || last.ID != 10 {
			t.Errorf("expired %v of %d", x.Epochs, last.ID)
		}
		same(t, "fees", visible(t, l, last, feeTable), want)
		same(t, "people", visible(t, l, last, personTable), expected(l, better))
		same(t, "pinned fees", visible(t, l, pinned, feeTable), want)
		same(t, "pinned people", visible(t, l, pinned, personTable), expected(l, people))
		if _, err := l.Epoch(ctx, 3); !errors.Is(err, ErrNoEpoch) || !strings.Contains(err.Error(), "第 3 期") {
			t.Errorf("expired epoch: %v", err)
		}

		if err := errors.Join(l.Unpin(ctx, pinned.ID, "run-1"), l.Unpin(ctx, pinned.ID, "run-2")); err != nil {
			t.Fatal(err)
		}
		if x = must(l.Expire(ctx, 0))(t); len(x.Epochs) != 1 || x.Files == 0 {
			t.Errorf("after unpinning: %+v", x)
		}
		noOrphans(t, l, last)
		again := feeBatch(id(60), 60, 400, 2, 60*400)
		same(t, "after expiry", visible(t, l, intake(t, l, again), feeTable), expected(l, append(batches, again)...))
	})
}

// A table whose rows are all retired keeps working through compaction, expiry and a move.
func TestEmptied(t *testing.T) {
	home := t.TempDir()
	l := openTest(t, home)
	b := personBatch(id(1), 30)
	intake(t, l, b)
	intake(t, l, &Batch{Table: personTable, Source: id(2), Cols: make([]*Vector, 6)}, b.Source)
	c := must(l.Compact(ctx, "psn_info_b", 0))(t)
	if c.Dropped != 30 || c.After != 0 {
		t.Errorf("%+v", c)
	}
	must(l.Expire(ctx, 1))(t)
	l = move(t, l, home)
	if n := must(l.Relocate(ctx))(t); n != 2 { // Expire has created the other one
		t.Errorf("%d tables corrected", n)
	}
	same(t, "rows", visible(t, l, must(l.Epoch(ctx, 0))(t), personTable), nil)
	same(t, "again", visible(t, l, intake(t, l, b), personTable), expected(l, b))
}

// move moves the files of a lake away and opens it in the new place.
func move(t *testing.T, l *Lake, home string) *Lake {
	t.Helper()
	to := filepath.Join(home, "搬家 之后", "lake")
	if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.Rename(l.dir, to)); err != nil {
		t.Fatal(err)
	}
	return must(Open(ctx, l.db, to, []*Table{feeTable, personTable}, Options{}))(t)
}

func TestMoved(t *testing.T) {
	home := t.TempDir()
	l := openTest(t, home)
	one, two, three := feeBatch(id(1), 1, 500, 2, 0), feeBatch(id(2), 2, 500, 2, 500), feeBatch(id(3), 3, 500, 2, 1000)
	e1, e2 := intake(t, l, one), intake(t, l, two)
	e3 := intake(t, l, three, one.Source)
	e4 := must(l.Compact(ctx, "fee_list_d", 1))(t).Epoch
	if n := must(l.Relocate(ctx))(t); n != 0 {
		t.Errorf("%d tables corrected where nothing was moved", n)
	}

	l = move(t, l, home)
	if _, err := l.Files(ctx, e4, "fee_list_d", 0); !errors.Is(err, ErrMoved) || !strings.Contains(err.Error(), "relocate") {
		t.Errorf("reading a moved lake: %v", err)
	}
	if _, err := l.Begin(ctx); !errors.Is(err, ErrMoved) {
		t.Errorf("writing a moved lake: %v", err)
	}
	if n := must(l.Relocate(ctx))(t); n != 1 { // the other table was never written
		t.Errorf("%d tables corrected", n)
	}
	for _, step := range []struct {
		epoch Epoch
		want  []*Batch
	}{{e1, []*Batch{one}}, {e2, []*Batch{one, two}}, {e3, []*Batch{two, three}}, {e4, []*Batch{two, three}}} {
		same(t, "epoch", visible(t, l, must(l.Epoch(ctx, step.epoch.ID))(t), feeTable), expected(l, step.want...))
	}
	must(l.Expire(ctx, 1))(t)
	same(t, "again", visible(t, l, intake(t, l, one), feeTable), expected(l, one, two, three))
}

// Columns added at the end of a table are null in older rows; any other change of a
// table is refused.
func TestEvolve(t *testing.T) {
	home := t.TempDir()
	l := openTest(t, home)
	old := personBatch(id(1), 50)
	intake(t, l, old)

	wider := *personTable
	wider.Columns = append(slices.Clone(personTable.Columns), Column{"new_col", Money})
	l = must(Open(ctx, l.db, l.dir, []*Table{&wider}, Options{}))(t)
	b := personBatch(id(2), 20)
	b.Table, b.Cols = &wider, append(b.Cols, &Vector{Ints: make([]int64, 20)})
	padded := *old
	padded.Table, padded.Cols = &wider, append(slices.Clone(old.Cols), nil)
	e := intake(t, l, b)
	same(t, "wider", visible(t, l, e, &wider), expected(l, &padded, b))
	must(l.Compact(ctx, "psn_info_b", 1))(t)
	same(t, "compacted", visible(t, l, must(l.Epoch(ctx, 0))(t), &wider), expected(l, &padded, b))

	for _, bad := range []struct {
		want string
		cols []Column
	}{
		{"更新版本", personTable.Columns},
		{"只能在末尾增加列", append([]Column{{"first", Text}}, wider.Columns[:6]...)},
		{"只能在末尾增加列", append([]Column{{"psn_no", Money}}, wider.Columns[1:]...)},
	} {
		l := must(Open(ctx, l.db, l.dir, []*Table{{Name: "psn_info_b", Columns: bad.cols}}, Options{}))(t)
		if _, err := l.Begin(ctx); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%v, want %s", err, bad.want)
		}
	}
}

// The Iceberg library, as any other engine, reads our tables through the catalogue.
func TestOtherEngineReads(t *testing.T) {
	l := openTest(t, t.TempDir())
	b := feeBatch(id(1), 4, 5000, 3, 0)
	intake(t, l, b)
	it := must(l.catalog.LoadTable(ctx, identifier("fee_list_d")))(t)
	all := must(it.Scan().ToArrowTable(ctx))(t)
	if all.NumRows() != 5000 || int(all.NumCols()) != len(feeTable.columns()) {
		t.Fatalf("%d rows of %d columns", all.NumRows(), all.NumCols())
	}
	month := iceberg.EqualTo(iceberg.Reference(ColMonth), int64(2024*12+1))
	some := must(it.Scan(table.WithRowFilter(month)).ToArrowTable(ctx))(t)
	want := 0
	for _, p := range l.arrange(b) {
		if p.month == 2024*12+1 {
			want += len(p.rows)
		}
	}
	if int(some.NumRows()) != want || want == 0 {
		t.Errorf("%d rows in February, want %d", some.NumRows(), want)
	}
}

// Problems of the disk: what, where, why, what to do, and nothing becomes visible.
func TestDiskProblems(t *testing.T) {
	b := feeBatch(id(1), 4, 30_000, 3, 0)
	for _, p := range []struct {
		name, want string
		spoil      func(t *testing.T, dir string)
	}{
		{"full disk", "磁盘已满，本次写入未生效", func(t *testing.T, dir string) { smallDisk(t, dir) }},
		{"read only", "只读", func(t *testing.T, dir string) {
			smallDisk(t, dir)
			if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
				t.Fatal(err)
			}
		}},
		{"a file in the way", "创建目录", func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "data"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(p.name, func(t *testing.T) {
			l := openTest(t, t.TempDir())
			e := intake(t, l, personBatch(id(2), 10))
			w := must(l.Begin(ctx))(t)
			p.spoil(t, l.tableDir("fee_list_d"))
			err := w.Append(ctx, b)
			if err == nil || !strings.Contains(err.Error(), p.want) || !strings.Contains(err.Error(), l.dir) {
				t.Errorf("%v, want %s", err, p.want)
			}
			_ = w.Close()
			if now := must(l.Epoch(ctx, 0))(t); now.ID != e.ID {
				t.Errorf("epoch %d is visible", now.ID)
			}
		})
	}
}

// smallDisk mounts a file system of 1 MiB on dir; without the right to do so the
// test is left out.
func smallDisk(t *testing.T, dir string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("left out: needs Linux")
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("left out: no right to mount a small disk (%v)", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
}

func TestDamagedFile(t *testing.T) {
	l := openTest(t, t.TempDir())
	e := intake(t, l, feeBatch(id(1), 4, 2000, 1, 0))
	files := must(l.Files(ctx, e, "fee_list_d", 0))(t)
	whole := must(os.ReadFile(files[0].Path))(t)
	for _, bad := range []struct {
		name, want string
		content    []byte
	}{
		{"cut", "文件已损坏", whole[:len(whole)/2]},
		{"empty", "文件已损坏", nil},
		{"page altered", "文件已损坏", append(append(slices.Clone(whole[:3000]), whole[3000]^0xff), whole[3001:]...)},
		{"other format", "文件已损坏", []byte("psn_no,gend\n1,2\n3,4\n5,6\n")},
	} {
		if err := os.WriteFile(files[0].Path, bad.content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := readAll(files[0].Path); err == nil || !strings.Contains(err.Error(), bad.want) || !strings.Contains(err.Error(), files[0].Path) {
			t.Errorf("%s: %v, want %s", bad.name, err, bad.want)
		}
	}
	if err := os.Remove(files[0].Path); err != nil {
		t.Fatal(err)
	}
	if err := readAll(files[0].Path); err == nil || !strings.Contains(err.Error(), "文件不存在") {
		t.Errorf("missing file: %v", err)
	}
}

func readAll(path string) error {
	r, err := OpenFile(path, feeTable)
	if err != nil {
		return err
	}
	defer r.Close()
	for i := range r.Blocks() {
		b := r.Block(i)
		defer b.Close()
		for _, c := range feeTable.columns() {
			if _, err := b.Col(c.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
