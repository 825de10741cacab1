package finding

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// workbook writes findings.xlsx: sheet 疑点 with a row a finding, and sheet 明细 with a
// row a line, since a cell does not hold long lists of lines.
type workbook struct {
	book     *book
	findings table
	lines    table
	values   []any
}

// The kinds of lines in sheet 明细.
const (
	objectedWord = "疑点明细" // objected to
	evidenceWord = "佐证明细" // proves it, not objected to
)

func newWorkbook(tmp string, l limits) (*workbook, error) {
	w := &workbook{book: &book{dir: tmp, limits: l}, values: make([]any, len(columns))}
	w.findings = table{book: w.book, name: "疑点"}
	for _, c := range columns {
		h := heading{c.title, c.width, kindOf(c)}
		if isList(c) && c.name != "codes" {
			h = heading{c.title + "条数", 9, numberCell}
		}
		w.findings.headings = append(w.findings.headings, h)
	}
	w.lines = table{book: w.book, name: "明细", headings: []heading{
		{"疑点编号", 25, textCell}, {"明细流水号", 34, textCell}, {"类别", 11, textCell},
	}}
	for _, t := range []*table{&w.findings, &w.lines} {
		if err := t.open(); err != nil {
			w.discard()
			return nil, err
		}
	}
	return w, nil
}

func (w *workbook) add(f *Finding) error {
	for i, c := range columns {
		w.values[i] = shown(c, f)
	}
	if err := w.findings.add(w.values...); err != nil {
		return err
	}
	for _, sn := range f.Lines {
		if err := w.lines.add(f.ID, sn, objectedWord); err != nil {
			return err
		}
	}
	for _, sn := range f.EvidenceLines {
		if err := w.lines.add(f.ID, sn, evidenceWord); err != nil {
			return err
		}
	}
	return nil
}

// save writes the workbook to path; discard frees it instead.
func (w *workbook) save(path string) error {
	defer w.discard()
	if err := errors.Join(w.findings.end(), w.lines.end()); err != nil {
		return err
	}
	// All sheets of findings stand before those of lines.
	slices.SortStableFunc(w.book.sheets, func(a, b *sheet) int {
		return cmp.Compare(strings.Index(a.name, w.lines.name), strings.Index(b.name, w.lines.name))
	})
	return w.book.save(path)
}

func (w *workbook) discard() { w.book.close() }
