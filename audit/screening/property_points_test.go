package screening_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/ground/calendar"
)

// pick returns one of several values.
func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// often says yes in percent of all cases.
func often(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

// some returns one to three different values.
func some[T comparable](r *rand.Rand, values []T) []T {
	n := 1 + r.IntN(min(3, len(values)))
	var few []T
	for len(few) < n {
		if v := pick(r, values...); !slices.Contains(few, v) {
			few = append(few, v)
		}
	}
	return few
}

// points makes one to four points of one or two rules of a program, by the schema
// of its parameters.
func (g *generator) points(program string) (points []knowledge.Point) {
	rules := rulesOf(program)
	r := pick(g.Rand, rules...)
	for range 1 + g.IntN(3) {
		if often(g.Rand, 15) {
			r = pick(g.Rand, rules...)
		}
		points = append(points, g.point(r, points))
	}
	if program == "discount" || program == "split" {
		for range 1 + g.IntN(3) {
			points = append(points, g.price(points))
		}
	}
	return points
}

// point makes a point of a rule; others are those made before.
func (g *generator) point(r *rule.Rule, others []knowledge.Point) knowledge.Point {
	g.made++
	p := knowledge.Point{
		ID: fmt.Sprintf("K%d", g.made), RuleID: r.ID, ValidFrom: open, ValidTo: open,
		Code: g.pointCode(r.Program), Params: g.params(r),
	}
	for _, o := range others { // what counts together has one limit
		if r.Program == "quantity" && o.RuleID == r.ID && o.Params.Group != "" && o.Params.Group == p.Params.Group {
			same := *o.Params
			p.Params = &same
		}
	}
	switch r.Program {
	case "conflict":
		for p.OtherCode == "" || p.OtherCode == p.Code {
			p.OtherCode = pick(g.Rand, append(slices.Concat(g.codes, g.codes, g.codes), items...)...)
		}
	case "consistency":
		p.Code = pick(g.Rand, "I63", "J06.9", "K35", "47.0", "68.4", "36.06")
	case "periop":
		p.Code = pick(g.Rand, "47.0", "68", "68.4", "3", "36.06")
	case "indication":
		if p.Params.NeedsAny != nil {
			p.Code = pick(g.Rand, "I63", "J06.9", "K35")
		}
	case "never":
		if p.Params.Mode == "alone" {
			p.Code = pick(g.Rand, g.codes...)
		}
	case "companion":
		if p.Params.Window == "visit" && often(g.Rand, 30) {
			p.Code = pick(g.Rand, "I63", "K35", "47.0")
		}
	case "split":
		p.Params.Parts = slices.DeleteFunc(p.Params.Parts, func(part string) bool { return part[:min(15, len(part))] == p.Code[:min(15, len(p.Code))] })
		if len(p.Params.Parts) == 0 {
			p.Params.Parts = []string{"001204000060001", "002503010010001"}
		}
	case "sequence":
		p.Code = ""
	case "integrity":
		if c := p.Params.Check; c != "outside_stay" && c != "late_upload" || strings.Contains(p.Code, "-") {
			p.Code = ""
		}
	}
	g.validity(&p)
	if len(others) > 0 && often(g.Rand, 15) {
		if old := pick(g.Rand, others...); old.RuleID == r.ID {
			p.Supersedes = old.ID
		}
	}
	return p
}

func (g *generator) validity(p *knowledge.Point) {
	if often(g.Rand, 40) {
		p.ValidFrom = calendar.DayOf(2024, 1, 1)
		if often(g.Rand, 40) {
			p.ValidFrom = g.day()
		}
	}
	if often(g.Rand, 10) {
		p.ValidTo = max(p.ValidFrom, g.day())
	}
	if often(g.Rand, 20) {
		p.Region = pick(g.Rand, "330000", "330000", "330106", "330100", "330106", "330199", "110000")
	}
}

func (g *generator) pointCode(program string) string {
	if program == "same_class" && often(g.Rand, 20) {
		return ""
	}
	if often(g.Rand, 8) && !slices.Contains([]string{"conflict", "price", "discount", "split", "precedence", "companion", "amount"}, program) {
		return ""
	}
	return pick(g.Rand, g.codes...)
}

// price makes a price point of a code that the points name.
func (g *generator) price(points []knowledge.Point) knowledge.Point {
	g.made++
	p := knowledge.Point{
		ID: fmt.Sprintf("K%d", g.made), RuleID: rulesOf("price")[0].ID, ValidFrom: open, ValidTo: open,
		Code:   pick(g.Rand, points...).Code,
		Params: &knowledge.Params{MaxPriceFen: map[string]int64{"3": int64(1000 + g.IntN(4)*1000), "2": int64(1000 + g.IntN(4)*1000)}},
	}
	g.validity(&p)
	return p
}

// params makes the parameters of a point of a rule by the program's schema, as the
// exchange format states them.
func (g *generator) params(r *rule.Rule) *knowledge.Params {
	class, _ := rule.Class(r.ID)
	for {
		values := map[string]any{}
		schema := knowledge.Schema(r.Program)
		choice := map[string][]string{}
		for _, p := range schema {
			name, allowed, conditional := strings.Cut(p.When, "=")
			if conditional && !slices.Contains(strings.Split(allowed, "|"), fmt.Sprint(values[name])) {
				continue
			}
			if p.OneOf != "" {
				choice[p.OneOf] = append(choice[p.OneOf], p.Name)
			}
			if p.Required || often(g.Rand, g.optional(p.Name)) {
				values[p.Name] = g.value(r.Program, &p)
			}
		}
		for _, names := range choice {
			if !slices.ContainsFunc(names, func(n string) bool { return values[n] != nil }) {
				name := pick(g.Rand, names...)
				for _, p := range schema {
					if p.Name == name {
						values[name] = g.value(r.Program, &p)
					}
				}
			}
		}
		g.fit(r, values)
		text, err := json.Marshal(values)
		if err != nil {
			panic(err)
		}
		if p, missing, err := knowledge.ParseParams(class, string(text)); err == nil && len(missing) == 0 && p != nil {
			return p
		}
	}
}

// optional is how often, in percent, a parameter is given that need not be.
func (g *generator) optional(name string) int {
	switch name {
	case "needs_parameters":
		return 0
	case "default":
		return 2
	case "result", "severity", "any_of":
		return 10
	case "exclude_dx", "exclude_med_types":
		return 6
	case "group", "count", "classes", "map", "free_qty", "max_kinds", "grace_days":
		return 50
	}
	return 15
}

// fit settles what the schema alone does not: parameters that go together.
func (g *generator) fit(r *rule.Rule, values map[string]any) {
	switch r.Program {
	case "integrity":
		if values["check"] == "operation_code" && values["map"] == nil {
			values["map"] = g.value(r.Program, &knowledge.Param{Name: "map"})
		}
	case "consistency":
		if values["dx_any"] != nil { // is compared alone
			for _, name := range []string{"sex", "age_min_days", "age_max_days", "age_min_years", "age_max_years"} {
				delete(values, name)
			}
		}
	case "indication":
		if values["needs_any"] != nil {
			delete(values, "dx_any")
			delete(values, "dx_none")
		}
	case "conflict":
		if w := values["window"]; w == "hour" || w == "6h" { // what is included then is not settled
			delete(values, "free_qty")
		}
	case "sequence":
		if values["max"] != nil {
			values["max"] = 1 + g.IntN(2)
		}
		if values["days"] != nil {
			delete(values, "period")
		}
	case "quantity":
		if values["group"] != nil {
			values["window"], values["count"] = g.grouped[0], g.grouped[1]
			values["max"] = g.cap
			delete(values, "days")
			if g.grouped[0] == "rolling" {
				values["days"] = 7
			}
		}
		if values["count"] != nil && values["count"] != "qty" && values["group"] == nil {
			values["max"] = 1 + g.IntN(2)
		}
	}
}
