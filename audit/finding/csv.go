package finding

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
)

// csvFile writes findings.csv: UTF-8 without a byte order mark, a header row, RFC 4180
// quoting, lines that end in LF. Values are exact: nothing is put before a text that a
// spreadsheet could take for a formula, since programs read this file; people open
// findings.xlsx.
type csvFile struct {
	file   *os.File
	buffer *bufio.Writer
	rows   *csv.Writer
	record []string
}

func createCSV(path string) (*csvFile, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	buffer := bufio.NewWriterSize(f, 1<<18)
	c := &csvFile{file: f, buffer: buffer, rows: csv.NewWriter(buffer), record: make([]string, len(columns))}
	return c, c.rows.Write(Columns())
}

func (c *csvFile) add(f *Finding) error {
	for i := range columns {
		c.record[i] = textOf(columns[i].at(f))
	}
	return c.rows.Write(c.record)
}

func (c *csvFile) close() error {
	c.rows.Flush()
	return errors.Join(c.rows.Error(), c.buffer.Flush(), c.file.Sync(), c.file.Close())
}

// ReadCSV reads findings.csv, one finding after another, and stops after the first
// error. Columns are found by name, so that their order may differ and further columns
// may stand between them; a byte order mark is passed over. An error says which row
// (counted as a text editor counts lines), which column, and why.
func ReadCSV(r io.Reader) iter.Seq2[*Finding, error] {
	return func(yield func(*Finding, error) bool) {
		rows := csv.NewReader(withoutMark(r))
		rows.ReuseRecord = true
		header, err := rows.Read()
		if err != nil {
			yield(nil, fmt.Errorf("疑点文件没有可读的表头：%w；请使用 yiheng screen 写出的 findings.csv", err))
			return
		}
		places, err := placesOf(header)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			record, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("疑点文件不是完整的 CSV：%w", err))
				return
			}
			f, err := findingOf(record, places)
			if err != nil {
				line, _ := rows.FieldPos(0)
				err = fmt.Errorf("疑点文件第%d行%w", line, err)
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// withoutMark passes over a byte order mark, which a spreadsheet program adds when it
// saves the file.
func withoutMark(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 1<<16)
	if head, _ := b.Peek(3); string(head) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3)
	}
	return b
}

// placesOf returns where each column stands in a header.
func placesOf(header []string) ([]int, error) {
	at := make(map[string]int, len(header))
	for i, name := range header {
		if _, twice := at[name]; twice {
			return nil, fmt.Errorf("疑点文件的表头中 %s 出现两次；请使用 yiheng screen 写出的 findings.csv", name)
		}
		at[name] = i
	}
	places := make([]int, len(columns))
	for i, c := range columns {
		k, ok := at[c.name]
		if !ok {
			return nil, fmt.Errorf("疑点文件缺少列 %s（%s）；请使用 yiheng screen 写出的 findings.csv", c.name, c.title)
		}
		places[i] = k
	}
	return places, nil
}

func findingOf(record []string, places []int) (*Finding, error) {
	f := new(Finding)
	for i, c := range columns {
		if err := setText(c.at(f), record[places[i]]); err != nil {
			return nil, fmt.Errorf("列 %s 的值 %q %w", c.name, record[places[i]], err)
		}
	}
	return f, nil
}
