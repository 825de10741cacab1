package knowledge

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"yiheng/ground/db"
	"yiheng/ground/hook"
)

func newTag() string { return rand.Text() }

// Propose holds files against the points in force and keeps what they would make: the
// set's file, its versions and its quarantine under the tag. The change that it returns
// is not written yet. The error is Problems when nothing of the files can be taken.
func (s *Store) Propose(ctx context.Context, classes Classes, layer Layer, by, tag string, files []*Intake, progress func(done, total int)) (*Change, *proposal, error) {
	set, base, err := s.base(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := s.index(ctx, set, base); err != nil {
		return nil, nil, err
	}
	p, err := propose(base, classes, layer, files)
	if err != nil {
		return nil, nil, err
	}
	rows, tally := p.versions()
	SortPoints(p.merger.points)
	c := &Change{
		Kind: ChangeImport, State: StateStaged, Region: layer.Region, Document: layer.Document, Reason: layer.Reason, By: by, Base: set.ID, Tag: tag,
	}
	if c.Hash, err = s.keep(p.merger.points); err != nil {
		return nil, nil, err
	}
	err = errors.Join(c.tell(&c.Files, p.account()), c.tell(&c.Counts, tally))
	if err == nil {
		err = s.keepQuarantine(ctx, tag, p.left)
	}
	if err == nil {
		err = s.keepVersions(ctx, tag, rows, progress)
	}
	return c, p, err
}

// tell writes a part of a change as JSON.
func (c *Change) tell(to *string, what any) error {
	text, err := json.Marshal(what)
	*to = string(text)
	return err
}

// Enforce makes a staged change the edition in force. Who proposed it may not; what it
// was held against must still be in force; rows that it leaves out must be accepted.
func (s *Store) Enforce(ctx context.Context, tx *db.Tx, id int64, by, reason string, leftOut bool) (*Change, Set, error) {
	c, err := readChange(ctx, tx, id)
	if err != nil {
		return nil, Set{}, err
	}
	if err := c.decidable(by, leftOut); err != nil {
		return c, Set{}, err
	}
	set, err := s.enforce(ctx, tx, c, by, reason)
	return c, set, err
}

// decidable says why somebody may not put the change in force: nil, ErrState, ErrSame or
// ErrLeftOut.
func (c *Change) decidable(by string, leftOut bool) error {
	t, err := c.Tally()
	switch {
	case err != nil:
		return err
	case c.State != StateStaged:
		return fmt.Errorf("第 %d 号变更%s，不能生效：%w", c.ID, stateNames[c.State], ErrState)
	case c.By == by:
		return ErrSame
	case t.Quarantined > 0 && !leftOut:
		return fmt.Errorf("%w：%d 行。请逐行核对；确认不采用这些行，再以 accept_quarantine 生效", ErrLeftOut, t.Quarantined)
	}
	return nil
}

var stateNames = map[string]string{
	StateReading: "还在读取", StateStaged: "待决定", StateInForce: "已经生效", StateRefused: "已被否决", StateFailed: "没有读成",
}

// StateName is a state in Chinese.
func StateName(state string) string { return stateNames[state] }

// enforce writes the edition of a change and ends what it replaces.
func (s *Store) enforce(ctx context.Context, tx *db.Tx, c *Change, by, reason string) (Set, error) {
	newest, err := current(ctx, tx)
	if err != nil && !errors.Is(err, ErrNone) {
		return Set{}, err
	}
	if newest.ID != c.Base {
		return Set{}, fmt.Errorf("%w：第 %d 版已生效，本次变更是对照第 %d 版提出的；请重新导入，对照后再决定", ErrStale, newest.ID, c.Base)
	}
	t, err := c.Tally()
	if err != nil {
		return Set{}, err
	}
	set := Set{ID: newest.ID + 1, Hash: c.Hash, At: tx.Now, By: by, Points: t.Points, InForce: t.InForce, Base: c.Base, Change: c.ID}
	if set.Sources, err = c.sources(); err != nil {
		return Set{}, err
	}
	return set, s.write(ctx, tx, c, &set, by, reason)
}

// sources are the files as an edition remembers them.
func (c *Change) sources() (string, error) {
	files, err := c.Account()
	counts := make([]Counts, len(files))
	for i := range files {
		counts[i] = files[i].Counts
	}
	text, err2 := json.Marshal(counts)
	return string(text), errors.Join(err, err2)
}

// write makes the edition: the set, the versions that now hold and that end, the change.
func (s *Store) write(ctx context.Context, tx *db.Tx, c *Change, set *Set, by, reason string) error {
	if _, err := tx.NewInsert().Model(set).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewUpdate().Model((*Version)(nil)).Set("until = ?", set.ID).Where("until = 0 AND since > 0").
		Where("kp_id IN (SELECT kp_id FROM knowledge_point WHERE tag = ? AND made <> ?)", c.Tag, MadeNew).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = tx.NewUpdate().Model((*Version)(nil)).Set("since = ?", set.ID).
		Set("until = CASE WHEN made = ? THEN ? ELSE 0 END", MadeRemoved, set.ID).Where("tag = ?", c.Tag).Exec(ctx)
	if err != nil {
		return err
	}
	c.State, c.Edition, c.DecidedBy, c.DecidedAt, c.Decision = StateInForce, set.ID, by, tx.Now, reason
	if _, err = tx.NewUpdate().Model(c).WherePK().Exec(ctx); err != nil {
		return err
	}
	return hook.Publish(ctx, tx, hook.Event{
		Name: hook.KnowledgeInForce, Region: c.Region, Kind: "knowledge.edition", ID: strconv.FormatInt(set.ID, 10), Data: map[string]string{"hash": set.Hash},
	})
}

// Refuse decides against a change that is not in force: whoever proposed it may too.
func (s *Store) Refuse(ctx context.Context, tx *db.Tx, id int64, by, reason string) (*Change, error) {
	c, err := readChange(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if c.State != StateStaged && c.State != StateReading && c.State != StateFailed {
		return c, fmt.Errorf("第 %d 号变更%s，不能否决：%w", id, stateNames[c.State], ErrState)
	}
	c.State, c.DecidedBy, c.DecidedAt, c.Decision = StateRefused, by, tx.Now, strings.TrimSpace(reason)
	if _, err := tx.NewUpdate().Model(c).WherePK().Exec(ctx); err != nil {
		return c, err
	}
	_, err = tx.NewDelete().Model((*Version)(nil)).Where("tag = ? AND since = 0", c.Tag).Exec(ctx)
	return c, err
}
