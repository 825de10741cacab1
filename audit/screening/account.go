package screening

import (
	"fmt"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/facts/stock"
	"yiheng/ground/calendar"
)

// Account is what a verdict of stock read: what was claimed of one code at one
// institution in a period, and the entries of its books.
type Account struct {
	FixmedinsCode string         `json:"fixmedins_code"`
	Code          string         `json:"code"`
	Period        string         `json:"period"` // 2025-03, 2025Q1, 2025
	Claimed       claim.Quantity `json:"claimed"`
	Entries       []stock.Entry  `json:"entries"`
}

// account judges one point of stock by an institution's books.
func (p *population) account(a *accounted, b *stock.Book) {
	claimed := p.goods[b.FixmedinsCode]
	for from := 0; from < len(b.Entries); {
		code := b.Entries[from].MedListCodg
		entries := b.Of(code)
		from += len(entries)
		if claimed[code] == nil || !a.about(code) {
			continue
		}
		for _, per := range periodsOf(firstOf(a.Params.Period, "year"), p.opt.From, p.opt.To, p.lo, p.hi) {
			p.accountOf(a, &Account{FixmedinsCode: b.FixmedinsCode, Code: code, Period: per.String(), Entries: entries}, per, claimed[code])
		}
	}
}

// about says whether a is about a code: its own, or any of its class's objects.
func (a *accounted) about(code string) bool {
	if a.Code != "" {
		return code == a.Code || nationalItem(code) == a.Code
	}
	return code != "" && a.rule.Covers(code, "")
}

func (p *population) accountOf(a *accounted, acc *Account, per period, claimed map[int][]int64) {
	for m := per.first; m <= per.last; m++ {
		if v := claimed[m]; v != nil {
			acc.Claimed += claim.Quantity(v[a.view])
		}
	}
	in := p.institution(acc.FixmedinsCode)
	if acc.Claimed <= 0 || !a.inForce(per.lastDay(), placeOf(in)) {
		return
	}
	acc.Entries = slices.DeleteFunc(slices.Clone(acc.Entries), func(e stock.Entry) bool {
		return e.Day != calendar.NoDay && (e.Day.Month() < per.first || e.Day.Month() > per.last)
	})
	f, unknown := a.judgeAccount(acc, per, in)
	if unknown != "" {
		p.out.unchecked[Unchecked{a.rule.ID, unknown}]++
	}
	if f == nil {
		return
	}
	cert := p.certificate(a.point, []*finding.Finding{f})
	for i := range acc.Entries {
		acc.Entries[i] = ownText(acc.Entries[i])
	}
	cert.Account, cert.Institutions = acc, []claim.Institution{*in}
	p.out.groups = append(p.out.groups, certified{cert.Findings, cert})
}

// ownText copies the texts of an entry, which are true only until the next book.
func ownText(e stock.Entry) stock.Entry {
	for _, s := range []*string{&e.ID, &e.FixmedinsCode, &e.MedListCodg, &e.PlaceType, &e.PlaceName, &e.Type, &e.Unit, &e.PackUnit, &e.SplitUnit, &e.ValiFlag} {
		*s = strings.Clone(*s)
	}
	return e
}

// judgeAccount returns the finding of an account, nil when there is none; unknown says
// why nothing can be said.
func (a *accounted) judgeAccount(acc *Account, per period, in *claim.Institution) (f *finding.Finding, unknown string) {
	b, unknown := stock.BalanceOf(acc.Entries, per.first, per.last)
	if unknown != "" {
		return nil, unknown
	}
	had, tolerance := int64(b.Had()), int64(0)
	if a.Params.Tolerance != nil {
		tolerance = int64(*a.Params.Tolerance)
	}
	if product(int64(acc.Claimed), int64(claim.Piece), had, int64(claim.Piece)+tolerance) <= 0 {
		return nil, ""
	}
	f = a.populationFinding(per, strings.Clone(acc.FixmedinsCode), in.FixmedinsName)
	acc.Code = strings.Clone(acc.Code)
	acc.FixmedinsCode = f.FixmedinsCode
	f.ID = finding.NewID(a.rule.ID, a.ID, acc.FixmedinsCode+"/"+acc.Code, per.String())
	f.Codes = []string{acc.Code}
	f.Explanation = fmt.Sprintf("%s%s结算数量%s，账册可供%s（期初%s＋收入%s－退供应商%s－期末%s，按最小单位），超出允许的误差%s。",
		per.words(), acc.Code, acc.Claimed, b.Had(), b.Opening, b.Received, b.Returned, b.Closing, tolerancePercent(a.Params.Tolerance))
	return f, ""
}

func tolerancePercent(t *knowledge.Decimal) string {
	if t == nil {
		return "0%"
	}
	return claim.Quantity(*t*100).String() + "%"
}
