package expression

import (
	"math"
	"regexp"
	"strconv"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// rewrite makes the numbers of a parsed expression exact, and lets what it returns be
// judged element by element: an element of which a fact is missing is left out and
// noted, the others stand. It returns what no expression may hold.
func rewrite(source string, tree *ast.AST) Problems {
	r := &rewriter{source: source, tree: tree, factory: ast.NewExprFactory()}
	ast.PostOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		r.last = max(r.last, e.ID())
		r.allow(e)
	}))
	r.returned(tree.Expr())
	return r.problems
}

type rewriter struct {
	source   string
	tree     *ast.AST
	factory  ast.ExprFactory
	last     int64 // highest id of a node
	problems Problems
}

func (r *rewriter) fail(e ast.Expr, text string) {
	at := r.tree.SourceInfo().GetStartLocation(e.ID())
	r.problems = append(r.problems, Problem{Source: r.source, Line: at.Line(), Column: at.Column(), Text: text})
}

func (r *rewriter) allow(e ast.Expr) {
	switch e.Kind() {
	case ast.MapKind:
		r.fail(e, "不能用 {…}，只能用列表 […]")
	case ast.StructKind:
		r.fail(e, "不能新建对象")
	case ast.LiteralKind:
		r.literal(e)
	case ast.CallKind:
		r.constant(e.AsCall())
	}
}

// literal turns a number into millionths, exactly.
func (r *rewriter) literal(e ast.Expr) {
	text := ""
	switch v := e.AsLiteral().(type) {
	case types.Bool, types.String:
		return
	case types.Int:
		text = strconv.FormatInt(int64(v), 10)
	case types.Double:
		if math.IsInf(float64(v), 0) || math.IsNaN(float64(v)) {
			r.fail(e, "数值过大")
			return
		}
		text = strconv.FormatFloat(float64(v), 'f', -1, 64)
	default:
		r.fail(e, "只能用数值、文本、true 和 false")
		return
	}
	n, err := claim.ParseDecimal(text, 6)
	switch err {
	case nil:
		r.replace(e, r.factory.NewLiteral(e.ID(), types.Int(n)))
	case claim.ErrDecimals:
		r.fail(e, "小数过多，最多六位")
	default:
		r.fail(e, "数值过大，须小于一万亿")
	}
}

func (r *rewriter) replace(e, with ast.Expr) { e.SetKindCase(with) }

// constant checks texts that stand in a call and mean more than a text.
func (r *rewriter) constant(call ast.CallExpr) {
	args := call.Args()
	if call.IsMemberFunction() && call.FunctionName() != "matches" || len(args) == 0 {
		return
	}
	e := args[len(args)-1]
	if e.Kind() != ast.LiteralKind {
		return
	}
	s, ok := e.AsLiteral().(types.String)
	switch {
	case !ok:
	case call.FunctionName() == "day":
		if d, err := calendar.ParseDay(string(s)); err != nil || d == calendar.NoDay {
			r.fail(e, "“"+string(s)+"”不是日期，应形如 \"2025-01-31\"")
		}
	case call.FunctionName() == "matches":
		if _, err := regexp.Compile(string(s)); err != nil {
			r.fail(e, "“"+string(s)+"”不是正则表达式")
		}
	}
}

// returned looks for the places that decide, element by element, what is returned.
func (r *rewriter) returned(e ast.Expr) {
	switch e.Kind() {
	case ast.CallKind:
		call := e.AsCall()
		switch call.FunctionName() {
		case operators.Add:
			r.returned(call.Args()[0])
			r.returned(call.Args()[1])
		case operators.Conditional:
			r.returned(call.Args()[1])
			r.returned(call.Args()[2])
		case "inOrder", "because", "flatten":
			if call.IsMemberFunction() {
				r.returned(call.Target())
			}
		}
	case ast.ComprehensionKind:
		r.comprehension(e.AsComprehension())
	}
}

// comprehension looks at what filter, or map before flatten, is written as.
func (r *rewriter) comprehension(c ast.ComprehensionExpr) {
	if c.AccuInit().Kind() != ast.ListKind || c.LoopStep().Kind() != ast.CallKind {
		return
	}
	step := c.LoopStep().AsCall()
	switch step.FunctionName() {
	case operators.Conditional:
		r.sure("@sure", step.Args()[0], c.IterVar())
		if r.keeps(step.Args()[1], c.IterVar()) {
			r.returned(c.IterRange())
		}
	case operators.Add:
		if l := step.Args()[1]; l.Kind() == ast.ListKind && l.AsList().Size() == 1 {
			element := l.AsList().Elements()[0]
			r.returned(element)
			r.returned(c.IterRange())
			if listLike(element) {
				r.sure("@sureOf", element, c.IterVar())
			}
		}
	}
}

// keeps says whether a step adds the element itself, as filter does.
func (r *rewriter) keeps(add ast.Expr, name string) bool {
	if add.Kind() != ast.CallKind || len(add.AsCall().Args()) != 2 {
		return false
	}
	l := add.AsCall().Args()[1]
	if l.Kind() != ast.ListKind || l.AsList().Size() != 1 {
		return false
	}
	e := l.AsList().Elements()[0]
	return e.Kind() == ast.IdentKind && e.AsIdent() == name
}

// listLike says whether an expression is written as a list: only then may it be left
// out where it cannot be told.
func listLike(e ast.Expr) bool {
	switch e.Kind() {
	case ast.ListKind:
		return true
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		return c.AccuInit().Kind() == ast.ListKind || c.AccuVar() == "@held" && listLike(c.Result())
	case ast.CallKind:
		switch c := e.AsCall(); c.FunctionName() {
		case "beyond", "@beyond", "skip", "inOrder", "because", "flatten", "@group", "@sortUp", "@sortDown", "@earlier", "@near", "@sameDay":
			return true
		case "first":
			return len(c.Args()) == 1
		case operators.Conditional:
			return listLike(c.Args()[1]) || listLike(c.Args()[2])
		}
	}
	return false
}

// sure puts a function around a node that notes what it cannot tell.
func (r *rewriter) sure(name string, e ast.Expr, element string) {
	inner := r.node(e, nil)
	inner.SetKindCase(e)
	call := r.factory.NewCall(e.ID(), name, inner, r.node(e, func(id int64) ast.Expr { return r.factory.NewIdent(id, element) }),
		r.node(e, func(id int64) ast.Expr { return r.factory.NewIdent(id, "@scope") }))
	r.replace(e, call)
}

// node makes a node that stands where another does.
func (r *rewriter) node(at ast.Expr, make func(id int64) ast.Expr) ast.Expr {
	r.last++
	if place, ok := r.tree.SourceInfo().GetOffsetRange(at.ID()); ok {
		r.tree.SourceInfo().SetOffsetRange(r.last, place)
	}
	if make == nil {
		return r.factory.NewUnspecifiedExpr(r.last)
	}
	return make(r.last)
}
