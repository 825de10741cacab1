package review

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Found is what the findings within reach have under what somebody typed.
type Found struct {
	Finding      *Line   `json:"finding,omitempty" doc:"of this number"`
	Person       *Group  `json:"person,omitempty" doc:"findings of the person of this number"`
	Visit        *Group  `json:"visit,omitempty" doc:"findings of the visit of this number"`
	Institutions []Group `json:"institutions" nullable:"false" doc:"with findings, the most money first, at most eight"`
	Rules        []Group `json:"rules" nullable:"false"`
}

// mostAlike is how many of one kind a search names.
const mostAlike = 8

// Search returns what is found by a text. Numbers are whole, names a part. It opens no
// finding: reading one is an act of its own.
func (r *Review) Search(ctx context.Context, from db.Reader, actor *access.Actor, q string, at calendar.Time) (*Found, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	found, q := &Found{Institutions: []Group{}, Rules: []Group{}}, strings.TrimSpace(q)
	if q == "" || strings.ContainsRune(q, 0) {
		return found, nil
	}
	var one []*Finding
	seen := func(s *bun.SelectQuery) *bun.SelectQuery {
		return s.ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return visible(q, actor) })
	}
	if err := seen(from.NewSelect().Model(&one)).Where("review_finding.id = ?", q).Scan(ctx); err != nil {
		return nil, err
	}
	if len(one) > 0 {
		line := lineOf(one[0], at)
		found.Finding = &line
	}
	for column, where := range map[string]**Group{"psn_no": &found.Person, "mdtrt_id": &found.Visit} {
		g := Group{Key: q}
		if err := seen(sums(from.NewSelect().Model((*Finding)(nil)), false)).Where("review_finding.? = ?", bun.Ident(column), q).Scan(ctx, &g.Sum); err != nil {
			return nil, err
		}
		if g.N > 0 {
			*where = &g
		}
	}
	var err error
	if found.Institutions, err = r.alike(ctx, from, actor, ByInstitution, q); err == nil {
		found.Rules, err = r.alike(ctx, from, actor, ByRule, q)
	}
	return found, err
}

// alike are the groups whose key is the text, or whose key or name has it.
func (r *Review) alike(ctx context.Context, from db.Reader, actor *access.Actor, by By, q string) ([]Group, error) {
	all, err := r.Groups(ctx, from, actor, NoFilter, by, 1000)
	some := []Group{}
	for _, g := range all {
		if strings.Contains(strings.ToLower(g.Key+" "+g.Name), strings.ToLower(q)) && len(some) < mostAlike {
			some = append(some, g)
		}
	}
	return some, err
}
