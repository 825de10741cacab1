package procedure

import (
	"slices"
	"strings"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/param"
)

// step is one move of a story.
type step struct {
	move  string
	actor Actor
	at    string
	in    Input
}

// play makes the steps, which must all be allowed, and returns where it ends.
func play(t *testing.T, e *Engine[*matter], m *matter, steps ...step) (Instance, []Event) {
	t.Helper()
	i := Instance{Procedure: e.Name, ID: "YD1", Region: "330106", Last: calendar.NoTime}
	var events []Event
	for _, s := range steps {
		r, err := e.make(i, e.moves[s.move], m, s.actor, at(s.at), s.in, law())
		if err != nil {
			t.Fatalf("%s: %v", s.move, err)
		}
		if r.Denial != nil {
			t.Fatalf("%s: %v", s.move, r.Denial)
		}
		i = r.Instance
		events = append(events, r.Events...)
	}
	return i, events
}

func due(t *testing.T, i Instance, clock string) string {
	t.Helper()
	r, ok := i.Running(clock)
	if !ok {
		return "stopped"
	}
	return r.Due.String()
}

// The whole way with its clocks, counted by hand across the Spring Festival of 2026.
func TestClocksOfAStory(t *testing.T) {
	e := engineOf(t)
	story := []step{
		{"open", screening, "2026-02-09", noInput},
		{"suspect", reviewer, "2026-02-11", noInput},
		{"prolong", leader, "2026-02-13", Input{Reason: "节前", Document: "延1号", Until: calendar.NoDay}},
		{"appeal", hospital, "2026-02-26", why},
		{"investigate", another, "2026-03-03", Input{Reason: "调病历", Until: calendar.DayOf(2026, 3, 20)}},
		{"report", another, "2026-03-13", noInput},
		{"uphold", another, "2026-03-16", noInput},
		{"settle", leader, "2026-03-30", noInput},
	}
	for n, want := range []map[string]string{
		{"review": "2026-02-14 23:59:59"},                      // 10, 11, 12, 13, Saturday 14
		{"review": "stopped", "appeal": "2026-02-25 23:59:59"}, // 12, 13, Saturday 14, 24, 25
		{"appeal": "2026-03-03 23:59:59"},                      // 26, 27, Saturday 28, 2, 3
		{"appeal": "stopped", "second": "2026-03-11 23:59:59"}, // 27, 28, 2–6, 9, 10, 11
		{"second": "", "verify": "2026-03-20 23:59:59"},
		{"second": "2026-03-23 23:59:59", "verify": "stopped"}, // 27, 28, 2, 3 count, 4 to 13 do not; 16–20, 23
		{"second": "stopped", "pay": "2026-03-31 23:59:59"},
		{"pay": "stopped"},
	} {
		i, _ := play(t, e, &matter{evidence: true, paid: true}, story[:n+1]...)
		for clock, end := range want {
			if got := due(t, i, clock); got != end {
				t.Errorf("after %s: %s ends %q, want %q", story[n].move, clock, got, end)
			}
		}
		if i.Ended != (n == len(story)-1) {
			t.Errorf("after %s: ended is %v", story[n].move, i.Ended)
		}
	}
	i, events := play(t, e, &matter{evidence: true, paid: true}, story...)
	if i.State != "closed" || i.Since != at("2026-03-30") || len(events) != 8 || i.Events != 8 || !slices.Equal(i.MadeBy("suspect"), []string{"SH1"}) {
		t.Errorf("%+v", i)
	}
	if e := events[1]; e.Paper != "疑点告知书" || e.From != "review" || e.To != "appeal" || e.Actor != "SH1" || e.N != 2 {
		t.Errorf("%+v", e)
	}
	for _, r := range i.Clocks {
		if r.Clock == "appeal" && r.Basis != "5个工作日（系统设计默认值，没有法定数字；须按本地正式文本核定），延长5个工作日（系统设计默认值，没有法定数字；须按本地正式文本核定）" {
			t.Errorf("the appeal's basis: %s", r.Basis)
		}
	}
}

