package journal

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
	"yiheng/ground/seal"
)

// Check is what Verify holds a journal against. None of it comes from the database.
type Check struct {
	Keys []seal.PublicKey // that sign, the oldest first
	// Kept are signed checkpoints that were kept outside the database, by where they were.
	Kept      map[string]string
	Committed Committed
	// Progress, when not nil, is told how many entries of how many were read.
	Progress func(done, all int64)
}

// Report is what Verify found.
type Report struct {
	Entries     int64
	Checkpoints int64
	Signed      int64     // entries that a valid checkpoint covers
	SignedAt    time.Time // of that checkpoint
	Rows        int64     // rows that were read back and compared
	Problems    []Problem // those of the journal, the earliest first, then those of rows; at most maxProblems
	More        int64     // problems beyond those
}

// Problem is one thing that is not as it was written.
type Problem struct {
	Entry int64  // the entry concerned; noEntry for a row that no entry wrote
	Text  string // what, where and how it differs, in Chinese
}

const (
	noEntry     = math.MaxInt64
	maxProblems = 50
)

// verification is one Verify under way.
type verification struct {
	Check
	Report
	ctx         context.Context
	from        db.Reader
	all         int64 // entries by the database's own count, for progress only
	texts, tree edge  // the tree of the entries' texts, and of the stored leaves
	nodes       *pager[hashRow]
	checkpoints checkpoints
	latest      map[rowKey]commitment
	open        []suspect // since the last checkpoint that agreed
	cut         bool      // entries beyond a gap in the tree were not read: nothing can be said of rows
	disagreed   bool      // a checkpoint agreed with neither tree: later ones say nothing new
}

// Verify reads the whole journal and every row that its entries commit to, in one
// snapshot, and says what was altered, removed or inserted: in entries, in nodes of the
// tree, in checkpoints, in rows. It trusts nothing that the database says beside the
// checkpoints' signatures. The error tells that it could not read; what it
// found is in the report. It changes nothing and keeps nobody from writing.
//
// Entries after the last checkpoint are held against their stored hashes only.
// Memory grows with the number of rows that are committed to (about 150 bytes each).
func Verify(ctx context.Context, d *db.DB, check Check) (*Report, error) {
	options := &sql.TxOptions{ReadOnly: true}
	if d.Driver() == db.Postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	var report *Report
	err := d.RunInTx(ctx, options, func(ctx context.Context, tx bun.Tx) (err error) {
		report, err = verify(ctx, tx, check)
		return err
	})
	return report, err
}

func verify(ctx context.Context, from db.Reader, check Check) (*Report, error) {
	v := &verification{Check: check, ctx: ctx, from: from, latest: map[rowKey]commitment{}}
	v.nodes = newPager(ctx, from, "n", func(r *hashRow) int64 { return r.N })
	v.readCheckpoints(ctx, from)
	if v.Progress != nil {
		n, err := from.NewSelect().Table("journal_entry").Count(ctx)
		if err != nil {
			return nil, err
		}
		v.all = int64(n)
	}
	for _, pass := range []func() error{v.readLog, v.readRows} {
		before := len(v.Problems)
		if err := pass(); err != nil {
			return nil, err
		}
		slices.SortStableFunc(v.Problems[before:], func(a, b Problem) int { return cmp.Compare(a.Entry, b.Entry) })
	}
	return &v.Report, nil
}

func (v *verification) problem(entry int64, format string, args ...any) {
	if len(v.Problems) == maxProblems {
		v.More++
		return
	}
	v.Problems = append(v.Problems, Problem{entry, fmt.Sprintf(format, args...)})
}

// readLog reads the journal's own tables.
func (v *verification) readLog() error {
	if err := v.readEntries(); err != nil {
		return err
	}
	if v.Progress != nil {
		v.Progress(v.Entries, v.all)
	}
	return v.readRest()
}

// readEntries reads all entries in their order with the nodes that each completed.
func (v *verification) readEntries() error {
	entries := newPager(v.ctx, v.from, "n", func(r *entryRow) int64 { return r.N })
	for {
		row, err := entries.next()
		if err != nil || row == nil {
			return err
		}
		if row.N < v.Entries {
			v.problem(row.N, "条目 %d 是插入的：日志从 0 开始", row.N)
			continue
		}
		if err := v.skipTo(row.N); err != nil || v.cut {
			return err
		}
		if err := v.readEntry(row); err != nil {
			return err
		}
		if v.Progress != nil && v.Entries%1000 == 0 {
			v.Progress(v.Entries, v.all)
		}
	}
}

// skipTo passes over missing entries whose leaves are there, so that what comes
// after them can be checked. It sets v.cut when the tree ends before n.
func (v *verification) skipTo(n int64) error {
	first := v.Entries
	for v.Entries < n {
		has, err := v.addNodes(nil, "")
		if err != nil {
			return err
		}
		if !has {
			v.cut = true
			v.problem(first, "条目 %s缺失；下一条是条目 %d，没有接在哈希树上，它及其后的条目、全部行都无法核对", span(first, n-1), n)
			return nil
		}
	}
	if first < n {
		v.problem(first, "条目 %s缺失", span(first, n-1))
	}
	return nil
}

func span(first, last int64) string {
	if first == last {
		return fmt.Sprintf("%d ", first)
	}
	return fmt.Sprintf("%d 至 %d ", first, last)
}

// readRest looks for what stands behind the last entry: nodes and checkpoints.
func (v *verification) readRest() error {
	for {
		has, err := v.addNodes(nil, "")
		if err != nil {
			return err
		}
		if !has {
			break
		}
		v.problem(v.Entries-1, "条目 %d 缺失：它的哈希还在树上", v.Entries-1)
	}
	for {
		node, err := v.nodes.next()
		if err != nil {
			return err
		}
		if node == nil {
			break
		}
		v.problem(noEntry, "哈希树中有多出的节点（序号 %d）", node.N)
	}
	for _, s := range v.open {
		v.problem(s.entry, "%s（尚无检查点覆盖它）", s.altered)
	}
	return v.checkpoints.rest(v)
}
