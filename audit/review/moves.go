package review

import (
	"yiheng/ground/access"
	"yiheng/ground/procedure"
)

// firstMoves are those of the first review.
func firstMoves() []move {
	reviewer := names(access.FirstReviewer)
	return []move{
		{Name: "open", Title: "生成疑点", Article: rules, To: First, Roles: []string{screening}, Starts: []string{"first"}},
		{Name: "dismiss", Title: "初审排除", Article: rules, From: []string{First}, To: Dismissed, Roles: reviewer, Reason: true, Stops: []string{"first"}},
		{
			Name: "suspect", Title: "初审认定", Article: rules, From: []string{First}, To: Appeal, Roles: reviewer, Reason: true,
			Guards: []guard{
				{
					Code: "review.evidence", Article: "行政处罚法第40条（事实清楚、证据充分）", Sentence: "要有疑点明细、佐证明细或依据",
					Holds: func(a ask) bool { return a.Subject.backed },
				},
				{
					Code: "review.gone", Article: "行政处罚法第40条（事实清楚、证据充分）", Sentence: "最近一次筛查要仍有此疑点；已不再命中的只能排除或调查核实",
					Holds: func(a ask) bool { return a.Subject.GoneIn == "" },
				},
			},
			Stops: []string{"first"}, Starts: []string{"appeal"}, Paper: "疑点告知书",
		},
		{
			Name: "verify_first", Title: "初审转调查核实", Article: rules, From: []string{First}, To: VerifyFirst, Roles: reviewer, Reason: true,
			Suspends: []string{"first"}, Starts: []string{"verify"}, Paper: "核查通知书",
		},
		{
			Name: "report_first", Title: "报告核实结果（初审）", Article: rules, From: []string{VerifyFirst}, To: First, Reason: true,
			Roles: names(access.AgencyAuditor, access.Officer), Stops: []string{"verify"}, Resumes: []string{"first"}, Paper: "核查报告",
		},
	}
}

// institutionMoves are those of the institution, and what its silence does.
func institutionMoves() []move {
	office := names(access.InsuranceOffice)
	return []move{
		{
			Name: "prolong", Title: "延长申诉期限", Article: rules, From: []string{Appeal}, Roles: names(access.SupervisorLeader),
			Extends: procedure.Extends{Clock: "appeal", Period: "monitor.appeal_days", Times: 1},
		},
		{
			Name: "appeal", Title: "提出申诉", Article: hearing, From: []string{Appeal}, To: Second, Roles: office, Reason: true,
			Within: "appeal", Stops: []string{"appeal"}, Starts: []string{"second"},
		},
		{
			Name: "accept", Title: "认可疑点", Article: hearing, From: []string{Appeal}, To: Final, Roles: office,
			Within: "appeal", Stops: []string{"appeal"}, Starts: []string{"final"},
		},
		{Name: "silence", Title: "逾期未申诉", From: []string{Appeal}, To: Final, Stops: []string{"appeal"}, Starts: []string{"final"}},
		{
			Name: "petition", Title: "申请合议", Article: hearing, From: []string{Petition}, To: Panel, Roles: office, Reason: true,
			Within: "petition", Stops: []string{"petition"}, Starts: []string{"panel"},
		},
		{
			Name: "waive", Title: "认可复审意见", Article: hearing, From: []string{Petition}, To: Final, Roles: office,
			Within: "petition", Stops: []string{"petition"}, Starts: []string{"final"},
		},
		{Name: "no_petition", Title: "逾期未申请合议", From: []string{Petition}, To: Final, Stops: []string{"petition"}, Starts: []string{"final"}},
	}
}

// nothingAccepted and somethingAccepted part what a review may take back: all of a
// finding, or what the institution contests of one that it accepted a part of.
var (
	nothingAccepted = guard{
		Code: "review.whole", Article: hearing, Sentence: "机构要没有认可其中一部分（认可过的，只撤销争议部分）",
		Holds: func(a ask) bool { return a.Subject.Accepted == 0 },
	}
	somethingAccepted = guard{
		Code: "review.part", Article: hearing, Sentence: "机构要已认可其中一部分（没有认可的，撤销整条疑点）",
		Holds: func(a ask) bool { return a.Subject.Accepted > 0 },
	}
)

