package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yiheng/demo"
)

// send uploads a file and returns status and answer.
func (v *visitor) send(path, content string) (int, string) {
	v.Helper()
	v.head = map[string]string{"Content-Type": "application/octet-stream"}
	defer func() { v.head = nil }()
	status, text, _ := v.ask("POST", path, content)
	return status, text
}

// bookcase is a town whose city has an agency with an auditor, and leaders of two cities.
type bookcase struct {
	*town
	clerk, chief, far, office *visitor
}

func newBookcase(t *testing.T, home string) *bookcase {
	t.Helper()
	w := &bookcase{town: settle(t, home)}
	for _, o := range []string{
		`{"code":"CITYAGENCY","kind":"agency","name":"嘉兴市医保中心","region":"330400"}`,
		`{"code":"HZBUREAU","kind":"administration","name":"杭州市医疗保障局","region":"330100"}`,
	} {
		w.admin.does("POST", "/api/organisations", o, nil)
	}
	w.clerk = w.admit("clerk", "CITYAGENCY", `"role":"agency_auditor","organisation":"CITYAGENCY"`, "/api/grants", w.officer)
	w.officer.does("POST", "/api/grants", fmt.Sprintf(`{"holder":%q,"role":"supervisor_leader","organisation":"CITYAGENCY","reason":"兼任"}`, w.clerk.id), nil)
	w.chief = w.admit("chief", "BUREAU", `"role":"supervisor_leader","organisation":"BUREAU"`, "/api/grants", w.officer)
	w.far = w.admit("far", "HZBUREAU", `"role":"supervisor_leader","organisation":"HZBUREAU"`, "/api/grants", w.officer)
	w.office = w.admit("office", "H33040200001", `"role":"insurance_office","organisation":"H33040200001"`, "/api/grants", w.officer)
	return w
}

// stagingAt is the address to which a file is uploaded.
func stagingAt(name, more string) string {
	return "/api/knowledge/changes?name=" + url.QueryEscape(name) + "&reason=" + url.QueryEscape("年度更新") + more
}

const pointsHeader = "kp_id,rule_id,code,other_code,params,valid_from,valid_to,supersedes,region,basis,note\n"

