package finding

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// reportOf returns the report of findings, and their run.
func reportOf(t *testing.T, findings []*Finding) (string, *Run) {
	t.Helper()
	tally, top := NewTally(), newLeaders(100)
	for _, f := range findings {
		tally.Add(f)
		top.add(f)
	}
	run := sampleRun()
	tally.Into(run)
	var page bytes.Buffer
	if err := WriteReport(&page, run, sampleDetails(top.top())); err != nil {
		t.Fatal(err)
	}
	return page.String(), run
}

// outline lists the sections of a page with what each holds, in order.
func outline(page string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`<section id="(\w+)"|<(h[123])>([^<]*)|<(svg|table|details class="card)`).FindAllStringSubmatch(page, -1) {
		switch {
		case m[1] != "":
			out = append(out, "# "+m[1])
		case m[2] == "h1" || m[2] == "h2" && m[3] != "":
			out = append(out, m[2]+" "+m[3])
		case m[4] != "":
			if one := strings.TrimPrefix(m[4], `details class="`); out[len(out)-1] != one {
				out = append(out, one)
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "h2 " })
}

func TestReportStructure(t *testing.T) {
	page, _ := reportOf(t, collect(sampleFindings(2000, 3, 30)))
	got := outline(page[:strings.Index(page, `<section id="top"`)])
	want := []string{
		"h1 江城市医疗保障基金筛查报告",
		"# totals",
		"# trend", "h2 趋势", "svg", "table",
		"# rule", "h2 按规则类", "svg", "table",
		"# institution", "h2 按机构", "svg", "table",
		"# department", "h2 按科室", "svg", "table",
		"# doctor", "h2 按医师", "svg", "table",
		"# payment", "h2 按支付方式", "table",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the page up to its top findings is\n%q, want\n%q", got, want)
	}
	rest := outline(page[strings.Index(page, `<section id="quality"`):])
	if want := []string{
		"# quality", "h2 数据质量", "table", "# missed", "h2 未能核查", "table",
		"# notrun", "h2 未运行的规则类", "# problems", "h2 问题清单", "table", "# about", "h2 口径与版本",
	}; !slices.Equal(rest, want) {
		t.Errorf("the end of the page is\n%q, want\n%q", rest, want)
	}
	if n := strings.Count(page, `<details class="card"`); n != 100 {
		t.Errorf("%d top findings, want 100", n)
	}
}

