package param

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"yiheng/ground/calendar"
)

// Kind is the type of a parameter's value.
type Kind string

// The kinds, as tables name them.
const (
	Money  Kind = "金额" // fen
	Count  Kind = "数量"
	Period Kind = "期限" // with its unit
	Ratio  Kind = "比率" // millionths
	Date   Kind = "日期"
	Flag   Kind = "是否"
	Text   Kind = "文本"
)

// Value is a typed value; its zero value is none. Its text is what ParseValue reads.
type Value struct {
	kind    Kind
	n       int64 // fen, count, millionths, day, 1 for 是
	percent bool  // a ratio that was written with %
	period  calendar.Period
	text    string
}

// millionth is the unit of a ratio, so that 0.05% is exact.
const millionth = 1_000_000

// Kind returns the kind, "" for no value.
func (v Value) Kind() Kind { return v.kind }

// Money returns an amount in fen. It panics if the value is no amount, as the other
// accessors do: a key's kind is fixed in the registry.
func (v Value) Money() int64 { return v.must(Money).n }

// Count returns a count.
func (v Value) Count() int64 { return v.must(Count).n }

// Ratio returns a ratio in millionths: 3% is 30000, 1.2 times is 1200000.
func (v Value) Ratio() int64 { return v.must(Ratio).n }

// Period returns a period.
func (v Value) Period() calendar.Period { return v.must(Period).period }

// Date returns a day.
func (v Value) Date() calendar.Day { return calendar.Day(v.must(Date).n) }

// Flag returns whether the value is 是.
func (v Value) Flag() bool { return v.must(Flag).n == 1 }

// Text returns a text.
func (v Value) Text() string { return v.must(Text).text }

func (v Value) must(kind Kind) Value {
	if v.kind != kind {
		panic(fmt.Sprintf("param: a value of kind %q was asked for as %q", v.kind, kind))
	}
	return v
}

// Of returns the share of an amount in fen that a ratio makes, rounded half up.
func (v Value) Of(fen int64) int64 {
	whole, rest := fen/millionth, fen%millionth
	return whole*v.Ratio() + (rest*v.Ratio()+millionth/2)/millionth
}

// String writes the value without the key's unit: 1000.50, 15个工作日, 3%, 1.2, 是.
func (v Value) String() string {
	switch v.kind {
	case Money:
		if v.n%100 == 0 {
			return strconv.FormatInt(v.n/100, 10)
		}
		return fmt.Sprintf("%d.%02d", v.n/100, v.n%100)
	case Count:
		return strconv.FormatInt(v.n, 10)
	case Period:
		return v.period.String()
	case Ratio:
		if v.percent {
			return decimal(v.n, millionth/100) + "%"
		}
		return decimal(v.n, millionth)
	case Date:
		return calendar.Day(v.n).String()
	case Flag:
		if v.n == 1 {
			return "是"
		}
		return "否"
	}
	return v.text
}

// In writes the value with the unit of its key: 1000元, 2倍, 3%, 15个工作日.
func (v Value) In(unit string) string {
	if v.kind == Ratio && v.percent {
		return v.String()
	}
	return v.String() + unit
}

// decimal writes n/scale without trailing zeros.
func decimal(n, scale int64) string {
	text := strconv.FormatInt(n/scale, 10)
	if rest := n % scale; rest != 0 {
		digits := len(strconv.FormatInt(scale, 10)) - 1
		text += "." + strings.TrimRight(fmt.Sprintf("%0*d", digits, rest), "0")
	}
	return text
}

// ParseValue reads a value of a kind: an amount in yuan (1000, 1000.50, 1000元), a count,
// a period (see calendar.ParsePeriod), a ratio (3%, 0.05%, 1.2, 1.2倍), a date, 是 or
// 否, or any text.
func ParseValue(kind Kind, text string) (Value, error) {
	v := Value{kind: kind}
	text = strings.TrimSpace(text)
	if text == "" {
		return Value{}, fmt.Errorf("值是空的")
	}
	var err error
	switch kind {
	case Money:
		v.n, err = fixed(strings.TrimSuffix(text, "元"), 100)
	case Count:
		v.n, err = fixed(text, 1)
	case Period:
		v.period, err = calendar.ParsePeriod(text)
	case Ratio:
		number, percent := strings.CutSuffix(text, "%")
		v.percent = percent
		if percent {
			v.n, err = fixed(number, millionth/100)
		} else {
			v.n, err = fixed(strings.TrimSuffix(text, "倍"), millionth)
		}
	case Date:
		var day calendar.Day
		if day, err = calendar.ParseDay(text); err != nil || day == calendar.NoDay {
			err = fmt.Errorf("日期“%s”应写成 2026-01-01", text)
		}
		v.n = int64(day)
	case Flag:
		if text != "是" && text != "否" {
			err = fmt.Errorf("“%s”应写成“是”或“否”", text)
		}
		if text == "是" {
			v.n = 1
		}
	case Text:
		v.text = text
	default:
		err = fmt.Errorf("类型“%s”不认识", string(kind))
	}
	if err != nil {
		return Value{}, err
	}
	return v, nil
}

// fixed reads a number that is not negative, exact to one part of scale, a power of ten.
func fixed(text string, scale int64) (int64, error) {
	whole, rest, point := strings.Cut(text, ".")
	digits := len(strconv.FormatInt(scale, 10)) - 1
	if whole == "" || point && rest == "" || strings.Trim(whole+rest, "0123456789") != "" {
		return 0, fmt.Errorf("“%s”不是数字", text)
	}
	if len(rest) > digits {
		return 0, fmt.Errorf("“%s”的小数最多 %d 位", text, digits)
	}
	n, err := strconv.ParseInt(whole+rest+strings.Repeat("0", digits-len(rest)), 10, 64)
	if err != nil || n > math.MaxInt64/millionth {
		return 0, fmt.Errorf("“%s”太大", text)
	}
	return n, nil
}

// compare orders two values; ok is false when they cannot be compared, as 3日 with
// 3个工作日.
func (v Value) compare(o Value) (order int, ok bool) {
	if v.kind != o.kind || v.period.Unit != o.period.Unit || v.kind == Text {
		return 0, false
	}
	return cmp.Or(cmp.Compare(v.n, o.n), cmp.Compare(v.period.N, o.period.N)), true
}
