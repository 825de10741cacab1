package knowledge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/db"
)

// exclusionProposal is a file held against the list in force.
type exclusionProposal struct {
	layer Layer
	base  []Exclusion
	file  *ExclusionIntake
	left  Problems // rows that are left out
	made  ExclusionChange
	after []Exclusion
	all   []ExclusionDifference
}

// ProposeExclusions holds a file against the exclusion list in force and keeps what it would
// change, and the rows that are left out, under the tag of the change that it returns and that
// is not written yet. With layer.Complete the file is the whole list of its layer: what it
// lacks is taken out; the error is then Problems when a row of it cannot be taken, since nobody
// knows which exclusion that row keeps.
func (s *Store) ProposeExclusions(ctx context.Context, layer Layer, by string, file *ExclusionIntake) (*Change, error) {
	version, now, err := s.exclusionsNow(ctx)
	if err != nil {
		return nil, err
	}
	p := &exclusionProposal{layer: layer, base: now, file: file}
	if err := p.hold(); err != nil {
		return nil, err
	}
	c := &Change{
		Kind: ChangeExclusions, State: StateStaged, Region: layer.Region, Document: layer.Document, Reason: layer.Reason,
		By: by, Base: version.ID, Tag: newTag(), Options: "{}", Hash: digest(p.all),
	}
	err = errors.Join(c.tell(&c.Files, []KnowledgeFile{p.account()}), c.tell(&c.Counts, p.tally()))
	if err == nil {
		err = s.keepQuarantine(ctx, c.Tag, [][]Problem{p.left})
	}
	if err == nil {
		err = s.keepDifferences(ctx, c.Tag, p.all)
	}
	return c, err
}

// ProposeWithdrawal is ProposeExclusions for exclusions to be taken out of force. An id that
// is not in force is an error.
func (s *Store) ProposeWithdrawal(ctx context.Context, layer Layer, by string, ids []string) (*Change, error) {
	version, now, err := s.exclusionsNow(ctx)
	if err != nil {
		return nil, err
	}
	var all []ExclusionDifference
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		at := slices.IndexFunc(now, func(x Exclusion) bool { return x.ID == id })
		if at < 0 {
			return nil, fmt.Errorf("例外名单里没有“%s”", id)
		}
		d, err := differenceOf(&now[at], nil)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	c := &Change{
		Kind: ChangeWithdrawal, State: StateStaged, Region: layer.Region, Document: layer.Document, Reason: layer.Reason,
		By: by, Base: version.ID, Tag: newTag(), Options: "{}", Hash: digest(all), Files: "[]",
	}
	left := len(now) - len(all)
	if err := c.tell(&c.Counts, PointTally{Gone: len(all), Points: left, InForce: left}); err != nil {
		return nil, err
	}
	return c, s.keepDifferences(ctx, c.Tag, all)
}

// exclusionsNow returns the version in force with its list.
func (s *Store) exclusionsNow(ctx context.Context) (v ExclusionVersion, list []Exclusion, err error) {
	if v, err = currentExclusions(ctx, s.db); err == nil && v.ID > 0 {
		list, err = LoadExclusions(s.exclusionPath(v.Hash))
	}
	return v, list, err
}

// hold merges the file into the list, row by row, and gathers what differs.
func (p *exclusionProposal) hold() error {
	p.left = slices.Clone(p.file.Problems.Errors())
	kept := *p.file
	kept.Exclusions, kept.Rows = nil, nil
	listed := map[string]bool{}
	byID := map[string]*Exclusion{}
	for i := range p.base {
		byID[p.base[i].ID] = &p.base[i]
	}
	for i := range p.file.Exclusions {
		x, place := &p.file.Exclusions[i], p.file.place(i)
		if place.Column, place.Text = p.outside(x, byID[x.ID]); place.Text != "" {
			p.left = append(p.left, place)
			continue
		}
		kept.Exclusions, kept.Rows = append(kept.Exclusions, *x), append(kept.Rows, p.file.Rows[i])
		listed[x.ID] = true
	}
	before := slices.Clone(p.base)
	if p.layer.Complete {
		before = slices.DeleteFunc(before, func(x Exclusion) bool { return x.Region != "" && Within(x.Region, p.layer.Region) && !listed[x.ID] })
	}
	m := newExclusionMerger(before, true)
	p.made = m.add(&kept)
	p.left = append(p.left, m.problems...)
	p.after = m.all
	if p.layer.Complete && len(p.left) > 0 {
		return p.left
	}
	return p.compare(byID)
}

// outside says in which column and why an exclusion is not the layer's to make; old is what
// its id stands for now.
func (p *exclusionProposal) outside(x, old *Exclusion) (column, why string) {
	switch {
	case x.Region == "":
		return "region", "须写明区划：一个地区不能为全国设例外"
	case !Within(x.Region, p.layer.Region):
		return "region", fmt.Sprintf("属于%s，不在本次变更的层级%s之内：请留到那一层导入", regionName(x.Region), regionName(p.layer.Region))
	case old != nil && (old.Region == "" || !Within(old.Region, p.layer.Region)):
		return "ex_id", "编号“" + x.ID + "”已用于其他地区的例外；请改一个编号"
	}
	return "", ""
}

// compare gathers the differences in the order of ids.
func (p *exclusionProposal) compare(byID map[string]*Exclusion) error {
	var wrong error
	note := func(a, b *Exclusion) {
		d, err := differenceOf(a, b)
		p.all, wrong = append(p.all, d), errors.Join(wrong, err)
	}
	stays := map[string]bool{}
	for i := range p.after {
		x := &p.after[i]
		stays[x.ID] = true
		if old := byID[x.ID]; old == nil || old.text() != x.text() {
			note(old, x)
		}
	}
	for i := range p.base {
		if !stays[p.base[i].ID] {
			note(&p.base[i], nil)
		}
	}
	slices.SortFunc(p.all, func(a, b ExclusionDifference) int { return strings.Compare(a.ExID, b.ExID) })
	return wrong
}

func (p *exclusionProposal) account() KnowledgeFile {
	f := KnowledgeFile{
		Name: p.file.Name, Hash: p.file.Hash, Read: p.file.RowsRead, Aside: p.file.Examples, Quarantined: countRows(p.left),
		Counts: Counts{Name: p.file.Name, Hash: p.file.Hash, Added: p.made.Added, Replaced: p.made.Replaced, Same: p.made.Same},
	}
	f.Kept = f.Read - f.Aside - f.Quarantined
	f.Counts.Points = f.Kept
	return f
}

func (p *exclusionProposal) tally() PointTally {
	t := PointTally{Same: p.made.Same, Quarantined: countRows(p.left), Points: len(p.after), InForce: len(p.after)}
	for i := range p.all {
		switch p.all[i].Made {
		case MadeNew:
			t.New++
		case MadeChanged:
			t.Changed++
		default:
			t.Gone++
		}
	}
	return t
}

// AddExclusions writes a proposed change; the rows that it left behind go when it cannot be.
func (s *Store) AddExclusions(ctx context.Context, c *Change, record Record) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := c.add(ctx, tx); err != nil || record == nil {
			return err
		}
		return record(ctx, tx, c)
	})
	if err != nil {
		err = errors.Join(err, s.drop(ctx, c.Tag))
	}
	return err
}
