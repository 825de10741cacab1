package claim

import (
	"bytes"
	"fmt"
)

// dialect is how a text file separates and quotes its cells.
type dialect struct {
	delim   byte
	eol     byte // '\n', or '\r' in a file that has no '\n'
	noQuote bool // quotes are plain characters
	noApos  bool // the apostrophe is a plain character, only " quotes
	width   int  // number of columns, 0 while it is unknown
}

func (d *dialect) quote(c byte) bool {
	return !d.noQuote && (c == '"' || c == '\'' && !d.noApos)
}

// broken is a row that cannot be read as cells.
type broken struct {
	row    int
	reason string
}

// cells are rows of a file as text: cell (row, column) is
// data[spans[2k]:spans[2k+1]] with k = row*width+column. Blanks around a cell are
// cut off; null, NULL and \N are empty.
type cells struct {
	width  int
	data   []byte
	spans  []uint32
	lines  []int64
	broken []broken
	excel  bool // numbers may carry the noise of floating point, dates may be serial
	y1904  bool // serial dates count from 1904

	ends    []uint32 // of the record that is being read
	doubled bool     // it has doubled quotes
}

func (c *cells) reset(data []byte) {
	c.data, c.spans, c.lines, c.broken = data, c.spans[:0], c.lines[:0], c.broken[:0]
}

func (c *cells) len() int           { return len(c.lines) }
func (c *cells) line(row int) int64 { return c.lines[row] }
func (c *cells) faulty() []broken   { return c.broken }

func (c *cells) cell(column, row int) []byte {
	k := 2 * (row*c.width + column)
	return c.data[c.spans[k]:c.spans[k+1]]
}

// The ends of a record.
const (
	whole        = iota // the record is well formed
	unterminated        // a quote is open, or undecided, at the end of the data
	malformed           // a quote is not closed where a cell ends: only the first line is taken
)

// record reads the record at pos into c.ends (pairs of offsets) and returns the
// position behind it, which is that behind its first line unless it is whole. The
// data are not changed. last says that nothing follows them.
func (c *cells) record(data []byte, pos int, d *dialect, last bool) (next, state int) {
	c.ends, c.doubled = c.ends[:0], false
	i, n := pos, len(data)
	for {
		if i < n && d.quote(data[i]) {
			end, twice, st := closing(data, i, d, last)
			if st != whole {
				return firstLine(data, pos, d), st
			}
			c.doubled = c.doubled || twice
			c.ends = append(c.ends, uint32(i+1), uint32(end))
			for i = end + 1; i < n && data[i] == ' '; i++ {
			}
		} else {
			from := i
			for i < n && data[i] != d.delim && data[i] != d.eol {
				i++
			}
			end := i
			if end > from && data[end-1] == '\r' && (i == n || data[i] == d.eol) {
				end--
			}
			c.ends = append(c.ends, uint32(from), uint32(end))
		}
		if i < n && data[i] == d.delim {
			i++
			continue
		}
		if i < n && data[i] == '\r' && d.eol == '\n' {
			i++
		}
		if i < n {
			i++ // the end of line
		}
		return i, whole
	}
}

// closing finds the quote that closes the one at data[open]. It must stand where
// a cell ends. A cell that swallows as many delimiters as a row has is none.
func closing(data []byte, open int, d *dialect, last bool) (end int, doubled bool, state int) {
	q, i := data[open], open+1
	for {
		k := bytes.IndexByte(data[i:], q)
		if k < 0 {
			if last {
				return 0, false, malformed
			}
			return 0, false, unterminated
		}
		i += k
		if i+1 < len(data) && data[i+1] == q {
			doubled, i = true, i+2
			continue
		}
		break
	}
	j := i + 1
	for j < len(data) && data[j] == ' ' {
		j++
	}
	if !last && (j >= len(data) || data[j] == '\r' && j+1 >= len(data)) {
		return 0, false, unterminated
	}
	if j < len(data) && data[j] == '\r' && d.eol != '\r' {
		j++
	}
	if j < len(data) && data[j] != d.eol && (data[j] != d.delim || data[j-1] == '\r') {
		return 0, false, malformed
	}
	if d.width > 4 && i-open > d.width && bytes.IndexByte(data[open:i], d.eol) >= 0 &&
		bytes.Count(data[open:i], []byte{d.delim}) >= d.width-1 {
		return 0, false, malformed
	}
	return i, doubled, whole
}

// firstLine is the position behind the line at pos.
func firstLine(data []byte, pos int, d *dialect) int {
	if k := bytes.IndexByte(data[pos:], d.eol); k >= 0 {
		return pos + k + 1
	}
	return len(data)
}

// undouble turns "" into " within the quoted cells of the record.
func (c *cells) undouble(data []byte) {
	for k := 0; k < len(c.ends); k += 2 {
		from, to := c.ends[k], c.ends[k+1]
		if from == 0 || data[from-1] != '"' && data[from-1] != '\'' {
			continue // an unquoted cell stands behind a delimiter or an end of line
		}
		q, w := data[from-1], from
		for r := from; r < to; r++ {
			data[w] = data[r]
			w++
			if data[r] == q && r+1 < to && data[r+1] == q {
				r++
			}
		}
		c.ends[k+1] = w
	}
}

