package journal

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

var errUndo = errors.New("undo")

// undone runs f in a write that is undone afterwards.
func (o *opened) undone(t *testing.T, f func(tx *db.Tx)) {
	t.Helper()
	err := o.db.Write(ctx, func(tx *db.Tx) error {
		f(tx)
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

func (o *opened) run(t *testing.T, tx *db.Tx, query string, args ...any) {
	t.Helper()
	if _, err := tx.NewRaw(query, args...).Exec(ctx); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func (o *opened) verifiedIn(t *testing.T, tx *db.Tx) *Report {
	t.Helper()
	r, err := verify(ctx, tx, o.check())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// column is a column whose every byte is altered.
type column struct {
	table, key, name string
	kind             string // text, bytes, number, flag or time
}

var columns = []column{
	{"journal_entry", "n", "n", "number"},
	{"journal_entry", "n", "actor", "text"},
	{"journal_entry", "n", "kind", "text"},
	{"journal_entry", "n", "id", "text"},
	{"journal_entry", "n", "text", "text"},
	{"journal_entry", "n", "salt", "bytes"},
	{"journal_entry", "n", "region", "text"},
	{"journal_entry", "n", "act", "text"},
	{"journal_entry", "n", "at_micro", "number"},
	{"journal_hash", "n", "n", "number"},
	{"journal_hash", "n", "hash", "bytes"},
	{"journal_checkpoint", "size", "size", "number"},
	{"journal_checkpoint", "size", "note", "text"},
	{"thing", "id", "id", "text"},
	{"thing", "id", "title", "text"},
	{"thing", "id", "amount", "number"},
	{"thing", "id", "done", "flag"},
	{"thing", "id", "name", "bytes"},
	{"thing", "id", "at", "time"},
}

// altered returns all values that differ from one in one byte.
func (c column) altered(driver string, value any) (others []any) {
	switch v := value.(type) {
	case int64:
		for bit := 7; bit < 64; bit += 8 {
			others = append(others, v^(1<<bit))
		}
	case bool:
		others = append(others, !v)
	case []byte:
		for i := range v {
			other := append([]byte(nil), v...)
			other[i] ^= 1
			others = append(others, other)
		}
	case string:
		for i := range len(v) {
			other := []byte(v)
			other[i] ^= 1
			if driver == db.SQLite || utf8.Valid(other) { // PostgreSQL takes no other text
				others = append(others, string(other))
			}
		}
	}
	return others
}

// values reads a column of all rows by key.
func (c column) values(t *testing.T, tx *db.Tx, driver string) map[any]any {
	t.Helper()
	name := c.name
	switch {
	case c.kind == "time":
		name = "CAST(" + c.name + " AS TEXT)"
	case c.kind == "flag" && driver == db.SQLite:
		name = c.name + " = 1"
	}
	rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT %s, %s FROM %s", c.key, name, c.table))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	values := make(map[any]any)
	for rows.Next() {
		var key, value any
		if err := rows.Scan(&key, &value); err != nil {
			t.Fatal(err)
		}
		if n, ok := value.(int64); ok && c.kind == "flag" {
			value = n == 1
		}
		values[key] = value
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return values
}

// suspected says where an altered value must be found: which entry, and a word of the message.
func (c column) suspected(t *testing.T, key any, last map[string]int64) (entry int64, word string) {
	switch c.table {
	case "journal_entry":
		return key.(int64), fmt.Sprintf("条目 %d ", key)
	case "journal_hash":
		level, n := tlog.SplitStoredHashIndex(key.(int64))
		if level == 0 {
			return n, fmt.Sprintf("条目 %d ", n)
		}
		return (n+1)<<level - 1, fmt.Sprintf("第 %d 层第 %d 个节点", level, n)
	case "journal_checkpoint":
		return key.(int64) - 1, fmt.Sprintf("签到 %d 条的检查点", key)
	}
	entry, ok := last[key.(string)]
	if !ok {
		t.Fatal(key)
	}
	return entry, "thing " + key.(string)
}

// TestEveryByte alters every byte of every table of a small journal and of the
// rows it commits to, one at a time.
func TestEveryByte(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.fill(t, 3)
		o.sign(t)
		o.fill(t, 4)
		o.sign(t)
		last := map[string]int64{"YD0": 4, "YD1": 6}
		tried := 0
		o.undone(t, func(tx *db.Tx) {
			for _, c := range columns {
				for key, value := range c.values(t, tx, d.Driver()) {
					set := fmt.Sprintf("UPDATE %s SET %s = ? WHERE %s = ?", c.table, c.name, c.key)
					for _, other := range c.altered(d.Driver(), value) {
						now := key
						if c.name == c.key {
							now = other
						}
						if _, err := tx.ExecContext(ctx, "SAVEPOINT one"); err != nil {
							t.Fatal(err)
						}
						_, err := tx.ExecContext(ctx, set, other, key)
						// PostgreSQL reads some texts of an instant as the same instant.
						if err == nil && (c.kind != "time" || c.values(t, tx, d.Driver())[key] != value) {
							tried++
							entry, word := c.suspected(t, key, last)
							o.wantFound(t, tx, entry, word, fmt.Sprintf("%s.%s of %v: %q", c.table, c.name, now, other))
						}
						if _, err := tx.ExecContext(ctx, "ROLLBACK TO one"); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			if r := o.verifiedIn(t, tx); len(r.Problems) > 0 {
				t.Errorf("after all was put back: %v", r.Problems)
			}
		})
		t.Logf("%d alterations", tried)
		if tried < 3000 {
			t.Errorf("only %d alterations tried", tried)
		}
	})
}

// wantFound wants the first problem that concerns an existing entry to concern
// this one and to say so.
func (o *opened) wantFound(t *testing.T, tx *db.Tx, entry int64, word, what string) {
	t.Helper()
	r := o.verifiedIn(t, tx)
	for _, p := range r.Problems {
		if p.Entry < 0 || p.Entry == math.MaxInt64 {
			continue // a place that was made up: the entry that should be there is missing
		}
		if p.Entry == entry && strings.Contains(p.Text, word) {
			return
		}
		break
	}
	t.Errorf("%s: %v, want entry %d and %q", what, r.Problems, entry, word)
}

// rebuild writes the tree anew from the texts, as somebody would who knows how.
func (o *opened) rebuild(t *testing.T, tx *db.Tx) {
	t.Helper()
	var rows []entryRow
	if err := tx.NewSelect().Model(&rows).OrderExpr("n").Scan(ctx); err != nil {
		t.Fatal(err)
	}
	o.run(t, tx, "DELETE FROM journal_hash")
	var tree edge
	for i, row := range rows {
		for level, hash := range tree.add(tlog.RecordHash([]byte(row.Text))) {
			o.run(t, tx, "INSERT INTO journal_hash (n, hash) VALUES (?, ?)", tlog.StoredHashIndex(0, int64(i))+int64(level), hash[:])
		}
	}
}

// move gives an entry another place, in its text too.
func (o *opened) move(t *testing.T, tx *db.Tx, from, to int64) {
	o.run(t, tx, "UPDATE journal_entry SET n = ?, text = replace(text, ?, ?) WHERE n = ?",
		to, fmt.Sprintf(`"n":%d,`, from), fmt.Sprintf(`"n":%d,`, to), from)
}

// TestAlterations are those that somebody would make who knows the tables.
func TestAlterations(t *testing.T) {
	cases := []struct {
		name  string
		alter func(t *testing.T, o *opened, tx *db.Tx)
		want  []string // in the first problem
	}{
		{"an entry removed", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "DELETE FROM journal_entry WHERE n = 4")
		}, []string{"条目 4 缺失"}},
		{"entries removed", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "DELETE FROM journal_entry WHERE n IN (2, 3)")
		}, []string{"条目 2 至 3 缺失"}},
		{"an entry removed with its hash", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "DELETE FROM journal_entry WHERE n = 4")
			o.run(t, tx, "DELETE FROM journal_hash WHERE n = ?", tlog.StoredHashIndex(0, 4))
		}, []string{"条目 4 缺失"}},
		{"the last entries removed", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "DELETE FROM journal_entry WHERE n >= 6")
		}, []string{"条目 6 缺失", "哈希还在树上"}},
		{"the last entries removed with their hashes", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "DELETE FROM journal_entry WHERE n >= 6")
			o.run(t, tx, "DELETE FROM journal_hash WHERE n >= ?", tlog.StoredHashIndex(0, 6))
		}, []string{"条目 6 至 7 缺失", "签了前 8 条", "只到 6 条", "截断"}},
		{"all removed but the checkpoints", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "DELETE FROM journal_entry")
			o.run(t, tx, "DELETE FROM journal_hash")
		}, []string{"条目 0 至 7 缺失", "截断"}},
		{"an entry put at the end", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "INSERT INTO journal_entry SELECT 8, actor, kind, id, replace(text, '\"n\":7', '\"n\":8'), salt, region, act, at_micro FROM journal_entry WHERE n = 7")
		}, []string{"条目 8", "没有接在哈希树上", "插入"}},
		{"an entry put beyond all", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "INSERT INTO journal_entry SELECT 9223372036854775807, actor, kind, id, text, salt, region, act, at_micro FROM journal_entry WHERE n = 7")
		}, []string{"条目 8 至 9223372036854775806 缺失", "没有接在哈希树上"}},
		{"an entry put in and the tree made anew", func(t *testing.T, o *opened, tx *db.Tx) {
			for n := int64(7); n >= 5; n-- {
				o.move(t, tx, n, n+1)
			}
			o.run(t, tx, "INSERT INTO journal_entry SELECT 5, actor, kind, id, replace(text, '\"n\":4', '\"n\":5'), salt, region, act, at_micro FROM journal_entry WHERE n = 4")
			o.rebuild(t, tx)
		}, []string{"签了前 8 条", "条目 4 至 7", "插入"}},
		{"an entry taken out and the tree made anew", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "DELETE FROM journal_entry WHERE n = 1")
			for n := int64(2); n < 8; n++ {
				o.move(t, tx, n, n-1)
			}
			o.rebuild(t, tx)
		}, []string{"签了前 4 条", "条目 0 至 3", "删除"}},
		{"two entries exchanged", func(t *testing.T, o *opened, tx *db.Tx) {
			for _, m := range [][2]int64{{5, 99}, {6, 5}, {99, 6}} {
				o.run(t, tx, "UPDATE journal_entry SET n = ? WHERE n = ?", m[1], m[0])
			}
		}, []string{"条目 5 的内容自称条目 6", "重排"}},
		{"two entries exchanged and the tree made anew", func(t *testing.T, o *opened, tx *db.Tx) {
			for _, m := range [][2]int64{{5, 99}, {6, 5}, {99, 6}} {
				o.run(t, tx, "UPDATE journal_entry SET n = ? WHERE n = ?", m[1], m[0])
			}
			o.rebuild(t, tx)
		}, []string{"签了前 8 条"}},
		{"an entry altered with its hash", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "UPDATE journal_entry SET text = replace(text, '充分', '不足') WHERE n = 2")
			var text string
			if err := tx.NewSelect().Table("journal_entry").Column("text").Where("n = 2").Scan(ctx, &text); err != nil {
				t.Fatal(err)
			}
			hash := tlog.RecordHash([]byte(text))
			o.run(t, tx, "UPDATE journal_hash SET hash = ? WHERE n = ?", hash[:], tlog.StoredHashIndex(0, 2))
		}, []string{"签了前 4 条", "条目 0 至 3"}},
		{"an entry altered and the tree made anew", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "UPDATE journal_entry SET text = replace(text, '充分', '不足') WHERE n = 6")
			o.rebuild(t, tx)
		}, []string{"签了前 8 条", "条目 4 至 7"}},
		{"a node removed", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "DELETE FROM journal_hash WHERE n = ?", tlog.StoredHashIndex(1, 1))
		}, []string{"第 1 层第 1 个节点缺失"}},
		{"a node too many", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "INSERT INTO journal_hash SELECT 1000, hash FROM journal_hash WHERE n = 0")
		}, []string{"多出的节点（序号 1000）"}},
		{"a node cut", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "UPDATE journal_hash SET hash = ? WHERE n = ?", []byte{1}, tlog.StoredHashIndex(0, 3))
		}, []string{"条目 3 的内容完好", "哈希被改动"}},
		{"a checkpoint signed by another key", func(t *testing.T, o *opened, tx *db.Tx) {
			other := open(t, dbtest.OpenSQLite(t))
			other.fill(t, 8)
			o.run(t, tx, "UPDATE journal_checkpoint SET note = ? WHERE size = 8", other.sign(t))
		}, []string{"签到 8 条的检查点签名无效", "不是这把密钥签的"}},
		{"a checkpoint with another root", func(t *testing.T, o *opened, tx *db.Tx) {
			row, err := lastCheckpoint(ctx, tx)
			if err != nil {
				t.Fatal(err)
			}
			c, err := ReadCheckpoint(row.Note, o.keys)
			if err != nil {
				t.Fatal(err)
			}
			forged := strings.Replace(row.Note, c.Root.String(), tlog.Hash{1}.String(), 1)
			o.run(t, tx, "UPDATE journal_checkpoint SET note = ? WHERE size = 8", forged)
		}, []string{"签到 8 条的检查点签名无效", "内容或签名被改动"}},
		{"a checkpoint from elsewhere in the log", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "UPDATE journal_checkpoint SET note = (SELECT note FROM journal_checkpoint WHERE size = 4) WHERE size = 8")
		}, []string{"签到 4 条的检查点在数据库中被标为签到 8 条"}},
		{"a row removed", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "DELETE FROM thing WHERE id = 'YD2'")
		}, []string{"thing YD2 缺失", "条目 5 写过它"}},
		{"a row put in", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "INSERT INTO thing SELECT 'YD9', title, amount, done, name, at FROM thing WHERE id = 'YD1'")
		}, []string{"thing YD9 是插入的", "没有条目写过它"}},
		{"a removed row put back", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "INSERT INTO thing SELECT 'YD0', title, amount, done, name, at FROM thing WHERE id = 'YD1'")
		}, []string{"thing YD0 是插入的", "条目 7 删除了它"}},
		{"an earlier state of a row put back", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "UPDATE thing SET amount = 2, done = ? WHERE id = 'YD1'", true)
		}, []string{"thing YD1 被改动", "条目 3 写入时"}},
		{"a salt removed", func(t *testing.T, o *opened, tx *db.Tx) {
			o.run(t, tx, "UPDATE journal_entry SET salt = ? WHERE n = 1", []byte{})
		}, []string{"条目 1 的 salt 列被改动"}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.fill(t, 4)
		o.sign(t)
		for _, write := range []func(*db.Tx) error{
			func(tx *db.Tx) error { return decide(tx, "YD0", 9) },
			func(tx *db.Tx) error { return decide(tx, "YD2", 3) },
			func(tx *db.Tx) error { return decide(tx, "YD3", 4) },
			func(tx *db.Tx) error { return remove(tx, "YD0") },
		} {
			if err := d.Write(ctx, write); err != nil {
				t.Fatal(err)
			}
		}
		o.sign(t)
		o.wantClean(t, 8, 8)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				o.undone(t, func(tx *db.Tx) {
					c.alter(t, o, tx)
					wantFirst(t, o.verifiedIn(t, tx), c.want...)
				})
			})
		}
	})
}

