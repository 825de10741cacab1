package job

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/hook"
)

//go:embed schema
var schema embed.FS

// Queue is the jobs of a database. It is safe for concurrent use, also by several
// processes.
type Queue struct {
	db    *db.DB
	kinds map[string]*Kind
}

// Open opens the queue with the kinds of work that this process knows. Jobs of other
// kinds it shows and cancels, but leaves to the runners that know them.
func Open(ctx context.Context, d *db.DB, kinds ...Kind) (*Queue, error) {
	if err := d.Migrate(ctx, "job", schema); err != nil {
		return nil, err
	}
	if err := hook.Prepare(ctx, d); err != nil {
		return nil, err
	}
	q := &Queue{db: d, kinds: make(map[string]*Kind, len(kinds))}
	for i := range kinds {
		k := &kinds[i]
		if k.run == nil || k.Name == "" || q.kinds[k.Name] != nil {
			return nil, fmt.Errorf("job: kind %q is not defined, or twice", k.Name)
		}
		q.kinds[k.Name] = k
	}
	return q, nil
}

// Kinds are the kinds that this process knows, by name.
func (q *Queue) Kinds() []Kind {
	var list []Kind
	for _, name := range slices.Sorted(maps.Keys(q.kinds)) {
		list = append(list, *q.kinds[name])
	}
	return list
}

// Order is what somebody asks for.
type Order struct {
	Kind     string
	Argument any // what the kind takes, or its JSON as json.RawMessage

	// Same is the idempotence key. While a job of the kind with the same key is
	// queued, running or done, an order adds none; after it failed or was
	// cancelled, one can be added again. "": every order adds a job.
	Same string

	Priority  int64     // the higher the sooner; among equals the older
	AskedBy   string    // who
	Region    string    // for which region
	NotBefore time.Time // zero: at once
}

// Add queues a job. Where Same finds one already it returns that, and added is
// false. ErrArgument is wrapped when the kind refuses the argument.
func (q *Queue) Add(ctx context.Context, o Order) (j Job, added bool, err error) {
	err = q.db.Write(ctx, func(tx *db.Tx) error {
		j, added, err = q.AddIn(ctx, tx, o)
		return err
	})
	return j, added, err
}

// AddIn is Add within a write: the job is there if and only if the write commits.
func (q *Queue) AddIn(ctx context.Context, tx *db.Tx, o Order) (j Job, added bool, err error) {
	k := q.kinds[o.Kind]
	if k == nil {
		return j, false, fmt.Errorf("没有任务类型 %q。可用的有：%s", o.Kind, strings.Join(slices.Sorted(maps.Keys(q.kinds)), "、"))
	}
	text, err := json.Marshal(o.Argument)
	if err != nil {
		return j, false, fmt.Errorf("%w（%s）：%w", ErrArgument, k.Title, explainJSON(err))
	}
	argument, err := k.parse(text)
	if err != nil {
		return j, false, err
	}
	if o.Same != "" {
		if j, ok, err := findSame(ctx, tx, o.Kind, o.Same); err != nil || ok {
			return j, false, err
		}
	}
	id, err := nextID(ctx, tx)
	if err != nil {
		return j, false, err
	}
	j = Job{
		ID: id, Kind: o.Kind, Argument: argument, Same: o.Same, Priority: o.Priority, AskedBy: o.AskedBy, Region: o.Region,
		State: Queued, NotBefore: o.NotBefore.UTC().Truncate(time.Microsecond), Created: tx.Now,
	}
	if o.NotBefore.IsZero() {
		j.NotBefore = machine()
	}
	_, err = tx.NewInsert().Model(&j).Exec(ctx)
	return j, err == nil, err
}

// Get returns a job; ErrNone is wrapped when there is none with the id.
func (q *Queue) Get(ctx context.Context, id string) (Job, error) { return get(ctx, q.db, id) }

// Lines returns the lines of a job's log after the given number, oldest first.
func (q *Queue) Lines(ctx context.Context, id string, after int64) ([]Line, error) {
	lines := []Line{}
	err := q.db.NewSelect().Model(&lines).Where("job = ? AND n > ?", id, after).OrderExpr("n").Scan(ctx)
	return lines, err
}

// Cancel stops a job: a queued one at once, a running one as soon as its runner
// hears of it, within a second or two; it is then killed if it does not stop. It
// wraps ErrState when the job is over. Asking twice is asking once.
func (q *Queue) Cancel(ctx context.Context, id, who string) (j Job, err error) {
	err = q.db.Write(ctx, func(tx *db.Tx) error {
		j, err = q.CancelIn(ctx, tx, id, who)
		return err
	})
	return j, err
}

// CancelIn is Cancel within a write.
func (q *Queue) CancelIn(ctx context.Context, tx *db.Tx, id, who string) (j Job, err error) {
	if j, err = get(ctx, tx, id); err != nil {
		return j, err
	}
	switch {
	case j.State.Over():
		return j, fmt.Errorf("任务 %s %s，不能取消：%w", id, States[j.State], ErrState)
	case j.Cancel != "":
		return j, nil
	}
	j.Cancel = who
	if j.State == Queued {
		j.State, j.Ended = Cancelled, tx.Now
	}
	if _, err := tx.NewUpdate().Model(&j).Column("cancel", "state", "ended").WherePK().Exec(ctx); err != nil {
		return j, err
	}
	return j, tell(ctx, tx, j)
}

// Retry queues a failed or cancelled job again, with all its attempts before it. It
// wraps ErrState for any other, and when a job with the same key has taken its place.
func (q *Queue) Retry(ctx context.Context, id string) (j Job, err error) {
	err = q.db.Write(ctx, func(tx *db.Tx) error {
		j, err = q.RetryIn(ctx, tx, id)
		return err
	})
	return j, err
}

// RetryIn is Retry within a write.
func (q *Queue) RetryIn(ctx context.Context, tx *db.Tx, id string) (j Job, err error) {
	if j, err = get(ctx, tx, id); err != nil {
		return j, err
	}
	if j.State != Failed && j.State != Cancelled {
		return j, fmt.Errorf("任务 %s %s，只有失败或已取消的可以重做：%w", id, States[j.State], ErrState)
	}
	if j.Same != "" {
		if other, ok, err := findSame(ctx, tx, j.Kind, j.Same); err != nil {
			return j, err
		} else if ok {
			return j, fmt.Errorf("同样的任务 %s %s，不必重做 %s：%w", other.ID, States[other.State], id, ErrState)
		}
	}
	j.State, j.Attempts, j.NotBefore, j.Cancel, j.Error, j.Ended, j.Progress = Queued, 0, machine(), "", "", time.Time{}, Progress{}
	_, err = tx.NewUpdate().Model(&j).WherePK().Exec(ctx)
	return j, err
}
