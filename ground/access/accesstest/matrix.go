package accesstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

// regions are the relations that matter, seen from a county and from its city.
var regions = []access.Region{
	"330402", // the own county
	"330411", // a sibling county
	"330400", // the city above both
	"330499", // the city's own pool
	"330000", // the province
	"320402", // a county of another province
}

// below says, written out by hand, what lies within the two regions in which the
// matrix has its actors.
var below = map[access.Region][]access.Region{
	"330402": {"330402"},
	"330400": {"330402", "330411", "330400", "330499"},
}

// body is an organisation of the matrix, target one thing to act on.
type body struct {
	access.Organisation
	inside []string // itself and all inside it, by code
}

type target struct {
	access.Target
	at     access.Place
	id     int64
	region access.Region
}

// holder is an actor with one grant.
type holder struct {
	actor *access.Actor
	role  access.Role
	at    body
}

// Matrix walks every declared operation with every role, in a county and in its
// city, on things of the own county, a sibling, the city, its own pool, the province
// and another province, and inside and beside an institution. It fails where
// Authorize, or the rows that Reach leaves in a query, are not what declaration and
// region tree say; and where an operation that is served (by its name) declares nothing.
func Matrix(t *testing.T, d *db.DB, served []string) {
	t.Helper()
	for _, problem := range Undeclared(served) {
		t.Error(problem)
	}
	m := matrix{T: t, d: d, a: Open(t, d), at: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}
	m.build()
	checked := 0
	for _, op := range access.Operations() {
		for _, h := range m.holders {
			checked += m.walk(op, h)
		}
		m.strangers(op)
	}
	t.Logf("%d operations × %d actors × %d targets: %d answers", len(access.Operations()), len(m.holders), len(m.targets), checked)
}

// Undeclared says which of the names no operation is declared for.
func Undeclared(served []string) (problems []string) {
	for _, name := range served {
		if access.Lookup(name) == nil {
			problems = append(problems, fmt.Sprintf("operation %q is served and declares neither role nor scope", name))
		}
	}
	return problems
}

type matrix struct {
	*testing.T
	d       *db.DB
	a       *access.Access
	at      time.Time
	bodies  []body
	targets []target
	holders []holder
	grantor *access.Actor
}

var columns = access.Columns{Region: "m.region", Organisation: "m.organisation", Doctor: "m.doctor"}

func (m *matrix) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// build makes one organisation of each kind in every region, two doctors' rows in
// each and one row of the region alone, and an actor for each role in each
// organisation that can have it, in the county and in the city.
func (m *matrix) build() {
	m.Helper()
	ctx := context.Background()
	m.grantor = Grantor(m, m.d, m.a, m.at)
	for _, r := range regions {
		code := func(kind string) string { return kind + string(r) }
		m.bodies = append(m.bodies,
			body{access.Organisation{Code: code("X"), Kind: access.Administration, Region: r}, []string{code("X")}},
			body{access.Organisation{Code: code("J"), Kind: access.Agency, Region: r}, []string{code("J")}},
			body{access.Organisation{Code: code("P"), Kind: access.Partner, Region: r}, []string{code("P")}},
			body{access.Organisation{Code: code("H"), Kind: access.Institution, Region: r}, []string{code("H"), code("B"), code("K"), code("L")}},
			body{access.Organisation{Code: code("B"), Kind: access.Office, Parent: code("H"), Region: r}, []string{code("H"), code("B"), code("K"), code("L")}},
			body{access.Organisation{Code: code("K"), Kind: access.Department, Parent: code("H"), Region: r}, []string{code("K")}},
			body{access.Organisation{Code: code("L"), Kind: access.Department, Parent: code("H"), Region: r}, []string{code("L")}})
		m.targets = append(m.targets, target{Target: access.Target{Region: r}, region: r})
	}
	for _, b := range m.bodies {
		for _, doctor := range []string{"D1", "D2"} {
			m.targets = append(m.targets, target{Target: access.Target{Organisation: b.Code, Doctor: doctor}, region: b.Region})
		}
	}
	m.must(Write(m.d, m.at, func(tx *db.Tx) error {
		for _, b := range m.bodies {
			b.Name = "机构" + b.Code
			if err := m.a.AddOrganisation(ctx, tx, b.Organisation); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, "CREATE TABLE matrix_row (id BIGINT PRIMARY KEY, region TEXT NOT NULL, organisation TEXT NOT NULL, doctor TEXT NOT NULL)"); err != nil {
			return err
		}
		for i := range m.targets {
			t := &m.targets[i]
			t.id = int64(i + 1)
			if _, err := tx.ExecContext(ctx, "INSERT INTO matrix_row VALUES (?, ?, ?, ?)", t.id, t.region, t.Organisation, t.Doctor); err != nil {
				return err
			}
		}
		return m.addHolders(ctx, tx)
	}))
	for i := range m.targets {
		at, err := m.a.Locate(ctx, m.d, m.targets[i].Target)
		m.must(err)
		m.targets[i].at = at
	}
}

