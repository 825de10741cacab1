package paper_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/journal"
	"yiheng/ground/paper"
	"yiheng/ground/seal"
)

var (
	ctx = context.Background()
	// monday is 2026-03-02, 9:00 in Beijing.
	monday = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	first  = calendar.DayOf(2026, 3, 2)
)

const (
	agency   = "J330402"
	hospital = "H33040200001"
	other    = "H33040200002"
)

var notice = paper.Declare(paper.Template{
	Kind: "test.notice", Title: "核查通知书", Word: "核通", Version: 1, Personal: true,
	Fields: []paper.Field{{Name: "matter", Title: "事由"}, {Name: "note", Title: "备注", Optional: true}},
	Blocks: []paper.Block{
		{Kind: paper.Address, Text: "{recipient}："},
		{Kind: paper.Paragraph, Text: "{organ}将对你单位{matter}进行核查。{note}"},
		{Kind: paper.Sign},
		{Kind: paper.Annex, Text: "核查清单", Table: "list", Columns: []paper.Column{{Title: "序号", Share: 1}, {Title: "内容", Share: 5}}},
		{Kind: paper.Receipt},
	},
})

// world is a county with its agency and two hospitals, and the county beside it.
type world struct {
	testing.TB
	d    *db.DB
	a    *access.Access
	p    *paper.Papers
	home string
	by   *access.Actor
	now  time.Time

	reviewer, auditor, leader, office, stranger, foreign *access.Actor
}

func each(t *testing.T, f func(w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newWorld(t, d)) })
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{TB: t, d: d, a: accesstest.Open(t, d), home: t.TempDir(), now: monday}
	d.Clock = func() time.Time { return w.now }
	w.by = accesstest.Grantor(t, d, w.a, monday)
	w.do(func(tx *db.Tx) error {
		for _, o := range []access.Organisation{
			{Code: agency, Kind: access.Agency, Name: "南湖区医疗保障服务中心", Region: "330402"},
			{Code: "J330411", Kind: access.Agency, Name: "秀洲区医疗保障服务中心", Region: "330411"},
			{Code: hospital, Kind: access.Institution, Name: "南湖医院", Region: "330402"},
			{Code: other, Kind: access.Institution, Name: "城南医院", Region: "330402"},
		} {
			if err := w.a.AddOrganisation(ctx, tx, o); err != nil {
				return err
			}
		}
		return nil
	})
	var err error
	if w.p, err = paper.Open(ctx, d, w.home); err != nil {
		t.Fatal(err)
	}
	w.reviewer, w.auditor = w.person("reviewer", agency, access.FirstReviewer), w.person("auditor", agency, access.AgencyAuditor)
	w.leader, w.foreign = w.person("leader", agency, access.SupervisorLeader), w.person("foreign", "J330411", access.SupervisorLeader)
	w.office, w.stranger = w.person("office", hospital, access.InsuranceOffice), w.person("stranger", other, access.InsuranceOffice)
	return w
}

func (w *world) do(f func(tx *db.Tx) error) {
	w.Helper()
	if err := w.d.Write(ctx, f); err != nil {
		w.Fatal(err)
	}
}

func (w *world) person(login, organisation string, role access.Role) (actor *access.Actor) {
	w.Helper()
	w.do(func(tx *db.Tx) error {
		id, err := w.a.AddPerson(ctx, tx, login, organisation, access.Identity{Name: "张" + login})
		if err != nil {
			return err
		}
		if _, err = w.a.AddGrant(ctx, tx, w.by, access.Grant{Holder: id, Role: role, Organisation: organisation}); err != nil {
			return err
		}
		actor, err = w.a.ActorOf(ctx, tx, id, w.now)
		return err
	})
	actor.SecondFactor = true
	return actor
}

func order() paper.Order {
	return paper.Order{
		Kind: notice.Kind, Recipient: hospital, RecipientName: "南湖医院", Fields: map[string]string{"matter": "2026年2月的结算"},
		Tables:   map[string][][]string{"list": {{"1", "住院病案"}, {"2", "药品购销存"}}},
		Subjects: []paper.Subject{{Kind: "test.thing", ID: "T1"}},
	}
}