// TestKnowledgeChange carries a change through HTTP: an upload is compared and takes no
// effect, a second person puts it in force, it is taken back, and what is found is byte
// for byte what was found before.
func TestKnowledgeChange(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		yiheng(t, home, "intake", city(t, demo.Options{Lines: 6_000, Seed: 3}))
		yiheng(t, home, "knowledge", "import", "starter")
		before := screen(t, home)
		found := rows(t, filepath.Join(before, "findings.csv"))
		hit := found[0]
		for _, f := range found {
			if f["kp_id"] != "" {
				hit = f
			}
		}
		w := newBookcase(t, home)
		var one struct {
			Point struct {
				Code   string `json:"code"`
				Other  string `json:"other_code"`
				Params string `json:"params"`
				Rule   string `json:"rule_id"`
			}
		}
		w.clerk.does("GET", "/api/knowledge/point?kp_id="+url.QueryEscape(hit["kp_id"]), "", &one)
		row := func(id, rule, from, to, supersedes, region string) string {
			return strings.Join([]string{id, rule, one.Point.Code, one.Point.Other, `"` + strings.ReplaceAll(one.Point.Params, `"`, `""`) + `"`, from, to, supersedes, region, "国家医保局文件", "改期"}, ",") + "\n"
		}
		file := pointsHeader + row("NEW-1", one.Point.Rule, "2020-01-01", "2020-12-31", hit["kp_id"], "") + row("NEW-2", "GZ404", "2020-01-01", "", "", "") + row("NEW-3", one.Point.Rule, "明天", "", "", "")
		status, text := w.clerk.send(stagingAt("更新.csv", ""), file)
		if status != 202 {
			t.Fatalf("staged: %d %s", status, text)
		}
		wantText(t, text, `"state":"staged"`, `"new":1`, `"superseded":1`, `"quarantined":2`, `"rows_read":3`, `"rows_kept":1`, `"rows_quarantined":2`)
		w.run(t, []step{
			{w.chief, "GET", "/api/knowledge/changes/2", "", 200, []string{`"state":"staged"`, w.clerk.id}, ""},
			{w.chief, "GET", "/api/knowledge/changes/2/points?made=new", "", 200, []string{`"total":1`, `"NEW-1"`, `"replaces":"` + hit["kp_id"]}, ""},
			{w.chief, "GET", "/api/knowledge/changes/2/points.csv?made=new", "", 200, []string{"新增", "NEW-1"}, "knowledge.read_changes"},
			{w.chief, "GET", "/api/knowledge/changes/2/quarantine", "", 200, []string{`"total":2`, "没有规则", "GZ404", `"row":3`, `"column":"valid_from"`, "不是日期"}, ""},
			{w.office, "GET", "/api/knowledge/changes/2", "", 403, []string{`"role"`}, ""},
			{w.chief, "POST", "/api/knowledge/changes/2/enforce", `{"reason":"核对无误"}`, 409, []string{`"quarantine"`, "2 行"}, ""},
			{w.clerk, "POST", "/api/knowledge/changes/2/enforce", `{"reason":"核对无误","accept_quarantine":true}`, 403, []string{"second_person"}, ""},
			{w.leader, "POST", "/api/knowledge/changes/2/enforce", `{"reason":"核对无误","accept_quarantine":true}`, 403, []string{"national_layer"}, ""},
		})
		sameFindings(t, screen(t, home), before)
		w.run(t, []step{
			{w.chief, "POST", "/api/knowledge/changes/2/enforce", `{"reason":"核对无误","accept_quarantine":true}`, 200, []string{`"id":2`, `"current":true`}, "knowledge.enforce"},
			{w.chief, "POST", "/api/knowledge/changes/2/enforce", `{"reason":"再来一次","accept_quarantine":true}`, 409, []string{"knowledge_state"}, ""},
			{w.office, "GET", "/api/knowledge/points?q=" + one.Point.Code, "", 200, []string{`"NEW-1"`, `"superseded"`}, ""},
			{w.office, "GET", "/api/knowledge/point?kp_id=NEW-1", "", 200, []string{`"since":2`, "年度更新", `"superseded_by":[]`}, ""},
			{w.chief, "POST", "/api/knowledge/editions/1/take-back", `{"reason":"不是最新的"}`, 409, []string{"knowledge_state", "第 2 版"}, ""},
			{w.clerk, "GET", "/api/rules/classes/" + one.Point.Rule, "", 200, []string{`"executable":true`, `"parameters"`, `"legal"`}, ""},
		})
		w.tries(t, hit["psn_no"])
		changed := findings(t, screen(t, home))
		if len(changed) >= len(found) {
			t.Errorf("%d findings after the change, %d before", len(changed), len(found))
		}
		w.run(t, []step{
			{w.chief, "POST", "/api/knowledge/editions/2/take-back", `{"reason":"文件有误"}`, 200, []string{`"id":3`, `"restores":1`}, "knowledge.decide"},
			{w.office, "GET", "/api/knowledge/point?kp_id=NEW-1", "", 200, []string{`"until":3`}, ""},
			{w.office, "GET", "/api/knowledge/points?q=NEW-1", "", 200, []string{`"total":0`}, ""},
		})
		sameFindings(t, screen(t, home), before)
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// tries tries a check on a person of the lake: of one's own region, with an entry of the
// journal that names the person; elsewhere the person is not there.
func (w *bookcase) tries(t *testing.T, psn string) {
	t.Helper()
	w.admin.does("POST", "/api/organisations", `{"code":"YUNZE","kind":"agency","name":"云泽市医保中心","region":"371800"}`, nil)
	near := w.admit("near", "YUNZE", `"role":"agency_auditor","organisation":"YUNZE"`, "/api/grants", w.officer)
	body := func(hits, psn string) string {
		return fmt.Sprintf(`{"hits":%q,"psn_nos":[%q],"reason":"核对写法"}`, hits, psn)
	}
	const hits = "visit.lines.filter(l, l.inscp_amt > 0).first(1)"
	w.run(t, []step{
		{near, "POST", "/api/expressions/trials", body(hits, psn), 200, []string{`"psn_no":"` + psn, `"kp_id":"试算"`, `"unknown":[]`}, "expression.try"},
		{near, "POST", "/api/expressions/trials", body(hits, "无此人"), 200, []string{`"items":[]`, `"unknown":["无此人"]`}, "expression.try"},
		{w.chief, "POST", "/api/expressions/trials", body(hits, psn), 200, []string{`"items":[]`, `"unknown":["` + psn + `"]`}, "expression.try"},
		{w.office, "POST", "/api/expressions/trials", body(hits, psn), 403, []string{`"role"`}, ""},
		{near, "POST", "/api/expressions/trials", body("visit.", psn), 422, []string{`"expression"`}, ""},
		{near, "POST", "/api/expressions/trials", `{"hits":"visit.lines","reason":"没有写明"}`, 422, []string{`"persons"`}, ""},
	})
}

// TestKnowledgeLayers: national points are locked, a city adds by paper, another city
// sees nothing of it; files that are none are refused with what to do.
func TestKnowledgeLayers(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		yiheng(t, home, "knowledge", "import", "starter")
		w := newBookcase(t, home)
		national := "YS-GS-0001,GZ10000101001000,ZH01AAB0066010100716,,\"{\"\"insutypes\"\":[\"\"310\"\"]}\",2025-07-30,,,,改,改\n"
		local := "JX-1,GZ10000101001000,ZH01AAB0066010100716,,\"{\"\"insutypes\"\":[\"\"310\"\"]}\",2026-01-01,,YS-GS-0001,330400,嘉兴市文件,本地口径\n"
		abroad := strings.Replace(strings.Replace(local, "JX-1", "HZ-1", 1), "330400", "330100", 1)
		layer := "&layer=330400&document=" + url.QueryEscape("嘉医保发〔2026〕1号")
		for _, c := range []struct {
			name, more, file string
			status           int
			want             []string
		}{
			{"a.csv", "", "", 400, []string{"bad_request"}},
			{"a.csv", "", " \n", 422, []string{"文件是空的"}},
			{"a.xls", "", "\xd0\xcf\x11\xe0rest", 422, []string{"另存为"}},
			{"a.png", "", "\x89PNG\r\n\x1a\n\x00\x00", 422, []string{"不是知识点文件"}},
			{"../../a.csv", "", "x,y\n1,2\n", 202, []string{`"state":"failed"`, "a.csv", "表头缺少这一列"}},
			{"a.xlsx", "&valid_from=2026-01-01", "PK\x03\x04rest", 202, []string{`"state":"failed"`, "压缩包不完整"}},
			{"a.csv", "&layer=330402&document=x", pointsHeader + local, 422, []string{`"layer"`}},
			{"a.csv", "&layer=330400", pointsHeader + local, 422, []string{`"document"`}},
			{"a.csv", "&layer=330100&document=x", pointsHeader + abroad, 404, []string{"not_found"}},
			{"a.csv", "&complete=true", pointsHeader + national, 422, []string{`"valid_from"`}},
			{"a.csv", "&rule=GZ404", pointsHeader + national, 422, []string{`"rule"`}},
			{"a.csv", "", pointsHeader + national, 202, []string{`"rows_kept":0`, `"quarantined":1`}},
			{"a.csv", layer, pointsHeader + local + abroad + national, 202, []string{`"new":1`, `"superseded":1`, `"quarantined":2`, `"rows_read":3`}},
		} {
			status, text := w.clerk.send(stagingAt(c.name, c.more), c.file)
			if status != c.status {
				t.Errorf("%s %s: %d, want %d: %s", c.name, c.more, status, c.status, text)
			}
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%s %s: no %q in %s", c.name, c.more, want, text)
				}
			}
		}
		w.run(t, []step{
			{w.chief, "GET", "/api/knowledge/changes/4/quarantine", "", 200, []string{"已锁定"}, ""},
			{w.chief, "GET", "/api/knowledge/changes/5/quarantine", "", 200, []string{"属于全国", "属于330100"}, ""},
			{w.far, "GET", "/api/knowledge/changes/5", "", 404, []string{"not_found"}, ""},
			{w.far, "POST", "/api/knowledge/changes/5/enforce", `{"reason":"越权","accept_quarantine":true}`, 404, []string{"not_found"}, ""},
			{w.other, "POST", "/api/knowledge/changes/5/enforce", `{"reason":"越权","accept_quarantine":true}`, 404, []string{"not_found"}, ""},
			{w.chief, "POST", "/api/knowledge/changes/4/refuse", `{"reason":"全国的不能改"}`, 200, []string{`"refused"`}, "knowledge.refuse"},
			{w.chief, "POST", "/api/knowledge/changes/5/enforce", `{"reason":"同意","accept_quarantine":true}`, 200, []string{`"id":2`}, "knowledge.enforce"},
			{w.office, "GET", "/api/knowledge/points?q=ZH01AAB0066010100716&in_force=true&day=2026-02-01", "", 200, []string{`"total":2`, `"JX-1"`}, ""},
			{w.far, "GET", "/api/knowledge/points?region=330400", "", 200, []string{`"total":0`}, ""},
			{w.far, "GET", "/api/knowledge/point?kp_id=JX-1", "", 404, []string{"not_found"}, ""},
			{w.chief, "GET", "/api/knowledge/points?limit=1&cursor=x", "", 422, []string{`"cursor"`}, ""},
			{w.clerk, "GET", "/api/rules/classes?filter=executable:true&limit=1", "", 200, []string{`"total"`}, ""},
			{w.clerk, "POST", "/api/rules/classes/GZ10000101001000/cases/run", "", 200, []string{`"failed":0`}, ""},
			{w.clerk, "GET", "/api/rules/problems?limit=1", "", 200, []string{`"total":168`}, ""},
			{w.clerk, "GET", "/api/knowledge/templates/GZ10000101001000", "", 200, []string{"PK"}, ""},
			{w.clerk, "GET", "/api/expressions/words", "", 200, []string{"variables", "means"}, ""},
			{w.clerk, "POST", "/api/expressions/check", `{"hits":"visit.lines.filter(l, l.nothing == 1)"}`, 200, []string{`"right":false`, `"line":1`, "^"}, ""},
			{w.office, "POST", "/api/expressions/check", `{"hits":"true"}`, 403, []string{`"role"`}, ""},
		})
		w.whole(t, layer)
		w.samples(t)
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// whole replaces the whole list of a rule in the city's layer: what it lacks ends the day
// before, what had not begun is taken out, and a taking back brings both back.
func (w *bookcase) whole(t *testing.T, layer string) {
	t.Helper()
	point := func(id, code, from string) string {
		return id + ",GZ10000101001000," + code + ",,\"{\"\"insutypes\"\":[\"\"310\"\"]}\"," + from + ",,,330400,嘉兴市文件,本地口径\n"
	}
	if status, text := w.clerk.send(stagingAt("b.csv", layer), pointsHeader+point("JX-LATE", "ZH03AAB0066010100718", "2026-09-01")); status != 202 {
		t.Fatalf("%d %s", status, text)
	}
	w.chief.does("POST", "/api/knowledge/changes/6/enforce", `{"reason":"同意"}`, nil)
	status, text := w.clerk.send(stagingAt("整份.csv", layer+"&complete=true&valid_from=2026-06-01"), pointsHeader+point("JX-2", "ZH02AAB0066010100717", "2026-06-01"))
	if status != 202 {
		t.Fatalf("%d %s", status, text)
	}
	wantText(t, text, `"new":1`, `"gone":2`, `"changed":0`, `"superseded":0`)
	w.run(t, []step{
		{w.chief, "GET", "/api/knowledge/changes/7/points?made=gone", "", 200, []string{`"total":1`, `"JX-1"`, `"field":"valid_to","before":"","after":"2026-05-31"`}, ""},
		{w.chief, "GET", "/api/knowledge/changes/7/points?made=removed", "", 200, []string{`"total":1`, `"JX-LATE"`}, ""},
		{w.chief, "POST", "/api/knowledge/changes/7/enforce", `{"reason":"同意"}`, 200, []string{`"id":4`}, "knowledge.enforce"},
		{w.office, "GET", "/api/knowledge/points?region=330400&in_force=true&day=2026-05-31", "", 200, []string{`"total":1`, `"JX-1"`}, ""},
		{w.office, "GET", "/api/knowledge/points?region=330400&in_force=true&day=2026-10-01", "", 200, []string{`"total":1`, `"JX-2"`}, ""},
		{w.office, "GET", "/api/knowledge/points?region=national&limit=1", "", 200, []string{`"total":`, `"next"`}, ""},
		{w.chief, "POST", "/api/knowledge/editions/4/take-back", `{"reason":"清单不全"}`, 200, []string{`"id":5`, `"restores":3`}, "knowledge.decide"},
		{w.office, "GET", "/api/knowledge/points?region=330400&in_force=true&day=2026-10-01", "", 200, []string{`"total":2`, `"JX-1"`, `"JX-LATE"`}, ""},
		{w.office, "GET", "/api/knowledge/point?kp_id=JX-2", "", 200, []string{`"until":5`}, ""},
	})
}

