package demo

import "yiheng/ground/calendar"

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
	add("XB05XXD918", int64(3+j%2))
	add("XB05XXD919", 1)
	add("C090101990120", int64(3+j%2))
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
