package claim

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// format is what a file's first bytes say that it is.
type format uint8

const (
	textFormat format = iota
	bookFormat
	parquetFormat
	zipFormat
	gzipFormat
)

// source is one table of rows that a call of Intake was given: a file, a member of
// an archive, or a sheet of a workbook.
type source struct {
	path     string // of the file on disk
	name     string // base name; "a.zip!b.txt" for a member, "a.xlsx!Sheet1" for one of several sheets
	member   int    // 1 + position in the archive, 0 for a file of its own
	sheet    string
	format   format
	gzipped  bool
	size     int64 // bytes on disk, for the progress line
	modified int64
	explicit bool // named by the user, not found in a folder
	hash     string
	named    *Form // told by the name

	id     string
	layout *layout
	at     int
	what   string // describe
}

// Skipped is a file that was not taken in, and why.
type Skipped struct{ Path, Reason string }

var tableEndings = map[string]bool{".csv": true, ".txt": true, ".tsv": true, ".xlsx": true, ".parquet": true, ".zip": true, ".gz": true}

// findSources lists the tables of files and folders (with their subfolders).
func findSources(paths []string) (found []*source, skipped []Skipped, problems []*Problem) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			problems = append(problems, cannotOpen(path, err))
			continue
		}
		if !info.IsDir() {
			s, p := sourcesOf(path, true)
			found, problems = append(found, s...), append(problems, p...)
			continue
		}
		err = filepath.WalkDir(path, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				problems = append(problems, cannotOpen(path, err))
				return nil
			}
			if e.IsDir() {
				if strings.HasPrefix(e.Name(), ".") && len(e.Name()) > 1 {
					return filepath.SkipDir
				}
				return nil
			}
			if reason := notATable(e.Name()); reason != "" {
				skipped = append(skipped, Skipped{path, reason})
				return nil
			}
			s, p := sourcesOf(path, false)
			found, problems = append(found, s...), append(problems, p...)
			return nil
		})
		if err != nil {
			problems = append(problems, cannotOpen(path, err))
		}
	}
	return found, skipped, problems
}

func cannotOpen(path string, err error) *Problem {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Problem{File: path, What: "文件或文件夹不存在", Do: "请检查路径是否写对", Err: nil}
	case errors.Is(err, fs.ErrPermission):
		return &Problem{File: path, What: "没有读取权限", Do: "请检查文件权限"}
	}
	return &Problem{File: path, What: "打不开", Do: "请检查文件是否完好", Err: err}
}

// notATable says why a file of a folder is left alone, "" when it may be a table.
func notATable(name string) string {
	switch ext := strings.ToLower(filepath.Ext(name)); {
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, "~$"):
		return "隐藏文件或临时文件"
	case ext == ".xls":
		return "旧版工作簿（.xls），请另存为 .xlsx"
	case ext == ".xlsm":
		return "含宏的工作簿（.xlsm），请另存为 .xlsx"
	case !tableEndings[ext]:
		return "不是 CSV、TXT、XLSX、Parquet 或其压缩包"
	}
	return ""
}

// sourcesOf looks into one file.
func sourcesOf(path string, explicit bool) (found []*source, problems []*Problem) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, []*Problem{cannotOpen(path, err)}
	}
	s := &source{path: path, name: filepath.Base(path), size: info.Size(), modified: info.ModTime().UnixNano(), explicit: explicit}
	if !info.Mode().IsRegular() {
		return nil, []*Problem{{File: s.name, What: "不是普通文件", Do: "请给出文件或文件夹的路径"}}
	}
	head, err := headOf(path)
	if err != nil {
		return nil, []*Problem{cannotOpen(path, err)}
	}
	var p *Problem
	if s.format, p = formatOf(head, s.name); p != nil {
		p.File = s.name
		return nil, []*Problem{p}
	}
	switch s.format {
	case zipFormat:
		return s.members()
	case bookFormat:
		return s.sheets()
	case gzipFormat:
		s.gzipped, s.format = true, textFormat
	}
	s.tellForm(strings.TrimSuffix(s.name, ".gz"))
	return []*source{s}, nil
}

// tellForm tells the form by the name of the file or, failing that, of its folder.
func (s *source) tellForm(name string) {
	if s.named = formByName(name); s.named == nil {
		s.named = formByName(filepath.Base(filepath.Dir(s.path)))
	}
}

func headOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 8192)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head[:n], nil
}

// formatOf tells the format by the first bytes; the ending of the name only tells
// workbooks from archives.
func formatOf(head []byte, name string) (format, *Problem) {
	ext := strings.ToLower(filepath.Ext(name))
	switch {
	case len(head) == 0:
		return 0, &Problem{What: "文件是空的，没有表头也没有数据", Do: "请检查导出是否完成"}
	case ext == ".xlsm":
		return 0, &Problem{What: "这是含宏的工作簿（.xlsm），为安全起见不读取", Do: "请另存为 .xlsx"}
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return 0, &Problem{What: "这是旧版工作簿（.xls）或有密码的工作簿", Do: "请用电子表格软件打开，去掉密码并另存为 .xlsx"}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		if ext == ".xlsx" || bytes.Contains(head, []byte("[Content_Types].xml")) {
			return bookFormat, nil
		}
		return zipFormat, nil
	case bytes.HasPrefix(head, []byte("PAR1")):
		return parquetFormat, nil
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return gzipFormat, nil
	case ext == ".parquet" || ext == ".xlsx" || ext == ".zip" || ext == ".gz":
		return 0, &Problem{What: "文件内容与扩展名 " + ext + " 不符，或文件已损坏", Do: "请重新复制或导出该文件"}
	}
	for magic, what := range map[string]string{"%PDF": "PDF 文件", "Rar!": "RAR 压缩包", "7z\xBC\xAF": "7z 压缩包", "\x89PNG": "图片", "\x7fELF": "程序", "SQLite format": "数据库文件"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return 0, &Problem{What: "这是" + what + "，不是数据表", Do: "请给出 CSV、TXT、XLSX、Parquet 文件或 zip、gz 压缩包"}
		}
	}
	return textFormat, nil
}

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
