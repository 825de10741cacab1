package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiheng/audit/rule"
)

// further are points of the city's own codes by the programs that look beyond one line
// and one code: nobody breaks them, their cost is paid for every line. %[1]s is the
// code, %[2]s a code that the city does not use.
var further = []struct{ rule, params string }{
	{"GZ10000302005000", `{"dx_none":["U99"]}`},
	{"GZ10000302006000", `{"dx_any":["A","B","C","D","E","F","G","H","I","J","K","L","M","N","O","P","Q","R","S","T","Z"]}`},
	{"GZ10000102013000", `{"parts":["%[1]s","%[2]s"],"min":2}`},
	{"GZ10000301001000", `{"needs_any":["0","X","Z","T","C"],"window":"day"}`},
	{"GZ10000101005000", `{"first_any":["%[1]s"],"lookback_days":30}`},
	{"GZ10000102015000", `{"max_fen":900000000000}`},
	{"GZ10000101011000", `{"benefit":"M%[1]s"}`},
}

// addFurther adds points of the further programs at every seventh code.
func addFurther(f *pointFile, codes []frequency) {
	for n, p := range further {
		for k, c := range codes {
			if k%7 != n {
				continue
			}
			absent := fmt.Sprintf("0095%011d", k)
			code := c.code
			if strings.Contains(p.params, "%[2]s") {
				code = fmt.Sprintf("0094%011d", k)
			}
			params := p.params
			if strings.Contains(params, "%") {
				params = strings.NewReplacer("%[1]s", c.code, "%[2]s", absent).Replace(params)
			}
			f.add(p.rule, code, "", params)
		}
	}
	for _, digit := range "01234567" {
		f.add("GZ10000202002000", string(digit), "", `{"max_hours":8760}`)
	}
	f.add("GZ10000204005000", "", "", `{"exam_share":0.99,"treat_share":0.01,"dx_any":["J","K","M"]}`)
}

// classes screens with more and more rule classes: what each adds should follow the
// lines that carry its codes.
func (b *bench) classes(ctx context.Context) error {
	points := make(map[string]map[string]bool) // rule → codes
	err := eachRow(b.exported, func(row map[string]string) {
		id := row["rule_id"]
		if points[id] == nil {
			points[id] = make(map[string]bool)
		}
		points[id][row["code"]], points[id][row["other_code"]] = true, true
	})
	if err != nil {
		return err
	}
	var with, without []string
	for _, r := range rule.All() {
		switch {
		case !rule.Executable(r):
		case points[r.ID] != nil || !r.NeedsPoint:
			with = append(with, r.ID)
		default:
			without = append(without, r.ID)
		}
	}
	all := slices.Concat(with, without)
	for _, n := range []int{0, 20, 50, len(all)} {
		chosen := all[:min(n, len(all))]
		if n == 0 {
			chosen = without[:1]
		}
		s, err := b.machine.screen(ctx, b.home(), b.from, b.to, "classes", "--rules", strings.Join(chosen, ","))
		if err != nil {
			return err
		}
		lines, carried := b.carrying(points, chosen)
		b.report.add(fmt.Sprintf("screening, %d classes", n), fmt.Sprintf("%.1f s", s.wall.Seconds()),
			fmt.Sprintf("%s; %.0f%% of the lines carry one of their codes, %.2f classes a line", size(s.memory), 100*lines, carried))
	}
	return nil
}

// carrying returns the share of the sampled lines that carry a code of one of the
// rules, and of how many rules a line carries codes on average.
func (b *bench) carrying(points map[string]map[string]bool, rules []string) (lines, carried float64) {
	for _, c := range frequencies(b.sample) {
		n := 0
		for _, id := range rules {
			if points[id][c.code] {
				n++
			}
		}
		if n > 0 {
			lines += c.share
		}
		carried += c.share * float64(n)
	}
	return lines, carried
}
