package claim

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"yiheng/ground/calendar"
)

// templateRow is a file of a good template with cells of its row changed.
func templateRow(i int, change map[string]string) []byte {
	header, row := strings.Split(good[i].header, ","), strings.Split(good[i].row, ",")
	for name, value := range change {
		row[slices.Index(header, name)] = value
	}
	return []byte(good[i].header + "\n" + strings.Join(row, ",") + "\n")
}

// without is a header of a good template without a column.
func without(i int, name string) []byte {
	header, row := strings.Split(good[i].header, ","), strings.Split(good[i].row, ",")
	k := slices.Index(header, name)
	return data{slices.Delete(header, k, k+1), slices.Delete(row, k, k+1)}.csv(",")
}

// Files of templates that cannot be taken in, with the message that each gives.
func TestWrongTemplateFiles(t *testing.T) {
	h := newHomeWithPersons(t)
	for _, c := range []struct {
		name string
		file string
		data []byte
		want string
	}{
		{"no institution", "x.csv", without(0, "机构编码"), "x.csv 第 1 行：2.3 机构门诊处方提取表 缺少必需的列 机构编码。请按模板补上该列后重新导入"},
		{"no person", "x.csv", without(4, "身份证号"), "3.4 机构住院手术提取表 缺少必需的列 身份证号"},
		{"no mark", "2.3-机构门诊处方提取表.csv", without(0, "处方号"), "2.3 机构门诊处方提取表 缺少必需的列 处方号"},
		{"no month", "5.1-机构药库结转提取表.csv", without(10, "年月"), "5.1 机构药库结转提取表 缺少必需的列 年月"},
		{"no day of the movement", "x.csv", without(12, "业务日期"), "5.3 机构药库消耗提取表 缺少必需的列 业务日期"},
		{"no trace code", "x.csv", []byte("fixmedinsCode,mdtrtId,rid,bkkpSn,tracType\nH1,M1,R1,L1,sale\n"), "3513 商品销售追溯信息 缺少必需的列 drug_trac_codg"},
		{"no trace code, plain", "drug_trac_d.csv", []byte("fixmedins_code,mdtrt_id,rid,bkkp_sn,trac_type\nH1,M1,R1,L1,sale\n"), "drug_trac_d 缺少必需的列 药品追溯码(drug_trac_codg)"},
		{"name twice", "x.csv", []byte("姓名," + string(templateRow(0, nil))), "表头有重复的列 姓名（第 1 列和第 6 列）。请删去或改名其中一列"},
		{"column under two names", "x.csv", []byte("psn_no,人员编号," + string(templateRow(0, nil))), "表头有重复的列 人员编号（第 1 列和第 2 列）"},
		{"unknown column twice", "x.csv", []byte("甲,甲," + string(templateRow(0, nil))), "表头有重复的列 甲（第 1 列和第 2 列）"},
		{"settlements of the institution", "2.1.csv", []byte("序号,机构编码,门诊号,结算流水号,医疗金额\n1,H1,M1,S1,1\n"), "这是 2.1 机构门诊就医提取表，它的内容以国家平台表为准，不读取。请导入 mdtrt_d、setl_d"},
		{"fees of the institution", "3.2.csv", []byte("序号,机构编码,住院号,结算流水号,收费项目类别,金额\n1,H1,M1,S1,西药费,1\n"), "这是 3.2 机构住院结算提取表，它的内容以国家平台表为准，不读取。请导入 fee_list_d"},
		{"record without its kind", "record_d.csv", []byte("rec_id,psn_no\nR1,P1\n"), "record_d 缺少必需的列 记录类型(rec_type)"},
		{"stock without its kind", "stock_d.csv", []byte("stock_id,fixmedins_code,place_type\nS1,H1,1\n"), "stock_d 缺少必需的列 出入库类型(entry_type)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := takeFiles(t, h, Options{}, writeFile(t, c.file, c.data))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// Rows of templates that cannot be taken in, with column and reason of quarantine.
func TestWrongTemplateRows(t *testing.T) {
	h := newHomeWithPersons(t)
	mustTakeFiles(t, h, Options{}, writeFile(t, "psn_info_b.csv", []byte("psn_no,certno\nP08,430101196001010001\nP09,430101196001010001\n")))
	for i, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"no certificate", templateRow(0, map[string]string{"身份证号": ""}), ",身份证号,缺少 身份证号，无法确定这一行属于谁。请补上该值"},
		{"certificate as a number", templateRow(0, map[string]string{"身份证号": "4.30101E+17"}), ",身份证号,身份证号 的值“4.30101E+17”被电子表格改成了科学计数法，原编号已丢失"},
		{"certificate of two", templateRow(0, map[string]string{"身份证号": "430101196001010001"}), ",身份证号,身份证号对应 2 个人员编号（P08、P09），无法确定是哪一个。请增加“人员编号”列写明"},
		{"certificate of nobody", templateRow(0, map[string]string{"身份证号": "430101196001010002"}), ",身份证号,身份证号在已导入的参保人里没有找到，无法确定这一行属于谁。请先导入 psn_info_b 或 mdtrt_d（含证件号码），再导入本隔离文件；自费病人的行不必处理"},
		{"date that is none", templateRow(0, map[string]string{"处方开具日期": "2024-02-30"}), ",处方开具日期,处方开具日期 的值“2024-02-30”不是有效日期（2024 年 2 月没有 30 日）"},
		{"second date that is none", templateRow(4, map[string]string{"手术日期": "昨天", "手术开始时间": ""}), ",手术日期,手术日期 的值“昨天”不是有效日期"},
		{"quantity that is none", templateRow(3, map[string]string{"数量": "6支"}), ",数量,数量 的值“6支”不是数字"},
		{"two faults", templateRow(3, map[string]string{"数量": "6支", "身份证号": ""}), ",身份证号;数量,"},
		{"month that is none", templateRow(10, map[string]string{"年月": "202413"}), ",年月,年月 的值“202413”不是有效年月。请写成 202301"},
		{"no month", templateRow(10, map[string]string{"年月": ""}), ",年月,缺少 年月，无法确定是哪个月的结转。请补上该值"},
		{"unknown movement", templateRow(12, map[string]string{"出入库类型": "借出"}), ",出入库类型,出入库类型 的值“借出”不认识。请写成 物资采购、库房调拨、药房调拨、科室领用、库存盘点、门诊销售、住院销售、其他业务 之一"},
		{"no movement", templateRow(12, map[string]string{"出入库类型": ""}), ",出入库类型,缺少 出入库类型，无法确定是哪种业务"},
		{"movement without quantity", templateRow(13, map[string]string{"出入库数量": ""}), ",出入库数量,缺少 出入库数量，无法确定是入库还是出库"},
		{"quantity against the movement", templateRow(12, map[string]string{"出入库类型": "退货出库"}), ",出入库类型,出入库类型 是“退货出库”，数量却是正数。入库应为正数、出库应为负数，请核对"},
		{"no institution", templateRow(12, map[string]string{"机构编码": ""}), ",机构编码,缺少 机构编码，无法确定这一行属于谁"},
		{"order of nobody", templateRow(14, map[string]string{"psn_no": ""}), ",psn_no,缺少 psn_no，无法确定这一行属于谁"},
		{"no trace code", templateRow(18, map[string]string{"drug_trac_codg": ""}), ",drug_trac_codg,缺少 drug_trac_codg，无法确定这一行属于谁"},
		{"trace code as a number", templateRow(18, map[string]string{"drug_trac_codg": "8.1E+19"}), ",drug_trac_codg,drug_trac_codg 的值“8.1E+19”被电子表格改成了科学计数法"},
		{"unknown kind of trace", templateRow(17, map[string]string{"业务类型": "借出"}), ",业务类型,trac_type 的值“借出”不认识。请写成 purchase、purchase_return、sale、sale_return、stock 之一"},
		{"unknown kind of record", []byte("rec_id,psn_no,rec_type\nR1,P1,borrow\n"), ",rec_type,rec_type 的值“borrow”不认识。请写成 order、prescription、exam、exam_report、lab、lab_report、anaesthesia、operation 之一"},
		{"no kind of record", []byte("rec_id,psn_no,rec_type\nR1,P1,\n"), ",rec_type,缺少 记录类型(rec_type)。请写成 order、"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, h, fmt.Sprintf("%d.csv", i), c.data, 1, c.want) })
	}
}

