package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/audit/finding"
	"yiheng/demo"
)

// judged takes a city in, with the knowledge and the lists that its truth rests on,
// screens it and returns the folders of the city and of what was found.
func judged(t *testing.T, o demo.Options) (in, out string) {
	t.Helper()
	home := t.TempDir()
	in = city(t, o)
	yiheng(t, home, "intake", in)
	yiheng(t, home, "knowledge", "import", "starter")
	yiheng(t, home, "knowledge", "import", filepath.Join(in, "points.csv"))
	if !o.Clean {
		yiheng(t, home, "knowledge", "exclusion", "import", filepath.Join(in, "exclusions.csv"))
	}
	return in, screen(t, home)
}

// key names what a finding, a truth or a near miss is about: a visit, or an
// institution in a period.
func key(r map[string]string) string {
	if r["psn_no"] == "" {
		return fmt.Sprint(r["rule_id"], " ", r["kp_id"], " ", r["fixmedins_code"], " ", cmp.Or(r["period"], r["setl_id"]))
	}
	return fmt.Sprint(r["rule_id"], " ", r["kp_id"], " ", r["mdtrt_id"])
}

func sorted(joined string) string {
	parts := strings.Split(joined, ";")
	slices.Sort(parts)
	return strings.Join(parts, ";")
}

// tally is what was injected into a city of one class, what was found, and what of it
// is the same to the line and the fen.
type tally struct{ injected, found, both, missed int }

// TestTruth compares what is found in a city with what was injected into it, class by
// class: violations exactly, suspicions exactly. Every person of the extract was
// judged, and the summary says so.
//
// clause: 000-027
func TestTruth(t *testing.T) {
	in, out := judged(t, demo.Options{Persons: 4000, Seed: 7, Every: 2})
	run := summary(t, out)
	if n := len(rows(t, filepath.Join(in, "psn_info_b.csv"))); run.Read.Persons != int64(n) {
		t.Errorf("%d of %d persons were judged", run.Read.Persons, n)
	}
	classes := make(map[string]*tally)
	for _, r := range run.Rules {
		classes[r.RuleID] = &tally{}
	}
	said := func(r map[string]string) string {
		return r["result"] + " " + sorted(r["lines"]) + " " + r["own_amount"]
	}
	found := make(map[string]map[string]string)
	for _, r := range rows(t, filepath.Join(out, "findings.csv")) {
		found[key(r)] = r
		classes[r["rule_id"]].found++
	}
	for _, r := range rows(t, filepath.Join(in, "truth.csv")) {
		c, f := classes[r["rule_id"]], found[key(r)]
		c.injected++
		if delete(found, key(r)); f != nil && said(f) == said(r) {
			c.both++
			continue
		}
		if c.missed++; c.missed <= 3 {
			t.Errorf("%s (%s): found %q, truth %q", key(r), r["note"], said(f), said(r))
		}
	}
	for k, f := range found {
		if c := classes[f["rule_id"]]; c.missed < 6 {
			c.missed++
			t.Errorf("found, but not in the truth: %s %s", k, said(f))
		}
	}
	for _, r := range rows(t, filepath.Join(in, "nearmiss.csv")) {
		if f, ok := found[key(r)]; ok {
			t.Errorf("near miss found: %s (%s) %s", key(r), r["note"], said(f))
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(classes)) {
		c := classes[rule]
		t.Logf("%-18s injected %4d, found %4d: recall %s, precision %s", rule, c.injected, c.found, share(c.both, c.injected), share(c.both, c.found))
		if c.injected == 0 {
			t.Errorf("%s: nothing was injected", rule)
		}
	}
}

func share(n, of int) string {
	if of == 0 {
		return "—"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(n)/float64(of))
}

// TestCleanCity screens a city without violations, class by class: each runs by points
// in force, looks at what comes near, and finds nothing.
func TestCleanCity(t *testing.T) {
	in, out := judged(t, demo.Options{Persons: 4000, Seed: 11, Every: 2, Clean: true})
	near := make(map[string]int)
	for _, r := range rows(t, filepath.Join(in, "nearmiss.csv")) {
		near[r["rule_id"]]++
	}
	for _, r := range rows(t, filepath.Join(out, "findings.csv")) {
		t.Errorf("%s in a clean city: %s %s", r["result"], key(r), r["explanation"])
	}
	run := summary(t, out)
	if len(run.Rules) != 88+6 {
		t.Errorf("%d classes", len(run.Rules))
	}
	for _, r := range run.Rules {
		t.Run(r.RuleID, func(t *testing.T) {
			pointless := r.RuleID == "YH0001" || r.RuleID == "YH0002" || r.RuleID == "YH0003"
			if r.Status != finding.Ran || r.Points == 0 && !pointless {
				t.Errorf("%s, %d points in force", r.Status, r.Points)
			}
			if near[r.RuleID] == 0 {
				t.Error("nothing in the city comes near it")
			}
		})
	}
}
