package demo

import (
	"strconv"

	"yiheng/ground/calendar"
)

// trace is a row of drug_trac_d: one event of a box of a drug.
type trace struct {
	code    string // drug_trac_codg
	kind    string // purchase, purchase_return, sale, sale_return, stock
	org     *institution
	item    *item
	visit   *visit
	line    int // of the visit; -1: not named
	split   bool
	own     bool // settled at the person's own expense
	at      calendar.Time
	number  int // of the person's traces
	invalid bool
}

// boxed adds an event of a box.
func (l *life) boxed(code, kind string, org *institution, it *item, t calendar.Time) *trace {
	l.traces = append(l.traces, trace{code: code, kind: kind, org: org, item: it, line: -1, at: t, number: len(l.traces)})
	return &l.traces[len(l.traces)-1]
}

// box is the code of a person's n-th box: twenty digits.
func (l *life) box(n int) string {
	b := appendPadded([]byte("81"), uint64(l.number), 12)
	return string(appendPadded(b, uint64(n), 6))
}

// tracePlay sells boxes that were sold, or that the pharmacy does not have.
var tracePlay = play{
	breaks: []variant{
		{"同一追溯码再次结算", func(s *scene, note string) bool { return s.boxes(note, boxes{again: true}) }},
		{"同一追溯码在另一家药店再次结算", func(s *scene, note string) bool { return s.boxes(note, boxes{again: true, moved: true}) }},
		{"在未购进的药店售出", func(s *scene, note string) bool { return s.boxes(note, boxes{elsewhere: true}) }},
		{"购进之前售出", func(s *scene, note string) bool { return s.boxes(note, boxes{early: true}) }},
		{"退回供应商后售出", func(s *scene, note string) bool { return s.boxes(note, boxes{given: true}) }},
		{"再次结算，写明费用明细", func(s *scene, note string) bool { return s.boxes(note, boxes{again: true, named: true}) }},
	},
	misses: []variant{
		{"购进后售出一次", func(s *scene, note string) bool { return s.boxes(note, boxes{}) }},
		{"退货后再售", func(s *scene, note string) bool { return s.boxes(note, boxes{again: true, returned: true}) }},
		{"拆零分次售出", func(s *scene, note string) bool { return s.boxes(note, boxes{again: true, split: true}) }},
		{"调到另一家药店后售出", func(s *scene, note string) bool { return s.boxes(note, boxes{elsewhere: true, sent: true}) }},
		{"再次售出由个人自费", func(s *scene, note string) bool { return s.boxes(note, boxes{again: true, own: true}) }},
		{"再次结算的记录无效", func(s *scene, note string) bool { return s.boxes(note, boxes{again: true, void: true}) }},
	},
}

type boxes struct{ again, moved, elsewhere, early, given, named, returned, split, sent, void, own bool }

// boxes sells the same box once or twice.
func (s *scene) boxes(note string, b boxes) bool {
	if s.day == 0 {
		return false
	}
	x, _ := s.need()
	s.enter(x, s.day)
	it := s.itemWith("XN02AXD920")
	shop, other := s.shop(0), s.shop(1)
	code, bought := s.box(1), at(s.day-10, 9, 0)
	if b.early {
		bought = at(s.day+3, 9, 0)
	}
	s.boxed(code, "purchase", shop, it, bought)
	if b.given {
		s.boxed(code, "purchase_return", shop, it, at(s.day-2, 9, 0))
	}
	if b.sent {
		s.boxed(code, "purchase", other, it, at(s.day-1, 9, 0))
	}
	from := shop
	if b.elsewhere {
		from = other
	}
	v := s.sell(from, it, code, s.day, b)
	if b.returned {
		s.boxed(code, "sale_return", shop, it, v.begin+7200)
	}
	if b.again {
		if b.moved {
			from = other
			s.boxed(code, "purchase", other, it, at(s.day+10, 9, 0))
		}
		v = s.sell(from, it, code, s.day+20, b)
		last := &s.traces[len(s.traces)-1]
		last.invalid, last.own = b.void, b.own
	}
	if b == (boxes{}) || b.returned || b.split || b.sent || b.void || b.own {
		return s.miss(v, nil, note)
	}
	s.hit(s.p, v, nil, note)
	if b.named {
		t := &s.truths[len(s.truths)-1]
		t.Lines = []string{string(lineID(nil, s.number, v.lines[0].serial))}
	}
	return true
}

// shop is a pharmacy of the scene, n tells them apart.
func (s *scene) shop(n int) *institution {
	return s.city.pharmacies[(int(s.number)+n)%len(s.city.pharmacies)]
}

// sell is a purchase of one box.
func (s *scene) sell(org *institution, it *item, code string, day calendar.Day, b boxes) *visit {
	v := s.open(org, "", "41", at(day, 10, 0), s.r)
	v.dx = append(v.dx, s.codeOf("J06.900"))
	s.bill(v, it, 1, v.begin)
	s.settle(v, v.begin+60)
	t := s.boxed(code, "sale", org, it, v.begin)
	t.visit, t.split = v, b.split
	if b.named {
		t.line = 0
	}
	return v
}

// sold writes the boxes of an honest sale: bought by the pharmacy, then sold.
func (l *life) sold(v *visit, k int) {
	x := &v.lines[k]
	for n := range x.qty / unitQty {
		code := l.box(v.number*1000 + k*50 + int(n))
		l.boxed(code, "purchase", v.org, x.item, x.at-20*86400)
		t := l.boxed(code, "sale", v.org, x.item, x.at)
		t.visit, t.line, t.own = v, k, x.inscp == 0
	}
}

// traced is drug_trac_d, the boxes of drugs by their trace codes.
var traced = newForm("drug_trac_d", `
rid drug_trac_codg fixmedins_code med_list_codg medins_list_codg psn_no mdtrt_id bkkp_sn trac_type trdn_flag
mdtrt_setl_type biz_time vali_flag updt_time`, map[string]column{
	"rid": text(func(b []byte, r *row) []byte {
		return strconv.AppendInt(appendPadded(append(b, 'Z'), uint64(r.l.number), 10), int64(1000+r.t.number), 10)
	}),
	"drug_trac_codg":   word(func(r *row) string { return r.t.code }),
	"fixmedins_code":   word(func(r *row) string { return r.t.org.code }),
	"med_list_codg":    word(func(r *row) string { return r.t.item.code }),
	"medins_list_codg": word(func(r *row) string { return r.t.item.local }),
	"psn_no": word(func(r *row) string {
		if r.t.visit == nil {
			return ""
		}
		return r.l.no
	}),
	"mdtrt_id": word(func(r *row) string {
		if r.t.visit == nil {
			return ""
		}
		return r.t.visit.id
	}),
	"bkkp_sn": text(func(b []byte, r *row) []byte {
		if r.t.visit == nil || r.t.line < 0 {
			return b
		}
		return lineID(b, r.l.number, r.t.visit.lines[r.t.line].serial)
	}),
	"trac_type": word(func(r *row) string { return r.t.kind }),
	"trdn_flag": word(func(r *row) string { return flag(r.t.split) }),
	"mdtrt_setl_type": word(func(r *row) string {
		switch {
		case r.t.visit == nil:
			return ""
		case r.t.own:
			return "2"
		}
		return "1"
	}),
	"biz_time":  num(moment, func(r *row) int64 { return int64(r.t.at) }),
	"vali_flag": word(func(r *row) string { return flag(!r.t.invalid) }),
	"updt_time": num(moment, func(r *row) int64 { return int64(r.t.at + 300) }),
})
