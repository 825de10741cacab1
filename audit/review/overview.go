package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Overview is where the findings stand that the actor may see. What is of days and of
// screenings is for authorities: an institution has its trend (Trend).
type Overview struct {
	At           calendar.Time `json:"at"`
	Total        Sum           `json:"total"`
	States       []Group       `json:"states" nullable:"false" doc:"in the order of the chain"`
	Outcomes     []Group       `json:"outcomes" nullable:"false"`
	Overdue      int64         `json:"overdue" doc:"findings with a clock that has ended"`
	Today        DaySum        `json:"today"`
	Months       []Month       `json:"months" nullable:"false" doc:"twelve, the last the month of the question"`
	Rules        []RuleFigure  `json:"rules" nullable:"false" doc:"those with the most money at stake"`
	Institutions []Group       `json:"institutions" nullable:"false" doc:"those with the most money counted"`
	Regions      []Group       `json:"regions" nullable:"false" doc:"the most money counted first"`
	Judged       *JudgedMoney  `json:"judged,omitempty" doc:"money under watch; nothing while no screening says"`
	Screening    *Screened     `json:"screening,omitempty" doc:"the last one"`
}

// RuleFigure is what the findings of a rule come to, and how right it was.
type RuleFigure struct {
	Group
	Verdict
	Precision string `json:"precision" doc:"share of the decided that was upheld wholly or partly, as 0.9333; empty while nothing is decided"`
}

// JudgedMoney is the money that screenings have judged, each day of a region once.
type JudgedMoney struct {
	Fund        claim.Money  `json:"fund_pay_sumamt"`
	Inscp       claim.Money  `json:"inscp_amt"`
	Medfee      claim.Money  `json:"medfee_sumamt"`
	Settlements int64        `json:"settlements"`
	Lines       int64        `json:"lines"`
	From        calendar.Day `json:"from"`
	To          calendar.Day `json:"to"`
}

// How much an overview names.
const (
	standingOut = 10
	mostRegions = 40
	mostJudged  = 400
)

// Overview reads it at a moment; of the filter only regions and institutions count.
func (r *Review) Overview(ctx context.Context, from db.Reader, actor *access.Actor, filter Filter, at calendar.Time) (*Overview, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	o := &Overview{At: at, Months: []Month{}}
	if err := r.readRules(ctx, from, actor, filter, o); err != nil {
		return nil, err
	}
	if err := r.readPlaces(ctx, from, actor, filter, o); err != nil {
		return nil, err
	}
	late := filter
	late.Overdue = at
	n, err := source(from, actor, late, false).Count(ctx)
	if err != nil {
		return nil, err
	}
	o.Overdue = int64(n)
	if actor.May(Read) != nil {
		return o, nil
	}
	if o.Months, o.Today, err = r.months(ctx, from, actor, filter, at.Day()); err != nil {
		return nil, err
	}
	if len(filter.Institutions) > 0 { // a screening is of a region
		return o, nil
	}
	all, err := r.screened(ctx, from, actor, filter.Regions, mostJudged)
	if err == nil && len(all) > 0 {
		o.Screening, o.Judged = &all[0], judgedOf(all)
	}
	return o, err
}

// readRules reads the sums by rule, state and outcome once, and folds them.
func (r *Review) readRules(ctx context.Context, from db.Reader, actor *access.Actor, filter Filter, o *Overview) error {
	type row struct {
		RuleID, State, Outcome string
		Sum
	}
	rows, err := added[[]row](ctx, r, from, actor, filter, byTally(actor, filter), func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Column("rule_id", "state", "outcome").Group("rule_id", "state", "outcome")
	})
	if err != nil {
		return err
	}
	states, outcomes, rules := map[string]*Group{}, map[string]*Group{}, map[string]*RuleFigure{}
	for k := range rows {
		row := &rows[k]
		o.Total.plus(row.Sum)
		grouped(states, row.State).plus(row.Sum)
		grouped(outcomes, row.Outcome).plus(row.Sum)
		if rules[row.RuleID] == nil {
			rules[row.RuleID] = &RuleFigure{Group: Group{Key: row.RuleID}, Verdict: Verdict{RuleID: row.RuleID}}
		}
		rules[row.RuleID].plus(row.Sum)
		*rules[row.RuleID].of(row.Outcome) += row.N
	}
	o.States, o.Outcomes, o.Rules = []Group{}, []Group{}, []RuleFigure{}
	for _, s := range chainStates() {
		if g := states[s.Name]; g != nil && g.N > 0 {
			g.Name = s.Title
			o.States = append(o.States, *g)
		}
	}
	for _, outcome := range []string{OutcomeUpheld, OutcomePartly, OutcomeDismissed, ""} {
		if g := outcomes[outcome]; g != nil && g.N > 0 {
			g.Key = cmp.Or(outcome, "none")
			o.Outcomes = append(o.Outcomes, *g)
		}
	}
	for _, rule := range rules {
		if rule.N > 0 {
			rule.Precision = precisionOf(rule.Verdict)
			o.Rules = append(o.Rules, *rule)
		}
	}
	slices.SortFunc(o.Rules, func(a, b RuleFigure) int {
		return cmp.Or(cmp.Compare(b.Stake, a.Stake), cmp.Compare(b.Counted, a.Counted), cmp.Compare(a.Key, b.Key))
	})
	o.Rules = o.Rules[:min(len(o.Rules), standingOut)]
	return r.nameRules(ctx, from, o.Rules)
}

