package screening

import (
	"yiheng/facts/claim"
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
	charged    bool             // it has or had a charge that counts, be it refunded since
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

// happened says whether a visit took place: one whose settlements are all out did
// not; one that never had any is under way.
func (v *visit) happened() bool {
	return (v.enc == nil || valid(v.enc.ValiFlag)) && (!v.had || v.setl != nil)
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

// spent says that nothing of x is left.
func (x *line) spent() bool {
	if x.qty != claim.Null && x.Cnt != claim.Null && x.Cnt > 0 && x.qty <= 0 {
		return true
	}
	return x.sum != claim.Null && x.DetItemFeeSumamt > 0 && x.sum <= 0
}

// lineCode returns the code of a line: med_list_codg, else hilist_code.
func lineCode(l *claim.Line) string {
	if l.MedListCodg != "" {
		return l.MedListCodg
	}
	return l.HilistCode
}
