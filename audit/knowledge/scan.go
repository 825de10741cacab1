package knowledge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxRecord bounds one record of an exchange file: a longer one has an open quote.
const maxRecord = 4 << 20

// errQuote is a quotation mark where none may stand; errOpen one that is never closed.
var (
	errQuote = errors.New("引号不成对：含引号、逗号或换行的内容须整格用双引号括起，里面的双引号写两个")
	errOpen  = fmt.Errorf("引号没有结束，或一行超过 %d MB", maxRecord>>20)
)

// scanner cuts comma-separated text (RFC 4180; LF or CRLF) into records without
// copying: fields are valid until the next call of next.
type scanner struct {
	r          io.Reader
	buf        []byte
	start, end int // unread part of buf
	eof        bool
	fields     [][]byte
	row        int // line that the record starts on, from 1
	lines      int // lines read
	bom        bool
}

func newScanner(r io.Reader) *scanner {
	return &scanner{r: r, buf: make([]byte, 64<<10)}
}

// next reads the next record that is not an empty line; io.EOF at the end. After
// errQuote the scanner stands behind the line, and next may be called again.
func (s *scanner) next() error {
	for {
		if err := s.skipBOM(); err != nil {
			return err
		}
		n, err := s.record()
		if err != nil {
			return err
		}
		text := s.buf[s.start : s.start+n]
		s.start += n
		s.row = s.lines + 1
		s.lines += bytes.Count(text, []byte{'\n'})
		text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\r'})
		if len(text) == 0 {
			continue
		}
		return s.split(text)
	}
}

func (s *scanner) skipBOM() error {
	if s.bom {
		return nil
	}
	s.bom = true
	for s.end-s.start < 3 && !s.eof {
		if err := s.fill(); err != nil {
			return err
		}
	}
	if bytes.HasPrefix(s.buf[s.start:s.end], []byte("\xef\xbb\xbf")) {
		s.start += 3
	}
	return nil
}

// record returns the length of the next record with its line end.
func (s *scanner) record() (int, error) {
	quoted, from := false, 0
	for {
		for i, c := range s.buf[s.start+from : s.end] {
			switch {
			case c == '"':
				quoted = !quoted
			case c == '\n' && !quoted:
				return from + i + 1, nil
			}
		}
		from = s.end - s.start
		switch {
		case s.eof && from == 0:
			return 0, io.EOF
		case s.eof && quoted, from > maxRecord:
			s.row, s.start, s.eof = s.lines+1, s.end, true
			return 0, errOpen
		case s.eof:
			return from, nil
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

func (s *scanner) fill() error {
	if s.start > 0 {
		copy(s.buf, s.buf[s.start:s.end])
		s.start, s.end = 0, s.end-s.start
	}
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.r.Read(s.buf[s.end:])
	s.end += n
	if errors.Is(err, io.EOF) {
		s.eof = true
		return nil
	}
	return err
}

// split cuts a record into fields; doubled quotes are halved in place.
func (s *scanner) split(text []byte) error {
	s.fields = s.fields[:0]
	for {
		if len(text) == 0 || text[0] != '"' {
			i := bytes.IndexByte(text, ',')
			field := text
			if i >= 0 {
				field = text[:i]
			}
			if bytes.IndexByte(field, '"') >= 0 {
				return errQuote
			}
			s.fields = append(s.fields, field)
			if i < 0 {
				return nil
			}
			text = text[i+1:]
			continue
		}
		field, rest, ok := unquote(text)
		if !ok {
			return errQuote
		}
		s.fields = append(s.fields, field)
		if len(rest) == 0 {
			return nil
		}
		if rest[0] != ',' {
			return errQuote
		}
		text = rest[1:]
	}
}

// unquote takes the quoted field that text begins with.
func unquote(text []byte) (field, rest []byte, ok bool) {
	w := 1
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			text[w] = text[i]
			w++
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			i++
			text[w] = '"'
			w++
			continue
		}
		return text[1:w], text[i+1:], true
	}
	return nil, nil, false
}
