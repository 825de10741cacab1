package knowledge

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yiheng/ground/calendar"
)

var from2025 = calendar.DayOf(2025, 6, 1)

// testSheet is a sheet of a workbook that a test makes.
type testSheet struct {
	name   string
	rows   [][]any
	merges []string // "A1:D1"
	dress  func(f *excelize.File, sheet string)
}

// writeBook makes a workbook and returns its path.
func writeBook(t testing.TB, file string, sheets ...testSheet) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, s := range sheets {
		if i == 0 {
			must(t, f.SetSheetName("Sheet1", s.name))
		} else if _, err := f.NewSheet(s.name); err != nil {
			t.Fatal(err)
		}
		for r, row := range s.rows {
			cell, _ := excelize.CoordinatesToCellName(1, r+1)
			must(t, f.SetSheetRow(s.name, cell, &row))
		}
		for _, m := range s.merges {
			from, to, _ := strings.Cut(m, ":")
			must(t, f.MergeCell(s.name, from, to))
		}
		if s.dress != nil {
			s.dress(f, s.name)
		}
	}
	path := filepath.Join(t.TempDir(), file)
	must(t, f.SaveAs(path))
	return path
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// read reads a workbook that is whole and accounts for every row.
func read(t *testing.T, path, rule string) *Workbook {
	t.Helper()
	b, err := ReadWorkbook(path, testClasses, Options{ValidFrom: from2025, Rule: rule})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range b.Report.Sheets {
		if s.Rows != s.Points+s.CodeRows+s.Footers+s.Unreadable {
			t.Errorf("sheet %s does not account for its rows: %+v", s.Name, s)
		}
	}
	return b
}

// lines writes points as rule, code, other code and params, for comparison.
func lines(b *Workbook) []string {
	var all []string
	for _, p := range b.Points {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", p.RuleID, p.Code, p.OtherCode, p.Params)))
	}
	return all
}

func expect(t *testing.T, b *Workbook, want ...string) {
	t.Helper()
	got := lines(b)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("points\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		for _, p := range b.Problems {
			t.Log(p)
		}
	}
}

func problemWith(t *testing.T, b *Workbook, row int, texts ...string) {
	t.Helper()
	for _, p := range b.Problems {
		found := p.Row == row
		for _, text := range texts {
			found = found && strings.Contains(p.String(), text)
		}
		if found {
			return
		}
	}
	t.Errorf("no problem at row %d with %q among %v", row, texts, b.Problems)
}

// The official form: title, header on row 3, points and codes on two sheets joined
// by number, footers, Kangxi radicals, full-width brackets, 16,384 columns.
func TestTwoSheets(t *testing.T) {
	wide := func(f *excelize.File, sheet string) {
		must(t, f.SetColWidth(sheet, "A", "XFD", 12))
		must(t, f.SetCellStr(sheet, "XFD4", " "))
	}
	path := writeBook(t, "6.“药品限就医方式”规则对应知识点明细.xlsx",
		testSheet{name: "知识点明细", dress: wide, merges: []string{"A1:G1", "A8:G8"}, rows: [][]any{
			{"“药品区分性别使⽤”规则对应知识点明细"},
			{},
			{"序号", "药品\n通⽤名", "限定性别", "检出逻辑", "逻辑依据（２０２５年药品⽬录备注）", "药品代码数量", "备 注"},
			{1, "阿帕他胺⽚", "男", "与限定性别不符", "限前列腺癌", 2},
			{2, "艾附暖宫丸", "⼥", "与限定性别不符", "暖宫调经", 1},
			{3, "未有代码的药", "女", "与限定性别不符", "", 0},
			{"合计", "", "", "", "", 3},
			{"备注：性别不清者不纳入此规则范畴。"},
		}},
		testSheet{name: "代码", rows: [][]any{
			{"对应知识点序号", "通用名", "序号", "药品代码"},
			{1, "阿帕他胺片", 1, "XL02BBA326A001010102180"},
			{"", "", 2, "XL02BBA326A001010178537"},
			{2, "艾附暖宫丸", 1, "ZD03AAA0043010100166"},
			{9, "没有的药", 1, "ZD03AAA0043010100167"},
			{2, "艾附暖宫丸", 2, "见说明"},
		}},
	)
	b := read(t, path, "")
	expect(t, b,
		`GZ10000301004000 XL02BBA326A001010102180  {"group":"阿帕他胺片","sex":"1"}`,
		`GZ10000301004000 XL02BBA326A001010178537  {"group":"阿帕他胺片","sex":"1"}`,
		`GZ10000301004000 ZD03AAA0043010100166  {"sex":"2"}`,
	)
	problemWith(t, b, 6, "未有代码的药", "没有编码", "［知识点明细］")
	problemWith(t, b, 5, "知识点表里没有序号 9")
	problemWith(t, b, 6, "不是编码", "列 D 药品代码")
	problemWith(t, b, 4, "文件名说是“药品限就医方式”", "检出逻辑说是“药品区分性别使用”")
	if b.Report.Sheets[0].Header != 3 || b.Report.Sheets[0].Footers != 2 || b.Report.Official != 2 {
		t.Errorf("report %+v", b.Report)
	}
	if p := b.Points[0]; p.Basis != "限前列腺癌；与限定性别不符（来源：6.“药品限就医方式”规则对应知识点明细）" || p.Note != "阿帕他胺片；限定性别：男" || p.ValidFrom != from2025 {
		t.Errorf("point %+v", p)
	}
}

