package screening

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/audit/expression"
	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

// The operations of the editor of custom checks. Trying one on persons of the lake reads
// their records: that is an act.
var (
	WriteExpression = access.Declare(access.Operation{Name: "expression.write", Title: "编写自定义检查", Scope: access.InRegion, Roles: []access.Role{
		access.AgencyAuditor, access.SupervisorLeader, access.FirstReviewer, access.SecondReviewer, access.FinalReviewer, access.Officer,
	}})
	TryExpression = access.Declare(access.Operation{Name: "expression.try", Title: "在参保人的明细上试算自定义检查", Scope: access.InRegion, Sensitive: true, Roles: []access.Role{
		access.AgencyAuditor, access.SupervisorLeader,
	}})
)

// expressionRule is the rule whose points are expressions.
const expressionRule = "YH0006"

// Editor serves what the editor of custom checks asks: is it right, what does it find.
type Editor struct {
	Lake *lake.Lake
	Home string
}

// ExpressionText is a check as it is being written.
type ExpressionText struct {
	Hits     string   `json:"hits" minLength:"1" maxLength:"20000"`
	Over     string   `json:"over,omitempty" enum:"visit,person" doc:"visit, when left out"`
	Triggers []string `json:"triggers,omitempty" maxItems:"500" doc:"codes, or beginnings of codes, of which a visit must have one"`
}

// ExpressionCheck says whether a check is right, and what it costs.
type ExpressionCheck struct {
	Right    bool                `json:"right"`
	Problems []ExpressionProblem `json:"problems" nullable:"false"`
	Estimate uint64              `json:"estimate,omitempty" doc:"steps that it takes at most on a large visit or history"`
	Limit    uint64              `json:"limit"`
}

// ExpressionProblem is one thing that is wrong, and where.
type ExpressionProblem struct {
	Line   int    `json:"line" doc:"from 1"`
	Column int    `json:"column" doc:"in characters, from 1"`
	Text   string `json:"text"`
	Caret  string `json:"caret" doc:"the line with a caret under the place"`
}

// ExpressionWords are all that an expression can ask and do.
type ExpressionWords struct {
	Variables []string             `json:"variables" doc:"of a check over visits"`
	OfPerson  []string             `json:"variables_person" doc:"of a check over a person"`
	Kinds     []ExpressionKind     `json:"kinds"`
	Functions []ExpressionFunction `json:"functions"`
}

// ExpressionKind is a type of facts with its fields.
type ExpressionKind struct {
	Name   string            `json:"name"`
	Fields []ExpressionField `json:"fields"`
}

// ExpressionField is one thing that can be asked of a fact.
type ExpressionField struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Means   string `json:"means"`
	Missing string `json:"missing,omitempty" doc:"why a check is left undone where it is not known"`
}

// ExpressionFunction is something that an expression can do.
type ExpressionFunction struct {
	Group string `json:"group"`
	Use   string `json:"use"`
	Means string `json:"means"`
}

// ExpressionTried is what a check found in one history.
type ExpressionTried struct {
	PsnNo     string             `json:"psn_no"`
	Findings  []*finding.Finding `json:"findings" nullable:"false"`
	Unchecked []Undone           `json:"unchecked" nullable:"false"`
	Steps     uint64             `json:"steps" doc:"that one evaluation took at most"`
}

// Undone is a check that could not be made, and how often.
type Undone struct {
	Reason string `json:"reason"`
	Times  int    `json:"times"`
}

type expressionTrials struct {
	Items   []ExpressionTried `json:"items" nullable:"false"`
	Unknown []string          `json:"unknown" nullable:"false" doc:"persons and visits that are not there, or out of reach"`
}

type expressionInput struct{ Body ExpressionText }

type sampleInput struct {
	Body struct {
		ExpressionText
		Histories []json.RawMessage `json:"histories" minItems:"1" maxItems:"20" doc:"each a person's records, as a case of the rule library has them under history"`
	}
}

