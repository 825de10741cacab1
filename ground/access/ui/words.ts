/** How organisations and roles are called. */
export const kinds: Record<string, string> = {
  administration: '医保行政部门',
  agency: '经办机构',
  institution: '定点机构',
  partner: '协作部门',
  office: '机构医保办',
  department: '科室',
};

export const roles: Record<string, string> = {
  system_administrator: '系统管理员',
  security_officer: '安全保密管理员',
  auditor: '安全审计员',
  first_reviewer: '初审人员',
  second_reviewer: '复审人员',
  final_reviewer: '终审人员',
  panel_member: '合议组成员',
  enforcement_officer: '执法人员',
  supervisor_leader: '监管负责人',
  agency_auditor: '经办稽核人员',
  partner_liaison: '协作部门联络员',
  insurance_office: '机构医保办',
  department_head: '科室负责人',
  doctor: '医师',
};

/** What kinds of organisations have a role; the three officers also the whole installation. */
export const rolesOf: Record<string, readonly string[]> = {
  administration: ['system_administrator', 'security_officer', 'auditor', 'first_reviewer', 'second_reviewer', 'final_reviewer', 'panel_member', 'enforcement_officer', 'supervisor_leader'],
  agency: ['system_administrator', 'security_officer', 'auditor', 'first_reviewer', 'second_reviewer', 'final_reviewer', 'panel_member', 'supervisor_leader', 'agency_auditor'],
  partner: ['partner_liaison'],
  institution: ['insurance_office', 'doctor'],
  office: ['insurance_office'],
  department: ['department_head', 'doctor'],
};

export const officers: readonly string[] = ['system_administrator', 'security_officer', 'auditor'];
