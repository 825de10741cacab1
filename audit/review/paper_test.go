package review_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/journal"
	"yiheng/ground/paper"
)

// withPapers makes acts draft their papers.
func (w *world) withPapers() *paper.Papers {
	w.Helper()
	p, err := paper.Open(ctx, w.d, w.home)
	if err != nil {
		w.Fatal(err)
	}
	w.r.UsePapers(p)
	return p
}

// papersOf are the titles of the papers on a finding, the oldest first.
func (w *world) papersOf(p *paper.Papers, actor *access.Actor, id string) (titles []string, all []paper.Paper) {
	w.Helper()
	all, err := p.List(ctx, w.d, actor, paper.Filter{SubjectKind: review.SubjectKind, Subject: id})
	if err != nil {
		w.Fatal(err)
	}
	slices.Reverse(all)
	for _, one := range all {
		titles = append(titles, one.Title)
	}
	return titles, all
}

// verifyAll holds findings and papers against the journal.
func (w *world) verifyAll() {
	w.Helper()
	log, err := journal.Open(ctx, w.d, w.home)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := log.Checkpoint(ctx); err != nil {
		w.Fatal(err)
	}
	keys, err := journal.Keys(w.home)
	if err != nil {
		w.Fatal(err)
	}
	rows := review.Committed()
	maps.Copy(rows, paper.Committed())
	report, err := journal.Verify(ctx, w.d, journal.Check{Keys: keys, Committed: rows})
	if err != nil || len(report.Problems) > 0 {
		w.Errorf("%+v %v", report, err)
	}
}

// Every act of a whole way drafts its paper, which can be issued as it is.
func TestPapersOfAWay(t *testing.T) {
	each(t, func(w *world) {
		papers, p := w.withPapers(), w.team()
		c := suspicion("V1", "L1", "L2", "L3")
		id := c.ID
		w.deliver(p.auditor, "R1", c)
		w.move(p.first, "verify_first", id)
		w.move(p.auditor, "report_first", id)
		w.move(p.first, "suspect", id, of(id, 250*yuan))
		w.move(p.office, "appeal", id, of(id, 200*yuan))
		w.move(p.second, "uphold", id, of(id, 150*yuan))
		w.move(p.office, "petition", id)
		w.move(p.panel[0], "vote_for", id)
		w.move(p.panel[1], "vote_for", id)
		w.move(p.panel[2], "vote_for", id)
		w.move(p.panel[0], "panel_uphold", id)
		w.move(p.final, "confirm", id)
		w.move(p.auditor, "deduct", id, of(id, 120*yuan))
		w.move(p.auditor, "agreement", id)
		w.move(p.auditor, "lead", id)
		w.move(p.auditor, "recover", id)
		titles, all := w.papersOf(papers, p.first, id)
		want := "核查通知书 核查报告 疑点告知书 复审意见书 合议意见书 终审意见书 扣款通知书 协议处理通知书 线索移送函 追回通知书"
		if strings.Join(titles, " ") != want {
			t.Errorf("%s, want %s", titles, want)
		}
		for k, amount := range []string{"300.00", "300.00", "250.00", "150.00", "150.00", "200.00", "120.00", "200.00", "200.00", "80.00"} {
			_, content, err := papers.Content(ctx, p.first, all[k].ID)
			if err != nil || content.Fields["amount"] != amount || len(content.Tables["findings"]) != 1 || content.Fields["days"] != "2026年1月15日" {
				t.Errorf("%s: %+v %v", all[k].Title, content.Fields, err)
			}
			if period, ok := content.Fields["period"]; ok && !strings.HasSuffix(period, "个工作日（须按本地正式文本核定）") {
				t.Errorf("%s: %s", all[k].Title, period)
			}
			if inner := slices.Contains([]string{"核查报告", "线索移送函"}, all[k].Title); (all[k].Recipient == "") != inner {
				t.Errorf("%s is for %q", all[k].Title, all[k].Recipient)
			}
		}
		part := suspicion("V2", "L4")
		w.deliver(p.auditor, "R2", part)
		w.move(p.first, "suspect", part.ID)
		w.move(p.office, "appeal", part.ID, of(part.ID, 40*yuan))
		w.move(p.second, "overturn_part", part.ID)
		_, more := w.papersOf(papers, p.first, part.ID)
		if _, content, err := papers.Content(ctx, p.first, more[1].ID); err != nil || more[1].Title != "复审意见书" || content.Fields["amount"] != "40.00" {
			t.Errorf("%s %+v %v", more[1].Title, content, err)
		}
		leader := w.person("issuer", agency, access.SupervisorLeader, "")
		w.d.Clock = func() time.Time { return w.now }
		for _, one := range append(all, more...) {
			if _, err := papers.Issue(ctx, leader, one.ID, ""); err != nil {
				t.Errorf("%s: %v", one.Title, err)
			}
			if dir := os.Getenv("YIHENG_PAPERS"); dir != "" && w.d.Driver() == db.SQLite {
				_, pdf, _ := papers.PDF(ctx, leader, one.ID)
				if err := os.WriteFile(dir+"/"+one.ID+".pdf", pdf, 0o600); err != nil {
					t.Error(err)
				}
			}
		}
		w.verifyAll()
	})
}

