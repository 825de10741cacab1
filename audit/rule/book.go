package rule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/job"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
)

// Book keeps the stored versions of rules and leads them through their life. It is safe
// for concurrent use.
type Book struct {
	db     *db.DB
	access *access.Access
	engine *procedure.Engine[candidate]
	queue  *job.Queue
	world  World
}

// World is what the rooms above and beside give.
type World struct {
	// Try judges a case of a version and returns what differs: screening.RunVersion.
	Try func(*Version, *Case) []string
	// Institutions returns those of the codes that the home knows.
	Institutions func(ctx context.Context, codes []string) ([]GreyInstitution, error)
	// Days returns the first and the last day on which the home may have services, NoDay where
	// that is open.
	Days func(ctx context.Context) (first, last calendar.Day, err error)
}

// Open prepares the tables. law gives the values of law: procedure.BooksOf. Trial runs and
// runs in a clean city are jobs of queue, which may be nil for who starts none.
func Open(ctx context.Context, d *db.DB, a *access.Access, law procedure.LawReader, queue *job.Queue, world World) (*Book, error) {
	if err := Prepare(ctx, d); err != nil {
		return nil, err
	}
	b := &Book{db: d, access: a, queue: queue, world: world}
	var err error
	b.engine, err = procedure.New(ctx, d, Life(), law, func(ctx context.Context, from db.Reader, ids []string) (map[string]candidate, error) {
		values, err := law(ctx, from)
		if err != nil {
			return nil, err
		}
		return b.candidates(ctx, from, values.Values, ids)
	})
	return b, err
}

// The operations.
var (
	Read    = declare("rule.read", "查看规则版本", access.AgencyAuditor, access.SupervisorLeader, access.FirstReviewer, access.SecondReviewer, access.PanelMember, access.FinalReviewer, access.Officer)
	Write   = declare("rule.write", "起草规则版本", access.AgencyAuditor, access.SupervisorLeader)
	Approve = declare("rule.approve", "审核规则版本", access.FinalReviewer, access.SupervisorLeader)
	TryOut  = declare("rule.try", "试运行规则版本", access.AgencyAuditor, access.FinalReviewer, access.SupervisorLeader)
	Release = declare("rule.release", "启用和停用规则版本", access.SupervisorLeader)
)

func declare(name, title string, roles ...access.Role) *access.Operation {
	return access.Declare(access.Operation{Name: name, Title: title, Roles: roles, Scope: access.InRegion})
}

// OperationOf returns the operation that a move is, nil for none.
func OperationOf(move string) *access.Operation {
	switch move {
	case "draft", "edit", "submit", "discard":
		return Write
	case "approve", "return":
		return Approve
	case "rework", "grey", "force", "retire":
		return Release
	}
	return nil
}

// columns are where a version says what it belongs to.
var columns = access.Columns{Region: "rule_version.region"}

// visible limits a query to the versions that the actor may see: those of his regions, and
// those by which a wider region judges services in his.
func visible(actor *access.Actor) func(bun.QueryBuilder) bun.QueryBuilder {
	var wider []string
	for _, g := range actor.Grants {
		if slices.Contains(Read.Roles, g.Role) && g.Region.Valid() {
			wider = append(wider, string(g.Region[:2])+"0000", string(g.Region[:4])+"00")
		}
	}
	return func(q bun.QueryBuilder) bun.QueryBuilder {
		return q.WhereGroup(" AND ", func(q bun.QueryBuilder) bun.QueryBuilder {
			q = actor.Reach(Read, columns)(q)
			if len(wider) > 0 && actor.May(Read) == nil {
				q = q.WhereOr("rule_version.region IN (?) AND rule_version.state IN (?)",
					bun.List(wider), bun.List([]string{GreyUse, InForce, Retired}))
			}
			return q
		})
	}
}

// read returns a version within a condition; ErrNotFound when there is none.
func read(ctx context.Context, from db.Reader, id string, within func(bun.QueryBuilder) bun.QueryBuilder) (*Stored, error) {
	var found []*Stored
	if err := from.NewSelect().Model(&found).Where("rule_version.id = ?", id).ApplyQueryBuilder(within).Scan(ctx); err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &access.Problem{Kind: access.ErrNotFound, Code: "not_found", Text: "没有找到，或不在您的管辖范围内"}
	}
	return found[0], nil
}

// candidates reads what the guards judge by.
func (b *Book) candidates(ctx context.Context, from db.Reader, values *param.Table, ids []string) (map[string]candidate, error) {
	all := make(map[string]candidate, len(ids))
	var rows []*Stored
	if err := from.NewSelect().Model(&rows).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	for _, s := range rows {
		x, err := testedOf(ctx, from, s)
		if err != nil {
			return nil, err
		}
		c := candidate{Stored: s, failed: b.Check(s), tested: x, lastDay: s.To != calendar.NoDay}
		least, err := values.At("monitor.rule_precision_min", s.Region, calendar.Civil(b.db.Now()).Day())
		if err != nil && !errors.Is(err, param.ErrNone) {
			return nil, err
		}
		if err == nil {
			c.least = least.Value.Ratio()
		}
		all[s.ID] = c
	}
	return all, nil
}

// Check returns what is wrong with a version: its definition, its cases, or what differs
// in them; nil when nothing is.
func (b *Book) Check(s *Stored) []string { return CheckStored(s, b.world.Try) }

// CheckStored holds a stored version against this program: see Book.Check.
func CheckStored(s *Stored, try func(*Version, *Case) []string) (wrong []string) {
	def, err := ParseDefinition(s.Region, s.Definition)
	if err != nil {
		return []string{err.Error()}
	}
	cases, err := def.Cases(s.Cases)
	if err != nil {
		return []string{err.Error()}
	}
	for _, kind := range []string{"hit", "clean"} {
		if !def.Off && !slices.ContainsFunc(cases, func(c Case) bool { return c.Kind == kind }) {
			wrong = append(wrong, "cases.yaml：没有 kind 为 "+kind+" 的案例")
		}
	}
	if len(cases) == 0 && def.Off {
		wrong = append(wrong, "cases.yaml：至少要有一个案例，表明停用后不再命中")
	}
	v := s.Judging()
	for i := range cases {
		if diffs := try(&v, &cases[i]); len(diffs) > 0 {
			wrong = append(wrong, fmt.Sprintf("案例“%s”不符：%s", cases[i].Name, strings.Join(diffs, "；")))
		}
	}
	return wrong
}

// actorOf is the actor as the declared life knows it. The reach is in the queries.
func actorOf(a *access.Actor) procedure.Actor {
	return procedure.Actor{ID: a.ID, Roles: a.RoleNames()}
}

func invalid(code, format string, args ...any) error {
	return &access.Problem{Kind: access.ErrInvalid, Code: code, Text: fmt.Sprintf(format, args...)}
}
