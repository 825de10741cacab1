package access

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Waiting counts the open accounts of persons that an actor reaches, and those of them
// that need an officer.
type Waiting struct {
	Open          int64 `json:"open"`
	MustChange    int64 `json:"must_change" doc:"whose password was given by somebody else"`
	WithoutFactor int64 `json:"without_factor" doc:"without a confirmed second factor"`
	WithoutGrant  int64 `json:"without_grant" doc:"without a grant in force"`
	Failing       int64 `json:"failing" doc:"with failed logins that are not forgotten"`
	Locked        int64 `json:"locked" doc:"that must wait after failed logins"`
}

// Waiting counts them at a moment.
func (a *Access) Waiting(ctx context.Context, from db.Reader, actor *Actor, op *Operation, at time.Time) (w Waiting, err error) {
	var rows []holderRow
	err = from.NewSelect().Model(&rows).Join("LEFT JOIN organisation AS o ON o.code = holder.organisation").
		ApplyQueryBuilder(actor.Reach(op, Columns{Region: "o.region", Organisation: "holder.organisation"})).
		Where("holder.id >= 'RY' AND holder.id < 'RZ'").Where("(holder.closed IS NULL OR holder.closed > ?)", at).Scan(ctx)
	if err != nil {
		return w, err
	}
	w.Open = int64(len(rows))
	for len(rows) > 0 {
		part := rows[:min(len(rows), 500)]
		rows = rows[len(part):]
		if err := a.countWaiting(ctx, from, part, at, &w); err != nil {
			return w, err
		}
	}
	return w, nil
}

func (a *Access) countWaiting(ctx context.Context, from db.Reader, part []holderRow, at time.Time, w *Waiting) error {
	ids, blinds := make([]string, len(part)), make([][]byte, len(part))
	for k, row := range part {
		ids[k], blinds[k] = row.ID, a.ring.Blind("access.attempt.account", row.Login)
	}
	one := func(n *int64, q *bun.SelectQuery) error {
		found, err := q.Count(ctx)
		*n += int64(found)
		return err
	}
	var confirmed, granted int64
	for _, count := range []struct {
		n *int64
		q *bun.SelectQuery
	}{
		{&w.MustChange, from.NewSelect().Table("password").Where("holder IN (?)", bun.List(ids)).Where("one_off").
			Where("id = (SELECT max(p.id) FROM password AS p WHERE p.holder = password.holder)")},
		{&confirmed, from.NewSelect().Table("second_factor").Where("holder IN (?)", bun.List(ids)).Where("confirmed")},
		{&granted, from.NewSelect().TableExpr("(?) AS g", from.NewSelect().Table("role_grant").ColumnExpr("DISTINCT holder").
			Where("holder IN (?)", bun.List(ids)).Where("starts <= ?", at).Where("(ends IS NULL OR ends > ?)", at))},
		{&w.Failing, from.NewSelect().Table("attempt").Where("who IN (?)", bun.List(blinds)).Where("failures > 0").Where("last > ?", at.Add(-a.policy.Forget))},
		{&w.Locked, from.NewSelect().Table("attempt").Where("who IN (?)", bun.List(blinds)).Where("until > ?", at)},
	} {
		if err := one(count.n, count.q); err != nil {
			return err
		}
	}
	w.WithoutFactor += int64(len(part)) - confirmed
	w.WithoutGrant += int64(len(part)) - granted
	return nil
}
