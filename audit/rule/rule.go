// Package rule holds the catalogue of rule classes: the 88 of the national rule
// library (2025) and our own (YH…), each a folder of library/ with its definition
// and its cases.
package rule

import "yiheng/ground/calendar"

// Rule is one rule class: library/<ID>/rule.yaml.
type Rule struct {
	ID         string   `yaml:"id"`
	Version    string   `yaml:"version"`        // of this definition, e.g. "1.0.0"
	Seq        int      `yaml:"seq,omitempty"`  // number in the 2025 list, 0: ours
	Code       string   `yaml:"code,omitempty"` // official code of framework 1.0
	Tier1      string   `yaml:"tier1"`          // 政策类, 管理类, 医疗类
	Tier2      string   `yaml:"tier2"`
	Name       string   `yaml:"name"`
	Definition string   `yaml:"definition"` // one sentence, in Chinese
	Program    string   `yaml:"program"`
	Result     string   `yaml:"result"` // violation, suspicion
	Stages     []string `yaml:"stages"` // 事前, 事中, 事后
	Scenes     []string `yaml:"scenes"` // IP, OP, PHARM, REMOTE …
	Window     string   `yaml:"window,omitempty"`
	Knowledge  string   `yaml:"knowledge"`       // what a point of it says
	NeedsPoint bool     `yaml:"needs_point"`     // false: runs without any point (YH0001–YH0003)
	Check      string   `yaml:"check,omitempty"` // sequence, integrity: the check that the class runs without a point's own
	Legal      []Legal  `yaml:"legal"`
}

// Legal is the article that a finding of the rule falls under from a day on.
type Legal struct {
	From    calendar.Day `yaml:"from"`
	Article string       `yaml:"article"`   // e.g. 《医疗保障基金使用监督管理条例》第三十八条第（三）项
	Certain string       `yaml:"certainty"` // tag of domain/regulations.md: V, M, D …
}
