package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Actor is who asks, with what holds at the instant of the asking. A door makes
// it of a session (Resume) or of a token (ResumeToken), anew for each request.
type Actor struct {
	ID           string
	Organisation string
	Session      string    // id of the session, "" with a token
	At           time.Time // the instant of the request
	Grants       []Grant   // that count at At
	SecondFactor bool      // given in this session
	MustChange   bool      // the password: until then only what is for everyone who is signed in
	Operations   []string  // that a token may ask for; nil with a session

	certificate string // last day of the certificate of enforcement
}

// Target is what an operation acts on. An organisation's region is known; Region
// is for what belongs to a region only. A holder stands where the organisation of
// the account does. The zero Target is the installation.
type Target struct {
	Region       Region
	Organisation string
	Holder       string // an account, instead of an organisation
	Doctor       string // whose order or line it is, by national doctor code
}

// Place is where a Target stands: what Authorize decides by.
type Place struct {
	region Region
	path   string // of the organisation, "" without one
	doctor string
	absent bool // the target names an organisation or an account that does not exist
}

// Locate finds where a target stands.
func (a *Access) Locate(ctx context.Context, from db.Reader, t Target) (Place, error) {
	if t.Holder != "" {
		h, err := readHolder(ctx, from, t.Holder)
		if err != nil || h == nil {
			return Place{absent: true}, err
		}
		t = Target{Organisation: h.Organisation}
	}
	at := Place{region: t.Region, doctor: t.Doctor}
	if t.Organisation == "" {
		return at, nil
	}
	o, err := readOrganisation(ctx, from, t.Organisation)
	if err != nil || o == nil {
		return Place{absent: true}, err
	}
	at.region, at.path = o.Region, o.Path
	return at, nil
}

// Authorize is Locate and Actor.Authorize.
func (a *Access) Authorize(ctx context.Context, from db.Reader, actor *Actor, op *Operation, target Target) error {
	at, err := a.Locate(ctx, from, target)
	if err != nil {
		return err
	}
	return actor.Authorize(op, at)
}

// Authorize says whether the actor may do the operation at a place: nil, or a
// *Problem. What no grant of the actor reaches is ErrNotFound, whatever the
// operation, so that nobody learns what exists elsewhere; where the actor has
// grants but not the role, it is ErrForbidden with the reason.
func (actor *Actor) Authorize(op *Operation, at Place) error {
	if actor == nil || op.open() {
		return actor.May(op)
	}
	reaches := func(g Grant) bool { return g.reaches(op.Scope, at) }
	if at.absent || !slices.ContainsFunc(actor.Grants, reaches) {
		return notFound()
	}
	if err := actor.May(op); err != nil {
		return err
	}
	if !slices.ContainsFunc(actor.grantsFor(op), reaches) {
		return refuse(ErrForbidden, "role_here", "您在这里不是%s，不能%s", titles(op.Roles), op.Title)
	}
	return nil
}

// May says whether the actor may do the operation anywhere: what is asked before
// a list, whose rows Reach then limits.
func (actor *Actor) May(op *Operation) error {
	switch {
	case Lookup(op.Name) != op:
		return refuse(ErrForbidden, "undeclared", "操作 %s 没有登记，不能执行", op.Name)
	case op.Scope == Public:
		return nil
	case actor == nil:
		return unauthenticated()
	case isService(actor.ID) && !slices.Contains(actor.Operations, op.Name):
		return refuse(ErrForbidden, "token_scope", "该令牌不含操作 %s，请申请包含它的令牌", op.Name)
	case op.Scope == SignedIn:
		return nil
	case actor.MustChange:
		return refuse(ErrForbidden, "password_change", "口令是他人设置的或已到期，请先修改口令")
	case len(actor.grantsFor(op)) == 0:
		return actor.missing(op)
	case op.Sensitive && !actor.SecondFactor && !isService(actor.ID):
		return refuse(ErrForbidden, "second_factor", "%s要先通过动态口令验证", op.Title)
	}
	return nil
}

// missing says which role the operation asks for, or that the certificate is why.
func (actor *Actor) missing(op *Operation) error {
	lapsed := slices.Contains(op.Roles, Officer) && slices.ContainsFunc(actor.Grants, func(g Grant) bool { return g.Role == Officer })
	switch {
	case lapsed && actor.certificate == "":
		return refuse(ErrForbidden, "certificate_missing", "没有登记执法证，不能%s", op.Title)
	case lapsed:
		return refuse(ErrForbidden, "certificate_expired", "执法证已于 %s 到期，不能%s，请换证后登记", actor.certificate, op.Title)
	}
	return refuse(ErrForbidden, "role", "%s需要的角色是%s", op.Title, titles(op.Roles))
}

// Columns name where a room keeps what a row belongs to; the region is a valid
// code in every row. Empty: the rows have none, and what needs it reaches nothing.
type Columns struct{ Region, Organisation, Doctor string }

