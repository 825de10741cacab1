package screening

import (
	"math/bits"

	"yiheng/facts/claim"
)

// emptied returns an empty map: m itself, unless it grew large, since emptying a
// large map costs as much for every later history as for the one that filled it.
func emptied[V any](m map[string]V) map[string]V {
	const large = 1 << 12
	if len(m) > large {
		return make(map[string]V)
	}
	clear(m)
	return m
}

// resetSeen empties the table of keys for n lines: a power of two, open addressing.
func (j *judge) resetSeen(n int) {
	size := 16
	if n > 4 {
		size = 1 << bits.Len(uint(2*n))
	}
	if cap(j.seen) < size {
		j.seen = make([]uint32, size)
		return
	}
	j.seen = j.seen[:size]
	clear(j.seen)
}

// remember notes the key of line i and returns the earlier line with that key, or -1.
// A line without a key is like no other.
func (j *judge) remember(l *claim.Line, i int) int {
	if l.BkkpSn == "" {
		return -1
	}
	mask := uint32(len(j.seen) - 1)
	for at := hashKey(l.BkkpSn) & mask; ; at = (at + 1) & mask {
		k := j.seen[at]
		if k == 0 {
			j.seen[at] = uint32(i + 1)
			return -1
		}
		if j.h.Lines[k-1].BkkpSn == l.BkkpSn {
			return int(k - 1)
		}
	}
}

// seenAt points the key of l, noted for line from, at line to.
func (j *judge) seenAt(l *claim.Line, from, to int) {
	mask := uint32(len(j.seen) - 1)
	for at := hashKey(l.BkkpSn) & mask; ; at = (at + 1) & mask {
		if j.seen[at] == uint32(from+1) {
			j.seen[at] = uint32(to + 1)
			return
		}
	}
}

// find returns the live line with a key, nil when there is none.
func (j *judge) find(key string) *line {
	mask := uint32(len(j.seen) - 1)
	for at := hashKey(key) & mask; ; at = (at + 1) & mask {
		k := j.seen[at]
		if k == 0 {
			return nil
		}
		if j.h.Lines[k-1].BkkpSn == key {
			if x := &j.lines[k-1]; x.Line != nil {
				return x
			}
			return nil
		}
	}
}

// hashKey is a hash of a key for the table of one history; it is never stored.
// Eight bytes at a time from the end, where serial numbers differ.
func hashKey(s string) uint32 {
	h := uint64(len(s)) * 0x9E3779B97F4A7C15
	for len(s) >= 8 {
		t := s[len(s)-8:]
		v := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		h = (h ^ v) * 0xD6E8FEB86659FD93
		h ^= h >> 32
		s = s[:len(s)-8]
	}
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 0x100000001B3
	}
	h ^= h >> 29
	return uint32(h)
}
