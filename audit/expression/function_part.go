package expression

import (
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// because adds lines that prove what is objected to.
func because(all, args []ref.Val) ref.Val {
	proof, err := elements(args[1])
	if err != nil {
		return err
	}
	lines := make([]*Line, len(proof))
	for i, p := range proof {
		lines[i] = p.(*object).of.(*Line)
	}
	out := make([]ref.Val, len(all))
	for i, v := range all {
		o := *v.(*object)
		o.because = slices.Concat(o.because, lines)
		out[i] = &o
	}
	return newList(out)
}

// part is a line as far as so much of its quantity goes.
func part(args []ref.Val) ref.Val {
	o, n := args[0].(*object), args[1].(types.Int)
	l := o.of.(*Line)
	of := number(int64(l.Qty), 10_000)
	if of == nil {
		return absent("数量不详")
	}
	return o.share(int64(n), int64(of.(types.Int)))
}

// share returns the part num/den of a line, the whole of it from den on.
func (o *object) share(num, den int64) *object {
	x := *o
	if x.num, x.den = num, den; num >= den {
		x.num, x.den = 0, 0
	}
	return &x
}

func beyondQuantity(args []ref.Val) ref.Val {
	all, err := elements(args[0])
	if err != nil {
		return err
	}
	counts := make([]ref.Val, len(all))
	for i, v := range all {
		if counts[i] = number(int64(v.(*object).of.(*Line).Qty), 10_000); counts[i] == nil {
			return absent("数量不详")
		}
	}
	return beyondOf(all, counts, args[1].(types.Int))
}

func beyond(args []ref.Val) ref.Val {
	all, counts, err := both(args)
	if err != nil {
		return err
	}
	return beyondOf(all, counts, args[2].(types.Int))
}

// beyondOf returns what lies beyond a limit on the sum of counts, in the order of the
// list; of the line that crosses it the excess.
func beyondOf(all, counts []ref.Val, limit types.Int) ref.Val {
	var out []ref.Val
	total := types.IntZero
	for i, v := range all {
		n := counts[i].(types.Int)
		next, ok := total.Add(n).(types.Int)
		switch {
		case n < 0:
			return types.NewErr("beyond 的计数不能为负")
		case !ok:
			return total.Add(n)
		}
		switch {
		case n == 0 || next <= limit:
		case total >= limit:
			out = append(out, v)
		default:
			out = append(out, v.(*object).share(int64(next-limit), int64(n)))
		}
		total = next
	}
	return newList(out)
}
