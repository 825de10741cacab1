package lake

import (
	"encoding/binary"
	"slices"

	"yiheng/facts/lake/parquet"
	"yiheng/ground/calendar"
)

// groupRows is the most rows of a row group, which is what readers take at once.
const groupRows = 16384

const maker = "yiheng (build lake-1)"

// packer writes sorted rows of a batch as Parquet files. It keeps its buffers from
// file to file; it is not safe for concurrent use.
type packer struct {
	enc   parquet.Encoder
	local []uint64 // entry of the batch's dictionary → generation and entry of the file's
	gen   uint64
	index []int32
	dict  []byte   // PLAIN entries
	start []uint32 // of each entry in dict
	ints  []int64
	valid []bool
	plain []byte
}

// newPacker uses Snappy, which is read in a third of the time of Zstandard, and
// Zstandard for texts without a dictionary (serial numbers), where it takes a quarter of
// Snappy's space.
func newPacker() *packer {
	return &packer{enc: parquet.Encoder{Fast: parquet.Snappy, Tight: parquet.Zstd}}
}

// write writes the rows of a partition, sorted, to a new file and returns its size.
func (p *packer) write(path string, s sheet, part part) (size int64, err error) {
	f, err := create(path, s.table, s.present(part.rows))
	if err != nil {
		return 0, explain(err, "写入数据文件", path)
	}
	groups := (len(part.rows) + groupRows - 1) / groupRows
	for g := range groups {
		rows := part.rows[g*len(part.rows)/groups : (g+1)*len(part.rows)/groups]
		if err := p.group(f, s, rows, part); err != nil {
			f.abandon()
			return 0, explain(err, "写入数据文件", path)
		}
	}
	if size, err = f.finish(); err != nil {
		f.abandon()
	}
	return size, explain(err, "写入数据文件", path)
}

// group writes rows as one row group.
func (p *packer) group(f *packedFile, s sheet, rows []int32, part part) error {
	chunks := make([]parquet.Chunk, len(f.places))
	p.enc.Out = p.enc.Out[:0]
	for i, c := range f.places {
		switch c {
		case atMonth:
			chunks[i] = p.repeated(int64(part.month), len(rows))
		case atBucket:
			chunks[i] = p.repeated(int64(part.bucket), len(rows))
		default:
			chunks[i] = p.column(s, c, rows)
		}
	}
	return f.writer.Group(len(rows), p.enc.Out, chunks)
}

// column encodes the rows of the column at place c.
func (p *packer) column(s sheet, c int, rows []int32) parquet.Chunk {
	v, kind, stats := s.cols[c], s.table.kind(c), false
	if c >= len(added) {
		name := s.table.Columns[c-len(added)].Name
		stats = name == s.table.PersonBy || name == s.table.TimeBy
	}
	switch {
	case kind != Text:
		return p.numbers(v.Ints, kind, rows, stats)
	case v.Offsets != nil:
		return p.bytes(v, rows, stats)
	}
	return p.text(v, rows, stats)
}

func (p *packer) repeated(v int64, n int) parquet.Chunk {
	p.ints = slices.Grow(p.ints[:0], n)[:n]
	for i := range p.ints {
		p.ints[i] = v
	}
	b := binary.LittleEndian.AppendUint64(nil, uint64(v))
	return p.enc.Ints(p.ints, true, parquet.Stats{Min: b, Max: b})
}

// text encodes texts that have a dictionary: with the file's own one, or plainly
// when most of them differ.
func (p *packer) text(v *Vector, rows []int32, stats bool) parquet.Chunk {
	if len(p.local) < len(v.Dict) {
		p.local, p.gen = make([]uint64, len(v.Dict)+len(v.Dict)/4), 0
	}
	if p.gen++; p.gen == 1<<31 {
		p.gen = 1
		clear(p.local)
	}
	p.index = slices.Grow(p.index[:0], len(rows))[:len(rows)]
	p.dict, p.start = p.dict[:0], p.start[:0]
	values := 0
	for i, r := range rows {
		k := v.Index[r]
		if k < 0 {
			p.index[i] = -1
			continue
		}
		e := p.local[k]
		if e>>32 != p.gen {
			e = p.gen<<32 | uint64(p.enter(v.Dict[k]))
			p.local[k] = e
		}
		p.index[i] = int32(uint32(e))
		values += int(1 + p.index[i]>>31)
	}
	var s parquet.Stats
	if stats {
		s.Min, s.Max = p.extremes()
	}
	if entries := len(p.start); entries*3 > values*2 && entries > 64 {
		return p.unfold(s)
	}
	return p.enc.Text(p.index, p.dict, len(p.start), s)
}

