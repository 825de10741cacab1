package rule

import (
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"yiheng/audit/expression"
	"yiheng/audit/knowledge"
)

// TestProblems proves that the list is whole, that each class it names exists and
// runs, and that a problem that nothing decides names the data it would need.
func TestProblems(t *testing.T) {
	list := Problems()
	if len(list) != 168 {
		t.Errorf("%d problems, want 168", len(list))
	}
	gaps := 0
	for i := range list {
		p := &list[i]
		if len(p.By) == 0 {
			gaps++
			if p.Data == "" {
				t.Errorf("%s: nothing decides it and no data is named", p.No)
			}
		}
		for _, target := range p.By {
			r, known := Get(target.RuleID)
			switch {
			case !known:
				t.Errorf("%s: no rule %s", p.No, target.RuleID)
			case !Executable(r):
				t.Errorf("%s: %s does not run", p.No, target.RuleID)
			}
		}
	}
	t.Logf("%d of %d problems need data that is not taken in", gaps, len(list))
}

// TestExpressionsOfProblems proves that every expression of the list compiles, and
// that it has codes without which it need not be asked.
func TestExpressionsOfProblems(t *testing.T) {
	n := 0
	for _, p := range Problems() {
		for _, target := range p.By {
			if target.Hits == "" {
				continue
			}
			n++
			if _, err := expression.Compile(target.Hits, expression.OverVisit); err != nil || len(target.Codes) == 0 {
				t.Errorf("%s: codes %v, %v", p.No, target.Codes, err)
			}
		}
	}
	if n == 0 {
		t.Error("no problem has an expression")
	}
}

// TestPeersOnly proves that what is only common practice of a department is never
// held against a single case.
func TestPeersOnly(t *testing.T) {
	for _, p := range Problems() {
		if p.Shape != "POP_RATE" {
			continue
		}
		for _, target := range p.By {
			if r, known := Get(target.RuleID); known && r.Program != "share" && r.Program != "ratio" {
				t.Errorf("%s %s: %s judges single cases", p.No, p.Check, r.Name)
			}
		}
		if !strings.Contains(p.Part, "只供比较科室") {
			t.Errorf("%s %s: part does not say that departments are compared only", p.No, p.Check)
		}
	}
}

// TestAgreesWithProblemList compares the numbers, domains, categories and shapes
// with the table of the checks where that is at hand.
func TestAgreesWithProblemList(t *testing.T) {
	rows := sharedRows(t, "domain", "rules-data", "problem_list_2025_checks.csv")
	if rows == nil {
		t.Log("left out: no table of the problem lists beside the project")
		return
	}
	want := make(map[string][]string)
	for _, row := range rows {
		want[row["official_no"]] = []string{row["domain"], row["category"], row["check_shape"]}
	}
	for _, p := range Problems() {
		if got := []string{p.Domain, p.Category, p.Shape}; !slices.Equal(got, want[p.No]) {
			t.Errorf("%s is %q, want %q", p.No, got, want[p.No])
		}
		delete(want, p.No)
	}
	for _, no := range slices.Sorted(maps.Keys(want)) {
		t.Errorf("%s is not in the list", no)
	}
}

// TestPublicPoints holds the marks of published points against what is published.
func TestPublicPoints(t *testing.T) {
	pairs := sharedRows(t, "domain", "rules-data", "kp_repeat_charge_pairs.csv")
	codes := sharedRows(t, "data", "nhsa-knowledge", "kp_codes.csv")
	if pairs == nil || codes == nil {
		t.Log("left out: no published points beside the project")
		return
	}
	const repeated = "GZ10000102012000"
	complete := []string{repeated, "GZ10000102014000", "GZ10000302004000", "GZ10000301004000", "GZ10000101003000", "GZ10000101004000"}
	byRule := make(map[string][]knowledge.Point)
	for _, row := range pairs {
		byRule[repeated] = append(byRule[repeated], knowledge.Point{Code: row["code_a"], OtherCode: row["code_b"]})
	}
	for _, r := range All() {
		if r.ID == repeated || !slices.Contains(complete, r.ID) {
			continue
		}
		for _, row := range codes {
			if row["rule_class"] == r.Name {
				byRule[r.ID] = append(byRule[r.ID], knowledge.Point{Code: row["code"]})
			}
		}
	}
	for _, p := range Problems() {
		for _, target := range p.By {
			serves := slices.ContainsFunc(byRule[target.RuleID], func(q knowledge.Point) bool { return target.Serves(p.No, &q) })
			if serves != target.Public {
				t.Errorf("%s %s: public is %v, the published points say %v", p.No, target.RuleID, target.Public, serves)
			}
		}
	}
}

