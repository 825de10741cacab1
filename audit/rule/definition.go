package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yiheng/audit/knowledge"
)

// Definition is a rule as a region has it: a whole rule.yaml, with what only a stored
// version states.
type Definition struct {
	Rule
	Off    bool              // in its region and days the rule does not judge
	Params string            // JSON that is laid over the parameters of each point; "": nothing
	Points []knowledge.Point // that the version brings along
}

// document is the rule.yaml of a stored version.
type document struct {
	Rule   `yaml:",inline"`
	Off    bool      `yaml:"off,omitempty"`
	Params yaml.Node `yaml:"params,omitempty"`
	Points yaml.Node `yaml:"points,omitempty"`
}

// mostText bounds the text of a definition and of its cases, in bytes.
const mostText = 256 << 10

// ParseDefinition reads the rule.yaml of a version of a region: one that overrides a rule
// of the program, whose logic stays as it is, or a new rule (DF, the region's code and
// three digits) of one of the program's programs. Its errors are in Chinese and name the
// line or the field.
func ParseDefinition(region, text string) (*Definition, error) {
	if len(text) > mostText {
		return nil, fmt.Errorf("rule.yaml 长 %d 字节，最多 %d 字节", len(text), mostText)
	}
	var doc document
	if err := decodeOne([]byte(text), &doc); err != nil {
		return nil, fmt.Errorf("rule.yaml：%w", err)
	}
	d := &Definition{Rule: doc.Rule, Off: doc.Off}
	sum := sha256.Sum256([]byte(text))
	d.Hash = hex.EncodeToString(sum[:])
	if err := errors.Join(d.readParams(&doc.Params), d.readPoints(&doc.Points)); err != nil {
		return nil, fmt.Errorf("rule.yaml：%w", err)
	}
	if err := d.check(region); err != nil {
		return nil, fmt.Errorf("rule.yaml：%w", err)
	}
	return d, nil
}

// readParams reads what is laid over the parameters of points.
func (d *Definition) readParams(n *yaml.Node) error {
	if n.IsZero() {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("params 第 %d 行：应为键值", n.Line)
	}
	given := make(map[string]json.RawMessage)
	types := fieldTypes(reflect.TypeFor[knowledge.Params]())
	for i := 0; i < len(n.Content); i += 2 {
		name := n.Content[i]
		t, known := types[name.Value]
		if !known {
			return fmt.Errorf("params 第 %d 行：不认识的参数 %s，请核对拼写", name.Line, name.Value)
		}
		if given[name.Value] != nil {
			return fmt.Errorf("params 第 %d 行：%s 重复", name.Line, name.Value)
		}
		value, err := toJSON(nil, n.Content[i+1], t)
		if err != nil {
			return fmt.Errorf("params %s %w", name.Value, err)
		}
		given[name.Value] = value
	}
	text, err := json.Marshal(given)
	d.Params = string(text)
	return err
}

func (d *Definition) readPoints(n *yaml.Node) error {
	if n.IsZero() {
		return nil
	}
	text, err := toJSON(nil, n, reflect.TypeFor[[]knowledge.Point]())
	if err == nil {
		err = json.Unmarshal(text, &d.Points)
	}
	if err != nil {
		return fmt.Errorf("points %w", err)
	}
	for i := range d.Points {
		if d.Points[i].RuleID == "" {
			d.Points[i].RuleID = d.ID
		}
	}
	return nil
}

// check returns what is wrong with d as the rule of a region.
func (d *Definition) check(region string) error {
	if err := d.checkGiven(); err != nil {
		return err
	}
	own, overrides := Get(d.ID)
	form := localForm.FindStringSubmatch(d.ID)
	switch {
	case overrides:
		if err := d.keeps(own); err != nil {
			return err
		}
	case form == nil:
		return fmt.Errorf("id %s 不是本程序的规则；新规则的编号是 DF、区划代码和三位数字，如 DF330000001", d.ID)
	case region != "" && form[1] != region:
		return fmt.Errorf("id %s 中的区划应为 %s", d.ID, region)
	case d.Off:
		return errors.New("off 只用于停用本程序的规则")
	}
	if err := d.checkContent(); err != nil {
		return err
	}
	if !Executable(&d.Rule) {
		return fmt.Errorf("本版本不能执行程序 %s %s", d.Program, d.Check)
	}
	return errors.Join(d.checkParams(), d.checkPoints())
}

