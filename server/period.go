package server

import (
	"context"
	"fmt"

	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

// PeriodInput is a period that runs from a day, perhaps with a stretch that does not
// count.
type PeriodInput struct {
	From    string `query:"from" required:"true" format:"date" doc:"the day of the event, which does not count"`
	Period  string `query:"period" required:"true" maxLength:"20" doc:"as 5个工作日, 90日, 3日（不顺延）, 2个月"`
	Without string `query:"without" maxLength:"10" doc:"the first day of a stretch that does not count"`
	Until   string `query:"until" maxLength:"10" doc:"the day on which that stretch is over"`
}

// PeriodEnd is when a period ends, with each day that it skipped and why.
type PeriodEnd struct {
	Period  string             `json:"period" doc:"as it was understood"`
	Last    string             `json:"last" doc:"the last day that is in time"`
	Skipped []calendar.Skipped `json:"skipped"`
}

// period reckons the last day of a period by the yearbook that is in force here.
func (s *Server) period(ctx context.Context, _ *web.Call, in *PeriodInput) (*web.Body[PeriodEnd], error) {
	from, err := calendar.ParseDay(in.From)
	if err != nil {
		return nil, web.Invalid("day", "日期应写成 2026-01-01")
	}
	p, err := calendar.ParsePeriod(in.Period)
	if err != nil {
		return nil, web.Invalid("period", err.Error())
	}
	d := calendar.Deadline{Start: from.At(0, 0, 0), Period: p}
	days, err := s.Yearbook.Calendar(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	if d, err = without(d, days, in.Without, in.Until); err != nil {
		return nil, web.Invalid("without", err.Error())
	}
	due, skipped, err := d.Explain(days)
	if err != nil {
		return nil, web.Invalid("period", err.Error())
	}
	return web.Answer(PeriodEnd{p.String(), due.Day().String(), append([]calendar.Skipped{}, skipped...)}), nil
}

// without is a deadline in which a stretch does not count; none when from is "".
func without(d calendar.Deadline, days *calendar.Calendar, from, to string) (calendar.Deadline, error) {
	if from == "" {
		return d, nil
	}
	first, err := calendar.ParseTime(from)
	if err != nil {
		return d, err
	}
	last, err := calendar.ParseTime(to)
	if err != nil {
		return d, fmt.Errorf("不计入的期间应有起、止两天：%w", err)
	}
	return d.Excluding(days, first, last, "不计入的期间")
}
