package parquet

import (
	"encoding/binary"
	"fmt"
	"unsafe"
)

// Column holds the values of a chunk, in memory of the Arena that it was decoded
// with: it is valid until that Arena's Reset. Whole numbers are Ints (Null:
// null); texts are Dict and Index (-1: null) where the file has a dictionary, else
// Bytes and Offsets (row i is Bytes[Offsets[i]:Offsets[i+1]], empty: null).
type Column struct {
	Ints    []int64
	Dict    []string
	Index   []int32
	Bytes   []byte
	Offsets []uint32
}

// CanDecode says whether the pages of c may be decoded here, as far as its
// metadata tells.
func CanDecode(f *Field, c *Chunk) bool {
	return !f.Nested && (c.Codec == Plain || c.Codec == Snappy || c.Codec == Zstd) &&
		(f.Type == Int32 || f.Type == Int64 || f.Type == ByteArray)
}

// Text decodes a chunk of texts from its bytes in the file.
func (a *Arena) Text(f *Field, c *Chunk, raw []byte, rows int) (col Column, err error) {
	defer a.finish()
	p := pages{raw: raw, chunk: c, opt: f.Optional, arena: a, keepDict: true}
	for at := 0; at < rows; {
		d, isDict, err := p.next()
		switch {
		case err != nil:
			return col, err
		case isDict:
			if col.Dict != nil || d.rows > len(d.values)/4 {
				return col, fmt.Errorf("%w: second or short dictionary", ErrCorrupt)
			}
			col.Dict = a.dicts.get(d.rows)
			if err := texts(col.Dict, d.values); err != nil {
				return col, err
			}
			continue
		case d.rows > rows-at:
			return col, fmt.Errorf("%w: more values than rows", ErrCorrupt)
		case d.encoding == encRLEDictionary || d.encoding == encPlainDictionary:
			if at == 0 {
				col.Index = a.indexes.get(rows)
			}
			if col.Index == nil {
				return col, fmt.Errorf("%w: both dictionary and plain pages", ErrUnsupported)
			}
			err = p.decodeIndex(&d, col.Index[at:at+d.rows], len(col.Dict))
		case d.encoding == encPlain && col.Index == nil:
			if at == 0 {
				col.Offsets = a.offsets.get(rows + 1)
				col.Offsets[0] = 0
			}
			err = p.decodeTexts(&d, &col, at)
		default:
			return col, fmt.Errorf("%w: encoding %d", ErrUnsupported, d.encoding)
		}
		if err != nil {
			return col, err
		}
		at += d.rows
	}
	return col, nil
}

// Ints decodes a chunk of whole numbers from its bytes in the file. Each is
// divided by unit, downwards.
func (a *Arena) Ints(f *Field, c *Chunk, raw []byte, rows int, unit int64) (col Column, err error) {
	defer a.finish()
	p := pages{raw: raw, chunk: c, opt: f.Optional, arena: a}
	size := 4
	if f.Type == Int64 {
		size = 8
	}
	var dict []int64
	col.Ints = a.ints.get(rows)
	for at := 0; at < rows; {
		d, isDict, err := p.next()
		switch {
		case err != nil:
			return col, err
		case isDict:
			if dict != nil || d.rows > len(d.values)/size {
				return col, fmt.Errorf("%w: second or short dictionary", ErrCorrupt)
			}
			dict = a.ints.get(d.rows)
			numbers(dict, d.values, size)
			divide(dict, unit)
			continue
		case d.rows > rows-at:
			return col, fmt.Errorf("%w: more values than rows", ErrCorrupt)
		case d.encoding == encRLEDictionary || d.encoding == encPlainDictionary:
			err = p.decodeDictInts(&d, col.Ints[at:at+d.rows], dict)
		case d.encoding == encPlain:
			err = p.decodeInts(&d, col.Ints[at:at+d.rows], size, unit)
		default:
			return col, fmt.Errorf("%w: encoding %d", ErrUnsupported, d.encoding)
		}
		if err != nil {
			return col, err
		}
		at += d.rows
	}
	return col, nil
}

// decodeIndex decodes a dictionary coded page into out, -1 for nulls.
func (p *pages) decodeIndex(d *dataPage, out []int32, entries int) error {
	levels, n, err := p.levels(d)
	if err != nil {
		return err
	}
	dense := out[len(out)-n:]
	if n > 0 {
		if len(d.values) == 0 {
			return fmt.Errorf("%w: page without an index", ErrCorrupt)
		}
		if err := decodeHybrid(dense, d.values[1:], int(d.values[0])); err != nil {
			return err
		}
		if outside(dense, entries) {
			return fmt.Errorf("%w: index beyond a dictionary of %d", ErrCorrupt, entries)
		}
	}
	if levels != nil {
		spread(out, len(out)-n, levels)
	}
	return nil
}

