package claim

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
)

// Problem is what a user must know about a file that could not be taken in: what
// is wrong, where, and what to do about it.
type Problem struct {
	File string // as the user named it; a member of an archive is "a.zip!b.txt"
	Line int64  // 1 based; 0: the whole file
	What string
	Do   string
	Err  error `json:"-"` // the cause, when it is an error of the system

	unknown bool // the file may simply not be one of ours
}

// Error gives the problem as one Chinese sentence.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, " 第 %d 行", p.Line)
	}
	if b.Len() > 0 {
		b.WriteString("：")
	}
	b.WriteString(p.What)
	if p.Err != nil {
		fmt.Fprintf(&b, "（%v）", p.Err)
	}
	if p.Do != "" {
		b.WriteString("。" + p.Do)
	}
	return b.String()
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// cannotWrite says why a file of the home cannot be written.
func cannotWrite(path string, err error) error {
	p := &Problem{File: path, What: "写入失败", Do: "本次导入没有生效。请检查数据目录所在的磁盘后重做", Err: err}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		p.What, p.Do = "磁盘已满，写入失败", "本次导入没有生效。请清理空间后重做"
	case errors.Is(err, syscall.EROFS):
		p.What, p.Do = "文件系统是只读的，写入失败", "请重新挂载为可写，或换一个数据目录（--home）"
	case errors.Is(err, fs.ErrPermission):
		p.What, p.Do = "没有写入权限", "请检查数据目录的属主和权限，或换一个数据目录（--home）"
	}
	return &homeProblem{p}
}

// homeProblem is a problem of the home, not of a file that is taken in.
type homeProblem struct{ p *Problem }

// Error gives the problem as one Chinese sentence.
func (h *homeProblem) Error() string { return h.p.Error() }

// Unwrap returns the cause.
func (h *homeProblem) Unwrap() error { return h.p.Err }
