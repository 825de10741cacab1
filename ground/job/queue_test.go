package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// adder is a kind that sums the numbers up to its argument.
func adder(k Kind) Kind {
	return Define(k, nil, func(ctx context.Context, t *Task, s sum) (any, error) {
		var total int64
		for i := range s.Upto {
			total += i + 1
			t.Progress(i+1, s.Upto, "个", s.Label)
		}
		t.Logf("加到 %d", s.Upto)
		return map[string]int64{"sum": total}, nil
	})
}

func open(t *testing.T, d *db.DB, kinds ...Kind) *Queue {
	t.Helper()
	q, err := Open(t.Context(), d, kinds...)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func add(t *testing.T, q *Queue, o Order) Job {
	t.Helper()
	j, added, err := q.Add(t.Context(), o)
	if err != nil || !added {
		t.Fatal(added, err)
	}
	return j
}

func look(t *testing.T, q *Queue, id string) Job {
	t.Helper()
	j, err := q.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, adder(Kind{Name: "sum", Title: "求和", AtOnce: 2}), adder(Kind{Name: "other", Title: "另一类"}))
		now, ctx := time.Now().UTC(), t.Context()
		low := add(t, q, Order{Kind: "sum", Argument: sum{Upto: 1}, AskedBy: "甲", Region: "330400"})
		high := add(t, q, Order{Kind: "sum", Argument: sum{Upto: 2}, Priority: 5, AskedBy: "乙"})
		add(t, q, Order{Kind: "sum", Argument: sum{}, AskedBy: "乙"})
		later := add(t, q, Order{Kind: "other", Argument: json.RawMessage(`{"upto":3}`), NotBefore: now.Add(time.Hour)})
		if low.ID != "RW0000000001" || high.ID != "RW0000000002" || string(low.Argument) != `{"upto":1}` {
			t.Error(low, high)
		}
		take := func(at time.Time) string {
			j, ok, err := q.take(ctx, "a", at, 2*time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				return ""
			}
			return j.ID
		}
		at := now.Add(time.Second)
		if got := []string{take(at), take(at), take(at), take(at.Add(time.Hour))}; !slices.Equal(got, []string{high.ID, low.ID, "", later.ID}) {
			t.Errorf("taken %q: the urgent one first, two of a kind, then what waited", got)
		}
	})
}

func TestSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, adder(Kind{Name: "sum", Title: "求和"}))
		o := Order{Kind: "sum", Argument: sum{Upto: 1}, Same: "夜间 2026-03-01"}
		first := add(t, q, o)
		again := func() (Job, bool) {
			j, added, err := q.Add(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			return j, added
		}
		if j, added := again(); added || j.ID != first.ID {
			t.Error("queued twice", j)
		}
		if err := (&Runner{Queue: q}).Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if j, added := again(); added || j.State != Done {
			t.Error("done and queued again", j)
		}
		if _, err := q.Retry(t.Context(), first.ID); !errors.Is(err, ErrState) {
			t.Error(err)
		}
		o.Same = "夜间 2026-03-02"
		second := add(t, q, o)
		if _, err := q.Cancel(t.Context(), second.ID, "甲"); err != nil {
			t.Fatal(err)
		}
		third := add(t, q, o)
		if _, err := q.Retry(t.Context(), second.ID); !errors.Is(err, ErrState) || !strings.Contains(err.Error(), third.ID) {
			t.Error(err)
		}
	})
}

func TestWrongOrders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q, ctx := open(t, d, adder(Kind{Name: "sum", Title: "求和"})), t.Context()
		for _, c := range []struct {
			name string
			do   func() error
			is   error
			want string
		}{
			{"unknown kind", func() error { _, _, err := q.Add(ctx, Order{Kind: "dig"}); return err }, nil, `没有任务类型 "dig"。可用的有：sum`},
			{"no argument", func() error { _, _, err := q.Add(ctx, Order{Kind: "sum"}); return err }, ErrArgument, "应为 JSON 对象"},
			{"not JSON", func() error { _, _, err := q.Add(ctx, Order{Kind: "sum", Argument: json.RawMessage("{")}); return err }, ErrArgument, "JSON"},
			{"no such job", func() error { _, err := q.Get(ctx, "RW9"); return err }, ErrNone, "RW9"},
			{"cancel none", func() error { _, err := q.Cancel(ctx, "RW9", "甲"); return err }, ErrNone, "RW9"},
			{"unknown state", func() error { _, err := q.List(ctx, Filter{States: []State{"gone"}}); return err }, nil, `"gone"`},
			{"page too long", func() error { _, err := q.List(ctx, Filter{Limit: 501}); return err }, nil, "1 到 500"},
		} {
			err := c.do()
			if err == nil || !strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		j := add(t, q, Order{Kind: "sum", Argument: sum{}})
		for range 2 {
			if _, err := q.Cancel(ctx, j.ID, "甲"); err != nil && !errors.Is(err, ErrState) {
				t.Error(err)
			}
		}
		if j, err := q.Retry(ctx, j.ID); err != nil || j.State != Queued || j.Cancel != "" {
			t.Error(j, err)
		}
	})
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q, ctx := open(t, d, adder(Kind{Name: "sum", Title: "求和"})), t.Context()
		for i := range 25 {
			add(t, q, Order{Kind: "sum", Argument: sum{}, Region: fmt.Sprintf("3304%02d", i%2), AskedBy: "甲"})
		}
		var seen []string
		f := Filter{Regions: []string{"330400"}, States: []State{Queued}, Kinds: []string{"sum"}, AskedBy: "甲", Limit: 5}
		for {
			p, err := q.List(ctx, f)
			if err != nil || p.Total != 13 {
				t.Fatal(p.Total, err)
			}
			for _, j := range p.Jobs {
				seen = append(seen, j.ID)
			}
			if f.Before = p.Next; f.Before == "" {
				break
			}
			add(t, q, Order{Kind: "sum", Argument: sum{}, Region: "330401", AskedBy: "甲"})
		}
		if len(seen) != 13 || !slices.IsSortedFunc(seen, func(a, b string) int { return strings.Compare(b, a) }) || seen[0] != "RW0000000025" {
			t.Error(seen)
		}
	})
}
