package claim

import (
	"errors"
	"fmt"
	"io/fs"

	"yiheng/facts/lake"
)

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
	if c.takes[0].layout.form.PersonBy != psnNo {
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
