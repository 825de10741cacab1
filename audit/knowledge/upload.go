package knowledge

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Proposing is how an uploaded file is to be read.
type Proposing struct {
	File      string       `json:"file"`  // SHA-256 of the upload
	Name      string       `json:"name"`  // as it was uploaded
	Rule      string       `json:"rule"`  // class of a workbook that names none
	ValidFrom calendar.Day `json:"from"`  // first service day of a workbook's points
	Complete  bool         `json:"whole"` // the file is the whole list of its rules
	Size      int          `json:"size"`  // bytes
}

// KeepUpload keeps the bytes of a file of knowledge under their hash. What the file is,
// its first bytes tell: a workbook or text; anything else is refused.
func (s *Store) KeepUpload(content []byte, name string) (Proposing, error) {
	p := Proposing{Name: cleanName(name), Size: len(content)}
	if err := checkContent(content); err != nil {
		return p, err
	}
	sum := sha256.Sum256(content)
	p.File = hex.EncodeToString(sum[:])
	path := s.uploadPath(p)
	if _, err := os.Stat(path); err == nil {
		return p, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return p, fmt.Errorf("上传的文件不能存放：%w；请检查磁盘空间和权限", err)
	}
	f, err := s.newFile()
	if err != nil {
		return p, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return p, fmt.Errorf("上传的文件不能存放：%w；请检查磁盘空间和权限", err)
	}
	return p, os.Rename(f.Name(), path)
}

// uploadPath is where an upload lies: its name is part of what a reader goes by.
func (s *Store) uploadPath(p Proposing) string {
	return filepath.Join(s.dir, "uploads", p.File, p.Name)
}

// checkContent refuses what is neither a workbook (.xlsx) nor text.
func checkContent(content []byte) error {
	switch {
	case len(bytes.TrimSpace(content)) == 0:
		return errors.New("文件是空的")
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return nil
	case bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")):
		return errors.New("是旧式工作簿（.xls）或加密的工作簿：请用 Excel 或 WPS 另存为未加密的 .xlsx")
	case bytes.IndexByte(content[:min(len(content), 4096)], 0) >= 0:
		return errors.New("不是知识点文件：应为工作簿（.xlsx）或 UTF-8 的 CSV")
	}
	return nil
}

// cleanName is a file's own name, without folders and what a file system or a reader of
// the journal might stumble over.
func cleanName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name))
	const most = 60
	if short := []rune(name); len(short) > most {
		name = string(short[len(short)-most:])
	}
	if strings.Trim(name, ".") == "" {
		return "知识点"
	}
	return name
}

// NewChange is a change of an upload that is still to be read.
func NewChange(by string, layer Layer, p Proposing) (*Change, error) {
	p.Complete, p.ValidFrom = layer.Complete, layer.From
	options, err := json.Marshal(p)
	return &Change{
		Kind: ChangeImport, State: StateReading, Region: layer.Region, Document: layer.Document, Reason: layer.Reason, By: by, Tag: newTag(),
		Options: string(options), Files: "[]", Counts: "{}",
	}, err
}

// Add writes a new change.
func (s *Store) Add(ctx context.Context, tx *db.Tx, c *Change) error { return c.add(ctx, tx) }

// Read reads the upload of a change and holds it against the points in force: the change
// is then staged, or failed with the reason. It may be begun again. record, which may be
// nil, journals the change in its transaction.
func (s *Store) Read(ctx context.Context, id int64, classes Classes, record Record, progress func(done, total int)) (*Change, error) {
	c, err := s.Change(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.State != StateReading {
		return c, fmt.Errorf("第 %d 号变更%s，不必再读：%w", id, stateNames[c.State], ErrState)
	}
	if err := s.drop(ctx, c.Tag); err != nil {
		return nil, err
	}
	read, err := s.readUpload(ctx, c, classes, progress)
	var wrong *unreadable
	if err != nil && !errors.As(err, &wrong) {
		return nil, err
	}
	if wrong != nil {
		c.State, c.Failure = StateFailed, wrong.Error()
	} else {
		c.State, c.Base, c.Hash, c.Files, c.Counts = StateStaged, read.Base, read.Hash, read.Files, read.Counts
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := readChange(ctx, tx, id)
		if err != nil {
			return err
		}
		if now.State != StateReading {
			return fmt.Errorf("第 %d 号变更%s：%w", id, stateNames[now.State], ErrState)
		}
		c.Job = now.Job
		if _, err := tx.NewUpdate().Model(c).WherePK().Exec(ctx); err != nil || record == nil {
			return err
		}
		return record(ctx, tx, c)
	})
	return c, err
}

// unreadable is why nothing of a file can be taken.
type unreadable struct{ why error }

func (u *unreadable) Error() string { return u.why.Error() }

// readUpload reads and proposes; an unreadable error is about the file.
func (s *Store) readUpload(ctx context.Context, c *Change, classes Classes, progress func(done, total int)) (*Change, error) {
	var o Proposing
	if err := json.Unmarshal([]byte(c.Options), &o); err != nil {
		return nil, err
	}
	in, err := ReadFile(s.uploadPath(o), classes, Options{ValidFrom: o.ValidFrom, Rule: o.Rule})
	if err != nil {
		return nil, &unreadable{err}
	}
	layer := Layer{Region: c.Region, Document: c.Document, Reason: c.Reason, Complete: o.Complete, From: o.ValidFrom}
	read, _, err := s.Propose(ctx, classes, layer, c.By, c.Tag, []*Intake{in}, progress)
	var wrong Problems
	if errors.As(err, &wrong) {
		return nil, &unreadable{wrong}
	}
	return read, err
}
