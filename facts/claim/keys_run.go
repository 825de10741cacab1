package claim

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"

	"yiheng/facts/lake"
)

// keyRecord is one row's key, as the files in home/keys hold it (24 bytes, little
// endian, sorted). Key and Psn are hashes: two of a hundred million different keys
// share one with a probability of 0.0003, so that the checks are exact in practice.
type keyRecord struct {
	Key         uint64
	Psn         uint32
	Updt        uint32 // seconds since 1970, 0 unknown
	Line        uint32
	Institution uint32 // position in the list of the run
}

const (
	keyRecordSize = 24
	keyRunRows    = 1 << 20 // records that are sorted in memory at a time
)

// KeyHash is the hash by which Moved names keys and persons.
func KeyHash(text string) uint64 { return xxhash.Sum64String(text) }

func compareKeys(a, b keyRecord) int {
	switch {
	case a.Key < b.Key:
		return -1
	case a.Key > b.Key:
		return 1
	case a.Updt != b.Updt:
		return cmp.Compare(a.Updt, b.Updt)
	}
	return cmp.Compare(a.Line, b.Line)
}

func (k keyRecord) put(b []byte) {
	binary.LittleEndian.PutUint64(b, k.Key)
	binary.LittleEndian.PutUint32(b[8:], k.Psn)
	binary.LittleEndian.PutUint32(b[12:], k.Updt)
	binary.LittleEndian.PutUint32(b[16:], k.Line)
	binary.LittleEndian.PutUint32(b[20:], k.Institution)
}

func getKey(b []byte) keyRecord {
	return keyRecord{
		Key: binary.LittleEndian.Uint64(b), Psn: binary.LittleEndian.Uint32(b[8:]), Updt: binary.LittleEndian.Uint32(b[12:]),
		Line: binary.LittleEndian.Uint32(b[16:]), Institution: binary.LittleEndian.Uint32(b[20:]),
	}
}

// institutions numbers the institution codes of one source for its records.
type institutions struct {
	mu    sync.Mutex
	codes []string
	at    map[string]uint32
}

func (n *institutions) number(code []byte) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	i, ok := n.at[string(code)]
	if !ok {
		if n.at == nil {
			n.at = map[string]uint32{}
		}
		i = uint32(len(n.codes))
		n.codes = append(n.codes, string(code))
		n.at[string(code)] = i
	}
	return i
}

// keyRuns gathers records of one source from all workers, sorts them in runs on
// disk, and merges the runs into one sorted file. Its memory does not grow with the
// source.
type keyRuns struct {
	institutions
	path string // of the merged file, while it is written with .part behind

	runsMu sync.Mutex
	runs   []string
}

// keyGatherer is one worker's part of keyRuns.
type keyGatherer struct {
	runs    *keyRuns
	records []keyRecord
	spare   []keyRecord // for sort
	code    []byte      // institution of the last row
	number  uint32
	started bool
}

func (g *keyGatherer) add(r keyRecord, institution []byte) error {
	if !g.started || string(institution) != string(g.code) {
		g.code, g.number, g.started = append(g.code[:0], institution...), g.runs.number(institution), true
	}
	r.Institution = g.number
	g.records = append(g.records, r)
	if len(g.records) >= keyRunRows {
		return g.flush()
	}
	return nil
}

// sort sorts the records: they are spread by the first bits of the hash, which are
// even, and then sorted within each of these small groups.
func (g *keyGatherer) sort() {
	const bits = 12
	var ends [1 << bits]int
	for _, k := range g.records {
		ends[k.Key>>(64-bits)]++
	}
	at := 0
	for i, n := range ends {
		ends[i], at = at, at+n
	}
	g.spare = slices.Grow(g.spare[:0], len(g.records))[:len(g.records)]
	for _, k := range g.records {
		i := k.Key >> (64 - bits)
		g.spare[ends[i]] = k
		ends[i]++
	}
	g.records, g.spare = g.spare, g.records
	start := 0
	for _, end := range ends {
		slices.SortFunc(g.records[start:end], compareKeys)
		start = end
	}
}

// flush sorts what was gathered and writes it as a run.
func (g *keyGatherer) flush() error {
	if len(g.records) == 0 {
		return nil
	}
	g.sort()
	r := g.runs
	r.runsMu.Lock()
	path := fmt.Sprintf("%s.run%d", r.path, len(r.runs))
	r.runs = append(r.runs, path)
	r.runsMu.Unlock()
	w, err := createKeys(path)
	if err != nil {
		return err
	}
	for _, k := range g.records {
		w.write(k)
	}
	g.records = g.records[:0]
	return w.close()
}

// merge writes the runs as one sorted file, path + ".part".
func (r *keyRuns) merge() error {
	w, err := createKeys(r.path + ".part")
	if err != nil {
		return err
	}
	m, err := openMerge(r.runs)
	if err != nil {
		return errors.Join(err, w.close())
	}
	for {
		k, _, ok := m.next()
		if !ok {
			break
		}
		w.write(k)
	}
	return errors.Join(m.err(), m.close(), w.close(), r.dropRuns())
}

func (r *keyRuns) dropRuns() error {
	var errs []error
	for _, path := range r.runs {
		errs = append(errs, os.Remove(path))
	}
	r.runs = nil
	return errors.Join(errs...)
}

// keep lets the merged file stay; discard removes everything.
func (r *keyRuns) keep() error { return os.Rename(r.path+".part", r.path) }

func (r *keyRuns) discard() {
	for _, path := range append(r.runs, r.path+".part") {
		os.Remove(path)
	}
	r.runs = nil
}

// gatherKeys notes the keys of a block's rows, and of fee lines the settlements that
// they name.
func (m *mill) gatherKeys(b block) error {
	if m.keys == nil {
		return nil
	}
	column := func(name string) int {
		if i := m.form.Field(name); i >= 0 {
			return m.column[i]
		}
		return -1
	}
	cell := func(column, row int) []byte {
		if column < 0 {
			return nil
		}
		return b.cell(column, row)
	}
	key, psn, inst, setl := column(m.form.KeyBy), column(m.form.PersonBy), column("fixmedins_code"), column("setl_id")
	updt := m.values("updt_time")
	for _, row := range m.keeping {
		r := int(row)
		k := keyRecord{Key: xxhash.Sum64(b.cell(key, r)), Psn: uint32(xxhash.Sum64(cell(psn, r))), Line: uint32(min(b.line(r), 1<<32-1))}
		if updt != nil && updt[r] != lake.NullInt {
			k.Updt = uint32(max(updt[r], 1))
		}
		if err := m.keys.add(k, cell(inst, r)); err != nil {
			return err
		}
		if m.settled == nil || setl < 0 {
			continue
		}
		if err := m.gatherSettlement(cell(setl, r), k.Line, cell(inst, r)); err != nil {
			return err
		}
	}
	return nil
}

// gatherSettlement notes a settlement that lines name: once for lines that stand
// together, with their number in Updt.
func (m *mill) gatherSettlement(setl []byte, line uint32, institution []byte) error {
	hash := uint64(0)
	if len(setl) > 0 {
		hash = xxhash.Sum64(setl)
	}
	if n := len(m.settled.records); n > 0 && m.settled.records[n-1].Key == hash && string(institution) == string(m.settled.code) {
		m.settled.records[n-1].Updt++
		return nil
	}
	return m.settled.add(keyRecord{Key: hash, Updt: 1, Line: line}, institution)
}
