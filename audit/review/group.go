package review

import (
	"context"

	"github.com/uptrace/bun"

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
// actor reads as an authority, else the findings.
func source(from db.Reader, actor *access.Actor, filter Filter, tallied bool) *bun.SelectQuery {
	if tallied {
		return from.NewSelect().Model((*tallyRow)(nil)).ApplyQueryBuilder(filter.where).
			ApplyQueryBuilder(actor.Reach(Read, access.Columns{Region: columns.Region}))
	}
	return from.NewSelect().Model((*Finding)(nil)).ApplyQueryBuilder(filter.where).
		ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return visible(q, actor) })
}

func byTally(actor *access.Actor, filter Filter) bool {
	return filter.tallied() && actor.May(Read) == nil && actor.May(ReadOwn) != nil
}

// Total is what the findings come to that the actor may see.
func (r *Review) Total(ctx context.Context, from db.Reader, actor *access.Actor, filter Filter) (total Sum, err error) {
	if err := mayRead(actor); err != nil {
		return total, err
	}
	tallied := byTally(actor, filter)
	err = sums(source(from, actor, filter, tallied), tallied).Scan(ctx, &total)
	return total, err
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
	q := sums(source(from, actor, filter, tallied), tallied).ColumnExpr("review_finding.? AS key", bun.Ident(column)).
		GroupExpr("review_finding.?", bun.Ident(column)).OrderExpr("counted DESC, key").Limit(int64(min(max(limit, 1), 1000)))
	if tallied {
		q = q.Having("sum(review_finding.n) > 0")
	}
	if err := q.Scan(ctx, &groups); err != nil {
		return nil, err
	}
	return groups, nameGroups(ctx, from, by, column, groups)
}

// nameGroups gives institutions and rules their names, as a finding has them.
func nameGroups(ctx context.Context, from db.Reader, by By, column string, groups []Group) error {
	name := map[By]string{ByInstitution: "fixmedins_name", ByRule: "rule_name"}[by]
	if name == "" {
		return nil
	}
	for k := range groups {
		var names []string
		err := from.NewSelect().Model((*Finding)(nil)).Column(name).Where("? = ?", bun.Ident(column), groups[k].Key).
			OrderExpr("counted DESC, id").Limit(1).Scan(ctx, &names)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			groups[k].Name = names[0]
		}
	}
	return nil
}
