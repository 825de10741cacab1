package access

// The operations of this room. Accounts are the system administrator's, rights are
// the security officer's, the record of both is the auditor's.
var (
	Login          = Declare(Operation{Name: "access.login", Title: "登录", Scope: Public})
	OwnAccount     = Declare(Operation{Name: "access.own_account", Title: "管理自己的账号", Scope: SignedIn})
	KeepDirectory  = Declare(Operation{Name: "access.keep_directory", Title: "管理机构和人员", Roles: []Role{SystemAdministrator}, Scope: InRegion, Sensitive: true})
	AppointOfficer = Declare(Operation{Name: "access.appoint_officer", Title: "任命首位安全保密管理员和安全审计员", Roles: []Role{SystemAdministrator}, Scope: InRegion, Sensitive: true})
	ReadRights     = Declare(Operation{Name: "access.read_rights", Title: "查看授权", Roles: []Role{SystemAdministrator, SecurityOfficer, Auditor}, Scope: InRegion})
	KeepRights     = Declare(Operation{Name: "access.keep_rights", Title: "授权、解锁和收回会话", Roles: []Role{SecurityOfficer}, Scope: InRegion, Sensitive: true})
	KeepServices   = Declare(Operation{Name: "access.keep_services", Title: "管理服务账号和令牌", Roles: []Role{SecurityOfficer}, Scope: InRegion, Sensitive: true})
	Audit          = Declare(Operation{Name: "access.audit", Title: "审计操作记录", Roles: []Role{Auditor}, Scope: InRegion, Sensitive: true})
	OwnStaff       = Declare(Operation{Name: "access.own_staff", Title: "查看本机构人员", Roles: []Role{SupervisorLeader, InsuranceOffice, DepartmentHead}, Scope: InOrganisation})
	Certificates   = Declare(Operation{Name: "access.certificates", Title: "查看执法证台账", Roles: []Role{SupervisorLeader}, Scope: InRegion})
)
