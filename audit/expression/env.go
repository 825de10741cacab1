package expression

import (
	"errors"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	celOverloads "cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// The size of an expression: what one person can still read.
const (
	maxText  = 4000 // characters
	maxDepth = 48   // brackets in brackets
	maxNodes = 4000
)

// variables are those that an author may name.
func variables(over string) map[string]*types.Type {
	v := map[string]*types.Type{
		"lines": linesType, "visits": listOfType(visitType),
		"settlements": listOfType(settlementType), "records": listOfType(recordType),
	}
	if over == OverVisit {
		v["visit"] = visitType
	}
	return v
}

var (
	visitEnv  = sync.OnceValue(func() *cel.Env { return newEnv(OverVisit) })
	personEnv = sync.OnceValue(func() *cel.Env { return newEnv(OverPerson) })
)

func envOf(over string) *cel.Env {
	if over == OverPerson {
		return personEnv()
	}
	return visitEnv()
}

func newEnv(over string) *cel.Env {
	registry, err := types.NewRegistry()
	if err != nil {
		panic("expression: " + err.Error())
	}
	options := []cel.EnvOption{
		cel.CustomTypeProvider(newProvider(registry)),
		cel.StdLib(cel.StdLibSubset(standard())),
		cel.HomogeneousAggregateLiterals(),
		cel.ParserExpressionSizeLimit(maxText),
		cel.ParserRecursionLimit(maxDepth),
		cel.ExpressionNodeLimit(maxNodes),
		cel.ExpressionNestingDepthLimit(2 * maxDepth),
		cel.ParserErrorRecoveryLimit(4),
		cel.Variable("@scope", scopeType),
		cel.Macros(macros()...),
		sureOption("@sure", types.BoolType, types.False),
		sureOption("@sureOf", listOfType(types.NewTypeParamType("B")), newList(nil)),
	}
	for name, t := range variables(over) {
		options = append(options, cel.Variable(name, t))
	}
	for _, o := range overloads {
		options = append(options, o.option())
	}
	options = append(options, operatorsOfTime()...)
	e, err := cel.NewCustomEnv(options...)
	if err != nil {
		panic("expression: " + err.Error())
	}
	return e
}

// standard are the parts of CEL that expressions use: no floating-point numbers, no
// maps, no conversions, no clock.
func standard() *env.LibrarySubset {
	some := func(name string, overloads ...string) *env.Function {
		f := &env.Function{Name: name}
		for _, id := range overloads {
			f.Overloads = append(f.Overloads, &env.Overload{ID: id})
		}
		return f
	}
	return env.NewLibrarySubset().AddIncludedFunctions(
		some(operators.Conditional), some(operators.LogicalAnd), some(operators.LogicalOr), some(operators.LogicalNot),
		some(operators.NotStrictlyFalse), some(operators.Equals), some(operators.NotEquals),
		some(operators.Add, celOverloads.AddInt64, celOverloads.AddList),
		some(operators.Subtract, celOverloads.SubtractInt64),
		some(operators.Negate, celOverloads.NegateInt64),
		some(operators.Less, celOverloads.LessInt64), some(operators.LessEquals, celOverloads.LessEqualsInt64),
		some(operators.Greater, celOverloads.GreaterInt64), some(operators.GreaterEquals, celOverloads.GreaterEqualsInt64),
		some(celOverloads.StartsWith), some(celOverloads.EndsWith), some(celOverloads.Contains), some(celOverloads.Matches),
	)
}

// operatorsOfTime declares the operators of days and times; their values do the work.
func operatorsOfTime() []cel.EnvOption {
	declare := func(name, id string, result *types.Type, args ...*types.Type) cel.EnvOption {
		return cel.Function(name, cel.Overload(id, args, result))
	}
	options := []cel.EnvOption{
		declare(operators.Add, "add_day_number", dayType, dayType, numberType),
		declare(operators.Subtract, "subtract_day_number", dayType, dayType, numberType),
		declare(operators.Subtract, "subtract_day_day", numberType, dayType, dayType),
	}
	for name, id := range map[string]string{operators.Less: "less", operators.LessEquals: "less_equals", operators.Greater: "greater", operators.GreaterEquals: "greater_equals"} {
		options = append(options,
			declare(name, id+"_day", types.BoolType, dayType, dayType),
			declare(name, id+"_time", types.BoolType, timeType, timeType))
	}
	return options
}

// sureOption declares a function of a condition (or of a list) of one element of what
// is returned: where a fact is missing, it notes the doubt and leaves the element out.
func sureOption(name string, t *types.Type, otherwise ref.Val) cel.EnvOption {
	element := types.NewTypeParamType("A")
	return cel.Function(name, cel.Overload(name+"_of", []*types.Type{t, element, scopeType}, t, decls.OverloadIsNonStrict(),
		cel.FunctionBinding(func(args ...ref.Val) ref.Val {
			s, ok := args[2].(*scope)
			if !ok {
				return args[2]
			}
			failed, ok := args[0].(*types.Err)
			if !ok {
				return args[0]
			}
			var m *missing
			if !errors.As(failed, &m) {
				return failed
			}
			s.doubt(args[1], m.reason)
			return otherwise
		})))
}

// doubt notes that an element of what is returned could not be judged: a line, a visit,
// the lines of a list, or what else the expression goes through.
func (s *scope) doubt(of ref.Val, reason string) {
	switch v := of.(type) {
	case traits.Lister:
		all, _ := elements(v)
		for _, e := range all {
			s.doubt(e, reason)
		}
		return
	case *object:
		switch fact := v.of.(type) {
		case *Line:
			s.doubts = append(s.doubts, Doubt{Line: fact, Reason: reason})
			return
		case *Visit:
			s.doubts = append(s.doubts, Doubt{Visit: fact, Reason: reason})
			return
		}
	}
	s.doubts = append(s.doubts, Doubt{Reason: reason})
}
