package screening

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"yiheng/audit/finding"
)

// personFindings is two lines of a bucket's file: one person with findings, and
// their certificate as it is given out.
type personFindings struct {
	PsnNo       string             `json:"psn_no"` // first, so that a reader can skip by it
	Findings    []*finding.Finding `json:"findings"`
	Certificate json.RawMessage    `json:"-"`
}

// personWriter writes a bucket's file; personReader reads one, person by person.
type personWriter struct {
	file *os.File
	z    *zstd.Encoder
	enc  *json.Encoder
}

func createPersons(path string) (*personWriter, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(f, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		f.Close()
		return nil, err
	}
	enc := json.NewEncoder(z)
	enc.SetEscapeHTML(false)
	return &personWriter{f, z, enc}, nil
}

func (w *personWriter) write(p *personFindings) error {
	if err := w.enc.Encode(p); err != nil {
		return err
	}
	if _, err := w.z.Write(p.Certificate); err != nil {
		return err
	}
	_, err := w.z.Write([]byte{'\n'})
	return err
}

func (w *personWriter) Close() error {
	return errors.Join(w.z.Close(), w.file.Sync(), w.file.Close())
}

func (w *personWriter) abandon() {
	w.z.Close()
	w.file.Close()
	os.Remove(w.file.Name())
}

type personReader struct {
	file *os.File
	z    *zstd.Decoder
	in   *bufio.Reader
	skip func(psnNo string) bool
	next *personFindings // nil at the end
}

func openPersons(path string, skip func(string) bool) (*personReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewReader(bufio.NewReaderSize(f, 1<<16), zstd.WithDecoderConcurrency(1))
	if err != nil {
		f.Close()
		return nil, err
	}
	r := &personReader{file: f, z: z, in: bufio.NewReaderSize(z, 1<<18), skip: skip}
	if err := r.advance(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// openBase opens a bucket of a finished run.
func openBase(dir string, bucket int, skip func(string) bool) (*personReader, error) {
	var r BucketReport
	if err := readJSON(reportFile(dir, bucket), &r); err != nil {
		return nil, err
	}
	return openPersons(bucketFile(dir, bucket, r.Attempt), skip)
}

func (r *personReader) advance() error {
	r.next = nil
	for {
		text, err := r.in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(text) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s：%w", r.file.Name(), err)
		}
		if r.skip != nil && r.skip(personOf(text)) {
			if err := r.skipLine(); err != nil {
				return fmt.Errorf("%s：%w", r.file.Name(), err)
			}
			continue
		}
		p := &personFindings{}
		if err := json.Unmarshal(text, p); err != nil {
			return fmt.Errorf("%s：%w", r.file.Name(), err)
		}
		if p.Certificate, err = r.in.ReadBytes('\n'); err != nil {
			return fmt.Errorf("%s：%w", r.file.Name(), err)
		}
		p.Certificate = bytes.TrimSuffix(p.Certificate, []byte{'\n'})
		r.next = p
		return nil
	}
}

// personOf reads psn_no, the first member of a person's line, and nothing else.
func personOf(text []byte) string {
	var psn string
	head, _, _ := bytes.Cut(text, []byte(`,"findings":`))
	_, quoted, _ := bytes.Cut(head, []byte{':'})
	if json.Unmarshal(quoted, &psn) != nil {
		return ""
	}
	return psn
}

// skipLine passes over a certificate.
func (r *personReader) skipLine() error {
	for {
		_, err := r.in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

func (r *personReader) Close() {
	r.z.Close()
	r.file.Close()
}
