package server

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// act is what the journal is told of what somebody did.
type act struct {
	name     string // room.verb
	kind, id string // on what
	reason   string
	rows     map[string][]string // ids of the rows that were written, by kind
}

// write does something and journals it in one transaction: both are, or neither. It
// returns the entry's place.
func (s *Server) write(ctx context.Context, c *call, do func(tx *db.Tx) (act, error)) (entry int64, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := do(tx)
		if err != nil {
			return err
		}
		entry, err = s.record(ctx, tx, c.Actor, a)
		return err
	})
	return entry, err
}

// record appends an act of an actor, with the rows as they now are.
func (s *Server) record(ctx context.Context, tx *db.Tx, actor *access.Actor, a act) (int64, error) {
	e := journal.Entry{Actor: actor.ID, Org: actor.Organisation, Region: regionOf(actor), Act: a.name, Kind: a.kind, ID: a.id, Reason: oneLine(a.reason)}
	for _, kind := range slices.Sorted(maps.Keys(a.rows)) {
		rows, ok := s.Committed[kind]
		if !ok {
			return 0, fmt.Errorf("journal: nobody reads rows of kind %q back", kind)
		}
		found, err := rows.Read(ctx, tx, a.rows[kind])
		if err != nil {
			return 0, err
		}
		for _, id := range a.rows[kind] {
			e.Rows = append(e.Rows, journal.Row{Kind: kind, ID: id, Content: found[id]})
		}
	}
	return journal.Append(ctx, tx, e)
}

// regionOf is the region in which an actor works for the own organisation; "" for the
// installation's.
func regionOf(actor *access.Actor) string {
	for _, g := range actor.Grants {
		if g.Organisation == actor.Organisation {
			return string(g.Region)
		}
	}
	return ""
}

// oneLine is a text as the journal takes a reason.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
}

// authorize asks whether the actor may do the operation on a target.
func (s *Server) authorize(ctx context.Context, from db.Reader, c *call, op *access.Operation, target access.Target) error {
	return s.Access.Authorize(ctx, from, c.Actor, op, target)
}
