package review_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/web"
)

func many(n int) (all []*finding.Finding, ids []string) {
	for k := range n {
		c := suspicion(fmt.Sprintf("V%06d", k), fmt.Sprintf("L%d", k))
		all, ids = append(all, c), append(ids, c.ID)
	}
	return all, ids
}

// Ten thousand findings are decided in one transaction, within five seconds on SQLite,
// while another system hears of each.
func TestBulk(t *testing.T) {
	each(t, func(w *world) {
		n := 10_000
		if testing.Short() || w.d.Driver() == db.Postgres {
			n = 1000
		}
		w.hears()
		p := w.team()
		all, ids := many(n)
		start := time.Now()
		w.deliver(p.auditor, "R1", all...)
		t.Logf("%d taken over in %v", n, time.Since(start))
		w.move(p.first, "dismiss", ids[7])
		start = time.Now()
		done, err := w.decide(p.first, review.Act{Move: "suspect", IDs: ids, Reason: "成批认定"})
		took := time.Since(start)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d decided in %v on %s", n, took, w.d.Driver())
		if took > 20*time.Second { // the figure is 5 s on a machine that does nothing else
			t.Errorf("%d decisions took %v", n, took)
		}
		for k, d := range done {
			if (d.Denial != nil) != (k == 7) || d.ID != ids[k] {
				t.Fatalf("finding %d: %+v", k, d)
			}
		}
		if told := len(w.told()); told != n+1 { // the batch, what was dismissed, and the others
			t.Errorf("%d events, want %d", told, n+1)
		}
		page, err := w.r.List(ctx, w.d, p.first, review.NoFilter, review.ByMoney, "", 10)
		if err != nil || page.Total.N != int64(n) || page.Total.Stake != claim.Money(n-1)*10_000 || len(page.Findings) != 10 {
			t.Errorf("%+v %v", page.Total, err)
		}
		w.verify(p.first)
	})
}

// What cannot be asked for is refused as a whole, with a code.
func TestRefusedActs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.team()
		a, b := suspicion("V1", "L1"), suspicion("V2", "L2")
		w.deliver(p.auditor, "R1", a, b)
		id := a.ID
		for name, c := range map[string]struct {
			actor *access.Actor
			act   review.Act
			kind  error
			code  string
		}{
			"another region":         {p.foreign, review.Act{Move: "suspect", IDs: []string{id}, Reason: "事由"}, access.ErrNotFound, "not_found"},
			"another institution":    {p.stranger, review.Act{Move: "appeal", IDs: []string{id}, Reason: "事由"}, access.ErrNotFound, "not_found"},
			"an institution, unsent": {p.office, review.Act{Move: "appeal", IDs: []string{id}, Reason: "事由"}, access.ErrNotFound, "not_found"},
			"an unknown id":          {p.first, review.Act{Move: "suspect", IDs: []string{id, "YDX"}, Reason: "事由"}, access.ErrNotFound, "not_found"},
			"another role":           {p.second, review.Act{Move: "suspect", IDs: []string{id}, Reason: "事由"}, access.ErrForbidden, "role"},
			"a clock's move":         {p.first, review.Act{Move: "silence", IDs: []string{id}}, access.ErrInvalid, "review.move"},
			"the screening's move":   {p.first, review.Act{Move: "open", IDs: []string{id}}, access.ErrInvalid, "review.move"},
			"no finding":             {p.first, review.Act{Move: "suspect"}, access.ErrInvalid, "review.ids"},
			"a finding twice":        {p.first, review.Act{Move: "suspect", IDs: []string{id, id}}, access.ErrInvalid, "review.ids"},
			"too much":               {p.first, review.Act{Move: "suspect", IDs: []string{id}, Reason: "事由", Amounts: amounts(id, 101*yuan)}, access.ErrInvalid, "review.amount"},
			"nothing":                {p.first, review.Act{Move: "suspect", IDs: []string{id}, Reason: "事由", Amounts: amounts(id, 0)}, access.ErrInvalid, "review.amount"},
			"somebody else's amount": {p.first, review.Act{Move: "suspect", IDs: []string{id}, Reason: "事由", Amounts: amounts(b.ID, yuan)}, access.ErrInvalid, "review.amount"},
			"an unknown attachment":  {p.first, review.Act{Move: "suspect", IDs: []string{id}, Reason: "事由", Files: []string{"F"}}, access.ErrInvalid, "review.files"},
		} {
			_, err := w.decide(c.actor, c.act)
			t.Run(name, func(t *testing.T) { (&world{TB: t}).wants(err, c.kind, c.code) })
		}
		done, err := w.decide(p.first, review.Act{Move: "suspect", IDs: []string{id}})
		if err != nil || done[0].Denial == nil || done[0].Denial.Refusals[0].Code != "reason" {
			t.Errorf("without a reason: %+v %v", done, err)
		}
		if f := w.finding(p.first, id); f.State != review.First || f.Steps != 0 {
			t.Errorf("something was done: %+v", f)
		}
		w.verify(p.first)
	})
}

