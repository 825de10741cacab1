package finding

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// spillMemory is how many bytes of findings wait in memory before they go to disk.
const spillMemory = 32 << 20

// spill sorts findings by institution, on disk: a run may have more of them than memory
// holds, and one institution most of them.
type spill struct {
	dir    string
	memory int
	held   int
	record []byte
	parts  map[string]*part // by fixmedins_code
	files  int
}

// part is the findings of one institution.
type part struct {
	code, name string
	path       string // of the findings on disk, "" while there are none
	buffer     bytes.Buffer
	found      Split
}

func newSpill(dir string, memory int) *spill {
	return &spill{dir: dir, memory: memory, parts: map[string]*part{}}
}

func (s *spill) add(f *Finding) error {
	p := s.parts[f.FixmedinsCode]
	if p == nil {
		p = &part{code: strings.Clone(f.FixmedinsCode)}
		s.parts[p.code] = p
	}
	if p.name == "" {
		p.name = strings.Clone(f.FixmedinsName)
	}
	p.found.of(f.Result).add(f)
	s.record = appendRecord(s.record[:0], f)
	p.buffer.Write(s.record)
	s.held += len(s.record)
	if s.held > s.memory {
		return s.flush()
	}
	return nil
}

// flush appends what every institution holds in memory to its file.
func (s *spill) flush() error {
	for _, p := range s.parts {
		if p.buffer.Len() == 0 {
			continue
		}
		if p.path == "" {
			s.files++
			p.path = filepath.Join(s.dir, fmt.Sprintf("%06d", s.files))
		}
		if err := p.flush(); err != nil {
			return err
		}
	}
	s.held = 0
	return nil
}

// flush appends what p holds in memory to its file.
func (p *part) flush() error {
	f, err := os.OpenFile(p.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(p.buffer.Bytes())
	p.buffer = bytes.Buffer{}
	return errors.Join(err, f.Close())
}

// discard frees what the part holds.
func (p *part) discard() error {
	p.buffer = bytes.Buffer{}
	if p.path == "" {
		return nil
	}
	return os.Remove(p.path)
}

func (p *part) open() (from io.ReaderAt, end int64, done func() error, err error) {
	if p.path == "" {
		b := p.buffer.Bytes()
		return bytes.NewReader(b), int64(len(b)), func() error { return nil }, nil
	}
	if err := p.flush(); err != nil {
		return nil, 0, nil, err
	}
	f, err := os.Open(p.path)
	if err != nil {
		return nil, 0, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, nil, err
	}
	return f, info.Size(), f.Close, nil
}

// entry is where a finding stands in its part, and what it is sorted by.
type entry struct {
	offset        int64
	size          int
	suspicion     bool
	rule, day, id string
}

// sorted calls take with each finding of p: violations first, then by rule, first day
// and id. In memory are the entries, not the findings.
func (p *part) sorted(take func(*Finding) error) error {
	from, end, done, err := p.open()
	if err != nil {
		return err
	}
	defer done()
	entries, err := entriesOf(io.NewSectionReader(from, 0, end))
	if err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.suspicion != b.suspicion {
			if b.suspicion {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.day, b.day), cmp.Compare(a.id, b.id))
	})
	var record []byte
	for _, e := range entries {
		record = slices.Grow(record[:0], e.size)[:e.size]
		if _, err := from.ReadAt(record, e.offset); err != nil {
			return err
		}
		f, err := findingIn(record)
		if err != nil {
			return err
		}
		if err := take(f); err != nil {
			return err
		}
	}
	return nil
}

func entriesOf(r io.Reader) ([]entry, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	rules := make(map[string]string)
	var entries []entry
	var record []byte
	for at := int64(lengthSize); ; {
		var head [lengthSize]byte
		if _, err := io.ReadFull(in, head[:]); errors.Is(err, io.EOF) {
			return entries, nil
		} else if err != nil {
			return nil, err
		}
		size := int(binary.BigEndian.Uint32(head[:]))
		record = slices.Grow(record[:0], size)[:size]
		if _, err := io.ReadFull(in, record); err != nil {
			return nil, err
		}
		f, err := findingIn(record)
		if err != nil {
			return nil, err
		}
		if rules[f.RuleID] == "" {
			rules[f.RuleID] = f.RuleID
		}
		entries = append(entries, entry{
			offset: at, size: size, suspicion: f.Result != Violation,
			rule: rules[f.RuleID], day: f.FirstDay.String(), id: strings.Clone(f.ID),
		})
		at += int64(size) + lengthSize
	}
}
