package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/ground/db"
)

// small measures what a request waits for: loading the points, and judging one visit
// of a person with a history.
func (b *bench) small(ctx context.Context) error {
	d, err := db.Open(ctx, b.home())
	if err != nil {
		return err
	}
	defer d.Close()
	store, err := knowledge.Open(ctx, d, b.home())
	if err != nil {
		return err
	}
	set, err := store.Current(ctx)
	if err != nil {
		return err
	}
	before := heap()
	start := time.Now()
	points, err := knowledge.LoadFile(store.Path(set.Hash), set.Points)
	if err != nil {
		return err
	}
	lib := screening.NewLibrary(screening.Parts{Rules: rule.All(), Points: points})
	took := time.Since(start)
	memory := heap() - before
	runtime.KeepAlive(lib)
	b.report.add("loading points, library made", fmt.Sprintf("%.2f s", took.Seconds()), fmt.Sprintf("%d points, %s kept; goal 1 s, 100 MB", len(points), size(memory)))
	return b.visit(ctx)
}

// heap returns the bytes that are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// visit runs the Go benchmark of one visit.
func (b *bench) visit(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "tools/go", "test", "./audit/screening", "-run", "^$", "-bench", "^BenchmarkVisit$", "-benchtime", "3s").CombinedOutput()
	if err != nil {
		return fmt.Errorf("go test -bench Visit: %w\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if words := strings.Fields(line); len(words) > 3 && strings.HasPrefix(line, "BenchmarkVisit") {
			b.report.add("a visit of 20 lines, 300 of history", words[2]+" ns", "250,000 points, all rules; goal 200,000 ns")
		}
	}
	return nil
}

// growth shows how cost grows: with lines, points and workers.
func (b *bench) growth(ctx context.Context) error {
	for lines := int64(1_000_000); lines < b.lines; lines *= 10 {
		c := *b
		c.lines, c.work = lines, filepath.Join(b.work, fmt.Sprint("lines-", lines))
		if err := b.grow(ctx, &c, fmt.Sprintf("%d lines, %d points, %d workers", lines, c.points, c.workers)); err != nil {
			return err
		}
	}
	for _, x := range []struct{ points, workers int }{{2_500, 2}, {25_000, 2}, {250_000, 2}, {250_000, 1}} {
		c := *b
		c.lines, c.points, c.workers = min(b.lines, 10_000_000), x.points, x.workers
		c.work = filepath.Join(b.work, "points")
		if err := b.grow(ctx, &c, fmt.Sprintf("%d lines, %d points, %d workers", c.lines, c.points, c.workers)); err != nil {
			return err
		}
	}
	return nil
}

// grow measures one screening of a city of its own.
func (b *bench) grow(ctx context.Context, c *bench, about string) error {
	c.exported = filepath.Join(c.work, "points.csv")
	c.report = report{quiet: true}
	if err := c.renew(); err != nil {
		return err
	}
	for _, step := range []func(*bench, context.Context) error{(*bench).makeCity, (*bench).learn} {
		if err := step(c, ctx); err != nil {
			return err
		}
	}
	s, err := c.machine.screen(ctx, c.home(), c.from, c.to, "grow")
	if err != nil {
		return err
	}
	b.report.add("screening", fmt.Sprintf("%.1f s", s.wall.Seconds()), fmt.Sprintf("%s; %s", about, size(s.memory)))
	return nil
}
