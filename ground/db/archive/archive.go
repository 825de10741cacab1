// Package archive is the file of a backup: a tar, compressed by zstd, whose last
// entry is a manifest with the size and SHA-256 of every other. Standard tools unpack
// it; Extract trusts nothing in it.
package archive

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"yiheng/ground/db"
)

// manifestName is the name of the last entry.
const manifestName = "manifest.json"

// Format is the version of the archive's layout.
const Format = 1

// Manifest says what the archive holds.
type Manifest struct {
	Format   int              `json:"format"`
	Program  string           `json:"program"` // version that wrote it
	Made     time.Time        `json:"made"`
	Home     string           `json:"home"`     // where it was
	Database string           `json:"database"` // db.SQLite or db.Postgres
	Rooms    map[string]int64 `json:"rooms"`    // version of each room's tables
	Tables   []Table          `json:"tables"`
	Keys     bool             `json:"keys"` // the keys are in it, sealed
	Entries  []Entry          `json:"entries"`
}

// Table is a table and how many rows of it there are.
type Table struct {
	db.Table
	Rows int64 `json:"rows"`
}

// Entry is a file of the archive.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Writer writes an archive that appears whole or not at all.
type Writer struct {
	path    string
	file    *os.File
	zip     *zstd.Encoder
	tar     *tar.Writer
	entries []Entry
}

// Create begins an archive, which is at path once Close has returned nil. It refuses
// to replace a file.
func Create(path string) (*Writer, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("文件 %s 已存在：备份不覆盖任何文件，请换一个文件名", path)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("备份文件 %s 无法创建，请检查文件夹是否存在、是否可写：%w", path, err)
	}
	zip, err := zstd.NewWriter(file, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	return &Writer{path: path, file: file, zip: zip, tar: tar.NewWriter(zip)}, nil
}

// Add writes an entry of exactly size bytes. name is a path with slashes.
func (w *Writer) Add(name string, size int64, r io.Reader) error {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, Format: tar.FormatPAX}); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w.tar, sum), io.LimitReader(r, size))
	if err == nil && n != size {
		err = fmt.Errorf("%s 应有 %d 字节，只读到 %d 字节", name, size, n)
	}
	w.entries = append(w.entries, Entry{name, size, hexSum(sum)})
	return err
}

// AddBytes is Add of a text.
func (w *Writer) AddBytes(name string, text []byte) error {
	return w.Add(name, int64(len(text)), bytes.NewReader(text))
}

// AddFile is Add of a file.
func (w *Writer) AddFile(name, path string) (size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), w.Add(name, info.Size(), f)
}

// Close adds the manifest, brings everything to the disk and gives the file its name.
func (w *Writer) Close(m Manifest) error {
	m.Format, m.Entries = Format, w.entries
	text, err := json.MarshalIndent(m, "", " ")
	if err == nil {
		err = w.AddBytes(manifestName, text)
	}
	if err == nil {
		err = errors.Join(w.tar.Close(), w.zip.Close())
	}
	if err == nil {
		err = w.file.Sync()
	}
	if err == nil {
		err = w.file.Close()
	}
	if err == nil {
		err = os.Link(w.file.Name(), w.path) // never over a file that came meanwhile
	}
	if err != nil {
		return fmt.Errorf("备份文件 %s 没有写成：%w", w.path, err)
	}
	w.Abort()
	dir, err := os.Open(filepath.Dir(w.path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// Abort gives the archive up. After Close it does nothing.
func (w *Writer) Abort() {
	_ = w.file.Close()
	if err := os.Remove(w.file.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return
	}
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