// secondMoves are those of the second review.
func secondMoves() []move {
	reviewer := names(access.SecondReviewer)
	other := procedure.NotSame{Moves: []string{"suspect", "verify_first", "adopt_again"}, Article: apart}
	return []move{
		{
			Name: "uphold", Title: "复审维持", Article: rules, From: []string{Second}, To: Petition, Roles: reviewer, NotSame: other, Reason: true,
			Stops: []string{"second"}, Starts: []string{"petition"}, Paper: "复审意见书",
		},
		{
			Name: "overturn", Title: "复审撤销", Article: rules, From: []string{Second}, To: Dismissed, Roles: reviewer, NotSame: other, Reason: true,
			Guards: []guard{nothingAccepted}, Stops: []string{"second"}, Paper: "复审意见书",
		},
		{
			Name: "overturn_part", Title: "复审撤销争议部分", Article: rules, From: []string{Second}, To: Final, Roles: reviewer, NotSame: other, Reason: true,
			Guards: []guard{somethingAccepted}, Stops: []string{"second"}, Starts: []string{"final"}, Paper: "复审意见书",
		},
		{
			Name: "verify_second", Title: "复审转调查核实", Article: rules, From: []string{Second}, To: VerifySecond, Roles: reviewer, NotSame: other, Reason: true,
			Suspends: []string{"second"}, Starts: []string{"verify"}, Paper: "核查通知书",
		},
		{
			Name: "report_second", Title: "报告核实结果（复审）", Article: rules, From: []string{VerifySecond}, To: Second, Reason: true,
			Roles: names(access.AgencyAuditor, access.Officer), Stops: []string{"verify"}, Resumes: []string{"second"}, Paper: "核查报告",
		},
		{
			Name: "refer", Title: "复审提请合议", Article: rules, From: []string{Second}, To: Panel, Roles: reviewer, NotSame: other, Reason: true,
			Stops: []string{"second"}, Starts: []string{"panel"},
		},
	}
}

// votes are how many members of the panel are for and against the finding.
func votes(a ask) (for_, against int) {
	return len(a.Instance.MadeBy("vote_for")), len(a.Instance.MadeBy("vote_against"))
}

// panelMoves are those of the panel: three or more, an odd number, the majority decides.
func panelMoves() []move {
	member := names(access.PanelMember)
	other := procedure.NotSame{Moves: []string{"suspect", "adopt_again", "uphold", "refer", "vote_for", "vote_against"}, Article: apart + "，合议一人一票"}
	quorum := guard{
		Code: "review.quorum", Article: "合议由三人以上单数成员办理", Sentence: "表决的合议组成员要为三人以上的单数",
		Holds: func(a ask) bool { n, m := votes(a); return n+m >= 3 && (n+m)%2 == 1 },
	}
	against := guard{
		Code: "review.majority", Article: "合议按多数意见作出", Sentence: "撤销要有多数成员赞成",
		Holds: func(a ask) bool { n, m := votes(a); return m > n },
	}
	return []move{
		{Name: "vote_for", Title: "合议表决：维持", Article: rules, From: []string{Panel}, Roles: member, NotSame: other, Reason: true},
		{Name: "vote_against", Title: "合议表决：撤销", Article: rules, From: []string{Panel}, Roles: member, NotSame: other, Reason: true},
		{
			Name: "panel_uphold", Title: "合议维持", Article: rules, From: []string{Panel}, To: Final, Roles: member, Reason: true,
			Guards: []guard{quorum, {
				Code: "review.majority", Article: "合议按多数意见作出", Sentence: "维持要有多数成员赞成",
				Holds: func(a ask) bool { n, m := votes(a); return n > m },
			}},
			Stops: []string{"panel"}, Starts: []string{"final"}, Paper: "合议意见书",
		},
		{
			Name: "panel_overturn", Title: "合议撤销", Article: rules, From: []string{Panel}, To: Dismissed, Roles: member, Reason: true,
			Guards: []guard{quorum, against, nothingAccepted}, Stops: []string{"panel"}, Paper: "合议意见书",
		},
		{
			Name: "panel_overturn_part", Title: "合议撤销争议部分", Article: rules, From: []string{Panel}, To: Final, Roles: member, Reason: true,
			Guards: []guard{quorum, against, somethingAccepted}, Stops: []string{"panel"}, Starts: []string{"final"}, Paper: "合议意见书",
		},
	}
}