func (m *matrix) addHolders(ctx context.Context, tx *db.Tx) error {
	for _, b := range m.bodies {
		if below[b.Region] == nil {
			continue
		}
		for _, role := range access.Roles() {
			if !role.Fits(b.Kind) {
				continue
			}
			login := strings.ToLower(fmt.Sprintf("%s-%s", b.Code, role))
			id, err := m.a.AddPerson(ctx, tx, login, b.Code, access.Identity{Name: "某人"})
			if err != nil {
				return err
			}
			g := access.Grant{Holder: id, Role: role, Organisation: b.Code}
			if role == access.Doctor {
				g.Doctor = "D1"
			}
			if _, err := m.a.AddGrant(ctx, tx, m.grantor, g); err != nil {
				return err
			}
			if role == access.Officer {
				if err := m.a.SetCertificate(ctx, tx, access.Certificate{Holder: id, Number: "33010012345", ValidTo: "2030-12-31"}); err != nil {
					return err
				}
			}
			actor, err := m.a.ActorOf(ctx, tx, id, m.at)
			if err != nil {
				return err
			}
			actor.SecondFactor = true
			m.holders = append(m.holders, holder{actor, role, b})
		}
	}
	return nil
}

// walk compares the answers for one operation and actor on all targets, and
// returns how many.
func (m *matrix) walk(op *access.Operation, h holder) int {
	m.Helper()
	ctx := context.Background()
	var reached []int64
	for _, t := range m.targets {
		err := h.actor.Authorize(op, t.at)
		want := wanted(op, h, t)
		if !errors.Is(err, want) || want == nil && err != nil {
			m.Errorf("%s by %s of %s on %+v: %v, want %v", op.Name, h.role, h.at.Code, t.Target, err, want)
		}
		if err == nil && op.Scope != access.Public && op.Scope != access.SignedIn {
			reached = append(reached, t.id)
		}
	}
	var rows []int64
	m.must(m.d.NewSelect().TableExpr("matrix_row AS m").Column("m.id").ApplyQueryBuilder(h.actor.Reach(op, columns)).Order("m.id").Scan(ctx, &rows))
	if !slices.Equal(rows, reached) {
		m.Errorf("%s by %s of %s: a query reaches rows %v, Authorize allows %v", op.Name, h.role, h.at.Code, rows, reached)
	}
	if !op.Sensitive {
		return len(m.targets)
	}
	once := *h.actor
	once.SecondFactor = false
	if slices.Contains(op.Roles, h.role) && !errors.Is(once.May(op), access.ErrForbidden) {
		m.Errorf("%s by %s without second factor: allowed", op.Name, h.role)
	}
	return len(m.targets)
}

// wanted is the answer by hand: from the declaration and the lists above alone.
func wanted(op *access.Operation, h holder, t target) error {
	if op.Scope == access.Public || op.Scope == access.SignedIn {
		return nil
	}
	seen := slices.Contains(h.at.inside, t.Organisation) && (h.role != access.Doctor || t.Doctor == "D1")
	if authority := h.at.Parent == "" && h.at.Kind != access.Institution; authority && op.Scope == access.InRegion {
		seen = slices.Contains(below[h.at.Region], t.region)
	}
	switch {
	case !seen:
		return access.ErrNotFound
	case !slices.Contains(op.Roles, h.role):
		return access.ErrForbidden
	}
	return nil
}

// strangers checks who has no grant: nobody, and somebody without any.
func (m *matrix) strangers(op *access.Operation) {
	m.Helper()
	ctx := context.Background()
	at := access.Target{Organisation: "X330402"}
	if err := m.a.Authorize(ctx, m.d, nil, op, at); op.Scope != access.Public && !errors.Is(err, access.ErrUnauthenticated) {
		m.Errorf("%s by nobody: %v", op.Name, err)
	}
	bare := &access.Actor{ID: "RY999999", At: m.at, SecondFactor: true}
	open := op.Scope == access.Public || op.Scope == access.SignedIn
	if err := m.a.Authorize(ctx, m.d, bare, op, at); open != (err == nil) || !open && !errors.Is(err, access.ErrNotFound) {
		m.Errorf("%s by somebody without grants: %v", op.Name, err)
	}
}
