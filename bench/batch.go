package main

import (
	"fmt"

	"yiheng/facts/claim"
	"yiheng/facts/lake"
)

// rows is a batch in the making, row by row, by the names of the columns.
type rows struct {
	batch *lake.Batch
	known []map[string]int32 // by column: entries of its dictionary
}

func newRows(table, source string) *rows {
	t := claim.FormOf(table).Table
	return &rows{&lake.Batch{Table: t, Source: source, Cols: make([]*lake.Vector, len(t.Columns))}, make([]map[string]int32, len(t.Columns))}
}

// next begins a row, all of whose columns are null.
func (r *rows) next() {
	b := r.batch
	b.Rows++
	b.Line = append(b.Line, int64(b.Rows)+1)
	for i, v := range b.Cols {
		switch {
		case v == nil:
		case b.Table.Columns[i].Kind == lake.Text:
			v.Index = append(v.Index, -1)
		default:
			v.Ints = append(v.Ints, lake.NullInt)
		}
	}
}

// column returns the vector of a column, null in the rows so far when it is new.
func (r *rows) column(name string) (int, *lake.Vector) {
	b := r.batch
	i := b.Table.Col(name)
	if i < 0 {
		panic(fmt.Sprintf("bench: %s has no column %s", b.Table.Name, name))
	}
	if b.Cols[i] == nil {
		b.Cols[i] = &lake.Vector{}
		r.known[i] = make(map[string]int32)
		for range b.Rows {
			if b.Table.Columns[i].Kind == lake.Text {
				b.Cols[i].Index = append(b.Cols[i].Index, -1)
			} else {
				b.Cols[i].Ints = append(b.Cols[i].Ints, lake.NullInt)
			}
		}
	}
	return i, b.Cols[i]
}

// text and number set a column of the last row.
func (r *rows) text(name, value string) {
	i, v := r.column(name)
	k, ok := r.known[i][value]
	if !ok {
		k = int32(len(v.Dict))
		v.Dict = append(v.Dict, value)
		r.known[i][value] = k
	}
	v.Index[r.batch.Rows-1] = k
}

func (r *rows) number(name string, value int64) {
	_, v := r.column(name)
	v.Ints[r.batch.Rows-1] = value
}
