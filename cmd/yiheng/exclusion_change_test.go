package main

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"yiheng/demo"
	"yiheng/ground/db"
)

// exemptingAt is the address to which a list of exclusions is uploaded.
func exemptingAt(more string) string {
	return "/api/exclusions?name=" + url.QueryEscape("名单.csv") + "&reason=" + url.QueryEscape("特例单议") + more
}

const exemptHeader = "ex_id,kind,rule_ids,psn_no,mdtrt_id,fixmedins_code,med_types,region,reason\n"

// exempting uploads rows of an exclusion list and checks the answer.
func (w *bookcase) exempting(t *testing.T, by *visitor, more, rows string, want ...string) {
	t.Helper()
	status, text := by.send(exemptingAt(more), exemptHeader+rows)
	if status != 202 {
		t.Fatalf("%s: %d %s", rows, status, text)
	}
	wantText(t, text, want...)
}

const (
	exemptOne = "L1,special,GZ10000101001000,,V1,,,330402,特例单议纪要一号\n"
	exemptTwo = "L2,special,GZ10000101001000,,V2,,,330411,特例单议纪要二号\n"
)

// TestExclusionChange carries exclusions through HTTP: an upload is compared and takes no
// effect, a second person decides, exclusions change field by field, are withdrawn, and the
// version in force is taken back; other regions see nothing of it.
func TestExclusionChange(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := newBookcase(t, home)
		w.exempting(t, w.clerk, "", exemptOne+exemptTwo+"L3,特例,GZ10000101001000,,V3,,,330402,特例单议纪要\nL4,special,GZ10000101001000,,V4,,,330100,特例单议纪要\nL5,special,GZ10000101001000,,V5,,,,特例单议纪要\n",
			`"kind":"exclusions"`, `"state":"staged"`, `"region":"330400"`, `"new":2`, `"quarantined":3`, `"rows_read":5`, `"rows_kept":2`, `"rows_quarantined":3`, `"points":2`)
		w.run(t, []step{
			{w.clerk, "GET", "/api/exclusions", "", 200, []string{`"total":0`}, ""},
			{w.chief, "GET", "/api/knowledge/changes?filter=kind:exclusions", "", 200, []string{`"total":1`}, ""},
			{w.chief, "GET", "/api/knowledge/changes/1/exclusions?made=new&limit=1", "", 200, []string{`"total":2`, `"L1"`, `"next":"1"`, "就诊编号 V1"}, ""},
			{w.chief, "GET", "/api/knowledge/changes/1/exclusions?made=new&limit=1&cursor=1", "", 200, []string{`"total":2`, `"L2"`}, ""},
			{w.chief, "GET", "/api/knowledge/changes/1/exclusions?q=v2", "", 200, []string{`"total":1`, `"L2"`}, ""},
			{w.chief, "GET", "/api/knowledge/changes/1/exclusions?cursor=x", "", 422, []string{"cursor"}, ""},
			{w.chief, "GET", "/api/knowledge/changes/1/quarantine", "", 200, []string{`"total":3`, `"row":4`, "不认识种类", `"row":5`, "属于330100", `"row":6`, "须写明区划"}, ""},
			{w.chief, "GET", "/api/knowledge/changes/1/exclusions.csv?made=new", "", 200, []string{"新增", "L1", "L2", "就诊编号 V1"}, "knowledge.read_changes"},
			{w.chief, "GET", "/api/knowledge/changes/1/quarantine.csv", "", 200, []string{"不认识种类", "属于330100", "须写明区划"}, "knowledge.read_changes"},
			{w.far, "GET", "/api/knowledge/changes/1/exclusions.csv", "", 404, []string{"not_found"}, ""},
			{w.far, "GET", "/api/knowledge/changes/1", "", 404, []string{"not_found"}, ""},
			{w.far, "GET", "/api/knowledge/changes/1/exclusions", "", 404, []string{"not_found"}, ""},
			{w.far, "GET", "/api/knowledge/changes", "", 200, []string{`"total":0`}, ""},
			{w.leader, "GET", "/api/knowledge/changes/1/exclusions", "", 404, []string{"not_found"}, ""}, // a county: the city's change names another county's visit
			{w.office, "GET", "/api/knowledge/changes/1/exclusions", "", 403, []string{`"role"`}, ""},
			{w.chief, "POST", "/api/knowledge/changes/1/enforce", `{"reason":"核对无误"}`, 409, []string{`"quarantine"`, "3 行"}, ""},
			{w.clerk, "POST", "/api/knowledge/changes/1/enforce", `{"reason":"核对无误","accept_quarantine":true}`, 403, []string{"second_person"}, ""},
			{w.leader, "POST", "/api/knowledge/changes/1/enforce", `{"reason":"核对无误","accept_quarantine":true}`, 404, []string{"not_found"}, ""},
			{w.far, "POST", "/api/knowledge/changes/1/enforce", `{"reason":"越权","accept_quarantine":true}`, 404, []string{"not_found"}, ""},
			{w.chief, "POST", "/api/knowledge/changes/1/enforce", `{"reason":"核对无误","accept_quarantine":true}`, 200, []string{`"id":1`, `"points":2`, `"change":1`}, "knowledge.enforce"},
			{w.chief, "POST", "/api/knowledge/changes/1/enforce", `{"reason":"再来一次","accept_quarantine":true}`, 409, []string{"knowledge_state"}, ""},
			{w.clerk, "GET", "/api/exclusions", "", 200, []string{`"total":2`, `"L1"`, `"L2"`}, ""},
			{w.far, "GET", "/api/exclusions", "", 200, []string{`"total":0`}, ""},
			{w.leader, "GET", "/api/exclusions", "", 200, []string{`"total":1`, `"L1"`}, ""},
			{w.chief, "GET", "/api/exclusions/versions", "", 200, []string{`"change":1`, `"added":2`}, ""},
		})
		w.rebased(t)
		w.takenBack(t)
		w.wholeList(t)
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
		wantText(t, yiheng(t, home, "knowledge", "exclusion", "list", "--history"), "撤回第", "撤销 1")
		d, err := db.Open(t.Context(), home)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.ExecContext(t.Context(), "UPDATE exclusion_set SET exclusions = 9 WHERE id = 3")
		if err = errors.Join(err, d.Close()); err != nil {
			t.Fatal(err)
		}
		wantText(t, fails(t, home, "verify"), "exclusion_set", "1 处")
	})
}

