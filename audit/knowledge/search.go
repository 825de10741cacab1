package knowledge

import (
	"context"
	"errors"
	"strings"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
)

// Filter chooses points of the edition in force, or what a change proposes; what is empty
// leaves nothing out.
type Filter struct {
	Tag    string       // of a change: what it would make, instead of what is in force
	Made   []string     // of a change: new, changed, gone, removed
	Ousts  bool         // of a change: only those that replace a point
	Needs  *bool        // whether parameters are missing
	Rules  []string     // rule classes
	ID     string       // one point
	Region *string      // layer; "" the national one
	Text   string       // a code, the beginning of one, or a part of a name
	On     calendar.Day // only points in force on the day; NoDay: all
	Reach  func(bun.QueryBuilder) bun.QueryBuilder
}

// where is the filter as a condition.
func (f *Filter) where(q bun.QueryBuilder) bun.QueryBuilder {
	if f.Tag != "" {
		q = q.Where("p.tag = ?", f.Tag)
	} else {
		q = q.Where("p.until = 0").Where("p.since > 0")
	}
	if len(f.Made) > 0 {
		q = q.Where("p.made IN (?)", bun.List(f.Made))
	}
	if f.Ousts {
		q = q.Where("p.ousts")
	}
	if f.Needs != nil {
		q = q.Where("p.needs = ?", *f.Needs)
	}
	if len(f.Rules) > 0 {
		q = q.Where("p.rule_id IN (?)", bun.List(f.Rules))
	}
	if f.ID != "" {
		q = q.Where("p.kp_id = ?", f.ID)
	}
	if f.Region != nil {
		q = q.Where("p.region = ?", *f.Region)
	}
	if text := strings.TrimSpace(f.Text); text != "" {
		q = search(q, text)
	}
	if f.On != calendar.NoDay {
		on := f.On.String()
		q = q.Where("NOT p.needs").Where("(p.valid_from = '' OR p.valid_from <= ?)", on).
			Where("(p.valid_to = '' OR p.valid_to >= ?)", on).Where("NOT "+replaced, on, on)
	}
	if f.Reach != nil {
		q = f.Reach(q)
	}
	return q
}

// search finds a text among codes, by their beginning, or among names.
func search(q bun.QueryBuilder, text string) bun.QueryBuilder {
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	const longest = 40 // of a national code
	if len(text) <= longest && strings.IndexFunc(text, func(r rune) bool { return !codeRune(r) }) < 0 && strings.ContainsAny(text, "0123456789") {
		begins := escape.Replace(text) + "%"
		return q.WhereGroup(" AND ", func(q bun.QueryBuilder) bun.QueryBuilder {
			return q.Where(`p.code LIKE ? ESCAPE '\'`, begins).WhereOr(`p.other_code LIKE ? ESCAPE '\'`, begins).WhereOr("p.kp_id = ?", text)
		})
	}
	return q.Where(`p.words LIKE ? ESCAPE '\'`, "%"+escape.Replace(strings.ToLower(text))+"%")
}

func codeRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '.' || r == '-' || r == '_'
}

// succeeds is what a point h must be to replace p: in force from a day on (?), in the
// region of p or one around it.
const succeeds = `%.until = 0 AND %.since > 0 AND NOT %.needs AND %.valid_from <= ? AND (%.region = '' OR %.region = p.region
	OR length(p.region) = 6 AND (substr(%.region, 3, 4) = '0000' AND substr(%.region, 1, 2) = substr(p.region, 1, 2)
	OR substr(%.region, 5, 2) = '00' AND substr(%.region, 1, 4) = substr(p.region, 1, 4)))`

// replaced says in SQL that a point p is superseded by a day (given twice), directly or by
// way of one that still needs parameters.
var replaced = `(EXISTS (SELECT 1 FROM knowledge_point h WHERE h.supersedes = p.kp_id AND ` + strings.ReplaceAll(succeeds, "%", "h") + `)
	OR EXISTS (SELECT 1 FROM knowledge_point w JOIN knowledge_point h ON h.supersedes = w.kp_id
		WHERE w.supersedes = p.kp_id AND w.until = 0 AND w.since > 0 AND w.needs AND ` + strings.ReplaceAll(succeeds, "%", "h") + `))`

