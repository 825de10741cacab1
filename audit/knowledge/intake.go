package knowledge

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the starter pack
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed starter.csv
var starter []byte

// Starter is the name under which the embedded starter pack is imported.
const Starter = "starter"

// Intake is one file of knowledge, read and not yet imported.
type Intake struct {
	Name     string // base name
	Hash     string // SHA-256 of the file
	RowsRead int    // rows of an exchange file or a template; a workbook's are in Report
	Examples int    // of RowsRead: rows of a template that are none (示例…)
	Points   []Point
	Rows     []int32    // row of each point
	Sheets   []string   // sheet of each point; nil: an exchange file
	Missing  [][]string // exchange file: what each point needs to be in force
	Report   *Report    // workbook
	Problems Problems
}

// workbook says whether the points come from an official workbook.
func (in *Intake) workbook() bool { return in.Report != nil }

// place is the problem of point i without its text.
func (in *Intake) place(i int) Problem {
	p := Problem{File: in.Name, Row: int(in.Rows[i])}
	if in.Sheets != nil {
		p.Sheet = in.Sheets[i]
	}
	return p
}

// ReadFile reads a file of knowledge points: an official workbook or the exchange
// CSV, told by its content. Wrong rows are in Problems; the error, in Chinese, is
// about the file as a whole.
func ReadFile(path string, classes Classes, o Options) (*Intake, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	name := filepath.Base(path)
	if isBook(f, name) {
		if in, err := readTemplateFile(f, path, classes, o); in != nil || err != nil {
			return in, err
		}
		return readBookFile(f, path, classes, o)
	}
	return readExchangeFile(f, name, classes)
}

// openFile opens a file to be read; the error, in Chinese, says why it cannot be.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s：没有这个文件，请检查路径", path)
	case err != nil:
		return nil, fmt.Errorf("%s：打不开（%w）", path, err)
	case info.IsDir():
		return nil, fmt.Errorf("%s：是文件夹，请给出其中的文件", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s：打不开（%w），请检查文件的读取权限", path, err)
	}
	return f, nil
}

// ReadStarter reads the embedded starter pack.
func ReadStarter(classes Classes) (*Intake, error) {
	return readExchangeFile(bytes.NewReader(starter), Starter, classes)
}

var bookExtensions = []string{".xlsx", ".xls", ".xlsm", ".xlsb", ".xltx", ".et", ".ods"}

// isBook tells a workbook by its first bytes or, when it is none, by its name, so
// that a damaged one is reported as what it should be.
func isBook(f io.ReaderAt, name string) bool {
	head := make([]byte, 4)
	n, _ := f.ReadAt(head, 0)
	magic := bytes.HasPrefix(head[:n], []byte("PK\x03\x04")) || bytes.HasPrefix(head[:n], []byte("\xd0\xcf\x11\xe0"))
	return magic || slices.Contains(bookExtensions, strings.ToLower(filepath.Ext(name)))
}

func readBookFile(f io.Reader, path string, classes Classes, o Options) (*Intake, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, fmt.Errorf("%s：读取失败（%w）", filepath.Base(path), err)
	}
	b, err := ReadWorkbook(path, classes, o)
	if err != nil {
		return nil, err
	}
	return &Intake{
		Name: filepath.Base(path), Hash: hex.EncodeToString(sum.Sum(nil)), Points: b.Points, Rows: b.Rows,
		Sheets: b.Sheets, Report: &b.Report, Problems: b.Problems,
	}, nil
}

func readExchangeFile(r io.Reader, name string, classes Classes) (*Intake, error) {
	sum := sha256.New()
	x, err := ReadExchange(io.TeeReader(r, sum), name, classes)
	if err != nil {
		return nil, fmt.Errorf("%s：读取失败（%w）", name, err)
	}
	return &Intake{
		Name: name, Hash: hex.EncodeToString(sum.Sum(nil)), RowsRead: x.RowsRead, Points: x.Points, Rows: x.Rows,
		Missing: x.Missing, Problems: append(x.Problems, shapeWarnings(x, name)...),
	}, nil
}

// shapeWarnings reports, in one line, codes that look like no national code.
func shapeWarnings(x *Exchange, name string) Problems {
	n, example := 0, Problem{}
	for i := range x.Points {
		for _, code := range []string{x.Points[i].Code, x.Points[i].OtherCode} {
			if code == "" || knownShape(code) {
				continue
			}
			if n++; n == 1 {
				example = Problem{File: name, Row: int(x.Rows[i]), Column: "code", Warning: true, Text: "“" + code + "”不像国家编码"}
			}
		}
	}
	if n == 0 {
		return nil
	}
	if n > 1 {
		example.Text += fmt.Sprintf("（这样的编码共 %d 个）", n)
	}
	example.Text += "：药品 20 或 23 位、项目 15 位、饮片 T 加 9 位、耗材 C 开头、诊断与手术 ICD 编码；本地编码可忽略此提示"
	return Problems{example}
}