func TestReportTellsEverything(t *testing.T) {
	page, run := reportOf(t, collect(sampleFindings(2000, 3, 30)))
	all := run.Totals.All
	for _, want := range []string{
		grouped(all.Violation.Amount) + " 元", grouped(all.Suspicion.Amount) + " 元",
		"违规金额与涉及金额分列，不相加",
		"未运行：没有生效的知识点（2 类）", "未运行：本版本尚不支持该类判定（1 类）", "未运行：缺少数据表 setl_list_oprn_d（1 类）",
		"中药饮片单方不予支付", "年龄不详", "费用明细没有对应的结算", "医师处方权限、医师职称", "未提供医师登记信息",
		"DRG", "打包付费", run.KnowledgeHash, run.RuleSetHash, run.RunID,
		`class="hit"`, "知识点依据", "法律条款", "2024-01-01 至 2024-12-31",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if sum := grouped(all.Violation.Amount + all.Suspicion.Amount); strings.Contains(page, sum) {
		t.Errorf("the page adds 违规金额 and 涉及金额: %s", sum)
	}
}

// TestReportProblems proves that a report says of every check of the problem lists
// what became of it, and what those that were not executed lack.
func TestReportProblems(t *testing.T) {
	page, run := reportOf(t, nil)
	for _, want := range []string{
		"问题清单：执行 3 项（其中指标 1 项）、缺知识点 1 项、缺数据 2 项、规则未运行 1 项",
		"执行的各项中，2 项只能判定一部分", "1 项在国家公布的知识点中已有", "有知识点而没有数据表 stock_d 的 1 项",
		"医疗服务项目重复收费：12 点", "须有知识点：成对项目。", "医疗服务项目重复收费：缺数据表 stock_d",
		"缺：机构的设备登记。", "执行一部分", "已执行", "没有执行的，不能视为没有问题",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if n := strings.Count(page[strings.Index(page, `<section id="problems"`):], `<tr><td class="num">`); n != len(run.Problems) {
		t.Errorf("%d rows of problems, want %d", n, len(run.Problems))
	}
	run.Problems = nil
	var without bytes.Buffer
	if err := WriteReport(&without, run, nil); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(without.String(), "问题清单") {
		t.Error("a run of an earlier version has a section on problems that it did not assess")
	}
}

// A card goes from the lines objected to over the evidence to the rule and its basis.
func TestReportCardOrder(t *testing.T) {
	page, _ := reportOf(t, collect(sampleFindings(500, 3, 5)))
	for _, body := range strings.Split(page, `<details class="card"`)[1:] {
		at := -1
		for _, part := range []string{`class="says"`, "疑点编号", "<h3>疑点明细", "<h3>佐证明细", "<dt>规则</dt>", "<dt>知识点依据</dt>", "<dt>法律条款</dt>"} {
			k := strings.Index(body, part)
			if k < 0 {
				continue // this finding has none
			}
			if k < at {
				t.Fatalf("%s stands too early in a card", part)
			}
			at = k
		}
	}
}

func TestReportNeedsNothingElse(t *testing.T) {
	page, _ := reportOf(t, collect(sampleFindings(300, 3, 5)))
	for _, m := range regexp.MustCompile(`(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "#") && !strings.HasPrefix(m[1], "data:") {
			t.Errorf("the page refers to %s", m[1])
		}
	}
	if strings.Contains(page, "ZgotmplZ") || strings.Contains(page, "<no value>") || strings.Contains(page, "%!") {
		t.Error("a value of the page went wrong")
	}
}

func TestReportEscapes(t *testing.T) {
	const evil = `<script>alert(1)</script>"'&<img src=x onerror=alert(2)>`
	f := &Finding{
		ID: "YD1", RuleID: evil, RuleName: evil, KpID: evil, Result: Violation, Severity: 1, FixmedinsCode: evil, FixmedinsName: evil,
		PsnNo: evil, MdtrtID: evil, ClrWay: evil, Lines: []string{evil}, FirstDay: calendar.DayOf(2024, 1, 1), LastDay: calendar.DayOf(2024, 1, 2),
		Amount: 100, OwnAmount: 100, Explanation: evil, Basis: evil, LegalArticle: evil, DeptName: evil, DrCode: evil, MainFindingID: evil,
	}
	tally := NewTally()
	tally.Add(f)
	run := &Run{
		Title: evil, RunID: evil, SnapshotID: evil, KnowledgeHash: evil, Version: evil, Gaps: []Gap{{evil, evil}},
		DataIssues: []DataIssue{{FixmedinsCode: evil, Kind: evil, Count: 1, Samples: []string{evil}}},
		Rules:      []RuleRun{{RuleID: evil + "2", Name: evil, Status: evil, Unchecked: []Unchecked{{evil, 1}}}},
		From:       calendar.NoDay, To: calendar.NoDay,
	}
	tally.Into(run)
	var page bytes.Buffer
	line := claim.Line{BkkpSn: evil, HilistName: evil, MedListCodg: evil}
	if err := WriteReport(&page, run, []Detail{{Finding: f, Lines: []claim.Line{line}, Evidence: []claim.Line{line}, Encounter: &claim.Encounter{MedType: evil, AdmDeptName: evil}}}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "<script>alert") || strings.Contains(page.String(), "<img") {
		t.Error("markup of the data is markup of the page")
	}
	if n := strings.Count(page.String(), "<script"); n != 1 {
		t.Errorf("%d scripts, want our own", n)
	}
}

func TestReportDownloads(t *testing.T) {
	findings := collect(sampleFindings(2000, 3, 150))
	findings[0].FixmedinsName = "=cmd()" // of an institution with the code below
	findings[0].FixmedinsCode = "H00000000000"
	page, run := reportOf(t, findings)
	m := regexp.MustCompile(`href="data:text/csv;charset=utf-8;base64,([^"]+)" download="按机构.csv"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("there is no download of the institutions")
	}
	text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(m[1], "&#43;", "+"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(run.Totals.ByInstitution.Groups)+1 {
		t.Errorf("%d rows, want all %d institutions", len(rows)-1, len(run.Totals.ByInstitution.Groups))
	}
	var violations int64
	guarded := false
	for _, row := range rows[1:] {
		amount, err := claim.ParseDecimal(row[3], 2)
		if err != nil {
			t.Fatalf("amount %q: %v", row[3], err)
		}
		violations += amount
		guarded = guarded || row[0] == "'=cmd()"
	}
	if violations != int64(run.Totals.All.Violation.Amount) {
		t.Errorf("the amounts come to %d fen, want %d", violations, run.Totals.All.Violation.Amount)
	}
	if !guarded {
		t.Error("a name that looks like a formula is not guarded")
	}
}

func TestReportWithoutFindings(t *testing.T) {
	page, _ := reportOf(t, nil)
	for _, want := range []string{"本次筛查没有发现疑点", "0.00", "未运行的规则类", "已运行、没有发现疑点（9 类）", "2,013,442"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	for _, wrong := range []string{"<svg", "NaN", "Inf", `href="#trend"`} {
		if strings.Contains(page[:strings.Index(page, "<script>")], wrong) {
			t.Errorf("a page without findings holds %s", wrong)
		}
	}
	var bare bytes.Buffer
	if err := WriteReport(&bare, &Run{From: calendar.NoDay, To: calendar.NoDay}, nil); err != nil {
		t.Error(err)
	}
}

func TestTrendOfOddData(t *testing.T) {
	for _, months := range [][]Group{
		nil,
		{{Key: ""}},
		{{Key: "2024-01", Split: Split{Violation: Sum{Findings: 1, Amount: 1}}}},
		{{Key: "2024-01", Split: Split{Violation: Sum{Findings: 1, Amount: 9_000_000_000_000_000}}}},
		make([]Group, 60),
	} {
		c := trend("违规金额", Violation, months)
		if len(c.Bars) != len(months) || len(c.Ticks) < 2 || len(c.Ticks) > 7 {
			t.Errorf("%d months give %d bars and %d lines", len(months), len(c.Bars), len(c.Ticks))
		}
		for _, b := range c.Bars {
			if b.X < 0 || b.X+b.W > c.Width || b.Y < 0 || b.H < 0 || b.Y+b.H > c.Height {
				t.Errorf("a bar is outside of its chart: %+v", b)
			}
		}
	}
}

// The page in a true browser: no message in its console, and its script runs.
func TestReportInABrowser(t *testing.T) {
	var browser string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" || testing.Short() {
		t.Log("left out: no Chromium here (apt-get install chromium)")
		return
	}
	for name, findings := range map[string][]*Finding{"full": collect(sampleFindings(1000, 3, 30)), "empty": nil} {
		page, _ := reportOf(t, findings)
		dir := t.TempDir()
		path := filepath.Join(dir, "report.html")
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(dir, "profile"),
			"--enable-logging=stderr", "--dump-dom", "file://"+path)
		var dom, log bytes.Buffer
		cmd.Stdout, cmd.Stderr = &dom, &log
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, log.String())
		}
		for line := range strings.Lines(log.String()) {
			if strings.Contains(line, "CONSOLE") {
				t.Errorf("%s: %s", name, line)
			}
		}
		if !strings.Contains(dom.String(), `<th><button type="button">`) {
			t.Errorf("%s: tables cannot be sorted: the script did not run", name)
		}
	}
}
