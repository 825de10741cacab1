package paper

import "strings"

// Space around the text of a cell, and the height of its lines, in points.
const (
	cellPad  = 3.5
	cellRise = 3
)

// narrowGrid is the size of text in tables of more than six columns.
const narrowGrid = 9

// grid sets a table; its head stands again on every page.
func (c *composer) grid(p part) {
	widths := shares(p.columns)
	titles := make([]string, len(p.columns))
	for k, column := range p.columns {
		titles[k] = column.Title
	}
	headStyle, textStyle := gridHead, gridText
	if len(p.columns) > 6 {
		headStyle.size, textStyle.size = narrowGrid, narrowGrid
	}
	head := c.row(p.columns, widths, titles, headStyle, true)
	head.keep = true
	head.head = head
	c.add(head)
	for _, cells := range p.rows {
		row := c.row(p.columns, widths, cells, textStyle, false)
		row.head = head
		c.add(row)
	}
	if len(p.rows) == 0 {
		none := c.row([]Column{{Share: 1}}, []float64{textWidth}, []string{"（无）"}, gridText, true)
		none.head = head
		c.add(none)
	}
	c.space(0.4 * lineHeight)
}

// shares are the widths of columns, which fill the line.
func shares(columns []Column) []float64 {
	total := 0
	for _, c := range columns {
		total += c.Share
	}
	widths := make([]float64, len(columns))
	for k, c := range columns {
		widths[k] = textWidth * float64(c.Share) / float64(total)
	}
	return widths
}

// row sets the cells of a row, each broken to its column.
func (c *composer) row(columns []Column, widths []float64, cells []string, s style, centred bool) *box {
	pitch := s.size * 1.35
	set := make([][]line, len(cells))
	most := 1
	for k, cell := range cells {
		set[k] = c.faces.breakCell(cell, s, widths[k]-2*cellPad)
		most = max(most, len(set[k]))
	}
	height := float64(most)*pitch + 2*cellRise
	return &box{height: height, draw: func(p *canvas, y float64) {
		x := marginLeft
		for k, lines := range set {
			p.frame(x, y, widths[k], height)
			top := y + (height-float64(len(lines))*pitch)/2
			for n, l := range lines {
				at := x + cellPad
				slack := widths[k] - 2*cellPad - c.faces.width(l.text, s)
				switch {
				case centred:
					at += slack / 2
				case columns[k].Right:
					at += slack
				}
				p.text(l.text, s, at, top+float64(n)*pitch, pitch, 0)
			}
			x += widths[k]
		}
	}}
}

// breakCell sets a cell's text in ragged lines.
func (f *faces) breakCell(text string, s style, width float64) []line {
	lines := f.breakLines(text, s, 0, width)
	for k := range lines {
		lines[k].spacing = 0
	}
	return lines
}

// receipt is the 送达回证: who took the paper, when and where, to be signed.
func (c *composer) receipt(d *document) {
	c.add(&box{height: 1.1 * lineHeight, fresh: true, keep: true, draw: func(p *canvas, y float64) {
		p.text(d.organ, organName, marginLeft+(textWidth-c.faces.width(d.organ, organName))/2, y, 1.1*lineHeight, 0)
	}})
	c.space(0.2 * lineHeight)
	c.centred(spread("送达回证"), mainTitle, 1.5*lineHeight)
	c.space(0.6 * lineHeight)
	for _, row := range receiptRows(d) {
		c.add(c.form(row))
	}
	c.space(0.3 * lineHeight)
	note := style{regular, 12}
	for _, l := range c.faces.breakLines(receiptNote, note, 0, textWidth) {
		c.add(&box{height: 20, draw: func(p *canvas, y float64) { p.text(l.text, note, marginLeft, y, 20, l.spacing) }})
	}
}

// formRow is a row of a form: what is asked, what stands there, and how high it is.
type formRow struct {
	ask, answer string
	lines       float64 // how high, in lines of text
}

// receiptNote stands under the receipt (民事诉讼法第89条).
const receiptNote = "注：受送达人拒绝签收的，送达人应当记明拒收事由和日期，由在场见证人签名或者盖章。"

const (
	signDay   = "年　　月　　日"
	signBlank = "\n（签名或者盖章）　　　　" + signDay
)

func receiptRows(d *document) []formRow {
	return []formRow{
		{"送达文书", d.title + "　" + d.number, 1.5},
		{"受送达人", d.recipient, 1.5},
		{"送达方式", "□直接送达　□留置送达　□邮寄送达\n□电子送达　□委托送达　□公告送达", 1.9},
		{"送达地点", "", 1.2},
		{"受送达人\n签收", signBlank, 2.4},
		{"代收人签收\n及代收理由", signBlank, 2.4},
		{"见证人\n签名", signBlank, 2.1},
		{"送达人\n签名", signBlank, 2.1},
		{"备注", "", 1.4},
	}
}

// form sets a row of a form.
func (c *composer) form(r formRow) *box {
	s := style{regular, 14}
	left := 0.24 * textWidth
	height := r.lines * lineHeight
	cell := func(p *canvas, text string, x, y, width float64, centred bool) {
		p.frame(x, y, width, height)
		lines := c.faces.breakForm(text, s, width-16)
		top := y + (height-float64(len(lines))*22)/2
		for n, l := range lines {
			at := x + 8
			if centred {
				at = x + (width-c.faces.width(l.text, s))/2
			}
			p.text(l.text, s, at, top+float64(n)*22, 22, 0)
		}
	}
	return &box{height: height, draw: func(p *canvas, y float64) {
		cell(p, r.ask, marginLeft, y, left, true)
		cell(p, r.answer, marginLeft+left, y, textWidth-left, false)
	}}
}

// breakForm sets the text of a form's cell: each of its lines by itself.
func (f *faces) breakForm(text string, s style, width float64) (lines []line) {
	for one := range strings.SplitSeq(text, "\n") {
		lines = append(lines, f.breakCell(one, s, width)...)
	}
	return lines
}
