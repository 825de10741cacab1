package expression

import (
	"fmt"
	"regexp"
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

// translations are CEL's messages in Chinese.
var translations = []struct {
	message *regexp.Regexp
	say     func(m []string) string
}{
	{regexp.MustCompile(`^undeclared reference to '([^']*)'`), func(m []string) string { return unknownName(m[1]) }},
	{regexp.MustCompile(`^undefined field '([^']*)'`), func(m []string) string {
		return "没有“" + m[1] + "”这个字段" + suggest(m[1], fieldNames())
	}},
	{regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '(.*)'$`), func(m []string) string { return wrongArguments(m[1], m[2]) }},
	{regexp.MustCompile(`^type '([^']*)' does not support field selection`), func(m []string) string { return typeName(m[1]) + "没有字段，不能用点取字段" }},
	{regexp.MustCompile(`^expected type '([^']*)' but found '([^']*)'`), func(m []string) string {
		return "这里应为" + typeName(m[1]) + "，写的是" + typeName(m[2])
	}},
	{regexp.MustCompile(`^expression of type '([^']*)' cannot be range`), func(m []string) string {
		return typeName(m[1]) + "不是列表，不能用 filter、exists、map、of 等逐项的函数"
	}},
	{regexp.MustCompile(`^argument (is not an identifier|must be a simple name)`), func([]string) string {
		return "第一个参数应为逐项的名字，例如 lines.filter(l, l.cnt > 1) 中的 l"
	}},
	{regexp.MustCompile(`^invalid argument to has`), func([]string) string { return "has 里应写一个字段，例如 has(l.time)" }},
	{regexp.MustCompile(`overwrites accumulator variable`), func([]string) string { return "这个名字不能用，请换一个" }},
	{regexp.MustCompile(`(?i)expression (code point )?size|code points?`), func([]string) string { return fmt.Sprintf("表达式过长，最多 %d 字", maxText) }},
	{regexp.MustCompile(`(?i)recursion|nesting|node count|node limit|exceeds.*limit|limit exceeded`), func([]string) string { return "表达式层次过多或过长，请拆成几项检查" }},
}

func translate(message string) string {
	message = strings.TrimSpace(message)
	for _, t := range translations {
		if m := t.message.FindStringSubmatch(message); m != nil {
			return t.say(m)
		}
	}
	if rest, ok := strings.CutPrefix(message, "Syntax error: "); ok {
		return syntaxError(rest)
	}
	return "写法不对（" + message + "）"
}

// syntaxErrors are what a parser says, by what it says it with.
var syntaxErrors = []struct {
	message *regexp.Regexp
	text    string
}{
	{regexp.MustCompile(`(?i)(unexpected|'?)<?(EOF|end of input)`), "表达式没有写完：少了括号、引号或后半部分"},
	{regexp.MustCompile(`(?i)unterminated|token recognition error at: '["']`), "引号没有配对"},
	{regexp.MustCompile(`(?i)token recognition error at: '=`), "比较相等用两个等号 =="},
	{regexp.MustCompile(`(?i)reserved identifier: (\S+)`), "“$1”是保留字，不能作名字"},
	{regexp.MustCompile(`(?i)invalid int literal|invalid uint literal|invalid double literal`), "数写得不对"},
	{regexp.MustCompile(`token recognition error at: '(.*)'`), "“$1”不能用在这里：中文和全角符号只能放在引号里"},
	{regexp.MustCompile(`extraneous input '(.*)' expecting`), "这里多了“$1”"},
	{regexp.MustCompile(`mismatched input '(.*)' expecting`), "这里不应是“$1”"},
	{regexp.MustCompile(`no viable alternative at input '(.*)'`), "这里不应是“$1”"},
	{regexp.MustCompile(`missing (.*) at '(.*)'`), "“$2”前面少了 $1"},
	{regexp.MustCompile(`(?i)invalid escape|invalid (string|bytes) literal`), "引号里的文本写得不对；反斜杠要写两个"},
}

