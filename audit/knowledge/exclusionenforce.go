package knowledge

import (
	"context"
	"errors"
	"fmt"

	"yiheng/ground/db"
)

// EnforceExclusions makes a staged change of the exclusion list the version in force. Who
// proposed it may not; rows that it leaves out must be accepted; each exclusion that it
// touches must still stand as it was shown, else the error is ErrStale. The record is
// journalled in the transaction.
func (s *Store) EnforceExclusions(ctx context.Context, id int64, by, reason string, leftOut bool, record Record) (*Change, ExclusionVersion, error) {
	for range attempts {
		c, v, err := s.tryEnforceExclusions(ctx, id, by, reason, leftOut, record)
		if !errors.Is(err, errOvertaken) {
			return c, v, err
		}
	}
	return nil, ExclusionVersion{}, errors.New("另一次变更正在生效，请稍后再试")
}

func (s *Store) tryEnforceExclusions(ctx context.Context, id int64, by, reason string, leftOut bool, record Record) (*Change, ExclusionVersion, error) {
	c, err := s.Change(ctx, id)
	if err != nil {
		return nil, ExclusionVersion{}, err
	}
	if err := c.decidable(by, leftOut); err != nil {
		return c, ExclusionVersion{}, err
	}
	base, next, err := s.applied(ctx, c)
	if err != nil {
		return c, ExclusionVersion{}, err
	}
	v := ExclusionVersion{By: by, Exclusions: len(next), Base: base.ID, Change: c.ID}
	if v.Hash, err = s.keepExclusions(next); err != nil {
		return c, v, err
	}
	if v.Hash == base.Hash {
		return c, v, fmt.Errorf("第 %d 号变更不改变例外名单，不必生效，请否决：%w", id, ErrState)
	}
	made, err := c.exclusionChange()
	if err != nil {
		return c, v, err
	}
	v, err = s.enforceExclusions(ctx, base, v, []ExclusionChange{made}, func(ctx context.Context, tx *db.Tx, v *ExclusionVersion) error {
		now, err := readChange(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := now.decidable(by, leftOut); err != nil {
			return err
		}
		c.State, c.Edition, c.DecidedBy, c.DecidedAt, c.Decision = StateInForce, v.ID, by, tx.Now, reason
		if _, err := tx.NewUpdate().Model(c).WherePK().Exec(ctx); err != nil {
			return err
		}
		return record(ctx, tx, c)
	})
	return c, v, err
}

// Fits says whether a staged change of the exclusion list still fits the list in force: nil,
// ErrStale with the exclusion that stands otherwise now, or what else went wrong.
func (s *Store) Fits(ctx context.Context, c *Change) error {
	_, _, err := s.applied(ctx, c)
	return err
}

// applied returns the version in force and the list that a change makes of it.
func (s *Store) applied(ctx context.Context, c *Change) (base ExclusionVersion, next []Exclusion, err error) {
	base, now, err := s.exclusionsNow(ctx)
	if err != nil {
		return base, nil, err
	}
	all, err := s.differences(ctx, c)
	if err != nil {
		return base, nil, err
	}
	if digest(all) != c.Hash {
		return base, nil, fmt.Errorf("%w：第 %d 号变更的内容与提出时的校验值不符，数据库被改动过；请重新提出", ErrStale, c.ID)
	}
	next, err = apply(now, all)
	return base, next, err
}

// apply makes the list after out of the list now; ErrStale when an exclusion is not what the
// differences say that it was.
func apply(now []Exclusion, all []ExclusionDifference) ([]Exclusion, error) {
	altered := make(map[string]*ExclusionDifference, len(all))
	for i := range all {
		altered[all[i].ExID] = &all[i]
	}
	next := make([]Exclusion, 0, len(now)+len(all))
	for i := range now {
		d := altered[now[i].ID]
		if d == nil {
			next = append(next, now[i])
			continue
		}
		before, after, err := d.Sides()
		if err != nil {
			return nil, err
		}
		if before == nil || before.text() != now[i].text() {
			return nil, fmt.Errorf("%w：例外“%s”已被另一次变更改动；请重新提出，对照后再决定", ErrStale, d.ExID)
		}
		if after != nil {
			next = append(next, *after)
		}
		delete(altered, d.ExID)
	}
	for i := range all {
		d := &all[i]
		if altered[d.ExID] == nil {
			continue
		}
		_, after, err := d.Sides()
		if err != nil {
			return nil, err
		}
		if d.Made != MadeNew {
			return nil, fmt.Errorf("%w：例外“%s”已不在名单中；请重新提出，对照后再决定", ErrStale, d.ExID)
		}
		next = append(next, *after)
	}
	return next, distinct(next)
}

// distinct refuses a list in which two ids say the same.
func distinct(list []Exclusion) error {
	said := make(map[string]string, len(list))
	for i := range list {
		says := list[i].says()
		if twin, twice := said[says]; twice {
			return fmt.Errorf("%w：“%s”与“%s”条件、规则和日期都相同；请重新提出，对照后再决定", ErrStale, list[i].ID, twin)
		}
		said[says] = list[i].ID
	}
	return nil
}

// exclusionChange is the change as the version remembers it.
func (c *Change) exclusionChange() (made ExclusionChange, err error) {
	made.Reason = c.Reason
	t, err := c.Tally()
	if err != nil {
		return made, err
	}
	made.Added, made.Replaced, made.Same, made.Withdrawn = t.New, t.Changed, t.Same, t.Gone
	files, err := c.Account()
	for _, f := range files {
		made.Name, made.Hash, made.RowsRead, made.Examples = f.Name, f.Hash, f.Read, f.Aside
	}
	return made, err
}
