package claim

import (
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// members lists the files in a zip archive.
func (s *source) members() (found []*source, problems []*Problem) {
	z, err := zip.OpenReader(s.path)
	if err != nil {
		return nil, []*Problem{{File: s.name, What: "压缩包损坏或不完整", Do: "请检查下载或复制是否完成", Err: err}}
	}
	defer z.Close()
	for i, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		m := *s
		m.member, m.size = i+1, int64(f.CompressedSize64)
		m.name = s.name + "!" + memberName(f)
		head, err := memberHead(f)
		switch {
		case f.Flags&1 != 0:
			problems = append(problems, &Problem{File: m.name, What: "压缩包有密码", Do: "请解压后导入"})
			continue
		case err != nil:
			problems = append(problems, &Problem{File: m.name, What: "压缩包里的文件损坏", Do: "请检查下载或复制是否完成", Err: err})
			continue
		case notATable(filepath.Base(m.name)) != "":
			problems = append(problems, &Problem{File: m.name, What: notATable(filepath.Base(m.name)), unknown: true})
			continue
		}
		var p *Problem
		if m.format, p = formatOf(head, f.Name); p == nil && m.format != textFormat {
			p = &Problem{What: "压缩包里只能是 CSV 或 TXT，不能再套压缩包、工作簿或 Parquet", Do: "请先解压再导入"}
		}
		if p != nil {
			p.File = m.name
			problems = append(problems, p)
			continue
		}
		if m.named = formByName(memberName(f)); m.named == nil {
			m.tellForm(s.name)
		}
		found = append(found, &m)
	}
	if len(found)+len(problems) == 0 {
		problems = append(problems, &Problem{File: s.name, What: "压缩包是空的", Do: "请检查导出是否完成"})
	}
	return found, problems
}

// memberName is the name of a member; archives made on Chinese Windows write it in GBK.
func memberName(f *zip.File) string {
	name := f.Name
	if f.NonUTF8 || !utf8.ValidString(name) {
		if text, bad := decodeGB18030(nil, []byte(name)); !bad {
			name = string(text)
		}
	}
	return name
}

func memberHead(f *zip.File) ([]byte, error) {
	if f.Flags&1 != 0 {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head := make([]byte, 8192)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head[:n], nil
}

// sheets lists the sheets of a workbook that have anything in them.
func (s *source) sheets() (found []*source, problems []*Problem) {
	book, err := openBook(s.path)
	if err != nil {
		return nil, []*Problem{asProblem(err, s.name)}
	}
	defer book.Close()
	names, err := filledSheets(book)
	if err != nil {
		return nil, []*Problem{asProblem(err, s.name)}
	}
	if len(names) == 0 {
		return nil, []*Problem{{File: s.name, What: "工作簿是空的，没有表头也没有数据", Do: "请检查导出是否完成"}}
	}
	for _, name := range names {
		m := *s
		m.sheet = name
		if len(names) > 1 {
			m.name = s.name + "!" + name
			m.named = formByName(name)
			m.explicit = false // a sheet of notes beside the data is no mistake
		}
		if m.named == nil {
			m.tellForm(s.name)
		}
		found = append(found, &m)
	}
	return found, nil
}

// open opens the bytes of a file or member, decompressed.
func (s *source) open(progress *atomic.Int64) (io.ReadCloser, error) {
	if s.member > 0 {
		return s.openMember(progress)
	}
	f, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	c := &counter{f, progress}
	if !s.gzipped {
		return c, nil
	}
	z, err := gzip.NewReader(c)
	if err != nil {
		f.Close()
		return nil, err
	}
	return &stacked{z, f}, nil
}

func (s *source) openMember(progress *atomic.Int64) (io.ReadCloser, error) {
	z, err := zip.OpenReader(s.path)
	if err != nil {
		return nil, err
	}
	r, err := z.File[s.member-1].Open()
	if err != nil {
		z.Close()
		return nil, err
	}
	progress.Add(s.size) // its compressed bytes cannot be told apart from its neighbours'
	return &stacked{r, z}, nil
}

// stacked is a reader on top of another file; Close closes both.
type stacked struct {
	io.Reader
	under io.Closer
}

// Close closes both.
func (c *stacked) Close() error {
	var err error
	if r, ok := c.Reader.(io.Closer); ok {
		err = r.Close()
	}
	return errors.Join(err, c.under.Close())
}

// readHash computes the SHA-256 of the content. Of a sheet it is that of the workbook
// and the sheet's name.
func (s *source) readHash() error {
	r, err := s.open(new(atomic.Int64))
	if err != nil {
		return err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.CopyBuffer(h, r, make([]byte, 1<<20)); err != nil {
		return err
	}
	if s.sheet != "" && strings.Contains(s.name, "!") {
		io.WriteString(h, "!"+s.sheet)
	}
	s.hash = hex.EncodeToString(h.Sum(nil))
	s.id = s.hash[:16]
	return nil
}

// unchanged says whether the file on disk is still the one that was hashed.
func (s *source) unchanged() bool {
	info, err := os.Stat(s.path)
	return err == nil && (s.member > 0 || info.Size() == s.size) && info.ModTime().UnixNano() == s.modified
}

// blame tells errors of the file from those of the lake: a file that ends too early
// or whose checksum is wrong is a problem of the file.
func (s *source) blame(err error) error {
	var p *Problem
	if errors.As(err, &p) || isDamage(err) {
		return asProblem(err, s.name)
	}
	return err
}

func isDamage(err error) bool {
	for _, known := range []error{io.ErrUnexpectedEOF, gzip.ErrChecksum, gzip.ErrHeader, zip.ErrChecksum, zip.ErrFormat} {
		if errors.Is(err, known) {
			return true
		}
	}
	return errors.As(err, new(flate.CorruptInputError))
}

// asProblem says of any error in which file it happened.
func asProblem(err error, name string) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		q := *p
		q.File = name
		return &q
	}
	if isDamage(err) {
		return &Problem{File: name, What: "文件损坏或不完整，读到一半就结束了", Do: "请检查下载或复制是否完成", Err: err}
	}
	return &Problem{File: name, What: "读取失败", Do: "请检查文件和磁盘", Err: err}
}
