package finding

import (
	"archive/zip"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/ground/calendar"
)

// allText returns everything that a workbook says, cells and parts alike.
func allText(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all strings.Builder
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return all.String()
}

func TestInstitutionsSeeOnlyTheirOwn(t *testing.T) {
	day := calendar.DayOf(2024, 5, 1)
	overlap := &Finding{
		ID: "YDOVERLAP", RuleID: "YH0001", RuleName: "住院时间重叠", Result: Suspicion, Severity: 2,
		FixmedinsCode: "H1", FixmedinsName: "第一医院", PsnNo: "P1", MdtrtID: "M1", SetlID: "S1", FirstDay: day, LastDay: day,
		Lines: []string{"LINE-OF-H1"}, EvidenceLines: []string{"LINE-OF-H2", "OWN-EVIDENCE", "LINE-OF-NOBODY"},
		EvidenceOrgs: []string{"H2", "H1", ""}, Amount: 700, OwnAmount: 700,
		Explanation: "第二医院（H2）的住院2024-04-28至2024-05-03尚未结束（就诊M2，明细LINE-OF-H2），2024-05-01又在第一医院入院，住院时间重叠。",
		Others:      []string{"第二医院", "H2", "M2"},
	}
	// The judge that forgets to say whose the evidence is must not give it away either.
	careless := &Finding{
		ID: "YDCARELESS", RuleID: "YH0002", RuleName: "住院期间门诊", Result: Violation, Severity: 1,
		FixmedinsCode: "H1", FixmedinsName: "第一医院", PsnNo: "P2", MdtrtID: "M3", FirstDay: day, LastDay: day,
		Lines: []string{"LINE2-OF-H1"}, EvidenceLines: []string{"LINE-OF-H3"}, Amount: 300, OwnAmount: 900, MainFindingID: "YDMAIN",
	}
	other := &Finding{
		ID: "YDOTHER", RuleID: "R", RuleName: "其他规则", Result: Violation, FixmedinsCode: "H2", FixmedinsName: "第二医院",
		PsnNo: "P-OF-H2", MdtrtID: "M2", FirstDay: day, LastDay: day, Lines: []string{"LINE-OF-H2"}, Amount: 100, OwnAmount: 100,
	}
	dir, _ := mustGive(t, Options{}, []*Finding{overlap, careless, other})

	own := filepath.Join(dir, institutionsDir, "H1.xlsx")
	text := allText(t, own)
	for _, secret := range []string{"第二医院", "H2", "M2", "P-OF-H2", "LINE-OF-H2", "LINE-OF-H3", "LINE-OF-NOBODY", "YDOTHER"} {
		if strings.Contains(text, secret) {
			t.Errorf("the list of H1 shows %s", secret)
		}
	}
	for _, want := range []string{
		"LINE-OF-H1", "OWN-EVIDENCE", "LINE2-OF-H1", "其他机构记录（2 条）", "其他机构记录（1 条）",
		"其他机构的住院2024-04-28至2024-05-03尚未结束", "第一医院（H1）", "违规：1 条，违规金额 3.00 元", "可疑：1 条，涉及金额 7.00 元",
		"本条金额 9.00 元，其中 6.00 元已计入疑点 YDMAIN。", "申诉说明",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the list of H1 does not say %s", want)
		}
	}
	rows := rowsOf(t, openBook(t, own), "疑点清单")
	head := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 && r[0] == "序号" })
	if rows[head+1][1] != "YDCARELESS" || rows[head+2][1] != "YDOVERLAP" {
		t.Errorf("violations do not stand first: %q", rows[head+1:])
	}
	violation, suspicion := slices.Index(rows[head], "违规金额（元）"), slices.Index(rows[head], "涉及金额（元）")
	for i, want := range [][2]string{{"3.00", ""}, {"", "7.00"}, {"3.00", "7.00"}} {
		if got := [2]string{rows[head+1+i][violation], rows[head+1+i][suspicion]}; got != want {
			t.Errorf("row %d: 违规金额 and 涉及金额 are %q, want %q", i+1, got, want)
		}
	}
}

func TestInstitutionsOfALargeRun(t *testing.T) {
	findings := collect(sampleFindings(3000, 2, 12))
	dir, run := mustGive(t, Options{spillMemory: 10_000, sheetRows: 200}, findings)
	want := make(map[string][]string)
	for _, f := range findings {
		want[f.FixmedinsCode] = append(want[f.FixmedinsCode], f.ID)
	}
	if got := len(run.Totals.ByInstitution.Groups); got != len(want) {
		t.Errorf("%d institutions in the totals, want %d", got, len(want))
	}
	for code, ids := range want {
		b := openBook(t, filepath.Join(dir, institutionsDir, code+".xlsx"))
		var got []string
		for _, sheet := range b.GetSheetList() {
			if !strings.HasPrefix(sheet, "疑点清单") {
				continue
			}
			for _, row := range rowsOf(t, b, sheet) {
				if len(row) > 1 && strings.HasPrefix(row[1], "YD") {
					got = append(got, row[1])
				}
			}
		}
		slices.Sort(got)
		slices.Sort(ids)
		if !slices.Equal(got, ids) {
			t.Errorf("%s: %d findings in its list, want %d", code, len(got), len(ids))
		}
	}
}

func TestInstitutionFile(t *testing.T) {
	seen := make(map[string]string)
	for code, want := range map[string]string{
		"H42010000001": "H42010000001.xlsx", "": "%.xlsx", "../../etc/passwd": "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd.xlsx",
		"机": "%E6%9C%BA.xlsx", "%": "%25.xlsx", "a/b": "a%2Fb.xlsx", "..": "%2E%2E.xlsx",
	} {
		got := institutionFile(code)
		if got != want {
			t.Errorf("institutionFile(%q) = %s, want %s", code, got, want)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%q and %q have one file", code, other)
		}
		seen[got] = code
	}
	for i := range 3 {
		long := institutionFile(strings.Repeat("机", 300) + fmt.Sprint(i))
		if len(long) > 255 || seen[long] != "" {
			t.Errorf("a long code gives %s", long)
		}
		seen[long] = "long"
	}
}
