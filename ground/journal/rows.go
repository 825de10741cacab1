package journal

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Committed says, by kind, how the rows that entries commit to are read back. A
// room gives its own kinds; the binary puts them together.
type Committed map[string]Rows

// Rows reads the rows of one kind. All rows of the kind are the work of entries: one
// that no entry wrote is reported as inserted.
type Rows struct {
	// IDs yields the ids of all rows and returns the first error of yield.
	IDs func(ctx context.Context, from db.Reader, yield func(id string) error) error
	// Read returns the rows with these ids, by id, each as the Content that its
	// last entry was given; an id that is not there is left out.
	Read func(ctx context.Context, from db.Reader, ids []string) (map[string]any, error)
	// Later says that rows were written before entries committed to the kind: one that no
	// entry wrote is let be.
	Later bool
}

// Table returns the Rows of a table that a bun model describes: id is the column that
// names a row, and idOf reads it. The content of a row is the model's JSON.
func Table[T any](id string, idOf func(*T) string) Rows {
	return TableOf(id, func(row *T) (string, any) { return idOf(row), row })
}

// TableOf is Table where what entries commit to is not just the model's JSON: of
// returns the id and the content of a row.
func TableOf[T any](id string, of func(*T) (id string, content any)) Rows {
	whole := func(q bun.QueryBuilder) bun.QueryBuilder { return q }
	return PartOf(id, whole, func(row *T) (string, any, error) {
		name, content := of(row)
		return name, content, nil
	})
}

// PartOf is TableOf where only a part of the table is of the kind, or a row may not be
// readable: of then says why.
func PartOf[T any](id string, part func(bun.QueryBuilder) bun.QueryBuilder, of func(*T) (id string, content any, err error)) Rows {
	return Rows{
		IDs: func(ctx context.Context, from db.Reader, yield func(string) error) error {
			var ids []string
			if err := from.NewSelect().Model((*T)(nil)).Column(id).ApplyQueryBuilder(part).Scan(ctx, &ids); err != nil {
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
			var rows []T
			if err := from.NewSelect().Model(&rows).Where("? IN (?)", bun.Ident(id), bun.List(ids)).ApplyQueryBuilder(part).Scan(ctx); err != nil {
				return nil, err
			}
			found := make(map[string]any, len(rows))
			for i := range rows {
				name, content, err := of(&rows[i])
				if err != nil {
					return nil, err
				}
				found[name] = content
			}
			return found, nil
		},
	}
}

type rowKey struct{ kind, id string }

// commitment is the last word of the journal on a row.
type commitment struct {
	entry int64
	hash  string // empty: the row is gone
	salt  [saltSize]byte
}

// readRows reads back all rows of all kinds and holds them against the last
// entries that wrote them.
func (v *verification) readRows() error {
	if v.cut {
		return nil
	}
	unread := make(map[string]int64)
	for key, c := range v.latest {
		if _, known := v.Committed[key.kind]; !known {
			if first, ok := unread[key.kind]; !ok || c.entry < first {
				unread[key.kind] = c.entry
			}
			delete(v.latest, key)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(unread)) {
		v.problem(unread[kind], "%s 类的行无法核对：本程序不认识这一类，请用写入它的版本核对", kind)
	}
	for _, kind := range slices.Sorted(maps.Keys(v.Committed)) {
		if err := v.readKind(kind, v.Committed[kind]); err != nil {
			return err
		}
	}
	missing := slices.Collect(maps.Keys(v.latest))
	slices.SortFunc(missing, func(a, b rowKey) int {
		return cmp.Or(cmp.Compare(v.latest[a].entry, v.latest[b].entry), cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id))
	})
	for _, key := range missing {
		if c := v.latest[key]; c.hash != "" {
			v.problem(c.entry, "%s %s 缺失：条目 %d 写过它，此后没有条目删除它", key.kind, key.id, c.entry)
		}
	}
	return nil
}

// readKind compares the rows of a kind that are there and takes them out of v.latest.
func (v *verification) readKind(kind string, rows Rows) error {
	var ids []string // all of them first: a transaction runs one query at a time
	if err := rows.IDs(v.ctx, v.from, func(id string) error {
		ids = append(ids, id)
		return nil
	}); err != nil {
		return fmt.Errorf("%s 类的行无法列出：%w", kind, err)
	}
	for part := range slices.Chunk(ids, rowsAtOnce) {
		if err := v.compareRows(kind, rows, part); err != nil {
			return err
		}
	}
	return nil
}

// compareRows reads some rows and compares each. When they cannot be read together
// it reads them one by one to name the one that cannot.
func (v *verification) compareRows(kind string, rows Rows, ids []string) error {
	found, err := rows.Read(v.ctx, v.from, ids)
	if err != nil && v.ctx.Err() != nil {
		return err
	}
	if err != nil && len(ids) > 1 {
		for _, id := range ids {
			if err := v.compareRows(kind, rows, []string{id}); err != nil {
				return err
			}
		}
		return nil
	}
	for _, id := range ids {
		if _, written := v.latest[rowKey{kind, id}]; written || !rows.Later {
			v.compareRow(rowKey{kind, id}, found[id], err)
		}
	}
	return nil
}

func (v *verification) compareRow(key rowKey, content any, unreadable error) {
	c, ok := v.latest[key]
	delete(v.latest, key)
	v.Rows++
	switch {
	case !ok:
		v.problem(noEntry, "%s %s 是插入的：没有条目写过它", key.kind, key.id)
		return
	case c.hash == "":
		v.problem(c.entry, "%s %s 是插入的：条目 %d 删除了它，此后没有条目再写它", key.kind, key.id, c.entry)
		return
	case unreadable != nil:
		v.problem(c.entry, "%s %s 被改动，已无法读出（条目 %d 写的）：%v", key.kind, key.id, c.entry, unreadable)
		return
	}
	hash, err := hashRowContent(c.salt[:], key.kind, key.id, content)
	switch {
	case err != nil:
		v.problem(c.entry, "%s %s 被改动，已不能成为 JSON（条目 %d 写的）：%v", key.kind, key.id, c.entry, err)
	case hash != c.hash:
		v.problem(c.entry, "%s %s 被改动：条目 %d 写入时的哈希是 %s，现在是 %s", key.kind, key.id, c.entry, c.hash, hash)
	}
}
