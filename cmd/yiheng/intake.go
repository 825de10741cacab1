package main

import (
	"context"
	"errors"
	"io"
	"os"

	"yiheng/facts/claim"
)

type intakeCmd struct {
	Paths     []string `arg:"" name:"path" help:"文件或文件夹。"`
	Replaces  string   `name:"replaces" placeholder:"SOURCE" help:"新文件替换的来源：来源编号或文件名。"`
	KeepGoing bool     `name:"keep-going" help:"个别文件不能读时，仍接收其余文件。"`
	Buckets   int      `name:"buckets" default:"16" help:"人员分桶数，只在新建数据文件夹时有效，以后不变。"`
}

func (c *intakeCmd) Run(ctx context.Context, all *cli) error {
	h, err := openHome(ctx, all, c.Buckets)
	if err != nil {
		return err
	}
	defer h.Close()
	var progress io.Writer
	if isTerminal(os.Stderr) {
		progress = os.Stderr
	}
	_, err = c.intake(ctx, h, progress)
	return err
}

// intake takes the files in, says how far it is on progress, and prints the report.
func (c *intakeCmd) intake(ctx context.Context, h *home, progress io.Writer) (*claim.Report, error) {
	o := claim.Options{Replaces: c.Replaces, KeepGoing: c.KeepGoing, Progress: progress}
	report, err := claim.Intake(ctx, claim.Home{Lake: h.lake, Registry: h.registry, Dir: h.dir}, c.Paths, o)
	if err != nil {
		return nil, err
	}
	report.Print(os.Stdout)
	if err := compact(ctx, h, report); err != nil {
		return report, err
	}
	if len(report.Problems) > 0 {
		return report, errors.New("有文件没有接收，见上")
	}
	return report, nil
}

// compact merges the files of crowded partitions of the tables that were taken in:
// reading costs by the file. Nothing that shows changes.
func compact(ctx context.Context, h *home, report *claim.Report) error {
	const most = 16 // files of a partition
	done := make(map[string]bool)
	for _, f := range report.Files {
		if done[f.Table] {
			continue
		}
		done[f.Table] = true
		c, err := h.lake.Compact(ctx, f.Table, most)
		if err != nil {
			return err
		}
		printCompacted(f.Table, c)
	}
	return nil
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
