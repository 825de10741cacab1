package main

import (
	"context"
	"fmt"
)

// screening runs all rules over the year, and beside it the bare scan.
func (b *bench) screening(ctx context.Context) error {
	c, err := look(ctx, b.home(), b.startMonth())
	if err != nil {
		return err
	}
	lines, _ := c.size("fee_list_d")
	s, err := b.machine.screen(ctx, b.home(), b.from, b.to, "all")
	if err != nil {
		return err
	}
	b.full = s
	scan, err := b.bareScan(ctx, c)
	if err != nil {
		return err
	}
	b.report.add("screening, all rules", fmt.Sprintf("%.1f s", s.wall.Seconds()),
		fmt.Sprintf("%.0f lines/s; goal at 10^8: 180 s; violations %d, suspicions %d", float64(lines)/s.wall.Seconds(), s.results["violation"], s.results["suspicion"]))
	b.report.add("screening, memory", size(s.memory), fmt.Sprintf("command and %d workers together; goal 3 GiB", b.workers))
	b.report.add("bare scan of the columns read", fmt.Sprintf("%.1f s", scan.Seconds()), fmt.Sprintf("screening takes %.1f times as long", s.wall.Seconds()/scan.Seconds()))
	return nil
}

func (b *bench) sql(ctx context.Context) error {
	c, err := look(ctx, b.home(), b.startMonth())
	if err != nil {
		return err
	}
	return b.sideBySide(ctx, c)
}
