package paper

import (
	"archive/zip"
	"bytes"
	"strconv"
	"strings"
	"time"
)

// docx writes a document for word processors: Office Open XML (ISO/IEC 29500), with the
// page, the grid and the fonts of GB/T 9704. The same document gives the same bytes.
func (d *document) docx(made time.Time) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range []struct {
		name    string
		content []byte
	}{
		{"[Content_Types].xml", contentTypes()},
		{"_rels/.rels", relations(relation{"officeDocument", "word/document.xml"}, relation{"metadata/core-properties", "docProps/core.xml"})},
		{"docProps/core.xml", d.properties(made)},
		{"word/document.xml", d.wordBody()},
		{"word/_rels/document.xml.rels", relations(relation{"styles", "styles.xml"}, relation{"settings", "settings.xml"}, relation{"fontTable", "fontTable.xml"}, relation{"footer", "footer1.xml"}, relation{"footer", "footer2.xml"})},
		{"word/styles.xml", wordStyles()},
		{"word/settings.xml", el("w:settings", "xmlns:w", wordSpace).with(el("w:evenAndOddHeaders")).file()},
		{"word/fontTable.xml", fontTable()},
		{"word/footer1.xml", footer("right")},
		{"word/footer2.xml", footer("left")},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate})
		if err == nil {
			_, err = w.Write(part.content)
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// The styles of paragraphs.
const (
	styleOrgan   = "Organ"
	styleTitle   = "PaperTitle"
	styleNumber  = "PaperNumber"
	styleBody    = "BodyText"
	styleHead    = "Heading1"
	styleAddress = "Address"
	styleAnnex   = "AnnexTitle"
	styleCell    = "Cell"
)

// wordBody is the text of the document.
func (d *document) wordBody() []byte {
	body := el("w:body").with(
		paragraph(styleOrgan, d.organ),
		paragraph(styleTitle, d.title),
		paragraph(styleNumber, d.number),
	)
	annexes, several := 0, len(d.annexes()) > 1
	for _, p := range d.parts {
		switch p.kind {
		case Heading:
			body.kids = append(body.kids, paragraphs(styleHead, p.text)...)
		case Address:
			body.kids = append(body.kids, paragraphs(styleAddress, p.text)...)
		case Paragraph:
			body.kids = append(body.kids, paragraphs(styleBody, p.text)...)
		case Grid:
			body.kids = append(body.kids, table(p.columns, p.rows), paragraph(styleCell, ""))
		case Sign:
			body.kids = append(body.kids, d.wordSign()...)
		case Annex:
			annexes++
			name := "附件"
			if several {
				name += strconv.Itoa(annexes)
			}
			body.kids = append(body.kids, fresh(paragraph(styleAddress, name)), paragraph(styleAnnex, p.text), table(p.columns, p.rows), paragraph(styleCell, ""))
		case Receipt:
			body.kids = append(body.kids, d.wordReceipt()...)
		}
	}
	body.kids = append(body.kids, section())
	return el("w:document", "xmlns:w", wordSpace, "xmlns:r", relationSpace).with(body).file()
}

// wordSign is the note of the annexes, the organ and the date.
func (d *document) wordSign() (all []node) {
	for _, line := range d.annexNote() {
		all = append(all, paragraph(styleBody, line))
	}
	all = append(all, paragraph(styleBody, ""), paragraph(styleBody, ""))
	for _, line := range []struct{ text, right string }{{d.organ, "300"}, {d.date, "400"}} {
		p := paragraph(styleAddress, line.text)
		p.kids[0].kids = append(p.kids[0].kids, el("w:ind", "w:rightChars", line.right), val("w:jc", "right"))
		all = append(all, p)
	}
	return all
}

// wordReceipt is the 送达回证.
func (d *document) wordReceipt() []node {
	columns := []Column{{Share: 24}, {Share: 76}}
	t := tableOf(columns)
	for _, r := range receiptRows(d) {
		height := strconv.Itoa(int(r.lines * lineHeight * 20))
		row := el("w:tr").with(el("w:trPr").with(el("w:cantSplit"), el("w:trHeight", "w:val", height, "w:hRule", "atLeast")))
		for k, text := range []string{r.ask, r.answer} {
			c := cell(columns, k, "")
			c.kids = append(c.kids[:1], paragraphs(styleCell, text)...)
			row.kids = append(row.kids, c)
		}
		t.kids = append(t.kids, row)
	}
	return []node{fresh(paragraph(styleOrgan, d.organ)), paragraph(styleTitle, "送达回证"), t, paragraph(styleCell, receiptNote)}
}

// paragraphs are one for each line of a text.
func paragraphs(style, text string) (all []node) {
	for line := range strings.SplitSeq(text, "\n") {
		if style == styleCell || strings.TrimSpace(line) != "" {
			all = append(all, paragraph(style, line))
		}
	}
	return all
}

func paragraph(style, text string) node {
	p := el("w:p").with(el("w:pPr").with(val("w:pStyle", style)))
	if text != "" {
		t := el("w:t", "xml:space", "preserve")
		t.text = text
		p.kids = append(p.kids, el("w:r").with(t))
	}
	return p
}

// fresh is a paragraph that begins a page.
func fresh(p node) node {
	p.kids[0].kids = append(p.kids[0].kids, el("w:pageBreakBefore"))
	return p
}

// table is a table with a head that stands again on every page.
func table(columns []Column, rows [][]string) node {
	t := tableOf(columns)
	head := el("w:tr").with(el("w:trPr").with(el("w:cantSplit"), el("w:tblHeader")))
	for k, c := range columns {
		one := cell(columns, k, c.Title)
		one.kids[1].kids[0].kids = append(one.kids[1].kids[0].kids, val("w:jc", "center"))
		one.kids[1].kids[1].kids = append([]node{el("w:rPr").with(el("w:b"))}, one.kids[1].kids[1].kids...)
		head.kids = append(head.kids, one)
	}
	t.kids = append(t.kids, head)
	for _, cells := range rows {
		row := el("w:tr").with(el("w:trPr").with(el("w:cantSplit")))
		for k, text := range cells {
			one := cell(columns, k, text)
			if columns[k].Right {
				one.kids[1].kids[0].kids = append(one.kids[1].kids[0].kids, val("w:jc", "right"))
			}
			row.kids = append(row.kids, one)
		}
		t.kids = append(t.kids, row)
	}
	return t
}

// twips is a length in points as word processors count it.
func twips(points float64) string { return strconv.Itoa(int(points*20 + 0.5)) }

func tableOf(columns []Column) node {
	border := func(name string) node {
		return el("w:"+name, "w:val", "single", "w:sz", "4", "w:space", "0", "w:color", "000000")
	}
	grid := el("w:tblGrid")
	for _, w := range shares(columns) {
		grid.kids = append(grid.kids, el("w:gridCol", "w:w", twips(w)))
	}
	return el("w:tbl").with(
		el("w:tblPr").with(
			el("w:tblW", "w:w", twips(textWidth), "w:type", "dxa"),
			el("w:tblBorders").with(border("top"), border("left"), border("bottom"), border("right"), border("insideH"), border("insideV")),
			el("w:tblLayout", "w:type", "fixed"),
			el("w:tblCellMar").with(el("w:left", "w:w", "70", "w:type", "dxa"), el("w:right", "w:w", "70", "w:type", "dxa")),
		), grid)
}

func cell(columns []Column, k int, text string) node {
	properties := el("w:tcPr").with(el("w:tcW", "w:w", twips(shares(columns)[k]), "w:type", "dxa"), val("w:vAlign", "center"))
	return el("w:tc").with(properties, paragraph(styleCell, text))
}

// section is the page: A4 with the margins and the grid of GB/T 9704.
func section() node {
	return el("w:sectPr").with(
		el("w:footerReference", "w:type", "default", "r:id", "rId4"),
		el("w:footerReference", "w:type", "even", "r:id", "rId5"),
		el("w:pgSz", "w:w", twips(pageWidth), "w:h", twips(pageHeight)),
		el("w:pgMar", "w:top", twips(marginTop), "w:right", twips(26*mm), "w:bottom", twips(35*mm), "w:left", twips(marginLeft),
			"w:header", "851", "w:footer", twips(23*mm), "w:gutter", "0"),
		el("w:docGrid", "w:type", "lines", "w:linePitch", twips(lineHeight)),
	)
}

// footer is the page's number: — 1 —.
func footer(side string) []byte {
	words := func(text string) node {
		t := el("w:t", "xml:space", "preserve")
		t.text = text
		return el("w:r").with(t)
	}
	instruction := el("w:instrText", "xml:space", "preserve")
	instruction.text = " PAGE "
	p := el("w:p").with(
		el("w:pPr").with(val("w:pStyle", "Footer"), el("w:ind", "w:"+side+"Chars", "100"), val("w:jc", side)),
		words("— "),
		el("w:r").with(el("w:fldChar", "w:fldCharType", "begin")),
		el("w:r").with(instruction),
		el("w:r").with(el("w:fldChar", "w:fldCharType", "separate")),
		words("1"),
		el("w:r").with(el("w:fldChar", "w:fldCharType", "end")),
		words(" —"),
	)
	return el("w:ftr", "xmlns:w", wordSpace).with(p).file()
}
