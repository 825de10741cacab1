package main

import (
	"context"
	"fmt"

	"yiheng/facts/lake"
)

type lakeCmd struct {
	List     lakeListCmd     `cmd:"" help:"列出各期数据和来源。"`
	Compact  lakeCompactCmd  `cmd:"" help:"合并小文件，丢弃已被替换的行。"`
	Expire   lakeExpireCmd   `cmd:"" help:"删除不再需要的旧期数据文件；筛查固定的各期不删。"`
	Relocate lakeRelocateCmd `cmd:"" help:"数据文件夹搬动之后，改正目录中的路径。"`
}

type lakeListCmd struct{}

func (*lakeListCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		epochs, err := h.lake.Epochs(ctx)
		if err != nil {
			return err
		}
		for _, e := range epochs {
			sources, err := h.lake.Sources(ctx, e.ID)
			if err != nil {
				return err
			}
			fmt.Printf("第 %d 期 %s，有效来源 %d 个 %s\n", e.ID, e.At.Local().Format("2006-01-02 15:04:05"), len(sources), e.Note)
			for _, s := range sources {
				if s.Epoch == e.ID {
					fmt.Printf("    %s %s %s：读入 %d = 保留 %d + 隔离 %d\n", s.ID, s.Table, s.Name, s.Read, s.Kept, s.Quarantined)
				}
			}
		}
		return nil
	})
}

// withHome runs f on the home that --home names, which must be there.
func withHome(ctx context.Context, all *cli, f func(*home) error) error {
	if err := mustExist(all.Home); err != nil {
		return err
	}
	h, err := openHome(ctx, all, 0)
	if err != nil {
		return err
	}
	defer h.Close()
	return f(h)
}

type lakeCompactCmd struct{}

func (*lakeCompactCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		for _, t := range h.lake.Tables() {
			c, err := h.lake.Compact(ctx, t, 1)
			if err != nil {
				return err
			}
			printCompacted(t, c)
		}
		return nil
	})
}

func printCompacted(table string, c lake.Compacted) {
	if c.Partitions > 0 {
		fmt.Printf("整理 %s：%d 个分区的 %d 个文件合并为 %d 个，丢弃已替换的 %d 行（第 %d 期）\n",
			table, c.Partitions, c.Before, c.After, c.Dropped, c.Epoch.ID)
	}
}

type lakeExpireCmd struct {
	Keep int `name:"keep" default:"7" help:"保留最近几期。"`
}

func (c *lakeExpireCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		e, err := h.lake.Expire(ctx, c.Keep)
		if err != nil {
			return err
		}
		fmt.Printf("删除 %d 期、%d 个文件（%.1f MB）\n", len(e.Epochs), e.Files, float64(e.Bytes)/1e6)
		return nil
	})
}

type lakeRelocateCmd struct{}

func (*lakeRelocateCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		n, err := h.lake.Relocate(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("已改正 %d 张表的路径\n", n)
		return nil
	})
}
