package claim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
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

// keyCheck compares the keys of one table's new sources with each other and with
// those of its live sources.
type keyCheck struct {
	dir   string
	takes []*take       // new sources of the table
	live  []lake.Source // that stay
	moved map[uint64]bool
}

// run reports keys that the intake has twice and finds those that move to another
// person. It reads every key file once, and once more when keys have moved.
func (c *keyCheck) run() ([]Moved, error) {
	if c.takes[0].layout.form.PersonBy == "" {
		return nil, nil
	}
	c.moved = map[uint64]bool{}
	if err := c.join(); err != nil {
		return nil, err
	}
	if len(c.moved) == 0 {
		return nil, nil
	}
	return c.claims()
}

func (c *keyCheck) newPaths() (paths []string) {
	for _, t := range c.takes {
		paths = append(paths, t.keys.path+".part")
	}
	return paths
}

// newKey is a key of the intake and its source.
type newKey struct {
	keyRecord
	file int
}

// join walks through the new keys in order, a part at a time, beside each live file.
func (c *keyCheck) join() error {
	news, err := openMerge(c.newPaths())
	if err != nil {
		return err
	}
	defer news.close()
	var olds []*keyReader
	defer func() {
		for _, r := range olds {
			r.f.Close()
		}
	}()
	for _, s := range c.live {
		r, err := openKeys(keyPath(c.dir, s.Table, s.ID))
		if errors.Is(err, fs.ErrNotExist) {
			continue // written by other means than Intake
		}
		if err != nil {
			return err
		}
		olds = append(olds, r)
	}
	part := make([]newKey, 0, 1024)
	for {
		part = part[:0]
		for len(part) < joinRows || part[len(part)-1].Key == news.heap[0].at.Key {
			k, file, ok := news.next()
			if !ok {
				break
			}
			part = append(part, newKey{k, file})
		}
		if len(part) == 0 {
			return news.err()
		}
		c.twice(part)
		for _, old := range olds {
			c.beside(part, old)
			if old.fail != nil {
				return old.fail
			}
		}
		if len(c.moved) > mostMoved {
			return c.tooMany()
		}
	}
}

func (c *keyCheck) tooMany() error {
	t := c.takes[0]
	return &Problem{
		File: t.name, What: fmt.Sprintf("超过 %s 个主键改属另一参保人，多半是人员编号的编码规则变了", thousands(mostMoved)),
		Do: "请核对 psn_no；若是整份文件更正，请用 --replaces 指明它替换的来源",
	}
}

// twice reports keys that the intake has more than once. For persons it is usual that
// each delivery has them again; within one intake it is not.
func (c *keyCheck) twice(part []newKey) {
	for i := 1; i < len(part); i++ {
		a, b := part[i-1], part[i]
		if a.Key != b.Key {
			continue
		}
		kind, detail := "key_twice", fmt.Sprintf("与 %s 第 %d 行主键相同", c.takes[a.file].name, a.Line)
		if a.Psn != b.Psn {
			kind, detail = "key_moved", fmt.Sprintf("与 %s 第 %d 行主键相同而人员编号不同", c.takes[a.file].name, a.Line)
			c.moved[a.Key] = true
		}
		c.note(kind, b, detail)
	}
}

// beside walks through a live file up to the last key of part.
func (c *keyCheck) beside(part []newKey, old *keyReader) {
	last := part[len(part)-1].Key
	for i := 0; old.ok && old.at.Key <= last; old.advance() {
		for part[i].Key < old.at.Key {
			i++
		}
		for j := i; j < len(part) && part[j].Key == old.at.Key; j++ {
			if part[j].Psn != old.at.Psn {
				c.moved[part[j].Key] = true
				c.note("key_moved", part[j], "此前导入的数据里该主键属于另一参保人")
			}
		}
	}
}

func (c *keyCheck) note(kind string, k newKey, detail string) {
	t := c.takes[k.file]
	i := t.quality.issue(kind, []byte(t.keys.codes[k.Institution]))
	i.Count++
	i.sample(Sample{File: t.name, Line: int64(k.Line), Detail: detail})
}

// claims collects every row that carries one of the moved keys.
func (c *keyCheck) claims() ([]Moved, error) {
	table := c.takes[0].layout.form.Name
	byKey := map[uint64]*Moved{}
	collect := func(path, source string) error {
		r, err := openKeys(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer r.f.Close()
		for ; r.ok; r.advance() {
			if !c.moved[r.at.Key] {
				continue
			}
			m := byKey[r.at.Key]
			if m == nil {
				m = &Moved{Table: table, Key: r.at.Key}
				byKey[r.at.Key] = m
			}
			m.Claims = append(m.Claims, Claim{source, r.at.Psn, r.at.Updt, r.at.Line})
		}
		return r.fail
	}
	for _, s := range c.live {
		if err := collect(keyPath(c.dir, table, s.ID), s.ID); err != nil {
			return nil, err
		}
	}
	for _, t := range c.takes {
		if err := collect(t.keys.path+".part", t.id); err != nil {
			return nil, err
		}
	}
	out := make([]Moved, 0, len(byKey))
	for _, m := range byKey {
		out = append(out, *m)
	}
	return out, nil
}

// checkOrphans reports lines whose settlement no live or new source of setl_d has.
// known are the key files of setl_d; without any nothing is said.
func (t *take) checkOrphans(known []string) error {
	if t.settled == nil || len(known) == 0 {
		return nil
	}
	lines, err := openKeys(t.settled.path + ".part")
	if err != nil {
		return err
	}
	defer lines.f.Close()
	settlements, err := openMerge(known)
	if err != nil {
		return err
	}
	defer settlements.close()
	k, _, more := settlements.next()
	for ; lines.ok; lines.advance() {
		for more && k.Key < lines.at.Key {
			k, _, more = settlements.next()
		}
		if more && k.Key == lines.at.Key {
			continue
		}
		detail := "结算表里没有它的 setl_id"
		if lines.at.Key == 0 {
			detail = "setl_id 为空"
		}
		i := t.quality.issue("line_orphan", []byte(t.settled.codes[lines.at.Institution]))
		i.Count += int64(lines.at.Updt)
		i.sample(Sample{File: t.name, Line: int64(lines.at.Line), Detail: detail})
	}
	return errors.Join(lines.fail, settlements.err())
}

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