// rebased: changes of two counties wait at once, both come into force; one whose exclusion
// was altered since no longer fits.
func (w *bookcase) rebased(t *testing.T) {
	t.Helper()
	county := w.admit("county", "NANHU", `"role":"supervisor_leader","organisation":"NANHU"`, "/api/grants", w.officer)
	w.exempting(t, w.leader, "", strings.Replace(exemptOne, "纪要一号", "纪要（修订）", 1)+exemptOne[:2]+"1"+exemptOne[2:], `"id":2`, `"region":"330402"`, `"changed":1`, `"quarantined":1`)
	w.exempting(t, w.other, "", exemptTwo+"L9,other,GZ10000101001000,,,,14,330411,慢特病目录\n", `"id":3`, `"region":"330411"`, `"new":1`, `"same":1`)
	w.exempting(t, w.chief, "&layer=330402", strings.Replace(exemptOne, "V1", "V11", 1), `"id":4`, `"changed":1`)
	w.run(t, []step{
		{w.other, "GET", "/api/knowledge/changes/2", "", 404, []string{"not_found"}, ""},
		{county, "GET", "/api/knowledge/changes/2/quarantine", "", 200, []string{"与“L1”条件、规则和日期都相同"}, ""},
		{county, "GET", "/api/knowledge/changes/2/exclusions", "", 200, []string{`"made":"changed"`, `"field":"reason","before":"特例单议纪要一号","after":"特例单议纪要（修订）"`}, ""},
		{county, "POST", "/api/knowledge/changes/2/enforce", `{"reason":"同意","accept_quarantine":true}`, 200, []string{`"id":2`}, "knowledge.enforce"},
		{w.other, "POST", "/api/knowledge/changes/3/enforce", `{"reason":"自己同意"}`, 403, []string{"second_person"}, ""},
		{w.chief, "POST", "/api/knowledge/changes/3/enforce", `{"reason":"同意"}`, 200, []string{`"id":3`, `"points":3`}, "knowledge.enforce"},
		{w.clerk, "GET", "/api/knowledge/changes/4", "", 200, []string{`"stale":true`}, ""},
		{w.clerk, "POST", "/api/knowledge/changes/4/enforce", `{"reason":"同意"}`, 409, []string{"knowledge_stale", "L1"}, ""},
		{w.far, "POST", "/api/knowledge/changes/4/refuse", `{"reason":"越权"}`, 404, []string{"not_found"}, ""},
		{w.clerk, "POST", "/api/knowledge/changes/4/refuse", `{"reason":"已经过时"}`, 200, []string{`"refused"`}, "knowledge.refuse"},
		{w.clerk, "GET", "/api/exclusions?q=L1", "", 200, []string{"修订"}, ""},
	})
}

