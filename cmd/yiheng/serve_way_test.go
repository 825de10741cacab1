package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
)

// town is a server with a province's city: three officers, an agency's leader in a county,
// another county, a hospital.
type town struct {
	*door
	admin, officer, auditor, leader, other *visitor
	now                                    func() time.Time // by the server's clock
}

// places are the organisations of a town.
var places = []string{
	`{"code":"BUREAU","kind":"administration","name":"嘉兴市医疗保障局","region":"330400"}`,
	`{"code":"NANHU","kind":"agency","name":"南湖区医保中心","region":"330402"}`,
	`{"code":"XIUZHOU","kind":"agency","name":"秀洲区医保中心","region":"330411"}`,
	`{"code":"H33040200001","kind":"institution","name":"第一医院","region":"330402"}`,
	`{"code":"H33040200001-1","kind":"department","name":"内科","parent":"H33040200001"}`,
}

// settle builds the town through the API, as its people would.
func settle(t *testing.T, home string, args ...string) *town {
	t.Helper()
	w := &town{door: serve(t, home, args...), now: time.Now}
	w.admin = w.enter(t, "admin", w.oneOff)
	for _, o := range places {
		w.admin.does("POST", "/api/organisations", o, nil)
	}
	w.officer = w.admit("officer", "BUREAU", `"role":"security_officer"`, "/api/appointments", w.admin)
	w.auditor = w.admit("auditor", "BUREAU", `"role":"auditor"`, "/api/appointments", w.admin)
	w.leader = w.admit("leader", "NANHU", `"role":"supervisor_leader","organisation":"NANHU"`, "/api/grants", w.officer)
	w.other = w.admit("other", "XIUZHOU", `"role":"supervisor_leader","organisation":"XIUZHOU"`, "/api/grants", w.officer)
	return w
}

// admit registers a person, gives a role, and lets the person in.
func (w *town) admit(login, organisation, role, path string, by *visitor) *visitor {
	w.admin.Helper()
	var added struct {
		ID       string `json:"id"`
		Password string `json:"one_off_password"`
	}
	w.admin.does("POST", "/api/people", fmt.Sprintf(`{"login":%q,"organisation":%q,"identity":{"name":"王小%s","phone":"13800001111"}}`, login, organisation, login), &added)
	by.does("POST", path, fmt.Sprintf(`{"holder":%q,%s,"reason":"到岗"}`, added.ID, role), nil)
	return w.enterAt(w.admin.T, login, added.Password, w.now())
}

// step is one request and what must come of it.
type step struct {
	by           *visitor
	method, path string
	body         string
	status       int
	want         []string // in the answer, or in its head
	entry        string   // the act that the journal got for it, "" for none
}

// acts returns the newest acts of the journal, and how many entries there are.
func (w *town) acts(t *testing.T) (newest string, size int64) {
	t.Helper()
	var page struct {
		Items []struct {
			N   int64  `json:"n"`
			Act string `json:"act"`
		} `json:"items"`
	}
	w.auditor.does("GET", "/api/journal?limit=1", "", &page)
	if len(page.Items) == 0 {
		return "", 0
	}
	return page.Items[0].Act, page.Items[0].N + 1
}

// run makes each step and holds the answer and the journal against it.
func (w *town) run(t *testing.T, steps []step) {
	t.Helper()
	_, before := w.acts(t)
	for _, s := range steps {
		status, text, head := s.by.ask(s.method, s.path, s.body)
		shown := text + fmt.Sprint(head)
		if status != s.status {
			t.Errorf("%s %s by %s: %d, want %d: %s", s.method, s.path, s.by.login, status, s.status, text)
		}
		for _, want := range s.want {
			if !strings.Contains(shown, want) {
				t.Errorf("%s %s by %s: no %q in %s", s.method, s.path, s.by.login, want, shown)
			}
		}
		if status >= 400 && (!strings.HasPrefix(head.Get("Content-Type"), "application/problem+json") || strings.Contains(text, "SQL") || strings.Contains(text, ".go:")) {
			t.Errorf("%s %s: not a problem, or the inside: %s %s", s.method, s.path, head.Get("Content-Type"), text)
		}
		act, size := w.acts(t)
		if s.entry == "" && size != before+1 || s.entry != "" && (size != before+2 || act != s.entry) {
			t.Errorf("%s %s by %s: the journal grew by %d, last %q, want %q", s.method, s.path, s.by.login, size-before-1, act, s.entry)
		}
		before = size
	}
}

