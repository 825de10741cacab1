package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"yiheng/ground/calendar"
)

var ctx = context.Background()

// intake takes in a batch as a source of its table.
func intake(t testing.TB, l *Lake, b *Batch, retire ...string) Epoch {
	t.Helper()
	w, err := l.Begin(ctx, b.Table.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := w.Append(ctx, b); err != nil {
		t.Fatal(err)
	}
	e, err := w.Commit(ctx, Change{Add: []Source{sourceOf(b)}, Retire: retire})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func sourceOf(b *Batch) Source {
	return Source{ID: b.Source, Table: b.Table.Name, Name: b.Source + ".csv", Hash: b.Source, Read: int64(b.Rows), Kept: int64(b.Rows)}
}

// row writes all columns of a row as one text.
func row(t *Table, cols []*Vector, i int) string {
	var s strings.Builder
	for k, v := range cols {
		if t.kind(k) == Text {
			fmt.Fprintf(&s, "%s|", v.Str(i))
		} else if n := v.Int(i); n != NullInt {
			fmt.Fprintf(&s, "%d|", n)
		} else {
			s.WriteString("|")
		}
	}
	return s.String()
}

// visible returns the rows of a table that an epoch shows, without the attempt in
// their tag, sorted; it fails when a file is not sorted or in the wrong place.
func visible(t testing.TB, l *Lake, e Epoch, table *Table) (rows []string) {
	t.Helper()
	sources, err := l.Sources(ctx, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	live := map[string]string{}
	for _, s := range sources {
		live[s.Tag] = s.ID
	}
	files, err := l.Files(ctx, e, table.Name, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		rows = append(rows, readFile(t, l, f, table, live)...)
	}
	slices.Sort(rows)
	return rows
}

func readFile(t testing.TB, l *Lake, f File, table *Table, live map[string]string) (rows []string) {
	t.Helper()
	r, err := OpenFile(f.Path, table)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var last []string
	n := int64(0)
	for i := range r.Blocks() {
		b := r.Block(i)
		if b.Rows() > groupRows {
			t.Errorf("block of %d rows", b.Rows())
		}
		var cols []*Vector
		for _, c := range table.columns() {
			v, err := b.Col(c.Name)
			if err != nil {
				t.Fatal(err)
			}
			cols = append(cols, v)
		}
		for i := range b.Rows() {
			n++
			person, key := cols[table.field(table.PersonBy)].Str(i), cols[table.field(table.KeyBy)].Str(i)
			at := int64(0)
			if table.TimeBy != "" {
				at = cols[table.field(table.TimeBy)].Int(i)
			}
			order := []string{person, fmt.Sprintf("%020d", uint64(at)^1<<63), key}
			if last != nil && slices.Compare(last, order) > 0 {
				t.Fatalf("%s: row %d (%v) is sorted after %v", f.Path, i, order, last)
			}
			last = order
			if l.Bucket(person) != f.Bucket || cols[atBucket].Int(i) != int64(f.Bucket) || cols[atMonth].Int(i) != int64(f.Month) {
				t.Fatalf("%s: row %d of %s stands in the wrong partition", f.Path, i, person)
			}
			id, ok := live[cols[atSource].Str(i)]
			if ok {
				rows = append(rows, strings.Replace(row(table, cols, i), cols[atSource].Str(i), id, 1))
			}
		}
		b.Close()
	}
	if n != f.Rows {
		t.Errorf("%s has %d rows, the catalogue says %d", f.Path, n, f.Rows)
	}
	return rows
}

// expected returns what visible must give for batches.
func expected(l *Lake, batches ...*Batch) (rows []string) {
	for _, b := range batches {
		parts := l.arrange(b)
		s := b.sheet(b.Source)
		for _, p := range parts {
			s.cols[atMonth], s.cols[atBucket] = &Vector{}, &Vector{}
			for range b.Rows {
				s.cols[atMonth].Ints = append(s.cols[atMonth].Ints, int64(p.month))
				s.cols[atBucket].Ints = append(s.cols[atBucket].Ints, int64(p.bucket))
			}
			for _, r := range p.rows {
				rows = append(rows, row(b.Table, s.cols, int(r)))
			}
		}
	}
	slices.Sort(rows)
	return rows
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s: row %d\n got %s\nwant %s", what, i, got[i], want[i])
		}
	}
}

func id(n int) string { return fmt.Sprintf("%016x", n) }

// personBatch has every kind of column and every pattern of nulls, and persons
// that are unknown.
func personBatch(source string, rows int) *Batch {
	var no, gend, vali builder
	var brdy, updt, days builder
	b := &Batch{Table: personTable, Source: source, Rows: rows}
	for i := range rows {
		no.text(map[bool]string{true: "", false: fmt.Sprintf("P%05d", rows-i)}[i%50 == 49])
		gend.plain(map[bool]string{true: "1", false: ""}[i%3 == 0])
		vali.text("1")
		brdy.int(map[bool]int64{true: NullInt, false: -20000 + int64(i)}[i%7 == 0])
		updt.int(map[bool]int64{true: -86400 - int64(i), false: int64(calendar.DayOf(2024, 5, 1).At(10, 0, i%60))}[i < rows/2])
		days.int(map[bool]int64{true: 1<<40 + int64(i), false: NullInt}[i%2 == 0])
		b.Line = append(b.Line, int64(i+2))
	}
	b.Cols = []*Vector{&no.v, &gend.v, &brdy.v, &vali.v, &updt.v, &days.v}
	var extra builder
	for i := range rows {
		extra.text(map[bool]string{true: `{"新列":"甲"}`, false: ""}[i%10 == 0])
	}
	b.Extra = &extra.v
	return b
}

func TestRoundTrip(t *testing.T) {
	l := openTest(t, t.TempDir())
	if _, err := l.Epoch(ctx, 0); !errors.Is(err, ErrNoEpoch) {
		t.Fatalf("empty lake: %v", err)
	}
	for _, rows := range []int{0, 1, 33, 1000} {
		b := personBatch(id(rows), rows)
		e := intake(t, l, b)
		if rows == 0 {
			continue
		}
		same(t, fmt.Sprint(rows, " persons"), visible(t, l, e, personTable), expected(l, b))
		intake(t, l, &Batch{Table: personTable, Source: id(rows + 7), Cols: make([]*Vector, 6)}, b.Source)
	}
	b := feeBatch(id(500), 5, 70_000, 2, 0)
	same(t, "fees", visible(t, l, intake(t, l, b), feeTable), expected(l, b))
	b = &Batch{Table: feeTable, Source: id(600), Rows: 3, Cols: make([]*Vector, len(feeTable.Columns)), Line: []int64{4, 3, 2}}
	e := intake(t, l, b, id(500))
	same(t, "nothing but nulls", visible(t, l, e, feeTable), expected(l, b))
}

func TestSources(t *testing.T) {
	l := openTest(t, t.TempDir())
	first, second := personBatch(id(1), 40), personBatch(id(2), 60)
	e1 := intake(t, l, first)
	e2 := intake(t, l, second, first.Source)
	same(t, "old epoch", visible(t, l, e1, personTable), expected(l, first))
	same(t, "new epoch", visible(t, l, e2, personTable), expected(l, second))

	s, ok, err := l.SourceByID(ctx, first.Source)
	if err != nil || !ok || s.RetiredIn != e2.ID || s.ReplacedBy != second.Source || s.Seq != 1 || s.Epoch != e1.ID {
		t.Errorf("retired source: %+v %v %v", s, ok, err)
	}
	if _, ok, err := l.SourceByID(ctx, id(99)); ok || err != nil {
		t.Errorf("unknown source: %v %v", ok, err)
	}
	e3 := intake(t, l, first) // taken in again
	same(t, "again", visible(t, l, e3, personTable), expected(l, first, second))

	w, err := l.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, bad := range []struct {
		change Change
		want   string
	}{
		{Change{Add: []Source{sourceOf(second)}}, "不能重复导入"},
		{Change{Retire: []string{id(77)}}, "不在明细湖中"},
		{Change{Add: []Source{{ID: id(5), Table: "no_table"}}}, "not being written"},
		{Change{Add: []Source{{Table: "psn_info_b", Name: "x.csv"}}}, "without an ID"},
	} {
		if _, err := w.Commit(ctx, bad.change); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%+v: %v, want %q", bad.change, err, bad.want)
		}
	}
	if e, err := l.Epoch(ctx, 0); err != nil || e.ID != e3.ID {
		t.Errorf("a refused change made epoch %d: %v", e.ID, err)
	}
}