// A row whose person is not known waits in quarantine. Its file can be taken in again
// when the persons came, and before that as often as one likes.
func TestUnknownCertificateWaitsInQuarantine(t *testing.T) {
	h := newHome(t)
	mustTakeFiles(t, h, Options{}, writeFile(t, "psn_info_b.csv", known[:2].csv(",")))
	first, second := good[0], good[3]
	r := mustTakeFiles(t, h, Options{}, writeFile(t, first.name, []byte(first.header+"\n"+first.row+"\n")),
		writeFile(t, second.name, []byte(second.header+"\n"+second.row+"\n")))
	f := r.Files[1]
	if f.Kept != 0 || f.Quarantined != 1 || !slices.Contains(f.Notices, "隔离的行里有 1 行的证件号码不在已导入的参保人里，先导入 psn_info_b 或 mdtrt_d 再导入隔离文件") {
		t.Fatalf("report: %+v", f)
	}
	for range 2 { // too early
		r = mustTakeFiles(t, h, Options{}, f.Quarantine)
		if len(r.Files) != 1 || r.Files[0].Quarantined != 1 {
			t.Fatalf("too early: %+v", r)
		}
		f = r.Files[0]
	}
	mustTakeFiles(t, h, Options{}, writeFile(t, "mdtrt_d.csv", []byte("mdtrt_id,psn_no,certno,ipt_otp_no\nM02,P02,43010119850202002X,ZY001\n")))
	r = mustTakeFiles(t, h, Options{}, f.Quarantine)
	if len(r.Files) != 1 || r.Files[0].Kept != 1 {
		t.Fatalf("in time: %+v", r)
	}
	got := historiesOf(t, h)["P02"].Records
	if len(got) != 1 || got[0].RxDrordNo != "YZ001" {
		t.Errorf("records: %+v", got)
	}
	r = mustTakeFiles(t, h, Options{}, f.Quarantine)
	if len(r.Files) != 0 || len(r.Unchanged) != 1 {
		t.Errorf("once more: %+v", r)
	}
}

