package screening

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// certificatesName is the file of certificates beside the findings.
const certificatesName = "certificates.ndjson"

// Deliver gives a finished run out into a folder: findings in their formats, the
// institutions' own lists, certificates, summary and report.
func Deliver(res *Result, out, version string) (*finding.Run, error) {
	w, err := finding.Open(out, finding.Options{})
	if err != nil {
		return nil, err
	}
	defer w.Abort()
	certificates, err := createCertificates(w.Beside(certificatesName))
	if err != nil {
		return nil, err
	}
	defer certificates.file.Close()
	summary := make(chan summed, 1)
	go func() { // while the files are written
		run, err := res.summary(version)
		summary <- summed{run, err}
	}()
	add := func(p *personFindings) error {
		for _, f := range p.Findings {
			if err := w.Add(f); err != nil {
				return err
			}
		}
		return certificates.add(p.Certificate)
	}
	if err := errors.Join(res.eachTogether(add), res.eachPerson(nil, add)); err != nil {
		return nil, err
	}
	details, err := res.details(w.Top())
	if err != nil {
		return nil, err
	}
	s := <-summary
	if s.err != nil {
		return nil, s.err
	}
	run := s.run
	if err := certificates.Close(); err != nil {
		return nil, err
	}
	return run, w.Close(run, details)
}

// summed is a summary or why there is none.
type summed struct {
	run *finding.Run
	err error
}

