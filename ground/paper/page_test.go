package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"yiheng/ground/calendar"
)

func sample(rows int) *document {
	list := part{kind: Annex, text: "疑点明细表", columns: []Column{{"序号", 1, false}, {"规则", 5, false}, {"金额（元）", 2, true}}}
	for k := range rows {
		list.rows = append(list.rows, []string{fmt.Sprint(k + 1), "限性别药品（男性使用女性专用药品）", "1280.50"})
	}
	return &document{
		id: "WS00000001", title: "疑点告知书", organ: "南湖区医疗保障服务中心", number: "南医保疑告〔2026〕3号", date: "2026年3月2日", recipient: "南湖医院",
		parts: []part{
			{kind: Address, text: "南湖医院："},
			{kind: Paragraph, text: "依据《医疗保障基金使用监督管理条例》，对你单位2026年1月1日至31日的结算进行了审核，现将有关事项告知如下：" + strings.Repeat("医疗保障基金", 60)},
			{kind: Heading, text: "一、疑点事实"},
			{kind: Paragraph, text: "详见附件<&>。"},
			{kind: Sign},
			list,
			{kind: Receipt},
		},
	}
}

func allFaces(t testing.TB) *faces {
	t.Helper()
	f, err := loadFaces()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var made = time.Date(2026, 3, 2, 0, 0, 0, 0, calendar.Beijing)

// The same content gives the same bytes, as PDF and as DOCX.
func TestDeterministic(t *testing.T) {
	var before [2][]byte
	for range 3 {
		pdf, err := sample(40).pdf(allFaces(t), made)
		docx, err2 := sample(40).docx(made)
		if err = errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if before[0] != nil && (!bytes.Equal(before[0], pdf) || !bytes.Equal(before[1], docx)) {
			t.Fatal("different bytes of one content")
		}
		before = [2][]byte{pdf, docx}
	}
}

// The text of a PDF comes out in the order in which it is read.
func TestTextOfPDF(t *testing.T) {
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed: the text layer is not read")
	}
	pdf, err := sample(3).pdf(allFaces(t), made)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-", "-")
	c.Stdin = bytes.NewReader(pdf)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(out)), "")
	for _, want := range []string{
		"南湖区医疗保障服务中心", "疑点告知书", "南医保疑告〔2026〕3号", "南湖医院：", "现将有关事项告知如下：", "一、疑点事实", "详见附件<&>。", "附件：疑点明细表",
		"2026年3月2日", "—2—", "疑点明细表", "1280.50", "送达回证", "受送达人", "（签名或者盖章）",
	} {
		at := strings.Index(text, want)
		if at < 0 {
			t.Fatalf("%s is missing, or not where it belongs, in …%s", want, text)
		}
		text = text[at:]
	}
}

// Every box stands whole on a page, a page has a head where a table goes on, and a
// signature is never alone.
func TestPages(t *testing.T) {
	f := allFaces(t)
	for paragraphs := range 40 {
		d := sample(100)
		for range paragraphs {
			d.parts = append([]part{{kind: Paragraph, text: "依据条例。"}}, d.parts...)
		}
		boxes := compose(f, d)
		rows, heads := 0, 0
		for n, page := range paginate(boxes) {
			if len(page) == 0 {
				t.Fatalf("%d paragraphs: page %d is empty", paragraphs, n+1)
			}
			for k, b := range page {
				if b.y+b.height > marginTop+textHeight+0.1 {
					t.Errorf("%d paragraphs: page %d: a box ends at %.1f", paragraphs, n+1, b.y+b.height)
				}
				if b.head != nil && b.box != b.head {
					rows++
				} else if b.head != nil && k == 0 {
					heads++
				}
			}
			if page[0].height == 2*lineHeight {
				t.Errorf("%d paragraphs: page %d begins with the signature", paragraphs, n+1)
			}
		}
		if rows != 100 || heads == 0 {
			t.Errorf("%d paragraphs: %d rows, %d heads", paragraphs, rows, heads)
		}
	}
}

