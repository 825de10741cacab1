package paper

import (
	"context"
	"slices"
	"strings"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/hook"
)

// drawing is a paper drawn with a number: what it was drawn of, and the PDF.
type drawing struct {
	document string
	edits    int64
	date     string
	lost     string
	pdf      []byte
}

// Issue issues a draft: it takes its number, is drawn, hashed and signed. accepted are the
// characters that the actor accepts to stand as 〓 because the font has none for them;
// others refuse the issue. ErrConflict when the paper is no draft any more.
//
// Drawing is done before the transaction with the number that is next; only when another
// paper took that meanwhile, it is drawn again inside.
func (p *Papers) Issue(ctx context.Context, actor *access.Actor, id, accepted string) (issued *Paper, err error) {
	ahead, err := p.drawAhead(ctx, actor, id, accepted)
	if err != nil {
		return nil, err
	}
	err = p.db.Write(ctx, func(tx *db.Tx) error {
		paper, err := p.next(ctx, tx, actor, id, tx.Now)
		if err != nil {
			return err
		}
		drawn := ahead
		if drawn.document != paper.Document || drawn.edits != paper.Edits || drawn.date != dateOf(paper.IssuedAt) {
			if drawn, err = p.draw(ctx, tx, paper, accepted); err != nil {
				return err
			}
		}
		if err := p.seal(paper, drawn); err != nil {
			return err
		}
		issued = paper
		if err := p.save(ctx, tx, actor, "issue", "", paper); err != nil {
			return err
		}
		return hook.Publish(ctx, tx, hook.Event{
			Name: hook.PaperIssued, Region: paper.Region, Organisation: paper.Organ, Kind: "paper", ID: paper.ID, Data: map[string]string{"kind": paper.Kind},
		})
	})
	return issued, err
}

// drawAhead draws the draft as it would be issued at this moment.
func (p *Papers) drawAhead(ctx context.Context, actor *access.Actor, id, accepted string) (*drawing, error) {
	paper, err := p.next(ctx, p.db, actor, id, p.db.Now())
	if err != nil {
		return nil, err
	}
	return p.draw(ctx, p.db, paper, accepted)
}

// next is the draft as it is issued at an instant, with the number that is next.
func (p *Papers) next(ctx context.Context, from db.Reader, actor *access.Actor, id string, at time.Time) (*Paper, error) {
	paper, err := p.Get(ctx, from, actor, Sealed, id)
	if err != nil {
		return nil, err
	}
	if paper.State != Draft {
		return nil, conflict("paper.state", "文书 %s %s，不能再出具", id, paper.State.Title())
	}
	paper.State, paper.IssuedBy, paper.IssuedAt = Issued, actor.ID, at
	paper.Year = at.In(calendar.Beijing).Year()
	if err := paper.readShort(ctx, from); err != nil {
		return nil, err
	}
	return paper, paper.takeNumber(ctx, from)
}

// draw draws a paper that has its number.
func (p *Papers) draw(ctx context.Context, from db.Reader, paper *Paper, accepted string) (*drawing, error) {
	content, err := readContent(ctx, from, paper.ID)
	if err != nil {
		return nil, err
	}
	if last := content.lastDay(); last != calendar.NoDay && last < calendar.Civil(paper.IssuedAt).Day() {
		return nil, invalid("paper.late", "文书写明的期限届满日 %s 已过，出具后对方无从行使权利。请先修改期限，再出具", last)
	}
	d, err := content.fillIn(paper)
	if err != nil {
		return nil, err
	}
	f, err := loadFaces()
	if err != nil {
		return nil, err
	}
	lost := d.lost(f)
	refused := slices.DeleteFunc(slices.Clone(lost), func(r rune) bool { return strings.ContainsRune(accepted, r) })
	if len(refused) > 0 {
		return nil, invalid("paper.lost", "字体没有这些字，印出来是“〓”：%s。请改用其他写法；确需出具的，请逐字确认", listRunes(refused))
	}
	pdf, err := d.pdf(f, midnight(paper.IssuedAt))
	return &drawing{paper.Document, paper.Edits, dateOf(paper.IssuedAt), string(lost), pdf}, err
}

// seal hashes and signs what was drawn, and stores it.
func (p *Papers) seal(paper *Paper, drawn *drawing) error {
	paper.Lost, paper.Size = drawn.lost, int64(len(drawn.pdf))
	paper.SHA256, paper.SM3 = hashes(drawn.pdf)
	if err := p.sign(paper); err != nil {
		return err
	}
	return p.files.Keep(paper.SHA256, drawn.pdf)
}
