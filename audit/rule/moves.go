package rule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/job"
	"yiheng/ground/procedure"
	"yiheng/ground/web"
)

// Draft is what a person writes of a version.
type Draft struct {
	Region     string       // six digits, a province's or a city's
	From, To   calendar.Day // service days; To NoDay: open
	Document   string
	Definition string // rule.yaml
	Cases      string // cases.yaml
	Reason     string
}

// Move is a step of a version's life with what it brings along.
type Move struct {
	Name         string
	Reason       string
	Document     string
	Institutions []string     // of grey use
	LastDay      calendar.Day // of a version that is retired; NoDay otherwise
}

// Draft stores a new version as a draft. ErrNotFound when its region lies out of reach.
func (b *Book) Draft(ctx context.Context, tx *db.Tx, actor *access.Actor, d Draft) (*Stored, web.Act, error) {
	if err := b.access.Authorize(ctx, tx, actor, Write, access.Target{Region: access.Region(d.Region)}); err != nil {
		return nil, web.Act{}, err
	}
	s := &Stored{Author: actor.ID, AuthoredAt: tx.Now, Institutions: "[]", State: Drafting}
	if err := b.write(ctx, tx, s, d); err != nil {
		return nil, web.Act{}, err
	}
	var err error
	if s.ID, err = nextID(ctx, tx, "rule_version", "GB"); err != nil {
		return nil, web.Act{}, err
	}
	if _, err := tx.NewInsert().Model(s).Exec(ctx); err != nil {
		return nil, web.Act{}, err
	}
	in := procedure.Input{Reason: d.Reason, Document: d.Document, Until: calendar.NoDay}
	result, err := b.engine.Start(ctx, tx, procedure.Seed{ID: s.ID, Region: s.Region}, "draft", actorOf(actor), calendar.Civil(tx.Now), in)
	if err != nil {
		return nil, web.Act{}, refused(err)
	}
	act, err := b.moved(ctx, tx, actor, s, result)
	return s, act, err
}

// Edit writes a draft anew. What was tried of it before no longer counts.
func (b *Book) Edit(ctx context.Context, tx *db.Tx, actor *access.Actor, id string, d Draft) (*Stored, web.Act, error) {
	s, err := read(ctx, tx, id, actor.Reach(Write, columns))
	if err != nil {
		return nil, web.Act{}, err
	}
	if d.Region != s.Region {
		return nil, web.Act{}, invalid("rule.region", "区划不能修改（现为 %s），请另行起草", s.Region)
	}
	was := s.RuleID
	if err := b.write(ctx, tx, s, d); err != nil {
		return nil, web.Act{}, err
	}
	if s.RuleID != was {
		return nil, web.Act{}, invalid("rule.id", "规则编号不能修改（现为 %s），请另行起草", was)
	}
	return b.make(ctx, tx, actor, s, Move{Name: "edit", Reason: d.Reason, Document: d.Document})
}

// write takes over what a person wrote, which must be readable.
func (b *Book) write(ctx context.Context, tx *db.Tx, s *Stored, d Draft) error {
	region := access.Region(d.Region)
	switch {
	case !region.Valid() || d.Region[4:] != "00" || d.Region[2:4] == "99" || d.Region == "000000":
		return invalid("rule.region", "区划“%s”应为省（xx0000）或市（xxxx00）：国家规则随程序发布，不能改动", d.Region)
	case d.From == calendar.NoDay:
		return invalid("rule.days", "要写明首个适用的服务日")
	case d.To != calendar.NoDay && d.To < d.From:
		return invalid("rule.days", "最后服务日 %s 早于首个服务日 %s", d.To, d.From)
	case strings.TrimSpace(d.Document) == "":
		return invalid("rule.document", "要写明依据的文件和文号")
	}
	def, err := ParseDefinition(d.Region, d.Definition)
	if err != nil {
		return invalid("rule.definition", "%v", err)
	}
	if _, err := def.Cases(d.Cases); err != nil {
		return invalid("rule.cases", "%v", err)
	}
	taken, err := tx.NewSelect().Model((*Stored)(nil)).Where("rule_id = ? AND region = ? AND version = ? AND id <> ? AND state <> ?",
		def.ID, d.Region, def.Version, s.ID, Dropped).Exists(ctx)
	if err != nil {
		return err
	}
	if taken {
		return invalid("rule.version", "%s 已有规则 %s 的版本 %s，请改用新的版本号", d.Region, def.ID, def.Version)
	}
	s.RuleID, s.Version, s.Name, s.Region, s.From, s.To = def.ID, def.Version, def.Name, d.Region, d.From, d.To
	s.Reason, s.Document, s.Definition, s.Cases = d.Reason, d.Document, d.Definition, d.Cases
	s.Hash = ContentHash(d.Region, d.Definition, d.Cases)
	return nil
}

