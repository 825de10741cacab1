package review

import (
	"context"
	"regexp"
	"strconv"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
	"yiheng/ground/seal"
	"yiheng/ground/web"
)

// Line is a finding as lists show it. Times are civil, in Beijing.
type Line struct {
	Finding
	StateTitle string        `json:"state_title"`
	NodeID     string        `json:"crt_node_id" doc:"code of the state in transaction 3701, in the order of the chain"`
	Since      calendar.Time `json:"since"`
	Due        calendar.Time `json:"due" doc:"earliest end of a running clock; empty: none, or not known yet"`
	Overdue    bool          `json:"overdue"`
}

// stateTitles and nodeIDs are by state.
var stateTitles, nodeIDs = func() (titles, nodes map[string]string) {
	titles, nodes = map[string]string{}, map[string]string{}
	for _, s := range chainStates() {
		titles[s.Name], nodes[s.Name] = s.Title, s.Code
	}
	return titles, nodes
}()

// lineOf shows a finding at a moment.
func lineOf(f *Finding, at calendar.Time) Line {
	l := Line{Finding: *f, StateTitle: stateTitles[f.State], NodeID: nodeIDs[f.State], Since: calendar.Time(f.Since), Due: calendar.NoTime, Overdue: f.Overdue(at)}
	if f.Due != never {
		l.Due = calendar.Time(f.Due)
	}
	l.PsnNo = shown(f.PsnNo)
	return l
}

// certificate is the shape of an identity number.
var certificate = regexp.MustCompile(`^[1-9]\d{5}(18|19|20)\d{9}[\dXx]$`)

// shown is a person's number as lists show it. The number of the fund is no identity, and
// names the person to nobody who has not the registry; where a region has made the identity
// number of it, it is masked as one.
func shown(psnNo string) string {
	if certificate.MatchString(psnNo) {
		return seal.MaskCertificate(psnNo)
	}
	return psnNo
}

type listInput struct {
	FilterInput
	Sort   string `query:"sort" enum:"money,due" default:"money" doc:"money: the largest first; due: the earliest deadline first"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next of the page before; not of an export"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"at most so many; an export has all"`
}

// Lines are a page of findings.
type Lines struct {
	Items []Line `json:"items"`
	Total Sum    `json:"total" doc:"of all pages"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page; nothing when this is the last"`
}

func (r *Review) serveList(ctx context.Context, c *web.Call, in *listInput) (*web.Body[Lines], error) {
	at := calendar.Civil(c.At)
	filter, err := in.filter(at)
	if err != nil {
		return nil, err
	}
	page, err := r.List(ctx, r.db, c.Actor, filter, in.Sort, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	lines := Lines{Items: make([]Line, len(page.Findings)), Total: page.Total, Next: page.Next}
	for k, f := range page.Findings {
		lines.Items[k] = lineOf(f, at)
	}
	return web.Answer(lines), nil
}

func (r *Review) exportList(ctx context.Context, c *web.Call, in *listInput) (rows web.Rows[Line], err error) {
	at := calendar.Civil(c.At)
	filter, err := in.filter(at)
	if err != nil {
		return rows, err
	}
	total, err := r.Total(ctx, r.db, c.Actor, filter)
	if err != nil {
		return rows, err
	}
	return web.Rows[Line]{Total: int(total.N), Asked: in.String(), All: func(yield func(*Line, error) bool) {
		for f, err := range r.Each(ctx, r.db, c.Actor, filter, in.Sort) {
			if err != nil {
				yield(nil, err)
				return
			}
			if l := lineOf(f, at); !yield(&l, nil) {
				return
			}
		}
	}}, nil
}

func money(name, title string, of func(*Line) claim.Money) web.Column[Line] {
	return web.Money(name, title, func(l *Line) string { return of(l).String() })
}

var lineColumns = []web.Column[Line]{
	web.By("finding_id", "疑点编号", func(l *Line) string { return l.ID }),
	web.By("state", "环节", func(l *Line) string { return l.StateTitle }),
	web.By("since", "进入环节时间", func(l *Line) string { return l.Since.String() }),
	web.By("due", "期限", func(l *Line) string { return l.Due.String() }),
	web.By("fixmedins_code", "机构编码", func(l *Line) string { return l.FixmedinsCode }),
	web.By("fixmedins_name", "机构名称", func(l *Line) string { return l.FixmedinsName }),
	web.By("region", "区划", func(l *Line) string { return l.Region }),
	web.By("dept_name", "科室", func(l *Line) string { return l.DeptName }),
	web.By("dr_code", "医师代码", func(l *Line) string { return l.DrCode }),
	web.By("rule_id", "规则编号", func(l *Line) string { return l.RuleID }),
	web.By("rule_name", "规则名称", func(l *Line) string { return l.RuleName }),
	web.By("rule_version", "规则版本", func(l *Line) string { return l.RuleVersion }),
	web.By("kp_id", "知识点", func(l *Line) string { return l.KpID }),
	web.By("result", "性质", func(l *Line) string { return map[string]string{"violation": "违规", "suspicion": "可疑"}[l.Result] }),
	web.Number("severity", "严重程度", func(l *Line) string { return strconv.Itoa(l.Severity) }),
	web.By("psn_no", "人员编号", func(l *Line) string { return l.PsnNo }),
	web.By("mdtrt_id", "就诊", func(l *Line) string { return l.MdtrtID }),
	web.Day("first_day", "首日", func(l *Line) string { return l.FirstDay.String() }),
	web.Day("last_day", "末日", func(l *Line) string { return l.LastDay.String() }),
	money("own", "疑点金额", func(l *Line) claim.Money { return l.Own }),
	money("counted", "计入金额", func(l *Line) claim.Money { return l.Counted }),
	money("stake", "待定", func(l *Line) claim.Money { return l.Stake }),
	money("accepted", "已认可", func(l *Line) claim.Money { return l.Accepted }),
	money("deducted", "已扣减", func(l *Line) claim.Money { return l.Deducted }),
	money("recovered", "已追回", func(l *Line) claim.Money { return l.Recovered }),
	money("dropped", "不予认定", func(l *Line) claim.Money { return l.Dropped }),
	web.By("answer", "机构答复", func(l *Line) string {
		return map[string]string{AnswerAppealed: "申诉", AnswerAccepted: "认可", AnswerSilent: "逾期未答复"}[l.Answer]
	}),
	web.By("outcome", "结论", func(l *Line) string {
		return map[string]string{OutcomeUpheld: "维持", OutcomePartly: "部分维持", OutcomeDismissed: "排除"}[l.Outcome]
	}),
	web.By("main_finding_id", "主疑点", func(l *Line) string { return l.MainFindingID }),
	web.By("batch", "批次", func(l *Line) string { return l.Batch }),
}
