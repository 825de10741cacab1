package screening

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// Order is what a screening is asked for.
type Order struct {
	From, To  calendar.Day
	Rules     []*rule.Rule
	Versions  []rule.Version // stored versions, by id
	Stage     string
	Epoch     int64  // 0: the newest
	Knowledge string // SHA-256 of the set of points in force
	Points    string // its file
	Count     int    // how many points it holds
	Excluding string // SHA-256 of the exclusion list in force; "": none
	Excluded  string // its file
	Trial     string // of a trial run: names it, so that its run is nobody else's; "": none
	New       bool   // judge only persons with rows since the last run
}

// Runs is the folder of runs in a home.
const Runs = "runs"

// ErrNoBase says why a run cannot build on an earlier one; a full run is to be made.
var ErrNoBase = errors.New("没有可以接续的筛查")

// MakePlan pins an epoch of the lake, the points and the rules. With order.New it
// builds on the last finished run that pinned the same points, rules and days, and
// judges the persons with rows since; when there is none, or when institutions
// changed, it returns a full plan and an error that wraps ErrNoBase and says why.
func MakePlan(ctx context.Context, l *lake.Lake, home string, o Order) (*Plan, error) {
	e, err := l.Epoch(ctx, o.Epoch)
	if err != nil {
		return nil, err
	}
	p := &Plan{
		Epoch: e.ID, SnapshotID: snapshotName(e), Knowledge: o.Knowledge, Points: o.Points, PointCount: o.Count, RulesHash: rulesHash(o.Rules, o.Versions), Versions: o.Versions,
		Excluding: o.Excluding, Exclusions: o.Excluded, Trial: o.Trial,
		Home: home, From: o.From, To: o.To, Stage: o.Stage, Buckets: l.Buckets(), Files: make(map[string][]lake.File),
	}
	for _, r := range o.Rules {
		p.Rules = append(p.Rules, r.ID)
	}
	horizon := (o.From.Year() - 1) * 12 // January of the year before the first service
	for _, t := range claim.Tables {
		from := horizon
		if t == claim.DrugTrac.Table {
			from = 0 // a package is what it is from its first day on
		}
		if p.Files[t.Name], err = l.Files(ctx, e, t.Name, from); err != nil {
			return nil, err
		}
	}
	p.Tables = liveTables(p.Files)
	if p.Live, err = l.Sources(ctx, e.ID); err != nil {
		return nil, err
	}
	var noBase error
	if o.New {
		if noBase = p.buildOn(filepath.Join(home, Runs)); noBase != nil && !errors.Is(noBase, ErrNoBase) {
			return nil, noBase
		}
	}
	if err := p.identify(); err != nil {
		return nil, err
	}
	if err := l.Pin(ctx, e.ID, p.RunID); err != nil {
		return nil, err
	}
	return p, noBase
}

// snapshotName names an epoch: its number and the head of the hash of its tables'
// Iceberg snapshots, which tells two homes apart.
func snapshotName(e lake.Epoch) string {
	h := sha256.New()
	for _, t := range slices.Sorted(maps.Keys(e.Snapshots)) {
		fmt.Fprintf(h, "%s %d\n", t, e.Snapshots[t])
	}
	return fmt.Sprintf("E%d-%x", e.ID, h.Sum(nil)[:4])
}

// buildOn makes p a plan for the persons touched since the last run like it.
func (p *Plan) buildOn(runs string) error {
	base, err := p.lastLike(runs)
	if err != nil {
		return err
	}
	for _, t := range []struct{ table, zh string }{{"fixmedins_b", "机构信息"}, {"dr_info_b", "医师信息"}} {
		for _, f := range p.Files[t.table] {
			if !slices.ContainsFunc(base.Files[t.table], func(o lake.File) bool { return o.Path == f.Path }) {
				return fmt.Errorf("%w：上次筛查以来%s有变化，改为全量筛查", ErrNoBase, t.zh)
			}
		}
	}
	now, before := p.sources(), base.sources()
	added, err := claim.PersonsOf(p.filesNotIn(base), func(tag string) bool { return has(now, tag) && !has(before, tag) }, nil)
	if err != nil {
		return err
	}
	gone := slices.ContainsFunc(base.Live, func(s lake.Source) bool { return !has(now, s.Tag) })
	if gone {
		retired := func(tag string) bool { return has(before, tag) && !has(now, tag) }
		if err := addPersons(added, base.Files, retired, nil); err != nil {
			return err
		}
	}
	moved, err := p.movedSince(base)
	if err != nil {
		return err
	}
	if moved != nil {
		if err := addPersons(added, p.Files, nil, moved); err != nil {
			return err
		}
	}
	if err := p.buildTogether(filepath.Join(runs, base.RunID), base, gone, moved != nil); err != nil {
		return err
	}
	p.Base, p.Persons = base.RunID, added
	return nil
}

