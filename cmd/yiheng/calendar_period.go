package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"yiheng/ground/calendar"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
)

type calendarPeriodCmd struct {
	From    string   `name:"from" required:"" placeholder:"TIME" help:"事件之日（不计入期限），如 2026-03-02；按小时计算的写到时刻，如 '2026-03-02 10:30'。"`
	Exclude []string `name:"exclude" sep:"none" placeholder:"FROM..TO=WHY" help:"不计入期限的一段，如 2026-03-10..2026-03-20=鉴定；可重复。"`
	Period  string   `arg:"" name:"period" help:"期限：5个工作日、90日、3日（不顺延）、2个月、5年、24小时。"`
}

// Run counts with the holidays of the home, or of the program where there is no home.
func (c *calendarPeriodCmd) Run(ctx context.Context, all *cli) error {
	d, err := c.deadline()
	if err != nil {
		return err
	}
	if _, err := os.Stat(all.Home); err != nil {
		return printDeadline(d, calendar.NewCalendar(calendar.Announced()...))
	}
	return withYearbook(ctx, all, func(from *db.DB, book *yearbook.Book) error {
		days, err := book.Calendar(ctx, from)
		if err != nil {
			return err
		}
		return printDeadline(d, days)
	})
}

func (c *calendarPeriodCmd) deadline() (d calendar.Deadline, err error) {
	if d.Start, err = calendar.ParseTime(c.From); err != nil || d.Start == calendar.NoTime {
		return d, fmt.Errorf("--from 的“%s”不是日期：请写成 2026-03-02 或 2026-03-02 10:30", c.From)
	}
	if d.Period, err = calendar.ParsePeriod(c.Period); err != nil {
		return d, err
	}
	for _, text := range c.Exclude {
		i, err := intervalOf(text)
		if err != nil {
			return d, err
		}
		d.Excluded = append(d.Excluded, i)
	}
	return d, nil
}

func intervalOf(text string) (i calendar.Interval, err error) {
	days, reason, _ := strings.Cut(text, "=")
	from, to, ok := strings.Cut(days, "..")
	i.Reason = reason
	if i.From, err = calendar.ParseTime(from); err == nil {
		i.To, err = calendar.ParseTime(to)
	}
	if err != nil || !ok || i.From == calendar.NoTime || i.To == calendar.NoTime || reason == "" {
		return i, fmt.Errorf("--exclude 的“%s”不合规：请写成 2026-03-10..2026-03-20=鉴定", text)
	}
	return i, nil
}

func printDeadline(d calendar.Deadline, days *calendar.Calendar) error {
	due, skipped, err := d.Explain(days)
	if err != nil {
		return err
	}
	fmt.Printf("%s（%s）起 %s，最后期限 %s（%s）\n", d.Start, d.Start.Day().Weekday(), d.Period, due, due.Day().Weekday())
	for _, s := range skipped {
		fmt.Printf("  跳过 %s（%s）　%s\n", s.Day, s.Day.Weekday(), s.Why)
	}
	if len(skipped) > 0 {
		fmt.Printf("共跳过 %d 天\n", len(skipped))
	}
	return nil
}
