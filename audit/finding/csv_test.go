package finding

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// The order that the contract of findings.csv states.
const contract = "finding_id,revision,rule_id,rule_name,rule_version,kp_id,result,severity,fixmedins_code,fixmedins_name,psn_no," +
	"mdtrt_id,setl_id,clr_way,lines,evidence_lines,first_day,last_day,codes,amount,own_amount,fund_amount,acct_amount," +
	"main_finding_id,explanation,basis,legal_article,run_id,snapshot_id"

func TestCSVForm(t *testing.T) {
	dir, _ := mustGive(t, Options{NoWorkbooks: true}, []*Finding{{
		ID: "YD1", Revision: 1, RuleID: "R", Result: Violation, Severity: 1, FixmedinsName: `甲,"乙"医院`,
		Lines: []string{"L1", "L2"}, FirstDay: calendar.DayOf(2024, 2, 29), LastDay: calendar.NoDay,
		Amount: 123456, OwnAmount: 5, FundAmount: claim.Null, AcctAmount: 0, Explanation: "一。\n二。", Basis: "=1+1",
	}})
	got, err := os.ReadFile(filepath.Join(dir, csvName))
	if err != nil {
		t.Fatal(err)
	}
	want := contract + "\n" +
		`YD1,1,R,,,,violation,1,,"甲,""乙""医院",,,,,L1;L2,,2024-02-29,,,1234.56,0.05,,0.00,,"一。` + "\n" + `二。",=1+1,,,` + "\n"
	if string(got) != want {
		t.Errorf("findings.csv\n got %q\nwant %q", got, want)
	}
}

func TestReadCSVFindsColumnsByName(t *testing.T) {
	reversed := strings.Split(contract, ",")
	slices.Reverse(reversed)
	var text bytes.Buffer
	text.WriteString("\xef\xbb\xbf")
	w := csv.NewWriter(&text)
	w.Write(append([]string{"备注"}, reversed...))
	row := make([]string, len(reversed)+1)
	for i, name := range reversed {
		switch name {
		case "finding_id":
			row[i+1] = "YD1"
		case "revision", "severity":
			row[i+1] = "2"
		case "amount":
			row[i+1] = "7.5"
		}
	}
	w.Write(row)
	w.Flush()
	for f, err := range ReadCSV(&text) {
		if err != nil {
			t.Fatal(err)
		}
		if f.ID != "YD1" || f.Amount != 750 || f.Severity != 2 || f.FirstDay != calendar.NoDay || f.FundAmount != claim.Null {
			t.Errorf("got %+v", f)
		}
	}
}

func TestReadCSVRefuses(t *testing.T) {
	row := func(change map[string]string) string {
		var fields []string
		for name := range strings.SplitSeq(contract, ",") {
			v := map[string]string{"revision": "1", "severity": "1"}[name]
			if c, ok := change[name]; ok {
				v = c
			}
			fields = append(fields, v)
		}
		return strings.Join(fields, ",") + "\n"
	}
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "没有可读的表头"},
		{"another file", "a,b\n1,2\n", "缺少列 finding_id（疑点编号）"},
		{"a column twice", strings.Replace(contract, "basis", "kp_id", 1) + "\n", "kp_id 出现两次"},
		{"text in an amount", contract + "\n" + row(map[string]string{"amount": "很多"}), `第2行列 amount 的值 "很多" 不是金额`},
		{"three decimals", contract + "\n" + row(nil) + row(map[string]string{"fund_amount": "1.234"}), `第3行列 fund_amount 的值 "1.234" 不是金额`},
		{"no date", contract + "\n" + row(map[string]string{"first_day": "2024-02-30"}), "不是日期"},
		{"no number", contract + "\n" + row(map[string]string{"revision": "一"}), "不是整数"},
		{"a row cut short", contract + "\n" + "YD1,1\n", "不是完整的 CSV"},
		{"an open quote", contract + "\n" + `"YD1`, "不是完整的 CSV"},
	} {
		var last error
		n := 0
		for _, err := range ReadCSV(strings.NewReader(c.text)) {
			if n++; last != nil {
				t.Errorf("%s: goes on after %v", c.name, last)
			}
			last = err
		}
		if last == nil || !strings.Contains(last.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, last, c.want)
		}
	}
}

func TestReadParquetRefuses(t *testing.T) {
	dir, _ := mustGive(t, Options{NoWorkbooks: true}, collect(sampleFindings(100, 2, 2)))
	whole, err := os.ReadFile(filepath.Join(dir, parquetName))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		text []byte
	}{
		{"nothing", nil},
		{"a text", []byte("finding_id,revision\n")},
		{"cut short", whole[:len(whole)/2]},
		{"no footer", whole[:len(whole)-8]},
		{"broken pages", append(bytes.Repeat([]byte{0xff}, len(whole)-2000), whole[len(whole)-2000:]...)},
	} {
		path := filepath.Join(t.TempDir(), "x.parquet")
		if err := os.WriteFile(path, c.text, 0o644); err != nil {
			t.Fatal(err)
		}
		var last error
		for _, err := range ReadParquet(path) {
			last = err
		}
		if last == nil || !strings.Contains(last.Error(), path) {
			t.Errorf("%s: got %v, want an error that names the file", c.name, last)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add(contract + "\nYD1,1,R,名,1,K,violation,1,H,院,P,M,S,40;1,L1;L2,E1,2024-01-01,2024-01-02,C,1.00,1.00,0.70,,,说明,依据,条款,r,7\n")
	f.Add(contract + "\n" + `"",,,` + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		var read []*Finding
		for f, err := range ReadCSV(strings.NewReader(text)) {
			if err != nil {
				return
			}
			read = append(read, f)
		}
		// What was read is written and read again unchanged.
		path := filepath.Join(t.TempDir(), csvName)
		c, err := createCSV(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range read {
			if err := c.add(f); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.close(); err != nil {
			t.Fatal(err)
		}
		again, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		n := 0
		for f, err := range ReadCSV(again) {
			if err != nil || !reflect.DeepEqual(f, read[n]) {
				t.Fatalf("finding %d: %+v, %v; want %+v", n, f, err, read[n])
			}
			n++
		}
		if n != len(read) {
			t.Fatalf("%d findings, want %d", n, len(read))
		}
	})
}

func FuzzReadParquet(f *testing.F) {
	dir := f.TempDir()
	if _, err := give(dir, Options{NoWorkbooks: true}, sampleFindings(3, 2, 2)); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, parquetName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte("PAR1\x00\x00\x00\x00PAR1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), parquetName)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, err := range ReadParquet(path) {
			if err != nil && !strings.Contains(err.Error(), path) {
				t.Errorf("%v does not name the file", err)
			}
		}
	})
}
