package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// thing is one of a list, with a column of every kind that sorts.
type thing struct {
	bun.BaseModel `bun:"table:thing,alias:thing"`

	ID    string `bun:",pk"`
	Name  string
	Many  int64
	Day   string
	Since time.Time `bun:",nullzero"`
}

var thingColumns = []Column[thing]{
	By("id", "编号", func(t *thing) string { return t.ID }).In("thing.id"),
	By("name", "名称", func(t *thing) string { return t.Name }).In("thing.name"),
	Number("many", "数量", func(t *thing) string { return fmt.Sprint(t.Many) }).In("thing.many"),
	Day("day", "日期", func(t *thing) string { return t.Day }).In("thing.day"),
	Time("since", "时间", func(t *thing) time.Time { return t.Since }).In("thing.since"),
}

// things are so many: names, numbers, days and times come several times each, and every
// fifth has no time.
func things(n int) (all []thing) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		t := thing{ID: fmt.Sprintf("T%03d", i*37%n), Name: string(rune('a' + i%3)), Many: int64(i % 12), Day: fmt.Sprintf("2026-01-%02d", i%7+1)}
		if i%5 > 0 {
			t.Since = start.Add(time.Duration(i%9) * 500 * time.Millisecond)
		}
		all = append(all, t)
	}
	return all
}

// shelf is a list of things that a test adds to and takes from.
type shelf struct {
	list        *List[thing, Query]
	add, remove func(thing)
}

// eachShelf runs a test on a list in memory and on lists of both databases.
func eachShelf(t *testing.T, n int, f func(t *testing.T, s shelf)) {
	t.Run("memory", func(t *testing.T) {
		all := things(n)
		f(t, shelf{
			&List[thing, Query]{Columns: thingColumns, Read: func(context.Context, *Call, *Query) ([]thing, error) { return slices.Clone(all), nil }},
			func(x thing) { all = append(all, x) },
			func(x thing) { all = slices.DeleteFunc(all, func(o thing) bool { return o.ID == x.ID }) },
		})
	})
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func(do func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		put := func(all []thing) {
			write(func(tx *db.Tx) error {
				_, err := tx.NewInsert().Model(&all).Exec(t.Context())
				return err
			})
		}
		if _, err := d.ExecContext(t.Context(), "CREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, many BIGINT NOT NULL, day TEXT NOT NULL, since TIMESTAMPTZ)"); err != nil {
			t.Fatal(err)
		}
		put(things(n))
		f(t, shelf{
			&List[thing, Query]{Columns: thingColumns, From: func(context.Context, *Call, *Query) (Source[thing], error) {
				var all []thing
				q := d.NewSelect().Model(&all)
				return Source[thing]{q, func(ctx context.Context) ([]thing, error) {
					err := q.Scan(ctx)
					return all, err
				}}, nil
			}},
			func(x thing) { put([]thing{x}) },
			func(x thing) {
				write(func(tx *db.Tx) error {
					_, err := tx.NewDelete().Model(&x).WherePK().Exec(t.Context())
					return err
				})
			},
		})
	})
}

// walk reads all pages and returns the ids in their order.
func walk(t *testing.T, l *List[thing, Query], in Query, total int) (ids []string) {
	t.Helper()
	for range 1000 {
		p, err := l.page(t.Context(), nil, &in, &in)
		if err != nil {
			t.Fatal(err)
		}
		if p.Total != total || len(p.Items) > in.Limit {
			t.Fatalf("a page of %d, total %d, want %d", len(p.Items), p.Total, total)
		}
		for i := range p.Items {
			ids = append(ids, p.Items[i].ID)
		}
		if in.Cursor = p.Next; p.Next == "" {
			return ids
		}
	}
	t.Fatal("the pages have no end")
	return nil
}

