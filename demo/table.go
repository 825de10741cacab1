package demo

import (
	"strconv"
	"strings"

	"yiheng/ground/calendar"
)

// column is a column of a national table: how a row's value is written, and what
// kind of value it is. A column without text is always empty.
type column struct {
	name string
	kind kind
	text func(b []byte, r *row) []byte // kind words
	num  func(r *row) int64            // other kinds

	item  func(it *item) string // text that depends on the line's item alone
	visit bool                  // text that depends on the visit alone
}

type kind uint8

const (
	words    kind = iota // text
	money                // fen
	price                // millionths of a yuan
	quantity             // ten-thousandths
	day                  // days since 1970-01-01
	moment               // seconds since 1970-01-01
)

// empty is a number that is not there.
const empty = int64(-1) << 63

// row is what a column looks at: those of its fields that its table has.
type row struct {
	l *life
	v *visit
	s *settlement
	x *line
	d *code      // diagnosis
	k int        // position of the diagnosis or operation
	o *operation // operation
	i *institution
	y *doctor
	b *record
	t *trace
	e *entry // of a book
}

// form is a national table.
type form struct {
	name    string
	columns []column
}

// newForm puts the named columns in the national order; columns that values does not
// name stay empty.
func newForm(name, names string, values map[string]column) *form {
	f := &form{name: name}
	for n := range strings.FieldsSeq(names) {
		c := values[n]
		c.name = n
		delete(values, n)
		f.columns = append(f.columns, c)
	}
	for n := range values {
		panic("demo: " + name + " has no column " + n)
	}
	return f
}

// text and num make columns.
func text(f func(b []byte, r *row) []byte) column { return column{text: f} }

func word(f func(r *row) string) column {
	return column{text: func(b []byte, r *row) []byte { return append(b, f(r)...) }}
}

// ofItem and ofVisit make columns whose text repeats with the item or the visit.
func ofItem(f func(it *item) string) column {
	return column{item: f, text: func(b []byte, r *row) []byte { return append(b, f(r.x.item)...) }}
}

func ofVisit(f func(r *row) string) column {
	c := word(f)
	c.visit = true
	return c
}

func always(s string) column {
	c := fixed(s)
	c.visit = true
	return c
}

func fixed(s string) column {
	return column{text: func(b []byte, _ *row) []byte { return append(b, s...) }}
}

func num(k kind, f func(r *row) int64) column { return column{kind: k, num: f} }

// header writes the names of the columns.
func (f *form) header() []byte {
	var b []byte
	for i, c := range f.columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, c.name...)
	}
	return append(b, '\n')
}

// append writes one row as CSV.
func (f *form) append(b []byte, r *row) []byte {
	for i := range f.columns {
		c := &f.columns[i]
		if i > 0 {
			b = append(b, ',')
		}
		switch {
		case c.text != nil:
			b = c.text(b, r)
		case c.num != nil:
			b = appendKind(b, c.kind, c.num(r))
		}
	}
	return append(b, '\n')
}

func appendKind(b []byte, k kind, n int64) []byte {
	if n == empty {
		return b
	}
	switch k {
	case money:
		return appendFen(b, n)
	case price:
		return appendFen(b, n/10_000)
	case quantity:
		return appendQuantity(b, n)
	case day:
		return appendDay(b, calendar.Day(n))
	}
	return appendTime(b, calendar.Time(n))
}

// appendQuantity writes ten-thousandths without trailing zeros.
func appendQuantity(b []byte, n int64) []byte {
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	b = strconv.AppendInt(b, n/unitQty, 10)
	f := n % unitQty
	if f == 0 {
		return b
	}
	b = append(b, '.', byte('0'+f/1000), byte('0'+f/100%10), byte('0'+f/10%10), byte('0'+f%10))
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

// days of the years that a city spans are written from a table.
const firstDay = 10957 // 2000-01-01

var dayTexts = func() [14000]string {
	var t [14000]string
	for k := range t {
		t[k] = calendar.Day(firstDay + k).String()
	}
	return t
}()

func appendDay(b []byte, d calendar.Day) []byte {
	if k := int(d) - firstDay; k >= 0 && k < len(dayTexts) {
		return append(b, dayTexts[k]...)
	}
	return append(b, d.String()...)
}

func appendTime(b []byte, t calendar.Time) []byte {
	d := t.Day()
	b = appendDay(b, d)
	s := int(int64(t) - int64(d)*86400)
	h, m := s/3600, s/60%60
	s %= 60
	return append(b, ' ', byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10), ':', byte('0'+s/10), byte('0'+s%10))
}

// The keys of a person's rows. A greater serial gives a greater key.

func visitID(person int64, n int) string { return digits("1", person, uint64(n), 5) }

func settlementID(person int64, n uint32) string { return digits("2", person, uint64(n), 5) }

func lineID(b []byte, person int64, serial uint32) []byte {
	b = append(b, "3718"...)
	b = appendPadded(b, uint64(person), 10)
	return appendPadded(b, uint64(serial), 6)
}

func digits(prefix string, person int64, n uint64, width int) string {
	b := make([]byte, 0, 24)
	b = append(b, prefix...)
	b = appendPadded(b, uint64(person), 10)
	return string(appendPadded(b, n, width))
}

func appendPadded(b []byte, n uint64, width int) []byte {
	at := len(b)
	for range width {
		b = append(b, '0')
	}
	for k := at + width - 1; k >= at; k-- {
		b[k] = byte('0' + n%10)
		n /= 10
	}
	return b
}

// moneyOf leaves a number as it is; clock leaves an unknown time empty.
func clock(t calendar.Time) int64 {
	if t == calendar.NoTime {
		return empty
	}
	return int64(t)
}

func civil(d calendar.Day) int64 {
	if d == calendar.NoDay {
		return empty
	}
	return int64(d)
}
