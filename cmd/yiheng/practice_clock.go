package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// practiceMark is the act that makes a home one to practise in: always the first entry of
// its journal, so that no home which has another history can ever bear it, and none can
// lose it unseen.
const practiceMark = "practice.begin"

// markPractice marks a home whose journal is empty; a home that is marked stays so.
func markPractice(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		first, err := firstAct(ctx, tx)
		switch {
		case err != nil || first == practiceMark:
			return err
		case first != "":
			return fmt.Errorf("数据 %s 已有其他操作记录（第一条是 %s），不能标为演练库：请用新的 --home（或新的数据库）", d.Where(), first)
		}
		return record(ctx, tx, act{name: practiceMark, reason: "标为演练库"})
	})
}

// firstAct is the first act of the journal, "" while there is none.
func firstAct(ctx context.Context, from db.Reader) (string, error) {
	entries, err := journal.List(ctx, from, journal.Filter{Before: 1, Limit: 1})
	if err != nil || len(entries) == 0 {
		return "", err
	}
	return entries[0].Act, nil
}

// practise gives a marked home the clock of a file; no file, no change.
func practise(ctx context.Context, d *db.DB, file string) error {
	if file == "" {
		return nil
	}
	first, err := firstAct(ctx, d)
	if err != nil {
		return err
	}
	if first != practiceMark {
		return fmt.Errorf("数据 %s 不是演练库，不能用演练时钟：去掉 --practice-clock，或另用 yiheng practice begin 标记的新数据文件夹", d.Where())
	}
	clock := &practiceClock{file: file}
	if clock.last, err = clock.read(); err != nil {
		return err
	}
	d.Clock = clock.now
	return nil
}

// practiceClock goes on from the instant in a file, from when the file was written.
type practiceClock struct {
	file string
	mu   sync.Mutex
	last running
}

// running is an instant, and when on the machine's clock it was.
type running struct{ instant, since time.Time }

func (r running) now() time.Time { return r.instant.Add(time.Since(r.since)) }

// now reads the file anew. While it cannot be read, the clock goes on as it did.
func (c *practiceClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if read, err := c.read(); err == nil {
		c.last = read
	}
	return c.last.now()
}

func (c *practiceClock) read() (r running, err error) {
	info, err := os.Stat(c.file)
	if err != nil {
		return r, fmt.Errorf("演练时钟 %s 读不出：%w", c.file, err)
	}
	text, err := os.ReadFile(c.file)
	if err != nil {
		return r, fmt.Errorf("演练时钟 %s 读不出：%w", c.file, err)
	}
	instant, err := time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
	if err != nil {
		return r, fmt.Errorf("演练时钟 %s 应写有一个时刻，如 2026-03-02T09:00:00+08:00，不能是 %q", c.file, strings.TrimSpace(string(text)))
	}
	return running{instant, info.ModTime()}, nil
}

type practiceBeginCmd struct{}

// Run marks the home, which is made if it is not there.
func (*practiceBeginCmd) Run(ctx context.Context, all *cli) error {
	unmarked := *all
	unmarked.PracticeClock = "" // that only a marked home may have
	h, err := openHome(ctx, &unmarked, 0)
	if err != nil {
		return err
	}
	defer h.Close()
	if err := markPractice(ctx, h.db); err != nil {
		return err
	}
	fmt.Printf("%s 是演练库：服务可用演练时钟（yiheng serve --practice-clock FILE）\n", all.Home)
	return nil
}
