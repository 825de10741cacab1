package knowledge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"yiheng/ground/calendar"
)

// Columns of the exchange format, in the order in which it is written.
const (
	colID = iota
	colRule
	colCode
	colOther
	colParams
	colFrom
	colTo
	colSupersedes
	colRegion
	colBasis
	colNote
	columns
)

var columnNames = [columns]string{
	"kp_id", "rule_id", "code", "other_code", "params", "valid_from", "valid_to",
	"supersedes", "region", "basis", "note",
}

// Exchange is a file in the exchange format, read.
type Exchange struct {
	Points   []Point
	Rows     []int32    // row of each point, counted in lines from 1
	Missing  [][]string // what each point needs to be in force; nil: nothing
	RowsRead int        // rows under the header, wrong ones included
	Problems Problems   // wrong rows are not among Points
}

// ReadExchange reads the exchange CSV (KNOWLEDGE.md) in a stream: UTF-8 with or
// without BOM, columns in any order. Each wrong row is a problem with its row and
// column; columns that the format does not know are a warning. name is the file's
// name for the problems. The error is that of r alone.
func ReadExchange(r io.Reader, name string, classes Classes) (*Exchange, error) {
	x := &exchangeReader{
		scanner: newScanner(r), texts: newTexts(), classes: classes,
		file: &Exchange{}, name: name, params: make(map[paramsKey]parsedParams),
	}
	err := x.read()
	return x.file, err
}

// exchangeReader reads one file.
type exchangeReader struct {
	*scanner
	*texts
	classes Classes
	name    string
	file    *Exchange
	at      [columns]int // position of each column, -1: absent
	width   int
	params  map[paramsKey]parsedParams
}

// paramsKey is a params text as one class reads it.
type paramsKey struct{ rule, text string }

type parsedParams struct {
	params  *Params
	missing []string
	err     error
}

func (x *exchangeReader) problem(row int, column, format string, args ...any) {
	x.file.Problems = append(x.file.Problems, Problem{File: x.name, Row: row, Column: column, Text: fmt.Sprintf(format, args...)})
}

func (x *exchangeReader) read() error {
	if ok, err := x.header(); !ok {
		return err
	}
	for {
		err := x.next()
		switch {
		case errors.Is(err, io.EOF):
			if x.file.RowsRead == 0 {
				x.file.Problems = append(x.file.Problems, Problem{File: x.name, Text: "只有表头，没有知识点", Warning: true})
			}
			return nil
		case errors.Is(err, errQuote), errors.Is(err, errOpen):
			x.file.RowsRead++
			x.problem(x.row, "", "%v", err)
			continue
		case err != nil:
			return err
		}
		if x.blank() {
			continue
		}
		x.file.RowsRead++
		if p, missing, ok := x.point(); ok {
			x.file.Points = append(x.file.Points, p)
			x.file.Rows = append(x.file.Rows, int32(x.row))
			x.file.Missing = append(x.file.Missing, missing)
		}
	}
}

// header places the columns; false when the file cannot be read at all.
func (x *exchangeReader) header() (bool, error) {
	switch err := x.next(); {
	case errors.Is(err, io.EOF):
		x.problem(0, "", "文件是空的；须有表头 %s", strings.Join(columnNames[:], ","))
		return false, nil
	case errors.Is(err, errQuote), errors.Is(err, errOpen):
		x.problem(x.row, "", "表头%v", err)
		return false, nil
	case err != nil:
		return false, err
	}
	head := bytes.Join(x.fields, []byte{','})
	if bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(head) {
		x.problem(x.row, "", "不是 UTF-8 文本（可能是 GB18030、UTF-16 或二进制文件），请另存为“CSV UTF-8”再导入")
		return false, nil
	}
	for i := range x.at {
		x.at[i] = -1
	}
	x.width = len(x.fields)
	ok := true
	for i, f := range x.fields {
		name := strings.ToLower(string(bytes.TrimSpace(f)))
		c := slices.Index(columnNames[:], name)
		switch {
		case c < 0:
			x.file.Problems = append(x.file.Problems, Problem{File: x.name, Row: x.row, Column: string(f), Warning: true, Text: "交换格式没有这一列，未导入"})
		case x.at[c] >= 0:
			x.problem(x.row, name, "表头里写了两次")
			ok = false
		default:
			x.at[c] = i
		}
	}
	for _, c := range []int{colID, colRule} {
		if x.at[c] < 0 {
			x.problem(x.row, columnNames[c], "表头缺少这一列；交换格式的列是 %s", strings.Join(columnNames[:], ","))
			ok = false
		}
	}
	return ok, nil
}