// A notice whose last day to appeal is past gives a right that is gone: it is not issued
// before its period is written anew.
func TestLateNotice(t *testing.T) {
	each(t, func(w *world) {
		papers, p := w.withPapers(), w.team()
		c := suspicion("V1", "L1")
		w.deliver(p.auditor, "R1", c)
		w.move(p.first, "suspect", c.ID)
		_, drafts := w.papersOf(papers, p.first, c.ID)
		leader := w.person("issuer", agency, access.SupervisorLeader, "")
		w.d.Clock = func() time.Time { return w.now }
		w.later(60)
		_, err := papers.Issue(ctx, leader, drafts[0].ID, "")
		w.wants(err, access.ErrInvalid, "paper.late")
		_, content, err := papers.Content(ctx, p.first, drafts[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		fields := maps.Clone(content.Fields)
		fields[paper.FieldUntil] = "至2026年12月31日止"
		w.do(func(tx *db.Tx) error {
			_, err := papers.Edit(ctx, tx, p.first, drafts[0].ID, paper.Change{Fields: fields, Blocks: content.Blocks})
			return err
		})
		if _, err := papers.Issue(ctx, leader, drafts[0].ID, ""); err != nil {
			t.Error(err)
		}
	})
}

// A bulk act makes one paper for each institution, with a line for each finding on which
// it was done.
func TestPapersOfABulk(t *testing.T) {
	each(t, func(w *world) {
		papers, p := w.withPapers(), w.team()
		n := 10_000
		if testing.Short() || w.d.Driver() == db.Postgres {
			n = 1000
		}
		all, ids := many(n)
		for k, f := range all {
			if k%10 == 9 {
				f.FixmedinsCode, f.FixmedinsName = other, "城南医院"
			}
		}
		w.deliver(p.auditor, "R1", all...)
		w.move(p.first, "dismiss", ids[7])
		start := time.Now()
		done, err := w.decide(p.first, review.Act{Move: "suspect", IDs: ids, Reason: "成批认定"})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d decided with their papers in %v on %s", n, time.Since(start), w.d.Driver())
		drafts, err := papers.List(ctx, w.d, p.first, paper.Filter{State: paper.Draft})
		if err != nil || len(drafts) != 2 || done[7].PaperID != "" || done[8].PaperID == done[9].PaperID {
			t.Fatalf("%d drafts, %v", len(drafts), err)
		}
		for _, d := range drafts {
			_, content, err := papers.Content(ctx, p.first, d.ID)
			want := n/10*9 - 1
			if d.Recipient == other {
				want = n / 10
			}
			if err != nil || len(content.Tables["findings"]) != want || content.Fields["amount"] != (claim.Money(want)*100*yuan).String() {
				t.Errorf("%s: %d lines, %s (%v)", d.RecipientName, len(content.Tables["findings"]), content.Fields["amount"], err)
			}
		}
		if done[9].PaperID != drafts[0].ID && done[9].PaperID != drafts[1].ID {
			t.Error(fmt.Sprint(done[9].PaperID))
		}
		w.verifyAll()
	})
}