// Each guard and rule both ways: allowed, and refused with code, article, sentence.
func TestRefusals(t *testing.T) {
	e := engineOf(t)
	opened := []step{{"open", screening, "2026-03-02", noInput}}
	suspected := append(opened[:1:1], step{"suspect", reviewer, "2026-03-03", noInput})
	appealed := append(suspected[:2:2], step{"appeal", hospital, "2026-03-05", why})
	upheld := append(appealed[:3:3], step{"uphold", another, "2026-03-06", noInput})
	prolonged := append(suspected[:2:2], step{"prolong", leader, "2026-03-04", why})
	sound := matter{evidence: true, paid: true}
	for name, x := range map[string]struct {
		before []step
		move   string
		actor  Actor
		at     string
		in     Input
		matter matter
		want   string // code: sentence（article）, "" when it is allowed
	}{
		"guard holds":          {opened, "suspect", reviewer, "2026-03-03", noInput, sound, ""},
		"guard does not":       {opened, "suspect", reviewer, "2026-03-03", noInput, matter{}, "example.evidence: 要有证据明细（行政处罚法第46条）"},
		"paid":                 {upheld, "settle", leader, "2026-03-09", noInput, sound, ""},
		"not paid":             {upheld, "settle", leader, "2026-03-09", noInput, matter{}, "example.paid: 款项要已缴清（行政处罚法第67条）"},
		"another person":       {appealed, "uphold", another, "2026-03-06", noInput, sound, ""},
		"the same person":      {appealed, "uphold", reviewer, "2026-03-06", noInput, sound, "same-person: 已由您办理“认定可疑”，须由另一人办理（初审、复审应由不同人员办理）"},
		"the role":             {suspected, "prolong", leader, "2026-03-04", why, sound, ""},
		"another role":         {suspected, "prolong", reviewer, "2026-03-04", why, sound, "role: 须由负责人办理"},
		"no role at all":       {suspected, "silence", leader, "2026-03-04", noInput, sound, "role: 期限届满时由系统办理"},
		"nobody":               {suspected, "prolong", Actor{Roles: []string{"leader"}}, "2026-03-04", why, sound, "role: 要写明办理人"},
		"as the system":        {suspected, "silence", System, "2026-03-04", noInput, sound, "role: 要写明办理人"},
		"another state":        {opened, "appeal", hospital, "2026-03-03", why, sound, "state: 当前在“初审”，此时不能办理"},
		"started again":        {opened, "open", screening, "2026-03-03", why, sound, "state: 当前在“初审”"},
		"another region":       {appealed, "uphold", foreigner, "2026-03-06", noInput, sound, "region: 不在您的管辖区划内"},
		"earlier than before":  {appealed, "uphold", another, "2026-03-04", noInput, sound, "order: 办理时间 2026-03-04 09:00:00 早于"},
		"with a reason":        {opened, "dismiss", reviewer, "2026-03-03", why, sound, ""},
		"without":              {opened, "dismiss", reviewer, "2026-03-03", noInput, sound, "reason: 要写明事由"},
		"an extension without": {suspected, "prolong", leader, "2026-03-04", noInput, sound, "reason: 要写明事由"},
		"in time":              {suspected, "appeal", hospital, "2026-03-10 23:59:59", why, sound, ""},
		"extended once":        {prolonged, "appeal", hospital, "2026-03-17", why, sound, ""},
		"extended twice":       {prolonged, "prolong", leader, "2026-03-05", why, sound, "extension: “申诉期限”最多延长 1 次"},
		"too late":             {suspected, "appeal", hospital, "2026-03-11 00:00:00", why, sound, "state: 当前在“处理”"}, // the clock's move came first
		"before the end":       {upheld, "enforce", leader, "2026-03-20", noInput, matter{}, "after: “缴纳期限”到 2026-03-23 23:59:59 才届满（行政处罚法第67条）"},
		"after the end":        {upheld, "enforce", leader, "2026-03-24 00:00:00", noInput, matter{}, ""},
		"a day given":          {appealed, "investigate", another, "2026-03-06", Input{Reason: "x", Until: calendar.DayOf(2026, 3, 6)}, sound, ""},
		"no day given":         {appealed, "investigate", another, "2026-03-06", why, sound, "until: 要写明“核实期限”的截止日"},
		"a day gone by":        {appealed, "investigate", another, "2026-03-06", Input{Reason: "x", Until: calendar.DayOf(2026, 3, 5)}, sound, "until: 要写明“核实期限”的截止日"},
	} {
		i, _ := play(t, e, &matter{evidence: true}, x.before...)
		r, err := e.make(i, e.moves[x.move], &x.matter, x.actor, at(x.at), x.in, law())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		said := ""
		if r.Denial != nil {
			for _, f := range r.Denial.Refusals {
				said += f.Code + ": " + f.Sentence + "（" + f.Article + "）\n"
			}
		}
		if x.want == "" && said != "" || !strings.Contains(said, strings.TrimSuffix(x.want, "（）")) {
			t.Errorf("%s: %q, want %q", name, said, x.want)
		}
		if x.want == "" && r.Instance.Events != i.Events+1 {
			t.Errorf("%s: %d events after %d", name, r.Instance.Events, i.Events)
		}
	}
}

