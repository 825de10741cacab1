package web

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

// Act is what the journal is told of what somebody did.
type Act struct {
	Name     string // room.verb
	Kind, ID string // on what
	Reason   string
	Rows     map[string][]string // ids of the rows that were written, by kind
}

// Write does something and journals it in one transaction: both are, or neither. It
// returns the entry's place.
func (d *Door) Write(ctx context.Context, c *Call, do func(tx *db.Tx) (Act, error)) (entry int64, err error) {
	err = d.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := do(tx)
		if err != nil {
			return err
		}
		entry, err = d.Record(ctx, tx, c.Actor, a)
		return err
	})
	return entry, err
}

// Record appends an act of an actor, with the rows as they now are.
func (d *Door) Record(ctx context.Context, tx *db.Tx, actor *access.Actor, a Act) (int64, error) {
	e := entryOf(actor, a)
	for _, kind := range slices.Sorted(maps.Keys(a.Rows)) {
		rows, ok := d.Committed[kind]
		if !ok {
			return 0, fmt.Errorf("journal: nobody reads rows of kind %q back", kind)
		}
		found, err := rows.Read(ctx, tx, a.Rows[kind])
		if err != nil {
			return 0, err
		}
		for _, id := range a.Rows[kind] {
			e.Rows = append(e.Rows, journal.Row{Kind: kind, ID: id, Content: found[id]})
		}
	}
	return journal.Append(ctx, tx, e)
}

// entryOf is an act as the journal has it, without its rows.
func entryOf(actor *access.Actor, a Act) journal.Entry {
	return journal.Entry{Actor: actor.ID, Org: actor.Organisation, Region: RegionOf(actor), Act: a.Name, Kind: a.Kind, ID: a.ID, Reason: OneLine(a.Reason)}
}

// RegionOf is the region in which an actor works for the own organisation; "" for the
// installation'd.
func RegionOf(actor *access.Actor) string {
	for _, g := range actor.Grants {
		if g.Organisation == actor.Organisation {
			return string(g.Region)
		}
	}
	return ""
}

// OneLine is a text as the journal takes a reason.
func OneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
}

// Authorize asks whether the actor may do the operation on a target.
func (d *Door) Authorize(ctx context.Context, from db.Reader, c *Call, op *access.Operation, target access.Target) error {
	return d.Access.Authorize(ctx, from, c.Actor, op, target)
}

// OnRow is an act on one row.
func OnRow(name, kind, id, reason string) Act {
	return Act{Name: name, Kind: kind, ID: id, Reason: reason, Rows: map[string][]string{kind: {id}}}
}

// And is the act with a row of another kind that it writes too.
func (a Act) And(kind, id string) Act {
	if a.Rows == nil {
		a.Rows = map[string][]string{}
	}
	a.Rows[kind] = append(a.Rows[kind], id)
	return a
}
