package knowledge

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// built is one point made of a draft.
type built struct {
	Point
	draft   *draft
	text    string // what the row says in words: part of the point's identity
	missing []string
}

// build makes points of the drafts: their class, their parameters, one point for
// each code or pair of codes.
func (b *bookReader) build() {
	b.classifyAll()
	groups := b.groupNames()
	var all []built
	for _, d := range b.drafts {
		if !d.dropped {
			all = append(all, b.pointsOf(d, groups[d])...)
		}
	}
	all = uniteIndications(all)
	b.disarm(all)
	all = b.identify(all)
	slices.SortStableFunc(all, func(x, y built) int { return cmp.Compare(x.RuleID, y.RuleID) })
	for i := range all {
		b.book.Points = append(b.book.Points, all[i].Point)
		b.book.Rows = append(b.book.Rows, int32(all[i].draft.row.num))
		b.book.Sheets = append(b.book.Sheets, all[i].draft.sheet.name)
	}
	b.summarise(all)
}

// classifyAll decides the class of every draft. A draft without one is an
// unreadable row.
func (b *bookReader) classifyAll() {
	told := map[string]bool{}
	for _, d := range b.drafts {
		if d.dropped {
			continue
		}
		s := d.sheet
		d.rule, d.by = s.classify(d.row)
		class, ok := b.classes(d.rule)
		if !ok {
			d.dropped = true
			s.report.Points--
			s.report.Unreadable++
			b.unread(s, d.row.num, -1, "判断不出属于哪一条规则，请用 --rule 写明规则编号")
			continue
		}
		switch {
		case class.Program == "conflict" && len(d.other) == 0:
			d.dropped = true
			s.report.Points--
			s.report.Unreadable++
			b.unread(s, d.row.num, -1, "%s 须有两个编码，本行只有一个", class.Name)
			continue
		case class.Program != "conflict" && len(d.other) > 0:
			d.codes, d.other = append(d.codes, d.other...), nil
		}
		for what, other := range map[string]string{"工作表标题": s.title, "--rule": b.options.Rule, "文件名": s.file} {
			if other != "" && other != d.rule && !told[s.name+what+d.rule] && !siblings(other, d.rule) {
				told[s.name+what+d.rule] = true
				o, _ := b.classes(other)
				b.problem(s, d.row.num, -1, "%s说是“%s”，%s说是“%s”，按后者导入", what, o.Name, d.by, class.Name)
			}
		}
	}
}

// siblings says whether one phrase of the workbooks means both classes.
func siblings(a, b string) bool {
	for _, ids := range childRules {
		if slices.Contains(ids, a) && slices.Contains(ids, b) {
			return true
		}
	}
	return false
}

// groupNames gives a name to each point with several codes, so that its codes
// count together: the drug's, numbered where one rule has the name twice.
func (b *bookReader) groupNames() map[*draft]string {
	names := map[*draft]string{}
	times := map[string]int{}
	for _, d := range b.drafts {
		if d.dropped || d.name == "" || len(d.other) > 0 {
			continue
		}
		name := oneLine(d.row.cell(d.sheet.col(roleName)))
		key := d.rule + " " + d.name
		times[key]++
		if n := times[key]; n > 1 {
			name = fmt.Sprintf("%s（%d）", name, n)
		}
		if len(d.codes) > 1 {
			names[d] = name
		}
	}
	return names
}

// pointsOf makes the points of one draft.
func (b *bookReader) pointsOf(d *draft, group string) []built {
	class, _ := b.classes(d.rule)
	s := &statement{
		rule: d.rule, class: class, subject: d.sheet.subject,
		text:   func(r role) string { return d.row.cell(d.sheet.col(r)) },
		column: func(r role) string { return d.sheet.columnOf(r) },
	}
	s.read()
	if s.params.Group == "" {
		s.params.Group = group
	}
	for _, p := range s.problems {
		p.File, p.Sheet, p.Row = b.name, d.sheet.name, d.row.num
		b.book.Problems = append(b.book.Problems, p)
	}
	params, missing, err := ParseParams(class, s.params.String())
	if err != nil {
		b.problem(d.sheet, d.row.num, -1, "%v；知识点保留为待补参数", strings.ReplaceAll(err.Error(), "\n", "；"))
		params, missing = &Params{NeedsParameters: true}, []string{"params"}
	}
	p := Point{
		RuleID: d.rule, Params: params, ValidFrom: b.options.ValidFrom, ValidTo: calendar.NoDay,
		Basis: d.basis() + "（来源：" + b.base + "）", Note: d.note(),
	}
	text := essence(d.basis() + d.sheet.rowText(d.row, roleObject))
	others := d.other
	if len(others) == 0 {
		others = []string{""}
	}
	points := make([]built, 0, len(d.codes)*len(others))
	for _, code := range d.codes {
		for _, other := range others {
			p.Code, p.OtherCode = code, other
			points = append(points, built{Point: p, draft: d, text: text, missing: missing})
		}
	}
	return points
}

func (s *sheetReader) columnOf(r role) string {
	c := s.col(r)
	if c < 0 {
		return ""
	}
	return columnLabel(c, oneLine(s.headers[c]))
}

// rowText joins the texts of the row's columns with these roles, in their order.
func (s *sheetReader) rowText(r *gridRow, roles ...role) string {
	var texts []string
	for _, ro := range roles {
		for i, have := range s.roles {
			if t := oneLine(r.cell(i)); t != "" && have == ro && !slices.Contains(texts, t) {
				texts = append(texts, t)
			}
		}
	}
	return strings.Join(texts, "；")
}

