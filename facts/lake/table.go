// Package lake keeps detail rows as Iceberg tables of Parquet files, by month and
// person bucket, sorted by person and time. It knows tables and columns, not what
// they mean.
package lake

import (
	"fmt"
	"math"
)

// Kind is the type of a column.
type Kind uint8

// The kinds of columns. All but Text are int64 in memory; NullInt is their null.
const (
	Text     Kind = iota // string; the empty text is null
	Money                // decimal(18,2): fen
	Price                // decimal(18,6)
	Quantity             // decimal(18,4)
	Integer              // int64
	Day                  // date: days since 1970-01-01
	Time                 // timestamp without zone: seconds since 1970-01-01 (microseconds in the file)
)

// NullInt is the null of every kind but Text.
const NullInt = math.MinInt64

// Column is a column of a table. Every column is optional.
type Column struct {
	Name string
	Kind Kind
}

// Table is a table of the lake. Rows are placed by MonthBy and PersonBy and sorted
// by PersonBy, TimeBy, KeyBy; any of these may be "".
type Table struct {
	Name     string
	Columns  []Column // national columns, in the national order
	PersonBy string   // column whose stable hash is the bucket; "": everything in bucket 0
	MonthBy  []string // first of these Day or Time columns that is known gives the month, else 0000-00
	TimeBy   string
	KeyBy    string // column that identifies a row, for quality checks and as last sort key
}

// Columns that the lake adds to every table, after the national ones.
const (
	ColExtra  = "_extra"  // Text: JSON object of columns that the table does not know
	ColSource = "_source" // Text: the source that the row came from
	ColLine   = "_line"   // Integer: line (row for workbooks and Parquet) in the source's file, 1 based
	ColMonth  = "_month"  // Integer: year*12+month-1, 0 unknown; partition
	ColBucket = "_bucket" // Integer: person bucket; partition
)

// Col returns the position of the named column in t.Columns, -1 when there is none.
func (t *Table) Col(name string) int {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

// Batch is a set of rows of one table, in columns. Vectors stand in the order of
// Table.Columns; a nil vector is a column that is null in every row.
type Batch struct {
	Table  *Table
	Source string // id of the source of all rows
	Rows   int
	Cols   []*Vector
	Extra  *Vector // Text; nil: none
	Line   []int64 // line in the source's file
}

// Vector is one column of a batch: Ints for every kind but Text; for Text either
// a dictionary (Dict and Index, -1 for null) or, for columns of mostly different
// values, Bytes and Offsets (row i is Bytes[Offsets[i]:Offsets[i+1]], empty: null).
type Vector struct {
	Ints    []int64
	Dict    []string
	Index   []int32
	Bytes   []byte
	Offsets []uint32
}

// Str returns the text of row i.
func (v *Vector) Str(i int) string {
	switch {
	case v == nil:
		return ""
	case v.Offsets != nil:
		return string(v.Bytes[v.Offsets[i]:v.Offsets[i+1]])
	case v.Index[i] < 0:
		return ""
	}
	return v.Dict[v.Index[i]]
}

// Int returns the value of row i, NullInt for null.
func (v *Vector) Int(i int) int64 {
	if v == nil {
		return NullInt
	}
	return v.Ints[i]
}

// Check returns an error when a vector does not fit its column: a programming
// mistake of the caller, never of the data.
func (b *Batch) Check() error {
	if len(b.Cols) != len(b.Table.Columns) || len(b.Line) != b.Rows {
		return fmt.Errorf("lake: batch of %s has %d vectors for %d columns", b.Table.Name, len(b.Cols), len(b.Table.Columns))
	}
	for i, v := range b.Cols {
		if v == nil {
			continue
		}
		n := len(v.Ints)
		if b.Table.Columns[i].Kind == Text {
			n = len(v.Index)
			if v.Offsets != nil {
				n = len(v.Offsets) - 1
			}
		}
		if n != b.Rows {
			return fmt.Errorf("lake: column %s of %s has %d values for %d rows", b.Table.Columns[i].Name, b.Table.Name, n, b.Rows)
		}
	}
	return nil
}
