package screening

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/stock"
	"yiheng/ground/calendar"
)

// acrossCertificates returns the certificate of every finding across persons of every
// case.
func acrossCertificates(t *testing.T) map[string]*Certificate {
	t.Helper()
	all := make(map[string]*Certificate)
	for _, r := range rule.All() {
		if !slices.Contains([]string{"ratio", "share", "stock", "trace"}, r.Program) {
			continue
		}
		cases, err := rule.Cases(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			c := &cases[i]
			_, together := judgeCase(libraryOf(r.ID, c), c, Options{From: c.From, To: c.To})
			for k, g := range together {
				all[fmt.Sprint(r.ID, "/", c.Name, "/", k)] = g.certificate
			}
		}
	}
	if len(all) < 100 {
		t.Fatalf("only %d certificates", len(all))
	}
	return all
}

// TestAcrossCertificates: every verdict across persons follows again from its
// certificate alone, and any single value that is altered is noticed.
func TestAcrossCertificates(t *testing.T) {
	n := 0
	for name, c := range acrossCertificates(t) {
		text := encode(t, c)
		if wrong := verifyText(t, text); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
		var doc any
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		eachValue(doc, func(path string, set func(any), old any) {
			n++
			set(altered(old))
			text, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			if verifyText(t, text) == "" {
				t.Errorf("%s: %s altered from %v without notice", name, path, old)
			}
			set(old)
		})
	}
	t.Logf("%d values altered", n)
}

// TestForgedAcross alters what decided and makes the hash anew: the verdict is another
// then.
func TestForgedAcross(t *testing.T) {
	for name, c := range acrossCertificates(t) {
		forged := *c
		switch {
		case c.Panel != nil:
			panel := Panel{c.Panel.Period, slices.Clone(c.Panel.Peers)}
			for i := range panel.Peers {
				panel.Peers[i].Numerator = 0
			}
			forged.Panel = &panel
		case c.Account != nil:
			account := *c.Account
			account.Claimed = claim.Piece
			forged.Account = &account
		default:
			trail := stock.Trail{Code: c.Trail.Code, Events: slices.Clone(c.Trail.Events)}
			for i := range trail.Events {
				trail.Events[i].SetlType = "2"
			}
			forged.Trail = &trail
		}
		if verifyText(t, encode(t, &forged)) == "" {
			t.Errorf("%s: a forged certificate keeps its verdict", name)
		}
	}
}

// TestPercentile holds the nearest rank against its definition: at least so many per
// cent of the peers do not exceed it, and of no smaller value that is true.
func TestPercentile(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		peers := make([]Peer, fewestPeers+r.IntN(40))
		for i := range peers {
			peers[i] = Peer{Numerator: r.Int64N(12), Denominator: 1 + r.Int64N(6)}
		}
		p := knowledge.Decimal(r.Int64N(100*int64(claim.Piece) + 1))
		c := &compared{point: &point{Point: &knowledge.Point{Params: &knowledge.Params{Percentile: &p}}}}
		mark := c.percentile(peers)
		enough := func(x *Peer) bool { // as many per cent of the peers as p are no larger
			n := int64(0)
			for i := range peers {
				if !more(&peers[i], x) {
					n++
				}
			}
			return n*100*int64(claim.Piece) >= int64(p)*int64(len(peers))
		}
		if !enough(mark) {
			t.Fatalf("percentile %s of %v: %v", claim.Quantity(p), peers, mark)
		}
		for i := range peers {
			if more(mark, &peers[i]) && enough(&peers[i]) {
				t.Fatalf("percentile %s of %v: %v, but %v is smaller", claim.Quantity(p), peers, mark, peers[i])
			}
		}
	}
}

