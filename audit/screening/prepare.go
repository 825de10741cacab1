package screening

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// visit is a live encounter: one that happened, with what is known of it.
type visit struct {
	id         string
	enc        *claim.Encounter // nil: lines or settlements name it, no row states it
	lines      []int32          // its live lines, in order
	count      int              // how many of them there are, before lines is filled
	setl       *settlement      // first of its live settlements
	had        bool             // it has or had a settlement
	org        string           // fixmedins_code
	orgName    string
	region     string // fix_blng_admdvs of the institution
	level      int    // 3, 2, 1, 0; levelUnknown
	pharmacy   fact
	medType    string
	insutype   string
	payLoc     string
	newborn    bool
	sex        string
	birth      calendar.Day
	begin, end calendar.Day // civil days; NoDay unknown
	last       calendar.Day // that decides for a check of the whole visit
	begnTime   calendar.Time
	stay       bool
	mainDx     string
	dx         []string
	ops        []*claim.Operation
	dxKnown    bool // dx and ops are collected
}

const levelUnknown = -1

// fact is a three-valued answer.
type fact int8

const (
	unknown fact = iota
	yes
	no
)

func is(b bool) fact {
	if b {
		return yes
	}
	return no
}

// settlement is a live row of setl_d.
type settlement struct {
	*claim.Settlement
	visit    *visit
	next     *settlement // of the same visit
	out      bool        // refunded, refunding or invalid
	lineSum  claim.Money // of its valid lines, refunds included
	lines    int
	unsummed bool // a line of it states no amount
}

// line is a live charge: valid, of a settlement that stands, net of refunds.
type line struct {
	*claim.Line
	day     calendar.Day
	qty     claim.Quantity // net; Null unknown
	sum     claim.Money    // net
	inscp   claim.Money    // net; Null unknown
	visit   *visit
	setl    *settlement // nil: none, or not in the data
	selfPay bool        // wholly at the person's expense: evidence, never objected to
	entry   int32
}

// prepare works out which rows count (JUDGEMENT.md, Before judging).
func (j *judge) prepare() {
	j.death = calendar.NoDay
	j.codesIndexed = false
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
			if newer(&e.Version, &j.visits[at].enc.Version) {
				j.visits[at].enc = e
			}
			continue
		}
		j.visitByID[e.MdtrtID] = int32(len(j.visits))
		j.visits = append(j.visits, visit{id: e.MdtrtID, enc: e})
	}
}

// emptied returns an empty map: m itself, unless it grew large, since emptying a
// large map costs as much for every later history as for the one that filled it.
func emptied[V any](m map[string]V) map[string]V {
	const large = 1 << 12
	if len(m) > large {
		return make(map[string]V)
	}
	clear(m)
	return m
}

// newer says whether a replaces b, a row with the same key.
func newer(a, b *claim.Version) bool {
	if a.UpdtTime != b.UpdtTime {
		return a.UpdtTime > b.UpdtTime
	}
	return a.Read > b.Read
}

