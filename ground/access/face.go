package access

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Face is who did something, as a reader may know it. A person's name is there, masked as
// lists show it, for people of the same organisation and for those who may read its people;
// everybody else learns the organisation and the role.
type Face struct {
	Name         string `json:"name,omitempty" doc:"masked; only for colleagues and for who may read the people there"`
	Role         string `json:"role,omitempty" doc:"what the person is there; 系统: the program itself; 本机操作员: somebody at the machine"`
	Organisation string `json:"organisation,omitempty"`

	roles []Role // that the person ever had, the oldest first
}

// What stands for a name where no person with an account acted.
const (
	SystemFace   = "系统"
	OperatorFace = "本机操作员"
)

// namesOf are the operations by which somebody may read the people of an organisation.
var namesOf = []*Operation{ReadRights, KeepDirectory, OwnStaff}

// Faces returns who accounts are, by id, as the actor may know them: two queries, however
// many there are. An id without an account is the program or somebody at the machine.
func (a *Access) Faces(ctx context.Context, from db.Reader, actor *Actor, ids ...string) (map[string]Face, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	faces := make(map[string]Face, len(ids))
	for _, id := range ids {
		faces[id] = Face{Role: OperatorFace}
	}
	faces["system"] = Face{Role: SystemFace}
	delete(faces, "")
	if len(ids) == 0 {
		return faces, nil
	}
	var rows []struct {
		ID, Organisation, Body, Path string
		Region                       Region
		Sealed                       []byte
	}
	err := from.NewSelect().Model((*holderRow)(nil)).Column("holder.id", "holder.organisation", "holder.sealed").
		ColumnExpr("coalesce(o.name, '') AS body, coalesce(o.region, '') AS region, coalesce(o.path, '') AS path").
		Join("LEFT JOIN organisation AS o ON o.code = holder.organisation").Where("holder.id IN (?)", bun.List(ids)).Scan(ctx, &rows)
	if err != nil || len(rows) == 0 {
		return faces, err
	}
	held, err := rolesOf(ctx, from, actor, ids)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		f := Face{Organisation: row.Body, roles: held[row.ID].ever, Role: titles(held[row.ID].now)}
		if actor.knows(row.Organisation, Place{region: row.Region, path: row.Path}) {
			i, err := a.identity(holderRow{ID: row.ID, Sealed: row.Sealed})
			if err != nil {
				return nil, err
			}
			f.Name = i.Masked().Name
		}
		faces[row.ID] = f
	}
	return faces, nil
}

// knows says whether the actor may read the names of people of an organisation.
func (actor *Actor) knows(organisation string, at Place) bool {
	return organisation == actor.Organisation || slices.ContainsFunc(namesOf, func(op *Operation) bool { return actor.Authorize(op, at) == nil })
}

// held are the roles of a person: those in force, else all, and all that ever were.
type held struct{ now, ever []Role }

func rolesOf(ctx context.Context, from db.Reader, actor *Actor, ids []string) (map[string]held, error) {
	var grants []Grant
	if err := from.NewSelect().Model(&grants).Where("holder IN (?)", bun.List(ids)).Order("id").Scan(ctx); err != nil {
		return nil, err
	}
	all := map[string]held{}
	for _, g := range grants {
		h := all[g.Holder]
		if !slices.Contains(h.ever, g.Role) {
			h.ever = append(h.ever, g.Role)
		}
		if !g.Starts.After(actor.At) && (g.Ends.IsZero() || g.Ends.After(actor.At)) && !slices.Contains(h.now, g.Role) {
			h.now = append(h.now, g.Role)
		}
		all[g.Holder] = h
	}
	for id, h := range all {
		if len(h.now) == 0 {
			h.now = h.ever
			all[id] = h
		}
	}
	return all, nil
}

// As is the face with the role in which the person did an operation; as it is when the
// person never had a role for it.
func (f Face) As(op *Operation) Face {
	if op == nil {
		return f
	}
	for _, r := range f.roles {
		if slices.Contains(op.Roles, r) {
			f.Role = r.Title()
			return f
		}
	}
	return f
}

// String is the face in one line: 王** 初审人员（市医保中心）, or 市医保中心 初审人员.
func (f Face) String() string {
	switch {
	case f.Name != "" && f.Organisation != "":
		return f.Name + " " + f.Role + "（" + f.Organisation + "）"
	case f.Organisation != "":
		return f.Organisation + " " + f.Role
	case f.Name != "":
		return f.Name + " " + f.Role
	}
	return f.Role
}
