package expression

import (
	"errors"
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	celOverloads "cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"
)

// CostLimit is what one evaluation may cost: it stops there. A unit is one step, such
// as reading a field or a comparison, of some 50 nanoseconds.
const CostLimit = 10_000_000

// EstimateLimit is what an expression may cost at most by its estimate, which assumes a
// visit or history far larger than the usual. Going through all lines once more for
// every line lies below it, once more for every pair of lines lies above.
const EstimateLimit = 2_000_000_000

// Sizes that the estimate assumes.
const (
	manyLines  = 2000
	manyVisits = 200
	manyOthers = 500 // records, settlements, operations
	manyCodes  = 50
	longText   = 64

	manyInGroup = 200 // since all groups together are one list
)

// costs says what functions and facts cost, before (estimate) and at run time.
type costs struct{}

// EstimateSize returns the assumed size of a variable or field.
func (costs) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	if len(n.Path()) == 0 {
		return nil
	}
	return sizeOfType(n.Type())
}

func sizeOfType(t *types.Type) *cost.SizeEstimate {
	most := uint64(1)
	switch {
	case t.Kind() == types.StringKind:
		most = longText
	case t.Kind() != types.ListKind || len(t.Parameters()) == 0:
		return nil
	case t.Parameters()[0] == lineType:
		most = manyLines
	case t.Parameters()[0] == visitType:
		most = manyVisits
	case t.Parameters()[0].Kind() == types.StringKind:
		most = manyCodes
	case t.Parameters()[0].Kind() == types.ListKind:
		most = manyLines
	default:
		most = manyOthers
	}
	return &cost.SizeEstimate{Min: 0, Max: most}
}

var byID = func() map[string]*overload {
	all := make(map[string]*overload)
	for _, o := range overloads {
		all[o.id] = o
	}
	return all
}()

// EstimateCallCost returns the estimate of a function of ours: the sizes of its lists,
// or of all that the patient has.
func (costs) EstimateCallCost(_, id string, target *cost.AstNode, args []cost.AstNode) *cost.CallEstimate {
	if id == celOverloads.Equals || id == celOverloads.NotEquals {
		return &cost.CallEstimate{CostEstimate: cost.Estimate{Min: 1, Max: 1 + min(sizeOfNode(args[0]).Max, sizeOfNode(args[1]).Max)/4}}
	}
	o := byID[id]
	if o == nil {
		return nil
	}
	if target != nil {
		args = append([]cost.AstNode{*target}, args...)
	}
	work := uint64(1)
	var largest cost.SizeEstimate
	for i, a := range args {
		switch {
		case o.args[i] == scopeType && o.args[0] == visitType:
			work += manyVisits
		case o.args[i] == scopeType:
			work += manyLines
		case o.args[i].Kind() == types.ListKind:
			s := sizeOfNode(a)
			work = cost.SafeAdd(work, s.Max)
			if s.Max > largest.Max {
				largest = s
			}
		}
	}
	return &cost.CallEstimate{
		CostEstimate: cost.Estimate{Min: 1, Max: cost.SafeMultiply(work, 2)},
		ResultSize:   sizeOfResult(o, largest),
	}
}

// sizeOfResult returns what a function makes of its largest list.
func sizeOfResult(o *overload, largest cost.SizeEstimate) *cost.SizeEstimate {
	lines := &cost.SizeEstimate{Max: manyLines}
	switch {
	case o.name == "first" && o.result.Kind() != types.ListKind, o.name == "last":
		return largest.Elem
	case o.result.Kind() != types.ListKind:
		return nil
	case o.name == "@group":
		return &cost.SizeEstimate{Max: largest.Max, Elem: &cost.SizeEstimate{Max: manyInGroup}}
	case o.name == "flatten", largest.Max == 0:
		return lines
	}
	return &cost.SizeEstimate{Max: largest.Max, Elem: largest.Elem}
}

// sizeOfNode returns the size of a node, that of its type where it cannot be told.
func sizeOfNode(n cost.AstNode) cost.SizeEstimate {
	if s := n.ComputedSize(); s != nil && !s.IsUnknown() {
		return *s
	}
	if s := sizeOfType(n.Type()); s != nil {
		return *s
	}
	return cost.SizeEstimate{Min: 1, Max: 1}
}

// CallCost returns what a call of a function of ours did cost.
func (costs) CallCost(_, id string, args []ref.Val, result ref.Val) *uint64 {
	o := byID[id]
	if o == nil {
		return nil
	}
	n := 1
	if o.size != nil {
		n += o.size(args)
	} else {
		n += sizeOfLists(args)
		if l, ok := result.(traits.Lister); ok {
			n += int(l.Size().(types.Int))
		}
	}
	c := uint64(n)
	return &c
}

// estimate returns what an expression costs at most; an error when that is too much.
func estimate(source string, env *cel.Env, checked *cel.Ast) (uint64, error) {
	e, err := env.EstimateCost(checked, costs{})
	if err != nil {
		return 0, Problems{{Source: source, Line: 1, Text: "估算不出计算量：" + err.Error()}}
	}
	if e.Max > EstimateLimit {
		return e.Max, Problems{{Source: source, Line: 1, Text: fmt.Sprintf(
			"计算量过大：估算最多 %s 步，上限 %s 步。请减少 filter、exists、map 的层层嵌套，先用 of 或 filter 缩小范围",
			steps(e.Max), steps(EstimateLimit))}}
	}
	return e.Max, nil
}

// steps writes a number of steps for people.
func steps(n uint64) string {
	switch {
	case n >= 1<<60:
		return "无数"
	case n >= 100_000_000:
		return fmt.Sprintf("%d 亿", n/100_000_000)
	case n >= 10_000:
		return fmt.Sprintf("%d 万", n/10_000)
	}
	return fmt.Sprint(n)
}

func isTooCostly(err error) bool {
	var cancelled interpreter.EvalCancelledError
	return errors.As(err, &cancelled) || errors.Is(err, errTooLong)
}