func (w *world) draft(o paper.Order) (p *paper.Paper, err error) {
	err = w.d.Write(ctx, func(tx *db.Tx) error {
		all, err := w.p.Draft(ctx, tx, w.reviewer, o)
		if err == nil {
			p = all[0]
		}
		return err
	})
	return p, err
}

func (w *world) drafted() *paper.Paper {
	w.Helper()
	p, err := w.draft(order())
	if err != nil {
		w.Fatal(err)
	}
	return p
}

func (w *world) issued() *paper.Paper {
	w.Helper()
	p, err := w.p.Issue(ctx, w.leader, w.drafted().ID, "")
	if err != nil {
		w.Fatal(err)
	}
	return p
}

func (w *world) wants(err, kind error, code, text string) {
	w.Helper()
	var p *access.Problem
	if !errors.Is(err, kind) || !errors.As(err, &p) || p.Code != code || !strings.Contains(err.Error(), text) {
		w.Errorf("%v, want %v %s %s", err, kind, code, text)
	}
}

// verified says that the journal and all that it commits to are as they were written.
func (w *world) verified() {
	w.Helper()
	if report := w.verify(); len(report.Problems) > 0 || report.Rows == 0 {
		w.Errorf("%+v", report)
	}
}

func (w *world) verify() *journal.Report {
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
	report, err := journal.Verify(ctx, w.d, journal.Check{Keys: keys, Committed: paper.Committed()})
	if err != nil {
		w.Fatal(err)
	}
	return report
}

// Whoever changes in the database who sees a paper, or what it is about, is found out.
func TestForged(t *testing.T) {
	each(t, func(w *world) {
		bare := order()
		bare.Subjects = nil
		nothing, err := w.draft(bare)
		if err != nil {
			t.Fatal(err)
		}
		draft, served := w.drafted(), w.issued()
		w.do(func(tx *db.Tx) error {
			_, err := w.p.Deliver(ctx, tx, w.auditor, served.ID, paper.Service{How: paper.Direct, Day: first, To: "李某"})
			return err
		})
		w.verified()
		for _, c := range []struct{ query, undo, paper, kind string }{
			{"UPDATE paper SET shown_to = recipient WHERE id = ?", "UPDATE paper SET shown_to = '' WHERE id = ?", draft.ID, "paper"},
			{"UPDATE paper SET shown_to = '" + other + "' WHERE id = ?", "UPDATE paper SET shown_to = recipient WHERE id = ?", served.ID, "paper"},
			{"UPDATE paper SET shown_to = '' WHERE id = ?", "UPDATE paper SET shown_to = recipient WHERE id = ?", served.ID, "paper"},
			{"UPDATE paper_subject SET subject = 'T2' WHERE paper = ?", "UPDATE paper_subject SET subject = 'T1' WHERE paper = ?", served.ID, "paper.subjects"},
			{"DELETE FROM paper_subject WHERE paper = ?", "INSERT INTO paper_subject VALUES ('test.thing', 'T1', ?)", draft.ID, "paper.subjects"},
			{"INSERT INTO paper_subject VALUES ('test.thing', 'T1', ?)", "DELETE FROM paper_subject WHERE paper = ?", nothing.ID, "paper.subjects"},
		} {
			run := func(query string) {
				w.do(func(tx *db.Tx) error {
					_, err := tx.NewRaw(query, c.paper).Exec(ctx)
					return err
				})
			}
			run(c.query)
			if report := w.verify(); len(report.Problems) != 1 || !strings.Contains(report.Problems[0].Text, c.kind+" "+c.paper+" 被改动") {
				t.Errorf("%s: %+v", c.query, report.Problems)
			}
			run(c.undo)
		}
		w.verified()
	})
}

func (w *world) acts(kind, id string) (acts []string) {
	w.Helper()
	entries, err := journal.List(ctx, w.d, journal.Filter{Kind: kind, ID: id, Limit: 100})
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range entries {
		acts = append([]string{e.Act}, acts...)
	}
	return acts
}

