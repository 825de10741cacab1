package parquet

// Arena holds the memory of decoded columns, so that it is used again for the
// next block instead of being collected. It is not safe for concurrent use.
type Arena struct {
	ints    pool[int64]
	indexes pool[int32]
	offsets pool[uint32]
	dicts   pool[string]
	blobs   pool[byte]

	levels, index []int32
}

// Reset makes the memory free. Columns decoded before must not be used any more.
func (a *Arena) Reset() {
	a.ints.used, a.indexes.used, a.offsets.used, a.blobs.used = 0, 0, 0, 0
	for _, d := range a.dicts.all[:a.dicts.used] {
		clear(d[:cap(d)]) // they keep other memory alive
	}
	a.dicts.used = 0
}

// Bytes returns n bytes of the arena, with any content.
func (a *Arena) Bytes(n int) []byte { return a.blobs.get(n) }

// grow returns b with at least n more bytes after its first keep ones.
func (a *Arena) grow(b []byte, keep, n int) []byte {
	if cap(b) >= keep+n {
		return b[:keep+n]
	}
	larger := a.blobs.get(keep + n)
	copy(larger, b[:keep])
	return larger
}

// scratch returns n numbers that are valid until the next call.
func (a *Arena) scratch(n int) []int32 {
	if cap(a.index) < n {
		a.index = make([]int32, n)
	}
	return a.index[:n]
}

func (a *Arena) scratchLevels(n int) []int32 {
	if cap(a.levels) < n {
		a.levels = make([]int32, n)
	}
	return a.levels[:n]
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
