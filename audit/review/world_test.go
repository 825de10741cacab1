package review_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/journal"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
)

var (
	ctx = context.Background()
	// monday is 2026-03-02, 9:00 in Beijing.
	monday = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
)

const (
	agency   = "J330402"
	hospital = "H33040200001"
	other    = "H33040200002"
	ortho    = "H33040200001.GK"
)

// world is a county with its agency and two hospitals, and the county beside it.
type world struct {
	testing.TB
	d    *db.DB
	a    *access.Access
	r    *review.Review
	home string
	by   *access.Actor // who grants
	now  time.Time
}

func each(t *testing.T, f func(w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newWorld(t, d)) })
}

// law is that of an office which has stored nothing.
func law(context.Context, db.Reader) (procedure.Law, error) {
	return procedure.Law{Calendar: calendar.NewCalendar(calendar.Announced()...), Values: param.NewTable()}, nil
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{TB: t, d: d, a: accesstest.Open(t, d), home: t.TempDir(), now: monday}
	w.by = accesstest.Grantor(t, d, w.a, monday)
	w.do(func(tx *db.Tx) error {
		for _, o := range []access.Organisation{
			{Code: "X330402", Kind: access.Administration, Name: "南湖区医疗保障局", Region: "330402"},
			{Code: agency, Kind: access.Agency, Name: "南湖区医保中心", Region: "330402"},
			{Code: "J330411", Kind: access.Agency, Name: "秀洲区医保中心", Region: "330411"},
			{Code: hospital, Kind: access.Institution, Name: "南湖医院", Region: "330402"},
			{Code: ortho, Kind: access.Department, Name: "骨科", Parent: hospital},
			{Code: hospital + ".YB", Kind: access.Office, Name: "医保办", Parent: hospital},
			{Code: other, Kind: access.Institution, Name: "城南医院", Region: "330402"},
		} {
			if err := w.a.AddOrganisation(ctx, tx, o); err != nil {
				return err
			}
		}
		return nil
	})
	var err error
	if w.r, err = review.Open(ctx, d, w.a, w.home, law); err != nil {
		t.Fatal(err)
	}
	return w
}

// do writes at the world's instant and must succeed.
func (w *world) do(f func(tx *db.Tx) error) {
	w.Helper()
	if err := accesstest.Write(w.d, w.now, f); err != nil {
		w.Fatal(err)
	}
}

// later moves the clock.
func (w *world) later(days int) { w.now = w.now.AddDate(0, 0, days) }

// person is somebody with a role in an organisation.
func (w *world) person(login, organisation string, role access.Role, doctor string) *access.Actor {
	w.Helper()
	var actor *access.Actor
	w.do(func(tx *db.Tx) error {
		id, err := w.a.AddPerson(ctx, tx, login, organisation, access.Identity{Name: "张" + login})
		if err != nil {
			return err
		}
		g := access.Grant{Holder: id, Role: role, Organisation: organisation, Doctor: doctor}
		if _, err = w.a.AddGrant(ctx, tx, w.by, g); err != nil {
			return err
		}
		if role == access.Officer {
			return errors.New("officers need a certificate")
		}
		actor, err = w.a.ActorOf(ctx, tx, id, w.now)
		return err
	})
	actor.SecondFactor = true
	return actor
}

// team are the people of a whole way.
type team struct {
	first, second, final, auditor, leader, office, head, doctor, foreign, stranger *access.Actor
	panel                                                                          []*access.Actor
}

func (w *world) team() team {
	t := team{
		first: w.person("first", agency, access.FirstReviewer, ""), second: w.person("second", agency, access.SecondReviewer, ""),
		final: w.person("final", agency, access.FinalReviewer, ""), auditor: w.person("auditor", agency, access.AgencyAuditor, ""),
		leader: w.person("leader", agency, access.SupervisorLeader, ""), office: w.person("office", hospital+".YB", access.InsuranceOffice, ""),
		head: w.person("head", ortho, access.DepartmentHead, ""), doctor: w.person("doctor", ortho, access.Doctor, "D330402000001"),
		foreign: w.person("foreign", "J330411", access.FirstReviewer, ""), stranger: w.person("stranger", other, access.InsuranceOffice, ""),
	}
	for k := range 3 {
		t.panel = append(t.panel, w.person(fmt.Sprint("panel", k), agency, access.PanelMember, ""))
	}
	return t
}

// suspicion is a finding of a visit, of 100 yuan a line.
func suspicion(visit string, lines ...string) *finding.Finding {
	amount := claim.Money(len(lines)) * 100 * claim.Yuan
	day := calendar.DayOf(2026, 1, 15)
	return &finding.Finding{
		ID: finding.NewID("GZ1", "K1", visit, ""), Revision: 1, RuleID: "GZ1", RuleName: "限儿童用药", RuleVersion: "1", KpID: "K1",
		Result: finding.Suspicion, Severity: 2, FixmedinsCode: hospital, FixmedinsName: "南湖医院", PsnNo: "P" + visit, MdtrtID: visit,
		Lines: lines, FirstDay: day, LastDay: day, Amount: amount, OwnAmount: amount, FundAmount: amount, AcctAmount: 0,
		DeptName: "骨科", DrCode: "D330402000001", Explanation: "成人使用限儿童药品。", Basis: "知识点依据",
	}
}

