package rule

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/job"
	"yiheng/ground/procedure"
	"yiheng/ground/web"
)

// VersionLine is a version in a list.
type VersionLine struct {
	ID           string            `json:"id"`
	RuleID       string            `json:"rule_id"`
	Version      string            `json:"version"`
	Label        string            `json:"label" doc:"rule_version of its findings"`
	Name         string            `json:"name"`
	Region       string            `json:"region"`
	From         string            `json:"from"`
	To           string            `json:"to,omitempty" doc:"the last service day; nothing: open"`
	State        string            `json:"state" enum:"draft,review,trial,grey,force,retired,dropped"`
	StateTitle   string            `json:"state_title"`
	Document     string            `json:"document"`
	Reason       string            `json:"reason"`
	Author       string            `json:"author"`
	AuthorFace   access.Face       `json:"author_face" doc:"who the author is, as the reader may know it"`
	AuthoredAt   time.Time         `json:"authored_at"`
	Hash         string            `json:"hash"`
	Overrides    bool              `json:"overrides" doc:"a rule of the program; else a rule of its own"`
	Institutions []GreyInstitution `json:"institutions" doc:"of grey use"`
}

// VersionRecord is a version with all that is known of it.
type VersionRecord struct {
	VersionLine
	Definition string         `json:"definition" doc:"rule.yaml"`
	Cases      string         `json:"cases" doc:"cases.yaml"`
	Wrong      []string       `json:"wrong" doc:"what keeps the definition or its cases from passing"`
	Moves      []LifeMove     `json:"moves" doc:"that lead on from where it stands"`
	Steps      []VersionStep  `json:"steps" doc:"its history, the oldest first"`
	Tryouts    []TryoutRecord `json:"tryouts" doc:"the newest first"`
}

// LifeMove is a move that leads on, or why it does not.
type LifeMove struct {
	Move     string              `json:"move"`
	Title    string              `json:"title"`
	To       string              `json:"to"`
	Allowed  bool                `json:"allowed"`
	Refusals []procedure.Refusal `json:"refusals"`
}

// VersionStep is a step for people.
type VersionStep struct {
	N        int       `json:"n"`
	Move     string    `json:"move"`
	Title    string    `json:"title"`
	From     string    `json:"from,omitempty"`
	To       string    `json:"to"`
	Actor    string    `json:"actor"`
	Org      string    `json:"org"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason"`
	Document string    `json:"document,omitempty"`
	Hash     string    `json:"hash" doc:"of the content at that step"`

	By access.Face `json:"by" doc:"who made it, as the reader may know it"`
}

// TryoutRecord is a tryout with what it gave.
type TryoutRecord struct {
	ID         string           `json:"id"`
	Kind       string           `json:"kind" enum:"trial,gate"`
	Current    bool             `json:"current" doc:"it tried the content as it is now"`
	From       string           `json:"from,omitempty"`
	To         string           `json:"to,omitempty"`
	Job        string           `json:"job"`
	JobState   string           `json:"job_state"`
	Error      string           `json:"error,omitempty"`
	AskedBy    string           `json:"asked_by"`
	AskedFace  access.Face      `json:"asked_face" doc:"who asked for it, as the reader may know it"`
	AskedAt    time.Time        `json:"asked_at"`
	Done       bool             `json:"done"`
	Passed     bool             `json:"passed"`
	EndedAt    time.Time        `json:"ended_at,omitzero"`
	Comparison *TrialResult     `json:"comparison,omitempty" doc:"of a trial run"`
	Gate       *CleanCityResult `json:"gate,omitempty" doc:"of a run in a clean city"`
}

// VersionText is what a person writes of a version.
type VersionText struct {
	Region     string `json:"region" pattern:"^[0-9]{6}$"`
	From       string `json:"from" format:"date" doc:"the first service day"`
	To         string `json:"to,omitempty" doc:"the last service day; open, when left out"`
	Document   string `json:"document" minLength:"2" maxLength:"200"`
	Definition string `json:"definition" minLength:"1" maxLength:"200000" doc:"rule.yaml"`
	Cases      string `json:"cases" minLength:"1" maxLength:"200000" doc:"cases.yaml"`
	Reason     string `json:"reason" minLength:"2" maxLength:"500"`
}

