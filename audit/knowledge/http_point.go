package knowledge

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

type pointsInput struct {
	Limit    int      `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"at most so many; an export has all"`
	Cursor   string   `query:"cursor" maxLength:"1000" doc:"next of the page before; not of an export"`
	Search   string   `query:"q" maxLength:"100" doc:"a code or the beginning of one, or a part of the name of a drug or item"`
	Rule     []string `query:"rule,explode" maxItems:"100"`
	Region   string   `query:"region" maxLength:"8" doc:"layer: six digits, or national"`
	Day      string   `query:"day" format:"date" doc:"the day of the standings; today, when left out"`
	InForce  bool     `query:"in_force" doc:"only points in force on the day"`
	Standing string   `query:"needs" enum:"true,false" doc:"only points whose parameters are missing, or not"`
}

// KnowledgePoint is a point and what it is on the day that was asked for.
type KnowledgePoint struct {
	Version
	RuleName string            `json:"rule_name"`
	Standing string            `json:"standing" enum:"in_force,needs_parameters,superseded,outside"`
	Missing  []string          `json:"missing,omitempty" doc:"parameters that it needs to be in force"`
	Fields   []PointDifference `json:"fields,omitempty" doc:"of a change: what differs from what is in force"`
	Ousted   string            `json:"replaces,omitempty" doc:"of a change: the point in force that it replaces"`
}

// KnowledgePoints are a page of points.
type KnowledgePoints struct {
	Items []KnowledgePoint `json:"items" nullable:"false"`
	Total int              `json:"total" doc:"of all pages"`
	Next  string           `json:"next,omitempty" doc:"cursor of the next page"`
}

// PointHistory is a point with every version of it that held.
type PointHistory struct {
	Point    *KnowledgePoint   `json:"point,omitempty" doc:"as it is; nothing when it no longer holds"`
	Versions []PointVersion    `json:"versions" nullable:"false" doc:"newest first"`
	Heirs    []Version         `json:"superseded_by" nullable:"false"`
	Params   map[string]string `json:"meanings" doc:"what its parameters mean, in Chinese"`
}

// PointVersion is a version and how it came into force.
type PointVersion struct {
	Version
	Edition KnowledgeEdition `json:"edition"`
	Reason  string           `json:"reason,omitempty"`
	Paper   string           `json:"document,omitempty"`
}

func (h *hand) pointRoutes() {
	web.Operate(h.door, Read, huma.Operation{OperationID: "knowledge-points", Method: http.MethodGet, Path: "/api/knowledge/points", Summary: "知识点"},
		func(ctx context.Context, c *web.Call, in *pointsInput) (*web.Body[KnowledgePoints], error) {
			f, day, err := h.filter(ctx, c, in)
			if err != nil {
				return nil, err
			}
			page, err := h.page(ctx, f, day, in.Cursor, in.Limit)
			return web.Answer(page), err
		})
	web.ServeExport(h.door, web.Export[Standing, pointsInput]{
		Path: "/api/knowledge/points", ID: "knowledge-points", Title: "知识点", Ops: []*access.Operation{Read}, Columns: pointColumns,
		Rows: func(ctx context.Context, c *web.Call, in *pointsInput) (web.Rows[Standing], error) {
			f, day, err := h.filter(ctx, c, in)
			if err != nil {
				return web.Rows[Standing]{}, err
			}
			total, err := h.Count(ctx, f)
			return web.Rows[Standing]{Total: total, Asked: asked(in, day), All: h.each(ctx, f, day)}, err
		},
	})
	web.Operate(h.door, Read, huma.Operation{OperationID: "knowledge-point", Method: http.MethodGet, Path: "/api/knowledge/point", Summary: "一个知识点及其历次版本"}, h.history)
}

var pointColumns = func() []web.Column[Standing] {
	titles := [columns]string{"编号", "规则", "编码", "第二编码", "参数", "开始日期", "截止日期", "接替", "区划", "依据", "备注"}
	var all []web.Column[Standing]
	for i, name := range columnNames {
		all = append(all, web.By(name, titles[i], func(s *Standing) string { return s.fields()[i] }))
	}
	return append(all, web.By("standing", "状态", func(s *Standing) string { return standingNames[s.Standing] }))
}()

var standingNames = map[string]string{"in_force": "生效", "needs_parameters": "待补参数", "superseded": "已接替", "outside": "不在期内"}

func asked(in *pointsInput, day calendar.Day) string {
	return fmt.Sprintf("检索“%s” 规则%v 层级“%s” %s", in.Search, in.Rule, in.Region, day)
}

// filter is what was asked for, within what the actor may see.
func (h *hand) filter(ctx context.Context, c *web.Call, in *pointsInput) (*Filter, calendar.Day, error) {
	if err := h.Indexed(ctx); err != nil {
		return nil, 0, err
	}
	day, err := readDay(in.Day, today(c))
	f := &Filter{Rules: in.Rule, Text: in.Search, On: calendar.NoDay, Reach: Near(c.Actor, Read, "p.region")}
	if in.InForce {
		f.On = day
	}
	if in.Standing != "" {
		needs := in.Standing == "true"
		f.Needs = &needs
	}
	switch in.Region {
	case "":
	case "national":
		f.Region = new(string)
	default:
		f.Region = &in.Region
	}
	return f, day, err
}

