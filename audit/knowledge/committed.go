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
	ChangeRow    = "knowledge_change"
	SetRow       = "knowledge_set"
	ExclusionRow = "exclusion_set"
)

// Committed reads back changes, the editions that they made, and the versions of the
// exclusion list. What programs made before the journal knew it is nobody's entry and is left out.
func Committed() journal.Committed {
	sets := journal.TableOf("id", func(s *Set) (string, any) {
		return strconv.FormatInt(s.ID, 10), struct {
			Set
			At      time.Time `json:"at"`
			Sources string    `json:"sources"`
		}{*s, s.At.UTC(), s.Sources}
	})
	sets.IDs = known[Set]("change > 0")
	lists := journal.TableOf("id", func(v *ExclusionVersion) (string, any) {
		return strconv.FormatInt(v.ID, 10), struct {
			ExclusionVersion
			At      time.Time `json:"at"`
			Changes string    `json:"changes"`
		}{*v, v.At.UTC(), v.Changes}
	})
	lists.IDs = known[ExclusionVersion]("journalled")
	return journal.Committed{
		SetRow: sets, ExclusionRow: lists,
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

// known yields the ids of the rows of a table that entries of the journal commit to.
func known[T any](where string) func(context.Context, db.Reader, func(string) error) error {
	return func(ctx context.Context, from db.Reader, yield func(string) error) error {
		var ids []string
		if err := from.NewSelect().Model((*T)(nil)).Column("id").Where(where).Scan(ctx, &ids); err != nil {
			return err
		}
		for _, id := range ids {
			if err := yield(id); err != nil {
				return err
			}
		}
		return nil
	}
}

// Rows are the ids of the rows that an act on a change wrote.
func (c *Change) Rows() map[string][]string {
	rows := map[string][]string{ChangeRow: {strconv.FormatInt(c.ID, 10)}}
	if c.Edition > 0 {
		kind := SetRow
		if c.OfExclusions() {
			kind = ExclusionRow
		}
		rows[kind] = []string{strconv.FormatInt(c.Edition, 10)}
	}
	return rows
}

// Rows are the id of the row that an act on the exclusion list wrote.
func (v *ExclusionVersion) Rows() map[string][]string {
	return map[string][]string{ExclusionRow: {strconv.FormatInt(v.ID, 10)}}
}

// Prepare brings the room's tables to their newest version.
func Prepare(ctx context.Context, d *db.DB) error {
	return errors.Join(d.Migrate(ctx, "knowledge", migrations), hook.Prepare(ctx, d))
}
