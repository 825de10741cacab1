package rule

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// TestEveryClassHasCases proves that each class that this version runs is shown by
// cases of every kind, and that no other class pretends to have any.
func TestEveryClassHasCases(t *testing.T) {
	always := []string{"hit", "clean", "boundary", "refund", "self_paid", "unknown"}
	total := 0
	for _, r := range All() {
		cases, err := Cases(r.ID)
		if err != nil {
			t.Error(err)
			continue
		}
		total += len(cases)
		if !Executable(r) {
			if len(cases) != 0 {
				t.Errorf("%s is not executable and has %d cases", r.ID, len(cases))
			}
			continue
		}
		want := always
		if r.NeedsPoint {
			want = append(slices.Clone(always), "validity", "region", "exception")
		}
		for _, kind := range want {
			if !slices.ContainsFunc(cases, func(c Case) bool { return c.Kind == kind }) {
				t.Errorf("%s %s has no case of kind %s", r.ID, r.Name, kind)
			}
		}
	}
	t.Logf("%d cases of classes", total)
}

// TestBothSides proves that wherever a class has something to find, some of its
// boundary, validity, region and exception cases find it and some do not.
func TestBothSides(t *testing.T) {
	for _, r := range All() {
		cases, err := Cases(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		found, not := make(map[string]int), make(map[string]int)
		for i := range cases {
			if len(cases[i].Expect) > 0 {
				found[cases[i].Kind]++
			} else {
				not[cases[i].Kind]++
			}
		}
		for _, kind := range []string{"validity", "region", "exception"} {
			if Executable(r) && r.NeedsPoint && (found[kind] == 0 || not[kind] == 0) {
				t.Errorf("%s: %s cases find %d times, not %d times", r.ID, kind, found[kind], not[kind])
			}
		}
		if found["clean"] != 0 || found["unknown"] != 0 && r.ID != "YH0001" || not["hit"] != 0 {
			t.Errorf("%s: clean %d, unknown %d with findings, hit %d without", r.ID, found["clean"], found["unknown"], not["hit"])
		}
	}
}

func TestJudgementCases(t *testing.T) {
	cases, err := Cases(Judgement)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 60 {
		t.Errorf("%d cases on what all programs share, want at least 60", len(cases))
	}
}

// TestPointsOfCases proves that every point of a case is one that the import would
// take: its parameters fit the program, and none is missing.
func TestPointsOfCases(t *testing.T) {
	for _, id := range append(ids(), Judgement) {
		cases, err := Cases(id)
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			for _, p := range cases[i].Points {
				class, _ := Class(p.RuleID)
				if p.Params == nil {
					t.Errorf("%s %s: %s has no parameters", id, cases[i].Name, p.ID)
					continue
				}
				_, missing, err := knowledge.ParseParams(class, p.Params.String())
				if err != nil || len(missing) > 0 {
					t.Errorf("%s %s: %s: missing %v, %v", id, cases[i].Name, p.ID, missing, err)
				}
			}
		}
	}
}

