package paper

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// The kinds of rows that entries of the journal commit to.
const (
	paperKind    = "paper"
	contentKind  = "paper.content"
	organKind    = "paper.organ"
	subjectsKind = "paper.subjects" // by the paper: all that it is about
)

// Committed says how the rows that entries of the journal commit to are read back.
func Committed() journal.Committed {
	papers := journal.TableOf("id", func(p *Paper) (string, any) {
		p.inUTC()
		return p.ID, committedPaper{p, p.shownElse()}
	})
	return journal.Committed{
		paperKind:    papers,
		contentKind:  journal.Table("id", func(c *contentRow) string { return c.ID }),
		organKind:    journal.Table("code", func(o *organRow) string { return o.Code }),
		subjectsKind: {IDs: papers.IDs, Read: readSubjects, Later: true},
	}
}

// committedPaper is a paper as it is read back. Who sees it follows from its service:
// entries commit to nothing else, so that what is there in its place does not fit.
type committedPaper struct {
	*Paper
	ShownElse *string `json:"shown_to,omitempty"`
}

// shownElse is to whom the paper is shown, nil when it is to whom it should be.
func (p *Paper) shownElse() *string {
	should := ""
	if !p.ServedAt.IsZero() {
		should = p.Recipient
	}
	if p.ShownTo == should {
		return nil
	}
	return &p.ShownTo
}

// committedSubjects is what the journal commits to of what a paper is about.
type committedSubjects struct {
	Paper    string        `json:"paper"`
	Subjects []*subjectRow `json:"subjects"` // in one order, whatever the database has
}

func subjectsOf(paper string, rows []*subjectRow) committedSubjects {
	rows = slices.SortedFunc(slices.Values(rows), func(a, b *subjectRow) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
	})
	return committedSubjects{paper, rows}
}

// readSubjects reads what papers are about.
func readSubjects(ctx context.Context, from db.Reader, papers []string) (map[string]any, error) {
	var rows []*subjectRow
	if err := from.NewSelect().Model(&rows).Where("paper IN (?)", bun.List(papers)).Scan(ctx); err != nil {
		return nil, err
	}
	of := map[string][]*subjectRow{}
	for _, row := range rows {
		of[row.Paper] = append(of[row.Paper], row)
	}
	found := map[string]any{}
	for _, id := range papers {
		found[id] = subjectsOf(id, of[id])
	}
	return found, nil
}
