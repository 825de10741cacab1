// Package demo makes a city that does not exist: its people, hospitals and a year of
// their claims in the national tables, with violations injected at a known rate,
// near misses beside them, and the truth of both. It imports nothing of audit: what
// is true is worked out by who injected it.
package demo

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"yiheng/ground/calendar"
)

// Options say which city to make. The same options give the same bytes, whatever
// the number of cores.
type Options struct {
	Lines    int64        // about so many fee lines; the last person's lines are complete
	Persons  int64        // instead of Lines: exactly so many persons
	Seed     uint64       // 0 is a seed like any other
	Clean    bool         // no violation; lawful uses and near misses stay
	From, To calendar.Day // NoDay or 0: 2025-01-01, 2025-12-31
	Heavy    int64        // the first person has about so many lines instead of an ordinary year's
	Every    int64        // every so many-th person is a scene; 0: by size, from the 3rd to the 25th
	Workers  int          // 0: one for each core
	Progress func(lines int64)
}

// Summary says what a city holds.
type Summary struct {
	Persons, Visits, Settlements, Lines int64
	Diagnoses, Operations               int64
	Bytes                               int64
	Truths, NearMisses                  map[string]int64 // by rule
}

// String is a short table for people, in Chinese.
func (s Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "参保人 %d，就诊 %d，结算 %d，费用明细 %d，诊断 %d，手术 %d，共 %.1f MB\n",
		s.Persons, s.Visits, s.Settlements, s.Lines, s.Diagnoses, s.Operations, float64(s.Bytes)/1e6)
	var rules []string
	for r := range s.NearMisses {
		rules = append(rules, r)
	}
	for r := range s.Truths {
		if s.NearMisses[r] == 0 {
			rules = append(rules, r)
		}
	}
	slices.Sort(rules)
	for _, r := range rules {
		fmt.Fprintf(&b, "  %-18s 注入 %5d  易混而合规 %5d\n", r, s.Truths[r], s.NearMisses[r])
	}
	return b.String()
}

// linesPerPerson is the mean number of fee lines of a person in a year.
const linesPerPerson = 39