type personsInput struct {
	Body struct {
		ExpressionText
		PsnNos []string `json:"psn_nos,omitempty" maxItems:"20"`
		Mdtrts []string `json:"mdtrt_ids,omitempty" maxItems:"20"`
		From   string   `json:"from,omitempty" format:"date"`
		To     string   `json:"to,omitempty" format:"date"`
		Reason string   `json:"reason" minLength:"2" maxLength:"200"`
	}
}

// Routes serves the editor.
func (e *Editor) Routes(d *web.Door) {
	web.Operate(d, WriteExpression, huma.Operation{OperationID: "expression-words", Method: http.MethodGet, Path: "/api/expressions/words", Summary: "自定义检查可用的字段和函数"},
		func(context.Context, *web.Call, *web.None) (*web.Body[ExpressionWords], error) {
			return web.Answer(words()), nil
		})
	web.Operate(d, WriteExpression, huma.Operation{OperationID: "expression-check", Method: http.MethodPost, Path: "/api/expressions/check", Summary: "校验自定义检查的写法"},
		func(_ context.Context, _ *web.Call, in *expressionInput) (*web.Body[ExpressionCheck], error) {
			return web.Answer(checkText(&in.Body)), nil
		})
	web.Operate(d, WriteExpression, huma.Operation{OperationID: "expression-sample", Method: http.MethodPost, Path: "/api/expressions/samples", Summary: "在所给的样例上试算自定义检查", MaxBodyBytes: web.MostTable}, e.samples)
	web.Operate(d, TryExpression, huma.Operation{OperationID: "expression-try", Method: http.MethodPost, Path: "/api/expressions/trials", Summary: "在参保人的明细上试算自定义检查"},
		func(ctx context.Context, c *web.Call, in *personsInput) (*web.Body[expressionTrials], error) {
			return e.persons(ctx, d, c, in)
		})
}

func words() ExpressionWords {
	w := ExpressionWords{Variables: expression.Variables(expression.OverVisit), OfPerson: expression.Variables(expression.OverPerson)}
	for _, k := range expression.Kinds {
		kind := ExpressionKind{Name: k.Name}
		for _, f := range k.Fields {
			kind.Fields = append(kind.Fields, ExpressionField{f.Name, f.Type(), f.Means, f.Missing})
		}
		w.Kinds = append(w.Kinds, kind)
	}
	for _, f := range expression.Functions {
		w.Functions = append(w.Functions, ExpressionFunction(f))
	}
	return w
}

// checkText compiles a check.
func checkText(t *ExpressionText) ExpressionCheck {
	out := ExpressionCheck{Problems: []ExpressionProblem{}, Limit: expression.EstimateLimit}
	program, err := expression.Compile(t.Hits, t.Over)
	if err == nil {
		out.Right, out.Estimate = true, program.Estimate
		return out
	}
	var wrong expression.Problems
	if !errors.As(err, &wrong) {
		wrong = expression.Problems{{Source: t.Hits, Line: 1, Text: err.Error()}}
	}
	for _, p := range wrong {
		out.Problems = append(out.Problems, ExpressionProblem{p.Line, p.Column + 1, p.Text, p.String()})
	}
	return out
}

// parts are the rule and the one point that a trial judges by; the error says what is
// wrong with the check.
func (t *ExpressionText) parts() (Parts, error) {
	if c := checkText(t); !c.Right {
		p := web.Invalid("expression", "表达式有误，请先按所列更正")
		for _, x := range c.Problems {
			p.Errors = append(p.Errors, web.Fault{Location: "body.hits", Message: x.Caret})
		}
		return Parts{}, p
	}
	checks, _ := rule.Get(expressionRule)
	return Parts{Rules: []*rule.Rule{checks}, Points: []knowledge.Point{{
		ID: "试算", RuleID: expressionRule, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay,
		Params: &knowledge.Params{Hits: t.Hits, Over: t.Over, Name: "试算", Triggers: t.Triggers},
	}}}, nil
}

