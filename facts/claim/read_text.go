package claim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	prefixSize  = 1 << 20  // what is read to tell charset, dialect and header
	chunkSize   = 1 << 20  // what a worker gets at a time
	recordLimit = 16 << 20 // no record may be longer
)

// textFile is a CSV or TXT file that is cut into chunks of whole records.
type textFile struct {
	dialect
	set     charset
	charset string // for reports
	r       io.Reader
	buf     []byte // read but not handed out
	eof     bool
	line    int64 // of buf[0]
	rows    [][]string
	rowEnds []int // lines of the prefix up to the end of each of rows
	size    int   // of chunks
	limit   int   // of records
}

// chunk is a run of whole records.
type chunk struct {
	data    []byte
	line    int64 // of its first record
	quoted  bool  // it may have quoted cells
	tooLong bool  // it is the beginning of one record beyond the limit
	set     charset
}

// openText reads the beginning of a text file and tells its charset, delimiter,
// quotes and first rows.
func openText(r io.Reader) (*textFile, error) {
	t := &textFile{r: r, line: 1, size: chunkSize, limit: recordLimit}
	if err := t.fill(prefixSize); err != nil {
		return nil, err
	}
	if err := t.decode(); err != nil {
		return nil, err
	}
	t.eol = '\n'
	if bytes.IndexByte(t.buf, '\n') < 0 && bytes.IndexByte(t.buf, '\r') >= 0 {
		t.eol = '\r'
	}
	sample := t.buf
	if k := bytes.LastIndexByte(sample, t.eol); k >= 0 && !t.eof {
		sample = sample[:k+1]
	} else if !t.eof && len(sample) >= prefixSize {
		return nil, &Problem{Line: 1, What: "第一行超过 1 MiB 还没有换行，找不到表头", Do: "请检查文件是否按行导出，行尾应为换行符"}
	}
	set, ok := detect(sample, t.eol)
	if !ok {
		return nil, &Problem{What: "认不出文字编码：多数行既不是 UTF-8 也不是 GB18030", Do: "请按 UTF-8 或 GB18030 重新导出；若文件已加密或是二进制文件，请先解密或转换"}
	}
	if t.set == ascii {
		t.set = set
	}
	text, _ := legible(nil, bytes.Clone(sample), t.set, t.eol, 1)
	t.readDialect(text)
	if t.set == gb18030 && t.delim == '|' { // '|' may be half of a character there
		t.recode(simplifiedchinese.GB18030.NewDecoder(), "GB18030")
		return t, t.fill(prefixSize)
	}
	return t, nil
}

// fill reads until n bytes stand in buf or the file ends.
func (t *textFile) fill(n int) error {
	if cap(t.buf) < n {
		t.buf = append(make([]byte, 0, n), t.buf...)
	}
	for len(t.buf) < n && !t.eof {
		k, err := t.r.Read(t.buf[len(t.buf):n])
		t.buf = t.buf[:len(t.buf)+k]
		if errors.Is(err, io.EOF) {
			t.eof = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

// decode removes a BOM and turns UTF-16 into UTF-8.
func (t *textFile) decode() error {
	switch b := t.buf; {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		t.buf, t.set = b[3:], utf8Set
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		t.recode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), "UTF-16LE")
		return t.fill(prefixSize)
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		t.recode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder(), "UTF-16BE")
		return t.fill(prefixSize)
	case len(b) >= 4 && b[1] == 0 && b[3] == 0 && b[0] != 0 && b[2] != 0:
		return &Problem{What: "文件像是没有 BOM 的 UTF-16", Do: "请另存为带 BOM 的 UTF-16，或 UTF-8"}
	}
	return nil
}

// recode reads the file from here on through a decoder.
func (t *textFile) recode(d *encoding.Decoder, name string) {
	raw := io.Reader(bytes.NewReader(bytes.Clone(t.buf)))
	if !t.eof {
		raw = io.MultiReader(raw, t.r)
	}
	t.r, t.buf, t.eof = transform.NewReader(raw, d), nil, false
	t.set, t.charset = transcoded, name
}

