package claim

import (
	"context"
	"maps"
	"slices"
	"strings"

	"yiheng/facts/lake"
)

// Whereabouts are the divisions that have to do with a person: where the person is
// insured and where the institutions lie that the person's visits and settlements name.
// Each is sorted; what rows leave empty is not there.
type Whereabouts struct{ Insured, Claims []string }

// ReadWhereabouts reads them of persons, by psn_no, from the newest epoch of the lake. A
// person without a visit or settlement that is live is left out, and so is everybody
// while the lake is empty.
func ReadWhereabouts(ctx context.Context, l *lake.Lake, persons []string) (map[string]Whereabouts, error) {
	e, live, err := l.Newest(ctx)
	if err != nil || e.ID == 0 {
		return nil, err
	}
	r := whereaboutsReader{sources: lake.Order(live), found: map[string]*placesOf{}}
	buckets := map[int]bool{}
	for _, psn := range persons {
		r.found[psn] = &placesOf{map[string]bool{}, map[string]bool{}}
		buckets[l.Bucket(psn)] = true
	}
	for _, form := range []*Form{Mdtrt, Setl} {
		files, err := l.Files(ctx, e, form.Name, 0)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if !buckets[f.Bucket] {
				continue
			}
			if err := eachBlock(form.Table, f.Path, r.read); err != nil {
				return nil, err
			}
		}
	}
	return r.all(), nil
}

type placesOf struct{ insured, claims map[string]bool }

type whereaboutsReader struct {
	sources map[string]int64
	found   map[string]*placesOf
}

// read takes the rows of the wanted persons; of a block that names none of them it
// reads one column.
func (r *whereaboutsReader) read(b *lake.Block) error {
	psns, err := b.Col(psnNo)
	if err != nil || psns == nil {
		return err
	}
	if psns.Index != nil && !slices.ContainsFunc(psns.Dict, func(psn string) bool { return r.found[psn] != nil }) {
		return nil
	}
	c, err := registerColumns(b, r.sources, psnNo, "insu_admdvs", "fix_blng_admdvs")
	if err != nil {
		return err
	}
	for i := range b.Rows() {
		p := r.found[c.str(0, i)]
		if p == nil || c.order(i) < 0 {
			continue
		}
		p.insured[strings.Clone(c.str(1, i))] = true
		p.claims[strings.Clone(c.str(2, i))] = true
	}
	return nil
}

func (r *whereaboutsReader) all() map[string]Whereabouts {
	all := map[string]Whereabouts{}
	for psn, p := range r.found {
		if len(p.insured) == 0 {
			continue
		}
		delete(p.insured, "")
		delete(p.claims, "")
		all[psn] = Whereabouts{slices.Sorted(maps.Keys(p.insured)), slices.Sorted(maps.Keys(p.claims))}
	}
	return all
}
