package review_test

import (
	"encoding/json"
	"log/slog"
	"net/netip"
	"slices"
	"testing"

	"yiheng/audit/review"
	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/hook"
)

// hears subscribes a service account of the agency to all that the room publishes.
func (w *world) hears() {
	w.Helper()
	guard := hook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	h, err := hook.Open(ctx, w.d, w.a, accesstest.Ring(w), guard, slog.New(slog.DiscardHandler))
	if err != nil {
		w.Fatal(err)
	}
	w.do(func(tx *db.Tx) error {
		id, err := w.a.AddService(ctx, tx, "his-link", agency, "结算系统")
		if err != nil {
			return err
		}
		if _, err := w.a.AddGrant(ctx, tx, w.by, access.Grant{Holder: id, Role: access.AgencyAuditor, Organisation: agency}); err != nil {
			return err
		}
		_, _, err = h.Subscribe(ctx, tx, id, "http://127.0.0.1:1/", []string{hook.BatchTaken, hook.FindingSent, hook.FindingDecided})
		return err
	})
}

// told are the events that were published, the oldest first: name and move, and the thing.
func (w *world) told() (all [][2]string) {
	w.Helper()
	var bodies []string
	if err := w.d.NewSelect().Table("hook_event").Column("body").Order("id").Scan(ctx, &bodies); err != nil {
		w.Fatal(err)
	}
	for _, text := range bodies {
		var b hook.Body
		if err := json.Unmarshal([]byte(text), &b); err != nil {
			w.Fatal(err)
		}
		all = append(all, [2]string{b.Event + " " + b.Data["move"], b.Thing})
	}
	return all
}

// What people decide and what the end of a clock does is published once for each finding
// that moved; what the chain did not allow, and what was undone, is not.
func TestTold(t *testing.T) {
	each(t, func(w *world) {
		w.hears()
		p := w.team()
		a, b := suspicion("V1", "L1"), suspicion("V2", "L2")
		w.deliver(p.auditor, "R1", a, b)
		w.deliver(p.auditor, "R1", a, b) // is complete
		w.move(p.first, "suspect", a.ID)
		w.move(p.first, "dismiss", b.ID)
		w.denied(p.first, "suspect", b.ID, "state")
		if _, err := w.decide(p.first, review.Act{Move: "suspect", IDs: []string{a.ID, "YDX"}, Reason: "事由"}); err == nil {
			t.Error("an unknown finding was decided")
		}
		w.later(8)
		w.tick()
		w.tick()
		want := [][2]string{
			{"batch.taken ", "R1"}, {"finding.sent suspect", a.ID}, {"finding.decided dismiss", b.ID}, {"finding.decided silence", a.ID},
		}
		if got := w.told(); !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
		w.verify(p.first)
	})
}
