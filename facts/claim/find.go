package claim

import (
	"context"
	"strings"

	"yiheng/facts/lake"
)

// Numbered is a visit or settlement of a number.
type Numbered struct {
	PsnNo         string `json:"psn_no"`
	MdtrtID       string `json:"mdtrt_id"`
	SetlID        string `json:"setl_id,omitempty" doc:"of a settlement"`
	FixmedinsCode string `json:"fixmedins_code"`
}

// FindNumbered returns the live visits and settlements of the newest epoch that carry a
// number, whole. It reads one column of every file of the two tables, and of a block
// that has the number the others.
func FindNumbered(ctx context.Context, l *lake.Lake, number string) ([]Numbered, error) {
	e, live, err := l.Newest(ctx)
	if err != nil || e.ID == 0 {
		return nil, err
	}
	sources := lake.Order(live)
	var found []Numbered
	seen := map[Numbered]bool{}
	for _, key := range []string{"mdtrt_id", "setl_id"} {
		form := map[string]*Form{"mdtrt_id": Mdtrt, "setl_id": Setl}[key]
		files, err := l.Files(ctx, e, form.Name, 0)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			err := eachBlock(form.Table, f.Path, func(b *lake.Block) error {
				return numberedIn(b, sources, key, number, func(n Numbered) {
					if !seen[n] {
						seen[n], found = true, append(found, n)
					}
				})
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

func numberedIn(b *lake.Block, sources map[string]int64, key, number string, show func(Numbered)) error {
	keys, err := b.Col(key)
	if err != nil || keys == nil {
		return err
	}
	for i := range b.Rows() {
		if text(keys, i) != number {
			continue
		}
		c, err := registerColumns(b, sources, psnNo, "mdtrt_id", "fixmedins_code", "vali_flag")
		if err != nil {
			return err
		}
		if c.order(i) < 0 || c.str(3, i) == "0" {
			continue
		}
		n := Numbered{PsnNo: strings.Clone(c.str(0, i)), MdtrtID: strings.Clone(c.str(1, i)), FixmedinsCode: strings.Clone(c.str(2, i))}
		if key == "setl_id" {
			n.SetlID = number
		}
		show(n)
	}
	return nil
}
