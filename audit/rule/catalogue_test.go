package rule

import (
	"encoding/csv"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"yiheng/audit/knowledge"
	"yiheng/ground/calendar"
)

func TestCatalogue(t *testing.T) {
	rules := All()
	if len(rules) != 94 {
		t.Errorf("%d rules, want 88 of the national library and 6 of ours", len(rules))
	}
	tier, executable := make(map[string]int), 0
	for i, r := range rules {
		if i < 88 && r.Seq != i+1 {
			t.Errorf("rule %d is %s with seq %d", i, r.ID, r.Seq)
		}
		if r.Seq > 0 {
			tier[r.Tier1]++
		}
		if Executable(r) {
			executable++
		}
		if got, ok := Get(r.ID); !ok || got != r {
			t.Errorf("Get(%s) = %v, %v", r.ID, got, ok)
		}
		if r.NeedsPoint == slices.Contains([]string{"YH0001", "YH0002", "YH0003"}, r.ID) {
			t.Errorf("%s: needs_point %v", r.ID, r.NeedsPoint)
		}
	}
	if want := map[string]int{"政策类": 34, "管理类": 29, "医疗类": 25}; !maps.Equal(tier, want) {
		t.Errorf("tiers %v, want %v", tier, want)
	}
	if executable != len(rules) {
		t.Errorf("%d executable classes of %d", executable, len(rules))
	}
	if _, ok := Get("GZ99999999999999"); ok {
		t.Error("an unknown rule was found")
	}
}

func TestPrograms(t *testing.T) {
	want := slices.Sorted(slices.Values(knowledge.Programs()))
	if got := Programs(); !slices.Equal(got, want) {
		t.Errorf("programs %v, want all: %v", got, want)
	}
}

// TestAgreesWithNationalList compares the catalogue with the table of the 88
// classes where that is at hand.
func TestAgreesWithNationalList(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "domain", "rules-data", "rules_88.csv")
	f, err := os.Open(path)
	if err != nil {
		t.Log("left out: no table of the 88 classes beside the project")
		return
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := make(map[string]int)
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, row := range rows[1:] {
		of := func(name string) string { return row[column[name]] }
		r, ok := Get(of("rule_id"))
		if !ok {
			t.Errorf("no rule %s %s", of("rule_id"), of("rule_name"))
			continue
		}
		result := suspicion
		if text := of("result_type"); strings.HasPrefix(text, "违规") && !strings.HasPrefix(text, "违规/") {
			result = violation
		}
		want := []string{of("program"), of("seq_2025"), of("code_1_0"), of("tier1"), of("tier2"), of("rule_name"), result, stages(of("stage")), scenes(of("scenes"))}
		got := []string{r.Program, strconv.Itoa(r.Seq), r.Code, r.Tier1, r.Tier2, r.Name, r.Result, strings.Join(r.Stages, ","), strings.Join(r.Scenes, ",")}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", r.ID, got, want)
		}
	}
}

func stages(text string) string { return strings.ReplaceAll(text, "(监测)", "") }

func scenes(text string) string {
	return strings.NewReplacer("OP(门慢特)", "OP", "PHARM(双通道)", "PHARM", "互联网", "INTERNET").Replace(text)
}

// TestLegal proves that every class names its basis by date, and what rests on
// agreements only says so.
func TestLegal(t *testing.T) {
	regulation := calendar.DayOf(2021, 5, 1)
	for _, r := range All() {
		first := r.Legal[0]
		if first.From != regulation {
			t.Errorf("%s: first basis from %s, the regulation is in force since %s", r.ID, first.From, regulation)
		}
		named := strings.HasPrefix(first.Article, "《医疗保障基金使用监督管理条例》第三十八条") ||
			strings.HasPrefix(first.Article, "《医疗保障基金使用监督管理条例》第三十九条") ||
			strings.HasPrefix(first.Article, "《医疗保障基金使用监督管理条例》第四十条")
		agreement := strings.HasPrefix(first.Article, "仅依据医保服务协议")
		if named == agreement || agreement != (r.Program == "ratio" || r.Program == "share") || (first.Certain == "V") != named {
			t.Errorf("%s: basis %q, certainty %s", r.ID, first.Article, first.Certain)
		}
	}
}

