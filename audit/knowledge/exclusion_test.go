package knowledge

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

const exclusionHeader = "编号,种类,规则编号,人员编号,就诊编号,医药机构编号,医疗类别,诊断编码,明细编码,行政区划,开始日期,截止日期,理由\n"

func testRules() []string {
	var ids []string
	for id := range classTable {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func exclusionFile(t testing.TB, text string) *ExclusionIntake {
	t.Helper()
	path := filepath.Join(t.TempDir(), "名单.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := ReadExclusions(path, testRules())
	if err != nil {
		t.Fatal(err)
	}
	if in.RowsRead != len(in.Exclusions)+in.Examples+in.Wrong {
		t.Errorf("%d rows = %d + %d + %d", in.RowsRead, len(in.Exclusions), in.Examples, in.Wrong)
	}
	return in
}

func TestWrongExclusionRows(t *testing.T) {
	for _, c := range []struct{ name, row, want string }{
		{"no condition", "L1,special,YH0001,,,,,,,330100,2025-01-01,,会议纪要一号", "名单.csv 第 2 行：只有规则、地区或日期，没有条件"},
		{"unknown kind", "L1,透析,YH0001,P1,,,,,,,,,会议纪要一号", "第 2 行 列 B 种类：不认识种类“透析”，可用：放化疗周期（chemoradiation）"},
		{"no kind", "L1,,YH0001,P1,,,,,,,,,会议纪要一号", "第 2 行 列 B 种类：不能为空"},
		{"no rule", "L1,special,,P1,,,,,,,,,会议纪要一号", "列 C 规则编号：不能为空"},
		{"unknown rule", "L1,special,YH0001;GZ1,P1,,,,,,,,,会议纪要一号", "列 C 规则编号：没有规则“GZ1”；用 yiheng rule list 查看"},
		{"no reason", "L1,special,YH0001,P1,,,,,,,,,", "列 M 理由：不能为空"},
		{"short reason", "L1,special,YH0001,P1,,,,,,,,,同意", "列 M 理由：“同意”太短"},
		{"an identity card", "L1,special,YH0001,11010519491231002X,,,,,,,,,会议纪要一号", "列 D 人员编号：像是公民身份号码"},
		{"two persons", "L1,special,YH0001,P1;P2,,,,,,,,,会议纪要一号", "列 D 人员编号：“P1;P2”含空格、分号或过长"},
		{"visit type in words", "L1,special,YH0001,,,,急诊,,,,,,会议纪要一号", "列 G 医疗类别：“急诊”不是医疗类别代码"},
		{"diagnosis in lower case", "L1,special,YH0001,,,,,n18,,,,,会议纪要一号", "列 H 诊断编码：“n18”不是诊断编码"},
		{"operation as diagnosis", "L1,special,YH0001,,,,,39.95,,,,,会议纪要一号", "“39.95”不是诊断编码"},
		{"only separators", "L1,special,YH0001,,,,,;;,,,,,会议纪要一号", "只有分隔符，没有内容"},
		{"name for a code", "L1,special,YH0001,,,,,,血液透析,,,,会议纪要一号", "列 I 明细编码：“血液透析”不是国家编码"},
		{"short region", "L1,special,YH0001,P1,,,,,,33,,,会议纪要一号", "列 J 行政区划：“33”不是 6 位行政区划代码"},
		{"impossible day", "L1,special,YH0001,P1,,,,,,,2025-02-30,,会议纪要一号", "列 K 开始日期：“2025-02-30”不是日期"},
		{"days in disorder", "L1,special,YH0001,P1,,,,,,,2025-02-01,2025-01-31,会议纪要一号", "列 L 截止日期：开始日期 2025-02-01 晚于截止日期 2025-01-31"},
		{"id with a blank", "L 1,special,YH0001,P1,,,,,,,,,会议纪要一号", "列 A 编号：“L 1”含空格"},
		{"comma in a cell", "L1,special,YH0001,P1,,,,,,,,,会议,纪要一号", "有 14 列，表头有 13 列"},
		{"open quote", "L1,special,YH0001,P1,,,,,,,,,\"会议", "引号没有结束"},
		{"not UTF-8", "L1,special,YH0001,P1,,,,,,,,,\xbb\xe1\xd2\xe9", "不是 UTF-8 文本"},
	} {
		in := exclusionFile(t, exclusionHeader+c.row+"\n")
		if len(in.Exclusions) != 0 || in.Wrong != 1 || !strings.Contains(in.Problems.Error(), c.want) {
			t.Errorf("%s: %d kept, %v; want %q", c.name, len(in.Exclusions), in.Problems, c.want)
		}
	}
}

func TestWrongExclusionFiles(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "名单.csv：文件是空的；用 yiheng knowledge exclusion template"},
		{"no reason column", "种类,规则编号\n", "表头缺少“理由”（reason）一列"},
		{"a condition that is not known", "种类,规则编号,理由,科室\n", "表头里不认识的列“科室”：一项不认识的条件若不算数，例外就会过宽"},
		{"one column twice", "kind,种类,规则编号,理由\n", "表头里“种类”写了两次"},
		{"not UTF-8", "\xd6\xd6\xc0\xe0,rule_ids,reason\n", "不是 UTF-8 文本"},
	} {
		path := filepath.Join(t.TempDir(), "名单.csv")
		must(t, os.WriteFile(path, []byte(c.text), 0o600))
		if _, err := ReadExclusions(path, testRules()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := ReadExclusions("没有.csv", nil); err == nil || !strings.Contains(err.Error(), "没有这个文件") {
		t.Errorf("no file: %v", err)
	}
}

// TestExclusionForms proves that both headers, both names of a kind, full-width
// separators and 全部 are read, and that what is written reads to the same bytes.
func TestExclusionForms(t *testing.T) {
	in := exclusionFile(t, "kind,理由,rule_ids,dx_any,人员编号（psn_no）,valid_from\n"+
		"血液透析,透析方案备案,YH0002；YH0001,Z49、N18;Z49,,2025/1/2\nother,其他情形备案,全部,,P1,\n示例,,,,,\n")
	if len(in.Exclusions) != 2 || in.Examples != 1 || len(in.Problems) != 0 {
		t.Fatalf("%d, %v", len(in.Exclusions), in.Problems)
	}
	x := in.Exclusions[0]
	if x.Kind != "dialysis" || !slices.Equal(x.RuleIDs, []string{"YH0001", "YH0002"}) || !slices.Equal(x.DxAny, []string{"N18", "Z49"}) ||
		x.ValidFrom != calendar.DayOf(2025, 1, 2) || x.ValidTo != calendar.NoDay || !strings.HasPrefix(x.ID, "LW-") {
		t.Errorf("%+v", x)
	}
	if all := in.Exclusions[1].RuleIDs; !slices.Equal(all, testRules()) {
		t.Errorf("全部 is %d rules", len(all))
	}
	var first, second bytes.Buffer
	must(t, WriteExclusions(&first, in.Exclusions))
	must(t, WriteExclusions(&second, exclusionFile(t, first.String()).Exclusions))
	if first.String() != second.String() {
		t.Errorf("written again:\n%s\n%s", first.String(), second.String())
	}
}

// TestExclusionTemplate proves that the template imports as nothing, and each of its
// examples as an exclusion of its kind once the mark is taken away.
func TestExclusionTemplate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "模板.xlsx")
	f, err := os.Create(path)
	must(t, err)
	must(t, WriteExclusionTemplate(f, testRules(), testClasses))
	must(t, f.Close())
	in, err := ReadExclusions(path, testRules())
	must(t, err)
	if in.RowsRead != len(exclusionExamples) || in.Examples != in.RowsRead || in.Sheet != "例外名单" {
		t.Errorf("template: %+v", in)
	}
	b := openBook(t, path)
	for i := range exclusionExamples {
		b.set("例外名单", 1, i+2, strings.TrimPrefix(exclusionExamples[i][0], "示例-"))
	}
	b.set("例外名单", 11, 2, 45658) // 2025-01-01, as a spreadsheet keeps it
	b.save()
	in, err = ReadExclusions(path, testRules())
	must(t, err)
	kinds := map[string]bool{}
	for _, x := range in.Exclusions {
		kinds[x.Kind] = true
	}
	if len(in.Problems) > 0 || len(kinds) != len(ExclusionKinds) || in.Exclusions[0].ValidFrom != calendar.DayOf(2025, 1, 1) {
		t.Errorf("filled: %v, %v, %+v", in.Problems, kinds, in.Exclusions)
	}
}

func TestExclusionStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, err := Open(ctx, d, t.TempDir())
		must(t, err)
		if path, hash, n, err := s.ExclusionSet(ctx); path != "" || hash != "" || n != 0 || err != nil {
			t.Fatalf("empty home: %q %q %d %v", path, hash, n, err)
		}
		text := exclusionHeader + "L1,special,YH0001,P1,,,,,,,,,会议纪要一号\nL2,special,YH0002,P1,,,,,,,,,会议纪要一号\n"
		first, err := s.ImportExclusions(ctx, "甲", false, nil, exclusionFile(t, text))
		must(t, err)
		if !first.Changed || first.Version.Exclusions != 2 || first.Files[0].Added != 2 {
			t.Errorf("first %+v", first)
		}
		again, err := s.ImportExclusions(ctx, "甲", false, nil, exclusionFile(t, text))
		must(t, err)
		if again.Changed || again.Files[0].Same != 2 {
			t.Errorf("again %+v", again)
		}
		path, hash, n, err := s.ExclusionSet(ctx)
		pinned, loadErr := LoadExclusions(path)
		if err != nil || loadErr != nil || hash != first.Version.Hash || n != 2 || len(pinned) != 2 || pinned[1].RuleIDs[0] != "YH0002" {
			t.Errorf("%s %d %v %v %+v", hash, n, err, loadErr, pinned)
		}
		_, err = s.ImportExclusions(ctx, "乙", true, nil, exclusionFile(t, exclusionHeader+"L1,special,YH0001,P2,,,,,,,,,会议纪要二号\n"))
		must(t, err)
		_, err = s.RemoveExclusions(ctx, "乙", "到期", nil, "L1", "L2")
		must(t, err)
		if _, err := s.RemoveExclusions(ctx, "乙", "到期", nil, "L1"); err == nil || !strings.Contains(err.Error(), "例外名单里没有“L1”") {
			t.Errorf("removed twice: %v", err)
		}
		if path, _, n, err := s.ExclusionSet(ctx); path != "" || n != 0 || err != nil {
			t.Errorf("all removed: %q %d %v", path, n, err)
		}
		if pinned, err := LoadExclusions(path); err != nil || len(pinned) != 2 {
			t.Errorf("a pinned list: %v %d", err, len(pinned))
		}
		versions, err := s.ExclusionVersions(ctx)
		must(t, err)
		made, err := versions[0].Made()
		if err != nil || len(versions) != 3 || versions[0].By != "乙" || made[0].Reason != "到期" || len(made[0].Removed) != 2 {
			t.Errorf("history %+v, %+v, %v", versions, made, err)
		}
	})
}

