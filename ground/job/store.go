package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
	"yiheng/ground/hook"
)

func get(ctx context.Context, r db.Reader, id string) (j Job, err error) {
	err = r.NewSelect().Model(&j).Where("id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return j, fmt.Errorf("%w：%s。用 yiheng jobs list 查看全部任务", ErrNone, id)
	}
	return j, err
}

// nextID gives ids that count up, in their text too.
func nextID(ctx context.Context, tx *db.Tx) (string, error) {
	var last string
	if err := tx.NewSelect().Model((*Job)(nil)).ColumnExpr("coalesce(max(id), 'RW0')").Scan(ctx, &last); err != nil {
		return "", err
	}
	n, err := strconv.ParseInt(last[2:], 10, 64)
	return fmt.Sprintf("RW%010d", n+1), err
}

// findSame returns the job with the idempotence key that is queued, running or done.
func findSame(ctx context.Context, r db.Reader, kind, same string) (j Job, ok bool, err error) {
	err = r.NewSelect().Model(&j).Where("kind = ? AND same = ?", kind, same).
		Where("state IN (?)", bun.List([]State{Queued, Running, Done})).Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return j, false, nil
	}
	return j, err == nil, err
}

// due says whether at now there is something to take or to lapse: idle runners only
// read.
func (q *Queue) due(ctx context.Context, now time.Time) (bool, error) {
	return q.db.NewSelect().Model((*Job)(nil)).Where("kind IN (?)", bun.List(slices.Collect(maps.Keys(q.kinds)))).
		Where("state = ? AND not_before <= ? OR state = ? AND lease < ?", Queued, now, Running, now).Exists(ctx)
}

// take gives the runner the most urgent job that may run at now, until now+lease. It
// first lapses the jobs of runners that are no more. ok is false when there is none.
func (q *Queue) take(ctx context.Context, runner string, now time.Time, lease time.Duration) (j Job, ok bool, err error) {
	err = q.db.Write(ctx, func(tx *db.Tx) error {
		if err := q.lapse(ctx, tx, now); err != nil {
			return err
		}
		free, err := q.free(ctx, tx)
		if err != nil || len(free) == 0 {
			return err
		}
		err = tx.NewSelect().Model(&j).Where("state = ? AND not_before <= ?", Queued, now).Where("kind IN (?)", bun.List(free)).
			OrderExpr("priority DESC, id").Limit(1).Scan(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		} else if err != nil {
			return err
		}
		j.State, j.Runner, j.Attempts, j.Started, j.Lease, j.Progress = Running, runner, j.Attempts+1, tx.Now, now.Add(lease), Progress{}
		_, err = tx.NewUpdate().Model(&j).WherePK().Exec(ctx)
		ok = err == nil
		return err
	})
	return j, ok, err
}

// lapse ends the attempts whose lease was over before now.
func (q *Queue) lapse(ctx context.Context, tx *db.Tx, now time.Time) error {
	var lapsed []Job
	if err := tx.NewSelect().Model(&lapsed).Where("state = ? AND lease < ?", Running, now).Scan(ctx); err != nil {
		return err
	}
	for _, j := range lapsed {
		k := q.kinds[j.Kind]
		if k == nil {
			continue
		}
		k.end(&j, nil, errBroken, now, tx.Now)
		if _, err := tx.NewUpdate().Model(&j).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := tell(ctx, tx, j); err != nil {
			return err
		}
	}
	return nil
}

// tell publishes that a job is over, to those who reach its region.
func tell(ctx context.Context, tx *db.Tx, j Job) error {
	if !j.State.Over() {
		return nil
	}
	return hook.Publish(ctx, tx, hook.Event{Name: hook.JobEnded, Region: j.Region, Kind: "job", ID: j.ID, Data: map[string]string{"kind": j.Kind, "state": string(j.State)}})
}

// free returns the known kinds of which one more may run.
func (q *Queue) free(ctx context.Context, tx *db.Tx) ([]string, error) {
	var busy []struct {
		Kind  string
		Count int
	}
	err := tx.NewSelect().Model((*Job)(nil)).Column("kind").ColumnExpr("count(*) AS count").Where("state = ?", Running).Group("kind").Scan(ctx, &busy)
	if err != nil {
		return nil, err
	}
	count := make(map[string]int)
	for _, b := range busy {
		count[b.Kind] = b.Count
	}
	var free []string
	for name, k := range q.kinds {
		if count[name] < k.AtOnce {
			free = append(free, name)
		}
	}
	return free, nil
}

// errLost says that a job is not the runner's any more.
var errLost = errors.New("任务已由另一个进程接手")

// hold writes how far an attempt is, with its new lines, and renews its lease. It
// returns who wants it cancelled, or errLost.
func (q *Queue) hold(ctx context.Context, j *Job, p Progress, lines []Line, lease time.Time) (cancel string, err error) {
	err = q.db.Write(ctx, func(tx *db.Tx) error {
		now, err := own(ctx, tx, j)
		if err != nil {
			return err
		}
		cancel, now.Progress, now.Lease = now.Cancel, p, lease
		if _, err := tx.NewUpdate().Model(&now).Column("done", "total", "unit", "text", "lease").WherePK().Exec(ctx); err != nil {
			return err
		}
		return keep(ctx, tx, j.ID, lines)
	})
	return cancel, err
}

// finish writes how the attempt j ended: the job is then as ended. errLost when it is
// not the runner's any more.
func (q *Queue) finish(ctx context.Context, j *Job, ended Job, lines []Line) error {
	return q.db.Write(ctx, func(tx *db.Tx) error {
		now, err := own(ctx, tx, j)
		if err != nil {
			return err
		}
		ended.Cancel = now.Cancel
		if _, err := tx.NewUpdate().Model(&ended).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := tell(ctx, tx, ended); err != nil {
			return err
		}
		return keep(ctx, tx, j.ID, lines)
	})
}

// own reads the job as it is now; errLost when the attempt is not its runner's.
func own(ctx context.Context, r db.Reader, j *Job) (now Job, err error) {
	now, err = get(ctx, r, j.ID)
	if err == nil && (now.State != Running || now.Runner != j.Runner || now.Attempts != j.Attempts) {
		err = errLost
	}
	return now, err
}

// keep adds lines to a job's log and drops the oldest that are too many.
func keep(ctx context.Context, tx *db.Tx, id string, lines []Line) error {
	if len(lines) == 0 {
		return nil
	}
	var last int64
	if err := tx.NewSelect().Model((*Line)(nil)).ColumnExpr("coalesce(max(n), 0)").Where("job = ?", id).Scan(ctx, &last); err != nil {
		return err
	}
	for i := range lines {
		lines[i].Job, lines[i].N = id, last+int64(i)+1
	}
	last += int64(len(lines))
	lines = lines[max(0, len(lines)-maxLines):]
	if _, err := tx.NewInsert().Model(&lines).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewDelete().Model((*Line)(nil)).Where("job = ? AND n <= ?", id, last-maxLines).Exec(ctx)
	return err
}