// Two sheets joined by name; one name with two limits has its codes in two runs.
func TestSameNameTwice(t *testing.T) {
	points := testSheet{name: "Sheet1", rows: [][]any{
		{"药品通用名", "药品说明", "限定类型", "限定对象"},
		{"波生坦片", "限甲", "限定年龄对象", "3-12岁"},
		{"波生坦片", "限乙", "限定年龄对象", "儿童"},
		{"他克莫司", "限丙", "限定年龄对象", "不满14岁"},
	}}
	codes := func(second int) testSheet {
		return testSheet{name: "Sheet2", rows: [][]any{
			{"药品通用名", "序号", "国标代码", "限定类型"},
			{"波生坦片", 1, "XC02KXB096A001010100001", "限定年龄对象"},
			{"波生坦片", 2, "XC02KXB096A001010100002", "限定年龄对象"},
			{"波生坦片", second, "XC02KXB096A001010100003", "限定年龄对象"},
			{"他克莫司", 1, "XL04ADT012A001010100004", "限定年龄对象"},
		}}
	}
	b := read(t, writeBook(t, "年龄.xlsx", points, codes(1)), "")
	expect(t, b,
		`GZ10000101007000 XC02KXB096A001010100001  {"group":"波生坦片","age_min_years":3,"age_max_years":12}`,
		`GZ10000101007000 XC02KXB096A001010100002  {"group":"波生坦片","age_min_years":3,"age_max_years":12}`,
		`GZ10000101007000 XC02KXB096A001010100003  {"needs_parameters":true}`,
		`GZ10000101007000 XL04ADT012A001010100004  {"age_max_years":13}`,
	)
	b = read(t, writeBook(t, "年龄.xlsx", points, codes(3)), "")
	if len(b.Points) != 7 { // one run: its three codes have both limits
		t.Errorf("%d points\n%s", len(b.Points), strings.Join(lines(b), "\n"))
	}
}

