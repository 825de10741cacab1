package claim

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiheng/facts/lake"
)

// The national tables have the columns of the published templates, in their order.
func TestFormsAreThoseOfTheTemplates(t *testing.T) {
	counts := map[string]int{"mdtrt_d": 106, "setl_d": 100, "fee_list_d": 82, "setl_list_diag_d": 23, "setl_list_oprn_d": 31, "psn_info_b": 52, "fixmedins_b": 35, "dr_info_b": 53, "record_d": 17, "stock_d": 21, "drug_trac_d": 16}
	for _, f := range Forms {
		if len(f.Fields) != counts[f.Name] {
			t.Errorf("%s has %d columns, not %d", f.Name, len(f.Fields), counts[f.Name])
		}
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "interface", "tables.json"))
	if err != nil {
		t.Log("the interface's tables.json is not beside the project: names of columns were not compared")
		return
	}
	var templates map[string]struct {
		Columns []struct{ Name, Zh string }
	}
	if err := json.Unmarshal(text, &templates); err != nil {
		t.Fatal(err)
	}
	templates["dr_info_b"] = templates["stg_sd_yt_dr_info_b_df_v_ytai"]
	for _, f := range Forms {
		for i, c := range templates[f.Name].Columns {
			if got := f.Fields[i]; got.Name != c.Name || c.Zh != "" && got.Zh != c.Zh {
				t.Errorf("%s column %d is %s %s, not %s %s", f.Name, i+1, got.Name, got.Zh, c.Name, c.Zh)
			}
		}
	}
}

// No column of the lake holds what identifies a person.
func TestNoIdentityColumnInTheLake(t *testing.T) {
	for _, f := range Forms {
		for _, c := range f.Columns {
			for _, part := range []string{"psn_name", "dr_name", "opter_name", "crter_name", "coner", "certno", "cert_no", "tel", "mob", "addr", "email", "alis"} {
				if strings.Contains(c.Name, part) && !strings.HasSuffix(c.Name, "_type") {
					t.Errorf("%s keeps %s", f.Name, c.Name)
				}
			}
		}
	}
}

func TestAliasesMeanColumns(t *testing.T) {
	for alias, name := range aliases {
		found := false
		for _, f := range Forms {
			found = found || f.Field(name) >= 0
			if f.Field(alias) >= 0 {
				t.Errorf("alias %s is a column of %s", alias, f.Name)
			}
		}
		if !found {
			t.Errorf("alias %s means %s, which no table has", alias, name)
		}
	}
	l, _, err := readLayout(nil, [][]string{{"feedetl_sn", "psn_no", "overlmt_amt", "inscp_scp_amt", "bilg_dr_codg", "cnt", "bkkp_sn"}})
	if err != nil {
		t.Fatal(err)
	}
	if i := l.column[FeeList.Field("bkkp_sn")]; i != 6 || l.field[0] != unknownColumn {
		t.Errorf("bkkp_sn is column %d: its own name wins over an alias", i)
	}
	if i := l.column[FeeList.Field("overlmt_selfpay")]; i != 2 {
		t.Errorf("overlmt_selfpay is column %d", i)
	}
}

func TestFormByName(t *testing.T) {
	for name, want := range map[string]string{
		"fee_list_d_202401.csv": "fee_list_d", "FEE_LIST_D.CSV": "fee_list_d", "SETL_LIST_DIAG_D(1).xlsx": "setl_list_diag_d",
		"2024费用明细表.txt": "fee_list_d", "结算信息.csv": "setl_d", "结算清单诊断信息表.csv": "setl_list_diag_d",
		"结算清单手术操作信息表.csv": "setl_list_oprn_d", "mdtrt_d和setl_d.csv": "", "x.csv": "",
	} {
		got := ""
		if f := formByName(name); f != nil {
			got = f.Name
		}
		if got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
}

// Data straight away are read in the template's order when the file's name tells the
// table and there are exactly as many columns; the report says so.
func TestFileWithoutHeader(t *testing.T) {
	row := make([]string, len(FeeList.Fields))
	for name, value := range map[string]string{"bkkp_sn": "L1", "psn_no": "P1", "fee_ocur_time": "2024-03-05 08:00:00", "cnt": "2", "hilist_name": "甘草片"} {
		row[FeeList.Field(name)] = value
	}
	h := newHome(t)
	r := mustTakeFiles(t, h, Options{}, writeFile(t, "fee_list_d.txt", []byte(strings.Join(row, "\t"))))
	if f := r.Files[0]; f.Kept != 1 || f.Notices[0] != "没有表头，按模板的 82 列顺序读取" {
		t.Errorf("report: %+v", f)
	}
	if row := rowsOf(t, h, FeeList.Table)[0]; row["hilist_name"] != "甘草片" || row["cnt"] != "2" || row[lake.ColLine] != "1" {
		t.Errorf("row: %v", row)
	}
}

// Codes that provinces pad with zeros are kept without.
func TestHospitalLevelWithZero(t *testing.T) {
	h := newHome(t)
	mustTakeFiles(t, h, Options{}, writeFile(t, "fixmedins_b.csv", []byte("fixmedins_code,hosp_lv,fixmedins_type\nH1,02,1\nH2,10,1\nH3,0,1\n")))
	got := ""
	for _, row := range rowsOf(t, h, Fixmedins.Table) {
		got += row["hosp_lv"] + " "
	}
	if got != "2 10 0 " {
		t.Errorf("levels are %q", got)
	}
}

func TestWorkbookTraps(t *testing.T) {
	h := newHome(t)
	book := workbook(t, map[string]data{
		"说明":         {{"本表由某市医保中心提供"}},
		"fee_list_d": lines,
		"setl_d":     {{"结算ID", "人员编号", "医疗费总额"}, {"S1", "P1", "12.340000000000002"}, {}, {"S2", "4.30101E+17", "1"}},
	})
	r := mustTakeFiles(t, h, Options{}, writeFile(t, "某市.xlsx", book))
	if len(r.Files) != 2 || len(r.Skipped) != 1 || r.Files[1].Name != "某市.xlsx!setl_d" || r.Files[1].Quarantined != 1 {
		t.Fatalf("report: %+v", r)
	}
	if rows := rowsOf(t, h, Setl.Table); rows[0]["medfee_sumamt"] != "12.34" || rows[0][lake.ColLine] != "2" {
		t.Errorf("rows: %v", rows)
	}
}

func TestProgressLine(t *testing.T) {
	if got := progressLine(1_234_567, 25, 100, 10*time.Second); got != "导入 1,234,567 行，123,456 行/秒，25%，约剩 30s" {
		t.Errorf("got %q", got)
	}
	var b strings.Builder
	in := &intake{Options: Options{Progress: &b}}
	in.showProgress(nil)()
	if b.String() != "\r\x1b[K" {
		t.Errorf("left on the terminal: %q", b.String())
	}
}

// What a killed intake has left is removed by the next one of the same tables.
func TestLeftoversAreSwept(t *testing.T) {
	h := newHome(t)
	for _, name := range []string{"keys/fee_list_d-x.keys.run0", "keys/fee_list_d-x.keys.part", "quarantine/fee_list_d-x.csv.part", "keys/setl_d-x.keys.part"} {
		path := filepath.Join(h.Dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mustTakeFiles(t, h, Options{}, writeFile(t, "fee_list_d.csv", quoted(lines, ",", `"`, "\n")))
	left, err := filepath.Glob(filepath.Join(h.Dir, "*", "*-x.*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != "setl_d-x.keys.part" {
		t.Errorf("left: %v, %v", left, err)
	}
}
