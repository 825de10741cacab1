package screening

import (
	"fmt"

	"yiheng/audit/knowledge"
	"yiheng/ground/calendar"
)

// duration: use days over a limit. A use day is a day with a live line. Lines on
// days beyond the limit are objected to, earlier ones are evidence.
func (j *judge) duration(items []item) {
	for _, v := range j.variants(items) {
		if len(v.items) == 0 {
			continue
		}
		switch v.params.Mode {
		case "span":
			j.span(v.params, v.items)
		case "per_visit":
			for _, group := range j.split(v.items, "visit") {
				j.useDays(v.params, group)
			}
		default: // distinct_days
			for _, group := range j.split(v.items, "year") {
				j.useDays(v.params, group)
			}
		}
	}
}

// withinDays says at a glance that the days of all lines of a cluster together are
// within each of its limits.
func (j *judge) withinDays(items []item) bool {
	days, first, last := 0, calendar.NoDay, calendar.NoDay
	for _, it := range items {
		d := j.lines[it.line].day
		if d == calendar.NoDay {
			return false
		}
		if d != last {
			days++
		}
		if last = d; first == calendar.NoDay {
			first = d
		}
	}
	for _, it := range items {
		p := it.point.Params
		switch {
		case len(items) > 1 && it.point.hasExceptions(), days > p.MaxDays:
			return false
		case p.Mode == "span" && int(last-first)+1 > p.MaxDays:
			return false
		}
	}
	return true
}

// useDays objects to the lines on days beyond the first max_days different ones.
func (j *judge) useDays(params *knowledge.Params, group []item) {
	days, last := 0, calendar.NoDay
	number := make([]int, len(group))
	for k, it := range group {
		if d := j.lines[it.line].day; d != last {
			days++
			last = d
		}
		number[k] = days
	}
	if days <= params.MaxDays {
		return
	}
	j.beyond(params, group, func(k int) bool { return number[k] > params.MaxDays }, days)
}

// span objects to the lines more than max_days after the first known use.
func (j *judge) span(params *knowledge.Params, group []item) {
	first := j.lines[group[0].line].day
	length := func(k int) int { return int(j.lines[group[k].line].day-first) + 1 }
	if n := length(len(group) - 1); n > params.MaxDays {
		j.beyond(params, group, func(k int) bool { return length(k) > params.MaxDays }, n)
	}
}

func (j *judge) beyond(params *knowledge.Params, group []item, over func(k int) bool, days int) {
	why := func(h *hit) string {
		where := map[string]string{"span": "自首次使用起", "per_visit": "本次就诊"}[params.Mode]
		if where == "" {
			where = "本年度"
		}
		return fmt.Sprintf("%s%s使用%d天，超过限定的%d天。", j.named(h), where, days, params.MaxDays)
	}
	var kept []int32
	for k, it := range group {
		if !over(k) {
			kept = append(kept, it.line)
			continue
		}
		if it.point == nil {
			continue
		}
		if h := j.object(it.point, it.line, noQuantity, why); h != nil {
			h.prove(kept)
		}
	}
}
