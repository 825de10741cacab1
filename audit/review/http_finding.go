package review

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/procedure"
	"yiheng/ground/web"
)

// Detail is a finding with all that its page shows. An institution's people get it without
// what belongs to other institutions and without the steps before it was sent.
type Detail struct {
	Finding   Line             `json:"finding"`
	Content   *finding.Finding `json:"content" doc:"what the screening says: the revision in force"`
	Offered   *Version         `json:"offered,omitempty" doc:"what a later screening says and nobody has answered"`
	Revisions []Version        `json:"revisions" doc:"oldest first"`
	Steps     []Entry          `json:"steps" doc:"oldest first"`
	Moves     []Option         `json:"moves" doc:"that lead on from here: allowed, or why not"`
	Clocks    []Clock          `json:"clocks" doc:"that run or are suspended"`
	Files     []*File          `json:"files"`
}

// Version is what one screening said of a finding.
type Version struct {
	N        int              `json:"n"`
	Batch    string           `json:"batch"`
	Standing string           `json:"standing" doc:"in_force: the finding was made or remade by it; offered: it says what is new of a decided one; gone: not found any more"`
	At       time.Time        `json:"at"`
	Changes  []Change         `json:"changes" doc:"against the revision before"`
	Content  *finding.Finding `json:"content,omitempty" doc:"only of the one that is offered"`
}

// Entry is a step with its titles.
type Entry struct {
	Step
	At        calendar.Time `json:"at"`
	MoveTitle string        `json:"move_title"`
	FromTitle string        `json:"from_title"`
	ToTitle   string        `json:"to_title"`
	Files     []string      `json:"files" doc:"ids of attachments"`
	By        access.Face   `json:"by" doc:"who made the step, as the reader may know it"`
}

// Option is a move that leads on from where the finding stands.
type Option struct {
	Move        string              `json:"move"`
	Title       string              `json:"title"`
	To          string              `json:"to"`
	ToTitle     string              `json:"to_title"`
	Paper       string              `json:"paper,omitempty" doc:"that it issues"`
	NeedsReason bool                `json:"needs_reason"`
	NeedsUntil  bool                `json:"needs_until" doc:"a last day must be given"`
	Most        *claim.Money        `json:"most,omitempty" doc:"of a move that may concern a part of the money: the whole of it"`
	Mine        bool                `json:"mine" doc:"the actor has the role for it"`
	Allowed     bool                `json:"allowed"`
	Refusals    []procedure.Refusal `json:"refusals"`
}

// Clock is a running period of law.
type Clock struct {
	Clock     string        `json:"clock"`
	Title     string        `json:"title"`
	Article   string        `json:"article"`
	Started   calendar.Time `json:"started"`
	Due       calendar.Time `json:"due" doc:"the last moment in time; empty while suspended, or while the table of holidays of the year missing is not there"`
	Suspended bool          `json:"suspended"`
	Missing   int           `json:"missing,omitempty" doc:"year whose table of holidays is not there"`
	Overdue   bool          `json:"overdue"`
	DaysLeft  *int          `json:"working_days_left,omitempty" doc:"working days after today up to the end; left out where it is not known, or late"`
	Basis     string        `json:"basis" doc:"where its length comes from, with the caution of what is not confirmed"`
}

// open reads a finding for its page. What it shows is somebody's treatment: reading it is
// an act.
func (r *Review) open(ctx context.Context, d *web.Door, c *web.Call, id string) (detail Detail, err error) {
	if detail, err = r.detail(ctx, r.db, c.Actor, id, calendar.Civil(c.At)); err != nil {
		return detail, err
	}
	err = d.Note(ctx, c, web.Act{Name: "review.open", Kind: findingKind, ID: id})
	return detail, err
}

func (r *Review) detail(ctx context.Context, from db.Reader, actor *access.Actor, id string, at calendar.Time) (detail Detail, err error) {
	record, err := r.Record(ctx, from, actor, id)
	if err != nil {
		return detail, err
	}
	instance, options, err := r.available(ctx, from, actor, id, at)
	if err != nil {
		return detail, err
	}
	detail = Detail{
		Finding: lineOf(record.Finding, at), Content: record.Content, Steps: entriesOf(record.Steps),
		Moves: optionsOf(record.Finding, actor, options), Clocks: clocksOf(instance, at), Files: record.Files,
	}
	if err := r.countDays(ctx, from, detail.Clocks, at); err != nil {
		return detail, err
	}
	if err := r.face(ctx, from, actor, detail.Steps); err != nil {
		return detail, err
	}
	if detail.Files == nil {
		detail.Files = []*File{}
	}
	detail.Revisions, detail.Offered, err = versionsOf(record)
	return detail, err
}

