package procedure

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/param"
)

// office is an engine on a database, with the books that it counts by.
type office struct {
	*Engine[*matter]
	t        *testing.T
	d        *db.DB
	holidays *yearbook.Book
	matter   *matter
}

func open(t *testing.T, d *db.DB, p Procedure[*matter]) *office {
	t.Helper()
	holidays, err := yearbook.Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	values, err := param.Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	m := &matter{evidence: true}
	e, err := New(ctx, d, p, BooksOf(holidays, values), matters(m))
	if err != nil {
		t.Fatal(err)
	}
	return &office{e, t, d, holidays, m}
}

func (o *office) start(when string, seeds ...Seed) {
	o.t.Helper()
	o.write(func(tx *db.Tx) error {
		_, err := o.StartAll(ctx, tx, seeds, "open", screening, at(when), noInput)
		return err
	})
}

func (o *office) write(f func(tx *db.Tx) error) {
	o.t.Helper()
	if err := o.d.Write(ctx, f); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) move(id, move string, actor Actor, when string, in Input) (r Result, err error) {
	err = o.d.Write(ctx, func(tx *db.Tx) error {
		r, err = o.Move(ctx, tx, id, move, actor, at(when), in)
		return err
	})
	return r, err
}

func (o *office) ids(q Query) (ids []string) {
	o.t.Helper()
	page, err := o.ToDo(ctx, o.d, q)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, item := range page.Items {
		ids = append(ids, item.ID)
	}
	return ids
}

func TestEngine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, example())
		o.start("2026-03-02", Seed{"YD1", "330106"}, Seed{"YD2", "330106"}, Seed{"YD3", "330200"})
		// The moves that lead on, for each actor.
		_, options, err := o.Available(ctx, d, "YD1", reviewer, at("2026-03-03"))
		if err != nil || len(options) != 2 || !options[0].Allowed || !options[0].NeedsReason || !options[1].Allowed || options[1].Paper != "疑点告知书" {
			t.Fatalf("%+v, %v", options, err)
		}
		o.matter.evidence = false
		if _, options, _ = o.Available(ctx, d, "YD1", hospital, at("2026-03-03")); len(options) != 2 || options[0].Allowed || len(options[1].Refusals) != 2 ||
			options[1].Refusals[1] != (Refusal{"example.evidence", "行政处罚法第46条", "要有证据明细"}) {
			t.Errorf("%+v", options)
		}
		o.matter.evidence = true
		// A move, its paper and its history.
		r, err := o.move("YD1", "suspect", reviewer, "2026-03-03", noInput)
		if err != nil || r.Paper != "疑点告知书" || r.Instance.State != "appeal" {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, err := o.move("YD1", "uphold", reviewer, "2026-03-04", noInput); !errors.As(err, new(*Denial)) ||
			err.Error() != "YD1 不能办理“维持”：当前在“申诉”，此时不能办理（医疗保障基金智能审核和监控知识库、规则库管理办法（试行））；已由您办理“认定可疑”，须由另一人办理（初审、复审应由不同人员办理）" {
			t.Errorf("%v", err)
		}
		events, err := o.History(ctx, d, "YD1", reviewer)
		if err != nil || len(events) != 2 || events[1].Move != "suspect" || events[1].At != at("2026-03-03") || events[1].Recorded.IsZero() {
			t.Errorf("%+v, %v", events, err)
		}
		// A write that fails leaves nothing of the move.
		failed := errors.New("failed")
		err = d.Write(ctx, func(tx *db.Tx) error {
			if _, err := o.Move(ctx, tx, "YD1", "appeal", hospital, at("2026-03-04"), why); err != nil {
				return err
			}
			return failed
		})
		if i, _ := o.Get(ctx, d, "YD1", reviewer); !errors.Is(err, failed) || i.State != "appeal" || i.Events != 2 {
			t.Errorf("%+v, %v", i, err)
		}
		// What was stored is what comes back, in another process too.
		if i, err := open(t, d, example()).Get(ctx, d, "YD1", reviewer); err != nil || !reflect.DeepEqual(i, r.Instance) {
			t.Errorf("stored\n%+v\nread\n%+v, %v", r.Instance, i, err)
		}
		// Another region's instance does not exist.
		for _, err := range []error{
			errorOf(o.Get(ctx, d, "YD3", reviewer)),
			errorOf(o.History(ctx, d, "YD3", reviewer)),
			errorOf(o.move("YD3", "suspect", reviewer, "2026-03-03", noInput)),
			errorOf(o.move("YD9", "suspect", reviewer, "2026-03-03", noInput)),
			errorOf(o.Get(ctx, d, "YD1", Actor{ID: "x", Region: "33%"})),
		} {
			if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "不存在，或不在您的管辖区划内") {
				t.Errorf("%v", err)
			}
		}
	})
}

