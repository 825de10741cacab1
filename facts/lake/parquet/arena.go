package parquet

import "sync"

// Arena holds the memory of decoded columns, so that it is used again for the
// next block instead of being collected. It is not safe for concurrent use.
type Arena struct {
	ints    pool[int64]
	indexes pool[int32]
	offsets pool[uint32]
	dicts   pool[string]
	blobs   pool[byte]

	scratch *scratch // while a chunk is being decoded
}

// scratch is memory that is needed only while a chunk is decoded. It is shared by
// all arenas, of which many are open at a time.
type scratch struct {
	raw, page     []byte
	levels, index []int32
}

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// work returns the scratch of the chunk being decoded.
func (a *Arena) work() *scratch {
	if a.scratch == nil {
		a.scratch = scratches.Get().(*scratch)
	}
	return a.scratch
}

// finish gives the scratch back.
func (a *Arena) finish() {
	if a.scratch != nil {
		scratches.Put(a.scratch)
		a.scratch = nil
	}
}

// Reset makes the memory free. Columns decoded before must not be used any more.
func (a *Arena) Reset() {
	a.ints.used, a.indexes.used, a.offsets.used, a.blobs.used = 0, 0, 0, 0
	for _, d := range a.dicts.all[:a.dicts.used] {
		clear(d[:cap(d)]) // they keep other memory alive
	}
	a.dicts.used = 0
}

// Raw returns n bytes, with any content, for the bytes of one chunk. They are valid
// until that chunk is decoded.
func (a *Arena) Raw(n int) []byte {
	w := a.work()
	w.raw = sized(w.raw, n)
	return w.raw
}

// grow returns b with at least n more bytes after its first keep ones.
func (a *Arena) grow(b []byte, keep, n int) []byte {
	if cap(b) >= keep+n {
		return b[:keep+n]
	}
	larger := a.blobs.get(keep + n)
	copy(larger, b[:keep])
	return larger
}

// indexes returns n numbers that are valid until the next call.
func (w *scratch) indexes(n int) []int32 {
	w.index = sized(w.index, n)
	return w.index
}

func (w *scratch) someLevels(n int) []int32 {
	w.levels = sized(w.levels, n)
	return w.levels
}

// sized returns a slice of length n, s itself where it is large enough.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/8)
	}
	return s[:n]
}

// pool is a stack of slices that are handed out in turn.
type pool[T any] struct {
	all  [][]T
	used int
}

// get returns a slice of length n with any content.
func (p *pool[T]) get(n int) []T {
	if p.used == len(p.all) {
		p.all = append(p.all, nil)
	}
	s := p.all[p.used]
	if cap(s) < n {
		s = make([]T, n, n+n/8)
	}
	p.all[p.used] = s
	p.used++
	return s[:n]
}
