package lake

import (
	"cmp"
	"context"
	"fmt"

	"github.com/apache/iceberg-go"
	"golang.org/x/sync/errgroup"
)

// Compacted says what Compact did.
type Compacted struct {
	Partitions    int   `json:"partitions"` // that were rewritten
	Before, After int   // files of these partitions
	Dropped       int64 `json:"dropped"` // rows of retired sources
	Epoch         Epoch `json:"epoch"`   // the new epoch; of none when nothing was to be done
}

const (
	mergeFiles = 128       // open at once in one merge
	mergeRows  = 512 << 10 // decoded at once in one merge: about 200 MB of fee lines
)

// Compact merges the small files of partitions that have more than maxFiles (0: 4),
// and drops rows of retired sources. The result is a new epoch with the same visible
// rows; older epochs keep their files until they expire.
func (l *Lake) Compact(ctx context.Context, table string, maxFiles int) (c Compacted, err error) {
	w, err := l.Begin(ctx, table)
	if err != nil {
		return c, err
	}
	defer func() {
		if e := w.Close(); err == nil {
			err = e
		}
	}()
	e, err := l.Epoch(ctx, 0)
	if err != nil {
		return c, err
	}
	t := w.targets[table]
	files, err := l.Files(ctx, e, table, 0)
	if err != nil || len(files) == 0 {
		return c, err
	}
	retired, err := l.retiredTags(ctx, table)
	if err != nil {
		return c, err
	}
	jobs, err := plan(t.table, files, retired, cmp.Or(max(maxFiles, 0), 4))
	if err != nil || len(jobs) == 0 {
		return c, err
	}
	if err := w.merge(ctx, t, jobs, retired, &c); err != nil {
		return c, err
	}
	gone, err := l.gone(ctx, table, e.Snapshots[table], jobs)
	if err != nil {
		return c, err
	}
	fresh, err := t.describe()
	if err != nil {
		return c, err
	}
	snapshot, err := w.snapshot(ctx, t, gone, fresh)
	if err != nil {
		return c, err
	}
	c.Epoch, err = w.finish(ctx, map[string]int64{table: snapshot}, Change{Note: "整理 " + table})
	return c, err
}

// retiredTags returns the tags of the retired sources of a table.
func (l *Lake) retiredTags(ctx context.Context, table string) (map[string]bool, error) {
	var tags []string
	err := l.db.NewSelect().Model((*Source)(nil)).Column("tag").Where("table_name = ? AND retired_in <> 0", table).Scan(ctx, &tags)
	m := make(map[string]bool, len(tags))
	for _, tag := range tags {
		m[tag] = true
	}
	return m, err
}

// merge writes the result of each job.
func (w *Writer) merge(ctx context.Context, t *target, jobs []job, retired map[string]bool, c *Compacted) error {
	if err := makeDir(t.dir); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(w.packers))
	dropped := make([]int64, len(jobs))
	for i, j := range jobs {
		g.Go(func() error {
			pack := <-w.packers
			defer func() { w.packers <- pack }()
			rows, err := w.mergeFiles(ctx, t, j, retired, pack)
			for _, f := range j.files {
				dropped[i] += f.Rows
			}
			dropped[i] -= rows
			return err
		})
		if i == 0 || jobs[i-1].month != j.month || jobs[i-1].bucket != j.bucket {
			c.Partitions++
		}
		c.Before += len(j.files)
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, n := range dropped {
		c.Dropped += n
	}
	c.After = len(t.files)
	return nil
}

// mergeFiles writes the files of a job as one and returns its rows; no rows, no file.
func (w *Writer) mergeFiles(ctx context.Context, t *target, j job, retired map[string]bool, pack *packer) (int64, error) {
	m, err := newMerger(t.table, j.files, retired)
	if err != nil {
		return 0, err
	}
	defer m.close()
	p := part{month: j.month, bucket: j.bucket}
	out := File{Path: w.fileName(t, p), Month: j.month, Bucket: j.bucket}
	f, err := create(out.Path, t.table, j.places)
	if err != nil {
		return 0, explain(err, "写入数据文件", out.Path)
	}
	rows, err := m.pour(ctx, f, pack, p)
	if err == nil && rows > 0 {
		out.Rows = rows
		out.Bytes, err = f.finish()
	}
	if err != nil || rows == 0 {
		f.abandon()
		return 0, explain(err, "写入数据文件", out.Path)
	}
	t.add(out)
	return rows, nil
}

// pour writes all rows of m into f and counts them.
func (m *merger) pour(ctx context.Context, f *packedFile, pack *packer, p part) (rows int64, err error) {
	g := newGather(m.table)
	order := make([]int32, groupRows)
	for i := range order {
		order[i] = int32(i)
	}
	for ctx.Err() == nil {
		n, err := m.read(g, groupRows)
		if err != nil || n == 0 {
			return rows, err
		}
		if err := pack.group(f, g.sheet(), order[:n], p); err != nil {
			return rows, err
		}
		rows += int64(n)
	}
	return rows, ctx.Err()
}

// gone returns the catalogue's entries of the files that were merged.
func (l *Lake) gone(ctx context.Context, table string, snapshot int64, jobs []job) (gone []iceberg.DataFile, err error) {
	merged := map[string]bool{}
	for _, j := range jobs {
		for _, f := range j.files {
			merged[f.Path] = true
		}
	}
	all, err := l.plan(ctx, table, snapshot)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if merged[filePath(d.FilePath())] {
			gone = append(gone, d)
		}
	}
	if len(gone) != len(merged) {
		return nil, fmt.Errorf("lake: %d files merged, %d of them in the catalogue", len(merged), len(gone))
	}
	return gone, nil
}