func syntaxError(message string) string {
	for _, s := range syntaxErrors {
		if m := s.message.FindStringSubmatchIndex(message); m != nil {
			return string(s.message.ExpandString(nil, s.text, message, m))
		}
	}
	return "写法不对，读到这里不懂（" + message + "）"
}

// operatorWords are operators as their author writes them.
var operatorWords = map[string]string{
	"_+_": "+", "_-_": "-", "-_": "-", "_*_": "*", "_/_": "/", "_%_": "%", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=",
	"_==_": "==", "_!=_": "!=", "_&&_": "&&", "_||_": "||", "!_": "!", "@in": "in", "_[_]": "[ ]", "_?_:_": "? :",
	"@group": "group", "@sortUp": "sortUp", "@sortDown": "sortDown", "@beyond": "beyond", "@earlier": "earlier", "@near": "near", "@sameDay": "sameDay",
}

func wrongArguments(function, types string) string {
	types = strings.ReplaceAll(types, ", 范围", "")
	words := typeName(types)
	switch function {
	case "_?_:_", "@sure":
		return "条件应为是否（比较、exists、&& 等），写的是" + typeName(firstType(types))
	case "@sureOf":
		return "这里应为列表，写的是" + typeName(firstType(types))
	}
	if operator, ok := operatorWords[function]; ok {
		function = operator
	}
	return "“" + function + "”不能用于" + words + suggestUse(function)
}

// firstType returns the first type of a list of arguments.
func firstType(types string) string {
	types = strings.TrimPrefix(types, "(")
	depth := 0
	for i, r := range types {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		}
		if depth < 0 || depth == 0 && r == ',' {
			return types[:i]
		}
	}
	return types
}

func suggestUse(function string) string {
	for _, f := range Functions {
		if nameOf(f.Use) == function {
			return "，用法：" + f.Use
		}
	}
	return ""
}

// nameOf returns the name of a function from how it is written.
func nameOf(use string) string {
	head, _, _ := strings.Cut(use, "(")
	return head[strings.LastIndexByte(head, '.')+1:]
}

func unknownName(name string) string {
	if name == "visit" {
		return "“visit”只在逐次就诊（over 为 visit）时可用；一人的全部记录请用 visits"
	}
	switch name {
	case "_[_]":
		return "不能用 [ ] 取列表的一项，请用 first()、last()、first(n)、skip(n)"
	case "_%_":
		return "不能用 %（取余数）"
	}
	names := append(Variables(OverVisit), functionNames()...)
	return "没有“" + name + "”这个名字" + suggest(name, names)
}

func functionNames() []string {
	var names []string
	for _, f := range Functions {
		names = append(names, nameOf(f.Use))
	}
	return names
}

func fieldNames() []string {
	var names []string
	for _, k := range Kinds {
		for _, f := range k.Fields {
			names = append(names, f.Name)
		}
	}
	return names
}

// suggest names what an author may have meant.
func suggest(name string, names []string) string {
	best, least := "", 3
	for _, n := range names {
		if d := distance(name, n); d < least && d < len(n) {
			best, least = n, d
		}
	}
	if best == "" {
		return "，请核对拼写"
	}
	return "，是不是“" + best + "”？"
}

// distance returns how many letters differ (Levenshtein), up to long names.
func distance(a, b string) int {
	const longest = 40
	if len(a) > longest || len(b) > longest {
		return longest
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			before, row[j+1] = row[j+1], min(before+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

var typeWord = regexp.MustCompile(`list\(|[A-Za-z_][A-Za-z0-9_.]*|\)`)

// typeName writes CEL's types as an author reads them: list(int) is 数值列表.
func typeName(t string) string {
	words := map[string]string{"int": "数值", "string": "文本", "bool": "是否", "double": "数值", "dyn": "任意", "A": "任意", "B": "任意", "null": "空"}
	open := 0
	return typeWord.ReplaceAllStringFunc(t, func(w string) string {
		switch {
		case w == "list(":
			open++
			return ""
		case w == ")" && open > 0:
			open--
			return "列表"
		case words[w] != "":
			return words[w]
		}
		return w
	})
}
