package procedure

import (
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
	"yiheng/ground/param"
)

// Markdown renders a declaration for docs: a state diagram that Mermaid draws, then
// tables of states, moves, guards and clocks. Periods are shown as the whole country's
// on the day, from values.
func (p Procedure[T]) Markdown(values *param.Table, day calendar.Day) string {
	r := renderer[T]{p: p, values: values, day: day, title: map[string]string{}}
	for _, s := range p.States {
		r.title["state "+s.Name] = s.Title
	}
	for _, x := range p.Roles {
		r.title["role "+x.Name] = x.Title
	}
	for _, c := range p.Clocks {
		r.title["clock "+c.Name] = c.Title
	}
	for _, m := range p.Moves {
		r.title["move "+m.Name] = m.Title
	}
	r.line("**%s** (`%s`), by %s.\n", p.Title, p.Name, p.Article)
	r.diagram()
	r.states()
	r.moves()
	r.guards()
	r.clocks()
	return r.text.String()
}

type renderer[T any] struct {
	p      Procedure[T]
	values *param.Table
	day    calendar.Day
	title  map[string]string // "kind name" → title
	text   strings.Builder
}

func (r *renderer[T]) line(format string, args ...any) { fmt.Fprintf(&r.text, format+"\n", args...) }

// titles are the titles of names of one kind.
func (r *renderer[T]) titles(kind string, names []string) string {
	titles := make([]string, len(names))
	for i, name := range names {
		titles[i] = r.title[kind+" "+name]
	}
	return strings.Join(titles, "、")
}

// mermaidID is a name that Mermaid takes for a state.
func mermaidID(name string) string {
	return "s_" + strings.NewReplacer("-", "_", ".", "_").Replace(name)
}

func (r *renderer[T]) diagram() {
	r.line("```mermaid\nstateDiagram-v2")
	for _, s := range r.p.States {
		label := s.Title
		if s.Code != "" {
			label += " " + s.Code
		}
		r.line("    state \"%s\" as %s", label, mermaidID(s.Name))
	}
	for _, m := range r.p.Moves {
		label := m.Title
		if len(m.Roles) == 0 {
			label += "（期限届满）"
		}
		if len(m.From) == 0 {
			r.line("    [*] --> %s: %s", mermaidID(m.To), label)
		}
		for _, from := range m.From {
			r.line("    %s --> %s: %s", mermaidID(from), mermaidID(m.target(from)), label)
		}
	}
	for _, s := range r.p.States {
		if s.End {
			r.line("    %s --> [*]", mermaidID(s.Name))
		}
	}
	r.line("```\n")
}

func (r *renderer[T]) states() {
	r.line("| state | code | moves | clocks that may run |\n|---|---|---|---|")
	c := checker[T]{p: r.p}
	for _, s := range r.p.States {
		var moves, clocks []string
		for _, m := range r.p.Moves {
			if slices.Contains(m.From, s.Name) {
				moves = append(moves, m.Title)
			}
		}
		for _, k := range r.p.Clocks {
			reached := c.walk(k.Name)
			switch {
			case reached[node{s.Name, running}] != nil:
				clocks = append(clocks, k.Title)
			case reached[node{s.Name, suspended}] != nil:
				clocks = append(clocks, k.Title+"（中止）")
			}
		}
		r.row("**"+s.Title+"** `"+s.Name+"`", s.Code, strings.Join(moves, "、"), strings.Join(clocks, "、"))
	}
	r.line("")
}

func (r *renderer[T]) moves() {
	r.line("| move | from → to | who | rule | clocks | paper |\n|---|---|---|---|---|---|")
	for _, m := range r.p.Moves {
		from, to := r.titles("state", m.From), r.title["state "+m.To]
		if len(m.From) == 0 {
			from = "（开始）"
		}
		if m.To == "" {
			to = "不变"
		}
		who := r.titles("role", m.Roles)
		if len(m.Roles) == 0 {
			who = "期限届满"
		}
		if len(m.NotSame.Moves) > 0 {
			who += fmt.Sprintf("；与“%s”不得为同一人（%s）", r.titles("move", m.NotSame.Moves), m.NotSame.Article)
		}
		if m.Reason || m.Extends.Clock != "" {
			who += "；写明事由"
		}
		r.row("**"+m.Title+"** `"+m.Name+"`", from+" → "+to, who, m.Article, r.effects(m), m.Paper)
	}
	r.line("")
}

func (r *renderer[T]) effects(m Move[T]) string {
	var words []string
	for _, x := range []struct {
		word  string
		names []string
	}{
		{"停止", m.Stops},
		{"中止", m.Suspends},
		{"恢复", m.Resumes},
		{"起算", m.Starts},
		{"限于届满前：", optional(m.Within)},
		{"限于届满后：", optional(m.After)},
	} {
		if len(x.names) > 0 {
			words = append(words, x.word+r.titles("clock", x.names))
		}
	}
	if m.Extends.Clock != "" {
		words = append(words, fmt.Sprintf("延长%s %s，最多 %d 次", r.title["clock "+m.Extends.Clock], r.period(m.Extends.Period), m.Extends.Times))
	}
	return strings.Join(words, "；")
}

func (r *renderer[T]) guards() {
	if !slices.ContainsFunc(r.p.Moves, func(m Move[T]) bool { return len(m.Guards) > 0 }) {
		return
	}
	r.line("| move | guard | article | code |\n|---|---|---|---|")
	for _, m := range r.p.Moves {
		for _, g := range m.Guards {
			r.row(m.Title, g.Sentence, g.Article, "`"+g.Code+"`")
		}
	}
	r.line("")
}

func (r *renderer[T]) clocks() {
	if len(r.p.Clocks) == 0 {
		return
	}
	r.line("| clock | length | rule | at its end |\n|---|---|---|---|")
	for _, c := range r.p.Clocks {
		var end []string
		if len(c.Escalate) > 0 {
			end = append(end, "提请"+r.titles("role", c.Escalate)+"督办")
		}
		if c.Move != "" {
			end = append(end, "系统办理“"+r.title["move "+c.Move]+"”")
		}
		length := "起算时指定截止日"
		if c.Period != "" {
			length = r.period(c.Period)
		}
		r.row("**"+c.Title+"** `"+c.Name+"`", length, c.Article, strings.Join(end, "；"))
	}
	r.line("")
}

// period is a parameter with the whole country's value, or that regions set it.
func (r *renderer[T]) period(key string) string {
	a, err := r.values.At(key, "", r.day)
	if err != nil {
		return "由地方设定 `" + key + "`"
	}
	return a.String() + " `" + key + "`"
}

func (r *renderer[T]) row(cells ...string) {
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "|", "\\|")
	}
	r.line("| %s |", strings.Join(cells, " | "))
}