// enter adds an entry to the file's dictionary; the empty text is null.
func (p *packer) enter(s string) uint32 {
	if s == "" {
		return 1<<32 - 1
	}
	p.start = append(p.start, uint32(len(p.dict)))
	p.dict = append(binary.LittleEndian.AppendUint32(p.dict, uint32(len(s))), s...)
	return uint32(len(p.start) - 1)
}

// entry returns entry k of the file's dictionary in PLAIN encoding.
func (p *packer) entry(k int32) []byte {
	at := p.start[k]
	return p.dict[at : at+4+binary.LittleEndian.Uint32(p.dict[at:])]
}

// extremes returns the least and the greatest entry of the file's dictionary.
func (p *packer) extremes() (least, greatest []byte) {
	for k := range p.start {
		e := p.entry(int32(k))[4:]
		if least == nil || string(e) < string(least) {
			least = e
		}
		if greatest == nil || string(e) > string(greatest) {
			greatest = e
		}
	}
	return slices.Clone(least), slices.Clone(greatest)
}

// unfold encodes the texts of p.index without the dictionary.
func (p *packer) unfold(s parquet.Stats) parquet.Chunk {
	p.plain, p.valid = p.plain[:0], p.valid[:0]
	for _, k := range p.index {
		p.valid = append(p.valid, k >= 0)
		if k >= 0 {
			p.plain = append(p.plain, p.entry(k)...)
		}
	}
	return p.enc.PlainText(len(p.index), p.valid, p.plain, s)
}

// bytes encodes texts that have no dictionary.
func (p *packer) bytes(v *Vector, rows []int32, stats bool) parquet.Chunk {
	p.plain, p.valid = p.plain[:0], p.valid[:0]
	var s parquet.Stats
	for _, r := range rows {
		text := v.Bytes[v.Offsets[r]:v.Offsets[r+1]]
		p.valid = append(p.valid, len(text) > 0)
		if len(text) == 0 {
			continue
		}
		p.plain = append(binary.LittleEndian.AppendUint32(p.plain, uint32(len(text))), text...)
		if stats && (s.Min == nil || string(text) < string(s.Min)) {
			s.Min = text
		}
		if stats && (s.Max == nil || string(text) > string(s.Max)) {
			s.Max = text
		}
	}
	return p.enc.PlainText(len(rows), p.valid, p.plain, s)
}

// numbers encodes whole numbers as their kind stands in the file.
func (p *packer) numbers(v []int64, k Kind, rows []int32, stats bool) parquet.Chunk {
	p.ints = slices.Grow(p.ints[:0], len(rows))[:len(rows)]
	for i, r := range rows {
		p.ints[i] = v[r]
	}
	if k == Time {
		for i, x := range p.ints {
			if x != NullInt {
				p.ints[i] = x * microseconds
			}
		}
	}
	var s parquet.Stats
	if stats {
		s = statsOf(p.ints, k != Day)
	}
	return p.enc.Ints(p.ints, k != Day, s)
}

// microseconds are the unit of times in files; in memory they are seconds.
const microseconds = 1_000_000

func statsOf(v []int64, wide bool) (s parquet.Stats) {
	least, greatest := int64(calendar.NoTime), int64(calendar.NoTime)
	for _, x := range v {
		if x == NullInt {
			continue
		}
		if least == NullInt || x < least {
			least = x
		}
		greatest = max(greatest, x)
	}
	if least == NullInt {
		return s
	}
	if wide {
		s.Min, s.Max = binary.LittleEndian.AppendUint64(nil, uint64(least)), binary.LittleEndian.AppendUint64(nil, uint64(greatest))
	} else {
		s.Min, s.Max = binary.LittleEndian.AppendUint32(nil, uint32(least)), binary.LittleEndian.AppendUint32(nil, uint32(greatest))
	}
	return s
}
