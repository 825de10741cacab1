package lake

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"yiheng/ground/lock"
)

const lockDir = "locks"

// ErrBusy is wrapped by the error of Begin when another writer, of this process or
// another, holds one of the tables. The text says which process and since when.
var ErrBusy = errors.New("table is being written")

// holder is what a lock file says about the writer that holds it.
type holder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
	What  string    `json:"what"`
}

// lockTable takes the lock of a table, a file in the lake's directory.
func (l *Lake) lockTable(name string) (*lock.Lock, error) {
	path := filepath.Join(l.dir, lockDir, name+".lock")
	f, err := lock.Try(path)
	if errors.Is(err, lock.ErrHeld) {
		return nil, busy(name, path)
	}
	if err != nil {
		return nil, explain(err, "锁定数据表", path)
	}
	text, _ := json.Marshal(holder{PID: os.Getpid(), Since: time.Now(), What: strings.Join(os.Args, " ")})
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt(text, 0)
	}
	if err != nil {
		_ = f.Close()
		return nil, explain(err, "锁定数据表", path)
	}
	return f, nil
}

// busy says who holds the lock file at path.
func busy(name, path string) error {
	var h holder
	if text, err := os.ReadFile(path); err != nil || json.Unmarshal(text, &h) != nil {
		return fmt.Errorf("数据表 %s 正被另一个进程写入，请稍后重试：%w", name, ErrBusy)
	}
	return fmt.Errorf("数据表 %s 正被进程 %d（%s）写入，自 %s 起。请等它结束后重试：%w",
		name, h.PID, h.What, h.Since.Local().Format(time.DateTime), ErrBusy)
}
