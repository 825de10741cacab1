package procedure

import (
	"slices"

	"github.com/uptrace/bun"

	"yiheng/ground/calendar"
	"yiheng/ground/journal"
)

// RowKind is the kind of the rows of a procedure's instances, to which the entry of every
// act that moves one commits: who made which moves is what guards judge by.
func RowKind(procedure string) string { return "procedure." + procedure }

// Row is the instance as entries of the journal commit to it: without the moments at
// which running clocks end, which follow from the rest and from the table of holidays.
func (i Instance) Row() journal.Row {
	i.Clocks = slices.Clone(i.Clocks)
	for k := range i.Clocks {
		i.Clocks[k].Due, i.Clocks[k].Missing = calendar.NoTime, 0
	}
	return journal.Row{Kind: RowKind(i.Procedure), ID: i.ID, Content: i}
}

// Rows says how the rows of a procedure's instances are read back.
func Rows(procedure string) journal.Rows {
	part := func(q bun.QueryBuilder) bun.QueryBuilder { return q.Where("procedure = ?", procedure) }
	rows := journal.PartOf("id", part, func(r *instanceRow) (string, any, error) {
		i, err := r.instance()
		return r.ID, i.Row().Content, err
	})
	rows.Later = true
	return rows
}
