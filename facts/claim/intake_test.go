package claim

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"yiheng/facts/lake"
)

// lines are fee lines as regulators' extracts have them: Chinese text, a refund,
// empty cells, delimiters and quotes within cells.
var lines = data{
	{"bkkp_sn", "mdtrt_id", "fee_ocur_time", "setl_id", "fixmedins_code", "psn_no", "cnt", "pric", "det_item_fee_sumamt", "inscp_amt", "hilist_name", "spec", "bilg_dr_code", "bilg_dr_name"},
	{"L001", "M01", "2024-03-05 08:30:00", "S01", "H43010000001", "P01", "2", "17.8", "35.60", "35.60", "阿莫西林胶囊", "0.25g*24粒", "D001", "王小明"},
	{"L002", "M01", "2024-03-05 08:30:00", "S01", "H43010000001", "P01", "-1", "17.8", "-17.80", "-17.80", "阿莫西林胶囊", "0.25g*24粒", "D001", "王小明"},
	{"L003", "M02", "2024-03-06 00:00:00", "S02", "H43010000002", "P02", "1.5", "0.123456", "1234.50", "", "一次性使用输液器", "3/4\"针", "D002", "李四"},
	{"L004", "M02", "2024-12-31 23:59:59", "", "H43010000002", "P02", "1", "5", "5", "0", "㐀龥药", "o'clock", "", ""},
}

// quoted writes data with every cell in quotes, as the published templates do.
func quoted(d data, delim, q, eol string) []byte {
	var b strings.Builder
	for _, row := range d {
		for i, cell := range row {
			if i > 0 {
				b.WriteString(delim)
			}
			b.WriteString(q + strings.ReplaceAll(cell, q, q+q) + q)
		}
		b.WriteString(eol)
	}
	return []byte(b.String())
}

func edited(d data, edit func(row, column int, cell string) string) data {
	out := make(data, len(d))
	for i, row := range d {
		for k, cell := range row {
			out[i] = append(out[i], edit(i, k, cell))
		}
	}
	return out
}

