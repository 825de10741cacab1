package knowledge

import (
	"fmt"
	"strings"
)

// Problem is something in a file of knowledge that its owner has to know: what is
// wrong, where, and what to do. All texts are Chinese.
type Problem struct {
	File    string `json:"file,omitempty"`
	Sheet   string `json:"sheet,omitempty"`
	Row     int    `json:"row,omitempty"`    // as the file counts it, from 1; 0: the whole file
	Column  string `json:"column,omitempty"` // column name of the format, or letter and header of a sheet
	Text    string `json:"text"`
	Warning bool   `json:"warning,omitempty"` // does not stop the import
	Unread  bool   `json:"unread,omitempty"`  // a warning: the row, or the sheet, is left out
}

// String returns the problem as one line: file, sheet, row, column, text.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Sheet != "" {
		fmt.Fprintf(&b, "［%s］", p.Sheet)
	}
	if p.Row > 0 {
		fmt.Fprintf(&b, " 第 %d 行", p.Row)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, " 列 %s", p.Column)
	}
	if b.Len() > 0 {
		b.WriteString("：")
	}
	return b.String() + p.Text
}

// Problems are the errors that refuse an import. As an error it shows the first
// twenty and says how many there are.
type Problems []Problem

const shownProblems = 20

// Error returns the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, 0, shownProblems+1)
	for i, p := range ps {
		if i == shownProblems {
			lines = append(lines, fmt.Sprintf("……另有 %d 处", len(ps)-i))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// Errors returns those that stop an import.
func (ps Problems) Errors() Problems {
	var errs Problems
	for _, p := range ps {
		if !p.Warning {
			errs = append(errs, p)
		}
	}
	return errs
}
