package finding

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"yiheng/facts/claim"
	"yiheng/facts/lake/parquet"
	"yiheng/ground/calendar"
)

// rowGroupRows is how many findings wait in memory for their row group.
const rowGroupRows = 20_000

// further are the columns that findings.parquet has beyond those of findings.csv, so
// that whoever takes a run over has what institutions' lists are made of. A file of an
// earlier version has none of them.
var further = []column{
	{"dept_name", "科室", 16, func(f *Finding) any { return &f.DeptName }},
	{"dr_code", "医师编码", 16, func(f *Finding) any { return &f.DrCode }},
	{"evidence_orgs", "佐证明细机构", 16, func(f *Finding) any { return (*texts)(&f.EvidenceOrgs) }},
	{"others", "其他机构名称和编号", 16, func(f *Finding) any { return (*texts)(&f.Others) }},
}

// stored are the columns of findings.parquet.
var stored = slices.Concat(columns, further)

// texts is a list of texts that may hold any printable character.
type texts []string

// fields are the columns of findings.parquet: those of findings.csv under the same
// names, lists joined by ; as there, days as DATE, amounts as DECIMAL(18,2); what is
// empty in findings.csv is null.
func fields() []parquet.Field {
	all := make([]parquet.Field, len(stored))
	for i, c := range stored {
		f := parquet.Field{Name: c.name, Type: parquet.ByteArray, Logical: parquet.String, Optional: true}
		switch c.at(new(Finding)).(type) {
		case *int:
			f.Type, f.Logical = parquet.Int32, parquet.None
		case *calendar.Day:
			f.Type, f.Logical = parquet.Int32, parquet.Date
		case *claim.Money:
			f.Type, f.Logical, f.Precision, f.Scale = parquet.Int64, parquet.Decimal, 18, 2
		}
		all[i] = f
	}
	return all
}

// parquetFile writes findings.parquet.
type parquetFile struct {
	file   *os.File
	buffer *bufio.Writer
	writer *parquet.Writer
	enc    parquet.Encoder
	packs  []pack
	rows   int
}

// pack is a column of the row group under way.
type pack struct {
	ints    []int64
	place   map[string]int32 // of a text among the entries
	entries []string
	index   []int32 // of each row's text among the entries, -1: null
}

func createParquet(path string) (*parquetFile, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	p := &parquetFile{file: f, buffer: bufio.NewWriterSize(f, 1<<18), packs: make([]pack, len(stored))}
	p.enc = parquet.Encoder{Fast: parquet.Zstd, Tight: parquet.Zstd}
	if p.writer, err = parquet.NewWriter(p.buffer, "yiheng", fields(), nil); err != nil {
		f.Close()
		return nil, err
	}
	return p, nil
}

func (p *parquetFile) add(f *Finding) error {
	for i := range stored {
		p.packs[i].add(stored[i].at(f))
	}
	if p.rows++; p.rows < rowGroupRows {
		return nil
	}
	return p.flush()
}

func (k *pack) add(value any) {
	switch v := value.(type) {
	case *int:
		k.ints = append(k.ints, int64(*v))
	case *calendar.Day:
		n := int64(parquet.Null)
		if !v.IsZero() {
			n = int64(*v)
		}
		k.ints = append(k.ints, n)
	case *claim.Money:
		k.ints = append(k.ints, int64(*v)) // claim.Null is parquet.Null
	default:
		k.addText(textOf(value))
	}
}

func (k *pack) addText(s string) {
	if s == "" {
		k.index = append(k.index, -1)
		return
	}
	at, known := k.place[s]
	if !known {
		if k.place == nil {
			k.place = make(map[string]int32)
		}
		at = int32(len(k.entries))
		k.entries = append(k.entries, s)
		k.place[s] = at
	}
	k.index = append(k.index, at)
}

// flush writes the row group under way.
func (p *parquetFile) flush() error {
	if p.rows == 0 {
		return nil
	}
	chunks := make([]parquet.Chunk, len(stored))
	for i, f := range fields() {
		k := &p.packs[i]
		if f.Type == parquet.ByteArray {
			chunks[i] = k.encodeText(&p.enc)
		} else {
			chunks[i] = p.enc.Ints(k.ints, f.Type == parquet.Int64, parquet.Stats{})
		}
		clear(k.place)
		clear(k.entries)
		k.ints, k.entries, k.index = k.ints[:0], k.entries[:0], k.index[:0]
	}
	err := p.writer.Group(p.rows, p.enc.Out, chunks)
	p.rows, p.enc.Out = 0, p.enc.Out[:0]
	return err
}

