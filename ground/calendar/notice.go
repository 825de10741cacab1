package calendar

import (
	_ "embed" // the announced notices
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Kind says what the State Council's notice makes of a day.
type Kind string

const (
	// Holiday is a day off: a statutory holiday, or a day taken from another week.
	Holiday Kind = "放假"
	// Workday is a Saturday or Sunday that is worked in exchange.
	Workday Kind = "上班"
)

// Special is a day that is not what its weekday says.
type Special struct {
	Day  Day
	Kind Kind
	// Name is the holiday's name, as 春节.
	Name string
	// Document is the number of the notice that says so, as 国办发明电〔2024〕12号.
	Document string
}

// Notice is the table of one year: 国务院办公厅关于某年部分节假日安排的通知 with
// its later changes. It may name days of the December before.
type Notice struct {
	Year int
	Days []Special // by day
}

//go:embed announced.csv
var announcedCSV string

// Announced returns the notices that the program brings along. The caller may
// change what it gets.
func Announced() []Notice {
	announced := announcedOnce()
	notices := slices.Clone(announced)
	for i := range notices {
		notices[i].Days = slices.Clone(notices[i].Days)
	}
	return notices
}

var announcedOnce = sync.OnceValue(func() []Notice {
	notices, err := ReadNotices(strings.NewReader(announcedCSV))
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return notices
})

// noticeHeader is the first line of a table of notices.
var noticeHeader = []string{"年度", "日期", "类型", "名称", "文号"}

// unreadable says where a table is no CSV: the only thing that can be wrong there is a quote.
func unreadable(err error) error {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return fmt.Errorf("节假日表无法读取：%w", err)
	}
	return fmt.Errorf("节假日表从第 %d 行起引号不成对。请改正后存成 UTF-8 编码的 CSV", at.StartLine)
}

// ReadNotices reads a table of notices: CSV in UTF-8, a line a day, with the columns
// 年度 (of the notice), 日期, 类型 (放假 or 上班), 名称, 文号. Every notice is checked
// as Check does. All lines that are wrong are named in the one error.
func ReadNotices(r io.Reader) ([]Notice, error) {
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = -1
	lines.TrimLeadingSpace = true
	head, err := lines.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	if len(head) > 0 {
		head[0] = strings.TrimPrefix(head[0], "\ufeff")
	}
	if !slices.Equal(head, noticeHeader) {
		return nil, fmt.Errorf("节假日表的表头是“%s”。请改成“%s”，每行一天", strings.Join(head, ","), strings.Join(noticeHeader, ","))
	}
	var problems []error
	years := map[int][]Special{}
	for {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unreadable(err)
		}
		line, _ := lines.FieldPos(0)
		year, special, err := readSpecial(fields)
		if err != nil {
			problems = append(problems, fmt.Errorf("节假日表第 %d 行：%w", line, err))
			continue
		}
		years[year] = append(years[year], special)
	}
	if len(years) == 0 && len(problems) == 0 {
		return nil, errors.New("节假日表只有表头，没有日期。请按通知逐日填写")
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	notices := noticesOf(years)
	for _, n := range notices {
		if err := n.Check(); err != nil {
			problems = append(problems, err)
		}
	}
	return notices, errors.Join(problems...)
}

func noticesOf(years map[int][]Special) []Notice {
	var notices []Notice
	for year, days := range years {
		slices.SortFunc(days, func(a, b Special) int { return int(a.Day) - int(b.Day) })
		notices = append(notices, Notice{Year: year, Days: days})
	}
	slices.SortFunc(notices, func(a, b Notice) int { return a.Year - b.Year })
	return notices
}

func readSpecial(fields []string) (year int, s Special, err error) {
	if len(fields) != len(noticeHeader) {
		return 0, s, fmt.Errorf("有 %d 列，应为 %d 列（%s）", len(fields), len(noticeHeader), strings.Join(noticeHeader, "、"))
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	if year, err = strconv.Atoi(fields[0]); err != nil || year < 1950 || year > 2200 {
		return 0, s, fmt.Errorf("年度“%s”不是年份，应写成 2027", fields[0])
	}
	day, err := ParseDay(fields[1])
	if err != nil || day == NoDay {
		return 0, s, fmt.Errorf("日期“%s”不是日期，应写成 2027-01-01", fields[1])
	}
	return year, Special{Day: day, Kind: Kind(fields[2]), Name: fields[3], Document: fields[4]}, nil
}

// WriteNotices writes what ReadNotices reads.
func WriteNotices(w io.Writer, notices []Notice) error {
	lines := csv.NewWriter(w)
	_ = lines.Write(noticeHeader) // Flush's error is this one's
	for _, n := range notices {
		for _, s := range n.Days {
			_ = lines.Write([]string{strconv.Itoa(n.Year), s.Day.String(), string(s.Kind), s.Name, s.Document})
		}
	}
	lines.Flush()
	return lines.Error()
}

// Check says what is wrong with the notice. A table that lacks a holiday which the
// law gives every year (全国年节及纪念日放假办法, art.2) is not complete and refused:
// counting with it would be a guess.
func (n Notice) Check() error {
	var problems []string
	seen := map[Day]Kind{}
	names := ""
	for _, s := range n.Days {
		if _, twice := seen[s.Day]; twice {
			problems = append(problems, fmt.Sprintf("%s 出现两次", s.Day))
		}
		if problem := s.problem(n.Year); problem != "" {
			problems = append(problems, problem)
		}
		seen[s.Day] = s.Kind
		if s.Kind == Holiday {
			names += s.Name + " "
		}
	}
	for _, d := range n.fixed() {
		if seen[d] != Holiday {
			problems = append(problems, fmt.Sprintf("缺少法定假日 %s", d))
		}
	}
	for _, name := range []string{"春节", "清明", "端午", "中秋"} {
		if !strings.Contains(names, name) {
			problems = append(problems, "缺少"+name)
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d 年节假日表不合规：%s。请对照国务院办公厅的通知改正后重新导入", n.Year, strings.Join(problems, "；"))
	}
	return nil
}

// fixed are the statutory holidays of the year whose date is the same every year.
// The second of May is one since 2025 (国务院令第795号).
func (n Notice) fixed() []Day {
	days := []Day{DayOf(n.Year, 1, 1), DayOf(n.Year, 5, 1), DayOf(n.Year, 10, 1), DayOf(n.Year, 10, 2), DayOf(n.Year, 10, 3)}
	if n.Year >= 2025 {
		days = append(days, DayOf(n.Year, 5, 2))
	}
	return days
}

func (s Special) problem(year int) string {
	y, m, _ := s.Day.Civil()
	switch {
	case y != year && (y != year-1 || m != 12):
		return fmt.Sprintf("%s 不在 %d 年（上一年只能有 12 月的日期）", s.Day, year)
	case s.Kind != Holiday && s.Kind != Workday:
		return fmt.Sprintf("%s 的类型“%s”不认识，只能是“放假”或“上班”", s.Day, s.Kind)
	case s.Kind == Workday && !s.Day.Weekend():
		return fmt.Sprintf("%s 是%s，本来就上班，不必列出", s.Day, s.Day.Weekday())
	case s.Name == "":
		return fmt.Sprintf("%s 没有名称", s.Day)
	case s.Document == "":
		return fmt.Sprintf("%s 没有文号：没有出处的日期不能使用", s.Day)
	}
	return ""
}
