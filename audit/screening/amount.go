package screening

import (
	"fmt"

	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
)

// amount: the fund's money for a code, or group, over a cap in a calendar year. The
// last lines beyond the cap are objected to, the one that crosses it in part.
func (j *judge) amount(items []item) {
	for _, v := range j.variants(items) {
		if v.params.MaxFen == nil || len(v.items) == 0 {
			continue
		}
		for _, year := range j.split(v.items, "year") {
			j.beyondCap(v.params, j.pointOf(v), year)
		}
	}
}

func (j *judge) beyondCap(params *knowledge.Params, any *point, year []item) {
	limit, sum := claim.Money(*params.MaxFen), claim.Money(0)
	var kept []int32
	for _, it := range year {
		x := &j.lines[it.line]
		fund, known := fundOf(x)
		if !known {
			if !x.selfPay {
				j.unchecked(any.rule, "基金支付不详")
			}
			continue
		}
		before := sum
		sum += fund
		if sum <= limit {
			kept = append(kept, it.line)
			continue
		}
		over := min(fund, sum-limit)
		if it.point != nil && fund > 0 {
			own := max(0, x.inscp)
			if over < fund {
				own = claim.Money(mulDiv(int64(own), int64(over), int64(fund)))
			}
			h := j.objectMoney(it.point, it.line, own, func(h *hit) string {
				return fmt.Sprintf("%s本年度基金支付累计超过限额%s元，超出部分计入。", j.named(h), limit)
			})
			if h != nil {
				h.prove(kept)
			}
		}
		if before < limit {
			kept = append(kept, it.line)
		}
	}
}

// fundOf returns the fund's money of a line, by its settlement's share.
func fundOf(x *line) (claim.Money, bool) {
	if x.selfPay {
		return 0, true
	}
	s := x.setl
	if s == nil || x.inscp == claim.Null || s.FundPaySumamt == claim.Null || s.InscpAmt == claim.Null || s.InscpAmt <= 0 {
		return 0, false
	}
	return claim.Money(mulDiv(int64(x.inscp), int64(s.FundPaySumamt), int64(s.InscpAmt))), true
}
