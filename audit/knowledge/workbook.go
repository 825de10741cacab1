package knowledge

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// Options are what a workbook does not say itself.
type Options struct {
	ValidFrom calendar.Day // first service day of the points; required for workbooks (NoDay and the zero Day are none)
	Rule      string       // rule class of points whose content names none
}

// Workbook is an official workbook, read: one Point for each code of each
// knowledge point.
type Workbook struct {
	Points   []Point
	Rows     []int32  // row of each point
	Sheets   []string // sheet of each point
	Report   Report
	Problems Problems
}

// ReadWorkbook reads an official workbook (.xlsx). The error says, in Chinese, why
// the file as a whole cannot be read; rows that cannot be read are Problems with
// sheet, row and column, and do not stop the others.
func ReadWorkbook(file string, classes Classes, o Options) (*Workbook, error) {
	name := filepath.Base(file)
	if o.ValidFrom <= 0 {
		return nil, fmt.Errorf("%s：须用 --valid-from 写明生效日（例如 --valid-from 2025-05-23）：工作簿不载生效日，今天公布的知识点不能拿去判去年的费用", name)
	}
	if o.Rule != "" {
		if _, ok := classes(o.Rule); !ok {
			return nil, fmt.Errorf("--rule：没有规则“%s”；用 yiheng rule list 查看规则编号", o.Rule)
		}
	}
	sheets, err := readBook(file)
	if err != nil {
		return nil, fmt.Errorf("%s：%w", name, err)
	}
	b := &bookReader{
		name: name, options: o, classes: classes, naming: newNaming(classes), book: &Workbook{},
		base: strings.TrimSuffix(name, filepath.Ext(name)),
	}
	if err := b.read(sheets); err != nil {
		return nil, fmt.Errorf("%s：%w", name, err)
	}
	return b.book, nil
}

// bookReader reads one workbook.
type bookReader struct {
	*naming
	name, base string
	options    Options
	classes    Classes
	book       *Workbook
	drafts     []*draft
}

// draft is one knowledge point of a sheet before it becomes one Point for each code.
type draft struct {
	row          *gridRow
	sheet        *sheetReader
	seq          string
	name, nameB  string // as word returns them
	codes, other []string
	rule, by     string
	dropped      bool
}

// sheetReader is one sheet being read.
type sheetReader struct {
	*grid
	layout
	classifier
	report  *SheetReport
	subject subject
	drafts  []*draft
	codesOf *sheetReader // sheet of codes that belongs to this sheet of points
}

func (b *bookReader) problem(s *sheetReader, row, col int, format string, args ...any) {
	p := Problem{File: b.name, Sheet: s.name, Row: row, Text: fmt.Sprintf(format, args...), Warning: true}
	if col >= 0 {
		header := ""
		if col < len(s.headers) {
			header = oneLine(s.headers[col])
		}
		p.Column = columnLabel(col, header)
	}
	b.book.Problems = append(b.book.Problems, p)
}

// unread is a problem that keeps a row, or a sheet, out.
func (b *bookReader) unread(s *sheetReader, row, col int, format string, args ...any) {
	b.problem(s, row, col, format, args...)
	b.book.Problems[len(b.book.Problems)-1].Unread = true
}

func (b *bookReader) read(grids []grid) error {
	sheets := make([]*sheetReader, len(grids))
	b.book.Report.Sheets = make([]SheetReport, len(grids))
	for i := range grids {
		sheets[i] = b.open(&grids[i], &b.book.Report.Sheets[i])
	}
	b.sortOut(sheets)
	for i, s := range sheets {
		if p := pointsOf(sheets, i); s.report.Kind == kindCodes && p != nil {
			p.codesOf = s
		}
	}
	for _, s := range sheets {
		if s.report.Kind == kindPoints {
			b.readPoints(s)
		}
	}
	for i, s := range sheets {
		if s.report.Kind == kindCodes {
			b.readCodes(s, pointsOf(sheets, i))
		}
	}
	b.dropEmpty()
	b.build()
	if len(b.book.Points) == 0 {
		return b.nothing(sheets)
	}
	return nil
}

const (
	kindPoints = "知识点"
	kindCodes  = "代码"
	kindHidden = "隐藏"
	kindNone   = "无表头"
	kindEmpty  = "空"
)

