package procedure

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
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
	return journal.Rows{
		Later: true,
		IDs: func(ctx context.Context, from db.Reader, yield func(string) error) error {
			var ids []string
			if err := from.NewSelect().Model((*instanceRow)(nil)).Column("id").Where("procedure = ?", procedure).Scan(ctx, &ids); err != nil {
				return err
			}
			for _, id := range ids {
				if err := yield(id); err != nil {
					return err
				}
			}
			return nil
		},
		Read: func(ctx context.Context, from db.Reader, ids []string) (map[string]any, error) {
			var rows []instanceRow
			if err := from.NewSelect().Model(&rows).Where("procedure = ?", procedure).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
				return nil, err
			}
			instances, err := instancesOf(rows)
			found := make(map[string]any, len(rows))
			for _, i := range instances {
				found[i.ID] = i.Row().Content
			}
			return found, err
		},
	}
}
