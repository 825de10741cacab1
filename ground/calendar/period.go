package calendar

import (
	"fmt"
	"strconv"
	"strings"
)

// Unit is what a period is counted in.
type Unit string

// The units of law. Working days are the 2, 3, 5 and 7 days of the Administrative
// Penalty Law (art.85) and whatever else says 工作日.
const (
	Workdays Unit = "个工作日"
	Days     Unit = "日"
	Months   Unit = "个月"
	Years    Unit = "年"
	Hours    Unit = "小时"
	Minutes  Unit = "分钟"
)

// Period is a length of time as law states it. The zero value is no period.
type Period struct {
	N    int
	Unit Unit
	// Firm periods end on the day that they end on, a holiday too: the regulation on
	// transfer to the police (移送规定) has no clause that moves the end. Others that
	// are counted in days, months or years run on to the next working day
	// (医疗保障行政处罚程序暂行规定, art.58).
	Firm bool
}

const (
	firmly     = "（不顺延）"
	longestDay = 40000 // days; more than a century, so that no period overflows
)

// String returns the period as ParsePeriod reads it: 5个工作日, 90日, 3日（不顺延）,
// 2个月, 5年, 24小时; "" for no period.
func (p Period) String() string {
	if p == (Period{}) {
		return ""
	}
	text := strconv.Itoa(p.N) + string(p.Unit)
	if p.Firm {
		text += firmly
	}
	return text
}

// ParsePeriod reads what String writes, and 工作日, 天, 自然日, 月 without 个. The
// empty text is no period.
func ParsePeriod(text string) (Period, error) {
	rest := strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	if rest == "" {
		return Period{}, nil
	}
	var p Period
	if rest, p.Firm = strings.CutSuffix(rest, firmly); !p.Firm {
		rest, p.Firm = strings.CutSuffix(rest, "(不顺延)")
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	p.N, _ = strconv.Atoi(rest[:digits])
	switch rest[digits:] {
	case "个工作日", "工作日":
		p.Unit = Workdays
	case "日", "天", "自然日", "个自然日":
		p.Unit = Days
	case "个月", "月":
		p.Unit = Months
	case "年":
		p.Unit = Years
	case "小时", "个小时":
		p.Unit = Hours
	case "分钟":
		p.Unit = Minutes
	}
	if err := p.check(); err != nil {
		return Period{}, fmt.Errorf("期限“%s”%w", text, err)
	}
	return p, nil
}

func (p Period) check() error {
	most := longestDay
	switch p.Unit {
	case Months:
		most = longestDay / 31
	case Years:
		most = longestDay / 366
	case Workdays, Days, Hours, Minutes:
	default:
		return fmt.Errorf("不认识，应写成 5个工作日、90日、3日（不顺延）、2个月、5年、24小时或 30分钟")
	}
	if p.N < 1 || p.N > most {
		return fmt.Errorf("的数字应在 1 到 %d 之间", most)
	}
	if p.Firm && (p.Unit == Workdays || p.byClock()) {
		return fmt.Errorf("不必写“不顺延”：按%s计算的期限本来就不顺延", strings.TrimPrefix(string(p.Unit), "个"))
	}
	return nil
}

// MarshalText writes the period as String does.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what ParsePeriod reads.
func (p *Period) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePeriod(string(text))
	return err
}

// byClock says that the period runs by the clock from the moment of its event.
func (p Period) byClock() bool { return p.Unit == Hours || p.Unit == Minutes }

func (p Period) seconds() Time {
	if p.Unit == Hours {
		return Time(p.N) * 3600
	}
	return Time(p.N) * 60
}

// AddMonths returns the day that many months after d: the day with the same number,
// or the month's last when it has none (民法典 art.202).
func (d Day) AddMonths(months int) Day {
	_, _, day := d.Civil()
	month := d.Month() + months
	year, month := month/12, month%12+1
	return DayOf(year, month, min(day, daysIn(year, month)))
}

// After returns the last moment of a period whose event happens at start. The day of
// the event does not count; a period in hours or minutes runs from the event.
func (c *Calendar) After(start Time, p Period) (Time, error) {
	return Deadline{Start: start, Period: p}.Due(c)
}

// Before returns the last day on which an act is in time that must lie a period ahead
// of the day event (a notice of a hearing, 处罚法 art.64): the whole period, counted
// from the act, is over before event begins. The period must be in days or longer.
func (c *Calendar) Before(event Day, p Period) (Day, error) {
	if err := p.check(); err != nil {
		return NoDay, err
	}
	if p.byClock() {
		return NoDay, fmt.Errorf("期限 %s 按时钟计算，不能用来倒推日期", p)
	}
	d := event
	switch p.Unit {
	case Workdays:
		for left := p.N; left > 0; {
			d--
			works, err := c.Working(d)
			if err != nil {
				return NoDay, err
			}
			if works {
				left--
			}
		}
		return d - 1, nil
	case Days:
		return event - Day(p.N) - 1, nil
	}
	months := p.N
	if p.Unit == Years {
		months *= 12
	}
	for d = event.AddMonths(-months) + 3; d.AddMonths(months) >= event; {
		d--
	}
	return d, nil
}
