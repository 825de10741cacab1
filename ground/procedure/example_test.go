package procedure

import (
	"context"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/param"
)

// matter is what the guards of the example judge by.
type matter struct {
	evidence bool
	paid     bool
}

// example is a small chain of the kind that the rooms above declare; it uses every word
// that a declaration has.
func example() Procedure[*matter] {
	const rule = "医疗保障基金智能审核和监控知识库、规则库管理办法（试行）"
	return Procedure[*matter]{
		Name: "example", Title: "疑点处理（示例）", Article: rule,
		Roles: []Role{{"engine", "筛查"}, {"reviewer", "审核人员"}, {"institution", "定点医药机构"}, {"leader", "负责人"}},
		States: []State{
			{Name: "review", Title: "初审", Code: "1"},
			{Name: "appeal", Title: "申诉", Code: "2"},
			{Name: "second", Title: "复审", Code: "3"},
			{Name: "verify", Title: "调查核实"},
			{Name: "handling", Title: "处理", Code: "6"},
			{Name: "closed", Title: "已处理", End: true},
			{Name: "dismissed", Title: "已排除", End: true},
		},
		Clocks: []Clock{
			{Name: "review", Title: "初审期限", Article: rule, Period: "monitor.first_review_days", Escalate: []string{"leader"}},
			{Name: "appeal", Title: "申诉期限", Article: rule, Period: "monitor.appeal_days", Move: "silence"},
			{Name: "second", Title: "复审期限", Article: rule, Period: "monitor.second_review_days", Escalate: []string{"leader"}},
			{Name: "verify", Title: "核实期限", Article: rule, Escalate: []string{"leader", "reviewer"}},
			{Name: "pay", Title: "缴纳期限", Article: "行政处罚法第67条", Period: "case.pay_days"},
		},
		Moves: []Move[*matter]{
			{Name: "open", Title: "生成疑点", Article: rule, To: "review", Roles: []string{"engine"}, Starts: []string{"review"}},
			{Name: "dismiss", Title: "排除", Article: rule, From: []string{"review"}, To: "dismissed", Roles: []string{"reviewer"}, Reason: true, Stops: []string{"review"}},
			{
				Name: "suspect", Title: "认定可疑", Article: rule, From: []string{"review"}, To: "appeal", Roles: []string{"reviewer"},
				Guards: []Guard[*matter]{{
					Code: "example.evidence", Article: "行政处罚法第46条", Sentence: "要有证据明细",
					Holds: func(a Ask[*matter]) bool { return a.Subject.evidence },
				}},
				Stops: []string{"review"}, Starts: []string{"appeal"}, Paper: "疑点告知书",
			},
			{
				Name: "prolong", Title: "延长申诉期限", Article: rule, From: []string{"appeal"}, Roles: []string{"leader"},
				Extends: Extends{Clock: "appeal", Period: "monitor.appeal_days", Times: 1},
			},
			{Name: "appeal", Title: "提出申诉", Article: rule, From: []string{"appeal"}, To: "second", Roles: []string{"institution"}, Reason: true, Within: "appeal", Stops: []string{"appeal"}, Starts: []string{"second"}},
			{Name: "silence", Title: "逾期未申诉", From: []string{"appeal"}, To: "handling", Stops: []string{"appeal"}, Starts: []string{"pay"}},
			{
				Name: "uphold", Title: "维持", Article: rule, From: []string{"second"}, To: "handling", Roles: []string{"reviewer"},
				NotSame: NotSame{Moves: []string{"suspect"}, Article: "初审、复审应由不同人员办理"}, Stops: []string{"second"}, Starts: []string{"pay"}, Paper: "复审意见书",
			},
			{
				Name: "overturn", Title: "撤销", Article: rule, From: []string{"second"}, To: "dismissed", Roles: []string{"reviewer"}, Reason: true,
				NotSame: NotSame{Moves: []string{"suspect"}, Article: "初审、复审应由不同人员办理"}, Stops: []string{"second"},
			},
			{Name: "investigate", Title: "转调查核实", Article: rule, From: []string{"second"}, To: "verify", Roles: []string{"reviewer"}, Suspends: []string{"second"}, Starts: []string{"verify"}, Reason: true},
			{Name: "report", Title: "报告核实结果", Article: rule, From: []string{"verify"}, To: "second", Roles: []string{"reviewer", "leader"}, Resumes: []string{"second"}, Stops: []string{"verify"}},
			{
				Name: "settle", Title: "处理完毕", Article: rule, From: []string{"handling"}, To: "closed", Roles: []string{"leader"},
				Guards: []Guard[*matter]{{
					Code: "example.paid", Article: "行政处罚法第67条", Sentence: "款项要已缴清",
					Holds: func(a Ask[*matter]) bool { return a.Subject.paid },
				}},
				Stops: []string{"pay"},
			},
			{Name: "enforce", Title: "移送强制执行", Article: "行政强制法第53条", From: []string{"handling"}, To: "closed", Roles: []string{"leader"}, After: "pay", Stops: []string{"pay"}, Paper: "强制执行申请书"},
		},
	}
}

var (
	ctx = context.Background()

	screening = Actor{ID: "YQ", Roles: []string{"engine"}, Region: "330000"}
	reviewer  = Actor{ID: "SH1", Roles: []string{"reviewer"}, Region: "330100"}
	another   = Actor{ID: "SH2", Roles: []string{"reviewer"}, Region: "330100"}
	hospital  = Actor{ID: "YY1", Roles: []string{"institution"}, Region: "330106"}
	leader    = Actor{ID: "FZ1", Roles: []string{"leader"}, Region: "330100"}
	foreigner = Actor{ID: "SH9", Roles: []string{"reviewer", "leader"}, Region: "330200"}

	noInput = Input{Until: calendar.NoDay}
	why     = Input{Reason: "事由", Until: calendar.NoDay}
)

// law is that of a home where nobody has stored anything.
func law() Law {
	return Law{Calendar: calendar.NewCalendar(calendar.Announced()...), Values: param.NewTable()}
}

// at is a time of day, 9:00 when none is given.
func at(text string) calendar.Time {
	t, err := calendar.ParseTime(text)
	if err != nil {
		panic(err)
	}
	if len(text) == 10 {
		t += 9 * 3600
	}
	return t
}

func machineOf(t testing.TB, p Procedure[*matter]) *machine[*matter] {
	t.Helper()
	m, err := newMachine(p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// engineOf is an engine without a database, for what is pure.
func engineOf(t testing.TB) *Engine[*matter] {
	return &Engine[*matter]{machine: machineOf(t, example())}
}

// matters reads the same subject for every id.
func matters(m *matter) SubjectReader[*matter] {
	return func(_ context.Context, _ db.Reader, ids []string) (map[string]*matter, error) {
		found := map[string]*matter{}
		for _, id := range ids {
			found[id] = m
		}
		return found, nil
	}
}
