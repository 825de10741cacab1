package rule

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/facts/stock"
	"yiheng/ground/calendar"
)

// Case is one example of what a rule finds and what it does not: a person's
// history, the points in force, and every finding that the rules must give.
type Case struct {
	Name         string                `json:"name"`
	Kind         string                `json:"kind"`            // one of Kinds
	Rules        []string              `json:"rules,omitempty"` // further rules that run beside that of the folder and those of the points
	Points       []knowledge.Point     `json:"points,omitempty"`
	History      claim.History         `json:"history"`
	Others       []claim.History       `json:"others,omitempty"` // further persons, for what is counted across persons
	Stock        []stock.Entry         `json:"stock,omitempty"`
	Traces       []stock.Event         `json:"traces,omitempty"`
	Institutions []claim.Institution   `json:"institutions,omitempty"`
	Doctors      []claim.Doctor        `json:"doctors,omitempty"`
	Exclusions   []knowledge.Exclusion `json:"exclusions,omitempty"`
	Tables       []string              `json:"tables,omitempty"` // tables that the home has; nil: all
	From         calendar.Day          `json:"from,omitzero"`    // --from and --to; NoDay: open
	To           calendar.Day          `json:"to,omitzero"`
	Expect       []Expect              `json:"expect"`
}

// Expect is one finding that a case must give. A case that expects none expects
// that nothing at all is found.
type Expect struct {
	RuleID    string      `json:"rule_id"` // the folder's rule where cases.yaml leaves it out
	KpID      string      `json:"kp_id"`   // empty for a class that runs without a point
	MdtrtID   string      `json:"mdtrt_id"`
	Result    string      `json:"result"`
	Lines     []string    `json:"lines"` // bkkp_sn in any order
	OwnAmount claim.Money `json:"own_amount"`

	// What follows is compared only where the case states it.
	EvidenceLines []string    `json:"evidence_lines,omitempty"` // nil: not stated
	Codes         []string    `json:"codes,omitempty"`          // nil: not stated
	Severity      int         `json:"severity,omitempty"`       // 0: not stated
	SetlID        string      `json:"setl_id,omitempty"`        // "": not stated; of what goes across persons: the period
	FixmedinsCode string      `json:"fixmedins_code,omitempty"` // "": not stated
	DeptName      string      `json:"dept_name,omitempty"`      // "": not stated
	Amount        claim.Money `json:"amount,omitzero"`          // Null: not stated
	FundAmount    claim.Money `json:"fund_amount,omitzero"`
	AcctAmount    claim.Money `json:"acct_amount,omitzero"`
	MainRuleID    string      `json:"main_rule_id,omitempty"` // rule of the finding that main_finding_id names
}

// Kinds are the kinds of cases. Every executable class has each of the first six,
// and each class that needs points the next three as well.
var Kinds = []string{"hit", "clean", "boundary", "refund", "self_paid", "unknown", "validity", "region", "exception", "semantics"}

// Cases returns the cases of the rule class with the given id, or those of
// Judgement: none for a class that this version does not run.
func Cases(id string) ([]Case, error) {
	if _, known := Get(id); !known && id != Judgement {
		return nil, fmt.Errorf("没有规则 %s，可用 yiheng rule list 查看全部规则", id)
	}
	return loadCases(embedded, id)
}

func loadCases(fsys fs.FS, id string) ([]Case, error) {
	file := path.Join("library", id, "cases.yaml")
	text, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return ParseCases(file, id, text)
}

// ParseCases reads the text of a cases.yaml of the rule class with the given id.
// Errors name the file, the line, the case, and what is wrong there: unknown
// names, a finding of lines, visits or points that the case does not have.
func ParseCases(file, id string, text []byte) ([]Case, error) {
	return parseCases(file, id, text, given{rule: Get})
}

// given is what cases may name beside what they state themselves.
type given struct {
	rule   func(id string) (*Rule, bool)
	points []knowledge.Point // of the rule that is tried
}

func parseCases(file, id string, text []byte, in given) ([]Case, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s：%s", file, reason(err))
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s：应为案例列表，每个案例以“- name: …”开头", file)
	}
	cases := make([]Case, 0, len(doc.Content[0].Content))
	names := make(map[string]bool)
	for _, node := range doc.Content[0].Content {
		c, err := parseCase(id, node, in)
		if err == nil && names[c.Name] {
			err = errors.New("与前面的案例同名")
		}
		if err != nil {
			return nil, fmt.Errorf("%s 第 %d 行（案例“%s”）：%w", file, node.Line, nameOf(node), err)
		}
		names[c.Name] = true
		cases = append(cases, c)
	}
	return cases, nil
}

