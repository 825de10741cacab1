package claim

import (
	"bytes"
)

// readDialect tells delimiter and quotes from decoded text: the delimiter under
// which the most columns are known (or, failing that, the most there are), and the
// quoting under which the fewest rows are spoilt.
func (t *textFile) readDialect(text []byte) {
	best := -1
	for _, delim := range []byte{',', '\t', '|', ';'} {
		for _, mode := range []dialect{{}, {noApos: true}, {noQuote: true}} {
			if mode.noQuote && delim == ',' {
				continue // commas are seldom without quotes: a stray one spoils its row only
			}
			mode.delim, mode.eol = delim, t.eol
			rows, ends, spoilt := sampleRows(bytes.Clone(text), mode)
			score := scoreRows(rows)*10_000 - min(spoilt, 9_999)
			if score > best || best < 0 && t.rows == nil {
				best, t.dialect, t.rows, t.rowEnds = score, mode, rows, ends
			}
		}
	}
}

// sampleRows reads the first rows and counts the spoilt ones of the sample.
func sampleRows(text []byte, d dialect) (rows [][]string, ends []int, spoilt int) {
	c := cells{data: text}
	line := 0
	for pos := 0; pos < len(text); {
		next, state := c.record(text, pos, &d, true)
		if state != whole {
			spoilt++
			c.plain(text, pos, &d)
		} else if c.doubled {
			c.undouble(text)
		}
		line += int(lineCount(text[pos:next], &d, true))
		pos = next
		if c.blank() {
			continue
		}
		if len(rows) <= headerRows {
			rows, ends = append(rows, c.strings()), append(ends, line)
		}
		if len(c.ends)/2 < len(rows[len(rows)-1]) || c.quotesKept(&d) {
			spoilt++
		}
	}
	return rows, ends, spoilt
}

// quotesKept says whether a cell of the record is wrapped in quotes that d takes
// for plain characters.
func (c *cells) quotesKept(d *dialect) bool {
	for k := 0; k < len(c.ends) && (d.noApos || d.noQuote); k += 2 {
		cell := c.data[c.ends[k]:c.ends[k+1]]
		if n := len(cell); n > 1 && cell[0] == cell[n-1] && (cell[0] == '\'' || cell[0] == '"' && d.noQuote) {
			return true
		}
	}
	return false
}

// strings are the cells of the record.
func (c *cells) strings() []string {
	row := make([]string, len(c.ends)/2)
	for k := range row {
		from, to := c.trim(c.ends[2*k], c.ends[2*k+1])
		row[k] = string(c.data[from:to])
	}
	return row
}

// scoreRows is how many columns the best of the first rows names; without a
// header, less than one: the number of cells in hundredths.
func scoreRows(rows [][]string) (score int) {
	for _, row := range rows {
		score = max(score, min(len(row), 99))
		for _, f := range Forms {
			if _, known, _ := f.match(row); known > 1 {
				score = max(score, 100*known)
			}
		}
	}
	return score
}
