package knowledge

import (
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// proposal is files held against the points in force: the points that would hold, what
// differs, and what is left out.
type proposal struct {
	layer    Layer
	classes  Classes
	base     []Point // in force
	merger   *merger
	files    []*Intake
	counts   []Counts
	left     [][]Problem // by file, what keeps rows out
	warnings [][]Problem
	merged   Problems        // warnings of the points together
	gone     map[string]bool // kp_id of what the files end; true: it is taken out whole
}

// rounds bounds how often points that contradict others are left out and the rest is
// held together again.
const rounds = 8

// propose merges files into base. Rows that cannot be taken are left out, each with its
// reason, until the rest holds together; an operator's are errors (Problems).
func propose(base []Point, classes Classes, layer Layer, files []*Intake) (*proposal, error) {
	p := &proposal{layer: layer, classes: classes, base: base, files: files, left: make([][]Problem, len(files)), warnings: make([][]Problem, len(files))}
	for i, f := range files {
		if err := p.begin(i, f); err != nil {
			return nil, err
		}
	}
	for range rounds {
		p.merger, p.counts = newMerger(slices.Clone(base)), nil
		for _, f := range p.files {
			p.counts = append(p.counts, p.merger.add(f))
		}
		problems := p.merger.check(classes)
		if !layer.Operator {
			problems = append(problems, p.locked()...)
		}
		errs := problems.Errors()
		if len(errs) == 0 {
			p.warn(problems)
			p.merged = problems
			return p, p.complete()
		}
		if layer.Operator || !p.leave(errs) {
			return nil, errs
		}
	}
	return nil, Problems{{Text: "文件里互相矛盾的行太多，请先改正：" + p.left[0][0].String()}}
}

// begin takes over what the reader of a file left out and puts local points into their
// layer. A file of which more is wrong than rows is an error.
func (p *proposal) begin(i int, f *Intake) error {
	for _, x := range f.Problems {
		if !x.Warning || x.Unread {
			p.left[i] = append(p.left[i], x)
		} else {
			p.warnings[i] = append(p.warnings[i], x)
		}
	}
	switch {
	case f.Report == nil && f.RowsRead != len(f.Points)+f.Examples+countRows(p.left[i]), p.layer.Operator && len(f.Problems.Errors()) > 0:
		return Problems(p.left[i])
	case p.layer.Operator || p.layer.Region == "" || !f.workbook():
		return nil
	}
	for k := range f.Points { // a workbook has no column for the region
		if q := &f.Points[k]; q.Region == "" {
			q.Region = p.layer.Region
			q.ID += "-" + p.layer.Region
		}
	}
	return nil
}

// locked is what a layer may not do: change points outside of its region, or the content
// of a national point that is complete.
func (p *proposal) locked() (found Problems) {
	for at, src := range p.merger.from {
		q, place := &p.merger.points[at], src.in.place(src.i)
		switch {
		case !Within(q.Region, p.layer.Region), p.layer.Region == "" && q.Region != "":
			place.Column = "region"
			place.Text = fmt.Sprintf("属于%s，不在本次导入的层级%s之内：请留到那一层导入", regionName(q.Region), regionName(p.layer.Region))
		case p.layer.Region != "" && q.Basis == "" && q.Note == "":
			place.Column, place.Text = "basis", "地方知识点须写明依据（basis 或 note）"
		case at >= len(p.base):
			continue
		case !Within(p.base[at].Region, p.layer.Region):
			place.Column = "kp_id"
			place.Text = "“" + q.ID + "”是" + regionName(p.base[at].Region) + "的知识点，已锁定：地方调整请另立一条，以 supersedes 接替它，并写明理由"
		case p.base[at].Region == "" && inForce(&p.base[at]):
			place.Column = "kp_id"
			place.Text = "“" + q.ID + "”是全国知识点，已锁定：请另立一条，以 supersedes 接替它"
		default:
			continue
		}
		found = append(found, place)
	}
	return found
}

// leave takes the points that have errors out of their files; false when an error has no
// row to be left out.
func (p *proposal) leave(errs Problems) bool {
	taken := false
	for i, f := range p.files {
		bad := map[Problem]bool{}
		for _, e := range errs {
			if e.File == f.Name && e.Row > 0 {
				p.left[i] = append(p.left[i], e)
				bad[Problem{Sheet: e.Sheet, Row: e.Row}] = true
			}
		}
		taken = f.drop(bad) || taken
	}
	return taken
}

// drop leaves out the points of rows.
func (in *Intake) drop(bad map[Problem]bool) bool {
	if len(bad) == 0 {
		return false
	}
	kept := *in
	kept.Points, kept.Rows, kept.Sheets, kept.Missing = nil, nil, nil, nil
	for i := range in.Points {
		place := in.place(i)
		if bad[Problem{Sheet: place.Sheet, Row: place.Row}] {
			continue
		}
		kept.Points, kept.Rows = append(kept.Points, in.Points[i]), append(kept.Rows, in.Rows[i])
		if in.Sheets != nil {
			kept.Sheets = append(kept.Sheets, in.Sheets[i])
		}
		if in.Missing != nil {
			kept.Missing = append(kept.Missing, in.Missing[i])
		}
	}
	dropped := len(kept.Points) < len(in.Points)
	*in = kept
	return dropped
}

func (p *proposal) warn(problems Problems) {
	for i, f := range p.files {
		for _, x := range problems {
			if x.Warning && x.File == f.Name {
				p.warnings[i] = append(p.warnings[i], x)
			}
		}
	}
}

// complete ends the points of the layer that the files, as the whole list of their
// rules, no longer have: from the day on, so that services before are judged as ever.
func (p *proposal) complete() error {
	p.gone = map[string]bool{}
	if !p.layer.Complete {
		return nil
	}
	if p.layer.From == calendar.NoDay {
		return Problems{{Text: "整份替换清单须写明从哪一天起（valid_from）"}}
	}
	rules, listed := map[string]bool{}, map[string]bool{}
	for _, f := range p.files {
		for i := range f.Points {
			rules[f.Points[i].RuleID], listed[f.Points[i].ID] = true, true
		}
	}
	points := p.merger.points[:0]
	for at := range p.merger.points {
		q := p.merger.points[at]
		if at < len(p.base) && rules[q.RuleID] && !listed[q.ID] && q.Region == p.layer.Region && (q.ValidTo == calendar.NoDay || q.ValidTo >= p.layer.From) {
			whole := q.ValidFrom >= p.layer.From
			p.gone[q.ID] = whole
			if whole {
				continue
			}
			q.ValidTo = p.layer.From - 1
		}
		points = append(points, q)
	}
	p.merger.points = points
	return nil
}

// account says what became of the rows of each file.
func (p *proposal) account() []KnowledgeFile {
	all := make([]KnowledgeFile, 0, len(p.files))
	for i, f := range p.files {
		a := KnowledgeFile{Name: f.Name, Hash: f.Hash, Counts: p.counts[i], Quarantined: countRows(p.left[i])}
		a.Read, a.Aside = f.RowsRead, f.Examples
		if f.Report != nil {
			a.Counts.Report = f.Report
			a.Read, a.Aside, a.Quarantined = f.Report.rows(p.left[i])
		}
		a.Kept = a.Read - a.Aside - a.Quarantined
		for _, w := range p.warnings[i] {
			if len(a.Warnings) < shownProblems {
				a.Warnings = append(a.Warnings, strings.TrimPrefix(w.String(), f.Name))
			}
		}
		all = append(all, a)
	}
	return all
}

// countRows counts the rows that problems name.
func countRows(problems []Problem) int {
	rows := map[Problem]bool{}
	for _, x := range problems {
		if x.Row > 0 {
			rows[Problem{Sheet: x.Sheet, Row: x.Row}] = true
		}
	}
	return len(rows)
}

// rows sums the sheets of a workbook: rows, footers, and those that are left out, by its
// reader or afterwards.
func (r *Report) rows(left []Problem) (read, aside, quarantined int) {
	var late []Problem
	for _, x := range left {
		if !x.Unread {
			late = append(late, x)
		}
	}
	for _, s := range r.Sheets {
		read, aside, quarantined = read+s.Rows, aside+s.Footers, quarantined+s.Unreadable
	}
	return read, aside, quarantined + countRows(late)
}
