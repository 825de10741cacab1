package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestColumnsLineUp(t *testing.T) {
	var out bytes.Buffer
	s := &sheet{out: &out, columns: 80}
	for _, text := range []string{"attribute", "医疗服务项目重复收费", "CT 检查（平扫）", green.of("可执行")} {
		s.row("", []cell{{text, 24, false}, {"12", 5, true}, {"末列", 0, false}})
	}
	for line := range strings.Lines(out.String()) {
		if got := cellsOf(line[:strings.Index(line, "12")]); got != 28 {
			t.Errorf("the number begins in cell %d, want 28: %q", got, line)
		}
		if strings.Contains(line, "\x1b") {
			t.Errorf("a sheet without colours writes some: %q", line)
		}
	}
}

func TestWrapped(t *testing.T) {
	const text = "没有交来进销存的机构和品种；账册本身作假；同一编码（GZ10000202001000）内换了厂家或规格，以及 UDI 没有采集的"
	for _, columns := range []int{34, 40, 61, 200} {
		var out bytes.Buffer
		s := &sheet{out: &out, columns: columns}
		s.wrapped("", "    看不见  ", text)
		joined := ""
		for i, line := range strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n") {
			label, rest := line[:strings.IndexFunc(line, func(r rune) bool { return r != ' ' })], line
			if i == 0 {
				rest = strings.TrimPrefix(line, "    看不见  ")
			} else if rest = strings.TrimPrefix(line, "            "); len(label) < 12 {
				t.Errorf("%d columns: line %d is not under the text: %q", columns, i, line)
			}
			if cellsOf(line) > columns {
				t.Errorf("%d columns: %d cells: %q", columns, cellsOf(line), line)
			}
			if strings.ContainsRune("，；）", []rune(rest)[0]) {
				t.Errorf("%d columns: a line begins with a closing mark: %q", columns, rest)
			}
			joined += rest
		}
		if strings.ReplaceAll(joined, " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Errorf("%d columns: the text became %q", columns, joined)
		}
		if !strings.Contains(out.String(), "GZ10000202001000") {
			t.Errorf("%d columns: a code was broken: %q", columns, out.String())
		}
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		red.of("违规"): "违规", "a" + bold.of("b") + dim.of("") + "c": "abc", "": "", "无色": "无色",
	} {
		if got := plain(text); got != want {
			t.Errorf("plain(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzWrapped(f *testing.F) {
	f.Add("  ", "规则 GZ10000202001000，药品", 10)
	f.Add("", strings.Repeat("x", 300), 20)
	f.Fuzz(func(t *testing.T, label, text string, columns int) {
		if strings.Contains(label+text, "\x1b") {
			return
		}
		var out bytes.Buffer
		s := &sheet{out: &out, columns: columns}
		s.wrapped("", label, text)
		if n := strings.Count(out.String(), "\n"); n > len(text)+strings.Count(label+text, "\n")*(len(text)+1)+1 {
			t.Errorf("%d lines of a text of %d bytes", n, len(text))
		}
	})
}