// skipRows drops the prefix up to the end of row n of t.rows.
func (t *textFile) skipRows(n int) {
	if n < 0 {
		return
	}
	pos := 0
	for range t.rowEnds[n] {
		pos = firstLine(t.buf, pos, &t.dialect)
	}
	t.buf, t.line = t.buf[pos:], t.line+int64(t.rowEnds[n])
}

// next returns the next chunk, io.EOF behind the last one.
func (t *textFile) next() (chunk, error) {
	for size := t.size; ; size *= 2 {
		if err := t.fill(max(size, len(t.buf))); err != nil {
			return chunk{}, err
		}
		if len(t.buf) == 0 {
			return chunk{}, io.EOF
		}
		quoted := t.hasQuotes(t.buf)
		if cut := t.cut(quoted, len(t.buf) >= t.limit); cut > 0 {
			return t.hand(cut, quoted), nil
		}
		if len(t.buf) >= t.limit {
			return t.skipLine()
		}
	}
}

// hasQuotes says whether a quote stands where a cell begins.
func (t *textFile) hasQuotes(b []byte) bool {
	for _, q := range []byte{'"', '\''} {
		if t.quote(q) && len(b) > 0 && (b[0] == q || bytes.Contains(b, []byte{t.delim, q}) || bytes.Contains(b, []byte{t.eol, q})) {
			return true
		}
	}
	return false
}

// cut returns the position behind the last whole record of buf, 0 when there is
// none. When buf is full, a record that it cannot hold is cut after its first line.
func (t *textFile) cut(quoted, full bool) int {
	if !quoted {
		if t.eof {
			return len(t.buf)
		}
		return bytes.LastIndexByte(t.buf, t.eol) + 1
	}
	var c cells
	pos := 0
	for pos < len(t.buf) {
		next, state := c.record(t.buf, pos, &t.dialect, t.eof)
		if state == unterminated && (pos > 0 || !full) {
			break
		}
		if !t.eof && t.buf[next-1] != t.eol {
			break
		}
		pos = next
	}
	return pos
}

// hand gives away the first n bytes of buf as a chunk.
func (t *textFile) hand(n int, quoted bool) chunk {
	c := chunk{data: t.buf[:n:n], line: t.line, quoted: quoted}
	rest := t.buf[n:]
	t.buf = append(make([]byte, 0, max(t.size, len(rest))), rest...)
	t.line += int64(bytes.Count(c.data, []byte{t.eol}))
	if t.set == ascii && !isASCII(c.data) {
		if set, ok := detect(c.data, t.eol); ok && set != ascii {
			t.set = set
		} else {
			t.set = utf8Set
		}
	}
	c.set = t.set
	return c
}

// skipLine reads over a line beyond the limit and reports it.
func (t *textFile) skipLine() (chunk, error) {
	c := chunk{data: bytes.Clone(t.buf[:256]), line: t.line, tooLong: true, set: t.set}
	for {
		if k := bytes.IndexByte(t.buf, t.eol); k >= 0 {
			t.buf = append([]byte(nil), t.buf[k+1:]...)
			break
		}
		t.buf = t.buf[:0]
		if t.eof {
			break
		}
		if err := t.fill(t.size); err != nil {
			return c, err
		}
	}
	t.line++
	return c, nil
}

// describe names format and charset for the report.
func (t *textFile) describe() string {
	name := t.charset
	if name == "" {
		name = t.set.String()
	}
	delims := map[byte]string{',': "逗号", '\t': "TAB", '|': "竖线", ';': "分号"}
	return fmt.Sprintf("文本（%s 分隔，%s）", delims[t.delim], strings.Replace(name, "ASCII", "UTF-8", 1))
}
