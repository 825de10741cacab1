package expression

import (
	"errors"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// Function is something that an expression can do, as the documentation lists it.
type Function struct {
	Group string // heading, Chinese
	Use   string // how it is written
	Means string // Chinese
}

// overload is one signature of a function with what it does. Its arguments are known
// values; a member function's first argument is what it stands behind.
type overload struct {
	name   string
	id     string
	member bool
	args   []*types.Type
	result *types.Type
	do     func(args []ref.Val) ref.Val
	size   func(args []ref.Val) int // what a call costs beyond one; nil: the sizes of its lists
}

func (o *overload) option() cel.EnvOption {
	call := cel.FunctionBinding(func(args ...ref.Val) ref.Val { return o.do(args) })
	switch len(o.args) {
	case 1:
		call = cel.UnaryBinding(func(a ref.Val) ref.Val { return o.do([]ref.Val{a}) })
	case 2:
		call = cel.BinaryBinding(func(a, b ref.Val) ref.Val { return o.do([]ref.Val{a, b}) })
	}
	if o.member {
		return cel.Function(o.name, cel.MemberOverload(o.id, o.args, o.result, call))
	}
	return cel.Function(o.name, cel.Overload(o.id, o.args, o.result, call))
}

// maxList is the longest list that a function of ours goes through in one call: what
// a call costs is counted when it is done.
const maxList = 200_000

var errTooLong = errors.New("列表过长")

// elements returns the elements of a list, or an error for one that is too long.
func elements(v ref.Val) ([]ref.Val, ref.Val) {
	l, ok := v.(traits.Lister)
	if !ok {
		return nil, types.MaybeNoSuchOverloadErr(v)
	}
	n := int(l.Size().(types.Int))
	if n > maxList {
		return nil, types.WrapErr(errTooLong)
	}
	all := make([]ref.Val, 0, n)
	for it := l.Iterator(); it.HasNext() == types.True; {
		all = append(all, it.Next())
	}
	return all, nil
}

func newList(all []ref.Val) ref.Val { return types.NewRefValList(types.DefaultTypeAdapter, all) }

// overList makes a function of the elements of its first argument.
func overList(do func(all []ref.Val, args []ref.Val) ref.Val) func([]ref.Val) ref.Val {
	return func(args []ref.Val) ref.Val {
		all, err := elements(args[0])
		if err != nil {
			return err
		}
		return do(all, args)
	}
}

// absent is the value of a fact that is not known.
func absent(reason string) ref.Val { return types.WrapErr(&missing{reason}) }

// sizeOfLists is what a call costs: the sizes of its lists and of the list it makes.
func sizeOfLists(args []ref.Val) int {
	n := 0
	for _, a := range args {
		if l, ok := a.(traits.Lister); ok {
			n += int(l.Size().(types.Int))
		}
	}
	return n
}

// overloads are all functions that are ours.
var overloads = func() []*overload {
	all := append(listOverloads(), textOverloads()...)
	all = append(all, timeOverloads()...)
	return append(all, numberOverloads()...)
}()

func listOfType(t *types.Type) *types.Type { return types.NewListType(t) }

// short names a type in the ids of overloads.
func short(t *types.Type) string {
	switch t {
	case numberType:
		return "number"
	case types.StringType:
		return "text"
	case types.BoolType:
		return "bool"
	case dayType:
		return "day"
	case timeType:
		return "time"
	}
	return t.String()
}
