package demo

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
)

// files are the files of a city being written.
type files struct {
	dir  string
	file [parts]*os.File
	out  [parts]*bufio.Writer
	rows [parts]int64 // bytes without the header
	size int64
}

func createFiles(dir string) (*files, error) {
	f := &files{dir: dir}
	for k := range parts {
		name, header := "truth.csv", []byte(truthHeader)
		switch {
		case k < len(forms):
			name, header = forms[k].name+".csv", forms[k].header()
		case k == missPart:
			name, header = "nearmiss.csv", []byte(nearMissHeader)
		case k == listPart:
			name, header = "exclusions.csv", []byte(exclusionHeader)
		}
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		f.file[k], f.out[k] = file, bufio.NewWriterSize(file, 1<<20)
		f.out[k].Write(header)
		f.size += int64(len(header))
	}
	return f, nil
}

// take writes a block, or as much of it as the options still ask for.
func (f *files) take(o *Options, s *Summary, b *block) (more bool, err error) {
	n := 0
	for n < len(b.count) && (o.Persons > 0 || s.Lines < o.Lines) {
		s.add(&b.count[n])
		n++
	}
	if n > 0 {
		for k := range parts {
			m, err := f.out[k].Write(b.text[k][:b.ends[n-1][k]])
			f.rows[k] += int64(m)
			if err != nil {
				return false, err
			}
			f.size += int64(m)
		}
	}
	if o.Progress != nil {
		o.Progress(s.Lines)
	}
	return o.Persons > 0 || s.Lines < o.Lines, nil
}

func (s *Summary) add(c *counts) {
	s.Persons++
	s.Visits += c.visits
	s.Settlements += c.settlements
	s.Lines += c.lines
	s.Diagnoses += c.diagnoses
	s.Operations += c.operations
	for _, r := range c.truths {
		s.Truths[r]++
	}
	for _, r := range c.misses {
		s.NearMisses[r]++
	}
}

// standing writes the tables that are of no person, and points.csv.
func (f *files) standing(g *generator) error {
	text := map[string][]byte{"points": ownPoints()}
	g.standing(func(of *form, r *row) {
		if text[of.name] == nil {
			text[of.name] = of.header()
		}
		text[of.name] = of.append(text[of.name], r)
	})
	var errs []error
	for name, b := range text {
		f.size += int64(len(b))
		errs = append(errs, os.WriteFile(filepath.Join(f.dir, name+".csv"), b, 0o644))
	}
	return errors.Join(errs...)
}

func (f *files) close(s *Summary) error {
	var errs []error
	for k := range parts {
		none := f.rows[k] == 0
		errs = append(errs, f.out[k].Flush(), f.file[k].Close())
		if none && k < len(forms) && (forms[k] == recorded || forms[k] == traced) {
			errs = append(errs, os.Remove(f.file[k].Name())) // an extract has no file for what nobody keeps
		}
	}
	s.Bytes = f.size
	return errors.Join(errs...)
}
