package paper

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// Order asks for a draft.
type Order struct {
	Kind string // of the template
	// Recipient is the code of the organisation that the paper is for, with its name; both
	// empty for a paper to nobody.
	Recipient, RecipientName string
	Fields                   map[string]string
	Tables                   map[string][][]string
	Subjects                 []Subject
}

// Subject is what a paper is about: a kind of things and the id of one.
type Subject struct{ Kind, ID string }

// Draft drafts papers of the actor's organisation, in the caller's transaction, each with
// an entry of the journal. It asks no right of its own: the act that needs the papers was
// allowed by its room.
func (p *Papers) Draft(ctx context.Context, tx *db.Tx, actor *access.Actor, orders ...Order) ([]*Paper, error) {
	organ, err := access.OrganisationOf(ctx, tx, actor.Organisation)
	if err != nil {
		return nil, err
	}
	if organ == nil || len(orders) == 0 {
		return nil, err
	}
	last, err := lastID(ctx, tx)
	if err != nil {
		return nil, err
	}
	var papers []*Paper
	var contents []*contentRow
	var subjects []*subjectRow
	var entries []journal.Entry
	for k, o := range orders {
		paper, content, err := o.draft(tx, actor, organ, fmt.Sprintf("WS%08d", last+int64(k)+1))
		if err != nil {
			return nil, err
		}
		papers, contents = append(papers, paper), append(contents, content)
		var about []*subjectRow
		for _, s := range o.Subjects {
			about = append(about, &subjectRow{Kind: s.Kind, Subject: s.ID, Paper: paper.ID})
		}
		subjects = append(subjects, about...)
		entries = append(entries, entry(actor, "draft", "", paper,
			journal.Row{Kind: paperKind, ID: paper.ID, Content: paper}, journal.Row{Kind: contentKind, ID: paper.ID, Content: content},
			journal.Row{Kind: subjectsKind, ID: paper.ID, Content: subjectsOf(paper.ID, about)}))
	}
	for _, write := range []func() error{
		func() error { return insert(ctx, tx, papers) },
		func() error { return insert(ctx, tx, contents) },
		func() error { return insert(ctx, tx, subjects) },
		func() error { _, err := journal.AppendAll(ctx, tx, entries); return err },
	} {
		if err := write(); err != nil {
			return nil, err
		}
	}
	return papers, nil
}

func (o Order) draft(tx *db.Tx, actor *access.Actor, organ *access.Organisation, id string) (*Paper, *contentRow, error) {
	t := Lookup(o.Kind)
	if t == nil {
		return nil, nil, fmt.Errorf("没有登记文书 %s 的模板", o.Kind)
	}
	content, err := contentOf(t, o.Fields, o.Tables)
	if err != nil {
		return nil, nil, err
	}
	row, err := content.row(id)
	return &Paper{
		ID: id, Kind: t.Kind, Title: t.Title, Word: t.Word, Organ: organ.Code, OrganName: organ.Name, Region: string(organ.Region),
		Recipient: o.Recipient, RecipientName: o.RecipientName, Personal: t.Personal, State: Draft,
		DraftedBy: actor.ID, DraftedAt: tx.Now, Short: organ.Name,
	}, row, err
}

// Change is what an edit changes of a draft. Fields that are not named stay. Blocks, where
// there are any, take the place of all: texts are free, tables stay as they are.
type Change struct {
	Fields map[string]string
	Blocks []Block
}

// Edit changes a draft. ErrConflict when the paper is no draft any more.
func (p *Papers) Edit(ctx context.Context, tx *db.Tx, actor *access.Actor, id string, change Change) (*Paper, error) {
	paper, err := p.Get(ctx, tx, actor, Write, id)
	if err != nil {
		return nil, err
	}
	if paper.State != Draft {
		return nil, conflict("paper.state", "文书 %s %s，不能再改：内容有误的请作废后另行出具", cmp.Or(paper.Document, id), paper.State.Title())
	}
	content, err := readContent(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	t := Lookup(paper.Kind)
	if t == nil {
		return nil, fmt.Errorf("没有登记文书 %s 的模板", paper.Kind)
	}
	if err := content.apply(change, t); err != nil {
		return nil, err
	}
	row, err := content.row(id)
	if err != nil {
		return nil, err
	}
	if _, err := tx.NewUpdate().Model(row).WherePK().Exec(ctx); err != nil {
		return nil, err
	}
	paper.Edits++
	return paper, p.save(ctx, tx, actor, "edit", "", paper, journal.Row{Kind: contentKind, ID: id, Content: row})
}

func (c *Content) apply(change Change, t *Template) error {
	maps.Copy(c.Fields, change.Fields)
	if len(change.Blocks) > 0 {
		tables := map[string][]Column{}
		for _, b := range c.Blocks {
			if b.Table != "" {
				tables[b.Table] = b.Columns
			}
		}
		c.Blocks = slices.Clone(change.Blocks)
		for k, b := range c.Blocks {
			if columns, ok := tables[b.Table]; ok {
				c.Blocks[k].Columns = columns
			} else if b.Table != "" {
				return invalid("paper.table", "%s没有表 %s", t.Title, excerpt(b.Table))
			}
			delete(tables, b.Table)
		}
		for _, name := range slices.Sorted(maps.Keys(tables)) {
			return invalid("paper.table", "表 %s 不能从文书中删去", name)
		}
	}
	return c.check(t)
}

// Content returns what a paper says. Reading one that names insured persons is an act.
func (p *Papers) Content(ctx context.Context, actor *access.Actor, id string) (*Paper, *Content, error) {
	paper, err := p.Get(ctx, p.db, actor, Read, id)
	if err != nil {
		return nil, nil, err
	}
	if err := p.noteReading(ctx, actor, paper); err != nil {
		return nil, nil, err
	}
	content, err := readContent(ctx, p.db, id)
	return paper, content, err
}

// noteReading journals that somebody reads a paper that names insured persons.
func (p *Papers) noteReading(ctx context.Context, actor *access.Actor, paper *Paper) error {
	if !paper.Personal {
		return nil
	}
	return p.db.Write(ctx, func(tx *db.Tx) error {
		_, err := journal.Append(ctx, tx, entry(actor, "read", "", paper))
		return err
	})
}
