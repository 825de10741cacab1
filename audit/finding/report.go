package finding

import (
	"bufio"
	"bytes"
	"cmp"
	_ "embed"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"yiheng/facts/claim"
)

//go:embed report.html
var reportHTML string

//go:embed report.css
var reportCSS string

var reportPage = template.Must(template.New("report").Funcs(template.FuncMap{
	"yuan": grouped, "count": count, "short": short, "severity": SeverityName,
	"totalsOf": totalsOf, "linesOf": linesOf, "timeOf": timeOf,
	"css": func() template.CSS { return template.CSS(reportCSS) },
}).Parse(reportHTML))

// How much of each list the page shows; the files beside it hold everything.
const (
	rankedBars  = 10
	tableRows   = 100
	issueRows   = 40
	openedCards = 2 // of each result
)

// WriteReport writes report.html: one page in Chinese that needs no other file, no
// network and no script, and prints on A4. Violations (违规金额) and suspicions
// (涉及金额) stand beside each other everywhere and are never added. run is complete:
// a Tally has been written into it.
func WriteReport(w io.Writer, run *Run, details []Detail) error {
	b := bufio.NewWriter(w)
	if err := reportPage.Execute(b, newPage(run, details)); err != nil {
		return err
	}
	return b.Flush()
}

// page is what report.html shows.
type page struct {
	Run      *Run
	Title    string
	Period   string
	Points   []string // the outcome in a few sentences
	Figures  []figure
	Payments []payment
	Cards    []card
	Issues   issues
	Missed   []missed
	LeftOut  []missed  // visits on exclusion lists
	Quiet    []RuleRun // ran, found nothing
	NotRun   []notRun
	Problems problemList
}

// figure is a chart of violations and one of suspicions, with the table behind them.
type figure struct {
	ID, Title, Note string
	Charts          []chart
	Table           grid
	Download        template.URL // the whole table as CSV
	File            string
	Left            int // rows that the table on the page leaves out
}

// grid is a table of texts.
type grid struct {
	Head []string
	Rows [][]string
	Text int // so many columns from the left are texts, the others numbers
	Code int // the column that holds codes, -1: none
}

func newPage(run *Run, details []Detail) *page {
	p := &page{Run: run, Title: run.Title, Period: periodOf(run)}
	t := &run.Totals
	p.Points = outcome(run)
	if t.All.Violation.Findings+t.All.Suspicion.Findings > 0 {
		p.Figures = []figure{
			monthsFigure(t.ByMonth.Groups),
			rulesFigure(run.Rules),
			institutionsFigure(t.ByInstitution),
			departmentsFigure(t.ByDepartment),
			doctorsFigure(t.ByDoctor),
		}
	}
	p.Payments = payments(t)
	p.Cards = cards(details)
	p.Issues = issuesOf(run.DataIssues)
	p.sortOutRules(run.Rules)
	p.Problems = problemListOf(run.Problems)
	return p
}

// total is a headline of the page.
type total struct {
	Class, Word, Kind, Amount, Unit, Exact, Share string
	Sum                                           Sum
}

func totalsOf(run *Run) []total {
	var all []total
	for _, t := range []total{
		{Class: "v", Word: "违规金额", Kind: "违规", Sum: run.Totals.All.Violation},
		{Class: "s", Word: "涉及金额（可疑）", Kind: "可疑", Sum: run.Totals.All.Suspicion},
	} {
		t.Amount, t.Unit = shortParts(t.Sum.Amount)
		t.Exact = grouped(t.Sum.Amount) + " 元"
		t.Share = share(t.Sum.Amount, run.Judged.Inscp)
		all = append(all, t)
	}
	return all
}

