package expression

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"yiheng/ground/calendar"
)

// scope is one evaluation: what it sees, and what it could not tell. Expressions pass
// it on by a variable that they cannot name.
type scope struct {
	*Patient
	doubts []Doubt
}

func (s *scope) ConvertToNative(t reflect.Type) (any, error) { return nil, fmt.Errorf("没有%v", t) }

func (s *scope) ConvertToType(t ref.Type) ref.Val { return types.NewErr("没有%s", t.TypeName()) }
func (s *scope) Equal(other ref.Val) ref.Val      { return types.Bool(s == other) }
func (s *scope) Type() ref.Type                   { return scopeType }
func (s *scope) Value() any                       { return s }

func scopeOf(args []ref.Val) *scope { return args[len(args)-1].(*scope) }

func sizeOfScope(args []ref.Val) int  { return len(scopeOf(args).Lines) }
func sizeOfVisits(args []ref.Val) int { return len(scopeOf(args).Visits) }

// span reads a number of whole days or hours that is not negative.
func span(v ref.Val) (int64, ref.Val) {
	n := int64(v.(types.Int))
	const most = 366_000
	if n < 0 || n%scale != 0 || n/scale > most {
		return 0, types.NewErr("应为不小于 0 的整数")
	}
	return n / scale, nil
}

const beforeHorizon = "回溯期早于可见记录"

// earlierVisits returns the visits that began at most so many days before a visit,
// earlier in the order of visits.
func earlierVisits(args []ref.Val) ref.Val {
	v, s := args[0].(*object).of.(*Visit), scopeOf(args)
	n, err := span(args[1])
	switch {
	case err != nil:
		return err
	case v.Begin == calendar.NoDay:
		return absent("就诊开始日期不详")
	case v.Begin-calendar.Day(n) < s.Horizon:
		return absent(beforeHorizon)
	}
	out := []ref.Val{}
	for _, o := range s.Visits {
		switch {
		case o == v:
			return newList(out)
		case o.Begin == calendar.NoDay:
			return absent("前次就诊日期不详")
		case v.Begin-o.Begin <= calendar.Day(n):
			out = append(out, o.value())
		}
	}
	return newList(out)
}

// wanted returns whether a line is asked for by the prefixes of codes among the
// arguments (all are where there are none); not known when its code is not.
func wanted(args []ref.Val) (func(l *Line) (bool, ref.Val), ref.Val) {
	if args[len(args)-2].Type() != types.ListType || len(args) < 3 {
		return func(*Line) (bool, ref.Val) { return true, nil }, nil
	}
	any, err := prefixes(args[len(args)-2])
	return func(l *Line) (bool, ref.Val) {
		if l.Code == "" {
			return false, absent("编码不详")
		}
		return begins(l.Code, any), nil
	}, err
}

// linesWhere returns the patient's other lines for which where holds. What of a line
// is not known matters only where the rest does not rule it out.
func linesWhere(args []ref.Val, where func(o *Line) (bool, ref.Val)) ref.Val {
	self := args[0].(*object).of.(*Line)
	wants, err := wanted(args)
	if err != nil {
		return err
	}
	out := []ref.Val{}
	for _, o := range scopeOf(args).Lines {
		if o == self {
			continue
		}
		is, unsure := where(o)
		if !is && unsure == nil {
			continue
		}
		want, doubt := wants(o)
		switch {
		case !want && doubt == nil:
		case unsure != nil:
			return unsure
		case doubt != nil:
			return doubt
		default:
			out = append(out, o.value())
		}
	}
	return newList(out)
}

// earlierLines returns the lines before a line, at most so many days earlier.
func earlierLines(args []ref.Val) ref.Val {
	self, s := args[0].(*object).of.(*Line), scopeOf(args)
	n, err := span(args[1])
	switch {
	case err != nil:
		return err
	case self.Day == calendar.NoDay:
		return absent("发生日期不详")
	case self.Day-calendar.Day(n) < s.Horizon:
		return absent(beforeHorizon)
	}
	return linesWhere(args, func(o *Line) (bool, ref.Val) {
		if o.Day == calendar.NoDay {
			return false, absent("发生日期不详")
		}
		return o.Index < self.Index && self.Day-o.Day <= calendar.Day(n), nil
	})
}

// nearLines returns the lines at most so many hours before or after a line.
func nearLines(args []ref.Val) ref.Val {
	self := args[0].(*object).of.(*Line)
	n, err := span(args[1])
	switch {
	case err != nil:
		return err
	case !self.FeeOcurTime.HasClock():
		return absent("发生时刻不详")
	}
	limit := calendar.Time(n * 3600)
	return linesWhere(args, func(o *Line) (bool, ref.Val) {
		if o.FeeOcurTime.HasClock() {
			return max(o.FeeOcurTime-self.FeeOcurTime, self.FeeOcurTime-o.FeeOcurTime) <= limit, nil
		}
		if apart := o.Day - self.Day; o.Day != calendar.NoDay && max(apart, -apart) > calendar.Day(n/24+1) {
			return false, nil
		}
		return false, absent("发生时刻不详")
	})
}

// sameDay returns the other lines of a line's day, at all institutions.
func sameDay(args []ref.Val) ref.Val {
	self := args[0].(*object).of.(*Line)
	if self.Day == calendar.NoDay {
		return absent("发生日期不详")
	}
	return linesWhere(args, func(o *Line) (bool, ref.Val) {
		if o.Day == calendar.NoDay {
			return false, absent("发生日期不详")
		}
		return o.Day == self.Day, nil
	})
}
