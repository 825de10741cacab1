package param

import "testing"

func TestValues(t *testing.T) {
	for _, x := range []struct {
		kind             Kind
		text, want, unit string
		shown            string
	}{
		{Money, "1000", "1000", "元", "1000元"},
		{Money, "1000.5元", "1000.50", "元", "1000.50元"},
		{Money, "0.05", "0.05", "元", "0.05元"},
		{Count, "12", "12", "分", "12分"},
		{Period, "5 工作日", "5个工作日", "", "5个工作日"},
		{Ratio, "3%", "3%", "%", "3%"},
		{Ratio, "0.05%", "0.05%", "%", "0.05%"},
		{Ratio, "100%", "100%", "%", "100%"},
		{Ratio, "1.2倍", "1.2", "倍", "1.2倍"},
		{Ratio, "5", "5", "倍", "5倍"},
		{Date, "2026/1/1", "2026-01-01", "", "2026-01-01"},
		{Flag, "否", "否", "", "否"},
		{Text, " 3月31日 ", "3月31日", "", "3月31日"},
	} {
		v, err := ParseValue(x.kind, x.text)
		if err != nil || v.String() != x.want || v.In(x.unit) != x.shown {
			t.Errorf("%s %q: %q, %q, %v", x.kind, x.text, v, v.In(x.unit), err)
		}
		if again, err := ParseValue(x.kind, v.String()); err != nil || again != v {
			t.Errorf("%q reads as %+v, %v, want %+v", v, again, err, v)
		}
	}
}

func TestTyped(t *testing.T) {
	value := func(kind Kind, text string) Value {
		v, err := ParseValue(kind, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := value(Money, "1000.5").Money(); v != 100050 {
		t.Errorf("%d fen", v)
	}
	if v := value(Ratio, "0.05%").Ratio(); v != 500 {
		t.Errorf("%d millionths", v)
	}
	if v := value(Count, "9").Count(); v != 9 {
		t.Errorf("%d", v)
	}
	if !value(Flag, "是").Flag() || value(Text, "x").Text() != "x" || value(Date, "2026-01-01").Date().String() != "2026-01-01" || value(Period, "5日").Period().N != 5 {
		t.Error("flag, text, date or period")
	}
	for _, x := range []struct {
		ratio     string
		fen, want int64
	}{
		{"3%", 1_000_000_00, 3_000_000},
		{"3%", 50, 2},                   // 1.5 fen
		{"3%", 49, 1},                   // 1.47 fen
		{"5", 123_456_789, 617_283_945}, // five times
		{"0.05%", 1, 0},                 // 0.0005 fen
		{"1.2", 9_000_000_000_000_000, 10_800_000_000_000_000}, // 90 trillion yuan do not overflow
		{"100%", 9_007_199_254_740_993, 9_007_199_254_740_993}, // beyond what a float holds
	} {
		if got := value(Ratio, x.ratio).Of(x.fen); got != x.want {
			t.Errorf("%s of %d fen is %d, want %d", x.ratio, x.fen, got, x.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an amount was given out as a count")
		}
	}()
	value(Money, "1").Count()
}
