package review

import (
	"context"
	"slices"
	"strings"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

// Errand passes findings on inside the institution.
type Errand struct {
	IDs    []string
	Desk   string // a department of the institution; the institution's own code takes it back
	Doctor string // national code of the doctor who is asked, "" for nobody
	Reason string // what is asked

	employer string // of the doctor by the register of doctors, "" where it does not have him
}

// isOf says whether the doctor who is asked is one of the finding's institution: by an account
// that sees the desk, by the register of doctors, or because the finding objects to what he did
// there.
func (e Errand) isOf(f *Finding, account bool) bool {
	return e.Doctor == "" || account || e.employer == f.FixmedinsCode || e.Doctor == f.DrCode
}

// said is the errand in words: to whom the finding goes, and what is asked.
func (e Errand) said(to access.Organisation) string {
	words := to.Name
	if to.Kind == access.Institution {
		words = "收回"
	}
	if e.Doctor != "" {
		words += "，医师 " + e.Doctor
	}
	if asked := strings.TrimSpace(e.Reason); asked != "" {
		words += "：" + asked
	}
	return words
}

// Pass passes findings to a department and a doctor of the institution, who then see
// them. The insurance office keeps seeing them and alone answers for the institution.
func (r *Review) Pass(ctx context.Context, tx *db.Tx, actor *access.Actor, e Errand) error {
	if err := actor.May(Pass); err != nil {
		return err
	}
	if err := (Act{IDs: e.IDs}).check(); err != nil {
		return err
	}
	w := newWrite(tx, actor)
	findings, err := w.load(ctx, e.IDs, reach(actor, Pass))
	if err != nil {
		return err
	}
	desks, err := r.access.Organisations(ctx, tx, actor, Pass)
	if err != nil {
		return err
	}
	k := slices.IndexFunc(desks, func(o access.Organisation) bool { return o.Code == e.Desk })
	account, err := r.access.DoctorReaches(ctx, tx, e.Doctor, e.Desk, tx.Now)
	if err != nil {
		return err
	}
	for _, f := range findings {
		switch {
		case k < 0 || desks[k].Code != f.FixmedinsCode && desks[k].Parent != f.FixmedinsCode:
			return invalid("review.desk", "“%s”不是机构 %s 的科室，不能转交疑点 %s", e.Desk, f.FixmedinsCode, f.ID)
		case f.Ended:
			return invalid("review.ended", "疑点 %s 已办结，不能再转交", f.ID)
		}
		if !e.isOf(f, account) {
			return invalid("review.doctor", "机构 %s 没有医师“%s”（医师名册、“%s”的医师账号和这条疑点里都没有），不能请其说明疑点 %s：请核对医师代码，或不填医师只转交科室",
				f.FixmedinsCode, e.Doctor, desks[k].Name, f.ID)
		}
		f.Desk, f.Asked = e.Desk, e.Doctor
		w.note(f, "pass", Step{Move: "pass", From: f.State, To: f.State, Reason: e.said(desks[k])})
	}
	return w.finish(ctx)
}

// Remark is what a department, a doctor or the insurance office says of a finding.
type Remark struct {
	ID     string
	Reason string
	Files  []string
}

// Comment adds a remark to a finding that was sent to the institution and is not over. It
// decides nothing.
func (r *Review) Comment(ctx context.Context, tx *db.Tx, actor *access.Actor, m Remark) error {
	if err := actor.May(Comment); err != nil {
		return err
	}
	if strings.TrimSpace(m.Reason) == "" {
		return invalid("review.reason", "要写明情况")
	}
	w := newWrite(tx, actor)
	findings, err := w.load(ctx, []string{m.ID}, reach(actor, Comment))
	if err != nil {
		return err
	}
	f := findings[0]
	if f.Ended {
		return invalid("review.ended", "疑点 %s 已办结，不能再说明情况", f.ID)
	}
	if err := checkFiles(ctx, tx, Act{IDs: []string{m.ID}, Files: m.Files}); err != nil {
		return err
	}
	w.note(f, "comment", Step{Move: "comment", From: f.State, To: f.State, Reason: m.Reason, Files: joined(m.Files)})
	return w.finish(ctx)
}
