package knowledge

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

type pointsInput struct {
	Limit    int      `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"at most so many; an export has all"`
	Cursor   string   `query:"cursor" maxLength:"1000" doc:"next of the page before; not of an export"`
	Sort     string   `query:"sort" enum:"rule_id,-rule_id,code,-code" default:"rule_id" doc:"with - in front the last first"`
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
	web.Operate(h.door, Read, huma.Operation{OperationID: "knowledge-points", Method: http.MethodGet, Path: "/api/knowledge/points", Summary: "知识点"}, h.page)
	web.ServeExport(h.door, web.Export[Standing, pointsInput]{
		Path: "/api/knowledge/points", ID: "knowledge-points", Title: "知识点", Ops: []*access.Operation{Read}, Columns: pointColumns,
		Rows: func(ctx context.Context, c *web.Call, in *pointsInput) (web.Rows[Standing], error) {
			f, err := h.filter(c, in)
			if err != nil {
				return web.Rows[Standing]{}, err
			}
			found, err := h.Search(ctx, f)
			if err != nil {
				return web.Rows[Standing]{}, err
			}
			return web.Rows[Standing]{Total: found.Total(), Asked: asked(in, f.Day), All: found.each()}, nil
		},
	})
	web.Operate(h.door, Read, huma.Operation{OperationID: "knowledge-point", Method: http.MethodGet, Path: "/api/knowledge/point", Summary: "一个知识点及其历次版本"}, h.history)
}

// pointTitles are the fields of a point in Chinese, as columnNames has them.
var pointTitles = [columns]string{"编号", "规则", "编码", "第二编码", "参数", "开始日期", "截止日期", "接替", "区划", "依据", "备注"}

var pointColumns = func() []web.Column[Standing] {
	var all []web.Column[Standing]
	for i, name := range columnNames {
		all = append(all, web.By(name, pointTitles[i], func(s *Standing) string { return s.fields()[i] }))
	}
	return append(all, web.By("standing", "状态", func(s *Standing) string { return standingNames[s.Standing] }))
}()

var standingNames = map[string]string{"in_force": "生效", "needs_parameters": "待补参数", "superseded": "已接替", "outside": "不在期内"}

func asked(in *pointsInput, day calendar.Day) string {
	return fmt.Sprintf("检索“%s” 规则%v 层级“%s” %s", in.Search, in.Rule, in.Region, day)
}

// filter is what was asked for, within what the actor may see.
func (h *hand) filter(c *web.Call, in *pointsInput) (*Filter, error) {
	day, err := readDay(in.Day, today(c))
	f := &Filter{Rules: in.Rule, Text: in.Search, Needs: yesOrNo(in.Standing), Day: day, InForce: in.InForce, Order: orderOf(in.Sort), Sees: Sees(c.Actor, Read)}
	switch in.Region {
	case "":
	case "national":
		f.Region = new(string)
	default:
		f.Region = &in.Region
	}
	return f, err
}

// yesOrNo is a choice that was made or left open.
func yesOrNo(text string) *bool {
	if text == "" {
		return nil
	}
	yes := text == "true"
	return &yes
}

// page is a page of the points in force, with their total.
func (h *hand) page(ctx context.Context, c *web.Call, in *pointsInput) (*web.Body[KnowledgePoints], error) {
	f, err := h.filter(c, in)
	if err != nil {
		return nil, err
	}
	behind, err := readKey(in.Sort, in.Cursor)
	if err != nil {
		return nil, err
	}
	if err := h.Indexed(ctx); err != nil {
		return nil, err
	}
	found, err := h.Search(ctx, f)
	if err != nil {
		return nil, err
	}
	rows, next := onePage(found.Page(behind, in.Limit+1), in.Limit, in.Sort, func(s *Standing) Key { return Key{s.RuleID, s.Code, s.KpID} })
	p := KnowledgePoints{Items: make([]KnowledgePoint, len(rows)), Total: found.Total(), Next: next}
	err = h.Made(ctx, rows)
	for i := range rows {
		p.Items[i] = h.pointOf(&rows[i])
	}
	return web.Answer(p), err
}

