package paper

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece is a part of a text: words as they stand, or the name of a field.
type piece struct {
	text  string
	field bool
}

// parse reads a text with {fields}; {{ and }} stand for the braces themselves.
func parse(text string) (pieces []piece, err error) {
	var words strings.Builder
	flush := func() {
		if words.Len() > 0 {
			pieces = append(pieces, piece{text: words.String()})
			words.Reset()
		}
	}
	for rest := text; rest != ""; {
		at := strings.IndexAny(rest, "{}")
		if at < 0 {
			words.WriteString(rest)
			break
		}
		words.WriteString(rest[:at])
		rest = rest[at:]
		switch {
		case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"):
			words.WriteByte(rest[0])
			rest = rest[2:]
		case rest[0] == '}':
			return nil, fmt.Errorf("“%s”中有多余的“}”：字段写成 {名称}，要写出括号本身请写两遍", excerpt(text))
		default:
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return nil, fmt.Errorf("“%s”中的“{”没有对应的“}”：字段写成 {名称}，要写出括号本身请写两遍", excerpt(text))
			}
			name := rest[1:end]
			if !isFieldName(name) {
				return nil, fmt.Errorf("“%s”中的字段名“%s”不合规：应为小写字母、数字和下划线，以字母开头", excerpt(text), excerpt(name))
			}
			flush()
			pieces = append(pieces, piece{name, true})
			rest = rest[end+1:]
		}
	}
	flush()
	return pieces, nil
}

// fill puts values into a text. An unknown field is an error that names it.
func fill(text string, values map[string]string) (string, error) {
	pieces, err := parse(text)
	if err != nil {
		return "", err
	}
	var filled strings.Builder
	for _, p := range pieces {
		if !p.field {
			filled.WriteString(p.text)
			continue
		}
		value, ok := values[p.text]
		if !ok {
			return "", fmt.Errorf("“%s”中的字段 %s 不在本文书的字段之中", excerpt(text), p.text)
		}
		filled.WriteString(value)
	}
	return filled.String(), nil
}

func isFieldName(name string) bool {
	for k, r := range name {
		if !(r >= 'a' && r <= 'z' || k > 0 && (r >= '0' && r <= '9' || r == '_')) {
			return false
		}
	}
	return name != "" && len(name) <= 40
}

// checkText refuses what neither a database nor a paper can hold.
func checkText(text string, most int) error {
	switch {
	case !utf8.ValidString(text):
		return fmt.Errorf("不是 UTF-8 文本")
	case utf8.RuneCountInString(text) > most:
		return fmt.Errorf("太长，最多 %d 个字", most)
	case strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }):
		return fmt.Errorf("含有控制字符")
	}
	return nil
}

// excerpt is the beginning of a text, for messages.
func excerpt(text string) string {
	runes := []rune(strings.ToValidUTF8(text, "�"))
	if len(runes) > 20 {
		return string(runes[:20]) + "…"
	}
	return string(runes)
}
