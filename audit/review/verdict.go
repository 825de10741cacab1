package review

import (
	"context"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

// Verdict is what people decided on the findings of a version of a rule.
type Verdict struct {
	RuleID      string `json:"rule_id"`
	RuleVersion string `json:"rule_version"`
	Open        int64  `json:"open"` // not decided
	Upheld      int64  `json:"upheld"`
	Partly      int64  `json:"partly"`
	Dismissed   int64  `json:"dismissed"`
}

// Decided is how many findings have an outcome.
func (v Verdict) Decided() int64 { return v.Upheld + v.Partly + v.Dismissed }

// Precision is the share of decided findings that were upheld, wholly or partly, in
// millionths; -1 while nothing is decided.
func (v Verdict) Precision() int64 {
	if v.Decided() == 0 {
		return -1
	}
	return (v.Upheld + v.Partly) * 1_000_000 / v.Decided()
}

// Verdicts returns the verdicts on each version of each rule whose findings lie in the
// actor's reach, by rule and version.
func (r *Review) Verdicts(ctx context.Context, from db.Reader, actor *access.Actor) (verdicts []Verdict, err error) {
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	var rows []struct {
		RuleID, RuleVersion, Outcome string
		N                            int64
	}
	err = from.NewSelect().Model((*tallyRow)(nil)).Column("rule_id", "rule_version", "outcome").ColumnExpr("sum(n) AS n").
		ApplyQueryBuilder(actor.Reach(Read, access.Columns{Region: columns.Region})).
		Group("rule_id", "rule_version", "outcome").Order("rule_id", "rule_version", "outcome").Scan(ctx, &rows)
	for _, row := range rows {
		last := len(verdicts) - 1
		if last < 0 || verdicts[last].RuleID != row.RuleID || verdicts[last].RuleVersion != row.RuleVersion {
			verdicts = append(verdicts, Verdict{RuleID: row.RuleID, RuleVersion: row.RuleVersion})
			last++
		}
		v := &verdicts[last]
		*v.of(row.Outcome) += row.N
	}
	return verdicts, err
}