// sharedRows reads a table beside the project; nil where it is not at hand.
func sharedRows(t *testing.T, path ...string) []map[string]string {
	f, err := os.Open(filepath.Join(append([]string{"..", "..", "..", "shared"}, path...)...))
	if err != nil {
		return nil
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		named := make(map[string]string, len(row))
		for i, name := range rows[0] {
			named[name] = row[i]
		}
		list = append(list, named)
	}
	return list
}

func TestServes(t *testing.T) {
	pair := Target{RuleID: "GZ10000102012000", Codes: []string{"00320500002"}, Others: []string{"00320500001"}}
	local := Target{RuleID: "GZ10000102012000"}
	share := Target{RuleID: "YH0005", Codes: []string{"00210300001"}}
	for _, c := range []struct {
		name   string
		target Target
		point  knowledge.Point
		want   bool
	}{
		{"both codes", pair, knowledge.Point{Code: "003205000020000", OtherCode: "003205000010001"}, true},
		{"the other way round", pair, knowledge.Point{Code: "003205000010000", OtherCode: "003205000020000"}, false},
		{"one code", pair, knowledge.Point{Code: "003205000020000", OtherCode: "003310020050000"}, false},
		{"no codes known", local, knowledge.Point{Code: "003205000020000"}, false},
		{"named in the note", local, knowledge.Point{Note: "省级编码，问题清单22"}, true},
		{"named among others", local, knowledge.Point{Basis: "问题清单 第 16、22，17 项"}, true},
		{"another number", local, knowledge.Point{Note: "问题清单221"}, false},
		{"a number elsewhere", local, knowledge.Point{Note: "问题清单16；22 元"}, false},
		{"item of an indicator", share, knowledge.Point{Params: &knowledge.Params{Item: "002103000010000"}}, true},
		{"another item", share, knowledge.Point{Params: &knowledge.Params{Item: "002103000020000"}}, false},
		{"every point", Target{Every: true}, knowledge.Point{}, true},
		{"a key of a map", Target{Codes: []string{"003315050"}}, knowledge.Point{Params: &knowledge.Params{Map: map[string][]string{"003315050010000": {"79.3"}}}}, true},
	} {
		if got := c.target.Serves("22", &c.point); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

const goodDomain = `domain: 心内
checks:
  - no: "25"
    category: 过度
    shape: PAIR_DAY
    check: 心电监测与动态血压监测同时收费
    by:
      - {rule: GZ10000102012000, codes: ["00310701022"], others: ["00310701021"]}
    point: 成对项目
  - no: P3
    category: 诱导协助
    shape: MODEL
    check: 年底刷卡存为余额
    data: 会员储值流水
`

func TestWrongProblems(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"unknown field", "    data: 会员", "    date: 会员", "第 14 行：不认识的字段 date，请核对拼写"},
		{"number", "no: P3", "no: Q3", `第 Q3 项：no "Q3" 应为清单中的序号，药店的以 P 开头`},
		{"number twice", "no: P3", "no: 25", "问题清单第 25 项出现两次"},
		{"no check", "    check: 年底刷卡存为余额\n", "", "缺少 domain、category、shape 或 check"},
		{"no domain", "domain: 心内\n", "", "缺少 domain"},
		{"a gap without data", "    data: 会员储值流水\n", "", "就要写明缺什么数据（data）"},
		{"a gap with a part", "    data: 会员", "    part: 一半\n    data: 会员", "没有 by，就没有 point 和 part"},
		{"data without a part", "    point: 成对项目", "    point: 成对项目\n    data: 手术记录", "就要在 part 写明"},
		{"no point", "    point: 成对项目\n", "", "就要写明知识点载明什么（point）"},
		{"every and codes", `{rule: GZ10000102012000, `, `{rule: GZ10000102012000, every: true, `, "every 与 codes、others 只写其一"},
		{"no YAML", goodDomain, "checks: [", "problems/cardiology.yaml："},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(goodDomain, c.old, c.new, 1)
			if text == goodDomain {
				t.Fatal("the case changes nothing")
			}
			_, err := loadProblems(fstest.MapFS{"problems/cardiology.yaml": {Data: []byte(text)}})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "problems/cardiology.yaml") && c.name != "number twice" {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
	list, err := loadProblems(fstest.MapFS{"problems/cardiology.yaml": {Data: []byte(goodDomain)}})
	if err != nil || len(list) != 2 || list[1].No != "P3" || list[1].Domain != "心内" {
		t.Errorf("the good list: %v, %v", list, err)
	}
}

func FuzzLoadProblems(f *testing.F) {
	f.Add(goodDomain)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := loadProblems(fstest.MapFS{"problems/a.yaml": {Data: []byte(text)}})
		for i := range list {
			if err == nil && list[i].Check == "" {
				t.Errorf("loaded %v without an error", list[i])
			}
		}
	})
}
