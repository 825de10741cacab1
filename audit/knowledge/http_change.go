package knowledge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/job"
	"yiheng/ground/web"
)

// KnowledgeChange is a change as people see it.
type KnowledgeChange struct {
	Change
	StateName string          `json:"state_name"`
	Counts    PointTally      `json:"counts"`
	Files     []KnowledgeFile `json:"files" nullable:"false"`
	ByFace    access.Face     `json:"by_face" doc:"who proposed it, as the reader may know it"`
	Decider   access.Face     `json:"decided_face" doc:"who decided"`
	Stale     bool            `json:"stale,omitempty" doc:"what it was held against is no longer so: it cannot be put in force any more"`
}

type stageInput struct {
	Name      string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"the file's name: what a workbook is about may stand in it"`
	Layer     string `query:"layer" maxLength:"6" doc:"whose points it may change: six digits of a province or city; empty: the national ones"`
	Document  string `query:"document" maxLength:"200" doc:"the paper that it rests on; a local layer must have one"`
	Reason    string `query:"reason" required:"true" minLength:"2" maxLength:"200"`
	Rule      string `query:"rule" maxLength:"40" doc:"class of a workbook that names none"`
	ValidFrom string `query:"valid_from" format:"date" doc:"first service day of a workbook's points"`
	Complete  bool   `query:"complete" doc:"the file is the whole list of its rules: what it lacks ends before valid_from"`
	RawBody   []byte `contentType:"application/octet-stream"`
}

// ChangeByID is the input of an operation on a change.
type ChangeByID struct {
	ID int64 `path:"id" minimum:"1"`
}

type changePointsInput struct {
	ChangeByID
	Limit  int      `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor string   `query:"cursor" maxLength:"1000"`
	Sort   string   `query:"sort" enum:"rule_id,-rule_id,code,-code" default:"rule_id"`
	Made   []string `query:"made,explode" maxItems:"4" enum:"new,changed,gone,removed,again"`
	Ousts  bool     `query:"superseding" doc:"only points that replace one in force"`
	Needs  string   `query:"needs" enum:"true,false"`
	Every  bool     `query:"every_line" doc:"only points without a code that are about every line of their rule class"`
	Rule   []string `query:"rule,explode" maxItems:"100"`
	Search string   `query:"q" maxLength:"100"`
}

type quarantineInput struct {
	ChangeByID
	web.Query
}

type enforceInput struct {
	ChangeByID
	Body struct {
		Reason     string `json:"reason" minLength:"2" maxLength:"200"`
		Quarantine bool   `json:"accept_quarantine,omitempty" doc:"the rows that are left out are accepted as left out"`
	}
}

