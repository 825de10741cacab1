package screening

import (
	"fmt"
	"slices"
)

// sameClass: more than max_kinds different drugs of one class in a window. Kinds
// stand in the order of their first line; every line of a later kind is objected to.
func (j *judge) sameClass(items []item) {
	for _, v := range j.variants(items) {
		window := v.params.Window
		if window == "day" {
			window = "personday"
		}
		limit := max(v.params.MaxKinds, 1)
		for _, group := range j.split(v.items, window) {
			j.kindsBeyond(group, limit, func(n int) func(*hit) string {
				return func(h *hit) string {
					return fmt.Sprintf("%s内同类药品使用%d种，超过%d种；%s为超出的品种。",
						windowName(v.params.Window, 0), n, limit, j.named(h))
				}
			})
		}
	}
}

// kindsBeyond objects to the lines of the kinds after the first limit ones; the
// lines of those are evidence.
func (j *judge) kindsBeyond(group []item, limit int, why func(kinds int) func(*hit) string) {
	var kinds []string
	rank := func(kind string) int {
		for k := range kinds {
			if kinds[k] == kind {
				return k
			}
		}
		kinds = append(kinds, kind)
		return len(kinds) - 1
	}
	// A line without a code may be of any kind.
	group = slices.DeleteFunc(slices.Clone(group), func(it item) bool { return lineCode(j.lines[it.line].Line) == "" })
	ranks := make([]int, len(group))
	for k, it := range group {
		ranks[k] = rank(drugKind(lineCode(j.lines[it.line].Line)))
	}
	if len(kinds) <= limit {
		return
	}
	reason := why(len(kinds))
	var kept []int32
	for k, it := range group {
		if ranks[k] < limit {
			kept = append(kept, it.line)
		}
	}
	for k, it := range group {
		if ranks[k] < limit || it.point == nil {
			continue
		}
		if h := j.object(it.point, it.line, noQuantity, reason); h != nil {
			h.prove(kept)
		}
	}
}

// drugKind returns what makes two codes one kind: of a western drug (X…) the first
// 10 characters, of a Chinese patent drug (Z…) the first 11, else the whole code.
func drugKind(code string) string {
	switch {
	case len(code) > 10 && code[0] == 'X':
		return code[:10]
	case len(code) > 11 && code[0] == 'Z':
		return code[:11]
	}
	return code
}
