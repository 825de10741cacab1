package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

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
	Region        string
	Act           string
	AtMicro       int64 // microseconds since 1970
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
	Actor    string
	Act      string
	Kind     string
	ID       string   // only with Kind
	Regions  []string // entries of exactly these regions
	Within   string   // entries of a region and of those within it: six digits
	From, To time.Time
	// Reach is a condition on the column "region", as access.Actor.Reach gives it: what
	// lies outside is not there.
	Reach  func(bun.QueryBuilder) bun.QueryBuilder
	Before int64 // entries before this place; 0 from the end
	Limit  int64 // 0 for 100
}

// List returns entries, the newest first. It shows what is stored; only Verify
// says whether that is what was written.
func List(ctx context.Context, from db.Reader, f Filter) ([]Entry, error) {
	query, scan := Select(from, f)
	query.OrderExpr("n DESC").Limit(cmp.Or(f.Limit, 100))
	if f.Before > 0 {
		query.Where("n < ?", f.Before)
	}
	return scan(ctx)
}

// Select chooses entries, whatever the filter's Before and Limit: by the columns n, actor,
// region, act, kind and id of journal_entry. scan runs the query, once.
func Select(from db.Reader, f Filter) (query *bun.SelectQuery, scan func(context.Context) ([]Entry, error)) {
	var rows []entryRow
	query = from.NewSelect().Model(&rows).ApplyQueryBuilder(f.conditions)
	return query, func(ctx context.Context) (entries []Entry, err error) {
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
}

func (f Filter) conditions(q bun.QueryBuilder) bun.QueryBuilder {
	for _, c := range []struct{ column, value string }{{"actor", f.Actor}, {"act", f.Act}, {"kind", f.Kind}, {"id", f.ID}} {
		if c.value != "" {
			q = q.Where("? = ?", bun.Ident(c.column), c.value)
		}
	}
	if len(f.Regions) > 0 {
		q = q.Where("region IN (?)", bun.List(f.Regions))
	}
	if f.Within != "" {
		first, last := regionsWithin(f.Within)
		q = q.Where("region BETWEEN ? AND ?", first, last)
	}
	if !f.From.IsZero() {
		q = q.Where("at_micro >= ?", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		q = q.Where("at_micro < ?", f.To.UnixMicro())
	}
	if f.Reach != nil {
		q = f.Reach(q)
	}
	return q
}

// regionsWithin are the first and the last code of a division: of a province xx0000, of
// a city xxxx00 but for a province's own pool xx9900, or the code itself.
func regionsWithin(code string) (first, last string) {
	if len(code) != 6 {
		return code, code
	}
	depth := 6
	if code[2:] == "0000" {
		depth = 2
	} else if code[4:] == "00" && code[2:4] != "99" {
		depth = 4
	}
	return code[:depth] + "000000"[depth:], code[:depth] + "999999"[depth:]
}

// size is the number of entries, by the last of them.
func size(ctx context.Context, from db.Reader) (int64, error) {
	var last int64
	err := from.NewSelect().Table("journal_entry").ColumnExpr("coalesce(max(n), -1)").Scan(ctx, &last)
	return last + 1, err
}

// write inserts entries and nodes, a part of both in one statement for the database
// to answer: on PostgreSQL the way there and back is what an act waits for.
func write(ctx context.Context, tx *db.Tx, rows []entryRow, nodes []hashRow) error {
	for len(rows) > 0 || len(nodes) > 0 {
		some, others := rows[:min(len(rows), rowsAtOnce)], nodes[:min(len(nodes), 2*rowsAtOnce)]
		rows, nodes = rows[len(some):], nodes[len(others):]
		statement := tx.NewInsert().Model(&others).String()
		if len(some) > 0 {
			statement = tx.NewInsert().Model(&some).String() + ";\n" + statement
		}
		if _, err := tx.Tx.Tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("日志的下一条写不进去；若再试仍如此，请运行 yiheng verify 核对：%w", err)
		}
	}
	return nil
}

// storedTree reads nodes of the tree: those at hand, or from the database. It is a
// tlog.HashReader.
type storedTree struct {
	ctx  context.Context
	from db.Reader
	size int64 // entries that it has
	have map[int64]tlog.Hash
}

// most is more entries, and more nodes, than a journal can ever have; tlog counts
// to a few bits beyond.
const most = 1 << 60

// nearby is how many of the last nodes readTree reads: what 31 of 32 entries need
// to be added.
const nearby = 16

// readTree reads the tree's last nodes, and from the last one its size.
func readTree(ctx context.Context, from db.Reader) (*storedTree, error) {
	var rows []hashRow
	if err := from.NewSelect().Model(&rows).OrderExpr("n DESC").Limit(nearby).Scan(ctx); err != nil {
		return nil, err
	}
	t := &storedTree{ctx: ctx, from: from, have: make(map[int64]tlog.Hash)}
	t.keep(rows)
	if len(rows) > 0 {
		last := rows[0].N
		if last >= 0 && last < most {
			level, n := tlog.SplitStoredHashIndex(last)
			t.size = (n + 1) << level
		}
		if t.size == 0 || tlog.StoredHashCount(t.size) != last+1 {
			return nil, errors.New("日志的哈希树末尾不完整，日志已损坏：请运行 yiheng verify 核对，并从备份恢复")
		}
	}
	return t, nil
}

func (t *storedTree) keep(rows []hashRow) {
	for _, row := range rows {
		if len(row.Hash) == tlog.HashSize {
			t.have[row.N] = tlog.Hash(row.Hash)
		}
	}
}

func (t *storedTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var ask []int64
	for _, at := range indexes {
		if _, ok := t.have[at]; !ok {
			ask = append(ask, at)
		}
	}
	if len(ask) > 0 {
		var rows []hashRow
		if err := t.from.NewSelect().Model(&rows).Where("n IN (?)", bun.List(ask)).Scan(t.ctx); err != nil {
			return nil, err
		}
		t.keep(rows)
	}
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		hash, ok := t.have[at]
		if !ok {
			level, n := tlog.SplitStoredHashIndex(at)
			return nil, fmt.Errorf("日志的哈希树缺第 %d 层第 %d 个节点，日志已损坏：请运行 yiheng verify 核对，并从备份恢复", level, n)
		}
		hashes[i] = hash
	}
	return hashes, nil
}
