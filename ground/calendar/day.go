// Package calendar holds civil time: days and clock times without a zone, as
// Chinese medical-insurance records state them.
package calendar

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Day is a civil date, counted in days since 1970-01-01. NoDay means unknown.
type Day int32

// Time is a civil clock time, counted in seconds since 1970-01-01T00:00:00,
// without any zone. NoTime means unknown.
type Time int64

const (
	// NoDay is the unknown day.
	NoDay Day = math.MinInt32
	// NoTime is the unknown time.
	NoTime Time = math.MinInt64

	secondsOfDay = 86400
)

// ErrDay is returned for text that is not a date; ErrTime for text that is not a time.
var (
	ErrDay  = errors.New("不是日期，应写成 2024-01-01、2024/1/1 或 20240101")
	ErrTime = errors.New("不是日期时间，应写成 2024-01-01 08:30:00")
)

// DayOf returns the civil day with the given year, month (1–12) and day of month.
// It does not check the arguments: use ParseDay for text from outside.
func DayOf(year, month, day int) Day {
	// Howard Hinnant's days_from_civil, valid for every Gregorian date.
	y := year
	if month <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	mp := (month + 9) % 12
	doy := (153*mp+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Day(era*146097 + doe - 719468)
}

// Civil returns the year, month and day of month of d.
func (d Day) Civil() (year, month, day int) {
	z := int(d) + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

// Year returns the calendar year of d, 0 when d is unknown.
func (d Day) Year() int {
	if d == NoDay {
		return 0
	}
	y, _, _ := d.Civil()
	return y
}

// Month returns the month of d as year*12 + month-1, so that months can be
// compared and counted; 0 when d is unknown.
func (d Day) Month() int {
	if d == NoDay {
		return 0
	}
	y, m, _ := d.Civil()
	return y*12 + m - 1
}

// String returns d as 2006-01-02, "" when unknown.
func (d Day) String() string {
	if d == NoDay {
		return ""
	}
	return string(d.append(make([]byte, 0, 10)))
}

// append writes d as 2006-01-02. Lists write thousands of days and times.
func (d Day) append(text []byte) []byte {
	y, m, day := d.Civil()
	return two(append(two(append(two(two(text, y/100), y%100), '-'), m), '-'), day)
}

// two writes a number below 100 with two digits.
func two(text []byte, n int) []byte { return append(text, byte('0'+n/10), byte('0'+n%10)) }

// YearsUntil returns the age in completed years on the day at, for a person
// born on d. A person born on 29 February completes a year on 1 March of a
// common year.
func (d Day) YearsUntil(at Day) int {
	by, bm, bd := d.Civil()
	y, m, day := at.Civil()
	age := y - by
	if m < bm || (m == bm && day < bd) {
		age--
	}
	return age
}

// IsZero says that d is unknown, so that JSON with omitzero leaves it out.
func (d Day) IsZero() bool { return d == NoDay }

// MarshalText writes d as 2006-01-02.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDay reads; the empty text is NoDay.
func (d *Day) UnmarshalText(text []byte) error {
	v, err := ParseDay(string(text))
	*d = v
	return naming(text, err)
}

// ParseDay reads 2024-01-01, 2024/1/1, 20240101 or 2024-1-1, with or without a
// clock time behind it. The empty text is NoDay without an error; anything
// else that names no real day of the years 1850–2200 is ErrDay.
func ParseDay[S ~string | ~[]byte](s S) (Day, error) {
	t, err := ParseTime(s)
	if err != nil {
		return NoDay, ErrDay
	}
	return t.Day(), nil
}

// At returns the time h:m:s on d.
func (d Day) At(h, m, s int) Time {
	return Time(int64(d)*secondsOfDay + int64(h*3600+m*60+s))
}

// Day returns the civil day of t, NoDay when t is unknown.
func (t Time) Day() Day {
	if t == NoTime {
		return NoDay
	}
	d := int64(t) / secondsOfDay
	if int64(t)%secondsOfDay < 0 {
		d--
	}
	return Day(d)
}

// HasClock says whether t carries a clock time. A time of exactly 00:00:00 is
// no clock time: extracts write it for plain dates.
func (t Time) HasClock() bool { return t != NoTime && int64(t)%secondsOfDay != 0 }

// String returns t as "2006-01-02 15:04:05", "" when unknown.
func (t Time) String() string {
	if t == NoTime {
		return ""
	}
	return string(t.append(make([]byte, 0, 19)))
}

// IsZero says that t is unknown.
func (t Time) IsZero() bool { return t == NoTime }

// MarshalText writes t as "2006-01-02 15:04:05".
func (t Time) MarshalText() ([]byte, error) {
	if t == NoTime {
		return nil, nil
	}
	return t.append(make([]byte, 0, 19)), nil
}

// append writes t as 2006-01-02 15:04:05.
func (t Time) append(text []byte) []byte {
	s := int(int64(t) - int64(t.Day())*secondsOfDay)
	text = two(append(t.Day().append(text), ' '), s/3600)
	text = two(append(text, ':'), s/60%60)
	return two(append(text, ':'), s%60)
}

// UnmarshalText reads what ParseTime reads; the empty text is NoTime.
func (t *Time) UnmarshalText(text []byte) error {
	v, err := ParseTime(string(text))
	*t = v
	return naming(text, err)
}

// naming adds to an error the beginning of the text that gave it.
func naming(text []byte, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("“%.40s”%w", string(text), err)
}

// Beijing is the zone in which the offices' days begin and end.
var Beijing = time.FixedZone("UTC+8", 8*3600)

// Civil is an instant as the offices' clocks show it.
func Civil(at time.Time) Time {
	at = at.In(Beijing)
	return DayOf(at.Year(), int(at.Month()), at.Day()).At(at.Hour(), at.Minute(), at.Second())
}

// Today returns the current day on the machine's clock. Judgement never calls it.
func Today() Day {
	n := time.Now()
	return DayOf(n.Year(), int(n.Month()), n.Day())
}

// ParseTime reads a date as ParseDay does, followed by nothing or by a clock
// time hh:mm[:ss[.fraction]] after a space or a T, or hhmm[ss] directly behind
// eight digits. The fraction is dropped. The empty text is NoTime without an
// error; anything else that names no real time is ErrTime.
func ParseTime[S ~string | ~[]byte](s S) (Time, error) {
	if len(s) == 0 {
		return NoTime, nil
	}
	year, i := number(s, 0, 4)
	if i != 4 {
		return NoTime, ErrTime
	}
	var month, day int
	if i < len(s) && (s[i] == '-' || s[i] == '/' || s[i] == '.') {
		sep := s[i]
		var n int
		month, n = number(s, i+1, 2)
		if n == 0 || i+1+n >= len(s) || s[i+1+n] != sep {
			return NoTime, ErrTime
		}
		i += n + 2
		day, n = number(s, i, 2)
		if n == 0 {
			return NoTime, ErrTime
		}
		i += n
	} else {
		var n int
		month, n = number(s, i, 2)
		day, _ = number(s, i+2, 2)
		if n != 2 || len(s) < 8 || !digit(s[6]) || !digit(s[7]) {
			return NoTime, ErrTime
		}
		i = 8
	}
	if year < 1850 && !(year == 1 || year == 1800) || year > 2200 && year != 9999 {
		return NoTime, ErrTime
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return NoTime, ErrTime
	}
	if year == 9999 || year < 1850 { // the platform's way of saying "not yet" and "never"
		return NoTime, nil
	}
	h, m, sec, ok := clock(s, i)
	if !ok {
		return NoTime, ErrTime
	}
	return DayOf(year, month, day).At(h, m, sec), nil
}

// clock reads the clock time that starts at s[i], if any.
func clock[S ~string | ~[]byte](s S, i int) (h, m, sec int, ok bool) {
	if i == len(s) {
		return 0, 0, 0, true
	}
	colon := true
	switch {
	case s[i] == ' ' || s[i] == 'T':
		i++
	case digit(s[i]):
		colon = false
	default:
		return 0, 0, 0, false
	}
	part := func() int {
		v, n := number(s, i, 2)
		if n == 0 || (!colon && n != 2) {
			ok = false
			return 0
		}
		i += n
		return v
	}
	ok = true
	h = part()
	if colon {
		if i >= len(s) || s[i] != ':' {
			return 0, 0, 0, false
		}
		i++
	}
	m = part()
	if ok && i < len(s) && (!colon || s[i] == ':') {
		if colon {
			i++
		}
		sec = part()
	}
	if ok && i < len(s) && s[i] == '.' {
		for i++; i < len(s) && digit(s[i]); i++ {
		}
	}
	if i < len(s) && s[i] == 'Z' {
		i++
	}
	return h, m, sec, ok && i == len(s) && h < 24 && m < 60 && sec < 60
}

// number reads at most width digits from s[i] on and says how many it read.
func number[S ~string | ~[]byte](s S, i, width int) (v, n int) {
	for n < width && i+n < len(s) && digit(s[i+n]) {
		v = v*10 + int(s[i+n]-'0')
		n++
	}
	return v, n
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
