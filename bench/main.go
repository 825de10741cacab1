// Command bench measures what the design promises, on a city that it makes, and
// prints the figures as a table: make bench, or make bench BENCH='-lines 100000000'.
// It is the only part of the project that holds DuckDB, to be measured against.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// bench is one run of the measurements.
type bench struct {
	machine
	report   report
	lines    int64
	points   int
	seed     uint64
	from, to calendar.Day
	findings int // of the review chapter
	clients  int // at once, of the api chapter
	keep     bool
	exported string      // points in force, as the engine reads them
	people   int64       // persons of the city
	sample   *lake.Batch // some of its fee lines
	full     *screened   // the full run
}

// step is a chapter of the measurements.
type step struct {
	name string
	run  func(*bench, context.Context) error
}

var steps = []step{
	{"city", (*bench).makeCity},
	{"knowledge", (*bench).learn},
	{"screen", (*bench).screening},
	{"classes", (*bench).classes},
	{"sql", (*bench).sql},
	{"daily", (*bench).daily},
	{"years", (*bench).years},
	{"intake", (*bench).intake},
	{"small", (*bench).small},
	{"truth", (*bench).truth},
	{"growth", (*bench).growth},
	{"api", (*bench).api},
	{"review", (*bench).review},
}

func main() {
	b := &bench{from: calendar.DayOf(2025, 1, 1), to: calendar.DayOf(2025, 12, 31)}
	flag.Int64Var(&b.lines, "lines", 2_000_000, "fee lines of the city's year")
	flag.IntVar(&b.points, "points", 250_000, "knowledge points")
	flag.Uint64Var(&b.seed, "seed", 1, "of the city")
	flag.StringVar(&b.work, "work", filepath.Join(os.TempDir(), "yiheng-bench"), "folder for homes and files; emptied at the end")
	flag.IntVar(&b.workers, "workers", 2, "worker processes, and threads of DuckDB")
	flag.StringVar(&b.memoryLimit, "duckdb-memory", "3GB", "memory_limit of DuckDB")
	flag.StringVar(&b.yiheng, "yiheng", "bin/yiheng", "the binary that is measured")
	flag.IntVar(&b.findings, "findings", 1_000_000, "findings that are reviewed")
	flag.IntVar(&b.clients, "clients", 16, "that ask the API at once")
	flag.BoolVar(&b.keep, "keep", false, "keep the work folder")
	only := flag.String("only", "", "chapters, by comma: "+names())
	out := flag.String("out", "bench/out", "folder of the written table")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := b.all(ctx, strings.FieldsFunc(*only, func(r rune) bool { return r == ',' }))
	if e := b.report.write(*out); err == nil {
		err = e
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func names() string {
	var list []string
	for _, s := range steps {
		list = append(list, s.name)
	}
	return strings.Join(list, ",")
}

func (b *bench) all(ctx context.Context, only []string) error {
	if err := os.MkdirAll(b.work, 0o755); err != nil {
		return err
	}
	if !b.keep {
		defer os.RemoveAll(b.work)
	}
	b.exported = filepath.Join(b.work, "points.csv")
	b.look()
	b.report.title = b.machine.String()
	fmt.Println(b.report.title)
	for _, s := range steps {
		if len(only) > 0 && !slices.Contains(only, s.name) {
			continue
		}
		b.report.chapter(s.name)
		if err := s.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// renew empties the work folder.
func (b *bench) renew() error {
	if err := os.RemoveAll(b.work); err != nil {
		return err
	}
	return os.MkdirAll(b.work, 0o755)
}

// startMonth is the first month that a screening of the run's days reads.
func (b *bench) startMonth() int { return (b.from.Year() - 1) * 12 }