func valid(flag string) bool { return flag != "0" }

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
			if newer(&s.Version, &j.settlements[at].Version) {
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

// happened says whether a visit took place: one whose settlements are all out did
// not; one that never had any is under way.
func (v *visit) happened() bool {
	return (v.enc == nil || valid(v.enc.ValiFlag)) && (!v.had || v.setl != nil)
}

// prepareLines keeps the newest valid row of each key and says whether any is negative.
func (j *judge) prepareLines() (negative bool) {
	n := len(j.h.Lines)
	j.lines = slices.Grow(j.lines[:0], n)
	j.order = j.order[:0]
	j.resetSeen(n)
	var lastVisit *visit
	var lastSetl *settlement
	for i := range j.h.Lines {
		l := &j.h.Lines[i]
		at := j.remember(l, i)
		x := line{Line: l, qty: l.Cnt, sum: l.DetItemFeeSumamt, inscp: covered(l), entry: l.Entry, day: l.FeeOcurTime.Day()}
		if j.tooOld(x.day) {
			x.Line = nil
		}
		if at >= 0 {
			j.issue(l.FixmedinsCode, IssueDuplicateKey, l.BkkpSn)
			old := &j.lines[at]
			if x.Line == nil || old.Line != nil && !newer(&l.Version, &old.Version) {
				x.Line = nil
			} else {
				old.Line = nil
				j.lines = append(j.lines, x)
				j.seenAt(l, at, i)
				continue
			}
		}
		j.lines = append(j.lines, x)
	}
	for i := range j.lines {
		x := &j.lines[i]
		if x.Line == nil || !valid(x.ValiFlag) {
			x.Line = nil
			continue
		}
		lastVisit = j.visitOf(x.MdtrtID, lastVisit)
		x.visit = lastVisit
		if x.SetlID != "" {
			if lastSetl == nil || lastSetl.SetlID != x.SetlID {
				lastSetl = nil
				if at, ok := j.setlByID[x.SetlID]; ok {
					lastSetl = &j.settlements[at]
				}
			}
			x.setl = lastSetl
			if x.setl == nil {
				j.issue(x.FixmedinsCode, IssueOrphan, x.BkkpSn)
			}
		}
		if x.setl != nil && x.setl.out || !x.visit.happened() {
			x.Line = nil
			continue
		}
		if s := x.setl; s != nil {
			s.lines++
			if x.sum == claim.Null {
				s.unsummed = true
			} else {
				s.lineSum += x.sum
			}
		}
		if isNegative(x.Line) {
			negative = true
			continue
		}
		x.selfPay = wholeOwnExpense(x.Line)
		j.order = append(j.order, int32(i))
	}
	return negative
}

func isNegative(l *claim.Line) bool {
	return l.Cnt != claim.Null && l.Cnt < 0 || l.DetItemFeeSumamt != claim.Null && l.DetItemFeeSumamt < 0
}

// covered returns what of a line lies within the insurance's scope: inscp_amt, else
// the total less 全自费, 超限价 and 先行自付.
func covered(l *claim.Line) claim.Money {
	if l.InscpAmt != claim.Null || l.DetItemFeeSumamt == claim.Null {
		return l.InscpAmt
	}
	m := l.DetItemFeeSumamt
	for _, part := range [...]claim.Money{l.FulamtOwnpayAmt, l.OverlmtSelfpay, l.PreselfpayAmt} {
		if part != claim.Null {
			m -= part
		}
	}
	return m
}

// wholeOwnExpense says whether the fund had no part in a line.
func wholeOwnExpense(l *claim.Line) bool {
	if l.HospApprFlag == "2" {
		return true
	}
	return l.DetItemFeeSumamt != claim.Null && l.DetItemFeeSumamt > 0 && covered(l) == 0
}

// resetSeen empties the table of keys for n lines: a power of two, open addressing.
func (j *judge) resetSeen(n int) {
	size := 16
	if n > 4 {
		size = 1 << bits.Len(uint(2*n))
	}
	if cap(j.seen) < size {
		j.seen = make([]uint32, size)
		return
	}
	j.seen = j.seen[:size]
	clear(j.seen)
}

// remember notes the key of line i and returns the earlier line with that key, or -1.
// A line without a key is like no other.
func (j *judge) remember(l *claim.Line, i int) int {
	if l.BkkpSn == "" {
		return -1
	}
	mask := uint32(len(j.seen) - 1)
	for at := hashKey(l.BkkpSn) & mask; ; at = (at + 1) & mask {
		k := j.seen[at]
		if k == 0 {
			j.seen[at] = uint32(i + 1)
			return -1
		}
		if j.h.Lines[k-1].BkkpSn == l.BkkpSn {
			return int(k - 1)
		}
	}
}

// seenAt points the key of l, noted for line from, at line to.
func (j *judge) seenAt(l *claim.Line, from, to int) {
	mask := uint32(len(j.seen) - 1)
	for at := hashKey(l.BkkpSn) & mask; ; at = (at + 1) & mask {
		if j.seen[at] == uint32(from+1) {
			j.seen[at] = uint32(to + 1)
			return
		}
	}
}

// find returns the live line with a key, nil when there is none.
func (j *judge) find(key string) *line {
	mask := uint32(len(j.seen) - 1)
	for at := hashKey(key) & mask; ; at = (at + 1) & mask {
		k := j.seen[at]
		if k == 0 {
			return nil
		}
		if j.h.Lines[k-1].BkkpSn == key {
			if x := &j.lines[k-1]; x.Line != nil {
				return x
			}
			return nil
		}
	}
}

// hashKey is a hash of a key for the table of one history; it is never stored.
// Eight bytes at a time from the end, where serial numbers differ.
func hashKey(s string) uint32 {
	h := uint64(len(s)) * 0x9E3779B97F4A7C15
	for len(s) >= 8 {
		t := s[len(s)-8:]
		v := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		h = (h ^ v) * 0xD6E8FEB86659FD93
		h ^= h >> 32
		s = s[:len(s)-8]
	}
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 0x100000001B3
	}
	h ^= h >> 29
	return uint32(h)
}

