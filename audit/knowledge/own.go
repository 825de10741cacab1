package knowledge

import "yiheng/ground/access"

// readers are who may read what everybody is judged by: those who review, and the
// institutions that are reviewed (两库公开).
var readers = []access.Role{
	access.FirstReviewer, access.SecondReviewer, access.FinalReviewer, access.PanelMember, access.Officer, access.SupervisorLeader,
	access.AgencyAuditor, access.Liaison, access.InsuranceOffice, access.DepartmentHead, access.Doctor,
}

// The operations of this room.
var (
	Read            = access.Declare(access.Operation{Name: "knowledge.read", Title: "查看知识点", Roles: readers, Scope: access.InRegion})
	ReadChanges     = access.Declare(access.Operation{Name: "knowledge.read_changes", Title: "查看知识库变更", Roles: []access.Role{access.AgencyAuditor, access.SupervisorLeader, access.FinalReviewer, access.Officer}, Scope: access.InRegion})
	Stage           = access.Declare(access.Operation{Name: "knowledge.stage", Title: "提出知识库变更", Roles: []access.Role{access.AgencyAuditor}, Scope: access.InRegion})
	Decide          = access.Declare(access.Operation{Name: "knowledge.decide", Title: "决定知识库变更", Roles: []access.Role{access.SupervisorLeader}, Scope: access.InRegion, Sensitive: true})
	SeeExclusions   = access.Declare(access.Operation{Name: "knowledge.read_exclusions", Title: "查看例外名单", Roles: []access.Role{access.FirstReviewer, access.SecondReviewer, access.FinalReviewer, access.PanelMember, access.Officer, access.SupervisorLeader, access.AgencyAuditor}, Scope: access.InRegion})
	StageExclusions = access.Declare(access.Operation{Name: "knowledge.stage_exclusions", Title: "提出例外名单变更", Roles: []access.Role{access.AgencyAuditor, access.SupervisorLeader}, Scope: access.InRegion})
	KeepExclusions  = access.Declare(access.Operation{Name: "knowledge.keep_exclusions", Title: "决定和撤回例外名单变更", Roles: []access.Role{access.SupervisorLeader}, Scope: access.InRegion, Sensitive: true})
)
