package parquet

import (
	"encoding/binary"
	"io"
)

// Writer writes a file: row groups one after the other, then the footer.
type Writer struct {
	w      io.Writer
	at     int64
	footer Footer
	sorted []int // fields that the rows are sorted by
}

// NewWriter starts a file. sorted names the fields, by position, that the rows of
// each row group are sorted by; maker goes into created_by.
func NewWriter(w io.Writer, maker string, fields []Field, sorted []int) (*Writer, error) {
	f := &Writer{w: w, footer: Footer{Fields: fields, Maker: maker}, sorted: sorted}
	return f, f.write([]byte(magic))
}

func (f *Writer) write(b []byte) error {
	n, err := f.w.Write(b)
	f.at += int64(n)
	return err
}

// Group writes a row group: pages as an Encoder made them, and their chunks, one
// for each field.
func (f *Writer) Group(rows int, pages []byte, chunks []Chunk) error {
	g := Group{Rows: int64(rows), Chunks: make([]Chunk, len(chunks))}
	for i, c := range chunks {
		c.Offset += f.at
		c.DataOffset += f.at
		if c.Dict {
			c.DictOffset += f.at
		}
		g.Chunks[i] = c
	}
	f.footer.Groups = append(f.footer.Groups, g)
	f.footer.Rows += int64(rows)
	return f.write(pages)
}

// Finish writes the footer and returns the size of the file.
func (f *Writer) Finish() (int64, error) {
	b := f.footer.marshal(f.sorted)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(b)))
	err := f.write(append(b, magic...))
	return f.at, err
}

func (f *Footer) marshal(sorted []int) []byte {
	w := &thriftWriter{b: make([]byte, 0, 256+len(f.Fields)*(48+80*len(f.Groups)))}
	w.i32(1, 2)
	w.list(2, thriftStruct, len(f.Fields)+1)
	w.begin(0)
	w.text(4, "row")
	w.i32(5, int32(len(f.Fields)))
	w.end()
	for i := range f.Fields {
		f.Fields[i].marshal(w)
	}
	w.i64(3, f.Rows)
	w.list(4, thriftStruct, len(f.Groups))
	for i := range f.Groups {
		f.marshalGroup(w, i, sorted)
	}
	w.text(6, f.Maker)
	w.list(7, thriftStruct, len(f.Fields))
	for range f.Fields {
		w.begin(0)
		w.begin(1) // TypeDefinedOrder
		w.end()
		w.end()
	}
	return append(w.b, thriftStop)
}

// ConvertedType of parquet.thrift, for readers that know no LogicalType.
const (
	convertedUTF8    = 0
	convertedDecimal = 5
	convertedDate    = 6
)

func (f *Field) marshal(w *thriftWriter) {
	w.begin(0)
	w.i32(1, int32(f.Type))
	if f.Optional {
		w.i32(3, 1)
	} else {
		w.i32(3, 0)
	}
	w.text(4, f.Name)
	switch f.Logical {
	case String:
		w.i32(6, convertedUTF8)
	case Decimal:
		w.i32(6, convertedDecimal)
		w.i32(7, f.Scale)
		w.i32(8, f.Precision)
	case Date:
		w.i32(6, convertedDate)
	}
	w.i32(9, f.ID)
	if f.Logical != None {
		w.begin(10)
		f.Logical.marshal(w, f)
		w.end()
	}
	w.end()
}

func (l Logical) marshal(w *thriftWriter, f *Field) {
	switch l {
	case String:
		w.begin(1)
	case Decimal:
		w.begin(5)
		w.i32(1, f.Scale)
		w.i32(2, f.Precision)
	case Date:
		w.begin(6)
	case Timestamp:
		w.begin(8)
		w.bool(1, false)
		w.begin(2)
		w.begin(2)
		w.end()
		w.end()
	}
	w.end()
}

func (f *Footer) marshalGroup(w *thriftWriter, i int, sorted []int) {
	g := &f.Groups[i]
	var size, plain int64
	for k := range g.Chunks {
		size += g.Chunks[k].Size
		plain += g.Chunks[k].Plain
	}
	w.begin(0)
	w.list(1, thriftStruct, len(g.Chunks))
	for k := range g.Chunks {
		w.begin(0)
		w.i64(2, 0)
		w.begin(3)
		g.Chunks[k].marshal(w, &f.Fields[k])
		w.end()
		w.end()
	}
	w.i64(2, plain)
	w.i64(3, g.Rows)
	w.list(4, thriftStruct, len(sorted))
	for _, k := range sorted {
		w.begin(0)
		w.i32(1, int32(k))
		w.bool(2, false)
		w.bool(3, true)
		w.end()
	}
	if len(g.Chunks) > 0 {
		w.i64(5, g.Chunks[0].Offset)
	}
	w.i64(6, size)
	w.end()
}

func (c *Chunk) marshal(w *thriftWriter, f *Field) {
	w.i32(1, int32(f.Type))
	encodings := []int32{encRLE, c.Encoding}
	if c.Dict {
		encodings = append(encodings, encPlain)
	}
	w.list(2, thriftI32, len(encodings))
	for _, e := range encodings {
		w.b = binary.AppendVarint(w.b, int64(e))
	}
	w.list(3, thriftBinary, 1)
	w.element(f.Name)
	w.i32(4, int32(c.Codec))
	w.i64(5, c.Values)
	w.i64(6, c.Plain)
	w.i64(7, c.Size)
	w.i64(9, c.DataOffset)
	if c.Dict {
		w.i64(11, c.DictOffset)
	}
	w.begin(12)
	w.i64(3, c.Stats.Nulls)
	if c.Stats.Min != nil {
		w.text(5, string(c.Stats.Max))
		w.text(6, string(c.Stats.Min))
	}
	w.end()
	c.marshalEncodings(w)
}

// marshalEncodings lists the pages by encoding: Spark needs it to trust that a
// chunk is dictionary coded throughout.
func (c *Chunk) marshalEncodings(w *thriftWriter) {
	n := 1
	if c.Dict {
		n = 2
	}
	w.list(13, thriftStruct, n)
	if c.Dict {
		page(w, pageDictionary, encPlain)
	}
	page(w, pageDataV2, c.Encoding)
}

func page(w *thriftWriter, kind, encoding int32) {
	w.begin(0)
	w.i32(1, kind)
	w.i32(2, encoding)
	w.i32(3, 1)
	w.end()
}
