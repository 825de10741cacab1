package claim

import (
	"bufio"
	"errors"
	"io"
	"os"
)

type keyWriter struct {
	f *os.File
	w *bufio.Writer
	b [keyRecordSize]byte
}

func createKeys(path string) (*keyWriter, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, cannotWrite(path, err)
	}
	return &keyWriter{f: f, w: bufio.NewWriterSize(f, 1<<18)}, nil
}

func (w *keyWriter) write(k keyRecord) {
	k.put(w.b[:])
	w.w.Write(w.b[:]) // close reports the first error
}

func (w *keyWriter) close() error {
	if err := errors.Join(w.w.Flush(), w.f.Close()); err != nil {
		return cannotWrite(w.f.Name(), err)
	}
	return nil
}

// keyReader reads a sorted file; ok is false behind the last record.
type keyReader struct {
	f    *os.File
	r    *bufio.Reader
	at   keyRecord
	ok   bool
	fail error
}

func openKeys(path string) (*keyReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &keyReader{f: f, r: bufio.NewReaderSize(f, 1<<17)}
	r.advance()
	return r, nil
}

func (r *keyReader) advance() {
	b, err := r.r.Peek(keyRecordSize)
	if r.ok = len(b) == keyRecordSize; !r.ok {
		if !errors.Is(err, io.EOF) {
			r.fail = err
		}
		return
	}
	r.at = getKey(b)
	r.r.Discard(keyRecordSize)
}

// keyMerge reads several sorted files as one.
type keyMerge struct{ heap []heapEntry }

type heapEntry struct {
	*keyReader
	file int
}

func openMerge(paths []string) (*keyMerge, error) {
	m := &keyMerge{}
	for i, path := range paths {
		r, err := openKeys(path)
		if err != nil {
			return nil, errors.Join(err, m.close())
		}
		m.heap = append(m.heap, heapEntry{r, i})
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
	return m, nil
}

func (m *keyMerge) less(i, j int) bool {
	a, b := m.heap[i], m.heap[j]
	if a.ok != b.ok {
		return a.ok
	}
	if c := compareKeys(a.at, b.at); c != 0 {
		return c < 0
	}
	return a.file < b.file
}

func (m *keyMerge) down(i int) {
	for {
		least := i
		for k := 2*i + 1; k <= 2*i+2 && k < len(m.heap); k++ {
			if m.less(k, least) {
				least = k
			}
		}
		if least == i {
			return
		}
		m.heap[i], m.heap[least] = m.heap[least], m.heap[i]
		i = least
	}
}

// next gives the next record and the position of its file; ok is false at the end.
func (m *keyMerge) next() (k keyRecord, file int, ok bool) {
	if len(m.heap) == 0 || !m.heap[0].ok {
		return k, 0, false
	}
	top := m.heap[0]
	k, file = top.at, top.file
	top.advance()
	m.down(0)
	return k, file, true
}

func (m *keyMerge) err() error {
	var errs []error
	for _, e := range m.heap {
		errs = append(errs, e.fail)
	}
	return errors.Join(errs...)
}

func (m *keyMerge) close() error {
	var errs []error
	for _, e := range m.heap {
		errs = append(errs, e.f.Close())
	}
	m.heap = nil
	return errors.Join(errs...)
}