type (
	draftInput struct{ Body VersionText }
	editInput  struct {
		web.ByID
		Body VersionText
	}
	moveInput struct {
		web.ByID
		Body struct {
			Reason       string   `json:"reason" minLength:"2" maxLength:"500"`
			Document     string   `json:"document,omitempty" maxLength:"200"`
			Institutions []string `json:"institutions,omitempty" maxItems:"1000" doc:"of grey use: codes"`
			LastDay      string   `json:"last_day,omitempty" doc:"the last service day of a version that is retired"`
		}
	}
	trialInput struct {
		web.ByID
		Body struct {
			From string `json:"from" format:"date" doc:"the first service day"`
			To   string `json:"to" format:"date" doc:"the last service day"`
		}
	}
)

const versionsPath = "/api/rule-versions"

// Routes serves the life of rules.
func (b *Book) Routes(d *web.Door) {
	web.ServeList(d, web.List[VersionLine, web.Query]{
		Path: versionsPath, ID: "rule-versions", Title: "规则版本", Op: Read,
		Columns: []web.Column[VersionLine]{
			web.By("id", "编号", func(l *VersionLine) string { return l.ID }),
			web.By("rule_id", "规则", func(l *VersionLine) string { return l.RuleID }),
			web.By("label", "版本", func(l *VersionLine) string { return l.Label }),
			web.By("name", "名称", func(l *VersionLine) string { return l.Name }),
			web.By("region", "区划", func(l *VersionLine) string { return l.Region }),
			web.By("state", "状态", func(l *VersionLine) string { return l.State }),
			web.By("from", "首个服务日", func(l *VersionLine) string { return l.From }),
			web.By("to", "最后服务日", func(l *VersionLine) string { return l.To }),
			web.By("document", "文件", func(l *VersionLine) string { return l.Document }),
			web.By("author", "起草人", func(l *VersionLine) string { return l.AuthorFace.String() }),
			web.By("authored_at", "起草时间", func(l *VersionLine) string { return web.Instant(l.AuthoredAt) }),
		},
		Read: b.lines,
	})
	web.Operate(d, Read, huma.Operation{OperationID: "rule-version", Method: http.MethodGet, Path: versionsPath + "/{id}", Summary: "一个规则版本"}, b.one)
	web.Operate(d, Write, huma.Operation{OperationID: "rule-version-draft", Method: http.MethodPost, Path: versionsPath, Summary: "起草规则版本", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, c *web.Call, in *draftInput) (*web.Body[VersionLine], error) {
			draft, err := in.Body.draft()
			if err != nil {
				return nil, err
			}
			return b.act(ctx, d, c, func(tx *db.Tx) (*Stored, web.Act, error) { return b.Draft(ctx, tx, c.Actor, draft) })
		})
	web.Operate(d, Write, huma.Operation{OperationID: "rule-version-edit", Method: http.MethodPut, Path: versionsPath + "/{id}", Summary: "修改规则版本草稿"},
		func(ctx context.Context, c *web.Call, in *editInput) (*web.Body[VersionLine], error) {
			draft, err := in.Body.draft()
			if err != nil {
				return nil, err
			}
			return b.act(ctx, d, c, func(tx *db.Tx) (*Stored, web.Act, error) { return b.Edit(ctx, tx, c.Actor, in.ID, draft) })
		})
	for _, m := range Life().Moves {
		if op := OperationOf(m.Name); m.Name != "draft" && m.Name != "edit" {
			b.moveRoute(d, op, m.Name, m.Title)
		}
	}
	b.tryoutRoutes(d)
}