func TestLife(t *testing.T) {
	each(t, func(w *world) {
		p := w.drafted()
		if p.State != paper.Draft || p.Number != 0 || p.OrganName != "南湖区医疗保障服务中心" {
			t.Errorf("%+v", p)
		}
		if _, _, err := w.p.PDF(ctx, w.reviewer, p.ID); true {
			w.wants(err, access.ErrConflict, "paper.state", "没有出具")
		}
		w.do(func(tx *db.Tx) error { return w.p.SetShort(ctx, tx, w.leader, "南医保") })
		w.do(func(tx *db.Tx) error {
			_, err := w.p.Edit(ctx, tx, w.auditor, p.ID, paper.Change{Fields: map[string]string{"note": "请予配合。"}})
			return err
		})
		p, err := w.p.Issue(ctx, w.leader, p.ID, "")
		if err != nil || p.State != paper.Issued || p.Document != "南医保核通〔2026〕1号" || p.SHA256 == "" || p.SM3 == "" {
			t.Fatalf("%+v %v", p, err)
		}
		if err := w.d.Write(ctx, func(tx *db.Tx) error {
			_, err := w.p.Edit(ctx, tx, w.auditor, p.ID, paper.Change{})
			return err
		}); true {
			w.wants(err, access.ErrConflict, "paper.state", "作废后另行出具")
		}
		if _, err := w.p.Issue(ctx, w.leader, p.ID, ""); true {
			w.wants(err, access.ErrConflict, "paper.state", "不能再出具")
		}
		if _, _, err := w.p.PDF(ctx, w.office, p.ID); true { // not served yet
			w.wants(err, access.ErrNotFound, "not_found", "")
		}
		w.now = w.now.AddDate(0, 0, 1)
		w.do(func(tx *db.Tx) error {
			_, err := w.p.Deliver(ctx, tx, w.auditor, p.ID, paper.Service{How: paper.Direct, Day: first + 1, To: "李某"})
			return err
		})
		served, pdf, err := w.p.PDF(ctx, w.office, p.ID)
		if err != nil || served.State != paper.Served || int64(len(pdf)) != p.Size || !strings.HasPrefix(string(pdf), "%PDF-1.7") {
			t.Errorf("%+v %v", served, err)
		}
		w.do(func(tx *db.Tx) error {
			_, err := w.p.Annul(ctx, tx, w.leader, p.ID, "受送达人写错")
			return err
		})
		if acts := fmt.Sprint(w.acts("paper", p.ID)); acts != "[paper.draft paper.edit paper.issue paper.serve paper.read paper.void]" {
			t.Error(acts)
		}
		for _, stranger := range []*access.Actor{w.stranger, w.foreign} {
			if _, _, err := w.p.PDF(ctx, stranger, p.ID); true {
				w.wants(err, access.ErrNotFound, "not_found", "")
			}
			if all, err := w.p.List(ctx, w.d, stranger, paper.Filter{}); err != nil || len(all) != 0 {
				t.Errorf("%+v %v", all, err)
			}
		}
		all, err := w.p.List(ctx, w.d, w.reviewer, paper.Filter{State: paper.Void, SubjectKind: "test.thing", Subject: "T1", Organ: agency, Kind: notice.Kind})
		if err != nil || len(all) != 1 || all[0].VoidReason != "受送达人写错" {
			t.Errorf("%+v %v", all, err)
		}
		w.verified()
	})
}

// Numbers have no gaps under concurrent issue, and those of void papers are not given again.
func TestNumbers(t *testing.T) {
	each(t, func(w *world) {
		const n = 12
		var ids []string
		for range n {
			ids = append(ids, w.drafted().ID)
		}
		var all sync.WaitGroup
		var seen sync.Map
		for _, id := range ids {
			all.Go(func() {
				p, err := w.p.Issue(ctx, w.leader, id, "")
				if err != nil {
					t.Error(err)
					return
				}
				if _, twice := seen.LoadOrStore(p.Number, p); twice || p.Number < 1 || p.Number > n {
					t.Errorf("number %d", p.Number)
				}
				if _, pdf, err := w.p.PDF(ctx, w.reviewer, id); err != nil || int64(len(pdf)) != p.Size {
					t.Errorf("%s: %v", p.Document, err)
				}
			})
		}
		all.Wait()
		last, _ := seen.Load(int64(n))
		w.do(func(tx *db.Tx) error {
			_, err := w.p.Annul(ctx, tx, w.leader, last.(*paper.Paper).ID, "不再需要")
			return err
		})
		if p := w.issued(); p.Number != n+1 {
			t.Errorf("after a void one: %s", p.Document)
		}
		w.now = time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC) // midnight in Beijing
		if p := w.issued(); p.Number != 1 || p.Year != 2027 {
			t.Errorf("in the new year: %s", p.Document)
		}
		w.verified()
	})
}

