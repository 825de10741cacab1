package screening

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// indication: do the visit's diagnoses allow a line? One of dx_any must be among
// them, and none of dx_none.
func (j *judge) indication(i int32, x *line, p *point) {
	if x.selfPay || !j.applies(p, x.visit, x.day) {
		return
	}
	v := x.visit
	switch j.collectCodes(v); {
	case len(v.dx) == 0:
		j.unchecked(p.rule, "诊断不详")
	case v.hasDx(p.Params.DxNone):
		j.object(p, i, noQuantity, j.whyIndication(p))
	case len(p.Params.DxAny) == 0 || v.hasDx(p.Params.DxAny):
	case (v.stay || v.medType == "") && !j.listsDiagnoses(v):
		j.unchecked(p.rule, "其他诊断不详")
	default:
		j.object(p, i, noQuantity, j.whyIndication(p))
	}
}

// listsDiagnoses says whether the diagnoses of v come from its settlement list, so that
// there are no others.
func (j *judge) listsDiagnoses(v *visit) bool { return len(j.dxOf[v.id]) > 0 }

func (j *judge) whyIndication(p *point) func(*hit) string {
	return func(h *hit) string {
		has := strings.Join(h.visit.dx, "、")
		if against := slices.DeleteFunc(slices.Clone(h.visit.dx), func(code string) bool { return !hasPrefixOf(code, p.Params.DxNone) }); len(against) > 0 {
			return fmt.Sprintf("本次诊断%s属于%s的禁忌或不予支付的诊断（%s）。", strings.Join(against, "、"), j.named(h), strings.Join(p.Params.DxNone, "、"))
		}
		return fmt.Sprintf("%s限诊断%s；本次诊断为%s，不在其中。", j.named(h), strings.Join(p.Params.DxAny, "、"), has)
	}
}

// recorded: a diagnosis or operation of a visit without any line that it needs. It is
// about the visit: no lines, no money.
func (j *judge) recorded(p *point, v *visit, codes []string) {
	day := v.last
	onlyStays := slices.Equal(p.rule.Scenes, []string{"IP"})
	if onlyStays && !v.stay && v.medType != "" || !j.selected(day) || !j.paid(v) || !j.applies(p, v, day) {
		return
	}
	switch found, unsure := j.companions(v.lines, p.Params.NeedsAny); {
	case found:
	case len(v.lines) == 0:
		j.unchecked(p.rule, "就诊没有明细")
	case unsure:
		j.unchecked(p.rule, "明细编码不详")
	case onlyStays && !v.stay:
		j.unchecked(p.rule, "医疗类别不详")
	default:
		h := j.hit(p, v, nil)
		h.day, h.codes = day, codes
		h.why = func(h *hit) string {
			return fmt.Sprintf("记录了%s%s，但没有与之相应的项目、药品或耗材（%s等）。", codeKind(h.codes[0]), strings.Join(h.codes, "、"), short(p.Params.NeedsAny))
		}
	}
}

// companions says whether one of the lines carries one of the codes or prefixes, and
// whether a line without a code might.
func (j *judge) companions(lines []int32, codes []string) (found, unsure bool) {
	for _, k := range lines {
		switch code := lineCode(j.lines[k].Line); {
		case code == "":
			unsure = true
		case hasPrefixOf(code, codes):
			return true, false
		}
	}
	return false, unsure
}

// short names at most three of a list.
func short(list []string) string {
	return strings.Join(list[:min(3, len(list))], "、")
}

// isRecorded says whether a code is one of diagnoses (ICD-10: a letter and two digits)
// or operations (ICD-9-CM-3: two digits, then a point or nothing), not one of a line.
func isRecorded(code string) bool {
	switch {
	case len(code) >= 3 && code[0] >= 'A' && code[0] <= 'Z' && digit(code[1]) && digit(code[2]):
		return len(code) < 10 // T and nine digits is a herbal piece, C and more a consumable
	case len(code) >= 2 && digit(code[0]) && digit(code[1]):
		return len(code) == 2 || code[2] == '.'
	}
	return false
}

// companion: lines of code in a window without any line of needs_any.
func (j *judge) companion(items []item) {
	for _, p := range pointsOf(items) {
		for _, group := range j.split(ofPoint(items, p), p.Params.Window) {
			j.companionOf(p, group)
		}
	}
}

func ofPoint(items []item, p *point) []item {
	return slices.DeleteFunc(slices.Clone(items), func(it item) bool { return it.point != p })
}

// companionOf judges the lines of one window.
func (j *judge) companionOf(p *point, group []item) {
	around, late := j.around(&j.lines[group[0].line], p.Params.Window, p.Params.NeedsAny)
	found, unsure := j.companions(around, p.Params.NeedsAny)
	if found {
		return
	}
	for _, it := range group {
		x := &j.lines[it.line]
		if x.selfPay || !j.selected(x.day) || !j.applies(p, x.visit, x.day) {
			continue
		}
		reason := j.unplaced(x, p.Params.Window)
		switch {
		case reason != "":
		case unsure:
			reason = "明细编码不详"
		case late:
			reason = "应有项目的发生时间或处方号不详"
		}
		if reason != "" {
			j.unchecked(p.rule, reason)
			continue
		}
		j.object(p, it.line, noQuantity, func(h *hit) string {
			return fmt.Sprintf("%s内收取%s，而没有与之相应的项目、药品或耗材（%s等）。", windowName(p.Params.Window, 0), j.named(h), short(p.Params.NeedsAny))
		})
	}
}

// around returns the lines that stand in a window with x, and whether a line of the
// codes whose time or prescription is unknown may stand there too.
func (j *judge) around(x *line, window string, codes []string) (lines []int32, late bool) {
	switch window {
	case "day":
		together := func(y *line) bool {
			return (y.visit.org == x.visit.org || y.visit.org == "" || x.visit.org == "") && y.visit.newborn == x.visit.newborn
		}
		for _, k := range j.onDay(calendar.NoDay) {
			y := &j.lines[k]
			late = late || together(y) && (lineCode(y.Line) == "" || hasPrefixOf(lineCode(y.Line), codes))
		}
		for _, k := range j.onDay(x.day) {
			if together(&j.lines[k]) {
				lines = append(lines, k)
			}
		}
		return lines, late
	case "rx":
		for _, k := range x.visit.lines {
			y := &j.lines[k]
			switch {
			case y.RxDrordNo == x.RxDrordNo:
				lines = append(lines, k)
			case y.RxDrordNo == "" && (lineCode(y.Line) == "" || hasPrefixOf(lineCode(y.Line), codes)):
				late = true
			}
		}
		return lines, late
	}
	return x.visit.lines, false
}

// onDay returns the live lines of a day, out of all that are in order.
func (j *judge) onDay(day calendar.Day) []int32 {
	after := func(k int32, d calendar.Day) int { return cmp.Compare(j.lines[k].day, d) }
	from, _ := slices.BinarySearchFunc(j.order, day, after)
	to, _ := slices.BinarySearchFunc(j.order, day+1, after)
	return j.order[from:to]
}