// netRefunds takes every refund line from the line that it refunds.
func (j *judge) netRefunds() {
	var unnamed []int32
	for i := range j.lines {
		r := &j.lines[i]
		if r.Line == nil || !isNegative(r.Line) {
			continue
		}
		if r.InitFeedetlSn == "" {
			unnamed = append(unnamed, int32(i))
			continue
		}
		if to := j.charge(r.InitFeedetlSn); to != nil {
			to.reduce(r)
		} else {
			j.issue(r.FixmedinsCode, IssueRefundWithoutLine, r.BkkpSn)
		}
	}
	slices.SortFunc(unnamed, func(a, b int32) int { return j.compare(&j.lines[a], &j.lines[b]) })
	for _, i := range unnamed {
		r := &j.lines[i]
		if !j.reduceLatest(r) {
			j.issue(r.FixmedinsCode, IssueRefundWithoutLine, r.BkkpSn)
		}
	}
	live := j.order[:0]
	for _, i := range j.order {
		if !j.lines[i].spent() {
			live = append(live, i)
		}
	}
	if len(live) < len(j.order) {
		j.order = live
		j.giveLinesToVisits()
	}
}

// charge returns the live charge that a key names, at the end of a chain of refunds
// of refunds; nil when there is none.
func (j *judge) charge(key string) *line {
	const links = 16
	for range links {
		x := j.find(key)
		if x == nil || !isNegative(x.Line) {
			return x
		}
		key = x.InitFeedetlSn
	}
	return nil
}

// reduceLatest takes a refund that names no line from the latest earlier line of its
// visit with its code and price; what exceeds that line from the one before it.
func (j *judge) reduceLatest(r *line) (found bool) {
	rest := *r
	for {
		x := j.latestLike(r)
		if x == nil {
			return found
		}
		found = true
		if rest.qty == claim.Null || x.qty == claim.Null || -rest.qty <= x.qty {
			x.reduce(&rest)
			return true
		}
		part := rest
		part.qty = -x.qty
		part.sum, part.inscp = -share(-rest.sum, x.qty, -rest.qty), -share(-rest.inscp, x.qty, -rest.qty)
		x.reduce(&part)
		rest.qty, rest.sum, rest.inscp = rest.qty-part.qty, rest.sum-part.sum, rest.inscp-part.inscp
	}
}

// latestLike returns the latest line before r, of its visit, with its code and
// price, of which something is left.
func (j *judge) latestLike(r *line) *line {
	var best *line
	for _, i := range r.visit.lines {
		x := &j.lines[i]
		if x.Pric != r.Pric || lineCode(x.Line) != lineCode(r.Line) || x.spent() || j.compare(x, r) > 0 {
			continue
		}
		if best == nil || j.compare(best, x) < 0 {
			best = x
		}
	}
	return best
}

// reduce takes the refund r from x.
func (x *line) reduce(r *line) {
	if x.qty != claim.Null && r.qty != claim.Null {
		x.qty += min(r.qty, -r.qty)
	}
	if x.sum != claim.Null && r.sum != claim.Null {
		x.sum += min(r.sum, -r.sum)
	}
	if x.inscp != claim.Null && r.inscp != claim.Null {
		x.inscp = max(0, x.inscp+min(r.inscp, -r.inscp))
	}
}

