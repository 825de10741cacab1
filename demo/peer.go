package demo

import (
	"fmt"

	"yiheng/ground/calendar"
)

// The peers are institutions that are alike: a county's hospitals with the same few
// stays in one month, but for what makes one of them stand out. What they claim, buy
// and keep is told by their number alone, so that the truth about them is exact. Some
// persons of every city but a tiny one are theirs.
const (
	peerCount = 16
	peerStays = 6 // of each, and of its department
	peerDept  = "A22"
	peerLeast = 600 // persons of the smallest city that has them
)

// peers are the numbers of peers of which each is the one that stands out, or the one
// that comes just not to it.
const (
	// 0–5 exceed one share of money each, 10–15 reach it: shares in the order of
	// peerShares.
	infected   = 6
	readmitted = 7
	screened   = 8  // a department's examination; too many consumables claimed, too
	oversold   = 9  // claimed more drugs than bought
	halfOf     = 10 // examines half of the stays; claims as much as it may
	twoOfEight = 11 // readmits two of eight stays; keeps its books in packs
	cycles     = 12 // readmits for chemotherapy; its books begin in the middle
	takingBack = 13 // takes back what it would have claimed too much
	boundaries = 10
)

// peerPersons are the first persons after the heaviest.
const peerPersons = peerCount * peerStays

// peerShares are the shares of money that the points limit to one half: what is
// summed, of what, and the item that is added to reach it.
var peerShares = []struct {
	of, all func(it *item) bool
	add     string
}{
	{charged("09"), anything, "XC09DXD921"},
	{charged("04"), anything, "002501990010000"},
	{charged("08"), anything, "C090101990130"},
	{charged("05"), anything, "003401980010000"},
	{begins("002103"), anything, "002103990010000"},
	{begins("002102"), charged("03"), "002102980010000"},
}

func anything(*item) bool { return true }

func charged(chrgitm string) func(it *item) bool {
	return func(it *item) bool { return it.chrgitm == chrgitm }
}

func begins(prefix string) func(it *item) bool {
	return func(it *item) bool { return hasPrefix(it.code, []string{prefix}) }
}

// charge is what a stay at a peer bills.
type charge struct {
	it    *item
	count int64
	price int64 // fen
}

// basket is what the j-th stay at peer i is billed.
func (g *generator) basket(i, j int) []charge {
	var out []charge
	add := func(prefix string, count int64) {
		it := g.itemWith(prefix)
		out = append(out, charge{it, count, it.price[1]})
	}
	add("001499990010000", 1)
	add("XB05XXD918", 2)
	add("XB05XXD919", 1)
	add("C090101990120", 1)
	add("002501990010000", 2)
	add("003401980010000", 1)
	if j == 0 {
		add("002103990010000", 1)
		add("002102980010000", 1)
	}
	if j < g.examined(i) {
		add("002203990010000", 1)
	}
	return out
}

// examined is at how many stays of peer i the department's examination is made.
func (g *generator) examined(i int) int {
	switch {
	case i == screened && !g.clean:
		return peerStays
	case i == screened || i == halfOf:
		return peerStays / 2
	}
	return 1
}

// returns is how many patients of peer i are admitted a second time.
func (g *generator) returns(i int) int {
	switch {
	case i == readmitted && !g.clean, i == cycles:
		return 3
	case i == readmitted || i == twoOfEight:
		return 2
	}
	return 0
}

// topUp is what peer i adds so that one share of its money comes to one half, or
// lies above it.
func (g *generator) topUp(i int) *charge {
	k := i
	if i >= boundaries {
		k = i - boundaries
	}
	if k >= len(peerShares) {
		return nil
	}
	share := peerShares[k]
	var part, all int64
	count := func(c charge) {
		if share.all(c.it) {
			all += c.count * c.price
		}
		if share.of(c.it) {
			part += c.count * c.price
		}
	}
	for j := range peerStays {
		for _, c := range g.basket(i, j) {
			count(c)
		}
	}
	for range g.returns(i) {
		count(g.secondStay())
	}
	more := all - 2*part
	if i < boundaries && !g.clean {
		more += 100
	}
	return &charge{g.itemWith(share.add), 1, more}
}

