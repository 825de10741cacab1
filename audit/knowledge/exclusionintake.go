package knowledge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"unicode/utf8"
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
	stored  bool                // a set of the store, which was checked when it was made
	lists   map[string][]string // rules of each text of a list: many rows have one
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
