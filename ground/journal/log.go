package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"yiheng/ground/db"
	"yiheng/ground/seal"
)

// The journal's files in the home: the signing key, its public part for
// strangers, and the last checkpoint that this home signed. Verify holds the
// database against the checkpoint: a database that was taken back to an earlier state is noticed.
const (
	keyFile        = "journal.key"
	publicFile     = "journal.pub"
	checkpointFile = "journal.checkpoint"
)

const purpose = "journal"

// ErrNoKey is wrapped by the error of Keys for a home that never signed.
var ErrNoKey = errors.New("没有日志密钥")

// Log signs the journal of a home. It is safe for concurrent use.
type Log struct {
	db     *db.DB
	home   string
	signer *seal.Signer
	keys   []seal.PublicKey
}

// Open opens the journal in d with the key in the home, which is created with mode
// 0600 when there is none. All homes on one database must hold the same key file.
func Open(ctx context.Context, d *db.DB, home string) (*Log, error) {
	if err := Prepare(ctx, d); err != nil {
		return nil, err
	}
	key, err := seal.OpenKey(filepath.Join(home, keyFile))
	if err != nil {
		return nil, err
	}
	l := &Log{db: d, home: home, signer: key.Signer(purpose), keys: key.Publics(purpose)}
	var text []byte
	for _, p := range l.keys {
		text = append(text, p.PEM()...)
	}
	return l, replace(filepath.Join(home, publicFile), text, 0o644)
}

// Keys returns the public keys of a home's journal, oldest first, from its key
// file; it creates nothing. Its error wraps ErrNoKey when there is none.
func Keys(home string) ([]seal.PublicKey, error) {
	path := filepath.Join(home, keyFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w：%s 不存在", ErrNoKey, path)
	}
	key, err := seal.OpenKey(path)
	if err != nil {
		return nil, err
	}
	return key.Publics(purpose), nil
}

// Checkpoint signs the journal as it is and returns the note; when nothing came
// since the last checkpoint, that one. It never signs over a journal that does not
// go on from what was signed before: then its error says what to do.
func (l *Log) Checkpoint(ctx context.Context) (signed string, err error) {
	err = l.db.Write(ctx, func(tx *db.Tx) error {
		kept, err := Kept(l.home)
		if err != nil {
			return err
		}
		tree, err := readTree(ctx, tx)
		if err != nil {
			return err
		}
		if tree.size == 0 && kept == "" {
			return errors.New("日志还没有条目，没有可签的")
		}
		last, err := lastCheckpoint(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := l.goesOn(tree, kept, checkpointFile); err != nil {
			return err
		}
		covered, err := l.goesOn(tree, last.Note, "数据库")
		if err != nil {
			return err
		}
		if covered != last.Size {
			return fmt.Errorf("数据库中签到 %d 条的检查点被标为签到 %d 条，不能再签：请运行 yiheng verify 核对", covered, last.Size)
		}
		if signed = last.Note; covered < tree.size {
			if signed, err = l.sign(ctx, tx, tree); err != nil {
				return err
			}
		}
		if signed == kept {
			return nil
		}
		// In the write's turn, so that the later of two stays; the entries are committed already.
		return replace(filepath.Join(l.home, checkpointFile), []byte(signed), 0o600)
	})
	return signed, err
}

func (l *Log) sign(ctx context.Context, tx *db.Tx, tree *storedTree) (string, error) {
	root, err := tlog.TreeHash(tree.size, tree)
	if err != nil {
		return "", err
	}
	signed, err := Checkpoint{tree.size, root, tx.Now}.sign(l.keys, l.signer)
	if err != nil {
		return "", err
	}
	_, err = tx.NewInsert().Model(&checkpointRow{Size: tree.size, Note: signed}).Exec(ctx)
	return signed, err
}

// goesOn returns how many entries the last checkpoint covers, 0 when there is none,
// and refuses a journal that does not begin with them.
func (l *Log) goesOn(tree *storedTree, last, where string) (int64, error) {
	if last == "" {
		return 0, nil
	}
	c, err := ReadCheckpoint(last, l.keys)
	if errors.Is(err, ErrSignature) {
		return 0, fmt.Errorf("%s中的上一个%w，不能再签。若数据目录换了密钥文件 %s，请恢复原来的；否则请运行 yiheng verify 核对", where, err, keyFile)
	}
	if err != nil {
		return 0, fmt.Errorf("%s中的上一个%w，不能再签：请运行 yiheng verify 核对", where, err)
	}
	at := c.At.Format(time.RFC3339)
	if c.Size > tree.size {
		return 0, fmt.Errorf("日志只有 %d 条，而 %s 已签到 %d 条：数据库被回退或截断，不能再签。请运行 yiheng verify 核对，并恢复最新的备份", tree.size, at, c.Size)
	}
	root, err := tlog.TreeHash(c.Size, tree)
	if err == nil && root != c.Root {
		err = fmt.Errorf("日志的前 %d 条与 %s 所签的不符，不能再签：请运行 yiheng verify 核对", c.Size, at)
	}
	return c.Size, err
}

// Keep signs checkpoints at intervals until ctx ends, and once more then. It tells
// failed what went wrong and goes on.
func (l *Log) Keep(ctx context.Context, every time.Duration, failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for running := true; running; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			running = false
		}
		at := context.WithoutCancel(ctx)
		n, err := size(at, l.db)
		if err == nil && n > 0 {
			_, err = l.Checkpoint(at)
		}
		if err != nil {
			failed(err)
		}
	}
}

// Kept returns the last checkpoint that a home signed, "" when there is none.
func Kept(home string) (string, error) {
	text, err := os.ReadFile(filepath.Join(home, checkpointFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// lastCheckpoint is the zero row when there is none.
func lastCheckpoint(ctx context.Context, from db.Reader) (row checkpointRow, err error) {
	err = from.NewSelect().Model(&row).OrderExpr("size DESC").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return checkpointRow{}, nil
	}
	return row, err
}

// replace puts a complete file at path, whatever was there.
func replace(path string, text []byte, mode os.FileMode) error {
	draft, err := os.CreateTemp(filepath.Dir(path), ".journal-*")
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	_, err = draft.Write(text)
	if err = errors.Join(err, draft.Chmod(mode), draft.Sync(), draft.Close()); err != nil {
		return err
	}
	return os.Rename(draft.Name(), path)
}
