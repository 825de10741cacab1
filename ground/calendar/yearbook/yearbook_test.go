package yearbook_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

var (
	ctx = context.Background()
	act = yearbook.Act{Who: "ZW001", Reason: "国务院办公厅通知"}
)

// fictitious is a table of 2040 that passes Check. It is a test's and no notice.
func fictitious() calendar.Notice {
	n := calendar.Notice{Year: 2040}
	for _, d := range []struct {
		month, day int
		name       string
	}{
		{1, 1, "元旦"},
		{2, 13, "春节"},
		{4, 4, "清明节"},
		{5, 1, "劳动节"},
		{5, 2, "劳动节"},
		{6, 14, "端午节"},
		{9, 20, "中秋节"},
		{10, 1, "国庆节"},
		{10, 2, "国庆节"},
		{10, 3, "国庆节"},
	} {
		n.Days = append(n.Days, calendar.Special{Day: calendar.DayOf(2040, d.month, d.day), Kind: calendar.Holiday, Name: d.name, Document: "测试"})
	}
	return n
}

func TestBook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, err := yearbook.Open(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		write := func(f func(tx *db.Tx) error) error { return d.Write(ctx, f) }
		working := func(year, month, day int) string {
			c, err := b.Calendar(ctx, d)
			if err != nil {
				t.Fatal(err)
			}
			works, err := c.Working(calendar.DayOf(year, month, day))
			switch {
			case err != nil:
				return "unknown"
			case works:
				return "works"
			}
			return "off"
		}
		expect := func(want string, year, month, day int) {
			t.Helper()
			if got := working(year, month, day); got != want {
				t.Errorf("%d-%d-%d: %s, want %s", year, month, day, got, want)
			}
		}
		// An empty home knows what the program brings along, and no more.
		expect("works", 2026, 2, 14)
		expect("unknown", 2040, 2, 13)
		// Import of a year.
		for range 2 {
			if err := write(func(tx *db.Tx) error { return b.Put(ctx, tx, fictitious(), act) }); err != nil {
				t.Fatal(err)
			}
		}
		expect("off", 2040, 2, 13)
		expect("works", 2040, 2, 14)
		// Edits of it, and of a year that came along.
		shift := calendar.Special{Day: calendar.DayOf(2040, 2, 18), Kind: calendar.Workday, Name: "春节", Document: "测试"}
		off := calendar.Special{Day: calendar.DayOf(2026, 2, 14), Kind: calendar.Holiday, Name: "春节", Document: "测试"}
		for _, edit := range []func(tx *db.Tx) error{
			func(tx *db.Tx) error { return b.Set(ctx, tx, 2040, shift, act) },
			func(tx *db.Tx) error { return b.Set(ctx, tx, 2026, off, act) },
			func(tx *db.Tx) error { return b.Remove(ctx, tx, 2026, calendar.DayOf(2026, 5, 9), act) },
		} {
			if err := write(edit); err != nil {
				t.Fatal(err)
			}
		}
		expect("works", 2040, 2, 18)
		expect("off", 2026, 2, 14)
		expect("off", 2026, 5, 9)
		expect("off", 2026, 2, 16)
		// A write that fails leaves nothing, though it saw its own.
		failed := errors.New("failed")
		err = d.Write(ctx, func(tx *db.Tx) error {
			if err := b.Remove(ctx, tx, 2026, calendar.DayOf(2026, 2, 16), act); err != nil {
				return err
			}
			if c, err := b.Calendar(ctx, tx); err != nil {
				return err
			} else if works, _ := c.Working(calendar.DayOf(2026, 2, 16)); !works {
				t.Error("a write does not see what it removed")
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Error(err)
		}
		expect("off", 2026, 2, 16)
		history, err := b.History(ctx, d, 2026)
		if err != nil || len(history) != 2 {
			t.Fatalf("%d editions, %v", len(history), err)
		}
		first, second := history[0], history[1]
		if len(first.Added) != 1 || first.Added[0] != off || len(first.Removed) != 1 || first.Removed[0].Kind != calendar.Workday || first.Act != act {
			t.Errorf("first edition: +%v -%v %v", first.Added, first.Removed, first.Act)
		}
		if len(second.Added) != 0 || len(second.Removed) != 1 || second.At.IsZero() {
			t.Errorf("second edition: +%v -%v %v", second.Added, second.Removed, second.At)
		}
		if again, _ := b.History(ctx, d, 2040); len(again) != 2 {
			t.Errorf("the same notice twice makes %d editions with one edit, want 2", len(again))
		}
	})
}

func TestBookRefuses(t *testing.T) {
	d := dbtest.OpenSQLite(t)
	b, err := yearbook.Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	broken := fictitious()
	broken.Days = broken.Days[1:]
	someday := calendar.Special{Day: calendar.DayOf(2041, 1, 1), Kind: calendar.Holiday, Name: "元旦", Document: "测试"}
	monday := calendar.Special{Day: calendar.DayOf(2026, 3, 2), Kind: calendar.Workday, Name: "春节", Document: "测试"}
	for name, x := range map[string]struct {
		do   func(tx *db.Tx) error
		want string
	}{
		"nobody":          {func(tx *db.Tx) error { return b.Put(ctx, tx, fictitious(), yearbook.Act{Reason: "x"}) }, "操作人"},
		"no reason":       {func(tx *db.Tx) error { return b.Put(ctx, tx, fictitious(), yearbook.Act{Who: "x", Reason: " "}) }, "事由"},
		"not complete":    {func(tx *db.Tx) error { return b.Put(ctx, tx, broken, act) }, "缺少法定假日 2040-01-01"},
		"a day alone":     {func(tx *db.Tx) error { return b.Set(ctx, tx, 2041, someday, act) }, "请先导入整年的通知"},
		"a worked Monday": {func(tx *db.Tx) error { return b.Set(ctx, tx, 2026, monday, act) }, "2026-03-02 是周一"},
		"nothing there":   {func(tx *db.Tx) error { return b.Remove(ctx, tx, 2026, monday.Day, act) }, "没有 2026-03-02"},
		"a statutory day": {func(tx *db.Tx) error { return b.Remove(ctx, tx, 2026, calendar.DayOf(2026, 10, 1), act) }, "缺少法定假日 2026-10-01"},
	} {
		if err := d.Write(ctx, x.do); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
	if n, err := d.NewSelect().Table("calendar_notice").Count(ctx); err != nil || n != 0 {
		t.Errorf("%d rows stored, %v", n, err)
	}
}
