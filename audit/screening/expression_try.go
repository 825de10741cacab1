package screening

import (
	"context"
	"errors"
	"io"
	"slices"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// Trial asks rules and points that are not in force about chosen persons of a lake. It
// writes nothing.
type Trial struct {
	Parts            // rules, points, exclusions; the lake's own institutions, doctors and tables are added
	Options          // days; NoDay: open
	PsnNos  []string // persons
	Mdtrts  []string // visits: the persons whose they are, and only findings of these visits
}

// Trialled is what a trial says of one person.
type Trialled struct {
	History *claim.History // valid until the next person's
	Outcome *Outcome
}

// Run judges the persons one after another by the newest epoch of the lake and gives
// each to show. It returns the visits and persons that the lake does not know.
func (t *Trial) Run(ctx context.Context, l *lake.Lake, home string, show func(Trialled) error) (unknown []string, err error) {
	p, err := t.plan(ctx, l, home)
	if err != nil {
		return nil, err
	}
	if t.Institutions, err = claim.ReadInstitutions(p.Files["fixmedins_b"], p.sources()); err != nil {
		return nil, err
	}
	if t.Doctors, err = claim.ReadDoctors(p.Files["dr_info_b"], p.sources()); err != nil {
		return nil, err
	}
	t.Tables = p.Tables
	moved, err := claim.ReadMoved(p.Home, p.Live)
	if err != nil {
		return nil, err
	}
	psns, unknown, err := t.persons(p, l, moved)
	if err != nil {
		return nil, err
	}
	lib, found := NewLibrary(t.Parts), make(map[string]bool)
	for bucket, want := range psns {
		files, _ := p.bucketFiles(bucket)
		o := claim.FeedOptions{Files: files, Sources: p.sources(), Resolve: lib.Resolve, Moved: moved, Want: func(psn string) bool { return slices.Contains(want, psn) }}
		err := eachHistory(o, func(h *claim.History) error {
			found[h.PsnNo] = true
			return show(Trialled{h, t.chosen(Judge(h, lib, t.Options))})
		})
		if err != nil {
			return nil, err
		}
	}
	for _, psn := range t.PsnNos {
		if !found[psn] {
			unknown = append(unknown, psn)
		}
	}
	return unknown, nil
}

// plan names the files of the newest epoch, without pinning it.
func (t *Trial) plan(ctx context.Context, l *lake.Lake, home string) (*Plan, error) {
	e, err := l.Epoch(ctx, 0)
	if err != nil {
		return nil, err
	}
	p := &Plan{Epoch: e.ID, Home: home, Buckets: l.Buckets(), Files: make(map[string][]lake.File)}
	first := 0
	if t.From != calendar.NoDay {
		first = (t.From.Year() - 1) * 12
	}
	for _, table := range claim.Tables {
		if p.Files[table.Name], err = l.Files(ctx, e, table.Name, first); err != nil {
			return nil, err
		}
	}
	p.Tables = liveTables(p.Files)
	p.Live, err = l.Sources(ctx, e.ID)
	return p, err
}

// persons returns the persons asked for, by bucket, and the visits that are nobody's.
func (t *Trial) persons(p *Plan, l *lake.Lake, moved *claim.MovedKeys) (map[int][]string, []string, error) {
	byBucket := make(map[int][]string)
	for _, psn := range t.PsnNos {
		byBucket[l.Bucket(psn)] = append(byBucket[l.Bucket(psn)], psn)
	}
	missing := slices.Clone(t.Mdtrts)
	for bucket := 0; bucket < p.Buckets && len(missing) > 0; bucket++ {
		files, _ := p.bucketFiles(bucket)
		o := claim.FeedOptions{Files: map[string][]lake.File{"mdtrt_d": files["mdtrt_d"]}, Sources: p.sources(), Moved: moved}
		err := eachHistory(o, func(h *claim.History) error {
			for i := range h.Encounters {
				if k := slices.Index(missing, h.Encounters[i].MdtrtID); k >= 0 {
					missing = slices.Delete(missing, k, k+1)
					byBucket[bucket] = append(byBucket[bucket], h.PsnNo)
				}
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return byBucket, missing, nil
}

func eachHistory(o claim.FeedOptions, do func(*claim.History) error) error {
	feed, err := claim.OpenFeed(o)
	if err != nil {
		return err
	}
	defer feed.Close()
	for {
		h, err := feed.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(h)
		}
		if err != nil {
			return err
		}
	}
}

// chosen leaves the findings of the visits that were asked for, all where persons were.
func (t *Trial) chosen(o *Outcome) *Outcome {
	if len(t.Mdtrts) > 0 && len(t.PsnNos) == 0 {
		o.Findings = slices.DeleteFunc(o.Findings, func(f *finding.Finding) bool { return !slices.Contains(t.Mdtrts, f.MdtrtID) })
	}
	return o
}

// Own returns what a finding objects to of a line's money.
func (o *Outcome) Own(findingID, bkkpSn string) claim.Money {
	for i := range o.money {
		if o.money[i].BkkpSn != bkkpSn {
			continue
		}
		for _, s := range o.money[i].Shares {
			if s.FindingID == findingID {
				return s.Own
			}
		}
	}
	return 0
}