func TestPairs(t *testing.T) {
	b := read(t, writeBook(t, "a.xlsx", testSheet{name: "“医疗服务项目重复收费”知识点", merges: []string{"B2:B4", "C2:C3", "D2:D3"}, rows: [][]any{
		{"序号", "频度", "主项名称", "主项编码", "从项名称", "从项编码", "备注"},
		{1, "单日", "急诊监护费", "001103000010000", "急诊诊查费", "001102000030000", "含诊查"},
		{2, nil, nil, nil, "Ⅰ级护理", "001201000030000；001201000040000\n001201000050000", "含护理"},
		{3, nil, "甲状腺癌扩大根治术", 3301000010000.0, "甲状腺部分切除术", "003306000020000", ""},
		{4, "6小时", "单胎顺产接生", "003314000020000", "肛门指检", "003101010010000"},
		{5, "一周", "项一", "003314000020001", "项二", "003101010010001"},
		{6, "单次就诊", "缺从项", "003314000020002", "没有编码", ""},
	}}), "")
	expect(t, b,
		`GZ10000102012000 001103000010000 001102000030000 {"window":"day"}`,
		`GZ10000102012000 001103000010000 001201000030000 {"window":"day"}`,
		`GZ10000102012000 001103000010000 001201000040000 {"window":"day"}`,
		`GZ10000102012000 001103000010000 001201000050000 {"window":"day"}`,
		`GZ10000102012000 003301000010000 003306000020000 {"window":"day"}`,
		`GZ10000102012000 003314000020000 003101010010000 {"window":"6h"}`,
		`GZ10000102012000 003314000020001 003101010010001 {"needs_parameters":true}`,
	)
	problemWith(t, b, 4, "补回前导零")
	problemWith(t, b, 6, "列 B 频度", "“一周”读不成参数")
	problemWith(t, b, 7, "列 F 从项编码", "缺少编码")
}

// A header of two rows: 项目A and 项目B over 名称 and 编码 each.
func TestTwoRowHeader(t *testing.T) {
	b := read(t, writeBook(t, "第七批.xlsx", testSheet{name: "明细", merges: []string{"A1:G1", "A2:A3", "B2:C2", "D2:E2", "F2:F3", "G2:G3"}, rows: [][]any{
		{"“医疗服务项目重复收费”规则对应知识点明细"},
		{"序号", "项目A", nil, "项目B", nil, "时间区间", "检出逻辑"},
		{nil, "名称", "编码", "名称", "编码"},
		{1, "血液灌流", "003110000100000", "血液透析", "003110000060000", "单日", "项目A和项目B同时收费"},
	}}), "")
	expect(t, b, `GZ10000102012000 003110000100000 003110000060000 {"window":"day"}`)
}

// Several codes of one point in rows of their own, the point's cells merged.
func TestMergedPoint(t *testing.T) {
	b := read(t, writeBook(t, "a.xlsx", testSheet{name: "药品限工伤保险", merges: []string{"A2:A4", "B2:B4"}, rows: [][]any{
		{"序号", "药品名称", "药品代码"},
		{1, "注射用胸腺法新", "XL03AXX049B002010100001"},
		{nil, nil, "XL03AXX049B002010100002"},
		{nil, nil, "XL03AXX049B002010100003"},
		{2, "氢醌乳膏", "XD11AXQ055F002010100001"},
		{"序号", "药品名称", "药品代码"},
		{3, "人用狂犬病疫苗", "XJ07BGR030B014010101119"},
		{nil, "数据来源：国家医保局"},
	}}), "")
	expect(t, b,
		`GZ10000101001000 XD11AXQ055F002010100001  {"insutypes":["410"]}`,
		`GZ10000101001000 XJ07BGR030B014010101119  {"insutypes":["410"]}`,
		`GZ10000101001000 XL03AXX049B002010100001  {"group":"注射用胸腺法新","insutypes":["410"]}`,
		`GZ10000101001000 XL03AXX049B002010100002  {"group":"注射用胸腺法新","insutypes":["410"]}`,
		`GZ10000101001000 XL03AXX049B002010100003  {"group":"注射用胸腺法新","insutypes":["410"]}`,
	)
	if s := b.Report.Sheets[0]; s.Points != 3 || s.CodeRows != 2 || s.Footers != 2 {
		t.Errorf("%+v", s)
	}
}

