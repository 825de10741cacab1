package finding

import (
	"encoding/binary"
	"errors"
	"strings"
)

// A spilled finding is its length, then its columns as findings.csv has them, the
// fields of besides and the department, each with its length before it.

// lengthSize is the size of a length.
const lengthSize = 4

// besides are the fields that a spilled finding has beyond the columns.
var besides = []func(*Finding) *[]string{
	func(f *Finding) *[]string { return &f.EvidenceOrgs },
	func(f *Finding) *[]string { return &f.Others },
}

// unitSeparator joins lists of names, which may hold any printable character.
const unitSeparator = "\x1f"

func appendRecord(b []byte, f *Finding) []byte {
	start := len(b)
	b = append(b, make([]byte, lengthSize)...)
	for i := range columns {
		b = appendField(b, textOf(columns[i].at(f)))
	}
	for _, list := range besides {
		b = appendField(b, strings.Join(*list(f), unitSeparator))
	}
	b = appendField(b, f.DeptName)
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-lengthSize))
	return b
}

func appendField(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

var errRecord = errors.New("暂存的疑点不完整")

// findingIn reads what appendRecord wrote behind the length.
func findingIn(record []byte) (*Finding, error) {
	f := new(Finding)
	text := string(record) // the texts of f are parts of it
	at := 0
	next := func() (string, error) {
		if len(record)-at < lengthSize {
			return "", errRecord
		}
		n := int(binary.BigEndian.Uint32(record[at:]))
		at += lengthSize
		if n > len(record)-at {
			return "", errRecord
		}
		at += n
		return text[at-n : at], nil
	}
	for _, c := range columns {
		s, err := next()
		if err == nil {
			err = setText(c.at(f), s)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, list := range besides {
		s, err := next()
		if err != nil {
			return nil, err
		}
		if s != "" {
			*list(f) = strings.Split(s, unitSeparator)
		}
	}
	var err error
	f.DeptName, err = next()
	return f, err
}
