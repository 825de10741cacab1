package knowledge

import (
	"context"
	"errors"
	"strconv"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/hook"
	"yiheng/ground/journal"
)

// The kinds of rows that entries of the journal commit to.
const (
	ChangeRow = "knowledge_change"
	SetRow    = "knowledge_set"
)

// Committed reads back changes and the editions that they made. Editions of programs
// before the journal knew them are nobody's entry and are left out.
func Committed() journal.Committed {
	sets := journal.TableOf("id", func(s *Set) (string, any) {
		return strconv.FormatInt(s.ID, 10), struct {
			Set
			At      time.Time `json:"at"`
			Sources string    `json:"sources"`
		}{*s, s.At.UTC(), s.Sources}
	})
	sets.IDs = func(ctx context.Context, from db.Reader, yield func(string) error) error {
		var ids []string
		if err := from.NewSelect().Model((*Set)(nil)).Column("id").Where("change > 0").Scan(ctx, &ids); err != nil {
			return err
		}
		for _, id := range ids {
			if err := yield(id); err != nil {
				return err
			}
		}
		return nil
	}
	return journal.Committed{
		SetRow: sets,
		ChangeRow: journal.TableOf("id", func(c *Change) (string, any) {
			return strconv.FormatInt(c.ID, 10), struct {
				Change
				At        time.Time `json:"at"`
				DecidedAt time.Time `json:"decided_at"`
				Options   string    `json:"options"`
				Files     string    `json:"files"`
				Counts    string    `json:"counts"`
				Tag       string    `json:"tag"`
			}{*c, c.At.UTC(), c.DecidedAt.UTC(), c.Options, c.Files, c.Counts, c.Tag}
		}),
	}
}

// Rows are the ids of the rows that an act on a change wrote.
func (c *Change) Rows() map[string][]string {
	rows := map[string][]string{ChangeRow: {strconv.FormatInt(c.ID, 10)}}
	if c.Edition > 0 {
		rows[SetRow] = []string{strconv.FormatInt(c.Edition, 10)}
	}
	return rows
}

// Prepare brings the room's tables to their newest version.
func Prepare(ctx context.Context, d *db.DB) error {
	return errors.Join(d.Migrate(ctx, "knowledge", migrations), hook.Prepare(ctx, d))
}
