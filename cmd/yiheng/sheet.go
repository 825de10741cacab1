package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
	"golang.org/x/text/width"
)

// colour is an ANSI colour; "" is none.
type colour string

const (
	bold   colour = "1"
	dim    colour = "2"
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
	cyan   colour = "36"
)

// of colours a text; a sheet that has no colours takes them away again.
func (c colour) of(text string) string {
	if c == "" || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

// mark is how one state looks: a sign, a word, a colour.
type mark struct {
	status, sign, name string
	colour             colour
}

// cell is a text in a column of a width; 0: the last column, as wide as its text.
type cell struct {
	text  string
	width int
	right bool
}

// sheet writes tables of Chinese and Latin text in columns that line up.
type sheet struct {
	out     io.Writer
	columns int // of the terminal
	colours bool
}

// newSheet returns a sheet for a file; it has colours only on a terminal and where
// NO_COLOR is not set.
func newSheet(f *os.File) *sheet {
	s := &sheet{out: f, columns: 132}
	if isTerminal(f) {
		s.colours = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		if size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err == nil && size.Col > 0 {
			s.columns = int(size.Col)
		}
	} else if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		s.columns = n
	}
	return s
}

func (s *sheet) line(c colour, text string) {
	text = c.of(text)
	if !s.colours {
		text = plain(text)
	}
	fmt.Fprintln(s.out, strings.TrimRight(text, " "))
}

func (s *sheet) title(name, source string) { s.line("", bold.of(name)+"  "+dim.of(source)) }

// heading writes a name with a rule behind it.
func (s *sheet) heading(name string) {
	fmt.Fprintln(s.out)
	rest := max(min(s.columns, 132)-cellsOf(name)-1, 0)
	s.line("", bold.of(name)+" "+dim.of(strings.Repeat("─", rest)))
}

// legend writes a total, how it divides, and a bar of the parts.
func (s *sheet) legend(total string, marks []mark, tally []int) {
	const bar = 60
	sum := 0
	for _, n := range tally {
		sum += n
	}
	parts, blocks := make([]string, 0, len(marks)), ""
	from, so := 0, 0
	for i, m := range marks {
		if tally[i] == 0 {
			continue
		}
		parts = append(parts, m.colour.of(m.sign)+" "+m.name+" "+strconv.Itoa(tally[i]))
		so += tally[i]
		to := so * bar / sum
		blocks += m.colour.of(strings.Repeat(fill(m.sign), to-from))
		from = to
	}
	s.line("", total+"："+strings.Join(parts, "  "))
	s.line("", blocks)
}

// fill is the block that a part of a bar is made of, told apart without colours too.
func fill(sign string) string {
	switch sign {
	case "●":
		return "█"
	case "◆":
		return "▓"
	case "○":
		return "▒"
	}
	return "░"
}

// row writes cells in their columns.
func (s *sheet) row(c colour, cells []cell) {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteByte(' ')
		}
		space := strings.Repeat(" ", max(cell.width-cellsOf(plain(cell.text)), 0))
		if cell.right {
			b.WriteString(space + cell.text)
		} else {
			b.WriteString(cell.text + space)
		}
	}
	s.line(c, b.String())
}

// wrapped writes a text behind a label, broken where the terminal ends, its further
// lines under the text.
func (s *sheet) wrapped(c colour, label, text string) {
	indent := cellsOf(label)
	room := max(s.columns-indent, 20)
	for at := 0; text != ""; at++ {
		if at > 0 {
			label = strings.Repeat(" ", indent)
		}
		head := cut(text, room)
		s.line(c, label+head)
		text = text[len(head):]
	}
}

// cut returns as much of a text as room cells hold, one character at least. No line
// begins with a closing mark, and no word that fits into a line is broken.
func cut(text string, room int) string {
	used, end, before := 0, 0, rune(0)
	for at, r := range text {
		if at > 0 && breaks(before, r) {
			end = at
		}
		if used += cellOf(r); used > room && at > 0 {
			return text[:cmp.Or(end, at)]
		}
		before = r
	}
	return text
}

func breaks(r, next rune) bool {
	if strings.ContainsRune("，。、；：）》”·", next) || strings.ContainsRune("（《“", r) {
		return false
	}
	return cellOf(r) == 2 || cellOf(next) == 2 || r == ' '
}

// cellsOf returns how many cells of a terminal a text takes; East Asian wide
// characters take two.
func cellsOf(text string) int {
	n := 0
	for _, r := range text {
		n += cellOf(r)
	}
	return n
}

func cellOf(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// plain takes colours out of a text.
func plain(text string) string {
	for {
		from := strings.Index(text, "\x1b[")
		if from < 0 {
			return text
		}
		to := strings.IndexByte(text[from:], 'm')
		text = text[:from] + text[from+to+1:]
	}
}
