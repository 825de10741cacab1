package knowledge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/job"
	"yiheng/ground/web"
)

// Desk serves the knowledge of a home.
type Desk struct {
	*Store
	Queue   *job.Queue
	Classes Classes
	Rules   []string // ids of all rule classes
	// Persons returns those of some persons whom the actor may do the operation on.
	Persons func(ctx context.Context, c *web.Call, op *access.Operation, persons []string) (map[string]bool, error)
}

// JobKind is the kind of job that reads a large upload; its argument is JobArgument.
const JobKind = "knowledge"

// JobArgument names the change whose file is to be read.
type JobArgument struct {
	Change int64 `json:"change"`
}

// What an upload may measure, and from what size on a job reads it.
const (
	mostUpload = 96 << 20
	largeFile  = 1 << 20
)

// Routes serves the room.
func (k *Desk) Routes(d *web.Door) {
	h := &hand{k, d}
	h.pointRoutes()
	h.changeRoutes()
	h.exclusionRoutes()
	h.exclusionChangeRoutes()
	web.ServeList(d, web.List[KnowledgeEdition, web.Query]{
		Path: "/api/knowledge/editions", ID: "knowledge-editions", Title: "知识库各版", Op: Read,
		Columns: []web.Column[KnowledgeEdition]{
			web.Number("id", "版次", func(e *KnowledgeEdition) string { return fmt.Sprint(e.ID) }),
			web.By("at", "生效时间", func(e *KnowledgeEdition) string { return web.Instant(e.At) }),
			web.By("by", "由", func(e *KnowledgeEdition) string { return e.ByFace.String() }),
			web.Number("points", "知识点", func(e *KnowledgeEdition) string { return fmt.Sprint(e.Points) }),
			web.Number("in_force", "参数齐备", func(e *KnowledgeEdition) string { return fmt.Sprint(e.InForce) }),
			web.By("hash", "校验值", func(e *KnowledgeEdition) string { return e.Hash }),
		},
		Read: h.editions,
	})
	web.Operate(d, Decide, huma.Operation{OperationID: "knowledge-take-back", Method: http.MethodPost, Path: "/api/knowledge/editions/{id}/take-back", Summary: "撤回知识库的一版"}, h.takeBack)
	web.Operate(d, Read, huma.Operation{OperationID: "knowledge-template", Method: http.MethodGet, Path: "/api/knowledge/templates/{id}", Summary: "下载规则的知识点模板（工作簿）"}, h.template)
}

// Refusals are the room's errors as the door shows them.
func Refusals() []web.Refusal {
	return []web.Refusal{
		{Kind: ErrNoChange, Status: http.StatusNotFound, Code: "not_found"},
		{Kind: ErrSame, Status: http.StatusForbidden, Code: "second_person"},
		{Kind: ErrState, Status: http.StatusConflict, Code: "knowledge_state"},
		{Kind: ErrStale, Status: http.StatusConflict, Code: "knowledge_stale"},
		{Kind: ErrLeftOut, Status: http.StatusConflict, Code: "quarantine"},
	}
}

// hand is the room at the door.
type hand struct {
	*Desk
	door *web.Door
}

