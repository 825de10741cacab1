package demo

import (
	"fmt"
	"sync"
	"sync/atomic"

	"yiheng/facts/lake"
)

// Rows says where a city goes that is written into a lake without files of text.
type Rows struct {
	// Tables are the lake's tables by name; a national table that is not among them
	// is left out.
	Tables map[string]*lake.Table
	// Source names the source of a table's rows.
	Source func(table string) string
	// Append takes a batch; several goroutines call it at a time. It may keep nothing
	// of the batch after it returns.
	Append func(*lake.Batch) error
	// Buckets and Bucket, when given, have each batch hold persons of one bucket.
	Buckets int
	Bucket  func(psnNo string) int
	// BatchLines is about how many fee lines a batch holds; 0: 500,000.
	BatchLines int
}

// WriteRows makes the same city as Write, as batches of the lake's tables: all its
// persons, in no particular order. The number of persons is Options.Persons, else an
// estimate of how many have Options.Lines. truth takes each injected finding and may
// be nil; it is called by one goroutine at a time.
func WriteRows(o Options, to Rows, truth func(*Truth)) (Summary, error) {
	if err := o.complete(); err != nil {
		return Summary{}, err
	}
	if to.BatchLines <= 0 {
		to.BatchLines = 500_000
	}
	g := o.generator()
	total := o.estimate()
	s := Summary{Truths: map[string]int64{}, NearMisses: map[string]int64{}}
	if err := to.standing(g); err != nil {
		return s, err
	}
	var (
		mu       sync.Mutex
		wg       sync.WaitGroup
		failed   atomic.Pointer[error]
		done     atomic.Int64
		chunks   = to.chunks(total, linesPerPerson*g.years)
		nextWork atomic.Int64
	)
	for range o.Workers {
		wg.Go(func() {
			p := newPacker(g, &to)
			for failed.Load() == nil {
				k := int(nextWork.Add(1)) - 1
				if k >= len(chunks) {
					return
				}
				err := p.pack(chunks[k], func(t *Truth) {
					if truth != nil {
						mu.Lock()
						truth(t)
						mu.Unlock()
					}
				})
				if err != nil {
					failed.Store(&err)
					return
				}
				mu.Lock()
				s.merge(&p.sum)
				mu.Unlock()
				if o.Progress != nil {
					o.Progress(done.Add(p.sum.Lines))
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return s, fmt.Errorf("demo: %w", *err)
	}
	return s, nil
}

// chunk is a range of persons, of one bucket or, with bucket -1, of all.
type chunk struct {
	first, end int64
	bucket     int
}

// chunks divides the persons so that each chunk fills about one batch.
func (to *Rows) chunks(total int64, perPerson int) []chunk {
	persons := max(1, int64(to.BatchLines/perPerson))
	buckets := 1
	if to.Bucket != nil && to.Buckets > 1 {
		buckets = to.Buckets
	}
	var out []chunk
	for first := int64(0); first < total; first += persons * int64(buckets) {
		end := min(total, first+persons*int64(buckets))
		for b := range buckets {
			if buckets == 1 {
				b = -1
			}
			out = append(out, chunk{first, end, b})
		}
	}
	return out
}

// standing appends the tables that are of no person.
func (to *Rows) standing(g *generator) error {
	sheets := map[*form]*sheet{}
	for _, of := range standingForms {
		if t := to.Tables[of.name]; t != nil {
			sheets[of] = newSheet(of, t)
		}
	}
	g.standing(func(of *form, r *row) {
		if s := sheets[of]; s != nil {
			s.add(r)
		}
	})
	for _, of := range standingForms {
		s := sheets[of]
		if s == nil || s.rows == 0 {
			continue
		}
		if err := to.Append(s.batch(to.Source(s.table.Name))); err != nil {
			return err
		}
	}
	return nil
}

// packer fills batches for one goroutine.
type packer struct {
	g      *generator
	to     *Rows
	work   worker
	sheets [8]*sheet // in the order of forms; nil: not wanted
	sum    Summary
}

func newPacker(g *generator, to *Rows) *packer {
	p := &packer{g: g, to: to}
	for k, f := range forms {
		if t := to.Tables[f.name]; t != nil {
			p.sheets[k] = newSheet(f, t)
		}
	}
	return p
}

// pack makes the persons of a chunk and appends their rows.
func (p *packer) pack(c chunk, truth func(*Truth)) error {
	p.sum = Summary{Truths: map[string]int64{}, NearMisses: map[string]int64{}}
	for n := c.first; n < c.end; n++ {
		if c.bucket >= 0 && p.to.Bucket(personNo(n)) != c.bucket {
			continue
		}
		l := p.g.person(&p.work, n)
		p.add(l)
		for k := range l.truths {
			truth(&l.truths[k])
		}
	}
	for _, s := range p.sheets {
		if s == nil || s.rows == 0 {
			continue
		}
		if err := p.to.Append(s.batch(p.to.Source(s.table.Name))); err != nil {
			return err
		}
		s.reset()
	}
	return nil
}

func (p *packer) put(k int, r *row) {
	if p.sheets[k] != nil {
		p.sheets[k].add(r)
	}
}

// add puts the rows of one person on the sheets.
func (p *packer) add(l *life) {
	r := row{l: l}
	c := counts{visits: int64(len(l.visits))}
	p.put(5, &r)
	for _, v := range l.visits {
		r.v = v
		p.put(1, &r)
		for k := range v.settlements {
			r.s = &v.settlements[k]
			p.put(2, &r)
		}
		for k := range v.lines {
			r.x = &v.lines[k]
			p.put(0, &r)
		}
		c.settlements += int64(len(v.settlements))
		c.lines += int64(len(v.lines))
		v.eachCode(&r, func() { p.put(3, &r); c.diagnoses++ }, func() { p.put(4, &r); c.operations++ })
	}
	for k := range l.records {
		r.b = &l.records[k]
		p.put(6, &r)
	}
	for k := range l.traces {
		r.t = &l.traces[k]
		p.put(7, &r)
	}
	for k := range l.truths {
		c.truths = append(c.truths, l.truths[k].RuleID)
	}
	for k := range l.misses {
		c.misses = append(c.misses, l.misses[k].RuleID)
	}
	p.sum.add(&c)
}

func (s *Summary) merge(t *Summary) {
	s.Persons += t.Persons
	s.Visits += t.Visits
	s.Settlements += t.Settlements
	s.Lines += t.Lines
	s.Diagnoses += t.Diagnoses
	s.Operations += t.Operations
	for r, n := range t.Truths {
		s.Truths[r] += n
	}
	for r, n := range t.NearMisses {
		s.NearMisses[r] += n
	}
}