func TestObject(t *testing.T) {
	for _, c := range []struct{ code, listType, want string }{
		{"XJ01MAM122B002010101600", "", Drug},
		{"ZA09HAC0101010102129", "", Drug},
		{"T001700186", "", Piece},
		{"T1070001230010000234", "102", Granule},
		{"001201000030000", "", Item},
		{"001201000030000-330100001", "", Item},
		{"C1401020010000102345", "", Consumable},
		{"YP00123", "102", Piece},
		{"YP00123", "101", Drug},
		{"", "106", Granule},
		{"", "201", Item},
		{"", "301", Consumable},
		{"YP00123", "", ""},
	} {
		if got := Object(c.code, c.listType); got != c.want {
			t.Errorf("Object(%q, %q) = %q, want %q", c.code, c.listType, got, c.want)
		}
	}
	kinds, _ := Get("GZ10000202004000")
	if !kinds.Covers("XJ01MAM122B002010101600", "101") || kinds.Covers("001201000030000", "201") || kinds.Covers("", "") {
		t.Error("药品种类超标 is about drugs only")
	}
	stay, _ := Get("GZ10000201008000")
	if !stay.Covers("", "") {
		t.Error("a class without objects is about every line")
	}
}

const goodRule = `id: YH0001
version: 1.0.0
tier1: 管理类
tier2: 行为主体监管类
name: 住院时间重叠
definition: 两次住院时间重叠。
logic: 入院日早于另一次住院的出院日。
program: sequence
check: overlapping_stay
result: suspicion
stages: [事后]
scenes: [IP]
levels: [三级]
knowledge: 不需要知识点。
basis: 条例。
exceptions: 例外名单。
needs_point: false
blind: 人实际在哪一家医院。
legal:
  - from: 2021-05-01
    article: 《医疗保障基金使用监督管理条例》第三十八条第（一）项
    certainty: V
`

