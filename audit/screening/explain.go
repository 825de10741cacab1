package screening

import (
	"fmt"
	"strings"

	"yiheng/audit/rule"
	"yiheng/ground/calendar"
)

var noRule = &rule.Rule{}

// name returns what a line is called: its catalogue name with its code.
func name(x *line) string {
	code := lineCode(x.Line)
	if x.HilistName == "" {
		return code
	}
	return fmt.Sprintf("%s（%s）", x.HilistName, code)
}

// named names what a hit objects to: its items, at most three of them.
func (j *judge) named(h *hit) string {
	var names []string
	for _, p := range h.parts {
		names = append(names, name(&j.lines[p.line]))
	}
	names = unique(names)
	if len(names) > 3 {
		return strings.Join(names[:3], "、") + fmt.Sprintf("等%d项", len(names))
	}
	return strings.Join(names, "、")
}

// daysOf names the days of the lines that a hit objects to.
func (j *judge) daysOf(h *hit) string {
	first, last := calendar.NoDay, calendar.NoDay
	for _, p := range h.parts {
		d := j.lines[p.line].day
		if first == calendar.NoDay || d < first {
			first = d
		}
		last = max(last, d)
	}
	if first == last {
		return first.String()
	}
	return fmt.Sprintf("%s至%s", first, last)
}

// windowName returns a window in words.
func windowName(window string, days int) string {
	switch window {
	case "rx":
		return "同一处方"
	case "visit":
		return "同一次就诊"
	case "day":
		return "同一日"
	case "hour":
		return "1小时"
	case "6h":
		return "6小时"
	case "operation":
		return "同一次手术"
	case "month":
		return "同一自然月"
	case "quarter":
		return "同一季度"
	case "year":
		return "同一自然年"
	case "rolling":
		return fmt.Sprintf("%d天", days)
	}
	return "同一时段"
}
