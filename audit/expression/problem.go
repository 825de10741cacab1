package expression

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// Problem is one thing that is wrong with an expression, and where.
type Problem struct {
	Source string // the expression
	Line   int    // from 1
	Column int    // in characters, from 0
	Text   string // Chinese
}

// String returns the problem with the line of the expression and a caret under the
// place.
func (p Problem) String() string {
	lines := strings.Split(p.Source, "\n")
	if p.Line < 1 || p.Line > len(lines) {
		return "表达式：" + p.Text
	}
	line := strings.TrimRight(lines[p.Line-1], "\r")
	var under strings.Builder
	for i, r := range []rune(line) {
		switch {
		case i >= p.Column:
		case r == '\t':
			under.WriteByte('\t')
		case wide(r):
			under.WriteString("  ")
		default:
			under.WriteByte(' ')
		}
	}
	return fmt.Sprintf("表达式第 %d 行第 %d 列：%s\n    %s\n    %s^", p.Line, p.Column+1, p.Text, line, under.String())
}

// wide says whether a character takes two columns on a terminal.
func wide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x20000)
}

// Problems are all that is wrong with an expression.
type Problems []Problem

// Error returns the problems, each with its line and caret.
func (ps Problems) Error() string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		texts[i] = p.String()
	}
	return strings.Join(texts, "\n")
}

// problemsOf says in Chinese what CEL's parser and checker object to.
func problemsOf(source string, issues *cel.Issues) Problems {
	const shown = 5
	var problems Problems
	for _, e := range issues.Errors() {
		p := Problem{Source: source, Line: max(1, e.Location.Line()), Column: max(0, e.Location.Column()), Text: translate(e.Message)}
		p.aim()
		if !slices.Contains(problems, p) && len(problems) < shown {
			problems = append(problems, p)
		}
		if strings.HasPrefix(e.Message, "Syntax error") || strings.HasPrefix(e.Message, "undeclared reference") {
			break // the rest follows from it
		}
	}
	return problems
}

// aim moves the place of a problem from the bracket of a call, or from the dot before
// a field, to the name.
func (p *Problem) aim() {
	lines := strings.Split(p.Source, "\n")
	if p.Line < 1 || p.Line > len(lines) {
		return
	}
	line := []rune(lines[p.Line-1])
	switch {
	case p.Column >= len(line):
	case line[p.Column] == '.':
		p.Column++
	case line[p.Column] == '(':
		for p.Column > 0 && nameRune(line[p.Column-1]) {
			p.Column--
		}
	}
}

func nameRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// checkResult says what is wrong with what an expression returns.
func checkResult(source, over string, checked *cel.Ast) Problems {
	if problems := checkEquality(source, checked.NativeRep()); len(problems) > 0 {
		return problems
	}
	t := checked.OutputType()
	switch {
	case t.IsExactType(linesType), over == OverVisit && t.IsExactType(types.BoolType),
		over == OverPerson && t.IsExactType(listOfType(visitType)):
		return nil
	}
	want := "明细列表（要指出的明细），或是否（整次就诊是否有问题）"
	if over == OverPerson {
		want = "明细列表（要指出的明细）或就诊列表（要整次指出的就诊）"
	}
	return Problems{{Source: source, Line: 1, Text: fmt.Sprintf("表达式的结果是%s，应为%s", typeName(t.String()), want)}}
}

// checkEquality refuses to compare lists as a whole.
func checkEquality(source string, tree *ast.AST) (problems Problems) {
	ast.PostOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind {
			return
		}
		call := e.AsCall()
		if name := call.FunctionName(); name != operators.Equals && name != operators.NotEquals {
			return
		}
		if tree.GetType(call.Args()[0].ID()).Kind() == types.ListKind {
			at := tree.SourceInfo().GetStartLocation(e.ID())
			problems = append(problems, Problem{source, at.Line(), at.Column(), "列表不能整个比较，请用 exists、all、size 或逐项比较"})
		}
	}))
	return problems
}
