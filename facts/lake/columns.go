package lake

import (
	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"yiheng/facts/lake/parquet"
)

// added are the columns of the lake itself. They have the first field ids, so
// that national columns can be added at the end of a table for ever.
var added = []Column{
	{ColExtra, Text}, {ColSource, Text}, {ColLine, Integer}, {ColMonth, Integer}, {ColBucket, Integer},
}

// Positions in added.
const (
	atExtra = iota
	atSource
	atLine
	atMonth
	atBucket
)

// columns returns all columns of t in the order of their field ids, from 1 on.
func (t *Table) columns() []Column {
	return append(append(make([]Column, 0, len(added)+len(t.Columns)), added...), t.Columns...)
}

// field returns the place of the named column in columns, -1 when there is none.
func (t *Table) field(name string) int {
	for i := range added {
		if added[i].Name == name {
			return i
		}
	}
	if i := t.Col(name); i >= 0 {
		return len(added) + i
	}
	return -1
}

// Partition fields of Iceberg are numbered from 1000 on.
const (
	partMonth  = 1000
	partBucket = 1001
)

func icebergType(k Kind) iceberg.Type {
	switch k {
	case Money:
		return iceberg.DecimalTypeOf(18, 2)
	case Price:
		return iceberg.DecimalTypeOf(18, 6)
	case Quantity:
		return iceberg.DecimalTypeOf(18, 4)
	case Integer:
		return iceberg.PrimitiveTypes.Int64
	case Day:
		return iceberg.PrimitiveTypes.Date
	case Time:
		return iceberg.PrimitiveTypes.Timestamp
	}
	return iceberg.PrimitiveTypes.String
}

// parquetField returns how a column stands in our files.
func parquetField(c Column, id int) parquet.Field {
	f := parquet.Field{Name: c.Name, ID: int32(id), Type: parquet.Int64, Optional: true}
	switch c.Kind {
	case Text:
		f.Type, f.Logical = parquet.ByteArray, parquet.String
	case Money:
		f.Logical, f.Precision, f.Scale = parquet.Decimal, 18, 2
	case Price:
		f.Logical, f.Precision, f.Scale = parquet.Decimal, 18, 6
	case Quantity:
		f.Logical, f.Precision, f.Scale = parquet.Decimal, 18, 4
	case Day:
		f.Type, f.Logical = parquet.Int32, parquet.Date
	case Time:
		f.Logical = parquet.Timestamp
	}
	return f
}

func identifier(name string) table.Identifier { return table.Identifier{namespace, name} }