// standing is in SQL what a point is on a day (given four times).
var standing = `CASE WHEN p.needs THEN 'needs_parameters' WHEN ` + replaced + ` THEN 'superseded'
	WHEN p.valid_from <> '' AND p.valid_from > ? OR p.valid_to <> '' AND p.valid_to < ? THEN 'outside' ELSE 'in_force' END`

// Standing is a point with what it is on a day.
type Standing struct {
	Version  `bun:",extend"`
	Standing string `bun:"standing,scanonly" json:"standing" enum:"in_force,needs_parameters,superseded,outside" doc:"on the day that was asked for"`
}

// Key is a place in the order of a list of points: rule, code, id.
type Key struct {
	Rule string `json:"r"`
	Code string `json:"c"`
	ID   string `json:"i"`
}

// Count returns how many points a filter chooses.
func (s *Store) Count(ctx context.Context, f *Filter) (int, error) {
	n, err := s.db.NewSelect().Model((*Version)(nil)).ApplyQueryBuilder(f.where).Count(ctx)
	return int(n), err
}

// Find returns the points that a filter chooses, those behind a key (nil: from the
// first), at most limit, in the order of rule, code and id, and what they are on a day.
func (s *Store) Find(ctx context.Context, f *Filter, behind *Key, limit int, on calendar.Day) ([]Standing, error) {
	day := on.String()
	points := []Standing{}
	q := s.db.NewSelect().Model(&points).ColumnExpr("p.*").ColumnExpr(standing+" AS standing", day, day, day, day).ApplyQueryBuilder(f.where)
	if behind != nil {
		q = q.Where("(p.rule_id, p.code, p.kp_id) > (?, ?, ?)", behind.Rule, behind.Code, behind.ID)
	}
	err := q.OrderExpr("p.rule_id, p.code, p.kp_id").Limit(int64(limit)).Scan(ctx)
	return points, err
}

// Alterations returns, for points that a change alters, the fields that differ from what
// is in force, by kp_id; nothing for new ones.
func (s *Store) Alterations(ctx context.Context, c *Change, rows []KnowledgePoint) (map[string][]PointDifference, error) {
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
	if err != nil {
		return nil, err
	}
	old := map[string]*Version{}
	for i := range before {
		old[before[i].KpID] = &before[i]
	}
	for i := range rows {
		if was := old[rows[i].KpID]; was != nil && rows[i].Made != MadeRemoved {
			all[rows[i].KpID] = differences(was, &rows[i].Version)
		}
	}
	return all, nil
}

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

// Indexed makes sure that what is in force can be searched, also when an older program
// imported it.
func (s *Store) Indexed(ctx context.Context) error {
	set, err := s.Current(ctx)
	if errors.Is(err, ErrNone) || err == nil && set.Change != 0 {
		return nil
	}
	if err != nil {
		return err
	}
	_, points, err := s.base(ctx)
	if err != nil {
		return err
	}
	return s.index(ctx, set, points)
}

// Near is Reach for what holds in layers: the national points, those of the regions
// around the actor's, and those within.
func Near(actor *access.Actor, op *access.Operation, column string) func(bun.QueryBuilder) bun.QueryBuilder {
	within := actor.Reach(op, access.Columns{Region: column})
	around := []string{""}
	for _, g := range actor.Grants {
		if r := string(g.Region); len(r) == 6 {
			around = append(around, r, r[:2]+"0000", r[:4]+"00")
		}
	}
	return func(q bun.QueryBuilder) bun.QueryBuilder {
		return q.WhereGroup(" AND ", func(q bun.QueryBuilder) bun.QueryBuilder {
			q = q.Where("? IN (?)", bun.Safe(column), bun.List(around))
			return q.WhereGroup(" OR ", func(q bun.QueryBuilder) bun.QueryBuilder { return within(q) })
		})
	}
}