// TestPages walks all pages of a list in every order, filtered and searched: nothing is
// left out or repeated, the order is the column's, and an export has the same.
func TestPages(t *testing.T) {
	asked := map[string]struct {
		in   Query
		fits func(*thing) bool
	}{
		"all":              {Query{}, func(*thing) bool { return true }},
		"a name":           {Query{Filter: []string{"name:b"}}, func(x *thing) bool { return x.Name == "b" }},
		"either name":      {Query{Filter: []string{"name:b", "name:c", "name:x"}}, func(x *thing) bool { return x.Name != "a" }},
		"a number":         {Query{Filter: []string{"many:11"}}, func(x *thing) bool { return x.Many == 11 }},
		"no number":        {Query{Filter: []string{"many:eleven"}}, func(*thing) bool { return false }},
		"a name and a day": {Query{Filter: []string{"name:a", "day:2026-01-03"}}, func(x *thing) bool { return x.Name == "a" && x.Day == "2026-01-03" }},
		"a time":           {Query{Filter: []string{"since:2026-01-01T00:00:01.500000Z"}}, func(x *thing) bool { return x.Since.UnixMilli()%60_000 == 1500 && !x.Since.IsZero() }},
		"without a time":   {Query{Filter: []string{"since:"}}, func(x *thing) bool { return x.Since.IsZero() }},
		"no time":          {Query{Filter: []string{"since:soon"}}, func(*thing) bool { return false }},
		"a text":           {Query{Search: "T01"}, func(x *thing) bool { return strings.Contains(x.ID, "T01") }},
		"a wild card":      {Query{Search: "%"}, func(*thing) bool { return false }},
		"a quote":          {Query{Search: "' OR 1=1 --", Filter: []string{"name:' OR 1=1 --"}}, func(*thing) bool { return false }},
	}
	eachShelf(t, 101, func(t *testing.T, s shelf) {
		for name, a := range asked {
			want := slices.DeleteFunc(things(101), func(x thing) bool { return !a.fits(&x) })
			for _, sort := range []string{"", "id", "-id", "name", "-name", "many", "-many", "day", "-day", "since", "-since"} {
				for _, limit := range []int{1, 7, 100, 101} {
					if limit == 1 && name != "all" {
						continue
					}
					in := a.in
					in.Sort, in.Limit = sort, limit
					got := walk(t, s.list, in, len(want))
					if !slices.Equal(got, idsOf(want, sort)) {
						t.Errorf("%s, sort %q, limit %d: %q", name, sort, limit, got)
					}
				}
				if got := exported(t, s.list, a.in, sort); !slices.Equal(got, idsOf(want, sort)) {
					t.Errorf("%s, sort %q: exported %q", name, sort, got)
				}
			}
		}
	})
}

// idsOf sorts things as a list does and returns their ids.
func idsOf(all []thing, sort string) (ids []string) {
	name, down := strings.CutPrefix(sort, "-")
	slices.SortFunc(all, func(a, b thing) int {
		n := map[string]int{
			"name": cmp.Compare(a.Name, b.Name), "many": cmp.Compare(a.Many, b.Many), "day": cmp.Compare(a.Day, b.Day), "since": a.Since.Compare(b.Since),
		}[name]
		if n = cmp.Or(n, cmp.Compare(a.ID, b.ID)); down {
			return -n
		}
		return n
	})
	for i := range all {
		ids = append(ids, all[i].ID)
	}
	return ids
}

func exported(t *testing.T, l *List[thing, Query], in Query, sort string) (ids []string) {
	t.Helper()
	in.Sort = sort
	rows, err := l.rows(t.Context(), nil, &in, &in)
	if err != nil {
		t.Fatal(err)
	}
	for x, err := range rows.All {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, x.ID)
	}
	if rows.Total != len(ids) {
		t.Errorf("%d exported of %d", len(ids), rows.Total)
	}
	return ids
}

// TestPortions exports more things than an export reads at a time.
func TestPortions(t *testing.T) {
	eachShelf(t, 2*portion, func(t *testing.T, s shelf) {
		if got := exported(t, s.list, Query{}, "-name"); !slices.Equal(got, idsOf(things(2*portion), "-name")) {
			t.Errorf("%d of %d exported, or in another order", len(got), 2*portion)
		}
	})
}

