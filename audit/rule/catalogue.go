package rule

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"yiheng/audit/knowledge"
)

//go:embed all:library
var embedded embed.FS

// Judgement is the folder of the cases on what all programs share; it is no rule.
const Judgement = "_judgement"

var catalogue = sync.OnceValue(func() []*Rule {
	rules, err := load(embedded)
	if err != nil {
		panic("rule: the embedded library is wrong: " + err.Error())
	}
	return rules
})

// All returns the rule classes: the 88 of the national library by their number
// there, then ours by id. The caller must not change them.
func All() []*Rule { return slices.Clone(catalogue()) }

// Get returns the rule class with the given id.
func Get(id string) (*Rule, bool) {
	for _, r := range catalogue() {
		if r.ID == id {
			return r, true
		}
	}
	return nil, false
}

// load reads and checks library/*/rule.yaml of fsys; the error names every wrong file.
func load(fsys fs.FS) ([]*Rule, error) {
	folders, err := fs.ReadDir(fsys, "library")
	if err != nil {
		return nil, err
	}
	var rules []*Rule
	var wrong []error
	for _, f := range folders {
		if f.Name() == Judgement {
			continue
		}
		r, err := loadRule(fsys, path.Join("library", f.Name()))
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		rules = append(rules, r)
	}
	slices.SortFunc(rules, inListOrder)
	wrong = append(wrong, sameNumber(rules)...)
	return rules, errors.Join(wrong...)
}

func inListOrder(a, b *Rule) int {
	if (a.Seq == 0) != (b.Seq == 0) {
		return b.Seq - a.Seq
	}
	if a.Seq != b.Seq {
		return a.Seq - b.Seq
	}
	return strings.Compare(a.ID, b.ID)
}

func sameNumber(sorted []*Rule) (wrong []error) {
	for i := 1; i < len(sorted); i++ {
		if a, b := sorted[i-1], sorted[i]; b.Seq != 0 && a.Seq == b.Seq {
			wrong = append(wrong, fmt.Errorf("library/%s/rule.yaml：seq %d 与 %s 相同，应为 2025 年版清单中的序号", b.ID, b.Seq, a.ID))
		}
	}
	return wrong
}

func loadRule(fsys fs.FS, dir string) (*Rule, error) {
	file := path.Join(dir, "rule.yaml")
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("%s：读不到文件，每个规则目录都应有 rule.yaml（%w）", file, err)
	}
	r := new(Rule)
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(r); err != nil {
		return nil, fmt.Errorf("%s：%s", file, reason(err))
	}
	if err := d.Decode(new(Rule)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s：只应有一个 YAML 文档，请删去 --- 之后的内容", file)
	}
	if err := r.check(path.Base(dir)); err != nil {
		return nil, fmt.Errorf("%s：%w", file, err)
	}
	r.Hash, err = hashFolder(fsys, dir)
	return r, err
}

// reason puts what the YAML library says into our words where it matters most.
func reason(err error) string {
	text := strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ")
	text = strings.TrimPrefix(text, "unmarshal errors: ")
	if m := unknownField.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("第 %s 行：不认识的字段 %s，请核对拼写", m[1], m[2])
	}
	return text
}

var unknownField = regexp.MustCompile(`line (\d+): field (\S+) not found in type`)

// tiers are the classes of the national library and their parts.
var tiers = map[string][]string{
	"政策类": {"药品政策限定类", "医疗服务项目政策限定类", "医用耗材政策限定类"},
	"管理类": {"信息数据监管类", "药品监管类", "医用耗材监管类", "行为主体监管类", "统计指标监测类"},
	"医疗类": {"药品合理使用类", "医疗服务项目合理使用类", "医用耗材合理使用类"},
}

var (
	idForm      = regexp.MustCompile(`^(GZ1000\d{10}|ZB1000\d{10}|BD2025\d{3}|YH\d{4})$`)
	versionForm = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
)