// A file with rows in quarantine that comes again says where they are.
func TestSameFileAgainNamesTheQuarantine(t *testing.T) {
	h := newHomeWithPersons(t)
	text := append(templateRow(0, nil), []byte(strings.Split(string(templateRow(0, map[string]string{"身份证号": "1", "序号": "2"})), "\n")[1]+"\n")...)
	path := writeFile(t, "2.3.csv", text)
	f := mustTakeFiles(t, h, Options{}, path).Files[0]
	r := mustTakeFiles(t, h, Options{}, path)
	want := "；当时隔离的 1 行请从隔离文件 " + filepath.Base(f.Quarantine) + " 导入"
	if len(r.Unchanged) != 1 || !strings.HasSuffix(r.Unchanged[0].Reason, want) {
		t.Errorf("got %+v, want %s", r.Unchanged, want)
	}
}

func TestEntries(t *testing.T) {
	for _, c := range []struct {
		word    string
		in, out string
	}{
		{"物资采购", "108", "109"},
		{"库房调拨", "101", "102"},
		{"药房调拨", "101", "102"},
		{"科室领用", "take", "take"},
		{"库存盘点", "103", "104"},
		{"其他业务", "106", "107"},
		{"门诊销售", "sale_return", "sale"},
		{"住院销售", "sale_return", "sale"},
		{"盘盈", "103", ""},
		{"109", "", "109"},
		{"赠药入库", "106", ""},
		{"111", "", "109"},
	} {
		in, noIn := entryOf(c.word, 10_000)
		out, noOut := entryOf(c.word, -10_000)
		if in != c.in || out != c.out || (noIn == "") != (c.in != "") || (noOut == "") != (c.out != "") {
			t.Errorf("%s: in %q %s, out %q %s", c.word, in, noIn, out, noOut)
		}
	}
}

func TestMonths(t *testing.T) {
	for text, want := range map[string]string{
		"202301": "2023-01-01", "2023-01": "2023-01-01", "2023/1": "2023-01-01", "2023.12": "2023-12-01", "2023年1月": "2023-01-01", "2023年12月": "2023-12-01",
		"20231": "", "202300": "", "202313": "", "2023-": "", "2023年": "", "1月": "", "": "", "2023-001": "", "99999": "", "2023-+1": "",
	} {
		if got := parseMonth([]byte(text)); got.String() != want {
			t.Errorf("%q is %s, not %s", text, got, want)
		}
	}
	h := newHome(t)
	for i, text := range []string{"2024-03-31", "2024/3/1", "20240315", "2024-03"} {
		mustTakeFiles(t, h, Options{}, writeFile(t, fmt.Sprintf("%d.csv", i), templateRow(10, map[string]string{"年月": text, "项目代码": text})))
	}
	for _, row := range rowsOf(t, h, StockList.Table) {
		if row["biz_date"] != "2024-03-01" {
			t.Errorf("row: %v", row)
		}
	}
}