// A database that was taken back to an earlier state, checkpoints and all, is
// noticed by the checkpoint that the home or anybody else kept; nothing more is signed.
func TestRolledBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.fill(t, 4)
		o.sign(t)
		o.fill(t, 3)
		kept := o.sign(t)
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for table, column := range map[string]string{"journal_entry": "n", "journal_checkpoint": "size"} {
				o.run(t, tx, "DELETE FROM ? WHERE ? > 5", bun.Ident(table), bun.Ident(column))
			}
			o.rebuild(t, tx)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		o.wantFirst(t, "条目 6 缺失", "签了前 7 条", "回退到旧的状态")
		if _, err := o.Checkpoint(ctx); err == nil || !strings.Contains(err.Error(), "数据库被回退或截断") {
			t.Errorf("signed: %v", err)
		}
		// Acts after it do not hide it.
		o.fill(t, 4)
		o.wantFirst(t, "签了前 7 条", "现在的日志与它不符")
		if _, err := o.Checkpoint(ctx); err == nil || !strings.Contains(err.Error(), "前 7 条与") {
			t.Errorf("signed: %v", err)
		}
		if _, err := ProveConsistency(ctx, d, o.keys, kept); !errors.Is(err, ErrProof) {
			t.Errorf("proved: %v", err)
		}
	})
}

