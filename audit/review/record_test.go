package review_test

import (
	"context"
	"strings"
	"testing"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/journal"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
)

// A run that was given out in a folder is taken over with all that institutions' lists
// are made of, and what is other institutions' is masked for the institution.
func TestDeliveredFolder(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		dir := t.TempDir()
		out, err := finding.Open(dir, finding.Options{NoWorkbooks: true})
		if err != nil {
			t.Fatal(err)
		}
		c := suspicion("V1", "L1")
		c.RunID, c.EvidenceLines, c.EvidenceOrgs, c.Others = "R1", []string{"E1", "E2"}, []string{hospital, other}, []string{"城南医院"}
		c.Explanation = "与城南医院的 E2 重复，见 E1。"
		if err := out.Add(c); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(run("R1"), nil); err != nil {
			t.Fatal(err)
		}
		d, err := review.DeliveryOf(dir)
		if err != nil {
			t.Fatal(err)
		}
		d.Region, d.At = "330402", w.now
		if _, err := w.r.TakeOver(ctx, p.auditor, d); err != nil {
			t.Fatal(err)
		}
		if f := w.finding(p.first, c.ID); f.DeptName != "骨科" || f.DrCode != "D330402000001" {
			t.Errorf("%+v", f)
		}
		w.move(p.first, "suspect", c.ID)
		r := w.record(p.office, c.ID)
		if text := r.Content.Explanation; strings.Contains(text, "城南") || strings.Contains(text, "E2") || !strings.Contains(text, "E1") || len(r.Content.EvidenceLines) != 1 {
			t.Errorf("the institution reads %q, evidence %q", text, r.Content.EvidenceLines)
		}
		if r := w.record(p.first, c.ID); !strings.Contains(r.Content.Explanation, "城南") || len(r.Content.EvidenceLines) != 2 {
			t.Errorf("the reviewer reads %+v", r.Content)
		}
		if _, err := review.DeliveryOf(t.TempDir()); err == nil || !strings.Contains(err.Error(), "summary.json") {
			t.Errorf("an empty folder: %v", err)
		}
	})
}

// Whoever changes a row behind the program's back is found out.
func TestAlteredRows(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		c := suspicion("V1", "L1")
		w.deliver(p.auditor, "R1", c)
		w.move(p.first, "suspect", c.ID)
		w.attach(p.office, c.ID, "病历.txt")
		w.verify(p.first)
		for _, x := range []struct{ change, back string }{
			{"UPDATE review_finding SET dropped = 1", "UPDATE review_finding SET dropped = 0"},
			{"UPDATE review_finding SET state = 'dismissed'", "UPDATE review_finding SET state = 'appeal'"},
			{"UPDATE review_step SET reason = 'x'", "UPDATE review_step SET reason = '事由suspect'"},
			{"UPDATE review_revision SET standing = 'x'", "UPDATE review_revision SET standing = 'in_force'"},
			{"UPDATE review_batch SET gone = 7", "UPDATE review_batch SET gone = 0"},
			{"UPDATE procedure_instance SET made = replace(made, 'suspect', 'suspicion')", "UPDATE procedure_instance SET made = replace(made, 'suspicion', 'suspect')"},
			{"UPDATE procedure_instance SET clocks = replace(clocks, 'appeal', 'petition')", "UPDATE procedure_instance SET clocks = replace(clocks, 'petition', 'appeal')"},
			{"UPDATE procedure_instance SET region = '330499'", "UPDATE procedure_instance SET region = '330402'"},
			{"UPDATE review_file SET name = 'x'", "UPDATE review_file SET name = '病历.txt'"},
		} {
			for _, s := range []struct {
				text    string
				altered bool
			}{{x.change, true}, {x.back, false}} {
				w.do(func(tx *db.Tx) error { _, err := tx.ExecContext(ctx, s.text); return err })
				keys, err := journal.Keys(w.home)
				if err != nil {
					t.Fatal(err)
				}
				report, err := journal.Verify(ctx, w.d, journal.Check{Keys: keys, Committed: review.Committed()})
				if err != nil || (len(report.Problems) == 1) != s.altered {
					t.Errorf("%s: %+v (%v)", s.text, report.Problems, err)
				}
			}
		}
	})
}

// A year without a table of holidays stops no work: the clock's end is known when the
// table has come.
func TestMissingHolidays(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		known := false
		late := func(context.Context, db.Reader) (procedure.Law, error) {
			c := calendar.NewCalendar()
			if known {
				c = calendar.NewCalendar(calendar.Announced()...)
			}
			return procedure.Law{Calendar: c, Values: param.NewTable()}, nil
		}
		var err error
		if w.r, err = review.Open(ctx, w.d, w.a, w.home, late); err != nil {
			t.Fatal(err)
		}
		c := suspicion("V1", "L1")
		w.deliver(p.auditor, "R1", c)
		at := calendar.DayOf(2026, 3, 20).At(0, 0, 0)
		if f := w.finding(p.first, c.ID); f.Overdue(at) {
			t.Errorf("overdue without a table: %+v", f)
		}
		known = true
		w.tick()
		if f := w.finding(p.first, c.ID); !f.Overdue(at) || f.Overdue(calendar.DayOf(2026, 3, 9).At(0, 0, 0)) {
			t.Errorf("with the table due at %d", f.Due)
		}
		if err := w.r.Recount(ctx); err != nil {
			t.Error(err)
		}
		w.verify(p.first)
	})
}
