package paper

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// word is how the number begins: the organ's abbreviation and the word of the paper.
func (p *Paper) word() string { return p.Short + p.Word }

// takeNumber gives the paper the next number of its organ, word and year. Writes come one
// after another and papers are never deleted, so the numbers have no gaps, and one that is
// void is not given again.
func (p *Paper) takeNumber(ctx context.Context, from db.Reader) error {
	var last int64
	err := from.NewSelect().Table("paper").ColumnExpr("coalesce(max(number), 0)").
		Where("organ = ?", p.Organ).Where("word = ?", p.Word).Where("year = ?", p.Year).Scan(ctx, &last)
	p.Number = last + 1
	p.Document = fmt.Sprintf("%s〔%d〕%d号", p.word(), p.Year, p.Number)
	return err
}

// readShort gives the paper its organ's abbreviation; an organ that has set none is called
// by its name.
func (p *Paper) readShort(ctx context.Context, from db.Reader) error {
	var rows []organRow
	err := from.NewSelect().Model(&rows).Where("code = ?", p.Organ).Scan(ctx)
	p.Short = p.OrganName
	if len(rows) > 0 {
		p.Short = rows[0].Short
	}
	return err
}

// Short is the abbreviation that an organ has set, "" where it has set none.
func (p *Papers) Short(ctx context.Context, from db.Reader, organ string) (string, error) {
	var rows []organRow
	err := from.NewSelect().Model(&rows).Where("code = ?", organ).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].Short, nil
}

// SetShort sets the abbreviation of the actor's own organ (发文机关代字) for papers that are
// issued from now on.
func (p *Papers) SetShort(ctx context.Context, tx *db.Tx, actor *access.Actor, short string) error {
	if err := actor.May(Sealed); err != nil {
		return err
	}
	organ, err := access.OrganisationOf(ctx, tx, actor.Organisation)
	if err != nil {
		return err
	}
	if organ == nil {
		return notFound()
	}
	if checkText(short, 20) != nil || short == "" {
		return invalid("paper.short", "发文机关代字应为 1 到 20 个字")
	}
	row := &organRow{Code: organ.Code, Short: short}
	if _, err := tx.NewInsert().Model(row).On("CONFLICT (code) DO UPDATE").Set("? = EXCLUDED.?", bun.Ident("short"), bun.Ident("short")).Exec(ctx); err != nil {
		return err
	}
	_, err = journal.Append(ctx, tx, journal.Entry{
		Actor: actor.ID, Org: actor.Organisation, Region: string(organ.Region), Act: "paper.set_short", Kind: organKind, ID: organ.Code,
		Rows: []journal.Row{{Kind: organKind, ID: organ.Code, Content: row}},
	})
	return err
}