// encodeText encodes a column of texts: with a dictionary, or plainly when most differ.
func (k *pack) encodeText(enc *parquet.Encoder) parquet.Chunk {
	var values []byte
	enter := func(s string) {
		values = append(binary.LittleEndian.AppendUint32(values, uint32(len(s))), s...)
	}
	if len(k.entries)*3 <= len(k.index)*2 {
		for _, s := range k.entries {
			enter(s)
		}
		return enc.Text(k.index, values, len(k.entries), parquet.Stats{})
	}
	valid := make([]bool, len(k.index))
	for row, at := range k.index {
		if valid[row] = at >= 0; valid[row] {
			enter(k.entries[at])
		}
	}
	return enc.PlainText(len(k.index), valid, values, parquet.Stats{})
}

func (p *parquetFile) close() error {
	err := p.flush()
	_, finish := p.writer.Finish()
	return errors.Join(err, finish, p.buffer.Flush(), p.file.Sync(), p.file.Close())
}

// ReadParquet reads findings.parquet, one finding after another, and stops after the
// first error, which names the file and the column.
func ReadParquet(path string) iter.Seq2[*Finding, error] {
	return func(yield func(*Finding, error) bool) {
		if err := readParquet(path, func(f *Finding) bool { return yield(f, nil) }); err != nil {
			yield(nil, fmt.Errorf("%s：%w；请使用 yiheng screen 写出的 findings.parquet", path, err))
		}
	}
}

// readParquet hands each finding to take until take says false.
func readParquet(path string, take func(*Finding) bool) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	footer, err := parquet.ReadFooter(in, info.Size())
	if err != nil {
		return err
	}
	places, err := placesIn(footer.Fields)
	if err != nil {
		return err
	}
	arena := new(parquet.Arena)
	for i := range footer.Groups {
		arena.Reset()
		group, err := readGroup(in, footer, i, places, arena)
		if err != nil {
			return err
		}
		for row := range int(footer.Groups[i].Rows) {
			f := new(Finding)
			for c := range stored {
				if places[c] >= 0 {
					setValue(stored[c].at(f), &group[c], row)
				}
			}
			if !take(f) {
				return nil
			}
		}
	}
	return nil
}

// placesIn returns where each column stands in a file, -1 for a further one that it does
// not have, and an error when one is missing or of another type.
func placesIn(found []parquet.Field) ([]int, error) {
	at := make(map[string]int)
	for i := range found {
		at[found[i].Name] = i
	}
	places := make([]int, len(stored))
	for i, want := range fields() {
		k, ok := at[want.Name]
		if !ok && i >= len(columns) {
			places[i] = -1
			continue
		}
		if !ok {
			return nil, fmt.Errorf("缺少列 %s（%s）", want.Name, stored[i].title)
		}
		if f := found[k]; f.Nested || f.Type != want.Type || f.Logical != want.Logical || f.Scale != want.Scale {
			return nil, fmt.Errorf("列 %s 的类型与 findings.parquet 不同", want.Name)
		}
		places[i] = k
	}
	return places, nil
}

// readGroup decodes the columns of a row group into arena.
func readGroup(in io.ReaderAt, footer *parquet.Footer, group int, places []int, arena *parquet.Arena) ([]parquet.Column, error) {
	g := &footer.Groups[group]
	all := make([]parquet.Column, len(stored))
	for i, place := range places {
		if place < 0 {
			continue
		}
		f, c := &footer.Fields[place], &g.Chunks[place]
		if !parquet.CanDecode(f, c) {
			return nil, fmt.Errorf("列 %s 的压缩方式无法读取", f.Name)
		}
		raw := arena.Raw(int(c.Size))
		if _, err := in.ReadAt(raw, c.Offset); err != nil {
			return nil, fmt.Errorf("列 %s：%w", f.Name, err)
		}
		var err error
		if f.Type == parquet.ByteArray {
			all[i], err = arena.Text(f, c, raw, int(g.Rows))
		} else {
			all[i], err = arena.Ints(f, c, raw, int(g.Rows), 1)
		}
		if err != nil {
			return nil, fmt.Errorf("列 %s：%w", f.Name, err)
		}
	}
	return all, nil
}

func setValue(value any, from *parquet.Column, row int) {
	switch v := value.(type) {
	case *int:
		if n := from.Ints[row]; n != parquet.Null {
			*v = int(n)
		}
	case *calendar.Day:
		*v = calendar.NoDay
		if n := from.Ints[row]; n != parquet.Null {
			*v = calendar.Day(n)
		}
	case *claim.Money:
		*v = claim.Money(from.Ints[row])
	default:
		_ = setText(value, textAt(from, row)) // texts and lists take any text
	}
}

// textAt returns a text of its own: the column's memory is used again.
func textAt(from *parquet.Column, row int) string {
	switch {
	case from.Index == nil:
		return string(from.Bytes[from.Offsets[row]:from.Offsets[row+1]])
	case from.Index[row] < 0:
		return ""
	}
	return strings.Clone(from.Dict[from.Index[row]])
}