func errorOf[T any](_ T, err error) error { return err }

// Many at once: those that are not allowed say why, the others are made.
func TestMoveAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, example())
		o.start("2026-03-02", Seed{"YD1", "330106"}, Seed{"YD2", "330106"}, Seed{"YD3", "330106"})
		if _, err := o.move("YD2", "suspect", reviewer, "2026-03-03", noInput); err != nil {
			t.Fatal(err)
		}
		o.write(func(tx *db.Tx) error {
			results, err := o.MoveAll(ctx, tx, []string{"YD1", "YD2", "YD3"}, "dismiss", reviewer, at("2026-03-04"), why)
			if err != nil || len(results) != 3 || results[0].Denial != nil || results[2].Denial != nil || results[1].Denial == nil || results[1].Denial.Refusals[0].Code != "state" {
				t.Errorf("%+v, %v", results, err)
			}
			return err
		})
		for id, state := range map[string]string{"YD1": "dismissed", "YD2": "appeal", "YD3": "dismissed"} {
			if i, err := o.Get(ctx, d, id, reviewer); err != nil || i.State != state {
				t.Errorf("%s is in %s, %v", id, i.State, err)
			}
		}
		for want, f := range map[string]func(tx *db.Tx) error{
			"出现两次": func(tx *db.Tx) error {
				return errorOf(o.MoveAll(ctx, tx, []string{"YD2", "YD2"}, "prolong", leader, at("2026-03-04"), why))
			},
			"没有“x”这一步": func(tx *db.Tx) error {
				return errorOf(o.MoveAll(ctx, tx, []string{"YD2"}, "x", leader, at("2026-03-04"), why))
			},
			"已经开始": func(tx *db.Tx) error {
				return errorOf(o.Start(ctx, tx, Seed{"YD1", "330106"}, "open", screening, at("2026-03-04"), noInput))
			},
			"不在您的管辖区划内": func(tx *db.Tx) error {
				return errorOf(o.Start(ctx, tx, Seed{"YD7", "340100"}, "open", screening, at("2026-03-04"), noInput))
			},
		} {
			if err := d.Write(ctx, f); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		}
	})
}

// Clocks that wait for a year's holidays are counted when the table comes; clocks that
// run are counted anew when it is corrected.
func TestHolidaysComeLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, example())
		o.start("2026-12-28", Seed{"YD1", "330106"})
		if i, _ := o.Get(ctx, d, "YD1", reviewer); i.Missing() != 2027 || i.Due() != calendar.NoTime {
			t.Fatalf("%+v", i)
		}
		if n, err := o.Tick(ctx, d, at("2026-12-29")); err != nil || n != 0 {
			t.Errorf("without a table: %d, %v", n, err)
		}
		act := yearbook.Act{Who: "ZW1", Reason: "测试"}
		o.write(func(tx *db.Tx) error { return o.holidays.Put(ctx, tx, nextYear(), act) })
		if n, err := o.Tick(ctx, d, at("2026-12-29")); err != nil || n != 1 {
			t.Fatalf("with a table: %d, %v", n, err)
		}
		// 29, 30, 31 December, Monday 4, Tuesday 5 January
		if i, _ := o.Get(ctx, d, "YD1", reviewer); i.Missing() != 0 || i.Due().String() != "2027-01-05 23:59:59" {
			t.Errorf("%+v", i)
		}
		monday := calendar.Special{Day: calendar.DayOf(2027, 1, 4), Kind: calendar.Holiday, Name: "元旦", Document: "测试"}
		o.write(func(tx *db.Tx) error { return o.holidays.Set(ctx, tx, 2027, monday, act) })
		if n, err := o.Recount(ctx, d); err != nil || n != 1 {
			t.Fatalf("recounted %d, %v", n, err)
		}
		if i, _ := o.Get(ctx, d, "YD1", reviewer); i.Due().String() != "2027-01-06 23:59:59" {
			t.Errorf("%+v", i)
		}
	})
}

