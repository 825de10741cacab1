package review_test

import (
	"testing"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
)

// overview reads the overview at the world's instant.
func (w *world) overview(actor *access.Actor, filter review.Filter) *review.Overview {
	w.Helper()
	at := w.now.UTC().Unix() + 8*3600
	o, err := w.r.Overview(ctx, w.d, actor, filter, calendar.Time(at))
	if err != nil {
		w.Fatal(err)
	}
	return o
}

// The sums over the days, the states, the rules and the regions are those of all
// findings, whatever happens to them and in which month.
func TestOverviewAddsUp(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		a, b, c := suspicion("V1", "L1"), suspicion("V2", "L2", "L3"), suspicion("V3", "L4")
		c.ID, c.RuleID, c.RuleName = finding.NewID("GZ2", "K1", "V3", ""), "GZ2", "超量"
		w.deliver(p.auditor, "R1", a, b, c)
		w.move(p.first, "dismiss", c.ID)
		w.move(p.first, "suspect", a.ID)
		w.move(p.office, "accept", a.ID)
		w.later(40)
		w.move(p.final, "confirm", a.ID)
		w.move(p.auditor, "deduct", a.ID)
		o := w.overview(p.first, review.NoFilter)
		if o.Total.N != 3 || o.Total.Counted != 400*yuan || o.Total.Deducted != 100*yuan || o.Total.Dropped != 100*yuan || o.Total.Stake != 200*yuan {
			t.Errorf("in all %+v", o.Total)
		}
		var months review.DaySum
		for _, m := range o.Months {
			months = review.DaySum{N: months.N + m.N, Decided: months.Decided + m.Decided, Upheld: months.Upheld + m.Upheld, Counted: months.Counted + m.Counted, Confirmed: months.Confirmed + m.Confirmed, Collected: months.Collected + m.Collected}
		}
		if want := (review.DaySum{N: 3, Decided: 2, Upheld: 1, Counted: 400 * yuan, Confirmed: 100 * yuan, Collected: 100 * yuan}); months != want {
			t.Errorf("the months come to %+v, want %+v", months, want)
		}
		if march, april := o.Months[10], o.Months[11]; march.N != 3 || march.Confirmed != 100*yuan || march.Collected != 0 || april.N != 0 || april.Collected != 100*yuan || april.Upheld != 1 {
			t.Errorf("March %+v, April %+v", march, april)
		}
		if o.Today.Collected != 100*yuan || o.Today.N != 0 {
			t.Errorf("today %+v", o.Today)
		}
		if o.Overdue != 1 { // the first review of b
			t.Errorf("%d are overdue", o.Overdue)
		}
		for what, groups := range map[string][]review.Group{"states": o.States, "outcomes": o.Outcomes, "regions": o.Regions, "institutions": o.Institutions} {
			var n int64
			var counted claim.Money
			for _, g := range groups {
				n, counted = n+g.N, counted+g.Counted
			}
			if n != 3 || counted != 400*yuan {
				t.Errorf("%s come to %d, %s", what, n, counted)
			}
		}
		if r := o.Rules; len(r) != 2 || r[0].Key != "GZ1" || r[0].Name != "限儿童用药" || r[0].Stake != 200*yuan || r[0].Precision != "1.0000" || r[1].Precision != "0.0000" || r[0].Open != 1 {
			t.Errorf("rules %+v", r)
		}
		if r := o.Regions; r[0].Key != "330402" || r[0].Name != "南湖区医疗保障局" {
			t.Errorf("regions %+v", r)
		}
		w.verify(p.first)
	})
}

// Another region sees nothing, an institution what was sent to it, and nobody the days
// of others.
func TestOverviewReach(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		a, b := suspicion("V1", "L1"), suspicion("V2", "L2")
		w.deliver(p.auditor, "R1", a, b)
		w.move(p.first, "suspect", a.ID)
		for name, x := range map[string]struct {
			actor  *access.Actor
			filter review.Filter
			n      int64
			months int64
		}{
			"the reviewer":           {p.first, review.NoFilter, 2, 2},
			"of the region":          {p.first, review.Filter{Regions: []string{"330402"}}, 2, 2},
			"of another region":      {p.first, review.Filter{Regions: []string{"330411"}}, 0, 0},
			"of no region":           {p.first, review.Filter{Regions: []string{"' OR 1=1"}}, 0, 0},
			"of another institution": {p.first, review.Filter{Institutions: []string{other}}, 0, 0},
			"another county":         {p.foreign, review.NoFilter, 0, 0},
			"the institution":        {p.office, review.NoFilter, 1, 0},
			"another institution":    {p.stranger, review.NoFilter, 0, 0},
		} {
			x.filter.From, x.filter.To, x.filter.Overdue = calendar.NoDay, calendar.NoDay, calendar.NoTime
			o := w.overview(x.actor, x.filter)
			var months int64
			for _, m := range o.Months {
				months += m.N
			}
			if o.Total.N != x.n || months != x.months {
				t.Errorf("%s sees %d findings, %d in months, want %d, %d", name, o.Total.N, months, x.n, x.months)
			}
			if (o.Screening != nil) != (name == "the reviewer" || name == "of the region") {
				t.Errorf("%s sees the screening %+v", name, o.Screening)
			}
		}
	})
}

