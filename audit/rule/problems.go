package rule

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"yiheng/audit/knowledge"
)

//go:embed problems/*.yaml
var embeddedProblems embed.FS

// Problem is one check of the 2025 problem lists (问题清单) for hospitals and
// pharmacies, with what decides it: problems/*.yaml.
type Problem struct {
	No       string   `yaml:"no"` // official number; those of pharmacies begin with P
	Domain   string   `yaml:"-"`  // of the file: 心内, 骨科, … 药店
	Category string   `yaml:"category"`
	Shape    string   `yaml:"shape"` // kind of the check: PAIR, UNIT, POP_RATE …
	Check    string   `yaml:"check"` // what is wrong, in our own words, in Chinese
	By       []Target `yaml:"by,omitempty"`
	Point    string   `yaml:"point,omitempty"` // what a point must state, in Chinese
	Part     string   `yaml:"part,omitempty"`  // which part is decided and which is not; "": all of it
	Data     string   `yaml:"data,omitempty"`  // what would have to be handed over: for a gap, or for the part that is not decided
}

// Target is a rule class that decides a problem, or a part of it, by those of its
// points that Serves.
type Target struct {
	RuleID string   `yaml:"rule"`
	Every  bool     `yaml:"every,omitempty"`  // any point of the class does
	Codes  []string `yaml:"codes,omitempty"`  // prefixes of the codes that the problem is about
	Others []string `yaml:"others,omitempty"` // prefixes of other_code
	Window string   `yaml:"window,omitempty"` // of a pair, as a point would state it
	Hits   string   `yaml:"hits,omitempty"`   // of an expression, asked where one of Codes stands; other expressions with these codes do not serve
	Tables []string `yaml:"tables,omitempty"` // beside those that the class needs
	Public bool     `yaml:"public,omitempty"` // the nationally published knowledge has such points, with all their parameters
}

var problems = sync.OnceValue(func() []Problem {
	list, err := loadProblems(embeddedProblems)
	if err != nil {
		panic("rule: the embedded problem list is wrong: " + err.Error())
	}
	return list
})

// Problems returns the problem lists: those of hospitals by number, then those of
// pharmacies. The caller must not change them.
func Problems() []Problem { return slices.Clone(problems()) }

// loadProblems reads and checks problems/*.yaml of fsys.
func loadProblems(fsys fs.FS) ([]Problem, error) {
	files, err := fs.Glob(fsys, "problems/*.yaml")
	if err != nil {
		return nil, err
	}
	var list []Problem
	var wrong []error
	for _, file := range files {
		some, err := loadDomain(fsys, file)
		list, wrong = append(list, some...), append(wrong, err)
	}
	slices.SortStableFunc(list, func(a, b Problem) int { return strings.Compare(a.order(), b.order()) })
	for i := 1; i < len(list); i++ {
		if list[i].No == list[i-1].No {
			wrong = append(wrong, fmt.Errorf("问题清单第 %s 项出现两次", list[i].No))
		}
	}
	return list, errors.Join(wrong...)
}

// order makes the numbers of hospitals come first, each list in order of number.
func (p *Problem) order() string {
	number, pharmacy := strings.CutPrefix(p.No, "P")
	return fmt.Sprintf("%v %4s", pharmacy, number)
}

func loadDomain(fsys fs.FS, file string) ([]Problem, error) {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	var domain struct {
		Name   string    `yaml:"domain"`
		Checks []Problem `yaml:"checks"`
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&domain); err != nil {
		return nil, fmt.Errorf("problems/%s：%s", path.Base(file), reason(err))
	}
	var wrong []error
	for i := range domain.Checks {
		p := &domain.Checks[i]
		p.Domain = domain.Name
		if err := p.check(); err != nil {
			wrong = append(wrong, fmt.Errorf("problems/%s 第 %s 项：%w", path.Base(file), p.No, err))
		}
	}
	return domain.Checks, errors.Join(wrong...)
}

var problemNumber = regexp.MustCompile(`^P?[1-9]\d{0,2}$`)

// check returns what is wrong with p.
func (p *Problem) check() error {
	switch {
	case !problemNumber.MatchString(p.No):
		return fmt.Errorf("no %q 应为清单中的序号，药店的以 P 开头", p.No)
	case p.Domain == "" || p.Category == "" || p.Shape == "" || p.Check == "":
		return errors.New("缺少 domain、category、shape 或 check")
	case len(p.By) == 0 && p.Data == "":
		return errors.New("没有规则可以判定（by），就要写明缺什么数据（data）")
	case len(p.By) == 0 && (p.Point != "" || p.Part != ""):
		return errors.New("没有 by，就没有 point 和 part")
	case len(p.By) > 0 && p.Data != "" && p.Part == "":
		return errors.New("写了 data，就要在 part 写明哪一部分能判、哪一部分不能")
	}
	needs := false
	for i := range p.By {
		t := &p.By[i]
		if t.Every && len(t.Codes)+len(t.Others) > 0 {
			return fmt.Errorf("%s：every 与 codes、others 只写其一", t.RuleID)
		}
		r, known := Get(t.RuleID)
		needs = needs || !known || r.NeedsPoint
	}
	if needs && p.Point == "" {
		return errors.New("规则要知识点，就要写明知识点载明什么（point）")
	}
	return nil
}

// named finds the numbers of the problem list that a text names: “问题清单 25、26”.
var named = regexp.MustCompile(`问题清单\s*第?\s*(P?\d+(?:\s*[、，,]\s*P?\d+)*)`)

// Serves says whether a point of t's class decides the problem with the given
// number: it carries codes of the problem, or its note or basis names the number,
// since a region may price items by codes of its own.
func (t *Target) Serves(no string, p *knowledge.Point) bool {
	if t.Every || t.Hits == "" && len(t.Codes)+len(t.Others) > 0 && t.carries(p) {
		return true
	}
	if !names(p) {
		return false
	}
	for _, text := range []string{p.Note, p.Basis} {
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			if slices.Contains(strings.FieldsFunc(m[1], func(c rune) bool { return strings.ContainsRune("、，, ", c) }), no) {
				return true
			}
		}
	}
	return false
}

// names says whether a point may name problems by number.
func names(p *knowledge.Point) bool {
	const list = "问题清单"
	return strings.Contains(p.Note, list) || strings.Contains(p.Basis, list)
}

func (t *Target) carries(p *knowledge.Point) bool {
	if len(t.Others) > 0 && !beginsWithAny(p.OtherCode, t.Others) {
		return false
	}
	if len(t.Codes) == 0 {
		return true
	}
	for code := range codesOf(p) {
		if beginsWithAny(code, t.Codes) {
			return true
		}
	}
	return false
}

// codesOf yields the codes that a point is about: its own, the item of an indicator,
// the items of a map.
func codesOf(p *knowledge.Point) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield(p.Code) || p.Params == nil || !yield(p.Params.Item) {
			return
		}
		for code := range p.Params.Map {
			if !yield(code) {
				return
			}
		}
	}
}

func beginsWithAny(code string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(code, prefix) })
}
