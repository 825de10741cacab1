package finding

import (
	"regexp"
	"testing"
)

func TestNewIDIsStable(t *testing.T) {
	// Written down once: an id that people quote must never change.
	for _, c := range []struct{ rule, kp, visit, setl, want string }{
		{"GZ10000101006000", "KP1", "M1", "", "YDY9VV7FDCM8MTACBSQDBC"},
		{"YH0001", "", "M1", "", "YDWQPRHR7JRDVMBJ2Y0AV5"},
		{"GZ10000302002000", "KP1", "M1", "S1", "YDNJ4M9F49ZFZQ8V4FJFVM"},
	} {
		if got := NewID(c.rule, c.kp, c.visit, c.setl); got != c.want {
			t.Errorf("NewID(%q, %q, %q, %q) = %s, want %s", c.rule, c.kp, c.visit, c.setl, got, c.want)
		}
	}
}

func TestNewIDTellsPartsApart(t *testing.T) {
	form := regexp.MustCompile(`^YD[0-9A-HJKMNP-TV-Z]{20}$`)
	seen := make(map[string][4]string)
	for _, parts := range [][4]string{
		{"AB", "C", "D", ""},
		{"A", "BC", "D", ""},
		{"A", "B", "CD", ""},
		{"A", "B", "C", "D"},
		{"ABCD", "", "", ""},
		{"", "ABCD", "", ""},
		{"", "", "", ""},
		{"AB", "C", "D", "S1"},
		{"AB", "C", "D", "S2"},
	} {
		id := NewID(parts[0], parts[1], parts[2], parts[3])
		if !form.MatchString(id) {
			t.Errorf("%q gives %q, which is not YD and 20 characters", parts, id)
		}
		if other, ok := seen[id]; ok {
			t.Errorf("%q and %q have one id", parts, other)
		}
		seen[id] = parts
	}
}
