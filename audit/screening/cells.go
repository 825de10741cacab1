package screening

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// sheet is what a cell is about.
type sheet uint8

const (
	ofOrg   sheet = iota + 1 // an institution's month: a sum by slot
	ofDept                   // a department's month: a sum by slot
	ofGoods                  // an institution's month of one code: a quantity by view
	ofPlace                  // what visits state of an institution without a row in fixmedins_b: a number of visits
)

// cellKey names a cell.
type cellKey struct {
	sheet sheet
	org   string // fixmedins_code
	sub   string // a department, a code or a place
	month int    // calendar.Day.Month; 0 of places
}

// separator joins the parts of a sub.
const separator = "\x1f"

// cells are sums over many histories. They add: the cells of two sets of persons are
// the sums of theirs, and a person's part can be taken away again.
type cells struct {
	sums map[cellKey][]int64
	sign int64 // of what is added: 1 or -1
}

func newCells() *cells { return &cells{sums: make(map[cellKey][]int64), sign: 1} }

// at returns the sums of a cell, width of them. The key's texts are copied when the
// cell is new.
func (c *cells) at(k cellKey, width int) []int64 {
	v := c.sums[k]
	if v == nil {
		v = make([]int64, width)
		k.org, k.sub = strings.Clone(k.org), strings.Clone(k.sub)
		c.sums[k] = v
	}
	return v
}

func cellsFile(dir string, bucket, attempt int) string {
	return filepath.Join(dir, fmt.Sprintf("cells-%05d.%d.zst", bucket, attempt))
}

// write writes the cells that hold something, in the order of their keys.
func (c *cells) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	z, err := zstd.NewWriter(f, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return errors.Join(err, f.Close())
	}
	w := bufio.NewWriterSize(z, 1<<16)
	keys := slices.SortedFunc(maps.Keys(c.sums), func(a, b cellKey) int {
		return cmp.Or(cmp.Compare(a.sheet, b.sheet), strings.Compare(a.org, b.org), strings.Compare(a.sub, b.sub), cmp.Compare(a.month, b.month))
	})
	var b []byte
	for _, k := range keys {
		if !slices.ContainsFunc(c.sums[k], func(n int64) bool { return n != 0 }) {
			continue
		}
		b = append(b[:0], byte(k.sheet))
		b = appendText(appendText(b, k.org), k.sub)
		b = binary.AppendUvarint(b, uint64(k.month))
		b = binary.AppendUvarint(b, uint64(len(c.sums[k])))
		for _, n := range c.sums[k] {
			b = binary.AppendVarint(b, n)
		}
		if _, err = w.Write(b); err != nil {
			break
		}
	}
	return errors.Join(err, w.Flush(), z.Close(), f.Sync(), f.Close())
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// read adds the cells of a file.
func (c *cells) read(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer z.Close()
	r := &cellReader{in: bufio.NewReaderSize(z, 1<<16)}
	for {
		kind, err := r.in.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		k := cellKey{sheet(kind), r.text(), r.text(), int(r.number())}
		width := r.number()
		if err = errors.Join(err, r.err); err == nil && width > 1<<16 {
			err = errors.New("宽度不合理")
		}
		if err != nil {
			return fmt.Errorf("%s：%w", path, err)
		}
		v := c.at(k, int(width))
		if len(v) != int(width) {
			return fmt.Errorf("%s：单元宽度不一", path)
		}
		for i := range v {
			n, err := binary.ReadVarint(r.in)
			if err != nil {
				return fmt.Errorf("%s：%w", path, err)
			}
			v[i] += n
		}
	}
}

// cellReader reads a key's parts; err is of the first that could not be read.
type cellReader struct {
	in  *bufio.Reader
	err error
}

func (r *cellReader) number() uint64 {
	n, err := binary.ReadUvarint(r.in)
	if r.err == nil {
		r.err = err
	}
	return n
}

func (r *cellReader) text() string {
	n := r.number()
	if r.err != nil || n > 1<<16 {
		r.err = errors.Join(r.err, errors.New("文本过长或不完整"))
		return ""
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r.in, b); err != nil {
		r.err = err
	}
	return string(b)
}
