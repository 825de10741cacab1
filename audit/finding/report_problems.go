package finding

import (
	"cmp"
	"fmt"
	"strings"

	"yiheng/audit/rule"
)

// problemList is the section of the report on the problem lists.
type problemList struct {
	Counts []string // how many were decided and how many not, and why
	Rows   []problemRow
}

type problemRow struct {
	No, Domain, Check, Standing string
	By                          []string
	Lacks                       string
}

func problemListOf(states []rule.ProblemState) problemList {
	var l problemList
	if len(states) == 0 {
		return l
	}
	l.Counts = append([]string{ProblemCounts(states)}, notDecided(states)...)
	for i := range states {
		p := &states[i]
		r := problemRow{No: p.No, Domain: p.Domain, Check: p.Check, Standing: standing(p)}
		for _, t := range p.By {
			r.By = append(r.By, targetText(&t))
		}
		if p.Status == rule.ProblemKnowledge {
			r.Lacks = "须有知识点：" + p.Point + "。"
		}
		if p.Part != "" {
			r.Lacks += p.Part + "。"
		}
		if p.Data != "" {
			r.Lacks += "缺：" + p.Data + "。"
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}

// standing says what became of a problem in the run.
func standing(p *rule.ProblemState) string {
	switch {
	case p.Status == rule.ProblemRuns && p.Part != "":
		return "执行一部分"
	case p.Status == rule.ProblemRuns:
		return "已执行"
	}
	return rule.ProblemStatusName(p.Status)
}

// ProblemCounts says in one line how many checks of the problem lists a run
// executed, and how many it could not for want of points or of data.
func ProblemCounts(states []rule.ProblemState) string {
	n := tallyProblems(states)
	text := fmt.Sprintf("问题清单：执行 %d 项", n[rule.ProblemRuns]+n[rule.ProblemIndicator])
	if k := n[rule.ProblemIndicator]; k > 0 {
		text += fmt.Sprintf("（其中指标 %d 项）", k)
	}
	text += fmt.Sprintf("、缺知识点 %d 项、缺数据 %d 项", n[rule.ProblemKnowledge], n[rule.ProblemTable]+n[rule.ProblemGap])
	if k := n[rule.ProblemNotRun]; k > 0 {
		text += fmt.Sprintf("、规则未运行 %d 项", k)
	}
	return text
}

func tallyProblems(states []rule.ProblemState) map[string]int {
	n := make(map[string]int)
	for _, p := range states {
		n[p.Status]++
	}
	return n
}

// notDecided explains the counts where they need it.
func notDecided(states []rule.ProblemState) []string {
	var texts []string
	part, published := 0, 0
	tables := make(map[string]int)
	for i := range states {
		p := &states[i]
		if (p.Status == rule.ProblemRuns || p.Status == rule.ProblemIndicator) && p.Part != "" {
			part++
		}
		if p.Status == rule.ProblemKnowledge && p.Public {
			published++
		}
		if p.Status == rule.ProblemTable {
			for _, t := range p.By {
				if t.Status == rule.ProblemTable {
					tables[t.Table]++
					break
				}
			}
		}
	}
	if part > 0 {
		texts = append(texts, fmt.Sprintf("执行的各项中，%d 项只能判定一部分，见“判定到哪里”", part))
	}
	if published > 0 {
		texts = append(texts, fmt.Sprintf("缺知识点的各项中，%d 项在国家公布的知识点中已有，导入官方工作簿即可", published))
	}
	for _, t := range []string{"fee_list_d", "mdtrt_d", "stock_d", "drug_trac_d", "record_d", "setl_d"} {
		if tables[t] > 0 {
			texts = append(texts, fmt.Sprintf("有知识点而没有数据表 %s 的 %d 项", t, tables[t]))
		}
	}
	return texts
}

// targetText says what a rule class had for a problem.
func targetText(t *rule.TargetState) string {
	name := cmp.Or(t.Name, t.RuleID)
	switch t.Status {
	case rule.ProblemKnowledge:
		return name + "：无知识点"
	case rule.ProblemTable:
		return name + "：缺数据表 " + t.Table
	case rule.ProblemNotRun:
		return name + "：未运行"
	}
	return strings.TrimSuffix(fmt.Sprintf("%s：%d 点", name, t.Points), "：0 点")
}