func TestExclusionsThatClash(t *testing.T) {
	ctx := context.Background()
	base := "L1,special,YH0001,P1,,,,,,,,,会议纪要一号\n"
	for _, c := range []struct{ name, rows, want string }{
		{"id taken", "L1,special,YH0001,P9,,,,,,,,,会议纪要九号\n", "名单.csv 第 2 行 列 ex_id：编号“L1”已用于生效中的另一条（会议纪要一号）；请改一个编号，要更换那一条则加 --replace"},
		{"id twice in a file", "L5,special,YH0001,P5,,,,,,,,,会议纪要五号\nL5,special,YH0001,P6,,,,,,,,,会议纪要五号\n", "第 3 行 列 ex_id：编号“L5”已用于名单.csv 第 2 行，内容不同"},
		{"the same row twice", "L5,special,YH0001,P5,,,,,,,,,会议纪要五号\nL5,special,YH0001,P5,,,,,,,,,会议纪要五号\n", "第 3 行：与名单.csv 第 2 行完全相同"},
		{"another id, the same conditions", "L2,other,YH0001,P1,,,,,,,,,会议纪要二号\n", "第 2 行：与“L1”条件、规则和日期都相同"},
		{"one wrong row", "L3,special,YH0001,P3,,,,,,,,,会议纪要三号\nL4,special,YH0001,,,,,,,,,,会议纪要四号\n", "第 3 行：只有规则、地区或日期"},
	} {
		s := openStore(t)
		_, err := s.ImportExclusions(ctx, "甲", false, nil, exclusionFile(t, exclusionHeader+base))
		must(t, err)
		_, err = s.ImportExclusions(ctx, "甲", false, nil, exclusionFile(t, exclusionHeader+c.rows))
		var problems Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if _, _, n, _ := s.ExclusionSet(ctx); n != 1 {
			t.Errorf("%s: %d in force", c.name, n)
		}
	}
}

