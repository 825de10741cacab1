package knowledge

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// ExclusionVersion is an exclusion list as it came to be in force.
type ExclusionVersion struct {
	bun.BaseModel `bun:"table:exclusion_set" json:"-"`

	ID         int64     `bun:"id,pk" json:"id"`
	Hash       string    `bun:"hash" json:"hash"`
	At         time.Time `bun:"at" json:"at"`
	By         string    `bun:"changed_by" json:"by"`
	Exclusions int       `bun:"exclusions" json:"exclusions"`
	Changes    string    `bun:"changes" json:"-"` // JSON: []ExclusionChange

	Base       int64 `json:"base,omitempty"`     // version that it was made out of
	Restores   int64 `json:"restores,omitempty"` // version whose list holds again
	Change     int64 `json:"change,omitempty"`   // that made it; 0: at the machine, a taking back, an older program
	Journalled bool  `json:"journalled"`         // an entry of the journal commits to it; false: an older program's
}

// ExclusionChange is what one file, or one removal, did to the exclusion list.
type ExclusionChange struct {
	Name     string   `json:"name,omitempty"` // file; "": a removal
	Hash     string   `json:"hash,omitempty"` // SHA-256 of the file
	RowsRead int      `json:"rows_read,omitempty"`
	Examples int      `json:"examples,omitempty"` // rows of the template that are none
	Added    int      `json:"added,omitempty"`
	Replaced int      `json:"replaced,omitempty"`
	Same     int      `json:"same,omitempty"`
	Removed  []string `json:"removed,omitempty"`

	Withdrawn int    `json:"withdrawn,omitempty"`  // by a change that was decided; at the machine: Removed
	Taken     int64  `json:"taken_back,omitempty"` // version that was taken back
	Reason    string `json:"reason,omitempty"`     // of a change, a removal or a taking back
}

// Made returns what made the version out of the one before.
func (v *ExclusionVersion) Made() ([]ExclusionChange, error) {
	var changes []ExclusionChange
	err := json.Unmarshal([]byte(v.Changes), &changes)
	return changes, err
}

// ExclusionResult is what an import or a removal did.
type ExclusionResult struct {
	Version  ExclusionVersion
	Changed  bool // false: everything was there already
	Files    []ExclusionChange
	Problems Problems // warnings
}

// ExclusionSet returns the file and the hash of the exclusion list in force and how
// many exclusions it holds; "", "" and 0 when there is none or all were removed.
// The file never changes, so that a run that pins the hash judges by it for ever.
func (s *Store) ExclusionSet(ctx context.Context) (path, hash string, n int, err error) {
	v, err := currentExclusions(ctx, s.db)
	if err != nil || v.Exclusions == 0 {
		return "", "", 0, err
	}
	return s.exclusionPath(v.Hash), v.Hash, v.Exclusions, nil
}

// ExclusionVersions returns all versions of the exclusion list, the newest first.
func (s *Store) ExclusionVersions(ctx context.Context) ([]ExclusionVersion, error) {
	versions := []ExclusionVersion{}
	err := s.db.NewSelect().Model(&versions).OrderExpr("id DESC").Scan(ctx)
	return versions, err
}

// Exclusions returns the exclusions in force in the order of their ids.
func (s *Store) Exclusions(ctx context.Context) ([]Exclusion, error) {
	path, _, _, err := s.ExclusionSet(ctx)
	if err != nil {
		return nil, err
	}
	return LoadExclusions(path)
}

func (s *Store) exclusionPath(hash string) string {
	return filepath.Join(s.dir, hash+".exclusions.csv.zst")
}

// currentExclusions returns the newest version; the zero one when there is none.
func currentExclusions(ctx context.Context, r db.Reader) (ExclusionVersion, error) {
	var v ExclusionVersion
	err := r.NewSelect().Model(&v).OrderExpr("id DESC").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return ExclusionVersion{}, nil
	}
	return v, err
}