// spread moves the dense values that end out to their rows, -1 elsewhere.
func spread(out []int32, from int, levels []int32) {
	for i, l := range levels {
		v := int32(-1)
		if l != 0 {
			v = out[from]
			from++
		}
		out[i] = v
	}
}

// texts cuts a PLAIN page of n texts into out, which must hold n.
func texts(out []string, b []byte) error {
	for i := range out {
		if len(b) < 4 {
			return fmt.Errorf("%w: %d texts missing", ErrCorrupt, len(out)-i)
		}
		n := binary.LittleEndian.Uint32(b)
		if uint64(n) > uint64(len(b)-4) {
			return fmt.Errorf("%w: text longer than its page", ErrCorrupt)
		}
		if n > 0 {
			out[i] = unsafe.String(&b[4], n)
		} else {
			out[i] = ""
		}
		b = b[4+n:]
	}
	return nil
}

// decodeTexts appends a PLAIN page to the Bytes and Offsets of col, from row at on.
func (p *pages) decodeTexts(d *dataPage, col *Column, at int) error {
	levels, _, err := p.levels(d)
	if err != nil {
		return err
	}
	end := int(col.Offsets[at])
	col.Bytes = p.arena.grow(col.Bytes, end, len(d.values)+spare)
	if err := checkOffsets(len(col.Bytes)); err != nil {
		return err
	}
	dst, b, offsets := col.Bytes, d.values, col.Offsets[at+1:at+1+d.rows]
	for i := range offsets {
		if levels != nil && levels[i] == 0 {
			offsets[i] = uint32(end)
			continue
		}
		if len(b) < 4 {
			return fmt.Errorf("%w: %d texts missing", ErrCorrupt, d.rows-i)
		}
		n := int(binary.LittleEndian.Uint32(b))
		if n > len(b)-4 {
			return fmt.Errorf("%w: text longer than its page", ErrCorrupt)
		}
		if n <= 16 && len(b) >= 20 {
			binary.LittleEndian.PutUint64(dst[end:], binary.LittleEndian.Uint64(b[4:]))
			binary.LittleEndian.PutUint64(dst[end+8:], binary.LittleEndian.Uint64(b[12:]))
		} else {
			copy(dst[end:], b[4:4+n])
		}
		end += n
		offsets[i] = uint32(end)
		b = b[4+n:]
	}
	return nil
}

// spare is how much of Bytes is beyond its last text, so that short texts can be
// copied by the word.
const spare = 16

// decodeDictInts decodes a dictionary coded page of numbers.
func (p *pages) decodeDictInts(d *dataPage, out, dict []int64) error {
	index := p.arena.work().indexes(d.rows)
	if err := p.decodeIndex(d, index, len(dict)); err != nil {
		return err
	}
	if d.levels == nil {
		for i, k := range index {
			out[i] = dict[k]
		}
		return nil
	}
	for i, k := range index {
		v := int64(Null)
		if k >= 0 {
			v = dict[k]
		}
		out[i] = v
	}
	return nil
}

// decodeInts decodes a PLAIN page of numbers.
func (p *pages) decodeInts(d *dataPage, out []int64, size int, unit int64) error {
	levels, n, err := p.levels(d)
	if err != nil {
		return err
	}
	if len(d.values) < n*size {
		return fmt.Errorf("%w: %d numbers in %d bytes", ErrCorrupt, n, len(d.values))
	}
	from := len(out) - n
	numbers(out[from:], d.values, size)
	divide(out[from:], unit)
	for i, l := range levels {
		v := int64(Null)
		if l != 0 {
			v = out[from]
			from++
		}
		out[i] = v
	}
	return nil
}

// numbers reads len(out) numbers of the given size.
func numbers(out []int64, b []byte, size int) {
	if size == 4 {
		b = b[:4*len(out)]
		for i := range out {
			out[i] = int64(int32(binary.LittleEndian.Uint32(b[4*i:])))
		}
		return
	}
	b = b[:8*len(out)]
	for i := range out {
		out[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
}

// microseconds is the unit of the file for times, which are seconds in memory.
const microseconds = 1_000_000

func divide(v []int64, unit int64) {
	switch unit {
	case 1:
	case microseconds: // a constant divisor is several times faster
		for i, x := range v {
			q := x / microseconds
			v[i] = q + (x-q*microseconds)>>63
		}
	default:
		for i, x := range v {
			q := x / unit
			v[i] = q + (x-q*unit)>>63
		}
	}
}

// checkOffsets guards the 32-bit offsets of a column.
func checkOffsets(n int) error {
	if uint64(n) > 1<<32-1 {
		return fmt.Errorf("%w: column of %d bytes", ErrUnsupported, n)
	}
	return nil
}