// Every column of the published templates and transactions is known.
func TestTemplatesAreThePublishedOnes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "interface", "tables.json"))
	if err != nil {
		t.Log("the interface's tables.json is not beside the project: columns of the templates were not compared")
		return
	}
	var published map[string]struct {
		Columns []struct{ Name string }
	}
	if err := json.Unmarshal(text, &published); err != nil {
		t.Fatal(err)
	}
	for _, want := range templates[:14] {
		var header []string
		for name, p := range published {
			if strings.HasPrefix(name, want.no+"-") {
				for _, c := range p.Columns {
					header = append(header, c.Name)
				}
			}
		}
		got, known := templateOf(header)
		if got != want || known != len(header) {
			t.Errorf("%s: read as %v, %d of %d columns known", want.title(), got, known, len(header))
		}
	}
	for _, u := range unread {
		var header []string
		for name, p := range published {
			if strings.HasPrefix(name, u.title[:3]+"-") {
				for _, c := range p.Columns {
					header = append(header, c.Name)
				}
			}
		}
		if _, _, err := readLayout(nil, [][]string{header}); err == nil || !strings.Contains(err.Error(), u.title) {
			t.Errorf("%s: %v", u.title, err)
		}
	}
}

// A carry-forward whose sums do not agree is kept and reported.
func TestCarryThatDoesNotAgree(t *testing.T) {
	h := newHome(t)
	r := mustTakeFiles(t, h, Options{}, writeFile(t, "a.csv", templateRow(10, map[string]string{"本期支出数": "-120"})),
		writeFile(t, "b.csv", templateRow(10, map[string]string{"本期结存数": "31"})))
	i := issueOf(t, r, "stock_balance", "H43010000001")
	if len(r.Issues) != 1 || i.Count != 1 || i.Samples[0].Detail != "31 ≠ 100 + 50 − 120" {
		t.Errorf("issues: %+v", r.Issues)
	}
}

func FuzzMonth(f *testing.F) {
	for _, s := range []string{"202301", "2023-1", "2023年12月", "2023.", "月", "年年年年年", "\xe5\xb9\xb4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := parseMonth([]byte(s))
		if d == calendar.NoDay {
			return
		}
		if y, m, day := d.Civil(); day != 1 || y < 1850 || y > 2200 || m < 1 || m > 12 {
			t.Fatalf("%q is %s", s, d)
		}
	})
}

// Whatever a file of a template holds: rows read are rows kept and refused, and what
// is kept has a key and a person.
func FuzzTemplateRow(f *testing.F) {
	for _, i := range []int{0, 4, 10, 13, 14, 18} {
		f.Add(i, good[i].row)
	}
	f.Add(10, "2024年3月,H1,,,,,,,,,,,,0,,1,2,3,4")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, i int, row string) {
		if i < 0 || i >= len(good) || strings.ContainsAny(row, "\r\n\x00\"'") {
			return
		}
		l, _, err := readLayout(nil, [][]string{strings.Split(good[i].header, ",")})
		if err != nil {
			t.Fatal(err)
		}
		m := newTestMill(t, dir, l)
		c := cells{width: len(l.names)}
		line := int64(2)
		text := []byte(row + "\n")
		c.reset(text)
		c.split(0, blockRows, &line, &dialect{delim: ',', eol: '\n', width: c.width}, false, nil)
		if err := m.take(&c); err != nil {
			t.Fatal(err)
		}
		if m.read != m.kept+m.refused || m.read != int64(c.len()) {
			t.Fatalf("read %d, kept %d, refused %d of %d", m.read, m.kept, m.refused, c.len())
		}
		if m.kept == 0 {
			return
		}
		b := m.batch.lake()
		if err := b.Check(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{l.form.KeyBy, l.form.PersonBy} {
			if b.Cols[b.Table.Col(name)].Str(0) == "" {
				t.Fatalf("%q was kept without %s", row, name)
			}
		}
	})
}

// newTestMill is a mill whose rows go nowhere; every certificate number but those that
// begin with 0 is that of one person.
func newTestMill(t testing.TB, dir string, l *layout) *mill {
	q := newQuarantine(dir, "s", "x.csv", l)
	t.Cleanup(func() {
		if err := q.discard(); err != nil {
			t.Error(err)
		}
	})
	return newMill(l, "s", "x.csv", sinks{
		rows: new(atomic.Int64), today: testDay, blind: func(string) string { return "" },
		keep: func(_, _ string, _ map[string]string) error { return nil },
		person: func(certno []byte) ([]string, error) {
			if certno[0] == '0' {
				return nil, nil
			}
			return []string{"P" + string(certno)}, nil
		},
	}, q)
}