func (b *Book) moveRoute(d *web.Door, op *access.Operation, name, title string) {
	route := huma.Operation{OperationID: "rule-version-" + name, Method: http.MethodPost, Path: versionsPath + "/{id}/" + name, Summary: "规则版本：" + title}
	web.Operate(d, op, route, func(ctx context.Context, c *web.Call, in *moveInput) (*web.Body[VersionLine], error) {
		last, err := day("last_day", in.Body.LastDay)
		if err != nil {
			return nil, err
		}
		m := Move{Name: name, Reason: web.OneLine(in.Body.Reason), Document: in.Body.Document, Institutions: in.Body.Institutions, LastDay: last}
		return b.act(ctx, d, c, func(tx *db.Tx) (*Stored, web.Act, error) { return b.Move(ctx, tx, c.Actor, in.ID, m) })
	})
}

func (b *Book) tryoutRoutes(d *web.Door) {
	start := func(ctx context.Context, c *web.Call, id, kind string, from, to calendar.Day) (*web.Body[TryoutRecord], error) {
		var t *Tryout
		_, err := d.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
			t, a, err = b.Start(ctx, tx, c.Actor, id, kind, from, to)
			return a, err
		})
		if err != nil {
			return nil, err
		}
		record, err := b.record(ctx, t, t.Hash)
		if err != nil {
			return nil, err
		}
		faces, err := b.access.Faces(ctx, b.db, c.Actor, record.AskedBy)
		record.AskedFace = faces[record.AskedBy].As(TryOut)
		return web.Answer(record), err
	}
	web.Operate(d, TryOut, huma.Operation{OperationID: "rule-version-trial", Method: http.MethodPost, Path: versionsPath + "/{id}/trials", Summary: "规则版本：在历史数据上试运行", DefaultStatus: http.StatusAccepted},
		func(ctx context.Context, c *web.Call, in *trialInput) (*web.Body[TryoutRecord], error) {
			from, err := day("from", in.Body.From)
			if err != nil {
				return nil, err
			}
			to, err := day("to", in.Body.To)
			if err != nil {
				return nil, err
			}
			return start(ctx, c, in.ID, TrialRun, from, to)
		})
	web.Operate(d, TryOut, huma.Operation{OperationID: "rule-version-gate", Method: http.MethodPost, Path: versionsPath + "/{id}/gates", Summary: "规则版本：在合规城市中运行", DefaultStatus: http.StatusAccepted},
		func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[TryoutRecord], error) {
			return start(ctx, c, in.ID, CleanCity, calendar.NoDay, calendar.NoDay)
		})
}

// act makes a write and answers with the version as it stands then.
func (b *Book) act(ctx context.Context, d *web.Door, c *web.Call, do func(tx *db.Tx) (*Stored, web.Act, error)) (*web.Body[VersionLine], error) {
	var s *Stored
	_, err := d.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		s, a, err = do(tx)
		return a, err
	})
	if err != nil {
		return nil, err
	}
	lines := []VersionLine{lineOf(s)}
	err = b.faceAuthors(ctx, c.Actor, lines)
	return web.Answer(lines[0]), err
}

func (t *VersionText) draft() (Draft, error) {
	from, err := day("from", t.From)
	if err != nil {
		return Draft{}, err
	}
	to, err := day("to", t.To)
	return Draft{t.Region, from, to, t.Document, t.Definition, t.Cases, web.OneLine(t.Reason)}, err
}

// day reads a day; "" is none.
func day(name, value string) (calendar.Day, error) {
	if value == "" {
		return calendar.NoDay, nil
	}
	d, err := calendar.ParseDay(value)
	if err != nil {
		return d, invalid("rule.days", "%s 应写成 2026-01-01", name)
	}
	return d, nil
}

func (b *Book) lines(ctx context.Context, c *web.Call, _ *web.Query) ([]VersionLine, error) {
	var rows []*Stored
	if err := b.db.NewSelect().Model(&rows).ApplyQueryBuilder(visible(c.Actor)).Order("id").Scan(ctx); err != nil {
		return nil, err
	}
	lines := make([]VersionLine, len(rows))
	for i, s := range rows {
		lines[i] = lineOf(s)
	}
	return lines, b.faceAuthors(ctx, c.Actor, lines)
}

