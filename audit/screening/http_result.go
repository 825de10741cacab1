package screening

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"yiheng/audit/finding"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/web"
)

// RunFigures are what a screening came to.
type RunFigures struct {
	RunID       string `json:"run_id"`
	Persons     int64  `json:"persons" doc:"that were read"`
	Encounters  int64  `json:"encounters"`
	Settlements int64  `json:"settlements"`
	Lines       int64  `json:"lines"`
	Fund        string `json:"fund_pay_sumamt,omitempty" doc:"paid by the fund for the settlements of the days, in yuan"`
	Violation   RunSum `json:"violation"`
	Suspicion   RunSum `json:"suspicion"`
	Concerned   int64  `json:"concerned" doc:"insured persons with findings"`
	Ran         int    `json:"ran" doc:"rule classes"`
	NotRun      int    `json:"not_run" doc:"rule classes"`
	Checks      string `json:"checks" doc:"the checks of the problem lists, in words"`
	Seconds     int64  `json:"seconds"`
}

// RunSum counts findings with their money in yuan.
type RunSum struct {
	Findings int64  `json:"findings"`
	Amount   string `json:"amount"`
}

// RunResult is a screening with all that it says of itself.
type RunResult struct {
	RunView
	Base         string         `json:"base_run,omitempty" doc:"the run whose findings for unchanged persons were taken over"`
	Snapshot     string         `json:"snapshot_id,omitempty"`
	Knowledge    string         `json:"knowledge_hash,omitempty"`
	RuleSet      string         `json:"rule_set_hash,omitempty"`
	Version      string         `json:"version,omitempty" doc:"of the program"`
	ByRule       []RunRule      `json:"by_rule" nullable:"false"`
	ByInstitute  []RunInstitute `json:"by_institution" nullable:"false"`
	Gaps         []RunGap       `json:"gaps" nullable:"false"`
	Problems     []RunProblem   `json:"problems" nullable:"false" doc:"checks of the problem lists that were not done"`
	Issues       []RunIssue     `json:"data_issues" nullable:"false"`
	Files        []RunFile      `json:"files" nullable:"false"`
	Institutions []string       `json:"institutions" nullable:"false" doc:"that have a list of their own"`
}

// RunRule is a rule class in a run.
type RunRule struct {
	RuleID    string         `json:"rule_id"`
	Name      string         `json:"rule_name"`
	Tier1     string         `json:"tier1"`
	Ran       bool           `json:"ran"`
	Status    string         `json:"status" doc:"in words"`
	Points    int64          `json:"points"`
	Violation RunSum         `json:"violation"`
	Suspicion RunSum         `json:"suspicion"`
	Unchecked []RunUnchecked `json:"unchecked" nullable:"false" doc:"what a missing fact left undone"`
	LeftOut   []RunUnchecked `json:"left_out" nullable:"false" doc:"what exclusion lists took from it"`
}

// RunUnchecked counts checks that were not done for a reason.
type RunUnchecked struct {
	Reason string `json:"reason"`
	Count  int64  `json:"count"`
}

// RunInstitute is what the findings at an institution come to.
type RunInstitute struct {
	Code      string `json:"fixmedins_code"`
	Name      string `json:"fixmedins_name"`
	Violation RunSum `json:"violation"`
	Suspicion RunSum `json:"suspicion"`
}

// RunGap is what a run as a whole could not check, and why.
type RunGap struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// RunProblem is a check of the problem lists that was not done, and why.
type RunProblem struct {
	No     string `json:"no"`
	Domain string `json:"domain"`
	Check  string `json:"check"`
	Why    string `json:"why"`
}

// RunIssue counts a doubt about the data of an institution.
type RunIssue struct {
	Code  string `json:"fixmedins_code,omitempty"`
	Name  string `json:"fixmedins_name,omitempty"`
	Kind  string `json:"kind"`
	Count int64  `json:"count"`
}

