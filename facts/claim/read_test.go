package claim

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// records reads text in chunks of about size bytes, as run does, and returns the
// rows; of a row that cannot be read, the reason.
func records(t testing.TB, text []byte, d dialect, size int) (rows [][]string) {
	t.Helper()
	f := &textFile{dialect: d, set: utf8Set, r: bytes.NewReader(text), line: 1, size: size, limit: recordLimit}
	for {
		ch, err := f.next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		if ch.tooLong {
			rows = append(rows, []string{"too long"})
			continue
		}
		c := cells{width: d.width}
		for pos, line := 0, ch.line; pos < len(ch.data); {
			c.reset(ch.data)
			pos = c.split(pos, 2, &line, &d, ch.quoted, nil)
			for i := range c.lines {
				row := []string{}
				for k := range c.width {
					row = append(row, string(c.cell(k, i)))
				}
				rows = append(rows, row)
			}
			for _, b := range c.broken {
				rows[len(rows)-c.len()+b.row] = []string{strings.SplitN(b.reason, "。", 2)[0]}
			}
		}
	}
}

func TestCells(t *testing.T) {
	comma := dialect{delim: ',', eol: '\n', width: 2}
	for _, c := range []struct {
		name string
		d    dialect
		text string
		want [][]string
	}{
		{"plain", comma, "a,b\nc,d", [][]string{{"a", "b"}, {"c", "d"}}},
		{"blanks and nulls", comma, " a , NULL \n\\N,null\n　x　,nulls\n", [][]string{{"a", ""}, {"x", "nulls"}}},
		{"delimiter and line in quotes", comma, "\"a,\nb\",c\nd,'e,f'\r\n", [][]string{{"a,\nb", "c"}, {"d", "e,f"}}},
		{"doubled quotes", comma, "\"a\"\"b\",'it''s'\n\"\"\"\",''\n", [][]string{{`a"b`, "it's"}, {`"`, ""}}},
		{"quotes within a cell are characters", comma, "o'clock,3\"\na,5'6''\n", [][]string{{"o'clock", `3"`}, {"a", "5'6''"}}},
		{"blanks behind a quote", comma, "\"a\" ,\"b\"  \nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}},
		{"empty cells at the end", comma, "a,b,,\nc,d,,x\n", [][]string{{"a", "b"}, {"本行有 4 列，表头有 2 列"}}},
		{"an open quote spoils one line", comma, "\"a,b\nc,d\ne,f\n", [][]string{{"引号没有配对：本行有一个引号没有在单元格末尾关闭"}, {"c", "d"}, {"e", "f"}}},
		{"so does a quote closed within a cell", comma, "\"a\nx\"y,b\nc,d\n", [][]string{{"引号没有配对：本行有一个引号没有在单元格末尾关闭"}, {`x"y`, "b"}, {"c", "d"}}},
		{"apostrophes are characters", dialect{delim: ',', eol: '\n', width: 2, noApos: true}, "'1,2\n", [][]string{{"'1", "2"}}},
		{"no quotes at all", dialect{delim: '\t', eol: '\n', width: 2, noQuote: true}, "\"a\tb\n", [][]string{{`"a`, "b"}}},
		{"CR", dialect{delim: ',', eol: '\r', width: 2}, "a,b\r\"c\",d\r", [][]string{{"a", "b"}, {"c", "d"}}},
		{
			"two quotes in one column do not swallow the lines between",
			dialect{delim: ',', eol: '\n', width: 5},
			"1,2,\"x,4,5\n1,2,3,4,5\n1,2,x\",4,5\n",
			[][]string{{"引号没有配对：本行有一个引号没有在单元格末尾关闭"}, {"1", "2", "3", "4", "5"}, {"1", "2", `x"`, "4", "5"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := records(t, []byte(c.text), c.d, chunkSize); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// endless gives n bytes without an end of line, then more.
type endless struct {
	n    int64
	then io.Reader
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n <= 0 {
		return e.then.Read(p)
	}
	k := int(min(int64(len(p)), e.n))
	for i := range p[:k] {
		p[i] = 'x'
	}
	e.n -= int64(k)
	return k, nil
}

// A line of 1 GB costs no more memory than the longest record.
func TestOneGigabyteLine(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 1 GB")
	}
	f := &textFile{dialect: dialect{delim: ',', eol: '\n', width: 2}, set: utf8Set, size: chunkSize, limit: recordLimit, line: 1}
	f.r = io.MultiReader(strings.NewReader("a,b\n"), &endless{1 << 30, strings.NewReader("\nc,d\n")})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var got []string
	for {
		ch, err := f.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, string(ch.data)); ch.tooLong {
			got[len(got)-1] = "too long"
		}
	}
	runtime.ReadMemStats(&after)
	if want := []string{"a,b\n", "too long", "c,d\n"}; !slices.Equal(got, want) {
		t.Errorf("got %.40q", got)
	}
	if grown := int64(after.Sys) - int64(before.Sys); grown > 256<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
}

// Cutting into chunks never changes what is read: a file cut in pieces of any size
// gives the rows of the file read at once, and nothing is lost.
func FuzzCells(f *testing.F) {
	for _, s := range []string{"a,b\nc,d\n", "\"a,\nb\",'c'\n\"\"\"\",x\n", "\"a\nb,c\n'd\n", "'\r\n\"\r\n,\r", "a\"b,'\n'',''''\n"} {
		f.Add([]byte(s), uint8(3), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, size uint8, apos bool) {
		d := dialect{delim: ',', eol: '\n', width: 2, noApos: apos}
		whole := records(t, slices.Clone(text), d, chunkSize)
		if len(whole) > bytes.Count(text, []byte{'\n'})+1 {
			t.Fatalf("%d rows of %q", len(whole), text)
		}
		if cut := records(t, slices.Clone(text), d, int(size)+1); !reflect.DeepEqual(cut, whole) {
			t.Fatalf("%q in pieces of %d: %q, at once %q", text, int(size)+1, cut, whole)
		}
	})
}

// The decoder agrees with golang.org/x/text, and says so where that replaces bytes.
func FuzzGB18030(f *testing.F) {
	for _, s := range []string{"阿莫西林", "㐀龥€", "\U00020000", "a\x80", "\xff\xff", "\x81\x30\x81"} {
		b, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
		f.Add(b)
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, bad := decodeGB18030(nil, raw)
		if !utf8.Valid(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		if want, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw); err == nil && !bad && !bytes.Equal(got, want) {
			t.Fatalf("%x: got %q, want %q", raw, got, want)
		}
		if bad {
			return
		}
		if back, err := simplifiedchinese.GB18030.NewEncoder().Bytes(got); err == nil {
			if again, _ := decodeGB18030(nil, back); !bytes.Equal(again, got) {
				t.Fatalf("%q does not come back: %q", got, again)
			}
		}
	})
}

// Whatever stands in a header, its columns are told apart and nothing is lost.
func FuzzHeader(f *testing.F) {
	f.Add("bkkp_sn,psn_no,数量")
	f.Add("人员编号（psn_no）,MDTRT_ID,a.b,,_reason")
	f.Add("psn_no,人员编号,居住地行政区划,居住地行政区划")
	f.Add(good[0].header)
	f.Add("drugTracCodg,mdtrt_id,机构编码,psnNo,人员编号,rid")
	f.Fuzz(func(t *testing.T, header string) {
		row := strings.Split(header, ",")
		for _, form := range Forms {
			field, known, twice := form.match(row)
			seen := map[int]bool{}
			n := 0
			for _, i := range field {
				if i >= 0 {
					if seen[i] && twice == nil {
						t.Fatalf("%s: %q gives column %s twice", form.Name, header, form.Fields[i].Name)
					}
					seen[i], n = true, n+1
				}
			}
			if n != known || len(field) != len(row) {
				t.Fatalf("%s: %q: %d known, %d counted", form.Name, header, known, n)
			}
		}
		for _, x := range templates {
			is, at, known := x.match(row)
			n := 0
			for column, i := range is {
				if i >= 0 {
					n++
				}
				if i >= 0 && at[i] != column {
					t.Fatalf("%s: %q gives column %s twice", x.no, header, x.columns[i].zh)
				}
			}
			if n != known || len(is) != len(row) {
				t.Fatalf("%s: %q: %d known, %d counted", x.no, header, known, n)
			}
		}
		if l, _, err := readLayout(nil, [][]string{row}); err == nil && l.template == nil && len(l.form.missing(l.field)) > 0 {
			t.Fatalf("%q was accepted without key", header)
		}
	})
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{"2024-01-01", "2024/1/1 8:30", "20240101083000", "2024-01-01T08:30:00.000Z", "9999-12-31", "20240-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := calendar.ParseTime(s)
		if err != nil || v == calendar.NoTime {
			return
		}
		again, err := calendar.ParseTime(v.String())
		if err != nil || again != v {
			t.Fatalf("%q is %v, which reads as %v, %v", s, v, again, err)
		}
		if y := v.Day().Year(); y < 1850 || y > 2200 {
			t.Fatalf("%q is in the year %d", s, y)
		}
	})
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"1,234.50", "-0.01", "1.2E3", "+5", "1e-2", "12,34", "9e18", "--1", "0.000000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, decimals := range []int{2, 4, 6} {
			v, err := ParseDecimal(s, decimals)
			if err != nil || v == Null {
				continue
			}
			again, err := ParseDecimal(decimal(v, decimals), decimals)
			if err != nil || again != v {
				t.Fatalf("%q is %d, which reads as %d, %v", s, v, again, err)
			}
		}
		for _, k := range []lake.Kind{lake.Money, lake.Time, lake.Day} {
			if v, err := parseExcel([]byte(s), k, false); err == nil && k == lake.Money {
				if w, err := parseCell([]byte(s), k); err == nil && v != w {
					t.Fatalf("%q: %d in a workbook, %d in text", s, v, w)
				}
			}
		}
	})
}
