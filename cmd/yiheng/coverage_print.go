package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/rule"
)

// kindNames are the kinds of cases in words.
var kindNames = map[string]string{
	"hit": "命中", "clean": "合规", "boundary": "边界", "refund": "退费", "self_paid": "自费", "unknown": "不详",
	"validity": "期限", "region": "区划", "exception": "例外", "semantics": "语义",
}

// classMarks are how the states of classes look, in order.
var classMarks = []mark{
	{finding.Ran, "●", "可执行", green},
	{finding.NotRunNoKnowledge, "○", "缺知识点", yellow},
	{"", "△", "缺数据表", cyan},
	{finding.NotRunProgram, "×", "本版本不能执行", red},
}

// problemMarks are how the states of problems look, in order.
var problemMarks = []mark{
	{rule.ProblemRuns, "●", "可执行", green},
	{rule.ProblemIndicator, "◆", "指标", green},
	{rule.ProblemKnowledge, "○", "缺知识点", yellow},
	{rule.ProblemTable, "△", "缺数据表", cyan},
	{rule.ProblemNotRun, "×", "规则未运行", red},
	{rule.ProblemGap, "□", "缺数据", red},
}

// printClasses shows the classes, grouped as the national library groups them.
func printClasses(s *sheet, cov *coverage) {
	s.title("规则覆盖", cov.Source)
	tally := make([]int, len(classMarks))
	for i := range cov.Classes {
		tally[markOf(classMarks, cov.Classes[i].Status)]++
	}
	s.legend(fmt.Sprintf("规则类 %d 个", len(cov.Classes)), classMarks, tally)
	s.line(dim, "环节：前 事前、中 事中、后 事后；案例按种类："+strings.Join(kindsInWords(), "、"))
	group := ""
	for i := range cov.Classes {
		c := &cov.Classes[i]
		if g := c.Rule.Tier1 + " / " + c.Rule.Tier2; g != group {
			group = g
			s.heading(g)
			s.row(dim, classHead())
		}
		s.row("", classCells(c))
		s.wrapped(dim, "    看不见  ", c.Rule.Blind)
	}
	s.heading("问题清单")
	printDomains(s, cov)
	s.line(dim, "逐项列出：yiheng rule coverage --problems；待核定的知识点：yiheng rule coverage --draft FILE")
}

func kindsInWords() []string {
	var words []string
	for _, k := range rule.Kinds {
		words = append(words, kindNames[k])
	}
	return words
}

func classHead() []cell {
	head := []cell{{"", 1, false}, {"序", 2, true}, {"规则", 16, false}, {"名称", 30, false}, {"程序", 11, false}, {"环节", 6, false}}
	for _, k := range rule.Kinds {
		head = append(head, cell{string([]rune(kindNames[k])[:1]), 2, true})
	}
	return append(head, cell{"知识点", 6, true}, cell{"状态", 0, false})
}

func classCells(c *classState) []cell {
	r, m := c.Rule, classMarks[markOf(classMarks, c.Status)]
	seq := ""
	if r.Seq > 0 {
		seq = strconv.Itoa(r.Seq)
	}
	stages := ""
	for _, stage := range r.Stages {
		stages += strings.TrimPrefix(stage, "事")
	}
	cells := []cell{{m.colour.of(m.sign), 1, false}, {seq, 2, true}, {r.ID, 16, false}, {r.Name, 30, false}, {r.Program, 11, false}, {stages, 6, false}}
	for _, k := range rule.Kinds {
		n := "·"
		if c.Cases[k] > 0 {
			n = strconv.Itoa(c.Cases[k])
		}
		cells = append(cells, cell{n, 2, true})
	}
	return append(cells, cell{strconv.Itoa(c.Points), 6, true}, cell{m.colour.of(statusName(c.Status)), 0, false})
}

// printDomains shows how the problems of each domain stand.
func printDomains(s *sheet, cov *coverage) {
	tally := make([]int, len(problemMarks))
	byDomain := make(map[string][]int)
	var domains []string
	for _, p := range cov.Problems {
		if byDomain[p.Domain] == nil {
			byDomain[p.Domain] = make([]int, len(problemMarks))
			domains = append(domains, p.Domain)
		}
		k := markOf(problemMarks, p.Status)
		byDomain[p.Domain][k]++
		tally[k]++
	}
	s.legend(fmt.Sprintf("检查 %d 项", len(cov.Problems)), problemMarks, tally)
	if n := partly(cov.Problems); n > 0 {
		s.line(dim, fmt.Sprintf("可执行和指标中，%d 项只能判定一部分，限度见各项；指标只比较科室或机构，不认定单次违规", n))
	}
	head := []cell{{"", 1, false}, {"领域", 9, false}}
	for _, m := range problemMarks {
		head = append(head, cell{m.name, 11, true})
	}
	s.row(dim, append(head, cell{"合计", 8, true}))
	for _, d := range domains {
		cells, sum := []cell{{"", 1, false}, {d, 9, false}}, 0
		for _, n := range byDomain[d] {
			text := "·"
			if n > 0 {
				text = strconv.Itoa(n)
			}
			sum += n
			cells = append(cells, cell{text, 11, true})
		}
		s.row("", append(cells, cell{strconv.Itoa(sum), 8, true}))
	}
}

// partly counts the problems that are decided in part only.
func partly(problems []rule.ProblemState) int {
	n := 0
	for _, p := range problems {
		if p.Part != "" && (p.Status == rule.ProblemRuns || p.Status == rule.ProblemIndicator) {
			n++
		}
	}
	return n
}

// printProblems shows every problem with what decides it and what is missing.
func printProblems(s *sheet, cov *coverage) {
	s.title("问题清单", cov.Source)
	printDomains(s, cov)
	domain := ""
	for i := range cov.Problems {
		p := &cov.Problems[i]
		if p.Domain != domain {
			domain = p.Domain
			s.heading(domain)
		}
		m := problemMarks[markOf(problemMarks, p.Status)]
		s.row("", []cell{{m.colour.of(m.sign), 1, false}, {p.No, 3, true}, {p.Category, 13, false}, {m.colour.of(m.name), 10, false}, {p.Check, 0, false}})
		for k := range p.By {
			s.wrapped(dim, "        由  ", targetName(&p.By[k]))
		}
		if p.Status == rule.ProblemKnowledge {
			s.wrapped(dim, "        须  ", "知识点载明："+p.Point+publicHint(p))
		}
		if p.Part != "" {
			s.wrapped(dim, "        限  ", p.Part)
		}
		if p.Data != "" {
			s.wrapped(dim, "        缺  ", p.Data)
		}
	}
}

func publicHint(p *rule.ProblemState) string {
	if p.Public {
		return "（国家公布的知识点中有，导入官方工作簿即可）"
	}
	return ""
}

// markOf returns the index of a status among marks; a status that none names is the
// first without a status of its own.
func markOf(marks []mark, status string) int {
	if i := slices.IndexFunc(marks, func(m mark) bool { return m.status == status }); i >= 0 {
		return i
	}
	return slices.IndexFunc(marks, func(m mark) bool { return m.status == "" })
}
