package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"yiheng/demo"
	"yiheng/ground/db"
)

// bureau is a town beside a city
// with an agency of its own.
type bureau struct {
	*town
	author, reviewer, leader, county, elsewhere *visitor
}

func staffed(t *testing.T, home string) *bureau {
	t.Helper()
	w := &bureau{town: settle(t, home)}
	for _, o := range []string{
		`{"code":"YUNZE","kind":"agency","name":"云泽市医保中心","region":"371800"}`,
		`{"code":"DONGHU","kind":"agency","name":"东湖区医保中心","region":"371802"}`,
	} {
		w.admin.does("POST", "/api/organisations", o, nil)
	}
	in := func(login, organisation, role string) *visitor {
		return w.admit(login, organisation, fmt.Sprintf(`"role":%q,"organisation":%q`, role, organisation), "/api/grants", w.officer)
	}
	w.author, w.reviewer, w.leader = in("author", "YUNZE", "agency_auditor"), in("reviewer", "YUNZE", "final_reviewer"), in("chief", "YUNZE", "supervisor_leader")
	w.county, w.elsewhere = in("county", "DONGHU", "agency_auditor"), w.other
	return w
}

// library reads a file of the rule library.
func library(t *testing.T, id, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../audit/rule/library", id, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// firstCases are the first hit and the first clean case of a class.
func firstCases(t *testing.T, id string) string {
	t.Helper()
	cases := strings.Split(library(t, id, "cases.yaml"), "\n\n")
	return strings.Join(cases[:2], "\n\n")
}

// versionBody is what an author sends.
func versionBody(t *testing.T, definition, cases, from string) string {
	t.Helper()
	text, err := json.Marshal(map[string]string{
		"region": "371800", "from": from, "document": "云医保发〔2025〕7号", "definition": definition, "cases": cases, "reason": "本地住院管理需要",
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// stricter is the class of overlapping stays as the city has it: suspicions of severity 3.
func stricter(t *testing.T) (definition, cases string) {
	definition = strings.Replace(library(t, "YH0001", "rule.yaml"), "version: 1.0.0", "version: 1.1.0\nparams: {severity: 3}", 1)
	return definition, strings.Replace(firstCases(t, "YH0001"), "result: suspicion,", "result: suspicion, severity: 3,", 1)
}

// refused wants the refusal of a request by its code.
func (v *visitor) refused(method, path, body string, status int, code string) {
	v.Helper()
	got, text, _ := v.ask(method, path, body)
	if got != status || !strings.Contains(text, fmt.Sprintf("%q", code)) {
		v.Errorf("%s %s by %s: %d %s, want %d %q", method, path, v.login, got, text, status, code)
	}
}

// versionOf is what the API says of a version.
type versionOf struct {
	ID, State, Label string
	Wrong            []string
	Steps            []struct{ Move, Actor, Reason, To string }
	Tryouts          []tryoutOf
}

type tryoutOf struct {
	ID, Kind     string
	Done, Passed bool
	Error        string
	JobState     string `json:"job_state"`
	Comparison   *struct {
		Now, Candidate             string
		Added, Gone, Changed, Same struct{ Findings int64 }
		Institutions               []struct{ Code string }
		Precision                  struct{ Decided, Millionths int64 }
		Took                       int64
		Lines, Visits              int64
	}
	Gate *struct {
		Violations, Lines int64
		Examples          []struct {
			Explanation string
		}
	}
}

func (v *visitor) version(id string) (x versionOf) {
	v.Helper()
	v.does("GET", "/api/rule-versions/"+id, "", &x)
	return x
}

// tried starts a tryout and waits for its end.
func (v *visitor) tried(id, kind, body string) tryoutOf {
	v.Helper()
	var started tryoutOf
	v.does("POST", "/api/rule-versions/"+id+"/"+kind, body, &started)
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		for _, t := range v.version(id).Tryouts {
			if t.ID == started.ID && (t.Done || t.JobState == "failed") {
				return t
			}
		}
	}
	v.Fatalf("%s of %s did not end", kind, id)
	return started
}

const dutiful = `{"reason":"依规办理"}`

// TestLifeOfARule takes a version of a rule from its draft to its retirement through three
// people, over HTTP on the built server, and sees what is judged by it at each stage: by the
// day of service, in its region, and in grey use at the chosen institutions only. Nobody does
// two steps that are to be done by two people, nothing is skipped, and every step has its
// reason and its entry.
//
// clause: 001-042
// clause: 003-028
// clause: 004-018
func TestLifeOfARule(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		in := city(t, demo.Options{Persons: 1500, Seed: 3, Every: 2})
		yiheng(t, home, "intake", in)
		before := screen(t, home)
		w := staffed(t, home)
		definition, cases := stricter(t)
		one := versionBody(t, definition, cases, "2025-07-01")
		path := "/api/rule-versions/GB000001"

		w.run(t, []step{
			{w.reviewer, "POST", "/api/rule-versions", one, 403, []string{`"role"`}, ""},
			{w.elsewhere, "POST", "/api/rule-versions", one, 404, []string{"not_found"}, ""},
			{w.author, "POST", "/api/rule-versions", strings.Replace(one, "371800", "371802", 1), 422, []string{"rule.region"}, ""},
			{w.author, "POST", "/api/rule-versions", strings.Replace(one, "371800", "370000", 1), 404, []string{"not_found"}, ""},
			{w.author, "POST", "/api/rule-versions", strings.Replace(one, "371800", "000000", 1), 404, []string{"not_found"}, ""},
			{w.author, "POST", "/api/rule-versions", strings.Replace(one, "program: sequence", "program: amount", 1), 422, []string{"rule.definition", "锁定"}, ""},
			{w.author, "POST", "/api/rule-versions", strings.Replace(one, "params: {severity", "params: {sevrity", 1), 422, []string{"rule.definition", "不认识的参数 sevrity"}, ""},
			{w.author, "POST", "/api/rule-versions", strings.Replace(one, "program: sequence", "program: [sequence", 1), 422, []string{"rule.definition", "行附近不是合规的 YAML"}, ""},
			{w.author, "POST", "/api/rule-versions", strings.Replace(one, "mdtrt_id: M2, result", "mdtrt_id: M9, result", 1), 422, []string{"rule.cases", "M9"}, ""},
			{w.author, "POST", "/api/rule-versions", strings.Replace(one, "云医保发〔2025〕7号", "  ", 1), 422, []string{"rule.document"}, ""},
			{w.author, "POST", "/api/rule-versions", one, 201, []string{`"GB000001"`, `"draft"`, `"1.1.0+371800"`}, "rule.draft"},
			{w.author, "POST", "/api/rule-versions", one, 422, []string{"rule.version", "1.1.0"}, ""},
			{w.author, "PUT", path, strings.Replace(one, "severity: 3,", "severity: 2,", 1), 200, nil, "rule.edit"},
			{w.author, "POST", path + "/submit", dutiful, 409, []string{"rule.cases"}, ""},
			{w.author, "PUT", path, one, 200, nil, "rule.edit"},
			{w.author, "POST", path + "/submit", `{"reason":""}`, 422, []string{"body.reason"}, ""},
			{w.elsewhere, "GET", path, "", 404, []string{"not_found"}, ""},
			{w.county, "GET", path, "", 404, []string{"not_found"}, ""},
			{w.author, "POST", path + "/submit", dutiful, 200, []string{`"review"`}, "rule.submit"},
			{w.author, "PUT", path, one, 409, []string{`"state"`}, ""},
			{w.author, "POST", path + "/approve", dutiful, 403, []string{`"role"`}, ""},
			{w.elsewhere, "POST", path + "/approve", dutiful, 404, []string{"not_found"}, ""},
			{w.reviewer, "POST", path + "/return", dutiful, 200, []string{`"draft"`}, "rule.return"},
			{w.leader, "PUT", path, one, 200, nil, "rule.edit"},
			{w.author, "POST", path + "/submit", dutiful, 200, []string{`"review"`}, "rule.submit"},
			{w.leader, "POST", path + "/approve", dutiful, 409, []string{"same-person"}, ""},
			{w.reviewer, "POST", path + "/approve", dutiful, 200, []string{`"trial"`}, "rule.approve"},
			{w.leader, "POST", path + "/force", dutiful, 409, []string{`"state"`}, ""},
		})
		sameFindings(t, screen(t, home), before) // a trial gives nothing out
		w.author.trial(t, path)
		w.leaderAgain(t, path, one)
		w.judged(t, home, before, path)
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// trial runs the version on history and in a clean city.
func (v *visitor) trial(t *testing.T, path string) {
	t.Helper()
	id := filepath.Base(path)
	v.refused("POST", path+"/trials", `{"from":"2025-12-31","to":"2025-01-01"}`, 422, "rule.days")
	v.refused("POST", path+"/trials", `{"from":"2030-01-01","to":"2030-01-01"}`, 422, "rule.days")
	v.refused("POST", path+"/trials", `{"from":"2019-01-01","to":"2019-12-31"}`, 422, "rule.days")
	x := v.tried(id, "trials", `{"from":"2025-01-01","to":"2025-12-31"}`)
	if c := x.Comparison; c == nil || c.Now != "1.0.0" || c.Candidate != "1.1.0+371800" || c.Added.Findings != 0 || c.Gone.Findings != 0 ||
		c.Changed.Findings == 0 || c.Same.Findings != 0 || len(c.Institutions) == 0 || c.Precision.Millionths != -1 || c.Precision.Decided != 0 || c.Took <= 0 ||
		!x.Passed || c.Lines == 0 || c.Visits == 0 {
		t.Errorf("the trial gave %+v", x)
	}
	if x := v.tried(id, "gates", ""); !x.Done || !x.Passed || x.Gate.Violations != 0 || x.Gate.Lines == 0 {
		t.Errorf("the clean city gave %+v", x)
	}
}

// leaderAgain is what the leader, who edited, may no longer do: somebody else leads on.
func (w *bureau) leaderAgain(t *testing.T, path, one string) {
	t.Helper()
	grey := `{"reason":"先在两家机构","institutions":["%s"]}`
	hospital := w.hospital(t)
	w.leader.refused("POST", path+"/grey", fmt.Sprintf(grey, hospital), 409, "same-person")
	second := w.admit("deputy", "YUNZE", `"role":"supervisor_leader","organisation":"YUNZE"`, "/api/grants", w.officer)
	second.refused("POST", path+"/grey", `{"reason":"没有机构"}`, 409, "rule.institutions")
	second.refused("POST", path+"/grey", `{"reason":"没有这家","institutions":["H000"]}`, 422, "rule.institutions")
	second.does("POST", path+"/grey", fmt.Sprintf(grey, hospital), nil)
	w.leader = second
}

// hospital is an institution with overlapping stays after the middle of the year.
func (w *bureau) hospital(t *testing.T) string {
	t.Helper()
	for _, r := range rows(t, filepath.Join(screen(t, w.home), "findings.csv")) {
		if r["rule_id"] == "YH0001" && r["first_day"] >= "2025-07-01" && strings.HasPrefix(r["fixmedins_code"], "H3718") {
			return r["fixmedins_code"]
		}
	}
	t.Fatal("the city has no overlapping stays")
	return ""
}

// judged sees by which version each finding is judged: in grey use, in force, and after
// the version is retired.
func (w *bureau) judged(t *testing.T, home, before, path string) {
	t.Helper()
	greyed := w.version(t, path).Institutions
	label := func(r map[string]string) string {
		if r["first_day"] < "2025-07-01" || !strings.HasPrefix(r["fixmedins_code"], "H3718") {
			return "1.0.0"
		}
		return "1.1.0+371800"
	}
	w.wantLabels(t, screen(t, home), func(r map[string]string) string {
		if l := label(r); l == "1.0.0" || r["fixmedins_code"] != greyed[0].Code {
			return "1.0.0"
		}
		return "1.1.0+371800.grey"
	})
	w.county.does("GET", path, "", nil) // in use in the county's city
	w.reviewer.refused("POST", path+"/force", dutiful, 403, "role")
	w.leader.does("POST", path+"/force", dutiful, nil)
	out := screen(t, home)
	w.wantLabels(t, out, label)
	wantText(t, yiheng(t, home, "finding", "verify", filepath.Join(out, "certificates.ndjson")), "不符 0 份")
	if a, b := len(findings(t, out)), len(findings(t, before)); a != b {
		t.Errorf("%d findings, without the version %d", a, b)
	}
	w.leader.refused("POST", path+"/retire", dutiful, 409, "rule.last-day")
	w.leader.does("POST", path+"/retire", `{"reason":"文件废止","last_day":"2025-09-30"}`, nil)
	w.wantLabels(t, screen(t, home), func(r map[string]string) string {
		if r["first_day"] > "2025-09-30" {
			return "1.0.0"
		}
		return label(r)
	})
	wantText(t, yiheng(t, home, "rule", "versions"), "GB000001", "停用", "云医保发〔2025〕7号")
	wantText(t, yiheng(t, home, "rule", "trial", "GB000001"), "变化", "不详", "违规 0 件")
	wantText(t, yiheng(t, home, "rule", "check", "--stored"), "规则版本 1 个，不合 0 个")
}

// version reads a version with its institutions.
func (w *bureau) version(t *testing.T, path string) (x struct {
	Institutions []struct{ Code string }
},
) {
	t.Helper()
	w.leader.does("GET", path, "", &x)
	return x
}

// wantLabels holds the rule_version and the severity of overlapping stays against what
// want says of each.
func (w *bureau) wantLabels(t *testing.T, out string, want func(map[string]string) string) {
	t.Helper()
	seen := make(map[string]int)
	for _, r := range rows(t, filepath.Join(out, "findings.csv")) {
		if r["rule_id"] != "YH0001" {
			continue
		}
		label := want(r)
		seen[label]++
		severity := "3"
		if label == "1.0.0" {
			severity = "2"
		}
		if r["rule_version"] != label || r["severity"] != severity {
			t.Errorf("%s at %s on %s: version %s, severity %s, want %s, %s", r["finding_id"], r["fixmedins_code"], r["first_day"], r["rule_version"], r["severity"], label, severity)
		}
	}
	if len(seen) < 2 {
		t.Errorf("only %v is there to be told apart", seen)
	}
}

// TestUnlawfulRule is a rule that finds violations where nothing is wrong: it is never put
// in force, whoever asks, and not in grey use either.
func TestUnlawfulRule(t *testing.T) {
	t.Setenv(db.Setting, "")
	home := t.TempDir()
	yiheng(t, home, append([]string{"intake", city(t, demo.Options{Lines: 4_000, Seed: 3})}, written(t, transplants)...)...)
	w := staffed(t, home)
	definition := strings.NewReplacer(
		"id: GZ10000101003000", "id: DF371800001", "version: 1.0.0", "version: 0.1.0\npoints: [{kp_id: K1, code: 001201000030000, params: {mode: any}}]",
		"code: GZ10000101003000\n", "", "objects: [piece]\n", "",
	).Replace(library(t, "GZ10000101003000", "rule.yaml"))
	definition = regexpSeq.ReplaceAllString(definition, "")
	cases := strings.NewReplacer(
		"  points:\n    - {kp_id: K1, code: 001201000030000, params: {\"max\": 1, \"window\": \"day\"}, valid_from: 2024-01-01}\n", "",
		"lines: [L2], own_amount: 48.00, evidence_lines: [L1]", "lines: [L1, L2], own_amount: 72.00",
	).Replace(firstCases(t, "GZ10000102014000"))
	hit, clean, _ := strings.Cut(cases, "\n\n")
	clean = strings.ReplaceAll(clean, "001201000030000", "001201000040000")
	w.author.does("POST", "/api/rule-versions", versionBody(t, definition, hit+"\n\n"+clean, "2025-01-01"), nil)
	path := "/api/rule-versions/GB000001"
	if x := w.author.version("GB000001"); len(x.Wrong) > 0 {
		t.Fatalf("cases: %q", x.Wrong)
	}
	w.author.does("POST", path+"/submit", dutiful, nil)
	w.reviewer.does("POST", path+"/approve", dutiful, nil)
	x := w.author.tried("GB000001", "trials", `{"from":"2026-01-01","to":"2026-01-31"}`) // days of another city's data
	if x.Comparison == nil || x.Passed || x.Comparison.Lines+x.Comparison.Visits != 0 || !strings.Contains(x.Error, "什么也没有判定") {
		t.Errorf("the trial over days without data gave %+v", x)
	}
	w.leader.refused("POST", path+"/grey", dutiful, 409, "rule.tried")
	if x := w.author.tried("GB000001", "trials", `{"from":"2025-01-01","to":"2025-12-31"}`); !x.Passed || x.Comparison == nil || x.Comparison.Now != "" || x.Comparison.Added.Findings == 0 {
		t.Errorf("the trial gave %+v", x)
	}
	w.leader.refused("POST", path+"/grey", dutiful, 409, "rule.clean")
	x = w.author.tried("GB000001", "gates", "")
	if !x.Done || x.Passed || x.Gate.Violations == 0 || len(x.Gate.Examples) == 0 || x.Gate.Examples[0].Explanation == "" {
		t.Errorf("the clean city gave %+v", x)
	}
	w.leader.refused("POST", path+"/grey", dutiful, 409, "rule.clean")
	w.leader.refused("POST", path+"/force", dutiful, 409, "state")
	w.stop()
	wantText(t, yiheng(t, home, "rule", "trial", "GB000001"), "违规 ")
}

// TestCheckStored is an upgrade to a program that no longer knows a parameter of a stored
// rule, and one whose points say what it does not understand.
func TestCheckStored(t *testing.T) {
	t.Setenv(db.Setting, "")
	home := t.TempDir()
	yiheng(t, home, "knowledge", "import", "starter")
	wantText(t, yiheng(t, home, "rule", "check", "--stored"), "规则版本 0 个，不合 0 个", "不合 0 处")
	w := staffed(t, home)
	definition, cases := stricter(t)
	w.author.does("POST", "/api/rule-versions", versionBody(t, definition, cases, "2025-07-01"), nil)
	w.stop()
	d, err := db.OpenAt(t.Context(), home, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.ExecContext(t.Context(), "UPDATE rule_version SET definition = replace(definition, 'severity: 3', 'gravity: 3')"); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	wantText(t, fails(t, home, "rule", "check", "--stored"), "GB000001", "gravity", "不合 1 个")
}

// regexpSeq is the line of a definition that only national rules have.
var regexpSeq = regexp.MustCompile(`(?m)^seq: .*\n`)