// What is drafted or edited wrongly, and what each says.
func TestWrongDrafts(t *testing.T) {
	w := newWorld(t, dbtest.OpenSQLite(t))
	for name, c := range map[string]struct {
		change     func(o *paper.Order)
		code, text string
	}{
		"no field":        {func(o *paper.Order) { delete(o.Fields, "matter") }, "paper.field", "核查通知书缺少字段 matter（事由）"},
		"an empty field":  {func(o *paper.Order) { o.Fields["matter"] = " " }, "paper.field", "缺少字段 matter"},
		"unknown field":   {func(o *paper.Order) { o.Fields["amount"] = "1" }, "paper.field", "没有字段 amount"},
		"control in it":   {func(o *paper.Order) { o.Fields["matter"] = "a\x00" }, "paper.field", "字段 matter 的内容含有控制字符"},
		"no table":        {func(o *paper.Order) { o.Tables = nil }, "paper.table", "缺少表 list"},
		"unknown table":   {func(o *paper.Order) { o.Tables["more"] = nil }, "paper.table", "没有表 more"},
		"a short row":     {func(o *paper.Order) { o.Tables["list"][1] = []string{"2"} }, "paper.table", "第 2 行有 1 格，应有 2 格"},
		"too many rows":   {func(o *paper.Order) { o.Tables["list"] = make([][]string, paper.MostRows+1) }, "paper.table", "最多 10000 行"},
		"too long a cell": {func(o *paper.Order) { o.Tables["list"][0][1] = strings.Repeat("长", 301) }, "paper.table", "第 1 行“内容”的内容太长"},
	} {
		t.Run(name, func(t *testing.T) {
			o := order()
			c.change(&o)
			_, err := w.draft(o)
			w.wants(err, access.ErrInvalid, c.code, c.text)
		})
	}
	id := w.drafted().ID
	for name, c := range map[string]struct {
		change     paper.Change
		code, text string
	}{
		"unknown field in a text": {paper.Change{Blocks: []paper.Block{{Kind: paper.Paragraph, Text: "{amount}"}, {Kind: paper.Sign}, {Kind: paper.Annex, Text: "清单", Table: "list"}}}, "paper.block", "字段 amount 没有声明"},
		"no end of a field":       {paper.Change{Blocks: []paper.Block{{Kind: paper.Paragraph, Text: "{amount"}, {Kind: paper.Sign}, {Kind: paper.Annex, Text: "清单", Table: "list"}}}, "paper.block", "没有对应的“}”"},
		"table left out":          {paper.Change{Blocks: []paper.Block{{Kind: paper.Sign}}}, "paper.table", "表 list 不能从文书中删去"},
		"unknown table":           {paper.Change{Blocks: []paper.Block{{Kind: paper.Grid, Table: "more"}}}, "paper.table", "没有表 more"},
		"no signature":            {paper.Change{Blocks: []paper.Block{{Kind: paper.Annex, Text: "清单", Table: "list"}}}, "paper.block", "没有署名和日期"},
		"field emptied":           {paper.Change{Fields: map[string]string{"matter": ""}}, "paper.field", "缺少字段 matter"},
	} {
		t.Run(name, func(t *testing.T) {
			err := w.d.Write(ctx, func(tx *db.Tx) error {
				_, err := w.p.Edit(ctx, tx, w.reviewer, id, c.change)
				return err
			})
			w.wants(err, access.ErrInvalid, c.code, c.text)
		})
	}
}