func (r *Review) nameRules(ctx context.Context, from db.Reader, rules []RuleFigure) error {
	groups := make([]Group, len(rules))
	for k, rule := range rules {
		groups[k] = rule.Group
	}
	err := r.nameGroups(ctx, from, ByRule, groups)
	for k := range rules {
		rules[k].Name = groups[k].Name
	}
	return err
}

// readPlaces reads the sums by region and institution.
func (r *Review) readPlaces(ctx context.Context, from db.Reader, actor *access.Actor, filter Filter, o *Overview) error {
	type row struct {
		Region, FixmedinsCode string
		Sum
	}
	rows, err := added[[]row](ctx, r, from, actor, filter, byTally(actor, filter), func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Column("region", "fixmedins_code").Group("region", "fixmedins_code")
	})
	if err != nil {
		return err
	}
	regions, institutions := map[string]*Group{}, map[string]*Group{}
	for _, row := range rows {
		grouped(regions, row.Region).plus(row.Sum)
		grouped(institutions, row.FixmedinsCode).plus(row.Sum)
	}
	o.Regions, o.Institutions = ranked(regions, mostRegions), ranked(institutions, standingOut)
	if err := r.nameGroups(ctx, from, ByInstitution, o.Institutions); err != nil {
		return err
	}
	return nameRegions(ctx, from, o.Regions)
}

// grouped is the group of a key.
func grouped(groups map[string]*Group, key string) *Group {
	if groups[key] == nil {
		groups[key] = &Group{Key: key}
	}
	return groups[key]
}

// ranked are the groups that have findings, the most money first.
func ranked(groups map[string]*Group, most int) []Group {
	all := []Group{}
	for _, g := range groups {
		if g.N > 0 {
			all = append(all, *g)
		}
	}
	slices.SortFunc(all, func(a, b Group) int { return cmp.Or(cmp.Compare(b.Counted, a.Counted), cmp.Compare(a.Key, b.Key)) })
	return all[:min(len(all), most)]
}

// nameRegions gives regions the names of their bureaus; a pool, which has none, its own.
func nameRegions(ctx context.Context, from db.Reader, groups []Group) error {
	if len(groups) == 0 {
		return nil
	}
	codes := make([]access.Region, len(groups))
	for k, g := range groups {
		codes[k] = access.Region(g.Key)
	}
	names, err := access.RegionNames(ctx, from, codes...)
	for k, code := range codes {
		groups[k].Name = cmp.Or(names[code], code.Pool())
	}
	return err
}

// of is where the findings of an outcome are counted.
func (v *Verdict) of(outcome string) *int64 {
	return map[string]*int64{"": &v.Open, OutcomeUpheld: &v.Upheld, OutcomePartly: &v.Partly, OutcomeDismissed: &v.Dismissed}[outcome]
}

// precisionOf is a verdict's precision as 0.9333, "" while nothing is decided.
func precisionOf(v Verdict) string {
	share := v.Precision()
	if share < 0 {
		return ""
	}
	return fmt.Sprintf("%d.%04d", share/1_000_000, share%1_000_000/100)
}

// judgedOf adds up what screenings judged, the newest first: one whose days another of
// its region has already judged says nothing new.
func judgedOf(all []Screened) *JudgedMoney {
	j := &JudgedMoney{From: calendar.NoDay, To: calendar.NoDay}
	type days struct{ from, to calendar.Day }
	taken := map[string][]days{}
	for _, s := range all {
		if slices.ContainsFunc(taken[s.Region], func(d days) bool { return s.From <= d.to && d.from <= s.To }) {
			continue
		}
		taken[s.Region] = append(taken[s.Region], days{s.From, s.To})
		j.Fund, j.Inscp, j.Medfee = j.Fund+s.Judged.Fund, j.Inscp+s.Judged.Inscp, j.Medfee+s.Judged.Medfee
		j.Settlements, j.Lines = j.Settlements+s.Read.Settlements, j.Lines+s.Read.Lines
		if j.From == calendar.NoDay || s.From < j.From {
			j.From = s.From
		}
		j.To = max(j.To, s.To)
	}
	return j
}

func (s *Sum) plus(o Sum) {
	s.N, s.Counted, s.Stake, s.Accepted = s.N+o.N, s.Counted+o.Counted, s.Stake+o.Stake, s.Accepted+o.Accepted
	s.Deducted, s.Recovered, s.Dropped = s.Deducted+o.Deducted, s.Recovered+o.Recovered, s.Dropped+o.Dropped
}