// What a screening judged counts once for each day; what it did not run is said in words.
func TestScreeningsSaid(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		for k, id := range []string{"R1", "R2", "R3"} {
			r := run(id)
			r.Judged.Fund, r.Read.Settlements = claim.Money(k+1)*100*yuan, 7
			if k == 0 {
				r.From, r.To = calendar.DayOf(2025, 12, 1), calendar.DayOf(2025, 12, 31)
			}
			r.Rules = append(r.Rules, finding.RuleRun{RuleID: "GZ8", Status: finding.NotRunTable("stock_d")}, finding.RuleRun{RuleID: "GZ9", Status: finding.NotRunTable("stock_d")})
			r.Rules[0].Unchecked = []finding.Unchecked{{Reason: "性别不详", Count: 5}}
			d := review.Delivery{Run: r, Findings: given(id, []*finding.Finding{suspicion("V"+id, "L"+id)}), Region: "330402", At: w.now}
			if _, err := w.r.TakeOver(ctx, p.auditor, d); err != nil {
				t.Fatal(err)
			}
			w.later(1)
		}
		o := w.overview(p.leader, review.NoFilter)
		if o.Judged == nil || o.Judged.Fund != 400*yuan || o.Judged.Settlements != 14 || o.Judged.From != calendar.DayOf(2025, 12, 1) {
			t.Errorf("judged %+v", o.Judged) // R3 and R1: R2 judged the days of R3
		}
		s := o.Screening
		if s == nil || s.RunID != "R3" || s.Ran != 2 || s.Rules != 4 || len(s.NotRun) != 1 || s.NotRun[0].Why != "缺少数据表 stock_d" || len(s.NotRun[0].Rules) != 2 || s.Unchecked[0].Count != 5 {
			t.Errorf("the screening %+v", s)
		}
	})
}

// A search finds by whole numbers and parts of names what the actor may see, and nothing
// else.
func TestSearch(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		a, b := suspicion("V1", "L1"), suspicion("V2", "L2")
		w.deliver(p.auditor, "R1", a, b)
		w.move(p.first, "suspect", a.ID)
		said := func(actor *access.Actor, q string) string {
			f, err := w.r.Search(ctx, w.d, actor, q, calendar.DayOf(2026, 3, 2).At(9, 0, 0))
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			if f.Finding != nil {
				text += "疑点 "
			}
			if f.Person != nil {
				text += "人员 "
			}
			if f.Visit != nil {
				text += "就诊 "
			}
			for _, g := range f.Institutions {
				text += g.Name + " "
			}
			for _, g := range f.Rules {
				text += g.Name + " "
			}
			return text
		}
		for _, x := range []struct {
			actor *access.Actor
			q     string
			want  string
		}{
			{p.first, a.ID, "疑点 "},
			{p.first, "PV1", "人员 "},
			{p.first, "V1", "就诊 "},
			{p.first, "V", ""},
			{p.first, "南湖", "南湖医院 "},
			{p.first, "h330402", "南湖医院 "},
			{p.first, "儿童", "限儿童用药 "},
			{p.first, "gz1", "限儿童用药 "},
			{p.first, "%", ""},
			{p.first, " ", ""},
			{p.first, "a\x00b", ""},
			{p.foreign, a.ID, ""},
			{p.foreign, "南湖", ""},
			{p.office, a.ID, "疑点 "},
			{p.office, b.ID, ""},
			{p.office, "PV2", ""},
			{p.stranger, "V1", ""},
		} {
			if got := said(x.actor, x.q); got != x.want {
				t.Errorf("%q finds %q, want %q", x.q, got, x.want)
			}
		}
	})
}
