package expression

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"yiheng/ground/calendar"
)

// day is a civil day as a value of CEL.
type day calendar.Day

func dayValue(d calendar.Day) ref.Val {
	if d == calendar.NoDay {
		return nil
	}
	return day(d)
}

func (d day) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("日期不能换成%v", t)
}

func (d day) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("日期不能换成%s", t.TypeName())
}

func (d day) Equal(other ref.Val) ref.Val {
	x, ok := other.(day)
	return types.Bool(ok && x == d)
}

func (d day) Type() ref.Type { return dayType }
func (d day) Value() any     { return d }

// Compare orders days.
func (d day) Compare(other ref.Val) ref.Val {
	x, ok := other.(day)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	return compared(int64(d), int64(x))
}

// Add returns the day so many whole days later.
func (d day) Add(other ref.Val) ref.Val {
	n, ok := other.(types.Int)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	return d.later(int64(n))
}

// Subtract returns the days between two days, or the day so many days earlier.
func (d day) Subtract(other ref.Val) ref.Val {
	switch x := other.(type) {
	case day:
		return whole(int(d - x))
	case types.Int:
		if x == -maxNumber-1 {
			return errDays
		}
		return d.later(-int64(x))
	}
	return types.MaybeNoSuchOverloadErr(other)
}

var errDays = types.NewErr("日期只能加减整数天，且不超过一千年")

func (d day) later(n int64) ref.Val {
	const most = 366_000
	days := n / scale
	if n%scale != 0 || days > most || days < -most || int64(d)+days > most*3 || int64(d)+days < -most*3 {
		return errDays
	}
	return d + day(days)
}

func compared(a, b int64) ref.Val {
	switch {
	case a < b:
		return types.IntNegOne
	case a > b:
		return types.IntOne
	}
	return types.IntZero
}

// moment is a clock time as a value of CEL.
type moment calendar.Time

// momentValue returns a time; nil when it has no time of day.
func momentValue(t calendar.Time) ref.Val {
	if !t.HasClock() {
		return nil
	}
	return moment(t)
}

func (m moment) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("时刻不能换成%v", t)
}

func (m moment) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("时刻不能换成%s", t.TypeName())
}

func (m moment) Equal(other ref.Val) ref.Val {
	x, ok := other.(moment)
	return types.Bool(ok && x == m)
}

func (m moment) Type() ref.Type { return timeType }
func (m moment) Value() any     { return m }

// Compare orders times.
func (m moment) Compare(other ref.Val) ref.Val {
	x, ok := other.(moment)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	return compared(int64(m), int64(x))
}
