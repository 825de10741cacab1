package paper

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// rowsAtOnce bounds the rows of one statement.
const rowsAtOnce = 500

// Filter chooses papers of a list; what is empty chooses all.
type Filter struct {
	Organ, Kind string
	State       State
	// Subject is what the paper is about, of the kind SubjectKind: both or neither.
	SubjectKind, Subject string
}

// List returns the papers that the actor may see, the newest first.
func (p *Papers) List(ctx context.Context, from db.Reader, actor *access.Actor, f Filter) (all []Paper, err error) {
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	q := from.NewSelect().Model(&all).ApplyQueryBuilder(actor.Reach(Read, columns)).OrderExpr("paper.id DESC")
	for column, value := range map[string]string{"paper.organ": f.Organ, "paper.kind": f.Kind, "paper.state": string(f.State)} {
		if value != "" {
			q = q.Where("? = ?", bun.Ident(column), value)
		}
	}
	if f.Subject != "" {
		q = q.Where("paper.id IN (SELECT s.paper FROM paper_subject AS s WHERE s.kind = ? AND s.subject = ?)", f.SubjectKind, f.Subject)
	}
	err = q.Scan(ctx)
	return all, err
}

// mostSubjects bounds what a paper is shown to be about.
const mostSubjects = 500

// subjects are what a paper is about, which the caller may read.
func (p *Papers) subjects(ctx context.Context, id string) ([]PaperSubject, error) {
	var rows []subjectRow
	if err := p.db.NewSelect().Model(&rows).Where("paper = ?", id).Order("kind", "subject").Limit(mostSubjects).Scan(ctx); err != nil {
		return nil, err
	}
	all := make([]PaperSubject, len(rows))
	for k, row := range rows {
		all[k] = PaperSubject{row.Kind, row.Subject}
	}
	return all, nil
}

// Get returns a paper that the actor may do the operation on. ErrNotFound.
func (p *Papers) Get(ctx context.Context, from db.Reader, actor *access.Actor, op *access.Operation, id string) (*Paper, error) {
	if err := actor.May(op); err != nil {
		return nil, err
	}
	var all []*Paper
	err := from.NewSelect().Model(&all).Where("paper.id = ?", id).ApplyQueryBuilder(actor.Reach(op, columns)).Scan(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, notFound()
	}
	all[0].inUTC()
	return all[0], nil
}

// readContent returns what a paper says.
func readContent(ctx context.Context, from db.Reader, id string) (*Content, error) {
	row := contentRow{ID: id}
	if err := from.NewSelect().Model(&row).WherePK().Scan(ctx); err != nil {
		return nil, err
	}
	var c Content
	if err := json.Unmarshal([]byte(row.Text), &c); err != nil {
		return nil, fmt.Errorf("文书 %s 的内容无法读出，请用 yiheng verify 核对：%w", id, err)
	}
	return &c, nil
}

// row is the content as it is stored.
func (c *Content) row(id string) (*contentRow, error) {
	text, err := json.Marshal(c)
	return &contentRow{ID: id, Text: string(text)}, err
}

// lastID returns the number of the last id; writes come one after another.
func lastID(ctx context.Context, tx *db.Tx) (last int64, err error) {
	var id string
	if err = tx.NewSelect().Table("paper").ColumnExpr("coalesce(max(id), 'WS0')").Scan(ctx, &id); err != nil {
		return 0, err
	}
	_, err = fmt.Sscanf(id, "WS%d", &last)
	return last, err
}

func insert[T any](ctx context.Context, tx *db.Tx, rows []T) error {
	for part := range slices.Chunk(rows, rowsAtOnce) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// save writes a paper that is there, with what else the act wrote, and its entry.
func (p *Papers) save(ctx context.Context, tx *db.Tx, actor *access.Actor, act, reason string, paper *Paper, more ...journal.Row) error {
	if _, err := tx.NewUpdate().Model(paper).WherePK().Exec(ctx); err != nil {
		return err
	}
	_, err := journal.Append(ctx, tx, entry(actor, act, reason, paper, append(more, journal.Row{Kind: paperKind, ID: paper.ID, Content: paper})...))
	return err
}

func entry(actor *access.Actor, act, reason string, paper *Paper, rows ...journal.Row) journal.Entry {
	return journal.Entry{
		Actor: actor.ID, Org: actor.Organisation, Region: paper.Region, Act: "paper." + act, Kind: paperKind, ID: paper.ID, Reason: reason, Rows: rows,
	}
}
