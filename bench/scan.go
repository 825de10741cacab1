package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"yiheng/facts/claim"
	"yiheng/facts/lake"
)

// bareScan reads, with as many goroutines as screening has workers, the columns that
// screening reads of all its files, and does nothing with them.
func (b *bench) bareScan(ctx context.Context, c *city) (time.Duration, error) {
	type job struct {
		table *lake.Table
		path  string
	}
	var jobs []job
	for _, t := range claim.Tables {
		for _, f := range c.files[t.Name] {
			jobs = append(jobs, job{t, f.Path})
		}
	}
	start := time.Now()
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make(chan error, b.workers)
	for range b.workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				k := int(next.Add(1)) - 1
				if k >= len(jobs) {
					return
				}
				if err := scanFile(jobs[k].path, jobs[k].table); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	return time.Since(start), <-errs
}

func scanFile(path string, t *lake.Table) error {
	r, err := lake.OpenFile(path, t)
	if err != nil {
		return err
	}
	defer r.Close()
	for i := range r.Blocks() {
		b := r.Block(i)
		for _, name := range claim.JudgedColumns(t.Name) {
			if _, err := b.Col(name); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		b.Close()
	}
	return nil
}