// Move makes a move of a version where the actor may make it: an *access.Problem with the
// code of the guard and its article when the declared life does not allow it.
func (b *Book) Move(ctx context.Context, tx *db.Tx, actor *access.Actor, id string, m Move) (*Stored, web.Act, error) {
	op := OperationOf(m.Name)
	if op == nil || m.Name == "draft" || m.Name == "edit" {
		return nil, web.Act{}, invalid("rule.move", "没有“%s”这一步", m.Name)
	}
	s, err := read(ctx, tx, id, actor.Reach(op, columns))
	if err != nil {
		return nil, web.Act{}, err
	}
	switch m.Name {
	case "grey":
		if err := b.choose(ctx, s, m.Institutions); err != nil {
			return nil, web.Act{}, err
		}
	case "retire":
		if m.LastDay != calendar.NoDay && (s.To == calendar.NoDay || m.LastDay < s.To) {
			s.To = m.LastDay
		}
	case "rework":
		s.Institutions = "[]"
	}
	return b.make(ctx, tx, actor, s, m)
}

// choose names the institutions of grey use.
func (b *Book) choose(ctx context.Context, s *Stored, codes []string) error {
	slices.Sort(codes)
	codes = slices.Compact(codes)
	known, err := b.world.Institutions(ctx, codes)
	if err != nil {
		return err
	}
	for _, code := range codes {
		if !slices.ContainsFunc(known, func(in GreyInstitution) bool { return in.Code == code }) {
			return invalid("rule.institutions", "没有机构 %s：请写已接收数据中的定点医药机构代码", code)
		}
	}
	if known == nil {
		known = []GreyInstitution{}
	}
	text, err := json.Marshal(known)
	s.Institutions = string(text)
	return err
}

// make writes what the move brings along, so that the guards see it, and makes the move.
func (b *Book) make(ctx context.Context, tx *db.Tx, actor *access.Actor, s *Stored, m Move) (*Stored, web.Act, error) {
	s.AuthoredAt = s.AuthoredAt.UTC()
	if _, err := tx.NewUpdate().Model(s).WherePK().Exec(ctx); err != nil {
		return nil, web.Act{}, err
	}
	in := procedure.Input{Reason: m.Reason, Document: m.Document, Until: calendar.NoDay}
	result, err := b.engine.Move(ctx, tx, s.ID, m.Name, actorOf(actor), calendar.Civil(tx.Now), in)
	if err != nil {
		return nil, web.Act{}, refused(err)
	}
	act, err := b.moved(ctx, tx, actor, s, result)
	return s, act, err
}

