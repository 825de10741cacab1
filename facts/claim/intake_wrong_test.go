package claim

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const feeHeader = "bkkp_sn,psn_no,fee_ocur_time,cnt,pric,det_item_fee_sumamt,hilist_name\n"

// fee is a file of one good line and one more.
func fee(line string) []byte {
	return []byte(feeHeader + "L0,P0,2024-03-05,1,2,2.00,甘草片\n" + line + "\n")
}

// Files that cannot be taken in, with the message that each gives.
func TestWrongFiles(t *testing.T) {
	h := newHome(t)
	gb := func(s string) []byte { return encoded(t, []byte(s), "gb18030") }
	for _, c := range []struct {
		name string
		file string
		data []byte
		want string
	}{
		{"empty file", "fee_list_d.csv", nil, "fee_list_d.csv：文件是空的，没有表头也没有数据。请检查导出是否完成"},
		{"only blank lines", "fee_list_d.csv", []byte("\n\n  \n"), "fee_list_d.csv：文件是空的"},
		{"header without rows", "fee_list_d.csv", []byte(feeHeader), "fee_list_d.csv：只有表头，没有数据。请检查导出条件"},
		{"no key column", "fee_list_d.csv", []byte("psn_no,cnt\nP1,1\n"), "fee_list_d.csv 第 1 行：fee_list_d 缺少必需的列 记账流水号(bkkp_sn)。请在导出时包含该列后重新导入"},
		{"no person column", "fee_list_d.csv", []byte("bkkp_sn,cnt\nL1,1\n"), "缺少必需的列 人员编号(psn_no)"},
		{"neither key nor person", "setl_d.csv", []byte("medfee_sumamt,fund_pay_sumamt\n1,1\n"), "setl_d 缺少必需的列 结算ID(setl_id)、人员编号(psn_no)"},
		{"header of another table", "setl_d.csv", []byte("bkkp_sn,setl_id,psn_no,cnt,pric,det_item_fee_sumamt,hilist_name\nL1,S1,P1,1,1,1,x\n"), "setl_d.csv 第 1 行：文件名说是 setl_d，表头却是 fee_list_d 的（认得 7 列，按 setl_d 只认得 2 列）。请改正文件名或换上正确的文件"},
		{"header fits two tables", "x.csv", []byte("setl_list_diag_id,setl_list_oprn_id,psn_no\nD1,O1,P1\n"), "x.csv 第 1 行：表头同时符合 setl_list_diag_d、setl_list_oprn_d，无法确定是哪张表。请把表名写进文件名，例如 setl_list_diag_d.csv"},
		{"unknown header", "x.csv", []byte("甲,乙\n1,2\n"), "x.csv 第 1 行：认不出是哪张表：文件名不含表名，表头也不含国家平台字段名或模板的中文列名。请把文件名改成含有表名"},
		{"no header, wrong width", "fee_list_d.csv", []byte("L1,P1,2024-01-01\n"), "没有找到表头：前 1 行都没有 fee_list_d 的列名；本行有 3 列，也不是模板的 82 列。请在第一行写上国家平台字段名"},
		{"no header, columns in another order", "setl_list_diag_d.csv", []byte(strings.Repeat("x,", 22) + "x\n"), "没有找到表头"},
		{"column twice", "fee_list_d.csv", []byte("bkkp_sn,psn_no,cnt,cnt\nL1,P1,1,1\n"), "表头有重复的列 数量(cnt)（第 3 列和第 4 列）。请删去或改名其中一列"},
		{"column twice, in two languages", "fee_list_d.csv", []byte("bkkp_sn,psn_no,人员编号\nL1,P1,P1\n"), "表头有重复的列 人员编号(psn_no)（第 2 列和第 3 列）"},
		{"unknown column twice", "fee_list_d.csv", []byte("bkkp_sn,psn_no,a,A\nL1,P1,1,2\n"), "表头有重复的列 a（第 3 列和第 4 列）"},
		{"not text at all", "fee_list_d.csv", bytes.Repeat([]byte{0xFF, 0x80, 0x01, '\n'}, 100), "fee_list_d.csv：认不出文字编码：多数行既不是 UTF-8 也不是 GB18030。请按 UTF-8 或 GB18030 重新导出"},
		{"UTF-16 without BOM", "fee_list_d.csv", utf16Plain(t, feeHeader), "文件像是没有 BOM 的 UTF-16。请另存为带 BOM 的 UTF-16，或 UTF-8"},
		{"first line without end", "fee_list_d.csv", bytes.Repeat([]byte("x"), 2<<20), "第一行超过 1 MiB 还没有换行，找不到表头。请检查文件是否按行导出"},
		{"PDF", "fee_list_d.csv", []byte("%PDF-1.7\n"), "这是PDF 文件，不是数据表。请给出 CSV、TXT、XLSX、Parquet 文件或 zip、gz 压缩包"},
		{"RAR archive", "fee_list_d.rar", []byte("Rar!\x1a\x07"), "这是RAR 压缩包，不是数据表"},
		{"SQLite file", "fee_list_d.db", []byte("SQLite format 3\x00"), "这是数据库文件，不是数据表"},
		{"old workbook", "fee_list_d.xls", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "这是旧版工作簿（.xls）或有密码的工作簿。请用电子表格软件打开，去掉密码并另存为 .xlsx"},
		{"workbook with password", "fee_list_d.xlsx", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "有密码的工作簿"},
		{"workbook with macros", "fee_list_d.xlsm", workbook(t, map[string]data{"fee_list_d": lines}), "这是含宏的工作簿（.xlsm），为安全起见不读取。请另存为 .xlsx"},
		{"truncated workbook", "fee_list_d.xlsx", workbook(t, map[string]data{"fee_list_d": lines})[:2000], "fee_list_d.xlsx：打不开这个工作簿（zip: not a valid zip file）。请用电子表格软件打开并另存为 .xlsx；若有密码请先去掉"},
		{"empty workbook", "fee_list_d.xlsx", workbook(t, map[string]data{"fee_list_d": {}}), "工作簿是空的"},
		{"workbook that is none", "fee_list_d.xlsx", []byte(feeHeader), "文件内容与扩展名 .xlsx 不符，或文件已损坏"},
		{"Parquet that is none", "fee_list_d.parquet", []byte(feeHeader), "文件内容与扩展名 .parquet 不符"},
		{"truncated Parquet", "fee_list_d.parquet", parquetOf(t, lines)[:400], "fee_list_d.parquet：Parquet 文件损坏或不完整（parquet: file is smaller than indicated metadata size）。请检查复制是否完成，必要时重新导出"},
		{"Parquet without key", "fee_list_d.parquet", parquetOf(t, data{{"psn_no", "cnt"}, {"P1", "1"}}), "fee_list_d 缺少必需的列 记账流水号(bkkp_sn)"},
		{"truncated zip", "fee_list_d.zip", zipped(t, map[string][]byte{"fee_list_d.txt": fee("")})[:60], "fee_list_d.zip：压缩包损坏或不完整（zip: not a valid zip file）。请检查下载或复制是否完成"},
		{"zip with wrong checksum", "fee_list_d.zip", spoiltZip(t), "fee_list_d.zip!fee_list_d.txt：文件损坏或不完整，读到一半就结束了（zip: checksum error）。请检查下载或复制是否完成"},
		{"empty zip", "fee_list_d.zip", zipped(t, nil), "压缩包是空的。请检查导出是否完成"},
		{"zip in zip", "a.zip", zipped(t, map[string][]byte{"fee_list_d.zip": zipped(t, map[string][]byte{"fee_list_d.txt": fee("")})}), "a.zip!fee_list_d.zip：压缩包里只能是 CSV 或 TXT，不能再套压缩包、工作簿或 Parquet。请先解压再导入"},
		{"empty member", "a.zip", zipped(t, map[string][]byte{"fee_list_d.txt": nil}), "a.zip!fee_list_d.txt：文件是空的"},
		{"truncated gzip", "fee_list_d.csv.gz", gzipped(t, fee("L1,P1,2024-01-01,1,1,1,x"))[:40], "fee_list_d.csv.gz：文件损坏或不完整"},
		{"gzip that is none", "fee_list_d.gz", []byte(feeHeader), "文件内容与扩展名 .gz 不符"},
		{"GB18030 without known columns", "x.csv", gb("甲,乙\n一,二\n"), "认不出是哪张表"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := takeFiles(t, h, Options{}, writeFile(t, c.file, c.data))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func utf16Plain(t *testing.T, s string) []byte {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// spoiltZip is an archive whose member does not have the checksum that it states.
func spoiltZip(t *testing.T) []byte {
	t.Helper()
	z := zipped(t, map[string][]byte{"fee_list_d.txt": fee(strings.Repeat("L1,P1,2024-01-01,1,1,1,x\n", 900))})
	at := bytes.Index(z, []byte("PK\x07\x08"))
	z[at+4] ^= 0xFF
	central := bytes.Index(z, []byte("PK\x01\x02"))
	z[central+16] ^= 0xFF
	return z
}

func TestWrongPaths(t *testing.T) {
	h, dir := newHome(t), t.TempDir()
	unreadable := writeFile(t, "fee_list_d.csv", fee(""))
	if err := os.Chmod(unreadable, 0); err != nil {
		t.Fatal(err)
	}
	good := writeFile(t, "fee_list_d.csv", quoted(lines, ",", `"`, "\n"))
	again := writeFile(t, "fee_list_d2.csv", quoted(lines[:3], ",", `"`, "\n"))
	third := writeFile(t, "fee_list_d3.csv", quoted(lines[:2], ",", `"`, "\n"))
	setl := writeFile(t, "setl_d.csv", []byte("setl_id,psn_no,medfee_sumamt\nS1,P1,1\n"))
	mustTakeFiles(t, h, Options{}, good)
	for _, c := range []struct {
		name  string
		o     Options
		paths []string
		want  string
	}{
		{"no such file", Options{}, []string{dir + "/没有.csv"}, "没有.csv：文件或文件夹不存在。请检查路径是否写对"},
		{"empty folder", Options{}, []string{dir}, "没有找到可以导入的文件。请给出 CSV、TXT、XLSX、Parquet 文件或压缩包，或含有它们的文件夹"},
		{"no permission", Options{}, []string{unreadable}, "没有读取权限。请检查文件权限"},
		{"replaces an unknown source", Options{Replaces: "abc"}, []string{again}, "没有在用的来源 abc，它不存在或已被替换。请用 yiheng intake 的导入结果里的来源编号或文件名"},
		{"replaces another table", Options{Replaces: "fee_list_d.csv"}, []string{setl}, "要替换的来源 fee_list_d.csv 是 fee_list_d，本次却有 0 个该表的新文件。请在替换时"},
		{"replaces by two files", Options{Replaces: "fee_list_d.csv"}, []string{again, third}, "本次却有 2 个该表的新文件。替换时请只给出一个同一张表的更正文件"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "no permission" && os.Getuid() == 0 {
				t.Skip("root may read everything")
			}
			want := strings.Replace(c.want, "请在替换时", "替换时", 1)
			if _, err := takeFiles(t, h, c.o, c.paths...); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
	mustTakeFiles(t, h, Options{}, writeFile(t, "fee_list_d.csv", quoted(lines[:3], ",", `"`, "\n")))
	if _, err := takeFiles(t, h, Options{Replaces: "fee_list_d.csv"}, third); err == nil || !strings.Contains(err.Error(), "有 2 个在用的来源都叫 fee_list_d.csv。请改用来源编号：") {
		t.Errorf("two sources of one name: %v", err)
	}
}

// Rows that cannot be taken in, with the reason that quarantine gives. The good row
// of the same file is kept.
func TestWrongRows(t *testing.T) {
	h := newHome(t)
	for _, c := range []struct {
		name string
		line string
		want string
	}{
		{"text in a number", "L1,P1,2024-03-05,两,2,2.00,x", "数量(cnt) 的值“两”不是数字。请填写不带单位和文字的数字，例如 12.50"},
		{"unit behind a number", "L1,P1,2024-03-05,1盒,2,2.00,x", "数量(cnt) 的值“1盒”不是数字"},
		{"two points", "L1,P1,2024-03-05,1,2,2.0.0,x", "明细项目费用总额(det_item_fee_sumamt) 的值“2.0.0”不是数字"},
		{"wrong thousands", "L1,P1,2024-03-05,1,2,\"12,34.00\",x", "的值“12,34.00”不是数字"},
		{"third decimal of an amount", "L1,P1,2024-03-05,1,2,2.005,x", "明细项目费用总额(det_item_fee_sumamt) 的值“2.005”小数位数过多，该列最多 2 位，系统不自行四舍五入"},
		{"seventh decimal of a price", "L1,P1,2024-03-05,1,2.0000001,2.00,x", "单价(pric) 的值“2.0000001”小数位数过多，该列最多 6 位"},
		{"fifth decimal of a quantity", "L1,P1,2024-03-05,0.00001,2,2.00,x", "数量(cnt) 的值“0.00001”小数位数过多，该列最多 4 位"},
		{"huge amount", "L1,P1,2024-03-05,1,2,99999999999999999999,x", "过大，超出该列的范围。请核对是否多写了位数"},
		{"infinite exponent", "L1,P1,2024-03-05,1,2,1e999,x", "不是数字"},
		{"year 20240", "L1,P1,20240-01-01,1,2,2.00,x", "费用发生时间(fee_ocur_time) 的值“20240-01-01”不是有效日期（年份 20240）。请写成 2024-01-01 或 2024-01-01 08:30:00"},
		{"year 24", "L1,P1,24-01-01,1,2,2.00,x", "的值“24-01-01”不是有效日期"},
		{"30 February", "L1,P1,2024-02-30,1,2,2.00,x", "的值“2024-02-30”不是有效日期（2024 年 2 月没有 30 日）"},
		{"29 February 2023", "L1,P1,2023/2/29,1,2,2.00,x", "（2023 年 2 月没有 29 日）"},
		{"month 13", "L1,P1,2024-13-01,1,2,2.00,x", "（没有 13 月）"},
		{"25 o'clock", "L1,P1,2024-03-05 25:00:00,1,2,2.00,x", "的值“2024-03-05 25:00:00”不是有效日期"},
		{"day before month", "L1,P1,05/03/2024,1,2,2.00,x", "的值“05/03/2024”不是有效日期"},
		{"a serial date outside of a workbook", "L1,P1,45292,1,2,2.00,x", "的值“45292”不是有效日期"},
		{"Chinese date", "L1,P1,2024年3月5日,1,2,2.00,x", "的值“2024年3月5日”不是有效日期"},
		{"no key", ",P1,2024-03-05,1,2,2.00,x", "缺少 记账流水号(bkkp_sn)，无法确定这一行属于谁。请补上该值"},
		{"no person", "L1,,2024-03-05,1,2,2.00,x", "缺少 人员编号(psn_no)，无法确定这一行属于谁。请补上该值"},
		{"person null", "L1,NULL,2024-03-05,1,2,2.00,x", "缺少 人员编号(psn_no)"},
		{"too few cells", "L1,P1,2024-03-05", "本行有 3 列，表头有 7 列。请检查单元格里是否有未加引号的分隔符或换行"},
		{"too many cells", "L1,P1,2024-03-05,1,2,2.00,x,y", "本行有 8 列，表头有 7 列"},
		{"footer", "(2 rows affected)", "本行有 1 列，表头有 7 列"},
		{"total line", "合计,,,,,2.00,", "缺少 人员编号(psn_no)"},
		{"NUL", "L1,P1,2024-03-05,1,2,2.00,x\x00y", "本行含有 NUL 字节（\\x00）。请检查文件是否损坏或导出是否中断"},
		{"open quote", "L1,P1,2024-03-05,1,2,2.00,\"x", "引号没有配对：本行有一个引号没有在单元格末尾关闭"},
		{"text behind a quote", "L1,P1,2024-03-05,1,2,2.00,\"x\"y", "引号没有配对"},
		{"GB18030 in a UTF-8 file", "L1,P1,2024-03-05,1,2,2.00," + gbText("阿莫西林胶囊"), "本行不是有效的 UTF-8。请按 UTF-8 重新导出，或把整个文件存为 GB18030"},
		{"cut character", "L1,P1,2024-03-05,1,2,2.00,阿莫西\xE6\x9E", "本行不是有效的 UTF-8"},
		{"identifier in scientific notation", "L1,4.30101E+17,2024-03-05,1,2,2.00,x", "人员编号(psn_no) 的值“4.30101E+17”被电子表格改成了科学计数法，原编号已丢失。请把该列设为文本格式后从源系统重新导出"},
		{"several at once", "L1,,2024-03-99,x,2,2.00,x", "费用发生时间(fee_ocur_time) 的值“2024-03-99”不是有效日期（2024 年 3 月没有 99 日）。请写成 2024-01-01 或 2024-01-01 08:30:00；数量(cnt) 的值“x”不是数字。请填写不带单位和文字的数字，例如 12.50；缺少 人员编号(psn_no)"},
	} {
		t.Run(c.name, func(t *testing.T) { oneRefused(t, h, "fee_list_d.csv", fee(c.line), c.want) })
	}
	visit := "mdtrt_id,psn_no,begntime,endtime,brdy\nM0,P0,2024-03-01,2024-03-05,1960-01-01\n"
	oneRefused(t, h, "mdtrt_d.csv", []byte(visit+"M1,P1,2024-03-05,2024-03-01,1960-01-01\n"),
		"结束时间(endtime) 2024-03-01 早于 开始时间(begntime) 2024-03-05，天数为负。请核对这两个日期")
	oneRefused(t, h, "mdtrt_d.csv", []byte(visit+"M1,P1,2024-03-05,2024-03-06,1960-02-30\n"), "出生日期(brdy) 的值“1960-02-30”不是有效日期")
	mixed := append(encoded(t, []byte(feeHeader+strings.Repeat("L0,P0,2024-03-05,1,2,2.00,甘草片\n", 3)), "gb18030"), "L1,P1,2024-03-05,1,2,2.00,阿莫西林胶囊\n"...)
	refused(t, h, "fee_list_d.csv", mixed, 4, "本行是 UTF-8，而文件其余部分是 GB18030")
	badGB := append(encoded(t, []byte(feeHeader+strings.Repeat("L0,P0,2024-03-05,1,2,2.00,甘草片\n", 3)), "gb18030"), "L1,P1,2024-03-05,1,2,2.00,\xB0\xA1\xFF\xFF\n"...)
	refused(t, h, "fee_list_d.csv", badGB, 4, "本行不是有效的 GB18030")
	long := append(fee("L1,P1,2024-03-05,1,2,2.00,"+strings.Repeat("x", 17<<20)), "L2,P2,2024-03-05,1,2,2.00,y\n"...)
	refused(t, h, "fee_list_d.csv", long, 3, "本行超过 16 MiB，没有读取。请检查是否缺少换行符或有引号没有配对")
}

func gbText(s string) string {
	out, _ := simplifiedchinese.GB18030.NewEncoder().String(s)
	return out
}

func oneRefused(t *testing.T, h Home, name string, data []byte, want string) {
	t.Helper()
	refused(t, h, name, data, 2, want)
}

// refused takes a file of which exactly one row must be refused.
func refused(t *testing.T, h Home, name string, data []byte, read int64, want string) {
	t.Helper()
	r := mustTakeFiles(t, h, Options{}, writeFile(t, name, data))
	if f := r.Files[0]; f.Read != read || f.Quarantined != 1 {
		t.Errorf("read %d, quarantined %d", f.Read, f.Quarantined)
		return
	}
	text, err := os.ReadFile(r.Files[0].Quarantine)
	if err != nil || !strings.Contains(strings.ReplaceAll(string(text), `""`, `"`), want) {
		t.Errorf("got  %s\nwant %s", brief(string(text[max(0, len(text)-600):]))+"…", want)
		t.Log(string(text[max(0, len(text)-600):]))
	}
}
