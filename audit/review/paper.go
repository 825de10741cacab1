package review

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/paper"
	"yiheng/ground/param"
)

// SubjectKind is the kind of subject under which papers name findings.
const SubjectKind = findingKind

// UsePapers makes acts draft the papers that the chain names: one for each act and
// institution, with a line for each finding. It is called before the first act.
func (r *Review) UsePapers(p *paper.Papers) { r.papers = p }

// draftPapers drafts the papers of an act, in its transaction, and writes into done which
// paper each finding is on.
func (r *Review) draftPapers(ctx context.Context, tx *db.Tx, w *write, actor *access.Actor, act Act, done []Done) error {
	t := templates[act.Move]
	if r.papers == nil || t == nil {
		return nil
	}
	var institutions []string
	on := map[string][]*Done{}
	for k := range done {
		if d := &done[k]; d.Denial == nil && d.Paper != "" {
			if on[d.Finding.FixmedinsCode] == nil {
				institutions = append(institutions, d.Finding.FixmedinsCode)
			}
			on[d.Finding.FixmedinsCode] = append(on[d.Finding.FixmedinsCode], d)
		}
	}
	var orders []paper.Order
	for _, code := range institutions {
		o, err := r.order(ctx, tx, w, t, act, on[code])
		if err != nil {
			return err
		}
		orders = append(orders, o)
	}
	papers, err := r.papers.Draft(ctx, tx, actor, orders...)
	if err != nil {
		return fmt.Errorf("%s没有拟成：%w", t.Title, err)
	}
	for k, p := range papers {
		for _, d := range on[institutions[k]] {
			d.PaperID = p.ID
		}
	}
	return nil
}

// inner are the moves of which the institution is not told by the paper.
func inner(move string) bool {
	return move == "report_first" || move == "report_second" || move == "lead"
}

// order asks for the paper of an act on the findings of one institution.
func (r *Review) order(ctx context.Context, tx *db.Tx, w *write, t *paper.Template, act Act, on []*Done) (o paper.Order, err error) {
	one := on[0].Finding
	o = paper.Order{Kind: t.Kind, Recipient: one.FixmedinsCode, RecipientName: one.FixmedinsName}
	if o.RecipientName == "" {
		o.RecipientName = one.FixmedinsCode
	}
	if inner(act.Move) {
		o.Recipient = ""
	}
	first, last, total := one.FirstDay, one.LastDay, claim.Money(0)
	rows := make([][]string, len(on))
	for k, d := range on {
		f, amount := d.Finding, w.onPaper(d.Finding, act)
		first, last, total = earlier(first, f.FirstDay), max(last, f.LastDay), total+amount
		rows[k] = []string{strconv.Itoa(k + 1), f.ID, f.RuleName, f.MdtrtID, f.FirstDay.String(), f.Own.String(), amount.String(), f.MainFindingID}
		if f.RuleName == "" {
			rows[k][2] = f.RuleID
		}
		o.Subjects = append(o.Subjects, paper.Subject{Kind: SubjectKind, ID: f.ID})
	}
	o.Tables = map[string][][]string{listTable: rows}
	o.Fields = map[string]string{"count": strconv.Itoa(len(on)), "amount": total.String(), "days": span(first, last), "reason": act.Reason}
	return o, r.fillPeriods(ctx, tx, t, act, one, o.Fields)
}

// onPaper is the money of a finding that the paper of an act is about.
func (w *write) onPaper(f *Finding, act Act) claim.Money {
	switch act.Move {
	case "uphold", "panel_uphold":
		return f.Stake
	case "overturn", "panel_overturn", "overturn_part", "panel_overturn_part", "overrule":
		was := w.before[f.ID]
		return f.Dropped - was.Dropped
	case "deduct":
		was := w.before[f.ID]
		return f.Deducted - was.Deducted
	case "recover":
		was := w.before[f.ID]
		return f.Recovered - was.Recovered
	case "agreement", "lead":
		return f.Accepted + f.Deducted + f.Recovered
	}
	return f.Counted - f.Dropped
}

// periods are the parameters that the papers of moves name as the period that begins.
var periods = map[string]string{
	"suspect": "monitor.appeal_days", "adopt_again": "monitor.appeal_days", "uphold": "monitor.appeal_days",
	"verify_first": "monitor.investigate_days", "verify_second": "monitor.investigate_days",
}

// fillPeriods gives the fields that the template has of a period, its last day and what a
// deduction goes by.
func (r *Review) fillPeriods(ctx context.Context, tx *db.Tx, t *paper.Template, act Act, f *Finding, fields map[string]string) error {
	for _, field := range t.Fields {
		switch field.Name {
		case fieldPeriod.Name:
			text, err := r.period(ctx, tx, periods[act.Move], f.Region)
			if err != nil {
				return err
			}
			fields[field.Name] = text
		case fieldUntil.Name:
			if fields[field.Name] = "届满日以系统所示为准"; f.Due != never {
				fields[field.Name] = "至" + chinese(calendar.Time(f.Due).Day()) + "止"
			}
		case fieldSource.Name:
			if act.Document != "" {
				fields[field.Name] = "（" + act.Document + "）"
			}
		}
	}
	return nil
}

// period is how long a period is in a region, with the caution that its certainty asks for.
func (r *Review) period(ctx context.Context, tx *db.Tx, key, region string) (string, error) {
	law, err := r.law(ctx, tx)
	if err != nil {
		return "", err
	}
	answer, err := law.Values.At(key, region, calendar.Civil(tx.Now).Day())
	if errors.Is(err, param.ErrNone) {
		return "规定期限（" + param.Caution + "）", nil
	}
	if err != nil {
		return "", err
	}
	text := answer.Value.In(answer.Unit)
	if answer.Caution != "" {
		text += "（" + answer.Caution + "）"
	}
	return text, nil
}

// earlier is the earlier of two days that are known.
func earlier(a, b calendar.Day) calendar.Day {
	if a == calendar.NoDay || b != calendar.NoDay && b < a {
		return b
	}
	return a
}

// span is a time as papers write it.
func span(first, last calendar.Day) string {
	switch {
	case first == calendar.NoDay && last == calendar.NoDay:
		return "（日期不详）"
	case first == last || first == calendar.NoDay:
		return chinese(last)
	case last == calendar.NoDay:
		return chinese(first)
	}
	return chinese(first) + "至" + chinese(last)
}

func chinese(d calendar.Day) string {
	year, month, day := d.Civil()
	return fmt.Sprintf("%d年%d月%d日", year, month, day)
}
