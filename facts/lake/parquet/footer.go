package parquet

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Type is the physical type of a column.
type Type int32

// The physical types that this package writes.
const (
	Int32     Type = 1
	Int64     Type = 2
	ByteArray Type = 6
)

// Codec says how the pages of a column chunk are compressed.
type Codec int32

// The codecs that this package knows.
const (
	Plain  Codec = 0
	Snappy Codec = 1
	Zstd   Codec = 6
)

// Logical is the meaning of a column's values.
type Logical uint8

// The meanings that this package knows.
const (
	None      Logical = iota
	String            // UTF-8
	Decimal           // unscaled value; Scale and Precision
	Date              // days since 1970-01-01
	Timestamp         // microseconds since 1970-01-01, without a zone
	Other             // anything else
)

// Field is a column of a file.
type Field struct {
	Name             string
	ID               int32 // Iceberg field id, 0: none
	Type             Type
	Logical          Logical
	Scale, Precision int32
	Optional         bool
	Nested           bool // not a plain column: repeated, or inside a group
}

// Stats are the least and greatest value of a chunk in PLAIN encoding without a
// length (nil: not known) and the number of nulls.
type Stats struct {
	Min, Max []byte
	Nulls    int64
}

// Chunk is where a column's values of one row group stand in the file.
type Chunk struct {
	Codec                  Codec
	Values                 int64 // nulls counted
	Offset                 int64 // of the first page
	Size, Plain            int64 // compressed and plain bytes, page headers counted
	DictOffset, DataOffset int64
	Dict                   bool  // has a dictionary page
	Stats                  Stats // only written
	Column                 int   // index of the field
	Encoding               int32 // of the data pages, only written
}

// Group is a row group.
type Group struct {
	Rows   int64
	Chunks []Chunk // in the order of the fields
}

// Footer describes a file.
type Footer struct {
	Fields []Field
	Groups []Group
	Rows   int64
	Maker  string // created_by
}

const (
	magic     = "PAR1"
	tailBytes = 32 << 10 // read at once from the end: the footer of a usual file
	maxFooter = 64 << 20
	maxRows   = 16 << 20 // in a row group: what is reserved before pages are seen
)

// ReadFooter reads the description of the file of the given size.
func ReadFooter(f io.ReaderAt, size int64) (*Footer, error) {
	n := min(size, tailBytes)
	tail := make([]byte, n)
	if _, err := f.ReadAt(tail, size-n); err != nil && err != io.EOF {
		return nil, err
	}
	if n < 12 || string(tail[n-4:]) != magic {
		return nil, fmt.Errorf("%w: it does not end as a Parquet file does", ErrCorrupt)
	}
	length := int64(binary.LittleEndian.Uint32(tail[n-8:]))
	if length > size-12 || length > maxFooter {
		return nil, fmt.Errorf("%w: description of %d bytes in a file of %d", ErrCorrupt, length, size)
	}
	if length > n-8 {
		tail = make([]byte, length+8)
		if _, err := f.ReadAt(tail, size-length-8); err != nil && err != io.EOF {
			return nil, err
		}
	}
	return parseFooter(tail[int64(len(tail))-8-length:len(tail)-8], size)
}

func parseFooter(b []byte, size int64) (*Footer, error) {
	r := &thriftReader{b: b}
	f := &Footer{}
	r.fields(func(id, kind int) {
		switch {
		case id == 2 && kind == thriftList:
			f.readSchema(r)
		case id == 3 && kind == thriftI64:
			f.Rows = r.varint()
		case id == 4 && kind == thriftList:
			_, n := r.list()
			f.Groups = make([]Group, 0, n)
			for i := 0; i < n && r.err == nil; i++ {
				f.Groups = append(f.Groups, readGroup(r, len(f.Fields)))
			}
		case id == 6 && kind == thriftBinary:
			f.Maker = r.text()
		default:
			r.skip(kind)
		}
	})
	if r.err != nil {
		return nil, r.err
	}
	return f, f.check(size)
}

// check makes sure that every chunk lies within the file, once for all readers.
func (f *Footer) check(size int64) error {
	var rows int64
	for g := range f.Groups {
		grp := &f.Groups[g]
		if grp.Rows < 0 || grp.Rows > 1<<31-1 || len(grp.Chunks) != len(f.Fields) {
			return fmt.Errorf("%w: row group %d of %d rows and %d columns for %d", ErrCorrupt, g, grp.Rows, len(grp.Chunks), len(f.Fields))
		}
		if grp.Rows > maxRows {
			return fmt.Errorf("%w: row group of %d rows", ErrUnsupported, grp.Rows)
		}
		rows += grp.Rows
		for i := range grp.Chunks {
			c := &grp.Chunks[i]
			c.Column, c.Offset = i, c.DataOffset
			if c.Dict = c.DictOffset > 0 && c.DictOffset < c.DataOffset; c.Dict {
				c.Offset = c.DictOffset
			}
			if c.Offset < 4 || c.Size < 0 || c.Size > 1<<31-1 || c.Offset > size-c.Size {
				return fmt.Errorf("%w: column %s stands outside of the file", ErrCorrupt, f.Fields[i].Name)
			}
			if c.Values != grp.Rows && !f.Fields[i].Nested {
				return fmt.Errorf("%w: column %s has %d values for %d rows", ErrCorrupt, f.Fields[i].Name, c.Values, grp.Rows)
			}
		}
	}
	if rows != f.Rows {
		return fmt.Errorf("%w: %d rows in its parts, %d in all", ErrCorrupt, rows, f.Rows)
	}
	return nil
}

func readGroup(r *thriftReader, fields int) Group {
	g := Group{Chunks: make([]Chunk, 0, fields)}
	r.fields(func(id, kind int) {
		switch {
		case id == 1 && kind == thriftList:
			_, n := r.list()
			for i := 0; i < n && r.err == nil; i++ {
				g.Chunks = append(g.Chunks, readChunk(r))
			}
		case id == 3 && kind == thriftI64:
			g.Rows = r.varint()
		default:
			r.skip(kind)
		}
	})
	return g
}

func readChunk(r *thriftReader) (c Chunk) {
	r.fields(func(id, kind int) {
		if id != 3 || kind != thriftStruct {
			r.skip(kind)
			return
		}
		r.fields(func(id, kind int) {
			if kind != thriftI32 && kind != thriftI64 {
				r.skip(kind)
				return
			}
			v := r.varint()
			switch id {
			case 4:
				c.Codec = Codec(v)
			case 5:
				c.Values = v
			case 6:
				c.Plain = v
			case 7:
				c.Size = v
			case 9:
				c.DataOffset = v
			case 11:
				c.DictOffset = v
			}
		})
	})
	return c
}
