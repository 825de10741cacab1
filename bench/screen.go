package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

func (b *bench) makeCity(ctx context.Context) error { // provisional
	dir := filepath.Join(b.work, "csv")
	if _, err := os.Stat(b.home()); err == nil {
		return b.export(ctx)
	}
	if _, err := b.machine.run(ctx, b.home(), "demo", "--lines", fmt.Sprint(b.lines), dir); err != nil {
		return err
	}
	for _, args := range [][]string{{"intake", dir}, {"knowledge", "import", "starter"}} {
		if _, err := b.machine.run(ctx, b.home(), args...); err != nil {
			return err
		}
	}
	return b.export(ctx)
}

func (b *bench) export(ctx context.Context) error {
	b.exported = filepath.Join(b.work, "points.csv")
	_, err := b.machine.run(ctx, b.home(), "knowledge", "export", b.exported)
	return err
}

func (b *bench) screening(ctx context.Context) error {
	s, err := b.machine.screen(ctx, b.home(), b.from, b.to, "all")
	if err != nil {
		return err
	}
	b.report.add("screening, all rules", fmt.Sprintf("%.1f s", s.wall.Seconds()), fmt.Sprintf("%s, cpu %.1f s, %v", size(s.memory), s.cpu.Seconds(), s.results))
	return nil
}

func (b *bench) sql(ctx context.Context) error {
	c, err := look(ctx, b.home(), b.startMonth())
	if err != nil {
		return err
	}
	return b.sideBySide(ctx, c)
}
