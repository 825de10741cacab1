package expression

import (
	"fmt"
	"regexp"
	"strings"
)

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