// nothing says why a workbook gave no point at all.
func (b *bookReader) nothing(sheets []*sheetReader) error {
	kinds := map[string]int{}
	for _, s := range sheets {
		kinds[s.report.Kind]++
	}
	switch {
	case kinds[kindEmpty] == len(sheets):
		return errors.New("工作表都是空的，没有知识点")
	case kinds[kindPoints] == 0 && kinds[kindCodes] == 0:
		return fmt.Errorf("前 %d 行里找不到表头：须有名称列（如 药品通用名、项目名称、主项名称）或编码列（如 药品代码、项目编码）", lastHeaderRow)
	case len(b.book.Problems) > 0:
		return fmt.Errorf("没有读到一个知识点；例如 %s", b.book.Problems[0])
	}
	return errors.New("有表头，没有知识点")
}

// open finds the header of a sheet and what the sheet's own texts say.
func (b *bookReader) open(g *grid, report *SheetReport) *sheetReader {
	s := &sheetReader{grid: g, report: report}
	report.Name, report.Kind = g.name, kindPoints
	switch {
	case g.hidden:
		report.Kind = kindHidden
	case len(g.rows) == 0:
		report.Kind = kindEmpty
	default:
		s.layout = findHeader(g)
		if s.header == 0 {
			report.Kind = kindNone
		}
	}
	if report.Kind != kindPoints {
		report.Rows, report.Unreadable = len(g.rows), len(g.rows)
		if len(g.rows) > 0 {
			b.unread(s, 0, -1, "%s的工作表，%d 行未读；知识点表须在前 %d 行内有表头", report.Kind, len(g.rows), lastHeaderRow)
		}
		return s
	}
	if !s.has(roleCode) && s.has(roleDx) {
		s.roles[s.col(roleDx)] = roleCode
	}
	report.Header, report.Rows = s.header, len(g.rows)-s.first
	for i, h := range s.headers {
		switch {
		case h == "":
		case s.roles[i] == "":
			report.Unused = append(report.Unused, oneLine(h))
		default:
			report.Columns = append(report.Columns, oneLine(h)+" → "+string(s.roles[i]))
		}
	}
	s.subject = subjectOf(&s.layout, s.firstCodes())
	s.classifier = classifier{
		naming: b.naming, subject: s.subject, layout: &s.layout, option: b.options.Rule,
		title: cmp.Or(b.in(g.name), b.in(strings.Join(s.titles, ""))),
	}
	s.file = b.fileClass(s.subject)
	return s
}

// firstCodes returns some codes of the sheet, to tell what they are.
func (s *sheetReader) firstCodes() []string {
	var codes []string
	for _, r := range s.rows[s.first:min(len(s.rows), s.first+5)] {
		codes = append(codes, readCodes(r.cell(s.col(roleCode)), "").codes...)
	}
	return codes
}

// fileClass returns the class that the file's name means for s.
func (b *bookReader) fileClass(s subject) string {
	if id := b.in(b.base); id != "" {
		return id
	}
	if ids := find(kindSignals, b.base, cmp.Or(s, namedSubject(word(b.base)))); len(ids) == 1 {
		return ids[0]
	}
	return ""
}

// sortOut tells the sheets of codes from those of points: a sheet of codes names
// the point of each row, or holds nothing but names and codes while another sheet
// has points without codes.
func (b *bookReader) sortOut(sheets []*sheetReader) {
	codeless := slices.ContainsFunc(sheets, func(s *sheetReader) bool {
		return s.report.Kind == kindPoints && !s.has(roleCode)
	})
	for _, s := range sheets {
		if s.report.Kind != kindPoints || !s.has(roleCode) {
			continue
		}
		plain := s.has(roleName) && !slices.ContainsFunc(s.roles, func(r role) bool {
			return !slices.Contains([]role{"", roleSeq, roleName, roleCode, roleKind, roleRemark}, r)
		})
		if s.has(roleKey) && len(sheets) > 1 || plain && codeless {
			s.report.Kind = kindCodes
		}
	}
}

// pointsOf returns the sheet of points that the sheet of codes i belongs to: the
// nearest before it without codes of its own, else the nearest before, else the first.
func pointsOf(sheets []*sheetReader, i int) *sheetReader {
	var before, any *sheetReader
	for j := len(sheets) - 1; j >= 0; j-- {
		s := sheets[j]
		if s.report.Kind != kindPoints {
			continue
		}
		any = s
		if j < i {
			if !s.has(roleCode) {
				return s
			}
			if before == nil {
				before = s
			}
		}
	}
	if before != nil {
		return before
	}
	return any
}
