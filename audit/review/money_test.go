package review

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
)

func sharing(id, result, main string, own, counted claim.Money, lines ...string) sharer {
	return sharer{&Finding{ID: id, Result: result, MainFindingID: main, RuleID: "R" + id, Money: Money{Own: own, Counted: counted, Stake: counted}}, lines}
}

// Money that was dropped of the main finding goes to the others once.
func TestGiveBack(t *testing.T) {
	for name, c := range map[string]struct {
		main    *Finding
		sharers []sharer
		want    map[string]string // id: counted main
	}{
		"to the one that shares": {
			&Finding{ID: "M", Money: Money{Dropped: 100}},
			[]sharer{sharing("A", finding.Suspicion, "M", 100, 0, "1")},
			map[string]string{"A": "100 M"},
		},
		"no more than was dropped": {
			&Finding{ID: "M", Money: Money{Dropped: 60}},
			[]sharer{sharing("A", finding.Suspicion, "M", 100, 0, "1")},
			map[string]string{"A": "60 M"},
		},
		"a violation before a suspicion, a line once": {
			&Finding{ID: "M", Money: Money{Dropped: 100}},
			[]sharer{sharing("A", finding.Suspicion, "M", 100, 0, "1"), sharing("B", finding.Violation, "M", 80, 0, "1")},
			map[string]string{"A": "0 B", "B": "80 M"},
		},
		"two of different lines": {
			&Finding{ID: "M", Money: Money{Dropped: 100}},
			[]sharer{sharing("A", finding.Suspicion, "M", 60, 0, "1"), sharing("B", finding.Suspicion, "M", 40, 0, "2")},
			map[string]string{"A": "60 M", "B": "40 M"},
		},
		"not to one that is over": {
			&Finding{ID: "M", Money: Money{Dropped: 100}},
			[]sharer{{&Finding{ID: "A", Ended: true, MainFindingID: "M", Money: Money{Own: 100}}, []string{"1"}}, sharing("B", finding.Suspicion, "M", 100, 0, "1")},
			map[string]string{"A": "0 M", "B": "100 M"},
		},
		"the money lies in a third": {
			&Finding{ID: "M", MainFindingID: "X", Outcome: OutcomeDismissed, Money: Money{Own: 100}},
			[]sharer{sharing("A", finding.Suspicion, "M", 100, 0, "1")},
			map[string]string{"A": "0 X"},
		},
	} {
		giveBack(c.main, c.sharers)
		if c.main.Returned > c.main.Dropped {
			t.Errorf("%s: more is given back than was dropped", name)
		}
		for _, s := range c.sharers {
			if have := fmt.Sprintf("%d %s", int64(s.Counted), s.MainFindingID); have != c.want[s.ID] {
				t.Errorf("%s: %s has %s, want %s", name, s.ID, have, c.want[s.ID])
			}
			if err := s.check(); err != nil && !s.Ended {
				t.Errorf("%s: %s %v", name, s.ID, err)
			}
		}
	}
}

// Whatever moves are made with whatever amounts, the money adds up; what cannot be is
// refused and changes nothing.
func TestMoneyAddsUp(t *testing.T) {
	moves := []string{
		"suspect", "uphold", "panel_uphold", "appeal", "accept", "waive", "silence", "confirm", "admit", "deduct", "recover",
		"dismiss", "overturn", "panel_overturn", "overturn_part", "panel_overturn_part", "overrule",
	}
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 1))
		own := claim.Money(random.Int64N(1000))
		counted := own - claim.Money(random.Int64N(int64(own)+1))
		f := &Finding{ID: "YD", Money: Money{Own: own, Counted: counted, Stake: counted}}
		for range 12 {
			name, amount := moves[random.IntN(len(moves))], whole
			if random.IntN(2) == 0 {
				amount = claim.Money(random.Int64N(1200)) - 100
			}
			was := *f
			err := f.turn(name, amount)
			if broken := f.Money.check(); broken != nil {
				t.Fatalf("seed %d, %s %s: %v", seed, name, amount, broken)
			}
			if err == nil && amount != whole && !slices.Contains(parts, name) {
				t.Fatalf("seed %d, %s %s: an amount that means nothing is taken", seed, name, amount)
			}
			if err != nil && f.Money != was.Money {
				t.Fatalf("seed %d, %s %s: refused and changed: %+v", seed, name, amount, f.Money)
			}
			if f.Deducted < was.Deducted || f.Recovered < was.Recovered || f.Dropped < was.Dropped || f.Counted != was.Counted {
				t.Fatalf("seed %d, %s %s: what is final became less: %+v", seed, name, amount, f.Money)
			}
		}
	}
}
