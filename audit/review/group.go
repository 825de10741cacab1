package review

import (
	"context"
	"slices"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

// Group is what the findings with one key come to.
type Group struct {
	Key  string `json:"key"`
	Name string `json:"name,omitempty"`
	Sum
}

// By is what a list can be grouped by.
type By string

// The groups. Those of the tally answer at once, however many findings there are.
const (
	ByInstitution By = "institution"
	ByRule        By = "rule"
	ByState       By = "state"
	ByOutcome     By = "outcome"
	ByBatch       By = "batch"
	ByRegion      By = "region"
	ByDepartment  By = "department" // within an institution: the filter must name one
	ByDoctor      By = "doctor"
	ByPerson      By = "person"
)

var groupColumns = map[By]string{
	ByInstitution: "fixmedins_code", ByRule: "rule_id", ByState: "state", ByOutcome: "outcome", ByBatch: "batch", ByRegion: "region",
	ByDepartment: "dept_name", ByDoctor: "dr_code", ByPerson: "psn_no",
}

// tallied says that the tally has the column.
func (b By) tallied() bool { return b != ByDepartment && b != ByDoctor && b != ByPerson }

// sums are the columns of a Sum, of rows or of the tally.
func sums(q *bun.SelectQuery, tallied bool) *bun.SelectQuery {
	n := "count(*)"
	if tallied {
		n = "sum(review_finding.n)"
	}
	q = q.ColumnExpr("coalesce(" + n + ", 0) AS n")
	for _, name := range []string{"counted", "stake", "accepted", "deducted", "recovered", "dropped"} {
		q = q.ColumnExpr("coalesce(sum(review_finding.?), 0) AS ?", bun.Ident(name), bun.Ident(name))
	}
	return q
}

// source is what sums are read from: the tally when it knows all that is asked and the
// actor reads as an authority, else the findings. SQLite must be told to add up most of
// them from the index that has it all.
func source(from db.Reader, actor *access.Actor, filter Filter, tallied bool) *bun.SelectQuery {
	authority := actor.May(ReadOwn) != nil
	q := from.NewSelect().Model((*Finding)(nil))
	switch {
	case tallied:
		q = from.NewSelect().Model((*tallyRow)(nil))
	case authority && filter.spread() && q.Dialect().Name() == dialect.SQLite:
		q = q.ModelTableExpr("review_finding INDEXED BY review_finding_sums")
	}
	q = q.ApplyQueryBuilder(filter.where)
	if authority {
		return q.ApplyQueryBuilder(actor.Reach(Read, access.Columns{Region: columns.Region}))
	}
	return q.ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return visible(q, actor) })
}

func byTally(actor *access.Actor, filter Filter) bool {
	return filter.tallied() && actor.May(Read) == nil && actor.May(ReadOwn) != nil
}

// added are sums of the findings that the actor may see, of the rows that shape makes of
// them. It is shared: who gets it changes nothing in it.
func added[T any](
	ctx context.Context, r *Review, from db.Reader, actor *access.Actor, filter Filter, tallied bool, shape func(*bun.SelectQuery) *bun.SelectQuery,
) (answer T, err error) {
	return recalled[T](ctx, r, from, shape(sums(source(from, actor, filter, tallied), tallied)))
}

// Total is what the findings come to that the actor may see.
func (r *Review) Total(ctx context.Context, from db.Reader, actor *access.Actor, filter Filter) (total Sum, err error) {
	if err := mayRead(actor); err != nil {
		return total, err
	}
	return added[Sum](ctx, r, from, actor, filter, byTally(actor, filter), func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

// all is how many findings there are, in anybody's reach.
func (r *Review) all(ctx context.Context, from db.Reader) (int64, error) {
	total, err := recalled[Sum](ctx, r, from, sums(from.NewSelect().Model((*tallyRow)(nil)), true))
	return total.N, err
}

// Groups returns what the findings come to by a key, the most money first.
func (r *Review) Groups(ctx context.Context, from db.Reader, actor *access.Actor, filter Filter, by By, limit int) (groups []Group, err error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	column, ok := groupColumns[by]
	if !ok {
		return nil, invalid("review.group", "不能按 %q 分组", by)
	}
	if by == ByDepartment && len(filter.Institutions) != 1 && actor.May(ReadOwn) != nil {
		return nil, invalid("review.group", "按科室分组要选定一家机构：科室名称只在机构内有意义")
	}
	tallied := byTally(actor, filter) && by.tallied()
	shared, err := added[[]Group](ctx, r, from, actor, filter, tallied, func(q *bun.SelectQuery) *bun.SelectQuery {
		if tallied {
			q = q.Having("sum(review_finding.n) > 0")
		}
		return q.ColumnExpr("review_finding.? AS key", bun.Ident(column)).GroupExpr("review_finding.?", bun.Ident(column)).
			OrderExpr("counted DESC, key").Limit(int64(min(max(limit, 1), 1000)))
	})
	if err != nil {
		return nil, err
	}
	groups = slices.Clone(shared)
	return groups, r.nameGroups(ctx, from, by, groups)
}

// nameGroups gives institutions and rules their names, as the finding with the most money has
// them, and regions theirs.
func (r *Review) nameGroups(ctx context.Context, from db.Reader, by By, groups []Group) error {
	if by == ByRegion {
		return nameRegions(ctx, from, groups)
	}
	name := map[By]string{ByInstitution: "fixmedins_name", ByRule: "rule_name"}[by]
	if name == "" || len(groups) == 0 {
		return nil
	}
	keys := make([]string, len(groups))
	for k, g := range groups {
		keys[k] = g.Key
	}
	key := bun.Ident(groupColumns[by])
	named, err := recalled[[]Group](ctx, r, from, from.NewSelect().Model((*tallyRow)(nil)).ColumnExpr("? AS key", key).
		ColumnExpr("(SELECT f.? FROM review_finding AS f WHERE f.? = review_finding.? ORDER BY f.counted DESC, f.id DESC LIMIT 1) AS name", bun.Ident(name), key, key).
		Where("? IN (?)", key, bun.List(keys)).GroupExpr("?", key))
	for _, g := range named {
		groups[slices.Index(keys, g.Key)].Name = g.Name
	}
	return err
}