// basis is what the workbook gives as reason: its explaining texts.
func (d *draft) basis() string {
	return d.sheet.rowText(d.row, roleBasis, roleRemark, roleLogic)
}

// note is the point's name and what the workbook's parameter columns state, word
// for word, for the person who completes or checks it.
func (d *draft) note() string {
	s := d.sheet
	note := s.rowText(d.row, roleName)
	if other := s.rowText(d.row, roleNameB); other != "" {
		note += " × " + other
	}
	for i, r := range s.roles {
		switch r {
		case "", roleSeq, roleKey, roleName, roleNameB, roleCode, roleCodeB, roleCount, roleBasis, roleRemark, roleLogic:
			continue
		}
		if t := oneLine(d.row.cell(i)); t != "" {
			note += "；" + oneLine(s.headers[i]) + "：" + t
		}
	}
	return strings.TrimPrefix(note, "；")
}

// uniteIndications makes one point of the rows that give one code's allowed
// diagnoses one a row: each row alone would object to all the others.
func uniteIndications(all []built) []built {
	first := map[string]int{}
	kept := all[:0]
	for _, p := range all {
		if p.Params == nil || len(p.Params.DxAny) == 0 || p.draft.sheet.subject == operation {
			kept = append(kept, p)
			continue
		}
		key := p.RuleID + " " + p.Code
		i, again := first[key]
		if !again {
			first[key] = len(kept)
			kept = append(kept, p)
			continue
		}
		union := *kept[i].Params
		union.DxAny = slices.Clone(union.DxAny)
		for _, dx := range p.Params.DxAny {
			if !slices.Contains(union.DxAny, dx) {
				union.DxAny = append(union.DxAny, dx)
			}
		}
		kept[i].Params = &union
	}
	return kept
}

// disarm takes points out of force that contradict each other within the
// workbook, and reports them.
func (b *bookReader) disarm(all []built) {
	byKey := map[string][]int{}
	for i := range all {
		key := all[i].RuleID + " " + all[i].Code + " " + all[i].OtherCode
		byKey[key] = append(byKey[key], i)
	}
	for i := range all {
		key := all[i].RuleID + " " + all[i].Code + " " + all[i].OtherCode
		for _, j := range byKey[key] {
			if j <= i {
				continue
			}
			names := contradiction(all[i].Params, all[j].Params, b.program(all[i].RuleID))
			if len(names) == 0 {
				continue
			}
			b.problem(all[j].draft.sheet, all[j].draft.row.num, -1, "编码 %s 与第 %d 行的参数 %s 矛盾，两条都保留为待补参数",
				all[j].Code, all[i].draft.row.num, strings.Join(names, "、"))
			for _, k := range []int{i, j} {
				off := *all[k].Params
				off.NeedsParameters = true
				all[k].Params, all[k].missing = &off, names
			}
		}
	}
}

func (b *bookReader) program(ruleID string) string {
	c, _ := b.classes(ruleID)
	return c.Program
}

// identify gives each point its id, made of what it says: rule, codes, parameters
// and text. The same content has the same id in whatever file and batch it comes.
// A point that the workbook gives twice stays once.
func (b *bookReader) identify(all []built) []built {
	seen := map[string]*built{}
	kept := all[:0]
	repeats := map[int]bool{}
	for _, p := range all {
		sum := sha256.Sum256([]byte(strings.Join([]string{p.RuleID, p.Code, p.OtherCode, p.Params.String(), p.text}, "\x00")))
		p.ID = "KP-" + hex.EncodeToString(sum[:8])
		if before := seen[p.ID]; before != nil {
			if !repeats[p.draft.row.num] {
				repeats[p.draft.row.num] = true
				b.problem(p.draft.sheet, p.draft.row.num, -1, "与第 %d 行是同一个知识点（编码 %s），只留一条", before.draft.row.num, p.Code)
			}
			continue
		}
		kept = append(kept, p)
		seen[p.ID] = &kept[len(kept)-1]
	}
	return kept
}

// summarise counts what the workbook gave for each class.
func (b *bookReader) summarise(all []built) {
	rules := map[[2]string]*RuleReport{}
	official := map[*draft]bool{}
	for i := range all {
		p := &all[i]
		key := [2]string{p.RuleID, p.draft.by}
		r := rules[key]
		if r == nil {
			class, _ := b.classes(p.RuleID)
			r = &RuleReport{RuleID: p.RuleID, Name: class.Name, By: p.draft.by}
			rules[key] = r
		}
		if !official[p.draft] {
			official[p.draft] = true
			r.Official++
			b.book.Report.Official++
		}
		r.Codes++
		b.book.Report.Codes++
		if p.Params != nil && p.Params.NeedsParameters {
			r.Needs++
			b.book.Report.Needs++
			for _, name := range p.missing {
				if !slices.Contains(strings.Split(r.Missing, "、"), name) {
					r.Missing = strings.TrimPrefix(r.Missing+"、"+name, "、")
				}
			}
		}
	}
	for _, r := range rules {
		b.book.Report.Rules = append(b.book.Report.Rules, *r)
	}
	slices.SortFunc(b.book.Report.Rules, func(x, y RuleReport) int {
		return cmp.Or(cmp.Compare(x.RuleID, y.RuleID), cmp.Compare(x.By, y.By))
	})
}
