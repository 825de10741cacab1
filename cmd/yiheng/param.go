package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/param"
)

type paramCmd struct {
	List     paramListCmd     `cmd:"" help:"列出参数及其在某区划某日的值。"`
	Show     paramShowCmd     `cmd:"" help:"查看一个参数：含义、值、出处、确定性。"`
	Set      paramSetCmd      `cmd:"" help:"录入一个参数的值；全国的值只能在这里录入。"`
	Import   paramImportCmd   `cmd:"" help:"导入参数表：CSV（UTF-8）；全部录入或全不录入。"`
	Export   paramExportCmd   `cmd:"" help:"以CSV导出录入的参数，或程序自带的参数（--built-in）。"`
	Withdraw paramWithdrawCmd `cmd:"" help:"撤回一条录入的参数：此前的值重新生效，记录保留。"`
	History  paramHistoryCmd  `cmd:"" help:"列出一个参数的历次录入和撤回。"`
}

// withParams runs f on the parameters of a home that is there.
func withParams(ctx context.Context, all *cli, f func(*db.DB, *param.Book) error) error {
	return withDB(ctx, all, func(d *db.DB) error {
		book, err := param.Open(ctx, d)
		if err != nil {
			return err
		}
		return f(d, book)
	})
}

// place is where and when a parameter is asked for.
type place struct {
	Region string `name:"region" default:"全国" placeholder:"CODE" help:"区划：六位代码，或“全国”。"`
	Day    string `name:"day" placeholder:"DAY" help:"哪一日的值；不写则今天。"`
}

func (p place) at() (region string, day calendar.Day, err error) {
	if region, err = regionOf(p.Region); err != nil || p.Day == "" {
		return region, calendar.Today(), err
	}
	day, err = dayOf("--day", p.Day)
	return region, day, err
}

// regionOf reads a region: the whole country is 全国 or 000000.
func regionOf(text string) (string, error) {
	switch {
	case text == "全国" || text == "000000":
		return "", nil
	case len(text) == 6 && strings.Trim(text, "0123456789") == "":
		return text, nil
	}
	return "", fmt.Errorf("区划“%s”不合规：请写六位行政区划代码，或“全国”", text)
}

// dayOf reads a day that an option states, NoDay when it is empty.
func dayOf(option, text string) (calendar.Day, error) {
	day, err := calendar.ParseDay(text)
	if err != nil {
		return day, fmt.Errorf("%s 的日期“%s”不合规：请写成 2026-01-01", option, text)
	}
	return day, nil
}

type paramListCmd struct {
	place
	Match       string `arg:"" optional:"" name:"match" help:"只列名称或含义中有此字样的。"`
	Stored      bool   `name:"stored" help:"只列录入的值。"`
	Unconfirmed bool   `name:"unconfirmed" help:"只列须按本地正式文本核定的，和没有值的。"`
}

func (c *paramListCmd) Run(ctx context.Context, all *cli) error {
	region, day, err := c.at()
	if err != nil {
		return err
	}
	return withParams(ctx, all, func(d *db.DB, book *param.Book) error {
		table, err := book.Table(ctx, d)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', 0)
		fmt.Fprintln(w, "参数\t值\t设定区划\t确定性\t来源\t含义")
		shown := 0
		for _, k := range param.Keys() {
			a, err := table.At(k.Name, region, day)
			if err != nil && !errors.Is(err, param.ErrNone) {
				return err
			}
			if c.wants(k, a) {
				shown++
				fmt.Fprintln(w, strings.Join(paramRow(k, a), "\t"))
			}
		}
		fmt.Fprintf(w, "共 %d 个（%s，%s）\n", shown, orAll(region, "全国"), day)
		return w.Flush()
	})
}

// wants says whether a parameter is listed; the zero answer is one without a value.
func (c *paramListCmd) wants(k param.Key, a param.Answer) bool {
	none := a.Value == param.Value{}
	return (c.Match == "" || strings.Contains(k.Name, c.Match) || strings.Contains(k.Meaning, c.Match)) &&
		(!c.Stored || a.Stored) && (!c.Unconfirmed || none || a.Caution != "")
}

