package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

type ruleCoverageCmd struct {
	Problems bool   `name:"problems" help:"列出问题清单（定点医疗机构和零售药店自查自纠，2025 年）的全部检查，及由什么判定。"`
	Domain   string `name:"domain" placeholder:"NAME" help:"只列问题清单的一个领域，如 骨科、药店。"`
	Starter  bool   `name:"starter" help:"不看数据文件夹，只看内置起步包能做什么。"`
	JSON     bool   `name:"json" help:"以 JSON 写到标准输出。"`
	Draft    string `name:"draft" type:"path" placeholder:"FILE" help:"把问题清单中缺知识点而编码已知的检查写成待核定的知识点（交换格式），核定后可导入。"`
	CSV      string `name:"csv" type:"path" placeholder:"FILE" help:"写成 CSV 表格；与 --problems 同用时写问题清单。"`
}

// coverage is what the library can do in a home.
type coverage struct {
	Source   string              `json:"source"` // whose points and tables these are, in Chinese
	Classes  []classState        `json:"classes"`
	Problems []rule.ProblemState `json:"problems"`

	setting rule.Setting
}

// classState is what a rule class can do in a home.
type classState struct {
	Rule   *rule.Rule     `json:"rule"`
	Cases  map[string]int `json:"cases"`  // by kind
	Points int            `json:"points"` // in force today
	Status string         `json:"status"` // as in summary.json
}

func (c *ruleCoverageCmd) Run(ctx context.Context, all *cli) error {
	if c.JSON && c.CSV != "" || c.Draft != "" && (c.JSON || c.CSV != "") {
		return errors.New("--json、--csv 与 --draft 只能用其一")
	}
	cov, err := c.gather(ctx, all)
	if err == nil {
		err = cov.keep(c.Domain)
	}
	if err != nil {
		return err
	}
	switch {
	case c.JSON:
		e := json.NewEncoder(os.Stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(cov)
	case c.CSV != "":
		return c.writeCSV(cov)
	case c.Draft != "":
		return c.writeDraft(cov)
	case c.Problems || c.Domain != "":
		printProblems(newSheet(os.Stdout), cov)
	default:
		printClasses(newSheet(os.Stdout), cov)
	}
	return nil
}

// keep leaves only the problems of a domain; "": of all.
func (cov *coverage) keep(domain string) error {
	if domain == "" {
		return nil
	}
	var domains []string
	for _, p := range cov.Problems {
		if !slices.Contains(domains, p.Domain) {
			domains = append(domains, p.Domain)
		}
	}
	cov.Problems = slices.DeleteFunc(cov.Problems, func(p rule.ProblemState) bool { return p.Domain != domain })
	if len(cov.Problems) == 0 {
		return fmt.Errorf("--domain %s：问题清单没有这个领域，应为：%s", domain, strings.Join(domains, "、"))
	}
	return nil
}

// gather holds the library against the home, or against the starter pack alone.
func (c *ruleCoverageCmd) gather(ctx context.Context, all *cli) (*coverage, error) {
	if c.Starter {
		in, err := knowledge.ReadStarter(rule.Class)
		if err != nil {
			return nil, err
		}
		return cover("内置起步包（设各数据表齐备）", in.Points, func(string) bool { return true })
	}
	var cov *coverage
	err := withHome(ctx, all, func(h *home) error {
		source, points, err := pointsOf(ctx, h)
		if err != nil {
			return err
		}
		tables, err := tablesOf(ctx, h)
		if err != nil {
			return err
		}
		cov, err = cover(source, points, func(table string) bool { return tables[table] })
		return err
	})
	return cov, err
}

// pointsOf returns the points of a home and what they are called.
func pointsOf(ctx context.Context, h *home) (string, []knowledge.Point, error) {
	set, err := h.knowledge.Current(ctx)
	if errors.Is(err, knowledge.ErrNone) {
		return h.dir + "，没有导入知识点", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	points, err := h.knowledge.Load(ctx, set.Hash)
	return fmt.Sprintf("%s，知识库第 %d 版（%s）", h.dir, set.ID, set.Hash[:12]), points, err
}

// tablesOf says which tables of a home have rows.
func tablesOf(ctx context.Context, h *home) (map[string]bool, error) {
	tables := make(map[string]bool)
	epochs, err := h.lake.Epochs(ctx)
	if err != nil || len(epochs) == 0 {
		return tables, err
	}
	e, err := h.lake.Epoch(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, t := range claim.Tables {
		files, err := h.lake.Files(ctx, e, t.Name, 0)
		if err != nil {
			return nil, err
		}
		tables[t.Name] = len(files) > 0
	}
	return tables, nil
}

// cover holds every class and every problem against points and tables as of today.
func cover(source string, points []knowledge.Point, has func(string) bool) (*coverage, error) {
	today := calendar.Today()
	inForce := make(map[string]int)
	for _, s := range knowledge.Summarise(points, rule.Class, today) {
		inForce[s.RuleID] = s.InForce
	}
	cov := &coverage{Source: source}
	for _, r := range rule.All() {
		kinds, err := rule.CaseKinds(r.ID)
		if err != nil {
			return nil, err
		}
		cov.Classes = append(cov.Classes, classState{r, kinds, inForce[r.ID], statusOf(r, inForce[r.ID], has)})
	}
	s := rule.Setting{Points: each(points), From: today, To: today, Has: has}
	cov.Problems, cov.setting = s.Assess(), s
	return cov, nil
}

// each yields points where they lie.
func each(points []knowledge.Point) iter.Seq[*knowledge.Point] {
	return func(yield func(*knowledge.Point) bool) {
		for i := range points {
			if !yield(&points[i]) {
				return
			}
		}
	}
}

func statusOf(r *rule.Rule, points int, has func(string) bool) string {
	switch {
	case !rule.Executable(r):
		return finding.NotRunProgram
	case r.NeedsPoint && points == 0:
		return finding.NotRunNoKnowledge
	}
	for _, t := range r.Tables() {
		if !has(t) {
			return finding.NotRunTable(t)
		}
	}
	return finding.Ran
}

func (c *classState) total() int {
	n := 0
	for _, k := range c.Cases {
		n += k
	}
	return n
}

// statusName says what a class can do here.
func statusName(status string) string {
	switch status {
	case finding.Ran:
		return "可执行"
	case finding.NotRunNoKnowledge:
		return "缺知识点"
	case finding.NotRunProgram:
		return "本版本不能执行"
	}
	return strings.TrimPrefix(finding.StatusName(status), "未运行：")
}

// targetName says what a class has for a problem.
func targetName(t *rule.TargetState) string {
	name := t.RuleID + " " + t.Name
	switch {
	case t.Status == rule.ProblemNotRun:
		return name + "（未运行）"
	case t.Status == rule.ProblemKnowledge:
		return name + "（没有知识点）"
	case t.Status == rule.ProblemTable:
		return name + "（缺 " + t.Table + "）"
	case t.Points > 0:
		return fmt.Sprintf("%s（%d 点）", name, t.Points)
	}
	return name
}
