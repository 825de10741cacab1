package procedure

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

func TestToDo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, example())
		o.start("2026-03-02", Seed{"YD1", "330106"}, Seed{"YD2", "330199"}, Seed{"YD3", "330200"}, Seed{"YD4", "330100"})
		o.start("2026-02-25", Seed{"YD5", "330106"})
		if _, err := o.move("YD4", "suspect", reviewer, "2026-03-03", noInput); err != nil {
			t.Fatal(err)
		}
		now := at("2026-03-05")
		county, nation := reviewer, reviewer
		county.Region, nation.Region = "330106", ""
		for name, x := range map[string]struct {
			q    Query
			want string
		}{
			"the city's reviewer":   {Query{Actor: reviewer}, "YD5 YD1 YD2"},
			"the county's":          {Query{Actor: county}, "YD5 YD1"},
			"everywhere":            {Query{Actor: nation}, "YD5 YD1 YD2 YD3"},
			"another city's":        {Query{Actor: foreigner}, "YD3"},
			"the leader's":          {Query{Actor: leader}, "YD4"},
			"an institution's":      {Query{Actor: Actor{ID: "x", Roles: []string{"institution"}, Region: "330100"}}, "YD4"},
			"nobody's":              {Query{Actor: Actor{ID: "x", Region: "330100"}}, ""},
			"a role that is not":    {Query{Actor: Actor{ID: "x", Roles: []string{"%"}, Region: "330100"}}, ""},
			"one state":             {Query{Actor: reviewer, States: []string{"second"}}, ""},
			"overdue":               {Query{Actor: reviewer, Overdue: true}, "YD5"},
			"of the leader, untold": {Query{Actor: leader, Overdue: true}, ""},
		} {
			x.q.At = now
			if got := strings.Join(o.ids(x.q), " "); got != x.want {
				t.Errorf("%s: %s, want %s", name, got, x.want)
			}
		}
		// The clock's end tells the leader, who has it on the list until it stops.
		if n, err := o.Tick(ctx, d, now); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		page, err := o.Overdue(ctx, d, Query{Actor: leader, At: now})
		if err != nil || page.Total != 1 || !page.Items[0].Escalated || !page.Items[0].Overdue || page.Items[0].StateTitle != "初审" || len(page.Items[0].Moves) != 0 {
			t.Fatalf("%+v, %v", page, err)
		}
		if n, err := o.Tick(ctx, d, now); err != nil || n != 0 {
			t.Errorf("ticked again: %d, %v", n, err)
		}
		if _, err := o.move("YD5", "dismiss", reviewer, "2026-03-06", why); err != nil {
			t.Fatal(err)
		}
		if got := o.ids(Query{Actor: leader, At: now, Overdue: true}); len(got) != 0 {
			t.Errorf("after it ended: %v", got)
		}
		for want, q := range map[string]Query{"翻页标记无效": {After: "x!"}, "每页 501 条": {Limit: 501}, "每页 -1 条": {Limit: -1}} {
			if _, err := o.ToDo(ctx, d, q); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		}
	})
}

func TestPages(t *testing.T) {
	d := dbtest.OpenSQLite(t)
	o := open(t, d, example())
	var seeds []Seed
	for n := range 2500 {
		seeds = append(seeds, Seed{fmt.Sprintf("YD%04d", n), "330106"})
	}
	o.start("2026-03-02", seeds...)
	var seen []string
	q := Query{Actor: reviewer, At: at("2026-03-03"), Limit: 499}
	for {
		page, err := o.ToDo(ctx, d, q)
		if err != nil || page.Total != 2500 {
			t.Fatalf("%d, %v", page.Total, err)
		}
		for _, item := range page.Items {
			seen = append(seen, item.ID)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if len(seen) != 2500 || !slices.IsSorted(seen) || len(slices.Compact(seen)) != 2500 {
		t.Errorf("%d on all pages", len(seen))
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add(writeCursor(7, "YD 1"))
	f.Add("MTIz")
	f.Fuzz(func(t *testing.T, cursor string) {
		due, id, err := readCursor(cursor)
		if err != nil {
			return
		}
		if d, i, err := readCursor(writeCursor(due, id)); cursor != "" && (d != due || i != id || err != nil) {
			t.Errorf("%q is %d %q, written again %d %q, %v", cursor, due, id, d, i, err)
		}
	})
}