// What happens at the ends of clocks, at the moment behind the end, however late it is
// looked at.
func TestLapse(t *testing.T) {
	e := engineOf(t)
	// Nobody reviews: the leader is told, once.
	i, _ := play(t, e, &matter{}, step{"open", screening, "2026-03-02", noInput})
	for _, when := range []string{"2026-03-09 23:59:59", "2026-03-10 00:00:00", "2026-05-01"} {
		after, events, err := e.lapse(i, &matter{}, at(when), law())
		if err != nil {
			t.Fatal(err)
		}
		if when < "2026-03-10" {
			if len(events) != 0 || after.Overdue(at(when)) {
				t.Errorf("%s: %+v", when, events)
			}
			continue
		}
		if len(events) != 1 || events[0].Kind != Escalated || events[0].At != at("2026-03-10 00:00:00") || events[0].Reason != "“初审期限”届满，提请负责人督办" ||
			after.State != "review" || !after.Overdue(at(when)) || e.escalated(after) != ",leader," {
			t.Errorf("%s: %+v, %+v", when, after, events)
		}
		if _, again, _ := e.lapse(after, &matter{}, at("2026-06-01"), law()); len(again) != 0 {
			t.Errorf("told again: %+v", again)
		}
	}
	// Nobody appeals: the move is made, and its clock runs from that moment.
	i, _ = play(t, e, &matter{evidence: true}, step{"open", screening, "2026-03-02", noInput}, step{"suspect", reviewer, "2026-03-03", noInput})
	after, events, err := e.lapse(i, &matter{}, at("2026-07-01"), law())
	if err != nil || after.State != "handling" || len(events) != 1 {
		t.Fatalf("%+v, %+v, %v", after, events, err)
	}
	if x := events[0]; x.Kind != Moved || x.Move != "silence" || x.Clock != "appeal" || x.Actor != "system" || x.At != at("2026-03-11 00:00:00") || x.Reason != "“申诉期限”届满" {
		t.Errorf("%+v", x)
	}
	if got := due(t, after, "pay"); got != "2026-03-26 23:59:59" {
		t.Errorf("payment is due %s", got)
	}
}

// Guards stand against a clock's move too: it is noted, and the instance stays.
func TestLapseStuck(t *testing.T) {
	p := example()
	p.move("silence").Guards = []Guard[*matter]{{
		Code: "example.delivered", Article: "行政处罚法第61条", Sentence: "告知书要已送达",
		Holds: func(a Ask[*matter]) bool { return a.Subject.paid },
	}}
	e := &Engine[*matter]{machine: machineOf(t, p)}
	i, _ := play(t, e, &matter{evidence: true}, step{"open", screening, "2026-03-02", noInput}, step{"suspect", reviewer, "2026-03-03", noInput})
	after, events, err := e.lapse(i, &matter{}, at("2026-07-01"), law())
	if err != nil || after.State != "appeal" || len(events) != 1 || events[0].Kind != Stuck || events[0].Reason != "告知书要已送达" {
		t.Errorf("%+v, %+v, %v", after, events, err)
	}
	if after, _, _ = e.lapse(i, &matter{paid: true}, at("2026-07-01"), law()); after.State != "handling" {
		t.Errorf("where the guard holds: %s", after.State)
	}
}

// A clock whose end lies in a year without a table does not stop the work.
func TestMissingYear(t *testing.T) {
	e := engineOf(t)
	i, _ := play(t, e, &matter{evidence: true}, step{"open", screening, "2026-12-23", noInput})
	r, _ := i.Running("review")
	if r.Due != calendar.NoTime || r.Missing != 2027 || i.Missing() != 2027 || i.Overdue(at("2028-01-01")) {
		t.Errorf("%+v", r)
	}
	i, _ = play(t, e, &matter{evidence: true}, step{"open", screening, "2026-12-23", noInput}, step{"suspect", reviewer, "2026-12-24", noInput}, step{"prolong", leader, "2026-12-25", why})
	if r, _ := i.Running("appeal"); r.Missing != 2027 || len(r.Deadline.Extensions) != 1 {
		t.Errorf("extended: %+v", r)
	}
}

// A clock whose parameter a province has not set cannot start.
func TestNoValue(t *testing.T) {
	p := example()
	p.clock("review").Period = "case.statement_days"
	e := &Engine[*matter]{machine: machineOf(t, p)}
	i := Instance{Procedure: e.Name, ID: "YD1", Region: "330106", Last: calendar.NoTime}
	_, err := e.make(i, e.moves["open"], &matter{}, screening, at("2026-03-02"), noInput, law())
	if err == nil || !strings.Contains(err.Error(), "YD1 的“初审期限”：参数 case.statement_days") {
		t.Errorf("%v", err)
	}
	i.Region = "210102" // Liaoning has one
	here := screening
	here.Region = ""
	values := Law{Calendar: law().Calendar, Values: param.NewTable()}
	if r, err := e.make(i, e.moves["open"], &matter{}, here, at("2026-03-02"), noInput, values); err != nil || due(t, r.Instance, "review") != "2026-03-05 23:59:59" {
		t.Errorf("%+v, %v", r, err)
	}
}
