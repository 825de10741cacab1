package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// officialIDs are the ids of the 88 rule classes of the 2025 list.
var officialIDs = func() []string {
	var ids []string
	for _, tier := range []struct {
		prefix string
		n      int
	}{
		{"GZ10000101", 12},
		{"GZ10000102", 15},
		{"GZ10000103", 3},
		{"GZ10000201", 8},
		{"GZ10000202", 4},
		{"GZ10000203", 1},
		{"GZ10000204", 7},
		{"ZB10000205", 8},
		{"GZ10000301", 12},
		{"GZ10000302", 6},
		{"GZ10000303", 3},
	} {
		for i := 1; i <= tier.n; i++ {
			ids = append(ids, fmt.Sprintf("%s%03d000", tier.prefix, i))
		}
	}
	return append(ids, "BD2025013", "BD2025029", "BD2025030", "BD2025031", "BD2025047", "BD2025076", "BD2025077", "BD2025087", "BD2025088")
}()

// naming finds official class names in texts.
type naming struct {
	names []string // longest first, as word returns them
	ids   map[string]string
}

func newNaming(classes Classes) *naming {
	n := &naming{ids: map[string]string{}}
	for _, id := range officialIDs {
		if c, ok := classes(id); ok {
			n.add(c.Name, id)
			n.add(withoutBrackets(word(c.Name)), id)
		}
	}
	n.add("药品限最大支付天数/开药量", "GZ10000101009000") // its name in the framework of 2023
	slices.SortFunc(n.names, func(a, b string) int { return len(b) - len(a) })
	return n
}

func (n *naming) add(name, id string) {
	if w := word(name); n.ids[w] == "" && w != "" {
		n.ids[w] = id
		n.names = append(n.names, w)
	}
}

// in returns the class whose name text contains, the longest first; "" for none.
func (n *naming) in(text string) string {
	text = word(text)
	for _, name := range n.names {
		if strings.Contains(text, name) {
			return n.ids[name]
		}
	}
	return ""
}

// How the class of a point was decided, in the words of the report.
const (
	byLogic   = "检出逻辑"
	byKind    = "限定类型"
	byTitle   = "工作表标题"
	byColumns = "列名"
	byPrefix  = "说明以“限”开头（医保支付限制）"
	byOption  = "--rule"
	byFile    = "文件名"
)

// classifier decides the rule class of each point of one sheet: by its content,
// else by --rule, else by the file's name.
type classifier struct {
	*naming
	subject subject
	layout  *layout
	title   string // class that the sheet's name or its titles name
	option  string // --rule
	file    string // class that the file's name means
}

// classify returns the class of a point and what decided it; "" when nothing does.
// A phrase that several classes share is decided by the title, --rule, or, for
// drugs limited to children, by whether the text is a limit of payment.
func (c *classifier) classify(r *gridRow) (id, by string) {
	text := func(ro role) string { return r.cell(c.layout.col(ro)) }
	kind := text(roleKind)
	if id := c.in(kind); id != "" {
		return id, byKind
	}
	if ids := find(logicSignals, text(roleLogic), c.subject); ids != nil {
		return c.choose(ids, r, byLogic)
	}
	if kind != "" {
		if ids := find(kindSignals, kind+text(roleObject), c.subject); ids != nil {
			return c.choose(ids, r, byKind)
		}
	}
	if ids := find(logicSignals, c.texts(r), c.subject); ids != nil {
		return c.choose(ids, r, byLogic)
	}
	if c.title != "" {
		return c.title, byTitle
	}
	if id := c.byColumns(); id != "" {
		return id, byColumns
	}
	if c.option != "" {
		return c.option, byOption
	}
	return c.file, byFile
}

func (c *classifier) choose(ids []string, r *gridRow, by string) (string, string) {
	switch {
	case len(ids) == 1:
		return ids[0], by
	case slices.Contains(ids, c.title):
		return c.title, byTitle
	case slices.Contains(ids, c.option):
		return c.option, byOption
	case strings.HasPrefix(c.texts(r), "限"):
		return ids[1], by + "，" + byPrefix
	}
	return ids[0], by
}

// texts returns the explaining texts of a row.
func (c *classifier) texts(r *gridRow) string {
	var b strings.Builder
	for i, ro := range c.layout.roles {
		if ro == roleBasis || ro == roleRemark {
			b.WriteString(r.cell(i))
		}
	}
	return b.String()
}

// byColumns tells the class by columns that only one class has.
func (c *classifier) byColumns() string {
	has := c.layout.has
	switch pair := has(roleNameB) || has(roleCodeB); {
	case pair && c.subject == piece:
		return "GZ10000301012000"
	case pair && c.subject == drug:
		return "GZ10000301011000"
	case pair && has(roleWindow):
		return "GZ10000102012000"
	case pair:
		return ""
	case c.subject == operation && has(roleDx):
		return "GZ10000201006000"
	case has(roleSex) && sexRules[c.subject] != nil:
		return sexRules[c.subject][0]
	case c.subject == diagnosis && (has(roleAge) || has(roleAgeMin) || has(roleAgeMax)):
		return "GZ10000204007000"
	case c.subject == drug && has(roleForbidden):
		return "GZ10000301003000"
	case c.subject == drug && has(roleRxDays):
		return "GZ10000301005000"
	case c.subject == drug && has(roleClass):
		return "GZ10000301006000"
	case has(roleGroup):
		return "GZ10000102002000"
	case c.subject == item && has(rolePeriod):
		return "BD2025031"
	case c.subject == item && (has(roleDayMax) || has(roleMax) && has(roleUnit)):
		return "GZ10000102014000"
	}
	return ""
}
