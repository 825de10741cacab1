package lake

import (
	"context"
	"fmt"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// foreignReader reads files that other engines wrote with encodings, codecs or types that
// our own reader does not know, through the arrow library.
type foreignReader struct {
	file *pqarrow.FileReader
	leaf map[int]int // field id → leaf column
}

// borrowed is a file that the library must not close.
type borrowed struct{ *os.File }

func (borrowed) Close() error { return nil }

func openForeign(f *os.File) (*foreignReader, error) {
	pf, err := file.NewParquetReader(borrowed{f}, file.WithReadProps(parquet.NewReaderProperties(memory.DefaultAllocator)))
	if err != nil {
		return nil, err
	}
	r, err := pqarrow.NewFileReader(pf, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		return nil, err
	}
	fr := &foreignReader{file: r, leaf: map[int]int{}}
	schema := pf.MetaData().Schema
	for i := range schema.NumColumns() {
		fr.leaf[int(schema.Column(i).SchemaNode().FieldID())] = i
	}
	return fr, nil
}

func (r *foreignReader) blocks() int { return r.file.ParquetReader().NumRowGroups() }

func (r *foreignReader) rows(block int) int {
	return int(r.file.ParquetReader().MetaData().RowGroup(block).NumRows())
}

// column reads a column of a block; nil when the file does not have it.
func (r *foreignReader) column(block, id int, k Kind) (*Vector, error) {
	leaf, ok := r.leaf[id]
	if !ok {
		return nil, nil
	}
	data, err := r.file.RowGroup(block).Column(leaf).Read(context.Background())
	if err != nil {
		return nil, err
	}
	defer data.Release()
	v := &Vector{}
	if k == Text {
		v.Offsets = append(make([]uint32, 0, data.Len()+1), 0)
	} else {
		v.Ints = make([]int64, 0, data.Len())
	}
	for _, chunk := range data.Chunks() {
		if err := v.appendArrow(chunk, k); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *Vector) appendArrow(a arrow.Array, k Kind) error {
	if d, ok := a.(*array.Dictionary); ok {
		for i := range d.Len() {
			if d.IsNull(i) {
				v.appendNull(k)
			} else if err := v.appendValue(d.Dictionary(), d.GetValueIndex(i), k); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range a.Len() {
		if a.IsNull(i) {
			v.appendNull(k)
		} else if err := v.appendValue(a, i, k); err != nil {
			return err
		}
	}
	return nil
}

func (v *Vector) appendNull(k Kind) {
	if k == Text {
		v.Offsets = append(v.Offsets, uint32(len(v.Bytes)))
	} else {
		v.Ints = append(v.Ints, NullInt)
	}
}

func (v *Vector) appendValue(a arrow.Array, i int, k Kind) error {
	if k == Text {
		switch a := a.(type) {
		case *array.String:
			v.Bytes = append(v.Bytes, a.Value(i)...)
		case *array.LargeString:
			v.Bytes = append(v.Bytes, a.Value(i)...)
		case *array.Binary:
			v.Bytes = append(v.Bytes, a.Value(i)...)
		default:
			return misfit(a, k)
		}
		v.Offsets = append(v.Offsets, uint32(len(v.Bytes)))
		return nil
	}
	n, err := arrowInt(a, i, k)
	v.Ints = append(v.Ints, n)
	return err
}

// arrowInt returns value i of a as the lake keeps its kind.
func arrowInt(a arrow.Array, i int, k Kind) (int64, error) {
	switch a := a.(type) {
	case *array.Int64:
		if k == Integer {
			return a.Value(i), nil
		}
	case *array.Int32:
		if k == Integer {
			return int64(a.Value(i)), nil
		}
	case *array.Date32:
		if k == Day {
			return int64(a.Value(i)), nil
		}
	case *array.Timestamp:
		if k == Time {
			return a.Value(i).ToTime(a.DataType().(*arrow.TimestampType).Unit).Unix(), nil
		}
	case *array.Decimal128:
		return scaled(a.Value(i), a.DataType().(*arrow.Decimal128Type).Scale, a, k)
	}
	return 0, misfit(a, k)
}

// scaled returns a decimal as a whole number of its kind's unit.
func scaled(d decimal128.Num, scale int32, a arrow.Array, k Kind) (int64, error) {
	want := map[Kind]int32{Money: 2, Price: 6, Quantity: 4}[k]
	if want == 0 {
		return 0, misfit(a, k)
	}
	d, err := d.Rescale(scale, want)
	if err != nil || !d.FitsInPrecision(18) {
		return 0, fmt.Errorf("amount with more decimals or digits than the column keeps")
	}
	return int64(d.LowBits()), nil
}

func misfit(a arrow.Array, k Kind) error {
	return fmt.Errorf("values of type %s in a column of kind %d", a.DataType(), k)
}