// run is a screening of January 2026 that gave the findings.
func run(id string) *finding.Run {
	return &finding.Run{
		RunID: id, Title: "南湖区", From: calendar.DayOf(2026, 1, 1), To: calendar.DayOf(2026, 1, 31),
		Rules: []finding.RuleRun{{RuleID: "GZ1", Status: finding.Ran}, {RuleID: "GZ2", Status: finding.Ran}},
	}
}

func given(id string, findings []*finding.Finding) iter.Seq2[*finding.Finding, error] {
	return func(yield func(*finding.Finding, error) bool) {
		for _, f := range findings {
			c := *f
			c.RunID = id
			if !yield(&c, nil) {
				return
			}
		}
	}
}

// deliver takes a run over.
func (w *world) deliver(by *access.Actor, id string, findings ...*finding.Finding) *review.Batch {
	w.Helper()
	b, err := w.r.TakeOver(ctx, by, review.Delivery{Run: run(id), Findings: given(id, findings), Region: "330402", At: w.now})
	if err != nil {
		w.Fatal(err)
	}
	return b
}

// decide makes a move and returns what became of the findings.
func (w *world) decide(actor *access.Actor, act review.Act) (done []review.Done, err error) {
	w.Helper()
	err = accesstest.Write(w.d, w.now, func(tx *db.Tx) (err error) {
		done, err = w.r.Decide(ctx, tx, actor, act)
		return err
	})
	return done, err
}

// move makes a move with one finding, which must be allowed.
func (w *world) move(actor *access.Actor, name, id string, change ...func(*review.Act)) *review.Finding {
	w.Helper()
	act := review.Act{Move: name, IDs: []string{id}, Reason: "事由" + name, Until: calendar.DayOf(2026, 12, 31)}
	for _, f := range change {
		f(&act)
	}
	done, err := w.decide(actor, act)
	if err != nil {
		w.Fatalf("%s: %v", name, err)
	}
	if done[0].Denial != nil {
		w.Fatalf("%s: %v", name, done[0].Denial)
	}
	return done[0].Finding
}

// denied wants the refusal of a move, by its code.
func (w *world) denied(actor *access.Actor, name, id, code string) {
	w.Helper()
	done, err := w.decide(actor, review.Act{Move: name, IDs: []string{id}, Reason: "事由", Until: calendar.DayOf(2026, 12, 31)})
	if err != nil {
		w.Errorf("%s: %v, want refusal %s", name, err, code)
		return
	}
	d := done[0].Denial
	if d == nil || !slices.ContainsFunc(d.Refusals, func(r procedure.Refusal) bool { return r.Code == code }) {
		w.Errorf("%s: %v, want refusal %s", name, d, code)
	}
}

func of(id string, amount claim.Money) func(*review.Act) {
	return func(a *review.Act) { a.Amounts = amounts(id, amount) }
}

func amounts(id string, amount claim.Money) map[string]claim.Money {
	return map[string]claim.Money{id: amount}
}

// wants checks an error by its kind and code.
func (w *world) wants(err, kind error, code string) {
	w.Helper()
	var p *access.Problem
	if !errors.Is(err, kind) || !errors.As(err, &p) || p.Code != code {
		w.Errorf("answers %v, want %v, %q", err, kind, code)
	}
}

// added holds the sums that are remembered against what a write, which remembers nothing,
// adds up, by filters that the tally does not know.
func (w *world) added(actor *access.Actor) {
	w.Helper()
	for _, narrow := range []func(*review.Filter){
		func(f *review.Filter) { f.MinCounted = 1 }, func(f *review.Filter) { f.From = calendar.DayOf(1900, 1, 1) },
		func(f *review.Filter) { f.Answers = []string{""} }, func(f *review.Filter) { f.DueFrom = calendar.Civil(w.now) },
		func(f *review.Filter) { f.Gone = true }, func(f *review.Filter) { f.News = true },
	} {
		filter := review.NoFilter
		narrow(&filter)
		known, err := w.r.Total(ctx, w.d, actor, filter)
		var is review.Sum
		w.do(func(tx *db.Tx) (err error) { is, err = w.r.Total(ctx, tx, actor, filter); return err })
		if err != nil || known != is {
			w.Errorf("%+v: remembered %+v, now %+v (%v)", filter, known, is, err)
		}
	}
}

// finding reads a finding as the reviewer sees it.
func (w *world) finding(actor *access.Actor, id string) *review.Finding {
	w.Helper()
	w.added(actor)
	f, err := w.r.Get(ctx, w.d, actor, id)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// verify holds every row against the journal, and the sums against the findings.
func (w *world) verify(actor *access.Actor) {
	w.Helper()
	log, err := journal.Open(ctx, w.d, w.home)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := log.Checkpoint(ctx); err != nil {
		w.Fatal(err)
	}
	keys, err := journal.Keys(w.home)
	if err != nil {
		w.Fatal(err)
	}
	report, err := journal.Verify(ctx, w.d, journal.Check{Keys: keys, Committed: review.Committed()})
	if err != nil {
		w.Fatal(err)
	}
	for _, p := range report.Problems {
		w.Error(p.Text)
	}
	if report.Rows == 0 {
		w.Error("the journal commits to no row")
	}
	w.added(actor)
	rows := review.NoFilter
	rows.From = calendar.DayOf(1900, 1, 1) // asks the findings, not the tally
	fast, err := w.r.Total(ctx, w.d, actor, review.NoFilter)
	slow, err2 := w.r.Total(ctx, w.d, actor, rows)
	if err != nil || err2 != nil || fast != slow {
		w.Errorf("the tally says %+v, the findings %+v (%v, %v)", fast, slow, err, err2)
	}
}
