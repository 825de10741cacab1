// Package expression runs checks that a supervisor writes without a programmer: one
// expression (CEL) over one visit or one patient's records, which returns the lines
// that it objects to. It is pure: no clock, no input or output, a bounded cost, exact
// numbers, and a fact that is not known never makes a hit.
package expression

import (
	"errors"
	"maps"
	"math/bits"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// What an expression is asked for: each visit, or each patient.
const (
	OverVisit  = "visit"
	OverPerson = "person"
)

// Program is an expression made ready. It can be evaluated by many at a time.
type Program struct {
	Text     string
	Over     string
	Estimate uint64   // what it costs at most on a large visit or history; see EstimateLimit
	Columns  []string // of fee_list_d that it asks for, of those that a reader may leave out
	program  cel.Program
}

// Compile makes an expression ready. over is OverVisit or OverPerson; "" means
// OverVisit. The error is Problems: what is wrong, with line, column and a caret.
func Compile(source, over string) (*Program, error) {
	if over == "" {
		over = OverVisit
	}
	env := envOf(over)
	parsed, issues := env.Parse(source)
	if issues.Err() != nil {
		return nil, problemsOf(source, issues)
	}
	tree := parsed.NativeRep()
	if problems := rewrite(source, tree); len(problems) > 0 {
		return nil, problems
	}
	checked, issues := env.Check(parsed)
	if issues.Err() != nil {
		return nil, problemsOf(source, issues)
	}
	if problems := checkResult(source, over, checked); len(problems) > 0 {
		return nil, problems
	}
	p := &Program{Text: source, Over: over, Columns: columnsOf(fieldsOf(checked.NativeRep()))}
	var err error
	if p.Estimate, err = estimate(source, env, checked); err != nil {
		return nil, err
	}
	p.program, err = env.Program(checked, cel.CostLimit(CostLimit), cel.CostTracking(costs{}), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, Problems{{Source: source, Line: 1, Text: "表达式不能执行：" + err.Error()}}
	}
	return p, nil
}

// fieldsOf returns the names of all fields that an expression asks for.
func fieldsOf(tree *ast.AST) map[string]bool {
	fields := make(map[string]bool)
	ast.PostOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.SelectKind {
			fields[e.AsSelect().FieldName()] = true
		}
	}))
	return fields
}

// Result is what an evaluation says. What it objects to stands in Lines, in Visits (each
// with all its lines), or in Whole (the visit that was asked about, with all its lines).
type Result struct {
	Lines   []Part
	Visits  []*Visit
	Whole   bool
	Doubts  []Doubt
	Failure string // what went wrong in an evaluation that was not finished
	Cost    uint64
}

// Part is what is objected to of a line: Num/Den of it, all of it when Den is 0.
type Part struct {
	*Line
	Num, Den int64
	Because  []*Line // that prove it
}

// Doubt is a check that could not be made, of a line, of a visit, or (both nil) of all
// that the expression was asked for.
type Doubt struct {
	Line   *Line
	Visit  *Visit
	Reason string
}

// Reasons of checks that could not be made though no fact is missing.
const (
	TooCostly = "表达式超出计算上限"
	Failed    = "表达式计算出错"
)

// Eval evaluates the expression for a patient, or for one of the patient's visits
// (OverVisit). The same arguments give the same result.
func (p *Program) Eval(patient *Patient, visit *Visit) Result {
	s := &scope{Patient: patient}
	out, details, err := p.program.Eval(&bindings{scope: s, visit: visit})
	r := Result{Doubts: s.doubts}
	if details != nil && details.ActualCost() != nil {
		r.Cost = *details.ActualCost()
	}
	if err == nil {
		err = r.take(out)
	}
	if err != nil {
		r = Result{Doubts: []Doubt{{Reason: reasonOf(err)}}, Failure: err.Error(), Cost: r.Cost}
		if r.Doubts[0].Reason == TooCostly {
			r.Cost = CostLimit
		}
	}
	return r
}

// take reads what an expression returned.
func (r *Result) take(out ref.Val) error {
	if b, ok := out.(types.Bool); ok {
		r.Whole = bool(b)
		return nil
	}
	all, wrong := elements(out)
	if wrong != nil {
		return wrong.(*types.Err)
	}
	parts := make(map[*Line]int)
	for _, v := range all {
		o := v.(*object)
		if visit, ok := o.of.(*Visit); ok {
			r.Visits = append(r.Visits, visit)
			continue
		}
		p := Part{o.of.(*Line), o.num, o.den, o.because}
		at, twice := parts[p.Line]
		switch {
		case !twice:
			parts[p.Line] = len(r.Lines)
			r.Lines = append(r.Lines, p)
		case r.Lines[at].lessThan(p):
			r.Lines[at] = p
		}
	}
	slices.SortFunc(r.Lines, func(a, b Part) int { return int(a.Index) - int(b.Index) })
	return nil
}

// lessThan says whether p is a smaller part of its line than q.
func (p Part) lessThan(q Part) bool {
	if p.Den == 0 || q.Den == 0 {
		return p.Den != 0
	}
	hi, lo := bits.Mul64(uint64(p.Num), uint64(q.Den))
	hi2, lo2 := bits.Mul64(uint64(q.Num), uint64(p.Den))
	return hi < hi2 || hi == hi2 && lo < lo2
}

func reasonOf(err error) string {
	var m *missing
	switch {
	case errors.As(err, &m):
		return m.reason
	case isTooCostly(err):
		return TooCostly
	}
	return Failed
}

// bindings are the variables of an evaluation.
type bindings struct {
	*scope
	visit                               *Visit
	lines, visits, settlements, records *list // of a patient, made once
}

// Parent returns nil: there are no variables beyond these.
func (b *bindings) Parent() cel.Activation { return nil }

// ResolveName returns a variable's value.
func (b *bindings) ResolveName(name string) (any, bool) {
	switch name {
	case "@scope":
		return b.scope, true
	case "visit":
		return b.visit.value(), b.visit != nil
	case "visits":
		return listOf(&b.visits, b.Visits), true
	case "lines":
		if b.visit != nil {
			return listOf(&b.visit.lines, b.visit.Lines), true
		}
		return listOf(&b.lines, b.Lines), true
	case "settlements":
		if b.visit != nil {
			return listOf(&b.visit.settls, b.visit.Settlements), true
		}
		return listOf(&b.settlements, gather(b.Visits, func(v *Visit) []*Settlement { return v.Settlements })), true
	case "records":
		return b.allRecords(), true
	}
	return nil, false
}

// allRecords returns the records of the visit that is asked about, else of all visits;
// not known where those of one were not handed over.
func (b *bindings) allRecords() ref.Val {
	visits := b.Visits
	if b.visit != nil {
		visits = []*Visit{b.visit}
	}
	if slices.ContainsFunc(visits, func(v *Visit) bool { return v.RecordsUnknown }) {
		return absent(noRecords)
	}
	if b.visit != nil {
		return listOf(&b.visit.records, b.visit.Records)
	}
	return listOf(&b.records, gather(visits, func(v *Visit) []*Record { return v.Records }))
}

// gather returns what get gives of all visits.
func gather[T any](visits []*Visit, get func(*Visit) []T) []T {
	var all []T
	for _, v := range visits {
		all = append(all, get(v)...)
	}
	return all
}

// Variables returns the variables of an expression with their types, sorted by name.
func Variables(over string) []string {
	return slices.Sorted(maps.Keys(variables(over)))
}