// onePage leaves a page of rows that were asked for with one more, and the cursor of the next.
func onePage[T any](rows []T, limit int, sort string, key func(*T) Key) ([]T, string) {
	if len(rows) <= limit {
		return rows, ""
	}
	text, _ := json.Marshal(place{sort, key(&rows[limit-1])}) // texts alone
	return rows[:limit], base64.RawURLEncoding.EncodeToString(text)
}

// place is where a page ended.
type place struct {
	Sort string `json:"s"`
	Key
}

func readKey(sort, cursor string) (*Key, error) {
	if cursor == "" {
		return nil, nil
	}
	var p place
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil || p.Sort != sort {
		return nil, web.Invalid("cursor", "翻页标记不对：请用上一页的 next，排序也要相同")
	}
	return &p.Key, nil
}

// pointOf is a point as people see it.
func (h *hand) pointOf(s *Standing) KnowledgePoint {
	class, _ := h.Classes(s.RuleID)
	p := KnowledgePoint{Version: s.Version.of(h.Classes), RuleName: class.Name, Standing: s.Standing}
	if s.Needs {
		_, p.Missing, _ = ParseParams(class, s.Params) // stored: it was read once
	}
	if s.Ousts {
		p.Ousted = s.Supersedes
	}
	return p
}

// each yields all chosen points, some at a time.
func (c *Chosen) each() iter.Seq2[*Standing, error] {
	const some = 2000
	return func(yield func(*Standing, error) bool) {
		for at := range slices.Chunk(c.at, some) {
			part := Chosen{c.edition, c.day, c.order, at}
			for _, s := range part.Page(nil, some) {
				if !yield(&s, nil) {
					return
				}
			}
		}
	}
}

type pointInput struct {
	KpID string `query:"kp_id" required:"true" minLength:"1" maxLength:"128"`
	Day  string `query:"day" format:"date"`
}

func (h *hand) history(ctx context.Context, c *web.Call, in *pointInput) (*web.Body[PointHistory], error) {
	day, err := readDay(in.Day, today(c))
	if err != nil {
		return nil, err
	}
	if err := h.Indexed(ctx); err != nil {
		return nil, err
	}
	unseen := func(v Version) bool { return !Sees(c.Actor, Read)(v.Region) }
	versions, err := h.History(ctx, in.KpID)
	if err != nil {
		return nil, err
	}
	if versions = slices.DeleteFunc(versions, unseen); len(versions) == 0 {
		return nil, web.NotFound()
	}
	out := PointHistory{Versions: []PointVersion{}, Params: h.meanings(&versions[0])}
	if out.Heirs, err = h.Heirs(ctx, in.KpID); err != nil {
		return nil, err
	}
	out.Heirs = slices.DeleteFunc(out.Heirs, unseen)
	for i := range versions {
		v, err := h.versionOf(ctx, versions[i])
		if err != nil {
			return nil, err
		}
		out.Versions = append(out.Versions, v)
	}
	if err := h.faceVersions(ctx, c, out.Versions); err != nil {
		return nil, err
	}
	if versions[0].Until == 0 {
		out.Point, err = h.asItIs(ctx, &versions[0], day)
	}
	return web.Answer(out), err
}

// asItIs is a version that holds, with what it is on a day.
func (h *hand) asItIs(ctx context.Context, v *Version, day calendar.Day) (*KnowledgePoint, error) {
	e, err := h.edition(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(e.points, func(p Point) bool { return p.ID == v.KpID })
	if i < 0 {
		return nil, nil
	}
	p := h.pointOf(&Standing{*v, e.standing(i, day)})
	return &p, nil
}

func (h *hand) versionOf(ctx context.Context, v Version) (PointVersion, error) {
	set, err := h.at(ctx, v.Since)
	out := PointVersion{Version: v.of(h.Classes), Edition: editionOf(&set)}
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
