package rule

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/audit/knowledge"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

// Browse is for all who review and all who are reviewed: what everybody is judged by is
// no secret (两库公开).
var Browse = access.Declare(access.Operation{Name: "rule.browse", Title: "查看规则目录", Scope: access.InRegion, Roles: []access.Role{
	access.FirstReviewer, access.SecondReviewer, access.FinalReviewer, access.PanelMember, access.Officer, access.SupervisorLeader,
	access.AgencyAuditor, access.Liaison, access.InsuranceOffice, access.DepartmentHead, access.Doctor,
}})

// Shelf serves the catalogue of the rule classes of this version, as they stand in a home.
type Shelf struct {
	Points func(context.Context) ([]knowledge.Point, error) // in force, nobody changes them
	Tables func(context.Context) (map[string]bool, error)   // that have rows
	Run    func(id string, c *Case) []string                // judges a case: what differs
}

// CatalogueClass is a rule class and what it can do in this home.
type CatalogueClass struct {
	*Rule
	Executable bool   `json:"executable"`
	Status     string `json:"status" enum:"executable,not_run,needs_knowledge,table_missing"`
	StatusText string `json:"status_text" doc:"why it does not run, in Chinese"`
	Points     int    `json:"points" doc:"all that are stored"`
	InForce    int    `json:"in_force" doc:"points in force today"`
	Needs      int    `json:"needs_parameters"`
	Cases      int    `json:"cases"`
}

// CatalogueDetail is a class in full.
type CatalogueDetail struct {
	CatalogueClass
	CaseKinds  map[string]int    `json:"case_kinds"`
	Parameters []knowledge.Param `json:"parameters" nullable:"false" doc:"of a knowledge point, as the import checks them"`
	Sources    map[string]int    `json:"sources" doc:"what its points come from"`
	Missing    map[string]int    `json:"missing" doc:"parameters that stored points still need"`
	Problems   []string          `json:"problems" nullable:"false" doc:"numbers in the problem lists that it decides"`
}

// CaseRun is a case and what running it gave.
type CaseRun struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"`
	Fits  bool     `json:"fits"`
	Diffs []string `json:"diffs" nullable:"false"`
}

type caseList struct {
	Items []Case `json:"items" nullable:"false"`
}

type caseRuns struct {
	Items  []CaseRun `json:"items" nullable:"false"`
	Failed int       `json:"failed"`
}

const classesPath = "/api/rules/classes"

