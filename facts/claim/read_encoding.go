package claim

import (
	"bytes"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// charset is how a text file writes characters beyond ASCII.
type charset uint8

const (
	ascii      charset = iota // nothing beyond ASCII so far: undecided
	utf8Set                   // UTF-8, with or without BOM
	gb18030                   // GB18030, GBK, GB2312
	transcoded                // another charset, turned into UTF-8 while reading; U+FFFD marks what was none
)

func (c charset) String() string {
	return [...]string{"ASCII", "UTF-8", "GB18030", "UTF-8"}[c]
}

// detect tells the charset of lines by their majority, so that one spoilt line
// does not decide for a file. ok is false when most lines are neither.
func detect(data []byte, eol byte) (set charset, ok bool) {
	var inUTF8, inGB, neither int
	for len(data) > 0 {
		line := data
		if k := bytes.IndexByte(data, eol); k >= 0 {
			line, data = data[:k], data[k+1:]
		} else {
			data = nil
		}
		switch {
		case isASCII(line):
		case utf8.Valid(line):
			inUTF8++
		default:
			if _, bad := decodeGB18030(nil, line); bad {
				neither++
			} else {
				inGB++
			}
		}
	}
	switch {
	case inUTF8+inGB+neither == 0:
		return ascii, true
	case neither > inUTF8+inGB:
		return ascii, false
	case inUTF8 >= inGB:
		return utf8Set, true
	}
	return gb18030, true
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (uint64(b[0])|uint64(b[1])|uint64(b[2])|uint64(b[3])|uint64(b[4])|uint64(b[5])|uint64(b[6])|uint64(b[7]))&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// twoBytes holds the UTF-8 of every two-byte code of GB18030, by
// (lead-0x81)*191 + trail-0x40; a zero length is no code. golang.org/x/text knows
// the code; the table only saves asking it for each character.
var twoBytes = sync.OnceValue(func() *[126 * 191][4]byte {
	table, decoder := new([126 * 191][4]byte), simplifiedchinese.GB18030.NewDecoder()
	for lead := 0x81; lead <= 0xFE; lead++ {
		for trail := 0x40; trail <= 0xFE; trail++ {
			text, err := decoder.Bytes([]byte{byte(lead), byte(trail)})
			if err != nil || trail == 0x7F || len(text) > 3 || string(text) == "\ufffd" || len(text) == 2 && text[0] < 0x80 {
				continue
			}
			entry := &table[(lead-0x81)*191+trail-0x40]
			entry[3] = byte(copy(entry[:3], text))
		}
	}
	return table
})

// decodeGB18030 appends the UTF-8 of src to dst. Bytes that are no GB18030 become
// U+FFFD, and bad is true.
func decodeGB18030(dst, src []byte) (out []byte, bad bool) {
	table := twoBytes()
	for i := 0; i < len(src); {
		c := src[i]
		if c < utf8.RuneSelf {
			j := i + 1
			for j < len(src) && src[j] < utf8.RuneSelf {
				j++
			}
			dst = append(dst, src[i:j]...)
			i = j
			continue
		}
		if i+1 < len(src) && c >= 0x81 && c <= 0xFE && src[i+1] >= 0x40 && src[i+1] <= 0xFE {
			entry := &table[(int(c)-0x81)*191+int(src[i+1])-0x40]
			if n := entry[3]; n > 0 {
				dst = append(dst, entry[:n]...)
				i += 2
				continue
			}
		}
		n := 0
		if dst, n = decodeFour(dst, src[i:]); n == 0 {
			dst, bad, n = append(dst, "\ufffd"...), true, 1
		}
		i += n
	}
	return dst, bad
}

// decodeFour decodes one four-byte code at the start of src; n is 0 when there is none.
func decodeFour(dst, src []byte) (out []byte, n int) {
	digit := func(b byte) bool { return b >= '0' && b <= '9' }
	lead := func(b byte) bool { return b >= 0x81 && b <= 0xFE }
	if len(src) < 4 || !lead(src[0]) || !digit(src[1]) || !lead(src[2]) || !digit(src[3]) {
		return dst, 0
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(src[:4])
	if err != nil || bytes.Contains(text, []byte("\ufffd")) {
		return dst, 0
	}
	return append(dst, text...), 4
}

// Reasons why a line is not taken for text.
const (
	reasonNUL   = "本行含有 NUL 字节（\\x00）。请检查文件是否损坏或导出是否中断"
	reasonUTF8  = "本行不是有效的 UTF-8。请按 UTF-8 重新导出，或把整个文件存为 GB18030"
	reasonGB    = "本行不是有效的 GB18030。请按 GB18030 或 UTF-8 重新导出"
	reasonMixed = "本行是 UTF-8，而文件其余部分是 GB18030。隔离文件里已转成可读的文字，核对后可直接再次导入"
)

// legible turns a chunk into UTF-8 and tells the lines that are none, by line
// number. Lines in another charset than the file's come out readable, so that they
// can be corrected, but are never taken as they are.
func legible(dst, data []byte, set charset, eol byte, line int64) (text []byte, bad map[int64]string) {
	suspect := bytes.IndexByte(data, 0) >= 0
	switch {
	case set == gb18030 && !isASCII(data):
	case !utf8.Valid(data) || set == transcoded && bytes.Contains(data, []byte("\ufffd")):
	case suspect:
	default:
		return data, nil
	}
	for ; len(data) > 0; line++ {
		raw := data
		if k := bytes.IndexByte(data, eol); k >= 0 {
			raw = data[:k+1]
		}
		data = data[len(raw):]
		var reason string
		if dst, reason = legibleLine(dst, raw, set); reason != "" {
			if bad == nil {
				bad = map[int64]string{}
			}
			bad[line] = reason
		}
	}
	return dst, bad
}

func legibleLine(dst, raw []byte, set charset) (out []byte, reason string) {
	switch {
	case bytes.IndexByte(raw, 0) >= 0:
		return append(dst, bytes.ToValidUTF8(bytes.ReplaceAll(raw, []byte{0}, nil), []byte("\ufffd"))...), reasonNUL
	case isASCII(raw):
		return append(dst, raw...), ""
	case set == gb18030:
		if clearlyUTF8(raw) {
			return append(dst, raw...), reasonMixed
		}
		out, bad := decodeGB18030(dst, raw)
		if bad {
			return out, reasonGB
		}
		return out, ""
	case !utf8.Valid(raw):
		if out, bad := decodeGB18030(dst, raw); !bad {
			return out, reasonUTF8
		}
		return append(dst, bytes.ToValidUTF8(raw, []byte("\ufffd"))...), reasonUTF8
	case set == transcoded && bytes.Contains(raw, []byte("\ufffd")):
		return append(dst, raw...), reasonUTF8
	}
	return append(dst, raw...), ""
}

// clearlyUTF8 says whether a line of a GB18030 file can only be UTF-8: valid, with at
// least four characters beyond ASCII, all of them Chinese. No GB18030 text of that
// length reads so by chance.
func clearlyUTF8(raw []byte) bool {
	if !utf8.Valid(raw) {
		return false
	}
	n := 0
	for _, r := range string(raw) {
		switch {
		case r < utf8.RuneSelf:
		case r >= 0x2E80 && r <= 0x9FFF, r >= 0xFF00 && r <= 0xFFEF:
			n++
		default:
			return false
		}
	}
	return n >= 4
}