func paramRow(k param.Key, a param.Answer) []string {
	if a.Value == (param.Value{}) {
		return []string{k.Name, "（没有值）", "", "", "", k.Meaning}
	}
	source := "自带"
	if a.Stored {
		source = "录入"
	}
	return []string{k.Name, a.Value.In(k.Unit), orAll(a.Region, "全国"), cmp.Or(a.Caution, a.Certainty.String()), source, k.Meaning}
}

type paramShowCmd struct {
	place
	Key string `arg:"" name:"key" help:"参数名，如 monitor.appeal_days。"`
}

func (c *paramShowCmd) Run(ctx context.Context, all *cli) error {
	region, day, err := c.at()
	if err != nil {
		return err
	}
	return withParams(ctx, all, func(d *db.DB, book *param.Book) error {
		table, err := book.Table(ctx, d)
		if err != nil {
			return err
		}
		a, err := table.At(c.Key, region, day)
		if err != nil {
			return err
		}
		key, _ := param.KeyOf(c.Key)
		who := "地方可设定"
		if key.National {
			who = "国家统一规定，地方不能另行设定"
		}
		for _, line := range [][2]string{
			{"参数", key.Name},
			{"含义", key.Meaning},
			{"类型", string(key.Kind)},
			{"设定", who},
			{"法定下限", bound(key.Least, key.Unit)},
			{"法定上限", bound(key.Most, key.Unit)},
			{"值", a.Value.In(key.Unit)},
			{"设定区划", orAll(a.Region, "全国")},
			{"起", a.From.String()},
			{"止", a.To.String()},
			{"文件", a.Document},
			{"条款", a.Article},
			{"确定性", a.Certainty.String()},
			{"提示", a.Caution},
			{"说明", a.Note},
		} {
			if line[1] != "" {
				fmt.Printf("  %s　%s\n", line[0], line[1])
			}
		}
		return nil
	})
}

func bound(v param.Value, unit string) string {
	if v == (param.Value{}) {
		return ""
	}
	return v.In(unit)
}

type paramExportCmd struct {
	Out     string `name:"out" type:"path" placeholder:"FILE" help:"写到文件；不写则到标准输出。"`
	BuiltIn bool   `name:"built-in" help:"程序自带的参数，而不是录入的。"`
}

func (c *paramExportCmd) Run(ctx context.Context, all *cli) error {
	return withParams(ctx, all, func(d *db.DB, book *param.Book) error {
		settings, err := param.BuiltIn(), error(nil)
		if !c.BuiltIn {
			settings, err = book.Export(ctx, d)
		}
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if err := param.WriteSettings(&text, settings); err != nil {
			return err
		}
		return writeOut(c.Out, text.Bytes())
	})
}

// writeOut writes a new file, or the standard output when none is named.
func writeOut(path string, text []byte) error {
	if path == "" {
		return output(text, nil)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("文件 %s 已存在：请换一个文件名", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

type paramHistoryCmd struct {
	Key string `arg:"" name:"key" help:"参数名。"`
}

func (c *paramHistoryCmd) Run(ctx context.Context, all *cli) error {
	if _, ok := param.KeyOf(c.Key); !ok {
		return fmt.Errorf("参数“%s”不认识：请用 yiheng param list 查看已有的参数", c.Key)
	}
	return withParams(ctx, all, func(d *db.DB, book *param.Book) error {
		history, err := book.History(ctx, d, c.Key)
		if err != nil {
			return err
		}
		for _, h := range history {
			fmt.Printf("%d　%s　%s　%s 至 %s　%s\n", h.N, orAll(h.Region, "全国"), h.Value, orAll(h.From.String(), "…"), orAll(h.To.String(), "…"), h.Document)
			fmt.Printf("  %s　%s　%s\n", h.At.Local().Format(time.DateTime), h.Who, h.Reason)
			if !h.WithdrawnAt.IsZero() {
				fmt.Printf("  撤回 %s　%s　%s\n", h.WithdrawnAt.Local().Format(time.DateTime), h.Withdrawn.Who, h.Withdrawn.Reason)
			}
		}
		fmt.Printf("共 %d 条录入\n", len(history))
		return nil
	})
}
