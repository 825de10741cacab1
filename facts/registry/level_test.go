package registry

import "testing"

func TestLevel(t *testing.T) {
	for code, want := range map[string]int{
		"1": 3, "2": 3, "3": 3, "4": 3, "12": 3, "01": 3, "02": 3, "03": 3, "04": 3,
		"5": 2, "6": 2, "7": 2, "13": 2, "05": 2, "06": 2, "07": 2,
		"8": 1, "9": 1, "10": 1, "14": 1, "08": 1, "09": 1,
		"11": 0, " 2 ": 3,
		"": UnknownLevel, "0": UnknownLevel, "00": UnknownLevel, "15": UnknownLevel, "99": UnknownLevel,
		"002": UnknownLevel, "三级": UnknownLevel, "-1": UnknownLevel, "1.0": UnknownLevel,
	} {
		if got := Level(code); got != want {
			t.Errorf("Level(%q) = %d, want %d", code, got, want)
		}
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		region, outer string
		in, back      bool // region in outer, outer in region
	}{
		{"330402", "", true, false},
		{"", "", true, true},
		{"", "330000", false, true}, // an unknown region; and back: everything is in the country
		{"330402", "330000", true, false},
		{"330400", "330000", true, false},
		{"330000", "330000", true, true},
		{"339900", "330000", true, false}, // the province's own pool
		{"330499", "330000", true, false}, // a city's own pool lies in its province too
		{"330499", "330400", true, false},
		{"330402", "330400", true, false},
		{"330400", "330400", true, true},
		{"330402", "330402", true, true},
		{"330402", "330401", false, false},
		{"330402", "330499", false, false}, // a pool contains no county
		{"330400", "339900", false, false}, // nor a city
		{"339901", "339900", false, false},
		{"330502", "330400", false, false},
		{"320402", "330000", false, false},
		{"429004", "420000", true, false}, // a county under the province directly
		{"330402", "33040", false, false},
		{"3304", "330000", false, false},
		{"33040x", "330000", false, false},
		{"330402001", "330400", false, false},
	} {
		if got := Within(c.region, c.outer); got != c.in {
			t.Errorf("Within(%q, %q) = %t", c.region, c.outer, got)
		}
		if got := Within(c.outer, c.region); got != c.back {
			t.Errorf("Within(%q, %q) = %t", c.outer, c.region, got)
		}
	}
}
