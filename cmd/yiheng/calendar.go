package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"yiheng/ground/calendar"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
)

type calendarCmd struct {
	List   calendarListCmd   `cmd:"" help:"列出各年的节假日表。"`
	Show   calendarShowCmd   `cmd:"" help:"列出一年的放假和调休日，及录入记录。"`
	Import calendarImportCmd `cmd:"" help:"导入国务院办公厅的节假日通知：CSV（UTF-8），逐年整表替换。"`
	Export calendarExportCmd `cmd:"" help:"以CSV导出节假日表。"`
	Period calendarPeriodCmd `cmd:"" help:"计算期限：从某日起若干工作日、日、月、年的最后一日，及跳过的每一天的原因。"`
}

// withYearbook runs f on the yearbook of a home that is there.
func withYearbook(ctx context.Context, all *cli, f func(*db.DB, *yearbook.Book) error) error {
	return withDB(ctx, all, func(d *db.DB) error {
		book, err := yearbook.Open(ctx, d)
		if err != nil {
			return err
		}
		return f(d, book)
	})
}

type calendarListCmd struct{}

func (c *calendarListCmd) Run(ctx context.Context, all *cli) error {
	return withYearbook(ctx, all, func(d *db.DB, book *yearbook.Book) error {
		notices, err := book.Notices(ctx, d)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', 0)
		fmt.Fprintln(w, "年度\t放假\t上班\t录入\t文号")
		for _, n := range notices {
			editions, err := book.History(ctx, d, n.Year)
			if err != nil {
				return err
			}
			off, documents := 0, []string(nil)
			for _, s := range n.Days {
				if s.Kind == calendar.Holiday {
					off++
				}
				if !slices.Contains(documents, s.Document) {
					documents = append(documents, s.Document)
				}
			}
			stored := "自带"
			if len(editions) > 0 {
				stored = fmt.Sprintf("第 %d 次", len(editions))
			}
			fmt.Fprintf(w, "%d\t%d 天\t%d 天\t%s\t%s\n", n.Year, off, len(n.Days)-off, stored, strings.Join(documents, "、"))
		}
		return w.Flush()
	})
}

type calendarShowCmd struct {
	Year int `arg:"" name:"year" help:"年度，如 2026。"`
}

func (c *calendarShowCmd) Run(ctx context.Context, all *cli) error {
	return withYearbook(ctx, all, func(d *db.DB, book *yearbook.Book) error {
		notices, err := book.Notices(ctx, d)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(notices, func(n calendar.Notice) bool { return n.Year == c.Year })
		if i < 0 {
			return fmt.Errorf("没有 %d 年的节假日表：请用 yiheng calendar import 导入", c.Year)
		}
		for _, s := range notices[i].Days {
			fmt.Printf("%s %s　%s　%s　%s\n", s.Day, s.Day.Weekday(), s.Kind, s.Name, s.Document)
		}
		editions, err := book.History(ctx, d, c.Year)
		for _, e := range editions {
			fmt.Printf("录入 %s　%s　%s　增 %d 天，删 %d 天\n", e.At.Local().Format(time.DateTime), e.Who, e.Reason, len(e.Added), len(e.Removed))
		}
		return err
	})
}

type calendarImportCmd struct {
	changeReason
	Path string `arg:"" name:"path" type:"existingfile" help:"节假日表，表头 年度,日期,类型,名称,文号，每行一天。"`
}

func (c *calendarImportCmd) Run(ctx context.Context, all *cli) error {
	text, err := os.ReadFile(c.Path)
	if err != nil {
		return err
	}
	notices, err := calendar.ReadNotices(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("没有录入：\n%w", err)
	}
	return withYearbook(ctx, all, func(d *db.DB, book *yearbook.Book) error {
		var before, after int64
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			if before, err = book.Newest(ctx, tx); err != nil {
				return err
			}
			for _, n := range notices {
				if err := book.Put(ctx, tx, n, yearbook.Act{Who: systemAccount, Reason: because(c.Reason)}); err != nil {
					return err
				}
			}
			if after, err = book.Newest(ctx, tx); err != nil || after == before {
				return err
			}
			return record(ctx, tx, act{name: "calendar.put", reason: c.Reason, rows: map[string][]string{yearbook.EditionRow: numbers(before, after)}})
		})
		switch {
		case err != nil:
			return fmt.Errorf("没有录入：%w", err)
		case after == before:
			fmt.Println("所给的节假日表与现有的相同，没有改动。")
		default:
			fmt.Printf("已录入 %d 年的节假日表\n", after-before)
		}
		return nil
	})
}

type calendarExportCmd struct {
	Out  string `name:"out" type:"path" placeholder:"FILE" help:"写到文件；不写则到标准输出。"`
	Year []int  `arg:"" optional:"" name:"year" help:"哪些年度；不写则全部。"`
}

func (c *calendarExportCmd) Run(ctx context.Context, all *cli) error {
	return withYearbook(ctx, all, func(d *db.DB, book *yearbook.Book) error {
		notices, err := book.Notices(ctx, d)
		if err != nil {
			return err
		}
		if len(c.Year) > 0 {
			notices = slices.DeleteFunc(notices, func(n calendar.Notice) bool { return !slices.Contains(c.Year, n.Year) })
		}
		var text bytes.Buffer
		if err := calendar.WriteNotices(&text, notices); err != nil {
			return err
		}
		return writeOut(c.Out, text.Bytes())
	})
}
