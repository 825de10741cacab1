package main

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"yiheng/ground/db"
	"yiheng/server"
)

// route is an operation of the description.
type route struct {
	method, path string
	Access       struct {
		may `yaml:",inline"`
		Or  []may
	} `yaml:"x-access"`
	RequestBody *struct{} `yaml:"requestBody"`
}

// may is who may do an operation, as the description has it.
type may struct {
	Operation, Scope string
	Roles            []string
}

// open says that a route asks for no role.
func (r route) open() bool { return r.Access.Scope == "public" || r.Access.Scope == "signed_in" }

// allows says whether a role may ask for a route somewhere.
func (r route) allows(role string) bool {
	return r.open() || slices.ContainsFunc(append(r.Access.Or, r.Access.may), func(m may) bool { return slices.Contains(m.Roles, role) })
}

// routes are all of the description.
func routes(t *testing.T) (all []route) {
	t.Helper()
	text, err := server.New(server.Parts{}).Describe()
	if err != nil {
		t.Fatal(err)
	}
	var document struct{ Paths map[string]map[string]route }
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	for path, item := range document.Paths {
		for method, r := range item {
			r.method, r.path = strings.ToUpper(method), path
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b route) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

var parameterIn = regexp.MustCompile(`\{[a-z_]+\}`)

// with fills the parameters of the path, known by the path before each; nothing there has "9".
func (r route) with(known map[string]string) string {
	out, end := "", 0
	for _, at := range parameterIn.FindAllStringIndex(r.path, -1) {
		out += r.path[end:at[0]] + url.PathEscape(cmp.Or(known[r.path[:at[0]]], "9"))
		end = at[1]
	}
	return out + r.path[end:]
}

// body is JSON where the route takes a body.
func (r route) body(text string) string {
	if r.RequestBody == nil {
		return ""
	}
	return text
}

// staffed has one person of each role, by role, in the county.
func (o *office) staffed() map[string]*visitor {
	o.t.Helper()
	o.admin.does("POST", "/api/organisations", `{"code":"COUNTY","kind":"administration","name":"南湖区医疗保障局","region":"330402"}`, nil)
	o.admin.does("POST", "/api/organisations", `{"code":"POLICE","kind":"partner","name":"南湖区公安分局","region":"330402"}`, nil)
	inspector := o.admit("inspector", "COUNTY", `"role":"enforcement_officer","organisation":"COUNTY"`, "/api/grants", o.officer)
	o.admin.does("PUT", "/api/people/"+inspector.id+"/certificate", `{"number":"33010012345","valid_to":"2030-12-31"}`, nil)
	return map[string]*visitor{
		"system_administrator": o.admin, "security_officer": o.officer, "auditor": o.auditor, "supervisor_leader": o.leader, "first_reviewer": o.first,
		"second_reviewer": o.second, "final_reviewer": o.final, "panel_member": o.panel[0], "agency_auditor": o.handler, "insurance_office": o.office,
		"department_head": o.head, "doctor": o.doctor, "enforcement_officer": inspector,
		"partner_liaison": o.admit("liaison", "POLICE", `"role":"partner_liaison","organisation":"POLICE"`, "/api/grants", o.officer),
	}
}

// TestRoutesByRole asks each route of the description as each role, as nobody, and with a
// token that names another operation: who may not is told so before anything of the
// request is looked at, and who may is not.
func TestRoutesByRole(t *testing.T) {
	t.Setenv(db.Setting, "")
	o := practiseIn(t, t.TempDir())
	people := o.staffed()
	nobody := &visitor{T: t, door: o.door, login: "nobody"}
	program := o.program(`["job.run"]`)
	asked := 0
	ask := func(v *visitor, r route, body string) (int, string) {
		asked++
		status, text, _ := v.ask(r.method, r.with(nil), r.body(body))
		return status, text
	}
	for _, r := range routes(t) {
		name := r.method + " " + r.path
		if r.Access.Operation == "" {
			t.Errorf("%s declares no operation", name)
		}
		if status, text := ask(nobody, r, `{}`); (status == 401 && strings.Contains(text, "unauthenticated")) != (r.Access.Scope != "public") {
			t.Errorf("%s by nobody: %d %s", name, status, text)
		}
		if r.Access.Scope != "public" && r.Access.Operation != "job.run" {
			if status, text := ask(program, r, `{}`); status != 403 || !strings.Contains(text, "token_scope") {
				t.Errorf("%s by a token that does not name it: %d %s", name, status, text)
			}
		}
		for role, v := range people {
			switch {
			case !r.allows(role):
				if status, text := ask(v, r, `{}`); status != 403 || !strings.Contains(text, `"role"`) {
					t.Errorf("%s by %s: %d %s", name, role, status, text)
				}
			case r.path == "/api/logout" || r.path == "/api/login":
			default: // what is wrong with the request, or nothing, but never the right
				status, text := ask(v, r, `{"no_such_field":true}`)
				taken := r.RequestBody != nil && status/100 == 2 && r.path != "/api/papers-verify" // which says that no file of ours is one
				if status == 401 || status == 403 || status >= 500 || taken {
					t.Errorf("%s by %s: %d %s", name, role, status, text)
				}
			}
		}
	}
	t.Logf("%d questions", asked)
}

// program is a service account of the county's agency with a token for operations.
func (o *office) program(operations string) *visitor {
	o.t.Helper()
	var service struct{ ID string }
	o.officer.does("POST", "/api/services", `{"login":"his-link","organisation":"NANHU","name":"结算系统"}`, &service)
	o.officer.does("POST", "/api/grants", fmt.Sprintf(`{"holder":%q,"role":"agency_auditor","organisation":"NANHU","reason":"接口"}`, service.ID), nil)
	var issued struct{ Token string }
	o.officer.does("POST", "/api/services/"+service.ID+"/tokens", fmt.Sprintf(`{"operations":%s,"ends":%q,"reason":"接口上线"}`, operations, o.now().Add(24*time.Hour).Format(time.RFC3339)), &issued)
	return &visitor{T: o.t, door: o.door, id: service.ID, login: "program", token: issued.Token, head: map[string]string{"X-Requested-With": ""}}
}
