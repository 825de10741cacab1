package paper

import "strings"

// line is a line of text as it is drawn: from x, with space added after each character.
type line struct {
	text    string
	x       float64
	spacing float64
}

// style is how text is set.
type style struct {
	face string
	size float64 // in points
}

// What may not begin a line, what may not end one, and what has an empty right half,
// which may stand out over the edge of the text.
const (
	noStart  = "，。、；：？！）》〉」』】〕〗”’％…—·,.;:?!)]}%℃°"
	noEnd    = "（《〈「『【〔〖“‘([{￥¥№"
	halfSign = "，。、；：）》〉」』】〕〗"
)

// width is how wide a text is in a style, in points.
func (f *faces) width(text string, s style) (w float64) {
	for _, r := range text {
		w += f.faceOf(r, s.face).width(r) * s.size
	}
	return w
}

// faceOf is the face that draws a character: the regular one for what the bold one has not.
func (f *faces) faceOf(r rune, name string) *face {
	if f.measuring[name].has(r) {
		return f.measuring[name]
	}
	return f.measuring[regular]
}

// clusters splits a text into what stays together on a line.
func clusters(text string) (all []string) {
	var last rune
	for k, r := range text {
		if k == 0 || mayBreak(last, r) {
			all = append(all, "")
		}
		all[len(all)-1] += string(r)
		last = r
	}
	return all
}

func mayBreak(a, b rune) bool {
	word := func(r rune) bool { return r > ' ' && r < 0x2000 }
	return !strings.ContainsRune(noEnd, a) && !strings.ContainsRune(noStart, b) && !(word(a) && word(b))
}

// breakLines sets a text in lines of a width; the first is indented. Lines but the last
// reach the edge. Text that has no place to break is broken anywhere.
func (f *faces) breakLines(text string, s style, indent, width float64) (lines []line) {
	var now strings.Builder
	x, used := indent, indent
	end := func() {
		lines = append(lines, line{text: now.String(), x: x})
		now.Reset()
		x, used = 0, 0
	}
	for _, c := range clusters(text) {
		w := f.width(c, s)
		if used+w-overhang(c, s) > width+0.01 && now.Len() > 0 {
			end()
			c = strings.TrimLeft(c, " ")
			w = f.width(c, s)
		}
		if w <= width-used+overhang(c, s) {
			now.WriteString(c)
			used += w
			continue
		}
		for _, r := range c {
			one := f.width(string(r), s)
			if used+one > width+0.01 && now.Len() > 0 {
				end()
			}
			now.WriteRune(r)
			used += one
		}
	}
	end()
	for k := range lines[:len(lines)-1] {
		f.justify(&lines[k], s, width)
	}
	return lines
}

// overhang is how far the end of a text may stand out.
func overhang(text string, s style) float64 {
	for _, sign := range halfSign {
		if strings.HasSuffix(text, string(sign)) {
			return s.size / 2
		}
	}
	return 0
}

// justify spreads a line to the edge, unless that leaves holes.
func (f *faces) justify(l *line, s style, width float64) {
	l.text = strings.TrimRight(l.text, " ")
	n := runeCount(l.text)
	slack := width - l.x - f.width(l.text, s)
	if n > 1 && slack > 0 && slack < 4*s.size {
		l.spacing = slack / float64(n-1)
	}
}