// samples tries a check on the histories of a rule's cases.
func (w *bookcase) samples(t *testing.T) {
	t.Helper()
	var cases struct {
		Items []struct{ History json.RawMessage }
	}
	w.clerk.does("GET", "/api/rules/classes/YH0001/cases", "", &cases)
	try := func(hits, history string) string {
		body, err := json.Marshal(map[string]any{"hits": hits, "histories": []json.RawMessage{json.RawMessage(history)}})
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := w.clerk.ask("POST", "/api/expressions/samples", string(body))
		return text
	}
	history := string(cases.Items[0].History)
	wantText(t, try("visit.lines.filter(l, l.inscp_amt > 0).first(1)", history), `"psn_no":"P1"`, `"mdtrt_id":"M1"`, `"mdtrt_id":"M2"`, `"kp_id":"试算"`, `"lines":["L1"]`)
	wantText(t, try("visit.lines.filter(l, l.inscp_amt > 1000000)", history), `"psn_no":"P1"`, `"findings":[]`)
	wantText(t, try("visit.lines.filter(l, l.nothing == 1)", history), `"expression"`, "body.hits", "^")
	wantText(t, try("visit.lines", `{"psn_no":1}`), `"history"`, "样例读不出")
}

// TestEveryLine: whoever decides is told of the points without a code, which are about every
// line of their rule; those of rules that look at no line's code are none.
func TestEveryLine(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := newBookcase(t, home)
		point := func(id, rule, code, params string) string {
			return id + "," + rule + "," + code + ",,\"" + strings.ReplaceAll(params, `"`, `""`) + "\",2026-01-01,,,,国家医保局文件,\n"
		}
		const insured = `{"insutypes":["310"]}`
		status, text := w.clerk.send(stagingAt("a.csv", ""), pointsHeader+point("ALL-1", "GZ10000101001000", "", insured)+
			point("ONE-1", "GZ10000101001000", "XA02BCA213E002010183217", insured)+point("SUM-1", "GZ10000201002000", "", `{"check":"sum_mismatch"}`))
		if status != 202 {
			t.Fatalf("%d %s", status, text)
		}
		wantText(t, text, `"new":3`, `"every_line":1`)
		for _, sort := range []string{"rule_id", "-rule_id", "code", "-code"} {
			w.chief.wantList("/api/knowledge/changes/1/points", sort, "rule=GZ10000201002000", "SUM-1")
		}
		w.run(t, []step{
			{w.chief, "GET", "/api/knowledge/changes/1/points?every_line=true", "", 200, []string{`"total":1`, `"ALL-1"`, `"every_line":true`}, ""},
			{w.chief, "GET", "/api/knowledge/changes/1/points.csv?every_line=true", "", 200, []string{"新增,ALL-1", "对本规则全部明细"}, "knowledge.read_changes"},
			{w.chief, "POST", "/api/knowledge/changes/1/enforce", `{"reason":"核对无误"}`, 200, []string{`"id":1`}, "knowledge.enforce"},
			{w.office, "GET", "/api/knowledge/point?kp_id=ALL-1", "", 200, []string{`"every_line":true`}, ""},
		})
		for _, sort := range []string{"rule_id", "-rule_id", "code", "-code"} {
			w.office.wantList("/api/knowledge/points", sort, "rule=GZ10000201002000", "SUM-1")
		}
		_, down, _ := w.office.ask("GET", "/api/knowledge/points?sort=-code", "")
		if at := func(id string) int { return strings.Index(down, `"kp_id":"`+id) }; at("ONE-1") > at("SUM-1") || at("SUM-1") > at("ALL-1") {
			t.Errorf("by code, the last first: %s", down)
		}
		if _, text, _ = w.office.ask("GET", "/api/knowledge/points", ""); strings.Count(text, `"every_line":true`) != 1 {
			t.Errorf("not one point is about every line: %s", text)
		}
		w.stop()
		file := filepath.Join(t.TempDir(), "b.csv")
		write(t, file, pointsHeader+point("ALL-1", "GZ10000101001000", "XA02BCA213E002010183217", insured)+point("ALL-2", "GZ10000101001000", "", `{"insutypes":["390"]}`))
		out := yiheng(t, home, "knowledge", "import", "--dry-run", file)
		wantText(t, out, "新增 1，更改 1", "对本规则全部明细 1。")
		if lines := strings.Join(strings.Fields(out), " "); !strings.Contains(lines, "ALL-2 对本规则全部明细") || !strings.Contains(lines, "code 对本规则全部明细 → XA02BCA213E002010183217") {
			t.Error(out)
		}
	})
}

