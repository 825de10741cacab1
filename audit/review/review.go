// Package review is findings as work (疑点处理): one declared chain from the first review
// over appeal, second review, panel and final review to the handling, under the clocks of
// law; what people decide, what institutions answer, and what becomes of the money.
//
// Every write is one transaction with its entry in the journal. Every read has the
// actor's reach in the query: what lies outside is not found.
package review

import (
	"context"
	"embed"
	"fmt"
	"path/filepath"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/db/content"
	"yiheng/ground/hook"
	"yiheng/ground/journal"
	"yiheng/ground/paper"
	"yiheng/ground/procedure"
)

//go:embed schema/*.sql
var schema embed.FS

// Review keeps the findings of a home. It is safe for concurrent use.
type Review struct {
	db     *db.DB
	access *access.Access
	engine *procedure.Engine[matter]
	files  content.Folder // of the attachments' contents
	law    procedure.LawReader
	papers *paper.Papers // nil: acts draft none
	recall recall

	certificates string // folder of the runs' certificates
	sources      Sources
}

// Open prepares the tables. law gives holidays and periods: procedure.BooksOf. Contents
// of attachments lie in the home's folder attachments.
func Open(ctx context.Context, d *db.DB, a *access.Access, home string, law procedure.LawReader) (*Review, error) {
	if err := Prepare(ctx, d); err != nil {
		return nil, err
	}
	if err := journal.Prepare(ctx, d); err != nil {
		return nil, err
	}
	r := &Review{db: d, access: a, files: content.Folder(filepath.Join(home, "attachments")), certificates: filepath.Join(home, "certificates"), law: law}
	var err error
	r.engine, err = procedure.New(ctx, d, Chain(), law, readMatters)
	return r, err
}

// Prepare brings the tables to this version, for who restores a backup or verifies.
func Prepare(ctx context.Context, d *db.DB) error {
	if err := hook.Prepare(ctx, d); err != nil {
		return err
	}
	return d.Migrate(ctx, "review", schema)
}

// Committed says how the rows that entries of the journal commit to are read back.
func Committed() journal.Committed {
	return journal.Committed{
		findingKind:  journal.Table("id", func(f *Finding) string { return f.ID }),
		batchKind:    journal.Table("id", func(b *Batch) string { b.TakenAt = b.TakenAt.UTC(); return b.ID }),
		revisionKind: journal.Table("id", func(r *Revision) string { r.At = r.At.UTC(); return r.ID }),
		stepKind:     journal.Table("id", func(s *Step) string { s.Recorded = s.Recorded.UTC(); return s.ID }),
		fileKind:     journal.Table("id", func(f *File) string { f.At = f.At.UTC(); return f.ID }),

		procedure.RowKind(chain): procedure.Rows(chain),
	}
}

// The kinds of rows that entries commit to.
const (
	findingKind  = "review.finding"
	batchKind    = "review.batch"
	revisionKind = "review.revision"
	stepKind     = "review.step"
	fileKind     = "review.file"
)

// The operations. One for each set of roles that the chain names.
var (
	Read     = declare("review.read", "查看疑点", access.InRegion, access.FirstReviewer, access.SecondReviewer, access.PanelMember, access.FinalReviewer, access.SupervisorLeader, access.Officer, access.AgencyAuditor)
	ReadOwn  = declare("review.read_own", "查看本机构疑点", access.InOrganisation, access.InsuranceOffice, access.DepartmentHead, access.Doctor)
	TakeOver = declare("review.take_over", "接收筛查结果", access.InRegion, access.AgencyAuditor, access.SupervisorLeader)

	firstReview  = declare("review.first", "初审", access.InRegion, access.FirstReviewer)
	secondReview = declare("review.second", "复审", access.InRegion, access.SecondReviewer)
	panelReview  = declare("review.panel", "合议", access.InRegion, access.PanelMember)
	finalReview  = declare("review.final", "终审", access.InRegion, access.FinalReviewer)
	lead         = declare("review.prolong", "延长申诉期限", access.InRegion, access.SupervisorLeader)
	verifyOn     = declare("review.verify", "调查核实", access.InRegion, access.AgencyAuditor, access.Officer)
	handle       = declare("review.handle", "处理", access.InRegion, access.AgencyAuditor)
	setAside     = declare("review.set_aside", "搁置新版", access.InRegion, access.FirstReviewer, access.SecondReviewer, access.FinalReviewer)
	answer       = declare("review.answer", "申诉和认可", access.InOrganisation, access.InsuranceOffice)
	Pass         = declare("review.pass", "转交科室和医师", access.InOrganisation, access.InsuranceOffice)
	Comment      = declare("review.comment", "说明情况", access.InOrganisation, access.InsuranceOffice, access.DepartmentHead, access.Doctor)
)

func declare(name, title string, scope access.Scope, roles ...access.Role) *access.Operation {
	return access.Declare(access.Operation{Name: name, Title: title, Roles: roles, Scope: scope})
}

// OperationOf returns the operation that a move of the chain is, nil for none that
// people make.
func OperationOf(move string) *access.Operation {
	switch move {
	case "dismiss", "suspect", "verify_first", "adopt":
		return firstReview
	case "uphold", "overturn", "overturn_part", "verify_second", "refer", "adopt_again":
		return secondReview
	case "vote_for", "vote_against", "panel_uphold", "panel_overturn", "panel_overturn_part":
		return panelReview
	case "confirm", "overrule", "admit":
		return finalReview
	case "set_aside":
		return setAside
	case "prolong":
		return lead
	case "report_first", "report_second":
		return verifyOn
	case "deduct", "recover", "agreement", "lead", "settle":
		return handle
	case "appeal", "accept", "petition", "waive":
		return answer
	}
	return nil
}

// columns are where a finding says what it belongs to.
var columns = access.Columns{Region: "review_finding.region", Organisation: "review_finding.desk", Doctor: "review_finding.asked_doctor"}

// actorOf is the actor as the chain knows it. The reach is in the queries.
func actorOf(a *access.Actor) procedure.Actor {
	return procedure.Actor{ID: a.ID, Roles: a.RoleNames()}
}

func invalid(code, format string, args ...any) error {
	return &access.Problem{Kind: access.ErrInvalid, Code: code, Text: fmt.Sprintf(format, args...)}
}

func notFound() error {
	return &access.Problem{Kind: access.ErrNotFound, Code: "not_found", Text: "没有找到，或不在您的管辖范围内"}
}