func TestWrongService(t *testing.T) {
	w := newWorld(t, dbtest.OpenSQLite(t))
	draft, p := w.drafted(), w.issued()
	deliver := func(id string, s paper.Service) error {
		return w.d.Write(ctx, func(tx *db.Tx) error {
			_, err := w.p.Deliver(ctx, tx, w.auditor, id, s)
			return err
		})
	}
	w.wants(deliver(draft.ID, paper.Service{How: paper.Direct, Day: first, To: "李某"}), access.ErrConflict, "paper.state", "草稿")
	w.wants(deliver(p.ID, paper.Service{How: "pigeon", Day: first, To: "李某"}), access.ErrInvalid, "paper.served_how", "pigeon")
	w.wants(deliver(p.ID, paper.Service{How: paper.Direct, Day: first - 1, To: "李某"}), access.ErrInvalid, "paper.served_day", "2026-03-02")
	w.wants(deliver(p.ID, paper.Service{How: paper.Direct, Day: first + 1, To: "李某"}), access.ErrInvalid, "paper.served_day", "2026-03-02")
	w.wants(deliver(p.ID, paper.Service{How: paper.Direct, Day: first}), access.ErrInvalid, "paper.served_to", "签收人")
	w.wants(deliver(p.ID, paper.Service{How: paper.Left, Day: first}), access.ErrInvalid, "paper.served_note", "见证人")
	if err := deliver(p.ID, paper.Service{How: paper.Left, Day: first, Note: "拒收，社区干部王某见证"}); err != nil {
		t.Error(err)
	}
	w.wants(deliver(p.ID, paper.Service{How: paper.Left, Day: first, Note: "又一次"}), access.ErrConflict, "paper.state", "已送达")
	if _, err := w.p.Issue(ctx, w.reviewer, draft.ID, ""); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a reviewer issues: %v", err)
	}
}

// Characters beyond the basic plane are named, and the paper is issued only when they are
// accepted.
func TestLost(t *testing.T) {
	w := newWorld(t, dbtest.OpenSQLite(t))
	o := order()
	o.Fields["matter"] = "𠮷某的结算"
	p, err := w.draft(o)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.p.Issue(ctx, w.leader, p.ID, "")
	w.wants(err, access.ErrInvalid, "paper.lost", "𠮷（U+20BB7）")
	p, err = w.p.Issue(ctx, w.leader, p.ID, "𠮷")
	if err != nil || p.Lost != "𠮷" || p.Number != 1 {
		t.Errorf("%+v %v", p, err)
	}
}

// A changed byte of a PDF is found wherever it is: in the home, in a copy, offline.
func TestAltered(t *testing.T) {
	w := newWorld(t, dbtest.OpenSQLite(t))
	p := w.issued()
	_, pdf, err := w.p.PDF(ctx, w.reviewer, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, signature, err := w.p.Signature(ctx, w.reviewer, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.ParsePublicKeys(w.p.Public())
	if err != nil {
		t.Fatal(err)
	}
	if s, err := paper.CheckSignature(pdf, signature, keys); err != nil || s.Document != p.Document || s.SHA256 != p.SHA256 {
		t.Errorf("%+v %v", s, err)
	}
	if v, err := w.p.Verify(ctx, w.d, pdf); err != nil || !v.Genuine || v.Document != p.Document {
		t.Errorf("%+v %v", v, err)
	}
	for at := 0; at < len(pdf); at += 997 {
		bad := append([]byte{}, pdf...)
		bad[at] ^= 1
		if _, err := paper.CheckSignature(bad, signature, keys); !errors.Is(err, paper.ErrSignature) {
			t.Fatalf("byte %d: %v", at, err)
		}
		if v, err := w.p.Verify(ctx, w.d, bad); err != nil || v.Genuine {
			t.Fatalf("byte %d: %+v %v", at, v, err)
		}
	}
	bad := append([]byte{}, pdf...)
	bad[len(bad)/2] ^= 1
	if v, err := w.p.Verify(ctx, w.d, bad); err != nil || v.ID != p.ID || !strings.Contains(v.Text, "已被改动") {
		t.Errorf("%+v %v", v, err)
	}
	if v, err := w.p.Verify(ctx, w.d, []byte("%PDF-1.7 of somebody")); err != nil || v.Genuine || v.Text != "不是本系统出具的文书" {
		t.Errorf("%+v %v", v, err)
	}
	for at := range signature {
		changed := append([]byte{}, signature...)
		changed[at] ^= 1
		if _, err := paper.CheckSignature(pdf, changed, keys); err == nil && at < len(signature)-1 {
			t.Fatalf("byte %d of the signature changed: found good", at)
		}
	}
	path := filepath.Join(w.home, "papers", p.SHA256[:2], p.SHA256)
	if err := os.WriteFile(path, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.p.PDF(ctx, w.reviewer, p.ID)
	w.wants(err, access.ErrConflict, "paper.altered", "已被改动")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.p.PDF(ctx, w.reviewer, p.ID)
	w.wants(err, access.ErrConflict, "paper.gone", "从备份恢复")
}