// RunFile is a file of a run.
type RunFile struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

func figuresOf(run *finding.Run) *RunFigures {
	f := &RunFigures{
		RunID: run.RunID, Persons: run.Read.Persons, Encounters: run.Read.Encounters, Settlements: run.Read.Settlements, Lines: run.Read.Lines,
		Fund: yuan(run.Judged.Fund), Violation: sumOf(run.Totals.All.Violation), Suspicion: sumOf(run.Totals.All.Suspicion), Concerned: run.Totals.Persons,
		Checks: finding.ProblemCounts(run.Problems), Seconds: int64(run.Finished.Sub(run.Started).Seconds()),
	}
	for _, r := range run.Rules {
		if r.Status == finding.Ran {
			f.Ran++
		} else {
			f.NotRun++
		}
	}
	return f
}

func yuan(m claim.Money) string {
	if m.IsZero() {
		return ""
	}
	return m.String()
}

func sumOf(s finding.Sum) RunSum { return RunSum{s.Findings, yuan(s.Amount)} }

// result is a screening with what its folder says.
func (k *RunDesk) result(ctx context.Context, c *web.Call, id string) (r RunResult, err error) {
	j, err := k.job(ctx, c, id)
	if err != nil {
		return r, err
	}
	view, run, err := k.view(&j)
	r = RunResult{
		RunView: view, ByRule: []RunRule{}, ByInstitute: []RunInstitute{}, Gaps: []RunGap{}, Problems: []RunProblem{}, Issues: []RunIssue{},
		Files: []RunFile{}, Institutions: []string{},
	}
	if err != nil || run == nil {
		return r, err
	}
	r.Figures = figuresOf(run)
	r.Base, r.Snapshot, r.Knowledge, r.RuleSet, r.Version = run.BaseRunID, run.SnapshotID, run.KnowledgeHash, run.RuleSetHash, run.Version
	r.fill(run)
	var a screenArgument
	if err := json.Unmarshal(j.Argument, &a); err != nil {
		return r, err
	}
	for name := range delivered {
		if info, err := os.Stat(filepath.Join(a.Out, name)); err == nil {
			r.Files = append(r.Files, RunFile{name, info.Size()})
		}
	}
	slices.SortFunc(r.Files, func(a, b RunFile) int { return -len(a.Name) + len(b.Name) })
	r.Institutions = institutionsOf(a.Out)
	return r, nil
}

// fill takes over what a summary lists.
func (r *RunResult) fill(run *finding.Run) {
	for _, x := range run.Rules {
		r.ByRule = append(r.ByRule, RunRule{
			x.RuleID, x.Name, x.Tier1, x.Status == finding.Ran, finding.StatusName(x.Status), x.Points,
			sumOf(x.Found.Violation), sumOf(x.Found.Suspicion), undone(x.Unchecked), undone(x.LeftOut),
		})
	}
	for _, g := range run.Totals.ByInstitution.Groups {
		r.ByInstitute = append(r.ByInstitute, RunInstitute{g.Key, g.FixmedinsName, sumOf(g.Violation), sumOf(g.Suspicion)})
	}
	for _, g := range run.Gaps {
		r.Gaps = append(r.Gaps, RunGap(g))
	}
	for _, p := range run.Problems {
		if p.Status != rule.ProblemRuns && p.Status != rule.ProblemIndicator {
			r.Problems = append(r.Problems, RunProblem{p.No, p.Domain, p.Check, rule.ProblemStatusName(p.Status)})
		}
	}
	for _, d := range run.DataIssues {
		r.Issues = append(r.Issues, RunIssue{d.FixmedinsCode, d.FixmedinsName, d.Kind, d.Count})
	}
}

func undone(all []finding.Unchecked) []RunUnchecked {
	list := []RunUnchecked{}
	for _, u := range all {
		list = append(list, RunUnchecked(u))
	}
	return list
}
