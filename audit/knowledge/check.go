package knowledge

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// together holds points against each other: supersession and versions in
// force at one time. fresh says which points are being imported: problems between
// points that were accepted before are not repeated. place gives a point's place.
type together struct {
	points  []Point
	classes Classes
	fresh   func(i int) bool
	place   func(i int) Problem
	byID    map[string]int
	heirs   map[string][]int // id → points that supersede it
	found   Problems
}

// checkTogether returns what is wrong between points; see together.
func checkTogether(points []Point, classes Classes, fresh func(i int) bool, place func(i int) Problem) Problems {
	t := &together{
		points: points, classes: classes, fresh: fresh, place: place,
		byID: make(map[string]int, len(points)), heirs: map[string][]int{},
	}
	for i := range points {
		t.byID[points[i].ID] = i
		if points[i].Supersedes != "" {
			t.heirs[points[i].Supersedes] = append(t.heirs[points[i].Supersedes], i)
		}
	}
	for i := range points {
		if fresh(i) && points[i].Supersedes != "" {
			t.supersession(i)
		}
	}
	t.versions()
	t.groups()
	return t.found
}

func (t *together) report(i int, warning bool, column, format string, args ...any) {
	p := t.place(i)
	p.Column, p.Text, p.Warning = column, fmt.Sprintf(format, args...), warning
	t.found = append(t.found, p)
}

// supersession checks what point i replaces.
func (t *together) supersession(i int) {
	p := &t.points[i]
	j, ok := t.byID[p.Supersedes]
	switch {
	case p.Supersedes == p.ID:
		t.report(i, false, "supersedes", "知识点不能接替自己")
		return
	case !ok:
		t.report(i, false, "supersedes", "没有知识点“%s”；先导入它，或改正编号", p.Supersedes)
		return
	case t.circular(i):
		t.report(i, false, "supersedes", "“%s”与“%s”循环接替，请去掉其中一条的 supersedes", p.ID, p.Supersedes)
		return
	}
	old := &t.points[j]
	switch {
	case old.RuleID != p.RuleID:
		t.report(i, false, "supersedes", "“%s”属于规则 %s，不能由规则 %s 的知识点接替", old.ID, old.RuleID, p.RuleID)
	case !Within(p.Region, old.Region) && !Within(old.Region, p.Region):
		t.report(i, false, "supersedes", "“%s”属于 %s，与 %s 不相辖，只能在本地区内接替", old.ID, regionName(old.Region), regionName(p.Region))
	case p.Region != "" && old.Region == "" && p.Basis == "" && p.Note == "":
		t.report(i, false, "basis", "地方知识点接替国家知识点须写明理由（basis 或 note）")
	case p.ValidFrom == calendar.NoDay || old.ValidFrom != calendar.NoDay && p.ValidFrom <= old.ValidFrom && p.Region == old.Region:
		t.report(i, true, "valid_from", "不晚于被接替的“%s”（%s），后者一天也不生效", old.ID, old.ValidFrom)
	}
}

// circular follows supersedes from point i back to it.
func (t *together) circular(i int) bool {
	at := i
	for range t.points {
		next, ok := t.byID[t.points[at].Supersedes]
		if !ok {
			return false
		}
		if next == i {
			return true
		}
		at = next
	}
	return false
}

func regionName(region string) string {
	if region == "" {
		return "全国"
	}
	return region
}

// Within says whether region lies within outer (6-digit admdvs; "" is the whole
// country; xx0000 a province, xxxx00 a city). The levels' own pools, xx9900 and
// xxxx99, lie within their province and city.
func Within(region, outer string) bool {
	switch {
	case outer == "" || region == outer:
		return true
	case len(region) != 6 || len(outer) != 6:
		return false
	case strings.HasSuffix(outer, "0000"):
		return region[:2] == outer[:2]
	case strings.HasSuffix(outer, "00"):
		return region[:4] == outer[:4]
	}
	return false
}

// versions finds points of one rule, code, other code and region that hold on one
// day and contradict each other.
func (t *together) versions() {
	order := make([]int, len(t.points))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &t.points[i], &t.points[j]
		return cmp.Or(cmp.Compare(a.RuleID, b.RuleID), cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.OtherCode, b.OtherCode), cmp.Compare(a.Region, b.Region), cmp.Compare(i, j))
	})
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && t.sameKey(order[from], order[to]) {
			to++
		}
		for x := from; x < to; x++ {
			for y := x + 1; y < to; y++ {
				t.pair(order[x], order[y])
			}
		}
		from = to
	}
}