// Figures that stand in columns of their own become params; texts never do.
func TestStatements(t *testing.T) {
	for _, c := range []struct {
		name, file, sheet string
		head, row         []any
		want              string
	}{
		{"frequency by unit", "a", "医疗服务项目限定频次", []any{"序号", "项目名称", "限制数量", "数量单位", "项目编码"}, []any{1, "住院诊查费", 1, "日", "001102000050000"}, `GZ10000102014000 001102000050000  {"window":"day","max":1}`},
		{"frequency in hours", "a", "s", []any{"项目名称", "限制数量", "数量单位", "项目编码"}, []any{"心电监测", "24", "小时", "003107010220000"}, `GZ10000102014000 003107010220000  {"window":"day","max":24}`},
		{"cap of a day", "a", "s", []any{"项目名称", "单日上限数量", "项目编码"}, []any{"心电监测", "24次", "003107010220000"}, `GZ10000102014000 003107010220000  {"window":"day","max":24}`},
		{"cap of a period", "a", "s", []any{"项目名称", "频次上限", "周期（天）", "项目编码"}, []any{"平衡试验", 1, 14, "003404000010000"}, `BD2025031 003404000010000  {"window":"rolling","max":1,"days":14}`},
		{"period in words", "a", "s", []any{"项目名称", "频次上限", "周期（天）", "项目编码"}, []any{"果糖胺", 1, "2-3周", "003404000010000"}, `BD2025031 003404000010000  {"needs_parameters":true,"max":1}`},
		{"period in weeks", "a", "s", []any{"项目名称", "频次上限", "周期（周）", "项目编码"}, []any{"平衡试验", 1, 2, "003404000010000"}, `BD2025031 003404000010000  {"window":"rolling","max":1,"days":14}`},
		{"course in months", "a", "药品限支付疗程", []any{"药品通用名", "限定疗程（月）", "药品代码"}, []any{"某药", "12", "XN07CAT076B002010100001"}, `GZ10000101010000 XN07CAT076B002010100001  {"needs_parameters":true}`},
		{"header by its end", "a", "s", []any{"药品国家通用名", "药品分类代码", "国家医保药品目录代码（23位）", "限定性别"}, []any{"某药", "J01", "XG03AAA001A001010100001", "女"}, `GZ10000301004000 XG03AAA001A001010100001  {"sex":"2"}`},
		{"one code twice in a cell", "a", "s", []any{"药品通用名", "药品代码", "限定性别"}, []any{"某药", "XG03AAA001A001010100001、XG03AAA001A001010100001", "女"}, `GZ10000301004000 XG03AAA001A001010100001  {"sex":"2"}`},
		{"maternity", "a", "s", []any{"药品通用名", "限定类型", "限定对象", "药品代码"}, []any{"益母草注射液", "限定保险类型", "生育", "ZD01BAY0323010102065"}, `GZ10000101002000 ZD01BAY0323010102065  {"any_of":[{"insutypes":["510"]},{"med_types":["51","52","53"]}]}`},
		{"internet", "第十批“超互联网医院药品支付范围”", "Sheet1", []any{"序号", "药品通用名", "药品代码"}, []any{1, "芬太尼透皮贴剂", "XN02ABF062U001010100001"}, `BD2025047 XN02ABF062U001010100001  {"not_internet":true}`},
		{"never", "a", "中药饮片单复方均不予支付", []any{"饮片名称", "饮片代码"}, []any{"阿胶", "T001700666"}, `GZ10000101003000 T001700666  {"mode":"any"}`},
		{"alone against its title", "第十一批“中药饮片单复方均不予支付”", "中药饮片单复方均不予支付", []any{"饮片名称", "检出逻辑", "饮片代码"}, []any{"丁香", "单独使用时统筹基金不予支付，且全部由这些饮片组成的处方统筹基金也不予支付。", "T001700135"}, `GZ10000101004000 T001700135  {"mode":"alone"}`},
		{"pieces that do not go together", "a", "s", []any{"饮片1", "饮片1代码", "饮片2", "饮片2代码"}, []any{"甘草", "T000600001", "甘遂", "T000600002"}, `GZ10000301012000 T000600001 T000600002 {"window":"rx"}`},
		{"level in a column", "a", "药品限医疗机构级别", []any{"药品通用名", "限定级别", "药品代码"}, []any{"艾迪注射液", "二级及以上医疗机构", "ZC02AAA0001010100001"}, `GZ10000101012000 ZC02AAA0001010100001  {"level_min":2}`},
		{"level in the remark alone", "a", "药品限医疗机构级别", []any{"药品通用名", "逻辑依据（药品目录备注）", "药品代码"}, []any{"艾迪注射液", "限二级及以上医疗机构癌症患者。", "ZC02AAA0001010100001"}, `GZ10000101012000 ZC02AAA0001010100001  {"needs_parameters":true}`},
		{"course in the remark alone", "a", "药品限支付疗程", []any{"药品通用名", "检出逻辑", "逻辑依据", "药品代码"}, []any{"天麻素注射液", "使用药品的日期总计超过限制天数", "支付不超过14天", "XN07CAT076B002010100001"}, `GZ10000101010000 XN07CAT076B002010100001  {"needs_parameters":true,"mode":"distinct_days"}`},
		{"course in a column", "a", "药品限支付疗程", []any{"药品通用名", "检出逻辑", "限定天数", "药品代码"}, []any{"天麻素注射液", "第一次使用药品的日期开始计算的连续时间跨度超过限制天数", "14天", "XN07CAT076B002010100001"}, `GZ10000101010000 XN07CAT076B002010100001  {"mode":"span","max_days":14}`},
		{"course as the object", "a", "s", []any{"药品通用名", "限定类型", "限定值域", "药品代码"}, []any{"天麻素注射液", "限定支付疗程", "不超过14天", "XN07CAT076B002010100001"}, `GZ10000101010000 XN07CAT076B002010100001  {"needs_parameters":true,"max_days":14}`},
		{"stay or emergency", "a", "s", []any{"药品通用名", "限定类型", "限定对象", "药品代码"}, []any{"安宫牛黄丸", "限定就医方式", "急诊或住院", "ZA09AAA0001010100001"}, `BD2025013 ZA09AAA0001010100001  {"med_types":["13","2","52"]}`},
		{"operations", "a", "s", []any{"项目名称", "国标代码", "限定类型", "限定值域", "折价比例"}, []any{"胆囊切除术", "003310050010000", "限定主次操作", "肝胆手术组", "50%"}, `GZ10000102002000 003310050010000  {"group":"肝胆手术组","ratio":0.5}`},
		{"operations without ratio", "a", "s", []any{"项目名称", "国标代码", "限定类型", "限定值域"}, []any{"胆囊切除术", "003310050010000", "限定主次操作", "肝胆手术组"}, `GZ10000102002000 003310050010000  {"group":"肝胆手术组","needs_parameters":true}`},
		{"second line", "a", "药品限二线使用", []any{"药品通用名", "药品代码"}, []any{"阿可替尼胶囊", "XL01EDA001A001010100001"}, `GZ10000101005000 XL01EDA001A001010100001  {"needs_parameters":true}`},
		{"indication without codes", "a", "药品限适应症（心血管）", []any{"药品通用名", "逻辑依据", "药品代码"}, []any{"某药", "限原发性高血压。", "XC09AAA001A001010100001"}, `GZ10000101008000 XC09AAA001A001010100001  {"needs_parameters":true}`},
		{"contraindication with codes", "a", "药品禁忌症", []any{"药品通用名", "诊断编码", "药品代码"}, []any{"某药", "I10;I11.0", "XC09AAA001A001010100001"}, `GZ10000301008000 XC09AAA001A001010100001  {"dx_none":["I10","I11.0"]}`},
		{"forbidden below an age", "a", "s", []any{"药品通用名", "儿童禁用年龄阈值", "药品代码"}, []any{"某药", "12岁", "XC09AAA001A001010100001"}, `GZ10000301003000 XC09AAA001A001010100001  {"age_min_years":12}`},
		{"operation and sex", "a", "s", []any{"手术操作名称", "手术操作编码", "限定性别"}, []any{"子宫切除术", "68.4100x001", "女"}, `GZ10000201005000 68.4100x001  {"sex":"2"}`},
		{"diagnosis and sex", "a", "s", []any{"诊断名称", "诊断编码", "限定性别"}, []any{"前列腺增生", "N40.x00", "男性"}, `GZ10000204006000 N40.x00  {"sex":"1"}`},
		{"diagnosis and operation", "a", "s", []any{"手术操作编码", "手术操作名称", "诊断编码", "诊断名称"}, []any{"47.0100", "阑尾切除", "K80.000", "胆囊结石"}, `GZ10000201006000 47.0100  {"dx_any":["K80.000"]}`},
		{"class of drugs", "a", "s", []any{"药品通用名", "药品分类", "药品代码"}, []any{"头孢", "头孢菌素", "XJ01DBT001A001010100001"}, `GZ10000301006000 XJ01DBT001A001010100001  {"needs_parameters":true,"class":"头孢菌素"}`},
		{"dose in days is no quantity", "a", "s", []any{"药品通用名", "最大开药天数", "药品代码"}, []any{"头孢", "7", "XJ01DBT001A001010100001"}, `GZ10000301005000 XJ01DBT001A001010100001  {"needs_parameters":true}`},
		{"class by --rule", "a", "s", []any{"药品通用名", "限定性别", "药品代码"}, []any{"某药", "女", "XG03AAA001A001010100001"}, `GZ10000301004000 XG03AAA001A001010100001  {"sex":"2"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := read(t, writeBook(t, c.file+".xlsx", testSheet{name: c.sheet, rows: [][]any{c.head, c.row}}), "")
			expect(t, b, c.want)
		})
	}
}

// Rows that give one drug's diagnoses one by one are one point: each alone would
// object to the diagnoses of the others.
func TestDiagnosesOneARow(t *testing.T) {
	b := read(t, writeBook(t, "a.xlsx", testSheet{name: "药品限适应症", rows: [][]any{
		{"药品通用名", "药品代码", "诊断编码"},
		{"甲药", "XC09AAA001A001010100001", "I10"},
		{"甲药", "XC09AAA001A001010100001", "I11"},
	}}), "")
	expect(t, b, `GZ10000101008000 XC09AAA001A001010100001  {"dx_any":["I10","I11"]}`)
}

func TestContradictionInWorkbook(t *testing.T) {
	b := read(t, writeBook(t, "a.xlsx", testSheet{name: "s", rows: [][]any{
		{"药品通用名", "限定性别", "药品代码"},
		{"甲药", "男", "XG03AAA001A001010100001"},
		{"乙药", "女", "XG03AAA001A001010100001"},
	}}), "")
	expect(t, b,
		`GZ10000301004000 XG03AAA001A001010100001  {"needs_parameters":true,"sex":"1"}`,
		`GZ10000301004000 XG03AAA001A001010100001  {"needs_parameters":true,"sex":"2"}`,
	)
	problemWith(t, b, 3, "与第 2 行的参数 sex 矛盾")
}

// The rule class comes from the content, else --rule, else the file's name.
func TestRuleOfWorkbook(t *testing.T) {
	plain := testSheet{name: "Sheet1", rows: [][]any{{"药品通用名", "药品代码"}, {"某药", "XG03AAA001A001010100001"}}}
	titled := plain
	titled.name = "药品限二线使用"
	for _, c := range []struct {
		file, rule string
		sheet      testSheet
		want, by   string
	}{
		{"药品限新生儿使用.xlsx", "GZ10000101006000", titled, "GZ10000101005000", byTitle},
		{"药品限就医方式.xlsx", "GZ10000101006000", plain, "GZ10000101006000", byOption},
		{"药品限就医方式.xlsx", "", plain, "BD2025013", byFile},
		{"【第六批】药品规则库（限定疗程）.xlsx", "", plain, "GZ10000101010000", byFile},
	} {
		b := read(t, writeBook(t, c.file, c.sheet), c.rule)
		if r := b.Report.Rules[0]; r.RuleID != c.want || r.By != c.by {
			t.Errorf("%s --rule %q: %s by %s, want %s by %s", c.file, c.rule, r.RuleID, r.By, c.want, c.by)
		}
	}
}

// The same content has the same ids, whatever the file is called.
func TestSameWorkbookSameIDs(t *testing.T) {
	sheet := testSheet{name: "s", rows: [][]any{{"药品通用名", "限定性别", "药品代码"}, {"某药", "女", "XG03AAA001A001010100001"}}}
	a, b := read(t, writeBook(t, "a.xlsx", sheet), ""), read(t, writeBook(t, "改名.xlsx", sheet), "")
	if a.Points[0].ID != b.Points[0].ID {
		t.Errorf("%s and %s", a.Points[0].ID, b.Points[0].ID)
	}
}

// What is no workbook, and what to do about it.
func TestBadWorkbooks(t *testing.T) {
	good := writeBook(t, "good.xlsx", testSheet{name: "s", rows: [][]any{{"药品通用名", "限定性别", "药品代码"}, {"某药", "女", "XG03AAA001A001010100001"}}})
	whole, err := os.ReadFile(good)
	must(t, err)
	ole, _ := hex.DecodeString("d0cf11e0a1b11ae1")
	zipOf := func(names ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, n := range names {
			w, err := z.Create(n)
			must(t, err)
			fmt.Fprint(w, "<x/>")
		}
		must(t, z.Close())
		return b.Bytes()
	}
	file := func(name string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		must(t, os.WriteFile(path, content, 0o600))
		return path
	}
	sheet := func(rows ...[]any) string { return writeBook(t, "b.xlsx", testSheet{name: "s", rows: rows}) }
	for _, c := range []struct{ path, want string }{
		{file("a.xls", append(ole, make([]byte, 600)...)), "旧的二进制格式"},
		{file("a.xlsx", append(append(ole, make([]byte, 100)...), utf16("EncryptedPackage")...)), "有打开密码"},
		{file("a.xlsx", whole[:len(whole)/2]), "被截断或损坏"},
		{file("a.xlsx", nil), "0 字节"},
		{file("a.xlsx", []byte("kp_id,rule_id\n")), "不是工作簿"},
		{file("a.xlsm", zipOf("xl/workbook.xml", "xl/vbaProject.bin")), "含宏"},
		{file("a.xlsb", zipOf("xl/workbook.bin")), ".xlsb"},
		{file("a.ods", zipOf("mimetype", "content.xml")), ".ods"},
		{file("a.xlsx", zipOf("word/document.xml")), "没有工作表"},
		{file("a.xlsx", zipOf("xl/workbook.xml")), "读不出"},
		{sheet(), "工作表都是空的"},
		{sheet([]any{"目录"}, []any{"一"}), "找不到表头"},
		{sheet([]any{"药品通用名", "药品代码"}), "没有知识点"},
		{sheet([]any{"药品通用名", "药品代码"}, []any{"某药", "XG03AAA001A001010100001"}), "用 --rule 写明规则编号"},
		{sheet([]any{"药品通用名", "限定性别"}, []any{"某药", "女"}), "没有编码"},
		{filepath.Join(t.TempDir(), "none.xlsx"), "没有这个文件"},
		{t.TempDir(), "是文件夹"},
	} {
		_, err := ReadFile(c.path, testClasses, Options{ValidFrom: from2025})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", filepath.Base(c.path), err, c.want)
		}
	}
	if _, err := ReadFile(good, testClasses, Options{ValidFrom: calendar.NoDay}); err == nil || !strings.Contains(err.Error(), "--valid-from") {
		t.Errorf("without a day: %v", err)
	}
	if _, err := ReadFile(good, testClasses, Options{ValidFrom: from2025, Rule: "GZ1"}); err == nil || !strings.Contains(err.Error(), "没有规则“GZ1”") {
		t.Errorf("unknown rule: %v", err)
	}
}

func FuzzFindHeader(f *testing.F) {
	f.Add("序号\t药品通用名\t药品代码\n1\t甲\tX", "A1:B1", 3)
	f.Add("项目A\t\t项目B\n名称\t编码\t名称\t编码", "A1:B1", 1)
	f.Add("主项编码\t从项编码", "", 0)
	f.Fuzz(func(t *testing.T, text, ref string, at int) {
		g := &grid{name: "s"}
		for i, line := range strings.Split(text, "\n") {
			g.rows = append(g.rows, gridRow{num: i + 1, cells: strings.Split(line, "\t")})
		}
		if m, ok := parseMerge(ref); ok {
			g.merges = []merge{m}
		}
		g.fillDown()
		l := findHeader(g)
		if l.header == 0 {
			return
		}
		if l.header > lastHeaderRow+1 || l.first > len(g.rows) || len(l.roles) != len(l.headers) || !l.has(roleName) && !l.has(roleCode) {
			t.Fatalf("layout %+v", l)
		}
	})
}