// page is a page of points with their total.
func (h *hand) page(ctx context.Context, f *Filter, day calendar.Day, cursor string, limit int) (p KnowledgePoints, err error) {
	p.Items = []KnowledgePoint{}
	behind, err := readKey(cursor)
	if err != nil {
		return p, err
	}
	if p.Total, err = h.Count(ctx, f); err != nil {
		return p, err
	}
	rows, err := h.Find(ctx, f, behind, limit+1, day)
	if err != nil {
		return p, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := &rows[limit-1]
		text, err := json.Marshal(Key{last.RuleID, last.Code, last.KpID})
		if err != nil {
			return p, err
		}
		p.Next = base64.RawURLEncoding.EncodeToString(text)
	}
	for i := range rows {
		p.Items = append(p.Items, h.pointOf(&rows[i]))
	}
	return p, nil
}

func readKey(cursor string) (*Key, error) {
	if cursor == "" {
		return nil, nil
	}
	k := new(Key)
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, k)
	}
	if err != nil {
		return nil, web.Invalid("cursor", "翻页标记不对：请用上一页的 next")
	}
	return k, nil
}

// pointOf is a point as people see it.
func (h *hand) pointOf(s *Standing) KnowledgePoint {
	class, _ := h.Classes(s.RuleID)
	p := KnowledgePoint{Version: s.Version, RuleName: class.Name, Standing: s.Standing}
	if s.Needs {
		_, p.Missing, _ = ParseParams(class, s.Params) // stored: it was read once
	}
	if s.Ousts {
		p.Ousted = s.Supersedes
	}
	return p
}

// each yields all that a filter chooses, a page at a time.
func (h *hand) each(ctx context.Context, f *Filter, day calendar.Day) iter.Seq2[*Standing, error] {
	const some = 2000
	return func(yield func(*Standing, error) bool) {
		var behind *Key
		for {
			rows, err := h.Find(ctx, f, behind, some, day)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range rows {
				if !yield(&rows[i], nil) {
					return
				}
			}
			if len(rows) < some {
				return
			}
			last := &rows[len(rows)-1]
			behind = &Key{last.RuleID, last.Code, last.KpID}
		}
	}
}

type pointInput struct {
	KpID string `query:"kp_id" required:"true" minLength:"1" maxLength:"128"`
	Day  string `query:"day" format:"date"`
}

func (h *hand) history(ctx context.Context, c *web.Call, in *pointInput) (*web.Body[PointHistory], error) {
	f, day, err := h.filter(ctx, c, &pointsInput{Day: in.Day})
	if err != nil {
		return nil, err
	}
	versions, err := h.History(ctx, in.KpID)
	if err != nil {
		return nil, err
	}
	seen := versions[:0]
	for i := range versions {
		if near, err := h.sees(ctx, f, &versions[i]); err != nil {
			return nil, err
		} else if near {
			seen = append(seen, versions[i])
		}
	}
	if len(seen) == 0 {
		return nil, web.NotFound()
	}
	out := PointHistory{Versions: []PointVersion{}, Params: h.meanings(&seen[0])}
	if out.Heirs, err = h.Heirs(ctx, in.KpID); err != nil {
		return nil, err
	}
	for i := range seen {
		v, err := h.versionOf(ctx, seen[i])
		if err != nil {
			return nil, err
		}
		out.Versions = append(out.Versions, v)
	}
	f.ID = in.KpID
	now, err := h.Find(ctx, f, nil, 1, day)
	if err == nil && len(now) == 1 {
		p := h.pointOf(&now[0])
		out.Point = &p
	}
	return web.Answer(out), err
}

// sees says whether the actor of a filter may see a version.
func (h *hand) sees(ctx context.Context, f *Filter, v *Version) (bool, error) {
	return h.door.DB.NewSelect().Model((*Version)(nil)).Where("p.tag = ? AND p.n = ?", v.Tag, v.N).ApplyQueryBuilder(f.Reach).Exists(ctx)
}

func (h *hand) versionOf(ctx context.Context, v Version) (PointVersion, error) {
	set, err := h.at(ctx, v.Since)
	out := PointVersion{Version: v, Edition: editionOf(&set)}
	if err != nil || set.Change == 0 {
		return out, err
	}
	c, err := h.Change(ctx, set.Change)
	if err == nil {
		out.Reason, out.Paper = c.Reason, c.Document
	}
	return out, err
}

// meanings are what the parameters of a point's class mean.
func (h *hand) meanings(v *Version) map[string]string {
	class, _ := h.Classes(v.RuleID)
	all := map[string]string{}
	for _, p := range Schema(class.Program) {
		all[p.Name] = p.Meaning
	}
	return all
}