// TestDirectory is the directory's operations: who may, what comes back, what is journalled.
func TestDirectory(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		nobody := &visitor{T: t, door: w.door, login: "nobody"}
		w.run(t, []step{
			{nobody, "GET", "/api/people", "", 401, []string{"unauthenticated", "Www-Authenticate"}, ""},
			{w.admin, "GET", "/api/organisations?limit=2", "", 200, []string{`"total":5`, `"BUREAU"`, `"next"`}, ""},
			{w.admin, "GET", "/api/organisations?filter=kind:agency&sort=-region", "", 200, []string{`"total":2`, `XIUZHOU`}, ""},
			{w.admin, "GET", "/api/organisations?q=" + "%E5%8C%BB%E9%99%A2", "", 200, []string{`"total":1`, "第一医院"}, ""},
			{w.admin, "GET", "/api/organisations?filter=path:x", "", 422, []string{`"column"`, "query.filter", "code、name"}, ""},
			{w.admin, "GET", "/api/organisations?cursor=xyz", "", 422, []string{`"cursor"`}, ""},
			{w.admin, "GET", "/api/organisations?limit=501", "", 422, []string{"query.limit", "应不大于 500"}, ""},
			{w.admin, "GET", "/api/organisations?colour=red", "", 422, []string{"不认识这个参数"}, ""},
			{nobody, "GET", "/api/regions", "", 401, []string{"unauthenticated"}, ""},
			{w.admin, "GET", "/api/regions", "", 200, []string{`"items":[{"code":"330400","name":"嘉兴市医疗保障局"},{"code":"330402","name":"南湖区医保中心"},{"code":"330411","name":"秀洲区医保中心"}]`}, ""},
			{w.leader, "GET", "/api/regions", "", 200, []string{`"items":[{"code":"330400","name":"嘉兴市医疗保障局"},{"code":"330402","name":"南湖区医保中心"}]`}, ""},
			{w.admin, "GET", "/api/organisations.csv", "", 200, []string{"机构编码,名称", "导出标记", w.admin.id + "/", "attachment"}, "access.read_rights"},
			{w.admin, "GET", "/api/people?filter=login:leader", "", 200, []string{`"王***`, `138****1111`}, ""},
			{w.admin, "POST", "/api/people/find", `{"value":"13800001111"}`, 200, []string{w.leader.id}, ""},
			{w.admin, "POST", "/api/people/" + w.leader.id + "/reveal", `{"reason":"核对联系方式"}`, 200, []string{"王小leader", "13800001111"}, "access.reveal"},
			{w.admin, "POST", "/api/people/" + w.leader.id + "/reveal", `{"reason":""}`, 422, []string{"body.reason", "至少 2 个字"}, ""},
			{w.admin, "POST", "/api/people/RY000999/reveal", `{"reason":"核对"}`, 404, []string{"not_found"}, ""},
			{w.admin, "POST", "/api/organisations", `{"code":"NANHU","kind":"agency","name":"另一个","region":"330402"}`, 409, []string{"organisation_exists"}, ""},
			{w.admin, "POST", "/api/organisations", `{"code":"A B","kind":"agency","name":"另一个","region":"330402"}`, 422, []string{"organisation_code"}, ""},
			{w.admin, "PATCH", "/api/organisations/NANHU", `{"name":"南湖区医疗保障服务中心"}`, 204, nil, "access.rename_organisation"},
			{w.admin, "PATCH", "/api/organisations/NOWHERE", `{"name":"无"}`, 404, []string{"not_found"}, ""},
			{w.admin, "DELETE", "/api/organisations/H33040200001", "", 204, nil, "access.close_organisation"},
			{w.admin, "POST", "/api/grants", fmt.Sprintf(`{"holder":%q,"role":"agency_auditor","organisation":"NANHU","reason":"到岗"}`, w.leader.id), 403, []string{`"role"`, "安全保密管理员"}, ""},
			{w.admin, "POST", "/api/appointments", fmt.Sprintf(`{"holder":%q,"role":"auditor","reason":"到岗"}`, w.leader.id), 403, []string{"appoint_again"}, ""},
			{w.officer, "POST", "/api/grants", fmt.Sprintf(`{"holder":%q,"role":"auditor","organisation":"NANHU","reason":"到岗"}`, w.leader.id), 422, []string{"officers_apart", "三员分立"}, ""},
			{w.officer, "POST", "/api/grants", fmt.Sprintf(`{"holder":%q,"role":"first_reviewer","organisation":"NANHU","reason":"到岗"}`, w.leader.id), 201, []string{`"id":6`}, "access.grant"},
			{w.officer, "GET", "/api/people/" + w.leader.id + "/grants", "", 200, []string{"first_reviewer", "supervisor_leader"}, ""},
			{w.officer, "POST", "/api/grants/6/end", `{"reason":"离岗"}`, 204, nil, "access.end_grant"},
			{w.officer, "POST", "/api/grants/6/end", `{"reason":"离岗"}`, 404, []string{"not_found"}, ""},
			{w.officer, "POST", "/api/people", `{"login":"x","organisation":"NANHU","identity":{"name":"甲"}}`, 403, []string{`"role"`}, ""},
			{w.leader, "GET", "/api/staff", "", 200, []string{`"total":1`, w.leader.id}, ""},
			{w.leader, "GET", "/api/people", "", 403, []string{`"role"`}, ""},
			{w.leader, "GET", "/api/journal", "", 403, []string{`"role"`, "安全审计员"}, ""},
			{w.leader, "GET", "/api/me", "", 200, []string{"job.run", "param.keep", "supervisor_leader"}, ""},
			{w.leader, "GET", "/api/me/sessions", "", 200, []string{`"second_factor":true`}, ""},
			{w.officer, "POST", "/api/people/" + w.leader.id + "/password", `{"reason":"遗忘"}`, 200, []string{"one_off_password"}, "access.reset_password"},
			{w.leader, "GET", "/api/me", "", 401, []string{"unauthenticated"}, ""},
			{w.officer, "POST", "/api/people/" + w.officer.id + "/factor/drop", `{"reason":"换机"}`, 403, []string{"factor_self"}, ""},
			{w.officer, "POST", "/api/people/" + w.other.id + "/sessions/end", `{"reason":"离岗"}`, 204, nil, "access.end_sessions"},
			{w.other, "GET", "/api/me", "", 401, nil, ""},
			{w.admin, "POST", "/api/people/" + w.admin.id + "/close", `{"reason":"离职"}`, 403, []string{"close_self"}, ""},
			{w.admin, "POST", "/api/people/" + w.other.id + "/close", `{"reason":"离职"}`, 204, nil, "access.close_person"},
		})
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// TestProof takes an entry and its proof as a stranger would, and checks the proof with
// nothing but the public key.
func TestProof(t *testing.T) {
	t.Setenv(db.Setting, "")
	home := t.TempDir()
	w := settle(t, home)
	status, text, _ := w.auditor.ask("GET", "/api/journal/1/proof", "")
	if status != 409 || !strings.Contains(text, "not_signed") {
		t.Errorf("before a checkpoint: %d %s", status, text)
	}
	yiheng(t, home, "verify", "--checkpoint")
	status, text, _ = w.auditor.ask("GET", "/api/journal/1/proof", "")
	if status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	file := filepath.Join(t.TempDir(), "p.tlog-proof")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	wantText(t, yiheng(t, t.TempDir(), "verify", "--proof", file, "--key", filepath.Join(home, "journal.pub")), "证明成立", "access.login")
	w.run(t, []step{
		{w.auditor, "GET", "/api/journal/1", "", 200, []string{`"access.login"`, `"n":1`}, "access.read_journal"},
		{w.auditor, "GET", "/api/journal/99999", "", 404, []string{"not_found"}, ""},
		{w.auditor, "GET", "/api/journal?act=access.add_organisation&limit=2", "", 200, []string{"H33040200001-1", `"next"`}, "access.read_journal"},
		{w.auditor, "GET", "/api/journal.csv?act=access.add_organisation", "", 200, []string{"序号,时间", "access.add_organisation,organisation,NANHU,", "导出标记"}, "access.audit"},
		{w.auditor, "GET", "/api/journal?id=NANHU", "", 422, []string{"也要写 kind"}, ""},
		{w.auditor, "GET", "/api/journal?kind=organisation&id=NANHU", "", 200, []string{"access.add_organisation"}, "access.read_journal"},
	})
}

// TestNumbers stores numbers of law and holidays, in the own region only.
func TestNumbers(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		one := func(region string) string {
			return fmt.Sprintf(`{"settings":[{"key":"monitor.appeal_days","region":%q,"value":"7个工作日","certainty":"L","document":"嘉医保发〔2026〕1号"}],"reason":"本地文件"}`, region)
		}
		day := time.Now().Format(time.DateOnly)
		w.run(t, []step{
			{w.leader, "GET", "/api/params?filter=key:monitor.appeal_days", "", 200, []string{"5个工作日", "须按本地正式文本核定", `"stored":false`}, ""},
			{w.leader, "POST", "/api/params", one("330402"), 200, []string{`"stored":1`}, "param.put"},
			{w.leader, "POST", "/api/params", one("330402"), 200, []string{`"stored":0`}, "param.put"},
			{w.leader, "GET", "/api/params?filter=key:monitor.appeal_days&day=" + day, "", 200, []string{"7个工作日", `"set_in":"330402"`}, ""},
			{w.other, "GET", "/api/params?filter=key:monitor.appeal_days", "", 200, []string{"5个工作日"}, ""},
			{w.leader, "POST", "/api/params", one("330411"), 404, []string{"not_found"}, ""},
			{w.leader, "POST", "/api/params", one(""), 404, []string{"not_found"}, ""},
			{w.leader, "POST", "/api/params", strings.Replace(one("330402"), "7个工作日", "七天", 1), 422, []string{"body.settings[0]"}, ""},
			{w.leader, "POST", "/api/params", strings.Replace(one("330402"), "monitor.appeal_days", "no.such", 1), 422, []string{"没有参数"}, ""},
			{w.leader, "POST", "/api/params/import", `{"table":"键,区划\n","reason":"导入"}`, 422, []string{`"table"`}, ""},
			{w.admin, "POST", "/api/params", one("330402"), 403, []string{`"role"`}, ""},
			{w.leader, "GET", "/api/params/monitor.appeal_days/history", "", 200, []string{"嘉医保发〔2026〕1号", w.leader.id}, ""},
			{w.leader, "GET", "/api/params/no.such/history", "", 404, nil, ""},
			{w.other, "POST", "/api/params/monitor.appeal_days/settings/1/withdraw", `{"reason":"有误"}`, 404, nil, ""},
			{w.leader, "POST", "/api/params/monitor.appeal_days/settings/1/withdraw", `{"reason":"有误"}`, 204, nil, "param.withdraw"},
			{w.leader, "POST", "/api/params/monitor.appeal_days/settings/1/withdraw", `{"reason":"有误"}`, 404, nil, ""},
			{w.leader, "GET", "/api/params.csv?filter=key:monitor.appeal_days", "", 200, []string{"5个工作日", "导出标记"}, "param.read"},
			{w.leader, "GET", "/api/holidays?filter=year:2026&sort=day&limit=3", "", 200, []string{`"2026-01-01"`, "国办发明电〔2025〕7号"}, ""},
			{w.leader, "PUT", "/api/holidays/2026/2026-03-03", `{"kind":"放假","name":"临时","document":"某号","reason":"试"}`, 403, []string{`"role"`}, ""},
			{w.admin, "PUT", "/api/holidays/2026/2026-03-03", `{"kind":"放假","name":"临时放假","document":"某号","reason":"临时"}`, 200, []string{`"stored":1`}, "calendar.put"},
			{w.leader, "GET", "/api/holidays/period?from=2026-03-02&period=" + url.QueryEscape("5个工作日"), "", 200, []string{`"last":"2026-03-10"`, `{"day":"2026-03-03","why":"临时放假（某号）"}`, `{"day":"2026-03-07","why":"周六"}`}, ""},
			{w.leader, "GET", "/api/holidays/period?from=2026-03-02&period=" + url.QueryEscape("5个工作日") + "&without=2026-03-04&until=2026-03-06", "", 200, []string{`"last":"2026-03-12"`, "扣除：不计入的期间"}, ""},
			{w.leader, "GET", "/api/holidays/period?from=2026-03-02&period=" + url.QueryEscape("三五天"), "", 422, []string{`"period"`}, ""},
			{w.leader, "GET", "/api/holidays/period?from=2026-03-02&period=" + url.QueryEscape("5个工作日") + "&without=2026-03-04", "", 422, []string{`"period"`, "期限已中止"}, ""},
			{w.leader, "GET", "/api/holidays/period?from=2040-03-02&period=" + url.QueryEscape("5个工作日"), "", 422, []string{`"period"`, "2040"}, ""},
			{w.admin, "PUT", "/api/holidays/2026/2026-03-04", `{"kind":"上班","name":"临时","document":"某号","reason":"临时"}`, 422, []string{`"holiday"`}, ""},
			{w.admin, "PUT", "/api/holidays/2035/2035-03-04", `{"kind":"放假","name":"临时","document":"某号","reason":"临时"}`, 422, []string{`"year"`, "整年"}, ""},
			{w.admin, "POST", "/api/holidays/import", `{"table":"年度,日期,类型,名称,文号\n2027,2027-01-01,放假,元旦,某号\n","reason":"导入"}`, 422, []string{`"table"`, "2027"}, ""},
			{w.admin, "GET", "/api/holidays/2026/history", "", 200, []string{"2026-03-03", w.admin.id}, ""},
		})
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// TestWork asks for jobs by HTTP: files by name only, in the own region only.
func TestWork(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		if err := os.Symlink("/etc", filepath.Join(home+"-files", "link")); err != nil {
			t.Fatal(err)
		}
		start := func(kind, argument string) string { return fmt.Sprintf(`{"kind":%q,"argument":%s}`, kind, argument) }
		w.run(t, []step{
			{w.leader, "POST", "/api/jobs", start("intake", `{"paths":["/etc/passwd"]}`), 422, []string{"job_argument", "不在可用的文件夹内"}, ""},
			{w.leader, "POST", "/api/jobs", start("screen", `{"from":"2025-13-01","to":"2025-12-31","out":"a"}`), 422, []string{"任务参数不对（筛查）：“2025-13-01”不是日期，应写成 2024-01-01"}, ""},
			{w.leader, "POST", "/api/jobs", start("intake", `{"paths":["../key"]}`), 422, []string{"job_argument"}, ""},
			{w.leader, "POST", "/api/jobs", start("intake", `{"paths":["link/passwd"]}`), 422, []string{"job_argument"}, ""},
			{w.leader, "POST", "/api/jobs", start("intake", `{"paths":[]}`), 422, []string{"paths 是空的"}, ""},
			{w.leader, "POST", "/api/jobs", start("backup", `{"out":"b.tar.zst"}`), 422, []string{"job_kind", "intake、screen、takeover"}, ""},
			{w.admin, "POST", "/api/jobs", start("intake", `{"paths":["a.csv"]}`), 403, []string{`"role"`}, ""},
			{w.leader, "POST", "/api/jobs", strings.Replace(start("intake", `{"paths":["a.csv"]}`), "{", `{"region":"330411",`, 1), 404, []string{"not_found"}, ""},
			{w.leader, "POST", "/api/jobs", start("intake", `{"paths":["none.csv"]}`), 202, []string{`"RW0000000001"`, `"region":"330402"`}, "job.start"},
			{w.leader, "GET", "/api/jobs?kind=intake", "", 200, []string{`"total":1`, "none.csv"}, ""},
			{w.leader, "GET", "/api/jobs.csv?kind=intake", "", 200, []string{"RW0000000001,", "导出标记", w.leader.id + "/"}, "job.run"},
			{w.other, "GET", "/api/jobs", "", 200, []string{`"total":0`}, ""},
			{w.other, "GET", "/api/jobs/RW0000000001", "", 404, nil, ""},
			{w.other, "POST", "/api/jobs/RW0000000001/cancel", `{"reason":"不要了"}`, 404, nil, ""},
			{w.admin, "GET", "/api/maintenance/RW0000000001", "", 404, nil, ""},
			{w.admin, "POST", "/api/maintenance", start("backup", `{"out":"b.tar.zst"}`), 202, []string{`"RW0000000002"`}, "job.start"},
			{w.leader, "GET", "/api/jobs/RW0000000002", "", 404, nil, ""},
		})
		var backup struct{ State, Error string }
		waitFor(t, func() bool {
			w.admin.does("GET", "/api/maintenance/RW0000000002", "", &backup)
			return backup.State == "done" || backup.State == "failed"
		})
		if _, err := os.Stat(filepath.Join(home+"-files", "b.tar.zst")); err != nil || backup.State != "done" {
			t.Errorf("backup %s: %v %s", backup.State, err, backup.Error)
		}
		status, text, _ := w.leader.ask("GET", "/api/jobs/RW0000000001", "")
		if status != 200 || strings.Contains(text, home) {
			t.Errorf("a job shows where the home is: %d %s", status, text)
		}
		w.run(t, []step{
			{w.leader, "POST", "/api/jobs/RW0000000001/cancel", `{"reason":"文件不对"}`, 200, nil, "job.cancel"},
			{w.admin, "POST", "/api/maintenance/RW0000000002/retry", `{"reason":"再来"}`, 409, []string{"job_state"}, ""},
		})
	})
}