// keeps returns which part of the logic that is the program's own d changes: the national
// logic is locked; a region sets parameters, result, stages, articles, points, or switches
// the rule off.
func (d *Definition) keeps(own *Rule) error {
	for _, f := range []struct {
		name      string
		mine, its any
	}{
		{"seq", d.Seq, own.Seq},
		{"code", d.Code, own.Code},
		{"tier1", d.Tier1, own.Tier1},
		{"tier2", d.Tier2, own.Tier2},
		{"name", d.Name, own.Name},
		{"definition", d.Rule.Definition, own.Definition},
		{"logic", d.Logic, own.Logic},
		{"program", d.Program, own.Program},
		{"check", d.Check, own.Check},
		{"needs_point", d.NeedsPoint, own.NeedsPoint},
		{"objects", strings.Join(d.Objects, "、"), strings.Join(own.Objects, "、")},
	} {
		if f.mine != f.its {
			return fmt.Errorf("%s 应与国家规则相同（%v）：规则逻辑已锁定，地方只能调整参数、结论、环节、依据和知识点，或停用", f.name, f.its)
		}
	}
	return nil
}

// checkParams holds the names and values of the overlay against the program's schema.
// Whether they fit a point shows when they are laid over it.
func (d *Definition) checkParams() error {
	if d.Params == "" {
		return nil
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal([]byte(d.Params), &given); err != nil {
		return fmt.Errorf("params %w", err)
	}
	schema := knowledge.Schema(d.Program)
	for name := range given {
		if !slices.ContainsFunc(schema, func(p knowledge.Param) bool { return p.Name == name }) {
			return fmt.Errorf("params：程序 %s 没有参数 %s", d.Program, name)
		}
	}
	return nil
}

func (d *Definition) checkPoints() error {
	seen := make(map[string]bool)
	for i := range d.Points {
		p := &d.Points[i]
		if p.ID == "" || seen[p.ID] {
			return fmt.Errorf("points 第 %d 项：kp_id %q 为空或重复", i+1, p.ID)
		}
		seen[p.ID] = true
		if p.RuleID != d.ID {
			return fmt.Errorf("points 第 %d 项（%s）：rule_id %s 应为 %s", i+1, p.ID, p.RuleID, d.ID)
		}
		_, missing, err := knowledge.ParseParams(d.class(), p.Params.String())
		if err != nil {
			return fmt.Errorf("points 第 %d 项（%s）：%w", i+1, p.ID, err)
		}
		if _, err := d.Lay(p.Params); err != nil {
			return fmt.Errorf("points 第 %d 项（%s）：%w", i+1, p.ID, err)
		}
		if len(missing) > 0 && d.Params == "" {
			return fmt.Errorf("points 第 %d 项（%s）：缺少参数 %s", i+1, p.ID, strings.Join(missing, "、"))
		}
	}
	if len(d.Points) == 0 && d.NeedsPoint && localForm.MatchString(d.ID) {
		return errors.New("points：新规则须随带知识点")
	}
	return nil
}

func (d *Definition) class() knowledge.Class {
	return knowledge.Class{Program: d.Program, Name: d.Name, Check: d.Check}
}

// Lay returns the parameters of a point with those of d laid over them, p itself when d
// has none. The error says why the two do not go together.
func (d *Definition) Lay(p *knowledge.Params) (*knowledge.Params, error) {
	if d.Params == "" {
		return p, nil
	}
	both := make(map[string]json.RawMessage)
	for _, text := range []string{p.String(), d.Params} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &both); err != nil {
			return nil, err
		}
	}
	delete(both, "needs_parameters")
	text, err := json.Marshal(both)
	if err != nil {
		return nil, err
	}
	laid, _, err := knowledge.ParseParams(d.class(), string(text))
	return laid, err
}

// Cases reads cases that try d, the runner's input: those of rules of the program and of d.
func (d *Definition) Cases(text string) ([]Case, error) {
	if len(text) > mostText {
		return nil, fmt.Errorf("cases.yaml 长 %d 字节，最多 %d 字节", len(text), mostText)
	}
	return parseCases("cases.yaml", d.ID, []byte(text), given{
		points: d.Points,
		rule: func(id string) (*Rule, bool) {
			if id == d.ID {
				return &d.Rule, true
			}
			return Get(id)
		},
	})
}
