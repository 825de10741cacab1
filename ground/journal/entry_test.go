package journal

import (
	"strings"
	"testing"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

func TestWrongEntries(t *testing.T) {
	row := Row{Kind: "thing", ID: "YD1", Content: map[string]any{"a": 1}}
	for name, c := range map[string]struct {
		entry Entry
		want  string
	}{
		"nobody":             {Entry{Act: "a"}, "没有写明谁做了什么"},
		"nothing":            {Entry{Actor: "U1"}, "没有写明谁做了什么"},
		"a kind without id":  {Entry{Actor: "U1", Act: "a", Kind: "thing"}, "都不写"},
		"an id without kind": {Entry{Actor: "U1", Act: "a", ID: "YD1"}, "都不写"},
		"a row without id":   {Entry{Actor: "U1", Act: "a", Rows: []Row{{Kind: "thing"}}}, "没有类别或编号"},
		"a row twice":        {Entry{Actor: "U1", Act: "a", Rows: []Row{row, {Kind: "thing", ID: "YD1"}}}, "写了两次：thing YD1"},
		"a row that is none": {Entry{Actor: "U1", Act: "a", Rows: []Row{{Kind: "thing", ID: "1", Content: func() {}}}}, "不能成为 JSON"},
		"no text":            {Entry{Actor: "U1", Act: "a", Reason: "\xff"}, "不是 UTF-8"},
		"a zero byte":        {Entry{Actor: "U1", Act: "a\x00"}, "控制字符"},
		"a long id":          {Entry{Actor: "U1", Act: "a", Kind: "k", ID: strings.Repeat("证", 70)}, "太长：210 字节，最多 200"},
		"a long reason":      {Entry{Actor: "U1", Act: "a", Reason: strings.Repeat("证", 1400)}, "最多 4000"},
		"too many rows":      {Entry{Actor: "U1", Act: "a", Rows: make([]Row, maxRows+1)}, "最多 10000"},
		"a certificate as id": {
			Entry{Actor: "U1", Act: "a", Kind: "psn", ID: "11010519491231002X"}, `"110105********002X" 像是证件号码`,
		},
		"a mobile as actor": {Entry{Actor: "13800138000", Act: "a"}, `"138****8000" 像是`},
		"a certificate as a row's id": {
			Entry{Actor: "U1", Act: "a", Rows: []Row{{Kind: "psn", ID: "11010519491231002X"}}}, "身份不能明文记入日志",
		},
	} {
		_, err := c.entry.row()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	o := open(t, dbtest.OpenSQLite(t))
	err := o.db.Write(ctx, func(tx *db.Tx) error {
		_, err := AppendAll(ctx, tx, []Entry{{Actor: "U1", Act: "a"}, {Actor: "U1", Act: "b", Kind: "k"}})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), `操作 "b" 无法记入日志`) {
		t.Errorf("one of two: %v", err)
	}
	o.wantClean(t, 0, 0)
}

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"参保人 11010519491231002X 住院":            "参保人 110105********002X 住院",
		"证件号11010519491231002x，电话13800138000。": "证件号110105********002x，电话138****8000。",
		"旧证 110105491231002":                   "旧证 110105*****1002",
		"110105194912310021":                   "110105194912310021",   // wrong check digit
		"11010519491331002X":                   "11010519491331002X",   // no such day
		"YD11010519491231002X":                 "YD11010519491231002X", // part of an id
		"00011010519491231002X":                "00011010519491231002X",
		"国家编码 86901234567890":                  "国家编码 86901234567890",
		"金额 12345678901 分":                     "金额 12345678901 分",
		"":                                     "",
	} {
		if got := mask(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestReasonIsMasked(t *testing.T) {
	o := open(t, dbtest.OpenSQLite(t))
	if err := o.db.Write(ctx, func(tx *db.Tx) error {
		_, err := Append(ctx, tx, Entry{Actor: "U1", Act: "a", Reason: "家属来电 13800138000，\n证件 11010519491231002X"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	entries, err := List(ctx, o.db, Filter{Actor: "U1"})
	if err != nil || len(entries) != 1 || entries[0].Reason != "家属来电 138****8000，\n证件 110105********002X" {
		t.Errorf("%+v, %v", entries, err)
	}
}

func TestCanonical(t *testing.T) {
	type part struct {
		B string `json:"b"`
		A *int64 `json:"a"`
	}
	for _, c := range []struct {
		value any
		want  string
	}{
		{part{B: "<限>"}, `{"b":"<限>"}`},
		{map[string]any{"b": "<限>", "a": nil}, `{"b":"<限>"}`},
		{part{B: "x", A: new(int64)}, `{"a":0,"b":"x"}`},
		{[]any{part{B: "2"}, 1, nil, true}, `[{"b":"2"},1,null,true]`},
		{map[string]any{"z": map[string]any{"y": nil, "x": int64(9007199254740993)}}, `{"z":{"x":9007199254740993}}`},
		{[]byte{1, 2}, `"AQI="`},
	} {
		if got, err := canonical(c.value); err != nil || string(got) != c.want {
			t.Errorf("%v becomes %s, %v, want %s", c.value, got, err, c.want)
		}
	}
}

// What a row of the first version hashes to: existing journals would not verify otherwise.
func TestHashStays(t *testing.T) {
	salt := []byte("0123456789abcdef")
	content := map[string]any{"id": "YD1", "amount": 1200, "title": "超限定支付"}
	hash, err := hashRowContent(salt, "thing", "YD1", content)
	if err != nil || hash != "Ucz4KTNF/s6coQ99n/k8YH+IseMcjcjk1ePpkDdU6KM=" {
		t.Errorf("%s, %v", hash, err)
	}
	for _, other := range []func() (string, error){
		func() (string, error) { return hashRowContent([]byte("0123456789abcdeX"), "thing", "YD1", content) },
		func() (string, error) { return hashRowContent(salt, "thing", "YD2", content) },
		func() (string, error) { return hashRowContent(salt, "thin", "gYD1", content) },
	} {
		if same, err := other(); err != nil || same == hash {
			t.Errorf("%s, %v", same, err)
		}
	}
}
