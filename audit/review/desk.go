package review

import (
	"context"
	"slices"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

// clockTitles are the titles of the clocks that run in the states.
var clockTitles = map[string]string{
	First: "初审期限", VerifyFirst: "调查核实期限", Appeal: "申诉期限", Second: "复审期限", VerifySecond: "调查核实期限",
	Petition: "申请合议期限", Panel: "合议期限", Final: "终审期限", Handling: "处理期限",
}

// Desk is what findings give people to do. A nil Review has a desk that is described.
func (r *Review) Desk() web.Desk { return web.Desk{Kind: "finding", Tasks: r.tasks, Counts: r.counts} }

// tasks are the actor's part of a list of work; an actor who reads no findings has none.
func (r *Review) tasks(ctx context.Context, c *web.Call, part web.Part, by web.TaskOrder, after web.TaskPlace, limit int) ([]web.Task, int64, error) {
	if mayRead(c.Actor) != nil {
		return nil, 0, nil
	}
	order, cursor := ByDue, ""
	if by == web.ByAmount {
		order = ByMoney
	}
	if after.ID != "" {
		cursor = cursorOf(order, &Finding{Due: after.Key, Money: Money{Counted: claim.Money(after.Key)}, ID: after.ID})
	}
	at := calendar.Civil(c.At)
	page, err := r.ToDo(ctx, r.db, c.Actor, at, part, order, cursor, min(limit, 500))
	if err != nil {
		return nil, 0, err
	}
	tasks := make([]web.Task, len(page.Findings))
	for k, f := range page.Findings {
		l := lineOf(f, at)
		tasks[k] = web.Task{
			Kind: "finding", ID: l.ID, Title: l.FixmedinsName + "　" + l.RuleName, State: l.State, StateTitle: l.StateTitle, Clock: clockTitles[l.State],
			Due: l.Due, Overdue: l.Overdue, Region: l.Region, Amount: l.Counted.String(), Link: "/api/findings/" + l.ID,
		}
	}
	return tasks, page.Total.N, nil
}

// counts are the actor's work by state, with what is late and what ends today.
func (r *Review) counts(ctx context.Context, c *web.Call) ([]web.TaskCount, error) {
	if mayRead(c.Actor) != nil {
		return nil, nil
	}
	at := calendar.Civil(c.At)
	filter := workOf(c.Actor, at, web.Part{})
	if filter == nil {
		return nil, nil
	}
	all, err := r.Groups(ctx, r.db, c.Actor, *filter, ByState, 100)
	if err != nil {
		return nil, err
	}
	counts := []web.TaskCount{}
	for _, g := range all {
		if slices.Contains([]string{Closed, Dismissed}, g.Key) {
			continue
		}
		counts = append(counts, web.TaskCount{Kind: "finding", State: g.Key, StateTitle: stateTitles[g.Key], Count: g.N, Amount: g.Counted.String()})
	}
	for _, until := range []calendar.Time{at, endOf(at)} {
		filter.Overdue = until
		late, err := r.Groups(ctx, r.db, c.Actor, *filter, ByState, 100)
		if err != nil {
			return nil, err
		}
		for _, g := range late {
			if k := slices.IndexFunc(counts, func(n web.TaskCount) bool { return n.State == g.Key }); k >= 0 && until == at {
				counts[k].Overdue = g.N
			} else if k >= 0 && c.May(lead) == nil {
				counts[k].Today = counts[k].Overdue // a leader's work is what is late already
			} else if k >= 0 {
				counts[k].Today = g.N
			}
		}
	}
	return counts, nil
}
