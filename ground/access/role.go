package access

import "slices"

// Role is what a person may be in an organisation.
type Role string

// The roles. The three officers keep apart what may not be in one hand (三员分立,
// GB/T 22239-2019 8.1.5.1–8.1.5.3: 系统管理, 审计管理, 安全管理): one runs accounts and the
// system, one grants rights, one reads the record of both. None decides business.
const (
	SystemAdministrator Role = "system_administrator"
	SecurityOfficer     Role = "security_officer"
	Auditor             Role = "auditor"

	FirstReviewer    Role = "first_reviewer"
	SecondReviewer   Role = "second_reviewer"
	FinalReviewer    Role = "final_reviewer"
	PanelMember      Role = "panel_member"
	Officer          Role = "enforcement_officer" // acts only with a certificate in force
	SupervisorLeader Role = "supervisor_leader"
	AgencyAuditor    Role = "agency_auditor"
	Liaison          Role = "partner_liaison"

	InsuranceOffice Role = "insurance_office"
	DepartmentHead  Role = "department_head"
	Doctor          Role = "doctor"
)

// roleFacts say how a role is called and what kinds of organisations have it.
type roleFacts struct {
	role    Role
	title   string
	in      []Kind
	service bool // also another system, not only a person: it decides nothing
}

var authorities = []Kind{Administration, Agency}

var roles = []roleFacts{
	{SystemAdministrator, "系统管理员", authorities, false},
	{SecurityOfficer, "安全保密管理员", authorities, false},
	{Auditor, "安全审计员", authorities, false},
	{FirstReviewer, "初审人员", authorities, false},
	{SecondReviewer, "复审人员", authorities, false},
	{FinalReviewer, "终审人员", authorities, false},
	{PanelMember, "合议组成员", authorities, false},
	{Officer, "执法人员", []Kind{Administration}, false},
	{SupervisorLeader, "监管负责人", authorities, false},
	{AgencyAuditor, "经办稽核人员", []Kind{Agency}, true},
	{Liaison, "协作部门联络员", []Kind{Partner}, true},
	{InsuranceOffice, "机构医保办", []Kind{Institution, Office}, true},
	{DepartmentHead, "科室负责人", []Kind{Department}, false},
	{Doctor, "医师", []Kind{Institution, Department}, false},
}

// Roles returns all roles, in the order of their declaration.
func Roles() []Role {
	all := make([]Role, len(roles))
	for i, f := range roles {
		all[i] = f.role
	}
	return all
}

// Title is the role's Chinese name; an unknown role is its own.
func (r Role) Title() string {
	if f := r.facts(); f != nil {
		return f.title
	}
	return string(r)
}

// IsOfficer says whether the role is one of the three that are kept apart.
func (r Role) IsOfficer() bool {
	return r == SystemAdministrator || r == SecurityOfficer || r == Auditor
}

// Fits says whether an organisation of the kind can have the role.
func (r Role) Fits(k Kind) bool {
	f := r.facts()
	return f != nil && slices.Contains(f.in, k)
}

func (r Role) facts() *roleFacts {
	i := slices.IndexFunc(roles, func(f roleFacts) bool { return f.role == r })
	if i < 0 {
		return nil
	}
	return &roles[i]
}
