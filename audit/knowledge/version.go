package knowledge

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// What a change makes of a point.
const (
	MadeNew     = "new"
	MadeChanged = "changed"
	MadeGone    = "gone"    // ends
	MadeRemoved = "removed" // gone before it ever held
	MadeAgain   = "again"   // as it was before the edition that is taken back
)

// Version is a point as it held between two editions.
type Version struct {
	bun.BaseModel `bun:"table:knowledge_point,alias:p" json:"-"`

	Tag        string `bun:",pk" json:"-"`
	N          int64  `bun:",pk" json:"-"`
	Made       string `json:"made" enum:"new,changed,gone,removed,again"`
	Since      int64  `json:"since" doc:"edition from which it holds; 0: only proposed"`
	Until      int64  `json:"until,omitempty" doc:"edition from which it no longer holds"`
	KpID       string `json:"kp_id"`
	RuleID     string `json:"rule_id"`
	Code       string `json:"code,omitempty"`
	OtherCode  string `json:"other_code,omitempty"`
	Params     string `json:"params,omitempty" doc:"JSON, as the exchange format has it"`
	ValidFrom  string `json:"valid_from,omitempty"`
	ValidTo    string `json:"valid_to,omitempty"`
	Supersedes string `json:"supersedes,omitempty"`
	Region     string `json:"region,omitempty"`
	Basis      string `json:"basis,omitempty"`
	Note       string `json:"note,omitempty"`
	Words      string `json:"-"` // what it is found by
	Needs      bool   `json:"needs_parameters,omitempty" doc:"kept, not in force"`
	EveryLine  bool   `bun:"-" json:"every_line,omitempty" doc:"no code: it is about every line of its rule class"`
	Ousts      bool   `json:"-"` // replaces a point that was in force
	Digest     string `json:"-"` // of all that the point says
}

// versionOf is a point as a row.
func versionOf(p *Point, made string) Version {
	v := Version{
		Made: made, KpID: p.ID, RuleID: p.RuleID, Code: p.Code, OtherCode: p.OtherCode, Params: p.Params.String(),
		ValidFrom: p.ValidFrom.String(), ValidTo: p.ValidTo.String(), Supersedes: p.Supersedes, Region: p.Region,
		Basis: p.Basis, Note: p.Note, Needs: !inForce(p),
	}
	v.Words = words(p)
	sum := sha256.Sum256([]byte(strings.Join(v.fields(), "\x00")))
	v.Digest = hex.EncodeToString(sum[:12])
	return v
}

// of is the version with what its class makes of it.
func (v Version) of(classes Classes) Version {
	class, _ := classes(v.RuleID)
	v.EveryLine = class.everyLine(v.Code)
	return v
}

// words are the name of the drug or item, as far as the point has one, in small letters:
// what its note begins with, and its group.
func words(p *Point) string {
	name, _, _ := strings.Cut(p.Note, "；")
	if p.Params != nil && p.Params.Group != "" && !strings.Contains(name, p.Params.Group) {
		name += " " + p.Params.Group
	}
	const most = 120
	if short := []rune(name); len(short) > most {
		name = string(short[:most])
	}
	return strings.ToLower(name)
}

// fields are what the point says, in the order of the exchange format.
func (v *Version) fields() []string {
	return []string{v.KpID, v.RuleID, v.Code, v.OtherCode, v.Params, v.ValidFrom, v.ValidTo, v.Supersedes, v.Region, v.Basis, v.Note}
}

// standsAlone says what the version is on a day if nothing supersedes it.
func (v *Version) standsAlone(on calendar.Day) string {
	day := on.String()
	switch {
	case v.Needs:
		return StandsNeeds
	case v.ValidFrom != "" && v.ValidFrom > day, v.ValidTo != "" && v.ValidTo < day:
		return StandsOutside
	}
	return StandsInForce
}

// PointDifference is one field of a point that a change alters.
type PointDifference struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// differences are the fields that differ, by the names of the exchange format.
func differences(before, after *Version) []PointDifference {
	all := []PointDifference{}
	a, b := before.fields(), after.fields()
	for i, name := range columnNames {
		if a[i] != b[i] {
			all = append(all, PointDifference{name, a[i], b[i]})
		}
	}
	return all
}

// versions are the points that differ from the base, in the order of SortPoints, and how
// many there are of each sort.
func (p *proposal) versions() (rows []Version, t PointTally) {
	before := make(map[string]int, len(p.base))
	for i := range p.base {
		before[p.base[i].ID] = i
	}
	for i := range p.merger.points {
		q := &p.merger.points[i]
		at, known := before[q.ID]
		made := MadeNew
		switch {
		case known && samePoint(&p.base[at], q):
			continue
		case known:
			made = MadeChanged
		}
		if _, ends := p.gone[q.ID]; ends {
			made = MadeGone
		}
		v := versionOf(q, made).of(p.classes)
		old, there := before[q.Supersedes]
		v.Ousts = there && q.Supersedes != "" && inForce(q) && (!known || p.base[at].Supersedes != q.Supersedes) && inForce(&p.base[old])
		rows = append(rows, v)
	}
	for id, whole := range p.gone {
		if whole {
			rows = append(rows, versionOf(&p.base[before[id]], MadeRemoved).of(p.classes))
		}
	}
	slices.SortFunc(rows, func(a, b Version) int {
		return cmp.Or(cmp.Compare(a.RuleID, b.RuleID), cmp.Compare(a.Code, b.Code), cmp.Compare(a.KpID, b.KpID))
	})
	return rows, p.tally(rows)
}