// moved brings the version to where its life has brought it, and adds the step.
func (b *Book) moved(ctx context.Context, tx *db.Tx, actor *access.Actor, s *Stored, result procedure.Result) (web.Act, error) {
	e := result.Events[len(result.Events)-1]
	s.State, s.Since = e.To, int64(result.Instance.Since)
	step := s.step(Step{
		Move: e.Move, From: e.From, To: e.To, Actor: actor.ID, Org: actor.Organisation, At: int64(e.At), Recorded: tx.Now,
		Reason: e.Reason, Document: e.Document,
	})
	if _, err := tx.NewUpdate().Model(s).WherePK().Exec(ctx); err != nil {
		return web.Act{}, err
	}
	if _, err := tx.NewInsert().Model(step).Exec(ctx); err != nil {
		return web.Act{}, err
	}
	return web.Act{
		Name: "rule." + e.Move, Kind: VersionRow, ID: s.ID, Reason: e.Reason,
		Rows: map[string][]string{VersionRow: {s.ID}, StepRow: {step.ID}, procedure.RowKind(life): {s.ID}},
	}, nil
}

// refused is a denial as a problem: the code is the first guard's that stands against it.
func refused(err error) error {
	var d *procedure.Denial
	switch {
	case errors.As(err, &d):
		return &access.Problem{Kind: access.ErrConflict, Code: d.Refusals[0].Code, Text: d.Error()}
	case errors.Is(err, procedure.ErrNotFound):
		return &access.Problem{Kind: access.ErrNotFound, Code: "not_found", Text: "没有找到，或不在您的管辖范围内"}
	}
	return err
}

// Start queues a trial run of a version on the services of some days, or a run in a clean
// city. Either is for versions in trial or grey use.
func (b *Book) Start(ctx context.Context, tx *db.Tx, actor *access.Actor, id, kind string, from, to calendar.Day) (*Tryout, web.Act, error) {
	s, err := read(ctx, tx, id, actor.Reach(TryOut, columns))
	if err != nil {
		return nil, web.Act{}, err
	}
	switch {
	case s.State != Trial && s.State != GreyUse:
		return nil, web.Act{}, &access.Problem{Kind: access.ErrConflict, Code: "state", Text: "只有试运行、灰度中的规则版本才能试运行"}
	case kind == TrialRun && (from == calendar.NoDay || to < from):
		return nil, web.Act{}, invalid("rule.days", "要写明试运行的起止服务日，止日不早于起日")
	}
	if kind == TrialRun {
		if err := b.holds(ctx, from, to); err != nil {
			return nil, web.Act{}, err
		}
	}
	t := &Tryout{
		Kind: kind, VersionID: s.ID, Hash: s.Hash, Region: s.Region, From: from, To: to,
		AskedBy: actor.ID, AskedAt: tx.Now, EndedAt: tx.Now,
	}
	if t.ID, err = nextID(ctx, tx, "rule_tryout", "SY"); err != nil {
		return nil, web.Act{}, err
	}
	j, _, err := b.queue.AddIn(ctx, tx, job.Order{Kind: kind, Argument: TryoutJob{t.ID}, AskedBy: actor.ID, Region: s.Region})
	if err != nil {
		return nil, web.Act{}, err
	}
	t.Job = j.ID
	_, err = tx.NewInsert().Model(t).Exec(ctx)
	return t, web.Act{Name: "rule." + kind, Kind: VersionRow, ID: s.ID, Rows: map[string][]string{TryoutRow: {t.ID}}}, err
}

// holds refuses days that lie wholly before or after those of the home's services.
func (b *Book) holds(ctx context.Context, from, to calendar.Day) error {
	if b.world.Days == nil {
		return nil
	}
	first, last, err := b.world.Days(ctx)
	if err != nil {
		return err
	}
	if first != calendar.NoDay && to < first || last != calendar.NoDay && from > last {
		return invalid("rule.days", "平台中的数据在 %s 至 %s 之间，%s 至 %s 没有数据可试运行：请另选服务日", first, last, from, to)
	}
	return nil
}

// nextID counts the rows of a table up; writes come one after another.
func nextID(ctx context.Context, tx *db.Tx, table, prefix string) (string, error) {
	n, err := tx.NewSelect().Table(table).Count(ctx)
	return fmt.Sprintf("%s%06d", prefix, n+1), err
}
