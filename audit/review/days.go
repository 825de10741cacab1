package review

import (
	"context"

	"github.com/uptrace/bun"

	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// DaySum is what a time changed of the sums: findings that came and their money, those
// that were decided, those of them that were upheld wholly or partly, the money that was
// confirmed or accepted, and what of it was collected. Over all time they are the sums of
// all findings: Confirmed is Accepted + Deducted + Recovered, Collected the last two.
type DaySum struct {
	N         int64       `json:"findings"`
	Decided   int64       `json:"decided"`
	Upheld    int64       `json:"upheld"`
	Counted   claim.Money `json:"counted"`
	Confirmed claim.Money `json:"confirmed"`
	Collected claim.Money `json:"collected"`
}

func (s *DaySum) add(key tallyKey, of *Sum) {
	s.N += of.N
	if key.Outcome != "" {
		s.Decided += of.N
	}
	if key.Outcome == OutcomeUpheld || key.Outcome == OutcomePartly {
		s.Upheld += of.N
	}
	s.Counted += of.Counted
	s.Confirmed += of.Accepted + of.Deducted + of.Recovered
	s.Collected += of.Deducted + of.Recovered
}

type dayKey struct {
	Day           int64  `bun:",pk"` // a calendar.Day
	Region        string `bun:",pk"`
	FixmedinsCode string `bun:",pk"`
}

type dayRow struct {
	bun.BaseModel `bun:"table:review_day,alias:review_day"`
	dayKey
	DaySum
}

// writeDay adds the changes of a transaction to its day.
func (t tally) writeDay(ctx context.Context, tx *db.Tx) error {
	by := map[dayKey]*DaySum{}
	for k, s := range t {
		key := dayKey{int64(calendar.Civil(tx.Now).Day()), k.Region, k.FixmedinsCode}
		if by[key] == nil {
			by[key] = new(DaySum)
		}
		by[key].add(k, s)
	}
	var rows []dayRow
	for k, s := range by {
		if *s != (DaySum{}) {
			rows = append(rows, dayRow{dayKey: k, DaySum: *s})
		}
	}
	for len(rows) > 0 {
		part := rows[:min(len(rows), rowsAtOnce)]
		rows = rows[len(part):]
		q := tx.NewInsert().Model(&part).ModelTableExpr("review_day").On("CONFLICT (day, region, fixmedins_code) DO UPDATE")
		for _, name := range []string{"n", "decided", "upheld", "counted", "confirmed", "collected"} {
			q = q.Set("? = review_day.? + EXCLUDED.?", bun.Ident(name), bun.Ident(name), bun.Ident(name))
		}
		if _, err := q.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Month is what a month changed.
type Month struct {
	Month string `json:"month" doc:"as 2026-01"`
	DaySum
}

// months returns the twelve months of which the last holds the day, and what that day
// changed, in the actor's reach and the filter's regions and institutions.
func (r *Review) months(ctx context.Context, from db.Reader, actor *access.Actor, filter Filter, at calendar.Day) (months []Month, today DaySum, err error) {
	all := monthsTo(at)
	first, err := calendar.ParseDay(all[0].Month + "-01")
	if err != nil {
		return nil, today, err
	}
	var rows []dayRow
	q := from.NewSelect().Model(&rows).Column("day").ApplyQueryBuilder(actor.Reach(Read, access.Columns{Region: "review_day.region"})).
		ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder {
			return withinRegions(q, "review_day.region", filter.Regions)
		}).
		Where("day >= ?", int64(first)).Where("day <= ?", int64(at)).Group("day").Order("day")
	if len(filter.Institutions) > 0 {
		q = q.Where("fixmedins_code IN (?)", bun.List(filter.Institutions))
	}
	for _, name := range []string{"n", "decided", "upheld", "counted", "confirmed", "collected"} {
		q = q.ColumnExpr("sum(?) AS ?", bun.Ident(name), bun.Ident(name))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, today, err
	}
	months = make([]Month, len(all))
	for k := range months {
		months[k].Month = all[k].Month
	}
	for _, row := range rows {
		day := calendar.Day(row.Day)
		k := day.Month() - first.Month()
		months[k].plus(row.DaySum)
		if day == at {
			today = row.DaySum
		}
	}
	return months, today, nil
}

func (s *DaySum) plus(o DaySum) {
	s.N, s.Decided, s.Upheld = s.N+o.N, s.Decided+o.Decided, s.Upheld+o.Upheld
	s.Counted, s.Confirmed, s.Collected = s.Counted+o.Counted, s.Confirmed+o.Confirmed, s.Collected+o.Collected
}