// between are the versions that make the points after out of those before, as they once were.
func between(before, after []Point) []Version {
	had, has := make(map[string]int, len(before)), make(map[string]bool, len(after))
	for i := range before {
		had[before[i].ID] = i
	}
	var rows []Version
	for i := range after {
		has[after[i].ID] = true
		if at, known := had[after[i].ID]; !known || !samePoint(&before[at], &after[i]) {
			rows = append(rows, versionOf(&after[i], MadeAgain))
		}
	}
	for i := range before {
		if !has[before[i].ID] {
			rows = append(rows, versionOf(&before[i], MadeRemoved))
		}
	}
	return rows
}

func (p *proposal) tally(rows []Version) (t PointTally) {
	for i := range rows {
		v := &rows[i]
		switch v.Made {
		case MadeNew:
			t.New++
		case MadeChanged:
			t.Changed++
		default:
			t.Gone++
		}
		if v.Ousts {
			t.Superseded++
		}
		if v.Made == MadeGone || v.Made == MadeRemoved {
			continue
		}
		if v.Needs {
			t.Needs++
		}
		if v.EveryLine {
			t.EveryLine++
		}
	}
	for _, a := range p.account() {
		t.Same += a.Counts.Same
		t.Quarantined += a.Quarantined
	}
	t.Points = len(p.merger.points)
	for i := range p.merger.points {
		if inForce(&p.merger.points[i]) {
			t.InForce++
		}
	}
	return t
}

// How many rows one statement and one transaction write: others write between.
const (
	perInsert      = 500
	perTransaction = 5000
)

// keepVersions writes versions under a tag, in several transactions; progress hears how
// many are done.
func (s *Store) keepVersions(ctx context.Context, tag string, rows []Version, progress func(done, total int)) error {
	for from := 0; from < len(rows); from += perTransaction {
		part := rows[from:min(len(rows), from+perTransaction)]
		err := s.db.Write(ctx, func(tx *db.Tx) error { return insertVersions(ctx, tx, tag, from, part) })
		if err != nil {
			return err
		}
		progress(from+len(part), len(rows))
	}
	return nil
}

func insertVersions(ctx context.Context, tx *db.Tx, tag string, first int, rows []Version) error {
	for i := range rows {
		rows[i].Tag, rows[i].N = tag, int64(first+i+1)
	}
	for part := range slices.Chunk(rows, perInsert) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// keepQuarantine writes what a proposal leaves out.
func (s *Store) keepQuarantine(ctx context.Context, tag string, left [][]Problem) error {
	var rows []Quarantined
	for _, file := range left {
		slices.SortStableFunc(file, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row)) })
		for _, x := range file {
			rows = append(rows, Quarantined{Tag: tag, N: int64(len(rows) + 1), File: x.File, Sheet: x.Sheet, Row: x.Row, Column: x.Column, Why: x.Text})
		}
	}
	for part := range slices.Chunk(rows, perTransaction) {
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.NewInsert().Model(&part).Exec(ctx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// drop takes away the rows of a tag that are only proposed.
func (s *Store) drop(ctx context.Context, tag string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.NewDelete().Model((*Version)(nil)).Where("tag = ? AND since = 0", tag).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*Quarantined)(nil)).Where("tag = ?", tag).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*ExclusionDifference)(nil)).Where("tag = ?", tag).Exec(ctx)
		return err
	})
}

// index makes sure that the points of an edition of an older program stand in the table:
// their history begins with that edition.
func (s *Store) index(ctx context.Context, set Set, points []Point) error {
	if set.Change != 0 || len(points) == 0 {
		return nil
	}
	tag := fmt.Sprintf("edition-%d", set.ID)
	n, err := s.db.NewSelect().Model((*Version)(nil)).Where("tag = ?", tag).Count(ctx)
	if err != nil || int(n) == len(points) {
		return err
	}
	if n > 0 {
		if _, err := s.db.NewDelete().Model((*Version)(nil)).Where("tag = ?", tag).Exec(ctx); err != nil {
			return err
		}
	}
	rows := make([]Version, len(points))
	for i := range points {
		rows[i] = versionOf(&points[i], MadeNew)
		rows[i].Since = set.ID
	}
	return s.keepVersions(ctx, tag, rows, func(int, int) {})
}
