package paper

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync"
)

// Template is what a room declares of a kind of paper: what it says, in blocks with
// {fields} that the room gives when it drafts one.
type Template struct {
	Kind    string // room.what, as review.notice; fixed
	Title   string // 疑点告知书
	Word    string // the 字 of its number: 疑告 in 嘉医保疑告〔2026〕3号
	Version int    // counts up when the text changes; a draft keeps the text that it was made with
	// Personal says that the paper names insured persons: who reads one is in the journal.
	Personal bool
	Fields   []Field
	Blocks   []Block
}

// Field is what a room says when it drafts a paper.
type Field struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Optional bool   `json:"optional,omitempty"` // may be empty
}

// Fields that every paper has. Number and date are given when it is issued; until then
// they stand as blanks.
const (
	fieldNumber    = "number"
	fieldDate      = "date"
	fieldOrgan     = "organ"
	fieldRecipient = "recipient"
)

var given = []string{fieldNumber, fieldDate, fieldOrgan, fieldRecipient}

// BlockKind is what a block is.
type BlockKind string

// The blocks. Their order in the template is their order on paper.
const (
	Heading   BlockKind = "heading"   // 一、……
	Address   BlockKind = "address"   // whom it is for (主送), without indent, ending in ：
	Paragraph BlockKind = "paragraph" // with indent
	Grid      BlockKind = "grid"      // a table in the text
	Annex     BlockKind = "annex"     // a table on pages of its own, with a title
	Sign      BlockKind = "sign"      // the organ and the date
	Receipt   BlockKind = "receipt"   // 送达回证, on a page of its own
)

// Block is a part of a paper.
type Block struct {
	Kind    BlockKind `json:"kind"`
	Text    string    `json:"text,omitempty"`    // with {fields}; of an annex its title
	Table   string    `json:"table,omitempty"`   // of a grid or annex, the name of its rows
	Columns []Column  `json:"columns,omitempty"` // of a grid or annex
}

// Column is a column of a table.
type Column struct {
	Title string `json:"title"`
	Share int    `json:"share"`           // of the width, relative to the others
	Right bool   `json:"right,omitempty"` // figures stand right
}

// MostRows bounds the rows of a table.
const MostRows = 10_000

var declared = struct {
	sync.RWMutex
	by map[string]*Template
}{by: map[string]*Template{}}

// Declare makes a template known. A package calls it once for each, when it is
// initialised; a wrong declaration is a mistake in the program and panics with what is
// wrong.
func Declare(t Template) *Template {
	if err := t.check(); err != nil {
		panic("paper: " + t.Kind + ": " + err.Error())
	}
	declared.Lock()
	defer declared.Unlock()
	if declared.by[t.Kind] != nil {
		panic("paper: " + t.Kind + " is declared twice")
	}
	declared.by[t.Kind] = &t
	return &t
}

// Lookup returns the template of a kind, nil when none is declared.
func Lookup(kind string) *Template {
	declared.RLock()
	defer declared.RUnlock()
	return declared.by[kind]
}

// Templates returns all that are declared, by kind.
func Templates() (all []*Template) {
	declared.RLock()
	defer declared.RUnlock()
	for _, kind := range slices.Sorted(maps.Keys(declared.by)) {
		all = append(all, declared.by[kind])
	}
	return all
}

var kindName = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)

func (t *Template) check() error {
	switch {
	case !kindName.MatchString(t.Kind):
		return fmt.Errorf("类别“%s”应写成 room.what", t.Kind)
	case t.Title == "" || t.Word == "" || t.Version < 1:
		return fmt.Errorf("要有标题、字号和版本")
	}
	known, used := map[string]bool{}, map[string]bool{}
	for _, name := range given {
		known[name] = true
	}
	for _, f := range t.Fields {
		if !isFieldName(f.Name) || f.Title == "" {
			return fmt.Errorf("字段“%s”没有合规的名称或标题", f.Name)
		}
		if known[f.Name] {
			return fmt.Errorf("字段 %s 出现两次，或是每份文书都有的字段", f.Name)
		}
		known[f.Name] = true
	}
	if err := checkBlocks(t.Blocks, known, used); err != nil {
		return err
	}
	for _, f := range t.Fields {
		if !used[f.Name] {
			return fmt.Errorf("字段 %s 没有用在任何段落中", f.Name)
		}
	}
	return nil
}

// checkBlocks checks what blocks say; used gathers the fields and tables that they name.
func checkBlocks(blocks []Block, known, used map[string]bool) error {
	signed := false
	for k, b := range blocks {
		pieces, err := parse(b.Text)
		if err != nil {
			return fmt.Errorf("第 %d 段：%w", k+1, err)
		}
		for _, p := range pieces {
			if p.field && !known[p.text] {
				return fmt.Errorf("第 %d 段：字段 %s 没有声明", k+1, p.text)
			}
			if p.field {
				used[p.text] = true
			}
		}
		if err := b.check(); err != nil {
			return fmt.Errorf("第 %d 段：%w", k+1, err)
		}
		if b.Table != "" && used["table "+b.Table] {
			return fmt.Errorf("第 %d 段：表 %s 出现两次", k+1, b.Table)
		}
		used["table "+b.Table] = true
		signed = signed || b.Kind == Sign
	}
	if !signed {
		return fmt.Errorf("没有署名和日期（sign）")
	}
	return nil
}

func (b Block) check() error {
	isTable := b.Kind == Grid || b.Kind == Annex
	switch {
	case !slices.Contains([]BlockKind{Heading, Address, Paragraph, Grid, Annex, Sign, Receipt}, b.Kind):
		return fmt.Errorf("段落类别“%s”不认识", b.Kind)
	case isTable != (b.Table != "") || isTable != (len(b.Columns) > 0):
		return fmt.Errorf("表格和附件要有表名和列，其他段落不能有")
	case (b.Kind == Sign || b.Kind == Receipt || b.Kind == Grid) != (b.Text == ""):
		return fmt.Errorf("标题、主送、正文和附件要有文字，其他段落不能有")
	}
	for _, c := range b.Columns {
		if c.Title == "" || c.Share < 1 {
			return fmt.Errorf("表 %s 的列要有标题和宽度", b.Table)
		}
	}
	return nil
}
