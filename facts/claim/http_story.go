package claim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/facts/lake"
	"yiheng/facts/registry"
	"yiheng/ground/access"
	"yiheng/ground/web"
)

// ReadStory is reading what one insured person used. Who may and where is as with the
// register of insured persons; institutions see their own visits with their findings.
var ReadStory = access.Declare(access.Operation{
	Name: "claim.story", Title: "查看参保人就诊和费用", Scope: access.InRegion,
	Roles: []access.Role{access.SupervisorLeader, access.Officer, access.AgencyAuditor},
})

// Stories are what insured persons used, by HTTP. Each reading is in the journal.
type Stories struct {
	Lake      *lake.Lake
	Dir       string // the home
	Registers *registry.Desk
}

type storyLinesInput struct {
	web.Query
	registry.PsnInput
	MdtrtID string `query:"mdtrt_id" maxLength:"80" doc:"only those of one visit"`
}

type numberInput struct {
	Number string `query:"number" required:"true" minLength:"1" maxLength:"80" doc:"mdtrt_id or setl_id, whole"`
}

// numberedList are the visits and settlements of a number.
type numberedList struct {
	Items []Numbered `json:"items" nullable:"false"`
}

// Routes serves the stories.
func (s *Stories) Routes(d *web.Door) {
	web.Operate(d, ReadStory, huma.Operation{OperationID: "insured-story", Method: http.MethodGet, Path: "/api/insured/{psn_no}/story", Summary: "一名参保人的就诊和费用"},
		func(ctx context.Context, c *web.Call, in *registry.PsnInput) (*web.Body[*Story], error) {
			h, err := s.read(ctx, d, c, in.PsnNo, "")
			if err != nil {
				return nil, err
			}
			return web.Answer(StoryOf(h)), nil
		})
	web.ServeList(d, web.List[StoryLine, storyLinesInput]{
		Path: "/api/insured/{psn_no}/lines", ID: "insured-lines", Title: "参保人费用明细", Op: ReadStory, Columns: storyLineColumns,
		Read: func(ctx context.Context, c *web.Call, in *storyLinesInput) ([]StoryLine, error) {
			h, err := s.read(ctx, d, c, in.PsnNo, in.MdtrtID)
			if err != nil {
				return nil, err
			}
			return LinesOf(h, in.MdtrtID), nil
		},
	})
	web.Operate(d, ReadStory, huma.Operation{OperationID: "find-claim", Method: http.MethodGet, Path: "/api/claims/find", Summary: "按就诊号或结算号查找"},
		func(ctx context.Context, c *web.Call, in *numberInput) (*web.Body[numberedList], error) {
			found, err := s.find(ctx, d, c, in.Number)
			return web.Answer(numberedList{found}), err
		})
}

// read returns the history of a person whom the actor reaches, and notes in the journal
// that it was read. Everybody else, and who has none, is not found.
func (s *Stories) read(ctx context.Context, d *web.Door, c *web.Call, psn, mdtrt string) (*History, error) {
	person, err := s.Registers.Person(ctx, c, ReadStory, psn)
	if err != nil {
		return nil, err
	}
	h, err := ReadHistory(ctx, s.Lake, s.Dir, psn)
	if err != nil {
		return nil, err
	}
	if h == nil {
		return nil, web.NotFound()
	}
	act := web.Act{Name: "claim.story", Kind: "insured", ID: person.Known()}
	if mdtrt != "" {
		act.Reason = "查看一次就诊的费用明细"
	}
	err = d.Note(ctx, c, act)
	return h, err
}

// find returns what carries a number, of persons whom the actor reaches.
func (s *Stories) find(ctx context.Context, d *web.Door, c *web.Call, number string) ([]Numbered, error) {
	all, err := FindNumbered(ctx, s.Lake, number)
	if err != nil {
		return nil, err
	}
	found := []Numbered{}
	for _, n := range all {
		var p *web.Problem
		_, err := s.Registers.Person(ctx, c, ReadStory, n.PsnNo)
		switch {
		case err == nil:
			found = append(found, n)
		case !errors.As(err, &p) || p.Status != http.StatusNotFound:
			return nil, err
		}
	}
	err = d.Note(ctx, c, web.Act{Name: "claim.find", Reason: fmt.Sprintf("按就诊号或结算号查询，得 %d 条", len(found))})
	return found, err
}

var storyLineColumns = []web.Column[StoryLine]{
	web.By("bkkp_sn", "明细流水号", func(l *StoryLine) string { return l.BkkpSn }),
	web.By("mdtrt_id", "就诊", func(l *StoryLine) string { return l.MdtrtID }),
	web.By("fee_ocur_time", "费用时间", func(l *StoryLine) string { return l.At.String() }),
	web.By("fixmedins_code", "机构编码", func(l *StoryLine) string { return l.FixmedinsCode }),
	web.By("med_list_codg", "目录编码", func(l *StoryLine) string { return l.Code }),
	web.By("hilist_name", "名称", func(l *StoryLine) string { return l.Name }),
	web.Number("cnt", "数量", func(l *StoryLine) string { return l.Cnt.String() }),
	web.Number("pric", "单价", func(l *StoryLine) string { return l.Pric.String() }),
	web.Money("det_item_fee_sumamt", "金额", func(l *StoryLine) string { return l.Total.String() }),
	web.Money("inscp_amt", "符合范围", func(l *StoryLine) string { return l.Inscp.String() }),
	web.By("bilg_dept_name", "开单科室", func(l *StoryLine) string { return l.Department }),
	web.By("bilg_dr_code", "开单医师", func(l *StoryLine) string { return l.Doctor }),
	web.By("refund", "退费", func(l *StoryLine) string { return strconv.FormatBool(l.Refund) }),
}
