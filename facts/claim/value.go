package claim

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// Money is an amount in fen (0.01 yuan). Null means that the record states none.
type Money int64

// Price is a unit price with 6 decimals: 1 yuan is 1_000_000.
type Price int64

// Quantity is a quantity with 4 decimals: one piece is 10_000.
type Quantity int64

// Null is the value of a Money, Price or Quantity that the record does not state.
const Null = math.MinInt64

// Yuan is one yuan as Money; Piece is a quantity of one.
const (
	Yuan  Money    = 100
	Piece Quantity = 10_000
)

// ErrNumber is returned for text that is no decimal number; ErrDecimals for a
// number with more decimals than its column keeps; ErrRange for one that does
// not fit its column.
var (
	ErrNumber   = errors.New("不是数，应写成 12.50")
	ErrDecimals = errors.New("小数位数过多，本项不保留这么多位")
	ErrRange    = errors.New("过大，超出本项的范围")
)

// String returns m in yuan with two decimals, "" for Null.
func (m Money) String() string { return decimal(int64(m), 2) }

// String returns p in yuan with two to six decimals, "" for Null.
func (p Price) String() string { return trimmed(int64(p), 6, 2) }

// String returns q without trailing zeros, "" for Null.
func (q Quantity) String() string { return trimmed(int64(q), 4, 0) }

// IsZero says that m is not stated, so that JSON with omitzero leaves it out.
func (m Money) IsZero() bool { return m == Null }

// IsZero says that p is not stated.
func (p Price) IsZero() bool { return p == Null }

// IsZero says that q is not stated.
func (q Quantity) IsZero() bool { return q == Null }

// MarshalText writes m as String does.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// MarshalText writes p as String does.
func (p Price) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// MarshalText writes q as String does.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads what ParseDecimal reads with two decimals.
func (m *Money) UnmarshalText(text []byte) error { return unmarshal((*int64)(m), text, 2) }

// UnmarshalText reads what ParseDecimal reads with six decimals.
func (p *Price) UnmarshalText(text []byte) error { return unmarshal((*int64)(p), text, 6) }

// UnmarshalText reads what ParseDecimal reads with four decimals.
func (q *Quantity) UnmarshalText(text []byte) error { return unmarshal((*int64)(q), text, 4) }

func unmarshal(to *int64, text []byte, decimals int) error {
	v, err := ParseDecimal(text, decimals)
	*to = v
	if err != nil {
		return fmt.Errorf("“%.40s”%w", string(text), err)
	}
	return nil
}

// ParseDecimal reads a decimal number as an integer with the given number of
// decimals (at most 6). "", "-", "null", "NULL" and \N are Null. Thousands separators
// (1,234.50), a leading + and the exponent form (1.2E3) are understood.
// Decimals beyond the kept ones must be zeros: no amount is rounded silently.
func ParseDecimal[S ~string | ~[]byte](s S, decimals int) (int64, error) {
	if isEmptyNumber(s) {
		return Null, nil
	}
	i, neg := 0, false
	if s[0] == '-' || s[0] == '+' {
		neg = s[0] == '-'
		i = 1
	}
	var v int64
	seen, frac, point := false, 0, false
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			seen = true
			if point {
				if frac == decimals {
					if c != '0' {
						if j := exponent(s); j > 0 {
							return scientific(s, decimals)
						}
						return 0, ErrDecimals
					}
					continue
				}
				frac++
			}
			if v > (math.MaxInt64-9)/10 {
				return 0, ErrRange
			}
			v = v*10 + int64(c-'0')
		case c == '.' && !point:
			point = true
		case c == ',' && !point && seen && groupFollows(s, i+1):
		case (c == 'e' || c == 'E') && seen:
			return scientific(s, decimals)
		default:
			return 0, ErrNumber
		}
	}
	if !seen {
		return 0, ErrNumber
	}
	for ; frac < decimals; frac++ {
		if v > math.MaxInt64/10 {
			return 0, ErrRange
		}
		v *= 10
	}
	if v >= 1e18 {
		return 0, ErrRange
	}
	if neg {
		v = -v
	}
	return v, nil
}

func isEmptyNumber[S ~string | ~[]byte](s S) bool {
	switch len(s) {
	case 0:
		return true
	case 1:
		return s[0] == '-'
	case 2:
		return s[0] == '\\' && s[1] == 'N'
	case 4:
		return string(s) == "null" || string(s) == "NULL"
	}
	return false
}

// groupFollows says whether three digits and then no digit stand at s[i].
func groupFollows[S ~string | ~[]byte](s S, i int) bool {
	for k := 0; k < 3; k++ {
		if i+k >= len(s) || s[i+k] < '0' || s[i+k] > '9' {
			return false
		}
	}
	return i+3 >= len(s) || s[i+3] < '0' || s[i+3] > '9'
}

func exponent[S ~string | ~[]byte](s S) int {
	for i := 1; i < len(s); i++ {
		if s[i] == 'e' || s[i] == 'E' {
			return i
		}
	}
	return 0
}

// scientific reads 1.2E3 exactly: the digits are shifted, nothing goes through a float.
func scientific[S ~string | ~[]byte](s S, decimals int) (int64, error) {
	e := exponent(s)
	exp, err := strconv.Atoi(string(s[e+1:]))
	if err != nil || exp > 18 || exp < -18 {
		return 0, ErrNumber
	}
	mantissa := string(s[:e])
	point, digits := len(mantissa), make([]byte, 0, len(mantissa))
	sign := ""
	for i := 0; i < len(mantissa); i++ {
		c := mantissa[i]
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case c == '.' && point == len(mantissa):
			point = len(digits)
		case (c == '-' || c == '+') && i == 0:
			sign = string(c)
		default:
			return 0, ErrNumber
		}
	}
	if point == len(mantissa) {
		point = len(digits)
	}
	point += exp
	for point < 0 {
		digits = append([]byte{'0'}, digits...)
		point++
	}
	for point > len(digits) {
		digits = append(digits, '0')
	}
	return ParseDecimal(sign+"0"+string(digits[:point])+"."+string(digits[point:])+"0", decimals)
}

// decimal writes v, an integer with n decimals, with all n decimals.
func decimal(v int64, n int) string {
	if v == Null {
		return ""
	}
	b := make([]byte, 0, 24)
	if v < 0 {
		b = append(b, '-')
		v = -v
	}
	scale := int64(1)
	for range n {
		scale *= 10
	}
	b = strconv.AppendInt(b, v/scale, 10)
	b = append(b, '.')
	for f := v % scale; scale > 1; {
		scale /= 10
		b = append(b, byte('0'+f/scale))
		f %= scale
	}
	return string(b)
}

// trimmed writes v with at least least decimals and no further trailing zeros.
func trimmed(v int64, n, least int) string {
	s := decimal(v, n)
	if s == "" {
		return s
	}
	end, keep := len(s), len(s)-n+least
	for end > keep && s[end-1] == '0' {
		end--
	}
	if s[end-1] == '.' {
		end--
	}
	return s[:end]
}