// eachPerson calls f with everybody who has findings, bucket by bucket; skip leaves
// persons out.
func (res *Result) eachPerson(skip func(psnNo string) bool, f func(*personFindings) error) error {
	for b := range res.Plan.Buckets {
		r, err := openBase(res.Dir, b, skip)
		if err != nil {
			return err
		}
		for r.next != nil && err == nil {
			if err = f(r.next); err == nil {
				err = r.advance()
			}
		}
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// details looks up the lines of findings in their certificates.
func (res *Result) details(top []*finding.Finding) ([]finding.Detail, error) {
	wanted := make(map[string][]*finding.Finding)
	for _, f := range top {
		if !f.Across {
			wanted[f.PsnNo] = append(wanted[f.PsnNo], f)
		}
	}
	byID := make(map[string]finding.Detail, len(top))
	err := res.eachPerson(func(psn string) bool { return wanted[psn] == nil }, func(p *personFindings) error {
		var c Certificate
		if err := json.Unmarshal(p.Certificate, &c); err != nil {
			return err
		}
		for _, f := range wanted[p.PsnNo] {
			byID[f.ID] = c.detail(f)
		}
		return nil
	})
	if err == nil {
		err = res.readings(top, byID)
	}
	details := make([]finding.Detail, 0, len(top))
	for _, f := range top {
		if d, ok := byID[f.ID]; ok {
			details = append(details, d)
		}
	}
	return details, err
}

// readings looks up what findings across persons read.
func (res *Result) readings(top []*finding.Finding, byID map[string]finding.Detail) error {
	wanted := make(map[string]*finding.Finding)
	for _, f := range top {
		if f.Across {
			wanted[f.ID] = f
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return res.eachTogether(func(p *personFindings) error {
		var c Certificate
		for _, found := range p.Findings {
			f := wanted[found.ID]
			if f == nil {
				continue
			}
			if c.Format == 0 {
				if err := json.Unmarshal(p.Certificate, &c); err != nil {
					return err
				}
			}
			byID[f.ID] = finding.Detail{Finding: f, Read: c.Reading(f)}
		}
		return nil
	})
}

// detail picks the records of a finding out of its certificate.
func (c *Certificate) detail(f *finding.Finding) finding.Detail {
	d := finding.Detail{Finding: f}
	for i := range c.History.Encounters {
		if e := &c.History.Encounters[i]; e.MdtrtID == f.MdtrtID {
			d.Encounter = e
		}
	}
	for i := range c.History.Lines {
		switch l := &c.History.Lines[i]; {
		case slices.Contains(f.Lines, l.BkkpSn):
			d.Lines = append(d.Lines, *l)
		case slices.Contains(f.EvidenceLines, l.BkkpSn):
			d.Evidence = append(d.Evidence, *l)
		}
	}
	return d
}

// summary says what the run read, ran and could not check.
func (res *Result) summary(version string) (*finding.Run, error) {
	p := res.Plan
	run := &finding.Run{
		RunID: p.RunID, SnapshotID: p.SnapshotID, KnowledgeHash: p.Knowledge, RuleSetHash: p.RulesHash, Version: version,
		BaseRunID: p.Base, From: p.From, To: p.To, Started: res.Started, Finished: res.Finished,
	}
	lib, err := res.lib, error(nil)
	if lib == nil {
		lib, err = p.library()
	}
	if err != nil {
		return nil, err
	}
	unchecked, leftOut := make(map[string]map[string]int64), make(map[string]map[string]int64)
	issues := make(map[[2]string]*finding.DataIssue)
	for i := range res.Reports {
		r := &res.Reports[i]
		run.Read.Lines += r.Lines
		run.Read.Persons += r.Persons
		run.Read.Encounters += r.Visits
		run.Read.Settlements += r.Settlements
		run.Judged.Medfee += r.Medfee
		run.Judged.Inscp += r.Inscp
		run.Judged.Fund += r.Fund
		for _, u := range r.Unchecked {
			if unchecked[u.RuleID] == nil {
				unchecked[u.RuleID] = make(map[string]int64)
			}
			unchecked[u.RuleID][u.Reason] += u.N
		}
		for _, u := range r.LeftOut {
			if leftOut[u.RuleID] == nil {
				leftOut[u.RuleID] = make(map[string]int64)
			}
			leftOut[u.RuleID][u.Reason] += u.N
		}
		for _, c := range r.Issues {
			addDataIssue(issues, c.FixmedinsCode, c.Kind, c.N, c.Samples)
		}
	}
	run.Rules = p.ruleRuns(lib, unchecked, leftOut)
	run.Gaps, run.Problems = p.gaps(lib), p.problems(lib)
	if err := p.intakeIssues(issues); err != nil {
		return nil, err
	}
	for _, d := range issues {
		if in := lib.institutions[d.FixmedinsCode]; in != nil {
			d.FixmedinsName = in.FixmedinsName
		}
		run.DataIssues = append(run.DataIssues, *d)
	}
	return run, nil
}

func addDataIssue(issues map[[2]string]*finding.DataIssue, org, kind string, n int64, samples []string) {
	const most = 5
	key := [2]string{org, kind}
	d := issues[key]
	if d == nil {
		d = &finding.DataIssue{FixmedinsCode: org, Kind: kind}
		issues[key] = d
	}
	d.Count += n
	for _, s := range samples {
		if len(d.Samples) < most {
			d.Samples = append(d.Samples, s)
		}
	}
}

// intakeIssues adds what intake doubted in the rows of the plan's epochs. What
// depends on later files too (orphans, repeated keys) is judgement's to say.
func (p *Plan) intakeIssues(issues map[[2]string]*finding.DataIssue) error {
	for e := int64(1); e <= p.Epoch; e++ {
		var r claim.Report
		err := readJSON(filepath.Join(p.Home, "quality", strconv.FormatInt(e, 10)+".json"), &r)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, i := range r.Issues {
			if i.Kind == "line_orphan" || i.Kind == "key_twice" {
				continue
			}
			var samples []string
			for _, s := range i.Samples {
				samples = append(samples, fmt.Sprintf("%s 第%d行 %s %s", s.File, s.Line, s.Key, s.Detail))
			}
			addDataIssue(issues, i.Institution, i.Name, i.Count, samples)
		}
	}
	return nil
}

// ruleRuns says of every rule class whether it ran.
func (p *Plan) ruleRuns(lib *Library, unchecked, leftOut map[string]map[string]int64) []finding.RuleRun {
	inForce := make(map[string]int64)
	for _, r := range lib.rules {
		for _, q := range r.points {
			if q.ID != "" && q.counts() && (q.ValidFrom == calendar.NoDay || q.ValidFrom <= p.To) && (q.ValidTo == calendar.NoDay || q.ValidTo >= p.From) {
				inForce[r.ID]++
			}
		}
	}
	var runs []finding.RuleRun
	for _, r := range append(rule.All(), lib.regional()...) {
		run := finding.RuleRun{
			RuleID: r.ID, Name: r.Name, Tier1: r.Tier1, Tier2: r.Tier2, Program: r.Program, Points: inForce[r.ID], Status: finding.Ran,
		}
		switch missing := p.missingTable(r); {
		case !rule.Executable(r):
			run.Status = finding.NotRunProgram
		case !slices.Contains(p.Rules, r.ID) && !lib.hasVersion(r.ID):
			run.Status = finding.NotRunChosen
		case r.NeedsPoint && inForce[r.ID] == 0:
			run.Status = finding.NotRunNoKnowledge
		case missing != "":
			run.Status = finding.NotRunTable(missing)
		}
		for reason, n := range unchecked[r.ID] {
			run.Unchecked = append(run.Unchecked, finding.Unchecked{Reason: reason, Count: n})
		}
		for reason, n := range leftOut[r.ID] {
			run.LeftOut = append(run.LeftOut, finding.Unchecked{Reason: reason, Count: n})
		}
		runs = append(runs, run)
	}
	return runs
}

// missingTable returns the table without which a rule can find nothing.
func (p *Plan) missingTable(r *rule.Rule) string {
	for _, t := range r.Tables() {
		if !slices.Contains(p.Tables, t) {
			return t
		}
	}
	return ""
}

// absences say what cannot be checked without a table.
var absences = []struct{ table, what, why string }{
	{"mdtrt_d", "住院先后、就诊类别、机构等级等一切以就诊为据的检查", "没有就诊信息表（mdtrt_d）"},
	{"setl_d", "退费结算、险种、基金与个人账户金额", "没有结算信息表（setl_d）"},
	{"psn_info_b", "性别、年龄只能取就诊或结算所载", "没有个人基本信息表（psn_info_b）"},
	{"fixmedins_b", "机构所属区划和类型只能取就诊所载，地方知识点可能不能适用", "没有定点医药机构信息表（fixmedins_b）"},
	{"setl_list_diag_d", "其他诊断：只有主要诊断和门诊诊断信息可用", "没有结算清单诊断信息表（setl_list_diag_d）"},
	{"stock_d", "进销存比对", "没有库存记录表（stock_d）"},
	{"drug_trac_d", "药品追溯码", "没有药品追溯码记录表（drug_trac_d）"},
	{"setl_list_oprn_d", "手术操作：只有就诊所载的一个编码可用，按手术计数的检查不能进行", "没有结算清单手术操作信息表（setl_list_oprn_d）"},
	{"dr_info_b", "医师职称（抗菌药物分级等）", "没有医师信息表（dr_info_b）"},
	{"record_d", "医嘱、处方、检查检验报告、麻醉记录：凡表达式要查这些的", "没有诊疗记录表（record_d）"},
}

// gaps say what the run as a whole could not check.
func (p *Plan) gaps(lib *Library) []finding.Gap {
	var gaps []finding.Gap
	for _, a := range absences {
		if !slices.Contains(p.Tables, a.table) {
			gaps = append(gaps, finding.Gap{What: a.what, Why: a.why})
		}
	}
	var defaults []string
	for _, r := range lib.rules {
		if slices.ContainsFunc(r.points, func(q *point) bool { return q.counts() && q.Params.Default }) {
			defaults = append(defaults, r.Name)
		}
	}
	if len(defaults) > 0 {
		gaps = append(gaps, finding.Gap{What: strings.Join(defaults, "、"), Why: "含随软件提供的默认阈值，须按本地正式文本核定"})
	}
	gaps = append(gaps, lib.versionGaps()...)
	if p.Base != "" {
		gaps = append(gaps, finding.Gap{
			What: "未查次数、读取行数和已判金额只统计本次重新判定的人员",
			Why:  "本次只判定有新记录的人员，其余人员的疑点取自筛查" + p.Base,
		})
	}
	return gaps
}

// certificatesFile is certificates.ndjson in the making.
type certificatesFile struct {
	file *os.File
	w    *bufio.Writer
}

func createCertificates(path string) (*certificatesFile, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &certificatesFile{f, bufio.NewWriterSize(f, 1<<20)}, nil
}

func (c *certificatesFile) add(text []byte) error {
	if _, err := c.w.Write(text); err != nil {
		return err
	}
	return c.w.WriteByte('\n')
}

// Close makes the file complete; the findings' writer gives it its final name.
func (c *certificatesFile) Close() error {
	return errors.Join(c.w.Flush(), c.file.Sync(), c.file.Close())
}
