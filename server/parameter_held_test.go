package server

import (
	"reflect"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/param"
)

// TestHeldParameters: what is held is what the table says, of each edition, region and day,
// and no caller changes it for another.
func TestHeldParameters(t *testing.T) {
	value, err := param.ParseValue(param.Period, "7个工作日")
	if err != nil {
		t.Fatal(err)
	}
	day := calendar.DayOf(2026, 3, 2)
	plain := param.NewTable()
	stored := param.NewTable(param.Setting{Key: "monitor.appeal_days", Region: "330400", From: day, Value: value, Certainty: param.Local, Document: "某号"})
	var held heldParameters
	for range 2 {
		for _, table := range []*param.Table{plain, stored} {
			for _, region := range []string{"", "330402", "330000"} {
				for _, at := range []calendar.Day{day - 1, day} {
					want, err := parametersOf(table, region, at)
					if err != nil {
						t.Fatal(err)
					}
					got, err := held.of(table, region, at)
					if err != nil || !reflect.DeepEqual(got, want) {
						t.Fatalf("in %q on %s: held parameters are others, %v", region, at, err)
					}
					got[0].Value = "changed"
				}
			}
		}
	}
	for i := range 2 * mostHeld {
		if _, err := held.of(plain, "", day+calendar.Day(i)); err != nil || len(held.by) > mostHeld {
			t.Fatalf("%d are held, %v", len(held.by), err)
		}
	}
}

func BenchmarkParameters(b *testing.B) {
	table, day := param.NewTable(), calendar.DayOf(2026, 3, 2)
	b.Run("anew", func(b *testing.B) {
		for b.Loop() {
			if _, err := parametersOf(table, "330402", day); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("held", func(b *testing.B) {
		var held heldParameters
		for b.Loop() {
			if _, err := held.of(table, "330402", day); err != nil {
				b.Fatal(err)
			}
		}
	})
}
