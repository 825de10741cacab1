package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/ground/db"
)

// neighbours has one person of each role in a county of another city, by role: at its
// bureau, agency, police and hospital.
func (o *office) neighbours() map[string]*visitor {
	o.t.Helper()
	for _, body := range []string{
		`{"code":"WXBUREAU","kind":"administration","name":"吴兴区医疗保障局","region":"330502"}`,
		`{"code":"WUXING","kind":"agency","name":"吴兴区医保中心","region":"330502"}`,
		`{"code":"WXPOLICE","kind":"partner","name":"吴兴区公安分局","region":"330502"}`,
		`{"code":"H33050200001","kind":"institution","name":"吴兴医院","region":"330502"}`,
		`{"code":"H33050200001-1","kind":"department","name":"外科","parent":"H33050200001"}`,
	} {
		o.admin.does("POST", "/api/organisations", body, nil)
	}
	at := map[string]string{"insurance_office": "H33050200001", "department_head": "H33050200001-1", "doctor": "H33050200001-1", "partner_liaison": "WXPOLICE", "agency_auditor": "WUXING"}
	all := map[string]*visitor{}
	for _, role := range []string{
		"system_administrator", "security_officer", "auditor", "supervisor_leader", "first_reviewer", "second_reviewer", "final_reviewer", "panel_member",
		"agency_auditor", "enforcement_officer", "partner_liaison", "insurance_office", "department_head", "doctor",
	} {
		organisation, more := "WXBUREAU", ""
		if at[role] != "" {
			organisation = at[role]
		}
		if role == "doctor" {
			more = `,"doctor":"D330502000001"`
		}
		all[role] = o.admit("wx-"+strings.ReplaceAll(role, "_", "-"), organisation, fmt.Sprintf(`"role":%q,"organisation":%q%s`, role, organisation, more), "/api/grants", o.officer)
	}
	o.admin.does("PUT", "/api/people/"+all["enforcement_officer"].id+"/certificate", `{"number":"33010054321","valid_to":"2030-12-31"}`, nil)
	return all
}

