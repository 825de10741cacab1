package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

// Holiday is a day that is not what its weekday says.
type Holiday struct {
	Year     int           `json:"year" doc:"of the notice: it may name days of the December before"`
	Day      string        `json:"day"`
	Kind     calendar.Kind `json:"kind" doc:"放假 or 上班"`
	Name     string        `json:"name"`
	Document string        `json:"document"`
}

// Edition is a notice as it was stored once.
type Edition struct {
	N       int       `json:"n" doc:"1 for the first of the year"`
	Year    int       `json:"year"`
	Who     string    `json:"who"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
	Added   []Holiday `json:"added"`
	Removed []Holiday `json:"removed"`
}

type editionsInput struct {
	YearInput
	web.Query
}

// YearInput is the input of an operation on a year.
type YearInput struct {
	Year int `path:"year" minimum:"2000" maximum:"2100"`
}

type dayInput struct {
	YearInput
	Day  string `path:"day" format:"date"`
	Body struct {
		Kind     string `json:"kind" enum:"放假,上班"`
		Name     string `json:"name" minLength:"1" maxLength:"40"`
		Document string `json:"document" minLength:"1" maxLength:"100"`
		Reason   string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

func (s *Server) yearbookRoutes() {
	web.ServeList(s.door, web.List[Holiday, web.Query]{
		Path: "/api/holidays", ID: "holidays", Title: "节假日表", Op: ReadYearbook,
		Columns: []web.Column[Holiday]{
			web.By("day", "日期", func(h *Holiday) string { return h.Day }),
			web.By("year", "年度", func(h *Holiday) string { return strconv.Itoa(h.Year) }),
			web.By("kind", "类型", func(h *Holiday) string { return string(h.Kind) }),
			web.By("name", "名称", func(h *Holiday) string { return h.Name }),
			web.By("document", "文号", func(h *Holiday) string { return h.Document }),
		},
		Read: func(ctx context.Context, _ *web.Call, _ *web.Query) (all []Holiday, err error) {
			notices, err := s.Yearbook.Notices(ctx, s.DB)
			for _, n := range notices {
				all = append(all, holidays(n.Year, n.Days)...)
			}
			return all, err
		},
	})
	web.ServeList(s.door, web.List[Edition, editionsInput]{
		Path: "/api/holidays/{year}/history", ID: "holiday-history", Title: "节假日表的录入记录", Op: ReadYearbook,
		Columns: []web.Column[Edition]{
			web.Number("n", "次", func(e *Edition) string { return strconv.Itoa(e.N) }),
			web.Time("at", "录入时间", func(e *Edition) time.Time { return e.At }),
			web.By("who", "录入人", func(e *Edition) string { return e.Who }),
			web.By("reason", "事由", func(e *Edition) string { return e.Reason }),
			web.By("removed", "删去", func(e *Edition) string { return daysOf(e.Removed) }),
			web.By("added", "加入", func(e *Edition) string { return daysOf(e.Added) }),
		},
		Read: func(ctx context.Context, _ *web.Call, in *editionsInput) (all []Edition, err error) {
			stored, err := s.Yearbook.History(ctx, s.DB, in.Year)
			for i, e := range stored {
				all = append(all, Edition{i + 1, e.Year, e.Who, e.Reason, e.At.UTC(), holidays(e.Year, e.Added), holidays(e.Year, e.Removed)})
			}
			return all, err
		},
	})
	web.Operate(s.door, ReadYearbook, huma.Operation{OperationID: "period", Method: http.MethodGet, Path: "/api/holidays/period", Summary: "推算期限"}, s.period)
	web.Operate(s.door, KeepYearbook, huma.Operation{OperationID: "import-holidays", Method: http.MethodPost, Path: "/api/holidays/import", MaxBodyBytes: web.MostTable, Summary: "导入节假日通知"}, s.importHolidays)
	web.Operate(s.door, KeepYearbook, huma.Operation{OperationID: "set-holiday", Method: http.MethodPut, Path: "/api/holidays/{year}/{day}", Summary: "修改一天"}, s.setHoliday)
}

func holidays(year int, days []calendar.Special) []Holiday {
	all := []Holiday{}
	for _, d := range days {
		all = append(all, Holiday{year, d.Day.String(), d.Kind, d.Name, d.Document})
	}
	return all
}

// daysOf are days in one line.
func daysOf(days []Holiday) string {
	said := make([]string, 0, len(days))
	for _, d := range days {
		said = append(said, strings.Join([]string{d.Day, string(d.Kind), d.Name}, " "))
	}
	return strings.Join(said, "；")
}

// importHolidays stores notices, each of which replaces the one of its year whole.
func (s *Server) importHolidays(ctx context.Context, c *web.Call, in *tableInput) (*web.Body[Stored], error) {
	notices, err := calendar.ReadNotices(strings.NewReader(in.Body.Table))
	if err != nil {
		return nil, web.Invalid("table", err.Error())
	}
	return s.storeHolidays(ctx, c, in.Body.Reason, func(tx *db.Tx, by yearbook.Act) error {
		for _, n := range notices {
			if err := s.Yearbook.Put(ctx, tx, n, by); err != nil {
				return err
			}
		}
		return nil
	})
}

// setHoliday changes a day of a notice that is there; the whole is checked again.
func (s *Server) setHoliday(ctx context.Context, c *web.Call, in *dayInput) (*web.Body[Stored], error) {
	day, err := calendar.ParseDay(in.Day)
	if err != nil {
		return nil, web.Invalid("day", "日期应写成 2026-01-01")
	}
	special := calendar.Special{Day: day, Kind: calendar.Kind(in.Body.Kind), Name: in.Body.Name, Document: in.Body.Document}
	return s.storeHolidays(ctx, c, in.Body.Reason, func(tx *db.Tx, by yearbook.Act) error {
		notices, err := s.Yearbook.Notices(ctx, tx)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if n.Year != in.Year {
				continue
			}
			if err := withDay(n, special).Check(); err != nil {
				return web.Invalid("holiday", err.Error())
			}
			return s.Yearbook.Set(ctx, tx, in.Year, special, by)
		}
		return web.Invalid("year", fmt.Sprintf("还没有 %d 年的节假日表，请先导入整年的通知", in.Year))
	})
}

// withDay is a notice in which a day is as given.
func withDay(n calendar.Notice, s calendar.Special) calendar.Notice {
	days, placed := []calendar.Special{}, false
	for _, d := range n.Days {
		if !placed && d.Day >= s.Day {
			days, placed = append(days, s), true
		}
		if d.Day != s.Day {
			days = append(days, d)
		}
	}
	if !placed {
		days = append(days, s)
	}
	return calendar.Notice{Year: n.Year, Days: days}
}

func (s *Server) storeHolidays(ctx context.Context, c *web.Call, reason string, do func(*db.Tx, yearbook.Act) error) (*web.Body[Stored], error) {
	var stored Stored
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		if err := s.door.Authorize(ctx, tx, c, KeepYearbook, access.Target{}); err != nil {
			return a, err
		}
		rows, err := newRows(ctx, tx, s.Yearbook.Newest, func() error { return do(tx, yearbook.Act{Who: c.ID, Reason: web.OneLine(reason)}) })
		stored.Stored = int64(len(rows))
		return web.Act{Name: "calendar.put", Reason: reason, Rows: map[string][]string{yearbook.EditionRow: rows}}, err
	})
	return web.Answer(stored), err
}
