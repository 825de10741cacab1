package review

import (
	"slices"

	"yiheng/ground/access"
	"yiheng/ground/procedure"
)

// rules is the measure that prescribes first review, appeal, second review,
// verification and handling, and leaves the time of each step to the region.
const rules = "医疗保障基金智能审核和监控知识库、规则库管理办法（试行）"

// hearing is why nothing is taken before the institution could answer.
const hearing = "医疗保障基金使用监督管理条例第22条、行政处罚法第45条（陈述、申辩）"

// apart is why one person does not decide twice.
const apart = "初审、复审、终审由不同人员办理（审核分离）"

// The states. Their codes are the order of the chain of transaction 3701, whose own
// dictionary (NODE_CODE) is not published.
const (
	First        = "first"         // 初审
	VerifyFirst  = "verify_first"  // 调查核实, opened from the first review
	Appeal       = "appeal"        // 申诉
	Second       = "second"        // 复审
	VerifySecond = "verify_second" // 调查核实, opened from the second review
	Petition     = "petition"      // 申请合议: the institution may ask for a panel
	Panel        = "panel"         // 合议
	Final        = "final"         // 终审
	Handling     = "handling"      // 处理
	Closed       = "closed"        // 已处理
	Dismissed    = "dismissed"     // 已排除
)

// matter is what the guards judge by.
type matter struct {
	*Finding
	// mainOpen says that the finding which carries the rest of its money is not decided.
	mainOpen bool
	// offered says that a later screening says something else, which nobody has answered;
	// covers, that its money covers what is decided already.
	offered, covers bool
	// backed says that the revision in force names lines, evidence or a basis.
	backed bool
}

type (
	move  = procedure.Move[matter]
	guard = procedure.Guard[matter]
	ask   = procedure.Ask[matter]
)

const (
	chain     = "review"    // the name of the procedure
	screening = "screening" // the role that only taking over has
)

func names(roles ...access.Role) (all []string) {
	for _, r := range roles {
		all = append(all, string(r))
	}
	return all
}

// Chain is the declared way of every finding.
func Chain() procedure.Procedure[matter] {
	return procedure.Procedure[matter]{
		Name: chain, Title: "疑点", Article: rules,
		Roles: chainRoles(), States: chainStates(), Clocks: chainClocks(),
		Moves: slices.Concat(firstMoves(), institutionMoves(), secondMoves(), panelMoves(), lastMoves(), offerMoves()),
	}
}

func chainRoles() []procedure.Role {
	all := []procedure.Role{{Name: screening, Title: "筛查"}}
	for _, r := range []access.Role{
		access.FirstReviewer, access.SecondReviewer, access.PanelMember, access.FinalReviewer, access.SupervisorLeader,
		access.Officer, access.AgencyAuditor, access.InsuranceOffice,
	} {
		all = append(all, procedure.Role{Name: string(r), Title: r.Title()})
	}
	return all
}

func chainStates() []procedure.State {
	return []procedure.State{
		{Name: First, Title: "初审", Code: "1"},
		{Name: VerifyFirst, Title: "调查核实（初审）", Code: "1"},
		{Name: Appeal, Title: "申诉", Code: "2"},
		{Name: Second, Title: "复审", Code: "3"},
		{Name: VerifySecond, Title: "调查核实（复审）", Code: "3"},
		{Name: Petition, Title: "申请合议", Code: "4"},
		{Name: Panel, Title: "合议", Code: "4"},
		{Name: Final, Title: "终审", Code: "5"},
		{Name: Handling, Title: "处理", Code: "6"},
		{Name: Closed, Title: "已处理", Code: "6", End: true},
		{Name: Dismissed, Title: "已排除", Code: "6", End: true},
	}
}

func chainClocks() []procedure.Clock {
	leader := names(access.SupervisorLeader)
	return []procedure.Clock{
		{Name: "first", Title: "初审期限", Article: rules, Period: "monitor.first_review_days", Escalate: leader},
		{Name: "verify", Title: "调查核实期限", Article: rules, Period: "monitor.investigate_days", Escalate: leader},
		{Name: "appeal", Title: "申诉期限", Article: rules, Period: "monitor.appeal_days", Move: "silence"},
		{Name: "second", Title: "复审期限", Article: rules, Period: "monitor.second_review_days", Escalate: leader},
		{Name: "petition", Title: "申请合议期限", Article: rules, Period: "monitor.appeal_days", Move: "no_petition"},
		{Name: "panel", Title: "合议期限", Article: rules, Period: "monitor.panel_days", Escalate: leader},
		{Name: "final", Title: "终审期限", Article: rules, Period: "monitor.final_days", Escalate: leader},
		{Name: "handling", Title: "处理期限", Article: "终审意见书确定的期限", Escalate: leader},
	}
}
