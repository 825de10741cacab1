package screening

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"yiheng/audit/finding"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/facts/registry"
)

// TrialRun tries a candidate on history: the services of the order's days are judged
// twice by its rule alone, as it judges now and as it would. What is found stays in Dir
// while it runs, and only the comparison leaves it.
type TrialRun struct {
	Lake      *lake.Lake
	Home      string
	Dir       string // a folder of its own, which the run empties
	Order     Order  // days, points, exclusions, and the Versions that judge now
	Candidate rule.Version
	Command   []string // starts a worker process
	Workers   int
	Progress  func(done, total int64) // rows of both runs; may be nil

	// Verdicts returns what people decided on findings of these ids: upheld, wholly or
	// partly, or not. What is not decided is not there.
	Verdicts func(ctx context.Context, ids []string) (map[string]bool, error)
}

// method says how precisions are estimated.
const method = "以同一编号（同一知识点、就诊、结算）的疑点在以往审核中的结论估计：成立（含部分成立）的件数除以已有结论的件数；没有已有结论的为不详"

const (
	mostAffected = 20 // institutions
	mostSamples  = 10 // findings of a kind
)

// Run judges and compares.
func (t *TrialRun) Run(ctx context.Context) (*rule.TrialResult, error) {
	def, err := t.Candidate.Definition()
	if err != nil {
		return nil, err
	}
	t.Order.Rules, t.Order.New, t.Order.Stage = nil, false, "事后"
	if own, ok := rule.Get(def.ID); ok {
		t.Order.Rules = append(t.Order.Rules, own)
	}
	now, candidate := t.versions(def)
	whole := &rule.TrialResult{
		Candidate: t.Candidate.Label(def), Knowledge: t.Order.Knowledge, Method: method,
		Institutions: []rule.AffectedInstitution{}, Samples: []rule.FindingSample{}, Now: t.labelNow(now),
	}
	c := comparing{TrialRun: t, TrialResult: whole, before: make(map[string]seenFinding)}
	if len(t.Order.Rules)+len(now) > 0 {
		if whole.NowTook, err = t.judge(ctx, "now", now, 0, whole, c.noteNow); err != nil {
			return nil, err
		}
	}
	if whole.Took, err = t.judge(ctx, "candidate", candidate, 1, whole, c.noteCandidate); err != nil {
		return nil, err
	}
	c.noteGone()
	return whole, c.estimate(ctx)
}

// versions returns what judges now, and the same with the candidate in the place of
// those of its region, on all days of the run.
func (t *TrialRun) versions(def *rule.Definition) (now, candidate []rule.Version) {
	for _, v := range t.Order.Versions {
		other, err := v.Definition()
		if err != nil || other.ID != def.ID || v.ID == t.Candidate.ID || v.Grey {
			continue
		}
		now = append(now, v)
		if v.Region != t.Candidate.Region {
			candidate = append(candidate, v)
		}
	}
	tried := t.Candidate
	tried.From, tried.To, tried.Grey, tried.Institutions = t.Order.From, t.Order.To, false, nil
	candidate = append(candidate, tried)
	slices.SortFunc(candidate, func(a, b rule.Version) int { return strings.Compare(a.ID, b.ID) })
	return now, candidate
}

// labelNow names what judges in the candidate's region at the end of the days.
func (t *TrialRun) labelNow(now []rule.Version) string {
	lib := NewLibrary(Parts{Rules: t.Order.Rules, Versions: now})
	for _, r := range lib.rules {
		if r.kin == nil || r.judges(t.Order.To, place{region: t.Candidate.Region}) {
			return r.Version
		}
	}
	return ""
}

// judge makes one run of its own, adds to whole what the candidate judged there, and yields what it found in the candidate's region.
func (t *TrialRun) judge(ctx context.Context, name string, versions []rule.Version, part int64, whole *rule.TrialResult, note func(*finding.Finding)) (took time.Duration, err error) {
	o := t.Order
	o.Versions, o.Trial = versions, t.Candidate.ID+" "+name
	plan, err := MakePlan(ctx, t.Lake, t.Home, o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, t.Lake.Unpin(context.WithoutCancel(ctx), plan.Epoch, plan.RunID)) }()
	t.Order.Epoch = plan.Epoch
	dir := filepath.Join(t.Dir, name)
	if err := os.RemoveAll(dir); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := Runner{Dir: dir, Command: t.Command, Workers: t.Workers}
	if t.Progress != nil {
		r.Progress = func(done, total int64) { t.Progress(part*total+done, 2*total) }
	}
	result, err := r.Run(ctx, plan)
	if err != nil {
		return 0, err
	}
	for i := range result.Reports {
		whole.Lines += result.Reports[i].TriedLines
		whole.Visits += result.Reports[i].TriedVisits
	}
	institutions, err := claim.ReadInstitutions(plan.Files["fixmedins_b"], plan.sources())
	if err != nil {
		return 0, err
	}
	elsewhere := make(map[string]bool)
	for i := range institutions {
		in := &institutions[i]
		elsewhere[in.FixmedinsCode] = !registry.Within(in.FixBlngAdmdvs, t.Candidate.Region)
	}
	return result.Finished.Sub(result.Started), result.Each(func(f *finding.Finding) error {
		if !elsewhere[f.FixmedinsCode] {
			note(f)
		}
		return nil
	})
}

