package demo

import "sync"

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

// job is a block to be made. Its block comes through done, which is closed without
// one when the job was given up.
type job struct {
	first int64
	done  chan *block
}

// people makes persons in blocks, several at a time, and gives the blocks in order
// to take until that says enough or fails.
func (g *generator) people(o *Options, take func(*block) (more bool, err error)) error {
	jobs, order, stop := make(chan job, o.Workers), make(chan job, 2*o.Workers), make(chan struct{})
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
	go hand(o, jobs, order, stop)
	var err error
	more := true
	for j := range order {
		b := <-j.done
		if b == nil || !more {
			continue
		}
		if more, err = take(b); err != nil {
			more = false
		}
		if !more {
			close(stop)
		}
		free.Put(b)
	}
	wg.Wait()
	return err
}

// hand gives out jobs, and to order in the same order, until all persons are made or
// stop is closed.
func hand(o *Options, jobs, order chan<- job, stop <-chan struct{}) {
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
	for k := range l.records {
		r.b = &l.records[k]
		b.text[6] = recorded.append(b.text[6], &r)
	}
	for k := range l.traces {
		r.t = &l.traces[k]
		b.text[7] = traced.append(b.text[7], &r)
	}
	for k := range l.lists {
		b.text[listPart] = l.lists[k].append(b.text[listPart])
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
		if v.hideMain && k == 0 || v.noList {
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
