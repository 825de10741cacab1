package demo

import (
	"yiheng/ground/calendar"
)

// generator knows the city and makes its people, one by one. It is read-only once
// made: many workers use it at a time.
type generator struct {
	*catalogue
	city     *city
	seed     uint64
	from, to calendar.Day
	years    int // that the records span
	clean    bool
	every    int64 // every so many-th person is a scene
	heavy    int64 // lines of the first person, 0: as everybody
	peers    bool  // the next persons are the peers' patients
	plan     *plan

	bed, rounds, infusion, injection, anaesthesia *item
	nursing                                       [3]*item // grades I, II, III
	visitFee                                      [2]*item // outpatient, emergency
	neutral                                       []*item  // items without any point
	neutralDrugs                                  []*item
}

// worker is what one goroutine needs of its own.
type worker struct {
	life  life
	diary diary
}

func newGenerator(o *Options) *generator {
	g := &generator{catalogue: loadCatalogue(), city: newCity(o.Seed), seed: o.Seed, from: o.From, to: o.To, clean: o.Clean, years: o.years()}
	g.bed, g.rounds = g.named("普通病房床位费"), g.named("住院诊查费")
	g.infusion, g.injection, g.anaesthesia = g.named("静脉输液"), g.named("肌肉注射"), g.named("椎管内麻醉")
	for k, name := range []string{"Ⅰ级护理", "Ⅱ级护理", "Ⅲ级护理"} {
		g.nursing[k] = g.named(name)
	}
	g.visitFee[0], g.visitFee[1] = g.named("普通门诊诊查费"), g.named("急诊诊查费")
	for _, it := range g.items {
		if len(it.points) > 0 || len(it.others) > 0 || it.own {
			continue
		}
		switch {
		case it.chrgitm == "04" || it.chrgitm == "03":
			g.neutral = append(g.neutral, it)
		case it.code[0] == 'X':
			g.neutralDrugs = append(g.neutralDrugs, it)
		}
	}
	g.plan = newPlan(g)
	return g
}

// person fills w.life with person n: an ordinary life or a scene.
func (g *generator) person(w *worker, n int64) *life {
	switch {
	case n == 0 && g.heavy > 0:
		g.liveHeavily(&w.life, n, w)
	case g.peers && n >= 1 && n <= peerPersons:
		g.inpatient(&w.life, n, int(n-1))
	case n%g.every == g.every/2:
		g.stage(&w.life, n, w)
	default:
		g.live(&w.life, n, w)
	}
	return &w.life
}
