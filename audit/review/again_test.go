package review_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/ground/access"
	"yiheng/ground/db"
)

// record reads the record of a finding.
func (w *world) record(actor *access.Actor, id string) *review.Record {
	w.Helper()
	r, err := w.r.Record(ctx, w.d, actor, id)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// A new screening remakes what nobody has looked at, offers what is new of what people
// decided, and shows what is gone.
func TestScreeningAgain(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		fresh, decided, same, gone, goneDecided := suspicion("V1", "L1"), suspicion("V2", "L2"), suspicion("V3", "L3"), suspicion("V4", "L4"), suspicion("V5", "L5")
		outside := suspicion("V6", "L6")
		outside.RuleID = "GZ9" // which the second run did not run
		b := w.deliver(p.auditor, "R1", fresh, decided, same, gone, goneDecided, outside)
		if b.Added != 6 || !b.Complete {
			t.Errorf("the first run: %+v", b)
		}
		w.move(p.first, "suspect", decided.ID)
		w.move(p.first, "suspect", goneDecided.ID)
		w.later(1)

		bigger := func(c *finding.Finding) *finding.Finding {
			n := *c
			n.Lines = append([]string{"L0"}, c.Lines...)
			n.Amount, n.OwnAmount = 200*yuan, 200*yuan
			return &n
		}
		b = w.deliver(p.auditor, "R2", bigger(fresh), bigger(decided), same, suspicion("V7", "L7"))
		if b.Added != 1 || b.Changed != 1 || b.Offered != 1 || b.Same != 1 || b.Gone != 2 {
			t.Errorf("the second run: %+v", b)
		}
		if f := w.finding(p.first, fresh.ID); f.Stake != 200*yuan || f.Rev != 2 || f.Batch != "R1" || f.Seen != "R2" {
			t.Errorf("what nobody looked at: %+v", f)
		}
		f := w.finding(p.first, decided.ID)
		if f.Stake != 100*yuan || f.Rev != 1 || f.Latest != 2 || f.State != review.Appeal {
			t.Errorf("what was decided: %+v", f)
		}
		r := w.record(p.first, decided.ID)
		if last := r.Revisions[1]; last.Standing != review.StandingOffered || !strings.Contains(last.Changes, `"field":"amount","old":"100.00","new":"200.00"`) || len(r.Content.Lines) != 1 {
			t.Errorf("what is new: %+v", last)
		}
		w.denied(p.first, "suspect", gone.ID, "review.gone")
		w.move(p.first, "dismiss", gone.ID)
		if f := w.finding(p.first, goneDecided.ID); f.GoneIn != "R2" || f.State != review.Appeal || f.Stake != 100*yuan {
			t.Errorf("decided and gone: %+v", f)
		}
		if f := w.finding(p.first, outside.ID); f.GoneIn != "" {
			t.Errorf("a rule that did not run: %+v", f)
		}
		filter := review.NoFilter
		filter.Gone = true
		if page, err := w.r.List(ctx, w.d, p.first, filter, review.ByMoney, "", 10); err != nil || len(page.Findings) != 2 {
			t.Errorf("%d are gone (%v)", len(page.Findings), err)
		}
		filter = review.NoFilter
		filter.News = true
		if page, err := w.r.List(ctx, w.d, p.first, filter, review.ByMoney, "", 10); err != nil || len(page.Findings) != 3 {
			t.Errorf("of %d something new is said (%v)", len(page.Findings), err)
		}
		again := w.deliver(p.auditor, "R2", bigger(fresh))
		if *again != *b {
			t.Errorf("a complete batch is taken again: %+v", again)
		}
		w.later(1)
		w.deliver(p.auditor, "R3", bigger(fresh), bigger(decided), same, gone, goneDecided)
		if f := w.finding(p.first, goneDecided.ID); f.GoneIn != "" {
			t.Errorf("found again: %+v", f)
		}
		w.verify(p.first)
	})
}

// A delivery that is stopped is taken up by the same call.
func TestStoppedDelivery(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		all, _ := many(1500)
		broken := errors.New("the disk is gone")
		stopped := func(yield func(*finding.Finding, error) bool) {
			n := 0
			for f := range given("R1", all) {
				if n++; n > 1200 {
					yield(nil, broken)
					return
				}
				if !yield(f, nil) {
					return
				}
			}
		}
		_, err := w.r.TakeOver(ctx, p.auditor, review.Delivery{Run: run("R1"), Findings: stopped, Region: "330402", At: w.now})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		w.verify(p.first)
		if b := w.deliver(p.auditor, "R1", all...); b.Added != 1500 || !b.Complete {
			t.Errorf("%+v", b)
		}
		w.verify(p.first)
		batches, err := w.r.Batches(ctx, w.d, p.first, "", 10)
		if err != nil || len(batches) != 1 {
			t.Errorf("%d batches (%v)", len(batches), err)
		}
		if batches, err = w.r.Batches(ctx, w.d, p.foreign, "", 10); err != nil || len(batches) != 0 {
			t.Errorf("another county sees %d batches (%v)", len(batches), err)
		}
	})
}

