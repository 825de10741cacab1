package knowledge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// The kinds of changes of the exclusion list. Unlike a change of the points, one of them is
// not bound to the version that it was held against: it fits as long as every exclusion that
// it touches stands as it was shown.
const (
	ChangeExclusions = "exclusions"          // a file merged into the list
	ChangeWithdrawal = "exclusions_withdraw" // exclusions taken out of the list
)

var exclusionChanges = []string{ChangeExclusions, ChangeWithdrawal}

// OfExclusions says that the change is one of the exclusion list, not of the points.
func (c *Change) OfExclusions() bool { return slices.Contains(exclusionChanges, c.Kind) }

// ExclusionDifference is what a change does to one exclusion: Made is new, changed or gone.
type ExclusionDifference struct {
	bun.BaseModel `bun:"table:exclusion_difference,alias:d"`

	Tag    string `bun:",pk"`
	N      int64  `bun:",pk"`
	Made   string
	ExID   string
	Before string // JSON of the Exclusion; "": it is new
	After  string // JSON; "": it is gone
	Words  string // what it is found by, in small letters
}

// differenceOf is how a becomes b; nil is none.
func differenceOf(a, b *Exclusion) (d ExclusionDifference, err error) {
	var words strings.Builder
	for _, side := range []struct {
		x  *Exclusion
		to *string
	}{{a, &d.Before}, {b, &d.After}} {
		if side.x == nil {
			continue
		}
		text, wrong := json.Marshal(side.x)
		*side.to, err = string(text), errors.Join(err, wrong)
		words.WriteString(strings.ReplaceAll(side.x.text(), "\x00", " "))
		d.ExID = side.x.ID
	}
	switch {
	case a == nil:
		d.Made = MadeNew
	case b == nil:
		d.Made = MadeGone
	default:
		d.Made = MadeChanged
	}
	d.Words = strings.ToLower(words.String())
	return d, err
}

// Sides are the exclusion before and after; nil where there is none.
func (d *ExclusionDifference) Sides() (before, after *Exclusion, err error) {
	read := func(text string) (*Exclusion, error) {
		if text == "" {
			return nil, nil
		}
		x := new(Exclusion)
		return x, json.Unmarshal([]byte(text), x)
	}
	before, err = read(d.Before)
	after, wrong := read(d.After)
	return before, after, errors.Join(err, wrong)
}

// Fields are what differs between two exclusions, by the names of the columns.
func (d *ExclusionDifference) Fields() ([]PointDifference, error) {
	before, after, err := d.Sides()
	if err != nil || before == nil || after == nil {
		return nil, err
	}
	var all []PointDifference
	for _, c := range exclusionColumns {
		if a, b := c.get(before), c.get(after); a != b {
			all = append(all, PointDifference{c.name, a, b})
		}
	}
	return all, nil
}

// digest proves differences: the change bears it, so that what comes into force is what was shown.
func digest(all []ExclusionDifference) string {
	sum := sha256.New()
	for i := range all {
		fmt.Fprintf(sum, "%q %q %q %q\n", all[i].Made, all[i].ExID, all[i].Before, all[i].After)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// keepDifferences writes differences under a tag, in several transactions.
func (s *Store) keepDifferences(ctx context.Context, tag string, all []ExclusionDifference) error {
	for i := range all {
		all[i].Tag, all[i].N = tag, int64(i+1)
	}
	for some := range slices.Chunk(all, perTransaction) {
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			for part := range slices.Chunk(some, perInsert) {
				if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// differences returns all that a change does to the list, in its order.
func (s *Store) differences(ctx context.Context, c *Change) ([]ExclusionDifference, error) {
	var all []ExclusionDifference
	err := s.db.NewSelect().Model(&all).Where("tag = ?", c.Tag).OrderExpr("n").Scan(ctx)
	return all, err
}

// DifferenceFilter chooses among what a change does; what is empty leaves nothing out.
type DifferenceFilter struct {
	Made []string
	Text string // a part of anything that an exclusion says
	Down bool   // the last first
}

// Differences returns what a change does to exclusions that a filter chooses, those behind
// place n (0: from the first), at most limit, by id, and how many there are.
func (s *Store) Differences(ctx context.Context, c *Change, f *DifferenceFilter, n int64, limit int) ([]ExclusionDifference, int, error) {
	where := func(q bun.QueryBuilder) bun.QueryBuilder {
		q = q.Where("d.tag = ?", c.Tag)
		if len(f.Made) > 0 {
			q = q.Where("d.made IN (?)", bun.List(f.Made))
		}
		if text := strings.ToLower(strings.TrimSpace(f.Text)); text != "" {
			q = q.Where(`d.words LIKE ? ESCAPE '\'`, "%"+likeText.Replace(text)+"%")
		}
		return q
	}
	total, err := s.db.NewSelect().Model((*ExclusionDifference)(nil)).ApplyQueryBuilder(where).Count(ctx)
	if err != nil {
		return nil, 0, err
	}
	var some []ExclusionDifference
	q := s.db.NewSelect().Model(&some).ApplyQueryBuilder(where).Limit(int64(limit))
	switch {
	case !f.Down:
		q.Where("d.n > ?", n).OrderExpr("d.n")
	case n > 0:
		q.Where("d.n < ?", n).OrderExpr("d.n DESC")
	default:
		q.OrderExpr("d.n DESC")
	}
	err = q.Scan(ctx)
	return some, int(total), err
}
