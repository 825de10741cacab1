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
	"path"
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
	if err := decodeOne(text, r); err != nil {
		return nil, fmt.Errorf("%s：%w", file, err)
	}
	if err := r.check(path.Base(dir)); err != nil {
		return nil, fmt.Errorf("%s：%w", file, err)
	}
	r.Hash, err = hashFolder(fsys, dir)
	return r, err
}

// decodeOne reads the one YAML document of a text strictly.
func decodeOne(text []byte, to any) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(to); err != nil {
		return errors.New(reason(err))
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("只应有一个 YAML 文档，请删去 --- 之后的内容")
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
