package review

import (
	"context"

	"github.com/uptrace/bun"

	"yiheng/facts/claim"
	"yiheng/ground/db"
)

// tallyKey is what findings are added up by, always.
type tallyKey struct {
	Batch         string `bun:",pk"`
	Region        string `bun:",pk"`
	FixmedinsCode string `bun:",pk"`
	RuleID        string `bun:",pk"`
	RuleVersion   string `bun:",pk"`
	Result        string `bun:",pk"`
	State         string `bun:",pk"`
	Outcome       string `bun:",pk"`
	Sent          bool   `bun:",pk"`
}

type tallyRow struct {
	bun.BaseModel `bun:"table:review_tally,alias:review_finding"` // so that a list's conditions read the same
	tallyKey
	Sum
}

// Sum is what some findings come to. The money adds up: Counted is the sum of what
// follows.
type Sum struct {
	N         int64       `json:"findings"`
	Counted   claim.Money `json:"counted"`
	Stake     claim.Money `json:"stake"`
	Accepted  claim.Money `json:"accepted"`
	Deducted  claim.Money `json:"deducted"`
	Recovered claim.Money `json:"recovered"`
	Dropped   claim.Money `json:"dropped"`
}

// add adds a finding, or takes one away.
func (s *Sum) add(f *Finding, sign int64) {
	of := claim.Money(sign)
	s.N += sign
	s.Counted += of * f.Counted
	s.Stake += of * f.Stake
	s.Accepted += of * f.Accepted
	s.Deducted += of * f.Deducted
	s.Recovered += of * f.Recovered
	s.Dropped += of * f.Dropped
}

// tally gathers how the sums change in a transaction.
type tally map[tallyKey]*Sum

func (t tally) add(f *Finding, sign int64) {
	k := tallyKey{f.Batch, f.Region, f.FixmedinsCode, f.RuleID, f.RuleVersion, f.Result, f.State, f.Outcome, f.Sent}
	if t[k] == nil {
		t[k] = new(Sum)
	}
	t[k].add(f, sign)
}

func (t tally) write(ctx context.Context, tx *db.Tx) error {
	var rows []tallyRow
	for k, s := range t {
		if *s != (Sum{}) {
			rows = append(rows, tallyRow{tallyKey: k, Sum: *s})
		}
	}
	if len(rows) > 0 {
		if err := edit(ctx, tx); err != nil {
			return err
		}
	}
	for len(rows) > 0 {
		part := rows[:min(len(rows), rowsAtOnce)]
		rows = rows[len(part):]
		q := tx.NewInsert().Model(&part).ModelTableExpr("review_tally").
			On("CONFLICT (batch, region, fixmedins_code, rule_id, rule_version, result, state, outcome, sent) DO UPDATE")
		for _, name := range []string{"n", "counted", "stake", "accepted", "deducted", "recovered", "dropped"} {
			q = q.Set("? = review_tally.? + EXCLUDED.?", bun.Ident(name), bun.Ident(name), bun.Ident(name))
		}
		if _, err := q.Exec(ctx); err != nil {
			return err
		}
	}
	return t.writeDay(ctx, tx)
}
