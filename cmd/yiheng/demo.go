package main

import (
	"context"
	"fmt"
	"os"

	"yiheng/demo"
	"yiheng/ground/calendar"
)

type demoCmd struct {
	Lines int64        `name:"lines" default:"2000000" help:"费用明细约多少行。"`
	Seed  uint64       `name:"seed" default:"1" help:"随机种子：同样的种子给出同样的城市。"`
	Clean bool         `name:"clean" help:"不注入违规，只保留合规用法和易混情形。"`
	From  calendar.Day `name:"from" default:"2025-01-01" help:"起始日。"`
	To    calendar.Day `name:"to" default:"2025-12-31" help:"截止日。"`
	Out   string       `arg:"" name:"dir" type:"path" help:"写到哪个文件夹。"`
}

func (c *demoCmd) Run(context.Context) error {
	show := showRows("生成")
	s, err := demo.Write(c.Out, demo.Options{
		Lines: c.Lines, Seed: c.Seed, Clean: c.Clean, From: c.From, To: c.To,
		Progress: func(lines int64) { show(lines, c.Lines) },
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, s)
	return nil
}
