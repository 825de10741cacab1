package demo

import (
	"fmt"

	"yiheng/ground/calendar"
)

// peerTruth writes down what is to be found of the peers, and what just is not.
func (g *generator) peerTruth(l *life) {
	for _, p := range g.points {
		period, whole := g.periodOf(p)
		if !whole || p.next != nil { // the city's own point takes its place
			continue
		}
		say := func(i int, hit bool, note string) {
			org, dept := g.city.peers[i].code, ""
			if p.program == "share" {
				dept = peerDept
			}
			if hit && !g.clean {
				l.truths = append(l.truths, Truth{RuleID: p.rule, KpID: p.id, Result: p.result(), Org: org, Dept: dept, Period: period, Note: note})
			} else {
				l.misses = append(l.misses, NearMiss{RuleID: p.rule, KpID: p.id, Org: org, Dept: dept, Period: period, Note: note})
			}
		}
		switch {
		case p.supersedes != "": // a limit that nobody can exceed
			say(0, false, "限值为全部，不可能超过")
		case p.program == "share":
			say(screened, true, "科室检查占比高于同类科室")
			say(halfOf, false, "科室检查占比刚好一半")
			say(0, false, "科室检查占比与同类科室相同")
		case p.program == "ratio":
			ratioTruth(p, say)
		case p.rule == "GZ10000203001000":
			say(screened, true, "耗材结算数量多于购进")
			say(halfOf, false, "耗材结算数量刚好到允许的差异")
			say(takingBack, false, "耗材多收的数量已退费")
		case p.program == "stock":
			say(oversold, true, "药品结算数量多于购进")
			say(halfOf, false, "药品结算数量刚好到允许的差异")
			say(twoOfEight, false, "账册按包装记数，换算后相符")
			say(cycles, false, "账册未覆盖整个周期，不判")
		}
	}
}

// ratioTruth is the peers' truth by the class of a ratio.
func ratioTruth(p *ruled, say func(i int, hit bool, note string)) {
	switch k := int(p.rule[len(p.rule)-4] - '1'); {
	case p.MinVisits == 0:
		say(k, false, "就诊不足二十人次，不评")
	case k < len(peerShares):
		say(k, true, "占比高于限值")
		say(k+boundaries, false, "占比刚好等于限值")
	case k == 6:
		say(infected, true, "发生率高于同级同类机构")
		say(0, false, "发生率与同级同类机构相同")
	default:
		say(readmitted, true, "再入院率高于限值")
		say(twoOfEight, false, "再入院率刚好等于限值")
		say(cycles, false, "再入院为化疗疗程")
	}
}

// periodOf names the period of a point about the peers that holds their month; whole
// is false when the records do not hold all of it.
func (g *generator) periodOf(p *ruled) (name string, whole bool) {
	y, m, _ := g.peerMonth().Civil()
	first, next := calendar.DayOf(y, 1, 1), calendar.DayOf(y+1, 1, 1)
	name = fmt.Sprint(y)
	after := func(m int) calendar.Day {
		if m == 12 {
			return calendar.DayOf(y+1, 1, 1)
		}
		return calendar.DayOf(y, m+1, 1)
	}
	switch p.Period {
	case "month":
		name = fmt.Sprintf("%d-%02d", y, m)
		first, next = calendar.DayOf(y, m, 1), after(m)
	case "quarter":
		q := (m - 1) / 3
		name = fmt.Sprintf("%dQ%d", y, q+1)
		first, next = calendar.DayOf(y, q*3+1, 1), after(q*3+3)
	}
	return name, first >= g.from && next-1 <= g.to
}
