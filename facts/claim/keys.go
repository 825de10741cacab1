package claim

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"yiheng/facts/lake"
)

// Moved is a key that rows of different persons carry. Of the claims whose sources
// are live, the one with the latest updt_time, else the one read last, is true;
// what other persons' rows say under that key counts no longer.
type Moved struct {
	Table  string  `json:"table"`
	Key    uint64  `json:"key"` // KeyHash of the key
	Claims []Claim `json:"claims"`
}

// Claim is one row that carries a key.
type Claim struct {
	Source string `json:"source"` // its id
	Psn    uint32 `json:"psn"`    // low half of KeyHash of psn_no
	Updt   uint32 `json:"updt,omitzero"`
	Line   uint32 `json:"line"`
}

const (
	mostMoved = 1_000_000 // more mean that persons were renumbered, not that rows moved
	joinRows  = 4 << 20   // keys of the intake that are compared at a time
)

// keyPath is the file with the keys of a source.
func keyPath(dir, table, source string) string { return filepath.Join(dir, table+"-"+source+".keys") }

// saveMoved writes moved keys beside the key files, named for an intake's source.
func saveMoved(dir, source string, moved []Moved) error {
	if len(moved) == 0 {
		return nil
	}
	text, err := json.Marshal(moved)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, source+".moved.json"), text, 0o600)
}

// MovedKeys answers for rows whether their key moved to another person.
type MovedKeys struct {
	winner    map[movedKey]uint32   // the person whose rows count
	claimants map[movedKey][]uint32 // every person with a row under the key
}

type movedKey struct {
	table string
	key   uint64
}

// ReadMoved reads the moved keys of the home at dir, as they stand when the given
// sources are live. Without any it returns an empty MovedKeys.
func ReadMoved(dir string, live []lake.Source) (*MovedKeys, error) {
	files, err := filepath.Glob(filepath.Join(dir, "keys", "*.moved.json"))
	if err != nil {
		return nil, err
	}
	seq := map[string]int64{}
	for _, s := range live {
		seq[s.ID] = s.Seq
	}
	best := map[movedKey]Claim{}
	claimants := map[movedKey][]uint32{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var moved []Moved
		if err := json.Unmarshal(text, &moved); err != nil {
			return nil, fmt.Errorf("%s：%w", strings.TrimPrefix(file, dir), err)
		}
		for _, m := range moved {
			k := movedKey{m.Table, m.Key}
			for _, c := range m.Claims {
				claimants[k] = append(claimants[k], c.Psn)
				if old, ok := best[k]; seq[c.Source] > 0 && (!ok || c.after(old, seq)) {
					best[k] = c
				}
			}
		}
	}
	out := &MovedKeys{winner: make(map[movedKey]uint32, len(best)), claimants: claimants}
	for k, c := range best {
		out.winner[k] = c.Psn
	}
	return out, nil
}

// after says whether c is newer than o: by update, then by order of reading.
func (c Claim) after(o Claim, seq map[string]int64) bool {
	if c.Updt != o.Updt {
		return c.Updt > o.Updt
	}
	if a, b := seq[c.Source], seq[o.Source]; a != b {
		return a > b
	}
	return c.Line > o.Line
}

// Since returns who is concerned by keys that moved since an earlier state: a
// function that says so of a psn_no; nil when nobody is.
func (m *MovedKeys) Since(earlier *MovedKeys) func(psnNo string) bool {
	concerned := map[uint32]bool{}
	for k, psn := range m.winner {
		if old, ok := earlier.winner[k]; ok && old == psn {
			continue
		}
		for _, c := range m.claimants[k] {
			concerned[c] = true
		}
	}
	if len(concerned) == 0 {
		return nil
	}
	return func(psnNo string) bool { return concerned[uint32(KeyHash(psnNo))] }
}

// Len is how many keys have moved.
func (m *MovedKeys) Len() int { return len(m.winner) }

// Lost says whether a row of that person counts no longer because its key moved to
// another. Key is the text of the table's key column.
func (m *MovedKeys) Lost(table, key, psnNo string) bool {
	if len(m.winner) == 0 {
		return false
	}
	psn, ok := m.winner[movedKey{table, KeyHash(key)}]
	return ok && psn != uint32(KeyHash(psnNo))
}
