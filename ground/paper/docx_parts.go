package paper

import (
	"fmt"
	"strconv"
	"time"
)

// The name spaces of the package.
const (
	wordSpace     = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	relationSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageSpace  = "http://schemas.openxmlformats.org/package/2006/"
	wordType      = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// relation is that a part belongs to another.
type relation struct{ kind, target string }

func relations(all ...relation) []byte {
	root := el("Relationships", "xmlns", packageSpace+"relationships")
	for k, r := range all {
		space := relationSpace + "/"
		if r.kind == "metadata/core-properties" {
			space = packageSpace + "relationships/"
		}
		root.kids = append(root.kids, el("Relationship", "Id", fmt.Sprintf("rId%d", k+1), "Type", space+r.kind, "Target", r.target))
	}
	return root.file()
}

func contentTypes() []byte {
	root := el("Types", "xmlns", packageSpace+"content-types").with(
		el("Default", "Extension", "rels", "ContentType", "application/vnd.openxmlformats-package.relationships+xml"),
		el("Default", "Extension", "xml", "ContentType", "application/xml"),
		el("Override", "PartName", "/docProps/core.xml", "ContentType", "application/vnd.openxmlformats-package.core-properties+xml"),
	)
	for _, part := range [][2]string{
		{"document", "document.main"}, {"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"}, {"footer1", "footer"}, {"footer2", "footer"},
	} {
		root.kids = append(root.kids, el("Override", "PartName", "/word/"+part[0]+".xml", "ContentType", wordType+part[1]+"+xml"))
	}
	return root.file()
}

// properties are the title, the organ and the time of the document.
func (d *document) properties(made time.Time) []byte {
	say := func(name, text string, attrs ...string) node {
		n := el(name, attrs...)
		n.text = text
		return n
	}
	at := made.UTC().Format("2006-01-02T15:04:05Z")
	return el("cp:coreProperties", "xmlns:cp", packageSpace+"metadata/core-properties", "xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xmlns:dcterms", "http://purl.org/dc/terms/", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance").with(
		say("dc:title", d.title), say("dc:creator", d.organ), say("dc:identifier", d.id),
		say("dcterms:created", at, "xsi:type", "dcterms:W3CDTF"),
	).file()
}

// The fonts that GB/T 9704 asks for, and what stands for them where they are not installed.
const (
	fontBody  = "仿宋_GB2312"
	fontTitle = "方正小标宋简体"
	fontHead  = "黑体"
	fontLatin = "Times New Roman"
)

func fontTable() []byte {
	root := el("w:fonts", "xmlns:w", wordSpace)
	for _, f := range [][2]string{{fontBody, "仿宋"}, {fontTitle, "宋体"}, {fontHead, "SimHei"}} {
		root.kids = append(root.kids, el("w:font", "w:name", f[0]).with(val("w:altName", f[1]), val("w:charset", "86"), val("w:family", "auto")))
	}
	return root.file()
}

// look is a style of paragraphs: its font, size in points, and what its paragraphs are.
type look struct {
	id, name, font string
	size           float64
	properties     []node
}

func wordStyles() []byte {
	exact := func(height float64) node {
		return el("w:spacing", "w:before", "0", "w:after", "0", "w:line", twips(height), "w:lineRule", "exact")
	}
	keep := el("w:keepNext")
	indent := el("w:ind", "w:firstLineChars", "200", "w:firstLine", "632")
	rule := el("w:pBdr").with(el("w:bottom", "w:val", "single", "w:sz", "6", "w:space", "4", "w:color", "000000"))
	root := el("w:styles", "xmlns:w", wordSpace).with(
		el("w:docDefaults").with(el("w:rPrDefault").with(letters(fontBody, 16))),
		paragraphStyle("Normal", "Normal").with(el("w:pPr").with(exact(lineHeight)), letters(fontBody, 16)),
	)
	for _, l := range []look{
		{styleOrgan, "发文机关", fontTitle, 20, []node{keep, exact(1.1 * lineHeight), val("w:jc", "center")}},
		{styleTitle, "文书名称", fontTitle, 26, []node{keep, exact(1.6 * lineHeight), val("w:jc", "center")}},
		{styleNumber, "发文字号", fontBody, 16, []node{keep, rule, exactAfter(lineHeight), val("w:jc", "right")}},
		{styleBody, "Body Text", fontBody, 16, []node{exact(lineHeight), indent, val("w:jc", "both")}},
		{styleHead, "heading 1", fontHead, 16, []node{keep, exact(lineHeight), indent, val("w:outlineLvl", "0")}},
		{styleAddress, "主送", fontBody, 16, []node{exact(lineHeight)}},
		{styleAnnex, "附件名称", fontTitle, 18, []node{keep, exactAfter(1.2 * lineHeight), val("w:jc", "center")}},
		{styleCell, "表格文字", fontBody, 10.5, []node{val("w:snapToGrid", "0"), el("w:spacing", "w:before", "20", "w:after", "20", "w:line", "280", "w:lineRule", "atLeast")}},
		{"Footer", "footer", "宋体", 14, []node{exact(20)}},
	} {
		root.kids = append(root.kids, paragraphStyle(l.id, l.name).with(val("w:basedOn", "Normal"), el("w:pPr").with(l.properties...), letters(l.font, l.size)))
	}
	return root.file()
}

// exactAfter is a line of a height with space after it.
func exactAfter(height float64) node {
	return el("w:spacing", "w:before", "0", "w:after", "300", "w:line", twips(height), "w:lineRule", "exact")
}

func paragraphStyle(id, name string) node {
	n := el("w:style", "w:type", "paragraph", "w:styleId", id).with(val("w:name", name))
	if id == "Normal" {
		n.attrs = append(n.attrs, "w:default", "1")
	}
	return n
}

// closer is by how much the characters of the text stand closer than their size, in twips:
// 28 of 16 points fill a line.
const closer = "-5"

// letters are the font and size of text.
func letters(font string, size float64) node {
	half := strconv.Itoa(int(size * 2))
	n := el("w:rPr").with(el("w:rFonts", "w:ascii", fontLatin, "w:hAnsi", fontLatin, "w:eastAsia", font, "w:cs", fontLatin))
	space := "0"
	if size == 16 {
		space = closer
	}
	return n.with(
		val("w:spacing", space), val("w:sz", half), val("w:szCs", half), el("w:lang", "w:val", "en-US", "w:eastAsia", "zh-CN"),
	)
}
