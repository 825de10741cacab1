package parquet

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// dataPage is a data page, decompressed.
type dataPage struct {
	rows, nulls int
	encoding    int32
	levels      []byte // definition levels; nil: no nulls
	values      []byte
}

// pages walks through the pages of a chunk.
type pages struct {
	raw   []byte
	chunk *Chunk
	opt   bool
	arena *Arena

	keepDict bool // the dictionary page is memory of the arena: texts point into it
}

const maxPage = 1 << 30

// next returns the next data page, or with dict the dictionary page in values.
func (p *pages) next() (d dataPage, dict bool, err error) {
	h, n, err := parsePageHeader(p.raw)
	if err != nil {
		return d, false, err
	}
	body := p.raw[n:]
	if h.size < 0 || h.plain < 0 || h.size > len(body) || h.plain > maxPage || h.values < 0 {
		return d, false, fmt.Errorf("%w: page of %d bytes (%d plain) in %d", ErrCorrupt, h.size, h.plain, len(body))
	}
	p.raw, body = body[h.size:], body[:h.size]
	if h.sum != nil && uint32(*h.sum) != crc32.ChecksumIEEE(body) {
		return d, false, fmt.Errorf("%w: the checksum of a page is wrong", ErrCorrupt)
	}
	d.rows, d.encoding = h.values, h.encoding
	switch h.kind {
	case pageDictionary:
		d.values, err = p.plain(body, h.plain, p.keepDict)
		return d, true, err
	case pageData:
		body, err = p.plain(body, h.plain, false)
		if err == nil && p.opt {
			body, err = d.takeLevels(body)
		}
		d.values = body
		return d, false, err
	case pageDataV2:
		levels := h.defLevels
		if levels < 0 || h.repLevels != 0 || levels > min(len(body), h.plain) || h.nulls < 0 || h.nulls > d.rows {
			return d, false, fmt.Errorf("%w: page with wrong levels", ErrCorrupt)
		}
		if d.nulls = h.nulls; d.nulls > 0 {
			d.levels = body[:levels]
		}
		d.values = body[levels:]
		if h.compressed {
			d.values, err = p.plain(d.values, h.plain-levels, false)
		}
		return d, false, err
	}
	return d, false, fmt.Errorf("%w: page of type %d", ErrUnsupported, h.kind)
}

// takeLevels cuts the levels of a version 1 page from its body.
func (d *dataPage) takeLevels(b []byte) ([]byte, error) {
	if len(b) < 4 || int(binary.LittleEndian.Uint32(b)) > len(b)-4 {
		return nil, fmt.Errorf("%w: levels longer than their page", ErrCorrupt)
	}
	n := int(binary.LittleEndian.Uint32(b))
	d.levels, d.nulls = b[4:4+n], -1
	h, k := binary.Uvarint(d.levels)
	if k > 0 && h&1 == 0 && h>>1 >= uint64(d.rows) && k < n && d.levels[k] == 1 {
		d.levels, d.nulls = nil, 0
	}
	return b[4+n:], nil
}

var unzstd, _ = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxPage), zstd.WithDecoderConcurrency(0))

// plain decompresses b, which must give n bytes: into the arena to be kept, or else
// to be used until the next page.
func (p *pages) plain(b []byte, n int, keep bool) ([]byte, error) {
	var out []byte
	var err error
	switch p.chunk.Codec {
	case Plain:
		if out = b; keep {
			out = p.arena.blobs.get(len(b))
			copy(out, b)
		}
	case Snappy:
		if k, e := s2.DecodedLen(b); e != nil || k != n || n > 64*len(b) { // 64: the most that Snappy can pack
			return nil, fmt.Errorf("%w: Snappy page of wrong length", ErrCorrupt)
		}
		out, err = s2.Decode(p.room(n, keep), b)
	case Zstd:
		if n == 0 {
			return nil, nil
		}
		if uint64(n) > uint64(len(b))*4096+1<<16 { // beyond what Zstandard can pack: do not reserve it
			return nil, fmt.Errorf("%w: Zstandard page of wrong length", ErrCorrupt)
		}
		out, err = unzstd.DecodeAll(b, p.room(n, keep)[:0])
	}
	if err != nil || len(out) != n {
		return nil, fmt.Errorf("%w: a page of %d bytes does not decompress (%v)", ErrCorrupt, n, err)
	}
	return out, nil
}

// room returns n bytes for a page.
func (p *pages) room(n int, keep bool) []byte {
	if keep {
		return p.arena.blobs.get(n)
	}
	w := p.arena.work()
	w.page = sized(w.page, n)
	return w.page
}

type pageHeader struct {
	kind, encoding       int32
	plain, size          int
	sum                  *int32
	values, nulls        int
	defLevels, repLevels int
	compressed           bool
}

func parsePageHeader(b []byte) (h pageHeader, n int, err error) {
	r := &thriftReader{b: b}
	h.compressed = true
	r.fields(func(id, kind int) {
		switch {
		case kind == thriftI32 && id <= 4:
			v := int32(r.varint())
			switch id {
			case 1:
				h.kind = v
			case 2:
				h.plain = int(v)
			case 3:
				h.size = int(v)
			case 4:
				h.sum = &v
			}
		case kind == thriftStruct && (id == 5 || id == 7):
			h.readV1(r)
		case kind == thriftStruct && id == 8:
			h.readV2(r)
		default:
			r.skip(kind)
		}
	})
	return h, r.pos, r.err
}

func (h *pageHeader) readV1(r *thriftReader) {
	r.fields(func(id, kind int) {
		if kind != thriftI32 || id > 2 {
			r.skip(kind)
			return
		}
		if v := int32(r.varint()); id == 1 {
			h.values = int(v)
		} else {
			h.encoding = v
		}
	})
}

func (h *pageHeader) readV2(r *thriftReader) {
	r.fields(func(id, kind int) {
		if id == 7 {
			h.compressed = kind != thriftFalse
		}
		if kind != thriftI32 {
			r.skip(kind)
			return
		}
		switch v := int32(r.varint()); id {
		case 1:
			h.values = int(v)
		case 2:
			h.nulls = int(v)
		case 4:
			h.encoding = v
		case 5:
			h.defLevels = int(v)
		case 6:
			h.repLevels = int(v)
		}
	})
}

// levels decodes the levels of a page into the arena's scratch and counts values.
func (p *pages) levels(d *dataPage) (levels []int32, values int, err error) {
	if d.levels == nil {
		return nil, d.rows, nil
	}
	levels = p.arena.work().someLevels(d.rows)
	if err := decodeHybrid(levels, d.levels, 1); err != nil {
		return nil, 0, err
	}
	for _, l := range levels {
		values += int(l)
	}
	return levels, values, nil
}
