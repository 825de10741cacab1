package rule

import (
	"iter"
	"regexp"
	"slices"
	"sync"

	"yiheng/audit/knowledge"
	"yiheng/ground/calendar"
)

// Setting is what the library is held against: a home as it is, or one run.
type Setting struct {
	Points   iter.Seq[*knowledge.Point]
	From, To calendar.Day             // days on which points count when they are valid on any
	Has      func(table string) bool  // whether there are rows of a table
	Runs     func(ruleID string) bool // nil: every class that this version runs
}

// What becomes of a problem in a setting.
const (
	ProblemRuns      = "executable"      // a class with points for it runs
	ProblemIndicator = "indicator"       // such a class compares peers (share, ratio): never a single case
	ProblemKnowledge = "needs_knowledge" // the classes are there, no point for it is in force
	ProblemTable     = "table_missing"   // points are there, a table has no rows
	ProblemNotRun    = "not_run"         // the classes do not run: not chosen, or not in this version
	ProblemGap       = "gap"             // needs data that the platform does not take in
)

// ProblemStatusName returns what becomes of a problem in words.
func ProblemStatusName(status string) string {
	return map[string]string{
		ProblemRuns: "可执行", ProblemIndicator: "指标", ProblemKnowledge: "缺知识点",
		ProblemTable: "缺数据表", ProblemNotRun: "规则未运行", ProblemGap: "缺数据",
	}[status]
}

// ProblemState is what becomes of a problem in a setting.
type ProblemState struct {
	No       string        `json:"no"`
	Domain   string        `json:"domain"`
	Category string        `json:"category"`
	Check    string        `json:"check"`
	Status   string        `json:"status"` // ProblemRuns …
	By       []TargetState `json:"by,omitempty"`
	Point    string        `json:"point,omitempty"`
	Part     string        `json:"part,omitempty"`
	Data     string        `json:"data,omitempty"`
	Public   bool          `json:"public,omitempty"` // complete points for it are published nationally
}

// TargetState is what a class has for a problem.
type TargetState struct {
	RuleID  string `json:"rule_id"`
	Name    string `json:"rule_name"`
	Program string `json:"program"`
	Points  int64  `json:"points"` // that serve the problem
	Table   string `json:"missing_table,omitempty"`
	Status  string `json:"status"`
}

// Assess says of every problem of the list what becomes of it in a setting.
func (s *Setting) Assess() []ProblemState {
	list := Problems()
	points := s.served(list)
	states := make([]ProblemState, len(list))
	for i := range list {
		p := &list[i]
		state := &states[i]
		*state = ProblemState{
			No: p.No, Domain: p.Domain, Category: p.Category, Check: p.Check, Status: ProblemGap, Point: p.Point, Part: p.Part, Data: p.Data,
		}
		for k := range p.By {
			state.Public = state.Public || p.By[k].Public
			state.By = append(state.By, s.target(&p.By[k], points[i][k]))
		}
		for _, status := range []string{ProblemRuns, ProblemIndicator, ProblemTable, ProblemKnowledge, ProblemNotRun} {
			if slices.ContainsFunc(state.By, func(t TargetState) bool { return t.Status == status }) {
				state.Status = status
				break
			}
		}
	}
	return states
}

// place is a target of a problem in the list.
type place struct {
	problem *Problem
	target  *Target
	count   *int64
}

// served counts the points that serve each target of each problem.
func (s *Setting) served(list []Problem) [][]int64 {
	byRule := make(map[string]*places)
	counts := make([][]int64, len(list))
	for i := range list {
		counts[i] = make([]int64, len(list[i].By))
		for k := range list[i].By {
			t := &list[i].By[k]
			if byRule[t.RuleID] == nil {
				byRule[t.RuleID] = &places{byPrefix: make(map[string][]place)}
			}
			byRule[t.RuleID].add(place{&list[i], t, &counts[i][k]})
		}
	}
	for p := range s.Points {
		if at := byRule[p.RuleID]; at != nil && s.valid(p) {
			at.count(p)
		}
	}
	return counts
}

