package practice

import (
	"context"
	"hash/fnv"

	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
)

// plan is what somebody is going to do, with all findings of which it is chosen.
type plan struct {
	turn  int // moves of one finding on one day come in this order
	who   string
	move  string
	share int // percent of what is at stake that the move concerns; 0: all of it
}

// handlingDays are how long a final review gives for the handling.
const handlingDays = 45

// reasons are what the people write.
var reasons = map[string]string{
	"dismiss": "经核对病历和费用清单，符合诊疗实际，予以排除", "suspect": "费用明细与知识点不符，请机构说明", "verify_first": "病历资料不全，转现场核实",
	"report_first": "已到机构核实病历和医嘱，结果附后", "appeal": "已附病历，患者确有相应指征，申请撤销", "uphold": "申诉理由不充分，维持初审意见",
	"overturn": "补充的病历能够证明符合限定条件，予以撤销", "refer": "双方对病历解读不一，提请合议", "verify_second": "申诉材料与系统记录不一致，转核实",
	"report_second": "已调取原始病历核对，结果附后", "petition": "对复审意见有异议，申请合议", "vote_for": "同意维持", "vote_against": "主张撤销",
	"panel_uphold": "合议组多数意见维持", "panel_overturn": "合议组多数意见撤销", "confirm": "事实清楚、依据充分，予以确认", "overrule": "证据不足，予以撤销",
	"admit": "主疑点已排除，本疑点金额成立", "agreement": "按协议约谈并限期整改",
}

// choose says what is done with a finding today; nothing while it waits. The same
// finding in the same step is always chosen for alike: a home made twice is the same.
func (w *World) choose(f *review.Finding) []plan {
	chance := draw(f.ID, f.State, byte(f.Steps))
	waits := int(w.today() - calendar.Time(f.Since).Day())
	late := func(least, spread int) bool { return waits < least+chance/100%spread }
	part := chance % 100
	desk := w.desks[f.FixmedinsCode]
	switch f.State {
	case review.First:
		if forgotten := draw(f.ID, "forgotten", 0)%8 == 0; forgotten && waits < 12 || late(1, 6) {
			return nil
		}
		return w.firstReview(f, part)
	case review.VerifyFirst:
		if !late(4, 8) {
			return []plan{{who: "jihe", move: "report_first"}}
		}
	case review.Appeal:
		if desk == nil || late(1, 4) || part >= 80 {
			return nil
		}
		if part < 45 {
			return []plan{{who: desk.Login, move: "accept"}}
		}
		return []plan{{who: desk.Login, move: "appeal"}}
	case review.Second:
		if !late(2, 7) {
			return secondReview(f, part)
		}
	case review.VerifySecond:
		if !late(4, 8) {
			return []plan{{who: "jihe", move: "report_second"}}
		}
	case review.Petition:
		if desk == nil || late(1, 3) || part >= 75 {
			return nil
		}
		if part < 40 {
			return []plan{{who: desk.Login, move: "petition"}}
		}
		return []plan{{who: desk.Login, move: "waive"}}
	case review.Panel:
		if !late(3, 8) {
			return panel(part)
		}
	case review.Final:
		if late(1, 5) {
			return nil
		}
		if part < 94 {
			return []plan{{who: "zhongshen", move: "confirm"}}
		}
		return []plan{{who: "zhongshen", move: "overrule"}}
	case review.Handling:
		if !late(3, 20) {
			return handling(f, part)
		}
	}
	return nil
}

func (w *World) firstReview(f *review.Finding, part int) []plan {
	who := []string{"chushen", "chushen2"}[part%2]
	if f.Region == "371802" {
		who = "quchushen"
	}
	switch {
	case f.GoneIn != "" || part < 10:
		return []plan{{who: who, move: "dismiss"}}
	case part < 16 && f.Steps == 0:
		return []plan{{who: who, move: "verify_first"}}
	}
	return []plan{{who: who, move: "suspect"}}
}

func secondReview(f *review.Finding, part int) []plan {
	switch {
	case part < 50:
		return []plan{{who: "fushen", move: "uphold"}}
	case part < 60 && f.Stake > claim.Yuan:
		return []plan{{who: "fushen", move: "uphold", share: 60}}
	case part < 90:
		return []plan{{who: "fushen", move: "overturn"}}
	case part < 95 && f.Steps < 5:
		return []plan{{who: "fushen", move: "verify_second"}}
	}
	return []plan{{who: "fushen", move: "refer"}}
}

// panel is a session: three votes, then what the majority says.
func panel(part int) []plan {
	votes, end := []string{"vote_for", "vote_for", "vote_against"}, "panel_uphold"
	if part < 35 {
		votes, end = []string{"vote_against", "vote_for", "vote_against"}, "panel_overturn"
	}
	return []plan{
		{turn: 1, who: "heyi1", move: votes[0]},
		{turn: 1, who: "heyi2", move: votes[1]},
		{turn: 1, who: "heyi3", move: votes[2]},
		{turn: 2, who: "heyi1", move: end},
	}
}

// handling collects the money and closes; money that came back from a main finding has to
// be confirmed first.
func handling(f *review.Finding, part int) (plans []plan) {
	if f.Stake > 0 {
		return []plan{{turn: 1, who: "zhongshen", move: "admit"}}
	}
	if part < 20 {
		plans = append(plans, plan{turn: 1, who: "jihe", move: "agreement"})
	}
	if f.Accepted > 0 && part%3 == 0 {
		plans = append(plans, plan{turn: 2, who: "jihe", move: "recover"})
	} else if f.Accepted > 0 {
		plans = append(plans, plan{turn: 2, who: "jihe", move: "deduct"})
	}
	return append(plans, plan{turn: 3, who: "jihe", move: "settle"})
}

// draw is a number from 0 to 9,999 that belongs to a finding in a step.
func draw(id, state string, step byte) int {
	h := fnv.New32a()
	_, _ = h.Write(append([]byte(id+state), step)) // never fails
	return int(h.Sum32() % 10_000)
}

// actor is somebody of the cast at the present time.
func (w *World) actor(ctx context.Context, login string) (*access.Actor, error) {
	return w.Access.ActorOf(ctx, w.DB, w.cast[login].id, w.now)
}