// TestComingAndGoing has things added and removed between two pages: what stays is
// neither left out nor repeated.
func TestComingAndGoing(t *testing.T) {
	eachShelf(t, 60, func(t *testing.T, s shelf) {
		for _, sort := range []string{"id", "-id", "name", "-since"} {
			var removed, added []thing
			in, seen := Query{Limit: 10, Sort: sort}, map[string]int{}
			for page := 0; page == 0 || in.Cursor != ""; page++ {
				p, err := s.list.page(t.Context(), nil, &in, &in)
				if err != nil {
					t.Fatal(err)
				}
				for i := range p.Items {
					seen[p.Items[i].ID]++
				}
				in.Cursor = p.Next
				removed = append(removed, p.Items[len(p.Items)-1]) // the cursor's own thing
				added = append(added, thing{ID: fmt.Sprint("T-", page), Name: "b", Day: "2026-01-01"})
				s.remove(removed[page])
				s.add(added[page])
			}
			for _, x := range things(60) {
				if seen[x.ID] != 1 {
					t.Errorf("sort %q: %s seen %d times", sort, x.ID, seen[x.ID])
				}
			}
			for _, x := range added {
				s.remove(x)
			}
			for _, x := range removed {
				if !strings.HasPrefix(x.ID, "T-") {
					s.add(x)
				}
			}
		}
	})
}

// TestWrongQueries asks a list for what it has not.
func TestWrongQueries(t *testing.T) {
	eachShelf(t, 30, func(t *testing.T, s shelf) {
		first := Query{Limit: 7}
		p, err := s.list.page(t.Context(), nil, &first, &first)
		if err != nil {
			t.Fatal(err)
		}
		forged := func(p place) string { return p.cursor() }
		for name, c := range map[string]struct {
			in   Query
			code string
		}{
			"a sort by nothing":         {Query{Sort: "price"}, "column"},
			"SQL as a sort":             {Query{Sort: "id; DROP TABLE thing"}, "column"},
			"SQL as a column":           {Query{Filter: []string{"1=1 OR id:x"}}, "column"},
			"a filter without a column": {Query{Filter: []string{"name"}}, ""},
			"a cursor of another order": {Query{Sort: "-id", Cursor: p.Next}, "cursor"},
			"no cursor":                 {Query{Cursor: "%%%"}, "cursor"},
			"a cursor with a zero byte": {Query{Cursor: forged(place{ID: "a\x00"})}, "cursor"},
			"a cursor that is SQL":      {Query{Cursor: forged(place{Value: "' OR 1=1 --", ID: "' OR 1=1 --"})}, ""},
		} {
			c.in.Limit = 7
			_, err := s.list.page(t.Context(), nil, &c.in, &c.in)
			var p *Problem
			if code := ""; errors.As(err, &p) {
				if code = p.Code; code != c.code {
					t.Errorf("%s: %s", name, code)
				}
			} else if err != nil || c.code != "" {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
	})
}

// TestShownOnly has a column that the database cannot sort: it is shown, and the
// description says so.
func TestShownOnly(t *testing.T) {
	l := List[thing, Query]{
		Columns: append(slices.Clone(thingColumns), By("sealed", "密文", func(*thing) string { return "***" })),
		From: func(context.Context, *Call, *Query) (Source[thing], error) {
			return Source[thing]{}, errors.New("asked")
		},
	}
	for _, in := range []Query{{Sort: "sealed"}, {Filter: []string{"sealed:***"}}} {
		_, err := l.page(t.Context(), nil, &in, &in)
		var p *Problem
		if !errors.As(err, &p) || strings.Contains(p.Detail, "sealed") || !strings.Contains(p.Detail, "id、name、many、day、since") {
			t.Errorf("%+v: %v", in, err)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("eyJzIjoiIiwidiI6IiIsImkiOiIifQ", "")
	f.Add("", "-id")
	f.Fuzz(func(t *testing.T, cursor, sort string) {
		last, err := readCursor(cursor, sort)
		if err == nil && last != nil && (last.Sort != sort || !isText(last.ID) || !isText(last.Value)) {
			t.Errorf("cursor %q of order %q taken for %q", cursor, last.Sort, sort)
		}
	})
}