// nameOf returns the name that a case states, be the case otherwise wrong.
func nameOf(node *yaml.Node) string {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == "name" {
			return node.Content[i+1].Value
		}
	}
	return ""
}

func parseCase(id string, node *yaml.Node, in given) (Case, error) {
	var c Case
	text, err := toJSON(nil, node, reflect.TypeOf(c))
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, err
	}
	for i := range c.Points {
		if c.Points[i].RuleID == "" {
			c.Points[i].RuleID = id
		}
	}
	for i := range c.Expect {
		if c.Expect[i].RuleID == "" {
			c.Expect[i].RuleID = id
		}
	}
	return c, c.check(in)
}

// check returns what is wrong with c, so that a misspelt id never passes for
// "nothing found".
func (c *Case) check(in given) error {
	switch {
	case c.Name == "":
		return errors.New("缺少 name")
	case !slices.Contains(Kinds, c.Kind):
		return fmt.Errorf("kind %q 应为：%s", c.Kind, strings.Join(Kinds, "、"))
	case c.History.PsnNo == "":
		return errors.New("history 缺少 psn_no")
	case c.Kind == "hit" && len(c.Expect) == 0:
		return errors.New("kind 为 hit 却没有 expect")
	case c.Kind == "clean" && len(c.Expect) != 0:
		return errors.New("kind 为 clean 却有 expect")
	}
	points := make(map[string]string)
	for _, p := range in.points {
		points[p.ID] = p.RuleID
	}
	for _, p := range c.Points {
		if _, twice := points[p.ID]; twice || p.ID == "" {
			return fmt.Errorf("知识点的 kp_id %q 为空或重复", p.ID)
		}
		points[p.ID] = p.RuleID
		if r, known := in.rule(p.RuleID); !known || !Executable(r) {
			return fmt.Errorf("知识点 %s 的规则 %q 不存在或本版本不能执行", p.ID, p.RuleID)
		}
	}
	for i := range c.Expect {
		if err := c.checkExpect(&c.Expect[i], points, in); err != nil {
			return fmt.Errorf("expect 第 %d 项：%w", i+1, err)
		}
	}
	return nil
}

func (c *Case) checkExpect(e *Expect, points map[string]string, in given) error {
	r, known := in.rule(e.RuleID)
	switch {
	case !known:
		return fmt.Errorf("没有规则 %q", e.RuleID)
	case e.KpID == "" && r.NeedsPoint:
		return errors.New("缺少 kp_id")
	case e.KpID != "" && points[e.KpID] != e.RuleID:
		return fmt.Errorf("kp_id %s 不是本案例中 %s 的知识点", e.KpID, e.RuleID)
	case e.Result != violation && e.Result != suspicion:
		return fmt.Errorf("result %q 应为 violation 或 suspicion", e.Result)
	case e.Lines == nil:
		return errors.New("缺少 lines（没有明细的写 []）")
	case e.OwnAmount == claim.Null:
		return errors.New("缺少 own_amount")
	case !c.hasVisit(e.MdtrtID) && (e.MdtrtID != "" || !r.ofMany()):
		return fmt.Errorf("mdtrt_id %q 不在 history 中", e.MdtrtID)
	}
	for _, sn := range slices.Concat(e.Lines, e.EvidenceLines) {
		if !slices.ContainsFunc(c.History.Lines, func(l claim.Line) bool { return l.BkkpSn == sn }) &&
			!slices.ContainsFunc(c.Traces, func(e stock.Event) bool { return e.BkkpSn == sn }) {
			return fmt.Errorf("明细 %q 不在 history 中", sn)
		}
	}
	for _, sn := range e.Lines {
		if slices.Contains(e.EvidenceLines, sn) {
			return fmt.Errorf("明细 %q 不能既是疑点明细又是证据明细", sn)
		}
	}
	return nil
}

// hasVisit says whether the history knows a visit, be it only by a line of it.
func (c *Case) hasVisit(id string) bool {
	return slices.ContainsFunc(c.History.Encounters, func(e claim.Encounter) bool { return e.MdtrtID == id }) ||
		slices.ContainsFunc(c.History.Lines, func(l claim.Line) bool { return l.MdtrtID == id }) ||
		slices.ContainsFunc(c.Traces, func(e stock.Event) bool { return e.MdtrtID == id })
}

// ofMany says whether the findings of r are about an institution, not about a visit.
func (r *Rule) ofMany() bool { return slices.Contains([]string{"ratio", "share", "stock"}, r.Program) }
