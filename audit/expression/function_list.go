package expression

import (
	"cmp"
	"slices"

	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// listOverloads are the functions of lists. Those whose names begin with @ are what
// macros of one name with a variable write.
func listOverloads() []*overload {
	a := types.NewTypeParamType("A")
	listA := listOfType(a)
	lists := listOfType(listA)
	all := []*overload{
		{name: operators.In, id: "in_list_of", args: []*types.Type{a, listA}, result: types.BoolType, do: isIn},
		{name: "size", id: "size_list", args: []*types.Type{listA}, result: numberType, do: size, size: free},
		{name: "size", id: "list_size", member: true, args: []*types.Type{listA}, result: numberType, do: size, size: free},
		{name: "first", id: "list_first", member: true, args: []*types.Type{listA}, result: a, do: overList(first)},
		{name: "last", id: "list_last", member: true, args: []*types.Type{listA}, result: a, do: overList(last)},
		{name: "first", id: "list_first_number", member: true, args: []*types.Type{listA, numberType}, result: listA, do: overList(firstN)},
		{name: "skip", id: "list_skip_number", member: true, args: []*types.Type{listA, numberType}, result: listA, do: overList(skipN)},
		{name: "flatten", id: "list_flatten", member: true, args: []*types.Type{lists}, result: listA, do: overList(flatten), size: sizeOfFlat},
		{name: "sum", id: "list_sum", member: true, args: []*types.Type{listOfType(numberType)}, result: numberType, do: overList(sum)},
		{name: "beyond", id: "lines_beyond", member: true, args: []*types.Type{linesType, numberType}, result: linesType, do: beyondQuantity},
		{name: "@beyond", id: "lines_beyond_by", args: []*types.Type{linesType, listOfType(numberType), numberType}, result: linesType, do: beyond},
		{name: "inOrder", id: "lines_in_order", member: true, args: []*types.Type{linesType}, result: linesType, do: overList(inOrder)},
		{name: "because", id: "lines_because", member: true, args: []*types.Type{linesType, linesType}, result: linesType, do: overList(because)},
		{name: "part", id: "line_part", member: true, args: []*types.Type{lineType, numberType}, result: lineType, do: part},
	}
	for _, t := range []*types.Type{numberType, types.StringType, dayType, timeType} {
		all = append(all,
			&overload{name: "distinct", id: "distinct_" + short(t), member: true, args: []*types.Type{listOfType(t)}, result: listOfType(t), do: overList(distinct)},
			&overload{name: "@sortUp", id: "sort_up_" + short(t), args: []*types.Type{listA, listOfType(t)}, result: listA, do: sortBy(1)},
			&overload{name: "@sortDown", id: "sort_down_" + short(t), args: []*types.Type{listA, listOfType(t)}, result: listA, do: sortBy(-1)})
	}
	for _, t := range []*types.Type{numberType, types.StringType, dayType, types.BoolType} {
		all = append(all, &overload{name: "@group", id: "group_" + short(t), args: []*types.Type{listA, listOfType(t)}, result: lists, do: group})
	}
	for _, t := range []*types.Type{numberType, dayType, timeType} {
		all = append(all,
			&overload{name: "min", id: "min_" + short(t), member: true, args: []*types.Type{listOfType(t)}, result: t, do: overList(extreme(-1))},
			&overload{name: "max", id: "max_" + short(t), member: true, args: []*types.Type{listOfType(t)}, result: t, do: overList(extreme(1))})
	}
	return all
}

func isIn(args []ref.Val) ref.Val {
	all, err := elements(args[1])
	if err != nil {
		return err
	}
	return types.Bool(slices.ContainsFunc(all, func(v ref.Val) bool { return v.Equal(args[0]) == types.True }))
}

func free([]ref.Val) int { return 0 }

func size(args []ref.Val) ref.Val {
	n := args[0].(traits.Sizer).Size().(types.Int)
	if n > maxNumber/scale {
		return types.WrapErr(errTooLong)
	}
	return n * scale
}

func first(all, _ []ref.Val) ref.Val {
	if len(all) == 0 {
		return absent("列表为空，没有第一项")
	}
	return all[0]
}

func last(all, _ []ref.Val) ref.Val {
	if len(all) == 0 {
		return absent("列表为空，没有最后一项")
	}
	return all[len(all)-1]
}

// places returns the whole number that an argument is, within a list of n.
func places(v ref.Val, n int) (int, ref.Val) {
	k, ok := v.(types.Int)
	if !ok || k%scale != 0 || k < 0 {
		return 0, types.NewErr("应为不小于 0 的整数")
	}
	return int(min(int64(k/scale), int64(n))), nil
}

func firstN(all, args []ref.Val) ref.Val {
	n, err := places(args[1], len(all))
	if err != nil {
		return err
	}
	return newList(all[:n])
}

func skipN(all, args []ref.Val) ref.Val {
	n, err := places(args[1], len(all))
	if err != nil {
		return err
	}
	return newList(all[n:])
}

func sizeOfFlat(args []ref.Val) int {
	lists, err := elements(args[0])
	if err != nil {
		return maxList
	}
	return len(lists) + sizeOfLists(lists)
}

func flatten(all, _ []ref.Val) ref.Val {
	if sizeOfLists(all) > maxList {
		return types.WrapErr(errTooLong)
	}
	var flat []ref.Val
	for _, l := range all {
		inner, err := elements(l)
		if err != nil {
			return err
		}
		flat = append(flat, inner...)
	}
	return newList(flat)
}

func sum(all, _ []ref.Val) ref.Val {
	total := ref.Val(types.IntZero)
	for _, v := range all {
		total = total.(traits.Adder).Add(v)
		if types.IsError(total) {
			return total
		}
	}
	return total
}

// extreme returns the least (sign −1) or greatest element.
func extreme(sign int) func(all, args []ref.Val) ref.Val {
	return func(all, _ []ref.Val) ref.Val {
		if len(all) == 0 {
			return absent("列表为空，没有最大最小值")
		}
		best := all[0]
		for _, v := range all[1:] {
			if compareValues(v, best)*sign > 0 {
				best = v
			}
		}
		return best
	}
}

// compareValues orders two values of one type that can be ordered.
func compareValues(a, b ref.Val) int {
	if c, ok := a.(traits.Comparer); ok {
		if n, ok := c.Compare(b).(types.Int); ok {
			return int(n)
		}
	}
	return 0
}

func distinct(all, _ []ref.Val) ref.Val {
	seen := make(map[ref.Val]bool, len(all))
	var out []ref.Val
	for _, v := range all {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return newList(out)
}

// both returns the elements of a list and of the list of their keys.
func both(args []ref.Val) (all, keys []ref.Val, err ref.Val) {
	if all, err = elements(args[0]); err != nil {
		return nil, nil, err
	}
	if keys, err = elements(args[1]); err != nil {
		return nil, nil, err
	}
	if len(all) != len(keys) {
		return nil, nil, types.NewErr("列表与其键数目不同")
	}
	return all, keys, nil
}

// group puts elements with equal keys together, in the order of their first ones.
func group(args []ref.Val) ref.Val {
	all, keys, err := both(args)
	if err != nil {
		return err
	}
	at := make(map[ref.Val]int)
	var groups [][]ref.Val
	for i, v := range all {
		k, ok := at[keys[i]]
		if !ok {
			k = len(groups)
			at[keys[i]] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], v)
	}
	out := make([]ref.Val, len(groups))
	for k := range groups {
		out[k] = newList(groups[k])
	}
	return newList(out)
}

// sortBy sorts by keys, ascending (1) or descending (−1); equal ones keep their order.
func sortBy(sign int) func([]ref.Val) ref.Val {
	return func(args []ref.Val) ref.Val {
		all, keys, err := both(args)
		if err != nil {
			return err
		}
		order := make([]int, len(all))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return sign * compareValues(keys[a], keys[b]) })
		out := make([]ref.Val, len(all))
		for i, k := range order {
			out[i] = all[k]
		}
		return newList(out)
	}
}

// inOrder sorts lines by the order of judgement, each once.
func inOrder(all, _ []ref.Val) ref.Val {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b ref.Val) int {
		return cmp.Compare(a.(*object).of.(*Line).Index, b.(*object).of.(*Line).Index)
	})
	return newList(slices.CompactFunc(out, func(a, b ref.Val) bool { return a.(*object).of == b.(*object).of }))
}
