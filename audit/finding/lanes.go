package finding

import (
	"errors"
	"sync"
)

const (
	laneBatch = 256 // findings handed over at once
	laneQueue = 4   // batches that may wait for a lane
)

// lane writes the findings of one or two files, beside the other lanes.
type lane struct {
	batches chan []*Finding
	add     []func(*Finding) error
	err     error // of the first failure; read after done
}

// lanes hand findings to all their lanes.
type lanes struct {
	all    []*lane
	batch  []*Finding
	failed chan struct{} // closed at the first failure
	fail   sync.Once
	done   sync.WaitGroup
}

// newLanes starts a lane for each list of writers.
func newLanes(writers ...[]func(*Finding) error) *lanes {
	l := &lanes{failed: make(chan struct{})}
	for _, add := range writers {
		one := &lane{batches: make(chan []*Finding, laneQueue), add: add}
		l.all = append(l.all, one)
		l.done.Go(func() { l.run(one) })
	}
	return l
}

func (l *lanes) run(one *lane) {
	for batch := range one.batches {
		if one.err != nil {
			continue // emptied, so that the hand-over never waits for a lane that failed
		}
		if one.err = one.write(batch); one.err != nil {
			l.fail.Do(func() { close(l.failed) })
		}
	}
}

func (one *lane) write(batch []*Finding) error {
	for _, f := range batch {
		for _, add := range one.add {
			if err := add(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// add hands f over. It says false once a lane has failed: end then tells why.
func (l *lanes) add(f *Finding) bool {
	l.batch = append(l.batch, f)
	if len(l.batch) < laneBatch {
		return true
	}
	l.flush()
	select {
	case <-l.failed:
		return false
	default:
		return true
	}
}

func (l *lanes) flush() {
	for _, one := range l.all {
		one.batches <- l.batch
	}
	l.batch = make([]*Finding, 0, laneBatch)
}

// end waits until everything is written and returns what failed. It may be called again.
func (l *lanes) end() error {
	if l.all == nil {
		return nil
	}
	if len(l.batch) > 0 {
		l.flush()
	}
	for _, one := range l.all {
		close(one.batches)
	}
	l.done.Wait()
	var errs []error
	for _, one := range l.all {
		errs = append(errs, one.err)
	}
	l.all = nil
	return errors.Join(errs...)
}
