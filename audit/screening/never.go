package screening

import (
	"fmt"

	"yiheng/facts/claim"
)

// never: a line that is never payable.
func (j *judge) never(i int32, x *line, p *point) {
	if !j.applies(p, x.visit, x.day) {
		return
	}
	j.object(p, i, claim.Null, func(h *hit) string {
		return fmt.Sprintf("%s不在基本医疗保险支付范围，单方、复方均不予支付。", j.named(h))
	})
}

// alone: herbal pieces that are not payable when a prescription holds only listed
// pieces. Each listed piece is objected to under its own point.
func (j *judge) alone(items []item) {
	items = j.inForceItems(items)
	for _, rx := range j.split(items, "rx") {
		listed := make(map[int32]bool, len(rx))
		for _, it := range rx {
			listed[it.line] = true
		}
		if !j.onlyListed(rx[0].line, listed) {
			continue
		}
		n := len(listed)
		for _, it := range rx {
			if isPiece(j.lines[it.line].Line) {
				j.object(it.point, it.line, claim.Null, func(h *hit) string {
					if n == 1 {
						return fmt.Sprintf("处方只有%s一味饮片，单方使用不予支付。", j.named(h))
					}
					return fmt.Sprintf("处方的%d味饮片均属单独使用不予支付的饮片，%s不予支付。", n, j.named(h))
				})
			}
		}
	}
}

// onlyListed says whether every herbal piece of the prescription of line i is listed.
func (j *judge) onlyListed(i int32, listed map[int32]bool) bool {
	key := j.window(&j.lines[i], "rx")
	for _, k := range j.lines[i].visit.lines {
		if x := &j.lines[k]; isPiece(x.Line) && !listed[k] && j.window(x, "rx") == key {
			return false
		}
	}
	return true
}

// isPiece says whether a line is a herbal piece (中药饮片): list_type 102, or a code
// of T and nine digits. Granules (T and nineteen characters) are not pieces.
func isPiece(l *claim.Line) bool {
	if l.ListType != "" {
		return l.ListType == "102"
	}
	code := lineCode(l)
	if len(code) != 10 || code[0] != 'T' {
		return false
	}
	for k := 1; k < 10; k++ {
		if !digit(code[k]) {
			return false
		}
	}
	return true
}

// inForceItems keeps the items whose point may judge its line's visit on its day.
func (j *judge) inForceItems(items []item) []item {
	kept := items[:0:0]
	for _, it := range items {
		x := &j.lines[it.line]
		if j.applies(it.point, x.visit, x.day) {
			kept = append(kept, it)
		}
	}
	return kept
}
