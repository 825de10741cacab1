package claim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiheng/facts/lake"
)

// Report says what became of everything that a call of Intake was given.
type Report struct {
	Epoch     lake.Epoch   `json:"epoch"` // zero: nothing was taken in
	Files     []FileReport `json:"files"`
	Unchanged []Skipped    `json:"unchanged,omitempty"` // content that is live already
	Skipped   []Skipped    `json:"skipped,omitempty"`
	Problems  []*Problem   `json:"problems,omitempty"` // files that could not be taken in
	Issues    []*Issue     `json:"issues"`
	Replaced  *lake.Source `json:"replaced,omitempty"`

	Started time.Time     `json:"started"`
	Elapsed time.Duration `json:"elapsed_ns"`
}

// FileReport is one source that was taken in. Read = Kept + Quarantined.
type FileReport struct {
	Name        string        `json:"name"`
	Source      string        `json:"source"` // id, which Options.Replaces understands
	Table       string        `json:"table"`
	Format      string        `json:"format"`
	Read        int64         `json:"read"`
	Kept        int64         `json:"kept"`
	Quarantined int64         `json:"quarantined"`
	Quarantine  string        `json:"quarantine,omitempty"` // file of the rows not kept
	Notices     []string      `json:"notices,omitempty"`
	Elapsed     time.Duration `json:"elapsed_ns"`
}

func (t *take) report() FileReport {
	r := FileReport{
		Name: t.name, Source: t.id, Table: t.layout.form.Name, Format: t.what,
		Read: t.read, Kept: t.kept, Quarantined: t.refused, Elapsed: t.elapsed,
	}
	if t.refused > 0 {
		r.Quarantine = t.quarantine.path
	}
	r.Notices = append(r.Notices, t.layout.notices...)
	if t.strangers > 0 {
		r.Notices = append(r.Notices, fmt.Sprintf("隔离的行里有 %s 行的证件号码不在已导入的参保人里，先导入 psn_info_b 或 mdtrt_d 再导入隔离文件", thousands(t.strangers)))
	}
	if missing := t.layout.unjudged(); len(missing) > 0 {
		r.Notices = append(r.Notices, "缺少检查要用的列，有关检查将算作未查："+strings.Join(missing, "、"))
	}
	return r
}

// unjudged are the columns that judgement reads and the file lacks.
func (l *layout) unjudged() (missing []string) {
	if l.template != nil {
		return nil // it says which columns of its own are missing
	}
	for _, name := range names[l.form.Name] {
		if i := l.form.Field(name); i >= 0 && l.column[i] < 0 {
			missing = append(missing, l.form.Label(name))
		}
	}
	return missing
}

// list gives the issues, the most frequent first.
func (q *quality) list() []*Issue {
	out := []*Issue{}
	for _, byInstitution := range q.issues {
		for _, i := range byInstitution {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b *Issue) int {
		return cmp.Or(-cmp.Compare(a.Count, b.Count), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Institution, b.Institution))
	})
	return out
}

// save writes the report as JSON, named for its epoch.
func (r *Report) save(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, strconv.FormatInt(r.Epoch.ID, 10)+".json"), text, 0o600)
}

// Print writes the report for people.
func (r *Report) Print(w io.Writer) {
	for _, f := range r.Files {
		fmt.Fprintf(w, "%s → %s：读入 %s 行 = 保留 %s + 隔离 %s（来源 %s，%s，%s 行/秒）\n", f.Name, f.Table,
			thousands(f.Read), thousands(f.Kept), thousands(f.Quarantined), f.Source, f.Format, rate(f.Read, f.Elapsed))
		if f.Quarantine != "" {
			fmt.Fprintf(w, "    隔离的行和原因在 %s，改正后可直接再次导入该文件\n", f.Quarantine)
		}
		for _, n := range f.Notices {
			fmt.Fprintf(w, "    %s\n", n)
		}
	}
	if r.Replaced != nil {
		fmt.Fprintf(w, "已替换来源 %s（%s）\n", r.Replaced.ID, r.Replaced.Name)
	}
	for _, s := range r.Unchanged {
		fmt.Fprintf(w, "%s：%s\n", s.Path, s.Reason)
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(w, "跳过 %s：%s\n", s.Path, s.Reason)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(w, "没有导入 %s\n", p.Error())
	}
	r.printIssues(w)
	if r.Epoch.ID > 0 {
		fmt.Fprintf(w, "完成：第 %d 期，用时 %s\n", r.Epoch.ID, r.Elapsed.Round(100*time.Millisecond))
	}
}

// printIssues writes what is doubtful: each kind with its three worst institutions.
func (r *Report) printIssues(w io.Writer) {
	type group struct {
		table, name string
		count       int64
		issues      []*Issue
	}
	var groups []*group
	at := map[string]*group{}
	for _, i := range r.Issues {
		g := at[i.Table+i.Kind]
		if g == nil {
			g = &group{table: i.Table, name: i.Name}
			at[i.Table+i.Kind] = g
			groups = append(groups, g)
		}
		g.count += i.Count
		g.issues = append(g.issues, i)
	}
	if len(groups) > 0 {
		fmt.Fprintln(w, "数据质量（这些行已保留，请提请有关机构核对）：")
	}
	for _, g := range groups {
		slices.SortStableFunc(g.issues, func(a, b *Issue) int { return -cmp.Compare(a.Count, b.Count) })
		fmt.Fprintf(w, "    %s %s：%s 行，%d 家机构", g.table, g.name, thousands(g.count), len(g.issues))
		for _, i := range g.issues[:min(len(g.issues), 3)] {
			fmt.Fprintf(w, "；%s %s 行", cmp.Or(i.Institution, "（未写机构）"), thousands(i.Count))
		}
		fmt.Fprintln(w)
		if s := g.issues[0].Samples; len(s) > 0 {
			fmt.Fprintf(w, "        例如 %s 第 %d 行 %s：%s\n", s[0].File, s[0].Line, s[0].Key, s[0].Detail)
		}
	}
}

func rate(rows int64, d time.Duration) string {
	if d <= 0 {
		return "—"
	}
	return thousands(int64(float64(rows) / d.Seconds()))
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// showProgress keeps a line on the terminal up to date: rows, rate, share, time left.
func (in *intake) showProgress(sources []*source) (stop func()) {
	if in.Progress == nil {
		return func() {}
	}
	var total int64
	for _, s := range sources {
		total += s.size
	}
	began, done, ended := time.Now(), make(chan struct{}), make(chan struct{})
	in.bytes.Store(0)
	in.rows.Store(0)
	go func() {
		defer close(ended)
		tick := time.NewTicker(300 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				in.say("")
				return
			case <-tick.C:
				in.say(progressLine(in.rows.Load(), min(in.bytes.Load(), total), total, time.Since(began)))
			}
		}
	}()
	stopped := false
	return func() {
		if !stopped {
			stopped = true
			close(done)
			<-ended
		}
	}
}

func progressLine(rows, bytes, total int64, spent time.Duration) string {
	line := fmt.Sprintf("导入 %s 行，%s 行/秒", thousands(rows), rate(rows, spent))
	if bytes > 0 && total > 0 {
		left := time.Duration(float64(spent) * float64(total-bytes) / float64(bytes))
		line += fmt.Sprintf("，%d%%，约剩 %s", bytes*100/total, left.Round(time.Second))
	}
	return line
}
