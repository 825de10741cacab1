package journal

import (
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// suspect is an entry whose text and stored hash do not agree. The next checkpoint
// tells which of them was altered, and so which of the two texts is the case.
type suspect struct {
	entry   int64
	altered string // should it be the entry
	intact  string // should it be the hash
}

// readEntry holds an entry against its columns and its hash, and notes the rows
// that it commits to.
func (v *verification) readEntry(row *entryRow) error {
	e, problem := parseEntry(row.Text)
	says := "不是 JSON"
	if problem == nil {
		says = describe(e)
	}
	leaf := tlog.RecordHash([]byte(row.Text))
	if _, err := v.addNodes(&leaf, says); err != nil {
		return err
	}
	if problem != nil {
		v.problem(row.N, "条目 %d 的内容不是 JSON：%v", row.N, problem)
		return nil
	}
	v.compareColumns(row, e)
	c := commitment{entry: row.N}
	copy(c.salt[:], row.Salt)
	for _, r := range e.Rows {
		c.hash = r.Hash
		v.latest[rowKey{r.Kind, r.ID}] = c
	}
	return nil
}

// describe says who did what on what when.
func describe(e *Entry) string {
	text := fmt.Sprintf("%s %s %s", e.At.Format("2006-01-02 15:04:05"), e.Actor, e.Act)
	if e.Kind != "" {
		text += " " + e.Kind + " " + e.ID
	}
	return text
}

// compareColumns finds columns that do not say what the entry's text says.
func (v *verification) compareColumns(row *entryRow, e *Entry) {
	if e.N != row.N {
		v.problem(row.N, "条目 %d 的内容自称条目 %d：被移动或重排", row.N, e.N)
	}
	for _, c := range []struct{ column, is, want string }{
		{"actor", row.Actor, e.Actor},
		{"kind", row.Kind, e.Kind},
		{"id", row.ID, e.ID},
		{"region", row.Region, e.Region},
		{"act", row.Act, e.Act},
		{"at_micro", strconv.FormatInt(row.AtMicro, 10), strconv.FormatInt(e.At.UnixMicro(), 10)},
	} {
		if c.is != c.want {
			v.problem(row.N, "条目 %d 的检索列 %s 被改动：列中是 %q，内容是 %q", row.N, c.column, c.is, c.want)
		}
	}
	if e.Blind == "" && len(row.Salt) > 0 || e.Blind != "" && (len(row.Salt) != saltSize || blind(row.Salt) != e.Blind) {
		v.problem(row.N, "条目 %d 的 salt 列被改动：与内容中的 blind 不符", row.N)
	}
}

// addNodes reads the stored nodes of the next entry and holds them against those
// that follow from the texts: leaf is the hash of this one and says what it says;
// nil when the entry is missing. It returns false, and adds nothing, when neither the
// entry nor its stored leaf is there.
func (v *verification) addNodes(leaf *tlog.Hash, says string) (bool, error) {
	n := v.Entries
	at := tlog.StoredHashIndex(0, n)
	stored, err := v.node(at)
	if err != nil || stored == nil && leaf == nil {
		return false, err
	}
	attached := stored != nil
	switch {
	case !attached:
		v.open = append(v.open, suspect{
			n, fmt.Sprintf("条目 %d 没有接在哈希树上，是插入的：写的是 %s", n, says),
			fmt.Sprintf("条目 %d 的内容完好，哈希树上它的哈希被删除", n),
		})
		stored = leaf
	case leaf == nil:
		leaf = stored
	case *leaf != *stored:
		v.open = append(v.open, suspect{
			n, fmt.Sprintf("条目 %d 的内容被改动，与它的哈希不符：现在写的是 %s", n, says),
			fmt.Sprintf("条目 %d 的内容完好，哈希树上它的哈希被改动", n),
		})
	}
	texts, tree := v.texts.add(*leaf), v.tree.add(*stored)
	v.Entries++
	for level := 1; level < len(texts); level++ {
		node, err := v.node(at + int64(level))
		if err != nil {
			return false, err
		}
		switch {
		case node == nil && attached:
			v.problem(n, "哈希树第 %d 层第 %d 个节点缺失", level, n>>level)
		case node != nil && *node != texts[level] && *node != tree[level]:
			v.problem(n, "哈希树第 %d 层第 %d 个节点被改动：它在条目 %s之上", level, n>>level, span(n>>level<<level, n))
		}
	}
	return true, v.checkpoints.reach(v)
}

// node reads the stored node with an index, nil when it is not there.
func (v *verification) node(at int64) (*tlog.Hash, error) {
	for {
		row, err := v.nodes.peek()
		if err != nil || row == nil || row.N > at {
			return nil, err
		}
		if _, err := v.nodes.next(); err != nil {
			return nil, err
		}
		if row.N < at {
			v.problem(noEntry, "哈希树中有多出的节点（序号 %d）", row.N)
			continue
		}
		var hash tlog.Hash // what has another length is equal to no hash
		if len(row.Hash) == len(hash) {
			hash = tlog.Hash(row.Hash)
		}
		return &hash, nil
	}
}
