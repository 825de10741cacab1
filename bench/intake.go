package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"yiheng/demo"
	"yiheng/facts/claim"
)

// intake takes fee_list_d with all its columns in, as CSV, as GB18030 CSV and as
// Parquet, each into a home of its own; beside it the engine's bare reading and
// writing of the same file.
func (b *bench) intake(ctx context.Context) error {
	dir := filepath.Join(b.work, "extract")
	defer os.RemoveAll(dir)
	lines := min(5_000_000, max(200_000, b.lines/4))
	s, err := demo.Write(filepath.Join(dir, "utf8"), demo.Options{Lines: lines, Seed: b.seed + 1, From: b.from, To: b.to})
	if err != nil {
		return err
	}
	plain, encoded, packed := filepath.Join(dir, "utf8", "fee_list_d.csv"), filepath.Join(dir, "gb", "fee_list_d.csv"), filepath.Join(dir, "parquet", "fee_list_d.parquet")
	if err := encode(plain, encoded); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(packed), 0o755); err != nil {
		return err
	}
	bare, err := b.copyBare(ctx, plain, packed)
	if err != nil {
		return err
	}
	info, err := os.Stat(plain)
	if err != nil {
		return err
	}
	b.report.add("extract: fee_list_d, 82 columns", fmt.Sprint(s.Lines), fmt.Sprintf("lines of %d bytes, %s", info.Size()/s.Lines, size(info.Size())))
	for _, x := range []struct {
		what, path string
		goal       int
	}{{"CSV", plain, 150_000}, {"GB18030 CSV", encoded, 120_000}, {"Parquet", packed, 300_000}} {
		home := filepath.Join(b.work, "home-intake")
		u, err := b.machine.run(ctx, home, "intake", x.path)
		os.RemoveAll(home)
		if err != nil {
			return err
		}
		b.report.add("intake, "+x.what, fmt.Sprintf("%.0f lines/s", float64(s.Lines)/u.wall.Seconds()), fmt.Sprintf("goal %d; %.1f s, cpu %.1f s, %s", x.goal, u.wall.Seconds(), u.cpu.Seconds(), size(u.memory)))
	}
	if err := b.intakeSmaller(ctx, dir, lines/5); err != nil {
		return err
	}
	b.report.add("DuckDB: read CSV, write Parquet", fmt.Sprintf("%.0f lines/s", float64(s.Lines)/bare.Seconds()), fmt.Sprintf("%.1f s, no checks, nothing partitioned or sorted", bare.Seconds()))
	again, err := b.copyBare(ctx, packed, packed+".copy")
	if err != nil {
		return err
	}
	b.report.add("DuckDB: read Parquet, write Parquet", fmt.Sprintf("%.0f lines/s", float64(s.Lines)/again.Seconds()), fmt.Sprintf("%.1f s", again.Seconds()))
	return nil
}

// intakeSmaller takes a fifth of the lines in: memory is about the same.
func (b *bench) intakeSmaller(ctx context.Context, dir string, lines int64) error {
	s, err := demo.Write(filepath.Join(dir, "fifth"), demo.Options{Lines: lines, Seed: b.seed + 1, From: b.from, To: b.to})
	if err != nil {
		return err
	}
	home := filepath.Join(b.work, "home-intake")
	defer os.RemoveAll(home)
	u, err := b.machine.run(ctx, home, "intake", filepath.Join(dir, "fifth", "fee_list_d.csv"))
	if err != nil {
		return err
	}
	b.report.add("intake, CSV, a fifth of the lines", size(u.memory), fmt.Sprintf("%d lines; %.0f lines/s", s.Lines, float64(s.Lines)/u.wall.Seconds()))
	return nil
}

// encode writes a file again in GB18030.
func encode(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	w := bufio.NewWriterSize(out, 1<<20)
	if _, err := io.Copy(simplifiedchinese.GB18030.NewEncoder().Writer(w), bufio.NewReaderSize(in, 1<<20)); err != nil {
		return err
	}
	return w.Flush()
}

// copyBare has the engine read a file, by its columns' kinds, and write it as
// Parquet.
func (b *bench) copyBare(ctx context.Context, from, to string) (time.Duration, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, fmt.Sprintf("SET threads=%d; SET memory_limit='%s'; SET preserve_insertion_order=false", b.workers, b.memoryLimit)); err != nil {
		return 0, err
	}
	source := fmt.Sprintf("read_parquet('%s')", quote(from))
	if strings.HasSuffix(from, ".csv") {
		var types []string
		for _, f := range claim.FormOf("fee_list_d").Fields {
			types = append(types, fmt.Sprintf("'%s': '%s'", f.Name, sqlType(f.Kind)))
		}
		source = fmt.Sprintf("read_csv('%s', header = true, columns = {%s})", quote(from), strings.Join(types, ", "))
	}
	start := time.Now()
	_, err = db.ExecContext(ctx, fmt.Sprintf("COPY (FROM %s) TO '%s' (FORMAT parquet, COMPRESSION snappy)", source, quote(to)))
	return time.Since(start), err
}