// samples tries a check on histories that come along.
func (e *Editor) samples(_ context.Context, _ *web.Call, in *sampleInput) (*web.Body[expressionTrials], error) {
	parts, err := in.Body.parts()
	if err != nil {
		return nil, err
	}
	lib := NewLibrary(parts)
	out := expressionTrials{Items: []ExpressionTried{}, Unknown: []string{}}
	for _, text := range in.Body.Histories {
		var h claim.History
		if err := json.Unmarshal(text, &h); err != nil {
			return nil, web.Invalid("history", "样例读不出，格式应同规则案例的 history")
		}
		out.Items = append(out.Items, tried(&h, Judge(&h, lib, Options{From: calendar.NoDay, To: calendar.NoDay}), func(string) bool { return true }))
	}
	return web.Answer(out), nil
}

// tried is what was found in the visits that are open to who asked.
func tried(h *claim.History, o *Outcome, open func(mdtrt string) bool) ExpressionTried {
	t := ExpressionTried{PsnNo: h.PsnNo, Findings: []*finding.Finding{}, Unchecked: []Undone{}, Steps: o.Steps}
	for _, f := range o.Findings {
		if open(f.MdtrtID) {
			t.Findings = append(t.Findings, f)
		}
	}
	for u, n := range o.Unchecked {
		t.Unchecked = append(t.Unchecked, Undone{u.Reason, int(n)})
	}
	return t
}

// persons tries a check on persons of the lake who were treated within reach.
func (e *Editor) persons(ctx context.Context, d *web.Door, c *web.Call, in *personsInput) (*web.Body[expressionTrials], error) {
	parts, err := in.Body.parts()
	if err != nil {
		return nil, err
	}
	if len(in.Body.PsnNos)+len(in.Body.Mdtrts) == 0 {
		return nil, web.Invalid("persons", "请写明人员编号或就诊编号")
	}
	t := Trial{Parts: parts, PsnNos: in.Body.PsnNos, Mdtrts: in.Body.Mdtrts, Options: Options{From: calendar.NoDay, To: calendar.NoDay}}
	for text, day := range map[*string]*calendar.Day{&in.Body.From: &t.From, &in.Body.To: &t.To} {
		if *text != "" {
			if *day, err = calendar.ParseDay(*text); err != nil {
				return nil, web.Invalid("day", "日期应写成 2026-01-01")
			}
		}
	}
	out := expressionTrials{Items: []ExpressionTried{}, Unknown: []string{}}
	missing, err := t.Run(ctx, e.Lake, e.Home, func(r Trialled) error {
		near := map[string]bool{}
		for i := range r.History.Encounters {
			v := &r.History.Encounters[i]
			if c.Authorize(TryExpression, access.PlaceOf(access.Region(v.FixBlngAdmdvs))) == nil {
				near[v.MdtrtID] = true
			}
		}
		if len(near) == 0 {
			out.Unknown = append(out.Unknown, askedOf(r.History, &t)...)
			return nil
		}
		out.Items = append(out.Items, tried(r.History, r.Outcome, func(id string) bool { return near[id] }))
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Unknown = append(out.Unknown, missing...)
	err = d.Note(ctx, c, web.Act{Name: TryExpression.Name, Kind: "trial", ID: expressionRule, Reason: in.Body.Reason + "：" + strings.Join(append(in.Body.PsnNos, in.Body.Mdtrts...), "、")})
	return web.Answer(out), err
}

// askedOf is what was asked of a person, as it was asked.
func askedOf(h *claim.History, t *Trial) (asked []string) {
	if slices.Contains(t.PsnNos, h.PsnNo) {
		asked = append(asked, h.PsnNo)
	}
	for i := range h.Encounters {
		if id := h.Encounters[i].MdtrtID; slices.Contains(t.Mdtrts, id) {
			asked = append(asked, id)
		}
	}
	return asked
}
