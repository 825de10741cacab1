package finding

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

const (
	batchRows    = 4096   // rows of an Arrow batch
	rowGroupRows = 20_000 // rows of a row group: bounds the memory of writing and reading
)

// amountType is the Parquet type of the amounts: yuan, as DECIMAL(18,2).
var amountType = &arrow.Decimal128Type{Precision: 18, Scale: 2}

// schema is that of findings.parquet: the columns of findings.csv under the same names,
// lists joined by ; as there, days as DATE, amounts as DECIMAL(18,2), the unknown null.
func schema() *arrow.Schema {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.name, Type: arrow.BinaryTypes.String}
		switch c.at(new(Finding)).(type) {
		case *int:
			fields[i].Type = arrow.PrimitiveTypes.Int32
		case *calendar.Day:
			fields[i].Type, fields[i].Nullable = arrow.FixedWidthTypes.Date32, true
		case *claim.Money:
			fields[i].Type, fields[i].Nullable = amountType, true
		}
	}
	return arrow.NewSchema(fields, nil)
}

// parquetFile writes findings.parquet.
type parquetFile struct {
	file   *os.File
	writer *pqarrow.FileWriter
	batch  *array.RecordBuilder
	rows   int
}

func createParquet(path string) (*parquetFile, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	properties := parquet.NewWriterProperties(
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithMaxRowGroupLength(rowGroupRows),
		parquet.WithStoreDecimalAsInteger(true),
	)
	// The writer would close the file before it is synced: it sees no more than io.Writer.
	w, err := pqarrow.NewFileWriter(schema(), struct{ io.Writer }{f}, properties, pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		f.Close()
		return nil, err
	}
	return &parquetFile{file: f, writer: w, batch: array.NewRecordBuilder(memory.DefaultAllocator, schema())}, nil
}

func (p *parquetFile) add(f *Finding) error {
	for i := range columns {
		appendValue(p.batch.Field(i), columns[i].at(f))
	}
	p.rows++
	if p.rows < batchRows {
		return nil
	}
	return p.flush()
}

func appendValue(to array.Builder, value any) {
	switch v := value.(type) {
	case *int:
		to.(*array.Int32Builder).Append(int32(*v))
	case *calendar.Day:
		if v.IsZero() {
			to.AppendNull()
			return
		}
		to.(*array.Date32Builder).Append(arrow.Date32(*v))
	case *claim.Money:
		if v.IsZero() {
			to.AppendNull()
			return
		}
		to.(*array.Decimal128Builder).Append(decimal128.FromI64(int64(*v)))
	default:
		to.(*array.StringBuilder).Append(textOf(value))
	}
}

func (p *parquetFile) flush() error {
	if p.rows == 0 {
		return nil
	}
	p.rows = 0
	batch := p.batch.NewRecordBatch()
	defer batch.Release()
	return p.writer.WriteBuffered(batch)
}

func (p *parquetFile) close() error {
	defer p.batch.Release()
	return errors.Join(p.flush(), p.writer.Close(), p.file.Sync(), p.file.Close())
}

// abandon closes the file as it is.
func (p *parquetFile) abandon() {
	p.batch.Release()
	p.file.Close()
}

// ReadParquet reads findings.parquet, one finding after another, and stops after the
// first error, which names the file and the column.
func ReadParquet(path string) iter.Seq2[*Finding, error] {
	return func(yield func(*Finding, error) bool) {
		if err := readParquet(path, func(f *Finding) bool { return yield(f, nil) }); err != nil {
			yield(nil, fmt.Errorf("%s：%w；请使用 yiheng screen 写出的 findings.parquet", path, err))
		}
	}
}

// readParquet hands each finding to take until take says false.
func readParquet(path string, take func(*Finding) bool) error {
	in, err := file.OpenParquetFile(path, false)
	if err != nil {
		return err
	}
	defer in.Close()
	reader, err := pqarrow.NewFileReader(in, pqarrow.ArrowReadProperties{BatchSize: batchRows}, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	batches, err := reader.GetRecordReader(context.Background(), nil, nil)
	if err != nil {
		return err
	}
	defer batches.Release()
	places, err := placesIn(batches.Schema())
	if err != nil {
		return err
	}
	for batches.Next() {
		batch := batches.RecordBatch()
		for row := range int(batch.NumRows()) {
			f := new(Finding)
			for i, c := range columns {
				setValue(c.at(f), batch.Column(places[i]), row)
			}
			if !take(f) {
				return nil
			}
		}
	}
	return batches.Err()
}

// placesIn returns where each column stands in a file, and an error when one is
// missing or of another type.
func placesIn(found *arrow.Schema) ([]int, error) {
	places := make([]int, len(columns))
	for i, want := range schema().Fields() {
		at := found.FieldIndices(want.Name)
		if len(at) != 1 {
			return nil, fmt.Errorf("缺少列 %s（%s）", want.Name, columns[i].title)
		}
		if got := found.Field(at[0]).Type; !arrow.TypeEqual(got, want.Type) {
			return nil, fmt.Errorf("列 %s 的类型是 %s，应为 %s", want.Name, got, want.Type)
		}
		places[i] = at[0]
	}
	return places, nil
}

func setValue(value any, from arrow.Array, row int) {
	null := from.IsNull(row)
	switch v := value.(type) {
	case *int:
		if !null {
			*v = int(from.(*array.Int32).Value(row))
		}
	case *calendar.Day:
		*v = calendar.NoDay
		if !null {
			*v = calendar.Day(from.(*array.Date32).Value(row))
		}
	case *claim.Money:
		*v = claim.Null
		if !null {
			*v = claim.Money(from.(*array.Decimal128).Value(row).LowBits())
		}
	default:
		if !null {
			// The text lives in the batch: it is copied, so that the batch can go.
			_ = setText(value, string([]byte(from.(*array.String).Value(row))))
		}
	}
}
