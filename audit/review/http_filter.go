package review

import (
	"strings"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

// FilterInput is a Filter as a request has it. Values of one parameter are alternatives.
type FilterInput struct {
	Batch         []string `query:"batch,explode" maxItems:"50" doc:"run_id of the batch that delivered it first"`
	Region        []string `query:"region,explode" maxItems:"50" doc:"six digits, with everything below"`
	FixmedinsCode []string `query:"fixmedins_code,explode" maxItems:"50"`
	RuleID        []string `query:"rule_id,explode" maxItems:"100"`
	RuleVersion   []string `query:"rule_version,explode" maxItems:"50"`
	State         []string `query:"state,explode" maxItems:"11" enum:"first,verify_first,appeal,second,verify_second,petition,panel,final,handling,closed,dismissed"`
	Result        []string `query:"result,explode" maxItems:"2" enum:"violation,suspicion"`
	Outcome       []string `query:"outcome,explode" maxItems:"4" enum:"none,upheld,partly,dismissed" doc:"none: no outcome yet"`
	DeptName      []string `query:"dept_name,explode" maxItems:"50"`
	DrCode        []string `query:"dr_code,explode" maxItems:"50"`
	PsnNo         []string `query:"psn_no,explode" maxItems:"50"`
	MdtrtID       []string `query:"mdtrt_id,explode" maxItems:"50"`
	Desk          []string `query:"desk,explode" maxItems:"50" doc:"the institution, or the department in it that is asked"`
	Answer        []string `query:"answer,explode" maxItems:"4" enum:"none,appealed,accepted,silent"`
	MainFindingID string   `query:"main_finding_id" maxLength:"80" doc:"those that share money with this one"`
	From          string   `query:"from" maxLength:"10" doc:"last day of the finding not before"`
	To            string   `query:"to" maxLength:"10" doc:"last day of the finding not after"`
	Taken         string   `query:"taken" maxLength:"10" doc:"day on which the batch was taken over that delivered it first"`
	Moved         string   `query:"moved" maxLength:"10" doc:"day on which it came into its state"`
	MinCounted    string   `query:"min_counted" maxLength:"20" doc:"yuan, as 1000.00"`
	Overdue       bool     `query:"overdue" doc:"only those with a clock that has ended"`
	Gone          bool     `query:"gone" doc:"only those that the last screening no longer found"`
	News          bool     `query:"news" doc:"only those of which a later screening says something new that nobody has answered"`
}

// filter reads the parameters; at is the moment by which clocks are late.
func (in *FilterInput) filter(at calendar.Time) (f Filter, err error) {
	f = Filter{
		Batches: in.Batch, Regions: in.Region, Institutions: in.FixmedinsCode, Rules: in.RuleID, RuleVersions: in.RuleVersion,
		States: in.State, Results: in.Result, Outcomes: orNone(in.Outcome), Departments: in.DeptName, Doctors: in.DrCode,
		Persons: in.PsnNo, Visits: in.MdtrtID, Desks: in.Desk, Answers: orNone(in.Answer), Main: in.MainFindingID,
		Overdue: calendar.NoTime, Gone: in.Gone, News: in.News,
	}
	if in.Overdue {
		f.Overdue = at
	}
	if f.From, err = dayOf("from", in.From); err != nil {
		return f, err
	}
	if f.To, err = dayOf("to", in.To); err != nil {
		return f, err
	}
	if f.Taken, err = onlyDay("taken", in.Taken); err != nil {
		return f, err
	}
	if f.Moved, err = onlyDay("moved", in.Moved); err != nil {
		return f, err
	}
	if in.MinCounted == "" {
		return f, nil
	}
	f.MinCounted, err = claim.ParseDecimal(in.MinCounted, 2)
	if err != nil || f.MinCounted < 0 {
		return f, wrong("min_counted", "应为不小于零的金额（元），如 1000.00")
	}
	return f, nil
}

// orNone makes of the word none the empty value that it stands for.
func orNone(values []string) (all []string) {
	for _, v := range values {
		if v == "none" {
			v = ""
		}
		all = append(all, v)
	}
	return all
}

func dayOf(name, text string) (calendar.Day, error) {
	day, err := calendar.ParseDay(text)
	if err != nil {
		return calendar.NoDay, wrong(name, "应为日期，如 2026-01-02")
	}
	return day, nil
}

// onlyDay is a day that leaves nothing out when it is not given.
func onlyDay(name, text string) (calendar.Day, error) {
	if text == "" {
		return 0, nil
	}
	return dayOf(name, text)
}

// wrong is the problem of one parameter.
func wrong(name, text string) error {
	p := web.Invalid("validation", "请求内容不合规，请按所列逐项更正")
	p.Errors = []web.Fault{{Location: "query." + name, Message: text}}
	return p
}

// String is what is asked for, for people.
func (in *FilterInput) String() string {
	var said []string
	for _, x := range []struct {
		title  string
		values []string
	}{
		{"批次", in.Batch},
		{"区划", in.Region},
		{"机构", in.FixmedinsCode},
		{"规则", in.RuleID},
		{"规则版本", in.RuleVersion},
		{"环节", titlesOf(in.State)},
		{"性质", in.Result},
		{"结论", in.Outcome},
		{"科室", in.DeptName},
		{"医师", in.DrCode},
		{"人员", in.PsnNo},
		{"就诊", in.MdtrtID},
		{"经办处", in.Desk},
		{"答复", in.Answer},
		{"主疑点", []string{in.MainFindingID}},
		{"不早于", []string{in.From}},
		{"不晚于", []string{in.To}},
		{"接收于", []string{in.Taken}},
		{"进入环节于", []string{in.Moved}},
		{"金额不少于", []string{in.MinCounted}},
	} {
		if text := strings.Join(x.values, "、"); text != "" {
			said = append(said, x.title+" "+text)
		}
	}
	for title, on := range map[string]bool{"已逾期": in.Overdue, "不再命中": in.Gone, "有新版": in.News} {
		if on {
			said = append(said, title)
		}
	}
	return strings.Join(said, "；")
}

func titlesOf(states []string) (titles []string) {
	for _, s := range states {
		titles = append(titles, stateTitles[s])
	}
	return titles
}
