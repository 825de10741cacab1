package review

import (
	"context"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Outcomes returns what was decided on findings, by id: whether they were upheld, wholly or
// partly. A finding that is not decided, or not there, is left out. It asks for no actor:
// it is for what counts verdicts, never for what shows findings.
func Outcomes(ctx context.Context, from db.Reader, ids []string) (map[string]bool, error) {
	var rows []struct{ ID, Outcome string }
	err := from.NewSelect().Model((*Finding)(nil)).Column("id", "outcome").
		Where("id IN (?) AND outcome <> ''", bun.List(ids)).Scan(ctx, &rows)
	upheld := make(map[string]bool, len(rows))
	for _, row := range rows {
		upheld[row.ID] = row.Outcome != OutcomeDismissed
	}
	return upheld, err
}
