package screening

import (
	"fmt"
	"slices"

	"yiheng/audit/expression"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// expression asks p about a patient some of whose lines carry its trigger codes.
func (j *judge) expression(p *point, items []item) {
	patient := j.patientOf(j.lines[items[0].line].visit)
	if p.Params.Over == expression.OverPerson {
		j.askPerson(p, patient)
		return
	}
	for k, it := range items {
		v := j.lines[it.line].visit
		if !slices.ContainsFunc(items[:k], func(o item) bool { return j.lines[o.line].visit == v }) {
			j.askVisit(p, patient, v)
		}
	}
}

// expressAlways asks the points that nothing triggers about every patient, or visit.
func (j *judge) expressAlways() {
	for _, p := range j.lib.expressions.always {
		if !j.stageOf(p.rule) {
			continue
		}
		for _, patient := range j.everyPatient() {
			if p.Params.Over == expression.OverPerson {
				j.askPerson(p, patient)
				continue
			}
			for _, v := range patient.visits {
				j.askVisit(p, patient, v)
			}
		}
	}
}

// concerns says whether p may object to something of a visit in this run.
func (j *judge) concerns(p *point, v *visit) bool {
	return j.selected(v.last) && p.inForce(v.last, v.place()) ||
		slices.ContainsFunc(v.lines, func(i int32) bool { return j.selected(j.lines[i].day) && p.inForce(j.lines[i].day, v.place()) })
}

func (j *judge) askVisit(p *point, of *patient, v *visit) {
	if !j.concerns(p, v) || !j.paid(v) || of.facts[v] == nil {
		return
	}
	if p.hasExceptions() {
		excluded, reason := j.excluded(p.Params, p.rule, v, v.last)
		if excluded == unknown {
			j.unchecked(p.rule, reason)
		}
		if excluded != no {
			return
		}
	}
	j.evaluate(p, of, v)
}

func (j *judge) askPerson(p *point, of *patient) {
	if slices.ContainsFunc(of.visits, func(v *visit) bool { return j.concerns(p, v) && j.paid(v) }) {
		j.evaluate(p, of, nil)
	}
}

// evaluate makes hits of what p's expression returns.
func (j *judge) evaluate(p *point, of *patient, v *visit) {
	program := j.lib.expressions.programs[p]
	if program == nil {
		j.unchecked(p.rule, "表达式有误")
		return
	}
	var asked *expression.Visit
	if v != nil {
		asked = of.facts[v]
	}
	r := program.Eval(j.patientFor(p, of, v), asked)
	j.out.Steps = max(j.out.Steps, r.Cost)
	for k := range r.Lines {
		j.objectPart(p, &r.Lines[k])
	}
	for _, found := range r.Visits {
		j.objectWhole(p, of.visitOf[found])
	}
	if r.Whole {
		j.objectWhole(p, v)
	}
	for _, d := range r.Doubts {
		if j.mayDoubt(p, of, d) {
			j.unchecked(p.rule, d.Reason)
		}
	}
}

// patientFor returns what a point sees of a patient: all, or all but the visits that its
// exceptions leave out.
func (j *judge) patientFor(p *point, of *patient, asked *visit) *expression.Patient {
	if !p.hasExceptions() {
		return of.Patient
	}
	out := make(map[*expression.Visit]bool)
	for _, v := range of.visits {
		if v == asked {
			continue
		}
		excluded, reason := j.excluded(p.Params, p.rule, v, v.last)
		out[of.facts[v]] = excluded != no
		if excluded == unknown && asked == nil && j.concerns(p, v) {
			j.unchecked(p.rule, reason)
		}
	}
	return &expression.Patient{
		Horizon: of.Horizon,
		Visits:  slices.DeleteFunc(slices.Clone(of.Visits), func(v *expression.Visit) bool { return out[v] }),
		Lines:   slices.DeleteFunc(slices.Clone(of.Lines), func(l *expression.Line) bool { return out[l.Visit] }),
	}
}

// objectPart objects to a line, or to a part of it.
func (j *judge) objectPart(p *point, part *expression.Part) {
	i := j.order[part.Index]
	x := &j.lines[i]
	if x.selfPay || !j.selected(x.day) || !j.applies(p, x.visit, x.day) {
		return
	}
	own := share(x.inscp, claim.Null, claim.Null)
	if part.Den > 0 {
		own = claim.Money(mulDiv(int64(own), part.Num, part.Den))
	}
	h := j.objectMoney(p, i, own, func(h *hit) string {
		return fmt.Sprintf("自定义检查“%s”：%s（%s）不符合要求。", nameOfCheck(p), j.named(h), j.daysOf(h))
	})
	if h == nil {
		return
	}
	for _, l := range part.Because {
		h.evidence = append(h.evidence, j.order[l.Index])
	}
}

// objectWhole objects to a whole visit.
func (j *judge) objectWhole(p *point, v *visit) {
	day := v.last
	if !j.selected(day) || !j.applies(p, v, day) {
		return
	}
	why := func(*hit) string {
		return fmt.Sprintf("自定义检查“%s”：本次就诊（%s）不符合要求。", nameOfCheck(p), daysOfVisit(v))
	}
	if len(v.lines) == 0 {
		h := j.hit(p, v, nil)
		h.whole, h.day, h.why = true, day, why
		return
	}
	j.objectVisit(p, v, day, why)
}

// mayDoubt says whether a doubt is about something that p could have objected to.
func (j *judge) mayDoubt(p *point, of *patient, d expression.Doubt) bool {
	switch {
	case d.Line != nil:
		x := &j.lines[j.order[d.Line.Index]]
		return !x.selfPay && j.selected(x.day) && p.inForce(x.day, x.visit.place())
	case d.Visit != nil:
		v := of.visitOf[d.Visit]
		return j.selected(v.last) && p.inForce(v.last, v.place()) && j.paid(v)
	}
	return true
}

func nameOfCheck(p *point) string {
	if p.Params.Name != "" {
		return p.Params.Name
	}
	return p.ID
}

func daysOfVisit(v *visit) string {
	if v.begin == calendar.NoDay || v.begin == v.last {
		return v.last.String()
	}
	return fmt.Sprintf("%s至%s", v.begin, v.last)
}
