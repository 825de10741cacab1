package knowledge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"yiheng/ground/calendar"
)

// ExclusionIntake is one file of exclusions, read and not yet imported:
// RowsRead = len(Exclusions) + Examples + Wrong.
type ExclusionIntake struct {
	Name       string // base name
	Hash       string // SHA-256 of the file
	Sheet      string // of a workbook
	RowsRead   int    // rows under the header that hold anything
	Examples   int    // rows of the template that are none (示例…)
	Wrong      int
	Exclusions []Exclusion
	Rows       []int32 // row of each exclusion
	Problems   Problems
}

// place is the problem of exclusion i without its text.
func (in *ExclusionIntake) place(i int) Problem {
	return Problem{File: in.Name, Sheet: in.Sheet, Row: int(in.Rows[i])}
}

// ReadExclusions reads a file of exclusions, CSV in UTF-8 or a workbook (.xlsx), told
// by its content. The header names the columns in Chinese or as the CSV of
// WriteExclusions does, in any order. rules are the ids of all rule classes. Wrong
// rows are Problems with row and column; the error, in Chinese, is about the file as
// a whole.
func ReadExclusions(path string, rules []string) (*ExclusionIntake, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	name := filepath.Base(path)
	sum := sha256.New()
	r := &exclusionReader{file: &ExclusionIntake{Name: name}, known: rules}
	if isBook(f, name) {
		if _, err := io.Copy(sum, f); err != nil {
			return nil, fmt.Errorf("%s：读取失败（%w）", name, err)
		}
		err = r.workbook(path)
	} else {
		err = r.csv(io.TeeReader(f, sum))
	}
	if err != nil {
		return nil, fmt.Errorf("%s：%w", name, err)
	}
	r.file.Hash = hex.EncodeToString(sum.Sum(nil))
	return r.file, nil
}

// exclusionReader reads one file of exclusions.
type exclusionReader struct {
	file    *ExclusionIntake
	known   []string
	stored  bool // a set of the store, which was checked when it was made
	at      []int
	headers []string
}

func (r *exclusionReader) problem(row, column int, format string, args ...any) {
	p := Problem{File: r.file.Name, Sheet: r.file.Sheet, Row: row, Text: fmt.Sprintf(format, args...)}
	if column >= 0 && column < len(r.headers) {
		p.Column = columnLabel(column, r.headers[column])
	}
	r.file.Problems = append(r.file.Problems, p)
}

// csv reads comma-separated text.
func (r *exclusionReader) csv(text io.Reader) error {
	s := newScanner(text)
	for first := true; ; {
		err := s.next()
		switch {
		case errors.Is(err, io.EOF) && first:
			return errors.New("文件是空的；用 yiheng knowledge exclusion template 写出模板")
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errQuote), errors.Is(err, errOpen):
			if first {
				return fmt.Errorf("表头%w", err)
			}
			r.file.RowsRead++
			r.file.Wrong++
			r.problem(s.row, -1, "%v", err)
			continue
		case err != nil:
			return err
		}
		row, err := plainRow(s)
		switch {
		case err != nil && first:
			return err
		case err != nil:
			r.file.RowsRead++
			r.file.Wrong++
			r.problem(s.row, -1, "%v", err)
		case first:
			first = false
			if err := r.header(row.cells); err != nil {
				return err
			}
		case len(row.cells) > 0 && len(row.cells) != len(r.headers):
			r.file.RowsRead++
			r.file.Wrong++
			r.problem(s.row, -1, "有 %d 列，表头有 %d 列；内容里的逗号须用双引号括起", len(row.cells), len(r.headers))
		default:
			r.row(&row)
		}
	}
}

// plainRow returns the record of s as a row; one that holds nothing has no cells.
func plainRow(s *scanner) (gridRow, error) {
	row := gridRow{num: s.row}
	empty := true
	for _, f := range s.fields {
		if !utf8.Valid(f) || bytes.IndexByte(f, 0) >= 0 {
			return row, errors.New("不是 UTF-8 文本（可能是 GB18030 或 UTF-16），请另存为“CSV UTF-8”再导入")
		}
		text := cleanText(string(f))
		empty = empty && text == ""
		row.cells = append(row.cells, text)
	}
	if empty {
		row.cells = nil
	}
	return row, nil
}