// KnowledgeEdition is an edition of the knowledge points.
type KnowledgeEdition struct {
	ID       int64     `json:"id"`
	Hash     string    `json:"hash" doc:"SHA-256 of the points: what a run pins"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Points   int       `json:"points" doc:"or exclusions, of a change of the exclusion list"`
	InForce  int       `json:"in_force" doc:"points that need no parameters"`
	Base     int64     `json:"base,omitempty" doc:"edition that it was made out of"`
	Change   int64     `json:"change,omitempty" doc:"change that made it"`
	Restores int64     `json:"restores,omitempty" doc:"edition whose points hold again"`
	Current  bool      `json:"current,omitempty" doc:"in force"`

	ByFace access.Face `json:"by_face" doc:"who put it in force, as the reader may know it"`
}

func editionOf(s *Set) KnowledgeEdition {
	return KnowledgeEdition{ID: s.ID, Hash: s.Hash, At: s.At.UTC(), By: s.By, Points: s.Points, InForce: s.InForce, Base: s.Base, Change: s.Change, Restores: s.Restores}
}

func (h *hand) editions(ctx context.Context, c *web.Call, _ *web.Query) ([]KnowledgeEdition, error) {
	sets, err := h.Sets(ctx)
	all := make([]KnowledgeEdition, 0, len(sets))
	for i := range sets {
		all = append(all, editionOf(&sets[i]))
		all[i].Current = i == 0
	}
	return all, errors.Join(err, h.faceEditions(ctx, c, all))
}

// mayChange asks whether the actor may do the operation on a layer. The national one is
// the provinces' and cities': a county's offices keep no layer.
func (h *hand) mayChange(ctx context.Context, from db.Reader, c *web.Call, op *access.Operation, layer string) error {
	switch {
	case layer == "":
		if slices.ContainsFunc(c.Grants, func(g access.Grant) bool {
			return slices.Contains(op.Roles, g.Role) && (g.Region == "" || strings.HasSuffix(string(g.Region), "00"))
		}) {
			return nil
		}
		return web.Refuse(http.StatusForbidden, "national_layer", "全国知识点由省级、市级办理")
	case !access.Region(layer).Valid() || !strings.HasSuffix(layer, "00"):
		return web.Invalid("layer", "层级应为省级（如 330000）或市级（如 330400）的区划代码；全国的留空")
	}
	return h.door.Authorize(ctx, from, c, op, access.Target{Region: access.Region(layer)})
}

// record journals an act of the caller on a change.
func (h *hand) record(c *web.Call, name, reason string) Record {
	return func(ctx context.Context, tx *db.Tx, ch *Change) error {
		_, err := h.door.Record(ctx, tx, c.Actor, actOn(name, reason, ch))
		return err
	}
}

func actOn(name, reason string, c *Change) web.Act {
	return web.Act{Name: name, Kind: ChangeRow, ID: fmt.Sprint(c.ID), Reason: reason, Rows: c.Rows()}
}

type takeBackInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

func (h *hand) takeBack(ctx context.Context, c *web.Call, in *takeBackInput) (*web.Body[KnowledgeEdition], error) {
	set, err := h.at(ctx, in.ID)
	if err != nil {
		return nil, web.NotFound()
	}
	layer := ""
	if set.Change > 0 {
		made, err := h.Change(ctx, set.Change)
		if err != nil {
			return nil, err
		}
		layer = made.Region
	}
	if err := h.mayChange(ctx, h.door.DB, c, Decide, layer); err != nil {
		return nil, err
	}
	_, now, err := h.TakeBack(ctx, in.ID, c.ID, in.Body.Reason, h.record(c, Decide.Name, "撤回第 "+fmt.Sprint(in.ID)+" 版："+in.Body.Reason))
	if err != nil {
		return nil, err
	}
	return h.answer(ctx, c, editionOf(&now))
}

// workbook is a file to be downloaded.
type workbook struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func workbookOf(name string, content []byte) *workbook {
	return &workbook{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", `attachment; filename="` + name + `.xlsx"`, content}
}

func (h *hand) template(_ context.Context, _ *web.Call, in *web.ByID) (*workbook, error) {
	if _, ok := h.Classes(in.ID); !ok {
		return nil, web.NotFound()
	}
	var b strings.Builder
	err := WriteTemplate(&b, in.ID, h.Classes)
	return workbookOf(in.ID, []byte(b.String())), err
}

// readDay is a day that was asked for, or else the other.
func readDay(text string, otherwise calendar.Day) (calendar.Day, error) {
	if text == "" {
		return otherwise, nil
	}
	d, err := calendar.ParseDay(text)
	if err != nil {
		return d, web.Invalid("day", "日期应写成 2026-01-01")
	}
	return d, nil
}

// today is the day in China.
func today(c *web.Call) calendar.Day { return calendar.Civil(c.At).Day() }