// check returns what is wrong with r, which stands in the folder of that name.
func (r *Rule) check(folder string) error {
	needed := []struct{ name, value string }{
		{"id", r.ID}, {"version", r.Version}, {"tier1", r.Tier1}, {"tier2", r.Tier2}, {"name", r.Name},
		{"definition", r.Definition}, {"program", r.Program}, {"result", r.Result}, {"knowledge", r.Knowledge},
		{"stages", strings.Join(r.Stages, "")}, {"scenes", strings.Join(r.Scenes, "")},
	}
	for _, n := range needed {
		if n.value == "" {
			return fmt.Errorf("缺少字段 %s", n.name)
		}
	}
	switch {
	case r.ID != folder:
		return fmt.Errorf("id %s 与目录名 %s 不一致", r.ID, folder)
	case !idForm.MatchString(r.ID):
		return fmt.Errorf("id %s 不是规则编码：应为国家编码 GZ1000…、ZB1000…，2025 年新增 BD2025 加三位序号，或自有 YH 加四位数字", r.ID)
	case !versionForm.MatchString(r.Version):
		return fmt.Errorf("version %q 应形如 1.0.0", r.Version)
	case !slices.Contains(tiers[r.Tier1], r.Tier2):
		return fmt.Errorf("分类 %s / %s 不在国家规则库的两级分类中", r.Tier1, r.Tier2)
	case r.Result != violation && r.Result != suspicion:
		return fmt.Errorf("result %q 应为 violation（违规）或 suspicion（可疑）", r.Result)
	case strings.HasPrefix(r.ID, "YH") != (r.Seq == 0):
		return fmt.Errorf("seq %d：国家规则应有 1–88 的序号，自有规则（YH）不应有", r.Seq)
	case r.Seq < 0 || r.Seq > 88:
		return fmt.Errorf("seq %d 超出 1–88", r.Seq)
	}
	return errors.Join(r.checkProgram(), r.checkWords(), r.checkLegal())
}

func (r *Rule) checkProgram() error {
	if _, known := programs[r.Program]; !known {
		return fmt.Errorf("不认识的程序 %q，可用：%s", r.Program, strings.Join(slices.Sorted(maps.Keys(programs)), "、"))
	}
	byCheck := checks[r.Program]
	_, known := byCheck[r.Check]
	switch {
	case byCheck == nil && r.Check != "":
		return fmt.Errorf("程序 %s 没有 check，请删去 check: %s", r.Program, r.Check)
	case byCheck != nil && !known:
		return fmt.Errorf("程序 %s 的 check %q 应为：%s", r.Program, r.Check, strings.Join(slices.Sorted(maps.Keys(byCheck)), "、"))
	}
	return nil
}

// words are the values that a list field takes.
var words = map[string][]string{
	"stages":  {"事前", "事中", "事后"},
	"scenes":  {"IP", "OP", "PHARM", "REMOTE", "INTERNET", "ORG"},
	"objects": {Drug, Piece, Granule, Item, Consumable},
}

func (r *Rule) checkWords() error {
	for name, values := range map[string][]string{"stages": r.Stages, "scenes": r.Scenes, "objects": r.Objects} {
		for i, v := range values {
			if !slices.Contains(words[name], v) {
				return fmt.Errorf("%s 中的 %q 应为：%s", name, v, strings.Join(words[name], "、"))
			}
			if slices.Contains(values[:i], v) {
				return fmt.Errorf("%s 中 %s 重复", name, v)
			}
		}
	}
	return nil
}

func (r *Rule) checkLegal() error {
	if len(r.Legal) == 0 {
		return errors.New("缺少字段 legal：至少一条依据，只依据协议的也应写明")
	}
	for i, l := range r.Legal {
		switch {
		case l.Article == "":
			return fmt.Errorf("legal 第 %d 条缺少 article", i+1)
		case !slices.Contains([]string{"V", "V2", "M", "D"}, l.Certain):
			return fmt.Errorf("legal 第 %d 条 certainty %q 应为 V、V2、M 或 D", i+1, l.Certain)
		case i > 0 && l.From <= r.Legal[i-1].From:
			return fmt.Errorf("legal 第 %d 条 from %s 应晚于上一条", i+1, l.From)
		}
	}
	return nil
}

// hashFolder hashes the names and contents of the files of dir.
func hashFolder(fsys fs.FS, dir string) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		fmt.Fprintf(h, "%s %d\n", strings.TrimPrefix(name, dir), len(text))
		h.Write(text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// Class is the knowledge.Classes of the catalogue: what the knowledge room, which
// stands below this one, may know of a rule.
func Class(id string) (knowledge.Class, bool) {
	r, known := Get(id)
	if !known {
		return knowledge.Class{}, false
	}
	return knowledge.Class{Program: r.Program, Name: r.Name, Check: r.Check}, true
}
