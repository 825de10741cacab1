package lake

import (
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// BenchmarkReadArrowTables reads what BenchmarkRead reads with arrow-go's table
// reader, texts kept in dictionaries.
func BenchmarkReadArrowTables(b *testing.B) {
	benchArrow(b, func(r *file.Reader, group, column int) {
		props := pqarrow.ArrowReadProperties{}
		for c := range r.MetaData().Schema.NumColumns() {
			props.SetReadDict(c, true)
		}
		f, err := pqarrow.NewFileReader(r, props, memory.DefaultAllocator)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.RowGroup(group).Column(column).Read(context.Background()); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkReadArrowColumns does so with arrow-go's column readers.
func BenchmarkReadArrowColumns(b *testing.B) {
	const most = 1 << 15
	ints, days, texts := make([]int64, most), make([]int32, most), make([]parquet.ByteArray, most)
	levels := make([]int16, most)
	benchArrow(b, func(r *file.Reader, group, column int) {
		c, err := r.RowGroup(group).Column(column)
		if err != nil {
			b.Fatal(err)
		}
		for left := r.RowGroup(group).NumRows(); left > 0; {
			var n int64
			switch c := c.(type) {
			case *file.Int64ColumnChunkReader:
				n, _, err = c.ReadBatch(left, ints, levels, nil)
			case *file.Int32ColumnChunkReader:
				n, _, err = c.ReadBatch(left, days, levels, nil)
			case *file.ByteArrayColumnChunkReader:
				n, _, err = c.ReadBatch(left, texts, levels, nil)
			default:
				b.Fatalf("%T", c)
			}
			if err != nil || n == 0 {
				b.Fatal(n, err)
			}
			left -= n
		}
	})
}

func benchArrow(b *testing.B, read func(r *file.Reader, group, column int)) {
	home := b.TempDir()
	l, err := Open(context.Background(), testDB(b, home), home+"/lake", []*Table{feeTable}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	w, err := l.Begin(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	if err := w.Append(context.Background(), feeBatch("0000000000000001", 1, 500_000, 1, 0)); err != nil {
		b.Fatal(err)
	}
	values := int64(0)
	for b.Loop() {
		for _, f := range w.targets["fee_list_d"].files {
			r, err := file.OpenParquetFile(f.Path, false)
			if err != nil {
				b.Fatal(err)
			}
			for g := range r.NumRowGroups() {
				for _, name := range judged {
					if c := r.MetaData().Schema.ColumnIndexByName(name); c >= 0 {
						read(r, g, c)
						values += r.RowGroup(g).NumRows()
					}
				}
			}
			r.Close()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(values), "ns/value")
}