// Two people decide the same findings at once: each finding is decided by one of them.
func TestConcurrent(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		rival := w.person("rival", agency, access.FirstReviewer, "")
		all, ids := many(40)
		w.deliver(p.auditor, "R1", all...)
		var wait sync.WaitGroup
		var lock sync.Mutex
		won := map[string]int{}
		for _, x := range []struct {
			actor *access.Actor
			move  string
		}{{p.first, "suspect"}, {rival, "dismiss"}} {
			for part := range 4 {
				wait.Go(func() {
					done, err := w.decide(x.actor, review.Act{Move: x.move, IDs: ids[part*10 : part*10+10], Reason: "事由"})
					lock.Lock()
					defer lock.Unlock()
					if err != nil {
						w.Error(err)
					}
					for _, d := range done {
						if d.Denial == nil {
							won[d.ID]++
						}
					}
				})
			}
		}
		wait.Wait()
		for _, id := range ids {
			if won[id] != 1 {
				t.Errorf("%s was decided %d times", id, won[id])
			}
		}
		w.verify(p.first)
	})
}

// Lists page by cursor without loss, filter and group, each in the actor's reach.
func TestLists(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		all, ids := many(23)
		all[3].OwnAmount, all[3].Amount = 900*yuan, 900*yuan
		all[4].RuleID, all[4].RuleName, all[4].DrCode = "GZ2", "超量", "D2"
		w.deliver(p.auditor, "R1", all...)
		w.move(p.first, "suspect", ids[3])
		for _, order := range []string{review.ByMoney, review.ByDue} {
			seen, cursor := map[string]bool{}, ""
			for pages := 0; pages == 0 || cursor != ""; pages++ {
				page, err := w.r.List(ctx, w.d, p.first, review.NoFilter, order, cursor, 5)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range page.Findings {
					seen[f.ID] = true
				}
				if order == review.ByMoney && pages == 0 && page.Findings[0].ID != ids[3] {
					t.Errorf("the largest is not the first")
				}
				cursor = page.Next
			}
			if len(seen) != 23 {
				t.Errorf("by %s: %d findings, want 23", order, len(seen))
			}
		}
		for name, c := range map[string]struct {
			actor  *access.Actor
			change func(*review.Filter)
			want   int64
		}{
			"all":                 {p.first, func(*review.Filter) {}, 23},
			"a rule":              {p.first, func(f *review.Filter) { f.Rules = []string{"GZ2"} }, 1},
			"two rules":           {p.first, func(f *review.Filter) { f.Rules = []string{"GZ2", "GZ1"} }, 23},
			"a state":             {p.first, func(f *review.Filter) { f.States = []string{review.Appeal} }, 1},
			"an institution":      {p.first, func(f *review.Filter) { f.Institutions = []string{other} }, 0},
			"a region":            {p.first, func(f *review.Filter) { f.Regions = []string{"330400"} }, 23},
			"another region":      {p.first, func(f *review.Filter) { f.Regions = []string{"330411"} }, 0},
			"no region":           {p.first, func(f *review.Filter) { f.Regions = []string{"' OR 1=1 --"} }, 0},
			"SQL in a filter":     {p.first, func(f *review.Filter) { f.Persons = []string{"' OR 1=1 --"} }, 0},
			"a doctor":            {p.first, func(f *review.Filter) { f.Doctors = []string{"D2"} }, 1},
			"a person":            {p.first, func(f *review.Filter) { f.Persons = []string{all[9].PsnNo} }, 1},
			"money":               {p.first, func(f *review.Filter) { f.MinCounted = 90_000 }, 1},
			"days":                {p.first, func(f *review.Filter) { f.From = calendar.DayOf(2026, 1, 16) }, 0},
			"overdue":             {p.first, func(f *review.Filter) { f.Overdue = calendar.DayOf(2026, 3, 2).At(12, 0, 0) }, 0},
			"later overdue":       {p.first, func(f *review.Filter) { f.Overdue = calendar.DayOf(2026, 4, 2).At(12, 0, 0) }, 23},
			"taken that day":      {p.first, func(f *review.Filter) { f.Taken = calendar.Civil(w.now).Day() }, 23},
			"taken the day after": {p.first, func(f *review.Filter) { f.Taken = calendar.Civil(w.now).Day() + 1 }, 0},
			"moved that day":      {p.first, func(f *review.Filter) { f.Moved = calendar.Civil(w.now).Day() }, 23},
			"moved the day after": {p.first, func(f *review.Filter) { f.Moved = calendar.Civil(w.now).Day() + 1 }, 0},
			"not yet overdue":     {p.first, func(f *review.Filter) { f.DueFrom = calendar.DayOf(2026, 3, 2).At(12, 0, 0) }, 23},
			"the office":          {p.office, func(*review.Filter) {}, 1},
			"a department":        {p.head, func(*review.Filter) {}, 0},
			"a doctor's own":      {p.doctor, func(*review.Filter) {}, 0},
			"another institution": {p.stranger, func(*review.Filter) {}, 0},
			"another county":      {p.foreign, func(*review.Filter) {}, 0},
		} {
			filter := review.NoFilter
			c.change(&filter)
			page, err := w.r.List(ctx, w.d, c.actor, filter, review.ByMoney, "", 50)
			if err != nil || page.Total.N != c.want || int64(len(page.Findings)) != c.want {
				t.Errorf("%s: %d findings, total %d, want %d (%v)", name, len(page.Findings), page.Total.N, c.want, err)
			}
		}
		w.do(func(tx *db.Tx) error {
			return w.r.Pass(ctx, tx, p.office, review.Errand{IDs: ids[3:4], Desk: ortho, Doctor: "D330402000001"})
		})
		for name, actor := range map[string]*access.Actor{"head": p.head, "doctor": p.doctor, "office": p.office} {
			if page, err := w.r.List(ctx, w.d, actor, review.NoFilter, review.ByMoney, "", 50); err != nil || len(page.Findings) != 1 {
				t.Errorf("%s sees %d findings that were passed on (%v)", name, len(page.Findings), err)
			}
		}
		for _, by := range []review.By{review.ByInstitution, review.ByRule, review.ByState, review.ByOutcome, review.ByBatch, review.ByRegion, review.ByDepartment, review.ByDoctor, review.ByPerson} {
			filter := review.NoFilter
			filter.Institutions = []string{hospital}
			groups, err := w.r.Groups(ctx, w.d, p.first, filter, by, 100)
			sum := int64(0)
			for _, g := range groups {
				sum += g.N
			}
			if err != nil || sum != 23 {
				t.Errorf("by %s: %d findings in %d groups (%v)", by, sum, len(groups), err)
			}
		}
		_, err := w.r.List(ctx, w.d, p.first, review.NoFilter, review.ByMoney, "???", 5)
		w.wants(err, access.ErrInvalid, "review.cursor")
		_, err = w.r.List(ctx, w.d, p.first, review.NoFilter, "name", "", 5)
		w.wants(err, access.ErrInvalid, "review.order")
		_, err = w.r.List(ctx, w.d, p.first, review.NoFilter, review.ByDue, "", 501)
		w.wants(err, access.ErrInvalid, "review.limit")
	})
}

