package review

import (
	"cmp"
	"fmt"
	"slices"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
)

// stated is an amount, 0 where the record states none.
func stated(m claim.Money) claim.Money {
	if m.IsZero() {
		return 0
	}
	return m
}

// check says what does not add up.
func (m Money) check() error {
	parts := []claim.Money{m.Stake, m.Accepted, m.Deducted, m.Recovered, m.Dropped}
	var sum claim.Money
	for _, p := range parts {
		if p < 0 {
			return fmt.Errorf("金额为负：%+v", m)
		}
		sum += p
	}
	if sum != m.Counted || m.Counted > m.Own {
		return fmt.Errorf("金额不平：%+v", m)
	}
	return nil
}

// whole is the amount of an act that states none.
const whole = claim.Money(claim.Null)

// parts are the moves that may concern a part of the money.
var parts = []string{"suspect", "appeal", "uphold", "panel_uphold", "confirm", "admit", "deduct", "recover"}

// amountOf is what a move concerns of what there is; whole is all of it. A final review
// may confirm nothing of what is contested where the institution accepted the rest.
func (f *Finding) amountOf(name string, amount claim.Money) (claim.Money, error) {
	most, what := f.Stake, "待定金额"
	if name == "deduct" || name == "recover" {
		most, what = f.Accepted, "尚未扣减、追回的金额"
	}
	switch {
	case amount == whole:
		return most, nil
	case !slices.Contains(parts, name):
		return 0, invalid("review.amount", "%s：%s不分金额，请不填金额", f.ID, stepTitles[name])
	case amount == 0 && name == "confirm" && f.Accepted > 0:
		return 0, nil
	case amount <= 0:
		return 0, invalid("review.amount", "%s 的金额 %s 应大于零；要撤销请办理排除或撤销", f.ID, amount)
	case amount > most:
		return 0, invalid("review.amount", "%s 的金额 %s 超过%s %s", f.ID, amount, what, most)
	}
	return amount, nil
}

// turn is what a move does to the money and to the words that say how it went. amount
// is what the act states, whole when it states none.
func (f *Finding) turn(name string, amount claim.Money) (err error) {
	if amount, err = f.amountOf(name, amount); err != nil {
		return err
	}
	switch name {
	case "suspect":
		f.keep(amount)
		f.Sent = true
	case "uphold", "panel_uphold":
		f.keep(amount)
	case "appeal": // what is not contested is accepted
		f.Accepted, f.Stake, f.Answer = f.Accepted+f.Stake-amount, amount, AnswerAppealed
	case "accept", "waive":
		f.Accepted, f.Stake = f.Accepted+f.Stake, 0
		if name == "accept" {
			f.Answer = AnswerAccepted
		}
	case "adopt_again": // told anew, and not answered
		f.Answer = AnswerNone
	case "silence":
		f.Answer = AnswerSilent
	case "confirm":
		f.keep(amount)
		f.Accepted, f.Stake = f.Accepted+f.Stake, 0
		if f.Outcome = OutcomeUpheld; f.Dropped > 0 {
			f.Outcome = OutcomePartly
		}
	case "admit":
		f.keep(amount)
		f.Accepted, f.Stake = f.Accepted+f.Stake, 0
	case "deduct":
		f.Accepted, f.Deducted = f.Accepted-amount, f.Deducted+amount
	case "recover":
		f.Accepted, f.Recovered = f.Accepted-amount, f.Recovered+amount
	case "overturn_part", "panel_overturn_part":
		f.keep(0)
	case "dismiss", "overturn", "panel_overturn", "overrule":
		f.Dropped, f.Stake, f.Accepted, f.Outcome = f.Dropped+f.Stake+f.Accepted, 0, 0, OutcomeDismissed
	}
	return f.Money.check()
}

// keep leaves the amount at stake and drops the rest.
func (f *Finding) keep(amount claim.Money) {
	f.Dropped, f.Stake = f.Dropped+f.Stake-amount, amount
}

// sharer is a finding that shares money with one that was dropped, and its lines.
type sharer struct {
	*Finding
	lines []string
}

// giveBack gives what was dropped of a main finding to those that point at it and are
// not over, so that a line's money still counts once: violations before suspicions,
// then the larger, then rule, point and id. One whose lines another got the money of
// points at that one from now on; one that gets nothing since the main finding's own
// money lies in a third points at the third. It returns the findings that it changed.
func giveBack(main *Finding, sharers []sharer) (changed []*Finding) {
	slices.SortFunc(sharers, func(a, b sharer) int {
		return cmp.Or(
			cmp.Compare(rank(a.Result), rank(b.Result)), cmp.Compare(b.Own, a.Own),
			cmp.Compare(a.RuleID, b.RuleID), cmp.Compare(a.KpID, b.KpID), cmp.Compare(a.ID, b.ID))
	})
	var got []sharer // that hold the money of their lines
	for _, s := range sharers {
		if s.Own == s.Counted && s.Outcome != OutcomeDismissed {
			got = append(got, s)
		}
	}
	for _, s := range sharers {
		if s.Ended || s.MainFindingID != main.ID || s.Own == s.Counted {
			continue
		}
		k := slices.IndexFunc(got, func(g sharer) bool { return overlap(g.lines, s.lines) })
		back := min(s.Own-s.Counted, main.Dropped-main.Returned)
		switch third := main.MainFindingID; {
		case k >= 0:
			s.MainFindingID = got[k].ID
		case back > 0:
			main.Returned += back
			s.Counted, s.Stake = s.Counted+back, s.Stake+back
			got = append(got, s)
		case main.Outcome == OutcomeDismissed && main.Own > main.Counted && third != "" && third != s.ID:
			s.MainFindingID = third
		default:
			continue
		}
		changed = append(changed, s.Finding)
	}
	return changed
}

func rank(result string) int {
	if result == finding.Violation {
		return 0
	}
	return 1
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(line string) bool { return slices.Contains(b, line) })
}
