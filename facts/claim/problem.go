package claim

import (
	"fmt"
	"strings"
)

// Problem is what a user must know about a file that could not be taken in: what
// is wrong, where, and what to do about it.
type Problem struct {
	File string // as the user named it; a member of an archive is "a.zip!b.txt"
	Line int64  // 1 based; 0: the whole file
	What string
	Do   string
	Err  error // the cause, when it is an error of the system

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
