package knowledge

import (
	"regexp"
	"slices"
	"strings"
)

// footer are rows under the points that are none.
var footer = regexp.MustCompile(`^(合计|总计|小计|共计|总数|备注|说明|附注|注\d*[:、.]|填表|制表|填报|数据来源|资料来源|以上|※|\*)`)

// isFooter says whether a row is a footer or a header that a page break repeats.
func (s *sheetReader) isFooter(r *gridRow) bool {
	same, n := 0, 0
	for i, c := range r.cells {
		if c != "" {
			n++
			if i < len(s.headers) && s.headers[i] == c {
				same++
			}
		}
	}
	if n > 1 && same == n {
		return true
	}
	for i, c := range r.cells {
		if c != "" {
			return footer.MatchString(word(c)) && len(readCodes(r.cell(s.col(roleCode)), s.subject).codes) == 0 &&
				(i == 0 || s.roles[i] != roleRemark)
		}
	}
	return false
}

// readPoints reads the rows of a sheet of points into drafts.
func (b *bookReader) readPoints(s *sheetReader) {
	seq, name, code := s.col(roleSeq), s.col(roleName), s.col(roleCode)
	var last *draft
	for i := s.first; i < len(s.rows); i++ {
		r := &s.rows[i]
		switch {
		case s.isFooter(r):
			s.report.Footers++
			continue
		case last != nil && code >= 0 && r.own(code) != "" && r.own(seq) == "" && r.own(name) == "" && r.own(s.col(roleCodeB)) == "":
			if b.addCodes(s, r, code, roleCode, last) {
				s.report.CodeRows++
			}
			continue
		}
		d := &draft{
			row: r, sheet: s, seq: number(r.cell(seq)),
			name: word(r.cell(name)), nameB: word(r.cell(s.col(roleNameB))),
		}
		if d.name == "" && r.cell(code) == "" {
			s.report.Unreadable++
			b.unread(s, r.num, name, "没有名称也没有编码，不是知识点：“%.60s”", oneLine(strings.Join(r.cells, " ")))
			continue
		}
		elsewhere := s.codesOf != nil && len(readCodes(r.cell(code), s.subject).codes) == 0 // 见代码表
		if code >= 0 && r.cell(code) != "" && !elsewhere && !b.addCodes(s, r, code, roleCode, d) {
			continue
		}
		if c := s.col(roleCodeB); c >= 0 && !b.addCodes(s, r, c, roleCodeB, d) {
			continue
		}
		s.report.Points++
		s.drafts, last = append(s.drafts, d), d
		b.drafts = append(b.drafts, d)
	}
}

// number returns a row number as it is compared ("1" for 1, 1.0, 01).
func number(text string) string {
	text = strings.TrimSuffix(word(text), ".0")
	if t := strings.TrimLeft(text, "0"); t != "" {
		return t
	}
	return text
}

// addCodes adds the codes of a cell to d; false when the row is unreadable.
func (b *bookReader) addCodes(s *sheetReader, r *gridRow, c int, ro role, d *draft) bool {
	cell := readCodes(r.cell(c), s.subject)
	if len(cell.wrong) > 0 || len(cell.codes) == 0 {
		s.report.Unreadable++
		if len(cell.wrong) == 0 {
			b.unread(s, r.num, c, "缺少编码")
		} else {
			b.unread(s, r.num, c, "“%.40s”不是编码", cell.wrong[0])
		}
		return false
	}
	if cell.padded {
		b.problem(s, r.num, c, "编码被存成了数字，已补回前导零：%s", strings.Join(cell.codes, ";"))
	}
	to := &d.codes
	if ro == roleCodeB {
		to = &d.other
	}
	for _, code := range cell.codes {
		if !slices.Contains(*to, code) {
			*to = append(*to, code)
		}
	}
	return true
}

// dropEmpty turns points that got no code into unreadable rows.
func (b *bookReader) dropEmpty() {
	for _, d := range b.drafts {
		pair := d.sheet.has(roleCodeB) || d.sheet.has(roleNameB)
		if len(d.codes) > 0 && (!pair || len(d.other) > 0) {
			continue
		}
		d.dropped = true
		d.sheet.report.Points--
		d.sheet.report.Unreadable++
		b.unread(d.sheet, d.row.num, d.sheet.col(roleName), "“%.40s”没有编码：本行和代码表里都没有", oneLine(d.row.cell(d.sheet.col(roleName))))
	}
}