// takenBack: exclusions are withdrawn by two persons, and the version in force is taken back.
func (w *bookcase) takenBack(t *testing.T) {
	t.Helper()
	w.run(t, []step{
		{w.far, "POST", "/api/exclusions/withdraw", `{"ids":["L1"],"reason":"越权撤销"}`, 404, []string{"not_found"}, ""},
		{w.leader, "POST", "/api/exclusions/withdraw", `{"ids":["L1","L2"],"reason":"越权撤销"}`, 404, []string{"not_found"}, ""},
		{w.chief, "POST", "/api/exclusions/withdraw", `{"ids":["无此号"],"reason":"复核后撤销"}`, 404, []string{"not_found"}, ""},
		{w.office, "POST", "/api/exclusions/withdraw", `{"ids":["L1"],"reason":"复核后撤销"}`, 403, []string{`"role"`}, ""},
		{w.chief, "POST", "/api/exclusions/withdraw", `{"ids":["L1","L1"],"reason":"复核后撤销"}`, 202, []string{`"id":5`, `"kind":"exclusions_withdraw"`, `"region":"330402"`, `"gone":1`}, "knowledge.stage_exclusions"},
		{w.clerk, "GET", "/api/knowledge/changes/5/exclusions", "", 200, []string{`"made":"gone"`, `"L1"`}, ""},
		{w.chief, "POST", "/api/knowledge/changes/5/enforce", `{"reason":"自己同意"}`, 403, []string{"second_person"}, ""},
		{w.clerk, "POST", "/api/knowledge/changes/5/enforce", `{"reason":"同意"}`, 200, []string{`"id":4`, `"points":2`}, "knowledge.enforce"},
		{w.far, "POST", "/api/exclusions/versions/4/take-back", `{"reason":"越权撤回"}`, 404, []string{"not_found"}, ""},
		{w.chief, "POST", "/api/exclusions/versions/1/take-back", `{"reason":"不是最新的"}`, 409, []string{"knowledge_state", "第 4 版"}, ""},
		{w.chief, "POST", "/api/exclusions/versions/4/take-back", `{"reason":"撤销有误"}`, 200, []string{`"id":5`, `"exclusions":3`, `"restores":3`}, "knowledge.keep_exclusions"},
		{w.clerk, "GET", "/api/exclusions", "", 200, []string{`"total":3`, `"L1"`}, ""},
	})
}

// wholeList: a whole list withdraws what it lacks in its layer and nothing elsewhere; one with
// a row that cannot be read is refused.
func (w *bookcase) wholeList(t *testing.T) {
	t.Helper()
	whole := "H1,special,GZ10000101001000,,,H33041100001,,330411,特例单议纪要三号\n"
	if status, text := w.other.send(exemptingAt("&complete=true"), exemptHeader+whole+"H2,special,GZ10000101001000,,,,,330411,没有条件\n"); status != 422 || !strings.Contains(text, "第 3 行") {
		t.Errorf("a whole list with a wrong row: %d %s", status, text)
	}
	w.exempting(t, w.other, "&complete=true", whole, `"id":6`, `"new":1`, `"gone":2`)
	w.run(t, []step{
		{w.chief, "GET", "/api/knowledge/changes/6/exclusions?made=gone", "", 200, []string{`"total":2`, `"L2"`, `"L9"`}, ""},
		{w.chief, "POST", "/api/knowledge/changes/6/enforce", `{"reason":"同意"}`, 200, []string{`"id":6`, `"points":2`}, "knowledge.enforce"},
		{w.chief, "GET", "/api/exclusions", "", 200, []string{`"total":2`, `"L1"`, `"H1"`}, ""},
		{w.leader, "GET", "/api/exclusions", "", 200, []string{`"total":1`, `"L1"`}, ""},
	})
	w.exempting(t, w.other, "", whole, `"id":7`, `"same":1`, `"new":0`)
	w.run(t, []step{{w.chief, "POST", "/api/knowledge/changes/7/enforce", `{"reason":"同意"}`, 409, []string{"knowledge_state", "不改变例外名单"}, ""}})
}