func (t *together) sameKey(i, j int) bool {
	a, b := &t.points[i], &t.points[j]
	return a.RuleID == b.RuleID && a.Code == b.Code && a.OtherCode == b.OtherCode && a.Region == b.Region
}

// pair checks two points of one key; a problem stands at the imported one.
func (t *together) pair(i, j int) {
	if !t.fresh(j) {
		i, j = j, i
	}
	if !t.fresh(j) {
		return
	}
	a, b := &t.points[i], &t.points[j]
	from, to, ok := t.overlap(i, j)
	if !ok {
		return
	}
	class, _ := t.classes(b.RuleID)
	if names := contradiction(a.Params, b.Params, class.Program); len(names) > 0 {
		t.report(j, false, "params", "与“%s”同一编码，%s都有效，而参数 %s 不同（%s / %s）；请写明 supersedes，或改正有效期",
			a.ID, span(from, to), strings.Join(names, "、"), a.Params, b.Params)
		return
	}
	if a.Params.String() == b.Params.String() && inForce(a) && inForce(b) {
		t.report(j, true, "", "与“%s”内容相同，%s都有效，是重复的知识点", a.ID, span(from, to))
	}
}

// overlap returns the days on which both points hold, what supersedes them counted.
func (t *together) overlap(i, j int) (from, to calendar.Day, ok bool) {
	a, b := &t.points[i], &t.points[j]
	from = max(a.ValidFrom, b.ValidFrom) // NoDay is the least of all days
	to = min(t.lastDay(i), t.lastDay(j))
	return from, to, from <= to && to != calendar.NoDay
}

const endless = calendar.Day(1<<31 - 1)

// lastDay returns the last day of point i: of its own, or before its successor's first.
func (t *together) lastDay(i int) calendar.Day {
	p := &t.points[i]
	last := p.ValidTo
	if last == calendar.NoDay {
		last = endless
	}
	for heir := range successors(t.points, t.heirs, i) {
		if !Within(p.Region, heir.Region) {
			continue
		}
		if heir.ValidFrom == calendar.NoDay {
			return calendar.NoDay
		}
		last = min(last, heir.ValidFrom-1)
	}
	return last
}

// successors yields the points in force that supersede point i, directly or by way
// of points that are not in force: what those supersede holds until their own
// successor does.
func successors(points []Point, heirs map[string][]int, i int) iter.Seq[*Point] {
	return func(yield func(*Point) bool) {
		todo := slices.Clone(heirs[points[i].ID])
		for n := 0; n < len(todo) && n <= len(points); n++ {
			switch heir := &points[todo[n]]; {
			case !inForce(heir):
				todo = append(todo, heirs[heir.ID]...)
			case !yield(heir):
				return
			}
		}
	}
}

func inForce(p *Point) bool { return p.Params == nil || !p.Params.NeedsParameters }

func span(from, to calendar.Day) string {
	switch {
	case from == calendar.NoDay && to == endless:
		return "任何一天"
	case from == calendar.NoDay:
		return to.String() + " 以前"
	case to == endless:
		return from.String() + " 起"
	}
	return from.String() + " 至 " + to.String()
}

// groups warns where points that count together have different limits.
func (t *together) groups() {
	first := map[string]int{}
	told := map[string]bool{}
	for i := range t.points {
		p := &t.points[i]
		class, _ := t.classes(p.RuleID)
		if p.Params == nil || p.Params.Group == "" || !inForce(p) || !slices.Contains([]string{"quantity", "duration", "amount"}, class.Program) {
			continue
		}
		key := strings.Join([]string{p.RuleID, p.Params.Group, p.Region}, "\x00")
		j, ok := first[key]
		if !ok {
			first[key] = i
			continue
		}
		if _, _, both := t.overlap(i, j); !both || told[key] || !t.fresh(i) && !t.fresh(j) {
			continue
		}
		if names := contradiction(t.points[j].Params, p.Params, class.Program); len(names) > 0 {
			told[key] = true
			at := i
			if !t.fresh(i) {
				at = j
			}
			t.report(at, true, "params", "与“%s”同组“%s”合并计算，而参数 %s 不同", t.points[i+j-at].ID, p.Params.Group, strings.Join(names, "、"))
		}
	}
}
