package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"yiheng/ground/db"
	"yiheng/ground/journal"
	"yiheng/ground/procedure"
)

// act is what somebody does at the machine itself: an act of the system account, whose
// reason says which user of the machine it was.
type act struct {
	name     string // room.verb
	kind, id string
	region   string // what it is about, "" for the whole installation
	reason   string
	rows     map[string][]string // ids of the rows that were written, by kind
}

// systemAccount is the actor of what is done at the machine.
var systemAccount = procedure.System.ID

// because is a reason with the user of the machine behind it.
func because(reason string) string {
	return fmt.Sprintf("%s（命令行，系统用户 %s）", reason, userName())
}

// record journals an act in its transaction, with the rows as they now are.
func record(ctx context.Context, tx *db.Tx, a act) error {
	e := journal.Entry{Actor: systemAccount, Region: a.region, Act: a.name, Kind: a.kind, ID: a.id, Reason: because(a.reason)}
	for _, kind := range slices.Sorted(maps.Keys(a.rows)) {
		found, err := committed[kind].Read(ctx, tx, a.rows[kind])
		if err != nil {
			return err
		}
		for _, id := range a.rows[kind] {
			e.Rows = append(e.Rows, journal.Row{Kind: kind, ID: id, Content: found[id]})
		}
	}
	_, err := journal.Append(ctx, tx, e)
	return err
}

// numbers are the numbers behind from up to to, as the journal names rows.
func numbers(from, to int64) (ids []string) {
	for n := from + 1; n <= to; n++ {
		ids = append(ids, fmt.Sprint(n))
	}
	return ids
}
