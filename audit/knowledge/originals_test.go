package knowledge

import (
	"os"
	"strings"
	"testing"
)

// TestOriginalsOfAllBatches writes each published batch as the official originals
// are laid out (title, header on row 3, points and codes on two sheets joined by
// number, footers, radicals) under its original file name, and reads it back: the
// class comes from 检出逻辑, even where two originals carry each other's name.
func TestOriginalsOfAllBatches(t *testing.T) {
	if _, err := os.Stat(sharedKnowledge); err != nil {
		t.Log("left out: the published points (../shared/data/nhsa-knowledge) are not here")
		return
	}
	codes := map[string][]string{}
	for _, r := range published(t, "kp_codes.csv") {
		codes[r["kp_id"]] = append(codes[r["kp_id"]], r["code"])
	}
	files := map[string][]map[string]string{}
	for _, r := range published(t, "kp.csv") {
		if r["detect_logic"] != "" && r["rule_class"] != "医疗服务项目重复收费" {
			files[r["source_file"]] = append(files[r["source_file"]], r)
		}
	}
	for name, rows := range files {
		t.Run(name, func(t *testing.T) {
			nameHeader := "药品通⽤名"
			switch code := codes[rows[0]["kp_id"]][0]; codeSubject(code) {
			case item:
				nameHeader = "项⽬名称"
			case piece:
				nameHeader = "饮⽚名称"
			}
			points := [][]any{{"知识点明细"}, {}, {"序号", nameHeader, "检出逻辑", "逻辑依据（目录备注）", "代码数量", "备注"}}
			list := [][]any{{"对应知识点序号", "名称", "序号", "代码"}}
			want := map[string]int{}
			n := map[string]int{}
			for i, r := range rows {
				points = append(points, []any{i + 1, r["item_name"], r["detect_logic"], r["constraint"], r["code_count"], ""})
				for j, c := range codes[r["kp_id"]] {
					list = append(list, []any{i + 1, r["item_name"], j + 1, c})
				}
				want[r["rule_class"]]++
				n[r["rule_class"]] += len(codes[r["kp_id"]])
			}
			points = append(points, []any{"合计", len(rows)}, []any{"备注：以上知识点依据现行目录整理。"})
			file := strings.TrimSuffix(strings.TrimSuffix(name, ".xls"), ".xlsx") + ".xlsx"
			b := read(t, writeBook(t, file, testSheet{name: "知识点明细", rows: points}, testSheet{name: "代码", rows: list}), "")
			for _, r := range b.Report.Rules {
				if want[r.Name] != r.Official || n[r.Name] != r.Codes {
					t.Errorf("%s by %s: %d points %d codes, published %d and %d", r.Name, r.By, r.Official, r.Codes, want[r.Name], n[r.Name])
				}
				delete(want, r.Name)
			}
			if len(want) > 0 || b.Report.Sheets[0].Footers != 2 {
				t.Errorf("not read: %v; %+v", want, b.Report.Sheets)
			}
			for _, p := range b.Problems {
				if !strings.Contains(p.Text, "说是") {
					t.Log(p)
				}
			}
		})
	}
}