// Everybody's list of work: what his roles can move on, and what the leader must press.
func TestToDo(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		all, ids := many(5)
		w.deliver(p.auditor, "R1", all...)
		w.move(p.first, "suspect", ids[0])
		w.move(p.first, "suspect", ids[1])
		w.move(p.office, "appeal", ids[1])
		now := calendar.DayOf(2026, 3, 2).At(12, 0, 0)
		late := calendar.DayOf(2026, 3, 12).At(12, 0, 0)
		for name, c := range map[string]struct {
			actor   *access.Actor
			at      calendar.Time
			overdue bool
			want    int
		}{
			"first":        {p.first, now, false, 3},
			"first, late":  {p.first, late, true, 3},
			"second":       {p.second, now, false, 1},
			"office":       {p.office, now, false, 1},
			"stranger":     {p.stranger, now, false, 0},
			"head":         {p.head, now, false, 0},
			"leader":       {p.leader, now, false, 0},
			"leader, late": {p.leader, late, false, 4}, // the second review has ten days
		} {
			page, err := w.r.ToDo(ctx, w.d, c.actor, c.at, web.Part{Overdue: c.overdue}, review.ByDue, "", 50)
			if err != nil || len(page.Findings) != c.want {
				t.Errorf("%s: %d findings, want %d (%v)", name, len(page.Findings), c.want, err)
			}
		}
		lastDay := w.finding(p.first, ids[2]).Due // of the first review
		for name, c := range map[string]struct {
			actor *access.Actor
			at    calendar.Time
			part  web.Part
			want  int
		}{
			"first, of the step":      {p.first, now, web.Part{States: []string{review.First}}, 3},
			"first, of another step":  {p.first, now, web.Part{States: []string{review.Second}}, 0},
			"first, not today":        {p.first, now, web.Part{Today: true}, 0},
			"first, today":            {p.first, calendar.Time(lastDay - 60), web.Part{Today: true}, 3},
			"first, late":             {p.first, calendar.Time(lastDay + 1), web.Part{Today: true}, 0},
			"leader, today":           {p.leader, calendar.Time(lastDay - 60), web.Part{Today: true}, 0},
			"leader, late, of a step": {p.leader, late, web.Part{States: []string{review.First}}, 3},
		} {
			page, err := w.r.ToDo(ctx, w.d, c.actor, c.at, c.part, review.ByDue, "", 50)
			if err != nil || len(page.Findings) != c.want {
				t.Errorf("%s: %d findings, want %d (%v)", name, len(page.Findings), c.want, err)
			}
		}
	})
}
