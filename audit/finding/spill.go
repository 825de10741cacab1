package finding

import (
	"bytes"
	"cmp"
	"encoding/csv"
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
	dir     string
	memory  int
	held    int
	record  []string
	parts   map[string]*part // by fixmedins_code
	counted int
}

// part is the findings of one institution.
type part struct {
	code, name string
	path       string // of the findings on disk, "" while there are none
	buffer     bytes.Buffer
	found      Split
}

// spilled are the fields that a spilled finding has beyond the columns.
var spilled = []func(*Finding) *[]string{
	func(f *Finding) *[]string { return &f.EvidenceOrgs },
	func(f *Finding) *[]string { return &f.Others },
}

// unitSeparator joins lists of names, which may hold any printable character.
const unitSeparator = "\x1f"

func newSpill(dir string, memory int) *spill {
	return &spill{dir: dir, memory: memory, record: make([]string, len(columns)+len(spilled)), parts: map[string]*part{}}
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
	for i := range columns {
		s.record[i] = textOf(columns[i].at(f))
	}
	for i, list := range spilled {
		s.record[len(columns)+i] = strings.Join(*list(f), unitSeparator)
	}
	before := p.buffer.Len()
	w := csv.NewWriter(&p.buffer)
	if err := w.Write(s.record); err != nil {
		return err
	}
	w.Flush()
	s.held += p.buffer.Len() - before
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
			s.counted++
			p.path = filepath.Join(s.dir, fmt.Sprintf("%06d.csv", s.counted))
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

// entry is where a finding stands in its part, and what it is sorted by.
type entry struct {
	offset, size int64
	suspicion    bool
	rule, id     string
	day          string
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
	for _, e := range entries {
		f, err := readSpilled(io.NewSectionReader(from, e.offset, e.size))
		if err != nil {
			return err
		}
		if err := take(f); err != nil {
			return err
		}
	}
	return nil
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

func entriesOf(r io.Reader) ([]entry, error) {
	place := make(map[string]int, len(columns))
	for i, c := range columns {
		place[c.name] = i
	}
	rows := csv.NewReader(r)
	rows.ReuseRecord = true
	rules := make(map[string]string)
	var entries []entry
	for start := int64(0); ; {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		rule := record[place["rule_id"]]
		if rules[rule] == "" {
			rules[strings.Clone(rule)] = strings.Clone(rule)
		}
		entries = append(entries, entry{
			offset: start, size: rows.InputOffset() - start,
			suspicion: record[place["result"]] != Violation,
			rule:      rules[rule],
			day:       strings.Clone(record[place["first_day"]]),
			id:        strings.Clone(record[place["finding_id"]]),
		})
		start = rows.InputOffset()
	}
}

// everyPlace says that each column stands in its own place.
var everyPlace = func() []int {
	places := make([]int, len(columns))
	for i := range places {
		places[i] = i
	}
	return places
}()

func readSpilled(r io.Reader) (*Finding, error) {
	record, err := csv.NewReader(r).Read()
	if err != nil {
		return nil, err
	}
	f, err := findingOf(record, everyPlace)
	if err != nil {
		return nil, err
	}
	for i, list := range spilled {
		if text := record[len(columns)+i]; text != "" {
			*list(f) = strings.Split(text, unitSeparator)
		}
	}
	return f, nil
}