// ImportExclusions merges files into the exclusion list, all or nothing: when any of
// them has an error the error is Problems and nothing changes. An id that stands for
// something else already is an error unless replace is set. by names who imports.
func (s *Store) ImportExclusions(ctx context.Context, by string, replace bool, record ExclusionRecord, files ...*ExclusionIntake) (*ExclusionResult, error) {
	var errs, warnings Problems
	for _, f := range files {
		errs = append(errs, f.Problems.Errors()...)
		warnings = append(warnings, f.Problems...)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	r, err := s.changeExclusions(ctx, by, record, func(now []Exclusion) ([]Exclusion, []ExclusionChange, error) {
		m := newExclusionMerger(now, replace)
		var changes []ExclusionChange
		for _, f := range files {
			changes = append(changes, m.add(f))
		}
		if len(m.problems) > 0 {
			return nil, nil, m.problems
		}
		return m.all, changes, nil
	})
	if err != nil {
		return nil, err
	}
	r.Problems = warnings
	return r, nil
}

// RemoveExclusions takes exclusions out of force; reason says why. An id that is not
// in force is an error and nothing changes.
func (s *Store) RemoveExclusions(ctx context.Context, by, reason string, record ExclusionRecord, ids ...string) (*ExclusionResult, error) {
	return s.changeExclusions(ctx, by, record, func(now []Exclusion) ([]Exclusion, []ExclusionChange, error) {
		for _, id := range ids {
			if !slices.ContainsFunc(now, func(x Exclusion) bool { return x.ID == id }) {
				return nil, nil, fmt.Errorf("例外名单里没有“%s”：用 yiheng knowledge exclusion list 查看编号", id)
			}
		}
		left := slices.DeleteFunc(now, func(x Exclusion) bool { return slices.Contains(ids, x.ID) })
		return left, []ExclusionChange{{Removed: ids, Reason: strings.TrimSpace(reason)}}, nil
	})
}

// TakeBackExclusions takes the version in force back: the list of the version that it was
// made out of holds again, as a new version. Runs that pinned it stay what they are. id must
// be the version in force, else the error is ErrState. may is asked for every exclusion that
// comes or goes.
func (s *Store) TakeBackExclusions(ctx context.Context, id int64, by, reason string, may func(Exclusion) error, record ExclusionRecord) (*ExclusionResult, error) {
	now, err := currentExclusions(ctx, s.db)
	if err != nil {
		return nil, err
	}
	if id != now.ID {
		return nil, fmt.Errorf("只能撤回生效中的例外名单第 %d 版：%w", now.ID, ErrState)
	}
	older, then, err := s.exclusionsAt(ctx, now.Base)
	if err != nil {
		return nil, err
	}
	_, has, err := s.exclusionsAt(ctx, now.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range unlike(has, then) {
		if err := may(x); err != nil {
			return nil, err
		}
	}
	v := ExclusionVersion{By: by, Exclusions: len(then), Base: older.Base, Restores: older.ID}
	if v.Hash, err = s.keepExclusions(then); err != nil {
		return nil, err
	}
	r := &ExclusionResult{Changed: true, Files: []ExclusionChange{{Taken: id, Reason: strings.TrimSpace(reason)}}}
	r.Version, err = s.enforceExclusions(ctx, now, v, r.Files, record)
	if errors.Is(err, errOvertaken) {
		err = fmt.Errorf("%w：例外名单已有新版；请核对后再撤回", ErrStale)
	}
	return r, err
}

// exclusionsAt returns a version of the list; 0 is the empty one before all.
func (s *Store) exclusionsAt(ctx context.Context, id int64) (v ExclusionVersion, list []Exclusion, err error) {
	if id == 0 {
		return v, nil, nil
	}
	if err = s.db.NewSelect().Model(&v).Where("id = ?", id).Scan(ctx); err == nil {
		list, err = LoadExclusions(s.exclusionPath(v.Hash))
	}
	return v, list, err
}

// unlike are the exclusions that only one of two lists has, or both with other content.
func unlike(a, b []Exclusion) []Exclusion {
	times := map[string]int{}
	for _, x := range slices.Concat(a, b) {
		times[x.text()]++
	}
	return slices.DeleteFunc(slices.Concat(a, b), func(x Exclusion) bool { return times[x.text()] > 1 })
}

// changeExclusions makes the next version of the list out of the one in force.
func (s *Store) changeExclusions(ctx context.Context, by string, record ExclusionRecord, change func([]Exclusion) ([]Exclusion, []ExclusionChange, error)) (*ExclusionResult, error) {
	for range attempts {
		r, err := s.tryChange(ctx, by, record, change)
		if !errors.Is(err, errOvertaken) {
			return r, err
		}
	}
	return nil, errors.New("另一个导入正在进行，请稍后再试")
}

func (s *Store) tryChange(ctx context.Context, by string, record ExclusionRecord, change func([]Exclusion) ([]Exclusion, []ExclusionChange, error)) (*ExclusionResult, error) {
	base, err := currentExclusions(ctx, s.db)
	if err != nil {
		return nil, err
	}
	var now []Exclusion
	if base.ID > 0 {
		if now, err = LoadExclusions(s.exclusionPath(base.Hash)); err != nil {
			return nil, err
		}
	}
	next, changes, err := change(now)
	if err != nil {
		return nil, err
	}
	r := &ExclusionResult{Version: base, Files: changes}
	if base.ID == 0 && len(next) == 0 {
		return r, nil
	}
	hash, err := s.keepExclusions(next)
	if err != nil || hash == base.Hash {
		return r, err
	}
	r.Changed = true
	r.Version, err = s.enforceExclusions(ctx, base, ExclusionVersion{Hash: hash, By: by, Exclusions: len(next), Base: base.ID}, changes, record)
	return r, err
}

// enforceExclusions makes v the version in force, unless another one came between.
func (s *Store) enforceExclusions(ctx context.Context, base, v ExclusionVersion, changes []ExclusionChange, record ExclusionRecord) (ExclusionVersion, error) {
	text, err := json.Marshal(changes)
	if err != nil {
		return v, err
	}
	v.Changes, v.Journalled = string(text), record != nil
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		newest, err := currentExclusions(ctx, tx)
		if err != nil {
			return err
		}
		if newest.ID != base.ID {
			return errOvertaken
		}
		v.ID, v.At = base.ID+1, tx.Now
		if _, err = tx.NewInsert().Model(&v).Exec(ctx); err != nil || record == nil {
			return err
		}
		return record(ctx, tx, &v)
	})
	return v, err
}

// ExclusionRecord journals a new version of the exclusion list in its transaction; nil
// journals nothing.
type ExclusionRecord func(ctx context.Context, tx *db.Tx, v *ExclusionVersion) error