// blank says whether the record holds nothing, as spreadsheets write below the last row.
func (x *exchangeReader) blank() bool {
	for _, f := range x.fields {
		if len(bytes.TrimSpace(f)) > 0 {
			return false
		}
	}
	return true
}

func (x *exchangeReader) field(c int) []byte {
	if x.at[c] < 0 {
		return nil
	}
	return bytes.TrimSpace(x.fields[x.at[c]])
}

// point reads the record; false when it is wrong.
func (x *exchangeReader) point() (Point, []string, bool) {
	before := len(x.file.Problems)
	if len(x.fields) != x.width {
		x.problem(x.row, "", "有 %d 列，表头有 %d 列；内容里的逗号须用双引号括起", len(x.fields), x.width)
		return Point{}, nil, false
	}
	if !x.readable() {
		return Point{}, nil, false
	}
	p := x.plain(x.field)
	x.checkID(p.ID)
	x.checkCodes(&p)
	p.ValidFrom, p.ValidTo = x.day(colFrom), x.day(colTo)
	if p.ValidFrom != calendar.NoDay && p.ValidTo != calendar.NoDay && p.ValidFrom > p.ValidTo {
		x.problem(x.row, "valid_to", "%s 早于 valid_from %s，没有一天有效", p.ValidTo, p.ValidFrom)
	}
	if p.Region != "" && (len(p.Region) != 6 || strings.Trim(p.Region, "0123456789") != "") {
		x.problem(x.row, "region", "“%s”不是 6 位行政区划代码；全国的知识点留空", p.Region)
	}
	missing := x.readParams(&p)
	return p, missing, len(x.file.Problems) == before
}

// readable refuses text that is not UTF-8 or holds control characters.
func (x *exchangeReader) readable() bool {
	for i, f := range x.fields {
		control := bytes.IndexFunc(f, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' })
		if utf8.Valid(f) && control < 0 {
			continue
		}
		x.problem(x.row, x.columnAt(i), "含有不是 UTF-8 的字节或控制字符，请改正后再导入")
		return false
	}
	return true
}

func (x *exchangeReader) columnAt(i int) string {
	if c := slices.Index(x.at[:], i); c >= 0 {
		return columnNames[c]
	}
	return "第 " + strconv.Itoa(i+1) + " 列"
}

func (x *exchangeReader) checkID(id string) {
	switch {
	case id == "":
		x.problem(x.row, "kp_id", "不能为空，每个知识点须有唯一的编号")
	case len(id) > 128 || strings.IndexFunc(id, unicode.IsSpace) >= 0:
		x.problem(x.row, "kp_id", "“%.40s”含空格或超过 128 个字节", id)
	}
}

func (x *exchangeReader) checkCodes(p *Point) {
	for c, code := range map[int]string{colCode: p.Code, colOther: p.OtherCode} {
		if strings.IndexFunc(code, unicode.IsSpace) >= 0 || strings.ContainsAny(code, ",;，；、") {
			x.problem(x.row, columnNames[c], "“%s”不是一个编码：一行只写一个编码，多个编码分成多行", code)
		}
	}
}

func (x *exchangeReader) day(c int) calendar.Day {
	f := x.field(c)
	d, err := calendar.ParseDay(f)
	if err != nil {
		x.problem(x.row, columnNames[c], "“%s”不是日期，写成 2024-01-01", f)
	}
	return d
}

// readParams reads the params by the rule's class.
func (x *exchangeReader) readParams(p *Point) []string {
	class, ok := x.classes(p.RuleID)
	if !ok {
		x.problem(x.row, "rule_id", "没有规则 “%s”；用 yiheng rule list 查看规则编号（2025 年新增而编码未公布的写作 BD2025 加三位序号）", p.RuleID)
		return nil
	}
	if class.Program == "conflict" && p.OtherCode == "" {
		x.problem(x.row, "other_code", "不能为空：%s 须有两个编码", class.Name)
	}
	text := x.field(colParams)
	parsed, ok := x.params[paramsKey{p.RuleID, string(text)}]
	if !ok {
		parsed.params, parsed.missing, parsed.err = ParseParams(class, string(text))
		x.params[paramsKey{p.RuleID, string(text)}] = parsed
	}
	for _, err := range unjoin(parsed.err) {
		x.problem(x.row, "params", "（规则 %s %s）%v", p.RuleID, class.Name, err)
	}
	p.Params = parsed.params
	return parsed.missing
}

func unjoin(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}
