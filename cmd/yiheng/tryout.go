package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/review"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/demo"
	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/job"
)

// world is what stored rules are held against.
func (h *home) world() rule.World {
	return rule.World{Try: screening.RunVersion, Institutions: h.institutions, Days: h.days}
}

// institutions returns those of the codes that the register of the newest epoch has.
func (h *home) institutions(ctx context.Context, codes []string) (found []rule.GreyInstitution, err error) {
	wanted := make(map[string]bool, len(codes))
	for _, code := range codes {
		wanted[code] = true
	}
	e, err := h.lake.Epoch(ctx, 0)
	if err != nil {
		return nil, err
	}
	all, err := h.institutionsAt(ctx, e)
	for i := range all {
		if in := &all[i]; wanted[in.FixmedinsCode] {
			found = append(found, rule.GreyInstitution{Code: in.FixmedinsCode, Name: in.FixmedinsName, Region: in.FixBlngAdmdvs})
		}
	}
	return found, err
}

// days are the first and the last day of the months in which the newest epoch has visits that
// ended, settlements or lines: as near as the names of the lake's files tell. Before any intake
// there is none.
func (h *home) days(ctx context.Context) (first, last calendar.Day, err error) {
	e, err := h.lake.Epoch(ctx, 0)
	if err != nil {
		if errors.Is(err, lake.ErrNoEpoch) {
			err = nil
		}
		return calendar.NoDay, calendar.NoDay, err
	}
	least, most := 0, 0
	for _, table := range []string{claim.Mdtrt.Name, claim.Setl.Name, claim.FeeList.Name} {
		files, err := h.lake.Files(ctx, e, table, 0)
		if err != nil {
			return calendar.NoDay, calendar.NoDay, err
		}
		for _, f := range files {
			if f.Month != 0 && (least == 0 || f.Month < least) {
				least = f.Month
			}
			most = max(most, f.Month)
		}
	}
	if least == 0 {
		return calendar.NoDay, calendar.NoDay, nil
	}
	return calendar.DayOf(least/12, least%12+1, 1), calendar.DayOf((most+1)/12, (most+1)%12+1, 1) - 1, nil
}

func checkTryout(a rule.TryoutJob) error {
	if a.Tryout == "" {
		return errors.New("缺少 tryout：试运行由接口 /api/rule-versions 排入")
	}
	return nil
}

// tryouts is the folder of what tryouts find, which goes nowhere.
const tryouts = "tryouts"

// trial compares a stored version with what judges now, on the home's own history.
func trial(ctx context.Context, h *home, task *job.Task, id string) error {
	t, s, err := rule.ReadTryout(ctx, h.db, id)
	if err != nil || t.Done {
		return final(err)
	}
	order := screening.Order{From: t.From, To: t.To}
	if err := h.pinKnowledge(ctx, &order); err != nil && !errors.Is(err, knowledge.ErrNone) {
		return err
	}
	if order.Versions, err = rule.Judging(ctx, h.db); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	run := screening.TrialRun{
		Lake: h.lake, Home: h.dir, Dir: filepath.Join(h.dir, tryouts, t.ID), Order: order, Candidate: s.Judging(),
		Command: []string{self, "worker"}, Workers: runtime.NumCPU(),
		Progress: func(done, total int64) { task.Progress(done, total, "行", "试运行") },
		Verdicts: func(ctx context.Context, ids []string) (map[string]bool, error) {
			return review.Outcomes(ctx, h.db, ids)
		},
	}
	run.Candidate.Grey, run.Candidate.Institutions = false, nil
	found, err := run.Run(ctx)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(run.Dir); err != nil {
		return err
	}
	return rule.Finish(ctx, h.db, t, found.Judged(), found)
}

// The city in which nothing is wrong: the same for everybody.
const (
	cleanSeed  = 20250101
	cleanLines = 60_000
	mostShown  = 10 // examples
)

// gate judges a fictitious city in which nothing is wrong by a stored version, with the
// knowledge that the city is lawful by: a violation there is the rule's fault.
func gate(ctx context.Context, h *home, task *job.Task, id string) error {
	t, s, err := rule.ReadTryout(ctx, h.db, id)
	if err != nil || t.Done {
		return final(err)
	}
	dir, err := os.MkdirTemp(h.dir, ".gate-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	city, err := cleanCity(ctx, dir, func(done int64) { task.Progress(done, cleanLines, "行", "生成合规城市") })
	if err != nil {
		return err
	}
	defer city.Close()
	v := s.Judging()
	order, err := screening.EverywhereOnly(screening.Order{From: calendar.DayOf(2025, 1, 1), To: calendar.DayOf(2025, 12, 31), Stage: "事后"}, &v)
	if err != nil {
		return final(err)
	}
	if err := city.pinKnowledge(ctx, &order); err != nil {
		return err
	}
	found, err := city.gate(ctx, order, func(done, total int64) { task.Progress(done, total, "行", "在合规城市中判定") })
	if err != nil {
		return err
	}
	return rule.Finish(ctx, h.db, t, found.Violations == 0, found)
}

// cleanCity makes a home of its own with the city and its knowledge in it. Its database is
// in its folder, wherever the system of record is.
func cleanCity(ctx context.Context, dir string, progress func(int64)) (*home, error) {
	files, own := filepath.Join(dir, "city"), filepath.Join(dir, "home")
	if _, err := demo.Write(files, demo.Options{Lines: cleanLines, Seed: cleanSeed, Clean: true, Progress: progress}); err != nil {
		return nil, err
	}
	for _, args := range [][]string{
		{"intake", "--buckets", "4", files}, {"knowledge", "import", "starter"}, {"knowledge", "import", filepath.Join(files, "points.csv")},
	} {
		if err := apart(ctx, own, args...); err != nil {
			return nil, err
		}
	}
	d, err := db.OpenAt(ctx, own, "")
	if err != nil {
		return nil, err
	}
	return openRooms(ctx, own, d, 0)
}

// apart runs this program on another home, which has a database and a clock of its own.
func apart(ctx context.Context, home string, args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, self, append([]string{"--home", home}, args...)...)
	c.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, db.Setting+"=") || strings.HasPrefix(v, "YIHENG_PRACTICE_CLOCK=")
	})
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("合规城市没有备好（%s）：%w\n%s", args[0], err, said)
	}
	return nil
}

// gate screens the city and counts what a rule gives there.
func (h *home) gate(ctx context.Context, o screening.Order, progress func(done, total int64)) (*rule.CleanCityResult, error) {
	plan, err := screening.MakePlan(ctx, h.lake, h.dir, o)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r := screening.Runner{Dir: filepath.Join(h.dir, screening.Runs), Command: []string{self, "worker"}, Workers: runtime.NumCPU(), Progress: progress}
	result, err := r.Run(ctx, plan)
	if err != nil {
		return nil, err
	}
	g := &rule.CleanCityResult{Program: version, Seed: cleanSeed, Examples: []rule.FindingSample{}}
	for i := range result.Reports {
		g.Lines += result.Reports[i].Lines
	}
	return g, result.Each(func(f *finding.Finding) error {
		if f.Result != finding.Violation {
			g.Suspicions++
			return nil
		}
		if g.Violations++; g.Violations <= mostShown {
			g.Examples = append(g.Examples, rule.FindingSample{
				What: "violation", FindingID: f.ID, Institution: f.FixmedinsCode, Visit: f.MdtrtID, Amount: f.Amount, Explanation: f.Explanation,
			})
		}
		return nil
	})
}

// final is an error that trying again would only repeat; nil stays nil.
func final(err error) error {
	if err == nil {
		return nil
	}
	return job.Final(err)
}
