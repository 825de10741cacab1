package registry

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// rowsAtOnce is how many rows one statement carries.
const rowsAtOnce = 500

type identityRow struct {
	bun.BaseModel `bun:"table:identity,alias:identity"`
	N             int64 `bun:",pk"`
	Kind          string
	ID            string
	Sealed        []byte
	Changed       time.Time
}

type blindRow struct {
	bun.BaseModel `bun:"table:identity_blind,alias:identity_blind"`
	Blind         int64
	Subject       int64
}

// claimKey notes the key of an empty registry and refuses another afterwards.
func claimKey(ctx context.Context, tx *db.Tx, id int64) error {
	var have []int64
	if err := tx.NewSelect().Table("identity_key").Column("key_id").Scan(ctx, &have); err != nil {
		return err
	}
	if len(have) > 0 {
		if have[0] != id {
			return ErrKey
		}
		return nil
	}
	_, err := tx.NewRaw("INSERT INTO identity_key (key_id) VALUES (?)", id).Exec(ctx)
	return err
}

func readIdentities(ctx context.Context, from db.Reader, kind string, ids []string) (rows []identityRow, err error) {
	err = from.NewSelect().Model(&rows).Where("kind = ?", kind).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	return rows, err
}

// readFirst reads one identity, the first in an order.
func readFirst(ctx context.Context, from db.Reader, order string) (rows []identityRow, err error) {
	err = from.NewSelect().Model(&rows).OrderExpr(order).Limit(1).Scan(ctx)
	return rows, err
}

func readByBlind(ctx context.Context, from db.Reader, kind string, blind int64) (rows []identityRow, err error) {
	err = from.NewSelect().Model(&rows).Where("kind = ?", kind).
		Where("n IN (SELECT subject FROM identity_blind WHERE blind = ?)", blind).Scan(ctx)
	return rows, err
}

// change is what one group of identities alters.
type change struct {
	added, altered []identityRow
	blinds         []blindRow // new entries of the index
	stale          []blindRow // entries of values that are no longer there
}

// write seals a group of subjects, laid over what is there of them.
func (r *Registry) write(ctx context.Context, group map[Subject]map[string]string) error {
	subjects := slices.SortedFunc(maps.Keys(group), func(a, b Subject) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return r.db.Write(ctx, func(tx *db.Tx) error {
		old, err := readGroup(ctx, tx, subjects)
		if err != nil {
			return err
		}
		var last int64
		if err := tx.NewSelect().Table("identity").ColumnExpr("coalesce(max(n), 0)").Scan(ctx, &last); err != nil {
			return err
		}
		var c change
		for _, s := range subjects {
			row, ok := old[s]
			if !ok {
				last++
				row = identityRow{N: last, Kind: s.Kind, ID: s.ID}
			}
			row.Changed = tx.Now
			if err := r.add(&c, s, row, group[s]); err != nil {
				return err
			}
		}
		return c.write(ctx, tx)
	})
}

func readGroup(ctx context.Context, tx *db.Tx, subjects []Subject) (map[Subject]identityRow, error) {
	old := map[Subject]identityRow{}
	for len(subjects) > 0 {
		kind, ids := subjects[0].Kind, []string(nil)
		for len(ids) < rowsAtOnce && len(ids) < len(subjects) && subjects[len(ids)].Kind == kind {
			ids = append(ids, subjects[len(ids)].ID)
		}
		rows, err := readIdentities(ctx, tx, kind, ids)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			old[Subject{row.Kind, row.ID}] = row
		}
		subjects = subjects[len(ids):]
	}
	return old, nil
}

// add puts one subject into the change; a row without sealed fields is new.
func (r *Registry) add(c *change, s Subject, row identityRow, fields map[string]string) (err error) {
	var before map[int64]bool
	isNew := row.Sealed == nil
	if !isNew {
		had, err := r.unseal(s, row.Sealed)
		if err != nil {
			return err
		}
		if sameFields(had, fields) {
			return nil
		}
		before = r.blinds(s.Kind, had)
		fields = newer(had, fields)
	}
	if row.Sealed, err = r.seal(s, fields); err != nil {
		return err
	}
	if isNew {
		c.added = append(c.added, row)
	} else {
		c.altered = append(c.altered, row)
	}
	now := r.blinds(s.Kind, fields)
	for blind := range now {
		if !before[blind] {
			c.blinds = append(c.blinds, blindRow{Blind: blind, Subject: row.N})
		}
	}
	for blind := range before {
		if !now[blind] {
			c.stale = append(c.stale, blindRow{Blind: blind, Subject: row.N})
		}
	}
	return nil
}

func (c *change) write(ctx context.Context, tx *db.Tx) error {
	for rows := range slices.Chunk(c.added, rowsAtOnce) {
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return err
		}
	}
	if err := replaceSealed(ctx, tx, c.altered); err != nil {
		return err
	}
	// In the order of the index, so that its pages are each touched once.
	slices.SortFunc(c.blinds, func(a, b blindRow) int { return cmp.Compare(a.Blind, b.Blind) })
	for rows := range slices.Chunk(c.blinds, 4*rowsAtOnce) {
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return err
		}
	}
	for _, row := range c.stale {
		if _, err := tx.NewDelete().Model(&row).Where("blind = ?", row.Blind).Where("subject = ?", row.Subject).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// replaceSealed writes what is sealed of identities that are there, and when it changed.
func replaceSealed(ctx context.Context, tx *db.Tx, altered []identityRow) error {
	for rows := range slices.Chunk(altered, rowsAtOnce) {
		if _, err := tx.NewInsert().Model(&rows).
			On("CONFLICT (n) DO UPDATE").Set("sealed = EXCLUDED.sealed").Set("changed = EXCLUDED.changed").
			Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