// Reach is Authorize as a condition of a query: only rows that the actor may do the
// operation on are there, in the database, for reading, changing and deleting alike.
//
//	q.ApplyQueryBuilder(actor.Reach(op, access.Columns{Region: "admdvs", Organisation: "fixmedins_code"}))
func (actor *Actor) Reach(op *Operation, columns Columns) func(bun.QueryBuilder) bun.QueryBuilder {
	var either []string
	var args []any
	had := map[string]bool{} // two roles in one region are one condition: an index serves it
	if op.Scope != SignedIn && op.Scope != Public && actor.May(op) == nil {
		for _, g := range actor.grantsFor(op) {
			condition, more := g.condition(op.Scope, columns)
			if key := fmt.Sprint(condition, more); !had[key] {
				had[key] = true
				either, args = append(either, condition), append(args, more...)
			}
		}
	}
	if len(either) == 0 {
		either = []string{"1 = 0"}
	}
	return func(q bun.QueryBuilder) bun.QueryBuilder {
		return q.Where("(("+strings.Join(either, ") OR (")+"))", args...)
	}
}

// reaches says whether the grant's scope contains a place.
func (g Grant) reaches(scope Scope, at Place) bool {
	if scope == InRegion && !g.bounded() {
		return at.region.Within(g.Region)
	}
	return g.installation() || g.path != "" && strings.HasPrefix(at.path, g.path) && (g.Role != Doctor || at.doctor == g.Doctor)
}

// condition is reaches in SQL.
func (g Grant) condition(scope Scope, columns Columns) (string, []any) {
	if scope == InRegion && !g.bounded() {
		if columns.Region == "" && g.Region != "" {
			return "1 = 0", nil
		}
		return g.Region.condition(bun.Ident(columns.Region))
	}
	switch {
	case g.installation():
		return "1 = 1", nil
	case g.path == "" || columns.Organisation == "" || g.Role == Doctor && columns.Doctor == "":
		return "1 = 0", nil
	}
	condition := "? IN (SELECT code FROM organisation WHERE substr(path, 1, ?) = ?)"
	args := []any{bun.Ident(columns.Organisation), utf8.RuneCountInString(g.path), g.path}
	if g.Role == Doctor {
		condition, args = condition+" AND ? = ?", append(args, bun.Ident(columns.Doctor), g.Doctor)
	}
	return condition, args
}

// bounded says that the grant reaches an institution, never a region.
func (g Grant) bounded() bool { return g.kind == Institution || g.kind.Inside() }

// installation says that the grant is for the whole installation.
func (g Grant) installation() bool { return g.Organisation == "" && g.Region == "" }

// Near says whether a region lies where the actor has a grant, or contains that.
func (actor *Actor) Near(r Region) bool {
	return slices.ContainsFunc(actor.Grants, func(g Grant) bool { return r.Within(g.Region) || g.Region.Within(r) })
}

// RoleNames are the names of the roles that the actor has somewhere, one for each grant.
func (actor *Actor) RoleNames() []string {
	names := make([]string, len(actor.Grants))
	for i, g := range actor.Grants {
		names[i] = string(g.Role)
	}
	return names
}

// grantsFor are the actor's grants whose role the operation asks for, an
// enforcement officer's only with a certificate in force.
func (actor *Actor) grantsFor(op *Operation) []Grant {
	var all []Grant
	for _, g := range actor.Grants {
		if slices.Contains(op.Roles, g.Role) && (g.Role != Officer || inForce(actor.certificate, actor.At)) {
			all = append(all, g)
		}
	}
	return all
}

// ActorOf returns a holder as an actor without a session, for work that goes on
// after the request that asked for it: with what holds at the instant, not when it
// was asked. ErrUnauthenticated when there is none that is open.
func (a *Access) ActorOf(ctx context.Context, from db.Reader, holder string, at time.Time) (*Actor, error) {
	row, err := readHolder(ctx, from, holder)
	if err != nil {
		return nil, err
	}
	if row == nil || !row.Closed.IsZero() && !row.Closed.After(at) {
		return nil, unauthenticated()
	}
	return actorOf(ctx, from, row.ID, row.Organisation, stamp(at))
}

// actorOf gathers what a holder may at an instant.
func actorOf(ctx context.Context, from db.Reader, holder, organisation string, at time.Time) (*Actor, error) {
	grants, err := readActive(ctx, from, holder, at)
	if err != nil {
		return nil, err
	}
	actor := &Actor{ID: holder, Organisation: organisation, At: at, Grants: grants}
	if slices.ContainsFunc(grants, func(g Grant) bool { return g.Role == Officer }) {
		actor.certificate, err = readCertificateEnd(ctx, from, holder)
	}
	return actor, err
}

func titles(roles []Role) string {
	all := make([]string, len(roles))
	for i, r := range roles {
		all[i] = r.Title()
	}
	return strings.Join(all, "、")
}

func unauthenticated() error {
	return refuse(ErrUnauthenticated, "unauthenticated", "没有登录，或登录已失效，请重新登录")
}