// outcome says in sentences what the figures show.
func outcome(run *Run) []string {
	t := &run.Totals
	ran, hit := 0, 0
	for _, r := range run.Rules {
		if r.Status == Ran {
			ran++
		}
		if r.Found.Violation.Findings+r.Found.Suspicion.Findings > 0 {
			hit++
		}
	}
	points := []string{fmt.Sprintf("运行规则 %d 类，其中 %d 类发现疑点，涉及参保人 %s 人、机构 %d 家；另有 %d 类规则未运行。",
		ran, hit, count(t.Persons), len(t.ByInstitution.Groups), len(run.Rules)-ran)}
	for _, result := range []string{Violation, Suspicion} {
		if s := leadingOf(run, result); s != "" {
			points = append(points, s)
		}
	}
	return points
}

func leadingOf(run *Run, result string) string {
	all := run.Totals.All.of(result)
	rules := largest(groupsOfRules(run.Rules), result, 1)
	if all.Findings == 0 || len(rules) == 0 {
		return ""
	}
	word := map[string]string{Violation: "违规金额", Suspicion: "涉及金额"}[result]
	s := fmt.Sprintf("%s最多的规则是“%s”，%s 元，占全部%s的 %s", word, rules[0].FixmedinsName,
		grouped(rules[0].of(result).Amount), word, share(rules[0].of(result).Amount, all.Amount))
	if orgs := largest(run.Totals.ByInstitution.Groups, result, 1); len(orgs) > 0 {
		s += fmt.Sprintf("；最多的机构是%s，%s 元，占 %s", cmp.Or(orgs[0].FixmedinsName, orgs[0].Key),
			grouped(orgs[0].of(result).Amount), share(orgs[0].of(result).Amount, all.Amount))
	}
	return s + "。"
}

// share writes part of all in percent, "—" of nothing.
func share(part, all claim.Money) string {
	if all <= 0 || part.IsZero() {
		return "—"
	}
	percent := float64(part) / float64(all) * 100
	if percent > 0 && percent < 0.01 {
		return "不足 0.01%"
	}
	return strconv.FormatFloat(percent, 'f', 2, 64) + "%"
}

// groupsOfRules makes groups of rules: the key is the rule's id; its name stands where
// groups have the institution's.
func groupsOfRules(rules []RuleRun) []Group {
	var groups []Group
	for _, r := range rules {
		if r.Found != (Split{}) {
			groups = append(groups, Group{Key: r.RuleID, FixmedinsName: r.Name, Split: r.Found})
		}
	}
	slices.SortFunc(groups, compareGroups)
	return groups
}

func monthsFigure(months []Group) figure {
	f := figure{ID: "trend", Title: "趋势", Note: "按疑点截止日期所在月份", File: "按月.csv"}
	f.Charts = []chart{trend("违规金额", Violation, months), trend("涉及金额", Suspicion, months)}
	f.Table = grid{Head: append([]string{"月份"}, splitHead...), Text: 1, Code: -1}
	for _, m := range months {
		f.Table.Rows = append(f.Table.Rows, append([]string{monthName(m.Key)}, splitRow(m.Split)...))
	}
	return f.finished(nil)
}

func rulesFigure(rules []RuleRun) figure {
	f := figure{ID: "rule", Title: "按规则类", File: "按规则类.csv", Table: grid{Head: []string{"规则", "规则编号"}, Code: 1}}
	return f.ranked(Ranking{Groups: groupsOfRules(rules)}, func(g Group) (rankedGroup, []string) {
		return rankedGroup{label: g.FixmedinsName, sub: g.Key, subCode: true}, []string{g.FixmedinsName, g.Key}
	})
}

func institutionsFigure(r Ranking) figure {
	f := figure{ID: "institution", Title: "按机构", File: "按机构.csv", Table: grid{Head: []string{"机构", "机构编码"}, Code: 1}}
	return f.ranked(r, func(g Group) (rankedGroup, []string) {
		name := cmp.Or(g.FixmedinsName, "（未提供名称）")
		return rankedGroup{label: name, sub: g.FixmedinsCode, subCode: true}, []string{name, g.FixmedinsCode}
	})
}

