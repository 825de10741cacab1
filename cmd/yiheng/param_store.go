package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"yiheng/ground/db"
	"yiheng/ground/param"
)

// changeReason is why a table of law is changed.
type changeReason struct {
	Reason string `name:"reason" required:"" help:"事由，记入日志。"`
}

type paramSetCmd struct {
	changeReason
	Key       string `arg:"" name:"key" help:"参数名，如 monitor.appeal_days。"`
	Value     string `arg:"" name:"value" help:"值，如 5个工作日、1000元、3%%、是。"`
	Region    string `name:"region" required:"" placeholder:"CODE" help:"区划：六位代码，或“全国”。"`
	From      string `name:"from" placeholder:"DAY" help:"施行之日；不写则不限。"`
	To        string `name:"to" placeholder:"DAY" help:"最后一日；不写则不限。"`
	Certainty string `name:"certainty" default:"V" help:"确定性：V 已核对正式文本，V2 转述，L 地方做法，M 未核对，D 设计默认值。"`
	Document  string `name:"document" required:"" help:"依据的文件：名称或文号。"`
	Article   string `name:"article" help:"条款。"`
	Note      string `name:"note" help:"说明。"`
}

func (c *paramSetCmd) Run(ctx context.Context, all *cli) error {
	s, err := c.setting()
	if err != nil {
		return err
	}
	return storeParams(ctx, all, []param.Setting{s}, c.Reason)
}

func (c *paramSetCmd) setting() (s param.Setting, err error) {
	key, ok := param.KeyOf(c.Key)
	if !ok {
		return s, fmt.Errorf("参数“%s”不认识：请用 yiheng param list 查看已有的参数", c.Key)
	}
	s = param.Setting{Key: c.Key, Certainty: param.Certainty(c.Certainty), Document: c.Document, Article: c.Article, Note: c.Note}
	if s.Region, err = regionOf(c.Region); err != nil {
		return s, err
	}
	if s.From, err = dayOf("--from", c.From); err != nil {
		return s, err
	}
	if s.To, err = dayOf("--to", c.To); err != nil {
		return s, err
	}
	s.Value, err = param.ParseValue(key.Kind, c.Value)
	return s, err
}

type paramImportCmd struct {
	changeReason
	Path string `arg:"" name:"path" type:"existingfile" help:"参数表，表头 键,区划,起,止,值,确定性,文件,条款,说明。"`
}

func (c *paramImportCmd) Run(ctx context.Context, all *cli) error {
	text, err := os.ReadFile(c.Path)
	if err != nil {
		return err
	}
	settings, err := param.ReadSettings(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("没有录入：\n%w", err)
	}
	return storeParams(ctx, all, settings, c.Reason)
}

// storeParams stores settings and journals it, all or none.
func storeParams(ctx context.Context, all *cli, settings []param.Setting, reason string) error {
	return withParams(ctx, all, func(d *db.DB, book *param.Book) error {
		var before, after int64
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			if before, err = book.Newest(ctx, tx); err != nil {
				return err
			}
			if err := book.Put(ctx, tx, settings, param.Act{Who: systemAccount, Reason: because(reason)}); err != nil {
				return err
			}
			if after, err = book.Newest(ctx, tx); err != nil || after == before {
				return err
			}
			region, err := storedRegion(ctx, tx, book, before, after)
			if err != nil {
				return err
			}
			return record(ctx, tx, act{name: "param.put", region: region, reason: reason, rows: map[string][]string{param.SettingRow: numbers(before, after)}})
		})
		switch {
		case err != nil:
			return fmt.Errorf("没有录入：%w", err)
		case after == before:
			fmt.Println("所给的值原已生效，没有改动。")
		default:
			fmt.Printf("已录入 %d 条：记录 %d 至 %d\n", after-before, before+1, after)
		}
		return nil
	})
}

// storedRegion is the region that all settings behind from up to to are for, "" for
// several and for the whole country.
func storedRegion(ctx context.Context, tx *db.Tx, book *param.Book, from, to int64) (region string, err error) {
	for n := from + 1; n <= to; n++ {
		s, err := book.Stored(ctx, tx, n)
		if err != nil {
			return "", err
		}
		if n > from+1 && s.Region != region {
			return "", nil
		}
		region = s.Region
	}
	return region, nil
}

type paramWithdrawCmd struct {
	changeReason
	N int64 `arg:"" name:"n" help:"记录的编号，见 yiheng param history。"`
}

func (c *paramWithdrawCmd) Run(ctx context.Context, all *cli) error {
	return withParams(ctx, all, func(d *db.DB, book *param.Book) error {
		err := d.Write(ctx, func(tx *db.Tx) error {
			stored, err := book.Stored(ctx, tx, c.N)
			if err != nil {
				return err
			}
			if err := book.Withdraw(ctx, tx, c.N, param.Act{Who: systemAccount, Reason: because(c.Reason)}); err != nil {
				return err
			}
			id := fmt.Sprint(c.N)
			return record(ctx, tx, act{name: "param.withdraw", kind: param.SettingRow, id: id, region: stored.Region, reason: c.Reason, rows: map[string][]string{param.SettingRow: {id}}})
		})
		if err == nil {
			fmt.Printf("已撤回记录 %d\n", c.N)
		}
		return err
	})
}
