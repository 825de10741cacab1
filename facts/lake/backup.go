package lake

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	iceio "github.com/apache/iceberg-go/io"
	"github.com/apache/iceberg-go/table"

	"yiheng/ground/db"
)

// Needs returns the files that all epochs need as r sees the catalogue, as paths
// below the lake's directory, sorted. None of them is ever written again; expiry and
// compaction may remove them, so whoever wants them links them first.
func (l *Lake) Needs(ctx context.Context, r db.Reader) ([]string, error) {
	var entries []struct {
		TableName        string
		MetadataLocation string
	}
	err := r.NewSelect().Table("iceberg_tables").Column("table_name", "metadata_location").
		Where("catalog_name = ? AND table_namespace = ?", catalogName, namespace).Scan(ctx, &entries)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		if l.tables[e.TableName] == nil {
			continue // what a relocation that was killed left
		}
		at := e.MetadataLocation
		it, err := table.NewFromLocation(ctx, identifier(e.TableName), at, iceio.LoadFSFunc(nil, at), l.catalog)
		if err != nil {
			return nil, explain(err, "读取数据表", filePath(at))
		}
		needed, err := needs(ctx, it)
		if err != nil {
			return nil, explain(err, "读取文件清单", l.tableDir(e.TableName))
		}
		for old := range it.Metadata().PreviousFiles() {
			delete(needed, filePath(old.MetadataFile))
		}
		needed[filePath(at)] = true
		for path := range needed {
			below, err := filepath.Rel(l.dir, path)
			if err != nil || !filepath.IsLocal(below) {
				return nil, fmt.Errorf("数据文件 %s 不在数据目录 %s 中，不能备份。请先运行 yiheng lake relocate：%w", path, l.dir, ErrMoved)
			}
			paths = append(paths, below)
		}
	}
	slices.Sort(paths)
	return paths, nil
}