// Lines are as wide as the page, begin and end with what may stand there, and lose nothing.
func FuzzLines(f *testing.F) {
	for _, text := range []string{"", "依据《医疗保障基金使用监督管理条例》（试行），现告知如下：", "，，，，", "a very-long/path 12,345.00元", "（（（（“", "𠮷\u0000x"} {
		f.Add(text, 12.0)
	}
	faces := allFaces(f)
	f.Fuzz(func(t *testing.T, text string, chars float64) {
		if !(chars >= 2 && chars <= 40) || len(text) > 2000 || !utf8.ValidString(text) || strings.Contains(text, "\n") {
			return
		}
		width := chars * body.size
		var all strings.Builder
		for _, l := range faces.breakLines(text, body, 0, width) {
			if w := faces.width(l.text, body); w > width+body.size/2+0.1 {
				t.Fatalf("%q is %.1f wide, %.1f are there", l.text, w, width)
			}
			all.WriteString(l.text)
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if squeeze(all.String()) != squeeze(text) {
			t.Fatalf("%q became %q", text, all.String())
		}
	})
}

// A text with fields is read or refused with a sentence; what is read says what was
// written.
func FuzzFill(f *testing.F) {
	for _, text := range []string{"", "{a}", "{{a}}", "{a", "}", "{}", "对{recipient}的{matter_2}", "{{}}{{{a}}}"} {
		f.Add(text, "值{b}")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		pieces, err := parse(text)
		if err != nil {
			if !strings.Contains(err.Error(), "“") {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		var again strings.Builder
		values := map[string]string{}
		for _, p := range pieces {
			if p.field {
				again.WriteString("{" + p.text + "}")
				values[p.text] = value
			} else {
				again.WriteString(strings.NewReplacer("{", "{{", "}", "}}").Replace(p.text))
			}
		}
		if again.String() != text {
			t.Fatalf("%q is read as %q", text, again.String())
		}
		if _, err := fill(text, values); err != nil {
			t.Fatal(err)
		}
		for name := range values {
			delete(values, name)
			if _, err := fill(text, values); err == nil || !strings.Contains(err.Error(), name) {
				t.Fatalf("without %s: %v", name, err)
			}
			break
		}
	})
}

// Whatever stands for a signature file, it is read or refused.
func FuzzSignature(f *testing.F) {
	p := &Paper{ID: "WS00000001", Document: "南〔2026〕1号", Title: "告知书", Signature: "AAAA"}
	f.Add(p.SignatureFile())
	f.Add([]byte("\n\n签名 "))
	f.Fuzz(func(t *testing.T, text []byte) {
		if s, err := CheckSignature(nil, text, nil); err == nil || s != nil {
			t.Fatalf("without a key: %+v %v", s, err)
		}
		if s, err := parseStatement(string(text)); err == nil && s.String() != string(text) {
			if again, err := parseStatement(s.String()); err != nil || again.SHA256 != s.SHA256 {
				t.Fatalf("%q is read as %q", text, s)
			}
		}
		_ = markIn(text)
	})
}

// A DOCX is a package of well-formed parts whose paragraphs say what the document says.
func TestDOCX(t *testing.T) {
	docx, err := sample(2).docx(made)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, file := range z.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		tokens := xml.NewDecoder(r)
		for {
			token, err := tokens.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file.Name, err)
			}
			if words, ok := token.(xml.CharData); ok && file.Name == "word/document.xml" {
				text.Write(words)
			}
		}
	}
	for _, want := range []string{"南医保疑告〔2026〕3号", "一、疑点事实", "详见附件<&>。", "附件：疑点明细表", "限性别药品", "1280.50", "送达回证"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// Wrong declarations, and what each says.
func TestDeclarations(t *testing.T) {
	good := func() Template {
		return Template{Kind: "test.good", Title: "书", Word: "书", Version: 1, Fields: []Field{{Name: "a", Title: "甲"}}, Blocks: []Block{{Kind: Paragraph, Text: "{a}{organ}"}, {Kind: Sign}}}
	}
	one := good()
	if err := one.check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Template){
		"room.what":     func(x *Template) { x.Kind = "good" },
		"字号":            func(x *Template) { x.Word = "" },
		"字段 b 没有声明":     func(x *Template) { x.Blocks[0].Text = "{a}{b}" },
		"字段 a 没有用":      func(x *Template) { x.Blocks[0].Text = "无" },
		"字段 organ 出现两次": func(x *Template) { x.Fields[0].Name = "organ" },
		"没有合规的名称":       func(x *Template) { x.Fields[0].Name = "A" },
		"没有署名和日期":       func(x *Template) { x.Blocks = x.Blocks[:1] },
		"没有对应的“}”":      func(x *Template) { x.Blocks[0].Text = "{a" },
		"多余的“}”":        func(x *Template) { x.Blocks[0].Text = "a}" },
		"段落类别“poem”不认识": func(x *Template) { x.Blocks[0].Kind = "poem" },
		"表格和附件要有表名和列":   func(x *Template) { x.Blocks = append(x.Blocks, Block{Kind: Grid, Table: "t"}) },
		"表 t 出现两次": func(x *Template) {
			c := []Column{{"列", 1, false}}
			x.Blocks = append(x.Blocks, Block{Kind: Grid, Table: "t", Columns: c}, Block{Kind: Grid, Table: "t", Columns: c})
		},
		"表 t 的列要有标题和宽度": func(x *Template) {
			x.Blocks = append(x.Blocks, Block{Kind: Grid, Table: "t", Columns: []Column{{"", 1, false}}})
		},
		"标题、主送、正文和附件要有文字": func(x *Template) { x.Blocks[1].Text = "多" },
	} {
		x := good()
		change(&x)
		if err := x.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// All of the basic plane that the font draws is drawn; what is beyond is not.
func TestCharacters(t *testing.T) {
	f := allFaces(t).measuring[regular]
	for _, r := range "医疗保障〔〕—“”，。①㎡Ａ９α" {
		if !f.has(r) {
			t.Errorf("%c is not drawn", r)
		}
	}
	n := 0
	for r := rune(0x4e00); r <= 0x9fff; r++ {
		if f.has(r) {
			n++
		}
	}
	if n < 20_900 || f.has('𠮷') || f.has('\ue000') {
		t.Errorf("%d of the unified ideographs", n)
	}
}