// places are the targets of one class, found by the codes that they name.
type places struct {
	all      []place
	anyCode  []place // whose Codes are empty
	byPrefix map[string][]place
	lengths  []int // of the prefixes
}

func (x *places) add(at place) {
	x.all = append(x.all, at)
	if len(at.target.Codes) == 0 {
		x.anyCode = append(x.anyCode, at)
	}
	for _, prefix := range at.target.Codes {
		x.byPrefix[prefix] = append(x.byPrefix[prefix], at)
		if !slices.Contains(x.lengths, len(prefix)) {
			x.lengths = append(x.lengths, len(prefix))
		}
	}
}

// count counts a point for every target that it serves, once.
func (x *places) count(p *knowledge.Point) {
	candidates := slices.Clone(x.anyCode)
	if names(p) {
		candidates = x.all
	} else {
		for code := range codesOf(p) {
			for _, n := range x.lengths {
				if len(code) >= n {
					candidates = append(candidates, x.byPrefix[code[:n]]...)
				}
			}
		}
	}
	for i, at := range candidates {
		first := !slices.ContainsFunc(candidates[:i], func(o place) bool { return o.count == at.count })
		if first && at.target.Serves(at.problem.No, p) {
			*at.count++
		}
	}
}

// valid says whether p has all its parameters and is valid on one of the days.
func (s *Setting) valid(p *knowledge.Point) bool {
	return (p.Params == nil || !p.Params.NeedsParameters) &&
		(p.ValidFrom == calendar.NoDay || p.ValidFrom <= s.To) && (p.ValidTo == calendar.NoDay || p.ValidTo >= s.From)
}

func (s *Setting) target(t *Target, points int64) TargetState {
	state := TargetState{RuleID: t.RuleID, Points: points, Status: ProblemNotRun}
	r, known := Get(t.RuleID)
	if !known {
		return state
	}
	state.Name, state.Program = r.Name, r.Program
	for _, table := range slices.Concat(r.Tables(), t.Tables) {
		if state.Table == "" && !s.Has(table) {
			state.Table = table
		}
	}
	switch {
	case !Executable(r), s.Runs != nil && !s.Runs(t.RuleID):
	case r.NeedsPoint && points == 0:
		state.Status = ProblemKnowledge
	case state.Table != "":
		state.Status = ProblemTable
	case r.Program == "share" || r.Program == "ratio":
		state.Status = ProblemIndicator
	default:
		state.Status = ProblemRuns
	}
	return state
}

// Tables returns the tables without rows of which r can find nothing.
func (r *Rule) Tables() []string {
	switch r.Program {
	case "consistency", "sequence":
		return []string{"mdtrt_d"}
	case "integrity":
		if r.Check == "sum_mismatch" {
			return []string{"fee_list_d", "setl_d"}
		}
	case "share":
		return []string{"fee_list_d", "mdtrt_d"}
	case "stock":
		return []string{"fee_list_d", "stock_d"}
	case "trace":
		return []string{"drug_trac_d"}
	}
	return []string{"fee_list_d"}
}

// CaseKinds counts the cases of a class by their kind.
func CaseKinds(id string) (map[string]int, error) {
	cases, err := Cases(id)
	if err != nil {
		return nil, err
	}
	kinds := make(map[string]int)
	for i := range cases {
		kinds[cases[i].Kind]++
	}
	return kinds, nil
}

// caseHead begins a case in a cases.yaml.
var caseHead = regexp.MustCompile(`(?m)^- name:`)

// caseCounts are the numbers of cases by class. They are counted by how each case begins:
// to read all of them takes seconds.
var caseCounts = sync.OnceValue(func() map[string]int {
	counts := make(map[string]int)
	for _, r := range catalogue() {
		text, err := embedded.ReadFile("library/" + r.ID + "/cases.yaml")
		if err == nil { // a class that this version does not run has none
			counts[r.ID] = len(caseHead.FindAllIndex(text, -1))
		}
	}
	return counts
})
