package knowledge

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

type exemptInput struct {
	Name     string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"the file's name"`
	Layer    string `query:"layer" maxLength:"6" doc:"whose exclusions it may change: six digits; empty: the region of the actor's office"`
	Document string `query:"document" maxLength:"200" doc:"the paper that it rests on"`
	Reason   string `query:"reason" required:"true" minLength:"2" maxLength:"200"`
	Complete bool   `query:"complete" doc:"the file is the whole list of its layer: what it lacks is withdrawn"`
	RawBody  []byte `contentType:"application/octet-stream"`
}

type withdrawInput struct {
	Body struct {
		IDs      []string `json:"ids" minItems:"1" maxItems:"500"`
		Document string   `json:"document,omitempty" maxLength:"200"`
		Reason   string   `json:"reason" minLength:"4" maxLength:"200"`
	}
}

type changeExclusionsInput struct {
	ChangeByID
	Limit  int      `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor string   `query:"cursor" maxLength:"20" pattern:"^[0-9]*$" doc:"next of the page before"`
	Sort   string   `query:"sort" enum:"ex_id,-ex_id" default:"ex_id"`
	Made   []string `query:"made,explode" maxItems:"3" enum:"new,changed,gone"`
	Search string   `query:"q" maxLength:"100" doc:"a part of anything that an exclusion says"`
}

// ChangedExclusion is what a change does to an exclusion.
type ChangedExclusion struct {
	Exempt
	Made   string            `json:"made" enum:"new,changed,gone" doc:"gone: withdrawn"`
	Fields []PointDifference `json:"fields,omitempty" doc:"what differs from what was in force"`
}

// ChangedExclusions are a page of them, by ex_id; of one that is gone, what it was.
type ChangedExclusions struct {
	Items []ChangedExclusion `json:"items" nullable:"false"`
	Total int                `json:"total" doc:"of all pages"`
	Next  string             `json:"next,omitempty" doc:"cursor of the next page"`
}

func (h *hand) exclusionChangeRoutes() {
	d := h.door
	web.Operate(d, StageExclusions, web.Upload(huma.Operation{OperationID: "exclusions-stage", Method: http.MethodPost, Path: "/api/exclusions", Summary: "提出例外名单变更：上传文件，比较后待决定", DefaultStatus: http.StatusAccepted}, web.MostTable), h.stageExempt)
	web.Operate(d, StageExclusions, huma.Operation{OperationID: "exclusions-withdraw", Method: http.MethodPost, Path: "/api/exclusions/withdraw", Summary: "提出撤销例外，待决定", DefaultStatus: http.StatusAccepted}, h.withdraw)
	web.Operate(d, ReadChanges, huma.Operation{OperationID: "knowledge-change-exclusions", Method: http.MethodGet, Path: "/api/knowledge/changes/{id}/exclusions", Summary: "变更会新增、更改、撤销的例外"}, h.changedExempt)
}

// stageExempt holds an upload against the list in force. Nothing of it takes effect.
func (h *hand) stageExempt(ctx context.Context, c *web.Call, in *exemptInput) (*web.Body[KnowledgeChange], error) {
	layer, err := h.exemptLayer(ctx, c, in)
	if err != nil {
		return nil, err
	}
	name, err := url.PathUnescape(in.Name)
	if err != nil {
		name = in.Name
	}
	p, err := h.KeepUpload(in.RawBody, name)
	if err != nil {
		return nil, web.Invalid("file", p.Name+"："+err.Error())
	}
	file, err := ReadExclusions(h.uploadPath(p), h.Rules)
	if err != nil {
		return nil, web.Invalid("file", err.Error())
	}
	ch, err := h.ProposeExclusions(ctx, layer, c.ID, file)
	return h.staged(ctx, c, ch, err)
}

// exemptLayer is for whom a file of exclusions is proposed.
func (h *hand) exemptLayer(ctx context.Context, c *web.Call, in *exemptInput) (Layer, error) {
	layer := Layer{Region: in.Layer, Document: in.Document, Reason: in.Reason, Complete: in.Complete}
	if layer.Region == "" {
		regions := ownRegions(c.Actor, StageExclusions)
		if len(regions) != 1 {
			return layer, web.Invalid("layer", "您在多个地区任职：请写明变更哪个地区的例外（layer）")
		}
		layer.Region = regions[0]
	}
	if !access.Region(layer.Region).Valid() {
		return layer, web.Invalid("layer", "层级应为六位区划代码，如 330400")
	}
	return layer, h.door.Authorize(ctx, h.door.DB, c, StageExclusions, access.Target{Region: access.Region(layer.Region)})
}

