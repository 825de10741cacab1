package lake

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	iceio "github.com/apache/iceberg-go/io"
	"github.com/apache/iceberg-go/table"

	"yiheng/ground/db"
)

// Relocate makes the catalogue name the places where the files are now, after the
// lake's directory was moved or copied. Every epoch stays as it is. It returns how
// many tables it corrected; 0 when all were right.
func (l *Lake) Relocate(ctx context.Context) (moved int, err error) {
	w := &Writer{lake: l, targets: make(map[string]*target)}
	defer func() { err = errors.Join(err, w.unlock()) }()
	if err := w.lock(l.Tables()); err != nil {
		return 0, err
	}
	for _, name := range l.Tables() {
		_, err := l.load(ctx, name)
		switch {
		case err == nil, errors.Is(err, catalog.ErrNoSuchTable):
			continue
		case !errors.Is(err, ErrMoved):
			return moved, err
		}
		if err := l.relocate(ctx, l.tables[name]); err != nil {
			return moved, err
		}
		moved++
	}
	return moved, nil
}

// relocate builds a new Iceberg table with the history of the old one, epoch by
// epoch, and puts it in the old one's place.
func (l *Lake) relocate(ctx context.Context, t *Table) error {
	old, err := l.openMoved(ctx, t.Name)
	if err != nil {
		return err
	}
	name := t.Name + "__moved"
	if err := l.catalog.DropTable(ctx, identifier(name)); err != nil && !errors.Is(err, catalog.ErrNoSuchTable) {
		return err
	}
	it, err := l.create(ctx, t, name)
	if err != nil {
		return err
	}
	epochs, err := l.Epochs(ctx)
	if err != nil {
		return err
	}
	renamed := map[int64]int64{0: 0} // snapshot before and after
	var have map[string]iceberg.DataFile
	for _, e := range epochs {
		s := e.Snapshots[t.Name]
		if _, done := renamed[s]; done {
			continue
		}
		if it, have, err = l.replay(ctx, old, s, it, have); err != nil {
			return err
		}
		renamed[s] = 0
		if now := it.CurrentSnapshot(); now != nil {
			renamed[s] = now.SnapshotID
		}
	}
	step("relocate " + t.Name)
	return l.db.Write(ctx, func(tx *db.Tx) error { return rename(ctx, tx, t.Name, name, renamed) })
}

// replay commits to it what it lacks, and takes away what it has too much, of the
// old table's snapshot. have is what it has by path; the new state comes back.
func (l *Lake) replay(ctx context.Context, old *table.Table, snapshot int64, it *table.Table, have map[string]iceberg.DataFile) (*table.Table, map[string]iceberg.DataFile, error) {
	files, err := planTable(ctx, old, snapshot)
	if err != nil {
		return nil, nil, err
	}
	now := make(map[string]iceberg.DataFile, len(files))
	var gone, fresh []iceberg.DataFile
	from, to := filePath(old.Location()), filePath(it.Location())
	for _, d := range files {
		path := rebase(filePath(d.FilePath()), from, to)
		if have[path] != nil {
			now[path] = have[path]
			continue
		}
		f, err := placed(d, path)
		if err != nil {
			return nil, nil, err
		}
		if now[path], err = dataFile(it, f); err != nil {
			return nil, nil, err
		}
		fresh = append(fresh, now[path])
	}
	for path, d := range have {
		if now[path] == nil {
			gone = append(gone, d)
		}
	}
	if len(gone)+len(fresh) == 0 {
		return it, now, nil
	}
	if _, err := addFiles(ctx, it, gone, fresh, 0); err != nil {
		return nil, nil, explain(err, "迁移数据表", to)
	}
	it, err = l.catalog.LoadTable(ctx, it.Identifier())
	return it, now, err
}

// openMoved loads a table whose catalogue entry is wrong from this lake's directory.
func (l *Lake) openMoved(ctx context.Context, name string) (*table.Table, error) {
	at, err := l.location(ctx, name)
	if err != nil {
		return nil, err
	}
	from, to := filepath.Dir(filepath.Dir(at)), l.tableDir(name)
	files := func(context.Context) (iceio.IO, error) { return movedFiles{from: from, to: to}, nil }
	it, err := table.NewFromLocation(ctx, identifier(name), fileURI(rebase(at, from, to)), files, l.catalog)
	return it, explain(err, "读取数据表", to)
}

// movedFiles finds files whose recorded path begins with from below to.
type movedFiles struct {
	local    iceio.LocalFS
	from, to string
}

// Open opens the file where it is now.
func (m movedFiles) Open(name string) (iceio.File, error) {
	return m.local.Open(rebase(filePath(name), m.from, m.to))
}

// Remove refuses: the old table is only read.
func (m movedFiles) Remove(string) error { return errors.ErrUnsupported }

func rebase(path, from, to string) string {
	if rest, ok := strings.CutPrefix(path, from+string(filepath.Separator)); ok {
		return filepath.Join(to, rest)
	}
	return path
}

// rename gives the table other the name of the old one and corrects the epochs.
func rename(ctx context.Context, tx *db.Tx, name, other string, snapshots map[int64]int64) error {
	if _, err := tx.NewDelete().Table("iceberg_tables").Where(entry, catalogName, namespace, name).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewUpdate().Table("iceberg_tables").Set("table_name = ?", name).Where(entry, catalogName, namespace, other).Exec(ctx)
	if err != nil {
		return err
	}
	var rows []epochTable
	if err := tx.NewSelect().Model(&rows).Where("table_name = ?", name).Scan(ctx); err != nil {
		return err
	}
	for _, row := range rows {
		row.Snapshot = snapshots[row.Snapshot]
		if _, err := tx.NewUpdate().Model(&row).Column("snapshot").Where("epoch = ? AND table_name = ?", row.Epoch, name).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
