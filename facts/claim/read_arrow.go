package claim

import (
	"math"
	"math/big"
	"strconv"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// arrowBlock is a record batch of a Parquet file.
type arrowBlock struct {
	columns []arrow.Array
	utc     []bool
	rows    int
	start   int64
	buffer  []byte
	codes   map[int]*codes
}

// codes translates a dictionary of the file into codes of a batch's column.
type codes struct {
	dict    arrow.Array
	reset   int     // of the column when code was filled
	code    []int32 // -2: not asked yet
	trimmed [][]byte
}

func (b *arrowBlock) len() int { return b.rows }

func (b *arrowBlock) line(row int) int64 { return b.start + int64(row) + 1 }

func (b *arrowBlock) faulty() []broken { return nil }

// cell gives any value as text, as a CSV file would state it.
func (b *arrowBlock) cell(column, row int) []byte {
	a := b.columns[column]
	if a.IsNull(row) {
		return nil
	}
	out := b.buffer[:0]
	switch v := a.(type) {
	case *array.Dictionary:
		return trimCell(bytesOf(v.Dictionary(), v.GetValueIndex(row)))
	case *array.String, *array.LargeString, *array.Binary, *array.LargeBinary, *array.FixedSizeBinary:
		return trimCell(bytesOf(a, row))
	case *array.Boolean:
		out = append(out, '0')
		if v.Value(row) {
			out[0] = '1'
		}
	case *array.Float32:
		out = appendFloat(out, float64(v.Value(row)))
	case *array.Float64:
		out = appendFloat(out, v.Value(row))
	case *array.Date32:
		out = append(out, calendar.Day(v.Value(row)).String()...)
	case *array.Date64:
		out = append(out, calendar.Day(int64(v.Value(row))/86_400_000).String()...)
	case *array.Timestamp:
		t := b.timeOf(v, column, row)
		if out = append(out, t.String()...); !t.HasClock() {
			out = out[:min(len(out), 10)]
		}
	default:
		if n, ok := integerOf(a, row); ok {
			out = strconv.AppendInt(out, n, 10)
		} else {
			out = append(out, a.ValueStr(row)...)
		}
	}
	b.buffer = out
	return trimCell(out)
}

// appendFloat writes an identifier that does not survive as a double in scientific
// notation, by which it is refused.
func appendFloat(out []byte, f float64) []byte {
	if math.IsNaN(f) {
		return out
	}
	if math.Abs(f) >= 1<<53 {
		return strconv.AppendFloat(out, f, 'E', -1, 64)
	}
	return strconv.AppendFloat(out, f, 'f', -1, 64)
}

func bytesOf(a arrow.Array, row int) []byte {
	switch v := a.(type) {
	case *array.String:
		return bytesIn(v.Value(row))
	case *array.LargeString:
		return bytesIn(v.Value(row))
	case *array.Binary:
		return v.Value(row)
	case *array.LargeBinary:
		return v.Value(row)
	case *array.FixedSizeBinary:
		return v.Value(row)
	}
	return []byte(a.ValueStr(row))
}

// bytesIn gives the bytes of a string where they are; they are only read.
func bytesIn(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// trimCell is a cell without blanks around it; null, NULL and \N are empty.
func trimCell(b []byte) []byte {
	c := cells{data: b}
	from, to := c.trim(0, uint32(len(b)))
	return b[from:to]
}

func integerOf(a arrow.Array, row int) (int64, bool) {
	switch v := a.(type) {
	case *array.Int8:
		return int64(v.Value(row)), true
	case *array.Int16:
		return int64(v.Value(row)), true
	case *array.Int32:
		return int64(v.Value(row)), true
	case *array.Int64:
		return v.Value(row), true
	case *array.Uint8:
		return int64(v.Value(row)), true
	case *array.Uint16:
		return int64(v.Value(row)), true
	case *array.Uint32:
		return int64(v.Value(row)), true
	case *array.Uint64:
		if v.Value(row) < 1<<63 {
			return int64(v.Value(row)), true
		}
	}
	return 0, false
}

func (b *arrowBlock) timeOf(v *array.Timestamp, column, row int) calendar.Time {
	kind := v.DataType().(*arrow.TimestampType)
	per := int64(1)
	switch kind.Unit {
	case arrow.Millisecond:
		per = 1e3
	case arrow.Microsecond:
		per = 1e6
	case arrow.Nanosecond:
		per = 1e9
	}
	n := int64(v.Value(row))
	t := n / per
	if n%per < 0 {
		t--
	}
	if kind.TimeZone != "" || b.utc[column] {
		t += beijing
	}
	return calendar.Time(t)
}

// texts appends a column; each entry of a dictionary is looked up once.
func (b *arrowBlock) texts(column int, rows []int32, to *texts) {
	dict, ok := b.columns[column].(*array.Dictionary)
	if !ok {
		b.plainTexts(column, rows, to)
		return
	}
	c := b.codesOf(column, dict, to)
	indices, ok := dict.Indices().(*array.Int32)
	for _, row := range rows {
		i := 0
		if ok {
			i = int(indices.Value(int(row)))
		} else {
			i = dict.GetValueIndex(int(row))
		}
		switch {
		case dict.IsNull(int(row)):
			to.add(nil)
		case to.plain:
			to.add(c.trimmed[i])
		default:
			to.addCode(c, i)
		}
	}
}

// codesOf is the translation of a column's dictionary, which holds while neither
// the dictionary nor the column's own changes.
func (b *arrowBlock) codesOf(column int, dict *array.Dictionary, to *texts) *codes {
	c := b.codes[column]
	if c == nil || c.dict != dict.Dictionary() {
		c = &codes{dict: dict.Dictionary(), reset: -1}
		for i := range c.dict.Len() {
			c.trimmed = append(c.trimmed, trimCell(bytesOf(c.dict, i)))
		}
		c.code = make([]int32, len(c.trimmed))
		b.codes[column] = c
	}
	if c.reset != to.resets {
		c.reset = to.resets
		for i := range c.code {
			c.code[i] = -2
		}
	}
	return c
}

// addCode appends entry i of a file's dictionary.
func (t *texts) addCode(c *codes, i int) {
	if c.code[i] == -2 {
		c.code[i] = -1
		if len(c.trimmed[i]) > 0 {
			c.code[i] = t.code(c.trimmed[i])
		}
	}
	t.index = append(t.index, c.code[i])
}

func (b *arrowBlock) plainTexts(column int, rows []int32, to *texts) {
	if v, ok := b.columns[column].(*array.String); ok {
		for _, row := range rows {
			if v.IsNull(int(row)) {
				to.add(nil)
			} else {
				to.add(trimCell(bytesIn(v.Value(int(row)))))
			}
		}
		return
	}
	for _, row := range rows {
		to.add(b.cell(column, int(row)))
	}
}

// numbers reads a column of any physical type as kind.
func (b *arrowBlock) numbers(column int, kind lake.Kind, dst []int64, bad func(row int, err error)) {
	read := b.converter(column, kind)
	a := b.columns[column]
	for row := range dst {
		dst[row] = lake.NullInt
		if a.IsNull(row) {
			continue
		}
		v, err := read(row)
		if err != nil {
			bad(row, err)
			continue
		}
		dst[row] = v
	}
}

// converter says how one value of a column becomes its kind.
func (b *arrowBlock) converter(column int, kind lake.Kind) func(row int) (int64, error) {
	date := kind == lake.Day || kind == lake.Time
	switch v := b.columns[column].(type) {
	case *array.Dictionary:
		return b.dictionaryConverter(v, kind)
	case *array.Timestamp:
		if date {
			return func(row int) (int64, error) { return timeAs(b.timeOf(v, column, row), kind), nil }
		}
	case *array.Date32:
		if date {
			return func(row int) (int64, error) { return timeAs(calendar.Day(v.Value(row)).At(0, 0, 0), kind), nil }
		}
	case *array.Decimal128:
		if !date {
			scale := int(v.DataType().(*arrow.Decimal128Type).Scale)
			return func(row int) (int64, error) {
				n := v.Value(row)
				if low := int64(n.LowBits()); n.HighBits() == low>>63 {
					return rescale(low, scale, decimalsOf(kind))
				}
				return rescaleBig(n.BigInt(), scale, decimalsOf(kind))
			}
		}
	case *array.Float64:
		if !date {
			return func(row int) (int64, error) { return fromFloat(v.Value(row), kind) }
		}
	case *array.Int64:
		if !date {
			return func(row int) (int64, error) { return rescale(v.Value(row), 0, decimalsOf(kind)) }
		}
	}
	return func(row int) (int64, error) { return parseCell(b.cell(column, row), kind) }
}

func (b *arrowBlock) dictionaryConverter(v *array.Dictionary, kind lake.Kind) func(row int) (int64, error) {
	type result struct {
		value int64
		err   error
	}
	known := map[int]result{}
	return func(row int) (int64, error) {
		i := v.GetValueIndex(row)
		r, ok := known[i]
		if !ok {
			r.value, r.err = parseCell(trimCell(bytesOf(v.Dictionary(), i)), kind)
			known[i] = r
		}
		return r.value, r.err
	}
}

// rescale turns an integer with from decimals into one with to decimals.
func rescale(n int64, from, to int) (int64, error) {
	for ; from > to; from-- {
		if n%10 != 0 {
			return 0, ErrDecimals
		}
		n /= 10
	}
	for ; from < to; from++ {
		if n > 1e17 || n < -1e17 {
			return 0, ErrRange
		}
		n *= 10
	}
	if n >= 1e18 || n <= -1e18 {
		return 0, ErrRange
	}
	return n, nil
}

func rescaleBig(n *big.Int, from, to int) (int64, error) {
	ten, rest := big.NewInt(10), new(big.Int)
	for ; from > to; from-- {
		n, rest = new(big.Int).QuoRem(n, ten, rest)
		if rest.Sign() != 0 {
			return 0, ErrDecimals
		}
	}
	if !n.IsInt64() {
		return 0, ErrRange
	}
	return rescale(n.Int64(), from, to)
}