// TestPrefixes holds the index of code prefixes against looking at every one.
func TestPrefixes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	word := func(n int) string {
		var b strings.Builder
		for range 1 + r.IntN(n) {
			b.WriteByte("0012X"[r.IntN(5)])
		}
		return b.String()
	}
	for range 300 {
		var x prefixes
		want := make(map[string][]int)
		for set := range 1 + r.IntN(12) {
			p := word(7)
			x.add(p, set)
			want[p] = append(want[p], set)
		}
		for range 50 {
			code := word(10)
			var got, all []int
			for k := x.find(code); k >= 0; k = x.all[k].parent {
				got = append(got, x.all[k].sets...)
			}
			for p, sets := range want {
				if strings.HasPrefix(code, p) {
					all = append(all, sets...)
				}
			}
			slices.Sort(got)
			slices.Sort(all)
			if !slices.Equal(got, all) {
				t.Fatalf("%s among %v: %v, want %v", code, slices.Sorted(maps.Keys(want)), got, all)
			}
		}
	}
}

func TestPeriods(t *testing.T) {
	day := calendar.DayOf
	for _, c := range []struct {
		kind     string
		from, to calendar.Day
		want     string
	}{
		{"month", day(2025, 1, 1), day(2025, 3, 31), "2025-01 2025-02 2025-03"},
		{"month", day(2025, 1, 2), day(2025, 3, 30), "2025-02"},
		{"quarter", day(2024, 12, 1), day(2025, 7, 31), "2025Q1 2025Q2"},
		{"quarter", day(2025, 1, 1), day(2025, 3, 30), ""},
		{"year", day(2024, 1, 1), day(2025, 12, 31), "2024 2025"},
		{"year", day(2024, 1, 2), day(2025, 12, 30), ""},
		{"year", calendar.NoDay, calendar.NoDay, "2025"},
		{"quarter", calendar.NoDay, calendar.NoDay, "2025Q1 2025Q2"},
	} {
		var names []string
		for _, p := range periodsOf(c.kind, c.from, c.to, day(2025, 2, 1).Month(), day(2025, 5, 1).Month()) {
			names = append(names, p.String())
			if again, ok := parsePeriod(p.String()); !ok || again != p {
				t.Errorf("%s reads as %v, %v", p, again, ok)
			}
			if p.firstDay().Month() != p.first || p.lastDay().Month() != p.last || (p.lastDay()+1).Month() != p.last+1 {
				t.Errorf("%s: %s to %s", p, p.firstDay(), p.lastDay())
			}
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s of %s to %s: %s, want %s", c.kind, c.from, c.to, got, c.want)
		}
	}
	for _, text := range []string{"", "2025-3", "2025Q5", "2025-13", "2025Q0", "25", "2025Q1x"} {
		if p, ok := parsePeriod(text); ok {
			t.Errorf("%q reads as %v", text, p)
		}
	}
}

// TestCells writes cells and reads them back; reading twice gives the double.
func TestCells(t *testing.T) {
	c := newCells()
	for i := range 300 {
		k := cellKey{sheet(1 + i%4), fmt.Sprint("H", i/3), fmt.Sprint("0305", separator, "骨科", i%5), 24300 + i%12}
		v := c.at(k, 1+i%4)
		for n := range v {
			v[n] += int64(i-150) << (n * 12)
		}
	}
	path := filepath.Join(t.TempDir(), "cells")
	if err := c.write(path); err != nil {
		t.Fatal(err)
	}
	twice := newCells()
	for range 2 {
		if err := twice.read(path); err != nil {
			t.Fatal(err)
		}
	}
	for k, v := range c.sums {
		double := slices.Clone(v)
		for i := range double {
			double[i] *= 2
		}
		if got := twice.sums[k]; !slices.Equal(got, double) && slices.ContainsFunc(v, func(n int64) bool { return n != 0 }) {
			t.Errorf("%v: %v, want %v", k, got, double)
		}
	}
}

// TestCellsAdd counts random histories and takes them away again in another order:
// nothing is left, and what is left of some is what the others alone come to.
func TestCellsAdd(t *testing.T) {
	cases := acrossHistories(t)
	points := []knowledge.Point{
		ratioPoint("K1", "drug", "total"), ratioPoint("K2", "code:0021|XJ", "stays"), ratioPoint("K3", "readmission:31", "stays"),
		ratioPoint("K4", "dx:T81.4|J", "stays"), ratioPoint("K5", "visit.total", "visits"),
		{ID: "K6", RuleID: "YH0005", Params: &knowledge.Params{Item: "002103"}, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay},
	}
	lib := NewLibrary(Parts{Rules: rule.All(), Points: points})
	j := newJudge(lib, Options{From: calendar.DayOf(2025, 1, 1), To: calendar.DayOf(2025, 12, 31)})
	j.meter, j.only = newMeter(lib), true
	count := func(hs []*claim.History, sign int64) {
		j.meter.cells.sign = sign
		for _, h := range hs {
			j.judge(h)
		}
	}
	half := len(cases) / 2
	count(cases, 1)
	count(cases[:half], -1)
	left := j.meter.cells
	j.meter.cells = newCells()
	count(cases[half:], 1)
	compareCells(t, left, j.meter.cells)
	slices.Reverse(cases)
	count(cases[:len(cases)-half], -1)
	compareCells(t, j.meter.cells, newCells())
}

