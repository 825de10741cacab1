package screening

import (
	"cmp"
	"slices"
	"strings"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// prepare works out which rows count (JUDGEMENT.md, Before judging).
func (j *judge) prepare() {
	j.death = calendar.NoDay
	j.codesIndexed = false
	j.patients = [2]*patient{}
	j.prepareVisits()
	j.prepareSettlements()
	negative := j.prepareLines()
	j.sortLines()
	j.giveLinesToVisits()
	if negative {
		j.netRefunds()
	}
}

func (j *judge) prepareVisits() {
	j.visitByID = emptied(j.visitByID)
	j.visits = slices.Grow(j.visits[:0], len(j.h.Encounters)+len(j.h.Settlements)+8)
	for i := range j.h.Encounters {
		e := &j.h.Encounters[i]
		if j.tooOld(e.Endtime.Day()) {
			continue
		}
		if at, ok := j.visitByID[e.MdtrtID]; ok {
			j.issue(e.FixmedinsCode, IssueDuplicateKey, e.MdtrtID)
			if e.Newer(&j.visits[at].enc.Version) {
				j.visits[at].enc = e
			}
			continue
		}
		j.visitByID[e.MdtrtID] = int32(len(j.visits))
		j.visits = append(j.visits, visit{id: e.MdtrtID, enc: e})
	}
}

func (j *judge) prepareSettlements() {
	j.setlByID = emptied(j.setlByID)
	j.settlements = slices.Grow(j.settlements[:0], len(j.h.Settlements))
	for i := range j.h.Settlements {
		s := &j.h.Settlements[i]
		if j.tooOld(s.SetlTime.Day()) {
			continue
		}
		if at, ok := j.setlByID[s.SetlID]; ok {
			j.issue(s.FixmedinsCode, IssueDuplicateKey, s.SetlID)
			if s.Newer(&j.settlements[at].Version) {
				j.settlements[at].Settlement = s
			}
			continue
		}
		j.setlByID[s.SetlID] = int32(len(j.settlements))
		j.settlements = append(j.settlements, settlement{Settlement: s})
	}
	for i := range j.settlements {
		s := &j.settlements[i]
		if !valid(s.ValiFlag) {
			s.out = true
			continue
		}
		if s.RefdSetlFlag != "1" {
			continue
		}
		s.out = true
		if at, ok := j.setlByID[s.InitSetlID]; ok && s.InitSetlID != "" {
			j.settlements[at].out = true
		}
	}
	for i := len(j.settlements) - 1; i >= 0; i-- {
		s := &j.settlements[i]
		s.visit = j.visitOf(s.MdtrtID, nil)
		s.visit.had = true
		if !s.out {
			s.next, s.visit.setl = s.visit.setl, s
		}
	}
}

// tooOld says whether a row of a day lies beyond the horizon: judgement of a
// service of year Y sees nothing before 1 January of Y−1.
func (j *judge) tooOld(d calendar.Day) bool { return d != calendar.NoDay && d < j.horizon }

// visitOf returns the visit with an id; one that no row states is made up.
func (j *judge) visitOf(id string, last *visit) *visit {
	if last != nil && last.id == id {
		return last
	}
	at, ok := j.visitByID[id]
	if !ok {
		if len(j.visits) == cap(j.visits) {
			j.growVisits()
		}
		at = int32(len(j.visits))
		j.visitByID[id] = at
		j.visits = append(j.visits, visit{id: id})
	}
	return &j.visits[at]
}

// growVisits makes room, keeping every pointer into visits true.
func (j *judge) growVisits() {
	old := j.visits
	j.visits = make([]visit, len(old), 2*cap(old)+8)
	copy(j.visits, old)
	for i := range j.settlements {
		if v := j.settlements[i].visit; v != nil {
			j.settlements[i].visit = &j.visits[j.visitByID[v.id]]
		}
	}
	for i := range j.lines {
		if v := j.lines[i].visit; v != nil {
			j.lines[i].visit = &j.visits[j.visitByID[v.id]]
		}
	}
}

// prepareLines works out which lines count and says whether any is negative.
func (j *judge) prepareLines() (negative bool) {
	j.newestLines()
	j.order = j.order[:0]
	var v *visit
	var s *settlement
	for i := range j.lines {
		x := &j.lines[i]
		if x.Line == nil || !valid(x.ValiFlag) {
			x.Line = nil
			continue
		}
		v = j.visitOf(x.MdtrtID, v)
		s = j.settlementOf(x.Line, s)
		x.visit, x.setl = v, s
		switch {
		case s != nil && s.out || !v.happened():
			x.Line = nil
			continue
		case s != nil:
			s.add(x.sum)
		}
		if isNegative(x.Line) {
			negative = true
			continue
		}
		x.selfPay = wholeOwnExpense(x.Line)
		v.charged = true
		j.order = append(j.order, int32(i))
	}
	return negative
}

// newestLines fills lines, one for each row of the history: of rows with one key, and
// of rows within the horizon, all but the newest are struck out (Line nil).
func (j *judge) newestLines() {
	n := len(j.h.Lines)
	j.lines = slices.Grow(j.lines[:0], n)
	j.resetSeen(n)
	for i := range j.h.Lines {
		l := &j.h.Lines[i]
		x := line{Line: l, qty: l.Cnt, sum: l.DetItemFeeSumamt, inscp: covered(l), entry: l.Entry, day: l.FeeOcurTime.Day()}
		if j.tooOld(x.day) {
			x.Line = nil
		}
		if at := j.remember(l, i); at >= 0 {
			j.issue(l.FixmedinsCode, IssueDuplicateKey, l.BkkpSn)
			switch old := &j.lines[at]; {
			case x.Line == nil:
			case old.Line != nil && !l.Newer(&old.Version):
				x.Line = nil
			default:
				old.Line = nil
				j.seenAt(l, at, i)
			}
		}
		j.lines = append(j.lines, x)
	}
}

// settlementOf returns the settlement that a line names, nil when it names none or
// one that is not in the data.
func (j *judge) settlementOf(l *claim.Line, last *settlement) *settlement {
	switch {
	case l.SetlID == "":
		return nil
	case last != nil && last.SetlID == l.SetlID:
		return last
	}
	if at, ok := j.setlByID[l.SetlID]; ok {
		return &j.settlements[at]
	}
	j.issue(l.FixmedinsCode, IssueOrphan, l.BkkpSn)
	return nil
}

// add counts a line of the settlement.
func (s *settlement) add(sum claim.Money) {
	s.lines++
	if sum == claim.Null {
		s.unsummed = true
		return
	}
	s.lineSum += sum
}

// compare orders lines by fee_ocur_time, then bkkp_sn.
func (j *judge) compare(a, b *line) int {
	if a.FeeOcurTime != b.FeeOcurTime {
		return cmp.Compare(a.FeeOcurTime, b.FeeOcurTime)
	}
	if c := strings.Compare(a.BkkpSn, b.BkkpSn); c != 0 {
		return c
	}
	return cmp.Compare(a.Read, b.Read)
}

func (j *judge) sortLines() {
	sorted := true
	for k := 1; k < len(j.order); k++ {
		if j.compare(&j.lines[j.order[k-1]], &j.lines[j.order[k]]) > 0 {
			sorted = false
			break
		}
	}
	if !sorted {
		slices.SortFunc(j.order, func(a, b int32) int { return j.compare(&j.lines[a], &j.lines[b]) })
	}
}

// giveLinesToVisits fills visit.lines from order, out of one array.
func (j *judge) giveLinesToVisits() {
	for i := range j.visits {
		j.visits[i].count = 0
	}
	for _, i := range j.order {
		j.lines[i].visit.count++
	}
	j.visitLines = slices.Grow(j.visitLines[:0], len(j.order))[:len(j.order)]
	at := 0
	for i := range j.visits {
		v := &j.visits[i]
		v.lines = j.visitLines[at : at : at+v.count]
		at += v.count
	}
	for _, i := range j.order {
		x := &j.lines[i]
		x.visit.lines = append(x.visit.lines, i)
		if x.entry == 0 {
			x.entry = j.lib.Resolve(lineCode(x.Line))
		}
	}
}

func valid(flag string) bool { return flag != "0" }
