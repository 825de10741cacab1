package parquet

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// minRun is the shortest run that is worth its own header: below it, packed bits
// are read faster.
const minRun = 24

// widthOf returns how many bits an index into n entries takes, at least 1.
func widthOf(n int) int { return max(1, bits.Len(uint(max(n, 1)-1))) }

// appendHybrid appends v in the RLE and bit-packing hybrid. Values are less than
// 1<<width.
func appendHybrid(b []byte, v []int32, width int) []byte {
	start := 0 // of the values that wait to be packed
	for i := 0; i < len(v); {
		j := i + 1
		for j < len(v) && v[j] == v[i] {
			j++
		}
		run := j - i
		if run >= minRun {
			fill := (start - i) & 7 // a packed group is full before a run begins
			if i > start {
				b = appendPacked(b, v[start:i+fill], width)
			} else {
				fill = 0
			}
			b = binary.AppendUvarint(b, uint64(run-fill)<<1)
			for k := 0; k < width; k += 8 {
				b = append(b, byte(v[i]>>k))
			}
			start = j
		}
		i = j
	}
	if start < len(v) {
		b = appendPacked(b, v[start:], width)
	}
	return b
}

// appendPacked appends v in groups of eight, the last one filled with zeros.
func appendPacked(b []byte, v []int32, width int) []byte {
	groups := (len(v) + 7) / 8
	b = binary.AppendUvarint(b, uint64(groups)<<1|1)
	at := len(b)
	b = append(b, make([]byte, groups*width+8)...)
	var acc uint64
	n, p := 0, at
	for _, x := range v {
		acc |= uint64(uint32(x)) << n
		if n += width; n >= 32 {
			binary.LittleEndian.PutUint32(b[p:], uint32(acc))
			p += 4
			acc >>= 32
			n -= 32
		}
	}
	binary.LittleEndian.PutUint64(b[p:], acc)
	return b[:at+groups*width]
}

// decodeHybrid fills out from b.
func decodeHybrid(out []int32, b []byte, width int) error {
	if width > 31 {
		return fmt.Errorf("%w: index of %d bits", ErrUnsupported, width)
	}
	for len(out) > 0 {
		h, k := binary.Uvarint(b)
		if k <= 0 {
			return fmt.Errorf("%w: a page ends %d values early", ErrCorrupt, len(out))
		}
		b = b[k:]
		var n int
		if h&1 == 0 {
			size := (width + 7) / 8
			if len(b) < size || h == 0 {
				return fmt.Errorf("%w: run without a value", ErrCorrupt)
			}
			var v int32
			for i := range size {
				v |= int32(b[i]) << (8 * i)
			}
			if v>>width != 0 {
				return fmt.Errorf("%w: value of more than %d bits", ErrCorrupt, width)
			}
			b = b[size:]
			n = int(min(h>>1, uint64(len(out))))
			fill(out[:n], v)
		} else {
			n = int(min(h>>1*8, uint64(len(out))))
			size := (n*width + 7) / 8
			if len(b) < size {
				return fmt.Errorf("%w: packed values cut short", ErrCorrupt)
			}
			unpack(out[:n], b, width)
			b = b[min(uint64(len(b)), h>>1*uint64(width)):]
		}
		if n == 0 {
			return fmt.Errorf("%w: empty run", ErrCorrupt)
		}
		out = out[n:]
	}
	return nil
}

func fill(out []int32, v int32) {
	for i := range out {
		out[i] = v
	}
}

// unpack reads len(out) values of the given width (at most 31 bits) from b.
func unpack(out []int32, b []byte, width int) {
	mask := uint64(1)<<width - 1
	switch {
	case width == 0:
		fill(out, 0)
		return
	case width <= 8:
		for len(out) >= 8 && len(b) >= 8 {
			x := binary.LittleEndian.Uint64(b)
			o := (*[8]int32)(out)
			o[0] = int32(x & mask)
			o[1] = int32(x >> (width & 63) & mask)
			o[2] = int32(x >> (2 * width & 63) & mask)
			o[3] = int32(x >> (3 * width & 63) & mask)
			o[4] = int32(x >> (4 * width & 63) & mask)
			o[5] = int32(x >> (5 * width & 63) & mask)
			o[6] = int32(x >> (6 * width & 63) & mask)
			o[7] = int32(x >> (7 * width & 63) & mask)
			out, b = out[8:], b[width:]
		}
	case width <= 16:
		half, shift := width>>1, 4*width&7
		for len(out) >= 8 && len(b) >= 16 {
			x := binary.LittleEndian.Uint64(b)
			y := binary.LittleEndian.Uint64(b[half:]) >> (shift & 63)
			o := (*[8]int32)(out)
			o[0] = int32(x & mask)
			o[1] = int32(x >> (width & 63) & mask)
			o[2] = int32(x >> (2 * width & 63) & mask)
			o[3] = int32(x >> (3 * width & 63) & mask)
			o[4] = int32(y & mask)
			o[5] = int32(y >> (width & 63) & mask)
			o[6] = int32(y >> (2 * width & 63) & mask)
			o[7] = int32(y >> (3 * width & 63) & mask)
			out, b = out[8:], b[width:]
		}
	}
	unpackSlow(out, b, width)
}

// unpackSlow is unpack for the end of a page and for wide values.
func unpackSlow(out []int32, b []byte, width int) {
	mask := uint64(1)<<width - 1
	for i := range out {
		at := i * width
		var x uint64
		if p := at >> 3; len(b)-p >= 8 {
			x = binary.LittleEndian.Uint64(b[p:])
		} else {
			for k, c := range b[p:] {
				x |= uint64(c) << (8 * k)
			}
		}
		out[i] = int32(x >> (at & 7) & mask)
	}
}

// outside says whether an index of v is not one of n entries.
func outside(v []int32, n int) bool {
	var bad int32
	for _, x := range v {
		bad |= int32(n) - 1 - x
	}
	return bad < 0
}