// split reads rows from the chunk at pos until most rows are full, and returns the
// position behind them. line is the line at pos and is counted on. bad gives the
// lines that cannot be read as text, with the reason; quoted says that the chunk
// may have quoted cells.
func (c *cells) split(pos, most int, line *int64, d *dialect, quoted bool, bad map[int64]string) int {
	data := c.data
	for pos < len(data) && len(c.lines) < most {
		next, state := 0, whole
		if quoted {
			next, state = c.record(data, pos, d, true)
		} else {
			next = c.plain(data, pos, d)
		}
		at, reason := *line, ""
		*line += lineCount(data[pos:next], d, quoted)
		if len(bad) > 0 {
			for l := at; l < *line && reason == ""; l++ {
				reason = bad[l]
			}
		}
		if state != whole {
			reason = "引号没有配对：本行有一个引号没有在单元格末尾关闭。请补上或删去该引号（单元格内的引号写两个）"
			c.plain(data, pos, d)
		} else if quoted && c.doubled {
			c.undouble(data)
		}
		if reason != "" || !c.blank() {
			c.push(at, reason)
		}
		pos = next
	}
	return pos
}

func lineCount(record []byte, d *dialect, quoted bool) int64 {
	if !quoted {
		return 1
	}
	n := bytes.Count(record, []byte{d.eol})
	if n == 0 || record[len(record)-1] != d.eol {
		n++
	}
	return int64(n)
}

// plain reads the line at pos into c.ends, without quotes.
func (c *cells) plain(data []byte, pos int, d *dialect) (next int) {
	end := bytes.IndexByte(data[pos:], d.eol)
	next = pos + end + 1
	end += pos
	if next == pos {
		end, next = len(data), len(data)
	}
	if end > pos && data[end-1] == '\r' {
		end--
	}
	ends, from, delim := c.ends[:0], uint32(pos), d.delim
	for i, b := range data[pos:end] {
		if b == delim {
			at := uint32(pos + i)
			ends = append(ends, from, at)
			from = at + 1
		}
	}
	c.ends = append(ends, from, uint32(end))
	return next
}

// blank says whether the record has nothing in it.
func (c *cells) blank() bool {
	for k := 0; k < len(c.ends); k += 2 {
		if from, to := c.trim(c.ends[k], c.ends[k+1]); from != to {
			return false
		}
	}
	return true
}

// push makes the record the next row. More cells than the header has are allowed
// only when they are empty (a delimiter at the end of each line).
func (c *cells) push(line int64, reason string) {
	row, n := len(c.lines), len(c.ends)/2
	c.lines = append(c.lines, line)
	for k := c.width; k < n; k++ {
		if from, to := c.trim(c.ends[2*k], c.ends[2*k+1]); from != to && reason == "" {
			reason = ragged(n, c.width)
		}
	}
	if n < c.width && reason == "" {
		reason = ragged(n, c.width)
	}
	for k := range min(n, c.width) {
		from, to := c.trim(c.ends[2*k], c.ends[2*k+1])
		c.spans = append(c.spans, from, to)
	}
	for range c.width - n {
		c.spans = append(c.spans, 0, 0)
	}
	if reason != "" {
		c.broken = append(c.broken, broken{row, reason})
	}
}

func ragged(n, width int) string {
	return fmt.Sprintf("本行有 %d 列，表头有 %d 列。请检查单元格里是否有未加引号的分隔符或换行", n, width)
}

// trim cuts blanks (also the ideographic space) off a cell and empties null, NULL, \N.
func (c *cells) trim(from, to uint32) (uint32, uint32) {
	if from == to {
		return from, to
	}
	d := c.data
	if first, end := d[from], d[to-1]; first <= ' ' || end <= ' ' || first == 0xE3 || end == 0x80 {
		from, to = trimBlanks(d, from, to)
	}
	switch to - from {
	case 2:
		if d[from] == '\\' && d[from+1] == 'N' {
			return from, from
		}
	case 4:
		if s := d[from:to]; (s[0] == 'n' || s[0] == 'N') && (string(s) == "null" || string(s) == "NULL") {
			return from, from
		}
	}
	return from, to
}

func trimBlanks(d []byte, from, to uint32) (uint32, uint32) {
	for from < to {
		if d[from] <= ' ' {
			from++
		} else if to-from >= 3 && d[from] == 0xE3 && d[from+1] == 0x80 && d[from+2] == 0x80 {
			from += 3
		} else {
			break
		}
	}
	for from < to {
		if d[to-1] <= ' ' {
			to--
		} else if to-from >= 3 && d[to-1] == 0x80 && d[to-2] == 0x80 && d[to-3] == 0xE3 {
			to -= 3
		} else {
			break
		}
	}
	return from, to
}
