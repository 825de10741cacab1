package knowledge

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// History returns every version of a point that held, the newest first.
func (s *Store) History(ctx context.Context, kpID string) ([]Version, error) {
	all := []Version{}
	err := s.db.NewSelect().Model(&all).Where("kp_id = ? AND since > 0 AND made <> ?", kpID, MadeRemoved).OrderExpr("since DESC, n").Scan(ctx)
	return all, err
}

// Heirs returns the points in force that supersede a point.
func (s *Store) Heirs(ctx context.Context, kpID string) ([]Version, error) {
	all := []Version{}
	err := s.db.NewSelect().Model(&all).Where("supersedes = ? AND until = 0 AND since > 0", kpID).OrderExpr("kp_id").Scan(ctx)
	return all, err
}

// Indexed makes sure that the points in force stand in the table of versions, also when an
// older program imported them.
func (s *Store) Indexed(ctx context.Context) error {
	set, err := s.Current(ctx)
	if errors.Is(err, ErrNone) || err == nil && set.Change != 0 {
		return nil
	}
	if err != nil {
		return err
	}
	points, err := s.Points(ctx)
	if err != nil {
		return err
	}
	return s.index(ctx, set, points)
}

// ChangeFilter chooses points of what a change proposes; what is empty leaves nothing out.
type ChangeFilter struct {
	Tag   string   // of the change
	Made  []string // new, changed, gone, removed, again
	Ousts bool     // only those that replace a point
	Needs *bool    // whether parameters are missing
	Rules []string
	// EveryLine are the classes whose points without a code are about every line: only
	// those points; nil leaves nothing out.
	EveryLine []string
	Text      string // a code, the beginning of one, or a part of a name
	Order     Order
}

func (f *ChangeFilter) where(q bun.QueryBuilder) bun.QueryBuilder {
	q = q.Where("p.tag = ?", f.Tag)
	if len(f.Made) > 0 {
		q = q.Where("p.made IN (?)", bun.List(f.Made))
	}
	if f.Ousts {
		q = q.Where("p.ousts")
	}
	if f.Needs != nil {
		q = q.Where("p.needs = ?", *f.Needs)
	}
	if f.EveryLine != nil {
		q = q.Where("p.code = ''").Where("p.rule_id IN (?)", bun.List(f.EveryLine))
	}
	if len(f.Rules) > 0 {
		q = q.Where("p.rule_id IN (?)", bun.List(f.Rules))
	}
	if f.Text != "" {
		q = search(q, f.Text)
	}
	return q
}

// likeText makes a text mean itself in LIKE … ESCAPE '\'.
var likeText = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// search finds a text among codes, by their beginning, or among names, as Filter does.
func search(q bun.QueryBuilder, text string) bun.QueryBuilder {
	if text = strings.TrimSpace(text); codeLike(text) {
		begins := likeText.Replace(text) + "%"
		return q.WhereGroup(" AND ", func(q bun.QueryBuilder) bun.QueryBuilder {
			return q.Where(`p.code LIKE ? ESCAPE '\'`, begins).WhereOr(`p.other_code LIKE ? ESCAPE '\'`, begins).WhereOr("p.kp_id = ?", text)
		})
	}
	return q.Where(`p.words LIKE ? ESCAPE '\'`, "%"+likeText.Replace(strings.ToLower(text))+"%")
}

// Proposed returns the points of a change that a filter chooses, those behind a key (nil:
// from the first), at most limit, in the filter's order, and how many there are.
func (s *Store) Proposed(ctx context.Context, f *ChangeFilter, behind *Key, limit int) ([]Version, int, error) {
	total, err := s.db.NewSelect().Model((*Version)(nil)).ApplyQueryBuilder(f.where).Count(ctx)
	if err != nil {
		return nil, 0, err
	}
	points := []Version{}
	q := s.db.NewSelect().Model(&points).ApplyQueryBuilder(f.where)
	columns, direction, beyond := f.Order.of(Key{"p.rule_id", "p.code", "p.kp_id"}), "", ">"
	if f.Order.Down {
		direction, beyond = " DESC", "<"
	}
	if behind != nil {
		place := f.Order.of(*behind)
		q = q.Where("("+strings.Join(columns[:], ", ")+") "+beyond+" ?", bun.Tuple(place[:]))
	}
	err = q.OrderExpr(strings.Join(columns[:], direction+", ") + direction).Limit(int64(limit)).Scan(ctx)
	return points, int(total), err
}

// Alterations returns, for points that a change alters, the fields that differ from what
// was in force, by kp_id; nothing for new ones.
func (s *Store) Alterations(ctx context.Context, c *Change, rows []Version) (map[string][]PointDifference, error) {
	var ids []string
	for i := range rows {
		if rows[i].Made != MadeNew {
			ids = append(ids, rows[i].KpID)
		}
	}
	all := map[string][]PointDifference{}
	if len(ids) == 0 {
		return all, nil
	}
	var before []Version
	err := s.db.NewSelect().Model(&before).Where("kp_id IN (?)", bun.List(ids)).
		Where("since > 0 AND since <= ?", c.Base).Where("(until = 0 OR until > ?)", c.Base).Scan(ctx)
	for i := range before {
		k := slices.IndexFunc(rows, func(v Version) bool { return v.KpID == before[i].KpID })
		if rows[k].Made != MadeRemoved {
			all[before[i].KpID] = differences(&before[i], &rows[k])
		}
	}
	return all, err
}