// versionsOf are the revisions, and the one that waits for an answer.
func versionsOf(record *Record) (all []Version, offered *Version, err error) {
	f := record.Finding
	all = []Version{}
	for _, v := range record.Revisions {
		version := Version{N: v.N, Batch: v.Batch, Standing: v.Standing, At: v.At.UTC(), Changes: []Change{}}
		if err := json.Unmarshal([]byte(v.Changes), &version.Changes); err != nil {
			return nil, nil, err
		}
		all = append(all, version)
		if v.N == f.Latest && v.Standing == StandingOffered && v.N > max(f.Rev, f.Aside) && v.Content != "" {
			version.Content = new(finding.Finding)
			if err := json.Unmarshal([]byte(v.Content), version.Content); err != nil {
				return nil, nil, err
			}
			offered = &version
		}
	}
	return all, offered, nil
}

// stepTitles are the titles of what steps are.
var stepTitles = func() map[string]string {
	titles := map[string]string{
		"pass": "转交", "comment": "说明情况", "returned": "返还共享金额", string(procedure.Escalated): "期限届满，提请督办", string(procedure.Stuck): "期限届满，未能办理",
	}
	for _, m := range Chain().Moves {
		titles[m.Name] = m.Title
	}
	return titles
}()

func entriesOf(steps []*Step) []Entry {
	all := make([]Entry, len(steps))
	for k, s := range steps {
		all[k] = Entry{
			Step: *s, At: calendar.Time(s.At), MoveTitle: stepTitles[s.Move], FromTitle: stateTitles[s.From], ToTitle: stateTitles[s.To],
			Files: append([]string{}, s.FileIDs()...),
		}
	}
	return all
}

// face says who made the steps, in the role that the move asks for.
func (r *Review) face(ctx context.Context, from db.Reader, actor *access.Actor, steps []Entry) error {
	ids := make([]string, len(steps))
	for k := range steps {
		ids[k] = steps[k].Actor
	}
	faces, err := r.access.Faces(ctx, from, actor, ids...)
	for k := range steps {
		s := &steps[k]
		s.By = faces[s.Actor].As(OperationOf(s.Move))
		if s.Actor == procedure.System.ID && s.Move != "returned" {
			s.By.Role = access.SystemFace + "（期限届满）"
		}
	}
	return err
}

func optionsOf(f *Finding, actor *access.Actor, options []procedure.Option) []Option {
	all := make([]Option, len(options))
	for k, o := range options {
		all[k] = Option{
			Move: o.Move, Title: o.Title, To: o.To, ToTitle: stateTitles[o.To], Paper: o.Paper, NeedsReason: o.NeedsReason, NeedsUntil: o.NeedsUntil,
			Mine: actor.May(OperationOf(o.Move)) == nil, Allowed: o.Allowed, Refusals: append([]procedure.Refusal{}, o.Refusals...),
		}
		if slices.Contains(parts, o.Move) {
			most := f.Stake
			if o.Move == "deduct" || o.Move == "recover" {
				most = f.Accepted
			}
			all[k].Most = &most
		}
	}
	return all
}

func clocksOf(i procedure.Instance, at calendar.Time) []Clock {
	all := []Clock{}
	for _, run := range i.Clocks {
		if !run.Runs() {
			continue
		}
		clock := Clock{
			Clock: run.Clock, Started: run.Deadline.Start, Due: run.Due, Suspended: run.Deadline.Paused(), Missing: run.Missing,
			Overdue: run.Due != calendar.NoTime && run.Due < at, Basis: run.Basis,
		}
		for _, k := range chainClocks() {
			if k.Name == run.Clock {
				clock.Title, clock.Article = k.Title, k.Article
			}
		}
		all = append(all, clock)
	}
	return all
}
