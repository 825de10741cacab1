package paper

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// How is how a paper was served (民事诉讼法第87条至第95条, to which 行政处罚法第61条 refers).
type How string

// The ways of service.
const (
	Direct     How = "direct"     // 直接送达
	Left       How = "left"       // 留置送达
	Post       How = "post"       // 邮寄送达
	Electronic How = "electronic" // 电子送达
	Entrusted  How = "entrusted"  // 委托送达
	Notice     How = "notice"     // 公告送达
)

var ways = []How{Direct, Left, Post, Electronic, Entrusted, Notice}

// Service is that a paper was served.
type Service struct {
	How  How
	Day  calendar.Day
	To   string // who took it; needed unless it was left or announced
	Note string // of the receipt, the post or the witnesses
}

// Deliver enters that an issued paper was served; from then on its recipient sees it.
// ErrConflict when it is not issued, or served already.
func (p *Papers) Deliver(ctx context.Context, tx *db.Tx, actor *access.Actor, id string, s Service) (*Paper, error) {
	paper, err := p.Get(ctx, tx, actor, Serve, id)
	if err != nil {
		return nil, err
	}
	if paper.State != Issued {
		return nil, conflict("paper.state", "文书 %s %s，不能登记送达", cmp.Or(paper.Document, id), paper.State.Title())
	}
	if err := s.check(paper, tx); err != nil {
		return nil, err
	}
	paper.State, paper.ShownTo = Served, paper.Recipient
	paper.ServedHow, paper.ServedDay, paper.ServedTo, paper.ServedNote = s.How, s.Day.String(), s.To, s.Note
	paper.ServedBy, paper.ServedAt = actor.ID, tx.Now
	return paper, p.save(ctx, tx, actor, "serve", "", paper)
}

func (s Service) check(paper *Paper, tx *db.Tx) error {
	first, last := calendar.Civil(paper.IssuedAt).Day(), calendar.Civil(tx.Now).Day()
	alone := s.How == Left || s.How == Notice
	switch {
	case !slices.Contains(ways, s.How):
		return invalid("paper.served_how", "送达方式“%s”不认识", excerpt(string(s.How)))
	case s.Day < first || s.Day > last:
		return invalid("paper.served_day", "送达日期应在出具之日 %s 与今天 %s 之间", first, last)
	case !alone && strings.TrimSpace(s.To) == "":
		return invalid("paper.served_to", "要写明签收人；留置和公告送达的除外")
	case alone && strings.TrimSpace(s.Note) == "":
		return invalid("paper.served_note", "留置和公告送达要写明经过和见证人，或公告的日期和媒体")
	case checkText(s.To, 100) != nil || checkText(s.Note, 500) != nil:
		return invalid("paper.served_note", "签收人最多 100 个字，备注最多 500 个字，不含控制字符")
	}
	return nil
}

// Annul declares a paper void. Its number is not given again, its PDF stays. ErrConflict
// when it is void already.
func (p *Papers) Annul(ctx context.Context, tx *db.Tx, actor *access.Actor, id, reason string) (*Paper, error) {
	paper, err := p.Get(ctx, tx, actor, Cancel, id)
	if err != nil {
		return nil, err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case paper.State == Void:
		return nil, conflict("paper.state", "文书 %s 已作废", cmp.Or(paper.Document, id))
	case reason == "" || checkText(reason, 500) != nil:
		return nil, invalid("paper.reason", "作废要写明事由，最多 500 个字")
	}
	paper.State, paper.VoidBy, paper.VoidReason, paper.VoidAt = Void, actor.ID, reason, tx.Now
	return paper, p.save(ctx, tx, actor, "void", reason, paper)
}
