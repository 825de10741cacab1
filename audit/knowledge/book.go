package knowledge

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxUnzipped bounds the unpacked size of a workbook.
const maxUnzipped = 2 << 30

// grid is one sheet: its rows that hold anything.
type grid struct {
	name   string
	hidden bool
	rows   []gridRow
	merges []merge
}

// gridRow is a row of a sheet, counted from 1.
type gridRow struct {
	num    int
	cells  []string
	filled []bool // the cell's text stands in the first row of a vertical merge; nil: none
}

// merge is a merged range, rows and columns counted from 1.
type merge struct{ top, left, bottom, right int }

func (r *gridRow) cell(c int) string {
	if c < 0 || c >= len(r.cells) {
		return ""
	}
	return r.cells[c]
}

// own returns the cell's text unless it comes from a merge with a row above.
func (r *gridRow) own(c int) string {
	if c >= 0 && c < len(r.filled) && r.filled[c] {
		return ""
	}
	return r.cell(c)
}

// readBook reads all sheets of a workbook. Errors are Chinese and say what to do.
func readBook(file string) (sheets []grid, err error) {
	if err := checkBook(file); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil { // excelize panics on some damaged parts
			sheets, err = nil, fmt.Errorf("工作簿内部结构损坏（%v），请用 Excel 或 WPS 打开并另存后再导入", p)
		}
	}()
	f, err := excelize.OpenFile(file, excelize.Options{UnzipSizeLimit: maxUnzipped, RawCellValue: true})
	if err != nil {
		return nil, fmt.Errorf("工作簿读不出（%w），请用 Excel 或 WPS 打开并另存后再导入", err)
	}
	defer f.Close()
	merges, err := mergesOf(file)
	if err != nil {
		return nil, fmt.Errorf("工作簿读不出（%w），请用 Excel 或 WPS 打开并另存后再导入", err)
	}
	for _, name := range f.GetSheetList() {
		g := grid{name: name, merges: merges[name]}
		if visible, err := f.GetSheetVisible(name); err == nil {
			g.hidden = !visible
		}
		if g.rows, err = readRows(f, name); err != nil {
			return nil, fmt.Errorf("工作表“%s”读不出：%w", name, err)
		}
		g.fillDown()
		sheets = append(sheets, g)
	}
	return sheets, nil
}

func readRows(f *excelize.File, sheet string) ([]gridRow, error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		var notSheet excelize.ErrSheetNotExist
		if errors.As(err, &notSheet) { // a chart sheet
			return nil, nil
		}
		return nil, err
	}
	defer rows.Close()
	var all []gridRow
	for num := 1; rows.Next(); num++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		end := 0
		for i := range cells {
			if cells[i] = cleanText(cells[i]); cells[i] != "" {
				end = i + 1
			}
		}
		if end > 0 {
			all = append(all, gridRow{num: num, cells: slices.Clone(cells[:end])})
		}
	}
	return all, rows.Error()
}

// fillDown gives the rows of a vertical merge the text of its first row. Rows that
// hold nothing of their own stay absent.
func (g *grid) fillDown() {
	for _, m := range g.merges {
		if m.top == m.bottom {
			continue
		}
		first, ok := slices.BinarySearchFunc(g.rows, m.top, func(r gridRow, n int) int { return r.num - n })
		if !ok {
			continue
		}
		c := m.left - 1
		text := g.rows[first].cell(c)
		for i := first + 1; text != "" && i < len(g.rows) && g.rows[i].num <= m.bottom; i++ {
			g.rows[i].fill(c, text)
		}
	}
}

func (r *gridRow) fill(c int, text string) {
	for len(r.cells) <= c {
		r.cells = append(r.cells, "")
	}
	for len(r.filled) <= c {
		r.filled = append(r.filled, false)
	}
	if r.cells[c] == "" {
		r.cells[c], r.filled[c] = text, true
	}
}