// Signing stops when the last checkpoint or the end of the tree is not as it was left.
func TestNotSignedOver(t *testing.T) {
	for name, c := range map[string]struct{ statement, want string }{
		"a checkpoint beyond all":   {"UPDATE journal_checkpoint SET size = 1000", "签到 3 条的检查点被标为签到 1000 条"},
		"a checkpoint that is none": {"UPDATE journal_checkpoint SET note = 'x'", "数据库中的上一个检查点格式不对"},
		"a node beyond all":         {"INSERT INTO journal_hash SELECT 9223372036854775807, hash FROM journal_hash WHERE n = 0", "末尾不完整"},
		"a node before all":         {"UPDATE journal_hash SET n = n - 1000", "末尾不完整"},
		"the last nodes removed":    {"DELETE FROM journal_hash WHERE n >= 6", "末尾不完整"},
		"a node removed":            {"DELETE FROM journal_hash WHERE n = 2", "缺第 1 层第 0 个节点"},
		"a node altered":            {"UPDATE journal_hash SET hash = (SELECT hash FROM journal_hash WHERE n = 0) WHERE n = 2", "前 3 条与"},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, dbtest.OpenSQLite(t))
			o.fill(t, 3)
			o.sign(t)
			o.fill(t, 2)
			if err := o.db.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.ExecContext(ctx, c.statement)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if _, err := o.Checkpoint(ctx); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "yiheng verify") {
				t.Errorf("signed: %v, want %q", err, c.want)
			}
		})
	}
}

