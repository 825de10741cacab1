package lake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	iceio "github.com/apache/iceberg-go/io"
	"github.com/apache/iceberg-go/table"

	"yiheng/ground/db"
)

// Names in the Iceberg catalogue: other engines find the tables as yiheng.yiheng.*.
const (
	catalogName = "yiheng"
	namespace   = "yiheng"
)

// fileURI is an absolute path as the catalogue keeps it.
func fileURI(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// filePath is the reverse of fileURI; it also reads plain paths.
func filePath(uri string) string {
	if u, err := url.Parse(uri); err == nil && u.Scheme == "file" {
		return filepath.FromSlash(u.Path)
	}
	return uri
}

// ErrMoved is wrapped by the errors of a lake whose directory is not where its
// catalogue says: it was moved or copied. Relocate mends that.
var ErrMoved = errors.New("lake was moved")

// load loads a table and makes sure that it stands in this lake's directory, so that
// a copy of a home never touches the files of the original.
func (l *Lake) load(ctx context.Context, name string) (*table.Table, error) {
	at, err := l.location(ctx, name)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(l.tableDir(name), "metadata")
	if old := filepath.Dir(at); old != dir && !sameDir(old, dir) {
		return nil, fmt.Errorf("数据表 %s 登记在 %s，而数据目录现在是 %s：它被移动过，或是一份副本。请先运行 yiheng lake relocate：%w", name, filepath.Dir(old), l.dir, ErrMoved)
	}
	it, err := l.catalog.LoadTable(ctx, identifier(name))
	if err != nil && l.mend(ctx, name) == nil {
		it, err = l.catalog.LoadTable(ctx, identifier(name))
	}
	return it, explain(err, "读取数据表", at)
}

// mend goes back to the description before the last one when the last one cannot be
// read: the power failed after the catalogue named it and before it was on the disk.
// No epoch has that state yet, since Commit brings everything to the disk first.
func (l *Lake) mend(ctx context.Context, name string) error {
	return l.db.Write(ctx, func(tx *db.Tx) error {
		var last, before string
		q := tx.NewSelect().Table("iceberg_tables").Column("metadata_location", "previous_metadata_location").Where(entry, catalogName, namespace, name)
		if err := q.Scan(ctx, &last, &before); err != nil {
			return err
		}
		files := iceio.LoadFSFunc(nil, before)
		if _, err := table.NewFromLocation(ctx, identifier(name), before, files, l.catalog); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Table("iceberg_tables").Set("metadata_location = ?", before).Set("previous_metadata_location = NULL").
			Where(entry, catalogName, namespace, name).Where("metadata_location = ?", last).Exec(ctx)
		return err
	})
}

// entry finds a table in the catalogue.
const entry = "catalog_name = ? AND table_namespace = ? AND table_name = ?"

// location returns the path of a table's description; catalog.ErrNoSuchTable when
// there is no such table.
func (l *Lake) location(ctx context.Context, name string) (string, error) {
	var uri string
	err := l.db.NewSelect().Table("iceberg_tables").Column("metadata_location").
		Where(entry, catalogName, namespace, name).Scan(ctx, &uri)
	if errors.Is(err, sql.ErrNoRows) {
		return "", catalog.ErrNoSuchTable
	}
	return filePath(uri), err
}

func sameDir(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// tableDir is where the files of a table stand.
func (l *Lake) tableDir(name string) string { return filepath.Join(l.dir, name) }

// ensure loads a table for writing, creates it when it is new, and adds columns
// that its definition has more than the stored schema.
func (l *Lake) ensure(ctx context.Context, t *Table) (*table.Table, error) {
	it, err := l.load(ctx, t.Name)
	switch {
	case errors.Is(err, catalog.ErrNoSuchTable):
		return l.create(ctx, t, t.Name)
	case err != nil:
		return nil, err
	}
	return evolve(ctx, it, t)
}

// create creates the table t under the given name.
func (l *Lake) create(ctx context.Context, t *Table, name string) (*table.Table, error) {
	err := l.catalog.CreateNamespace(ctx, table.Identifier{namespace}, nil)
	if err != nil && !errors.Is(err, catalog.ErrNamespaceAlreadyExists) {
		return nil, err
	}
	var fields []iceberg.NestedField
	for i, c := range t.columns() {
		fields = append(fields, iceberg.NestedField{ID: i + 1, Name: c.Name, Type: icebergType(c.Kind)})
	}
	spec := iceberg.NewPartitionSpec(
		iceberg.PartitionField{SourceIDs: []int{atMonth + 1}, FieldID: partMonth, Name: ColMonth, Transform: iceberg.IdentityTransform{}},
		iceberg.PartitionField{SourceIDs: []int{atBucket + 1}, FieldID: partBucket, Name: ColBucket, Transform: iceberg.IdentityTransform{}},
	)
	it, err := l.catalog.CreateTable(ctx, identifier(name), iceberg.NewSchema(0, fields...),
		catalog.WithLocation(fileURI(l.tableDir(t.Name))), catalog.WithPartitionSpec(&spec),
		catalog.WithProperties(iceberg.Properties{
			table.ManifestMergeEnabledKey:               "true",
			table.ManifestMinMergeCountKey:              "20",
			table.MetadataDeleteAfterCommitEnabledKey:   "true",
			table.MetadataPreviousVersionsMaxKey:        "3",
			table.ParquetCompressionKey:                 "zstd",
			"write.distribution-mode":                   "hash",
			"write.parquet.compression-level":           "1",
			"write.metadata.metrics.default":            "none",
			"write.metadata.metrics.column." + ColMonth: "full",
		}))
	if err != nil {
		return nil, explain(err, "创建数据表", l.tableDir(t.Name))
	}
	return evolve(ctx, it, t)
}

// evolve checks that every field of the stored schema is the column that has its
// place in t, and adds those that t has more.
func evolve(ctx context.Context, it *table.Table, t *Table) (*table.Table, error) {
	stored, want := it.Schema().Fields(), t.columns()
	if len(stored) > len(want) {
		return nil, fmt.Errorf("数据表 %s 有 %d 列，本程序只认识 %d 列：它由更新版本的 yiheng 写成，请换用那个版本", t.Name, len(stored), len(want))
	}
	for i, f := range stored {
		if c := want[i]; f.ID != i+1 || f.Name != c.Name || !f.Type.Equals(icebergType(c.Kind)) {
			return nil, fmt.Errorf("数据表 %s 第 %d 列应为 %s %s，实为 %s %s（字段号 %d）：表结构只能在末尾增加列", t.Name, i+1, c.Name, icebergType(c.Kind), f.Name, f.Type, f.ID)
		}
	}
	if len(stored) == len(want) {
		return it, nil
	}
	tx := it.NewTransaction()
	update := tx.UpdateSchema(true, false)
	for _, c := range want[len(stored):] {
		update.AddColumn([]string{c.Name}, icebergType(c.Kind), "", false, nil)
	}
	if err := update.Commit(); err != nil {
		return nil, err
	}
	it, err := tx.Commit(ctx)
	if err != nil {
		return nil, explain(err, "增加列", t.Name)
	}
	return evolve(ctx, it, t)
}

// rollBack makes snapshot (0: none) the current one of a table and forgets the
// snapshots that no epoch has, which an intake that was killed left behind.
func (l *Lake) rollBack(ctx context.Context, it *table.Table, snapshot int64, known map[int64]bool) (*table.Table, error) {
	var dead []int64
	for _, s := range it.Metadata().Snapshots() {
		if !known[s.SnapshotID] {
			dead = append(dead, s.SnapshotID)
		}
	}
	current := it.CurrentSnapshot()
	if len(dead) == 0 && (current == nil) == (snapshot == 0) && (current == nil || current.SnapshotID == snapshot) {
		return it, nil
	}
	var updates []table.Update
	switch {
	case snapshot != 0:
		updates = append(updates, table.NewSetSnapshotRefUpdate(table.MainBranch, snapshot, table.BranchRef, 0, 0, 0))
	case current != nil:
		updates = append(updates, table.NewRemoveSnapshotRefUpdate(table.MainBranch))
	}
	if len(dead) > 0 {
		updates = append(updates, table.NewRemoveSnapshotsUpdate(dead, false))
	}
	if _, _, err := l.catalog.CommitTable(ctx, it.Identifier(), nil, updates); err != nil {
		return nil, explain(err, "撤销未完成的导入", l.tableDir(it.Identifier()[1]))
	}
	return l.catalog.LoadTable(ctx, it.Identifier())
}

// dataFile describes a file of ours for the catalogue.
func dataFile(it *table.Table, f File) (iceberg.DataFile, error) {
	b, err := iceberg.NewDataFileBuilder(it.Spec(), iceberg.EntryContentData, fileURI(f.Path), iceberg.ParquetFile,
		map[int]any{partMonth: int64(f.Month), partBucket: int64(f.Bucket)}, nil, nil, f.Rows, f.Bytes)
	if err != nil {
		return nil, err
	}
	return b.Build(), nil
}

// addFiles commits files to a table, in place of those that go, and returns the
// new snapshot. attempt goes into the snapshot's summary.
func addFiles(ctx context.Context, it *table.Table, gone, files []iceberg.DataFile, attempt int64) (int64, error) {
	tx := it.NewTransaction()
	summary := iceberg.Properties{"yiheng.attempt": strconv.FormatInt(attempt, 10)}
	var err error
	if len(gone) == 0 {
		err = tx.AddDataFiles(ctx, files, summary, table.WithoutDuplicateCheck(), table.WithoutAutoNameMapping())
	} else {
		err = tx.ReplaceDataFilesWithDataFiles(ctx, gone, files, summary, table.WithoutAutoNameMapping())
	}
	if err != nil {
		return 0, err
	}
	if it, err = tx.Commit(ctx); err != nil {
		return 0, err
	}
	return it.CurrentSnapshot().SnapshotID, nil
}

// plan returns the data files of a snapshot as the catalogue knows them.
func (l *Lake) plan(ctx context.Context, name string, snapshot int64) ([]iceberg.DataFile, error) {
	it, err := l.load(ctx, name)
	if err != nil {
		return nil, err
	}
	return planTable(ctx, it, snapshot)
}

func planTable(ctx context.Context, it *table.Table, snapshot int64) ([]iceberg.DataFile, error) {
	name := it.Identifier()[1]
	tasks, err := it.Scan(table.WithSnapshotID(snapshot)).PlanFiles(ctx)
	if err != nil {
		return nil, explain(err, "读取文件清单", name)
	}
	files := make([]iceberg.DataFile, len(tasks))
	for i, t := range tasks {
		if len(t.DeleteFiles)+len(t.EqualityDeleteFiles)+len(t.DeletionVectorFiles) > 0 {
			return nil, fmt.Errorf("数据表 %s 被其他引擎逐行删改过（%s），本程序不读取这样的文件：请用该引擎重写全表后再试", name, t.File.FilePath())
		}
		files[i] = t.File
	}
	return files, nil
}
