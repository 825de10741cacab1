package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
	"yiheng/ground/seal"
	"yiheng/ground/web"
	"yiheng/practice"
)

// office is a home with people of every role and with findings. All have the
// password and the second factor of a practice home.
type office struct {
	home, setting string // setting is that of the database, "" for SQLite in the home
	db            *db.DB
	access        *access.Access
	review        *review.Review
	day           calendar.Day
}

// hospitals and rules are over how many the findings are spread.
const (
	hospitals = 200
	rules     = 80
)

func hospital(k int) string { return fmt.Sprintf("H%011d", 37180200000+k%hospitals) }

// newOffice makes the home in a folder that is empty, with the database of a setting.
func newOffice(ctx context.Context, home, setting string) (*office, error) {
	if err := os.RemoveAll(home); err != nil {
		return nil, err
	}
	o := &office{home: home, setting: setting, day: yesterday()}
	var err error
	if o.db, err = db.OpenAt(ctx, home, setting); err != nil {
		return nil, err
	}
	if err := o.open(ctx); err != nil {
		return nil, errors.Join(err, o.db.Close())
	}
	return o, nil
}

// yesterday is the day on which the people of the office were made.
func yesterday() calendar.Day {
	year, month, day := time.Now().AddDate(0, 0, -1).Date()
	return calendar.DayOf(year, int(month), day)
}

// open opens the rooms and makes the people.
func (o *office) open(ctx context.Context) error {
	key, err := seal.OpenKey(filepath.Join(o.home, "key"))
	if err != nil {
		return err
	}
	ring, err := seal.OpenRing(filepath.Join(o.home, "ring"), key)
	if err != nil {
		return err
	}
	if o.access, err = access.Open(ctx, o.db, ring, access.DefaultPolicy()); err != nil {
		return err
	}
	days, err := yearbook.Open(ctx, o.db)
	if err != nil {
		return err
	}
	values, err := param.Open(ctx, o.db)
	if err != nil {
		return err
	}
	if o.review, err = review.Open(ctx, o.db, o.access, o.home, procedure.BooksOf(days, values)); err != nil {
		return err
	}
	door := web.New(web.Parts{DB: o.db, Access: o.access, Committed: access.Committed()})
	w := practice.Open(practice.World{DB: o.db, Access: o.access, Review: o.review, Door: door})
	w.Start(o.day)
	var all []practice.Institution
	for k := range hospitals {
		all = append(all, practice.Institution{Code: hospital(k), Name: fmt.Sprintf("第%d医院", k+1), Region: "371802"})
	}
	if err := w.Settle(ctx, all, practice.Busiest{Institution: hospital(0), Department: "骨科", Doctor: "D371802000001"}); err != nil {
		return err
	}
	return w.LetIn(ctx)
}

// fill takes findings over, one in fifty as a screening delivers them, the others as
// copies with other persons, visits and amounts, which only lists read. It returns
// the ids of those taken over, and how long that took.
func (o *office) fill(ctx context.Context, n int) (ids []string, took time.Duration, err error) {
	auditor, err := o.actor(ctx, "jihe")
	if err != nil {
		return nil, 0, err
	}
	own, start := max(n/50, min(n, 10_000)), time.Now()
	_, err = o.review.TakeOver(ctx, auditor, review.Delivery{
		Run:    &finding.Run{RunID: "R1", Title: "压测", From: o.day - 60, To: o.day - 30},
		Region: practice.City, At: o.db.Now(), Findings: o.findings(own, &ids),
	})
	if err != nil {
		return nil, 0, err
	}
	took = time.Since(start)
	return ids, took, o.copy(ctx, n/own-1)
}

func (o *office) actor(ctx context.Context, login string) (*access.Actor, error) {
	var id string
	if err := o.db.NewSelect().Table("holder").Column("id").Where("login = ?", login).Scan(ctx, &id); err != nil {
		return nil, err
	}
	return o.access.ActorOf(ctx, o.db, id, o.db.Now())
}

// findings are of 200 institutions, 80 rules, 30 departments and 3,000 doctors.
func (o *office) findings(n int, ids *[]string) func(func(*finding.Finding, error) bool) {
	return func(yield func(*finding.Finding, error) bool) {
		for k := range n {
			mixed := k * 2_654_435_761 % 1_000_003
			visit, rule := fmt.Sprintf("V%08d", k), fmt.Sprintf("GZ%d", mixed/hospitals%rules)
			amount := claim.Money(mixed%500_000 + 1)
			f := &finding.Finding{
				ID: finding.NewID(rule, "K1", visit, ""), Revision: 1, RuleID: rule, RuleName: "规则" + rule, RuleVersion: "1", KpID: "K1", RunID: "R1",
				Result: finding.Suspicion, Severity: 2, FixmedinsCode: hospital(mixed), FixmedinsName: fmt.Sprintf("第%d医院", mixed%hospitals+1),
				PsnNo: fmt.Sprintf("P%07d", mixed%300_000), MdtrtID: visit, Lines: []string{fmt.Sprint("L", k)}, FirstDay: o.day - 45, LastDay: o.day - 45,
				Amount: amount, OwnAmount: amount, FundAmount: amount, DeptName: fmt.Sprint("科室", mixed%30), DrCode: fmt.Sprintf("D%06d", mixed%3000),
				Explanation: "成人使用限儿童药品。", Basis: "知识点依据",
			}
			*ids = append(*ids, f.ID)
			if !yield(f, nil) {
				return
			}
		}
	}
}

// copied are the columns of a finding that a copy has as they are.
const copied = "batch, seen, gone_in, revision, latest, region, fixmedins_code, fixmedins_name, desk, asked_doctor, rule_id, rule_name, rule_version, kp_id, result, severity, dept_name, dr_code, first_day, last_day, main_finding_id, state, since, due, ended, sent, answer, outcome, steps, accepted, deducted, recovered, dropped, returned"

// copy adds n copies of every finding.
func (o *office) copy(ctx context.Context, n int) error {
	err := o.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ?) INSERT INTO review_finding (id, psn_no, mdtrt_id, own, counted, stake, "+copied+
			") SELECT id || '-' || i, psn_no || i, mdtrt_id || i, own + i * 977, own + i * 977, own + i * 977, "+copied+" FROM review_finding, k WHERE i <= ?", n, n)
		if err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, "DELETE FROM review_tally"); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO review_tally SELECT batch, region, fixmedins_code, rule_id, rule_version, result, state, outcome, sent, count(*), sum(counted), sum(stake), sum(accepted), sum(deducted), sum(recovered), sum(dropped) FROM review_finding GROUP BY batch, region, fixmedins_code, rule_id, rule_version, result, state, outcome, sent")
		return err
	})
	if err == nil && o.db.Driver() == db.Postgres { // as the server does by itself within minutes
		_, err = o.db.ExecContext(ctx, "ANALYZE")
	}
	return err
}
