package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"yiheng/ground/db"
)

// doctors is a register of doctors, one of the hospital and one of another.
var doctors = map[string]string{
	"dr_info_b.csv": `dr_code,dr_name,medins_code,vali_flag,updt_time
D330402000004,钱医师,H33040200001,1,2026-01-01 09:00:00
D330402000002,孙医师,H33040200002,1,2026-01-01 09:00:00
`,
}

// TestReviewHostile asks for findings as those who must not have them, each with the
// answer that it must get.
func TestReviewHostile(t *testing.T) {
	t.Setenv(db.Setting, "")
	home := t.TempDir()
	o := practiseIn(t, home)
	c := suspicionOf("V1", "L1")
	o.deliver(c)
	o.must(o.first, "suspect", c.ID)
	one := "/api/findings/" + c.ID
	decide := func(move, id string) string {
		return fmt.Sprintf(`{"move":%q,"finding_ids":[%q],"reason":"依据充分"}`, move, id)
	}
	var service struct{ ID string }
	o.officer.does("POST", "/api/services", `{"login":"his-link","organisation":"NANHU","name":"结算系统"}`, &service)
	o.officer.does("POST", "/api/grants", fmt.Sprintf(`{"holder":%q,"role":"agency_auditor","organisation":"NANHU","reason":"接口"}`, service.ID), nil)
	var issued struct{ Token string }
	o.officer.does("POST", "/api/services/"+service.ID+"/tokens",
		fmt.Sprintf(`{"operations":["review.read"],"ends":%q,"reason":"接口"}`, o.now().Add(24*time.Hour).Format(time.RFC3339)), &issued)
	program := &visitor{T: t, door: o.door, login: "program", token: issued.Token, head: map[string]string{"X-Requested-With": ""}}
	nobody := &visitor{T: t, door: o.door, login: "nobody"}
	injected := url.QueryEscape("x' OR 1=1 --")
	attach := func(name string) string { return one + "/files?name=" + url.QueryEscape(name) }
	yiheng(t, home, append([]string{"intake"}, written(t, doctors)...)...)
	o.admit("colleague", ward, fmt.Sprintf(`"role":"doctor","organisation":%q,"doctor":"D330402000003"`, ward), "/api/grants", o.officer)
	passed := func(desk, doctor string) string {
		return fmt.Sprintf(`{"finding_ids":[%q],"desk":%q,"dr_code":%q}`, c.ID, desk, doctor)
	}
	const file = "/files/"
	o.run(t, []step{
		{nobody, "GET", "/api/findings", "", 401, []string{"unauthenticated"}, ""},
		{o.admin, "GET", "/api/findings", "", 403, []string{`"role"`}, ""},
		// other region, other institution, and inside the institution before it was passed
		{o.foreign, "GET", "/api/findings", "", 200, []string{`"items":[]`, `"findings":0`}, ""},
		{o.foreign, "GET", one, "", 404, []string{"not_found"}, ""},
		{o.foreign, "POST", "/api/findings/decide", decide("dismiss", c.ID), 404, []string{"not_found"}, ""},
		{o.foreign, "GET", "/api/batches", "", 200, []string{`"total":0`}, ""},
		{o.stranger, "GET", "/api/findings?fixmedins_code=" + hospital, "", 200, []string{`"items":[]`}, ""},
		{o.stranger, "GET", "/api/findings/groups?by=institution", "", 200, []string{`"items":[]`}, ""},
		{o.stranger, "GET", one, "", 404, []string{"not_found"}, ""},
		{o.stranger, "POST", "/api/findings/decide", decide("accept", c.ID), 404, []string{"not_found"}, ""},
		{o.stranger, "POST", attach("a.txt"), "病历", 404, []string{"not_found"}, ""},
		{o.head, "GET", one, "", 404, []string{"not_found"}, ""},
		{o.doctor, "GET", "/api/findings", "", 200, []string{`"items":[]`}, ""},
		{o.office, "POST", "/api/findings/pass", fmt.Sprintf(`{"finding_ids":[%q],"desk":%q}`, c.ID, ward), 204, nil, "review.pass"},
		{o.office, "POST", "/api/findings/pass", passed(ward, "D999999999999"), 422, []string{"review.doctor", "D999999999999", "请核对医师代码"}, ""},
		{o.office, "POST", "/api/findings/pass", passed(ward, "D330402000002"), 422, []string{"review.doctor"}, ""}, // of another hospital
		{o.office, "POST", "/api/findings/pass", passed(ward, "D330402000003"), 204, nil, "review.pass"},            // has an account here
		{o.office, "POST", "/api/findings/pass", passed("H33040200001", "D330402000003"), 422, []string{"review.doctor"}, ""},
		{o.office, "POST", "/api/findings/pass", passed(ward, "D330402000001"), 204, nil, "review.pass"},           // is who did it
		{o.office, "POST", "/api/findings/pass", passed("H33040200001", "D330402000004"), 204, nil, "review.pass"}, // in the register
		{o.office, "POST", "/api/findings/pass", fmt.Sprintf(`{"finding_ids":[%q],"desk":%q}`, c.ID, ward), 204, nil, "review.pass"},
		{o.head, "GET", one, "", 200, []string{c.ID}, "review.open"},
		{o.doctor, "GET", one, "", 404, []string{"not_found"}, ""},
		{o.head, "POST", "/api/findings/decide", decide("accept", c.ID), 403, []string{`"role"`}, ""},
		{o.office, "GET", "/api/verdicts", "", 403, []string{`"role"`}, ""},
		// forged ids, moves, SQL
		{o.first, "GET", "/api/findings/YD000", "", 404, []string{"not_found"}, ""},
		{o.first, "GET", "/api/findings/..%2F..%2Fkey", "", 404, []string{"not_found"}, ""},
		{o.first, "POST", "/api/findings/decide", decide("open", c.ID), 422, []string{"review.move"}, ""},
		{o.first, "POST", "/api/findings/decide", decide("dismiss", c.ID), 200, []string{`"done":0`, `"denied":1`, `"code":"state"`}, ""},
		{o.first, "GET", "/api/findings?fixmedins_code=" + injected, "", 200, []string{`"items":[]`}, ""},
		{o.first, "GET", "/api/findings?psn_no=" + injected + "&dept_name=" + injected, "", 200, []string{`"items":[]`}, ""},
		{o.first, "GET", "/api/findings?sort=" + injected, "", 422, []string{"query.sort"}, ""},
		{o.first, "GET", "/api/findings/groups?by=" + injected, "", 422, []string{"query.by"}, ""},
		{o.first, "GET", "/api/findings?cursor=e30", "", 422, []string{"review.cursor"}, ""},
		{o.first, "GET", "/api/findings?from=soon", "", 422, []string{"query.from"}, ""},
		{o.first, "GET", "/api/todo?cursor=xx", "", 422, []string{`"cursor"`}, ""},
		// uploads
		{o.office, "POST", attach("../../key"), "病历", 422, []string{"review.file_name"}, ""},
		{o.office, "POST", attach("a.html"), "<!DOCTYPE html><script>alert(1)</script>", 422, []string{"review.file_type"}, ""},
		{o.office, "POST", attach("a.svg"), `<?xml version="1.0"?><svg onload="alert(1)"/>`, 422, []string{"review.file_type"}, ""},
		{o.office, "POST", attach("b.svg"), `<svg onload="alert(1)"/>`, 201, []string{"text/plain"}, "review.attach"},
		{o.office, "GET", one + file + c.ID + "-F1", "", 200, []string{"attachment; filename*=UTF-8''b.svg", "text/plain", "nosniff"}, "review.download"},
		{o.first, "GET", one + file + c.ID + "-F1", "", 404, []string{"not_found"}, ""}, // no answer names it yet
		{o.office, "GET", one + file + "..%2F..%2F..%2Fkey", "", 404, nil, ""},
		{o.office, "POST", attach("big.txt"), strings.Repeat("a", 20<<20+1), 413, []string{"too_large"}, ""},
		// tokens, exports
		{program, "GET", "/api/findings", "", 200, []string{c.ID}, ""},
		{program, "POST", "/api/findings/decide", decide("deduct", c.ID), 403, []string{"token_scope", "review.first", "review.handle"}, ""},
		{o.head, "POST", "/api/findings/decide", decide("accept", c.ID), 403, []string{`"role"`, "以下之一", "初审人员", "机构医保办"}, ""},
		{o.first, "GET", "/api/findings.csv", "", 200, []string{"疑点编号", "导出标记", o.first.id + "/", "attachment"}, "review.read"},
		{o.first, "GET", "/api/findings.xlsx", "", 200, []string{"attachment", "spreadsheetml"}, "review.read"},
		{o.foreign, "GET", "/api/findings.csv", "", 200, []string{"疑点编号"}, "review.read"},
		{o.first, "GET", "/api/todo/counts", "", 200, []string{`"count":0`}, ""},
		{o.office, "GET", "/api/todo", "", 200, []string{`"total":1`, c.ID, "申诉期限"}, ""},
	})
	if _, _, head := o.first.ask("GET", "/healthz", ""); !strings.HasPrefix(head.Get("X-Yiheng-Practice-Clock"), "2026-03-0") {
		t.Errorf("the practice clock is not named: %v", head)
	}
	o.stop()
	wantText(t, yiheng(t, home, "verify"), "未发现改动")
}

// TestPracticeClock is refused on a home that is none to practise in, and a home with a
// history of its own does not become one.
func TestPracticeClock(t *testing.T) {
	t.Setenv(db.Setting, "")
	home, file := t.TempDir(), t.TempDir()+"/clock"
	o := &office{t: t, file: file}
	o.set("2026-03-02T09:00:00+08:00")
	yiheng(t, home, "review", "tick")
	wantText(t, fails(t, home, "serve", "--listen", "127.0.0.1:0", "--practice-clock", file), "不是演练库")
	serve(t, home).stop() // the first start is an entry of the journal
	wantText(t, fails(t, home, "practice", "begin"), "已有其他操作记录")
	practice := t.TempDir()
	yiheng(t, practice, "practice", "begin")
	wantText(t, yiheng(t, practice, "review", "tick", "--practice-clock", file), "2026-03-02")
	o.set("soon")
	wantText(t, fails(t, practice, "review", "tick", "--practice-clock", file), "应写有一个时刻")
}
