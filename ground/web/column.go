package web

import (
	"cmp"
	"math/big"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Kind is what the texts of a column are: how they sort and how a workbook shows them.
type Kind string

// The kinds. A code is a text: its leading zeros stay.
const (
	TextKind   Kind = "text"
	NumberKind Kind = "number" // 12
	MoneyKind  Kind = "money"  // 12.30 yuan
	DayKind    Kind = "day"    // 2026-01-02
	TimeKind   Kind = "time"   // 2026-01-02T03:04:05.000006Z
)

// heading is a column without what it is a column of.
type heading struct {
	name, title string
	kind        Kind
	in          string // where the database has it, in SQL
	shown       bool   // only shown: it neither sorts nor filters
}

// Column is one by which a list is filtered and sorted, and that its export has.
type Column[T any] struct {
	heading
	of func(*T) string
}

// By makes a column of texts. Of is its text of a thing.
func By[T any](name, title string, of func(*T) string) Column[T] {
	return Column[T]{heading{name: name, title: title, kind: TextKind}, of}
}

// Number makes a column of numbers, written as 12; "" is the unknown.
func Number[T any](name, title string, of func(*T) string) Column[T] {
	return Column[T]{heading{name: name, title: title, kind: NumberKind}, of}
}

// Money makes a column of yuan, written as 12.30; "" is the unknown.
func Money[T any](name, title string, of func(*T) string) Column[T] {
	return Column[T]{heading{name: name, title: title, kind: MoneyKind}, of}
}

// Day makes a column of days, written as 2026-01-02; "" is the unknown.
func Day[T any](name, title string, of func(*T) string) Column[T] {
	return Column[T]{heading{name: name, title: title, kind: DayKind}, of}
}

// Time makes a column of instants; the zero time is the unknown.
func Time[T any](name, title string, of func(*T) time.Time) Column[T] {
	return Column[T]{heading{name: name, title: title, kind: TimeKind}, func(t *T) string { return Instant(of(t)) }}
}

// In says where the database has the column, in SQL: for lists that are read there. A
// number stands there as an integer; what the column of a text or a day shows is what
// stands there, never NULL.
func (c Column[T]) In(expression string) Column[T] {
	c.in = expression
	return c
}

// searched says whether a search looks into the column.
func (h heading) searched() bool { return !h.shown && (h.kind == TextKind || h.kind == DayKind) }

// compare orders two texts of the column, the unknown first.
func (h heading) compare(a, b string) int {
	if h.kind == NumberKind || h.kind == MoneyKind {
		x, knownX := new(big.Rat).SetString(a)
		y, knownY := new(big.Rat).SetString(b)
		switch {
		case knownX && knownY:
			return x.Cmp(y)
		case knownX != knownY:
			if knownX {
				return 1
			}
			return -1
		}
	}
	return cmp.Compare(a, b)
}

// headings are columns without their things.
func headings[T any](columns []Column[T]) []heading {
	all := make([]heading, 0, len(columns))
	for _, c := range columns {
		all = append(all, c.heading)
	}
	return all
}

// Describe makes a route say which columns its list has (x-columns), so that a page can
// make its table of the description.
func Describe[T any](route huma.Operation, columns []Column[T]) huma.Operation {
	var said []map[string]any
	for _, h := range headings(columns) {
		column := map[string]any{"name": h.name, "title": h.title, "kind": h.kind}
		if h.shown {
			column["sortable"] = false
		}
		said = append(said, column)
	}
	if route.Extensions == nil {
		route.Extensions = map[string]any{}
	}
	route.Extensions["x-columns"] = said
	return route
}

// instant is how a column writes a time.
const instant = "2006-01-02T15:04:05.000000Z"

// Instant is a time as a column has it: its text sorts as it does.
func Instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(instant)
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
