package knowledge

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// radicals are the CJK radicals (U+2E80–2EFF) that PDF conversion leaves in place
// of the characters they look like and that NFKC does not replace.
var radicals = strings.NewReplacer(
	"⺠", "民", "⺟", "母", "⻁", "虎", "⻄", "西", "⻅", "见", "⻆", "角", "⻉", "贝", "⻋", "车", "⻓", "长", "⻔", "门",
	"⻘", "青", "⻚", "页", "⻛", "风", "⻜", "飞", "⻝", "食", "⻢", "马", "⻣", "骨", "⻤", "鬼", "⻥", "鱼", "⻦", "鸟",
	"⻧", "卤", "⻨", "麦", "⻩", "黄", "⻪", "黾", "⻬", "齐", "⻮", "齿", "⻰", "龙", "⻳", "龟",
)

// cleanText returns s as it is kept and shown: Kangxi and CJK radicals replaced by
// their characters, control characters and line breaks by blanks, trimmed. Other
// compatibility characters (full-width punctuation, Ⅱ, ①) stay.
func cleanText(s string) string {
	plain := true
	for _, r := range s {
		if r >= 0x2e80 && r <= 0x2fdf || r < ' ' || r == 0x7f || r == '\u00a0' || r == '\ufeff' || r == '\u200b' || r == unicode.ReplacementChar {
			plain = false
			break
		}
	}
	if !plain {
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\n':
				return r
			case r < ' ' || r == 0x7f || r == '\u00a0':
				return ' '
			case r == '\ufeff' || r == '\u200b':
				return -1
			}
			return r
		}, strings.ToValidUTF8(radicals.Replace(s), ""))
		s = mapKangxi(s)
	}
	return strings.TrimSpace(s)
}

// mapKangxi replaces the Kangxi radicals (U+2F00–2FDF) by their characters.
func mapKangxi(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 0x2f00 && r <= 0x2fdf {
			b.WriteString(norm.NFKC.String(string(r)))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// word returns s as it is compared: NFKC, lower case, without blanks and line breaks.
func word(s string) string {
	s = norm.NFKC.String(cleanText(s))
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	return s
}

// essence returns s as its identity: letters, digits and characters alone.
func essence(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, word(s))
}

// oneLine returns s with line breaks as blanks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func nfkc(s string) string { return norm.NFKC.String(s) }
