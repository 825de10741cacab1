package parquet

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// Page types and encodings of parquet.thrift.
const (
	pageData       = 0
	pageDictionary = 2
	pageDataV2     = 3

	encPlain           = 0
	encPlainDictionary = 2
	encRLE             = 3
	encRLEDictionary   = 8
)

// Null is the null of whole numbers.
const Null = math.MinInt64

// Encoder turns columns into chunks. It keeps its buffers from chunk to chunk; it
// is not safe for concurrent use.
type Encoder struct {
	// Fast is the codec for numbers and dictionaries, Tight the one for texts that
	// have no dictionary. They are used where they save a tenth.
	Fast, Tight Codec
	Out         []byte // the chunks so far; the caller writes and empties it

	levels []int32
	index  []int32
	values []byte
	page   []byte
	packed []byte
	seen   []uint64 // hash table of Ints: generation and position in the dictionary
	keys   []int64
	gen    uint64
	thrift thriftWriter
	zstd   *zstd.Encoder
}

// Text appends a chunk of texts given as a dictionary: index (-1: null) into
// entries values in PLAIN encoding.
func (e *Encoder) Text(index []int32, dict []byte, entries int, stats Stats) Chunk {
	return e.chunk(e.Fast, e.split(index), len(index), dict, entries, e.index, stats)
}

// PlainText appends a chunk of texts given in PLAIN encoding, nulls left out;
// valid says for each row whether it has a value (nil: all have).
func (e *Encoder) PlainText(rows int, valid []bool, values []byte, stats Stats) Chunk {
	nulls := 0
	e.levels = e.levels[:0]
	for _, ok := range valid {
		level := int32(1)
		if !ok {
			level = 0
			nulls++
		}
		e.levels = append(e.levels, level)
	}
	e.values = append(e.values[:0], values...)
	return e.chunk(e.Tight, nulls, rows, nil, -1, nil, stats)
}

// Ints appends a chunk of whole numbers (Null: null), as a dictionary when few
// of them differ. wide says that they take 8 bytes, else 4.
func (e *Encoder) Ints(v []int64, wide bool, stats Stats) Chunk {
	if dict, entries, ok := e.distinct(v, wide); ok {
		return e.chunk(e.Fast, e.split(e.index), len(v), dict, entries, e.index, stats)
	}
	nulls := 0
	e.levels, e.values = e.levels[:0], e.values[:0]
	for _, x := range v {
		if x == Null {
			nulls++
			e.levels = append(e.levels, 0)
			continue
		}
		e.levels = append(e.levels, 1)
		e.values = appendInt(e.values, x, wide)
	}
	return e.chunk(e.Fast, nulls, len(v), nil, -1, nil, stats)
}

