package lake

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/apache/iceberg-go/table"
	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Expired says what Expire removed.
type Expired struct {
	Epochs []int64 `json:"epochs,omitzero"`
	Files  int     `json:"files"` // data and metadata files
	Bytes  int64   `json:"bytes"`
}

// Expire forgets all epochs but the newest keep (at least 1) and those that are
// pinned, and removes the files that no epoch needs any more. It takes the locks of
// all tables; a reader of an old epoch must have pinned it.
func (l *Lake) Expire(ctx context.Context, keep int) (x Expired, err error) {
	w, err := l.Begin(ctx)
	if err != nil {
		return x, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	err = l.db.Write(ctx, func(tx *db.Tx) error {
		x.Epochs, err = forget(ctx, tx, max(keep, 1))
		return err
	})
	if err != nil {
		return x, err
	}
	step("expire")
	if err := w.recover(ctx, nil); err != nil { // the snapshots of forgotten epochs are as dead as those of a killed intake
		return x, err
	}
	for _, name := range l.Tables() {
		if err := l.sweep(ctx, w.targets[name], &x); err != nil {
			return x, err
		}
	}
	return x, nil
}

// forget deletes the epochs to be expired and returns their ids.
func forget(ctx context.Context, tx *db.Tx, keep int) (gone []int64, err error) {
	var all, pinned []int64
	if err := tx.NewSelect().Model((*Epoch)(nil)).Column("id").OrderExpr("id DESC").Scan(ctx, &all); err != nil {
		return nil, err
	}
	if err := tx.NewSelect().Model((*pin)(nil)).Column("epoch").Distinct().Scan(ctx, &pinned); err != nil {
		return nil, err
	}
	for _, id := range all[min(keep, len(all)):] {
		if !slices.Contains(pinned, id) {
			gone = append(gone, id)
		}
	}
	if len(gone) == 0 {
		return nil, nil
	}
	if _, err := tx.NewDelete().Model((*Epoch)(nil)).Where("id IN (?)", bun.List(gone)).Exec(ctx); err != nil {
		return nil, err
	}
	_, err = tx.NewDelete().Model((*epochTable)(nil)).Where("epoch IN (?)", bun.List(gone)).Exec(ctx)
	return gone, err
}

// sweep removes every file of a table that no snapshot needs.
func (l *Lake) sweep(ctx context.Context, t *target, x *Expired) error {
	needed, err := needs(ctx, t.iceberg)
	if err != nil {
		return explain(err, "读取文件清单", l.tableDir(t.table.Name))
	}
	var folders []string
	err = filepath.WalkDir(l.tableDir(t.table.Name), func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			folders = append(folders, path)
			return nil
		case needed[path]:
			return nil
		}
		if info, err := e.Info(); err == nil {
			x.Bytes += info.Size()
		}
		x.Files++
		return os.Remove(path)
	})
	if err != nil {
		return explain(err, "清理过期数据", l.tableDir(t.table.Name))
	}
	for _, dir := range slices.Backward(folders[1:]) {
		_ = os.Remove(dir) // unless there is something in it
	}
	return nil
}

// needs returns the paths of all files that the table's snapshots need, and those of
// its last few descriptions, which a reader may be about to open.
func needs(ctx context.Context, it *table.Table) (map[string]bool, error) {
	files, err := it.FS(ctx)
	if err != nil {
		return nil, err
	}
	needed := map[string]bool{filePath(it.MetadataLocation()): true}
	for old := range it.Metadata().PreviousFiles() {
		needed[filePath(old.MetadataFile)] = true
	}
	for _, s := range it.Metadata().Snapshots() {
		needed[filePath(s.ManifestList)] = true
		manifests, err := s.Manifests(files)
		if err != nil {
			return nil, err
		}
		for _, m := range manifests {
			if needed[filePath(m.FilePath())] {
				continue
			}
			needed[filePath(m.FilePath())] = true
			for entry, err := range m.Entries(files, true) {
				if err != nil {
					return nil, err
				}
				needed[filePath(entry.DataFile().FilePath())] = true
			}
		}
	}
	return needed, nil
}