func (g *generator) secondStay() charge {
	it := g.itemWith("001499990010000")
	return charge{it, 1, it.price[1]}
}

// peerMonth is the first day of the month in which the peers have their patients: the
// third of the records, or the first whole one.
func (g *generator) peerMonth() calendar.Day {
	y, m, d := g.from.Civil()
	if d > 1 {
		m++
	}
	if m += 2; m > 12 {
		y, m = y+1, m-12
	}
	return calendar.DayOf(y, m, 1)
}

// inpatient fills l with a person of the peers: n counts from 0.
func (g *generator) inpatient(l *life, n int64, k int) {
	r := newRandom(g.seed, uint64(n))
	l.reset()
	g.born(l, n, &r)
	l.chronic = nil
	first := g.peerMonth()
	l.sex, l.birth, l.region = "1", first-calendar.Day(15000+k*31), bookRegion
	g.identify(l, hash(g.seed, uint64(n), 13))
	l.insure(hash(g.seed, uint64(n), 13), g.from)
	i, j := k/peerStays, k%peerStays
	org, day := g.city.peers[i], first+calendar.Day(4+j%3)
	v := g.peerStay(l, org, day, g.basket(i, j), &r)
	if j == peerStays-1 {
		if c := g.topUp(i); c != nil {
			l.billAt(v, c.it, c.count*unitQty, c.price, at(day+1, 15, 0))
		}
	}
	if j == 1 || i == infected && j < 4 && !g.clean {
		v.dx = append(v.dx, g.codeOf("Y95.x00"))
	}
	if i == takingBack && j == 0 {
		g.takesBack(l, v)
	}
	l.settle(v, at(day+3, 10, 0))
	if i == 0 {
		l.kept(v)
	}
	if j < g.returns(i) {
		w := g.peerStay(l, org, day+16, []charge{g.secondStay()}, &r)
		w.dx[0] = g.codeOf("L08.900")
		if i == cycles {
			w.dx[0] = g.codeOf("Z51.100")
		}
		l.settle(w, at(day+18, 10, 0))
	}
	if k == peerPersons-1 {
		g.peerTruth(l)
	}
}

// takesBack bills and takes back what the books do not hold.
func (g *generator) takesBack(l *life, v *visit) {
	for _, prefix := range []string{"XB05XXD918", "C090101990120"} {
		l.bill(v, g.itemWith(prefix), 4, v.begin+30000)
		l.takeBack(v, len(v.lines)-1, 4*unitQty, v.begin+90000)
	}
}

func (g *generator) peerStay(l *life, org *institution, day calendar.Day, all []charge, r *random) *visit {
	v := l.open(org, peerDept, "2101", at(day, 9, 0), r)
	v.dx = append(v.dx, g.codeOf("M17.900"))
	for k, c := range all {
		l.billAt(v, c.it, c.count*unitQty, c.price, at(day+1, 10, k))
	}
	return v
}

// peerTruth writes down what is to be found of the peers, and what just is not.
func (g *generator) peerTruth(l *life) {
	for _, p := range g.points {
		period, whole := g.periodOf(p)
		if !whole {
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
		case p.program == "ratio":
			ratioTruth(p, say)
		case p.program == "share":
			say(screened, true, "科室检查占比高于同类科室")
			say(halfOf, false, "科室检查占比刚好一半")
			say(0, false, "科室检查占比与同类科室相同")
		case p.program == "stock" && p.code != "" && p.code[0] == 'C':
			say(screened, true, "耗材结算数量多于购进")
			say(halfOf, false, "耗材结算数量等于购进")
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