// TestCodeOnce logs in with a code of the second factor, twice.
func TestCodeOnce(t *testing.T) {
	t.Setenv(db.Setting, "")
	w := settle(t, t.TempDir())
	v := &visitor{T: t, door: w.door, login: "leader"}
	login := func(code string) string {
		return fmt.Sprintf(`{"login":"leader","password":%q,"code":%q}`, w.leader.password, code)
	}
	next := accesstest.Code(w.leader.secret, time.Now().Add(30*time.Second))
	w.run(t, []step{
		{v, "POST", "/api/login", login(""), 401, []string{"second_factor_needed"}, ""},
		{v, "POST", "/api/login", login("000000"), 401, []string{"second_factor_wrong"}, "access.login_failed"},
		{v, "POST", "/api/login", login(next), 200, []string{"HttpOnly", "SameSite=Strict", `"second_factor":true`}, "access.login"},
		{v, "POST", "/api/login", login(next), 401, []string{"second_factor_wrong"}, "access.login_failed"},
		{v, "GET", "/api/me", "", 200, nil, ""},
		{v, "POST", "/api/logout", "", 204, []string{"Max-Age=0"}, "access.logout"},
		{v, "GET", "/api/me", "", 401, nil, ""},
	})
}

// TestFirstPassword is a person who has none: who keeps the directory gives the first, a
// further one the security officer.
func TestFirstPassword(t *testing.T) {
	home := t.TempDir()
	w := settle(t, home)
	var id string
	func() {
		h, a := w.opened(t, access.DefaultPolicy())
		defer h.Close()
		err := h.db.Write(t.Context(), func(tx *db.Tx) (err error) {
			id, err = a.AddPerson(t.Context(), tx, "late", "NANHU", access.Identity{Name: "王小late"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}()
	password := "/api/people/" + id + "/password"
	w.run(t, []step{
		{w.admin, "GET", "/api/people?filter=login:late", "", 200, []string{`"no_password":true`}, ""},
		{w.officer, "POST", password, `{"reason":"到岗"}`, 403, []string{`"role"`, "系统管理员"}, ""},
		{w.leader, "POST", password, `{"reason":"到岗"}`, 403, []string{`"role"`}, ""},
		{w.admin, "POST", password, `{"reason":"到岗"}`, 200, []string{"one_off_password"}, "access.reset_password"},
		{w.admin, "POST", password, `{"reason":"到岗"}`, 403, []string{`"role"`, "安全保密管理员"}, ""},
		{w.officer, "POST", password, `{"reason":"遗忘"}`, 200, []string{"one_off_password"}, "access.reset_password"},
		{w.officer, "POST", "/api/people/RY000999/password", `{"reason":"遗忘"}`, 404, []string{"not_found"}, ""},
	})
	if _, text, _ := w.admin.ask("GET", "/api/people?filter=login:late", ""); strings.Contains(text, "no_password") {
		t.Errorf("a person with a password: %s", text)
	}
}
