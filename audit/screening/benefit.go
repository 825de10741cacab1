package screening

import (
	"fmt"
	"strings"
)

// benefits are the lists of special diseases, by rule and disease code.
type benefits map[string][]*benefit

// benefit is what may be paid under a special disease: the points of one rule.
type benefit struct {
	rule   *ruleSet
	points []*point
	byCode map[string][]*point
}

// add puts a point on its disease's list.
func (b benefits) add(p *point) {
	disease := p.Params.Benefit
	var list *benefit
	for _, l := range b[disease] {
		if l.rule == p.rule {
			list = l
		}
	}
	if list == nil {
		list = &benefit{rule: p.rule, byCode: make(map[string][]*point)}
		b[disease] = append(b[disease], list)
	}
	list.points, p.list = append(list.points, p), list
	if p.Code != "" {
		list.byCode[p.Code] = append(list.byCode[p.Code], p)
	}
}

// benefit: a line settled under a special disease that is not on the disease's list.
func (j *judge) benefit(i int32, x *line) {
	disease := x.DiseCodg
	if disease == "" && x.visit.enc != nil {
		disease = x.visit.enc.DiseNo
	}
	if disease == "" || x.selfPay {
		return
	}
	for _, b := range j.lib.benefits[disease] {
		code := lineCode(x.Line)
		if !j.stageOf(b.rule) || code != "" && !b.rule.Covers(code, x.ListType) {
			continue
		}
		p := b.judging(j, x)
		switch {
		case p == nil:
		case code == "":
			j.unchecked(b.rule, "明细编码不详")
		case !b.lists(x, code) && j.applies(p, x.visit, x.day):
			j.object(p, i, noQuantity, func(h *hit) string {
				return fmt.Sprintf("%s按病种%s的待遇结算，不在该病种的目录范围内。", j.named(h), disease)
			})
		}
	}
}

// judging returns the point that a finding stands under: that without a code, else
// the one with the smallest kp_id, of those in force; nil when none is.
func (b *benefit) judging(j *judge, x *line) *point {
	var best *point
	for _, p := range b.points {
		if !p.inForce(x.day, x.visit.place()) {
			continue
		}
		switch {
		case best == nil,
			p.Code == "" && best.Code != "",
			(p.Code == "") == (best.Code == "") && strings.Compare(p.ID, best.ID) < 0:
			best = p
		}
	}
	return best
}

// lists says whether a point in force carries the code of a line.
func (b *benefit) lists(x *line, code string) bool {
	for _, c := range []string{code, nationalItem(code)} {
		for _, p := range b.byCode[c] {
			if c != "" && p.inForce(x.day, x.visit.place()) {
				return true
			}
		}
	}
	return false
}