func compareCells(t *testing.T, got, want *cells) {
	t.Helper()
	keys := slices.Collect(maps.Keys(got.sums))
	for k := range want.sums {
		keys = append(keys, k)
	}
	for _, k := range keys {
		g, w := got.sums[k], want.sums[k]
		for i := range max(len(g), len(w)) {
			at := func(v []int64) int64 {
				if i < len(v) {
					return v[i]
				}
				return 0
			}
			if at(g) != at(w) {
				t.Fatalf("%v: %v, want %v", k, g, w)
			}
		}
	}
}

func ratioPoint(id, numerator, denominator string) knowledge.Point {
	return knowledge.Point{
		ID: id, RuleID: "ZB10000205001000", ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay,
		Params: &knowledge.Params{Numerator: numerator, Denominator: denominator, Period: "year"},
	}
}

// acrossHistories returns the histories of the cases of the classes across persons.
func acrossHistories(t *testing.T) (all []*claim.History) {
	t.Helper()
	for _, r := range rule.All() {
		if r.Program != "ratio" && r.Program != "share" {
			continue
		}
		cases, err := rule.Cases(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			all = append(all, &cases[i].History)
			for k := range cases[i].Others {
				all = append(all, &cases[i].Others[k])
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *claim.History) int { return cmp.Compare(a.PsnNo, b.PsnNo) })
	return all
}

// TestTrailDoubt: what the times do not tell is no hit.
func TestTrailDoubt(t *testing.T) {
	one := knowledge.Decimal(claim.Piece)
	points := []knowledge.Point{{ID: "K", RuleID: "YH0004", Params: &knowledge.Params{Max: &one}, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}}
	lib := NewLibrary(Parts{Rules: rule.All(), Points: points})
	day := calendar.DayOf(2025, 3, 1)
	for _, c := range []struct {
		name   string
		events string // type, institution, hour of the day (- without one), by blanks
		found  int
	}{
		{"a sale and a return on one day without times", "purchase A 8,sale A -,sale_return A -,sale A 12", 0},
		{"two sales on one day without times", "purchase A -,sale A -,sale A -", 1},
		{"taken in elsewhere on the day of the sale without a time", "purchase A 8,purchase B -,sale B 12", 0},
		{"taken in by both on one day without times", "purchase A -,purchase B -,sale B 12", 0},
		{"given back and sold on one day without times", "purchase A 8,purchase_return A -,sale A -", 0},
		{"given back, then sold", "purchase A 8,purchase_return A 9,sale A 10", 1},
	} {
		var rows []stock.Event
		for i, text := range strings.Split(c.events, ",") {
			var kind, org, hour string
			if _, err := fmt.Sscan(text, &kind, &org, &hour); err != nil {
				t.Fatal(err)
			}
			e := stock.Event{ID: fmt.Sprint(i), FixmedinsCode: org, Type: kind, SetlType: "1", MdtrtID: fmt.Sprint("M", i), Time: day.At(0, 0, 0)}
			if hour != "-" {
				var h int
				if _, err := fmt.Sscan(hour, &h); err != nil {
					t.Fatal(err)
				}
				e.Time = day.At(h, 0, 0)
			}
			rows = append(rows, e)
		}
		out := lib.judgeTrail(stock.NewTrail("81234560012345678901", rows), Options{From: calendar.NoDay, To: calendar.NoDay})
		if len(out.findings) != c.found {
			t.Errorf("%s: %d findings, want %d", c.name, len(out.findings), c.found)
		}
	}
}