type refuseInput struct {
	ChangeByID
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

func (h *hand) changeRoutes() {
	d := h.door
	web.ServeList(d, web.List[KnowledgeChange, web.Query]{
		Path: "/api/knowledge/changes", ID: "knowledge-changes", Title: "知识库变更", Op: ReadChanges,
		Columns: []web.Column[KnowledgeChange]{
			web.Number("id", "编号", func(c *KnowledgeChange) string { return fmt.Sprint(c.ID) }),
			web.By("kind", "种类", func(c *KnowledgeChange) string { return c.Kind }),
			web.By("state", "状态", func(c *KnowledgeChange) string { return c.State }),
			web.By("layer", "层级", func(c *KnowledgeChange) string { return c.Region }),
			web.By("document", "文件", func(c *KnowledgeChange) string { return c.Document }),
			web.By("reason", "理由", func(c *KnowledgeChange) string { return c.Reason }),
			web.By("by", "提出", func(c *KnowledgeChange) string { return c.ByFace.String() }),
			web.By("at", "提出时间", func(c *KnowledgeChange) string { return web.Instant(c.At) }),
			web.By("decided_by", "决定", func(c *KnowledgeChange) string { return c.Decider.String() }),
			web.Number("edition", "版次", func(c *KnowledgeChange) string { return fmt.Sprint(c.Edition) }),
		},
		Read: h.seenChanges,
	})
	web.Operate(d, Stage, web.Upload(huma.Operation{OperationID: "knowledge-stage", Method: http.MethodPost, Path: "/api/knowledge/changes", Summary: "提出知识库变更：上传文件，比较后待决定", DefaultStatus: http.StatusAccepted}, mostUpload), h.stage)
	web.Operate(d, ReadChanges, huma.Operation{OperationID: "knowledge-change", Method: http.MethodGet, Path: "/api/knowledge/changes/{id}", Summary: "一次知识库变更"},
		func(ctx context.Context, c *web.Call, in *ChangeByID) (*web.Body[KnowledgeChange], error) {
			_, v, err := h.seen(ctx, c, in.ID)
			return web.Answer(v), err
		})
	web.Operate(d, ReadChanges, huma.Operation{OperationID: "knowledge-change-points", Method: http.MethodGet, Path: "/api/knowledge/changes/{id}/points", Summary: "变更会新增、更改、接替、终止的知识点"}, h.changed)
	web.ServeList(d, web.List[Quarantined, quarantineInput]{
		Path: "/api/knowledge/changes/{id}/quarantine", ID: "knowledge-change-quarantine", Title: "知识库变更不采用的行", Op: ReadChanges,
		Columns: []web.Column[Quarantined]{
			web.Number("n", "序号", func(q *Quarantined) string { return strconv.FormatInt(q.N, 10) }).In("n"),
			web.By("file", "文件", func(q *Quarantined) string { return q.File }).In("file"),
			web.By("sheet", "工作表", func(q *Quarantined) string { return q.Sheet }).In("sheet"),
			web.Number("row", "行", func(q *Quarantined) string { return strconv.Itoa(q.Row) }).In("line"),
			web.By("column", "列", func(q *Quarantined) string { return q.Column }).In("place"),
			web.By("why", "原因", func(q *Quarantined) string { return q.Why }).In("why"),
		},
		From: h.quarantine,
	})
	h.changeExports()
	web.Operate(d, Decide, huma.Operation{OperationID: "knowledge-enforce", Method: http.MethodPost, Path: "/api/knowledge/changes/{id}/enforce", Summary: "批准知识库变更生效"}, h.decide)
	web.Operate(d, Decide, huma.Operation{OperationID: "knowledge-refuse", Method: http.MethodPost, Path: "/api/knowledge/changes/{id}/refuse", Summary: "否决知识库变更"}, h.refuse)
}

// view is a change with what it counts.
func (h *hand) view(ctx context.Context, c *Change, newest int64) (v KnowledgeChange, err error) {
	v = KnowledgeChange{Change: *c, StateName: stateNames[c.State], Files: []KnowledgeFile{}}
	v.At, v.DecidedAt = c.At.UTC(), c.DecidedAt.UTC()
	files, err := c.Account()
	v.Files = append(v.Files, files...)
	if err == nil {
		v.Counts, err = c.Tally()
	}
	switch {
	case err != nil || c.State != StateStaged:
	case c.OfExclusions():
		if wrong := h.Fits(ctx, c); errors.Is(wrong, ErrStale) {
			v.Stale = true
		} else {
			err = wrong
		}
	default:
		v.Stale = c.Base != newest
	}
	return v, err
}

// shown is a change with what it counts, held against what is in force now.
func (h *hand) shown(ctx context.Context, c *web.Call, ch *Change) (KnowledgeChange, error) {
	newest, err := h.newest(ctx)
	if err != nil {
		return KnowledgeChange{}, err
	}
	v, err := h.view(ctx, ch, newest)
	if err != nil {
		return v, err
	}
	one := []KnowledgeChange{v}
	err = h.faceChanges(ctx, c, one)
	return one[0], err
}

func (h *hand) newest(ctx context.Context) (int64, error) {
	set, err := h.Current(ctx)
	if errors.Is(err, ErrNone) {
		return 0, nil
	}
	return set.ID, err
}

// near is Reach for what holds in layers: what is national, what belongs to the regions
// around the actor's, and what lies within.
func near(actor *access.Actor, op *access.Operation, column string) func(bun.QueryBuilder) bun.QueryBuilder {
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

// visible are the changes that an actor may see: of points those of the layers near, of the
// exclusion list those within reach, since they name persons and visits.
func visible(actor *access.Actor) func(bun.QueryBuilder) bun.QueryBuilder {
	layers := near(actor, ReadChanges, "region")
	within := actor.Reach(ReadChanges, access.Columns{Region: "region"})
	return func(q bun.QueryBuilder) bun.QueryBuilder {
		return q.WhereGroup(" AND ", func(q bun.QueryBuilder) bun.QueryBuilder {
			q = q.WhereGroup(" OR ", func(q bun.QueryBuilder) bun.QueryBuilder {
				return layers(q.Where("kind NOT IN (?)", bun.List(exclusionChanges)))
			})
			return q.WhereGroup(" OR ", func(q bun.QueryBuilder) bun.QueryBuilder {
				return within(q.Where("kind IN (?)", bun.List(exclusionChanges)))
			})
		})
	}
}

// seenChanges are the changes that the actor may see.
func (h *hand) seenChanges(ctx context.Context, c *web.Call, _ *web.Query) ([]KnowledgeChange, error) {
	newest, err := h.newest(ctx)
	if err != nil {
		return nil, err
	}
	var changes []Change
	err = h.door.DB.NewSelect().Model(&changes).ApplyQueryBuilder(visible(c.Actor)).Scan(ctx)
	all := make([]KnowledgeChange, 0, len(changes))
	for i := range changes {
		v, wrong := h.view(ctx, &changes[i], newest)
		err = errors.Join(err, wrong)
		all = append(all, v)
	}
	return all, errors.Join(err, h.faceChanges(ctx, c, all))
}

// seen is a change that the actor may see.
func (h *hand) seen(ctx context.Context, c *web.Call, id int64) (*Change, KnowledgeChange, error) {
	there, err := h.door.DB.NewSelect().Model((*Change)(nil)).Where("id = ?", id).ApplyQueryBuilder(visible(c.Actor)).Exists(ctx)
	if err != nil {
		return nil, KnowledgeChange{}, err
	}
	if !there {
		return nil, KnowledgeChange{}, web.NotFound()
	}
	ch, err := h.Change(ctx, id)
	if err != nil {
		return nil, KnowledgeChange{}, err
	}
	v, err := h.shown(ctx, c, ch)
	return ch, v, err
}

// stage keeps an upload. A small one is read at once, a large one by a job.
func (h *hand) stage(ctx context.Context, c *web.Call, in *stageInput) (*web.Body[KnowledgeChange], error) {
	if err := h.mayChange(ctx, h.door.DB, c, Stage, in.Layer); err != nil {
		return nil, err
	}
	from, err := readDay(in.ValidFrom, calendar.NoDay)
	if err != nil {
		return nil, err
	}
	switch _, known := h.Classes(in.Rule); {
	case in.Rule != "" && !known:
		return nil, web.Invalid("rule", "没有这条规则")
	case in.Layer != "" && in.Document == "":
		return nil, web.Invalid("document", "地方的增补和调整须写明依据的文件（document）")
	case in.Complete && in.ValidFrom == "":
		return nil, web.Invalid("valid_from", "整份替换清单须写明从哪一天起（valid_from）")
	}
	name, err := url.PathUnescape(in.Name)
	if err != nil {
		name = in.Name
	}
	p, err := h.KeepUpload(in.RawBody, name)
	if err != nil {
		return nil, web.Invalid("file", p.Name+"："+err.Error())
	}
	p.Rule = in.Rule
	ch, err := NewChange(c.ID, Layer{Region: in.Layer, Document: in.Document, Reason: in.Reason, Complete: in.Complete, From: from}, p)
	if err != nil {
		return nil, err
	}
	if err := h.begin(ctx, c, ch, len(in.RawBody) > largeFile && h.Queue != nil); err != nil {
		return nil, err
	}
	if ch.Job == "" {
		if ch, err = h.Store.Read(ctx, ch.ID, h.Classes, h.record(c, "knowledge.compare", ""), func(int, int) {}); err != nil {
			return nil, err
		}
	}
	v, err := h.shown(ctx, c, ch)
	return web.Answer(v), err
}

// begin writes a new change, with the job that reads its file where it is large.
func (h *hand) begin(ctx context.Context, c *web.Call, ch *Change, large bool) error {
	_, err := h.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
		if err := h.Add(ctx, tx, ch); err != nil {
			return web.Act{}, err
		}
		if large {
			j, _, err := h.Queue.AddIn(ctx, tx, job.Order{Kind: JobKind, Argument: JobArgument{ch.ID}, AskedBy: c.ID, Region: web.RegionOf(c.Actor)})
			if err != nil {
				return web.Act{}, err
			}
			ch.Job = j.ID
			if _, err := tx.NewUpdate().Model(ch).Column("job").WherePK().Exec(ctx); err != nil {
				return web.Act{}, err
			}
		}
		return actOn(Stage.Name, ch.Reason, ch), nil
	})
	return err
}

