package rule

import (
	"slices"

	"yiheng/ground/access"
	"yiheng/ground/procedure"
)

// measure is the measure that prescribes how rules come into use.
const measure = "医疗保障基金智能审核和监控知识库、规则库管理办法（试行）"

// apart is why one person does not bring a rule into force alone.
const apart = "规则的编制、审核、启用由不同人员办理（审核分离）"

// The states of a version's life.
const (
	Drafting  = "draft"   // 草稿
	Reviewing = "review"  // 审核
	Trial     = "trial"   // 试运行: judges history only, and nothing goes out
	GreyUse   = "grey"    // 灰度: judges chosen institutions, and its findings say so
	InForce   = "force"   // 生效
	Retired   = "retired" // 停用: judges the services up to its last day
	Dropped   = "dropped" // 作废: never was in use
)

// candidate is what the guards judge by.
type candidate struct {
	*Stored
	tested
	failed  []string // what is wrong with the definition or differs in its cases
	least   int64    // that the region asks for, in millionths; 0: nothing is set
	lastDay bool     // the last service day is stated
}

type (
	move  = procedure.Move[candidate]
	guard = procedure.Guard[candidate]
	ask   = procedure.Ask[candidate]
)

// life is the name of the procedure.
const life = "rule"

// Life is the declared way of every version.
func Life() procedure.Procedure[candidate] {
	return procedure.Procedure[candidate]{
		Name: life, Title: "规则版本", Article: measure,
		Roles: lifeRoles(), States: lifeStates(), Moves: lifeMoves(),
	}
}

func lifeRoles() (all []procedure.Role) {
	for _, r := range []access.Role{access.AgencyAuditor, access.FinalReviewer, access.SupervisorLeader} {
		all = append(all, procedure.Role{Name: string(r), Title: r.Title()})
	}
	return all
}

func lifeStates() []procedure.State {
	return []procedure.State{
		{Name: Drafting, Title: "草稿"},
		{Name: Reviewing, Title: "审核"},
		{Name: Trial, Title: "试运行"},
		{Name: GreyUse, Title: "灰度"},
		{Name: InForce, Title: "生效"},
		{Name: Retired, Title: "停用", End: true},
		{Name: Dropped, Title: "作废", End: true},
	}
}

func rolesOf(op *access.Operation) (all []string) {
	for _, r := range op.Roles {
		all = append(all, string(r))
	}
	return all
}

// lifeMoves lead from a draft to its end. Every one states its reason.
func lifeMoves() []move {
	author, reviewer, leader := rolesOf(Write), rolesOf(Approve), rolesOf(Release)
	wrote := []string{"draft", "edit", "submit"}
	cases, tried, clean := caseGuard(), triedGuard(), cleanGuard()
	return []move{
		{Name: "draft", Title: "起草", Article: measure, To: Drafting, Roles: author, Reason: true},
		{Name: "edit", Title: "修改", Article: measure, From: []string{Drafting}, Roles: author, Reason: true},
		{Name: "submit", Title: "提交审核", Article: measure, From: []string{Drafting}, To: Reviewing, Roles: author, Reason: true, Guards: []guard{cases}},
		{Name: "discard", Title: "作废", Article: measure, From: []string{Drafting}, To: Dropped, Roles: author, Reason: true},
		{
			Name: "approve", Title: "审核通过", Article: measure, From: []string{Reviewing}, To: Trial, Roles: reviewer, Reason: true,
			NotSame: procedure.NotSame{Moves: wrote, Article: apart}, Guards: []guard{cases},
		},
		{Name: "return", Title: "退回修改", Article: measure, From: []string{Reviewing}, To: Drafting, Roles: reviewer, Reason: true},
		{Name: "rework", Title: "退回草稿", Article: measure, From: []string{Trial, GreyUse}, To: Drafting, Roles: leader, Reason: true},
		{
			Name: "grey", Title: "转灰度", Article: measure, From: []string{Trial}, To: GreyUse, Roles: leader, Reason: true,
			NotSame: procedure.NotSame{Moves: wrote, Article: apart}, Guards: []guard{cases, tried, clean, greyGuard()},
		},
		{
			Name: "force", Title: "启用", Article: measure, From: []string{GreyUse}, To: InForce, Roles: leader, Reason: true,
			NotSame: procedure.NotSame{Moves: append(slices.Clone(wrote), "approve"), Article: apart},
			Guards:  []guard{cases, tried, clean, precisionGuard()},
		},
		{Name: "retire", Title: "停用", Article: measure, From: []string{InForce}, To: Retired, Roles: leader, Reason: true, Guards: []guard{lastDayGuard()}},
	}
}

func caseGuard() guard {
	return guard{
		Code: "rule.cases", Article: measure, Sentence: "规则定义要通过检查，自带案例（至少一个命中、一个不命中）要全部相符",
		Holds: func(a ask) bool { return len(a.Subject.failed) == 0 },
	}
}

func triedGuard() guard {
	return guard{
		Code: "rule.tried", Article: measure, Sentence: "现有内容要已在历史数据上试运行，并判定到就诊或明细",
		Holds: func(a ask) bool { return a.Subject.tried },
	}
}

func cleanGuard() guard {
	return guard{
		Code: "rule.clean", Article: measure, Sentence: "现有内容要已在合规城市中运行，且没有给出违规",
		Holds: func(a ask) bool { return a.Subject.clean },
	}
}

func greyGuard() guard {
	return guard{
		Code: "rule.institutions", Article: measure, Sentence: "要指明灰度的机构，且都在规则版本的区划内",
		Holds: func(a ask) bool {
			all := a.Subject.Grey()
			outside := func(in GreyInstitution) bool {
				return !access.Region(in.Region).Within(access.Region(a.Subject.Region))
			}
			return len(all) > 0 && !slices.ContainsFunc(all, outside)
		},
	}
}

func precisionGuard() guard {
	return guard{
		Code: "rule.precision", Article: measure, Sentence: "现有内容的试运行中，最近一次能估计出的准确率要达到本地要求（monitor.rule_precision_min）",
		Holds: func(a ask) bool { return a.Subject.precision < 0 || a.Subject.precision >= a.Subject.least },
	}
}

func lastDayGuard() guard {
	return guard{
		Code: "rule.last-day", Article: measure, Sentence: "要写明最后一个适用的服务日",
		Holds: func(a ask) bool { return a.Subject.lastDay },
	}
}