func ids() []string {
	var ids []string
	for _, r := range All() {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestCasesOfNoRule(t *testing.T) {
	_, err := Cases("GZ1")
	if err == nil || err.Error() != "没有规则 GZ1，可用 yiheng rule list 查看全部规则" {
		t.Errorf("got %v", err)
	}
}

const goodCase = `- name: 男性做子宫造影
  kind: hit
  points:
    - {kp_id: K1, code: 002101030300000, params: {sex: "2"}, valid_from: 2024-01-01}
  history:
    psn_no: P1
    person: {gend: 1}
    encounters:
      - {mdtrt_id: M1, med_type: 11}
    lines:
      - {bkkp_sn: L1, mdtrt_id: M1, fee_ocur_time: 2025-03-01 09:00:00, med_list_codg: 002101030300000, cnt: 2, inscp_amt: 12.50}
      - {bkkp_sn: L2, mdtrt_id: M1, _read: 7}
  expect:
    - {kp_id: K1, mdtrt_id: M1, result: suspicion, lines: [L1], own_amount: 12.50}
`

// TestUnknownStaysUnknown proves that what a case leaves out is unknown, not zero,
// and that codes and amounts keep their letters.
func TestUnknownStaysUnknown(t *testing.T) {
	cases, err := ParseCases("cases.yaml", "GZ10000302004000", []byte(goodCase))
	if err != nil {
		t.Fatal(err)
	}
	c := &cases[0]
	line, point, want := &c.History.Lines[0], &c.Points[0], &c.Expect[0]
	if line.MedListCodg != "002101030300000" || line.Cnt != 2*claim.Piece || line.InscpAmt != 1250 || line.FeeOcurTime.String() != "2025-03-01 09:00:00" {
		t.Errorf("line %+v", line)
	}
	if line.Pric != claim.Null || line.DetItemFeeSumamt != claim.Null || line.CrteTime != calendar.NoTime || line.UpdtTime != calendar.NoTime {
		t.Errorf("the line states what it does not: %+v", line)
	}
	if c.History.Lines[1].Read != 7 || c.History.Person.Brdy != calendar.NoDay || c.History.Encounters[0].Begntime != calendar.NoTime {
		t.Errorf("history %+v", c.History)
	}
	if point.RuleID != "GZ10000302004000" || point.Params.Sex != "2" || point.ValidFrom != calendar.DayOf(2024, 1, 1) || point.ValidTo != calendar.NoDay {
		t.Errorf("point %+v", point)
	}
	if want.RuleID != "GZ10000302004000" || want.OwnAmount != 1250 || want.Amount != claim.Null || want.EvidenceLines != nil || c.From != calendar.NoDay {
		t.Errorf("expectation %+v", want)
	}
}

func TestWrongCases(t *testing.T) {
	cases := []struct{ name, old, new, want string }{
		{"not a list", goodCase, "name: 甲", "应为案例列表，每个案例以“- name: …”开头"},
		{"empty", goodCase, "", "应为案例列表"},
		{"no YAML", goodCase, "- {", "cases.yaml："},
		{"no name", "name: 男性做子宫造影\n  kind", "kind", "缺少 name"},
		{"one name twice", goodCase, goodCase + goodCase, "第 15 行（案例“男性做子宫造影”）：与前面的案例同名"},
		{"unknown kind", "kind: hit", "kind: hits", `kind "hits" 应为：hit、clean、`},
		{"unknown key of a case", "kind: hit", "kind: hit\n  why: 因为", "第 3 行：不认识的字段 why，请核对拼写"},
		{"unknown key of a line", "inscp_amt: 12.50", "inscp_amount: 12.50", "第 11 行：不认识的字段 inscp_amount，请核对拼写"},
		{"unknown parameter", `sex: "2"`, `gender: "2"`, "第 4 行：不认识的字段 gender，请核对拼写"},
		{"one key twice", "cnt: 2", "cnt: 2, cnt: 3", "第 11 行：cnt 重复"},
		{"text in an amount", "inscp_amt: 12.50", "inscp_amt: 十二元", "第 11 行：“十二元”不是数"},
		{"three decimals of money", "inscp_amt: 12.50", "inscp_amt: 12.505", "“12.505”小数位数过多"},
		{"impossible day", "2024-01-01", "2024-02-30", "第 4 行：“2024-02-30”不是日期"},
		{"text in a whole number", "_read: 7", "_read: 七", "第 12 行：\"七\" 不是数或 true、false"},
		{"list in place of a value", "cnt: 2", "cnt: [2]", "第 11 行：此处应为单个值"},
		{"value in place of a list", "lines: [L1]", "lines: L1", "第 14 行：此处应为列表"},
		{"empty value", "med_type: 11", "med_type: ~", "第 9 行：值为空，请填写或删去该字段"},
		{"alias", "psn_no: P1", "psn_no: &a P1\n    person: *a", "第 7 行：不要用 YAML 别名 *a"},
		{"no person number", "psn_no: P1", `psn_no: ""`, "history 缺少 psn_no"},
		{"hit that expects none", goodCase[strings.Index(goodCase, "  expect:"):], "  expect: []\n", "kind 为 hit 却没有 expect"},
		{"clean that expects", "kind: hit", "kind: clean", "kind 为 clean 却有 expect"},
		{"point of no rule", "code: 002101030300000, params", "rule_id: GZ99, code: 002101030300000, params", "知识点 K1 的规则 \"GZ99\" 不存在或本版本不能执行"},
		{"point without id", "kp_id: K1, code", "code", "知识点的 kp_id \"\" 为空或重复"},
		{"expected point unknown", "kp_id: K1, mdtrt_id", "kp_id: K2, mdtrt_id", "expect 第 1 项：kp_id K2 不是本案例中 GZ10000302004000 的知识点"},
		{"expected point missing", "kp_id: K1, mdtrt_id", "mdtrt_id", "expect 第 1 项：缺少 kp_id"},
		{"expected visit unknown", "mdtrt_id: M1, result", "mdtrt_id: M7, result", "expect 第 1 项：mdtrt_id \"M7\" 不在 history 中"},
		{"expected line unknown", "lines: [L1]", "lines: [L9]", "expect 第 1 项：明细 \"L9\" 不在 history 中"},
		{"line on both sides", "lines: [L1]", "lines: [L1], evidence_lines: [L1]", "expect 第 1 项：明细 \"L1\" 不能既是疑点明细又是证据明细"},
		{"expected result", "result: suspicion", "result: 可疑", "expect 第 1 项：result \"可疑\" 应为 violation 或 suspicion"},
		{"no lines", "lines: [L1], ", "", "expect 第 1 项：缺少 lines（没有明细的写 []）"},
		{"no amount", ", own_amount: 12.50", "", "expect 第 1 项：缺少 own_amount"},
		{"expected rule unknown", "{kp_id: K1, mdtrt_id", "{rule_id: GZ1, kp_id: K1, mdtrt_id", "expect 第 1 项：没有规则 \"GZ1\""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(goodCase, c.old, c.new, 1)
			if text == goodCase {
				t.Fatal("the case changes nothing")
			}
			_, err := ParseCases("cases.yaml", "GZ10000302004000", []byte(text))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "cases.yaml") {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

func FuzzParseCases(f *testing.F) {
	f.Add(goodCase)
	f.Add("- &a {name: 甲, kind: clean, history: {psn_no: P1}, expect: [*a]}\n")
	text, err := fs.ReadFile(embedded, "library/YH0003/cases.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Fuzz(func(t *testing.T, text string) {
		cases, err := ParseCases("cases.yaml", "GZ10000302004000", []byte(text))
		for i := range cases {
			if err == nil && (cases[i].Name == "" || !slices.Contains(Kinds, cases[i].Kind)) {
				t.Errorf("loaded %+v without an error", cases[i])
			}
		}
	})
}
