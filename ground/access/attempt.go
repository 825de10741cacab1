package access

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// attemptRow counts failed logins of an account or an address.
type attemptRow struct {
	bun.BaseModel `bun:"table:attempt,alias:attempt"`

	Who      []byte `bun:",pk"`
	Failures int64
	Last     time.Time // up to when failures are forgotten
	Until    time.Time `bun:",nullzero"`
}

// counter is whose failures are counted, how many are free, and how often one is
// forgiven; 0 never: then all are, after Forget without any.
type counter struct {
	who     []byte
	free    int
	forgive time.Duration
}

// counters are the account's and the address's. An account that does not exist is
// counted like one that does.
func (a *Access) counters(login, address string) []counter {
	return []counter{
		{a.ring.Blind("access.attempt.account", login), a.policy.FreeFailures, 0},
		{a.ring.Blind("access.attempt.address", address), a.policy.AddressFailures, a.policy.AddressForgive},
	}
}

// reserve counts an attempt as failed before it is made, so that attempts made at
// once, or cut off by a kill, count too; ErrLocked when it must wait. Only the
// attempt that succeeds is taken back.
func (a *Access) reserve(ctx context.Context, who []counter, at time.Time) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		rows := make([]attemptRow, len(who))
		for i, c := range who {
			row, err := readAttempt(ctx, tx, c.who)
			if err != nil {
				return err
			}
			if wait := row.Until.Sub(at); wait > 0 {
				return refuse(ErrLocked, "locked", "登录失败次数过多，请 %d 分钟后再试", int64((wait+time.Minute-1)/time.Minute))
			}
			row.forget(c.forgive, a.policy.Forget, at)
			row.Failures++
			row.Until = time.Time{}
			if wait := a.policy.wait(row.Failures, c.free); wait > 0 {
				row.Until = at.Add(wait)
			}
			rows[i] = row
		}
		_, err := tx.NewInsert().Model(&rows).On("CONFLICT (who) DO UPDATE").
			Set("failures = EXCLUDED.failures").Set("last = EXCLUDED.last").Set("until = EXCLUDED.until").Exec(ctx)
		return err
	})
}

// succeed takes the attempt back: the account starts anew, the address is one
// failure better, so that a thief cannot clear his address with an account of his own.
func (a *Access) succeed(ctx context.Context, tx *db.Tx, who []counter) error {
	if _, err := tx.NewDelete().Table("attempt").Where("who = ?", who[0].who).Exec(ctx); err != nil {
		return err
	}
	return forgive(ctx, tx, who[1])
}

// forgive takes one failure back.
func forgive(ctx context.Context, tx *db.Tx, c counter) error {
	_, err := tx.NewUpdate().Table("attempt").Set("failures = failures - 1").Set("until = NULL").
		Where("who = ?", c.who).Where("failures > 0").Exec(ctx)
	return err
}

// forget takes off the failures that time has forgiven.
func (r *attemptRow) forget(forgive, all time.Duration, at time.Time) {
	passed := max(0, at.Sub(r.Last))
	switch {
	case r.Failures == 0 || forgive == 0 && passed > all:
		r.Failures, r.Last = 0, at
	case forgive == 0:
		r.Last = at
	default:
		forgiven := min(r.Failures, int64(passed/forgive))
		r.Failures -= forgiven
		r.Last = r.Last.Add(time.Duration(forgiven) * forgive)
	}
}

// Unlock lets an account try again at once, for somebody who has shown who it is.
func (a *Access) Unlock(ctx context.Context, tx *db.Tx, login string) error {
	_, err := tx.NewDelete().Table("attempt").Where("who = ?", a.counters(strings.ToLower(strings.TrimSpace(login)), "")[0].who).Exec(ctx)
	return err
}

// wait is how long after so many failures the next attempt may come: nothing while
// they are free, then FirstWait, doubled with each, at most MostWait.
func (p Policy) wait(failures int64, free int) time.Duration {
	over := failures - int64(free)
	if over < 0 {
		return 0
	}
	wait := p.FirstWait
	for ; over > 0 && wait < p.MostWait; over-- {
		wait *= 2
	}
	return min(wait, p.MostWait)
}

// readAttempt returns a row without failures when there is none.
func readAttempt(ctx context.Context, from db.Reader, who []byte) (attemptRow, error) {
	var rows []attemptRow
	err := from.NewSelect().Model(&rows).Where("who = ?", who).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return attemptRow{Who: who}, err
	}
	return rows[0], nil
}
