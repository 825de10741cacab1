package access_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// Operations as the rooms above declare them: of every scope, for every role.
var (
	decide  = access.Declare(access.Operation{Name: "test.decide", Title: "初审", Roles: []access.Role{access.FirstReviewer}, Scope: access.InRegion})
	answer  = access.Declare(access.Operation{Name: "test.answer", Title: "申诉", Roles: []access.Role{access.InsuranceOffice, access.DepartmentHead, access.Doctor}, Scope: access.InOrganisation})
	inspect = access.Declare(access.Operation{Name: "test.inspect", Title: "现场检查", Roles: []access.Role{access.Officer}, Scope: access.InRegion, Sensitive: true})
	look    = access.Declare(access.Operation{Name: "test.look", Title: "查看疑点", Roles: []access.Role{
		access.FirstReviewer, access.SecondReviewer, access.FinalReviewer, access.PanelMember, access.Officer, access.SupervisorLeader,
		access.AgencyAuditor, access.Liaison, access.InsuranceOffice, access.DepartmentHead, access.Doctor,
	}, Scope: access.InRegion})
	control = access.Declare(access.Operation{Name: "test.control", Title: "内控检查", Roles: []access.Role{access.AgencyAuditor}, Scope: access.InOrganisation})
	backup  = access.Declare(access.Operation{Name: "test.backup", Title: "备份", Roles: []access.Role{access.SystemAdministrator}, Scope: access.InRegion})
)

func TestDeclared(t *testing.T) {
	for _, op := range []*access.Operation{decide, answer, inspect, look, control, backup} {
		if access.Lookup(op.Name) != op {
			t.Errorf("%s is not found by its name", op.Name)
		}
	}
}

func TestMatrix(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { accesstest.Matrix(t, d, []string{"test.decide", "access.login"}) })
}

func TestUndeclared(t *testing.T) {
	problems := accesstest.Undeclared([]string{"test.decide", "test.forgotten"})
	if len(problems) != 1 || !strings.Contains(problems[0], "test.forgotten") {
		t.Errorf("says %q", problems)
	}
}

// docs/access.md has every role with its title, and every scope.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/access.md")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, r := range access.Roles() {
		want = append(want, fmt.Sprintf("| `%s` | %s |", r, r.Title()))
	}
	for _, s := range []access.Scope{access.Public, access.SignedIn, access.InRegion, access.InOrganisation} {
		want = append(want, fmt.Sprintf("| `%s` |", s))
	}
	for _, row := range want {
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/access.md has no row %q", row)
		}
	}
}

func TestWrongDeclarations(t *testing.T) {
	reviewer := []access.Role{access.FirstReviewer}
	for name, c := range map[string]struct {
		o    access.Operation
		want string
	}{
		"no name":             {access.Operation{Title: "x", Roles: reviewer, Scope: access.InRegion}, "is not room.what"},
		"a name with spaces":  {access.Operation{Name: "test.do it", Title: "x", Roles: reviewer, Scope: access.InRegion}, "is not room.what"},
		"no title":            {access.Operation{Name: "test.wrong", Roles: reviewer, Scope: access.InRegion}, "has no title"},
		"nothing":             {access.Operation{Name: "test.wrong", Title: "x"}, "has no scope"},
		"no roles":            {access.Operation{Name: "test.wrong", Title: "x", Scope: access.InRegion}, "do not go together"},
		"roles and public":    {access.Operation{Name: "test.wrong", Title: "x", Scope: access.Public, Roles: reviewer}, "do not go together"},
		"public, sensitive":   {access.Operation{Name: "test.wrong", Title: "x", Scope: access.Public, Sensitive: true}, "public and sensitive"},
		"an unknown role":     {access.Operation{Name: "test.wrong", Title: "x", Scope: access.InRegion, Roles: []access.Role{"boss"}}, `role "boss"`},
		"a role twice":        {access.Operation{Name: "test.wrong", Title: "x", Scope: access.InRegion, Roles: []access.Role{access.Doctor, access.Doctor}}, "named twice"},
		"an officer decides":  {access.Operation{Name: "test.wrong", Title: "x", Scope: access.InRegion, Roles: []access.Role{access.Auditor, access.FirstReviewer}}, "mixes the three officers"},
		"a name taken before": {*decide, "is declared twice"},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, c.want) {
					t.Errorf("panics with %q, want %q", got, c.want)
				}
			}()
			access.Declare(c.o)
			t.Error("was accepted")
		})
	}
}