func TestAlteredExclusionsAreRefused(t *testing.T) {
	ctx := context.Background()
	s := openStore(t)
	for _, row := range []string{"L1,special,YH0001,P1,,,,,,,,,会议纪要一号\n", "L2,special,YH0001,P2,,,,,,,,,会议纪要二号\n"} {
		_, err := s.ImportExclusions(ctx, "甲", false, nil, exclusionFile(t, exclusionHeader+row))
		must(t, err)
	}
	versions, err := s.ExclusionVersions(ctx)
	must(t, err)
	text, err := os.ReadFile(s.exclusionPath(versions[1].Hash))
	must(t, err)
	must(t, os.WriteFile(s.exclusionPath(versions[0].Hash), text, 0o600))
	if _, err := s.Exclusions(ctx); err == nil || !strings.Contains(err.Error(), "被改动过") {
		t.Errorf("got %v", err)
	}
}

func FuzzExclusions(f *testing.F) {
	f.Add(exclusionHeader + "L1,special,全部,P1,,,13,N18;Z49,0031,330100,2025-01-01,45658,会议纪要一号\n")
	f.Add("kind,rule_ids,reason,psn_no\n\"其他\",YH0001,\"甲\n乙丙丁\",P1\n示例,,,\n")
	f.Fuzz(func(t *testing.T, text string) {
		r := &exclusionReader{file: &ExclusionIntake{Name: "f"}, known: []string{"YH0001"}}
		if r.csv(strings.NewReader(text)) != nil {
			return
		}
		if r.file.RowsRead != len(r.file.Exclusions)+r.file.Examples+r.file.Wrong {
			t.Errorf("rows do not add up: %+v", r.file)
		}
		var b bytes.Buffer
		must(t, WriteExclusions(&b, r.file.Exclusions))
		again := &exclusionReader{file: &ExclusionIntake{Name: "f"}, stored: true}
		must(t, again.csv(&b))
		if len(again.file.Problems) > 0 || len(again.file.Exclusions) != len(r.file.Exclusions) {
			t.Errorf("%v; %d of %d", again.file.Problems, len(again.file.Exclusions), len(r.file.Exclusions))
		}
	})
}