// heard says that the institution could answer: its time to appeal has run and is over.
func heard(a ask) bool {
	for _, run := range a.Instance.Clocks {
		if run.Clock == "appeal" && !run.Runs() {
			return a.Subject.Sent
		}
	}
	return false
}

// lastMoves are those of the final review and of the handling.
func lastMoves() []move {
	reviewer, handler := names(access.FinalReviewer), names(access.AgencyAuditor)
	other := procedure.NotSame{Moves: []string{"suspect", "adopt_again", "uphold", "overturn_part", "refer"}, Article: apart}
	heard := guard{Code: "review.heard", Article: hearing, Sentence: "机构要已有过申诉的机会", Holds: heard}
	return []move{
		{
			Name: "confirm", Title: "终审确认", Article: rules, From: []string{Final}, To: Handling, Roles: reviewer, NotSame: other, Reason: true,
			Guards: []guard{heard}, Stops: []string{"final"}, Starts: []string{"handling"}, Paper: "终审意见书",
		},
		{
			Name: "overrule", Title: "终审撤销", Article: rules, From: []string{Final}, To: Dismissed, Roles: reviewer, NotSame: other, Reason: true,
			Stops: []string{"final"}, Paper: "终审意见书",
		},
		{
			Name: "admit", Title: "终审确认返还金额", Article: rules, From: []string{Handling}, Roles: reviewer, NotSame: other, Reason: true,
			Guards: []guard{{
				Code: "review.returned", Article: "一笔费用只计一次（共享金额返还）", Sentence: "要有因主疑点排除而返还的金额",
				Holds: func(a ask) bool { return a.Subject.Stake > 0 },
			}},
		},
		{Name: "deduct", Title: "扣减", Article: rules, From: []string{Handling}, Roles: handler, Guards: []guard{heard, owed()}, Paper: "扣款通知书"},
		{Name: "recover", Title: "追回", Article: "医疗保障基金使用监督管理条例第38条", From: []string{Handling}, Roles: handler, Guards: []guard{heard, owed()}, Paper: "追回通知书"},
		{Name: "agreement", Title: "按协议处理", Article: "医疗机构医疗保障定点管理暂行办法第38条", From: []string{Handling}, Roles: handler, Reason: true, Paper: "协议处理通知书"},
		{Name: "lead", Title: "转为线索移送", Article: rules, From: []string{Handling}, Roles: handler, Reason: true, Paper: "线索移送函"},
		{
			Name: "settle", Title: "办结", Article: rules, From: []string{Handling}, To: Closed, Roles: handler, Stops: []string{"handling"},
			Guards: []guard{
				{
					Code: "review.paid", Article: rules, Sentence: "确认的金额要已全部扣减或追回，返还的金额要已终审确认",
					Holds: func(a ask) bool { return a.Subject.Accepted == 0 && a.Subject.Stake == 0 },
				},
				{
					Code: "review.main-open", Article: "一笔费用只计一次（共享金额返还）", Sentence: "与其共享金额的主疑点要已有结论",
					Holds: func(a ask) bool { return !a.Subject.mainOpen },
				},
			},
		},
	}
}

func owed() guard {
	return guard{
		Code: "review.owed", Article: rules, Sentence: "要有确认而尚未扣减、追回的金额",
		Holds: func(a ask) bool { return a.Subject.Accepted > 0 },
	}
}
