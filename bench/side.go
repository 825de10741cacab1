package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"yiheng/ground/calendar"
)

// screened is a run of yiheng screen.
type screened struct {
	usage
	out      string
	findings map[string]map[objection]bool // by rule
	results  map[string]int                // findings by result
}

// screen runs yiheng screen on a home.
func (m *machine) screen(ctx context.Context, home string, from, to calendar.Day, name string, more ...string) (*screened, error) {
	s := &screened{out: filepath.Join(m.work, "out-"+name)}
	args := append([]string{"screen", "--from", from.String(), "--to", to.String(), "--out", s.out, "--workers", fmt.Sprint(m.workers)}, more...)
	var err error
	if s.usage, err = m.run(ctx, home, args...); err != nil {
		return nil, err
	}
	if strings.Contains(s.output, "接续上次中断的筛查") { // it had only the rest to do
		if s.usage, err = m.run(ctx, home, args...); err != nil {
			return nil, err
		}
	}
	return s, s.read()
}

// read reads which lines the findings object to.
func (s *screened) read() error {
	s.findings, s.results = make(map[string]map[objection]bool), make(map[string]int)
	return eachRow(filepath.Join(s.out, "findings.csv"), func(row map[string]string) {
		found := s.findings[row["rule_id"]]
		if found == nil {
			found = make(map[objection]bool)
			s.findings[row["rule_id"]] = found
		}
		s.results[row["result"]]++
		for line := range strings.SplitSeq(row["lines"], ";") {
			found[objection{row["kp_id"], line}] = true
		}
	})
}

// eachRow calls f with every row of a CSV file by the names of its header.
func eachRow(path string, f func(row map[string]string)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := csv.NewReader(file)
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		row := make(map[string]string, len(header))
		for i, name := range header {
			row[name] = fields[i]
		}
		f(row)
	}
}

// sideBySide runs the six rules once as a screening and once each in SQL, over the
// same files, and fails when they do not object to the same lines.
func (b *bench) sideBySide(ctx context.Context, c *city) error {
	s, err := b.machine.screen(ctx, c.home, b.from, b.to, "six", "--rules", strings.Join(rulesInSQL, ","))
	if err != nil {
		return err
	}
	e, err := openEngine(ctx, &b.machine, c, b.from, b.to)
	if err != nil {
		return err
	}
	defer e.close()
	if err := e.learn(ctx, b.exported); err != nil {
		return err
	}
	total := time.Duration(0)
	unequal := 0
	for _, rule := range rulesInSQL {
		found, took, err := e.find(ctx, rule)
		if err != nil {
			return err
		}
		total += took
		differ := difference(s.findings[rule], found)
		b.report.add("SQL "+rule, fmt.Sprintf("%.2f s", took.Seconds()),
			fmt.Sprintf("hits %d, screening %d, not in both %d", len(found), len(s.findings[rule]), len(differ)))
		if len(differ) > 0 {
			unequal++
			for _, d := range differ[:min(8, len(differ))] {
				fmt.Fprintln(os.Stderr, "  differs:", rule, d)
			}
		}
	}
	b.report.add("six queries in SQL", fmt.Sprintf("%.1f s", total.Seconds()), "DuckDB, "+fmt.Sprint(b.workers)+" threads, memory_limit "+b.memoryLimit)
	b.report.add("six rules in one screening", fmt.Sprintf("%.1f s", s.wall.Seconds()), "findings, certificates, report included; "+size(s.memory))
	b.report.add("factor", fmt.Sprintf("%.1f", total.Seconds()/s.wall.Seconds()), "goal 5 at 10^8 lines")
	if unequal > 0 {
		return fmt.Errorf("%d of %d rules do not object to the same lines in SQL and in screening", unequal, len(rulesInSQL))
	}
	return nil
}

// difference returns what is in one of two sets only.
func difference(a, b map[objection]bool) []string {
	var list []string
	for o := range a {
		if !b[o] {
			list = append(list, "only screening: "+o.point+" "+o.line)
		}
	}
	for o := range b {
		if !a[o] {
			list = append(list, "only SQL: "+o.point+" "+o.line)
		}
	}
	slices.Sort(list)
	return list
}