// ownRegions are the regions for which an actor may do an operation, each once.
func ownRegions(actor *access.Actor, op *access.Operation) []string {
	var all []string
	for _, g := range actor.Grants {
		if slices.Contains(op.Roles, g.Role) {
			all = append(all, string(g.Region))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// withdraw proposes to take exclusions out of the list.
func (h *hand) withdraw(ctx context.Context, c *web.Call, in *withdrawInput) (*web.Body[KnowledgeChange], error) {
	now, err := h.Exclusions(ctx)
	if err != nil {
		return nil, err
	}
	held := map[string]string{}
	for i := range now {
		held[now[i].ID] = now[i].Region
	}
	region := ""
	for i, id := range in.Body.IDs {
		its, known := held[id]
		if !known || its == "" || c.Authorize(StageExclusions, access.PlaceOf(access.Region(its))) != nil {
			return nil, web.NotFound()
		}
		if region = around(region, its); i == 0 {
			region = its
		}
	}
	if err := h.door.Authorize(ctx, h.door.DB, c, StageExclusions, access.Target{Region: access.Region(region)}); err != nil {
		return nil, web.Invalid("ids", "这些例外属于不同的地区，请分别撤销")
	}
	ch, err := h.ProposeWithdrawal(ctx, Layer{Region: region, Document: in.Body.Document, Reason: in.Body.Reason}, c.ID, in.Body.IDs)
	return h.staged(ctx, c, ch, err)
}

// around is the smallest region that contains two.
func around(a, b string) string {
	for _, r := range []string{a, b} {
		if Within(a, r) && Within(b, r) {
			return r
		}
	}
	if len(a) == 6 && len(b) == 6 && a[:2] == b[:2] {
		if a[:4] == b[:4] {
			return a[:4] + "00"
		}
		return a[:2] + "0000"
	}
	return ""
}

// staged writes a proposed change and shows it.
func (h *hand) staged(ctx context.Context, c *web.Call, ch *Change, err error) (*web.Body[KnowledgeChange], error) {
	if wrong, ok := err.(Problems); ok {
		return nil, faulty(wrong)
	}
	if err != nil {
		return nil, err
	}
	if err := h.AddExclusions(ctx, ch, h.record(c, StageExclusions.Name, ch.Reason)); err != nil {
		return nil, err
	}
	v, err := h.shown(ctx, c, ch)
	return web.Answer(v), err
}

// decideExempt puts a change of the exclusion list in force.
func (h *hand) decideExempt(ctx context.Context, c *web.Call, in *enforceInput) (*web.Body[KnowledgeEdition], error) {
	ch, v, err := h.EnforceExclusions(ctx, in.ID, c.ID, in.Body.Reason, in.Body.Quarantine, func(ctx context.Context, tx *db.Tx, ch *Change) error {
		_, err := h.door.Record(ctx, tx, c.Actor, actOn("knowledge.enforce", in.Body.Reason, ch))
		return err
	})
	if err != nil {
		return nil, err
	}
	return h.answer(ctx, c, KnowledgeEdition{ID: v.ID, Hash: v.Hash, At: v.At.UTC(), By: v.By, Points: v.Exclusions, InForce: v.Exclusions, Base: v.Base, Change: ch.ID})
}

func (in *changeExclusionsInput) filter() *DifferenceFilter {
	return &DifferenceFilter{in.Made, in.Search, in.Sort == "-ex_id"}
}

func (h *hand) changedExempt(ctx context.Context, c *web.Call, in *changeExclusionsInput) (*web.Body[ChangedExclusions], error) {
	ch, _, err := h.seen(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	var after int64
	if in.Cursor != "" {
		if after, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil {
			return nil, web.Invalid("cursor", "翻页标记不对：请用上一页的 next")
		}
	}
	rows, total, err := h.Differences(ctx, ch, in.filter(), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	page := ChangedExclusions{Items: []ChangedExclusion{}, Total: total}
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		page.Next = fmt.Sprint(rows[in.Limit-1].N)
	}
	for i := range rows {
		one, err := changedOf(&rows[i])
		if err != nil {
			return nil, err
		}
		page.Items = append(page.Items, one)
	}
	return web.Answer(page), nil
}

func changedOf(d *ExclusionDifference) (ChangedExclusion, error) {
	x, after, err := d.Sides()
	if err != nil {
		return ChangedExclusion{}, err
	}
	if after != nil {
		x = after
	}
	one := ChangedExclusion{Exempt: exemptOf(x), Made: d.Made}
	one.Fields, err = d.Fields()
	return one, err
}
