package param_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/param"
)

var (
	ctx = context.Background()
	act = param.Act{Who: "FZ001", Reason: "核定本省文本"}
)

const table = `键,区划,起,止,值,确定性,文件,条款,说明
case.hearing_threshold.org,330000,2022-01-01,2024-12-31,50000,V,浙江省行政处罚听证程序实施办法,第四条,
case.hearing_threshold.org,330000,2025-01-01,,100000,V,浙江省行政处罚听证程序实施办法,第四条,修订
`

func TestBook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, err := param.Open(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		do := func(f func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, f); err != nil {
				t.Fatal(err)
			}
		}
		expect := func(day calendar.Day, want string) {
			t.Helper()
			held, err := b.Table(ctx, d)
			if err != nil {
				t.Fatal(err)
			}
			a, err := held.At("case.hearing_threshold.org", "330106", day)
			if got := a.Value.String(); err == nil && got != want || err != nil && want != "" {
				t.Errorf("on %s: %s, %v, want %s", day, got, err, want)
			}
		}
		old, now := calendar.DayOf(2024, 6, 1), calendar.DayOf(2026, 6, 1)
		expect(now, "")
		for range 2 { // the same table twice is stored once
			do(func(tx *db.Tx) error { return b.Import(ctx, tx, strings.NewReader(table), act) })
		}
		expect(old, "50000")
		expect(now, "100000")
		// The city sets another value, and takes it back.
		settings, err := param.ReadSettings(strings.NewReader(strings.ReplaceAll(table, "330000", "330100")))
		if err != nil {
			t.Fatal(err)
		}
		city := settings[1]
		city.Value, _ = param.ParseValue(param.Money, "80000")
		do(func(tx *db.Tx) error { return b.Put(ctx, tx, []param.Setting{city}, act) })
		expect(now, "80000")
		expect(old, "50000")
		history, err := b.History(ctx, d, "case.hearing_threshold.org")
		if err != nil || len(history) != 3 {
			t.Fatalf("%d stored, %v", len(history), err)
		}
		back := param.Act{Who: "FZ002", Reason: "文号录错"}
		do(func(tx *db.Tx) error { return b.Withdraw(ctx, tx, history[2].N, back) })
		expect(now, "100000")
		// A value that was covered and is put again holds again.
		province := history[1].Setting
		other := province
		other.Value, _ = param.ParseValue(param.Money, "60000")
		do(func(tx *db.Tx) error { return b.Put(ctx, tx, []param.Setting{other}, act) })
		expect(now, "60000")
		do(func(tx *db.Tx) error { return b.Put(ctx, tx, []param.Setting{province}, act) })
		expect(now, "100000")

		history, err = b.History(ctx, d, "case.hearing_threshold.org")
		if err != nil || len(history) != 5 {
			t.Fatalf("%d stored, %v", len(history), err)
		}
		if h := history[2]; h.Act != act || h.Withdrawn != back || h.WithdrawnAt.IsZero() || h.At.IsZero() || h.Setting != city {
			t.Errorf("the city's: %+v", h)
		}
		if h := history[1]; h.Withdrawn != (param.Act{}) || !h.WithdrawnAt.IsZero() {
			t.Errorf("the province's: %+v", h)
		}
		// What is exported reads in again.
		standing, err := b.Export(ctx, d)
		if err != nil || len(standing) != 4 {
			t.Fatalf("%d exported, %v", len(standing), err)
		}
		var text bytes.Buffer
		if err := param.WriteSettings(&text, standing[:2]); err != nil || text.String() != table {
			t.Errorf("%s, %v", text.String(), err)
		}
	})
}

func TestBookRefuses(t *testing.T) {
	d := dbtest.OpenSQLite(t)
	b, err := param.Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := param.ReadSettings(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	design, foreign := settings[0], settings[0]
	design.Certainty, design.Document = param.Design, ""
	foreign.Region = "33"
	for name, x := range map[string]struct {
		do   func(tx *db.Tx) error
		want string
	}{
		"nobody":          {func(tx *db.Tx) error { return b.Put(ctx, tx, settings, param.Act{Reason: "x"}) }, "操作人和事由"},
		"no reason":       {func(tx *db.Tx) error { return b.Put(ctx, tx, settings, param.Act{Who: "x"}) }, "操作人和事由"},
		"no document":     {func(tx *db.Tx) error { return b.Put(ctx, tx, []param.Setting{design}, act) }, "要有依据的文件"},
		"all or none":     {func(tx *db.Tx) error { return b.Put(ctx, tx, append(settings[:1:1], foreign), act) }, "六位"},
		"a wrong line":    {func(tx *db.Tx) error { return b.Import(ctx, tx, strings.NewReader(table+"x\n"), act) }, "第 4 行"},
		"nothing to take": {func(tx *db.Tx) error { return b.Withdraw(ctx, tx, 9, act) }, "参数记录 9 不存在或已撤回"},
		"taken by nobody": {func(tx *db.Tx) error { return b.Withdraw(ctx, tx, 9, param.Act{}) }, "操作人和事由"},
	} {
		if err := d.Write(ctx, x.do); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
	if n, err := d.NewSelect().Table("param_setting").Count(ctx); err != nil || n != 0 {
		t.Errorf("%d rows stored, %v", n, err)
	}
}

// The table follows what is committed, and a write sees its own settings.
func TestTableFollows(t *testing.T) {
	d := dbtest.OpenSQLite(t)
	b, err := param.Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	holds := func(from db.Reader) bool {
		held, err := b.Table(ctx, from)
		if err != nil {
			t.Fatal(err)
		}
		_, err = held.At("case.hearing_threshold.org", "330106", calendar.DayOf(2026, 6, 1))
		return err == nil
	}
	failed := errors.New("failed")
	for range 2 {
		err := d.Write(ctx, func(tx *db.Tx) error {
			if err := b.Import(ctx, tx, strings.NewReader(table), act); err != nil || holds(tx) {
				return errors.Join(err, failed)
			}
			return nil
		})
		if !errors.Is(err, failed) || holds(d) {
			t.Fatalf("a write that failed: %v, holds %v", err, holds(d))
		}
	}
	for _, x := range []struct {
		want bool
		do   func(tx *db.Tx) error
	}{
		{true, func(tx *db.Tx) error { return b.Import(ctx, tx, strings.NewReader(table), act) }},
		{true, func(tx *db.Tx) error { return b.Withdraw(ctx, tx, 1, act) }},
		{false, func(tx *db.Tx) error { return b.Withdraw(ctx, tx, 2, act) }},
	} {
		if err := d.Write(ctx, x.do); err != nil || holds(d) != x.want || holds(d) != x.want {
			t.Errorf("%v, holds %v, want %v", err, holds(d), x.want)
		}
	}
}