func TestWrongRules(t *testing.T) {
	cases := []struct{ name, old, new, want string }{
		{"unknown field", "needs_point", "need_point", "第 17 行：不认识的字段 need_point，请核对拼写"},
		{"missing name", "name: 住院时间重叠\n", "", "缺少字段 name"},
		{"missing version", "version: 1.0.0\n", "", "缺少字段 version"},
		{"missing definition", "definition: 两次住院时间重叠。\n", "", "缺少字段 definition"},
		{"missing logic", "logic: 入院日早于另一次住院的出院日。\n", "", "缺少字段 logic"},
		{"missing levels", "levels: [三级]\n", "", "缺少字段 levels"},
		{"missing basis", "basis: 条例。\n", "", "缺少字段 basis"},
		{"missing exceptions", "exceptions: 例外名单。\n", "", "缺少字段 exceptions"},
		{"missing knowledge", "knowledge: 不需要知识点。\n", "", "缺少字段 knowledge"},
		{"missing blind", "blind: 人实际在哪一家医院。\n", "", "缺少字段 blind"},
		{"missing stages", "stages: [事后]\n", "", "缺少字段 stages"},
		{"missing program", "program: sequence\n", "", "缺少字段 program"},
		{"other folder", "id: YH0001", "id: YH0002", "id YH0002 与目录名 YH0001 不一致"},
		{"version", "1.0.0", "一", `version "一" 应形如 1.0.0`},
		{"unknown program", "program: sequence", "program: sequences", `不认识的程序 "sequences"，可用：amount、attribute、`},
		{"unknown check", "overlapping_stay", "overlap", `程序 sequence 的 check "overlap" 应为：after_death、frequent_purchase、`},
		{"check of a program that has none", "program: sequence", "program: price", "程序 price 没有 check，请删去 check: overlapping_stay"},
		{"result", "result: suspicion", "result: 可疑", `result "可疑" 应为 violation（违规）或 suspicion（可疑）`},
		{"tier", "行为主体监管类", "药品合理使用类", "分类 管理类 / 药品合理使用类 不在国家规则库的两级分类中"},
		{"seq of ours", "version: 1.0.0", "version: 1.0.0\nseq: 3", "seq 3：国家规则应有 1–88 的序号，自有规则（YH）不应有"},
		{"stage", "[事后]", "[事前, 事後]", `stages 中的 "事後" 应为：事前、事中、事后`},
		{"scene twice", "[IP]", "[IP, IP]", "scenes 中 IP 重复"},
		{"object", "scenes: [IP]", "scenes: [IP]\nobjects: [药品]", `objects 中的 "药品" 应为：drug、piece、granule、item、consumable`},
		{"no legal basis", goodRule[strings.Index(goodRule, "legal:"):], "", "缺少字段 legal：至少一条依据"},
		{"certainty", "certainty: V", "certainty: 确定", `legal 第 1 条 certainty "确定" 应为 V、V2、M 或 D`},
		{"no article", "    article: 《医疗保障基金使用监督管理条例》第三十八条第（一）项\n", "", "legal 第 1 条缺少 article"},
		{"day", "2021-05-01", "2021-13-01", "“2021-13-01”不是日期"},
		{"order of dates", "    certainty: V\n", "    certainty: V\n  - {from: 2021-05-01, article: 又一条, certainty: V}\n", "legal 第 2 条 from 2021-05-01 应晚于上一条"},
		{"second document", "needs_point: false", "needs_point: false\n---\nid: YH0002", "只应有一个 YAML 文档"},
		{"no YAML", goodRule, "id: [", "library/YH0001/rule.yaml："},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(goodRule, c.old, c.new, 1)
			if text == goodRule {
				t.Fatal("the case changes nothing")
			}
			_, err := load(fstest.MapFS{"library/YH0001/rule.yaml": {Data: []byte(text)}})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "library/YH0001/rule.yaml") {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestWrongFolders(t *testing.T) {
	good := &fstest.MapFile{Data: []byte(goodRule)}
	if _, err := load(fstest.MapFS{"library/YH0001/rule.yaml": good}); err != nil {
		t.Errorf("the good rule: %v", err)
	}
	_, err := load(fstest.MapFS{"library/YH0001/cases.yaml": good})
	if err == nil || !strings.Contains(err.Error(), "library/YH0001/rule.yaml：读不到文件") {
		t.Errorf("folder without rule.yaml: %v", err)
	}
	first := strings.NewReplacer("YH0001", "BD2025013", "version: 1.0.0", "version: 1.0.0\nseq: 13").Replace(goodRule)
	second := strings.ReplaceAll(first, "BD2025013", "BD2025014")
	_, err = load(fstest.MapFS{
		"library/BD2025013/rule.yaml": {Data: []byte(first)},
		"library/BD2025014/rule.yaml": {Data: []byte(second)},
	})
	if err == nil || !strings.Contains(err.Error(), "library/BD2025014/rule.yaml：seq 13 与 BD2025013 相同") {
		t.Errorf("one number twice: %v", err)
	}
}

// TestHash proves that the hash of a rule is that of its folder: any change of its
// definition or of its cases, and nothing else, changes it.
func TestHash(t *testing.T) {
	folder := func(rule, cases string) string {
		fsys := fstest.MapFS{"library/YH0001/rule.yaml": {Data: []byte(rule)}, "library/YH0001/cases.yaml": {Data: []byte(cases)}}
		rules, err := load(fsys)
		if err != nil {
			t.Fatal(err)
		}
		return rules[0].Hash
	}
	base := folder(goodRule, "[]")
	if len(base) != 64 || base != folder(goodRule, "[]") {
		t.Errorf("hash %q is not stable", base)
	}
	if base == folder(strings.Replace(goodRule, "1.0.0", "1.0.1", 1), "[]") || base == folder(goodRule, "[ ]") {
		t.Error("a change of the folder left its hash")
	}
	seen := make(map[string]string)
	for _, r := range All() {
		if other := seen[r.Hash]; other != "" {
			t.Errorf("%s and %s have one hash", r.ID, other)
		}
		seen[r.Hash] = r.ID
	}
}

func FuzzLoadRule(f *testing.F) {
	f.Add(goodRule)
	for _, id := range []string{"GZ10000101001000", "ZB10000205001000", "YH0003"} {
		text, err := fs.ReadFile(embedded, "library/"+id+"/rule.yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := load(fstest.MapFS{"library/YH0001/rule.yaml": {Data: []byte(text)}})
		if err == nil && (len(rules) != 1 || rules[0].ID != "YH0001") {
			t.Errorf("loaded %v without an error", rules)
		}
	})
}
