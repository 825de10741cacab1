package screening

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// Task is what a worker process is asked for, one JSON object a line on its
// standard input: first Dir (with Base and Previous) of a run, then its buckets one by one. It
// answers with a BucketReport a line on its standard output.
type Task struct {
	Dir      string `json:"dir,omitempty"`      // folder of the run, with its plan.json
	Base     string `json:"base,omitempty"`     // folder of the run that it builds on
	Previous string `json:"previous,omitempty"` // folder of the run that its revisions count on from
	Bucket   int    `json:"bucket"`
	Attempt  int    `json:"attempt"`
}

// Work is the worker process: it reads the bucket's files of the lake itself, so
// that no rows travel, and writes an output named for the attempt. It ends when its
// input ends, at once: a worker never outlives the one that it works for.
func Work(in io.Reader, out io.Writer) error {
	tasks := make(chan Task)
	go func() {
		dec := json.NewDecoder(in)
		for {
			var t Task
			if err := dec.Decode(&t); err != nil {
				if errors.Is(err, io.EOF) {
					os.Exit(0)
				}
				fmt.Fprintln(os.Stderr, "yiheng worker：任务不是JSON：", err)
				os.Exit(2)
			}
			tasks <- t
		}
	}()
	// Most of a worker's memory is points and blocks that stay: garbage may be half as much.
	debug.SetGCPercent(60)
	answer := json.NewEncoder(out)
	hello := <-tasks
	plan, err := loadPlan(hello.Dir)
	if err != nil {
		return err
	}
	lib, err := plan.library()
	if err != nil {
		return err
	}
	if err := plan.holds(lib); err != nil {
		return err
	}
	if err := answer.Encode(BucketReport{Bucket: -1}); err != nil {
		return err
	}
	for t := range tasks {
		report, err := runBucket(hello, plan, lib, t.Bucket, t.Attempt, func(rows int64) {
			_ = answer.Encode(BucketReport{Bucket: t.Bucket, Attempt: t.Attempt, Rows: rows, Progress: true})
		})
		if err != nil {
			report = &BucketReport{Bucket: t.Bucket, Attempt: t.Attempt, Error: err.Error()}
		}
		if err := answer.Encode(report); err != nil {
			return err
		}
	}
	return nil
}