func appendInt(b []byte, v int64, wide bool) []byte {
	if wide {
		return binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return binary.LittleEndian.AppendUint32(b, uint32(v))
}

// split makes levels and the dense index of the values that are not null.
func (e *Encoder) split(index []int32) (nulls int) {
	if cap(e.levels) < len(index) {
		e.levels = make([]int32, len(index))
	}
	if cap(e.index) < len(index) {
		e.index = make([]int32, len(index))
	}
	levels, dense, n := e.levels[:len(index)], e.index[:len(index)], 0
	for i, x := range index {
		level := 1 + x>>31
		levels[i] = level
		dense[n] = x
		n += int(level)
	}
	e.levels, e.index = levels, dense[:n]
	return len(index) - n
}

const (
	tableBits   = 13
	maxDistinct = 1 << (tableBits - 1)
)

// distinct tries to code v as a dictionary: e.index and its PLAIN entries. It
// gives up when too many values differ for that to pay.
func (e *Encoder) distinct(v []int64, wide bool) (dict []byte, entries int, ok bool) {
	if e.seen == nil {
		e.seen, e.keys = make([]uint64, 1<<tableBits), make([]int64, 0, maxDistinct)
	}
	if e.gen++; e.gen == 1<<32 {
		e.gen = 1
		clear(e.seen)
	}
	if cap(e.index) < len(v) {
		e.index = make([]int32, len(v))
	}
	index, limit := e.index[:len(v)], min(maxDistinct, len(v)/2+1)
	e.keys, e.values = e.keys[:0], e.values[:0]
	for i, x := range v {
		if x == Null {
			index[i] = -1
			continue
		}
		for h := uint64(x) * 0x9E3779B97F4A7C15 >> (64 - tableBits); ; h = (h + 1) & (1<<tableBits - 1) {
			if s := e.seen[h]; s>>32 != e.gen {
				if len(e.keys) == limit {
					return nil, 0, false
				}
				e.seen[h] = e.gen<<32 | uint64(len(e.keys))
				index[i] = int32(len(e.keys))
				e.keys = append(e.keys, x)
				e.values = appendInt(e.values, x, wide)
				break
			} else if k := int32(s); e.keys[k] == x {
				index[i] = k
				break
			}
		}
	}
	e.index = index
	return e.values, len(e.keys), true
}

// chunk appends the pages of a column: a dictionary page when there are entries,
// and one data page (version 2) of e.levels and either index or e.values.
func (e *Encoder) chunk(codec Codec, nulls, rows int, dict []byte, entries int, index []int32, stats Stats) Chunk {
	page := e.page[:0]
	switch {
	case rows == 0:
	case nulls == 0:
		page = append(binary.AppendUvarint(page, uint64(rows)<<1), 1)
	default:
		page = appendHybrid(page, e.levels[:rows], 1)
	}
	levels := len(page)
	enc := int32(encPlain)
	if entries >= 0 {
		enc = encRLEDictionary
		width := widthOf(entries)
		page = appendHybrid(append(page, byte(width)), index, width)
	} else {
		page = append(page, e.values...)
	}
	e.page = page

	c := Chunk{Codec: Plain, Values: int64(rows), Encoding: enc, Dict: entries >= 0, Offset: int64(len(e.Out)), Stats: stats}
	c.Stats.Nulls = int64(nulls)
	values := page[levels:]
	size := len(values) + len(dict)
	if codec != Plain && size > 96 {
		packed := e.compress(codec, e.packed[:0], values)
		cut := len(packed)
		packed = e.compress(codec, packed, dict)
		if e.packed = packed; len(packed) < size-size/10 {
			c.Codec = codec
			e.dictPage(&c, packed[cut:], len(dict), entries)
			e.dataPage(&c, page[:levels], packed[:cut], len(values), rows, nulls)
			return c
		}
	}
	e.dictPage(&c, dict, len(dict), entries)
	e.dataPage(&c, page[:levels], values, len(values), rows, nulls)
	return c
}

func (e *Encoder) compress(codec Codec, dst, src []byte) []byte {
	if len(src) == 0 {
		return dst
	}
	if codec == Zstd {
		if e.zstd == nil {
			e.zstd, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
		}
		return e.zstd.EncodeAll(src, dst)
	}
	at, most := len(dst), s2.MaxEncodedLen(len(src))
	if cap(dst)-at < most {
		dst = append(dst, make([]byte, most)...)[:at]
	}
	return dst[:at+len(s2.EncodeSnappy(dst[at:at+most], src))]
}

func (e *Encoder) dictPage(c *Chunk, data []byte, plain, entries int) {
	if entries < 0 {
		return
	}
	c.DictOffset = int64(len(e.Out))
	w := e.header(pageDictionary, plain, len(data), crc32.ChecksumIEEE(data))
	w.begin(7)
	w.i32(1, int32(entries))
	w.i32(2, encPlain)
	w.end()
	e.put(c, data, plain)
}

func (e *Encoder) dataPage(c *Chunk, levels, data []byte, plain, rows, nulls int) {
	c.DataOffset = int64(len(e.Out))
	sum := crc32.Update(crc32.ChecksumIEEE(levels), crc32.IEEETable, data)
	w := e.header(pageDataV2, plain+len(levels), len(data)+len(levels), sum)
	w.begin(8)
	w.i32(1, int32(rows))
	w.i32(2, int32(nulls))
	w.i32(3, int32(rows))
	w.i32(4, c.Encoding)
	w.i32(5, int32(len(levels)))
	w.i32(6, 0)
	w.bool(7, c.Codec != Plain)
	w.end()
	w.b = append(w.b, thriftStop)
	e.Out = append(append(append(e.Out, w.b...), levels...), data...)
	c.Plain += int64(len(w.b) + len(levels) + plain)
	c.Size = int64(len(e.Out)) - c.Offset
}

// header starts a page header.
func (e *Encoder) header(kind int32, plain, size int, sum uint32) *thriftWriter {
	w := &e.thrift
	w.b, w.last, w.open = w.b[:0], 0, w.open[:0]
	w.i32(1, kind)
	w.i32(2, int32(plain))
	w.i32(3, int32(size))
	w.i32(4, int32(sum))
	return w
}

// put ends the header and appends it with the page.
func (e *Encoder) put(c *Chunk, data []byte, plain int) {
	w := &e.thrift
	w.b = append(w.b, thriftStop)
	e.Out = append(append(e.Out, w.b...), data...)
	c.Plain += int64(len(w.b) + plain)
}