// checkBook says why a file is no workbook that can be read; nil when it is one.
func checkBook(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 8)
	n, _ := io.ReadFull(f, head)
	head = head[:n]
	switch {
	case n == 0:
		return errors.New("文件是空的（0 字节），请重新下载或复制")
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return compoundError(f)
	case !bytes.HasPrefix(head, []byte("PK")):
		return errors.New("不是工作簿：内容不是 .xlsx（改了扩展名的 CSV 或网页也不行），请用 Excel 或 WPS 另存为 .xlsx")
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		return errors.New("压缩包不完整：文件被截断或损坏，请重新下载或复制")
	}
	defer z.Close()
	return checkParts(z)
}

// compoundError tells a password-protected workbook from an old binary one.
func compoundError(f *os.File) error {
	all, err := io.ReadAll(io.MultiReader(f))
	if err == nil && bytes.Contains(all, utf16("EncryptedPackage")) {
		return errors.New("工作簿有打开密码，读不出；请在 Excel 或 WPS 中去掉密码后另存为 .xlsx")
	}
	return errors.New("是旧的二进制格式（.xls、.et），请用 Excel 或 WPS 另存为 .xlsx 再导入")
}

func utf16(ascii string) []byte {
	b := make([]byte, 0, 2*len(ascii))
	for i := range len(ascii) {
		b = append(b, ascii[i], 0)
	}
	return b
}

func checkParts(z *zip.ReadCloser) error {
	var size uint64
	sheet := false
	for _, f := range z.File {
		size += f.UncompressedSize64
		switch name := strings.ToLower(f.Name); {
		case strings.HasSuffix(name, "vbaproject.bin"):
			return errors.New("工作簿含宏（.xlsm），不读取；请另存为不含宏的 .xlsx")
		case name == "xl/workbook.bin":
			return errors.New("是二进制工作簿（.xlsb），请另存为 .xlsx")
		case name == "mimetype":
			return errors.New("是 OpenDocument（.ods），请另存为 .xlsx")
		case strings.HasPrefix(name, "xl/"):
			sheet = true
		}
	}
	switch {
	case !sheet:
		return errors.New("不是工作簿：压缩包里没有工作表（若是打包的多个文件，请先解压）")
	case size > maxUnzipped:
		return fmt.Errorf("解压后超过 %d GB，不读取", maxUnzipped>>30)
	}
	return nil
}

// mergesOf returns the merged ranges of each sheet by its name. They stand behind
// the rows in the sheet's XML, which is read as a stream: a sheet that declares
// 16,384 columns costs no memory.
func mergesOf(file string) (map[string][]merge, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	parts := make(map[string]*zip.File, len(z.File))
	for _, f := range z.File {
		parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	targets := map[string]string{}
	err = elements(parts["xl/_rels/workbook.xml.rels"], "Relationship", func(e xml.StartElement) {
		targets[attr(e, "Id")] = attr(e, "Target")
	})
	if err != nil {
		return nil, err
	}
	sheets := map[string]string{}
	err = elements(parts["xl/workbook.xml"], "sheet", func(e xml.StartElement) {
		target := targets[attr(e, "id")]
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join("xl", target)
		}
		sheets[attr(e, "name")] = target
	})
	if err != nil {
		return nil, err
	}
	merges := map[string][]merge{}
	for name, target := range sheets {
		err := elements(parts[target], "mergeCell", func(e xml.StartElement) {
			if m, ok := parseMerge(attr(e, "ref")); ok {
				merges[name] = append(merges[name], m)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return merges, nil
}

// elements calls f for each element of the local name in an XML part; a part that
// is absent has none.
func elements(part *zip.File, local string, f func(xml.StartElement)) error {
	if part == nil {
		return nil
	}
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	d := xml.NewDecoder(r)
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == local {
			f(e)
		}
	}
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

func parseMerge(ref string) (merge, bool) {
	from, to, ok := strings.Cut(ref, ":")
	if !ok {
		return merge{}, false
	}
	c1, r1, err1 := excelize.CellNameToCoordinates(from)
	c2, r2, err2 := excelize.CellNameToCoordinates(to)
	return merge{r1, c1, r2, c2}, err1 == nil && err2 == nil
}

// columnLabel names a column for a message: its letter and its header.
func columnLabel(c int, header string) string {
	letter, err := excelize.ColumnNumberToName(c + 1)
	if err != nil {
		letter = strconv.Itoa(c + 1)
	}
	return strings.TrimSpace(letter + " " + header)
}
