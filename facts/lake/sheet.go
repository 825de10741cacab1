package lake

import (
	"errors"
	"os"
	"slices"

	"yiheng/facts/lake/parquet"
)

// sheet is rows of a table in columns, the lake's own first; ColMonth and ColBucket
// are nil, since a partition gives them.
type sheet struct {
	table *Table
	cols  []*Vector
}

// sheet returns b's rows, tagged.
func (b *Batch) sheet(tag string) sheet {
	s := sheet{table: b.Table, cols: make([]*Vector, len(added), len(added)+len(b.Cols))}
	s.cols[atExtra] = b.Extra
	s.cols[atSource] = &Vector{Dict: []string{tag}, Index: make([]int32, b.Rows)}
	s.cols[atLine] = &Vector{Ints: b.Line}
	s.cols = append(s.cols, b.Cols...)
	return s
}

// present returns the places of the columns that have a value in one of the rows.
func (s *sheet) present(rows []int32) (places []int) {
	for i, v := range s.cols {
		if i == atMonth || i == atBucket || v.any(s.table.kind(i), rows) {
			places = append(places, i)
		}
	}
	return places
}

// packedFile is a data file being written.
type packedFile struct {
	file   *os.File
	writer *parquet.Writer
	places []int // of the columns that it has
}

// create starts a file of the columns with the given places. Others are left out:
// to Iceberg an absent column is null.
func create(path string, t *Table, places []int) (*packedFile, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	all := t.columns()
	fields := make([]parquet.Field, len(places))
	var sorted []int
	for i, c := range places {
		fields[i] = parquetField(all[c], c+1)
		if all[c].Name == t.PersonBy {
			sorted = append(sorted, i)
		}
	}
	w, err := parquet.NewWriter(f, maker, fields, sorted)
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return &packedFile{file: f, writer: w, places: places}, nil
}

// finish writes the footer and returns the size of the file.
func (f *packedFile) finish() (int64, error) {
	size, err := f.writer.Finish()
	return size, errors.Join(err, f.file.Close())
}

// abandon removes the file.
func (f *packedFile) abandon() {
	_ = f.file.Close()
	_ = os.Remove(f.file.Name())
}

// any says whether v has a value in one of the rows.
func (v *Vector) any(k Kind, rows []int32) bool {
	switch {
	case v == nil:
		return false
	case k != Text:
		return slices.ContainsFunc(rows, func(r int32) bool { return v.Ints[r] != NullInt })
	case v.Offsets != nil:
		return slices.ContainsFunc(rows, func(r int32) bool { return v.Offsets[r] < v.Offsets[r+1] })
	}
	return slices.ContainsFunc(rows, func(r int32) bool { return v.Index[r] >= 0 && v.Dict[v.Index[r]] != "" })
}
