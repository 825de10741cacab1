package review

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// File is an attachment: its content lies in the home under its hash, once however often
// it is attached.
type File struct {
	bun.BaseModel `bun:"table:review_file,alias:review_file" json:"-"`

	ID        string    `bun:",pk" json:"id"`
	FindingID string    `json:"finding_id"`
	SHA256    string    `bun:"sha256" json:"sha256"`
	Name      string    `json:"name"`
	Type      string    `json:"type"` // by content, never by name
	Size      int64     `json:"size"`
	Actor     string    `json:"actor"`
	Org       string    `json:"org"`
	Own       bool      `json:"own"` // the institution's: authorities see it once an answer names it
	At        time.Time `json:"at"`
}

// MaxFile is the largest attachment, in bytes.
const MaxFile = 20 << 20

// fileTypes are what an attachment may be.
var fileTypes = []string{"application/pdf", "image/jpeg", "image/png", "application/zip", "text/plain; charset=utf-8"}

// Content is what StoreContent stored.
type Content struct {
	SHA256 string
	Type   string
	Size   int64
}

// StoreContent stores the content of an attachment before the transaction that attaches
// it. What nobody attaches stays in the folder and is found by nobody.
func (r *Review) StoreContent(from io.Reader) (Content, error) {
	content, err := io.ReadAll(io.LimitReader(from, MaxFile+1))
	if err != nil {
		return Content{}, err
	}
	if len(content) == 0 || len(content) > MaxFile {
		return Content{}, invalid("review.file_size", "附件应有内容，且不超过 %d MB", MaxFile>>20)
	}
	kind := http.DetectContentType(content)
	if !slices.Contains(fileTypes, kind) {
		return Content{}, invalid("review.file_type", "附件的内容是 %s，可用 PDF、JPEG、PNG、DOCX、XLSX、ZIP 或 UTF-8 文本", kind)
	}
	sum := sha256.Sum256(content)
	c := Content{hex.EncodeToString(sum[:]), kind, int64(len(content))}
	return c, r.files.Keep(c.SHA256, content)
}

// Attach attaches a stored content to a finding on which the actor may comment or decide.
func (r *Review) Attach(ctx context.Context, tx *db.Tx, actor *access.Actor, id, name string, c Content) (*File, error) {
	if name = strings.TrimSpace(name); name == "" || utf8.RuneCountInString(name) > 200 || !utf8.ValidString(name) ||
		strings.ContainsAny(name, `/\`) || strings.ContainsFunc(name, unicode.IsControl) {
		return nil, invalid("review.file_name", "附件名称应为 1 到 200 个字，不含路径和控制字符")
	}
	f, err := r.Get(ctx, tx, actor, id)
	if err != nil {
		return nil, err
	}
	if f.Ended {
		return nil, invalid("review.ended", "疑点 %s 已办结，不能再附材料", id)
	}
	if _, err := os.Stat(r.files.Path(c.SHA256)); err != nil {
		return nil, fmt.Errorf("附件内容没有存好：%w", err)
	}
	n, err := tx.NewSelect().Model((*File)(nil)).Where("finding_id = ?", id).Count(ctx)
	if err != nil {
		return nil, err
	}
	file := &File{
		ID: fmt.Sprintf("%s-F%d", id, n+1), FindingID: id, SHA256: c.SHA256, Name: name, Type: c.Type, Size: c.Size,
		Actor: actor.ID, Org: actor.Organisation, Own: actor.May(Read) != nil, At: tx.Now,
	}
	if err := insert(ctx, tx, []*File{file}); err != nil {
		return nil, err
	}
	_, err = journal.Append(ctx, tx, journal.Entry{
		Actor: actor.ID, Org: actor.Organisation, Region: f.Region, Act: "review.attach", Kind: findingKind, ID: id,
		Rows: []journal.Row{{Kind: fileKind, ID: file.ID, Content: file}},
	})
	return file, err
}

// Files returns the attachments of a finding that the actor may see, oldest first: an
// institution's people the institution's, an authority its own and those that an answer
// of the institution named.
func (r *Review) Files(ctx context.Context, from db.Reader, actor *access.Actor, id string) ([]*File, error) {
	if _, err := r.Get(ctx, from, actor, id); err != nil {
		return nil, err
	}
	return readFiles(ctx, from, actor, id)
}

// readFiles is Files of a finding that the actor is known to see.
func readFiles(ctx context.Context, from db.Reader, actor *access.Actor, id string) (all []*File, err error) {
	if err = from.NewSelect().Model(&all).Where("finding_id = ?", id).Order("at", "id").Scan(ctx); err != nil || len(all) == 0 {
		return nil, err
	}
	if actor.May(Read) != nil {
		return slices.DeleteFunc(all, func(f *File) bool { return !f.Own }), nil
	}
	var answers []*Step
	err = from.NewSelect().Model(&answers).Where("finding_id = ?", id).Where("files <> ''").Where("move NOT IN (?)", bun.List(inside)).Scan(ctx)
	return slices.DeleteFunc(all, func(f *File) bool {
		return f.Own && !slices.ContainsFunc(answers, func(s *Step) bool { return slices.Contains(s.FileIDs(), f.ID) })
	}), err
}

// Content returns the content of an attachment, which is what its row says or an error.
func (r *Review) Content(ctx context.Context, from db.Reader, actor *access.Actor, id, fileID string) (*File, []byte, error) {
	all, err := r.Files(ctx, from, actor, id)
	if err != nil {
		return nil, nil, err
	}
	k := slices.IndexFunc(all, func(f *File) bool { return f.ID == fileID })
	if k < 0 {
		return nil, nil, notFound()
	}
	content, err := os.ReadFile(r.files.Path(all[k].SHA256))
	if err != nil {
		return nil, nil, err
	}
	if sum := sha256.Sum256(content); !bytes.Equal([]byte(hex.EncodeToString(sum[:])), []byte(all[k].SHA256)) {
		return nil, nil, fmt.Errorf("附件 %s 的内容与登记的哈希不符，已被改动：请保全现场并从备份恢复", fileID)
	}
	return all[k], content, nil
}

// checkFiles says which of an act's attachments are not the finding's.
func checkFiles(ctx context.Context, from db.Reader, act Act) error {
	if len(act.Files) == 0 {
		return nil
	}
	n, err := from.NewSelect().Model((*File)(nil)).Where("finding_id = ?", act.IDs[0]).Where("id IN (?)", bun.List(act.Files)).Count(ctx)
	if err == nil && int(n) != len(act.Files) {
		err = invalid("review.files", "附件 %s 中有不属于疑点 %s 的", joined(act.Files), act.IDs[0])
	}
	return err
}
