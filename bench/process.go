package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is what a command took: with its worker processes, which are its children.
type usage struct {
	wall   time.Duration
	cpu    time.Duration
	memory int64 // most resident bytes of all its processes at one time
	output string
}

// run runs the yiheng binary on a home. Memory is sampled ten times a second and is
// the sum over the command and its children.
func (m *machine) run(ctx context.Context, home string, args ...string) (usage, error) {
	c := exec.CommandContext(ctx, m.yiheng, append(args, "--home", home)...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	start := time.Now()
	if err := c.Start(); err != nil {
		return usage{}, err
	}
	done := make(chan struct{})
	most := make(chan int64, 1)
	go func() { most <- sample(c.Process.Pid, done) }()
	err := c.Wait()
	close(done)
	u := usage{wall: time.Since(start), memory: <-most, output: out.String()}
	u.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	if err != nil {
		return u, fmt.Errorf("%s %s: %w\n%s", m.yiheng, strings.Join(args, " "), err, u.output)
	}
	return u, nil
}

// sample returns the most memory that a process and its children had together until
// done is closed.
func sample(pid int, done <-chan struct{}) (most int64) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		sum := int64(0)
		for _, p := range family(pid) {
			if text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p), "status")); err == nil {
				sum += kilobytes(string(text), "VmRSS:")
			}
		}
		most = max(most, sum)
		select {
		case <-done:
			return most
		case <-tick.C:
		}
	}
}

// family returns a process with its children.
func family(pid int) []int {
	pids := []int{pid}
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return pids
	}
	for _, t := range tasks {
		text, _ := os.ReadFile(t)
		for _, word := range strings.Fields(string(text)) {
			if p, err := strconv.Atoi(word); err == nil {
				pids = append(pids, family(p)...)
			}
		}
	}
	return pids
}
