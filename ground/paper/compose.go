package paper

import (
	"strconv"
	"strings"
)

// composer makes the boxes of a document.
type composer struct {
	faces *faces
	boxes []*box
}

// compose sets a document in boxes, top to bottom.
func compose(f *faces, d *document) []*box {
	c := &composer{faces: f}
	c.head(d)
	annexes, several := 0, len(d.annexes()) > 1
	for _, p := range d.parts {
		switch p.kind {
		case Heading:
			c.text(p.text, heading, 2*body.size, true)
		case Address:
			c.text(p.text, body, 0, false)
		case Paragraph:
			c.text(p.text, body, 2*body.size, false)
		case Grid:
			c.grid(p)
		case Sign:
			c.sign(d)
		case Annex:
			annexes++
			mark := "附件"
			if several {
				mark += strconv.Itoa(annexes)
			}
			c.annex(mark, p)
		case Receipt:
			c.receipt(d)
		}
	}
	return c.boxes
}

func (c *composer) add(b *box) { c.boxes = append(c.boxes, b) }

func (c *composer) space(height float64) { c.add(&box{height: height}) }

// head is the organ, the title and the number, above a rule.
func (c *composer) head(d *document) {
	c.centred(d.organ, organName, 1.1*lineHeight)
	c.space(0.2 * lineHeight)
	c.centred(spread(d.title), mainTitle, 1.5*lineHeight)
	c.space(0.2 * lineHeight)
	c.add(&box{height: lineHeight, draw: func(p *canvas, y float64) {
		p.text(d.number, body, marginLeft+textWidth-c.faces.width(d.number, body)-body.size/2, y, lineHeight, 0)
		p.rule(marginLeft, y+lineHeight+2, marginLeft+textWidth, y+lineHeight+2, 0.8)
	}})
	c.space(0.8 * lineHeight)
}

// spread puts half a space between the characters of a short title.
func spread(title string) string {
	if n := runeCount(title); n < 2 || n > 6 {
		return title
	}
	return strings.Join(strings.Split(title, ""), " ")
}

// centred sets lines in the middle, the longest first.
func (c *composer) centred(text string, s style, height float64) {
	for _, l := range c.faces.breakLines(text, s, 0, textWidth) {
		l.text = strings.TrimSpace(l.text)
		c.add(&box{height: height, keep: true, draw: func(p *canvas, y float64) {
			p.text(l.text, s, marginLeft+(textWidth-c.faces.width(l.text, s))/2, y, height, 0)
		}})
	}
}

// text sets paragraphs, one for each line of the text.
func (c *composer) text(text string, s style, indent float64, keep bool) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(paragraph) == "" {
			continue
		}
		lines := c.faces.breakLines(paragraph, s, indent, textWidth)
		for k, l := range lines {
			// a first line does not stay alone at the foot of a page, nor a last one at the top
			alone := len(lines) > 1 && (k == 0 || k == len(lines)-2)
			c.add(&box{height: lineHeight, keep: keep || alone, draw: func(p *canvas, y float64) {
				p.text(l.text, s, marginLeft+l.x, y, lineHeight, l.spacing)
			}})
		}
	}
}

// sign is the note of the annexes, the organ and the date: the date four characters from
// the edge, the organ in the middle above it, with room for the seal.
func (c *composer) sign(d *document) {
	c.holdLast(2)
	if note := d.annexNote(); len(note) > 0 {
		c.add(&box{height: 0.5 * lineHeight, keep: true})
		for _, l := range note {
			c.text(l, body, 2*body.size, true)
		}
	}
	c.add(&box{height: 2 * lineHeight, keep: true, draw: func(*canvas, float64) {}})
	dateWidth, organWidth := c.faces.width(d.date, body), c.faces.width(d.organ, body)
	right := marginLeft + textWidth - 4*body.size
	organAt := min(right-dateWidth/2-organWidth/2, marginLeft+textWidth-organWidth)
	c.add(&box{height: lineHeight, keep: true, draw: func(p *canvas, y float64) { p.text(d.organ, body, organAt, y, lineHeight, 0) }})
	c.add(&box{height: lineHeight, draw: func(p *canvas, y float64) { p.text(d.date, body, right-dateWidth, y, lineHeight, 0) }})
}

// holdLast keeps the last lines together with what comes next: a signature never stands
// alone on a page.
func (c *composer) holdLast(n int) {
	for k := len(c.boxes) - 1; k >= 0 && n > 0; k-- {
		c.boxes[k].keep = true
		n--
	}
}

func (c *composer) annex(mark string, p part) {
	c.add(&box{height: lineHeight, keep: true, fresh: true, draw: func(page *canvas, y float64) {
		page.text(mark, heading, marginLeft, y, lineHeight, 0)
	}})
	c.space(0.3 * lineHeight)
	c.centred(p.text, annexName, 1.2*lineHeight)
	c.space(0.4 * lineHeight)
	c.grid(p)
}