// workbook reads the first visible sheet with a header of exclusions.
func (r *exclusionReader) workbook(path string) error {
	sheets, err := readBook(path)
	if err != nil {
		return err
	}
	var first error
	for i := range sheets {
		g := &sheets[i]
		if g.hidden || len(g.rows) == 0 {
			continue
		}
		if err := r.header(g.rows[0].cells); err != nil {
			if first == nil {
				first = fmt.Errorf("工作表“%s”的%w", g.name, err)
			}
			continue
		}
		r.file.Sheet = g.name
		for n := range g.rows[1:] {
			r.row(&g.rows[1+n])
		}
		return nil
	}
	if first == nil {
		first = errors.New("工作表都是空的；用 yiheng knowledge exclusion template 写出模板")
	}
	return first
}

func exclusionLabels() string {
	labels := make([]string, len(exclusionColumns))
	for i, c := range exclusionColumns {
		labels[i] = c.label
	}
	return strings.Join(labels, "、")
}

// header places the columns.
func (r *exclusionReader) header(cells []string) error {
	r.headers = cells
	r.at = make([]int, len(cells))
	seen := map[int]bool{}
	var unknown []string
	for i, cell := range cells {
		r.at[i] = exclusionColumnOf(cell)
		switch c := r.at[i]; {
		case c < 0 && cell != "":
			unknown = append(unknown, cell)
		case c >= 0 && seen[c]:
			return fmt.Errorf("表头里“%s”写了两次", cell)
		case c >= 0:
			seen[c] = true
		}
	}
	for i, c := range exclusionColumns {
		if c.required == "必填" && !seen[i] {
			return fmt.Errorf("表头缺少“%s”（%s）一列；表头是 %s", c.label, c.name, exclusionLabels())
		}
	}
	if len(unknown) > 0 {
		return fmt.Errorf("表头里不认识的列“%s”：一项不认识的条件若不算数，例外就会过宽；请改名或删去。表头是 %s", strings.Join(unknown, "”、“"), exclusionLabels())
	}
	return nil
}

// exclusionColumnOf returns the column that a header names, -1 for none.
func exclusionColumnOf(header string) int {
	w := strings.Trim(word(header), "*")
	for i, c := range exclusionColumns {
		if w == c.name || w == c.label || w == c.label+"("+c.name+")" {
			return i
		}
	}
	return -1
}

// exampleMark begins the first cell of a row that only shows how a row looks.
const exampleMark = "示例"

// row reads one row.
func (r *exclusionReader) row(row *gridRow) {
	if len(row.cells) == 0 {
		return
	}
	r.file.RowsRead++
	if !r.stored && strings.HasPrefix(row.cells[0], exampleMark) {
		r.file.Examples++
		return
	}
	before := len(r.file.Problems)
	x := Exclusion{ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}
	for i, text := range row.cells {
		switch {
		case text == "":
		case i >= len(r.at) || r.at[i] < 0:
			r.problem(row.num, i, "这一格没有表头，不知道“%.40s”是什么；请补上表头或清空", text)
		default:
			if err := exclusionColumns[r.at[i]].set(r, &x, text); err != nil {
				r.problem(row.num, i, "%v", err)
			}
		}
	}
	if !r.stored && len(r.file.Problems) == before {
		r.whole(row.num, &x)
	}
	if len(r.file.Problems) > before {
		r.file.Wrong++
		return
	}
	if x.ID == "" {
		sum := sha256.Sum256([]byte(x.text()))
		x.ID = "LW-" + hex.EncodeToString(sum[:6])
	}
	r.file.Exclusions = append(r.file.Exclusions, x)
	r.file.Rows = append(r.file.Rows, int32(row.num))
}

// whole checks a row whose cells are right.
func (r *exclusionReader) whole(row int, x *Exclusion) {
	for _, c := range exclusionColumns {
		if c.required == "必填" && c.get(x) == "" {
			r.problem(row, r.columnOf(c.name), "不能为空：%s", c.meaning)
		}
	}
	if x.PsnNo+x.MdtrtID+x.FixmedinsCode == "" && len(x.MedTypes)+len(x.DxAny)+len(x.CodesAny) == 0 {
		r.problem(row, -1, "只有规则、地区或日期，没有条件：整条规则会被停用。至少填一项人员编号、就诊编号、医药机构编号、医疗类别、诊断编码或明细编码")
	}
	if x.ValidFrom != calendar.NoDay && x.ValidTo != calendar.NoDay && x.ValidFrom > x.ValidTo {
		r.problem(row, r.columnOf("valid_to"), "开始日期 %s 晚于截止日期 %s，没有一天有效；请改正", x.ValidFrom, x.ValidTo)
	}
}

// columnOf returns where the file has the column, -1: it has not.
func (r *exclusionReader) columnOf(name string) int {
	return slices.IndexFunc(r.at, func(c int) bool { return c >= 0 && exclusionColumns[c].name == name })
}
