package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/calendar"
)

// office is a town that practises: its clock is a file, and its people handle findings.
type office struct {
	*town
	t                                                                              *testing.T
	file                                                                           string
	first, second, final, handler, office, head, doctor, stranger, foreign, author *visitor
	panel                                                                          []*visitor
	delivered                                                                      int
}

// hospital is the institution of the test; its ward is a department of it.
const (
	hospital = "H33040200001"
	ward     = "H33040200001-1"
)

// practiseIn makes a practice home with people of every role, on Monday 2026-03-02, and
// serves it with more arguments.
func practiseIn(t *testing.T, home string, args ...string) *office {
	t.Helper()
	o := &office{t: t, file: filepath.Join(t.TempDir(), "clock")}
	yiheng(t, home, "practice", "begin")
	o.set("2026-03-02T09:00:00+08:00")
	t.Setenv("YIHENG_PRACTICE_CLOCK", o.file)
	o.town = &town{door: serve(t, home, append(args, "--tick", "200ms")...), now: (&practiceClock{file: o.file}).now}
	o.admin = o.enterAt(t, "admin", o.oneOff, o.now())
	for _, body := range append(places, `{"code":"H33040200002","kind":"institution","name":"第二医院","region":"330402"}`) {
		o.admin.does("POST", "/api/organisations", body, nil)
	}
	o.officer = o.admit("officer", "BUREAU", `"role":"security_officer"`, "/api/appointments", o.admin)
	o.auditor = o.admit("watcher", "BUREAU", `"role":"auditor"`, "/api/appointments", o.admin)
	post := func(login, organisation, role string) *visitor {
		return o.admit(login, organisation, fmt.Sprintf(`"role":%q,"organisation":%q`, role, organisation), "/api/grants", o.officer)
	}
	o.leader, o.first, o.second = post("leader", "NANHU", "supervisor_leader"), post("first", "NANHU", "first_reviewer"), post("second", "NANHU", "second_reviewer")
	o.final, o.handler = post("final", "NANHU", "final_reviewer"), post("handler", "NANHU", "agency_auditor")
	o.office, o.head = post("office", hospital, "insurance_office"), post("head", ward, "department_head")
	o.doctor = o.admit("doctor", ward, `"role":"doctor","organisation":"H33040200001-1","doctor":"D330402000001"`, "/api/grants", o.officer)
	o.stranger, o.foreign = post("stranger", "H33040200002", "insurance_office"), post("foreign", "XIUZHOU", "first_reviewer")
	for k := range 3 {
		o.panel = append(o.panel, post(fmt.Sprint("panel", k), "NANHU", "panel_member"))
	}
	return o
}

