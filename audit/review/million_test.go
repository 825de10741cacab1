package review_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// TestMillion lists, filters, groups and decides among as many findings as
// YIHENG_REVIEW_FINDINGS says, and prints the times; it is left out without it. One in
// fifty is taken over; the others are copies that only lists read.
func TestMillion(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("YIHENG_REVIEW_FINDINGS"))
	if n == 0 {
		t.Skip("YIHENG_REVIEW_FINDINGS is not set")
	}
	for _, driver := range []string{db.SQLite, db.Postgres} {
		if only := os.Getenv("YIHENG_REVIEW_DB"); only == "" && driver == db.Postgres || only != "" && only != driver {
			continue
		}
		t.Run(driver, func(t *testing.T) {
			d := dbtest.OpenSQLite
			if driver == db.Postgres {
				d = dbtest.OpenPostgres
			}
			measure(newWorld(t, d(t)), n)
		})
	}
}

// generated are findings of 200 institutions, 80 rules, 30 departments, 3,000 doctors.
func generated(n int) func(func(*finding.Finding, error) bool) {
	return func(yield func(*finding.Finding, error) bool) {
		for k := range n {
			c := suspicion(fmt.Sprintf("V%08d", k), fmt.Sprintf("L%d", k))
			mixed := k * 2_654_435_761 % 1_000_003
			c.RunID, c.FixmedinsCode = "R1", fmt.Sprintf("H%011d", 33040200000+mixed%200)
			c.RuleID = fmt.Sprintf("GZ%d", mixed/200%80)
			c.DeptName, c.DrCode, c.PsnNo = fmt.Sprint("科室", mixed%30), fmt.Sprintf("D%06d", mixed%3000), fmt.Sprintf("P%07d", mixed%300_000)
			c.Amount = claim.Money(mixed%500_000 + 1)
			c.OwnAmount = c.Amount
			if !yield(c, nil) {
				return
			}
		}
	}
}

func measure(w *world, n int) {
	p := w.team()
	r := run("R1")
	r.Rules = nil
	start, own := time.Now(), max(n/50, 1)
	if _, err := w.r.TakeOver(ctx, p.auditor, review.Delivery{Run: r, Findings: generated(own), Region: "330402", At: w.now}); err != nil {
		w.Fatal(err)
	}
	w.Logf("%d findings taken over in %v (%.0f/s)", own, time.Since(start).Round(time.Millisecond), float64(own)/time.Since(start).Seconds())
	w.copies(n/own - 1)
	filter := func(change func(*review.Filter)) review.Filter {
		f := review.NoFilter
		change(&f)
		return f
	}
	hospital, cursor := fmt.Sprintf("H%011d", 33040200007), ""
	filters := map[string]review.Filter{
		"all":                       review.NoFilter,
		"a state":                   filter(func(f *review.Filter) { f.States = []string{review.First} }),
		"an institution":            filter(func(f *review.Filter) { f.Institutions = []string{hospital} }),
		"a rule":                    filter(func(f *review.Filter) { f.Rules = []string{"GZ7"} }),
		"an institution and a rule": filter(func(f *review.Filter) { f.Institutions, f.Rules = []string{hospital}, []string{"GZ7"} }),
		"a department":              filter(func(f *review.Filter) { f.Institutions, f.Departments = []string{hospital}, []string{"科室7"} }),
		"a doctor":                  filter(func(f *review.Filter) { f.Doctors = []string{"D000007"} }),
		"a person":                  filter(func(f *review.Filter) { f.Persons = []string{"P0000007"} }),
		"overdue in one state": filter(func(f *review.Filter) {
			f.States, f.Overdue = []string{review.First}, calendar.DayOf(2026, 3, 1).At(0, 0, 0)
		}),
		"a state that nothing is in":  filter(func(f *review.Filter) { f.States = []string{review.Panel} }),
		"more than 4,900 yuan":        filter(func(f *review.Filter) { f.MinCounted = 490_000 }),
		"another county, no findings": filter(func(f *review.Filter) { f.Regions = []string{"330411"} }),
	}
	for name, f := range filters {
		for _, order := range []string{review.ByMoney, review.ByDue} {
			w.times("list "+name+" by "+order, func() error {
				page, err := w.r.List(ctx, w.d, p.first, f, order, "", 50)
				cursor = page.Next
				return err
			})
			if cursor != "" {
				w.times("  the next page", func() error {
					_, err := w.r.List(ctx, w.d, p.first, f, order, cursor, 50)
					return err
				})
			}
		}
	}
	for _, by := range []review.By{review.ByInstitution, review.ByRule, review.ByState} {
		w.times("group by "+string(by), func() error {
			_, err := w.r.Groups(ctx, w.d, p.first, review.NoFilter, by, 200)
			return err
		})
	}
	w.times("the overview", func() error {
		_, err := w.r.Overview(ctx, w.d, p.first, review.NoFilter, calendar.DayOf(2026, 3, 2).At(9, 0, 0))
		return err
	})
	for _, by := range []review.By{review.ByDepartment, review.ByDoctor, review.ByPerson} {
		w.times("group an institution by "+string(by), func() error {
			_, err := w.r.Groups(ctx, w.d, p.first, filters["an institution"], by, 100)
			return err
		})
	}
	var ids []string
	for f := range generated(min(own, 10_000)) {
		ids = append(ids, f.ID)
	}
	start = time.Now()
	if _, err := w.decide(p.first, review.Act{Move: "suspect", IDs: ids, Reason: "成批"}); err != nil {
		w.Fatal(err)
	}
	w.Logf("%d decided in %v", len(ids), time.Since(start).Round(time.Millisecond))
}

// copies adds copies of every finding, of other persons, visits and amounts.
func (w *world) copies(n int) {
	start := time.Now()
	columns := "batch, seen, gone_in, revision, latest, region, fixmedins_code, fixmedins_name, desk, asked_doctor, rule_id, rule_name, rule_version, kp_id, result, severity, dept_name, dr_code, first_day, last_day, main_finding_id, state, since, due, ended, sent, answer, outcome, steps, accepted, deducted, recovered, dropped, returned"
	w.do(func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ?) INSERT INTO review_finding (id, psn_no, mdtrt_id, own, counted, stake, "+columns+
			") SELECT id || '-' || i, psn_no || i, mdtrt_id || i, own + i * 977, own + i * 977, own + i * 977, "+columns+" FROM review_finding, k", n)
		if err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, "DELETE FROM review_tally"); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO review_tally SELECT batch, region, fixmedins_code, rule_id, rule_version, result, state, outcome, sent, count(*), sum(counted), sum(stake), sum(accepted), sum(deducted), sum(recovered), sum(dropped) FROM review_finding GROUP BY batch, region, fixmedins_code, rule_id, rule_version, result, state, outcome, sent")
		return err
	})
	if w.d.Driver() == db.Postgres { // as the server does by itself within minutes
		if _, err := w.d.ExecContext(ctx, "ANALYZE"); err != nil {
			w.Fatal(err)
		}
	}
	w.Logf("copied in %v", time.Since(start).Round(time.Millisecond))
}

// times prints the median and the 95th percentile of 20 calls.
func (w *world) times(what string, f func() error) {
	var took []time.Duration
	for range 20 {
		start := time.Now()
		if err := f(); err != nil {
			w.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	w.Logf("%-44s p50 %8v  p95 %8v", what, took[10].Round(time.Microsecond*100), took[18].Round(time.Microsecond*100))
}