// spent says that nothing of x is left.
func (x *line) spent() bool {
	if x.qty != claim.Null && x.Cnt != claim.Null && x.Cnt > 0 && x.qty <= 0 {
		return true
	}
	return x.sum != claim.Null && x.DetItemFeeSumamt > 0 && x.sum <= 0
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

// lineCode returns the code of a line: med_list_codg, else hilist_code.
func lineCode(l *claim.Line) string {
	if l.MedListCodg != "" {
		return l.MedListCodg
	}
	return l.HilistCode
}

// facts works out what is known of every visit that happened.
func (j *judge) facts() {
	for i := range j.visits {
		v := &j.visits[i]
		v.level, v.begin, v.end, v.birth, v.begnTime = levelUnknown, calendar.NoDay, calendar.NoDay, calendar.NoDay, calendar.NoTime
		if e := v.enc; e != nil {
			j.factsOfEncounter(v, e)
		}
		j.factsOfSettlements(v)
		if v.org == "" && len(v.lines) > 0 {
			v.org = j.lines[v.lines[0]].FixmedinsCode
		}
		j.factsOfInstitution(v)
		if p := j.h.Person; p != nil && valid(p.ValiFlag) {
			if p.Gend == "1" || p.Gend == "2" {
				v.sex = p.Gend
			}
			if p.Brdy != calendar.NoDay {
				v.birth = p.Brdy
			}
		}
		if v.newborn {
			v.sex, v.birth = "", calendar.NoDay
		}
		v.last = j.lastDay(v)
		v.stay = strings.HasPrefix(v.medType, "2") || strings.HasPrefix(v.medType, "52")
	}
}

// lastDay returns the last day of a visit: that of endtime, else its latest
// settlement's, else its latest line's, else that of begntime.
func (j *judge) lastDay(v *visit) calendar.Day {
	last := v.end
	for s := v.setl; s != nil && v.end == calendar.NoDay; s = s.next {
		last = max(last, s.SetlTime.Day())
	}
	if last == calendar.NoDay && len(v.lines) > 0 {
		last = j.lines[v.lines[len(v.lines)-1]].day
	}
	if last == calendar.NoDay {
		last = v.begin
	}
	return last
}

func (j *judge) factsOfEncounter(v *visit, e *claim.Encounter) {
	v.org, v.orgName, v.region = e.FixmedinsCode, e.FixmedinsName, e.FixBlngAdmdvs
	v.medType, v.insutype, v.payLoc = e.MedType, e.Insutype, e.PayLoc
	v.newborn = e.NwbFlag == "1"
	v.begnTime, v.begin, v.end = e.Begntime, e.Begntime.Day(), e.Endtime.Day()
	v.level = registry.Level(e.HospLv)
	v.birth = e.Brdy
	if e.Gend == "1" || e.Gend == "2" {
		v.sex = e.Gend
	}
	if v.begin != calendar.NoDay && v.end != calendar.NoDay && v.end < v.begin {
		j.issue(e.FixmedinsCode, IssueNegativeStay, e.MdtrtID)
	}
	if valid(e.ValiFlag) && !v.newborn && e.DieDate != calendar.NoDay && (j.death == calendar.NoDay || e.DieDate < j.death) {
		j.death = e.DieDate
	}
}

func (j *judge) factsOfSettlements(v *visit) {
	for s := v.setl; s != nil; s = s.next {
		if s == v.setl && s.Insutype != "" {
			v.insutype = s.Insutype
		}
		v.org = firstOf(v.org, s.FixmedinsCode)
		v.medType = firstOf(v.medType, s.MedType)
		v.payLoc = firstOf(v.payLoc, s.PayLoc)
		if v.sex == "" && (s.Gend == "1" || s.Gend == "2") {
			v.sex = s.Gend
		}
		if v.birth == calendar.NoDay {
			v.birth = s.Brdy
		}
	}
}

// factsOfInstitution adds what fixmedins_b states. A retail pharmacy is told by its
// fixmedins_type, else by the first letter of its national code (P 定点零售药店).
func (j *judge) factsOfInstitution(v *visit) {
	if in := j.lib.institutions[v.org]; in != nil {
		v.region = firstOf(in.FixBlngAdmdvs, v.region)
		v.orgName = firstOf(v.orgName, in.FixmedinsName)
		if v.level == levelUnknown {
			v.level = registry.Level(in.HospLv)
		}
		if in.FixmedinsType != "" {
			v.pharmacy = is(in.FixmedinsType == "2")
		}
	}
	if v.pharmacy == unknown && len(v.org) == 12 && (v.org[0] == 'P' || v.org[0] == 'H') {
		v.pharmacy = is(v.org[0] == 'P')
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// collectCodes gathers a visit's diagnoses and operations, once.
func (j *judge) collectCodes(v *visit) {
	if v.dxKnown {
		return
	}
	v.dxKnown = true
	if !j.codesIndexed {
		j.indexCodes()
	}
	add := func(code string) {
		if code != "" && !slices.Contains(v.dx, code) {
			v.dx = append(v.dx, code)
		}
	}
	if v.enc != nil {
		v.mainDx = v.enc.DscgMaindiagCode
		add(v.mainDx)
	}
	for _, i := range j.dxOf[v.id] {
		d := &j.h.Diagnoses[i]
		if v.mainDx == "" && d.MaindiagFlag == "1" {
			v.mainDx = d.DiagCode
		}
		add(d.DiagCode)
	}
	if v.enc != nil {
		for _, code := range diagnosisCodes(v.enc.OtpDiagInfo) {
			add(code)
		}
	}
	for _, i := range j.opsOf[v.id] {
		v.ops = append(v.ops, &j.h.Operations[i])
	}
}

// indexCodes finds the diagnosis and operation rows that count, by visit.
func (j *judge) indexCodes() {
	j.codesIndexed = true
	j.dxOf, j.opsOf = emptied(j.dxOf), emptied(j.opsOf)
	newest := make(map[string]int)
	for i := range j.h.Diagnoses {
		d := &j.h.Diagnoses[i]
		if at, ok := newest[d.ID]; d.ID != "" && (!ok || newer(&d.Version, &j.h.Diagnoses[at].Version)) {
			newest[d.ID] = i
		}
	}
	for i := range j.h.Diagnoses {
		d := &j.h.Diagnoses[i]
		if valid(d.ValiFlag) && !j.outSettlement(d.SetlID) && (d.ID == "" || newest[d.ID] == i) {
			j.dxOf[d.MdtrtID] = append(j.dxOf[d.MdtrtID], int32(i))
		}
	}
	clear(newest)
	for i := range j.h.Operations {
		o := &j.h.Operations[i]
		if at, ok := newest[o.ID]; o.ID != "" && (!ok || newer(&o.Version, &j.h.Operations[at].Version)) {
			newest[o.ID] = i
		}
	}
	for i := range j.h.Operations {
		o := &j.h.Operations[i]
		if valid(o.ValiFlag) && !j.outSettlement(o.SetlID) && (o.ID == "" || newest[o.ID] == i) {
			j.opsOf[o.MdtrtID] = append(j.opsOf[o.MdtrtID], int32(i))
		}
	}
}

func (j *judge) outSettlement(id string) bool {
	at, ok := j.setlByID[id]
	return ok && id != "" && j.settlements[at].out
}

// diagnosisCodes returns the ICD-10 codes that stand in free text, such as
// "I10.x00 高血压;E11.900 2型糖尿病".
func diagnosisCodes(text string) []string {
	var codes []string
	for i := 0; i+2 < len(text); i++ {
		if text[i] < 'A' || text[i] > 'Z' || !digit(text[i+1]) || !digit(text[i+2]) || i > 0 && wordByte(text[i-1]) {
			continue
		}
		end := i + 3
		for end < len(text) && (wordByte(text[end]) || text[end] == '.' || text[end] == '+' || text[end] == '*') {
			end++
		}
		codes = append(codes, strings.TrimRight(text[i:end], "."))
		i = end
	}
	return codes
}

func digit(c byte) bool    { return c >= '0' && c <= '9' }
func wordByte(c byte) bool { return digit(c) || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }
