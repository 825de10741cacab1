package review

import (
	"context"

	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/procedure"
	"yiheng/ground/web"
)

type decideInput struct {
	Body struct {
		Move       string                 `json:"move" maxLength:"40" doc:"of the chain, as suspect: moves of a finding name those that lead on"`
		FindingIDs []string               `json:"finding_ids" minItems:"1" maxItems:"10000"`
		Reason     string                 `json:"reason,omitempty" maxLength:"2000"`
		Document   string                 `json:"document,omitempty" maxLength:"100" doc:"number of the paper that orders it"`
		Amounts    map[string]claim.Money `json:"amounts,omitempty" doc:"by finding, in yuan: what is upheld, contested or deducted; without one all of it"`
		Files      []string               `json:"files,omitempty" maxItems:"50" doc:"ids of attachments of the finding; only with one finding"`
		Until      string                 `json:"until,omitempty" maxLength:"10" doc:"last day of the handling, which a final review sets"`
	}
}

// Result is what became of one finding.
type Result struct {
	FindingID  string              `json:"finding_id"`
	Done       bool                `json:"done"`
	State      string              `json:"state" doc:"where it stands now"`
	StateTitle string              `json:"state_title"`
	Outcome    string              `json:"outcome"`
	Due        calendar.Time       `json:"due"`
	Paper      string              `json:"paper,omitempty" doc:"that the move issues"`
	PaperID    string              `json:"paper_id,omitempty" doc:"its draft, one for the findings of an institution"`
	Title      string              `json:"title,omitempty" doc:"of the move that is denied"`
	Refusals   []procedure.Refusal `json:"refusals,omitempty" doc:"why nothing was done: code, article and sentence"`
	Money
}

// Results are what became of each finding, in the order of the request.
type Results struct {
	Items  []Result `json:"items"`
	Done   int      `json:"done"`
	Denied int      `json:"denied"`
}

// serveDecide makes a move with one finding or many. Those that the chain refuses say why;
// the others are done.
func (r *Review) serveDecide(ctx context.Context, c *web.Call, in *decideInput) (*web.Body[Results], error) {
	until, err := calendar.ParseDay(in.Body.Until)
	if err != nil {
		return nil, web.Invalid("until", "until 应为日期，如 2026-01-31")
	}
	act := Act{
		Move: in.Body.Move, IDs: in.Body.FindingIDs, Reason: in.Body.Reason, Document: in.Body.Document, Amounts: in.Body.Amounts,
		Files: in.Body.Files, Until: until,
	}
	var done []Done
	err = r.db.Write(ctx, func(tx *db.Tx) (err error) {
		done, err = r.Decide(ctx, tx, c.Actor, act)
		return err
	})
	if err != nil {
		return nil, err
	}
	results := Results{Items: make([]Result, len(done))}
	for k, x := range done {
		results.Items[k] = resultOf(x, calendar.Civil(c.At))
		if x.Denial == nil {
			results.Done++
		} else {
			results.Denied++
		}
	}
	return web.Answer(results), nil
}

func resultOf(x Done, at calendar.Time) Result {
	l := lineOf(x.Finding, at)
	result := Result{
		FindingID: x.ID, Done: x.Denial == nil, State: l.State, StateTitle: l.StateTitle, Outcome: l.Outcome, Due: l.Due, Paper: x.Paper, PaperID: x.PaperID, Money: l.Money,
	}
	if x.Denial != nil {
		result.Paper, result.Title, result.Refusals = "", x.Denial.Title, x.Denial.Refusals
	}
	return result
}

type passInput struct {
	Body struct {
		FindingIDs []string `json:"finding_ids" minItems:"1" maxItems:"10000"`
		Desk       string   `json:"desk" minLength:"1" maxLength:"40" doc:"code of the department; the institution's own takes it back"`
		DrCode     string   `json:"dr_code,omitempty" maxLength:"30" doc:"who is asked"`
		Reason     string   `json:"reason,omitempty" maxLength:"500" doc:"what is asked"`
	}
}

func (r *Review) servePass(ctx context.Context, c *web.Call, in *passInput) (*web.None, error) {
	e := Errand{IDs: in.Body.FindingIDs, Desk: in.Body.Desk, Doctor: in.Body.DrCode, Reason: in.Body.Reason}
	if e.Doctor != "" && r.sources.Employer != nil {
		var err error
		if e.employer, err = r.sources.Employer(ctx, e.Doctor); err != nil {
			return nil, err
		}
	}
	return nil, r.db.Write(ctx, func(tx *db.Tx) error { return r.Pass(ctx, tx, c.Actor, e) })
}

// Desks are where an institution may pass findings to.
type Desks struct {
	Items []access.Organisation `json:"items"`
}

func (r *Review) serveDesks(ctx context.Context, c *web.Call, _ *web.None) (*web.Body[Desks], error) {
	all, err := r.access.Organisations(ctx, r.db, c.Actor, Pass)
	desks := Desks{Items: []access.Organisation{}}
	for _, o := range all {
		if o.Closed.IsZero() {
			desks.Items = append(desks.Items, o)
		}
	}
	return web.Answer(desks), err
}

type commentInput struct {
	web.ByID
	Body struct {
		Reason string   `json:"reason" minLength:"1" maxLength:"2000"`
		Files  []string `json:"files,omitempty" maxItems:"50" doc:"ids of attachments of the finding"`
	}
}

func (r *Review) serveComment(ctx context.Context, c *web.Call, in *commentInput) (*web.None, error) {
	m := Remark{ID: in.ID, Reason: in.Body.Reason, Files: in.Body.Files}
	return nil, r.db.Write(ctx, func(tx *db.Tx) error { return r.Comment(ctx, tx, c.Actor, m) })
}