// TestNationalExclusions: an exclusion of the whole country that names a person is seen where
// the person is insured or was treated, one that names an institution where that lies, one
// that names a visit alone nowhere.
func TestNationalExclusions(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		files := city(t, demo.Options{Lines: 6000, Seed: 7})
		yiheng(t, home, "intake", files)
		p := oneInsured(t, files, "371881")
		list := filepath.Join(t.TempDir(), "例外.csv")
		write(t, list, exemptHeader+"N1,special,GZ10000101001000,"+p.psn+",,,,,特例单议纪要一号\nN2,special,GZ10000101001000,,V1,,,,特例单议纪要二号\n"+
			"N3,special,GZ10000101001000,"+p.psn+",,H33040200009,,,特例单议纪要三号\nN4,special,GZ10000101001000,,,,14,,慢特病目录\n")
		yiheng(t, home, "knowledge", "exclusion", "import", list)
		w := settle(t, home)
		w.admin.does("POST", "/api/organisations", `{"code":"HOME","kind":"agency","name":"参保地中心","region":"`+p.home+`"}`, nil)
		w.admin.does("POST", "/api/organisations", `{"code":"VISIT","kind":"agency","name":"就医地中心","region":"`+p.claims+`"}`, nil)
		insurer := w.admit("insurer", "HOME", `"role":"agency_auditor","organisation":"HOME"`, "/api/grants", w.officer)
		visited := w.admit("visited", "VISIT", `"role":"first_reviewer","organisation":"VISIT"`, "/api/grants", w.officer)
		w.run(t, []step{
			{insurer, "GET", "/api/exclusions", "", 200, []string{`"total":2`, `"N1"`, `"N4"`}, ""},
			{visited, "GET", "/api/exclusions", "", 200, []string{`"total":2`, `"N1"`, `"N4"`}, ""},
			{w.other, "GET", "/api/exclusions", "", 200, []string{`"total":1`, `"N4"`}, ""},
		})
	})
}

// TestWrongExclusionUploads: what is wrong with a whole file is said at once and stages
// nothing; what is wrong with a row leaves the row out, with row, column and reason.
func TestWrongExclusionUploads(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := newBookcase(t, home)
		for _, c := range []struct {
			by         *visitor
			more, file string
			status     int
			want       []string
		}{
			{w.chief, "", "", 400, []string{"bad_request"}},
			{w.chief, "", " \n", 422, []string{"文件是空的"}},
			{w.chief, "", "\x89PNG\r\n\x1a\n\x00\x00", 422, []string{"不是知识点文件"}},
			{w.chief, "", "PK\x03\x04rest", 422, []string{"名单.csv"}},
			{w.chief, "", "种类,规则编号,理由,科室\n", 422, []string{"不认识的列“科室”"}},
			{w.chief, "", "种类,规则编号\n", 422, []string{"表头缺少“理由”"}},
			{w.chief, "&layer=3304", exemptHeader + exemptOne, 422, []string{`"layer"`}},
			{w.chief, "&layer=330100", exemptHeader + exemptOne, 404, []string{"not_found"}},
			{w.far, "&layer=330402", exemptHeader + exemptOne, 404, []string{"not_found"}},
			{w.office, "", exemptHeader + exemptOne, 403, []string{`"role"`}},
			{w.officer, "", exemptHeader + exemptOne, 403, []string{`"role"`}},
			{w.leader, "", exemptHeader + exemptTwo, 202, []string{`"new":0`, `"quarantined":1`, "名单.csv"}},
		} {
			status, text := c.by.send(exemptingAt(c.more), c.file)
			if status != c.status {
				t.Errorf("%.40q %s by %s: %d, want %d: %s", c.file, c.more, c.by.login, status, c.status, text)
			}
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%.40q %s: no %q in %s", c.file, c.more, want, text)
				}
			}
		}
		for k, c := range []struct{ row, column, why string }{
			{"R1,nothing,GZ10000101001000,,V1,,,330402,特例单议纪要", "B kind", "不认识种类"},
			{"R1,special,GZ404,,V1,,,330402,特例单议纪要", "C rule_ids", "没有规则"},
			{"R1,special,GZ10000101001000,,,,,330402,特例单议纪要", "", "没有条件"},
			{"R1,special,GZ10000101001000,330402198001011236,,,,330402,特例单议纪要", "D psn_no", "像是公民身份号码"},
			{"R1,special,GZ10000101001000,,V1,,,330402,短", "I reason", "太短"},
			{"R1,special,GZ10000101001000,,V1,,,,特例单议纪要", "region", "须写明区划"},
			{"R1,special,GZ10000101001000,,V1,,,330411,特例单议纪要", "region", "属于330411，不在本次变更的层级330402之内"},
			{"R1,special,GZ10000101001000,,V1,,330402,特例单议纪要", "", "有 8 列，表头有 9 列"},
		} {
			id := k + 2
			w.exempting(t, w.leader, "", c.row+"\n", fmt.Sprintf(`"id":%d`, id), `"rows_read":1`, `"rows_quarantined":1`, `"new":0`)
			_, text, _ := w.leader.ask("GET", fmt.Sprintf("/api/knowledge/changes/%d/quarantine", id), "")
			wantText(t, text, `"total":1`, `"row":2`, c.column, c.why)
		}
		if status, text, _ := w.leader.ask("GET", "/api/exclusions/versions", ""); status != 200 || !strings.Contains(text, `"total":0`) {
			t.Errorf("wrong rows made a version: %d %s", status, text)
		}
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}
