package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// machine is what the measurements run on, and where they put their files.
type machine struct {
	cpu         string
	cores       int
	memory      int64 // bytes
	work        string
	workers     int
	memoryLimit string // of DuckDB
	yiheng      string // the binary
}

func (m *machine) look() {
	m.cores, m.cpu = runtime.NumCPU(), runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				m.cpu = strings.TrimSpace(value)
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		m.memory = kilobytes(string(text), "MemTotal:")
	}
}

// kilobytes reads a figure of /proc in bytes, 0 when it is not there.
func kilobytes(text, name string) int64 {
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) >= 2 && words[0] == name {
			n, _ := strconv.ParseInt(words[1], 10, 64)
			return n << 10
		}
	}
	return 0
}

// disk says how much of the disk of the work folder is free, in bytes.
func (m *machine) disk() int64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(m.work, &s); err != nil {
		return 0
	}
	return int64(s.Bavail) * s.Bsize
}

func (m *machine) String() string {
	return fmt.Sprintf("%s, %d cores, %s memory, %s of disk free, %s/%s", m.cpu, m.cores, size(m.memory), size(m.disk()), runtime.GOOS, runtime.GOARCH)
}

// size writes bytes for people.
func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
}
