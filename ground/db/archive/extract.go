package archive

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Extract unpacks the archive at path into the folder dir, where it replaces no file,
// and checks every entry against the manifest. Its errors are in Chinese and name the entry and
// the reason; dir then holds only a part.
func Extract(path, dir string) (*Manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("备份文件 %s 无法读取：%w", path, err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderMaxWindow(128<<20))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	x := &extraction{dir: dir, have: map[string]Entry{}}
	if err := x.all(tar.NewReader(z)); err != nil {
		return nil, fmt.Errorf("备份文件 %s %w", path, x.explain(err))
	}
	// After the manifest there is only what ends a tar: it also proves the last checksum.
	if n, err := io.Copy(io.Discard, z); err != nil || n > 64<<10 {
		return nil, fmt.Errorf("备份文件 %s 已损坏：清单之后的内容不对", path)
	}
	return x.manifest, nil
}

type extraction struct {
	dir      string
	have     map[string]Entry
	last     string // entry that is being read
	manifest *Manifest
}

// refusal is what speaks against an archive that can be read.
type refusal struct{ error }

func refuse(format string, args ...any) error { return refusal{fmt.Errorf(format, args...)} }

func (x *extraction) all(t *tar.Reader) error {
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF) && x.manifest == nil:
			return io.ErrUnexpectedEOF
		case errors.Is(err, io.EOF):
			return x.check()
		case err != nil:
			return err
		case x.manifest != nil:
			return refuse("不可信：清单之后还有条目 %q", h.Name)
		}
		if x.last, err = h.Name, safe(h); err != nil {
			return err
		}
		if h.Name == manifestName {
			err = x.readManifest(t)
		} else {
			err = x.unpack(h, t)
		}
		if err != nil {
			return err
		}
	}
}

// safe refuses every entry but a plain file at a plain place below the folder.
func safe(h *tar.Header) error {
	local := filepath.FromSlash(h.Name)
	if !filepath.IsLocal(local) || filepath.Clean(local) != local || strings.ContainsAny(h.Name, "\\\x00") {
		return refuse("不可信：条目 %q 指向文件夹之外，或路径不规范。没有恢复任何内容", h.Name)
	}
	if h.Typeflag != tar.TypeReg {
		return refuse("不可信：条目 %q 不是普通文件。没有恢复任何内容", h.Name)
	}
	return nil
}

func (x *extraction) unpack(h *tar.Header, r io.Reader) error {
	if _, twice := x.have[h.Name]; twice {
		return refuse("不可信：条目 %q 出现两次", h.Name)
	}
	path := filepath.Join(x.dir, filepath.FromSlash(h.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return refusal{fmt.Errorf("无法恢复：%w", err)}
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return refusal{fmt.Errorf("无法恢复：%w", err)}
	}
	sum := sha256.New()
	into := &disk{file: out}
	n, err := io.Copy(io.MultiWriter(into, sum), r)
	if into.err != nil {
		err = refusal{fmt.Errorf("无法恢复：%w", into.err)}
	}
	x.have[h.Name] = Entry{h.Name, n, hexSum(sum)}
	return errors.Join(err, out.Close())
}

// disk tells an error of the disk that is written from one of the archive.
type disk struct {
	file *os.File
	err  error
}

func (d *disk) Write(b []byte) (n int, err error) {
	n, d.err = d.file.Write(b)
	return n, d.err
}

func (x *extraction) readManifest(r io.Reader) error {
	var m Manifest
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return err
	}
	if m.Format != Format {
		return refuse("的格式是第 %d 版，本程序只认识第 %d 版：请换用更新版本的 yiheng", m.Format, Format)
	}
	x.manifest = &m
	return nil
}

// check holds what was unpacked against the manifest.
func (x *extraction) check() error {
	for _, want := range x.manifest.Entries {
		got, ok := x.have[want.Name]
		switch {
		case !ok:
			return refuse("不完整：缺少清单所列的 %s", want.Name)
		case got.Size != want.Size:
			return refuse("已损坏：%s 有 %d 字节，清单上是 %d 字节", want.Name, got.Size, want.Size)
		case got.SHA256 != want.SHA256:
			return refuse("已损坏：%s 的内容与清单上的 SHA-256 不符", want.Name)
		}
		delete(x.have, want.Name)
	}
	for name := range x.have {
		return refuse("不可信：条目 %s 不在清单上", name)
	}
	return nil
}

// explain says of an error what is the matter with the archive, and where.
func (x *extraction) explain(err error) error {
	at := "开头处"
	if x.last != "" {
		at = "读到 " + x.last + " 时"
	}
	var refused refusal
	switch {
	case errors.As(err, &refused):
		return refused.error
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("不完整，%s中断（可能被截断，或没有复制完）。请换一份备份", at)
	case errors.Is(err, zstd.ErrMagicMismatch):
		return fmt.Errorf("不是 yiheng 的备份（%s不是 zstd 格式）", at)
	}
	return fmt.Errorf("已损坏，%s出错（%w）。请换一份备份", at, err)
}
