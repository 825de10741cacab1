package lake

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"yiheng/facts/lake/parquet"
)

// Reader reads one file of the lake. It needs no database, so that a worker
// process can use it. Its methods and those of its blocks are not safe for
// concurrent use; several Readers of one file are.
type Reader struct {
	path    string
	table   *Table
	file    *os.File
	footer  *parquet.Footer
	at      []int // place of a column of the table → field of the file, -1: absent
	foreign *foreignReader
}

// arenas are pools of memory for blocks, one for each table, since an arena grows to
// the largest block that it ever held.
var arenas sync.Map // *Table → *sync.Pool

func arenasOf(t *Table) *sync.Pool {
	if p, ok := arenas.Load(t); ok {
		return p.(*sync.Pool)
	}
	p, _ := arenas.LoadOrStore(t, &sync.Pool{New: func() any { return &parquet.Arena{} }})
	return p.(*sync.Pool)
}

// OpenFile opens a file of table t. Columns are found by Iceberg field id, so files
// from before a column was added lack it. Files that other engines wrote into the
// table are read too, more slowly where their encoding is unusual.
func OpenFile(path string, t *Table) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, explain(err, "读取数据文件", path)
	}
	r := &Reader{path: path, table: t, file: f}
	if err := r.open(); err != nil {
		_ = f.Close()
		return nil, explain(err, "读取数据文件", path)
	}
	return r, nil
}

func (r *Reader) open() error {
	info, err := r.file.Stat()
	if err != nil {
		return err
	}
	r.footer, err = parquet.ReadFooter(r.file, info.Size())
	if errors.Is(err, parquet.ErrUnsupported) {
		r.foreign, err = openForeign(r.file)
		return err
	}
	if err != nil {
		return err
	}
	r.at = make([]int, len(added)+len(r.table.Columns))
	for i := range r.at {
		r.at[i] = -1
	}
	for i := range r.footer.Fields {
		if id := int(r.footer.Fields[i].ID); id > 0 && id <= len(r.at) {
			r.at[id-1] = i
		}
	}
	return nil
}

// Close closes the file. Blocks that are still open stay valid, but read no more
// columns.
func (r *Reader) Close() error { return r.file.Close() }

// Blocks returns the number of blocks (row groups) of the file.
func (r *Reader) Blocks() int {
	if r.footer == nil {
		return r.foreign.blocks()
	}
	return len(r.footer.Groups)
}

// Block returns the block i.
func (r *Reader) Block(i int) *Block {
	b := &Block{reader: r, group: i, arena: arenasOf(r.table).Get().(*parquet.Arena), cols: make([]*Vector, len(added)+len(r.table.Columns))}
	b.read = make([]bool, len(b.cols))
	if r.footer == nil {
		b.rows = r.foreign.rows(i)
	} else {
		b.rows = int(r.footer.Groups[i].Rows)
	}
	return b
}

// Block is rows that stand together in a file, at most 16,384 of them in files of
// ours, sorted as their table says.
type Block struct {
	reader *Reader
	group  int
	rows   int
	arena  *parquet.Arena
	cols   []*Vector
	read   []bool
}

// Rows returns the number of rows.
func (b *Block) Rows() int { return b.rows }

// Close gives the memory of the block back. Its vectors, and the texts in their
// dictionaries, must not be used after it: clone what has to stay.
func (b *Block) Close() {
	if b.arena != nil {
		b.arena.Reset()
		arenasOf(b.reader.table).Put(b.arena)
		b.arena, b.cols = nil, nil
	}
}

// Col returns the column of the given name, one of the table's or of the lake's
// own (ColSource …). It is decoded once. A nil vector is a column that the file does
// not have: null in every row.
func (b *Block) Col(name string) (*Vector, error) {
	i := b.reader.table.field(name)
	if i < 0 {
		return nil, fmt.Errorf("lake: table %s has no column %q", b.reader.table.Name, name)
	}
	if b.read[i] {
		return b.cols[i], nil
	}
	v, err := b.decode(i)
	if err != nil {
		return nil, explain(fmt.Errorf("%s: %w", name, err), "读取数据文件", b.reader.path)
	}
	b.cols[i], b.read[i] = v, true
	return v, nil
}

func (b *Block) decode(i int) (*Vector, error) {
	r := b.reader
	kind := r.table.kind(i)
	if r.footer == nil {
		return r.foreign.column(b.group, i+1, kind)
	}
	if r.at[i] < 0 {
		return nil, nil
	}
	f, c := &r.footer.Fields[r.at[i]], &r.footer.Groups[b.group].Chunks[r.at[i]]
	want := parquetField(Column{Kind: kind}, i+1)
	if parquet.CanDecode(f, c) && f.Type == want.Type && f.Logical == want.Logical && f.Scale == want.Scale {
		v, err := b.decodeFast(f, c, kind)
		if !errors.Is(err, parquet.ErrUnsupported) {
			return v, err
		}
	}
	if r.foreign == nil {
		var err error
		if r.foreign, err = openForeign(r.file); err != nil {
			return nil, err
		}
	}
	return r.foreign.column(b.group, i+1, kind)
}

func (b *Block) decodeFast(f *parquet.Field, c *parquet.Chunk, k Kind) (*Vector, error) {
	raw := b.arena.Raw(int(c.Size))
	if _, err := b.reader.file.ReadAt(raw, c.Offset); err != nil {
		if err == io.EOF {
			err = parquet.ErrCorrupt
		}
		return nil, err
	}
	var col parquet.Column
	var err error
	switch k {
	case Text:
		col, err = b.arena.Text(f, c, raw, b.rows)
	case Time:
		col, err = b.arena.Ints(f, c, raw, b.rows, microseconds)
	default:
		col, err = b.arena.Ints(f, c, raw, b.rows, 1)
	}
	if err != nil {
		return nil, err
	}
	return &Vector{Ints: col.Ints, Dict: col.Dict, Index: col.Index, Bytes: col.Bytes, Offsets: col.Offsets}, nil
}

// kind returns the kind of the column with the given place.
func (t *Table) kind(i int) Kind {
	if i < len(added) {
		return added[i].Kind
	}
	return t.Columns[i-len(added)].Kind
}

// has says whether the file has the column with the given place.
func (r *Reader) has(place int) bool {
	if r.footer == nil {
		_, ok := r.foreign.leaf[place+1]
		return ok
	}
	return r.at[place] >= 0
}