// things makes one thing of each kind in the county and returns where each is, by the path
// of its routes.
func (o *office) things() map[string]string {
	o.t.Helper()
	known := map[string]string{}
	// keep asks for something and keeps the number in the answer, or in the first of a list.
	keep := func(path, name string, by *visitor, method, at, body string) string {
		o.t.Helper()
		var answer map[string]any
		by.does(method, at, body, &answer)
		if items, ok := answer["items"].([]any); ok && len(items) > 0 {
			answer = items[0].(map[string]any)
		}
		known[path] = fmt.Sprint(answer[name])
		return known[path]
	}
	found := suspicionOf("M1", "L1", "L2")
	o.deliver(found)
	o.must(o.first, "suspect", found.ID)
	known["/api/findings/"], known["/api/papers/"] = found.ID, o.issues(found.ID)
	keep("/api/findings/{id}/files/", "id", o.office, "POST", "/api/findings/"+found.ID+"/files?name="+url.QueryEscape("病历.txt"), "病程记录。")
	keep("/api/jobs/", "id", o.leader, "GET", "/api/jobs", "")
	known["/api/organisations/"], known["/api/people/"], known["/api/institutions/"] = "NANHU", o.leader.id, hospital
	keep("/api/grants/", "id", o.officer, "GET", "/api/people/"+o.leader.id+"/grants", "")

	program := o.program(`["job.run"]`)
	known["/api/services/"] = program.id
	keep("/api/services/{id}/tokens/", "id", o.officer, "GET", "/api/services/"+program.id+"/tokens", "")
	keep("/api/services/{id}/hooks/", "id", o.officer, "POST", "/api/services/"+program.id+"/hooks", `{"url":"https://example.org/hear","events":["job.ended"],"reason":"对接"}`)

	o.leader.does("POST", "/api/params", `{"settings":[{"key":"monitor.appeal_days","region":"330402","value":"7个工作日","certainty":"L","document":"嘉医保发〔2026〕1号"}],"reason":"本地文件"}`, nil)
	known["/api/params/"] = "monitor.appeal_days"
	keep("/api/params/{key}/settings/", "n", o.leader, "GET", "/api/params/monitor.appeal_days/history", "")
	keep("/api/journal/", "n", o.auditor, "GET", "/api/journal?region=330402", "")

	definition, cases := stricter(o.t)
	body, err := json.Marshal(map[string]string{"region": "330400", "from": "2026-01-01", "document": "嘉医保发〔2025〕7号", "definition": definition, "cases": cases, "reason": "本地需要"})
	if err != nil {
		o.t.Fatal(err)
	}
	o.author = o.admit("author", "BUREAU", `"role":"supervisor_leader","organisation":"BUREAU"`, "/api/grants", o.officer)
	keep("/api/rule-versions/", "id", o.author, "POST", "/api/rule-versions", string(body))
	if status, text := o.author.send(exemptingAt(""), exemptHeader+exemptOne); status != 202 {
		o.t.Fatalf("%d %s", status, text)
	}
	keep("/api/knowledge/changes/", "id", o.author, "GET", "/api/knowledge/changes", "")
	for name, text := range map[string]string{
		"psn_info_b.csv": "psn_no,psn_name,certno,gend\nP1,张三,430101199003070011,1\n",
		"mdtrt_d.csv":    "mdtrt_id,psn_no,fixmedins_code,insu_admdvs,begntime,endtime,med_type\nM9,P1,H33040200001,330402,2025-03-05 09:00:00,2025-03-05 10:00:00,11\n",
	} {
		if err := os.WriteFile(filepath.Join(o.home+"-files", name), []byte(text), 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
	var taken struct{ ID string }
	o.handler.does("POST", "/api/jobs", `{"kind":"intake","argument":{"paths":["psn_info_b.csv","mdtrt_d.csv"]}}`, &taken)
	o.done(taken.ID)
	known["/api/intake/sources/"], known["/api/intake/sources/{id}/rows/"], known["/api/insured/"] = takeInSpoilt(o.t, o.home, o.town), "2", "P1"
	o.done(keep("/api/runs/", "id", o.handler, "POST", "/api/jobs", `{"kind":"screen","argument":{"from":"2025-03-01","to":"2025-03-31","out":"march"}}`))
	known["/api/runs/{id}/files/"] = "summary.json"
	keep("/api/maintenance/", "id", o.admin, "POST", "/api/maintenance", `{"kind":"backup","argument":{"out":"b.zst"},"region":"330402"}`)
	return known
}

// bodies are what routes take that ask for more than a reason.
var bodies = map[string]string{
	"POST /api/intake/sources/{id}/corrections": `{"reason":"核对","rows":[{"n":2,"cells":{"cnt":"1"}}]}`,
	"PATCH /api/organisations/{id}":             `{"name":"改名"}`,
	"PATCH /api/papers/{id}":                    `{"fields":{}}`,
	"POST /api/papers/{id}/issue":               `{}`,
	"POST /api/papers/{id}/service":             `{"how":"direct","day":"2026-03-02"}`,
	"PUT /api/people/{id}/certificate":          `{"number":"33010012345","valid_to":"2030-12-31"}`,
	"PUT /api/people/{id}/identity":             `{"name":"张三"}`,
	"POST /api/people/{id}/subject":             `{"subject":"abc","reason":"核对"}`,
	"PUT /api/rule-versions/{id}":               `{"region":"330400","from":"2026-01-01","document":"文号","definition":"id: YH0001","cases":"- kind: hit","reason":"核对"}`,
	"POST /api/rule-versions/{id}/trials":       `{"from":"2025-01-01","to":"2025-01-31"}`,
	"POST /api/services/{id}/hooks":             `{"url":"https://example.org/x","events":["job.ended"],"reason":"核对"}`,
	"POST /api/services/{id}/tokens":            `{"operations":["job.run"],"ends":"2026-04-01T00:00:00Z","reason":"核对"}`,
}

// queries are what routes take beside that.
var queries = map[string]string{"POST /api/findings/{id}/files": "?name=a.txt"}

// everywhere are the routes of things that have no place: classes of the library, the
// holidays, one's own sessions, the history of a number of law, the editions of the home's
// knowledge (what of them somebody may take back, their own tests tell).
var everywhere = []string{"/api/rules/classes/", "/api/knowledge/templates/", "/api/holidays/", "/api/me/sessions/", "/api/params/{key}/history", "/api/knowledge/editions/", "/api/exclusions/versions/"}

// absent are things that only a real screening leaves; their own tests ask for them.
var absent = []string{"/api/findings/{id}/certificate", "/api/findings/{id}/certificate/check"}

// TestElsewhere asks for things of a county by their numbers, as people of another city
// who may do the same at home: there is no such thing. Whose it is finds it.
func TestElsewhere(t *testing.T) {
	t.Setenv(db.Setting, "")
	o := practiseIn(t, t.TempDir())
	if err := os.MkdirAll(filepath.Join(o.home+"-files"), 0o700); err != nil {
		t.Fatal(err)
	}
	neighbours, known := o.neighbours(), o.things()
	here := append(slices.Collect(maps.Values(o.staffed())), o.author)
	asked := 0
	for _, r := range routes(t) {
		named := parameterIn.FindStringIndex(r.path)
		if named == nil || slices.ContainsFunc(everywhere, func(p string) bool { return strings.HasPrefix(r.path, p) }) {
			continue
		}
		if known[r.path[:named[0]]] == "" {
			t.Errorf("nothing is made for %s", r.path)
		}
		name := r.method + " " + r.path
		for role, v := range neighbours {
			if !r.allows(role) {
				continue
			}
			asked++
			if status, text, _ := v.ask(r.method, r.with(known)+queries[name], r.body(cmp.Or(bodies[name], `{"reason":"核对"}`))); status != 404 {
				t.Errorf("%s by %s of another city: %d %s", name, role, status, text)
			}
		}
		finds := func(v *visitor) bool {
			status, _, _ := v.ask(r.method, r.with(known), "")
			return status != 403 && status != 404
		}
		if r.method == "GET" && !slices.Contains(absent, r.path) && !slices.ContainsFunc(here, finds) {
			t.Errorf("%s: nobody here finds it", name)
		}
	}
	t.Logf("%d questions", asked)
}
