package knowledge

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

const header = "kp_id,rule_id,code,other_code,params,valid_from,valid_to,supersedes,region,basis,note\n"

// sexPoint is a row of a drug for women, with the fields from valid_from on.
func sexPoint(id, rest string) string {
	return id + `,GZ10000301004000,XG03AAA001A001010100001,,"{""sex"":""2""}",` + rest + "\n"
}

func TestWrongExchangeRows(t *testing.T) {
	rest := "2025-01-01,,,,,"
	for _, c := range []struct{ text, want string }{
		{"", "文件是空的"},
		{"\xef\xbb\xbf", "文件是空的"},
		{"kp_id,code\n", "列 rule_id：表头缺少这一列"},
		{"编号,规则\n", "列 kp_id：表头缺少这一列"},
		{"kp_id,rule_id,KP_ID\n", "列 kp_id：表头里写了两次"},
		{"kp_id,\"rule_id\n", "引号"},
		{"kp_id,rule_id,\xb1\xe0\n", "不是 UTF-8"},
		{"\xff\xfek\x00p\x00", "不是 UTF-8"},
		{header + sexPoint("A", rest+",多"), "第 2 行：有 12 列，表头有 11 列"},
		{header + "A,GZ1\n", "有 2 列"},
		{header + sexPoint("", rest), "第 2 行 列 kp_id：不能为空"},
		{header + sexPoint("A B", rest), "含空格"},
		{header + sexPoint(strings.Repeat("k", 129), rest), "超过 128 个字节"},
		{header + "A,GZ10000301004999,X,,,,,,,,\n", "列 rule_id：没有规则 “GZ10000301004999”"},
		{header + "A,GZ10000301004000,\"X1,X2\",,\"{\"\"sex\"\":\"\"1\"\"}\",,,,,,\n", "列 code：“X1,X2”不是一个编码"},
		{header + "A,GZ10000301004000,X1；X2,,\"{\"\"sex\"\":\"\"1\"\"}\",,,,,,\n", "不是一个编码"},
		{header + "A,GZ10000301004000,X,,{\"sex\":\"1\"},,,,,,\n", "引号不成对"},
		{header + "A,GZ10000301004000,X,,\"{\"\"sex\"\":\"\"9\"\"}\",,,,,,\n", "列 params：（规则 GZ10000301004000 药品区分性别使用）参数 sex：不认识“9”"},
		{header + "A,GZ10000301004000,X,,\"{\"\"max\"\":1}\",,,,,,\n", "attribute 没有这个参数"},
		{header + "A,GZ10000102012000,003110000100000,,\"{\"\"window\"\":\"\"day\"\"}\",,,,,,\n", "列 other_code：不能为空"},
		{header + sexPoint("A", "20250231,,,,,"), "列 valid_from：“20250231”不是日期"},
		{header + sexPoint("A", "20240-01-01,,,,,"), "不是日期"},
		{header + sexPoint("A", "2025-01-01,明年,,,,"), "列 valid_to"},
		{header + sexPoint("A", "2025-01-02,2025-01-01,,,,"), "列 valid_to：2025-01-01 早于 valid_from 2025-01-02"},
		{header + sexPoint("A", "2025-01-01,,,31,,"), "列 region：“31”不是 6 位行政区划代码"},
		{header + sexPoint("A", "2025-01-01,,,,\xff,"), "列 basis：含有不是 UTF-8 的字节"},
		{header + sexPoint("A", "2025-01-01,,,,a\x01b,"), "列 basis：含有不是 UTF-8 的字节或控制字符"},
		{header + sexPoint("A", "2025-01-01,,,,\"没有结束,"), "引号没有结束"},
	} {
		x, err := ReadExchange(strings.NewReader(c.text), "点.csv", testClasses)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Problems.Errors().Error(); !strings.Contains(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestExchangeForms(t *testing.T) {
	text := "\xef\xbb\xbfrule_id,NOTE,kp_id,params,code,来源\r\n" +
		"GZ10000301004000,\"说\"\"明\"\"，\n第二行\",A,\"{\"\"sex\"\":\"\"2\"\"}\",XG03AAA001A001010100001,x\r\n" +
		",,,,,\r\n\r\n" +
		"GZ10000301004000,,B,,XG03AAA001A001010100002,\r\n"
	x, err := ReadExchange(strings.NewReader(text), "点.csv", testClasses)
	if err != nil || len(x.Problems.Errors()) > 0 {
		t.Fatal(err, x.Problems)
	}
	if len(x.Points) != 2 || x.Points[0].Note != "说\"明\"，\n第二行" || x.Points[0].Params.Sex != "2" || x.Rows[1] != 6 {
		t.Errorf("%+v rows %v", x.Points, x.Rows)
	}
	if !x.Points[1].Params.NeedsParameters || fmt.Sprint(x.Missing[1]) != "[sex]" {
		t.Errorf("a point without params is in force: %+v %v", x.Points[1].Params, x.Missing[1])
	}
	if len(x.Problems) != 1 || x.Problems[0].Column != "来源" {
		t.Errorf("problems %v", x.Problems)
	}
}

// What is written is read to the same points and written to the same bytes.
func TestExchangeRoundTrip(t *testing.T) {
	text := header +
		sexPoint("A", "2025-01-01,2025-12-31,B,310000,\"引\"\"号\"\"，逗,号\",注") +
		"B,GZ10000102012000,003110000100000,003110000060000,\"{\"\"window\"\":\"\"day\"\",\"\"free_qty\"\":4.5}\",,,,,,<&>\n" +
		"C,GZ10000102001000,003110000100000,,\"{ \"\"max_price_fen\"\": {\"\"2\"\":650, \"\"3\"\":800} }\",,,,,,\n" +
		"D,GZ10000301004000,XG03AAA001A001010100009,,,,,,,,\n"
	once := rewrite(t, text)
	if twice := rewrite(t, once); twice != once {
		t.Errorf("written again\n%s\nwas\n%s", twice, once)
	}
	if !strings.Contains(once, `,"{""max_price_fen"":{""2"":650,""3"":800}}",`) || !strings.Contains(once, "<&>") {
		t.Error(once)
	}
}

func rewrite(t *testing.T, text string) string {
	t.Helper()
	x, err := ReadExchange(strings.NewReader(text), "点.csv", testClasses)
	if err != nil || len(x.Problems) > 0 {
		t.Fatal(err, x.Problems)
	}
	SortPoints(x.Points)
	var b bytes.Buffer
	if err := WriteExchange(&b, x.Points); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func FuzzExchange(f *testing.F) {
	f.Add([]byte(header + sexPoint("A", "2025-01-01,,,,,")))
	f.Add([]byte("kp_id,rule_id,note\nA,YH0001,\"a\"\"b\n\"\n"))
	f.Add([]byte("\xef\xbb\xbfkp_id,rule_id\r\nA,YH0003\r\n\r\nB"))
	f.Add([]byte("\"kp_id\",rule_id\n\"A\"x,YH0001\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		x, err := ReadExchange(bytes.NewReader(text), "f", testClasses)
		if err != nil {
			t.Fatal(err)
		}
		if len(x.Points) != len(x.Rows) || len(x.Points) > x.RowsRead {
			t.Fatalf("%d points, %d rows, %d read", len(x.Points), len(x.Rows), x.RowsRead)
		}
		var once, twice bytes.Buffer
		if err := WriteExchange(&once, x.Points); err != nil {
			t.Fatal(err)
		}
		y, err := ReadExchange(bytes.NewReader(once.Bytes()), "f", testClasses)
		if err != nil || len(y.Problems.Errors()) > 0 || len(y.Points) != len(x.Points) {
			t.Fatalf("%v %v: %d points of %d\n%s", err, y.Problems, len(y.Points), len(x.Points), once.String())
		}
		if err := WriteExchange(&twice, y.Points); err != nil || twice.String() != once.String() {
			t.Fatalf("%v\n%s\n%s", err, once.String(), twice.String())
		}
		if _, err := load(bytes.NewReader(once.Bytes()), 0); err != nil {
			t.Fatal(err)
		}
	})
}
