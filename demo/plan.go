package demo

import "yiheng/ground/calendar"

// plan says which scene is whose: rules take turns, and of each rule its points.
type plan struct{ rules [][]*ruled }

func newPlan(g *generator) *plan {
	pl := &plan{}
	at := map[string]int{}
	add := func(p *ruled) {
		k, ok := at[p.rule]
		if !ok {
			k = len(pl.rules)
			at[p.rule] = k
			pl.rules = append(pl.rules, nil)
		}
		pl.rules[k] = append(pl.rules[k], p)
	}
	for _, check := range []struct{ rule, check string }{
		{"YH0001", "overlapping_stay"}, {"YH0002", "visit_during_stay"}, {"YH0003", "after_death"},
	} {
		add(&ruled{rule: check.rule, program: "sequence", from: calendar.NoDay, to: calendar.NoDay, limits: limits{Check: check.check}})
	}
	for _, p := range g.points {
		if p.staged() {
			add(p)
		}
	}
	return pl
}

// staged says whether a person's records can break p; what crosses persons is told by
// the peers (peer.go).
func (p *ruled) staged() bool {
	return p.program != "ratio" && p.program != "share" && p.program != "stock"
}

// stage fills l with the scene of person n.
func (g *generator) stage(l *life, n int64, w *worker) {
	k := int(n / g.every)
	if g.peers && n > peerPersons { // whose patients come first
		k -= int((peerPersons-g.every/2)/g.every) + 1
	}
	points := g.plan.rules[k%len(g.plan.rules)]
	k /= len(g.plan.rules)
	p, pass := points[k%len(points)], k/len(points)
	pl := p.play()
	var all []variant
	for i := range max(len(pl.breaks), len(pl.misses)) {
		if i < len(pl.breaks) && !g.clean {
			all = append(all, pl.breaks[i])
		}
		if i < len(pl.misses) {
			all = append(all, pl.misses[i])
		}
		if i == 1 && !g.clean {
			all = append(all, pl.listed...)
		}
	}
	for i := range all {
		v := all[(k%len(points)+pass+i)%len(all)]
		if g.try(l, n, p, v) {
			return
		}
	}
	g.live(l, n, w)
}
