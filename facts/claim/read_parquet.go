package claim

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	schemas "github.com/apache/arrow-go/v18/parquet/schema"
	"golang.org/x/sync/errgroup"
)

// parquetFile is a Parquet file, whatever engine wrote it.
type parquetFile struct {
	file  *file.Reader
	names []string
	utc   []bool        // by column: times are instants, shown in Beijing time
	zoned []string      // columns of which that is so
	seen  *atomic.Int64 // for the progress line
	size  int64
}

// parquetRows is how many rows are decoded and converted at a time.
const parquetRows = 4096

// beijing is what is added to an instant in UTC to get the civil time of China.
const beijing = 8 * 3600

func openParquet(r parquet.ReaderAtSeeker) (p *parquetFile, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = &Problem{What: "Parquet 文件损坏", Do: "请重新导出", Err: fmt.Errorf("%v", e)}
		}
	}()
	f, err := file.NewParquetReader(r)
	if err != nil {
		return nil, &Problem{What: "Parquet 文件损坏或不完整", Do: "请检查复制是否完成，必要时重新导出", Err: err}
	}
	p = &parquetFile{file: f}
	schema := f.MetaData().Schema
	for i := range schema.Root().NumFields() {
		node := schema.Root().Field(i)
		p.names = append(p.names, node.Name())
		leaf := schema.ColumnIndexByNode(node)
		int96, instant := false, false
		if leaf >= 0 {
			int96 = schema.Column(leaf).PhysicalType() == parquet.Types.Int96
			logical, ok := schema.Column(leaf).LogicalType().(schemas.TimestampLogicalType)
			instant = int96 || ok && logical.IsAdjustedToUTC()
		}
		p.utc = append(p.utc, int96)
		if instant {
			p.zoned = append(p.zoned, node.Name())
		}
	}
	return p, nil
}

func (p *parquetFile) head() [][]string { return [][]string{p.names} }

func (p *parquetFile) describe() string {
	if len(p.zoned) > 0 {
		return "Parquet，" + strings.Join(p.zoned, "、") + " 是世界时，已换算成北京时间"
	}
	return "Parquet"
}

// run gives the row groups to the mills, each of which decodes its own.
func (p *parquetFile) run(ctx context.Context, l *layout, _ int, mills []*mill) error {
	starts := make([]int64, p.file.NumRowGroups())
	for i, row := 0, int64(0); i < len(starts); i++ {
		starts[i] = row
		row += p.file.MetaData().RowGroup(i).NumRows()
	}
	var nextGroup atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for _, m := range mills {
		g.Go(func() error {
			for {
				i := int(nextGroup.Add(1)) - 1
				if i >= len(starts) {
					return nil
				}
				if err := p.readGroup(ctx, i, starts[i], m); err != nil {
					return err
				}
				if p.seen != nil {
					p.seen.Add(p.size / int64(len(starts)))
				}
			}
		})
	}
	return g.Wait()
}

func (p *parquetFile) readGroup(ctx context.Context, group int, start int64, m *mill) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = &Problem{What: fmt.Sprintf("Parquet 第 %d 个行组损坏", group+1), Do: "请重新导出", Err: fmt.Errorf("%v", e)}
		}
	}()
	props := pqarrow.ArrowReadProperties{BatchSize: parquetRows}
	leaves := make([]int, p.file.MetaData().Schema.NumColumns())
	for i := range leaves {
		leaves[i] = i
		if p.hasDictionary(group, i) {
			props.SetReadDict(i, true)
		}
	}
	fr, err := pqarrow.NewFileReader(p.file, props, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	rr, err := fr.GetRecordReader(ctx, leaves, []int{group})
	if err != nil {
		return err
	}
	defer rr.Release()
	b := &arrowBlock{utc: p.utc, start: start, codes: map[int]*codes{}}
	for rr.Next() {
		rec := rr.RecordBatch()
		b.columns, b.rows = rec.Columns(), int(rec.NumRows())
		if err := m.take(b); err != nil {
			return err
		}
		b.start += int64(b.rows)
	}
	return rr.Err()
}

// hasDictionary says whether a column of text is worth reading as a dictionary.
func (p *parquetFile) hasDictionary(group, column int) bool {
	if p.file.MetaData().Schema.Column(column).PhysicalType() != parquet.Types.ByteArray {
		return false
	}
	chunk, err := p.file.MetaData().RowGroup(group).ColumnChunk(column)
	if err != nil || !chunk.HasDictionaryPage() {
		return false
	}
	return chunk.TotalUncompressedSize() < 4*p.file.MetaData().RowGroup(group).NumRows()
}
