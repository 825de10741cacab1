// Package rule holds the catalogue of rule classes: the 88 of the national rule
// library (2025) and our own (YH…), each a folder of library/ with its definition
// (rule.yaml) and, where this version runs it, its cases (cases.yaml).
package rule

import (
	"slices"

	"yiheng/ground/calendar"
)

// Rule is one rule class: library/<ID>/rule.yaml.
type Rule struct {
	ID         string   `yaml:"id" json:"id"`
	Version    string   `yaml:"version" json:"version"`               // of this definition, e.g. "1.0.0"
	Seq        int      `yaml:"seq,omitempty" json:"seq,omitempty"`   // number in the 2025 list, 0: ours
	Code       string   `yaml:"code,omitempty" json:"code,omitempty"` // official code of framework 1.0
	Tier1      string   `yaml:"tier1" json:"tier1"`                   // 政策类, 管理类, 医疗类
	Tier2      string   `yaml:"tier2" json:"tier2"`
	Name       string   `yaml:"name" json:"name"`
	Definition string   `yaml:"definition" json:"definition"` // one sentence, in Chinese
	Logic      string   `yaml:"logic" json:"logic"`           // condition ⇒ what is objected to, in Chinese, with the names of parameters
	Program    string   `yaml:"program" json:"program"`
	Result     string   `yaml:"result" json:"result"` // violation, suspicion
	Stages     []string `yaml:"stages" json:"stages"` // 事前, 事中, 事后
	Scenes     []string `yaml:"scenes" json:"scenes"` // IP, OP, PHARM, REMOTE, INTERNET, ORG
	Levels     []string `yaml:"levels" json:"levels"` // levels of institutions that it judges, in Chinese
	Window     string   `yaml:"window,omitempty" json:"window,omitempty"`
	Knowledge  string   `yaml:"knowledge" json:"knowledge"`                 // what a point of it says
	Basis      string   `yaml:"basis" json:"basis"`                         // what a point of it rests on
	Exceptions string   `yaml:"exceptions" json:"exceptions"`               // how cases are left out
	NeedsPoint bool     `yaml:"needs_point" json:"needs_point"`             // false: runs without any point (YH0001–YH0003)
	Blind      string   `yaml:"blind" json:"blind"`                         // what the class cannot see, in Chinese
	Check      string   `yaml:"check,omitempty" json:"check,omitempty"`     // sequence, integrity: the check that a point which names none means
	Objects    []string `yaml:"objects,omitempty" json:"objects,omitempty"` // what lines the class is about: drug, piece, granule, item, consumable; see Covers
	Legal      []Legal  `yaml:"legal" json:"legal"`

	// Hash is the SHA-256, in hex, of the rule's folder: what a run pins.
	Hash string `yaml:"-" json:"hash"`
}

// Legal is the article that a finding of the rule falls under from a day on.
type Legal struct {
	From    calendar.Day `yaml:"from" json:"from"`
	Article string       `yaml:"article" json:"article"`     // e.g. 《医疗保障基金使用监督管理条例》第三十八条第（三）项
	Certain string       `yaml:"certainty" json:"certainty"` // V read in the text, V2 in a secondary source, M from memory, D our own default
}

// The results that a class may have.
const (
	violation = "violation"
	suspicion = "suspicion"
)

// The objects that a class may be about.
const (
	Drug       = "drug"       // Western and patent medicines, hospital preparations, ethnic medicines
	Piece      = "piece"      // herbal pieces 中药饮片
	Granule    = "granule"    // granules of single herbs 中药配方颗粒: neither a drug to be counted nor a piece
	Item       = "item"       // medical service items
	Consumable = "consumable" // medical consumables
)

// programs are those of KNOWLEDGE.md, true where this version runs them.
var programs = map[string]bool{
	"attribute": true, "never": true, "conflict": true, "quantity": true, "duration": true,
	"same_class": true, "discount": true, "price": true, "consistency": true, "integrity": true, "sequence": true,
	"indication": true, "amount": true, "split": true, "companion": true, "precedence": true, "benefit": true,
	"periop": true, "ratio": true, "share": true, "stock": true, "trace": true, "expression": true,
}

// checks are those of the two programs that have several, true where this version runs them.
var checks = map[string]map[string]bool{
	"integrity": {"outside_stay": true, "sum_mismatch": true, "missing_field": true, "late_upload": true, "operation_code": true},
	"sequence": {
		"split_stay": true, "frequent_stay": true, "frequent_visit": true, "frequent_purchase": true,
		"overlapping_stay": true, "visit_during_stay": true, "after_death": true, "low_indication_stay": true,
	},
}

// Programs returns the names of the programs that this version runs, sorted.
func Programs() []string {
	var names []string
	for name, runs := range programs {
		if runs {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Executable says whether this version runs r: its program and, where the program
// has several checks, its check.
func Executable(r *Rule) bool {
	if byCheck := checks[r.Program]; byCheck != nil {
		return byCheck[r.Check]
	}
	return programs[r.Program]
}

// Object returns what a line is, by its code or else by its list_type: Drug, Piece,
// Granule, Item or Consumable, and "" where neither tells.
func Object(code, listType string) string {
	switch n := len(code); {
	case n == 10 && code[0] == 'T' && all(code[1:], isDigit):
		return Piece
	case n == 20 && code[0] == 'T' && all(code[1:], isAlphanumeric):
		return Granule
	case n >= 16 && (code[0] == 'X' || code[0] == 'Z') && all(code[1:], isAlphanumeric):
		return Drug
	case n >= 15 && all(code[:15], isDigit) && (n == 15 || code[15] == '-'):
		return Item
	case n >= 20 && code[0] == 'C' && all(code[1:20], isDigit):
		return Consumable
	}
	switch listType {
	case "101", "103", "104":
		return Drug
	case "102":
		return Piece
	case "106":
		return Granule
	case "201":
		return Item
	case "301":
		return Consumable
	}
	return ""
}

func all(s string, is func(byte) bool) bool {
	for i := 0; i < len(s); i++ {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool        { return c >= '0' && c <= '9' }
func isAlphanumeric(c byte) bool { return isDigit(c) || c >= 'A' && c <= 'Z' }

// Covers says whether a point of r without a code is about a line: "every line"
// means every line of the class's objects, so that a cap on the kinds of drugs
// never counts a service item. A class without objects is about all lines.
func (r *Rule) Covers(code, listType string) bool {
	return len(r.Objects) == 0 || slices.Contains(r.Objects, Object(code, listType))
}