// nextYear is a table that passes Check; it is a test's and no notice.
func nextYear() calendar.Notice {
	n := calendar.Notice{Year: 2027}
	for _, x := range []struct {
		month, day int
		name       string
	}{
		{1, 1, "元旦"},
		{2, 6, "春节"},
		{4, 5, "清明节"},
		{5, 1, "劳动节"},
		{5, 2, "劳动节"},
		{6, 9, "端午节"},
		{9, 15, "中秋节"},
		{10, 1, "国庆节"},
		{10, 2, "国庆节"},
		{10, 3, "国庆节"},
	} {
		n.Days = append(n.Days, calendar.Special{Day: calendar.DayOf(2027, x.month, x.day), Kind: calendar.Holiday, Name: x.name, Document: "测试"})
	}
	return n
}

// A walk through the database comes to the same as one without.
func TestWalkStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, example())
		actors := []Actor{reviewer, another, hospital, leader}
		for seed := range uint64(12) {
			random := rand.New(rand.NewPCG(seed, 11))
			w := newWalker(o.Engine, law())
			w.i.ID = fmt.Sprintf("YD%d", seed)
			o.matter = &w.matter
			o.subjects = matters(&w.matter)
			w.move(t, "open", screening, noInput)
			o.write(func(tx *db.Tx) error {
				return errorOf(o.Start(ctx, tx, Seed{w.i.ID, w.i.Region}, "open", screening, w.now, noInput))
			})
			for range 40 {
				w.now += calendar.Time(random.IntN(3 * 86400))
				w.matter.paid = random.IntN(4) == 0
				move, actor := o.Moves[random.IntN(len(o.Moves))].Name, actors[random.IntN(len(actors))]
				in := Input{Reason: "事由", Until: w.now.Day() + 5}
				w.move(t, move, actor, in)
				_, _ = o.move(w.i.ID, move, actor, w.now.String(), in)
				if random.IntN(5) == 0 {
					w.tick(t)
					if _, err := o.Tick(ctx, d, w.now); err != nil {
						t.Fatal(err)
					}
				}
			}
			w.tick(t)
			if _, err := o.Tick(ctx, d, w.now); err != nil {
				t.Fatal(err)
			}
			i, err := o.Get(ctx, d, w.i.ID, reviewer)
			if err != nil || !reflect.DeepEqual(i, w.i) {
				t.Fatalf("seed %d: stored\n%+v, %v\nwant\n%+v", seed, i, err, w.i)
			}
			events, _ := o.History(ctx, d, w.i.ID, reviewer)
			for n := range events {
				events[n].Recorded = w.events[n].Recorded
			}
			if !reflect.DeepEqual(events, w.events) {
				t.Fatalf("seed %d: stored\n%+v\nwant\n%+v", seed, events, w.events)
			}
		}
	})
}

// Of many who want to lead the same instance on at once, one does.
func TestAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, example())
		o.start("2026-03-02", Seed{"YD1", "330106"})
		made := make(chan string, 16)
		var all sync.WaitGroup
		for n := range 16 {
			move := []string{"dismiss", "suspect"}[n%2]
			all.Go(func() {
				_, err := o.move("YD1", move, reviewer, "2026-03-03", why)
				switch {
				case err == nil:
					made <- move
				case !errors.As(err, new(*Denial)):
					t.Error(err)
				}
			})
		}
		all.Wait()
		close(made)
		events, err := o.History(ctx, d, "YD1", reviewer)
		if len(made) != 1 || err != nil || len(events) != 2 || events[1].Move != <-made {
			t.Errorf("%d made it, %+v, %v", len(made), events, err)
		}
	})
}
