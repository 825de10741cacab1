package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/procedure"
)

// offer is what a later screening says of a finding on which people have decided, beside
// the revision in force.
type offer struct{ inForce, offered *finding.Finding }

// counted is what the offered revision counts here, with the money that came back from
// a main finding since.
func (o offer) counted(f *Finding) claim.Money {
	own, counted := stated(o.offered.OwnAmount), stated(o.offered.Amount)
	return min(max(own, counted), counted+o.back(f))
}

// back is what of the finding's money came back from a main finding.
func (o offer) back(f *Finding) claim.Money { return max(f.Counted-stated(o.inForce.Amount), 0) }

// settled is what of the money is not at stake any more.
func (m Money) settled() claim.Money { return m.Counted - m.Stake }

// adopt makes the offered revision the one in force. What was decided of the money stays;
// the rest of what now counts is at stake.
func (f *Finding) adopt(o offer) {
	was, counted, back := *f, o.counted(f), o.back(f)
	f.take(o.offered, f.Region)
	f.Rev, f.Desk, f.Asked = f.Latest, was.Desk, was.Asked
	if back > 0 || was.MainFindingID != o.inForce.MainFindingID {
		f.MainFindingID = was.MainFindingID
	}
	own := f.Own
	f.Money = was.Money
	f.Own, f.Counted, f.Stake = own, counted, counted-was.settled()
}

// adopts says which moves take an offered revision over.
func adopts(move string) bool { return move == "adopt" || move == "adopt_again" }

// readOffers returns the offers of those findings that have one which nobody has set aside.
func readOffers(ctx context.Context, from db.Reader, findings []*Finding) (map[string]offer, error) {
	var ids []string
	for _, f := range findings {
		if f.Latest > f.Rev && f.Latest > f.Aside {
			ids = append(ids, revisionID(f.ID, f.Rev), revisionID(f.ID, f.Latest))
		}
	}
	said := map[string]*finding.Finding{}
	for part := range slices.Chunk(ids, rowsAtOnce) {
		var rows []Revision
		if err := from.NewSelect().Model(&rows).Where("id IN (?)", bun.List(part)).Where("standing <> ?", StandingGone).Scan(ctx); err != nil {
			return nil, err
		}
		for _, r := range rows {
			content := new(finding.Finding)
			if err := json.Unmarshal([]byte(r.Content), content); err != nil {
				return nil, fmt.Errorf("疑点 %s 第 %d 版无法读出：%w", r.FindingID, r.N, err)
			}
			said[r.ID] = content
		}
	}
	offers := map[string]offer{}
	for _, f := range findings {
		inForce, offered := said[revisionID(f.ID, f.Rev)], said[revisionID(f.ID, f.Latest)]
		if inForce != nil && offered != nil && f.Latest > f.Rev {
			offers[f.ID] = offer{inForce, offered}
		}
	}
	return offers, nil
}

// offerMoves are what is done with an offered revision. Before the institution was told,
// it simply takes the place of the other; afterwards only with a new notice and a new time
// to appeal.
func offerMoves() []move {
	offered := guard{
		Code: "review.offered", Article: "再次筛查不改变已办理的疑点，只提出新版", Sentence: "要有尚未采纳、尚未搁置的新版",
		Holds: func(a ask) bool { return a.Subject.offered },
	}
	covers := guard{
		Code: "review.settled", Article: hearing, Sentence: "新版的金额不得少于已认可、已撤销的金额；金额减少的，请办理部分维持或撤销",
		Holds: func(a ask) bool { return a.Subject.covers },
	}
	return []move{
		{
			Name: "adopt", Title: "采纳新版", Article: rules, From: []string{First}, Roles: names(access.FirstReviewer), Reason: true,
			Guards: []guard{offered, covers},
		},
		{
			Name: "adopt_again", Title: "采纳新版并重新告知", Article: rules, From: []string{Second}, To: Appeal, Roles: names(access.SecondReviewer), Reason: true,
			NotSame: procedure.NotSame{Moves: []string{"suspect", "verify_first"}, Article: apart}, Guards: []guard{offered, covers},
			Stops: []string{"second"}, Starts: []string{"appeal"}, Paper: "疑点告知书",
		},
		{
			Name: "set_aside", Title: "搁置新版", Article: rules, From: []string{First, Second, Final}, Reason: true,
			Roles: names(access.FirstReviewer, access.SecondReviewer, access.FinalReviewer), Guards: []guard{offered},
		},
	}
}
