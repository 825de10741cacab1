package expression

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"
)

// macros are the functions that take a name for each element, or the patient's other
// records, as CEL's own filter and exists do.
func macros() []cel.Macro {
	all := []cel.Macro{
		cel.ReceiverMacro("of", 1, expandOf),
		cel.ReceiverMacro("count", 2, expandCount),
		cel.ReceiverMacro("beyond", 3, expandKeyed("@beyond")),
		cel.ReceiverMacro("group", 2, expandKeyed("@group")),
		cel.ReceiverMacro("sortUp", 2, expandKeyed("@sortUp")),
		cel.ReceiverMacro("sortDown", 2, expandKeyed("@sortDown")),
	}
	for _, name := range []string{"sum", "min", "max", "distinct"} {
		all = append(all, cel.ReceiverMacro(name, 2, expandMapped(name)))
	}
	for name, counts := range map[string][]int{"earlier": {1, 2}, "near": {1, 2}, "sameDay": {0, 1}} {
		for _, n := range counts {
			all = append(all, cel.ReceiverMacro(name, n, expandInScope("@"+name)))
		}
	}
	return all
}

// expandOf writes lines.of(prefixes) as lines.filter(l, l.code.startsWithAny(prefixes)).
func expandOf(eh parser.ExprHelper, target ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
	l := eh.NewIdent("@l")
	is := eh.NewMemberCall("startsWithAny", eh.NewSelect(eh.NewIdent("@l"), "code"), args[0])
	return parser.MakeFilter(eh, target, []ast.Expr{l, is})
}

func expandCount(eh parser.ExprHelper, target ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
	some, err := parser.MakeFilter(eh, target, args)
	if err != nil {
		return nil, err
	}
	return eh.NewCall("size", some), nil
}

// expandMapped writes list.sum(x, e) as list.map(x, e).sum().
func expandMapped(name string) parser.MacroExpander {
	return func(eh parser.ExprHelper, target ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
		values, err := parser.MakeMap(eh, target, args)
		if err != nil {
			return nil, err
		}
		return eh.NewMemberCall(name, values), nil
	}
}

// expandKeyed writes list.group(x, e) as @group(list, list.map(x, e)), with the list
// worked out once.
func expandKeyed(name string) parser.MacroExpander {
	const held = "@held"
	return func(eh parser.ExprHelper, target ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
		keys, err := parser.MakeMap(eh, eh.NewIdent(held), args[:2])
		if err != nil {
			return nil, err
		}
		call := eh.NewCall(name, append([]ast.Expr{eh.NewIdent(held), keys}, args[2:]...)...)
		return eh.NewComprehension(eh.NewList(), "#unused", held, target, eh.NewLiteral(types.False), eh.NewIdent(held), call), nil
	}
}

// expandInScope hands the patient's records to a function.
func expandInScope(name string) parser.MacroExpander {
	return func(eh parser.ExprHelper, target ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
		return eh.NewCall(name, append(append([]ast.Expr{target}, args...), eh.NewIdent("@scope"))...), nil
	}
}
