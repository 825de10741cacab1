package journal

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"yiheng/ground/db"
)

// checkpoints are those of the database, read as the entries are, and those kept
// elsewhere.
type checkpoints struct {
	stored *pager[checkpointRow]
	kept   []keptCheckpoint // by size
}

type keptCheckpoint struct {
	Checkpoint
	where string // for messages
}

// readCheckpoints checks the signatures of the kept checkpoints.
func (v *verification) readCheckpoints(ctx context.Context, from db.Reader) {
	v.checkpoints.stored = newPager(ctx, from, "size", func(r *checkpointRow) int64 { return r.Size })
	for _, where := range slices.Sorted(maps.Keys(v.Kept)) {
		c, err := ReadCheckpoint(v.Kept[where], v.Keys)
		if err != nil {
			v.problem(noEntry, "%s 中的%v", where, err)
			continue
		}
		v.checkpoints.kept = append(v.checkpoints.kept, keptCheckpoint{c, where})
	}
	slices.SortStableFunc(v.checkpoints.kept, func(a, b keptCheckpoint) int { return cmp.Compare(a.Size, b.Size) })
}

// reach holds the trees against the checkpoints of their present size.
func (c *checkpoints) reach(v *verification) error {
	for len(c.kept) > 0 && c.kept[0].Size <= v.Entries {
		v.agree(c.kept[0])
		c.kept = c.kept[1:]
	}
	for {
		row, err := c.stored.peek()
		if err != nil || row == nil || row.Size > v.Entries {
			return err
		}
		if _, err := c.stored.next(); err != nil {
			return err
		}
		if k, ok := v.readStored(row); ok {
			v.Checkpoints++
			v.agree(k)
		}
	}
}

// readStored checks a stored checkpoint's signature.
func (v *verification) readStored(row *checkpointRow) (keptCheckpoint, bool) {
	c, err := ReadCheckpoint(row.Note, v.Keys)
	switch {
	case err != nil:
		v.problem(max(row.Size-1, 0), "数据库中签到 %d 条的%v", row.Size, err)
	case c.Size != row.Size:
		v.problem(c.Size-1, "签到 %d 条的检查点在数据库中被标为签到 %d 条", c.Size, row.Size)
	default:
		return keptCheckpoint{c, "数据库"}, true
	}
	return keptCheckpoint{}, false
}

// agree decides by a checkpoint which of an entry and its stored hash was altered,
// or finds that the log was rewritten.
func (v *verification) agree(c keptCheckpoint) {
	if v.disagreed {
		return
	}
	suspects := v.open
	v.open = nil
	switch c.Root {
	case v.texts.root():
		for _, s := range suspects {
			v.problem(s.entry, "%s", s.intact)
		}
		v.tree = v.texts.clone()
	case v.tree.root():
		for _, s := range suspects {
			v.problem(s.entry, "%s", s.altered)
		}
		v.texts = v.tree.clone()
	default:
		for _, s := range suspects {
			v.problem(s.entry, "%s", s.altered)
		}
		v.problem(v.Signed, "%s中 %s 的检查点签了前 %d 条，现在的日志与它不符：条目 %s中有改动、插入、删除或重排，并重写了哈希树",
			c.where, c.At.Format(time.RFC3339), c.Size, span(v.Signed, c.Size-1))
		v.disagreed = true
		return
	}
	v.Signed, v.SignedAt = c.Size, c.At
}

// rest reports the furthest of the checkpoints that the log does not reach.
func (c *checkpoints) rest(v *verification) error {
	ahead := c.kept
	for {
		row, err := c.stored.next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		if k, ok := v.readStored(row); ok {
			ahead = append(ahead, k)
		}
	}
	if len(ahead) > 0 {
		k := slices.MaxFunc(ahead, func(a, b keptCheckpoint) int { return cmp.Compare(a.Size, b.Size) })
		v.problem(v.Entries, "条目 %s缺失：%s中 %s 的检查点签了前 %d 条，日志现在只到 %d 条：末尾被截断，或数据库被回退到旧的状态",
			span(v.Entries, k.Size-1), k.where, k.At.Format(time.RFC3339), k.Size, v.Entries)
	}
	return nil
}
