package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/audit/finding"
	"yiheng/ground/access"
	"yiheng/ground/db"
)

// rowsAtOnce bounds the rows of one statement.
const rowsAtOnce = 500

// within limits a query to the findings on which the actor may do the operation; an
// institution's people reach only what was sent to it.
func within(q bun.QueryBuilder, actor *access.Actor, op *access.Operation) bun.QueryBuilder {
	q = actor.Reach(op, columns)(q)
	if op.Scope == access.InOrganisation {
		q = q.Where("review_finding.sent")
	}
	return q
}

// visible limits a query to the findings that the actor may see, as an authority or as
// one of the institution's people.
func visible(q bun.QueryBuilder, actor *access.Actor) bun.QueryBuilder {
	return q.WhereGroup(" AND ", func(q bun.QueryBuilder) bun.QueryBuilder {
		q = q.WhereGroup(" OR ", func(q bun.QueryBuilder) bun.QueryBuilder { return within(q, actor, Read) })
		return q.WhereGroup(" OR ", func(q bun.QueryBuilder) bun.QueryBuilder { return within(q, actor, ReadOwn) })
	})
}

// mayRead is the answer to who asks for a list.
func mayRead(actor *access.Actor) error {
	err := actor.May(Read)
	if err != nil && actor.May(ReadOwn) == nil {
		return nil
	}
	return err
}

// readAll returns the findings in the order of the ids. ErrNotFound when one does not
// exist or where does not reach it.
func readAll(ctx context.Context, from db.Reader, ids []string, where func(bun.QueryBuilder) bun.QueryBuilder) ([]*Finding, error) {
	found := make(map[string]*Finding, len(ids))
	for part := range slices.Chunk(ids, rowsAtOnce) {
		var rows []*Finding
		if err := from.NewSelect().Model(&rows).Where("review_finding.id IN (?)", bun.List(part)).ApplyQueryBuilder(where).Scan(ctx); err != nil {
			return nil, err
		}
		for _, f := range rows {
			found[f.ID] = f
		}
	}
	all := make([]*Finding, len(ids))
	for k, id := range ids {
		if all[k] = found[id]; all[k] == nil {
			return nil, notFound()
		}
	}
	return all, nil
}

func anywhere(q bun.QueryBuilder) bun.QueryBuilder { return q }

// readMatters reads what the guards judge by.
func readMatters(ctx context.Context, from db.Reader, ids []string) (map[string]matter, error) {
	matters := make(map[string]matter, len(ids))
	var mains []string
	var newer []*Finding
	for part := range slices.Chunk(ids, rowsAtOnce) {
		var rows []*Finding
		if err := from.NewSelect().Model(&rows).Where("id IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return nil, err
		}
		for _, f := range rows {
			matters[f.ID] = matter{Finding: f, backed: f.KpID != "" || f.Own > 0}
			if f.MainFindingID != "" && f.Own > f.Counted {
				mains = append(mains, f.MainFindingID)
			}
			if f.Latest > max(f.Rev, f.Aside) {
				newer = append(newer, f)
			}
		}
	}
	offers, err := readOffers(ctx, from, newer)
	if err != nil {
		return nil, err
	}
	open := map[string]bool{}
	slices.Sort(mains)
	for part := range slices.Chunk(slices.Compact(mains), rowsAtOnce) {
		var some []string
		err := from.NewSelect().Model((*Finding)(nil)).Column("id").Where("id IN (?)", bun.List(part)).
			Where("NOT ended").Where("state <> ?", Handling).Scan(ctx, &some)
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			open[id] = true
		}
	}
	for id, m := range matters {
		if o, ok := offers[id]; ok {
			m.offered, m.covers = true, o.counted(m.Finding) >= m.settled()
		}
		m.mainOpen = open[m.MainFindingID] && m.Own > m.Counted
		matters[id] = m
	}
	return matters, nil
}

// readLines returns the lines objected to in the revisions in force.
func readLines(ctx context.Context, from db.Reader, findings []*Finding) (map[string][]string, error) {
	lines := make(map[string][]string, len(findings))
	ids := make([]string, len(findings))
	for k, f := range findings {
		ids[k] = revisionID(f.ID, f.Rev)
	}
	for part := range slices.Chunk(ids, rowsAtOnce) {
		var rows []Revision
		if err := from.NewSelect().Model(&rows).Where("id IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return nil, err
		}
		for _, r := range rows {
			var content finding.Finding
			if err := json.Unmarshal([]byte(r.Content), &content); err != nil {
				return nil, fmt.Errorf("疑点 %s 第 %d 版无法读出：%w", r.FindingID, r.N, err)
			}
			lines[r.FindingID] = content.Lines
		}
	}
	return lines, nil
}

// insert adds rows.
func insert[T any](ctx context.Context, tx *db.Tx, rows []T) error {
	for part := range slices.Chunk(rows, rowsAtOnce) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// What acts change, apart by the indexes that each costs: decided always, passed inside an
// institution, shared with the money of others; screened and facts are a screening's.
var (
	decided = []string{
		"state", "since", "due", "ended", "sent", "answer", "outcome", "steps", "stake", "accepted", "deducted", "recovered", "dropped", "returned",
	}
	passed   = []string{"desk", "asked_doctor"}
	shared   = []string{"main_finding_id", "counted"}
	screened = []string{"seen", "gone_in", "latest"}
	aside    = []string{"aside"}
	facts    = []string{
		"revision", "region", "fixmedins_code", "fixmedins_name", "rule_id", "kp_id", "psn_no", "mdtrt_id", "dept_name", "dr_code",
		"rule_name", "rule_version", "result", "severity", "first_day", "last_day", "own",
	}
)

// changed are the columns in which findings differ from what they were.
func (w *write) changed(findings []*Finding) []string {
	names := decided
	if slices.ContainsFunc(findings, func(f *Finding) bool { was := w.before[f.ID]; return f.Desk != was.Desk || f.Asked != was.Asked }) {
		names = slices.Concat(names, passed)
	}
	if slices.ContainsFunc(findings, func(f *Finding) bool {
		was := w.before[f.ID]
		return f.MainFindingID != was.MainFindingID || f.Counted != was.Counted
	}) {
		names = slices.Concat(names, shared)
	}
	if slices.ContainsFunc(findings, func(f *Finding) bool { return f.Rev != w.before[f.ID].Rev }) {
		names = slices.Concat(names, facts)
	}
	if slices.ContainsFunc(findings, func(f *Finding) bool { return f.Aside != w.before[f.ID].Aside }) {
		names = slices.Concat(names, aside)
	}
	return names
}

// update writes the columns of findings that are there.
func update(ctx context.Context, tx *db.Tx, findings []*Finding, names []string) error {
	if len(findings) > 0 {
		if err := edit(ctx, tx); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(findings, rowsAtOnce) {
		q := tx.NewInsert().Model(&part).On("CONFLICT (id) DO UPDATE")
		for _, name := range names {
			q = q.Set("? = EXCLUDED.?", bun.Ident(name), bun.Ident(name))
		}
		if _, err := q.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