// Routes serves the catalogue.
func (s *Shelf) Routes(d *web.Door) {
	yes := map[bool]string{true: "true", false: "false"}
	web.ServeList(d, web.List[CatalogueClass, web.Query]{
		Path: classesPath, ID: "rule-classes", Title: "规则目录", Op: Browse,
		Columns: []web.Column[CatalogueClass]{
			web.By("id", "编号", func(c *CatalogueClass) string { return c.ID }),
			web.Number("seq", "序号", func(c *CatalogueClass) string { return fmt.Sprint(c.Seq) }),
			web.Number("order", "顺序", func(c *CatalogueClass) string { return fmt.Sprint(c.order()) }),
			web.By("name", "名称", func(c *CatalogueClass) string { return c.Name }),
			web.By("tier1", "一级分类", func(c *CatalogueClass) string { return c.Tier1 }),
			web.By("tier2", "二级分类", func(c *CatalogueClass) string { return c.Tier2 }),
			web.By("program", "程序", func(c *CatalogueClass) string { return c.Program }),
			web.By("result", "结论", func(c *CatalogueClass) string { return c.Result }),
			web.By("executable", "本版本执行", func(c *CatalogueClass) string { return yes[c.Executable] }),
			web.By("status", "状态", func(c *CatalogueClass) string { return c.Status }),
			web.By("levels", "机构级别", func(c *CatalogueClass) string { return strings.Join(c.Levels, "、") }),
			web.By("stages", "环节", func(c *CatalogueClass) string { return strings.Join(c.Stages, "、") }),
			web.By("has_points", "有生效知识点", func(c *CatalogueClass) string { return yes[c.InForce > 0] }),
			web.Number("points", "知识点", func(c *CatalogueClass) string { return fmt.Sprint(c.Points) }),
			web.Number("in_force", "生效", func(c *CatalogueClass) string { return fmt.Sprint(c.InForce) }),
			web.Number("cases", "案例", func(c *CatalogueClass) string { return fmt.Sprint(c.Cases) }),
			web.By("definition", "定义", func(c *CatalogueClass) string { return c.Definition }),
		},
		Read: func(ctx context.Context, c *web.Call, _ *web.Query) ([]CatalogueClass, error) {
			all, _, err := s.classes(ctx, today(c))
			return all, err
		},
	})
	web.ServeList(d, web.List[ProblemState, web.Query]{
		Path: "/api/rules/problems", ID: "rule-problems", Title: "问题清单的覆盖", Op: Browse,
		Columns: []web.Column[ProblemState]{
			web.By("no", "序号", func(p *ProblemState) string { return p.No }),
			web.Number("order", "顺序", func(p *ProblemState) string { return fmt.Sprint(orderOf(p.No)) }),
			web.By("domain", "领域", func(p *ProblemState) string { return p.Domain }),
			web.By("category", "类别", func(p *ProblemState) string { return p.Category }),
			web.By("check", "检查", func(p *ProblemState) string { return p.Check }),
			web.By("status", "状态", func(p *ProblemState) string { return p.Status }),
			web.By("status_text", "状态说明", func(p *ProblemState) string { return ProblemStatusName(p.Status) }),
			web.By("rules", "规则", func(p *ProblemState) string { return targets(p) }),
			web.By("data", "所缺数据", func(p *ProblemState) string { return p.Data }),
		},
		Read: func(ctx context.Context, c *web.Call, _ *web.Query) ([]ProblemState, error) {
			return s.problems(ctx, today(c))
		},
	})
	web.Operate(d, Browse, huma.Operation{OperationID: "rule-class", Method: http.MethodGet, Path: classesPath + "/{id}", Summary: "一个规则类"}, s.class)
	web.Operate(d, Browse, huma.Operation{OperationID: "rule-class-cases", Method: http.MethodGet, Path: classesPath + "/{id}/cases", Summary: "规则类的案例"},
		func(_ context.Context, _ *web.Call, in *web.ByID) (*web.Body[caseList], error) {
			cases, err := s.cases(in.ID)
			return web.Answer(caseList{append([]Case{}, cases...)}), err
		})
	web.Operate(d, Browse, huma.Operation{OperationID: "rule-class-run", Method: http.MethodPost, Path: classesPath + "/{id}/cases/run", Summary: "运行规则类的案例"}, s.run)
	web.Operate(d, Browse, huma.Operation{OperationID: "rule-class-text", Method: http.MethodGet, Path: classesPath + "/{id}/text", Summary: "规则类的定义和案例原文"}, s.text)
}

// orderOf puts the list of hospitals, by number, before that of pharmacies.
func orderOf(no string) int {
	const hospitals = 1000
	number, pharmacy := strings.CutPrefix(no, "P")
	n, _ := strconv.Atoi(number) // problemNumber: it is one
	if pharmacy {
		n += hospitals
	}
	return n
}

func targets(p *ProblemState) string {
	var ids []string
	for _, t := range p.By {
		ids = append(ids, t.RuleID)
	}
	return strings.Join(ids, ";")
}