func (h *hand) changed(ctx context.Context, c *web.Call, in *changePointsInput) (*web.Body[KnowledgePoints], error) {
	ch, _, err := h.seen(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	behind, err := readKey(in.Sort, in.Cursor)
	if err != nil {
		return nil, err
	}
	all, total, err := h.Proposed(ctx, h.changeFilter(ch, in), behind, in.Limit+1)
	if err != nil {
		return nil, err
	}
	rows, next := onePage(all, in.Limit, in.Sort, func(v *Version) Key { return Key{v.RuleID, v.Code, v.KpID} })
	fields, err := h.Alterations(ctx, ch, rows)
	p := KnowledgePoints{Items: make([]KnowledgePoint, len(rows)), Total: total, Next: next}
	for i := range rows {
		p.Items[i] = h.pointOf(&Standing{rows[i], rows[i].standsAlone(today(c))})
		p.Items[i].Fields = fields[rows[i].KpID]
	}
	return web.Answer(p), err
}

func (h *hand) changeFilter(ch *Change, in *changePointsInput) *ChangeFilter {
	f := &ChangeFilter{Tag: ch.Tag, Made: in.Made, Ousts: in.Ousts, Needs: yesOrNo(in.Needs), Rules: in.Rule, Text: in.Search, Order: orderOf(in.Sort)}
	if in.Every {
		f.EveryLine = slices.DeleteFunc(slices.Clone(h.Rules), func(id string) bool {
			class, _ := h.Classes(id)
			return !class.everyLine("")
		})
	}
	return f
}

func (h *hand) quarantine(ctx context.Context, c *web.Call, in *quarantineInput) (from web.Source[Quarantined], err error) {
	ch, _, err := h.seen(ctx, c, in.ID)
	if err != nil {
		return from, err
	}
	return web.SourceOf(h.Store.Quarantine(ch)), nil
}

// decide puts a change in force.
func (h *hand) decide(ctx context.Context, c *web.Call, in *enforceInput) (*web.Body[KnowledgeEdition], error) {
	ch, _, err := h.deciding(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	if ch.OfExclusions() {
		return h.decideExempt(ctx, c, in)
	}
	var set Set
	_, err = h.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		if ch, set, err = h.Enforce(ctx, tx, in.ID, c.ID, in.Body.Reason, in.Body.Quarantine); err != nil {
			return a, err
		}
		return actOn("knowledge.enforce", in.Body.Reason, ch), nil
	})
	if err != nil {
		return nil, err
	}
	return h.answer(ctx, c, editionOf(&set))
}

// deciding is a change that the actor may decide.
func (h *hand) deciding(ctx context.Context, c *web.Call, id int64) (*Change, KnowledgeChange, error) {
	ch, v, err := h.seen(ctx, c, id)
	if err != nil {
		return nil, v, err
	}
	if ch.OfExclusions() {
		return ch, v, h.mayExempt(ctx, c, ch.Region)
	}
	return ch, v, h.mayChange(ctx, h.door.DB, c, Decide, ch.Region)
}

func (h *hand) refuse(ctx context.Context, c *web.Call, in *refuseInput) (*web.Body[KnowledgeChange], error) {
	if _, _, err := h.deciding(ctx, c, in.ID); err != nil {
		return nil, err
	}
	_, err := h.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
		ch, err := h.Refuse(ctx, tx, in.ID, c.ID, in.Body.Reason)
		if err != nil {
			return web.Act{}, err
		}
		return actOn("knowledge.refuse", in.Body.Reason, ch), nil
	})
	if err != nil {
		return nil, err
	}
	_, v, err := h.seen(ctx, c, in.ID)
	return web.Answer(v), err
}
