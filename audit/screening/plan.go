package screening

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// Plan is what a run pins before it starts: the same plan gives the same findings.
// It lies as plan.json in the run's folder, where worker processes read it.
type Plan struct {
	RunID      string                 `json:"run_id"`
	Epoch      int64                  `json:"epoch"`
	SnapshotID string                 `json:"snapshot_id"` // names the epoch's Iceberg snapshots
	Knowledge  string                 `json:"knowledge"`   // SHA-256 of the set of points; "": none was imported
	Points     string                 `json:"points"`      // its file
	PointCount int                    `json:"point_count"`
	Excluding  string                 `json:"excluding,omitempty"`  // SHA-256 of the exclusion list; "": none
	Exclusions string                 `json:"exclusions,omitempty"` // its file
	RulesHash  string                 `json:"rules_hash"`
	Rules      []string               `json:"rules"`              // ids, in the catalogue's order
	Versions   []rule.Version         `json:"versions,omitempty"` // stored ones, by id
	From       calendar.Day           `json:"from"`
	To         calendar.Day           `json:"to"`
	Stage      string                 `json:"stage"`
	Buckets    int                    `json:"buckets"`
	Tables     []string               `json:"tables"` // that have rows
	Files      map[string][]lake.File `json:"files"`
	Live       []lake.Source          `json:"live"`              // sources of the epoch
	Home       string                 `json:"home"`              // where the keys that moved are kept
	Trial      string                 `json:"trial,omitempty"`   // that the run belongs to
	Base       string                 `json:"base,omitempty"`    // run whose findings stand for persons not judged again
	Persons    map[int][]string       `json:"persons,omitempty"` // by bucket, with Base: who is judged
	Traces     map[int][]string       `json:"traces,omitempty"`  // by bucket, with Base: the trace codes that are judged
}

// identify gives the plan its RunID: YX and the hash of what it pins.
func (p *Plan) identify() error {
	p.RunID = ""
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	p.RunID = "YX" + hex.EncodeToString(sum[:8])
	return nil
}

// rulesHash pins the definitions of rules, and of stored versions where and when they hold.
func rulesHash(rules []*rule.Rule, versions []rule.Version) string {
	h := sha256.New()
	for _, r := range rules {
		fmt.Fprintf(h, "%s %s\n", r.ID, r.Hash)
	}
	for _, v := range versions {
		fmt.Fprintf(h, "%s %s %s %s %s %v %q\n", v.ID, v.Hash, v.Region, v.From, v.To, v.Grey, v.Institutions)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// rules returns the definitions of the plan's rules, of which the binary must have
// the pinned ones.
func (p *Plan) rules() ([]*rule.Rule, error) {
	var rules []*rule.Rule
	for _, id := range p.Rules {
		r, ok := rule.Get(id)
		if !ok {
			return nil, fmt.Errorf("本程序没有规则%s", id)
		}
		rules = append(rules, r)
	}
	if h := rulesHash(rules, p.Versions); h != p.RulesHash {
		return nil, fmt.Errorf("规则定义在筛查期间变了（%s → %s）：请重新筛查", p.RulesHash[:12], h[:12])
	}
	for i := range p.Versions {
		if _, err := p.Versions[i].Definition(); err != nil {
			return nil, fmt.Errorf("%w。请先用 yiheng rule check --stored 复核，改正或停用后再筛查", err)
		}
	}
	return rules, nil
}

// bucketFiles returns the files of one bucket with rows of insured persons, by table.
func (p *Plan) bucketFiles(bucket int) (files map[string][]lake.File, rows int64) {
	files = make(map[string][]lake.File)
	for t, all := range p.Files {
		if !claim.OfPersons(t) {
			continue
		}
		for _, f := range all {
			if f.Bucket == bucket {
				files[t] = append(files[t], f)
				rows += f.Rows
			}
		}
	}
	return files, rows
}

// sources returns the live sources' tags with their order of intake.
func (p *Plan) sources() map[string]int64 { return lake.Order(p.Live) }

// library reads the plan's rules, points and institutions.
func (p *Plan) library() (*Library, error) {
	rules, err := p.rules()
	if err != nil {
		return nil, err
	}
	var points []knowledge.Point
	if p.Points != "" {
		if points, err = knowledge.LoadFile(p.Points, p.PointCount); err != nil {
			return nil, err
		}
	}
	institutions, err := claim.ReadInstitutions(p.Files["fixmedins_b"], p.sources())
	if err != nil {
		return nil, err
	}
	doctors, err := claim.ReadDoctors(p.Files["dr_info_b"], p.sources())
	if err != nil {
		return nil, err
	}
	exclusions, err := knowledge.LoadExclusions(p.Exclusions)
	if err != nil {
		return nil, err
	}
	tried, _, _ := strings.Cut(p.Trial, " ")
	return NewLibrary(Parts{
		Rules: rules, Versions: p.Versions, Points: points, Institutions: institutions, Doctors: doctors, Exclusions: exclusions, Tables: p.Tables,
		Tried: tried,
	}), nil
}

// save writes the plan into a folder; load reads it.
func (p *Plan) save(dir string) error { return writeJSON(filepath.Join(dir, "plan.json"), p) }

func loadPlan(dir string) (*Plan, error) {
	var p Plan
	return &p, readJSON(filepath.Join(dir, "plan.json"), &p)
}

// writeJSON writes a file whole or not at all.
func writeJSON(path string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	tmp := path + ".part"
	if err := os.WriteFile(tmp, text, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

func readJSON(path string, v any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s：%w", path, err)
	}
	return nil
}

// liveTables returns the tables that have a file, sorted.
func liveTables(files map[string][]lake.File) []string {
	var names []string
	for t, f := range files {
		if len(f) > 0 {
			names = append(names, t)
		}
	}
	slices.Sort(names)
	return names
}