func (o *Options) complete() error {
	if o.From == calendar.NoDay || o.From == 0 {
		o.From = calendar.DayOf(2025, 1, 1)
	}
	if o.To == calendar.NoDay || o.To == 0 {
		o.To = calendar.DayOf(2025, 12, 31)
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	switch {
	case o.To-o.From < 180:
		return fmt.Errorf("demo: %s–%s: a city needs half a year at least", o.From, o.To)
	case o.Lines <= 0 && o.Persons <= 0:
		return errors.New("demo: neither lines nor persons were asked for")
	case o.Persons <= 0 && o.Lines < 1000:
		return fmt.Errorf("demo: %d lines are no city; ask for 1,000 or more", o.Lines)
	}
	return nil
}

// estimate is about how many persons the options mean.
func (o *Options) estimate() int64 {
	if o.Persons > 0 {
		return o.Persons
	}
	return max(1, o.Lines/linesPerPerson)
}

// generator makes the options' generator. Of a small city every third person is a
// scene, of a large one every twenty-fifth.
func (o *Options) generator() *generator {
	g := newGenerator(o)
	g.heavy = o.Heavy
	if g.every = o.Every; g.every <= 0 {
		g.every = min(25, max(3, o.estimate()/200))
	}
	return g
}

// forms are the tables of persons, in the order of their files.
var forms = []*form{feeList, mdtrt, setl, diag, oprn, psnInfo}

const (
	truthPart = iota + 6
	missPart
	parts
)

// Write makes a city in dir, one CSV file a table, truth.csv and nearmiss.csv.
func Write(dir string, o Options) (Summary, error) {
	if err := o.complete(); err != nil {
		return Summary{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Summary{}, fmt.Errorf("demo: %w", err)
	}
	g := o.generator()
	f, err := createFiles(dir)
	if err != nil {
		return Summary{}, fmt.Errorf("demo: %w", err)
	}
	s := Summary{Truths: map[string]int64{}, NearMisses: map[string]int64{}}
	err = g.people(&o, func(b *block) (bool, error) { return f.take(&o, &s, b) })
	err = errors.Join(err, f.institutions(g), f.close(&s))
	if err != nil {
		return s, fmt.Errorf("demo: %w", err)
	}
	return s, nil
}

// block is the rows of some persons as text, with the end of each person in every
// table, so that a city can end with any of them.
type block struct {
	text  [parts][]byte
	ends  [][parts]int
	count []counts
}

// counts are the rows of one person.
type counts struct {
	visits, settlements, lines, diagnoses, operations int64
	truths, misses                                    []string
}

// blockPersons are made by one worker at a time.
const blockPersons = 64

// people makes persons in blocks, several at a time, and gives the blocks in order
// to take until that says enough.
func (g *generator) people(o *Options, take func(*block) (more bool, err error)) error {
	type job struct {
		first int64
		done  chan *block
	}
	jobs := make(chan job, o.Workers)
	order := make(chan job, 2*o.Workers)
	stop := make(chan struct{})
	free := sync.Pool{New: func() any { return &block{} }}
	var wg sync.WaitGroup
	for range o.Workers {
		wg.Go(func() {
			w := &worker{}
			for j := range jobs {
				b := free.Get().(*block)
				g.fill(b, w, j.first, o)
				j.done <- b
			}
		})
	}
	go func() {
		defer close(order)
		defer close(jobs)
		for first := int64(0); o.Persons <= 0 || first < o.Persons; first += blockPersons {
			j := job{first, make(chan *block, 1)}
			select {
			case order <- j:
			case <-stop:
				return
			}
			select {
			case jobs <- j:
			case <-stop:
				close(j.done)
				return
			}
		}
	}()
	var err error
	stopped := false
	for j := range order {
		b := <-j.done
		if b == nil || stopped {
			continue
		}
		var more bool
		if more, err = take(b); err != nil || !more {
			stopped = true
			close(stop)
		}
		free.Put(b)
	}
	wg.Wait()
	return err
}

// fill writes the rows of up to blockPersons persons into b.
func (g *generator) fill(b *block, w *worker, first int64, o *Options) {
	for k := range b.text {
		b.text[k] = b.text[k][:0]
	}
	b.ends, b.count = b.ends[:0], b.count[:0]
	for n := first; n < first+blockPersons && (o.Persons <= 0 || n < o.Persons); n++ {
		b.write(g.person(w, n))
	}
}

// write appends the rows of one person.
func (b *block) write(l *life) {
	r := row{l: l}
	var c counts
	b.text[5] = psnInfo.append(b.text[5], &r)
	for _, v := range l.visits {
		r.v = v
		b.text[1] = mdtrt.append(b.text[1], &r)
		for k := range v.settlements {
			r.s = &v.settlements[k]
			b.text[2] = setl.append(b.text[2], &r)
		}
		for k := range v.lines {
			r.x = &v.lines[k]
			b.text[0] = feeList.append(b.text[0], &r)
		}
		c.visits++
		c.settlements += int64(len(v.settlements))
		c.lines += int64(len(v.lines))
		v.eachCode(&r, func() {
			b.text[3] = diag.append(b.text[3], &r)
			c.diagnoses++
		}, func() {
			b.text[4] = oprn.append(b.text[4], &r)
			c.operations++
		})
	}
	for k := range l.truths {
		b.text[truthPart] = l.truths[k].append(b.text[truthPart])
		c.truths = append(c.truths, l.truths[k].RuleID)
	}
	for k := range l.misses {
		b.text[missPart] = l.misses[k].append(b.text[missPart])
		c.misses = append(c.misses, l.misses[k].RuleID)
	}
	var ends [parts]int
	for k := range b.text {
		ends[k] = len(b.text[k])
	}
	b.ends = append(b.ends, ends)
	b.count = append(b.count, c)
}

// eachCode visits the diagnoses and operations of v, with r set to each. A pharmacy
// states none.
func (v *visit) eachCode(r *row, diagnosis, operation func()) {
	if v.org.pharmacy {
		return
	}
	for k, d := range v.dx {
		if v.hideMain && k == 0 {
			continue
		}
		r.k, r.d = k, d
		diagnosis()
	}
	for k := range v.ops {
		r.k, r.o = k, &v.ops[k]
		operation()
	}
}

// files are the files of a city being written.
type files struct {
	dir  string
	file [parts]*os.File
	out  [parts]*bufio.Writer
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

// institutions writes fixmedins_b.
func (f *files) institutions(g *generator) error {
	b := fixmedins.header()
	for _, x := range g.city.institutions {
		b = fixmedins.append(b, &row{i: x})
	}
	f.size += int64(len(b))
	return os.WriteFile(filepath.Join(f.dir, fixmedins.name+".csv"), b, 0o644)
}

func (f *files) close(s *Summary) error {
	var errs []error
	for k := range parts {
		errs = append(errs, f.out[k].Flush(), f.file[k].Close())
	}
	s.Bytes = f.size
	return errors.Join(errs...)
}