// TestKnowledgeJob uploads a file that is large enough for a job.
func TestKnowledgeJob(t *testing.T) {
	home := t.TempDir()
	w := newBookcase(t, home)
	var file strings.Builder
	file.WriteString(pointsHeader)
	for i := range 12_000 {
		fmt.Fprintf(&file, "JOB-%d,GZ10000101001000,XA%021d,,\"{\"\"insutypes\"\":[\"\"410\"\"]}\",2026-01-01,,,,国家医保局文件,药品%d\n", i, i, i%500)
	}
	status, text := w.clerk.send(stagingAt("大.csv", ""), file.String())
	if status != 202 || !strings.Contains(text, `"state":"reading"`) || !strings.Contains(text, `"job":"RW`) {
		t.Fatalf("%d %s", status, text)
	}
	for range 120 {
		if _, text, _ = w.chief.ask("GET", "/api/knowledge/changes/1", ""); strings.Contains(text, `"state":"staged"`) {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	wantText(t, text, `"state":"staged"`, `"new":12000`, `"rows_read":12000`, `"rows_kept":12000`)
	w.chief.does("POST", "/api/knowledge/changes/1/enforce", `{"reason":"核对无误"}`, nil)
	_, text, _ = w.office.ask("GET", "/api/knowledge/points?limit=2&q="+url.QueryEscape("药品7"), "")
	wantText(t, text, `"total":264`, `"next"`)
	_, text, _ = w.office.ask("GET", "/api/knowledge/points.csv?q="+url.QueryEscape("药品499"), "")
	if n := strings.Count(text, "\n"); n != 25 { // 24 points
		t.Errorf("%d lines exported, want 25", n)
	}
	_, text, _ = w.office.ask("GET", "/api/knowledge/points.xlsx?q="+url.QueryEscape("药品499"), "")
	book, err := excelize.OpenReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := book.GetRows(book.GetSheetList()[0])
	if err != nil || len(sheet) < 25 || sheet[1][0] != "JOB-499" || sheet[1][10] != "药品499" || sheet[1][11] != "生效" {
		t.Errorf("the workbook has %d rows (%v), the first %q", len(sheet), err, sheet[:2])
	}
	w.stop()
	wantText(t, yiheng(t, home, "verify"), "未发现改动")
}