func encoded(t *testing.T, text []byte, name string) []byte {
	t.Helper()
	e := map[string]interface{ Bytes([]byte) ([]byte, error) }{
		"gb18030": simplifiedchinese.GB18030.NewEncoder(),
		"utf16le": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(),
		"utf16be": unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(),
	}[name]
	out, err := e.Bytes(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func zipped(t *testing.T, members map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(members[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// workbook writes data as a sheet: numbers as numbers, times as serial dates.
func workbook(t *testing.T, sheets map[string]data) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for _, name := range slices.Sorted(maps.Keys(sheets)) {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range sheets[name] {
			for k, cell := range row {
				at, _ := excelize.CoordinatesToCellName(k+1, i+1)
				if err := f.SetCellValue(name, at, excelValue(sheets[name], k, cell)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func excelValue(d data, column int, cell string) any {
	if cell == "" || cell[0] > '9' || len(d[len(d)-1]) != len(lines[0]) {
		return cell
	}
	i := FeeList.Field(lines[0][column])
	switch kind := FeeList.Fields[i].Kind; kind {
	case lake.Text:
		return cell
	case lake.Time:
		v, _ := parseCell([]byte(cell), lake.Time)
		return float64(v)/86400 + 25569
	default:
		v, _ := parseCell([]byte(cell), kind)
		return float64(v) / []float64{lake.Money: 1e2, lake.Price: 1e6, lake.Quantity: 1e4}[kind]
	}
}

// parquetOf writes data with physical types as engines choose them: decimal for
// amounts, double for prices, timestamp for times, a dictionary for names.
func parquetOf(t *testing.T, d data) []byte {
	t.Helper()
	var fields []arrow.Field
	var columns []arrow.Array
	for k, name := range d[0] {
		a := parquetColumn(d, k)
		fields = append(fields, arrow.Field{Name: name, Type: a.DataType(), Nullable: true})
		columns = append(columns, a)
	}
	schema := arrow.NewSchema(fields, nil)
	var b bytes.Buffer
	w, err := pqarrow.NewFileWriter(schema, &b, parquet.NewWriterProperties(parquet.WithMaxRowGroupLength(2)), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(array.NewRecordBatch(schema, columns, int64(len(d)-1))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func parquetColumn(d data, k int) arrow.Array {
	kind := lake.Text
	if i := FeeList.Field(d[0][k]); i >= 0 {
		kind = FeeList.Fields[i].Kind
	}
	m := memory.DefaultAllocator
	add := func(b array.Builder, put func(v int64)) arrow.Array {
		for _, row := range d[1:] {
			if v, _ := parseCell([]byte(row[k]), kind); v == lake.NullInt {
				b.AppendNull()
			} else {
				put(v)
			}
		}
		return b.NewArray()
	}
	switch kind {
	case lake.Money:
		b := array.NewDecimal128Builder(m, &arrow.Decimal128Type{Precision: 16, Scale: 2})
		return add(b, func(v int64) { b.Append(decimal128.FromI64(v)) })
	case lake.Price:
		b := array.NewFloat64Builder(m)
		return add(b, func(v int64) { b.Append(float64(v) / 1e6) })
	case lake.Quantity:
		b := array.NewDecimal128Builder(m, &arrow.Decimal128Type{Precision: 30, Scale: 8})
		return add(b, func(v int64) { b.Append(decimal128.FromI64(v * 1e4)) })
	case lake.Time:
		b := array.NewTimestampBuilder(m, &arrow.TimestampType{Unit: arrow.Microsecond})
		return add(b, func(v int64) { b.Append(arrow.Timestamp(v * 1e6)) })
	}
	b := array.NewStringBuilder(m)
	for _, row := range d[1:] {
		b.Append(row[k])
	}
	return b.NewArray()
}

// The same data in every format gives the same rows.
func TestEveryFormatGivesTheSameRows(t *testing.T) {
	want := takenRows(t, "fee_list_d.csv", quoted(lines, ",", `"`, "\n"))
	if len(want) != 4 || want[2]["det_item_fee_sumamt"] != "1234.50" || want[2]["spec"] != `3/4"针` || want[0]["fee_ocur_time"] != "2024-03-05 08:30:00" {
		t.Fatalf("rows of the plain file: %v", want)
	}
	zh := edited(lines, func(row, _ int, cell string) string {
		if row == 0 {
			return FeeList.Fields[FeeList.Field(cell)].Zh
		}
		return cell
	})
	null := edited(lines, func(_, _ int, cell string) string {
		if cell == "" {
			return "null"
		}
		return cell
	})
	loose := edited(lines, func(row, column int, cell string) string {
		switch {
		case row == 0 && column%2 == 0:
			return strings.ToUpper(cell)
		case row == 0:
			return zh[0][column] + "（" + cell + "）"
		case lines[0][column] == "fee_ocur_time":
			return strings.ReplaceAll(cell, "-", "/")
		case cell == "1234.50":
			return "1,234.50"
		case cell == "":
			return []string{"NULL", `\N`}[row%2]
		}
		return " " + cell + "　"
	})
	utf8BOM := append([]byte("\xEF\xBB\xBF"), quoted(lines, ",", `"`, "\r\n")...)
	tab := null.csv("\t")
	for name, file := range map[string]struct {
		name string
		data []byte
	}{
		"apostrophes, CRLF":           {"fee_list_d.csv", quoted(lines, ",", "'", "\r\n")},
		"UTF-8 with BOM":              {"费用明细.csv", utf8BOM},
		"TAB, null, no quotes":        {"fee_list_d.txt", tab},
		"semicolons":                  {"fee_list_d.txt", quoted(lines, ";", `"`, "\n")},
		"bars":                        {"fee_list_d.txt", lines.csv("|")},
		"CR only":                     {"fee_list_d.csv", quoted(lines, ",", `"`, "\r")},
		"no end of line at the end":   {"fee_list_d.csv", bytes.TrimRight(quoted(lines, ",", `"`, "\n"), "\n")},
		"GB18030":                     {"fee_list_d.csv", encoded(t, quoted(lines, ",", `"`, "\n"), "gb18030")},
		"GB18030, bars":               {"fee_list_d.txt", encoded(t, lines.csv("|"), "gb18030")},
		"UTF-16LE":                    {"fee_list_d.txt", encoded(t, tab, "utf16le")},
		"UTF-16BE":                    {"fee_list_d.csv", encoded(t, quoted(lines, ",", `"`, "\n"), "utf16be")},
		"Chinese header":              {"x.csv", quoted(zh, ",", `"`, "\n")},
		"mixed header, loose values":  {"x.csv", quoted(loose, ",", `"`, "\n")},
		"gzip":                        {"fee_list_d.csv.gz", gzipped(t, quoted(lines, ",", `"`, "\n"))},
		"zip of transaction 9102":     {"9102.zip", zipped(t, map[string][]byte{"fee_list_d_20240331.txt": tab})},
		"workbook":                    {"fee_list_d.xlsx", workbook(t, map[string]data{"明细": lines})},
		"workbook, title over header": {"x.xlsx", workbook(t, map[string]data{"fee_list_d": append(data{{"某市费用明细"}, {}}, lines...)})},
		"Parquet":                     {"fee_list_d.parquet", parquetOf(t, lines)},
		"blank lines":                 {"fee_list_d.csv", bytes.ReplaceAll(quoted(lines, ",", `"`, "\n"), []byte("\n"), []byte("\n\n"))},
	} {
		t.Run(name, func(t *testing.T) {
			got := takenRows(t, file.name, file.data)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

// takenRows takes one file into a new home and returns its rows without _source
// and _line.
func takenRows(t *testing.T, name string, data []byte) []map[string]string {
	t.Helper()
	h := newHome(t)
	r := mustTakeFiles(t, h, Options{}, writeFile(t, name, data))
	if f := r.Files[0]; f.Read != f.Kept || f.Quarantined != 0 {
		text, _ := os.ReadFile(f.Quarantine)
		t.Fatalf("read %d, kept %d\n%s", f.Read, f.Kept, text)
	}
	rows := rowsOf(t, h, FeeList.Table)
	for _, row := range rows {
		delete(row, lake.ColSource)
		delete(row, lake.ColLine)
	}
	return rows
}

func TestIdentitiesNeverEnterTheLake(t *testing.T) {
	h := newHome(t)
	visits := data{
		{"mdtrt_id", "psn_no", "psn_name", "certno", "tel", "addr", "begntime", "endtime", "opter_id", "opter_name", "患者手机号", "备用列"},
		{"M01", "P01", "张三", "430101199003070011", "13800000000", "芙蓉路1号", "2024-03-05", "2024-03-08", "O1", "赵六", "13900000000", "甲"},
	}
	mustTakeFiles(t, h, Options{}, writeFile(t, "mdtrt_d.csv", visits.csv(",")), writeFile(t, "fee_list_d.csv", lines[:2].csv(",")))
	row := rowsOf(t, h, Mdtrt.Table)[0]
	if row["_extra"] != `{"备用列":"甲"}` {
		t.Errorf("_extra is %q", row["_extra"])
	}
	for name, value := range row {
		for _, secret := range []string{"张三", "430101199003070011", "13800000000", "芙蓉路", "赵六", "13900000000"} {
			if strings.Contains(value, secret) {
				t.Errorf("%s holds the identity %s", name, secret)
			}
		}
	}
	ctx := context.Background()
	for _, want := range []struct {
		kind, id string
		fields   map[string]string
	}{
		{"psn", "P01", map[string]string{"psn_name": "张三", "certno": "430101199003070011", "tel": "13800000000", "addr": "芙蓉路1号", "患者手机号": "13900000000"}},
		{"opter", "O1", map[string]string{"opter_name": "赵六"}},
		{"dr", "D001", map[string]string{"bilg_dr_name": "王小明"}},
	} {
		got, err := h.Registry.Identity(ctx, want.kind, want.id)
		if err != nil || !reflect.DeepEqual(got, want.fields) {
			t.Errorf("identity of %s %s: %v, %v", want.kind, want.id, got, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(h.Dir, "lake", "*", "*", "*", "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if text, _ := os.ReadFile(f); bytes.Contains(text, []byte("张三")) {
			t.Errorf("%s holds a name", f)
		}
	}
}

func TestQuarantineCanBeCorrectedAndTakenInAgain(t *testing.T) {
	h := newHome(t)
	bad := slices.Clone(lines)
	bad = append(bad, slices.Clone(lines[1]), slices.Clone(lines[1]))
	bad[5][0], bad[5][6] = "L005", "两盒"
	bad[6][0], bad[6][2], bad[6][5] = "L006", "2024-02-30", ""
	r := mustTakeFiles(t, h, Options{}, writeFile(t, "fee_list_d.csv", quoted(bad, ",", `"`, "\n")))
	f := r.Files[0]
	if f.Read != 6 || f.Kept != 4 || f.Quarantined != 2 {
		t.Fatalf("read %d, kept %d, quarantined %d", f.Read, f.Kept, f.Quarantined)
	}
	text, err := os.ReadFile(f.Quarantine)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"fee_list_d.csv,6,cnt,数量(cnt) 的值“两盒”不是数字。请填写不带单位和文字的数字，例如 12.50",
		"fee_list_d.csv,7,fee_ocur_time;psn_no,费用发生时间(fee_ocur_time) 的值“2024-02-30”不是有效日期（2024 年 2 月没有 30 日）",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("quarantine lacks %s:\n%s", want, text)
		}
	}
	if info, _ := os.Stat(f.Quarantine); info.Mode().Perm() != 0o600 {
		t.Errorf("quarantine has mode %v", info.Mode())
	}
	fixed := strings.NewReplacer("两盒", "2", "2024-02-30", "2024-02-29", "S01,H43010000001,,", "S01,H43010000001,P01,").Replace(string(text))
	r = mustTakeFiles(t, h, Options{}, writeFile(t, filepath.Base(f.Quarantine), []byte(fixed)))
	if f := r.Files[0]; f.Read != 2 || f.Kept != 2 {
		t.Fatalf("again: read %d, kept %d", f.Read, f.Kept)
	}
	rows := rowsOf(t, h, FeeList.Table)
	if len(rows) != 6 || rows[4]["cnt"] != "2" || rows[4]["_extra"] != `{"_file":"fee_list_d.csv","_line":"6"}` {
		t.Errorf("rows: %v", rows)
	}
}

func TestSameContentChangesNothing(t *testing.T) {
	h := newHome(t)
	text := lines.csv("\t")
	mustTakeFiles(t, h, Options{}, writeFile(t, "fee_list_d.txt", text))
	r := mustTakeFiles(t, h, Options{}, writeFile(t, "fee_list_d_副本.txt", text), writeFile(t, "a.zip", zipped(t, map[string][]byte{"fee_list_d.txt": text})))
	if len(r.Files) != 0 || len(r.Unchanged) != 2 || r.Epoch.ID != 0 {
		t.Errorf("report: %+v", r)
	}
	if rows := rowsOf(t, h, FeeList.Table); len(rows) != 4 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestReplaces(t *testing.T) {
	h := newHome(t)
	first := writeFile(t, "fee_list_d_03.csv", quoted(lines, ",", `"`, "\n"))
	mustTakeFiles(t, h, Options{}, first)
	corrected := writeFile(t, "fee_list_d_03b.csv", quoted(lines[:3], ",", `"`, "\n"))
	r := mustTakeFiles(t, h, Options{Replaces: "fee_list_d_03.csv"}, corrected)
	if r.Replaced == nil || len(rowsOf(t, h, FeeList.Table)) != 2 {
		t.Fatalf("replaced %v, rows %v", r.Replaced, rowsOf(t, h, FeeList.Table))
	}
	// The first content may come back in turn.
	mustTakeFiles(t, h, Options{Replaces: r.Files[0].Source}, first)
	if rows := rowsOf(t, h, FeeList.Table); len(rows) != 4 {
		t.Errorf("%d rows after the first content came back", len(rows))
	}
}

func TestFolders(t *testing.T) {
	h, dir := newHome(t), t.TempDir()
	for name, text := range map[string][]byte{
		"2024/fee_list_d/part-0001.csv": quoted(lines[:3], ",", `"`, "\n"),
		"2024/fee_list_d/part-0002.csv": append(quoted(lines[:1], ",", `"`, "\n"), quoted(lines[3:], ",", `"`, "\n")...),
		"说明.docx":                       []byte("x"),
		"其他.csv":                        []byte("甲,乙\n1,2\n"),
		".hidden.csv":                   []byte("x"),
		"~$fee_list_d.xlsx":             []byte("x"),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := mustTakeFiles(t, h, Options{}, dir)
	if len(r.Files) != 2 || len(r.Skipped) != 4 || r.Epoch.ID != 1 || len(rowsOf(t, h, FeeList.Table)) != 4 {
		t.Errorf("report: %+v", r)
	}
}

func TestOneBadFileCommitsNothingUnlessKeepGoing(t *testing.T) {
	h := newHome(t)
	good := writeFile(t, "fee_list_d.csv", quoted(lines, ",", `"`, "\n"))
	broken := writeFile(t, "setl_d.csv.gz", gzipped(t, bytes.Repeat([]byte("setl_id,psn_no,x\nS1,P1,0123456789\n"), 5000))[:300])
	if _, err := takeFiles(t, h, Options{}, good, broken); err == nil || !strings.Contains(err.Error(), "setl_d.csv.gz：文件损坏或不完整") {
		t.Fatalf("error: %v", err)
	}
	if _, err := h.Lake.Epoch(context.Background(), 0); err == nil {
		t.Error("something was committed")
	}
	r := mustTakeFiles(t, h, Options{KeepGoing: true}, good, broken)
	if len(r.Files) != 1 || len(r.Problems) != 1 || r.Epoch.ID != 1 {
		t.Errorf("report: %+v", r)
	}
}
