package lake

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/apache/iceberg-go"
)

// File is a Parquet file of an epoch. Its Path is absolute; it goes to worker
// processes as JSON.
type File struct {
	Path   string `json:"path"`
	Month  int    `json:"month"` // year*12+month-1, 0: unknown
	Bucket int    `json:"bucket"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
}

// Files returns the files of a table at an epoch whose month is fromMonth or later,
// or unknown; by bucket, month and path. A table that had no rows has no files.
func (l *Lake) Files(ctx context.Context, e Epoch, table string, fromMonth int) ([]File, error) {
	if _, err := l.table(table); err != nil {
		return nil, err
	}
	snapshot := e.Snapshots[table]
	if snapshot == 0 {
		return nil, nil
	}
	planned, err := l.plan(ctx, table, snapshot)
	if err != nil {
		return nil, err
	}
	files := make([]File, 0, len(planned))
	for _, d := range planned {
		f, err := placed(d, filePath(d.FilePath()))
		if err != nil {
			return nil, err
		}
		if f.Month == 0 || f.Month >= fromMonth {
			files = append(files, f)
		}
	}
	slices.SortFunc(files, func(a, b File) int {
		return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Path, b.Path))
	})
	return files, nil
}

// placed returns a file of the catalogue, which stands at path, with its partition.
func placed(d iceberg.DataFile, path string) (File, error) {
	f := File{Path: path, Rows: d.Count(), Bytes: d.FileSizeBytes()}
	partition := d.Partition()
	month, okMonth := partition[partMonth].(int64)
	bucket, okBucket := partition[partBucket].(int64)
	if !okMonth || !okBucket {
		return f, fmt.Errorf("数据文件 %s 没有按月份和人员分桶存放，本程序不读取这样的文件", path)
	}
	f.Month, f.Bucket = int(month), int(bucket)
	return f, nil
}
