package demo

import "math/bits"

// random is a small seeded generator (SplitMix64). One is made for every person, so
// that a person's rows depend on the seed and the person's number alone.
type random struct{ state uint64 }

func newRandom(seed uint64, stream uint64) random {
	r := random{seed*0x9E3779B97F4A7C15 ^ bits.RotateLeft64(stream*0xD1B54A32D192ED03, 31)}
	r.next()
	return r
}

func (r *random) next() uint64 {
	r.state += 0x9E3779B97F4A7C15
	z := r.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// below returns a number of [0, n), 0 when n is not positive.
func (r *random) below(n int) int {
	if n <= 1 {
		return 0
	}
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// between returns a number of [lo, hi].
func (r *random) between(lo, hi int) int { return lo + r.below(hi-lo+1) }

// chance is true n times in a thousand.
func (r *random) chance(n int) bool { return r.below(1000) < n }

// about returns a number whose mean is hundredths/100: events in a year.
func (r *random) about(hundredths int) int {
	n := hundredths / 100
	if n > 3 { // spread around the mean
		n = r.between(n*2/5, n*8/5)
	} else if n > 0 {
		n = r.between(0, 2*n)
	}
	if r.below(100) < hundredths%100 {
		n++
	}
	return n
}

// pick returns one of xs.
func pick[T any](r *random, xs []T) T { return xs[r.below(len(xs))] }

// hash mixes numbers into one, for what must not depend on the order of drawing.
func hash(seed uint64, parts ...uint64) uint64 {
	r := random{seed}
	for _, p := range parts {
		r.state ^= p * 0x9E3779B97F4A7C15
		r.next()
	}
	return r.next()
}