// Each yields what a finished run found.
func (res *Result) Each(yield func(*finding.Finding) error) error {
	each := func(p *personFindings) error {
		for _, f := range p.Findings {
			if err := yield(f); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.Join(res.eachTogether(each), res.eachPerson(nil, each))
}

// seenFinding is what is compared of a finding.
type seenFinding struct {
	org, name, visit, why string
	amount                claim.Money
	judged                string // result, severity, lines, amount
}

func seen(f *finding.Finding) seenFinding {
	return seenFinding{
		org: f.FixmedinsCode, name: f.FixmedinsName, visit: f.MdtrtID, why: f.Explanation, amount: f.Amount,
		judged: strings.Join([]string{f.Result, string(rune('0' + f.Severity)), f.OwnAmount.String(), strings.Join(f.Lines, ";")}, "|"),
	}
}

// comparing is a comparison in the making.
type comparing struct {
	*TrialRun
	*rule.TrialResult
	before   map[string]seenFinding // found now, by id; what both find is taken out
	idsNow   []string
	ids      []string
	affected map[string]*rule.AffectedInstitution
}

func (c *comparing) noteNow(f *finding.Finding) {
	c.before[f.ID] = seen(f)
	c.idsNow = append(c.idsNow, f.ID)
}

func (c *comparing) noteCandidate(f *finding.Finding) {
	c.ids = append(c.ids, f.ID)
	is := seen(f)
	was, both := c.before[f.ID]
	delete(c.before, f.ID)
	switch {
	case !both:
		c.note("added", f.ID, is)
	case was.judged != is.judged:
		c.note("changed", f.ID, is)
	default:
		add(&c.Same, is)
	}
}

func (c *comparing) noteGone() {
	ids := make([]string, 0, len(c.before))
	for id := range c.before {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		c.note("gone", id, c.before[id])
	}
	for _, a := range c.affected {
		c.Institutions = append(c.Institutions, *a)
	}
	weight := func(a rule.AffectedInstitution) (int64, claim.Money) {
		return a.Added.Findings + a.Gone.Findings + a.Changed.Findings, a.Added.Amount + a.Gone.Amount + a.Changed.Amount
	}
	slices.SortFunc(c.Institutions, func(a, b rule.AffectedInstitution) int {
		n, x := weight(a)
		m, y := weight(b)
		return cmp.Or(cmp.Compare(m, n), cmp.Compare(y, x), strings.Compare(a.Code, b.Code))
	})
	c.Institutions = c.Institutions[:min(len(c.Institutions), mostAffected)]
}

// note adds a finding that only one of the two gives, or both differently.
func (c *comparing) note(what, id string, f seenFinding) {
	if c.affected == nil {
		c.affected = make(map[string]*rule.AffectedInstitution)
	}
	a := c.affected[f.org]
	if a == nil {
		a = &rule.AffectedInstitution{Code: f.org, Name: f.name}
		c.affected[f.org] = a
	}
	sums := map[string][2]*rule.FindingSum{"added": {&c.Added, &a.Added}, "gone": {&c.Gone, &a.Gone}, "changed": {&c.Changed, &a.Changed}}[what]
	add(sums[0], f)
	add(sums[1], f)
	if sums[0].Findings <= mostSamples {
		c.Samples = append(c.Samples, rule.FindingSample{What: what, FindingID: id, Institution: f.org, Visit: f.visit, Amount: f.amount, Explanation: f.why})
	}
}

func add(to *rule.FindingSum, f seenFinding) {
	to.Findings++
	to.Amount += f.amount
}

// estimate asks for the past verdicts on what each of the two gives.
func (c *comparing) estimate(ctx context.Context) error {
	for _, x := range []struct {
		ids []string
		to  *rule.Precision
	}{{c.ids, &c.TrialResult.Precision}, {c.idsNow, &c.NowPrecision}} {
		upheld, decided := int64(0), int64(0)
		for part := range slices.Chunk(x.ids, 500) {
			verdicts, err := c.Verdicts(ctx, part)
			if err != nil {
				return err
			}
			decided += int64(len(verdicts))
			for _, yes := range verdicts {
				if yes {
					upheld++
				}
			}
		}
		*x.to = rule.PrecisionOf(upheld, decided)
	}
	c.TrialResult.Epoch = c.Order.Epoch
	return nil
}

// EverywhereOnly returns the order of a run in a clean city: the candidate judges alone
// what its rule judges, at every institution and on every day.
func EverywhereOnly(o Order, candidate *rule.Version) (Order, error) {
	def, err := candidate.Definition()
	if err != nil {
		return o, err
	}
	o.Rules = nil
	if own, ok := rule.Get(def.ID); ok {
		o.Rules = append(o.Rules, own)
	}
	o.Versions, o.Trial = []rule.Version{candidate.Everywhere()}, candidate.ID
	return o, nil
}