func has(sources map[string]int64, tag string) bool {
	_, ok := sources[tag]
	return ok
}

// addPersons adds persons whom claim.PersonsOf finds in files.
func addPersons(to map[int][]string, files map[string][]lake.File, touched, concerned func(string) bool) error {
	more, err := claim.PersonsOf(files, touched, concerned)
	for b, psns := range more {
		to[b] = append(to[b], psns...)
		slices.Sort(to[b])
		to[b] = slices.Compact(to[b])
	}
	return err
}

// movedSince says who is concerned by keys that moved to another person since base.
func (p *Plan) movedSince(base *Plan) (func(psnNo string) bool, error) {
	now, err := claim.ReadMoved(p.Home, p.Live)
	if err != nil {
		return nil, err
	}
	before, err := claim.ReadMoved(p.Home, base.Live)
	if err != nil {
		return nil, err
	}
	return now.Since(before), nil
}

func (p *Plan) filesNotIn(base *Plan) map[string][]lake.File {
	old := make(map[string]bool)
	for _, files := range base.Files {
		for _, f := range files {
			old[f.Path] = true
		}
	}
	fresh := make(map[string][]lake.File)
	for t, files := range p.Files {
		for _, f := range files {
			if !old[f.Path] {
				fresh[t] = append(fresh[t], f)
			}
		}
	}
	return fresh
}

// lastLike returns the plan of the newest finished run with the points, rules, days
// and tables of p.
func (p *Plan) lastLike(runs string) (*Plan, error) {
	dirs, err := filepath.Glob(filepath.Join(runs, "YX*"))
	if err != nil {
		return nil, err
	}
	var best *Plan
	var at time.Time
	found := 0
	for _, dir := range dirs {
		var finished time.Time
		if readJSON(finishedFile(dir), &finished) != nil {
			continue
		}
		found++
		q, err := loadPlan(dir)
		if err != nil || !p.like(q) || best != nil && !finished.After(at) {
			continue
		}
		best, at = q, finished
	}
	switch {
	case best != nil:
		return best, nil
	case found == 0:
		return nil, fmt.Errorf("%w：还没有完成过筛查，改为全量筛查", ErrNoBase)
	}
	return nil, fmt.Errorf("%w：知识点、例外名单、规则、起止日期或数据表与以往各次筛查都不同，改为全量筛查", ErrNoBase)
}

func (p *Plan) like(q *Plan) bool {
	return p.Knowledge == q.Knowledge && p.Excluding == q.Excluding && p.RulesHash == q.RulesHash && p.From == q.From && p.To == q.To &&
		p.Stage == q.Stage && p.Buckets == q.Buckets && slices.Equal(p.Tables, q.Tables) && q.Epoch <= p.Epoch
}

// previous returns the folder of the run that this one's revisions count on from:
// the last finished one of an earlier epoch, or of the same epoch and made earlier;
// "" when there is none. Screening an old epoch again therefore gives the same.
func (r *Runner) previous(p *Plan) (string, error) {
	dirs, err := filepath.Glob(filepath.Join(r.Dir, "YX*"))
	if err != nil {
		return "", err
	}
	made, err := madeAt(filepath.Join(r.Dir, p.RunID))
	if err != nil {
		return "", err
	}
	best, bestEpoch, bestMade := "", int64(0), time.Time{}
	for _, dir := range dirs {
		if _, err := os.Stat(finishedFile(dir)); filepath.Base(dir) == p.RunID || err != nil {
			continue
		}
		q, err := loadPlan(dir)
		if err != nil {
			return "", err
		}
		at, err := madeAt(dir)
		if err != nil {
			return "", err
		}
		earlier := q.Epoch < p.Epoch || q.Epoch == p.Epoch && at.Before(made)
		if earlier && (best == "" || q.Epoch > bestEpoch || q.Epoch == bestEpoch && at.After(bestMade)) {
			best, bestEpoch, bestMade = dir, q.Epoch, at
		}
	}
	return best, nil
}

// madeAt returns when a run was first made; running it anew does not change that.
func madeAt(dir string) (at time.Time, err error) {
	path := filepath.Join(dir, "made.json")
	if err := readJSON(path, &at); !errors.Is(err, os.ErrNotExist) {
		return at, err
	}
	at = time.Now()
	return at, writeJSON(path, at)
}