func lineOf(s *Stored) VersionLine {
	l := VersionLine{
		ID: s.ID, RuleID: s.RuleID, Version: s.Version, Name: s.Name, Region: s.Region, From: s.From.String(), To: s.To.String(),
		State: s.State, Document: s.Document, Reason: s.Reason, Author: s.Author, AuthoredAt: s.AuthoredAt.UTC(), Hash: s.Hash,
		Institutions: append([]GreyInstitution{}, s.Grey()...),
	}
	v := s.Judging()
	l.Label = v.Label(&Definition{Rule: Rule{Version: s.Version}})
	_, l.Overrides = Get(s.RuleID)
	l.StateTitle = StateTitle(s.State)
	return l
}

// StateTitle is what people call a state.
func StateTitle(state string) string {
	for _, s := range lifeStates() {
		if s.Name == state {
			return s.Title
		}
	}
	return state
}

func (b *Book) one(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[VersionRecord], error) {
	s, err := read(ctx, b.db, in.ID, visible(c.Actor))
	if err != nil {
		return nil, err
	}
	one := VersionRecord{VersionLine: lineOf(s), Definition: s.Definition, Cases: s.Cases, Wrong: append([]string{}, b.Check(s)...), Moves: []LifeMove{}, Steps: []VersionStep{}, Tryouts: []TryoutRecord{}}
	_, options, err := b.engine.Available(ctx, b.db, s.ID, actorOf(c.Actor), calendar.Civil(c.At))
	if err != nil {
		return nil, refused(err)
	}
	for _, o := range options {
		one.Moves = append(one.Moves, LifeMove{o.Move, o.Title, o.To, o.Allowed, append([]procedure.Refusal{}, o.Refusals...)})
	}
	var steps []Step
	if err := b.db.NewSelect().Model(&steps).Where("version_id = ?", s.ID).Order("n").Scan(ctx); err != nil {
		return nil, err
	}
	for i := range steps {
		one.Steps = append(one.Steps, steps[i].line())
	}
	tried, err := Tryouts(ctx, b.db, s.ID)
	if err != nil {
		return nil, err
	}
	for i := range tried {
		record, err := b.record(ctx, &tried[i], s.Hash)
		if err != nil {
			return nil, err
		}
		one.Tryouts = append(one.Tryouts, record)
	}
	err = b.face(ctx, c.Actor, &one)
	return web.Answer(one), err
}

func (s *Step) line() VersionStep {
	l := VersionStep{N: s.N, Move: s.Move, From: s.From, To: s.To, Actor: s.Actor, Org: s.Org, At: s.Recorded.UTC(), Reason: s.Reason, Document: s.Document, Hash: s.Hash}
	for _, m := range lifeMoves() {
		if m.Name == s.Move {
			l.Title = m.Title
		}
	}
	return l
}

// record is a tryout with the state of its job; hash is that of the content now.
func (b *Book) record(ctx context.Context, t *Tryout, hash string) (TryoutRecord, error) {
	r := TryoutRecord{
		ID: t.ID, Kind: t.Kind, Current: t.Hash == hash, From: t.From.String(), To: t.To.String(), Job: t.Job,
		AskedBy: t.AskedBy, AskedAt: t.AskedAt.UTC(), Done: t.Done, Passed: t.Passed,
	}
	if !t.Done {
		if b.queue == nil {
			return r, nil
		}
		j, err := b.queue.Get(ctx, t.Job)
		if r.JobState = string(j.State); j.State == job.Failed {
			r.Error = "没有完成，可再次试运行；原因见任务 " + t.Job + "（yiheng jobs show）"
		}
		return r, err
	}
	r.JobState, r.EndedAt = "done", t.EndedAt.UTC()
	if t.Kind == TrialRun {
		if !t.Passed {
			r.Error = NoneJudged
		}
		r.Comparison = new(TrialResult)
		return r, json.Unmarshal([]byte(t.Result), r.Comparison)
	}
	r.Gate = new(CleanCityResult)
	return r, json.Unmarshal([]byte(t.Result), r.Gate)
}
