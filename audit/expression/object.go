package expression

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"yiheng/facts/claim"
)

// The types of an expression carry the names that its author reads in messages. A
// number is CEL's int, counted in millionths, so that every amount, price and quantity
// is exact; see scale.
var (
	numberType     = types.IntType
	dayType        = types.NewObjectType("日期", traits.ComparerType|traits.AdderType|traits.SubtractorType)
	timeType       = types.NewObjectType("时刻", traits.ComparerType)
	lineType       = types.NewObjectType("明细")
	visitType      = types.NewObjectType("就诊")
	settlementType = types.NewObjectType("结算")
	operationType  = types.NewObjectType("手术操作")
	recordType     = types.NewObjectType("病案记录")
	scopeType      = types.NewObjectType("范围")

	linesType = types.NewListType(lineType)
)

// scale is one as a number of an expression.
const scale = 1_000_000

// number returns v, of which unit make one, as a number; nil when it is not stated or
// too large.
func number(v, unit int64) ref.Val {
	factor := scale / unit
	if v == claim.Null || v > maxNumber/factor || v < -maxNumber/factor {
		return nil
	}
	return types.Int(v * factor)
}

const maxNumber = 1<<63 - 1

func whole(n int) ref.Val { return types.Int(n) * scale }

// text returns a text; nil when it is empty, which is not known.
func text(s string) ref.Val {
	if s == "" {
		return nil
	}
	return types.String(s)
}

// object is a fact of the patient's as a value of CEL: a *Line, *Visit and so on.
type object struct {
	typ *types.Type
	of  any

	// Of a line that is objected to in part: num/den of it; and the lines that prove it.
	num, den int64
	because  []*Line
}

func (o *object) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s不能换成%v", o.typ.TypeName(), t)
}

func (o *object) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return o.typ
	}
	return types.NewErr("%s不能换成%s", o.typ.TypeName(), t.TypeName())
}

// Equal says whether two values are one fact.
func (o *object) Equal(other ref.Val) ref.Val {
	x, ok := other.(*object)
	return types.Bool(ok && x.of == o.of)
}

func (o *object) Type() ref.Type { return o.typ }
func (o *object) Value() any     { return o }

func (l *Line) value() ref.Val {
	if l.object.typ == nil {
		l.object.typ, l.object.of = lineType, l
	}
	return &l.object
}

func (v *Visit) value() ref.Val {
	if v.object.typ == nil {
		v.object.typ, v.object.of = visitType, v
	}
	return &v.object
}

func (s *Settlement) value() ref.Val {
	if s.object.typ == nil {
		s.object.typ, s.object.of = settlementType, s
	}
	return &s.object
}

func (o *Operation) value() ref.Val {
	if o.object.typ == nil {
		o.object.typ, o.object.of = operationType, o
	}
	return &o.object
}

func (r *Record) value() ref.Val {
	if r.object.typ == nil {
		r.object.typ, r.object.of = recordType, r
	}
	return &r.object
}

// list is a list that is made once of facts.
type list struct{ values []ref.Val }

func (l *list) val() ref.Val { return types.NewRefValList(types.DefaultTypeAdapter, l.values) }

// listOf returns facts as a list, made at the first time.
func listOf[T interface{ value() ref.Val }](made **list, facts []T) ref.Val {
	if *made == nil {
		l := &list{make([]ref.Val, len(facts))}
		for i, f := range facts {
			l.values[i] = f.value()
		}
		*made = l
	}
	return (*made).val()
}
