package claim

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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
	again    bool  // live already, but with no row: what it refused may be known now
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
