// Package journal is the tamper-evident record of acts: an append-only Merkle log
// (RFC 6962) in the system of record, signed at intervals with SM2. Verify finds
// what was altered afterwards, in the log or in the rows that acts wrote; proofs
// convince a stranger who has nothing but the public key.
package journal

import (
	"context"
	"embed"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"yiheng/ground/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Prepare makes the journal's tables in d, or brings them to this version.
func Prepare(ctx context.Context, d *db.DB) error {
	if err := d.Migrate(ctx, "journal", schema); err != nil {
		return err
	}
	return fillLookUp(ctx, d)
}

// Append writes an act as the next entry of the journal, in the transaction of
// the act: both are, or neither. It returns the entry's place. Its errors are in
// Chinese; the act must not be committed after one.
//
// Writes come one after another (db.Write), so that entries have one order
// without gaps whoever writes.
func Append(ctx context.Context, tx *db.Tx, e Entry) (index int64, err error) {
	return AppendAll(ctx, tx, []Entry{e})
}

// AppendAll writes several acts as Append does and returns the place of the first.
func AppendAll(ctx context.Context, tx *db.Tx, entries []Entry) (first int64, err error) {
	tree, err := readTree(ctx, tx)
	if err != nil {
		return 0, err
	}
	var rows []entryRow
	var nodes []hashRow
	for i, e := range entries {
		e.N, e.At = tree.size+int64(i), tx.Now
		row, err := e.row()
		if err != nil {
			return 0, fmt.Errorf("操作 %q 无法记入日志：%w", e.Act, err)
		}
		hashes, err := tlog.StoredHashes(e.N, []byte(row.Text), tree)
		if err != nil {
			return 0, err
		}
		rows = append(rows, row)
		for level, hash := range hashes {
			at := tlog.StoredHashIndex(0, e.N) + int64(level)
			tree.have[at] = hash
			nodes = append(nodes, hashRow{N: at, Hash: hash[:]})
		}
	}
	return tree.size, write(ctx, tx, rows, nodes)
}
