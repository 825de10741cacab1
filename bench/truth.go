package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"yiheng/demo"
)

// verdict is a finding, or what the truth says is to be found: about a visit, or about
// an institution in a period.
type verdict struct{ rule, point, visit, org, period, result, lines, own string }

// truth takes a city of text files in, screens it by the starter pack and the city's
// own points, and compares the findings with what was injected, class by class, line by
// line and fen by fen.
func (b *bench) truth(ctx context.Context) error {
	dir, home := filepath.Join(b.work, "truth"), filepath.Join(b.work, "home-truth")
	defer os.RemoveAll(dir)
	defer os.RemoveAll(home)
	lines := min(2_000_000, b.lines)
	s, err := demo.Write(dir, demo.Options{Lines: lines, Seed: b.seed + 2, From: b.from, To: b.to})
	if err != nil {
		return err
	}
	for _, args := range [][]string{
		{"intake", dir},
		{"knowledge", "import", "starter"},
		{"knowledge", "import", filepath.Join(dir, "points.csv")},
		{"knowledge", "exclusion", "import", filepath.Join(dir, "exclusions.csv")},
	} {
		if _, err := b.machine.run(ctx, home, args...); err != nil {
			return err
		}
	}
	run, err := b.machine.screen(ctx, home, b.from, b.to, "truth")
	if err != nil {
		return err
	}
	found, err := verdicts(filepath.Join(run.out, "findings.csv"))
	if err != nil {
		return err
	}
	injected, err := verdicts(filepath.Join(dir, "truth.csv"))
	if err != nil {
		return err
	}
	b.report.add("city of text files", fmt.Sprint(s.Lines), fmt.Sprintf("lines; injected %d, found %d", len(injected), len(found)))
	for _, result := range []string{"violation", "suspicion"} {
		b.compare(result, injected, found)
	}
	return nil
}

// compare reports recall and precision of a result, in all and by rule.
func (b *bench) compare(result string, injected, found map[verdict]bool) {
	type tally struct{ injected, found, both int }
	by, all := make(map[string]*tally), &tally{}
	at := func(rule string) *tally {
		if by[rule] == nil {
			by[rule] = &tally{}
		}
		return by[rule]
	}
	for v := range injected {
		if v.result != result {
			continue
		}
		at(v.rule).injected++
		all.injected++
		if found[v] {
			at(v.rule).both++
			all.both++
		} else {
			fmt.Fprintln(os.Stderr, "  missed:", v)
		}
	}
	for v := range found {
		if v.result == result {
			at(v.rule).found++
			all.found++
			if !injected[v] {
				fmt.Fprintln(os.Stderr, "  not in truth:", v)
			}
		}
	}
	line := func(t *tally) (string, string) {
		return fmt.Sprintf("%s / %s", percent(t.both, t.injected), percent(t.both, t.found)), fmt.Sprintf("recall / precision; injected %d, found %d", t.injected, t.found)
	}
	much, about := line(all)
	b.report.add(result+"s", much, about)
	whole := 0
	for _, r := range slices.Sorted(maps.Keys(by)) {
		if by[r].both == max(by[r].injected, by[r].found) {
			whole++
		}
		much, about := line(by[r])
		b.report.add("  "+r, much, about)
	}
	b.report.add("  by rule class", fmt.Sprint(len(by)), fmt.Sprintf("rule classes, %d of them whole", whole))
}

func percent(n, of int) string {
	if of == 0 {
		return "—"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(n)/float64(of))
}

// verdicts reads findings or truths.
func verdicts(path string) (map[verdict]bool, error) {
	all := make(map[verdict]bool)
	err := eachRow(path, func(row map[string]string) {
		lines := strings.Split(row["lines"], ";")
		slices.Sort(lines)
		v := verdict{rule: row["rule_id"], point: row["kp_id"], visit: row["mdtrt_id"], result: row["result"], lines: strings.Join(lines, ";"), own: row["own_amount"]}
		if row["psn_no"] == "" {
			v.org, v.period = row["fixmedins_code"], cmp.Or(row["period"], row["setl_id"])
		}
		all[v] = true
	})
	return all, err
}
