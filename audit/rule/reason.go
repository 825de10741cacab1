package rule

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// reason says in Chinese what is wrong with a YAML text, and in which line as far as the
// library tells. What a type of ours says of its value stays as it is.
func reason(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if all := new(yaml.TypeError); errors.As(err, &all) && len(all.Errors) > 0 {
		text = all.Errors[0]
	}
	for _, w := range wordings {
		if m := w.english.FindStringSubmatch(text); m != nil {
			return w.chinese(m[1:])
		}
	}
	switch {
	case errors.Is(err, io.EOF):
		return "内容是空的"
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return text
	}
	where := ""
	if m := inLine.FindStringSubmatch(text); m != nil {
		where = "第 " + m[1] + " 行附近"
	}
	return where + "不是合规的 YAML：请核对缩进（用空格，不用制表符）、冒号后的空格，以及引号和括号是否成对"
}

var inLine = regexp.MustCompile(`^line (\d+): `)

// wordings are what the library says of texts that are YAML but not what they should be.
var wordings = []struct {
	english *regexp.Regexp
	chinese func([]string) string
}{
	{regexp.MustCompile(`^line (\d+): field (\S+) not found in type`), func(m []string) string {
		return fmt.Sprintf("第 %s 行：不认识的字段 %s，请核对拼写", m[0], m[1])
	}},
	{regexp.MustCompile(`^line (\d+): mapping key "(.*)" already defined at line (\d+)`), func(m []string) string {
		return fmt.Sprintf("第 %s 行：%s 与第 %s 行重复", m[0], m[1], m[2])
	}},
	{regexp.MustCompile("(?s)^line (\\d+): cannot unmarshal \\S+(?: `(.*)`)? into "), func(m []string) string {
		if m[1] == "" {
			return fmt.Sprintf("第 %s 行：此处的值类型不对", m[0])
		}
		return fmt.Sprintf("第 %s 行：“%s”的类型不对", m[0], m[1])
	}},
	{regexp.MustCompile(`^unknown anchor '(.*)' referenced`), func(m []string) string {
		return fmt.Sprintf("没有 YAML 锚点 %s：不要用别名 *%s，应完整写出", m[0], m[0])
	}},
}
