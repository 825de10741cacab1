// Package parquet is the small part of Apache Parquet that the lake writes, and
// reads at full speed: flat tables of optional columns; pages that are PLAIN or
// dictionary coded; blocks that are plain, Snappy or Zstandard. What it does not
// know it reports as ErrUnsupported, and the lake reads it through the arrow
// library instead.
//
// Specification: https://github.com/apache/parquet-format (parquet.thrift,
// Encodings.md), version 2.11.
package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrCorrupt is returned for bytes that are not valid Parquet; ErrUnsupported for
// valid Parquet that this package does not read.
var (
	ErrCorrupt     = errors.New("damaged Parquet file")
	ErrUnsupported = errors.New("a Parquet feature that the fast reader does not know")
)

// Types of the Thrift compact protocol.
const (
	thriftStop   = 0
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

// thriftWriter appends structs in the Thrift compact protocol to b.
type thriftWriter struct {
	b    []byte
	last int   // id of the field before, in the struct that is open
	open []int // the same of the structs around it
}

func (w *thriftWriter) field(id, kind int) {
	if d := id - w.last; d > 0 && d < 16 {
		w.b = append(w.b, byte(d<<4|kind))
	} else {
		w.b = append(w.b, byte(kind))
		w.b = binary.AppendVarint(w.b, int64(id))
	}
	w.last = id
}

func (w *thriftWriter) i32(id int, v int32) {
	w.field(id, thriftI32)
	w.b = binary.AppendVarint(w.b, int64(v))
}

func (w *thriftWriter) i64(id int, v int64) {
	w.field(id, thriftI64)
	w.b = binary.AppendVarint(w.b, v)
}

func (w *thriftWriter) bool(id int, v bool) {
	if v {
		w.field(id, thriftTrue)
	} else {
		w.field(id, thriftFalse)
	}
}

func (w *thriftWriter) text(id int, s string) {
	w.field(id, thriftBinary)
	w.element(s)
}

// element appends a text as an element of a list.
func (w *thriftWriter) element(s string) {
	w.b = binary.AppendUvarint(w.b, uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *thriftWriter) list(id, kind, n int) {
	w.field(id, thriftList)
	if n < 15 {
		w.b = append(w.b, byte(n<<4|kind))
		return
	}
	w.b = append(w.b, byte(0xF0|kind))
	w.b = binary.AppendUvarint(w.b, uint64(n))
}

// begin opens a struct that is a field, or with id 0 an element of a list.
func (w *thriftWriter) begin(id int) {
	if id > 0 {
		w.field(id, thriftStruct)
	}
	w.open = append(w.open, w.last)
	w.last = 0
}

func (w *thriftWriter) end() {
	w.b = append(w.b, thriftStop)
	w.last = w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
}

// thriftReader reads the Thrift compact protocol from b. After the first mistake
// every read gives zeros and err says what was wrong.
type thriftReader struct {
	b     []byte
	pos   int
	depth int
	err   error
}

func (r *thriftReader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s at byte %d of its metadata", ErrCorrupt, what, r.pos)
	}
	r.pos = len(r.b)
}

func (r *thriftReader) byte() byte {
	if r.pos >= len(r.b) {
		r.fail("unexpected end")
		return 0
	}
	r.pos++
	return r.b[r.pos-1]
}

func (r *thriftReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b[r.pos:])
	if n <= 0 {
		r.fail("no number")
		return 0
	}
	r.pos += n
	return v
}

func (r *thriftReader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (r *thriftReader) text() string { return string(r.bytes()) }

func (r *thriftReader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.b)-r.pos) {
		r.fail("text longer than the rest")
		return nil
	}
	r.pos += int(n)
	return r.b[r.pos-int(n) : r.pos]
}

// list returns the type and number of the elements that follow.
func (r *thriftReader) list() (kind, n int) {
	h := r.byte()
	kind, n = int(h&15), int(h>>4)
	if n == 15 {
		u := r.uvarint()
		if u > uint64(len(r.b)) {
			r.fail("list longer than the rest")
			return kind, 0
		}
		n = int(u)
	}
	if n > len(r.b)-r.pos {
		r.fail("list longer than the rest")
		return kind, 0
	}
	return kind, n
}

// fields calls f for each field of a struct; f reads the value or calls skip.
func (r *thriftReader) fields(f func(id, kind int)) {
	if r.depth++; r.depth > 16 {
		r.fail("structs nested too deep")
	}
	for id := 0; r.err == nil; {
		h := r.byte()
		kind := int(h & 15)
		if kind == thriftStop {
			break
		}
		if d := int(h >> 4); d > 0 {
			id += d
		} else {
			id = int(r.varint())
		}
		f(id, kind)
	}
	r.depth--
}

// skip passes over a value.
func (r *thriftReader) skip(kind int) {
	switch kind {
	case thriftTrue, thriftFalse:
	case thriftByte:
		r.byte()
	case thriftI16, thriftI32, thriftI64:
		r.uvarint()
	case thriftDouble:
		if r.pos += 8; r.pos > len(r.b) {
			r.fail("unexpected end")
		}
	case thriftBinary:
		r.bytes()
	case thriftList, thriftSet:
		of, n := r.list()
		for range n {
			if r.skipElement(of); r.err != nil {
				return
			}
		}
	case thriftMap:
		r.skipMap()
	case thriftStruct:
		r.fields(func(_, kind int) { r.skip(kind) })
	default:
		r.fail("unknown type")
	}
}

// skipElement passes over an element of a list, where a truth value takes a byte.
func (r *thriftReader) skipElement(kind int) {
	if kind == thriftTrue || kind == thriftFalse {
		kind = thriftByte
	}
	r.skip(kind)
}

func (r *thriftReader) skipMap() {
	n := r.uvarint()
	if n == 0 {
		return
	}
	kinds := r.byte()
	for ; n > 0 && r.err == nil; n-- {
		r.skipElement(int(kinds >> 4))
		r.skipElement(int(kinds & 15))
	}
}
