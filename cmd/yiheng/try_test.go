package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/demo"
)

const exchangeHeader = "kp_id,rule_id,code,other_code,params,valid_from,valid_to,supersedes,region,basis,note\n"

// TestTry tries an expression on a visit of a home, imports it, and finds with it what
// the trial had shown.
func TestTry(t *testing.T) {
	home, in := t.TempDir(), city(t, demo.Options{Lines: 5_000, Seed: 5})
	yiheng(t, home, "intake", in)
	psn, mdtrt := aVisit(t, in)
	before := filesOf(t, home)
	hits := `lines.filter(l, l.inscp_amt > 0).first(1)`
	wantText(t, yiheng(t, home, "rule", "try", "--hits", hits, "--mdtrt", mdtrt),
		"写法正确", "人员 "+psn, "就诊 "+mdtrt, "指出", "一次计算最多用了")
	wantText(t, yiheng(t, home, "rule", "try", "--hits", "visits.filter(v, v.level < 9)", "--over", "person", "--psn", psn), "人员 "+psn)
	wantText(t, fails(t, home, "rule", "try", "--hits", hits, "--mdtrt", "无此就诊"), "明细湖中没有：无此就诊")
	if after := filesOf(t, home); !slices.Equal(before, after) {
		t.Errorf("a trial wrote: %v, then %v", before, after)
	}
	points := filepath.Join(t.TempDir(), "checks.csv")
	row := `TRY1,YH0006,,,"{""name"":""试"",""hits"":""visit.mdtrt_id == \""` + mdtrt + `\"" ? ` + hits + ` : []""}",,,,,,` + "\n"
	if err := os.WriteFile(points, []byte(exchangeHeader+row), 0o600); err != nil {
		t.Fatal(err)
	}
	wantText(t, yiheng(t, home, "rule", "try", "--points", points, "--mdtrt", mdtrt), "TRY1“试”", "可疑 TRY1 就诊 "+mdtrt)
	yiheng(t, home, "knowledge", "import", points)
	out := screen(t, home, "--rules", "YH0006")
	found := rows(t, filepath.Join(out, "findings.csv"))
	if len(found) != 1 || found[0]["mdtrt_id"] != mdtrt || !strings.Contains(found[0]["explanation"], "自定义检查“试”") {
		t.Errorf("found %v", found)
	}
	wantText(t, yiheng(t, home, "finding", "verify", filepath.Join(out, "certificates.ndjson")), "1")
}

// aVisit returns a person and a visit with a line that the fund paid for.
func aVisit(t *testing.T, in string) (psn, mdtrt string) {
	t.Helper()
	for _, file := range glob(in, "fee_list_d*") {
		for _, r := range rows(t, file) {
			if r["inscp_amt"] != "" && r["inscp_amt"] != "0.00" && strings.HasPrefix(r["fee_ocur_time"], "2025") && !strings.HasPrefix(r["cnt"], "-") {
				return r["psn_no"], r["mdtrt_id"]
			}
		}
	}
	t.Fatal("no line in the city")
	return "", ""
}

// filesOf returns the files of a home, but for those of its database's own.
func filesOf(t *testing.T, home string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-shm") {
			info, err := d.Info()
			if err != nil {
				return err
			}
			files = append(files, path+" "+info.ModTime().String())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestTryWrong tells what is said about expressions and files that cannot be tried.
func TestTryWrong(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	wrong := file("wrong.csv", exchangeHeader+`K1,YH0006,,,"{""hits"":""lines.filter(l, l.cntt > 1)""}",,,,,,`+"\n")
	caret := "    lines.filter(l, l.cntt > 1)\n                      ^"
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"wrong text", []string{"rule", "try", "--hits", "lines.filter(l, l.cntt > 1)"}, []string{"表达式第 1 行第 19 列：没有“cntt”这个字段，是不是“cnt”？", caret}},
		{"wrong file", []string{"rule", "try", "--file", file("wrong.txt", "lines\n.filtr(l, true)\n")}, []string{"表达式第 2 行第 2 列：没有“filtr”这个名字", "    .filtr(l, true)\n     ^"}},
		{"wrong points", []string{"rule", "try", "--points", wrong}, []string{"wrong.csv 第 2 行 列 params", "参数 hits：表达式第 1 行第 19 列", caret}},
		{"import refuses", []string{"knowledge", "import", wrong}, []string{"没有导入，知识库不变", "wrong.csv 第 2 行 列 params", caret}},
		{"no points of expressions", []string{"rule", "try", "--points", file("none.csv", exchangeHeader+`K1,GZ10000301004000,1,,"{""sex"":""1""}",,,,,,`+"\n")}, []string{"没有规则 YH0006（自定义检查）的知识点"}},
		{"nothing", []string{"rule", "try"}, []string{"没有要试的表达式"}},
		{"no home", []string{"rule", "try", "--hits", "true", "--mdtrt", "M1"}, []string{"数据文件夹", "不存在"}},
		{"too costly", []string{"rule", "try", "--hits", "lines.exists(a, lines.exists(b, lines.exists(c, c.code == b.code && a.day == b.day)))"}, []string{"计算量过大：估算最多"}},
	} {
		t.Run(c.name, func(t *testing.T) { wantText(t, fails(t, filepath.Join(t.TempDir(), "home"), c.args...), c.want...) })
	}
}

// TestTryCases tries an expression on the histories of a file of cases.
func TestTryCases(t *testing.T) {
	cases := filepath.Join("..", "..", "audit", "rule", "library", "YH0006", "cases.yaml")
	wantText(t, yiheng(t, t.TempDir(), "rule", "try", "--hits", "lines.filter(l, l.cnt > 1)", "--case", cases),
		"案例 数量 4.5：跨过界限的一条只算超出的 1.5", "L2 2025-03-03 09:00:00 001201000030000 数量 2.5 单价 30.00 金额 75.00，指出 75.00", "未能检查 1 处：数量不详", "没有指出")
	wantText(t, yiheng(t, t.TempDir(), "rule", "try", "--case", cases), "违规 K1 就诊 M1", "证据 L2", "指出 45.00")
}
