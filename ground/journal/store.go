package journal

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"yiheng/ground/db"
)

// rowsAtOnce is how many rows one statement carries.
const rowsAtOnce = 500

type entryRow struct {
	bun.BaseModel `bun:"table:journal_entry,alias:journal_entry"`
	N             int64 `bun:",pk"`
	Actor         string
	Kind          string
	ID            string
	Text          string
	Salt          []byte
}

type hashRow struct {
	bun.BaseModel `bun:"table:journal_hash,alias:journal_hash"`
	N             int64 `bun:",pk"`
	Hash          []byte
}

type checkpointRow struct {
	bun.BaseModel `bun:"table:journal_checkpoint,alias:journal_checkpoint"`
	Size          int64 `bun:",pk"`
	Note          string
}

// Filter chooses entries; empty fields choose all.
type Filter struct {
	Actor  string
	Kind   string
	ID     string // only with Kind
	Before int64  // entries before this place; 0 from the end
	Limit  int64  // 0 for 100
}

// List returns entries, the newest first. It shows what is stored; only Verify
// says whether that is what was written.
func List(ctx context.Context, from db.Reader, f Filter) (entries []Entry, err error) {
	var rows []entryRow
	query := from.NewSelect().Model(&rows).OrderExpr("n DESC").Limit(cmp.Or(f.Limit, 100))
	for column, value := range map[string]string{"actor": f.Actor, "kind": f.Kind, "id": f.ID} {
		if value != "" {
			query.Where("? = ?", bun.Ident(column), value)
		}
	}
	if f.Before > 0 {
		query.Where("n < ?", f.Before)
	}
	if err := query.Scan(ctx); err != nil {
		return nil, err
	}
	for _, row := range rows {
		e, err := parseEntry(row.Text)
		if err != nil {
			return nil, fmt.Errorf("日志条目 %d 已损坏，请运行 yiheng verify：%w", row.N, err)
		}
		entries = append(entries, *e)
	}
	return entries, nil
}

// size is the number of entries.
func size(ctx context.Context, from db.Reader) (n int64, err error) {
	err = from.NewSelect().Table("journal_entry").ColumnExpr("coalesce(max(n) + 1, 0)").Scan(ctx, &n)
	return n, err
}

func write(ctx context.Context, tx *db.Tx, rows []entryRow, nodes []hashRow) error {
	for part := range slices.Chunk(rows, rowsAtOnce) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(nodes, 2*rowsAtOnce) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("日志的哈希树与条目不符，请运行 yiheng verify 核对：%w", err)
		}
	}
	return nil
}

// storedTree reads nodes of the tree: fresh ones, which are not stored yet, or
// from the database. It is a tlog.HashReader.
type storedTree struct {
	ctx   context.Context
	from  db.Reader
	fresh map[int64]tlog.Hash
}

func (t *storedTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make(map[int64]tlog.Hash, len(indexes))
	var ask []int64
	for _, at := range indexes {
		if hash, ok := t.fresh[at]; ok {
			found[at] = hash
		} else {
			ask = append(ask, at)
		}
	}
	if len(ask) > 0 {
		var rows []hashRow
		if err := t.from.NewSelect().Model(&rows).Where("n IN (?)", bun.List(ask)).Scan(t.ctx); err != nil {
			return nil, err
		}
		for _, row := range rows {
			if len(row.Hash) == tlog.HashSize {
				found[row.N] = tlog.Hash(row.Hash)
			}
		}
	}
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		hash, ok := found[at]
		if !ok {
			level, n := tlog.SplitStoredHashIndex(at)
			return nil, fmt.Errorf("日志的哈希树缺第 %d 层第 %d 个节点，日志已损坏：请运行 yiheng verify 核对，并从备份恢复", level, n)
		}
		hashes[i] = hash
	}
	return hashes, nil
}
