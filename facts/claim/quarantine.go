package claim

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// quarantineColumns stand behind the file's own columns. A corrected quarantine file
// can be taken in like any other: _file and _line are kept beside the row, _column
// and _reason are dropped.
var quarantineColumns = []string{"_file", "_line", "_column", "_reason"}

// quarantine is the file of the rows of one source that could not be taken in. It is
// safe for concurrent use. The file appears with the first row, is readable only by
// its owner (rows hold identities), and stays only when keep is called.
type quarantine struct {
	path string
	name string // of the source's file
	l    *layout

	mu   sync.Mutex
	file *os.File
	w    *bufio.Writer
	rows int64
}

func newQuarantine(dir, source, name string, l *layout) *quarantine {
	return &quarantine{path: filepath.Join(dir, l.form.Name+"-"+source+".csv"), name: name, l: l}
}

// add writes a row with its faults.
func (q *quarantine) add(b block, row int, faults []fault) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.open(); err != nil {
		return err
	}
	from, line := q.name, strconv.FormatInt(b.line(row), 10)
	for column, name := range q.l.names {
		value := string(b.cell(column, row))
		switch {
		case name == "_file" && value != "":
			from = value
		case name == "_line" && value != "":
			line = value
		}
		if !slices.Contains(quarantineColumns, name) {
			q.cell(value)
		}
	}
	var names, reasons []string
	for _, f := range faults {
		if f.column != "" && !slices.Contains(names, f.column) {
			names = append(names, f.column)
		}
		reasons = append(reasons, f.reason)
	}
	q.cell(from)
	q.cell(line)
	q.cell(strings.Join(names, ";"))
	q.last(strings.Join(reasons, "；"))
	q.rows++
	return nil
}

func (q *quarantine) open() error {
	if q.file != nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(q.path), 0o700); err != nil {
		return cannotWrite(q.path, err)
	}
	file, err := os.OpenFile(q.path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return cannotWrite(q.path, err)
	}
	q.file, q.w = file, bufio.NewWriterSize(file, 1<<16)
	q.w.WriteString("\ufeff")
	for column, name := range q.l.names {
		if slices.Contains(quarantineColumns, name) {
			continue
		}
		if name == "" {
			name = "列" + strconv.Itoa(column+1)
		}
		q.cell(name)
	}
	q.w.WriteString(strings.Join(quarantineColumns, ",") + "\n")
	return nil
}

func (q *quarantine) cell(s string) {
	q.quoted(s)
	q.w.WriteByte(',')
}

func (q *quarantine) last(s string) {
	q.quoted(s)
	q.w.WriteByte('\n')
}

func (q *quarantine) quoted(s string) {
	if !strings.ContainsAny(s, "\",'\r\n") && strings.TrimSpace(s) == s {
		q.w.WriteString(s)
		return
	}
	q.w.WriteString(`"` + strings.ReplaceAll(s, `"`, `""`) + `"`)
}

// keep closes the file and lets it stay; discard removes it. Both do nothing when
// no row came.
func (q *quarantine) keep() error {
	if q.file == nil {
		return nil
	}
	err := errors.Join(q.w.Flush(), q.file.Sync(), q.file.Close())
	if err == nil {
		err = os.Rename(q.path+".part", q.path)
	}
	q.file = nil
	if err != nil {
		return cannotWrite(q.path, err)
	}
	return nil
}

func (q *quarantine) discard() error {
	if q.file == nil {
		return nil
	}
	q.file.Close()
	q.file = nil
	if err := os.Remove(q.path + ".part"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// tooLongRow is the block of one row that is too long to be read.
func tooLongRow(c *cells, start []byte, line int64) {
	start, _ = decodeLoosely(bytes.Clone(start))
	c.reset(start)
	c.lines = append(c.lines, line)
	for k := range c.width {
		if k == 0 {
			c.spans = append(c.spans, 0, uint32(min(len(start), 200)))
		} else {
			c.spans = append(c.spans, 0, 0)
		}
	}
	c.broken = append(c.broken, broken{0, "本行超过 16 MiB，没有读取。请检查是否缺少换行符或有引号没有配对（首列保留了行首内容）"})
}

func decodeLoosely(b []byte) ([]byte, bool) {
	return bytes.ReplaceAll(bytes.ToValidUTF8(b, nil), []byte{0}, nil), true
}