// Two processes that take the same run over at once do it once.
func TestDeliveredTwiceAtOnce(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		all, _ := many(2500)
		var wait sync.WaitGroup
		for range 2 {
			wait.Go(func() {
				if _, err := w.r.TakeOver(ctx, p.auditor, review.Delivery{Run: run("R1"), Findings: given("R1", all), Region: "330402", At: w.now}); err != nil {
					w.Error(err)
				}
			})
		}
		wait.Wait()
		batches, err := w.r.Batches(ctx, w.d, p.first, "", 10)
		if err != nil || len(batches) != 1 || batches[0].Added != 2500 || batches[0].Gone != 0 || !batches[0].Complete {
			t.Errorf("%+v %v", batches, err)
		}
		w.verify(p.first)
	})
}

// What cannot be taken over, with the answer it gets.
func TestRefusedDeliveries(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		c := suspicion("V1", "L1")
		good := review.Delivery{Run: run("R1"), Findings: given("R1", []*finding.Finding{c}), Region: "330402", At: w.now}
		for name, x := range map[string]struct {
			actor  *access.Actor
			change func(*review.Delivery)
			kind   error
			code   string
		}{
			"no summary":                      {p.auditor, func(d *review.Delivery) { d.Run = nil }, access.ErrInvalid, "review.batch"},
			"no region":                       {p.auditor, func(d *review.Delivery) { d.Region = "33" }, access.ErrInvalid, "region"},
			"a wrong region":                  {p.auditor, func(d *review.Delivery) { d.Regions = map[string]string{hospital: "x"} }, access.ErrInvalid, "region"},
			"another county":                  {p.auditor, func(d *review.Delivery) { d.Region = "330411" }, access.ErrNotFound, "not_found"},
			"another role":                    {p.first, func(*review.Delivery) {}, access.ErrForbidden, "role"},
			"an institution":                  {p.office, func(*review.Delivery) {}, access.ErrNotFound, "not_found"},
			"another run's":                   {p.auditor, func(d *review.Delivery) { d.Findings = given("R0", []*finding.Finding{c}) }, access.ErrInvalid, "review.batch"},
			"an institution's region outside": {p.auditor, func(d *review.Delivery) { d.Regions = map[string]string{hospital: "330411"} }, access.ErrInvalid, "region"},
		} {
			d := good
			x.change(&d)
			_, err := w.r.TakeOver(ctx, x.actor, d)
			t.Run(name, func(t *testing.T) { (&world{TB: t}).wants(err, x.kind, x.code) })
		}
	})
}

// An attachment is what it was, of a type that may be, and only for who sees the finding.
func TestAttachments(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		c := suspicion("V1", "L1")
		w.deliver(p.auditor, "R1", c)
		w.move(p.first, "suspect", c.ID)
		id, own := w.attach(p.office, c.ID, "病历.txt"), w.attach(p.office, c.ID, "内部讨论.txt")
		report := w.attach(p.second, c.ID, "调查笔录.txt")
		w.do(func(tx *db.Tx) error {
			return w.r.Comment(ctx, tx, p.office, review.Remark{ID: c.ID, Reason: "内部意见", Files: []string{own}})
		})
		_, _, err := w.r.Content(ctx, w.d, p.first, c.ID, id)
		w.wants(err, access.ErrNotFound, "not_found") // not submitted yet
		w.move(p.office, "appeal", c.ID, func(a *review.Act) { a.Files = []string{id} })
		for fileID, who := range map[string]*access.Actor{own: p.first, report: p.office} {
			_, _, err := w.r.Content(ctx, w.d, who, c.ID, fileID)
			w.wants(err, access.ErrNotFound, "not_found")
		}
		for _, s := range w.record(p.first, c.ID).Steps {
			if s.Move == "comment" {
				t.Error("an authority reads what the institution's people say among themselves")
			}
		}
		file, content, err := w.r.Content(ctx, w.d, p.first, c.ID, id)
		if err != nil || file.Size != int64(len(content)) || file.Type != "text/plain; charset=utf-8" {
			t.Errorf("%+v %v", file, err)
		}
		for _, actor := range []*access.Actor{p.stranger, p.foreign, p.head} {
			_, _, err := w.r.Content(ctx, w.d, actor, c.ID, id)
			w.wants(err, access.ErrNotFound, "not_found")
		}
		_, _, err = w.r.Content(ctx, w.d, p.first, c.ID, "../../key")
		w.wants(err, access.ErrNotFound, "not_found")
		for text, code := range map[string]string{"": "review.file_size", "<html><script>": "review.file_type", "MZ\x90\x00\x03": "review.file_type"} {
			_, err := w.r.StoreContent(strings.NewReader(text))
			w.wants(err, access.ErrInvalid, code)
		}
		stored, err := w.r.StoreContent(strings.NewReader("说明"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"", "../a.txt", `..\a.txt`, "a\nb", strings.Repeat("长", 201)} {
			err := w.d.Write(ctx, func(tx *db.Tx) error {
				_, err := w.r.Attach(ctx, tx, p.office, c.ID, name, stored)
				return err
			})
			w.wants(err, access.ErrInvalid, "review.file_name")
		}
		w.verify(p.first)
	})
}