func TestUnknownKind(t *testing.T) {
	o := open(t, dbtest.OpenSQLite(t))
	o.fill(t, 2)
	r, err := Verify(ctx, o.db, Check{Keys: o.keys})
	if err != nil {
		t.Fatal(err)
	}
	wantFirst(t, r, "thing 类的行无法核对")
}

func TestUnreadableRow(t *testing.T) {
	o := open(t, dbtest.OpenSQLite(t))
	o.fill(t, 6)
	o.undone(t, func(tx *db.Tx) {
		o.run(t, tx, "UPDATE thing SET amount = 'viel' WHERE id = 'YD1'")
		wantFirst(t, o.verifiedIn(t, tx), "thing YD1 被改动，已无法读出", "条目 3")
	})
	// SQLite takes any value in any column: what is no entry at all is told where it stands.
	o.undone(t, func(tx *db.Tx) {
		o.run(t, tx, "UPDATE journal_entry SET n = 'x' WHERE n = 2")
		if _, err := verify(ctx, tx, o.check()); err == nil || !strings.Contains(err.Error(), "日志的库表在 n > ") {
			t.Errorf("a place that is no number: %v", err)
		}
	})
	check := o.check()
	check.Committed = Committed{"thing": {IDs: func(context.Context, db.Reader, func(string) error) error { return errUndo }}}
	if _, err := Verify(ctx, o.db, check); !errors.Is(err, errUndo) {
		t.Errorf("rows that cannot be listed: %v", err)
	}
}