func TestBusy(t *testing.T) {
	home := t.TempDir()
	l, other := openTest(t, home), openTest(t, home)
	w, err := l.Begin(ctx, "psn_info_b")
	if err != nil {
		t.Fatal(err)
	}
	_, err = other.Begin(ctx)
	if !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), fmt.Sprintf("进程 %d", os.Getpid())) {
		t.Errorf("second writer: %v", err)
	}
	free, err := other.Begin(ctx, "fee_list_d") // the lock that Begin had taken is given back
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(free.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if w, err = other.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// Two writers on different tables: neither epoch loses the other's snapshot.
func TestTwoWriters(t *testing.T) {
	l := openTest(t, t.TempDir())
	people, fees := personBatch(id(1), 100), feeBatch(id(2), 1, 900, 2, 0)
	a, err := l.Begin(ctx, "psn_info_b")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := l.Begin(ctx, "fee_list_d")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := errors.Join(a.Append(ctx, people), b.Append(ctx, fees)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Commit(ctx, Change{Add: []Source{sourceOf(fees)}}); err != nil {
		t.Fatal(err)
	}
	e, err := a.Commit(ctx, Change{Add: []Source{sourceOf(people)}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "people", visible(t, l, e, personTable), expected(l, people))
	same(t, "fees", visible(t, l, e, feeTable), expected(l, fees))
}

func TestConcurrentAppend(t *testing.T) {
	l := openTest(t, t.TempDir())
	w, err := l.Begin(ctx, "fee_list_d")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var batches []*Batch
	var wg sync.WaitGroup
	for i := range 6 {
		b := feeBatch(id(1), uint64(i), 2000, 3, i*2000)
		batches = append(batches, b)
		wg.Go(func() {
			if err := w.Append(ctx, b); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	e, err := w.Commit(ctx, Change{Add: []Source{sourceOf(batches[0])}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "rows", visible(t, l, e, feeTable), expected(l, batches...))
	months, err := l.Files(ctx, e, "fee_list_d", 2024*12+1)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range months {
		if f.Month < 2024*12+1 {
			t.Errorf("file of month %d", f.Month)
		}
	}
}

func TestCompact(t *testing.T) {
	l := openTest(t, t.TempDir())
	var batches []*Batch
	for i := range 7 {
		b := feeBatch(id(i), uint64(i%3), 3000, 2, i*3000)
		batches = append(batches, b)
		intake(t, l, b)
	}
	wrong := feeBatch(id(20), 9, 40_000, 1, 90_000)
	intake(t, l, wrong)
	right := feeBatch(id(21), 9, 100, 1, 90_000)
	before := intake(t, l, right, wrong.Source)
	want := expected(l, append(batches, right)...)
	same(t, "before", visible(t, l, before, feeTable), want)

	c, err := l.Compact(ctx, "fee_list_d", 4)
	if err != nil {
		t.Fatal(err)
	}
	if c.Dropped != int64(wrong.Rows) || c.Before <= c.After || c.Epoch.ID != before.ID+1 {
		t.Errorf("%+v", c)
	}
	same(t, "after", visible(t, l, c.Epoch, feeTable), want)
	same(t, "old epoch", visible(t, l, before, feeTable), want)
	same(t, "oldest epoch", visible(t, l, Epoch{ID: 1, Snapshots: must(l.Epoch(ctx, 1))(t).Snapshots}, feeTable), expected(l, batches[0]))

	if c, err = l.Compact(ctx, "fee_list_d", 4); err != nil || c.Partitions != 0 {
		t.Errorf("again: %+v %v", c, err)
	}
	if c, err = l.Compact(ctx, "psn_info_b", 4); err != nil || c.Partitions != 0 {
		t.Errorf("empty table: %+v %v", c, err)
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
