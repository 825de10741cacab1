package knowledge

import (
	"strconv"
	"strings"
)

// codeSheet joins the rows of a sheet of codes to the points of another sheet: by
// the point's number, else by its name.
type codeSheet struct {
	*sheetReader
	points *sheetReader
	key    int // column of the point's number, -1: none
	bySeq  map[string]*draft
	byName map[string][]*draft
	blocks map[string]int // name → runs of rows with it
}

// readCodes reads a sheet of codes.
func (b *bookReader) readCodes(s, points *sheetReader) {
	if points == nil {
		s.report.Unreadable = s.report.Rows
		b.unread(s, 0, -1, "代码表没有对应的知识点表，%d 行未读", s.report.Rows)
		return
	}
	c := newCodeSheet(s, points)
	code, name := s.col(roleCode), s.col(roleName)
	run := newRuns()
	var last []*draft
	for i := s.first; i < len(s.rows); i++ {
		r := &s.rows[i]
		if s.isFooter(r) {
			s.report.Footers++
			continue
		}
		drafts, why := c.find(r, run)
		if drafts == nil && why == "" {
			drafts = last // neither number nor name: the row continues the one above
		}
		if len(drafts) == 0 {
			if why == "" {
				why = "没有知识点的序号和名称"
			}
			s.report.Unreadable++
			b.unread(s, r.num, max(name, c.key), "%s", why)
			continue
		}
		last = drafts
		if b.addTo(s, r, code, drafts) {
			s.report.CodeRows++
		}
	}
}

// addTo adds the row's codes to each of the drafts; of a pair without codes of its
// own, to the side whose name the row carries.
func (b *bookReader) addTo(s *sheetReader, r *gridRow, code int, drafts []*draft) bool {
	name := word(r.cell(s.col(roleName)))
	for _, d := range drafts {
		side := roleCode
		if d.nameB != "" && name == d.nameB {
			side = roleCodeB
		}
		if !b.addCodes(s, r, code, side, d) {
			return false
		}
	}
	return true
}

func newCodeSheet(s, points *sheetReader) *codeSheet {
	c := &codeSheet{
		sheetReader: s, points: points, key: s.col(roleKey),
		bySeq: map[string]*draft{}, byName: map[string][]*draft{}, blocks: map[string]int{},
	}
	for _, d := range points.drafts {
		if d.seq != "" {
			c.bySeq[d.seq] = d
		}
		c.byName[d.name] = append(c.byName[d.name], d)
		if d.nameB != "" && d.nameB != d.name {
			c.byName[d.nameB] = append(c.byName[d.nameB], d)
		}
	}
	if c.key < 0 && c.seqIsKey() {
		c.key = s.col(roleSeq)
	}
	run := newRuns()
	for i := s.first; i < len(s.rows); i++ {
		name, seq := s.nameSeq(&s.rows[i])
		c.blocks[name] = max(c.blocks[name], run.of(name, seq)+1)
	}
	return c
}

func (s *sheetReader) nameSeq(r *gridRow) (name, seq string) {
	return word(r.cell(s.col(roleName))), number(r.cell(s.col(roleSeq)))
}

// seqIsKey says whether the column 序号 counts points, not rows: every name of the
// sheet stands beside the number of the point with that name.
func (c *codeSheet) seqIsKey() bool {
	if !c.has(roleSeq) || !c.has(roleName) || len(c.bySeq) == 0 {
		return false
	}
	for i := c.first; i < len(c.rows); i++ {
		name, seq := c.nameSeq(&c.rows[i])
		if name == "" || c.isFooter(&c.rows[i]) {
			continue
		}
		if d := c.bySeq[seq]; d == nil || d.name != name && d.nameB != name {
			return false
		}
	}
	return true
}

// find returns the points that a row of codes belongs to, or why there is none.
func (c *codeSheet) find(r *gridRow, run *runs) ([]*draft, string) {
	name, seq := c.nameSeq(r)
	if c.key >= 0 {
		if key := number(r.cell(c.key)); key != "" {
			d := c.bySeq[key]
			switch {
			case d == nil:
				return nil, "知识点表里没有序号 " + key
			case name != "" && d.name != name && d.nameB != name:
				return nil, "序号 " + key + " 的知识点是“" + d.name + "”，本行写的是“" + name + "”"
			}
			return []*draft{d}, ""
		}
	}
	if name == "" {
		return nil, ""
	}
	at := run.of(name, seq)
	drafts := c.byName[name]
	switch {
	case len(drafts) == 0:
		return nil, "知识点表里没有“" + oneLine(r.cell(c.col(roleName))) + "”"
	case len(drafts) == 1 || c.blocks[name] == 1:
		return drafts, "" // one list of codes for all limits of that name
	case c.blocks[name] == len(drafts):
		return drafts[at : at+1], ""
	}
	return nil, "“" + oneLine(r.cell(c.col(roleName))) + "”在知识点表里有 " + strings.Join(rowNumbers(drafts), "、") + " 几行，分不清属于哪一行"
}

func rowNumbers(drafts []*draft) []string {
	rows := make([]string, len(drafts))
	for i, d := range drafts {
		rows[i] = strconv.Itoa(d.row.num)
	}
	return rows
}

// runs counts the runs of rows of one name: a run ends where another name comes, or
// where the number of the rows within a point starts again.
type runs struct {
	last string
	seq  string
	n    map[string]int
}

func newRuns() *runs { return &runs{n: map[string]int{}} }

// of returns which run of its name a row belongs to, from 0.
func (r *runs) of(name, seq string) int {
	switch {
	case name != r.last:
		r.n[name]++
	case seq == "1" && r.seq != "" && r.seq != "0":
		r.n[name]++
	}
	r.last, r.seq = name, seq
	return r.n[name] - 1
}
