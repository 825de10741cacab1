package knowledge

import (
	"context"
	"errors"
	"fmt"

	"yiheng/ground/db"
)

// TakeBack takes the edition in force back: the points of the edition that it was made
// out of hold again, as a new edition; of the first one, none. Runs that pinned the
// edition stay what they are, since its file stays. id must be the edition in force, or
// the one whose points hold again by an earlier taking back. The record is journalled in
// the transaction.
func (s *Store) TakeBack(ctx context.Context, id int64, by, reason string, record Record) (*Change, Set, error) {
	now, points, err := s.base(ctx)
	if err != nil {
		return nil, Set{}, err
	}
	holds := max(now.Restores, 0)
	if holds == 0 {
		holds = now.ID
	}
	switch {
	case now.Points == 0 && now.Base == 0:
		return nil, Set{}, fmt.Errorf("知识库里没有知识点，没有可撤回的：%w", ErrState)
	case id != now.ID && id != holds:
		return nil, Set{}, fmt.Errorf("只能撤回生效中的第 %d 版：其后的各版是在它之上做成的，请先撤回它们：%w", holds, ErrState)
	}
	before, after, err := s.before(ctx, now)
	if err != nil {
		return nil, Set{}, err
	}
	if err := s.index(ctx, now, points); err != nil {
		return nil, Set{}, err
	}
	c := &Change{Kind: ChangeTakeBack, State: StateStaged, Reason: reason, By: by, Base: now.ID, Tag: newTag(), Hash: before.Hash, Files: "[]"}
	if before.ID == 0 {
		if c.Hash, err = s.keep(nil); err != nil {
			return nil, Set{}, err
		}
	}
	rows := between(points, after)
	t := PointTally{Points: len(after), InForce: before.InForce}
	for i := range rows {
		if rows[i].Made == MadeRemoved {
			t.Gone++
		} else {
			t.Changed++
		}
	}
	if err := c.tell(&c.Counts, t); err != nil {
		return nil, Set{}, err
	}
	if err := s.keepVersions(ctx, c.Tag, rows, func(int, int) {}); err != nil {
		return nil, Set{}, err
	}
	var set Set
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := c.add(ctx, tx); err != nil {
			return err
		}
		set = Set{ID: now.ID + 1, Hash: c.Hash, At: tx.Now, By: by, Points: t.Points, InForce: t.InForce, Sources: "[]", Base: before.Base, Change: c.ID, Restores: before.ID}
		newest, err := current(ctx, tx)
		if err != nil {
			return err
		}
		if newest.ID != now.ID {
			return fmt.Errorf("%w：第 %d 版已生效；请核对后再撤回", ErrStale, newest.ID)
		}
		if err := s.write(ctx, tx, c, &set, by, reason); err != nil || record == nil {
			return err
		}
		return record(ctx, tx, c)
	})
	if err != nil {
		err = errors.Join(err, s.drop(ctx, c.Tag))
	}
	return c, set, err
}

// before returns the edition that a set was made out of, with its points; none of the first.
func (s *Store) before(ctx context.Context, set Set) (Set, []Point, error) {
	older, err := s.at(ctx, set.Base)
	if err != nil || older.ID == 0 {
		return older, nil, err
	}
	points, err := LoadFile(s.Path(older.Hash), older.Points)
	return older, points, err
}

// at returns an edition; 0 is the empty one before all.
func (s *Store) at(ctx context.Context, id int64) (set Set, err error) {
	if id == 0 {
		return set, nil
	}
	err = s.db.NewSelect().Model(&set).Where("id = ?", id).Scan(ctx)
	return set, err
}
