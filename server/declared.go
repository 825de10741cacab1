package server

import "yiheng/ground/access"

// The operations of the rooms that know nothing of access: what all may read, whose
// business the numbers of law are, and who runs long work.
var (
	ReadParams   = access.Declare(access.Operation{Name: "param.read", Title: "查看法定参数", Scope: access.SignedIn})
	KeepParams   = access.Declare(access.Operation{Name: "param.keep", Title: "录入法定参数", Roles: []access.Role{access.SupervisorLeader}, Scope: access.InRegion, Sensitive: true})
	ReadWork     = access.Declare(access.Operation{Name: "work.read", Title: "查看待办", Scope: access.SignedIn})
	ReadYearbook = access.Declare(access.Operation{Name: "calendar.read", Title: "查看节假日表", Scope: access.SignedIn})
	KeepYearbook = access.Declare(access.Operation{Name: "calendar.keep", Title: "录入节假日表", Roles: []access.Role{access.SystemAdministrator}, Scope: access.InRegion, Sensitive: true})
	RunJobs      = access.Declare(access.Operation{Name: "job.run", Title: "办理接收、筛查任务", Roles: []access.Role{access.SupervisorLeader, access.AgencyAuditor}, Scope: access.InRegion})
	MaintainJobs = access.Declare(access.Operation{Name: "job.maintain", Title: "办理维护任务", Roles: []access.Role{access.SystemAdministrator}, Scope: access.InRegion, Sensitive: true})
)