// set puts the practice clock to an instant, from which it goes on.
func (o *office) set(instant string) {
	o.t.Helper()
	if err := os.WriteFile(o.file, []byte(instant+"\n"), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// on puts the clock to a morning, on which those who work log in again: sessions have ended.
func (o *office) on(day string, who ...*visitor) {
	o.t.Helper()
	o.set(day + "T09:00:00+08:00")
	for _, v := range who {
		v.cookie = ""
		v.does("POST", "/api/login", fmt.Sprintf(`{"login":%q,"password":%q,"code":%q}`, v.login, v.password, accesstest.Code(v.secret, o.now())), nil)
	}
}

// suspicionOf is a finding of a visit, of 100 yuan a line.
func suspicionOf(visit string, lines ...string) *finding.Finding {
	amount, day := claim.Money(len(lines))*100*claim.Yuan, calendar.DayOf(2026, 1, 15)
	return &finding.Finding{
		ID: finding.NewID("GZ1", "K1", visit, ""), Revision: 1, RuleID: "GZ1", RuleName: "限儿童用药", RuleVersion: "1", KpID: "K1",
		Result: finding.Suspicion, Severity: 2, FixmedinsCode: hospital, FixmedinsName: "第一医院", PsnNo: "P" + visit, MdtrtID: visit,
		Lines: lines, FirstDay: day, LastDay: day, Amount: amount, OwnAmount: amount, FundAmount: amount, DeptName: "内科", DrCode: "D330402000001",
		Explanation: "成人使用限儿童药品。", Basis: "知识点依据",
	}
}

// deliver writes findings as a screening would and has a job take them over.
func (o *office) deliver(findings ...*finding.Finding) {
	o.t.Helper()
	o.done(o.taking(o.screened(findings...)))
}

// screened writes findings into a folder as a screening would and returns its name.
func (o *office) screened(findings ...*finding.Finding) string {
	o.t.Helper()
	o.delivered++
	name := fmt.Sprintf("run%d", o.delivered)
	run := &finding.Run{
		RunID: name, Title: "南湖区", From: calendar.DayOf(2026, 1, 1), To: calendar.DayOf(2026, 1, 31),
		Rules: []finding.RuleRun{{RuleID: "GZ1", Status: finding.Ran}},
	}
	w, err := finding.Open(filepath.Join(o.home+"-files", name), finding.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, f := range findings {
		c := *f
		c.RunID = name
		if err := w.Add(&c); err != nil {
			o.t.Fatal(err)
		}
	}
	if err := w.Close(run, nil); err != nil {
		o.t.Fatal(err)
	}
	return name
}

// taking queues the job that takes a folder over and returns its id.
func (o *office) taking(folder string) string {
	o.t.Helper()
	var started struct{ ID string }
	o.handler.does("POST", "/api/jobs", fmt.Sprintf(`{"kind":"takeover","argument":{"folder":%q}}`, folder), &started)
	return started.ID
}

// done waits for a job to have been done.
func (o *office) done(id string) {
	o.t.Helper()
	var job struct{ State, Error string }
	waitFor(o.t, func() bool {
		o.handler.does("GET", "/api/jobs/"+id, "", &job)
		return job.State == "done" || job.State == "failed"
	})
	if job.State != "done" {
		o.t.Fatalf("taken over: %s %s", job.State, job.Error)
	}
}

// opened is a finding as its page has it.
type opened struct {
	Finding struct {
		State, Answer, Outcome                                                string
		Counted, Stake, Accepted, Deducted, Recovered, Dropped, Own, Returned claim.Money
		Overdue                                                               bool
		Rev                                                                   int `json:"revision"`
	}
	Steps []struct{ Move string }
	Moves []struct {
		Move    string
		Allowed bool
	}
	Clocks  []struct{ Clock, Due, Basis string }
	Offered *struct{ N int }
	Files   []struct{ ID string }
}

// see opens a finding, whose money must add up.
func (o *office) see(v *visitor, id string) (s opened) {
	o.t.Helper()
	v.does("GET", "/api/findings/"+id, "", &s)
	f := s.Finding
	if f.Counted != f.Stake+f.Accepted+f.Deducted+f.Recovered+f.Dropped {
		o.t.Errorf("the money does not add up: %+v", f)
	}
	return s
}

// act makes a move with a finding; more are fields of the request. It returns the code of
// the first refusal, "" when it is done.
func (o *office) act(v *visitor, move, id string, more ...string) string {
	o.t.Helper()
	var results struct {
		Items []struct {
			Done     bool
			Refusals []struct{ Code string }
		}
	}
	body := fmt.Sprintf(`{"move":%q,"finding_ids":[%q],"reason":"依据充分"%s}`, move, id, strings.Join(append([]string{""}, more...), ","))
	v.does("POST", "/api/findings/decide", body, &results)
	if results.Items[0].Done {
		o.see(o.first, id)
		return ""
	}
	return results.Items[0].Refusals[0].Code
}

// must makes moves that are allowed.
func (o *office) must(v *visitor, move, id string, more ...string) {
	o.t.Helper()
	if code := o.act(v, move, id, more...); code != "" {
		o.t.Fatalf("%s by %s: %s", move, v.login, code)
	}
}

// refused wants the code of a refusal.
func (o *office) refused(v *visitor, move, id, code string) {
	o.t.Helper()
	if got := o.act(v, move, id); got != code {
		o.t.Errorf("%s by %s: %q, want %q", move, v.login, got, code)
	}
}

// until waits for the ticking server to bring a finding to a state.
func (o *office) until(id, state string) {
	o.t.Helper()
	waitFor(o.t, func() bool { return o.see(o.leader, id).Finding.State == state })
}

func part(id, yuan string) string { return fmt.Sprintf(`"amounts":{%q:%q}`, id, yuan) }

const handled = `"until":"2026-12-31"`

// TestReviewWay takes findings their whole way through HTTP: verification there and back,
// the appeal of a part, the second review, a panel of three, the final review and the
// handling; an overturned appeal; silence at the clock's end, held off by an extension;
// money that returns; a later screening. Two people decide, and others find nothing.
func TestReviewWay(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		o := practiseIn(t, home)
		way, won, silent, shared := suspicionOf("V1", "L1", "L2", "L3"), suspicionOf("V2", "L4"), suspicionOf("V3", "L5"), suspicionOf("V4", "L6", "L4")
		shared.Amount, shared.MainFindingID = 100*claim.Yuan, won.ID
		o.deliver(way, won, silent, shared)
		for _, v := range []*visitor{o.foreign, o.office, o.stranger} {
			if status, text, _ := v.ask("GET", "/api/findings/"+way.ID, ""); status != 404 || !strings.Contains(text, "not_found") {
				t.Errorf("%s sees a finding that is not sent: %d %s", v.login, status, text)
			}
		}
		o.must(o.first, "verify_first", way.ID)
		o.refused(o.first, "suspect", way.ID, "state")
		o.on("2026-03-04", append(o.panel, o.first, o.second, o.final, o.handler, o.leader, o.office, o.doctor)...)
		o.must(o.handler, "report_first", way.ID)
		o.must(o.first, "suspect", way.ID, part(way.ID, "250.00"))
		for _, c := range []*finding.Finding{won, silent, shared} {
			o.must(o.first, "suspect", c.ID)
		}
		if s := o.see(o.office, way.ID); s.Steps[0].Move != "suspect" || len(s.Clocks) != 1 || !strings.Contains(s.Clocks[0].Basis, "须按本地正式文本核定") {
			t.Errorf("what the institution sees: %+v", s)
		}
		o.must(o.leader, "prolong", silent.ID)
		o.refused(o.leader, "prolong", silent.ID, "extension")

		o.office.does("POST", "/api/findings/pass", fmt.Sprintf(`{"finding_ids":[%q],"desk":%q,"dr_code":"D330402000001","reason":"请说明"}`, way.ID, ward), nil)
		o.doctor.does("POST", "/api/findings/"+way.ID+"/comment", `{"reason":"年龄录入有误"}`, nil)
		var file struct{ ID string }
		o.office.does("POST", "/api/findings/"+way.ID+"/files?name="+url.QueryEscape("病历.txt"), "病程记录：患儿，8岁。", &file)
		o.must(o.office, "appeal", way.ID, part(way.ID, "200.00"), fmt.Sprintf(`"files":[%q]`, file.ID))
		o.must(o.office, "appeal", won.ID)
		o.must(o.office, "accept", shared.ID)
		if f := o.see(o.second, way.ID).Finding; f.Accepted != 50*claim.Yuan || f.Stake != 200*claim.Yuan || f.Dropped != 50*claim.Yuan {
			t.Errorf("after the appeal: %+v", f)
		}

		o.must(o.second, "verify_second", way.ID)
		o.must(o.handler, "report_second", way.ID)
		o.must(o.second, "uphold", way.ID, part(way.ID, "150.00"))
		o.must(o.second, "overturn", won.ID) // the other outcome: what it shares returns
		if f := o.see(o.final, shared.ID).Finding; f.Counted != 200*claim.Yuan || f.Stake != 100*claim.Yuan {
			t.Errorf("money that returned: %+v", f)
		}
		o.must(o.office, "petition", way.ID)
		o.refused(o.panel[0], "panel_uphold", way.ID, "review.quorum")
		o.must(o.panel[0], "vote_for", way.ID)
		o.refused(o.panel[0], "vote_against", way.ID, "same-person")
		o.must(o.panel[1], "vote_against", way.ID)
		o.must(o.panel[2], "vote_for", way.ID)
		o.must(o.panel[2], "panel_uphold", way.ID)

		o.on("2026-03-13", o.first, o.final, o.handler, o.leader) // five working days of the appeal are over, with the extension not
		o.until(silent.ID, "appeal")
		o.deliver(larger(way), silent, shared)
		if s := o.see(o.first, way.ID); s.Offered == nil || s.Offered.N != 2 || s.Finding.Stake != 150*claim.Yuan {
			t.Errorf("a decided finding after another screening: %+v", s)
		}
		o.must(o.final, "set_aside", way.ID)
		o.must(o.final, "confirm", way.ID, handled)
		o.must(o.final, "confirm", shared.ID, handled)
		o.refused(o.handler, "settle", way.ID, "review.paid")
		o.must(o.handler, "deduct", way.ID, part(way.ID, "120.00"))
		o.must(o.handler, "recover", way.ID)
		o.must(o.handler, "settle", way.ID)
		if f := o.see(o.handler, way.ID).Finding; f.State != "closed" || f.Outcome != "partly" || f.Deducted != 120*claim.Yuan || f.Recovered != 80*claim.Yuan || f.Dropped != 100*claim.Yuan {
			t.Errorf("settled: %+v", f)
		}
		o.on("2026-03-19", o.final, o.leader)
		o.until(silent.ID, "final") // silence takes nothing
		if f := o.see(o.final, silent.ID).Finding; f.Answer != "silent" || f.Accepted != 0 || f.Stake != 100*claim.Yuan {
			t.Errorf("after silence: %+v", f)
		}
		o.adds()
		o.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// larger is a finding as a later screening says it.
func larger(c *finding.Finding) *finding.Finding {
	n := *c
	n.Amount, n.OwnAmount = c.Amount+100*claim.Yuan, c.OwnAmount+100*claim.Yuan
	return &n
}

// adds holds the totals of every grouping against the total of the list.
func (o *office) adds() {
	o.t.Helper()
	for _, by := range []string{"institution", "rule", "state", "outcome", "batch", "region", "department", "doctor", "person"} {
		var groups struct {
			Items []struct{ Counted claim.Money }
			Total struct{ Counted, Stake, Accepted, Deducted, Recovered, Dropped claim.Money }
		}
		o.leader.does("GET", "/api/findings/groups?fixmedins_code="+hospital+"&by="+by, "", &groups)
		var counted claim.Money
		for _, g := range groups.Items {
			counted += g.Counted
		}
		n := groups.Total
		if counted != n.Counted || n.Counted != n.Stake+n.Accepted+n.Deducted+n.Recovered+n.Dropped || counted == 0 {
			o.t.Errorf("by %s: %s of %+v", by, counted, n)
		}
	}
}
