package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"yiheng/demo"
)

// verdict is a finding, or what the truth says is to be found.
type verdict struct{ rule, point, visit, result, lines, own string }

// truth takes a city of text files in, screens it by the starter pack, and compares
// the findings with what was injected, line by line and fen by fen.
func (b *bench) truth(ctx context.Context) error {
	dir, home := filepath.Join(b.work, "truth"), filepath.Join(b.work, "home-truth")
	defer os.RemoveAll(dir)
	defer os.RemoveAll(home)
	lines := min(2_000_000, b.lines)
	s, err := demo.Write(dir, demo.Options{Lines: lines, Seed: b.seed + 2, From: b.from, To: b.to})
	if err != nil {
		return err
	}
	for _, args := range [][]string{{"intake", dir}, {"knowledge", "import", "starter"}} {
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

// compare reports recall and precision of a result, by rule where they are not whole.
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
	var rules []string
	for r, t := range by {
		if t.both < max(t.injected, t.found) {
			rules = append(rules, r)
		}
	}
	slices.Sort(rules)
	for _, r := range rules {
		much, about := line(by[r])
		b.report.add("  "+r, much, about)
	}
	if len(rules) == 0 {
		b.report.add("  by rule class", fmt.Sprint(len(by)), "rule classes, each whole")
	}
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
		all[verdict{row["rule_id"], row["kp_id"], row["mdtrt_id"], row["result"], strings.Join(lines, ";"), row["own_amount"]}] = true
	})
	return all, err
}
