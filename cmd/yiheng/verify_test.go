package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// acts makes a home whose journal has n entries.
func acts(t *testing.T, home string, n int) {
	t.Helper()
	inJournal(t, home, func(ctx context.Context, tx *db.Tx) error {
		for i := range n {
			if _, err := journal.Append(ctx, tx, journal.Entry{
				Actor: "U1", Org: "J3304", Region: "330400", Act: "access.reveal", Kind: "psn", ID: fmt.Sprintf("P%d", i), Reason: "核对申诉材料",
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

func inJournal(t *testing.T, home string, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	ctx := context.Background()
	d, err := db.OpenAt(ctx, home, "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := journal.Prepare(ctx, d); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { return f(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

func TestVerify(t *testing.T) {
	home := t.TempDir()
	wantText(t, fails(t, filepath.Join(home, "none"), "verify"), "不存在")
	wantText(t, fails(t, home, "verify"), "没有日志密钥", "--key")
	acts(t, home, 5)
	wantText(t, fails(t, home, "verify", "--entry", "2"), "没有日志密钥")

	old := filepath.Join(t.TempDir(), "old")
	write(t, old, yiheng(t, home, "verify", "--checkpoint"))
	wantText(t, yiheng(t, home, "verify"), "条目 5 条", "签名覆盖前 5 条", "其后 0 条尚未签名", "未发现改动")
	acts(t, home, 3)
	wantText(t, yiheng(t, home, "verify"), "条目 8 条", "签名覆盖前 5 条", "其后 3 条尚未签名")
	wantText(t, fails(t, home, "verify", "--entry", "6"), "尚无检查点覆盖", "--checkpoint")
	wantText(t, fails(t, home, "verify", "--entry", "60"), "没有条目 60")
	yiheng(t, home, "verify", "--checkpoint")

	// A stranger has the public key, and neither home nor database.
	key, nowhere := filepath.Join(home, "journal.pub"), filepath.Join(home, "none")
	proof := filepath.Join(t.TempDir(), "6.tlog-proof")
	write(t, proof, yiheng(t, home, "verify", "--entry", "6"))
	wantText(t, yiheng(t, nowhere, "verify", "--proof", proof, "--key", key),
		"证明成立", "条目 6", "签了前 8 条", "操作人　U1", "操作　access.reveal", "对象　psn P1", "理由　核对申诉材料")
	consistent := filepath.Join(t.TempDir(), "consistency")
	write(t, consistent, yiheng(t, home, "verify", "--consistency", old))
	wantText(t, yiheng(t, nowhere, "verify", "--proof", consistent, "--key", key), "证明成立", "签的前 5 条", "签的前 8 条", "没有改写")

	wantText(t, fails(t, nowhere, "verify", "--proof", proof), "--key")
	wantText(t, fails(t, nowhere, "verify", "--proof", proof, "--key", proof), "没有公钥")
	wantText(t, fails(t, nowhere, "verify", "--proof", key, "--key", key), "证明文件格式不对")
	text, err := os.ReadFile(proof)
	if err != nil {
		t.Fatal(err)
	}
	write(t, proof, strings.Replace(string(text), "index 6", "index 5", 1))
	wantText(t, fails(t, nowhere, "verify", "--proof", proof, "--key", key), "证明不成立")
	fails(t, home, "verify", "--entry", "1", "--proof", proof)
}

func TestVerifyFindsAlterations(t *testing.T) {
	home := t.TempDir()
	acts(t, home, 5)
	old := filepath.Join(t.TempDir(), "old")
	write(t, old, yiheng(t, home, "verify", "--checkpoint"))
	inJournal(t, home, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE journal_entry SET text = replace(text, '核对', '更正') WHERE n = 3")
		return err
	})
	wantText(t, fails(t, home, "verify"), "条目 3 的内容被改动", "1 处", "请保全现场")
	wantText(t, fails(t, home, "verify", "--entry", "3"), "证明不成立", "yiheng verify")
	inJournal(t, home, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM journal_entry WHERE n > 2")
		if err == nil {
			_, err = tx.ExecContext(ctx, "DELETE FROM journal_hash WHERE n > 3")
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, "DELETE FROM journal_checkpoint")
		}
		return err
	})
	wantText(t, fails(t, home, "verify"), "条目 3 至 4 缺失", "journal.checkpoint", "签了前 5 条")
	wantText(t, fails(t, home, "verify", "--checkpoint"), "数据库被回退或截断")
	wantText(t, fails(t, home, "verify", "--consistency", old), "还没有检查点")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
