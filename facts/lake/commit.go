package lake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/apache/iceberg-go"

	"yiheng/ground/db"
)

// ErrLive is wrapped by the error of Commit when a source that it would add is
// live already: the same content twice changes nothing.
var ErrLive = errors.New("source is live already")

// Change is what an intake does to the sources of the lake.
type Change struct {
	Add    []Source // Seq, Tag, Epoch are given by Commit
	Retire []string // IDs of live sources that are not visible any more
	Note   string
}

// Commit makes the rows written and the change of sources visible, all at the same
// moment: it commits a snapshot of each table that has new files, and then writes
// one epoch that names the snapshots of all tables. When it fails, or the process
// dies in it, nothing has changed for readers.
//
// A retired source and its successor must be of tables that the Writer holds. When
// the change adds one source to the table of a retired one, that is its
// ReplacedBy.
func (w *Writer) Commit(ctx context.Context, c Change) (Epoch, error) {
	if w.done || w.targets == nil {
		return Epoch{}, errors.New("lake: this writer has committed already")
	}
	if err := w.check(c); err != nil {
		return Epoch{}, err
	}
	snapshots := make(map[string]int64)
	for _, name := range slices.Sorted(maps.Keys(w.targets)) {
		t := w.targets[name]
		if len(t.files) == 0 {
			continue
		}
		files, err := t.describe()
		if err != nil {
			return Epoch{}, err
		}
		if snapshots[name], err = w.snapshot(ctx, t, nil, files); err != nil {
			return Epoch{}, err
		}
	}
	return w.finish(ctx, snapshots, c)
}

func (w *Writer) check(c Change) error {
	for _, s := range c.Add {
		switch {
		case s.ID == "":
			return fmt.Errorf("lake: source %s without an ID", s.Name)
		case w.targets[s.Table] == nil:
			return fmt.Errorf("lake: source %s is of table %q, which is not being written", s.Name, s.Table)
		}
	}
	return nil
}

// snapshot commits files to one table, in place of those that go.
func (w *Writer) snapshot(ctx context.Context, t *target, gone, files []iceberg.DataFile) (int64, error) {
	step("sync " + t.table.Name)
	if err := syncDir(w.lake.dir); err != nil {
		return 0, explain(err, "写入磁盘", w.lake.dir)
	}
	step("snapshot " + t.table.Name)
	id, err := addFiles(ctx, t.iceberg, gone, files, w.attempt)
	return id, explain(err, "提交数据表", w.lake.tableDir(t.table.Name))
}

// finish writes the epoch, the visible moment.
func (w *Writer) finish(ctx context.Context, snapshots map[string]int64, c Change) (e Epoch, err error) {
	step("sync all")
	if err := syncDir(w.lake.dir); err != nil {
		return e, explain(err, "写入磁盘", w.lake.dir)
	}
	step("epoch")
	w.doubt = true
	err = w.lake.db.Write(ctx, func(tx *db.Tx) error {
		before, err := readEpoch(ctx, tx, 0)
		if err != nil && !errors.Is(err, ErrNoEpoch) {
			return err
		}
		e = Epoch{ID: before.ID + 1, At: tx.Now, Note: c.Note, Snapshots: map[string]int64{}}
		maps.Copy(e.Snapshots, before.Snapshots)
		maps.Copy(e.Snapshots, snapshots)
		if err := w.changeSources(ctx, tx, e.ID, c); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&e).Exec(ctx); err != nil {
			return err
		}
		for name, id := range e.Snapshots {
			if _, err := tx.NewInsert().Model(&epochTable{Epoch: e.ID, TableName: name, Snapshot: id}).Exec(ctx); err != nil {
				return err
			}
		}
		_, err = tx.NewUpdate().Model((*attempt)(nil)).Set("epoch = ?", e.ID).Where("id = ?", w.attempt).Exec(ctx)
		return err
	})
	if err != nil {
		return Epoch{}, err
	}
	step("done")
	w.done = true
	return e, nil
}

// changeSources retires and adds sources in the order given.
func (w *Writer) changeSources(ctx context.Context, tx *db.Tx, epoch int64, c Change) error {
	for _, id := range c.Retire {
		if err := w.retire(ctx, tx, epoch, id, c.Add); err != nil {
			return err
		}
	}
	var seq int64
	if err := tx.NewSelect().Model((*Source)(nil)).ColumnExpr("coalesce(max(seq), 0)").Scan(ctx, &seq); err != nil {
		return err
	}
	for i, s := range c.Add {
		live, err := tx.NewSelect().Model((*Source)(nil)).Where("id = ? AND retired_in = 0", s.ID).Exists(ctx)
		if err != nil {
			return err
		}
		if live {
			return fmt.Errorf("文件 %s 的内容已在明细湖中（来源 %s），不能重复导入：%w", s.Name, s.ID, ErrLive)
		}
		s.Tag, s.Seq, s.Epoch, s.RetiredIn, s.ReplacedBy = w.tag(s.ID), seq+int64(i)+1, epoch, 0, ""
		if _, err := tx.NewInsert().Model(&s).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) retire(ctx context.Context, tx *db.Tx, epoch int64, id string, add []Source) error {
	var old Source
	err := tx.NewSelect().Model(&old).Where("id = ? AND retired_in = 0", id).Scan(ctx)
	if err != nil {
		return fmt.Errorf("来源 %s 不在明细湖中，或已被替换，无法再替换：%w", id, err)
	}
	if w.targets[old.Table] == nil {
		return fmt.Errorf("lake: retired source %s is of table %s, which is not being written", id, old.Table)
	}
	next := ""
	if i := slices.IndexFunc(add, func(s Source) bool { return s.Table == old.Table }); i >= 0 {
		next = add[i].ID
		if slices.ContainsFunc(add[i+1:], func(s Source) bool { return s.Table == old.Table }) {
			next = ""
		}
	}
	_, err = tx.NewUpdate().Model((*Source)(nil)).Set("retired_in = ?", epoch).Set("replaced_by = ?", next).
		Where("tag = ?", old.Tag).Exec(ctx)
	return err
}
