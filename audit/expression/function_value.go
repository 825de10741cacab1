package expression

import (
	"math/bits"
	"slices"
	"strings"

	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"yiheng/ground/calendar"
)

// textOverloads are the functions of texts and of what a visit was for.
func textOverloads() []*overload {
	str, strs := types.StringType, listOfType(types.StringType)
	return []*overload{
		{name: "startsWithAny", id: "text_starts_with_any", member: true, args: []*types.Type{str, strs}, result: types.BoolType, do: startsWithAny},
		{name: "codeIs", id: "line_code_is", member: true, args: []*types.Type{lineType, strs}, result: types.BoolType, do: codeIs},
		{name: "hasDx", id: "visit_has_dx", member: true, args: []*types.Type{visitType, strs}, result: types.BoolType, do: hasDx},
		{name: "hasOp", id: "visit_has_op", member: true, args: []*types.Type{visitType, strs}, result: types.BoolType, do: hasOp},
	}
}

func prefixes(v ref.Val) ([]string, ref.Val) {
	all, err := elements(v)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(all))
	for i, p := range all {
		s, ok := p.(types.String)
		if !ok {
			return nil, types.MaybeNoSuchOverloadErr(p)
		}
		texts[i] = string(s)
	}
	return texts, nil
}

func begins(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

func startsWithAny(args []ref.Val) ref.Val {
	any, err := prefixes(args[1])
	if err != nil {
		return err
	}
	return types.Bool(begins(string(args[0].(types.String)), any))
}

// codeIs says whether a line's code is one of those given, whole or by its national
// first 15 characters.
func codeIs(args []ref.Val) ref.Val {
	any, err := prefixes(args[1])
	if err != nil {
		return err
	}
	code := args[0].(*object).of.(*Line).Code
	if code == "" {
		return absent("编码不详")
	}
	const national = 15
	return types.Bool(slices.Contains(any, code) || len(code) > national && code[national] == '-' && slices.Contains(any, code[:national]))
}

// hasDx says whether a visit has a diagnosis; not known when it may have others.
func hasDx(args []ref.Val) ref.Val {
	any, err := prefixes(args[1])
	if err != nil {
		return err
	}
	v := args[0].(*object).of.(*Visit)
	switch {
	case slices.ContainsFunc(v.Dx, func(code string) bool { return begins(code, any) }):
		return types.True
	case len(v.Dx) == 0:
		return absent("诊断不详")
	case v.DxIncomplete:
		return absent("其他诊断不详")
	}
	return types.False
}

func hasOp(args []ref.Val) ref.Val {
	any, err := prefixes(args[1])
	if err != nil {
		return err
	}
	v := args[0].(*object).of.(*Visit)
	switch {
	case slices.ContainsFunc(v.Ops, func(o *Operation) bool { return begins(o.Code, any) }):
		return types.True
	case v.OpsUnknown:
		return absent("手术操作不详")
	}
	return types.False
}

// timeOverloads are the functions of days and times, and of what was before.
func timeOverloads() []*overload {
	str, strs := types.StringType, listOfType(types.StringType)
	visits := listOfType(visitType)
	return []*overload{
		{name: "day", id: "day_text", args: []*types.Type{str}, result: dayType, do: parseDay},
		{name: "year", id: "day_year", member: true, args: []*types.Type{dayType}, result: numberType, do: civil(func(y, _, _ int) ref.Val { return whole(y) })},
		{name: "month", id: "day_month", member: true, args: []*types.Type{dayType}, result: numberType, do: civil(func(_, m, _ int) ref.Val { return whole(m) })},
		{name: "quarter", id: "day_quarter", member: true, args: []*types.Type{dayType}, result: numberType, do: civil(func(_, m, _ int) ref.Val { return whole((m + 2) / 3) })},
		{name: "yearMonth", id: "day_year_month", member: true, args: []*types.Type{dayType}, result: numberType, do: civil(func(y, m, _ int) ref.Val { return whole(y*100 + m) })},
		{name: "weekday", id: "day_weekday", member: true, args: []*types.Type{dayType}, result: numberType, do: weekday},
		{name: "hour", id: "time_hour", member: true, args: []*types.Type{timeType}, result: numberType, do: hourOf},
		{name: "daysBetween", id: "days_between", args: []*types.Type{dayType, dayType}, result: numberType, do: daysBetween},
		{name: "hoursBetween", id: "hours_between", args: []*types.Type{timeType, timeType}, result: numberType, do: hoursBetween},
		{name: "@earlier", id: "visit_earlier", args: []*types.Type{visitType, numberType, scopeType}, result: visits, do: earlierVisits, size: sizeOfVisits},
		{name: "@earlier", id: "line_earlier", args: []*types.Type{lineType, numberType, scopeType}, result: linesType, do: earlierLines, size: sizeOfScope},
		{name: "@earlier", id: "line_earlier_of", args: []*types.Type{lineType, numberType, strs, scopeType}, result: linesType, do: earlierLines, size: sizeOfScope},
		{name: "@near", id: "line_near", args: []*types.Type{lineType, numberType, scopeType}, result: linesType, do: nearLines, size: sizeOfScope},
		{name: "@near", id: "line_near_of", args: []*types.Type{lineType, numberType, strs, scopeType}, result: linesType, do: nearLines, size: sizeOfScope},
		{name: "@sameDay", id: "line_same_day", args: []*types.Type{lineType, scopeType}, result: linesType, do: sameDay, size: sizeOfScope},
		{name: "@sameDay", id: "line_same_day_of", args: []*types.Type{lineType, strs, scopeType}, result: linesType, do: sameDay, size: sizeOfScope},
	}
}

func parseDay(args []ref.Val) ref.Val {
	d, err := calendar.ParseDay(string(args[0].(types.String)))
	if err != nil || d == calendar.NoDay {
		return types.NewErr("“%s”不是日期，应形如 2025-01-31", args[0].Value())
	}
	return day(d)
}

func civil(get func(y, m, d int) ref.Val) func([]ref.Val) ref.Val {
	return func(args []ref.Val) ref.Val { return get(calendar.Day(args[0].(day)).Civil()) }
}

// weekday returns 1 for Monday to 7 for Sunday.
func weekday(args []ref.Val) ref.Val {
	const thursday = 3 // 1970-01-01, counted from Monday 0
	n := (int(args[0].(day)) + thursday) % 7
	return whole((n+7)%7 + 1)
}

func hourOf(args []ref.Val) ref.Val {
	t := calendar.Time(args[0].(moment))
	return whole(int(int64(t)-int64(t.Day())*86400) / 3600)
}

func daysBetween(args []ref.Val) ref.Val { return whole(int(args[1].(day) - args[0].(day))) }

func hoursBetween(args []ref.Val) ref.Val {
	return hours(calendar.Time(args[0].(moment)), calendar.Time(args[1].(moment)))
}

// numberOverloads are the operators that differ from those of whole numbers, since a
// number counts millionths, and those of days and times.
func numberOverloads() []*overload {
	n := numberType
	all := []*overload{
		{name: operators.Multiply, id: "multiply_number", args: []*types.Type{n, n}, result: n, do: func(a []ref.Val) ref.Val { return multiply(a[0].(types.Int), a[1].(types.Int)) }},
		{name: operators.Divide, id: "divide_number", args: []*types.Type{n, n}, result: n, do: func(a []ref.Val) ref.Val { return divide(a[0].(types.Int), a[1].(types.Int)) }},
		{name: "between", id: "number_between", member: true, args: []*types.Type{n, n, n}, result: types.BoolType, do: between},
		{name: "between", id: "day_between", member: true, args: []*types.Type{dayType, dayType, dayType}, result: types.BoolType, do: between},
	}
	return all
}

func between(a []ref.Val) ref.Val {
	return types.Bool(compareValues(a[0], a[1]) >= 0 && compareValues(a[0], a[2]) <= 0)
}

var errTooLarge = types.NewErr("数值过大")

func multiply(a, b types.Int) ref.Val { return mulDiv(int64(a), int64(b), scale) }

func divide(a, b types.Int) ref.Val {
	if b == 0 {
		return absent("除数为 0")
	}
	return mulDiv(int64(a), scale, int64(b))
}

// mulDiv returns a·b/c, rounded half away from zero; an error when it does not fit.
func mulDiv(a, b, c int64) ref.Val {
	negative := (a < 0) != (b < 0) != (c < 0)
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	m := magnitude(c)
	lo, carry := bits.Add64(lo, m/2, 0)
	if hi += carry; hi >= m {
		return errTooLarge
	}
	q, _ := bits.Div64(hi, lo, m)
	switch {
	case q > maxNumber:
		return errTooLarge
	case negative:
		return types.Int(-int64(q))
	}
	return types.Int(int64(q))
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-(v + 1)) + 1
	}
	return uint64(v)
}
