package lake

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

var everyKind = &Table{Name: "every_kind", Columns: columnsOf("t m:m p:p q:q i:i d:d s:t")}

// writeForeign writes rows of everyKind as other engines may: t is the row's number in
// words of the dictionary, every third row is null.
func writeForeign(t *testing.T, path string, rows int, props ...parquet.WriterProperty) {
	t.Helper()
	var fields []arrow.Field
	types := []arrow.DataType{
		arrow.BinaryTypes.String, &arrow.Decimal128Type{Precision: 18, Scale: 2}, &arrow.Decimal128Type{Precision: 9, Scale: 1},
		&arrow.Decimal128Type{Precision: 18, Scale: 4}, arrow.PrimitiveTypes.Int64, arrow.FixedWidthTypes.Date32,
		&arrow.TimestampType{Unit: arrow.Millisecond},
	}
	for i, c := range everyKind.Columns {
		id := arrow.NewMetadata([]string{"PARQUET:field_id"}, []string{strconv.Itoa(len(added) + i + 1)})
		fields = append(fields, arrow.Field{Name: c.Name + "_renamed", Type: types[i], Nullable: true, Metadata: id})
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range rows {
		if i%3 == 2 {
			for k := range fields {
				b.Field(k).AppendNull()
			}
			continue
		}
		b.Field(0).(*array.StringBuilder).Append(fmt.Sprintf("文%d", i))
		b.Field(1).(*array.Decimal128Builder).Append(decimal128.FromI64(int64(i) - 50))
		b.Field(2).(*array.Decimal128Builder).Append(decimal128.FromI64(int64(i)))
		b.Field(3).(*array.Decimal128Builder).Append(decimal128.FromI64(int64(i) * 10000))
		b.Field(4).(*array.Int64Builder).Append(int64(i) << 33)
		b.Field(5).(*array.Date32Builder).Append(arrow.Date32(i - 7))
		b.Field(6).(*array.TimestampBuilder).Append(arrow.Timestamp(i*1000 - 50_000))
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := pqarrow.NewFileWriter(schema, f, parquet.NewWriterProperties(props...), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(b.NewRecordBatch()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestForeignFiles(t *testing.T) {
	const rows = 9000
	for name, props := range map[string][]parquet.WriterProperty{
		"usual":               {parquet.WithCompression(compress.Codecs.Zstd)},
		"version 2":           {parquet.WithCompression(compress.Codecs.Snappy), parquet.WithDataPageVersion(parquet.DataPageV2)},
		"gzip":                {parquet.WithCompression(compress.Codecs.Gzip)},
		"brotli":              {parquet.WithCompression(compress.Codecs.Brotli)},
		"small decimals":      {parquet.WithStoreDecimalAsInteger(true)},
		"delta":               {parquet.WithDictionaryDefault(false), parquet.WithEncodingFor("t_renamed", parquet.Encodings.DeltaLengthByteArray), parquet.WithEncodingFor("i_renamed", parquet.Encodings.DeltaBinaryPacked)},
		"dictionary given up": {parquet.WithDictionaryPageSizeLimit(2000), parquet.WithDataPageSize(2000)},
		"many row groups":     {parquet.WithMaxRowGroupLength(700)},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "foreign.parquet")
			writeForeign(t, path, rows, props...)
			r := must(OpenFile(path, everyKind))(t)
			defer r.Close()
			n := 0
			for i := range r.Blocks() {
				b := r.Block(i)
				cols := make([]*Vector, len(everyKind.Columns))
				for k, c := range everyKind.Columns {
					cols[k] = must(b.Col(c.Name))(t)
				}
				if v := must(b.Col(ColSource))(t); v != nil {
					t.Error("a column that the file does not have")
				}
				for i := range b.Rows() {
					checkForeign(t, cols, i, n)
					n++
				}
				b.Close()
			}
			if n != rows {
				t.Errorf("%d rows", n)
			}
		})
	}
}

// checkForeign compares row i of cols with row n as writeForeign wrote it.
func checkForeign(t *testing.T, cols []*Vector, i, n int) {
	t.Helper()
	want := fmt.Sprint("文", n, " ", []int64{int64(n) - 50, int64(n) * 100_000, int64(n) * 10_000, int64(n) << 33, int64(n - 7), int64(n - 50)})
	if n%3 == 2 {
		null := int64(NullInt)
		want = fmt.Sprint(" ", []int64{null, null, null, null, null, null})
	}
	var ints []int64
	for _, v := range cols[1:] {
		ints = append(ints, v.Int(i))
	}
	if got := fmt.Sprint(cols[0].Str(i), " ", ints); got != want {
		t.Fatalf("row %d: %s, want %s", n, got, want)
	}
}

// A file whose column has another type than the table's is refused, not guessed at.
func TestMisfit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foreign.parquet")
	writeForeign(t, path, 10)
	other := &Table{Name: "other", Columns: columnsOf("t:m m p:q q:p i:t d:t s:d")}
	r := must(OpenFile(path, other))(t)
	defer r.Close()
	b := r.Block(0)
	defer b.Close()
	for _, c := range other.Columns {
		if c.Name == "p" || c.Name == "q" {
			continue // a decimal of another scale is exact in more decimals
		}
		if _, err := b.Col(c.Name); err == nil {
			t.Errorf("%s: no error", c.Name)
		}
	}
}