// classes are all classes as they stand on a day, and the summaries of their points.
func (s *Shelf) classes(ctx context.Context, on calendar.Day) ([]CatalogueClass, map[string]knowledge.RuleSummary, error) {
	points, err := s.Points(ctx)
	if err != nil {
		return nil, nil, err
	}
	tables, err := s.Tables(ctx)
	if err != nil {
		return nil, nil, err
	}
	byRule := map[string]knowledge.RuleSummary{}
	for _, r := range knowledge.Summarise(points, Class, on) {
		byRule[r.RuleID] = r
	}
	var all []CatalogueClass
	for _, r := range All() {
		held := byRule[r.ID]
		c := CatalogueClass{Rule: r, Executable: Executable(r), Points: held.Points, InForce: held.InForce, Needs: held.Needs, Cases: caseCounts()[r.ID]}
		c.Status, c.StatusText = stand(r, held.InForce, tables)
		all = append(all, c)
	}
	return all, byRule, nil
}

// order is where a class stands in the catalogue: by the national list, those that are not
// in it last.
func (c *CatalogueClass) order() int {
	if c.Seq == 0 {
		return len(All())
	}
	return c.Seq
}

// stand says what a class can do with so many points in force and with tables.
func stand(r *Rule, points int, tables map[string]bool) (status, text string) {
	if !Executable(r) {
		return ProblemNotRun, "本版本不能执行"
	}
	if r.NeedsPoint && points == 0 {
		return ProblemKnowledge, "没有生效的知识点"
	}
	for _, t := range r.Tables() {
		if !tables[t] {
			return ProblemTable, "没有数据表 " + t
		}
	}
	return ProblemRuns, "可执行"
}

func (s *Shelf) class(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[CatalogueDetail], error) {
	all, byRule, err := s.classes(ctx, today(c))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(c CatalogueClass) bool { return c.ID == in.ID })
	if i < 0 {
		return nil, web.NotFound()
	}
	held := byRule[in.ID]
	out := CatalogueDetail{CatalogueClass: all[i], Sources: held.Sources, Missing: held.Missing, Problems: []string{}}
	out.Parameters = append([]knowledge.Param{}, knowledge.Schema(all[i].Program)...)
	for _, p := range Problems() {
		if slices.ContainsFunc(p.By, func(t Target) bool { return t.RuleID == in.ID }) {
			out.Problems = append(out.Problems, p.No)
		}
	}
	out.CaseKinds, err = CaseKinds(in.ID)
	return web.Answer(out), err
}

func (s *Shelf) cases(id string) ([]Case, error) {
	if _, known := Get(id); !known {
		return nil, web.NotFound()
	}
	return Cases(id)
}

// run judges the cases of a class with the one runner that all use.
func (s *Shelf) run(_ context.Context, _ *web.Call, in *web.ByID) (*web.Body[caseRuns], error) {
	cases, err := s.cases(in.ID)
	if err != nil {
		return nil, err
	}
	out := caseRuns{Items: []CaseRun{}}
	for i := range cases {
		diffs := append([]string{}, s.Run(in.ID, &cases[i])...)
		out.Items = append(out.Items, CaseRun{cases[i].Name, cases[i].Kind, len(diffs) == 0, diffs})
		if len(diffs) > 0 {
			out.Failed++
		}
	}
	return web.Answer(out), nil
}

// problems says of every check of the problem lists what becomes of it in the home.
func (s *Shelf) problems(ctx context.Context, on calendar.Day) ([]ProblemState, error) {
	points, err := s.Points(ctx)
	if err != nil {
		return nil, err
	}
	tables, err := s.Tables(ctx)
	if err != nil {
		return nil, err
	}
	setting := Setting{From: on, To: on, Has: func(table string) bool { return tables[table] }, Points: func(yield func(*knowledge.Point) bool) {
		for i := range points {
			if !yield(&points[i]) {
				return
			}
		}
	}}
	return setting.Assess(), nil
}

// today is the day in China.
func today(c *web.Call) calendar.Day {
	const hours = 8
	y, m, d := c.At.UTC().Add(hours * 3600e9).Date()
	return calendar.DayOf(y, int(m), d)
}
