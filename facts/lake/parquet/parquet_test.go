package parquet

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	lib "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// sample is a table of one text and one number column.
type sample struct {
	texts []string // "": null
	ints  []int64
}

var testFields = []Field{
	{Name: "t", ID: 7, Type: ByteArray, Logical: String, Optional: true},
	{Name: "p", ID: 8, Type: ByteArray, Logical: String, Optional: true},
	{Name: "i", ID: 9, Type: Int64, Logical: Decimal, Scale: 2, Precision: 18, Optional: true},
	{Name: "d", ID: 10, Type: Int32, Logical: Date, Optional: true},
}

func makeSample(r *rand.Rand, rows, distinct int, nulls float64, run int) (s sample) {
	for len(s.texts) < rows {
		t, v := "", int64(Null)
		if r.Float64() >= nulls {
			k := r.IntN(distinct)
			t, v = fmt.Sprintf("值%0*d", 1+k%23, k), int64(k)*3-7
		}
		for range 1 + r.IntN(run) {
			s.texts, s.ints = append(s.texts, t), append(s.ints, v)
		}
	}
	s.texts, s.ints = s.texts[:rows], s.ints[:rows]
	return s
}

// write writes s in row groups of at most n rows.
func (s sample) write(t testing.TB, codec Codec, n int) []byte {
	var out bytes.Buffer
	w, err := NewWriter(&out, "test", testFields, []int{0})
	if err != nil {
		t.Fatal(err)
	}
	e := &Encoder{Fast: codec, Tight: codec}
	for at := 0; at < len(s.texts); at += n {
		end := min(at+n, len(s.texts))
		e.Out = e.Out[:0]
		var index []int32
		var dict, plain []byte
		var valid []bool
		seen := map[string]int32{}
		for _, v := range s.texts[at:end] {
			valid = append(valid, v != "")
			if v == "" {
				index = append(index, -1)
				continue
			}
			plain = append(binary.LittleEndian.AppendUint32(plain, uint32(len(v))), v...)
			k, ok := seen[v]
			if !ok {
				k = int32(len(seen))
				seen[v] = k
				dict = append(binary.LittleEndian.AppendUint32(dict, uint32(len(v))), v...)
			}
			index = append(index, k)
		}
		chunks := []Chunk{
			e.Text(index, dict, len(seen), Stats{}),
			e.PlainText(end-at, valid, plain, Stats{}),
			e.Ints(s.ints[at:end], true, Stats{}),
			e.Ints(s.ints[at:end], false, Stats{}),
		}
		if err := w.Group(end-at, e.Out, chunks); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (c *Column) text(i int) string {
	switch {
	case c.Index == nil:
		return string(c.Bytes[c.Offsets[i]:c.Offsets[i+1]])
	case c.Index[i] < 0:
		return ""
	}
	return strings.Clone(c.Dict[c.Index[i]]) // it aliases the arena
}

// read reads what write wrote, from any writer.
func read(file []byte) (s sample, err error) {
	f, err := ReadFooter(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return s, err
	}
	a := &Arena{}
	for _, g := range f.Groups {
		a.Reset()
		for i := range f.Fields {
			fd, c := &f.Fields[i], &g.Chunks[i]
			if !CanDecode(fd, c) {
				return s, ErrUnsupported
			}
			raw := file[c.Offset : c.Offset+c.Size]
			if fd.Type == ByteArray {
				col, err := a.Text(fd, c, raw, int(g.Rows))
				if err != nil {
					return s, fmt.Errorf("%s: %w", fd.Name, err)
				}
				if i == 0 {
					for k := range g.Rows {
						s.texts = append(s.texts, col.text(int(k)))
					}
				}
				continue
			}
			col, err := a.Ints(fd, c, raw, int(g.Rows), 1)
			if err != nil {
				return s, fmt.Errorf("%s: %w", fd.Name, err)
			}
			if fd.Name == "i" {
				s.ints = append(s.ints, col.Ints...)
			}
		}
	}
	return s, nil
}

func (s sample) equal(t *testing.T, got sample) {
	t.Helper()
	if len(got.texts) != len(s.texts) || len(got.ints) != len(s.ints) {
		t.Fatalf("%d texts and %d numbers, want %d", len(got.texts), len(got.ints), len(s.texts))
	}
	for i := range s.texts {
		if s.texts[i] != got.texts[i] || s.ints[i] != got.ints[i] {
			t.Fatalf("row %d: %q %d, want %q %d", i, got.texts[i], got.ints[i], s.texts[i], s.ints[i])
		}
	}
}

func shapes(t *testing.T, f func(t *testing.T, s sample, codec Codec)) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, rows := range []int{1, 7, 8, 9, 100, 5000} {
		for _, distinct := range []int{1, 2, 3, 17, 300, 1 << 20} {
			for _, nulls := range []float64{0, 0.02, 0.5, 1} {
				for _, run := range []int{1, 200} {
					for _, codec := range []Codec{Plain, Snappy, Zstd} {
						s := makeSample(r, rows, distinct, nulls, run)
						t.Run(fmt.Sprint(rows, distinct, nulls, run, codec), func(t *testing.T) { f(t, s, codec) })
					}
				}
			}
		}
	}
}

func TestRoundTrip(t *testing.T) {
	shapes(t, func(t *testing.T, s sample, codec Codec) {
		got, err := read(s.write(t, codec, 3000))
		if err != nil {
			t.Fatal(err)
		}
		s.equal(t, got)
	})
}

// The arrow library reads what we write.
func TestLibraryReads(t *testing.T) {
	shapes(t, func(t *testing.T, s sample, codec Codec) {
		table, err := pqarrow.ReadTable(context.Background(), bytes.NewReader(s.write(t, codec, 3000)), nil, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		var got, plain, dates []string
		for i := range 4 {
			for _, c := range table.Column(i).Data().Chunks() {
				for k := range c.Len() {
					v := ""
					if c.IsValid(k) {
						v = c.ValueStr(k)
					}
					switch i {
					case 0:
						got = append(got, v)
					case 1:
						plain = append(plain, v)
					case 3:
						dates = append(dates, v)
					}
				}
			}
		}
		for i := range s.texts {
			if got[i] != s.texts[i] || plain[i] != s.texts[i] || (dates[i] == "") != (s.ints[i] == Null) {
				t.Fatalf("row %d: %q %q %q, want %q %d", i, got[i], plain[i], dates[i], s.texts[i], s.ints[i])
			}
		}
	})
}

// We read what the arrow library writes, in both page versions.
func TestReadsLibrary(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "t", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "i", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}, nil)
	for _, version := range []lib.DataPageVersion{lib.DataPageV1, lib.DataPageV2} {
		for _, dict := range []bool{true, false} {
			shapes(t, func(t *testing.T, s sample, codec Codec) {
				b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
				for i := range s.texts {
					if s.texts[i] == "" {
						b.Field(0).AppendNull()
						b.Field(1).AppendNull()
						continue
					}
					b.Field(0).(*array.StringBuilder).Append(s.texts[i])
					b.Field(1).(*array.Int64Builder).Append(s.ints[i])
				}
				var out bytes.Buffer
				props := lib.NewWriterProperties(lib.WithCompression(compress.Compression(codec)), lib.WithDataPageVersion(version),
					lib.WithDictionaryDefault(dict), lib.WithDataPageSize(4096), lib.WithMaxRowGroupLength(2000))
				w, err := pqarrow.NewFileWriter(schema, &out, props, pqarrow.DefaultWriterProps())
				if err != nil {
					t.Fatal(err)
				}
				if err := errors.Join(w.Write(b.NewRecordBatch()), w.Close()); err != nil {
					t.Fatal(err)
				}
				got, err := read(out.Bytes())
				if errors.Is(err, ErrUnsupported) && dict {
					return // a dictionary that grew too large: the lake falls back to the library
				}
				if err != nil {
					t.Fatal(err)
				}
				s.equal(t, got)
			})
		}
	}
}

// A damaged page gives an error, never other values. Damage to the footer, which
// Parquet does not protect, gives no panic and takes no memory beyond the file's.
func TestDamage(t *testing.T) {
	s := makeSample(rand.New(rand.NewPCG(3, 4)), 4000, 50, 0.1, 4)
	whole := s.write(t, Zstd, 3000)
	footer := len(whole) - 8 - int(binary.LittleEndian.Uint32(whole[len(whole)-8:]))
	for i := range whole {
		b := bytes.Clone(whole)
		b[i] ^= 1 << (i % 8)
		got, err := read(b)
		if err == nil && i < footer {
			s.equal(t, got)
		} else if err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrUnsupported) {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	for n := range len(whole) {
		if _, err := read(whole[:n]); err == nil {
			t.Fatalf("cut after %d bytes: no error", n)
		}
	}
}

func FuzzRead(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, codec := range []Codec{Plain, Snappy, Zstd} {
		f.Add(makeSample(r, 300, 20, 0.3, 9).write(f, codec, 200))
		f.Add(makeSample(r, 40, 1<<20, 0, 1).write(f, codec, 200))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := read(file); err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrUnsupported) {
			t.Fatal(err)
		}
	})
}
