package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// readTemplateFile reads the filled workbook of WriteTemplate; nil when the workbook
// has no such sheet. It is taken as an exchange file is: one wrong row and nothing is
// imported.
func readTemplateFile(f io.Reader, path string, classes Classes, o Options) (*Intake, error) {
	name := filepath.Base(path)
	sheets, err := templateSheets(path, classes)
	if err != nil || sheets == nil {
		return nil, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, fmt.Errorf("%s：读取失败（%w）", name, err)
	}
	in := &Intake{Name: name, Hash: hex.EncodeToString(sum.Sum(nil))}
	for i := range sheets {
		if !isTemplate(&sheets[i], classes) {
			in.ignored(&sheets[i])
			continue
		}
		t := newTemplateReader(&sheets[i], name, classes, o)
		t.read()
		in.Points, in.Rows = append(in.Points, t.file.Points...), append(in.Rows, t.file.Rows...)
		in.Missing = append(in.Missing, t.file.Missing...)
		in.RowsRead, in.Examples = in.RowsRead+t.file.RowsRead, in.Examples+t.examples
		for range t.file.Points {
			in.Sheets = append(in.Sheets, sheets[i].name)
		}
		in.Problems = append(in.Problems, t.file.Problems...)
		in.Problems = append(in.Problems, shapeWarnings(t.file, name)...)
	}
	return in, nil
}

// templateSheets reads the sheets of a workbook of which one is a template; nil: none is.
func templateSheets(path string, classes Classes) ([]grid, error) {
	names, err := sheetNames(path)
	if err != nil || !slices.ContainsFunc(names, func(name string) bool { _, ok := classes(name); return ok }) {
		return nil, nil // an official workbook, or none: ReadWorkbook says what is wrong
	}
	sheets, err := readBook(path)
	if err != nil {
		return nil, fmt.Errorf("%s：%w", filepath.Base(path), err)
	}
	if !slices.ContainsFunc(sheets, func(g grid) bool { return isTemplate(&g, classes) }) {
		return nil, nil
	}
	return sheets, nil
}

// isTemplate says whether a sheet is named by a rule and begins with the header of a template.
func isTemplate(g *grid, classes Classes) bool {
	_, ok := classes(g.name)
	return ok && !g.hidden && len(g.rows) > 0 && slices.ContainsFunc(g.rows[0].cells, func(h string) bool { return columnName(h) == "code" })
}

// columnName returns the name that a header carries in its last brackets, or the
// header itself.
func columnName(header string) string {
	h := nfkc(header)
	if i := strings.LastIndexByte(h, '('); i >= 0 {
		h = strings.TrimSuffix(h[i+1:], ")")
	}
	return strings.ToLower(strings.TrimSpace(h))
}

// ignored reports a sheet that is not read.
func (in *Intake) ignored(g *grid) {
	if g.name == explanationSheet || len(g.rows) == 0 {
		return
	}
	in.Problems = append(in.Problems, Problem{
		File: in.Name, Sheet: g.name, Warning: true,
		Text: fmt.Sprintf("不是模板的工作表（名称须是规则编号，第一行须有“编码（code）”），%d 行没有读", len(g.rows)),
	})
}

// templateReader reads one filled sheet.
type templateReader struct {
	*grid
	name     string
	rule     string
	class    Class
	options  Options
	columns  []*templateColumn // of each column of the sheet; nil: not known
	file     *Exchange
	examples int
	wrong    int
}

func newTemplateReader(g *grid, name string, classes Classes, o Options) *templateReader {
	class, _ := classes(g.name)
	return &templateReader{grid: g, name: name, rule: g.name, class: class, options: o, file: &Exchange{}}
}

func (t *templateReader) problem(row, column int, format string, args ...any) {
	p := Problem{File: t.name, Sheet: t.rule, Row: row, Text: fmt.Sprintf(format, args...)}
	if column >= 0 {
		p.Column = columnLabel(column, oneLine(t.rows[0].cell(column)))
	}
	t.file.Problems = append(t.file.Problems, p)
}

// read reads the sheet; its rows under the header are points, examples or wrong.
func (t *templateReader) read() {
	if !t.header() {
		return
	}
	for i := range t.rows[1:] {
		t.file.RowsRead++
		r := &t.rows[1+i]
		if strings.HasPrefix(r.cell(0), exampleMark) {
			t.examples++
			continue
		}
		before := len(t.file.Problems.Errors())
		p, missing := t.point(r)
		if len(t.file.Problems.Errors()) > before {
			t.wrong++
			continue
		}
		t.file.Points = append(t.file.Points, p)
		t.file.Rows = append(t.file.Rows, int32(r.num))
		t.file.Missing = append(t.file.Missing, missing)
	}
	t.file.Problems = append(t.file.Problems, Problem{
		File: t.name, Sheet: t.rule, Warning: true,
		Text: fmt.Sprintf("读到 %d 行 = 知识点 %d + 示例 %d + 有误 %d", t.file.RowsRead, len(t.file.Points), t.examples, t.wrong),
	})
}
