package paper

import (
	"bytes"
	"fmt"
	"math"
	"time"

	"github.com/signintech/gopdf"
	"yiheng/ground/calendar"
)

// mark stands in a PDF's information, so that an altered one still says which paper it was.
const mark = "yiheng-paper "

// draftMark stands across every page of a draft.
const draftMark = "草　稿"

// missing is what stands for a character that the font cannot draw.
const missing = '〓'

// pdf draws a document. The same document gives the same bytes. Characters that the font
// cannot draw stand as 〓.
func (d *document) pdf(f *faces, made time.Time) ([]byte, error) {
	c := &canvas{faces: f}
	c.pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	for _, name := range []string{regular, bold} {
		if err := c.pdf.AddTTFFontFromFontContainer(name, &f.container); err != nil {
			return nil, err
		}
	}
	c.pdf.SetInfo(gopdf.PdfInfo{Title: d.number + " " + d.title, Author: d.organ, Subject: mark + d.id, Producer: "yiheng", CreationDate: made.In(calendar.Beijing)})
	for n, page := range paginate(compose(f, d)) {
		c.pdf.AddPage()
		if d.draft {
			c.markDraft()
		}
		for _, b := range page {
			if b.draw != nil {
				b.draw(c, b.y)
			}
		}
		c.number(n + 1)
	}
	if c.err != nil {
		return nil, fmt.Errorf("文书 %s 不能排版：%w", d.id, c.err)
	}
	var out bytes.Buffer
	if _, err := c.pdf.WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// canvas draws on the page that was begun last. It remembers the first thing that went
// wrong.
type canvas struct {
	pdf   gopdf.GoPdf
	faces *faces
	err   error
}

func (c *canvas) try(err error) {
	if c.err == nil {
		c.err = err
	}
}

// text draws a line of text in a strip that begins at y and is so high. Characters that
// the bold face has not are drawn with the regular one.
func (c *canvas) text(text string, s style, x, y, height, spacing float64) {
	base := y + (height-s.size)/2 + 0.86*s.size
	c.try(c.pdf.SetCharSpacing(spacing))
	for _, part := range c.faces.runs(text, s.face) {
		c.try(c.pdf.SetFont(part.face, "", s.size))
		c.pdf.SetXY(x, base)
		c.try(c.pdf.Text(part.text))
		x += c.faces.width(part.text, style{part.face, s.size}) + spacing*float64(runeCount(part.text))
	}
	c.try(c.pdf.SetCharSpacing(0))
}

// run is a part of a text that one face draws.
type run struct{ text, face string }

func (f *faces) runs(text, face string) (all []run) {
	for _, r := range text {
		name := face
		if !f.measuring[face].has(r) {
			name = regular
		}
		if !f.measuring[name].has(r) {
			r = missing
		}
		if len(all) == 0 || all[len(all)-1].face != name {
			all = append(all, run{face: name})
		}
		all[len(all)-1].text += string(r)
	}
	return all
}

// markDraft writes 草稿 across the page, beneath the text.
func (c *canvas) markDraft() {
	c.pdf.SetTextColor(228, 228, 228)
	c.pdf.Rotate(45, pageWidth/2, pageHeight/2)
	width := c.faces.width(draftMark, draftText)
	c.text(draftMark, draftText, (pageWidth-width)/2, (pageHeight-draftText.size)/2, draftText.size, 0)
	c.pdf.RotateReset()
	c.pdf.SetTextColor(0, 0, 0)
}

// rule draws a line.
func (c *canvas) rule(x1, y1, x2, y2, width float64) {
	c.pdf.SetLineWidth(width)
	c.pdf.Line(x1, y1, x2, y2)
}

// frame draws the border of a cell.
func (c *canvas) frame(x, y, width, height float64) {
	c.pdf.SetLineWidth(0.5)
	c.pdf.RectFromUpperLeft(x, y, width, height)
}

// number draws the page's number: odd ones right, even ones left, one character from the
// edge (GB/T 9704-2012, 7.5).
func (c *canvas) number(n int) {
	text := fmt.Sprintf("— %d —", n)
	x := marginLeft + pageNo.size
	if n%2 == 1 {
		x = marginLeft + textWidth - pageNo.size - c.faces.width(text, pageNo)
	}
	c.text(text, pageNo, math.Round(x*100)/100, marginTop+textHeight+7*mm, pageNo.size, 0)
}