func departmentsFigure(r Ranking) figure {
	f := figure{ID: "department", Title: "按科室", File: "按科室.csv", Table: grid{Head: []string{"科室", "机构", "机构编码"}, Code: 2}}
	return f.ranked(r, func(g Group) (rankedGroup, []string) {
		name, org := cmp.Or(g.Key, "未注明科室"), cmp.Or(g.FixmedinsName, g.FixmedinsCode)
		return rankedGroup{label: name, sub: org}, []string{name, org, g.FixmedinsCode}
	})
}

func doctorsFigure(r Ranking) figure {
	f := figure{ID: "doctor", Title: "按医师", Note: "以医师编码列示，不含姓名", File: "按医师.csv", Table: grid{Head: []string{"医师编码", "机构", "机构编码"}, Code: 0}}
	return f.ranked(r, func(g Group) (rankedGroup, []string) {
		code, org := cmp.Or(g.Key, "未注明医师"), cmp.Or(g.FixmedinsName, g.FixmedinsCode)
		return rankedGroup{label: code, labelCode: true, sub: org}, []string{code, org, g.FixmedinsCode}
	})
}

// ranked fills a figure with the largest of a ranking; row gives a group's bar and the
// texts of its row in the table.
func (f figure) ranked(r Ranking, row func(Group) (rankedGroup, []string)) figure {
	for _, c := range []struct{ title, result string }{{"违规金额", Violation}, {"涉及金额", Suspicion}} {
		var rows []rankedGroup
		for _, g := range largest(r.Groups, c.result, rankedBars) {
			one, _ := row(g)
			one.sum = *g.of(c.result)
			rows = append(rows, one)
		}
		f.Charts = append(f.Charts, ranked(c.title, c.result, rows))
	}
	f.Table.Text = len(f.Table.Head)
	f.Table.Head = append(f.Table.Head, splitHead...)
	for _, g := range r.Groups {
		_, texts := row(g)
		f.Table.Rows = append(f.Table.Rows, append(texts, splitRow(g.Split)...))
	}
	if r.More == 0 {
		return f.finished(nil)
	}
	rest := make([]string, f.Table.Text)
	rest[0] = fmt.Sprintf("其余 %d 个", r.More)
	return f.finished(append(rest, splitRow(r.Rest)...))
}

var splitHead = []string{"违规条数", "违规金额（元）", "其中基金估算（元）", "可疑条数", "涉及金额（元）", "其中基金估算（元）"}

func splitRow(s Split) []string {
	v, u := s.Violation, s.Suspicion
	return []string{count(v.Findings), grouped(v.Amount), grouped(v.Fund), count(u.Findings), grouped(u.Amount), grouped(u.Fund)}
}

// finished gives the figure its download and cuts the table that the page shows.
func (f figure) finished(rest []string) figure {
	if rest != nil {
		f.Table.Rows = append(f.Table.Rows, rest)
	}
	f.Download = download(f.Table)
	if n := len(f.Table.Rows); n > tableRows {
		f.Left = n - tableRows
		f.Table.Rows = f.Table.Rows[:tableRows]
	}
	return f
}

// download makes a table a CSV file within the page: UTF-8 with a byte order mark,
// since people open it in a spreadsheet; texts that could be taken for a formula get
// a ' before them there.
func download(g grid) template.URL {
	var b bytes.Buffer
	b.WriteString("\xef\xbb\xbf")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write(g.Head)
	for _, row := range g.Rows {
		safe := slices.Clone(row)
		for i := range safe {
			if i >= g.Text {
				safe[i] = strings.ReplaceAll(safe[i], ",", "")
			} else if safe[i] != "" && strings.ContainsRune("=+-@\t\r", rune(safe[i][0])) {
				safe[i] = "'" + safe[i]
			}
		}
		_ = w.Write(safe)
	}
	w.Flush()
	return template.URL("data:text/csv;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(b.Bytes()))
}
